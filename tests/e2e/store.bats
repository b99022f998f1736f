#!/usr/bin/env bats
# occupare-store as a program: exit codes, streams, files, options.

bats_require_minimum_version 1.5.0

BIN=${OCCUPARE_BIN:-$BATS_TEST_DIRNAME/../../build/bin}
ROOT=${OCCUPARE_ROOT:-$BATS_TEST_DIRNAME/../..}
DATA=$ROOT/store/data/occupations.json

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset OCCUPARE_STORE XDG_DATA_HOME
	export HOME=$BATS_TEST_TMPDIR
}

# Runs it with standard output and error apart: $output is standard output, $stderr standard error.
store() {
	run --separate-stderr "$BIN/occupare-store" "$@"
}

# expect STATUS: the exit status, showing what was said where it is another.
expect() {
	[ "$status" -eq "$1" ] || {
		printf 'status %s, not %s\n%s\n%s\n' "$status" "$1" "$output" "$stderr"
		return 1
	}
}

@test "import makes the store and says what it did on standard output" {
	store import json "$DATA" --store s
	expect 0
	[ "${lines[0]}" = "2 occupations: 2 added, 0 changed, 0 unchanged, 0 removed" ]
	[ "${#lines[@]}" -eq 1 ]
	[ -z "$stderr" ]
	[ -f s/data.mdb ]
}

@test "the bundled data breaks no fact and verifies" {
	store import json "$DATA" --store s
	expect 0
	store verify --store s
	expect 0
	[ "$output" = "2 occupations, 0 areas, 0 estimates: no faults" ]
}

@test "what there is one of is told in the singular, and nothing is not told" {
	cat >one.json <<-'END'
		{"occupations": [{"id": "a", "title": "A"}],
		 "areas": [{"code": "CA", "title": "California", "kind": "AREA_KIND_STATE"}]}
	END
	store import json one.json --store s
	expect 0
	[ "$output" = "1 occupation: 1 added, 0 changed, 0 unchanged, 0 removed
1 area, 0 estimates" ]
	store verify --store s
	expect 0
	[ "$output" = "1 occupation, 1 area, 0 estimates: no faults" ]
	echo '[]' >none.json
	store import json none.json --store s
	expect 0
	[ "$output" = "nothing was read" ]
}

@test "importing the same again changes nothing" {
	store import json "$DATA" --store s
	store stat --store s
	before=$output
	store import json "$DATA" --store s
	expect 0
	[ "${lines[0]}" = "2 occupations: 0 added, 0 changed, 2 unchanged, 0 removed" ]
	store stat --store s
	[ "$(grep generation <<<"$output")" = "$(grep generation <<<"$before")" ]
}

@test "options may stand before, between and after operands" {
	store --store s import json "$DATA"
	expect 0
	store import --store=s json "$DATA"
	expect 0
	store verify --store s
	expect 0
}

@test "standard input and several files are one import" {
	echo '{"id": "a", "title": "A"}' >a.jsonl
	run --separate-stderr "$BIN/occupare-store" import json a.jsonl - --store s <<<'[{"id": "b", "title": "B"}]'
	expect 0
	[ "${lines[0]}" = "2 occupations: 2 added, 0 changed, 0 unchanged, 0 removed" ]
}

@test "a refused file ends with 1, nothing on standard output and nothing stored" {
	echo '{"id": "a", "title": "A"}' >good.jsonl
	printf '{"id": "b", "title": "B"}\n{"id": "c", "titel": "C"}\n' >bad.jsonl
	store import json good.jsonl bad.jsonl --store s
	expect 1
	[ -z "$output" ]
	# shellcheck disable=SC2154 # set by run
	[ "${stderr_lines[0]}" = 'bad.jsonl:2: titel: unknown field of occupare.v1.Occupation; did you mean "title"?' ]
	[ "${stderr_lines[1]}" = "occupare-store: INVALID_ARGUMENT: 1 refused, nothing was stored" ]
	[ ! -e s ]
}

@test "a missing file is NOT_FOUND and names it" {
	store import json nowhere.json --store s
	expect 1
	[[ $stderr == *"nowhere.json: cannot be read: No such file or directory"* ]]
	[[ $stderr == *"occupare-store: NOT_FOUND: "* ]]
}

@test "the report holds what was refused, and what was done" {
	printf '{"id": "B C"}\n' >bad.jsonl
	store import json bad.jsonl --store s --report report
	expect 1
	grep -q '^bad.jsonl:1: id: "B C" is no id' report
	grep -q '^INVALID_ARGUMENT: 1 refused' report
	store import json "$DATA" --store s --report report --quiet
	expect 0
	[ -z "$output$stderr" ]
	grep -q '^2 occupations: 2 added' report
}

@test "a dry run says what would be and keeps nothing" {
	store import json "$DATA" --store s --dry-run
	expect 0
	[[ $output == *"2 added"*"dry run: nothing was stored" ]]
	[ ! -e s ]
}

@test "--replace drops what earlier files gave" {
	store import json "$DATA" --store s
	echo '{"id": "a", "title": "A"}' >a.jsonl
	store import json a.jsonl --store s --replace
	expect 0
	[ "${lines[0]}" = "3 occupations: 1 added, 0 changed, 0 unchanged, 2 removed" ]
}

@test "export goes to standard output or a file and gives the same store again" {
	store import json "$DATA" --store s
	"$BIN/occupare-store" export json --store s >a.json
	store export json b.json --store s
	expect 0
	[ "$output" = "2 occupations, 0 areas, 0 estimates" ]
	cmp a.json b.json
	store import json b.json --store t
	expect 0
	"$BIN/occupare-store" export json - --store t | cmp - a.json
	# No temporary file is left.
	[ "$(echo ./*.json*)" = "./a.json ./b.json" ]
}

@test "an export that cannot be written ends with 1" {
	store import json "$DATA" --store s
	store export json /nonexistent/out.json --store s
	expect 1
	[[ $stderr == *"cannot write /nonexistent/out.json"* ]]
	[ -e /dev/full ] || skip "no /dev/full"
	run --separate-stderr bash -c "'$BIN/occupare-store' export json --store s >/dev/full"
	expect 1
	[[ $stderr == *"No space left on device"* ]]
}

@test "a store that is not there is NOT_FOUND for all but import" {
	for command in verify stat "export json"; do
		# shellcheck disable=SC2086 # two words
		store $command --store nowhere
		expect 1
		[ -z "$output" ]
		[[ $stderr == *"NOT_FOUND: there is no store at nowhere"* ]]
	done
	[ ! -e nowhere ]
}

@test "a file of something else is DATA_LOSS" {
	mkdir s
	head -c 40000 /dev/zero | tr '\0' x >s/data.mdb
	store verify --store s
	expect 1
	[[ $stderr == *"DATA_LOSS"* ]]
	store import json "$DATA" --store s
	expect 1
	[[ $stderr == *"DATA_LOSS"* ]]
}

@test "an unwritable store is PERMISSION_DENIED" {
	[ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
	store import json "$DATA" --store s
	chmod a-w s s/*
	store import json "$DATA" --store s
	expect 1
	chmod u+w s
	[[ $stderr == *"PERMISSION_DENIED"* ]]
}

@test "a store may be named by the environment or by nobody" {
	export OCCUPARE_STORE=$BATS_TEST_TMPDIR/named
	store import json "$DATA"
	expect 0
	[ -f named/data.mdb ]
	store verify --store other
	expect 1
	[ "$(id -u)" -ne 0 ] || skip "for root the place is /var/lib/occupare"
	unset OCCUPARE_STORE
	store import json "$DATA"
	expect 0
	[ -f .local/share/occupare/data.mdb ]
}

@test "usage errors end with 2 and say what was meant" {
	store
	expect 2
	store imprt json x
	expect 2
	[[ $stderr == *'did you mean "import"?'* ]]
	store import jsn x
	expect 2
	[[ $stderr == *'did you mean "json"?'* ]]
	store import json --store s
	expect 2
	store import json x --replcae
	expect 2
	[[ $stderr == *"did you mean --replace?"* ]]
	store verify --replace
	expect 2
	store verify extra
	expect 2
	store verify --store
	expect 2
	[[ $stderr == *"--store needs a value"* ]]
	store verify --quiet=yes
	expect 2
	store export xml
	expect 2
	store verify -x
	expect 2
	[[ $stderr == *"there is no option -x"* ]]
}

@test "help and version are for standard output" {
	store --help
	expect 0
	[[ $output == "usage: occupare-store"*"Examples:"* ]]
	for command in import export verify stat; do
		store "$command" --help
		expect 0
		[[ $output == "usage: occupare-store $command"*"Example"* ]]
		store help "$command"
		expect 0
	done
	store help import
	for source in json onet oews projections demographics; do
		[[ $output == *"Examples:"*$'\n'"  occupare-store import $source "* ]]
	done
	store --version
	expect 0
	[[ $output == "occupare-store "*"(LMDB 0."* ]]
}

@test "no option is without its line in the manual page" {
	for option in store replace dry-run quiet report release max-bytes help version; do
		grep -q "Fl Fl $option" "$ROOT/store/occupare-store.1"
	done
}
