#!/usr/bin/env bats
# occupare-store import oews over tables as BLS publishes them, where they are at hand, and what is then told of them.

bats_require_minimum_version 1.5.0
load ../support/daemon

DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}/bls_oews

setup_file() {
	[ -d "$DATA" ] || return 0
	"$BIN/occupare-store" import oews "$DATA" --store "$BATS_FILE_TMPDIR/all" --quiet
	"$BIN/occupare-store" export json "$BATS_FILE_TMPDIR/all.json" --store "$BATS_FILE_TMPDIR/all" --quiet
	daemon_start "$BATS_FILE_TMPDIR/daemon" "$BATS_FILE_TMPDIR/all"
}

teardown_file() {
	daemon_stop
}

setup() {
	[ -d "$DATA" ] || skip "no tables of wages in OCCUPARE_SHARED_DATA"
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

# The store in s holds what all files together give.
unchanged() {
	store verify --store s
	expect 0
	"$BIN/occupare-store" export json after.json --store s --quiet
	cmp after.json "$BATS_FILE_TMPDIR/all.json"
}

# estimate CODE ARGUMENT...: the rows of the estimates of a code.
estimate() {
	"$BIN/occupare" estimates "$@" -o json
}

@test "the tables give the counts of their rows and tell the marks they met" {
	store import oews "$DATA" --store s --report report
	expect 0
	[ "${lines[0]}" = "41885 rows read: 38927 used, 506 of them with a value that is held back, 0 of no occupation listed" ]
	[[ $output == *"55 areas, 38927 estimates"* ]]
	[[ $output == *$'\n1 warning'* ]]
	[[ $stderr == *"state_M2023_dl.csv: warning: has no employment (TOT_EMP)"* ]]
	grep -q "national_M2024_dl.xlsx: 1403 rows read: 831 used" report
	grep -q "national_M2024_dl.xlsx: marks met: \* 89 and \*\* 0 times, # 87 times; 59 estimates of pay by the year alone, 5 by" report
	grep -q "state_M2023_dl.csv: marks met: \* 3735 and \*\* 0 times, # 146 times; 2598 estimates of pay by the year alone, 127 by" report
	unchanged
}

@test "every figure is that of the tables, read by other code" {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../support/oews_check.py" "$DATA" "$BATS_FILE_TMPDIR/all.json"
}

@test "importing twice changes nothing" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	store stat --store s
	before=$(grep -i generation <<<"$output")
	store import oews "$DATA" --store s
	expect 0
	store stat --store s
	[ "$(grep -i generation <<<"$output")" = "$before" ]
	unchanged
}

@test "the zip, the dumped workbooks and the files one by one give the same store" {
	mkdir oesm23nat oesm24nat
	cp "$DATA/national_M2023_dl.xlsx" oesm23nat
	cp "$DATA/national_M2024_dl.xlsx" oesm24nat
	for year in 23 24; do
		/usr/bin/python3 -m zipfile -c "oesm${year}nat.zip" "oesm${year}nat"
	done
	store import oews oesm24nat.zip "$DATA/state_M2023_dl.csv" oesm23nat.zip "$DATA/national_May2021_dl.csv" --store s
	expect 0
	unchanged
	rm -r s
	store import oews "$DATA"/../derived_csv/oews_national_M202[34].csv "$DATA"/*.csv --store s
	expect 0
	unchanged
}

@test "areas and estimates are told by the service" {
	run "$BIN/occupare" areas --all -o csv
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 56 ]
	[[ $output == *"US,United States,nation"* ]]
	[[ $output == *"VI,Virgin Islands,state"* ]]
	estimate 29-1141 --area US --period 2024 >us.json
	/usr/bin/python3 -c 'import json
[e] = json.load(open("us.json"))["items"]
assert e["employment"] == {"value": 3282010, "source": e["employment"]["source"], "relativeStandardError": 0.2}, e
assert e["salary"]["annualMean"]["value"] == 98430, e
assert e["salary"]["hourlyMean"]["value"] == 47.32, e
assert e["sources"][0]["release"] == "May 2024", e'
	estimate 27-2011 --area US --period 2024 >us.json
	/usr/bin/python3 -c 'import json
[e] = json.load(open("us.json"))["items"]
assert e["salary"]["annualMean"]["status"] == "FIGURE_STATUS_NOT_COLLECTED", e
assert "value" not in e["salary"]["annualMean"], e'
}

@test "what is wrong with a table is told with its line and column, and the store is as it was" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	sed '100s/;\([0-9.]*\);\([0-9,]*\)\r$/;\1;many\r/' "$DATA/state_M2023_dl.csv" >state_M2023_dl.csv
	store import oews state_M2023_dl.csv --store s
	expect 1
	[[ $stderr == *'state_M2023_dl.csv:100: column "A_MEAN": "many" is no number'* ]]
	sed 's/^Ohio;/Ohoi;/' "$DATA/state_M2023_dl.csv" >state_M2023_dl.csv
	store import oews state_M2023_dl.csv --store s
	expect 1
	[[ $stderr == *'column "AREA_TITLE": "Ohoi" is no state or territory'* ]]
	head -c 200000 "$DATA/national_M2024_dl.xlsx" >national_M2024_dl.xlsx
	store import oews national_M2024_dl.xlsx --store s
	expect 1
	[[ $stderr == *"no zip, or damaged"* ]]
	cp "$DATA/national_M2024_dl.xlsx" nation.xlsx
	store import oews nation.xlsx --store s
	expect 1
	[[ $stderr == *'nation.xlsx: its name does not tell which year it is of; name that with --release "May 2024"'* ]]
	cp "$DATA/../derived_csv/oews_national_M2024.csv" .
	store import oews oews_national_M2024.csv "$DATA/national_M2024_dl.xlsx" --store s
	expect 1
	[[ $stderr == *"gives the estimates of United States of 2024, as oews_national_M2024.csv does; leave one of the two files out"* ]]
	store import oews "$DATA" --store s --max-bytes 1M
	expect 1
	[[ $stderr == *"see --max-bytes"* ]]
	unchanged
}
