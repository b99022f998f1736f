#!/usr/bin/env bats
# All public releases in one store, where they are at hand: how they join, and what is then answered.

bats_require_minimum_version 1.5.0
load ../support/daemon

DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}

# import_all STORE SOURCE...: imports these sources, in this order.
import_all() {
	local store=$1 source
	shift
	for source in "$@"; do
		case $source in
		onet) set -- "$DATA/onet_30_1_text" ;;
		oews) set -- "$DATA/bls_oews" ;;
		projections) set -- "$DATA/bls_ep" ;;
		demographics) set -- "$DATA"/cps_demographics/*.xlsx ;;
		esac
		"$BIN/occupare-store" import "$source" "$@" --store "$store" --quiet || return 1
	done
}

setup_file() {
	[ -d "$DATA/onet_30_1_text" ] && [ -d "$DATA/bls_ep" ] || return 0
	import_all "$BATS_FILE_TMPDIR/all" onet oews projections demographics
	"$BIN/occupare-store" export json "$BATS_FILE_TMPDIR/all.json" --store "$BATS_FILE_TMPDIR/all" --quiet
	daemon_start "$BATS_FILE_TMPDIR/daemon" "$BATS_FILE_TMPDIR/all"
}

teardown_file() {
	daemon_stop
}

setup() {
	[ -d "$DATA/onet_30_1_text" ] && [ -d "$DATA/bls_ep" ] || skip "no public releases in OCCUPARE_SHARED_DATA"
	cd "$BATS_TEST_TMPDIR" || return 1
	unset OCCUPARE_STORE XDG_DATA_HOME
	export HOME=$BATS_TEST_TMPDIR
}

# The store in s holds what all releases give.
unchanged() {
	"$BIN/occupare-store" verify --store s
	"$BIN/occupare-store" export json after.json --store s --quiet
	cmp after.json "$BATS_FILE_TMPDIR/all.json"
}

generation() {
	"$BIN/occupare-store" stat --store s | awk '$1 == "generation" { print $2 }'
}

# figure ID PATH: a value of an occupation, by jq.
figure() {
	"$BIN/occupare" get "$1" -o json | jq -r ".occupation.$2"
}

@test "every O*NET occupation is there, and every code that wages are published under" {
	run "$BIN/occupare-store" stat --store "$BATS_FILE_TMPDIR/all"
	[[ $output =~ occupations\ +1028 ]]
	[[ $output =~ from\ onet\ +1016\ occupations ]]
	[[ $output =~ from\ oews\ +831\ SOC\ codes ]]
	[[ $output =~ from\ projections\ +832\ SOC\ codes ]]
	"$BIN/occupare-store" verify --store "$BATS_FILE_TMPDIR/all"
}

@test "pairs of occupations answer what the files say, figure by figure" {
	run /usr/bin/python3 "$BATS_TEST_DIRNAME/../support/pairs_check.py" "$DATA" "$BIN/occupare"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ^66\ pairs,\ [0-9]{4,}\ figures ]]
}

@test "the order of imports does not matter" {
	import_all s demographics projections oews onet
	unchanged
}

@test "importing everything twice changes nothing, not even a revision" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	before=$(generation)
	import_all s onet oews projections demographics
	[ "$(generation)" = "$before" ]
	unchanged
}

@test "corrections by call outlive every import" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	(
		daemon_start "$BATS_TEST_TMPDIR/writable" s --writable
		"$BIN/occupare" get registered-nurses -o json >nurses.json
		jq '.occupation | .salary.annualMean.value = 100000 | .outlook.growthPercent.value = 7' nurses.json >corrected.json
		"$BIN/occupare" put corrected.json
		daemon_stop
	)
	import_all s projections oews
	"$BIN/occupare-store" export json after.json --store s --quiet
	jq -e '.occupations[] | select(.id == "registered-nurses") | .salary.annualMean.value == 100000 and
		.outlook.growthPercent.value == 7 and .salary.annualMedian.value == 93600 and .outlook.annualOpenings.value == 189100' \
		after.json
}

@test "codes that no occupation has are listed in the report" {
	run "$BIN/occupare-store" import oews "$DATA/bls_oews/national_M2024_dl.xlsx" --store s --report report
	[ "$status" -eq 0 ]
	[[ $output == *"831 SOC codes: 831 changed, 831 that no other source has an occupation of"* ]]
	[ "$(grep -c "no other source has an occupation of it" report)" -eq 831 ]
	run "$BIN/occupare-store" import onet "$DATA/onet_30_1_text" --store s
	[ "$status" -eq 0 ]
	run "$BIN/occupare-store" import oews "$DATA/bls_oews/national_M2024_dl.xlsx" --store s --report report
	[[ $output == *"831 SOC codes: 0 changed, 0 that no other source has an occupation of"* ]]
}

@test "what is published for a group is the group's for each of its occupations" {
	[ "$(figure 13-1021.00 salary.annualMean.status)" = FIGURE_STATUS_INHERITED ]
	[ "$(figure 13-1020 salary.annualMean.status)" = null ]
	[ "$(figure 13-1020 salary.annualMean.value)" = "$(figure 13-1021.00 salary.annualMean.value)" ]
	[ "$(figure 29-1141.01 outlook.growthPercent.status)" = FIGURE_STATUS_INHERITED ]
	run "$BIN/occupare" compare 13-1021.00 13-1023.00 --section salary
	[[ $output == *"broader"* ]]
}

@test "places and years compare as occupations do" {
	run "$BIN/occupare" compare registered-nurses@CA registered-nurses@TX -o csv --section salary
	[ "$status" -eq 0 ]
	[[ $output == *"salary.annual_mean"*",137690,"*",90210,"* ]]
	run "$BIN/occupare" compare software-developers:2021 software-developers:2024 -o csv --section salary
	[ "$status" -eq 0 ]
	[[ $output == *"salary.annual_mean"*",120990,"*",144570,"* ]]
	run "$BIN/occupare" compare registered-nurses bakers --area CA --period 2023 -o csv --section salary
	[ "$status" -eq 0 ]
	[[ $output == *"salary.annual_mean"*",137690,"* ]]
	run "$BIN/occupare" areas
	[[ $output == *"California"* ]]
	run "$BIN/occupare" estimates registered-nurses --area CA
	[[ $output == *"2023"*'$137,690'* ]]
}

@test "an import of wages that is killed leaves the old wages or the new ones" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	cut -d';' -f1-5 "$DATA/bls_oews/state_M2023_dl.csv" | sed 's/;137,690/;137,691/' >state_M2023_dl.csv
	cp -r s new
	"$BIN/occupare-store" import oews state_M2023_dl.csv --store new --quiet
	"$BIN/occupare-store" export json new.json --store new --quiet
	! cmp -s new.json "$BATS_FILE_TMPDIR/all.json"
	killed=0
	for seconds in 0.02 0.1 0.2 0.3 0.4; do
		run timeout -s KILL "$seconds" "$BIN/occupare-store" import oews state_M2023_dl.csv --store s --quiet
		[ "$status" -ne 137 ] || killed=$((killed + 1))
		"$BIN/occupare-store" verify --store s
		"$BIN/occupare-store" export json after.json --store s --quiet
		cmp after.json "$BATS_FILE_TMPDIR/all.json" || cmp after.json new.json
		"$BIN/occupare-store" import oews "$DATA/bls_oews/state_M2023_dl.csv" --store s --quiet
	done
	[ "$killed" -gt 0 ]
	unchanged
}
