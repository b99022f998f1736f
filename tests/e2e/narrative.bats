#!/usr/bin/env bats
# What is said of random occupations of the public releases, held against rules of English, where they are at hand.

bats_require_minimum_version 1.5.0
load ../support/daemon

DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}
CHECK=$BATS_TEST_DIRNAME/../support/narrative_check.py

setup_file() {
	[ -d "$DATA/onet_30_1_text" ] || return 0
	store=$BATS_FILE_TMPDIR/store
	"$BIN/occupare-store" import onet "$DATA/onet_30_1_text" --store "$store" --quiet
	[ ! -d "$DATA/bls_oews" ] || "$BIN/occupare-store" import oews "$DATA/bls_oews" --store "$store" --quiet
	[ ! -d "$DATA/bls_ep" ] || "$BIN/occupare-store" import projections "$DATA/bls_ep" --store "$store" --quiet
	[ ! -d "$DATA/cps_demographics" ] ||
		"$BIN/occupare-store" import demographics "$DATA"/cps_demographics/*.xlsx --store "$store" --quiet
	daemon_start "$BATS_FILE_TMPDIR/daemon" "$store"
}

teardown_file() {
	daemon_stop
}

setup() {
	[ -d "$DATA/onet_30_1_text" ] || skip "no O*NET release in OCCUPARE_SHARED_DATA"
	export HOME=$BATS_TEST_TMPDIR
}

# check SEED OPTION...: prints what was checked where nothing is broken, and all that is broken else. A sanitized program is
# some ten times slower and says the same, so a tenth is asked of it.
check() {
	local share=1
	! grep -q __asan_init "$BIN/occupared" || share=10
	/usr/bin/python3 "$CHECK" "$BIN/occupare" --seed "$1" --pairs $((${2:-0} / share)) --groups $((${3:-0} / share)) \
		--places $((${4:-0} / share)) >"$BATS_TEST_TMPDIR/checked" || {
		cat "$BATS_TEST_TMPDIR/checked"
		return 1
	}
	echo "# $(head -n 1 "$BATS_TEST_TMPDIR/checked")" >&3
}

@test "a thousand random pairs give whole sentences, rows and warnings" {
	check 2030 1000
}

@test "so do three to five at a time" {
	check 2031 0 300
}

@test "so do areas and years" {
	[ -d "$DATA/bls_oews" ] || skip "no wages in OCCUPARE_SHARED_DATA"
	check 2032 0 0 200
}

@test "the rules find what is broken" {
	/usr/bin/python3 "$CHECK" --broken
}
