# For bats, after daemon.bash: asking the daemon over HTTP.

# http_url: sets HTTP to the address of the daemon that was started last.
http_url() {
	HTTP=$(sed -n 's/.* listening url=\(http:.*\)/\1/p' "$DAEMON_LOG")
	export HTTP
}

# ask PATH [CURL OPTION...]: sets code, head and body.
ask() {
	local path=$1
	shift
	code=$(curl -sS -m 20 -D "$BATS_TEST_TMPDIR/.head" -o "$BATS_TEST_TMPDIR/.body" -w '%{http_code}' "$@" "$HTTP$path") || {
		echo "curl failed on $path"
		return 1
	}
	head=$(tr -d '\r' <"$BATS_TEST_TMPDIR/.head")
	body=
	[ ! -e "$BATS_TEST_TMPDIR/.body" ] || body=$(tr -d '\0' <"$BATS_TEST_TMPDIR/.body")
	rm -f "$BATS_TEST_TMPDIR/.body"
}

# post PATH JSON [CURL OPTION...]
post() {
	local path=$1 json=$2
	shift 2
	ask "$path" -H 'Content-Type: application/json' -d "$json" "$@"
}

# field NAME: the value of a header.
field() {
	sed -n "s/^$1: //Ip" <<<"$head"
}

# expect CODE [WHAT]: what is part of a text, or a condition of jq on JSON.
expect() {
	local holds=true
	if [ $# -gt 1 ]; then
		case $body in
		'{'*) jq -e "$2" <<<"$body" >/dev/null || holds=false ;;
		*) [[ $body == *"$2"* ]] || holds=false ;;
		esac
	fi
	if [ "$code" -ne "$1" ] || [ "$holds" != true ]; then
		printf 'status %s, expected %s %s\n%s\n%s\n' "$code" "$1" "${2:-}" "$head" "$body"
		return 1
	fi
}

# counts SERIES MIN: the series is in the body, with at least so much.
counts() {
	local value
	value=$(awk -v series="$1 " 'index($0, series) == 1 { print $NF }' <<<"$body")
	[ "${value:-0}" -ge "$2" ] || {
		printf '%s is %s, not at least %s\n' "$1" "${value:-absent}" "$2"
		return 1
	}
}
