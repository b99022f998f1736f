# For bats: a store and a daemon on it, on an ipc socket in a folder of the test.  `load ../support/daemon` gives these.

BIN=${OCCUPARE_BIN:-$BATS_TEST_DIRNAME/../../build/bin}
ROOT=${OCCUPARE_ROOT:-$BATS_TEST_DIRNAME/../..}

# store_make DIR FILE...: imports JSON files into a store.
store_make() {
	local store=$1
	shift
	"$BIN/occupare-store" import json "$@" --store "$store" >"$store.log" 2>&1 || {
		cat "$store.log" >&2
		return 1
	}
}

# daemon_start DIR STORE [SETTING...]: starts a daemon with its socket and log in DIR and returns when it takes calls.
# Sets OCCUPARE_URL and DAEMON_PID.
daemon_start() {
	local dir=$1 store=$2 url
	shift 2
	mkdir -p "$dir"
	mkfifo "$dir/ready"
	# bats waits for whoever holds its descriptor 3, so the daemon must not.
	"$BIN/occupared" --store "$store" --listen "ipc://$dir/socket" --ready-fd 9 "$@" \
		9>"$dir/ready" 3>&- </dev/null >"$dir/log" 2>&1 &
	DAEMON_PID=$!
	# Ends when the daemon is ready, or dead.
	url=$(timeout 60 head -n 1 "$dir/ready")
	rm -f "$dir/ready"
	if [ -z "$url" ]; then
		cat "$dir/log" >&2
		daemon_stop
		return 1
	fi
	export OCCUPARE_URL=$url DAEMON_PID DAEMON_LOG=$dir/log
}

# Stops the daemon and waits until it is gone. Its exit status is that of this function, where it is a child of this shell; if it
# is not 0 its log is shown.
daemon_stop() {
	local pid=${DAEMON_PID:-} status=0
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null || true
	timeout 60 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null || status=$?
	DAEMON_PID=
	[ "$status" -ne 127 ] || status=0
	[ "$status" -eq 0 ] || cat "${DAEMON_LOG:-/dev/null}" >&2
	return "$status"
}
