#!/usr/bin/env bats
# occupare-store import onet over releases as they are published, where they are at hand.

bats_require_minimum_version 1.5.0

BIN=${OCCUPARE_BIN:-$BATS_TEST_DIRNAME/../../build/bin}
DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}
OLD=$DATA/onet_29_0_text
NEW=$DATA/onet_30_1_text

setup_file() {
	[ -d "$NEW" ] && [ -d "$OLD" ] || return 0
	for release in old:"$OLD" new:"$NEW"; do
		store=$BATS_FILE_TMPDIR/${release%%:*}
		"$BIN/occupare-store" import onet "${release#*:}" --store "$store" --quiet
		"$BIN/occupare-store" export json "$store.json" --store "$store" --quiet
	done
}

setup() {
	[ -d "$NEW" ] && [ -d "$OLD" ] || skip "no O*NET releases in OCCUPARE_SHARED_DATA"
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

# A store of release 30.1 of the test's own.
copy_store() {
	cp -r "$BATS_FILE_TMPDIR/new" s
}

# The store in s holds release 30.1 and nothing else.
unchanged() {
	store verify --store s
	expect 0
	"$BIN/occupare-store" export json after.json --store s --quiet
	cmp after.json "$BATS_FILE_TMPDIR/new.json"
}

@test "release 30.1 gives the counts of its files" {
	store import onet "$NEW" --store s --report report
	expect 0
	[ "${lines[0]}" = "281934 rows read: 230453 used, 362 of them with a value that is held back, 0 of no occupation listed" ]
	[ "${lines[1]}" = "1016 occupations: 1016 added, 0 changed, 0 unchanged, 0 removed" ]
	[ "${lines[2]}" = "4 warnings" ]
	[ "${#lines[@]}" -eq 3 ]
	[[ $stderr == *"Knowledge: warning: is not among the files; occupations get no fields of knowledge"* ]]
	grep -q "/Skills.txt: 62580 rows read: 59197 used, 139 of them with a value that is held back" report
	grep -q "/Technology Skills.txt: 32773 rows read: 32773 used" report
	unchanged
}

@test "every figure is that of the files, read by other code" {
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../support/onet_check.py" "$NEW" "$BATS_FILE_TMPDIR/new.json"
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../support/onet_check.py" "$OLD" "$BATS_FILE_TMPDIR/old.json"
}

@test "importing twice changes nothing, not even a revision" {
	copy_store
	store stat --store s
	before=$(grep -i generation <<<"$output")
	store import onet "$NEW" --store s
	expect 0
	[ "${lines[1]}" = "1016 occupations: 0 added, 0 changed, 1016 unchanged, 0 removed" ]
	store stat --store s
	[ "$(grep -i generation <<<"$output")" = "$before" ]
}

@test "a newer release takes the place of an older one and gives what it gives alone" {
	store import onet "$OLD" --store s
	expect 0
	[ "${lines[1]}" = "1016 occupations: 1016 added, 0 changed, 0 unchanged, 0 removed" ]
	store import onet "$NEW" --store s
	expect 0
	[ "${lines[1]}" = "1016 occupations: 0 added, 1016 changed, 0 unchanged, 0 removed" ]
	unchanged
}

@test "what other files say stands above a release and stays when it is replaced" {
	echo '[{"id": "registered-nurses", "title": "Nurses, Registered"}]' >own.json
	copy_store
	store import json own.json --store s
	expect 0
	store import onet "$OLD" --store s
	expect 0
	"$BIN/occupare-store" export json after.json --store s --quiet
	grep -q '"title":"Nurses, Registered"' after.json
	[ "$(grep -c '"id":"registered-nurses","title":"Nurses, Registered"' after.json)" -eq 1 ]
}

@test "the zip, gzipped files, and single files give the same store" {
	/usr/bin/python3 -c 'import os, sys, zipfile
folder, target = sys.argv[1:]
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
    for name in sorted(os.listdir(folder)):
        out.write(os.path.join(folder, name), "db_30_1_text/" + name)' "$NEW" db_30_1_text.zip
	store import onet db_30_1_text.zip --store s
	expect 0
	unchanged
	mkdir onet_30_1
	for file in "$NEW"/*.txt; do gzip -1 <"$file" >"onet_30_1/${file##*/}.gz"; done
	store import onet onet_30_1/*.gz --store s
	expect 0
	[ "${lines[1]}" = "1016 occupations: 0 added, 0 changed, 1016 unchanged, 0 removed" ]
}

@test "columns may stand in any order" {
	mkdir onet_30_1
	cp "$NEW"/* onet_30_1
	chmod u+w onet_30_1/*
	for file in "Skills" "Job Zones" "Related Occupations"; do
		tr -d '\r' <"$NEW/$file.txt" | awk -F'\t' -v OFS='\t' '{ for (i = NF; i > 1; i--) printf "%s\t", $i; print $1 }' \
			>"onet_30_1/$file.txt"
	done
	store import onet onet_30_1 --store s
	expect 0
	unchanged
}

@test "a folder of something else is refused for want of its list of occupations, and nothing else is said" {
	store import onet "$DATA/bls_oews" --store s
	expect 1
	[ "${stderr_lines[0]}" = "Occupation Data: is not among the files; without it nothing can be imported" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
}

@test "two releases at once are refused" {
	copy_store
	store import onet "$OLD" "$NEW" --store s
	expect 1
	[[ $stderr == *"is also given as"* ]]
	store import onet "$NEW/Occupation Data.txt" "$OLD/Skills.txt.gz" --store s
	expect 1
	[[ $stderr == *"is of release 29.0, other files are of 30.1; import one release at a time"* ]]
	unchanged
}

@test "files that are cut off, damaged or too large are refused and the store is as it was" {
	copy_store
	mkdir onet_30_1
	gzip -1 <"$NEW/Occupation Data.txt" | head -c 30000 >"onet_30_1/Occupation Data.txt.gz"
	store import onet onet_30_1 --store s
	expect 1
	[[ $stderr == *"Occupation Data.txt.gz"*"cut off"* ]]
	head -c 200000 "$NEW/Occupation Data.txt" >"onet_30_1/Occupation Data.txt"
	rm onet_30_1/*.gz
	store import onet onet_30_1 --store s
	expect 1
	[[ $stderr == *"Occupation Data.txt:"*"the row has"*"cells, the header has 3"* ]]
	head -c 5000 "$NEW/Skills.txt" >bad.zip
	store import onet bad.zip --store s
	expect 1
	[[ $stderr == *"bad.zip: cannot be read as a zip"* ]]
	store import onet "$NEW" --store s --max-bytes 1M
	expect 1
	[[ $stderr == *"see --max-bytes"* ]]
	store import onet /nowhere --store s
	expect 1
	[[ $stderr == *"/nowhere: cannot be read: No such file"* ]]
	unchanged
}

@test "an import that is killed leaves the old release or the new one" {
	killed=0
	copy_store
	for seconds in 0.02 0.1 0.2 0.3 0.4 0.5 0.6; do
		run timeout -s KILL "$seconds" "$BIN/occupare-store" import onet "$OLD" --store s --quiet
		[ "$status" -ne 137 ] || killed=$((killed + 1))
		store verify --store s
		expect 0
		"$BIN/occupare-store" export json after.json --store s --quiet
		cmp after.json "$BATS_FILE_TMPDIR/new.json" || cmp after.json "$BATS_FILE_TMPDIR/old.json"
		"$BIN/occupare-store" import onet "$NEW" --store s --quiet
	done
	[ "$killed" -gt 0 ]
	unchanged
}

@test "a full disk is told and the store is as it was" {
	copy_store
	# The signal that a file grew too large is ignored, so that writing fails as it does on a full disk.
	run bash -c 'trap "" XFSZ; ulimit -f $(($(stat -c %s s/data.mdb) / 1024 + 100)); exec "$@"' - \
		"$BIN/occupare-store" import onet "$OLD" --store s --quiet
	[ "$status" -eq 1 ]
	unchanged
}

@test "options are checked" {
	store import onet "$NEW" --store s --max-bytes 5X
	expect 2
	store import onet "$NEW" --store s --max-bytes 0
	expect 2
	store import onet "$NEW" --store s --release ""
	expect 2
	echo '[]' >a.json
	store import json a.json --store s --release 30.1
	expect 2
	[[ $stderr == *"json takes neither --release nor --max-bytes"* ]]
}

@test "a dry run says what would be and stores nothing" {
	store import onet "$NEW" --store s --dry-run --release 30.9
	expect 0
	[ "${lines[1]}" = "1016 occupations: 1016 added, 0 changed, 0 unchanged, 0 removed" ]
	[ ! -e s ]
}
