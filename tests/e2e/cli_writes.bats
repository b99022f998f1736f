#!/usr/bin/env bats
# put and delete against a writable daemon; each test has occupations of its own.

bats_require_minimum_version 1.5.0
load ../support/daemon

O=$BIN/occupare

setup_file() {
	local dir=$BATS_FILE_TMPDIR
	store_make "$dir/store" "$ROOT/store/data/occupations.json"
	daemon_start "$dir/daemon" "$dir/store" --writable
	echo "$DAEMON_PID" >"$dir/pid"
}

teardown_file() {
	DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
	daemon_stop
}

occ() {
	run --separate-stderr "$O" "$@"
	errors=$stderr
}

expect() {
	[ "$status" -eq "$1" ] || {
		printf 'exit code %s, not %s\noutput: %s\nerrors: %s\n' "$status" "$1" "$output" "$errors"
		return 1
	}
}

has() {
	local text=$1 part
	shift
	for part; do
		[[ $text == *"$part"* ]] || {
			printf 'lacks "%s":\n%s\n' "$part" "$text"
			return 1
		}
	done
}

@test "put adds an occupation, which is there at once, and says its revision" {
	occ put - <<<'{"id": "barista", "title": "Barista", "salary": {"currencyCode": "USD", "annualMean": {"value": 31000}}}'
	expect 0
	[[ $output =~ ^barista\ revision\ [1-9][0-9]*$ ]]
	[ "$("$O" get barista -o json | jq -r .occupation.revision)" = "${output##* }" ]
	occ get barista
	has "$output" '$31,000'
}

@test "put replaces the revision that the file states, and no other" {
	echo '{"id": "lamplighter", "title": "Lamplighter"}' | "$O" put -
	"$O" get lamplighter -o json | jq '.occupation | .summary = "Lights lamps."' >"$BATS_TEST_TMPDIR/record.json"
	occ put "$BATS_TEST_TMPDIR/record.json"
	expect 0
	revision=${output##* }
	[ "$revision" -gt "$(jq -r .revision "$BATS_TEST_TMPDIR/record.json")" ]
	occ put "$BATS_TEST_TMPDIR/record.json"
	expect 1
	has "$errors" 'occupare: ABORTED: '
	# Equal content keeps its revision.
	occ put "$BATS_TEST_TMPDIR/record.json" --etag "$revision"
	expect 0
	[ "$output" = "lamplighter revision $revision" ]
	jq '.summary = "Lit lamps."' "$BATS_TEST_TMPDIR/record.json" >"$BATS_TEST_TMPDIR/other.json"
	occ put "$BATS_TEST_TMPDIR/other.json" --etag 0 -o json
	expect 0
	[ "$(jq -r '.occupation.summary' <<<"$output")" = "Lit lamps." ]
}

@test "put --create refuses what is there and differs, not what is equal" {
	echo '{"id": "cooper", "title": "Cooper"}' >"$BATS_TEST_TMPDIR/cooper.json"
	occ put --create "$BATS_TEST_TMPDIR/cooper.json"
	expect 0
	occ put --create "$BATS_TEST_TMPDIR/cooper.json"
	expect 0
	occ put --create - <<<'{"id": "cooper", "title": "Cooper", "summary": "Makes barrels."}'
	expect 1
	has "$errors" ALREADY_EXISTS
}

@test "put takes one occupation per line" {
	occ put - <<-'END'
		{"id": "line-one", "title": "Line One"}

		{"id": "line-two", "title": "Line Two"}
	END
	expect 0
	[[ $output =~ ^line-one\ revision\ [0-9]+.line-two\ revision\ [0-9]+$ ]]
}

@test "put of a broken file names file, line and field, and sends nothing" {
	printf '%s\n' '{"id": "good-one", "title": "Good One"}' '{"id": "bad-one", "titel": "Bad One"}' >"$BATS_TEST_TMPDIR/lines.json"
	occ put "$BATS_TEST_TMPDIR/lines.json"
	expect 1
	has "$errors" "$BATS_TEST_TMPDIR/lines.json:2: titel: "
	occ get good-one
	expect 1
	occ put - <<<'{"id": "bad-one", "title": '
	expect 1
	has "$errors" 'standard input: line 2, column 1: '
	run --separate-stderr bash -c "'$O' put - <&-"
	errors=$stderr
	expect 2
	has "$errors" 'cannot read standard input: Bad file descriptor'
}

@test "put of an invalid occupation lists every field that is wrong" {
	occ put - <<<'{"id": "Bad Id", "title": "Bad", "demographics": {"lgbtPercent": {"value": 140}}}'
	expect 1
	has "$errors" 'INVALID_ARGUMENT' occupation.id
	has "$errors" lgbt_percent
}

@test "put tells which of several failed" {
	occ put - <<-'END'
		{"id": "first-of-two", "title": "First"}
		{"id": "Second Of Two", "title": "Second"}
	END
	expect 1
	[[ $output =~ ^first-of-two\ revision\ [0-9]+$ ]]
	has "$errors" 'number 2 of 2'
}

@test "put of no file, an empty one, or with contradicting options is a usage error" {
	occ put
	expect 2
	occ put /nonexistent
	expect 2
	has "$errors" /nonexistent
	occ put - </dev/null
	expect 2
	occ put --create --etag 1 - <<<'{"id": "x", "title": "X"}'
	expect 2
	occ put --etag 1 - <<<$'{"id": "xa", "title": "X"}\n{"id": "xb", "title": "X"}'
	expect 2
	occ get xa
	expect 1
}

@test "delete removes by id, under an etag, and only what is there" {
	occ put - <<<'{"id": "chandler", "title": "Chandler"}'
	revision=${output##* }
	occ delete chandler --etag $((revision + 1))
	expect 1
	has "$errors" ABORTED
	occ delete chandler --etag "$revision"
	expect 0
	[ "$output" = "chandler deleted" ]
	occ get chandler
	expect 1
	occ delete chandler
	expect 1
	has "$errors" NOT_FOUND
	occ delete chandler --allow-missing
	expect 0
}

@test "delete of several goes on behind one that is not there" {
	printf '%s\n' '{"id": "del-a", "title": "A"}' '{"id": "del-b", "title": "B"}' | "$O" put -
	occ delete - <<<$'del-a\nnobody-knows\ndel-b'
	expect 1
	[ "$output" = $'del-a deleted\ndel-b deleted' ]
	has "$errors" nobody-knows
	occ delete del-a del-b --etag 1
	expect 2
	occ delete
	expect 2
}

@test "call writes too" {
	occ call CreateOccupation -d '{"occupation": {"title": "Glass Blower"}}'
	expect 0
	[ "$(jq -r .occupation.id <<<"$output")" = glass-blower ]
}
