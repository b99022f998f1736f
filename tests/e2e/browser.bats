#!/usr/bin/env bats
# The pages in a browser: Debian's Chromium, driven by what npm gives, once for each build; without either these tests are
# skipped.

bats_require_minimum_version 1.5.0
load ../support/daemon
load ../support/http

BUILD=${OCCUPARE_BUILD:-$ROOT/build}
BROWSER=${BUILD%/sanitize}/browser

# Two builds may be tested at once.
browser_install() {
	mkdir -p "$BROWSER"
	cp "$ROOT"/tests/support/browser/* "$BROWSER"
	(
		flock 9
		cd "$BROWSER" || exit 1
		[ -e installed ] && cmp -s installed package.json && exit 0
		npm_config_cache=$BROWSER/cache timeout 120 npm install --silent --no-audit --no-fund --no-package-lock || exit 1
		cp package.json installed
	) 9>"$BROWSER/lock"
}

# Two occupations with markup in every text that a record may hold.
hostile_records() {
	python3 - <<'END'
import json

TEXT = "<script>alert('x')</script><img src=x onerror=\"alert(2)\"> ' onfocus=alert(3) </style></title></script>"
LONG = "Wort" * 45


def figure(value):
    return {"value": value, "source": 1}


for name in ("hostile", "hostile-too"):
    print(json.dumps({
        "id": name, "title": "Hostile " + TEXT + " " + name, "singular": TEXT, "plural": TEXT, "summary": TEXT + " " + LONG,
        "category": {"id": "hostile", "title": TEXT}, "aliases": [TEXT + " alias of " + name],
        "salary": {"currency_code": "USD", "annual_mean": figure(50000), "annual_low": figure(40000), "annual_high": figure(90000),
                   "top_city": {"label": LONG}, "top_company": {"label": TEXT}},
        "education": {"typical_entry": TEXT, "degrees": [{"label": TEXT, "percent": figure(60)}, {"label": LONG, "percent": figure(40)}]},
        "experience": {"category": TEXT, "training": TEXT},
        "responsibilities": [TEXT, LONG], "skills": [{"name": TEXT, "percent": figure(20)}, {"name": LONG, "percent": figure(10)}],
        "sources": [{"id": 1, "title": TEXT, "publisher": TEXT, "release": TEXT, "url": "https://example.org/" + TEXT.replace(" ", ""), "licence": LONG}],
    }))
END
}

# missing REASON: why all tests of this file are skipped, which a file's setup cannot say itself.
missing() {
	echo "$1" >"$BATS_FILE_TMPDIR/missing"
}

setup_file() {
	local dir=$BATS_FILE_TMPDIR
	# Browsers write to it.
	export HOME=$BATS_FILE_TMPDIR
	command -v npm >/dev/null || { missing "no npm"; return 0; }
	CHROMIUM=$(command -v chromium) || { missing "no chromium"; return 0; }
	export CHROMIUM
	browser_install >"$dir/install.log" 2>&1 || {
		missing "npm does not give what drives the browser: $(tail -n 1 "$dir/install.log")"
		return 0
	}
	"$BIN/occupare-store" import starter "$ROOT/store/data/starter.tsv" --store "$dir/store" --quiet
	hostile_records >"$dir/hostile.jsonl"
	store_make "$dir/store" "$ROOT/store/data/occupations.json" "$dir/hostile.jsonl"
	daemon_start "$dir/daemon" "$dir/store" --http 0
	echo "$DAEMON_PID" >"$dir/pid"
	http_url
}

teardown_file() {
	if [ -e "$BATS_FILE_TMPDIR/pid" ]; then
		DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
		daemon_stop
	fi
}

setup() {
	if [ -e "$BATS_FILE_TMPDIR/missing" ]; then
		skip "$(cat "$BATS_FILE_TMPDIR/missing")"
	fi
}

browse() {
	timeout 180 node "$BROWSER/browser.mjs" "$@"
}

@test "search, pick, compare, share the link" {
	browse "search, pick, compare, share" "$HTTP"
}

@test "search, pick and compare without a script" {
	browse "the same without a script" "$HTTP"
}

@test "the two fields of the first page are completed" {
	browse "two fields are completed" "$HTTP"
}

@test "axe finds nothing, light and wide, dark and narrow" {
	browse "axe finds nothing" "$HTTP"
}

@test "axe finds nothing in an open list of hits" {
	browse "axe finds nothing in an open list" "$HTTP"
}

@test "hostile strings run nothing and break no rule of the policy" {
	browse "hostile strings run nothing" "$HTTP"
}

@test "hostile titles are text in the list of hits" {
	browse "the list of hits shows hostile titles as text" "$HTTP"
}

@test "no page is wider than its window" {
	browse "nothing is wider than the window" "$HTTP"
}

@test "figures show their source on hover and on focus" {
	browse "figures show their source on hover and on focus" "$HTTP"
}

@test "robots are told what a page is about" {
	browse "what is announced" "$HTTP"
}

@test "pages are printed without what is for the screen" {
	browse "printed without what is for the screen" "$HTTP"
}

@test "a validator of HTML finds nothing" {
	local i=0 path
	for path in / '/?q=nurse' '/?q=zzzz&with=registered-nurses' /occupations/registered-nurses /occupations/nobody \
		/compare/patient-services-manager-vs-service-director /compare/hostile-vs-hostile-too \
		/compare/registered-nurses-vs-software-developers-vs-chief-executives-vs-actuaries-vs-cashiers; do
		curl -sS -m 20 -o "$BATS_TEST_TMPDIR/$((i++)).html" "$HTTP$path"
	done
	# How long titles are is up to the data, and what is compared is one list by one name.
	echo '{"extends": ["html-validate:recommended"], "root": true, "rules": {"long-title": "off", "form-dup-name": "off"}}' >"$BATS_TEST_TMPDIR/.htmlvalidate.json"
	"$BROWSER/node_modules/.bin/html-validate" "$BATS_TEST_TMPDIR"/*.html
}
