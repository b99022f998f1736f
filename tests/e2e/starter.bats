#!/usr/bin/env bats
# The starter data as it is shipped: what it holds, what it must not hold, and that it serves.

bats_require_minimum_version 1.5.0
load ../support/daemon

BUILD=${OCCUPARE_BUILD:-$ROOT/build}
DATA=${OCCUPARE_SHARED_DATA:-$ROOT/../shared/data}
STARTER=$ROOT/store/data/starter.tsv
LOAD_SECONDS_MAX=10 # of a busy machine, with sanitizers
CELL_BYTES_MAX=150

setup_file() {
	local dir=$BATS_FILE_TMPDIR
	"$BIN/occupare-store" import starter "$STARTER" --store "$dir/store" --quiet
	"$BIN/occupare-store" import json "$ROOT/store/data/occupations.json" --store "$dir/store" --quiet
	daemon_start "$dir/daemon" "$dir/store"
	echo "$DAEMON_PID" >"$dir/pid"
}

teardown_file() {
	DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
	daemon_stop
}

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

@test "it loads in seconds, without a warning, and verifies" {
	SECONDS=0
	store import starter "$STARTER" --store s
	[ "$SECONDS" -le "$LOAD_SECONDS_MAX" ]
	expect 0
	[ -z "$stderr" ]
	[ "${lines[2]}" = "0 warnings" ]
	store verify --store s
	expect 0
	[[ $output =~ ^([0-9]+)\ occupations ]]
	[ "${BASH_REMATCH[1]}" -ge 800 ]
}

@test "it has at most 2 MB and no sentence" {
	[ "$(stat -c %s "$STARTER")" -le 2000000 ]
	run awk -F'\t' -v most="$CELL_BYTES_MAX" '/^#/ { next }
		{ for (i = 1; i <= NF; i++) if (length($i) > most || $i ~ /[.;] [A-Z]|\.$/) print NR ": " $i }' "$STARTER"
	[ -z "$output" ]
	columns=$(grep -v '^#' "$STARTER" | head -n 1)
	[[ ! $columns =~ summary|responsibilities|aliases|TECHNOLOGY ]]
}

@test "every figure has a source that the file lists, and every source its licence" {
	/usr/bin/python3 - "$STARTER" <<'CHECK'
import re
import sys

lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
sources = {line.split("\t")[1]: line.split("\t")[2:] for line in lines if line.startswith("#source\t")}
assert all(len(texts) == 5 and texts[0] and texts[1] and texts[4] for texts in sources.values()), sources
names, *rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
assert [row[0] for row in rows] == sorted({row[0] for row in rows})
own = names.index("sources")
figures = 0
for row in rows:
    assert len(row) == len(names), row[0]
    for name, cell in zip(names, row):
        if cell and (re.search(r"@\d+$", name) or "@" in cell):
            source = re.search(r"@(\d+)$", cell if "@" in cell else name).group(1)
            assert source in sources and source in row[own].split(), (row[0], name, cell)
            assert re.fullmatch(r"(-?\d+(\.\d+)?[di+]?|\*|-)(~\d+(\.\d+)?)?(@\d+)?", cell), (row[0], name, cell)
            figures += 1
assert figures > 60 * len(rows), figures
CHECK
}

@test "it carries the attribution that its publisher asks for, and so does what is served of it" {
	comments=$(grep '^#' "$STARTER" | sed 's/^# //' | tr '\n' ' ')
	[[ $comments == *"This file includes information from the O*NET 30.1 Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA."* ]]
	[[ $comments == *"The information was modified"* ]]
	for licence in "CC BY 4.0; O*NET 30.1 Database" "Public domain"; do
		grep '^#source' "$STARTER" | grep -qF "$licence"
	done
	[[ $("$BIN/occupare" info -o json) == *"CC BY 4.0; O*NET 30.1 Database"* ]]
	readme=$(tr -s '\n ' ' ' <"$ROOT/README.md")
	count=$(($(grep -vc '^#' "$STARTER") - 1))
	[[ $readme == *"facts and figures of ${count::1},${count:1} occupations"* ]]
	[[ $readme == *"O*NET 30.1 Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA)"* ]]
}

@test "what is written of it again is the same file" {
	"$BIN/occupare-store" import starter "$STARTER" --store s --quiet
	store export starter again.tsv --store s
	expect 0
	cmp again.tsv "$STARTER"
	cat "$STARTER" | "$BIN/occupare-store" import starter - --store s | grep -q ' 0 added, 0 changed'
}

@test "any two of its occupations can be compared, and one of them with one of the file beside it" {
	run --separate-stderr "$BIN/occupare" compare registered-nurses "Chief Executives" -o csv
	expect 0
	[[ $output == *98430* && $output == *239200* ]]
	run --separate-stderr "$BIN/occupare" compare 29-1141.00 patient-services-manager
	expect 0
	[[ $output == *'$98,430'* && $output == *'$69,729'* ]]
	[[ $output == *"O*NET 30.1 Database"* ]]
	names=$(grep -v '^#' "$STARTER" | sed 1d | cut -f 1 | awk 'NR % 40 == 7')
	for name in $names; do
		"$BIN/occupare" compare registered-nurses "$name" >page
		[ "$(grep -c . page)" -gt 50 ]
	done
}

@test "titles and codes are found, and occupations that are alike" {
	run --separate-stderr "$BIN/occupare" search regisered nurses -o ids
	expect 0
	[ "${lines[0]}" = registered-nurses ]
	run --separate-stderr "$BIN/occupare" similar registered-nurses -o ids
	expect 0
	[ "${#lines[@]}" -ge 5 ]
}

@test "a release imported later stands above it, field by field" {
	cp -r "$BATS_FILE_TMPDIR/store" s
	mkdir db_30_9_text
	printf 'O*NET-SOC Code\tTitle\tDescription\n29-1141.00\tNurses of a Release\tCare.\n' >"db_30_9_text/Occupation Data.txt"
	store import onet db_30_9_text --store s --quiet
	expect 0
	"$BIN/occupare-store" export json after.json --store s --quiet
	jq -e '[.occupations[] | select(.id == "registered-nurses")][0] |
		.title == "Nurses of a Release" and .summary == "Care." and .salary.annualMean.value == 98430' after.json
	[ "$(jq '.occupations | length' after.json)" -eq "$(($(grep -vc '^#' "$STARTER") + 1))" ]
}

@test "make starter gives the file that is shipped" {
	[ -d "$DATA/onet_30_1_text" ] && [ -d "$DATA/bls_ep" ] || skip "no releases in OCCUPARE_SHARED_DATA"
	make -C "$ROOT" -s BUILD="$BUILD" AS_BUILT=1 OCCUPARE_SHARED_DATA="$DATA" STARTER="$BATS_TEST_TMPDIR/made.tsv" \
		STARTER_STORE="$BATS_TEST_TMPDIR/made" starter
	cmp made.tsv "$STARTER"
	[ ! -e made ]
}

@test "a format that is not there is said, and an export that cannot be written leaves nothing" {
	store export startr --store s
	expect 2
	[[ $stderr == *'cannot export "startr"; the formats are json and starter'* ]]
	store import starter "$STARTER" --store s --release 30.1
	expect 2
	[[ $stderr == *"starter takes neither --release nor --max-bytes"* ]]
	store export starter none/x.tsv --store "$BATS_FILE_TMPDIR/store"
	expect 1
	[ ! -e none ]
}
