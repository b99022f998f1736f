#!/usr/bin/env bats
# A client without a line of our code: requests by protoc --encode, the socket by nngcat, replies by protoc --decode.

bats_require_minimum_version 1.5.0
load ../support/daemon

setup_file() {
	store_make "$BATS_FILE_TMPDIR/store" "$ROOT/store/data/occupations.json"
	daemon_start "$BATS_FILE_TMPDIR/daemon" "$BATS_FILE_TMPDIR/store" --listen tcp://127.0.0.1:0
	echo "$DAEMON_PID" >"$BATS_FILE_TMPDIR/pid"
	TCP_URL=$(sed -n 's/.* listening url=\(tcp:.*\)/\1/p' "$DAEMON_LOG")
	export TCP_URL
}

teardown_file() {
	DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
	daemon_stop
}

code() { # code --encode|--decode=TYPE
	protoc "$1" -I"$ROOT/proto" -I/usr/include occupare/rpc/v1/rpc.proto google/rpc/error_details.proto \
		occupare/v1/comparison_service.proto occupare/v1/occupation_service.proto
}

# ask URL TEXT: the reply, as text, to a Call given as text.
ask() {
	code --encode=occupare.rpc.v1.Call <<<"$2" >"$BATS_TEST_TMPDIR/call"
	nngcat --req --dial "$1" --file "$BATS_TEST_TMPDIR/call" --raw --recv-timeout 10 >"$BATS_TEST_TMPDIR/reply"
	code --decode=occupare.rpc.v1.Reply <"$BATS_TEST_TMPDIR/reply"
}

# bytes FILE: a text of protobuf's for the bytes of a file.
bytes() {
	od -An -v -to1 "$1" | tr -d '\n' | sed 's/ /\\/g'
}

@test "health is answered over tcp and ipc" {
	for url in "$TCP_URL" "$OCCUPARE_URL"; do
		run ask "$url" 'method: "/grpc.health.v1.Health/Check"'
		[ "$status" -eq 0 ]
		[ "$output" = 'payload: "\010\001"' ]
	done
}

@test "a comparison is answered and decodes" {
	code --encode=occupare.v1.CompareOccupationsRequest >"$BATS_TEST_TMPDIR/request" <<-'END'
		comparands { name: "patient-services-manager" }
		comparands { name: "service-director" }
	END
	payload=$(bytes "$BATS_TEST_TMPDIR/request")
	ask "$TCP_URL" "method: '/occupare.v1.ComparisonService/CompareOccupations' timeout { seconds: 5 } payload: '$payload'" >/dev/null
	# The payload is field 2, behind one byte of tag and its length.
	protoc --decode_raw <"$BATS_TEST_TMPDIR/reply" >/dev/null
	/usr/bin/python3 -c '
import sys
data = open(sys.argv[1], "rb").read()
assert data[0] == 0x12, "not a payload alone"
at, shift, length = 1, 0, 0
while True:
    byte = data[at]; at += 1
    length |= (byte & 0x7f) << shift; shift += 7
    if byte < 0x80: break
assert at + length == len(data)
sys.stdout.buffer.write(data[at:])' "$BATS_TEST_TMPDIR/reply" >"$BATS_TEST_TMPDIR/payload"
	run code --decode=occupare.v1.CompareOccupationsResponse <"$BATS_TEST_TMPDIR/payload"
	[ "$status" -eq 0 ]
	[[ $output == *'id: "patient-services-manager"'* ]]
	[[ $output == *'field: "salary.annual_mean"'* ]]
	[[ $output == *'value: 69729'* ]]
}

@test "garbage is answered with INVALID_ARGUMENT and its reason" {
	printf 'garbage' >"$BATS_TEST_TMPDIR/call"
	nngcat --req --dial "$OCCUPARE_URL" --file "$BATS_TEST_TMPDIR/call" --raw --recv-timeout 10 >"$BATS_TEST_TMPDIR/reply"
	run code --decode=occupare.rpc.v1.Reply <"$BATS_TEST_TMPDIR/reply"
	[[ $output == *'code: 3'* ]]
	[[ $output == *'type.googleapis.com/google.rpc.ErrorInfo'* ]]
	[[ $output == *'MALFORMED_CALL'* ]]
}

@test "an unknown method is UNIMPLEMENTED and names the nearest" {
	run ask "$TCP_URL" 'method: "/occupare.v1.ComparisonService/CompareOccupation"'
	[[ $output == *'code: 12'* ]]
	[[ $output == *'CompareOccupations'* ]]
}

@test "a passed time-out is DEADLINE_EXCEEDED" {
	run ask "$TCP_URL" 'method: "/grpc.health.v1.Health/Check" timeout { nanos: 1 }'
	[[ $output == *'code: 4'* ]]
}

@test "a write to a read-only daemon is FAILED_PRECONDITION" {
	code --encode=occupare.v1.DeleteOccupationRequest <<<'id: "service-director"' >"$BATS_TEST_TMPDIR/request"
	payload=$(bytes "$BATS_TEST_TMPDIR/request")
	run ask "$OCCUPARE_URL" "method: '/occupare.v1.OccupationService/DeleteOccupation' payload: '$payload'"
	[[ $output == *'code: 9'* ]]
	[[ $output == *'READ_ONLY'* ]]
}

@test "the schema that is served describes every method" {
	ask "$TCP_URL" 'method: "/occupare.rpc.v1.ReflectionService/GetSchema"' >/dev/null
	run strings -n 10 "$BATS_TEST_TMPDIR/reply"
	[[ $output == *'CompareOccupations'* ]]
	[[ $output == *'AnalyzeTransition'* ]]
}
