#!/usr/bin/env bats
# Likeness in the releases of O*NET, where they are at hand, against other code that reads the same files.

bats_require_minimum_version 1.5.0
load ../support/daemon

DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}
OLD=$DATA/onet_29_0_text
NEW=$DATA/onet_30_1_text

setup_file() {
	[ -d "$NEW" ] || return 0
	"$BIN/occupare-store" import onet "$OLD" --store "$BATS_FILE_TMPDIR/old" --quiet
	cp -r "$BATS_FILE_TMPDIR/old" "$BATS_FILE_TMPDIR/new"
	"$BIN/occupare-store" import onet "$NEW" --store "$BATS_FILE_TMPDIR/new" --quiet
}

setup() {
	[ -d "$NEW" ] || skip "no O*NET releases in OCCUPARE_SHARED_DATA"
}

teardown() {
	daemon_stop
}

# right RELEASE CODE METHOD MEASURE [TECHNOLOGY]: everything that is like the occupation is so by the release's files.
right() {
	"$BIN/occupare" similar "$2" --method "$3" --measure "$4" --weight "technology=${5:-0.25}" --all -o json >reply.json
	python3 "$ROOT/tests/support/similar_check.py" "$1" "$2" "$3" "$4" "SKILL=1,KNOWLEDGE=1,TECHNOLOGY=${5:-0.25}" \
		<reply.json
}

@test "likeness by every method and measure is that of a release's files" {
	cd "$BATS_TEST_TMPDIR"
	daemon_start "$BATS_TEST_TMPDIR/d" "$BATS_FILE_TMPDIR/old"
	right "$OLD" 29-1141.00 weighted-jaccard importance
	right "$OLD" 15-1252.00 weighted-jaccard level
	right "$OLD" 47-2111.00 weighted-jaccard importance-and-level 3
	right "$OLD" 11-1011.00 cosine importance
	right "$OLD" 53-3032.00 coverage importance-and-level
	right "$OLD" 25-2021.00 jaccard importance
	right "$OLD" 41-2031.00 sorensen-dice importance 0
}

@test "likeness follows a release that takes the place of an older one" {
	cd "$BATS_TEST_TMPDIR"
	"$BIN/occupare-store" verify --store "$BATS_FILE_TMPDIR/new"
	daemon_start "$BATS_TEST_TMPDIR/d" "$BATS_FILE_TMPDIR/new"
	right "$NEW" 29-1141.00 weighted-jaccard importance
	right "$NEW" 15-1252.00 cosine level 1
}

@test "nurses are like nurses, and an occupation that nothing is known of is like none" {
	daemon_start "$BATS_TEST_TMPDIR/d" "$BATS_FILE_TMPDIR/new"
	run "$BIN/occupare" similar 29-1141 --page-size 5
	[[ $output == *Nurse* ]]
	run --separate-stderr "$BIN/occupare" similar 55-1011
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	# shellcheck disable=SC2154 # set by run
	[[ $stderr == *"nothing found"* ]]
}

@test "what is to be gained is what the files say" {
	daemon_start "$BATS_TEST_TMPDIR/d" "$BATS_FILE_TMPDIR/old"
	run --separate-stderr "$BIN/occupare" transition 29-1141.00 11-9111.00 -o json
	[ "$status" -eq 0 ]
	gaps() {
		for code in 29-1141.00 11-9111.00; do
			zcat "$OLD/Skills.txt.gz" | awk -F'\t' -v code="$code" '$1 == code && $4 == "IM" { print $3 "\t" ($5 - 1) * 25 }'
		done | awk -F'\t' '$1 in from { if ($2 > from[$1]) printf "%s %.2f\n", $1, $2 - from[$1]; next } { from[$1] = $2 }' | sort
	}
	diff <(gaps) <(jq -r '.transition.toGain[] | select(.kind == "SKILL_KIND_SKILL") | "\(.name) \(.gap)"' <<<"$output" |
		awk '{ gap = $NF; $NF = ""; printf "%s%.2f\n", $0, gap }' | sort)
}
