#!/usr/bin/env bats
# occupare search over an O*NET release, where it is at hand: whether people find what they mean, and see why.

load ../support/daemon

DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}
TITLES=$BATS_TEST_DIRNAME/../fixtures/search_titles.tsv

setup_file() {
	[ -d "$DATA/onet_30_1_text" ] || return 0
	"$BIN/occupare-store" import onet "$DATA/onet_30_1_text" --store "$BATS_FILE_TMPDIR/store" --quiet
	daemon_start "$BATS_FILE_TMPDIR/d" "$BATS_FILE_TMPDIR/store"
}

teardown_file() {
	daemon_stop
}

setup() {
	[ -d "$DATA/onet_30_1_text" ] || skip "no O*NET release in OCCUPARE_SHARED_DATA"
	unset COLUMNS OCCUPARE_TIMEOUT
}

# Titles of the hits, one a line.
titles() {
	"$BIN/occupare" search "$@" -o json | jq -r '.items[].title'
}

# found ODD: how many of the titles on odd (1) or even (0) lines find their occupation among the first three hits.
found() {
	local number=0 hits=0 text codes
	while IFS=$'\t' read -r text codes; do
		number=$((number + 1))
		[ $((number % 2)) -eq "$1" ] || continue
		if "$BIN/occupare" search "$text" --page-size 3 -o json |
			jq -e --arg codes "$codes" '($codes | split(" ")) as $right
				| any(.items[].codes[]; .system == "ONETSOC2019" and (.value as $code | any($right[]; . == $code)))' \
				>/dev/null; then
			hits=$((hits + 1))
		else
			echo "# not among the first three: $text"
		fi
	done < <(grep -v '^#' "$TITLES")
	echo "$hits"
}

@test "titles as people type them are found among the first three, nine times in ten" {
	for odd in 1 0; do
		run found "$odd"
		printf '# %s lines: %s of 50\n' "$([ "$odd" -eq 1 ] && echo odd || echo even)" "${lines[-1]}" | tee /dev/fd/3
		printf '%s\n' "${lines[@]}"
		[ "${lines[-1]}" -ge 45 ]
	done
}

@test "the occupation that is called so comes before others that share the name" {
	[ "$(titles 'truck driver' | head -n 1)" = 'Heavy and Tractor-Trailer Truck Drivers' ]
	[ "$(titles plumer | head -n 1)" = 'Plumbers, Pipefitters, and Steamfitters' ]
	[ "$(titles 29-1141 | head -n 1)" = 'Registered Nurses' ]
	[ "$(titles 29-1141.03)" = 'Critical Care Nurses' ]
}

@test "titles come as one types" {
	for typed in re reg regi registered 'registered n'; do
		titles "$typed" | head -n 20 | grep -qx 'Registered Nurses'
	done
	[ "$(titles regi | head -n 1)" = 'Registered Nurses' ]
	[ "$(titles elec | head -n 1)" = Electricians ]
}

@test "skills and duties are found, and it says which" {
	run "$BIN/occupare" search python -o csv
	[[ $output == *'data-scientists,Data Scientists,skill,Python'* ]]
	run "$BIN/occupare" search 'grade homework' -o csv
	[[ $output == *',duty,Assign and grade class work and homework.'* ]]
}

@test "an unknown name is told with what is near" {
	run "$BIN/occupare" get nonesuch-director
	[ "$status" -eq 1 ]
	[[ $output == *'nearest: Producers and Directors'* ]]
}

@test "the table fits 80 columns and names each occupation by what other commands take" {
	run "$BIN/occupare" search 'blood pressure'
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == 'TITLE'*'CODE OR ID'*'FOUND BY'*'MATCHED'* ]]
	for line in "${lines[@]}"; do
		[ "${#line}" -le 80 ]
	done
	run "$BIN/occupare" search 'truck driver' --page-size 1
	[[ $output == *53-3032.00* ]]
	"$BIN/occupare" get 53-3032.00 >/dev/null
}
