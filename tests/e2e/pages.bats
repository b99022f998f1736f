#!/usr/bin/env bats
# The pages as they are answered, without a browser.

bats_require_minimum_version 1.5.0
load ../support/daemon
load ../support/http

PAIR=/compare/patient-services-manager-vs-service-director

setup_file() {
	local dir=$BATS_FILE_TMPDIR
	printf '%s\n' '{"id": "twin-a", "title": "Twin A", "aliases": ["Twin"]}' '{"id": "twin-b", "title": "Twin B", "aliases": ["Twin"]}' \
		>"$dir/twins.jsonl"
	store_make "$dir/store" "$ROOT/store/data/occupations.json" "$dir/twins.jsonl"
	daemon_start "$dir/daemon" "$dir/store" --http 0
	echo "$DAEMON_PID" >"$dir/pid"
	http_url
}

teardown_file() {
	DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
	daemon_stop
}

# leads CODE PATH: the answer leads there.
leads() {
	expect "$1"
	[ "$(field location)" = "$2" ] || {
		printf 'leads to %s, not %s\n' "$(field location)" "$2"
		return 1
	}
}

@test "the first page says what it draws on and asks for two names" {
	ask /
	expect 200 '<h1>How do two occupations differ?</h1>'
	expect 200 'name="o"'
	expect 200 '(Zippia)'
	[ "$(field content-type)" = "text/html; charset=utf-8" ]
}

@test "every fact of the reference comparison is on its page" {
	ask "$PAIR"
	expect 200
	printf '%s' "$body" >"$BATS_TEST_TMPDIR/page.html"
	"$BIN/occupare" compare patient-services-manager service-director -o json >"$BATS_TEST_TMPDIR/page.json"
	python3 - "$BATS_TEST_TMPDIR/page.html" "$BATS_TEST_TMPDIR/page.json" <<'END'
import html, json, re, sys

page = open(sys.argv[1]).read()
page = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.S)
text = html.unescape(re.sub(r"<[^>]*>", "", page))
comparison = json.load(open(sys.argv[2]))["comparison"]
facts = [c["title"] for c in comparison["comparands"]] + comparison["warnings"] + [s["title"] for s in comparison["sources"]]
for section in comparison["sections"]:
    facts += [section["heading"]] + [s["text"] for s in section.get("sentences", [])]
    for row in section.get("rows", []):
        if section["id"] == "category":
            continue
        if row["field"] not in ("summary", "responsibilities"):
            facts.append(row["label"])
        for cell in row["cells"]:
            if "shares" in cell and len(cell["shares"]["items"]) > 1:
                for item in cell["shares"]["items"]:
                    facts += [item["label"], f"{item['percent']['value']:g}%"]
            elif "texts" in cell:
                facts += cell["texts"]["items"]
            else:
                facts.append(cell["display"])
        facts += [d["display"] for d in row.get("differences", []) if d.get("display")]
missing = [fact for fact in facts if fact not in text]
assert len(facts) > 150, len(facts)
assert not missing, missing
END
}

@test "one answer of less than 60 kB is the whole page" {
	ask "$PAIR"
	[ "${#body}" -lt 61440 ]
	[[ $body == *'<style>'* && $body != *'rel="stylesheet"'* ]]
	[ "$(grep -c '<script' <<<"$body")" -eq 2 ]
	grep -q '<script src="/static/site-[0-9a-f]*.js" defer></script>' <<<"$body"
}

@test "the policy names the style sheet of the page and allows nothing else" {
	local hash
	ask "$PAIR"
	hash=$(sed -n '/<style>/,/<\/style>/p' "$BATS_TEST_TMPDIR/.head" <(printf '%s\n' "$body") | sed 's/^<style>//; s/<\/style>$//' |
		head -c -1 | sha256sum | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64)
	[ "$(field content-security-policy)" = "default-src 'none'; script-src 'self'; style-src 'sha256-$hash'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" ]
}

@test "other names lead to ids" {
	ask '/compare/Service%20Director-vs-patient-services-manager'
	leads 301 /compare/service-director-vs-patient-services-manager
	ask '/occupations/service%20DIRECTOR'
	leads 301 /occupations/service-director
	ask /compare/service-director
	leads 303 /occupations/service-director
}

@test "what was picked leads to its page" {
	ask '/compare?o=Service+Director&o=a%2Fb%3Fc%23d&o='
	leads 303 '/compare/Service%20Director-vs-a%2Fb%3Fc%23d'
	ask /compare
	leads 303 /
}

@test "a name that means several is answered with the choice" {
	ask /compare/twin-vs-service-director
	expect 400 '<h1>Which one is meant?</h1>'
	expect 400 '<a href="/compare/twin-a-vs-service-director">'
	ask /compare/service-director-vs-twin
	expect 400 '<a href="/compare/service-director-vs-twin-b">'
	ask /occupations/twin
	expect 400 '<a href="/occupations/twin-b">'
}

@test "an unknown name is answered with the nearest" {
	ask /compare/servise-direktor-vs-twin-a
	expect 404 '<h1>No such occupation</h1>'
	expect 404 '<a href="/compare/service-director-vs-twin-a">'
	[[ $body == *'name="robots" content="noindex"'* && $body != *'rel="canonical"'* ]]
}

@test "eleven names, the same twice and no name are refused on a page" {
	ask /compare/a-vs-b-vs-c-vs-d-vs-e-vs-f-vs-g-vs-h-vs-i-vs-j-vs-k
	expect 400 '<h1>This cannot be shown</h1>'
	ask /compare/twin-a-vs-twin-a
	expect 400 '<h1>'
	ask /compare/-vs-
	expect 400 '<h1>'
	ask "/occupations/$(printf 'x%.0s' $(seq 2000))"
	expect 400 '<h1>'
}

@test "what is compared can be taken out of it one by one" {
	ask /compare/service-director-vs-twin-a
	expect 200 '<a href="/occupations/twin-a">Twin A</a><a class="x" href="/occupations/service-director" aria-label="Remove Twin A">'
	ask /compare/service-director-vs-twin-a-vs-twin-b
	expect 200 'href="/compare/service-director-vs-twin-b" aria-label="Remove Twin A">'
}

@test "the page of one occupation is of it alone" {
	ask /occupations/service-director
	expect 200 '<h1>Service Director</h1>'
	expect 200 '<b>Service Director</b> <span>$70,000 to $188,000 (typical range), average $114,981</span>'
	expect 200 '"description":"Service directors set and carry out'
	expect 200 'action="/" role="search" aria-label="Compare with another"><input type="hidden" name="with" value="service-director">'
	[[ $body != *' both '* && $body != *'the others'* && $body != *'Differences'* ]]
	ask /occupations/twin-a
	expect 200 '<h1>Twin A</h1>'
}

@test "a search lists hits, to look at or to compare with" {
	ask '/?q=service+dir'
	expect 200 '<a href="/occupations/service-director">Service Director</a>'
	ask '/?q=service+dir&with=patient-services-manager'
	expect 200 '<a href="/compare/patient-services-manager-vs-service-director">Service Director</a>'
	ask '/?q=zzzzzz'
	expect 200 'Nothing was found'
	ask '/?q=%ff'
	expect 400 '<h1>'
}

@test "what is asked for is never markup" {
	local text='%22%3E%3Cscript%3Ealert(1)%3C/script%3E%27'
	for path in "/?q=$text" "/?q=service&with=$text" "/occupations/$text" "/compare/$text-vs-b" "/compare/a-vs-$text" "/$text"; do
		ask "$path" -H 'Accept: text/html'
		[[ $body == *'<h1>'* && $body != *'<script>'* ]] || {
			echo "$path: $body"
			return 1
		}
	done
}

@test "a page that is known is not sent again" {
	local etag
	ask "$PAIR"
	etag=$(field etag)
	[ -n "$etag" ]
	[ "$(field cache-control)" = no-cache ]
	ask "$PAIR" -H "If-None-Match: $etag"
	expect 304
	[ -z "$body" ]
}

@test "the script is kept for long, by the name that pages give it" {
	ask /
	ask "$(grep -o '/static/site-[0-9a-f]*.js' <<<"$body")"
	expect 200 'use strict'
	[ "$(field cache-control)" = "public, max-age=31536000, immutable" ]
	ask /static/site-0000000000000000.js
	expect 404
	ask '/static/..%2f..%2fetc%2fpasswd'
	expect 404
}

@test "robots and icons are answered" {
	ask /robots.txt
	expect 200 'Disallow: /v1/'
	ask /favicon.ico
	expect 200 '<svg'
	[ "$(field content-type)" = image/svg+xml ]
}

@test "an unknown path is a page for browsers and JSON for others" {
	ask /nowhere -H 'Accept: text/html,*/*'
	expect 404 '<h1>Not found</h1>'
	ask /nowhere
	expect 404 '.code == 5'
	ask "$PAIR" -X POST
	expect 405
}
