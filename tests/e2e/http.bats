#!/usr/bin/env bats
# The HTTP door as curl sees it: readable forms, the Connect protocol, probes, caching, who may write, starting and stopping.

# shellcheck disable=SC2154 # ask sets code, head and body

bats_require_minimum_version 1.5.0
load ../support/daemon
load ../support/http

A=patient-services-manager
B=service-director
COMPARE=/occupare.v1.ComparisonService/CompareOccupations
CREATE=/occupare.v1.OccupationService/CreateOccupation
GET=/occupare.v1.OccupationService/GetOccupation

setup_file() {
	local dir=$BATS_FILE_TMPDIR
	store_make "$dir/store" "$ROOT/store/data/occupations.json"
	daemon_start "$dir/daemon" "$dir/store" --writable --http 0 --request-bytes-max 64K
	echo "$DAEMON_PID" >"$dir/pid"
	http_url
}

teardown_file() {
	DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
	daemon_stop
}

@test "health is answered, and readiness with a loaded store" {
	ask /healthz
	expect 200 'ok'
	ask /readyz
	expect 200 'ready'
}

@test "a store without occupations is alive and not ready, and says why" {
	local dir=$BATS_TEST_TMPDIR
	echo '{"occupations": []}' >"$dir/none.json"
	store_make "$dir/store" "$dir/none.json"
	daemon_start "$dir/daemon" "$dir/store" --http 0
	http_url
	ask /healthz
	expect 200 'ok'
	ask /readyz
	daemon_stop
	expect 503 'holds no occupations'
}

@test "a comparison by GET, by POST and by the command line is the same reply" {
	"$BIN/occupare" compare $A $B -o json | jq -S . >"$BATS_TEST_TMPDIR/cli"
	ask "/v1/compare?o=$A&o=$B"
	expect 200
	jq -S . <<<"$body" | diff - "$BATS_TEST_TMPDIR/cli"
	post $COMPARE '{"comparands": [{"name": "'$A'"}, {"name": "'$B'"}]}'
	expect 200
	jq -S . <<<"$body" | diff - "$BATS_TEST_TMPDIR/cli"
}

@test "packed messages go in and come out" {
	(cd "$ROOT" && protoc -Iproto -I/usr/include --encode=occupare.v1.GetOccupationRequest \
		occupare/v1/occupation_service.proto <<<'name: "'$B'"') >"$BATS_TEST_TMPDIR/request"
	curl -sS -o "$BATS_TEST_TMPDIR/reply" -D "$BATS_TEST_TMPDIR/head" -H 'Content-Type: application/proto' \
		--data-binary @"$BATS_TEST_TMPDIR/request" "$HTTP$GET"
	grep -qi '^content-type: application/proto' "$BATS_TEST_TMPDIR/head"
	run bash -c 'cd "$0" && protoc -Iproto -I/usr/include --decode=occupare.v1.GetOccupationResponse \
		occupare/v1/occupation_service.proto <"$1"' "$ROOT" "$BATS_TEST_TMPDIR/reply"
	[[ $output == *'title: "Service Director"'* ]]
}

@test "every readable form answers with the reply of its method" {
	ask "/v1/occupations/$B"
	expect 200 '.occupation.id == "service-director" and .matchedBy == "MATCH_KIND_ID"'
	ask "/v1/occupations/Service%20Director?view=full"
	expect 200 '.occupation.aliases != [] and .matchedBy == "MATCH_KIND_TITLE"'
	ask "/v1/occupations?page_size=1&order_by=title%20desc"
	expect 200 '(.items | length) == 1 and .items[0].id == "service-director" and .nextPageToken != null'
	ask "/v1/occupations?pageSize=1&orderBy=title"
	expect 200 '.items[0].id == "patient-services-manager"'
	ask "/v1/search?q=service+dir"
	expect 200 '.items[0].id == "service-director"'
	ask "/v1/similar/$A?method=jaccard"
	expect 200 '.method == "SIMILARITY_METHOD_JACCARD" and .items[0].id == "service-director"'
	ask "/v1/transition?from=$A&to=$B"
	expect 200 '.transition.to.id == "service-director"'
	ask /v1/areas
	expect 200 '.dataset.generation == "1"'
	ask /v1/dataset
	expect 200 '.dataset.counts.occupations == "2"'
	ask "/v1/estimates/$A"
	expect 200 '.items == null and .dataset.counts.occupations == "2"'
	ask "/v1/compare?o=$A&o=$B&section=salary&section=overview&baseline=1"
	expect 200 '[.comparison.sections[].id] == ["overview", "salary"]'
	ask "/v1/compare?o=$A&o=$B&section=salary&baseline=1"
	expect 200 '[.comparison.sections[0].rows[0].differences[] | .absolute.value // 0] == [-45252, 0]'
}

@test "a rendering comes as it is, with its own type" {
	ask "/v1/render?o=$A&o=$B&format=markdown"
	expect 200 '# '
	[[ ${head,,} == *'content-type: text/markdown'* ]]
	[[ $body == *'69,729'* ]]
	[[ ${head,,} == *"content-security-policy: default-src 'none'"* ]]
	ask "/v1/render?o=$A&o=$B&format=csv&section=salary"
	[[ ${head,,} == *'content-type: text/csv'* ]]
	ask "/v1/render?o=$A&o=nobody&format=csv"
	expect 404 '.code == 5'
}

@test "an area or a period of all comparands reaches each of them" {
	ask "/v1/compare?o=$A&o=$B&area=ZZ"
	expect 404 '.message | startswith("comparands[0].area")'
	ask "/v1/compare?o=$A@ZZ&o=$B"
	expect 404 '.message | startswith("comparands[0].area")'
	ask "/v1/compare?period=1999&o=$A&o=$B"
	expect 400 '.message | startswith("comparands[0]")'
}

@test "what is wrong with a query is said, and which parameter was meant" {
	ask "/v1/search?qq=x"
	expect 400 '.code == 3 and (.message | test("qq: there is no such parameter; did you mean \"q\""))
		and .details[0].reason == "PARAMETER_UNKNOWN" and .details[1].fieldViolations[0].field == "qq"'
	ask "/v1/occupations?page_sise=3"
	expect 400 '.message | test("page_size")'
	ask "/v1/compare?comparands=x"
	expect 400 '.details[0].reason == "PARAMETER_UNKNOWN"'
	ask "/v1/occupations/$A?name=$B"
	expect 400 '.details[0].reason == "PARAMETER_UNKNOWN"'
	ask "/v1/occupations?page_size=many"
	expect 400 '.message | test("page_size: \"many\" is not a whole number")'
	ask "/v1/occupations?page_size=99999999999"
	expect 400 '.message | test("page_size")'
	ask "/v1/occupations?page_size=1&page_size=2"
	expect 400 '.message == "page_size: is given twice"'
	ask "/v1/search?q=a&q=b"
	expect 400 '.message == "q: is given twice"'
	ask "/v1/search?q=a&query=b"
	expect 400 '.message == "query: is given twice"'
	ask "/v1/occupations?page_size=1&pageSize=2"
	expect 400 '.message == "pageSize: is given twice"'
	ask "/v1/compare?o=$A&o=$B&baseline=-1"
	expect 400 '.message | test("baseline: \"-1\" is not")'
	ask "/v1/occupations?annual_mean_min=nan"
	expect 400 '.message | test("annual_mean_min")'
	ask "/v1/similar/$A?method=guess"
	expect 400 '.message | test("method: \"guess\" is not one of its names")'
	ask "/v1/compare?o=$A"
	expect 400 '.message | test("comparands")'
}

@test "failures are google.rpc.Status with the code that goes with them" {
	ask /v1/occupations/nobody-is-called-so
	expect 404 '.code == 5 and .details[0]["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
		and .details[0].reason == "OCCUPATION_NOT_FOUND" and .details[0].domain == "occupare"
		and .details[0].metadata.name == "nobody-is-called-so"'
	ask /v1/compar
	expect 404 '.code == 5 and .details[0].metadata.nearest == "/v1/compare"'
	ask /nowhere
	expect 404 '.code == 5'
	ask "/v1/occupations/"
	expect 404 '.code == 5'
	ask "/v1/areas?page_token=forged"
	expect 400 '.code == 3'
}

@test "addresses that are broken are refused" {
	for path in /v1/occupations/%zz /v1/occupations/%4 /v1/occupations/% '/v1/search?q=%' '/v1/search?q=%f' '/v1/search?%q=1'; do
		ask "$path"
		expect 400 '.code == 3 and .details[0].reason == "MALFORMED_URL" and (.message | test("hexadecimal"))'
	done
	ask '/v1/occupations/a%00b'
	expect 400 '.message | test("NUL")'
	ask '/v1/search?q=a%00'
	expect 400 '.message | test("NUL")'
	ask '/v1/search?q=%ff'
	expect 400 '.message | test("UTF-8")'
	ask '/v1/search?q=%c3%a9'
	expect 200
	ask '/v1/search?q=a&&'
	expect 200
	ask "/v1/search?$(printf 'q=a&%.0s' {1..70})"
	expect 429
}

@test "a path leads to nothing but routes" {
	for path in /../../etc/passwd /v1/../../etc/passwd /%2e%2e/%2e%2e/etc/passwd /v1/occupations/..%2f..%2fetc%2fpasswd \
		//etc/passwd /v1/occupations/../areas /a/b/c/d/e/f/g/h/i/j/k/l; do
		ask "$path" --path-as-is
		expect 404
		[[ $body != *root:* ]]
	done
}

@test "a verb that a path does not take is 405 and says which it takes" {
	for verb in POST PUT DELETE PATCH BREW; do
		ask /v1/compare -X "$verb"
		expect 405
		[[ ${head,,} == *'allow: get, head, options'* ]]
	done
	for verb in GET PUT DELETE; do
		ask $COMPARE -X "$verb"
		expect 405
		[[ ${head,,} == *'allow: post, options'* ]]
	done
	ask /v1/compare -X OPTIONS
	expect 204
	[[ ${head,,} == *'allow: get, head, options'* ]]
	ask /nothing -X OPTIONS
	expect 404
}

@test "HEAD is GET without the body" {
	ask "/v1/occupations/$A"
	local length=${#body}
	run curl -sS -I "$HTTP/v1/occupations/$A"
	[[ ${output,,} == *'200 ok'* ]]
	[[ ${output,,} == *"content-length: $(curl -sS "$HTTP/v1/occupations/$A" | wc -c)"* ]]
	[[ ${output,,} == *'etag: '* ]]
	[ "$length" -gt 100 ]
	run curl -sS -I "$HTTP/v1/occupations/nobody"
	[[ ${output,,} == *' 404 '* ]]
}

@test "an answer need not be sent twice, until the data changes" {
	local first second
	ask "/v1/occupations/$A"
	first=$(field etag)
	[[ $first == W/* ]]
	[ "$(field cache-control)" = no-cache ]
	ask "/v1/occupations/$A" -H "If-None-Match: $first"
	expect 304
	[ -z "$body" ]
	[ "$(field etag)" = "$first" ]
	ask "/v1/occupations/$A" -H "If-None-Match: \"other\", $first"
	expect 304
	ask "/v1/occupations/$B" -H "If-None-Match: $first"
	expect 200
	ask "/v1/occupations/$A?view=FULL" -H "If-None-Match: $first"
	expect 200
	post $CREATE '{"occupation": {"title": "Tag Changer"}}'
	expect 200
	ask "/v1/occupations/$A" -H "If-None-Match: $first"
	expect 200
	second=$(field etag)
	[ "$first" != "$second" ]
	ask "/v1/occupations/nobody" -H "If-None-Match: *"
	expect 404
}

@test "failures, writes and probes are not kept" {
	ask /v1/occupations/nobody
	[ "$(field cache-control)" = no-store ]
	[ -z "$(field etag)" ]
	post $GET '{"name": "'$A'"}'
	[ "$(field cache-control)" = no-store ]
	ask /readyz
	[ "$(field cache-control)" = no-store ]
}

@test "gzip goes in and comes out, where it is asked for" {
	local plain
	ask "/v1/compare?o=$A&o=$B"
	plain=$body
	[ -z "$(field content-encoding)" ]
	[[ $(field vary) == *Accept-Encoding* ]]
	curl -sS -H 'Accept-Encoding: br, gzip;q=0.5' -D "$BATS_TEST_TMPDIR/head" "$HTTP/v1/compare?o=$A&o=$B" >"$BATS_TEST_TMPDIR/gz"
	grep -qi '^content-encoding: gzip' "$BATS_TEST_TMPDIR/head"
	[ "$(gzip -dc "$BATS_TEST_TMPDIR/gz")" = "$plain" ]
	[ "$(wc -c <"$BATS_TEST_TMPDIR/gz")" -lt $((${#plain} / 2)) ]
	ask "/v1/compare?o=$A&o=$B" -H 'Accept-Encoding: gzip;q=0, identity'
	[ "$body" = "$plain" ]
	printf '{"name": "%s"}' $A | gzip >"$BATS_TEST_TMPDIR/request.gz"
	ask $GET -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' --data-binary @"$BATS_TEST_TMPDIR/request.gz"
	expect 200 '.occupation.id == "patient-services-manager"'
	ask $GET -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' -d 'no gzip'
	expect 400 '.code == "invalid_argument"'
	head -c 20 "$BATS_TEST_TMPDIR/request.gz" >"$BATS_TEST_TMPDIR/cut.gz"
	ask $GET -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' --data-binary @"$BATS_TEST_TMPDIR/cut.gz"
	expect 400 '.code == "invalid_argument"'
	head -c 50000000 /dev/zero | gzip >"$BATS_TEST_TMPDIR/bomb.gz"
	ask $GET -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' --data-binary @"$BATS_TEST_TMPDIR/bomb.gz"
	expect 429 '.code == "resource_exhausted"'
	ask $GET -H 'Content-Type: application/json' -H 'Content-Encoding: br' -d '{}'
	expect 501 '.code == "unimplemented" and (.message | test("gzip"))'
}

@test "Connect: what its headers ask for" {
	ask / --request-target "$HTTP$GET" -H 'Content-Type: application/json' -d '{"name": "'$A'"}'
	expect 200 '.occupation.id == "patient-services-manager"'
	post $GET '{"name": "'$A'"}' -H 'Connect-Protocol-Version: 1' -H 'Connect-Timeout-Ms: 5000'
	expect 200
	post $GET '{"name": "'$A'"}' -H 'Connect-Protocol-Version: 2'
	expect 400 '.code == "invalid_argument"'
	post $GET '{"name": "'$A'"}' -H 'Connect-Timeout-Ms: 0'
	expect 504 '.code == "deadline_exceeded"'
	post $GET '{"name": "'$A'"}' -H 'Connect-Timeout-Ms: soon'
	expect 400 '.code == "invalid_argument"'
	post $GET '{"name": "'$A'"}' -H 'Connect-Timeout-Ms: 12345678901'
	expect 400 '.code == "invalid_argument"'
	post $GET '{"name": "'$A'"}' -H 'Content-Type: application/json; charset=utf-8'
	expect 200
}

@test "Connect: failures have its shape, and details that decode" {
	post $GET '{"name": "nobody-is-called-so"}'
	expect 404 '.code == "not_found" and .details[0].type == "google.rpc.ErrorInfo"
		and .details[0].debug.reason == "OCCUPATION_NOT_FOUND" and .details[0].debug.metadata.name == "nobody-is-called-so"'
	value=$(jq -r '.details[0].value' <<<"$body")
	[[ $value != *=* ]]
	run bash -c 'base64 -d 2>/dev/null <<<"$0===" | (cd "$1" && protoc -Iproto -I/usr/include --decode=google.rpc.ErrorInfo google/rpc/error_details.proto)' "$value" "$ROOT"
	[[ $output == *'reason: "OCCUPATION_NOT_FOUND"'* ]]
	post $COMPARE '{"comparands": [{"name": "'$A'"}]}'
	expect 400 '.code == "invalid_argument"'
	post $GET '{"nam": "x"}'
	expect 400 '.code == "invalid_argument" and (.message | test("nam"))'
	post $GET '{"name": '
	expect 400 '.code == "invalid_argument" and .details[0].debug.reason == "JSON_SYNTAX"'
	post $GET ''
	expect 400 '.code == "invalid_argument" and (.message | test("line 1"))'
	post $GET "$(printf '[%.0s' {1..5000})"
	expect 429 '.code == "resource_exhausted"'
	post /occupare.v1.OccupationService/GetOccupations '{}'
	expect 404 '.code == "unimplemented" and (.message | test("GetOccupation"))'
	post /occupare.v2.OccupationService/GetOccupation '{}'
	expect 404 '.code == "unimplemented"'
	post /nothing '{}'
	expect 404 '.code == "unimplemented"'
}

@test "Connect: content types that are not its own are 415" {
	for type in text/plain application/x-www-form-urlencoded multipart/form-data application/grpc application/connect+json \
		application/jsonx ''; do
		ask $GET -H "Content-Type: $type" -d '{"name": "'$A'"}'
		expect 415 '.code == "invalid_argument"'
		[[ ${head,,} == *'accept-post: application/json, application/proto'* ]]
	done
}

@test "a body over the limit is 413, by its own word, by its chunks, and from a client that waits to be told" {
	head -c 70000 /dev/zero | tr '\0' ' ' >"$BATS_TEST_TMPDIR/large"
	ask $GET -H 'Content-Type: application/json' -H 'Expect:' --data-binary @"$BATS_TEST_TMPDIR/large"
	expect 413 '.code == "resource_exhausted"'
	ask $GET -H 'Content-Type: application/json' -H 'Expect: 100-continue' --data-binary @"$BATS_TEST_TMPDIR/large"
	expect 413
	ask $GET -H 'Content-Type: application/json' -H 'Expect:' -H 'Transfer-Encoding: chunked' --data-binary @"$BATS_TEST_TMPDIR/large"
	expect 413 '.code == "resource_exhausted"'
	head -c 65000 "$BATS_TEST_TMPDIR/large" >"$BATS_TEST_TMPDIR/fits"
	printf '{"name": "%s"}' $A >>"$BATS_TEST_TMPDIR/fits"
	ask $GET -H 'Content-Type: application/json' --data-binary @"$BATS_TEST_TMPDIR/fits"
	expect 200
}

@test "a caller of this host writes, a page of another site does not" {
	local record='{"occupation": {"title": "Page Writer"}}' port=${HTTP##*:}
	post $CREATE "$record"
	expect 200 '.occupation.id == "page-writer"'
	post $CREATE "$record" -H "Origin: $HTTP" -H 'Sec-Fetch-Site: same-origin'
	expect 200
	post $CREATE "$record" -H 'Origin: http://evil.example'
	expect 403 '.code == "permission_denied" and .details[0].debug.reason == "CROSS_SITE"'
	post $CREATE "$record" -H 'Origin: null'
	expect 403 '.details[0].debug.reason == "CROSS_SITE"'
	post $CREATE "$record" -H 'Sec-Fetch-Site: cross-site'
	expect 403 '.details[0].debug.reason == "CROSS_SITE"'
	# A name of the attacker's that was made to mean this host.
	post $CREATE "$record" -H "Host: evil.example:$port" -H "Origin: http://evil.example:$port"
	expect 403 '.details[0].debug.reason == "CROSS_SITE"'
	for header in X-Forwarded-For X-Real-IP Forwarded Via; do
		post $CREATE "$record" -H "$header: 192.0.2.1"
		expect 403 '.details[0].debug.reason == "NOT_LOCAL"'
	done
	ask $CREATE -H 'Content-Type: text/plain' -H 'Origin: http://evil.example' -d "$record"
	expect 415
	post $GET '{"name": "'$A'"}' -H 'Origin: http://evil.example'
	expect 200
	[ -z "$(field access-control-allow-origin)" ]
}

@test "a write is answered when it is on disk, many at once" {
	local titles writers
	titles=$(for n in {1..40}; do echo "Writer Number $n"; done)
	while read -r title; do
		curl -sS -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/json' \
			-d '{"occupation": {"title": "'"$title"'"}}' "$HTTP$CREATE" &
	done <<<"$titles" >"$BATS_TEST_TMPDIR/codes"
	mapfile -t writers < <(jobs -p)
	wait "${writers[@]}"
	[ "$(sort -u "$BATS_TEST_TMPDIR/codes")" = 200 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/codes")" -eq 40 ]
	ask "/v1/search?q=writer+number&page_size=100"
	expect 200 '.items | length == 40'
}

@test "an update under a stale etag is 409" {
	post $CREATE '{"occupation": {"title": "Stale Record"}}'
	expect 200
	post /occupare.v1.OccupationService/UpdateOccupation '{"occupation": {"id": "stale-record", "title": "Stale Record"}, "etag": "1"}'
	expect 409 '.code == "aborted"'
}

@test "a daemon that does not take writes says so" {
	daemon_start "$BATS_TEST_TMPDIR/daemon" "$BATS_FILE_TMPDIR/store" --http 127.0.0.1:0
	http_url
	post $CREATE '{"occupation": {"title": "Nobody"}}'
	daemon_stop
	expect 400 '.code == "failed_precondition" and .details[0].debug.reason == "READ_ONLY"'
}

@test "pages of other origins may read where they are let in, and no others" {
	daemon_start "$BATS_TEST_TMPDIR/daemon" "$BATS_FILE_TMPDIR/store" --http 0 --http-cors https://app.example
	http_url
	ask /v1/dataset -H 'Origin: https://app.example'
	expect 200
	[ "$(field access-control-allow-origin)" = https://app.example ]
	[[ $(field vary) == *Origin* ]]
	ask $COMPARE -X OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: POST'
	expect 204
	[ "$(field access-control-allow-origin)" = https://app.example ]
	[[ $(field access-control-allow-headers) == *Content-Type* ]]
	ask /v1/dataset -H 'Origin: https://evil.example'
	[ -z "$(field access-control-allow-origin)" ]
	[[ $(field vary) == *Origin* ]]
	daemon_stop
}

@test "the one origin that is let in may write, any origin may not" {
	store_make "$BATS_TEST_TMPDIR/store" "$ROOT/store/data/occupations.json"
	daemon_start "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/store" --http 0 --writable --http-cors https://app.example
	http_url
	post $CREATE '{"occupation": {"title": "From App"}}' -H 'Origin: https://app.example'
	expect 200
	post $CREATE '{"occupation": {"title": "From Evil"}}' -H 'Origin: https://app.example.evil.example'
	expect 403 '.details[0].debug.reason == "CROSS_SITE"'
	daemon_stop
	daemon_start "$BATS_TEST_TMPDIR/any" "$BATS_TEST_TMPDIR/store" --http 0 --writable --http-cors '*'
	http_url
	post $CREATE '{"occupation": {"title": "From Anywhere"}}' -H 'Origin: https://app.example'
	daemon_stop
	expect 403 '.details[0].debug.reason == "CROSS_SITE"'
	[ "$(field access-control-allow-origin)" = '*' ]
}

@test "metrics pass promtool and count what was done" {
	ask "/v1/compare?o=$A&o=$B"
	ask /v1/occupations/nobody
	"$BIN/occupare" list >/dev/null
	ask /metrics
	expect 200
	[[ $(field content-type) == 'text/plain; version=0.0.4'* ]]
	counts 'occupare_requests_total{transport="http",method="occupare.v1.ComparisonService/CompareOccupations",code="OK"}' 1
	counts 'occupare_requests_total{transport="http",method="occupare.v1.OccupationService/GetOccupation",code="NOT_FOUND"}' 1
	counts 'occupare_requests_total{transport="ipc",method="occupare.v1.OccupationService/ListOccupations",code="OK"}' 1
	counts 'occupare_request_duration_seconds_bucket{transport="http",method="occupare.v1.ComparisonService/CompareOccupations",le="+Inf"}' 1
	counts 'occupare_http_requests_total{route="/v1/occupations/{name}",code="404"}' 1
	counts 'occupare_response_bytes_total{transport="http"}' 1000
	counts 'occupare_connections_total{transport="ipc"}' 1
	counts 'occupare_connections{transport="http"}' 1
	counts 'occupare_store_generation' 1
	counts 'occupare_store_occupations' 2
	counts 'occupare_store_size_bytes' 4096
	counts 'occupare_store_readers' 1
	grep -q '^occupare_requests_in_flight{transport="http"} 0$' <<<"$body"
	grep -q '^occupare_build_info{version="[0-9.]*",.*microhttpd="[0-9.]*"} 1$' <<<"$body"
	command -v promtool >/dev/null || skip "no promtool (package prometheus)"
	run promtool check metrics <<<"$body"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "what the description of the API lists is there" {
	ask /v1/openapi.json
	expect 200 '.openapi == "3.1.0"'
	jq -r '.paths | to_entries[] | select(.value.get) | .key' <<<"$body" >"$BATS_TEST_TMPDIR/gets"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/gets")" -eq 10 ]
	jq -r '.paths | to_entries[] | select(.value.post) | .key' <<<"$body" >"$BATS_TEST_TMPDIR/posts"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/posts")" -eq 17 ]
	local description=$body path parameters
	# Each parameter that is listed is understood, each that is required suffices.
	while read -r path; do
		parameters=$(jq -r --arg p "$path" '.paths[$p].get.parameters[] | select(.in == "query" and .required)
			| if .name == "o" then "o='$A'&o='$B'" elif .name == "to" then "to='$B'" else .name + "='$A'" end' <<<"$description" | paste -sd '&')
		ask "${path/\{name\}/$A}?$parameters"
		expect 200
		for name in $(jq -r --arg p "$path" '.paths[$p].get.parameters[] | select(.in == "query") | .name' <<<"$description"); do
			ask "${path/\{name\}/$A}?$name=1"
			[[ $body != *PARAMETER_UNKNOWN* ]]
		done
	done <"$BATS_TEST_TMPDIR/gets"
	while read -r path; do
		post "$path" '{}'
		[ "$code" -eq 200 ] || [ "$code" -eq 400 ] || [ "$code" -eq 404 ]
		[[ $body != *unimplemented* ]]
	done <"$BATS_TEST_TMPDIR/posts"
	# Nothing refers to what is not there.
	[ -z "$(jq -r '[.. | objects | .["$ref"]? // empty | ltrimstr("#/components/schemas/") | select(startswith("#") | not)] - (.components.schemas | keys) | .[]' <<<"$description")" ]
	jq -e '.components.schemas["occupare.v1.Figure"].properties.relativeStandardError.description | test("percent")' <<<"$description"
}

@test "readiness ends with SIGTERM while requests at work are finished" {
	local slow
	daemon_start "$BATS_TEST_TMPDIR/daemon" "$BATS_FILE_TMPDIR/store" --http 0 --drain-timeout 20s
	http_url
	# Half a request, to be finished later, is at work.
	exec 5<>"/dev/tcp/127.0.0.1/${HTTP##*:}"
	printf 'POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{"service":' /grpc.health.v1.Health/Check >&5
	ask /readyz
	expect 200
	kill "$DAEMON_PID"
	for _ in {1..200}; do
		ask /readyz
		[ "$code" -eq 503 ] && break
	done
	expect 503 'stopping'
	[[ ${head,,} == *'connection: close'* ]]
	ask /healthz
	expect 200
	ask /v1/dataset
	expect 503 '.code == 14'
	printf ' ""      }' >&5
	slow=$(timeout 10 cat <&5)
	exec 5>&-
	[[ $slow == 'HTTP/1.1 200 OK'* ]]
	[[ $slow == *'"status":"NOT_SERVING"'* ]]
	# It ends by itself, without a reason to cut anybody off.
	timeout 20 tail --pid="$DAEMON_PID" -f /dev/null
	wait "$DAEMON_PID"
	DAEMON_PID=
	grep -q ' info stopped ' "$DAEMON_LOG"
	run grep 'cut off' "$DAEMON_LOG"
	[ "$status" -eq 1 ]
}

@test "it does not start where it cannot listen, or where strangers could write" {
	run "$BIN/occupared" --store "$BATS_FILE_TMPDIR/store" --listen "ipc://$BATS_TEST_TMPDIR/s" --http 0.0.0.0:0 --writable
	[ "$status" -eq 1 ]
	[[ $output == *'0.0.0.0:0 can be reached from other hosts'* ]]
	run "$BIN/occupared" --store "$BATS_FILE_TMPDIR/store" --listen "ipc://$BATS_TEST_TMPDIR/s" --http nowhere:80
	[ "$status" -eq 1 ]
	[[ $output == *'cannot listen on "nowhere:80": give ADDRESS:PORT'* ]]
	run "$BIN/occupared" --store "$BATS_FILE_TMPDIR/store" --listen "ipc://$BATS_TEST_TMPDIR/s" --http "${HTTP##*:}"
	[ "$status" -eq 1 ]
	[[ $output == *'already in use'* ]]
	run "$BIN/occupared" --store "$BATS_FILE_TMPDIR/store" --listen "ipc://$BATS_TEST_TMPDIR/s" --http 192.0.2.1:80
	[ "$status" -eq 1 ]
	[[ $output == *'no such address on this host'* ]]
}

@test "it listens on loopback unless told otherwise, on IPv6 too" {
	daemon_start "$BATS_TEST_TMPDIR/daemon" "$BATS_FILE_TMPDIR/store" --http :0
	http_url
	[[ $HTTP == http://127.0.0.1:* ]]
	daemon_stop
	[ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
	daemon_start "$BATS_TEST_TMPDIR/daemon6" "$BATS_FILE_TMPDIR/store" --http '[::1]:0' --writable
	http_url
	ask /healthz -g
	expect 200
	post $CREATE '{"occupation": {"title": "Six Writer"}}' -g
	daemon_stop
	expect 200
}
