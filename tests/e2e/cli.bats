#!/usr/bin/env bats
# The command line against a real daemon: every command, form and exit code.

bats_require_minimum_version 1.5.0
load ../support/daemon

O=$BIN/occupare

# The two bundled occupations, two with codes and an alias in common, and sixty to page through.
fixture() {
	cat <<-'END'
		{"id": "registered-nurses", "title": "Registered Nurses", "codes": [{"system": "SOC2018", "value": "29-1141"}], "aliases": ["Charge Nurse", "Floor Nurse"], "category": {"id": "healthcare", "title": "Healthcare"}, "salary": {"currencyCode": "USD", "annualMean": {"value": 98430, "source": 1}}, "skills": [{"name": "Patients", "percent": {"value": 30}}], "sources": [{"id": 1, "title": "Invented wages"}]}
		{"id": "nurse-midwives", "title": "Nurse Midwives", "codes": [{"system": "SOC2018", "value": "29-1161"}], "aliases": ["Charge Nurse"], "category": {"id": "healthcare", "title": "Healthcare"}, "salary": {"currencyCode": "USD", "annualMean": {"value": 131570, "source": 1}}, "sources": [{"id": 1, "title": "Invented wages"}]}
		{"id": "cafe-manager", "title": "Café Manager, \"Bistro\"", "salary": {"currencyCode": "EUR", "annualMean": {"value": 41000.5}}}
	END
	for i in $(seq 10 69); do
		echo "{\"id\": \"filler-$i\", \"title\": \"Filler $i\", \"salary\": {\"currencyCode\": \"USD\", \"annualMean\": {\"value\": 20$i}}}"
	done
}

setup_file() {
	local dir=$BATS_FILE_TMPDIR
	unset COLUMNS NO_COLOR XDG_RUNTIME_DIR
	fixture >"$dir/more.jsonl"
	store_make "$dir/store" "$ROOT/store/data/occupations.json" "$dir/more.jsonl"
	daemon_start "$dir/daemon" "$dir/store"
	echo "$DAEMON_PID" >"$dir/pid"
}

teardown_file() {
	DAEMON_PID=$(cat "$BATS_FILE_TMPDIR/pid")
	daemon_stop
}

# Runs it with standard output and error apart: $output is standard output, $errors standard error.
occ() {
	run --separate-stderr "$O" "$@"
	errors=$stderr
}

expect() {
	[ "$status" -eq "$1" ] || {
		echo "exit code $status, not $1"
		echo "output: $output"
		echo "errors: $errors"
		return 1
	}
}

# has TEXT PART...: every part is in the text.
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

# Nothing on standard output.
silent() {
	[ -z "$output" ] || {
		printf 'standard output: %s\n' "$output"
		return 1
	}
}

# Columns of the widest line.
wide() {
	grep -vE '^ *https?://' <<<"$1" | LC_ALL=C.UTF-8 wc -L
}

# ---- compare ----

@test "compare prints the page with the facts of both" {
	occ compare patient-services-manager service-director
	expect 0
	has "$output" '$69,729' '$114,981' '+$45,252, +64.9%' '157,294' '4-6 years' 'Beverly, MA' "Bachelor's Degree"
	[ -z "$errors" ]
}

@test "compare writes no colour and 80 columns where standard output is no terminal" {
	occ compare patient-services-manager service-director
	expect 0
	[[ $output != *$'\033'* ]]
	[ "$(wide "$output")" -le 80 ]
}

@test "compare is as wide as COLUMNS or --width says" {
	export COLUMNS=120
	occ compare patient-services-manager service-director
	expect 0
	[ "$(wide "$output")" -gt 80 ]
	[ "$(wide "$output")" -le 120 ]
	occ compare patient-services-manager service-director --width 60
	[ "$(wide "$output")" -le 60 ]
}

@test "compare colours on a terminal, unless NO_COLOR, --no-color or TERM=dumb" {
	on_terminal() { env TERM=xterm "$@" script -qec "$O compare patient-services-manager service-director $flags" /dev/null </dev/null; }
	flags=
	[[ $(on_terminal) == *$'\033['* ]]
	[[ $(on_terminal NO_COLOR=1) != *$'\033['* ]]
	[[ $(on_terminal TERM=dumb) != *$'\033['* ]]
	flags=--no-color
	[[ $(on_terminal) != *$'\033['* ]]
}

@test "compare -o table holds the rows alone" {
	occ compare patient-services-manager service-director -o table
	expect 0
	has "$output" '$69,729' 'Hourly rate'
	[[ $output != *"It typically takes"* ]]
}

@test "compare -o markdown has a table of Markdown" {
	occ compare patient-services-manager service-director -o markdown
	expect 0
	has "$output" '| ' '---' '$114,981'
}

@test "compare -o html is one file that loads and runs nothing" {
	occ compare patient-services-manager service-director -o html
	expect 0
	has "$output" '<!DOCTYPE html>' '<h1>Patient services manager vs service director</h1>' '<b>$114,981</b>' '</html>'
	[[ $output != *'<link'* && $output != *' src='* && $output != *'<script>'* ]]
}

@test "compare -o csv has plain numbers, one line per row" {
	occ compare patient-services-manager service-director -o csv
	expect 0
	has "$output" 'salary.annual_mean' '69729' '114981'
	[[ $output != *'69,729'* ]]
}

@test "compare -o json is the reply of CompareOccupations" {
	occ compare patient-services-manager service-director -o json
	expect 0
	[ "$(jq -r '[.comparison.comparands[].id] | join(" ")' <<<"$output")" = "patient-services-manager service-director" ]
	[ "$(jq '[.comparison.sections[].rows[]? | select(.field == "salary.annual_mean")][0].differences[1].absolute.value' <<<"$output")" = 45252 ]
	[ "$(jq -r '.dataset.generation' <<<"$output")" -ge 1 ]
}

@test "compare takes sections, several and in the page's order" {
	occ compare patient-services-manager service-director -o json --section skills -s salary -s salary
	expect 0
	[ "$(jq -r '[.comparison.sections[].id] | join(" ")' <<<"$output")" = "salary skills" ]
}

@test "compare takes differences from the baseline asked for" {
	occ compare patient-services-manager service-director --baseline 2 -o json
	expect 0
	[ "$(jq '[.comparison.sections[].rows[]? | select(.field == "salary.annual_mean")][0].differences[0].absolute.value' <<<"$output")" = -45252 ]
}

@test "compare reads names from standard input, blank lines aside" {
	occ compare - -o json <<<$'\n  patient-services-manager \r\n\n\tservice-director\nRegistered Nurses\n'
	expect 0
	[ "$(jq -r '[.comparison.comparands[].id] | join(" ")' <<<"$output")" = "patient-services-manager service-director registered-nurses" ]
}

@test "compare reads names behind a byte order mark" {
	occ compare - -o json <<<$'\xef\xbb\xbfpatient-services-manager\nservice-director\n'
	expect 0
	[ "$(jq -r '[.comparison.comparands[].id] | join(" ")' <<<"$output")" = "patient-services-manager service-director" ]
}

@test "compare reads standard input in the place of the dash" {
	occ compare 29-1141 - service-director -o json <<<nurse-midwives
	expect 0
	[ "$(jq -r '[.comparison.comparands[].id] | join(" ")' <<<"$output")" = "registered-nurses nurse-midwives service-director" ]
}

@test "compare takes names that start with a dash behind --" {
	occ compare -- -x service-director
	expect 1
	has "$errors" NOT_FOUND '"-x"'
}

@test "compare of an unknown name is NOT_FOUND with the nearest titles" {
	occ compare patient-services-manager 'Servce Director'
	expect 1
	silent
	has "$errors" 'occupare: NOT_FOUND: ' 'Service Director'
}

@test "compare of an ambiguous name lists the candidates" {
	occ compare patient-services-manager 'Charge Nurse'
	expect 1
	silent
	has "$errors" 'occupare: FAILED_PRECONDITION: ' registered-nurses nurse-midwives
}

@test "compare --first takes the best candidate, for each name" {
	occ compare 'Charge Nurse' service-director --first -o json
	expect 0
	first=$(jq -r '.comparison.comparands[0].id' <<<"$output")
	[ "$first" = registered-nurses ] || [ "$first" = nurse-midwives ]
	occ compare service-director 'charge nurse' --first
	expect 0
}

@test "compare of one, or of eleven, is a usage error" {
	for names in '' a 'a b c d e f g h i j k'; do
		occ compare $names
		expect 2
		silent
		has "$errors" occupations
	done
	occ compare - <<<a
	expect 2
}

@test "compare of the same one twice is a usage error, or the service's to refuse" {
	occ compare service-director service-director
	expect 2
	has "$errors" twice
	occ compare service-director 'Service Director'
	expect 1
	has "$errors" INVALID_ARGUMENT
}

@test "compare refuses what the command line alone can tell" {
	while IFS='|' read -r arguments part; do
		eval "occ compare a b $arguments"
		expect 2
		silent
		has "$errors" "$part" 'usage: occupare compare'
	done <<-'END'
		--section salry|did you mean salary?
		-o tabel|did you mean table?
		-o htm|text, table, markdown, html, csv, json
		--baseline 3|beyond
		--baseline 0|from 1 to 10
		--baseline 1x|"1x"
		--width 39|from 40 to 400
		--period 0|from 1 to 9999
		--period -5|"-5"
		--sektion salary|did you mean --section?
		--first=yes|takes no argument
		--output|needs an argument
		-x|no option -x
		--timeout 0|0.001 to 3600
		--timeout nan|"nan"
		--timeout 1e9|3600
	END
}

@test "compare in an area or period without estimates says so" {
	occ compare 29-1141 nurse-midwives --area ZZ
	expect 1
	silent
	[[ $errors == occupare:\ * ]]
}

# ---- get ----

@test "get prints one occupation" {
	occ get patient-services-manager
	expect 0
	has "$output" 'Patient Services Manager' '$69,729' '4-6 years' '$41,000 to $117,000' 'Executive Management' 'Tray'
	[[ $output != *'Also called'* ]]
}

@test "get --full prints the alternate titles" {
	occ get registered-nurses --full
	expect 0
	has "$output" 'Also called' 'Floor Nurse' 'SOC2018 29-1141'
}

@test "get takes an id, a code, a title or an alias" {
	for name in registered-nurses 29-1141 291141 'Registered Nurses' 'registered nurses' 'Floor Nurse'; do
		occ get "$name" -o json
		expect 0
		[ "$(jq -r .occupation.id <<<"$output")" = registered-nurses ]
	done
}

@test "get -o json is the reply of the single method for one name, of the batch for several" {
	occ get service-director -o json
	[ "$(jq -r '.occupation.title, .matchedBy' <<<"$output" | paste -sd,)" = "Service Director,MATCH_KIND_ID" ]
	occ get service-director 29-1141 -o json
	[ "$(jq -r '[.results[].occupation.id] | join(" ")' <<<"$output")" = "service-director registered-nurses" ]
}

@test "get prints those that are there and fails for those that are not" {
	occ get service-director nobody-knows nurse-midwives
	expect 1
	has "$output" 'Service Director' 'Nurse Midwives'
	has "$errors" 'occupare: NOT_FOUND: ' nobody-knows
}

@test "an error moves no cursor" {
	occ get $'nobody\e[2Jknows'
	expect 1
	has "$errors" '"nobody?[2Jknows"'
}

@test "get of one unknown name prints nothing" {
	occ get 'Regstered Nurse'
	expect 1
	silent
	has "$errors" NOT_FOUND 'Registered Nurses'
}

@test "get --first takes the best candidate, alone and among others" {
	occ get 'Charge Nurse'
	expect 1
	occ get 'Charge Nurse' --first
	expect 0
	occ get 'Charge Nurse' service-director --first -o json
	expect 0
	[ "$(jq '[.results[].occupation.id] | length' <<<"$output")" = 2 ]
}

@test "get reads ids from list" {
	"$O" list --category healthcare -o ids >"$BATS_TEST_TMPDIR/ids"
	occ get - -o json <"$BATS_TEST_TMPDIR/ids"
	expect 0
	[ "$(jq '.results | length' <<<"$output")" = 2 ]
}

@test "get wants a name, and at most a hundred" {
	occ get
	expect 2
	occ get - </dev/null
	expect 2
	occ get - < <(seq 101)
	expect 2
}

# ---- list, search, similar, transition, areas, estimates ----

@test "list prints a table and says on standard error that there is more" {
	occ list --page-size 3
	expect 0
	has "$output" ID TITLE 'MEAN PAY' cafe-manager
	has "$errors" '3 of 65' '--page-token'
}

@test "list goes on with the page token" {
	"$O" list --page-size 40 -o ids >"$BATS_TEST_TMPDIR/ids" 2>"$BATS_TEST_TMPDIR/err"
	token=$(sed -n 's/.*--page-token //p' "$BATS_TEST_TMPDIR/err")
	[ -n "$token" ]
	"$O" list --page-size 40 --page-token "$token" -o ids >>"$BATS_TEST_TMPDIR/ids" 2>>"$BATS_TEST_TMPDIR/err"
	[ "$(sort -u "$BATS_TEST_TMPDIR/ids" | wc -l)" = 65 ]
	occ list --page-token nonsense
	expect 1
	has "$errors" INVALID_ARGUMENT
}

@test "list --all joins the pages, as rows and as JSON" {
	occ list --all --page-size 7 -o ids
	expect 0
	[ "$(wc -l <<<"$output")" = 65 ]
	[ -z "$errors" ]
	occ list --all --page-size 7 -o json
	expect 0
	[ "$(jq -r '[(.items | length), (.items | unique_by(.id) | length), (.nextPageToken // "none"), .totalSize] | join(" ")' <<<"$output")" = "65 65 none 65" ]
}

@test "list filters and orders" {
	occ list --min-pay 50000 --max-pay 120000 --order-by 'annual_mean desc' -o ids
	expect 0
	[ "$output" = $'service-director\nregistered-nurses\npatient-services-manager' ]
	occ list --code 29-11 -o ids
	[ "$(sort <<<"$output")" = $'nurse-midwives\nregistered-nurses' ]
	occ list --category healthcare --education nothing -o ids
	expect 0
	silent
	has "$errors" 'nothing found'
	occ list --order-by fame
	expect 1
	has "$errors" INVALID_ARGUMENT order_by
}

@test "list -o csv quotes what must be quoted and keeps numbers plain" {
	occ list --all -o csv
	expect 0
	has "$output" 'id,title,codes,category,currency_code,annual_mean,growth_percent,education' \
		'cafe-manager,"Café Manager, ""Bistro""",,,EUR,41000.5,,' 'SOC2018 29-1141'
	printf '%s' "$output" | python3 -c '
import csv, sys
rows = list(csv.reader(sys.stdin))
assert len(rows) == 66 and {len(row) for row in rows} == {8}, rows'
}

@test "list writes UTF-8 in every locale" {
	for locale in C POSIX C.UTF-8; do
		LC_ALL=$locale run --separate-stderr "$O" list --page-size 1
		has "$output" 'Café' 'EUR 41,001'
	done
}

@test "list takes no operands and no odd numbers" {
	for arguments in nurse '--page-size 0' '--page-size 1001' '--min-pay -1' '--min-pay much'; do
		occ list $arguments
		expect 2
		silent
	done
}

@test "search finds by title, alias, code and with a typo" {
	occ search service directr -o ids
	expect 0
	[ "${lines[0]}" = service-director ]
	occ search floor nurse
	has "$output" 'Registered Nurses' 29-1141 'Floor Nurse' alias
	occ search 29-1161 -o json
	[ "$(jq -r '.items[0].id' <<<"$output")" = nurse-midwives ]
	occ search 29-1161 -o csv
	has "$output" 'id,title,match_kind,matched_text' 'nurse-midwives,Nurse Midwives,code,29-1161'
}

@test "search for nothing is a usage error, without result it is none" {
	occ search
	expect 2
	occ search zzzzqqqq
	expect 0
	silent
	has "$errors" 'nothing found'
}

@test "similar names its method" {
	occ similar patient-services-manager
	expect 0
	has "$output" 'Service Director' '0.341' 'Patients 21/12' weighted-jaccard
	occ similar patient-services-manager -o csv
	has "$output" $'id,title,similarity,shared_skills,apart_skills\r\nservice-director,Service Director,0.341,"Patients, '
	occ similar patient-services-manager -o ids
	[ "${output%%$'\n'*}" = service-director ]
	occ similar patient-services-manager --method cosine
	has "$output" '0.706'
	occ similar patient-services-manager --method jaccard -o json
	[ "$(jq -r .method <<<"$output")" = SIMILARITY_METHOD_JACCARD ]
	occ similar patient-services-manager --method cosin
	expect 2
	has "$errors" 'did you mean cosine?'
}

@test "similar and transition take what of skills counts" {
	for arguments in 'similar patient-services-manager' 'transition patient-services-manager service-director'; do
		# shellcheck disable=SC2086 # words
		occ $arguments --measure level --weight skill=2 --weight technology=1 --weight technology=0 -o json
		expect 0
		[ "$(jq -r '[.. | .measure? // empty] | first' <<<"$output")" = SKILL_MEASURE_LEVEL ]
		[ "$(jq -c '[.. | .weights? // empty] | first | map(.weight)' <<<"$output")" = '[2,1,1,null,1]' ]
		# shellcheck disable=SC2086
		occ $arguments --weight skil=2
		expect 2
		has "$errors" 'takes skill, knowledge, ability, technology or work-activity' 'not "skil=2"'
		# shellcheck disable=SC2086
		occ $arguments --weight skill
		expect 2
		has "$errors" '--weight skill=2'
		# shellcheck disable=SC2086
		occ $arguments --weight skill=-1
		expect 2
		# shellcheck disable=SC2086
		occ $arguments --measure height
		expect 2
		# shellcheck disable=SC2086
		occ $arguments --weight skill=1001
		expect 1
		has "$errors" 'weights[0].weight' 'give a number from 0 to 1000'
		# shellcheck disable=SC2086
		occ $arguments --weight={skill,knowledge,ability,technology,work-activity}=0
		expect 1
		has "$errors" 'leave out every kind of skill'
	done
}

@test "info, get and transition name their sources alike, with what is allowed and where they are" {
	for arguments in info 'get service-director' 'transition patient-services-manager service-director'; do
		# shellcheck disable=SC2086 # words
		COLUMNS=400 occ $arguments
		has "$output" '- Patient services manager vs service director, Zippia; Facts and figures' '; https://www.zippia.com/'
	done
}

@test "transition tells what carries over and what to gain" {
	occ transition patient-services-manager service-director
	expect 0
	has "$output" 'Skills that carry over' 'Skills to gain' Healthcare '+$45,252' 'coverage 0.580, weighted-jaccard 0.341'
	occ transition patient-services-manager service-director -o json
	[ "$(jq -r '.transition.to.id' <<<"$output")" = service-director ]
	COLUMNS=40 occ transition patient-services-manager service-director
	has "$output" $'From Patient Services Manager to Service\nDirector\n'
	occ transition service-director service-director
	expect 2
	occ transition service-director
	expect 2
}

@test "areas and estimates of a store without any are empty" {
	occ areas
	expect 0
	silent
	occ areas -o json
	expect 0
	[ "$(jq -r '.dataset.counts.occupations' <<<"$output")" = 65 ]
	occ estimates 29-1141 -o csv
	expect 0
	[ "${lines[0]%$'\r'}" = soc_code,area,period,industry,annual_mean,annual_median,annual_p10,annual_p90,employment ]
	occ estimates nobody-knows
	expect 1
	has "$errors" NOT_FOUND
}

# ---- The service ----

@test "info counts and names sources" {
	occ info
	expect 0
	has "$output" "$OCCUPARE_URL" 'Occupations       65' 'Invented wages'
	occ info -o json
	[ "$(jq -r .dataset.counts.occupations <<<"$output")" = 65 ]
}

@test "health is SERVING, of all and of one service" {
	occ health
	expect 0
	[ "$output" = SERVING ]
	occ health occupare.v1.ComparisonService
	[ "$output" = SERVING ]
	occ health no.such.Service
	expect 1
	silent
	has "$errors" NOT_FOUND
}

@test "call takes a method by path or name, and its request from everywhere" {
	for method in /occupare.v1.OccupationService/GetOccupation occupare.v1.OccupationService/GetOccupation GetOccupation; do
		occ call $method -d '{"name": "service-director"}'
		expect 0
		[ "$(jq -r .occupation.id <<<"$output")" = service-director ]
	done
	echo '{"name": "29-1141"}' >"$BATS_TEST_TMPDIR/request.json"
	occ call GetOccupation -d "@$BATS_TEST_TMPDIR/request.json"
	expect 0
	occ call GetOccupation -d - <"$BATS_TEST_TMPDIR/request.json"
	expect 0
	occ call GetDataset
	expect 0
	occ call GetSchema
	expect 0
	[ "$(jq -r .fileDescriptorSet <<<"$output" | base64 -d | wc -c)" -gt 1000 ]
	occ call --list
	has "$output" /occupare.v1.ComparisonService/CompareOccupations /grpc.health.v1.Health/Check
}

@test "call refuses unknown methods, fields and broken JSON before it sends" {
	occ call GetOcupation
	expect 2
	has "$errors" 'did you mean GetOccupation?'
	occ call /occupare.v1.OccupationService/GetNothing
	expect 2
	occ call GetOccupation -d '{"nam": "x"}'
	expect 2
	has "$errors" nam
	occ call GetOccupation -d '{"name": '
	expect 2
	occ call GetOccupation -d @/nonexistent
	expect 2
	occ call
	expect 2
}

@test "a service that is read-only refuses writes" {
	for arguments in "delete service-director" "put -"; do
		occ $arguments <<<'{"id": "x-ray", "title": "X"}'
		expect 1
		silent
		[[ $errors == occupare:\ * ]]
		has "$errors" writ
	done
}

# ---- Whom it reaches ----

@test "an unreachable service is exit code 3, whatever the command" {
	for arguments in "compare a b" "get a" "get a b" list "search a" "similar a" "transition a b" areas "estimates a" \
		"delete a" info health "call GetDataset"; do
		occ --url "ipc://$BATS_TEST_TMPDIR/nobody" $arguments
		expect 3
		silent
		has "$errors" 'occupare: UNAVAILABLE: cannot reach ipc://' 'No such file' occupared
	done
}

@test "a service that does not answer in time is exit code 3" {
	mkfifo "$BATS_TEST_TMPDIR/ready"
	python3 - "$BATS_TEST_TMPDIR/mute" 9>"$BATS_TEST_TMPDIR/ready" 3>&- <<-'END' &
		import os, socket, sys
		mute = socket.socket(socket.AF_UNIX)
		mute.bind(sys.argv[1])
		mute.listen()
		os.write(9, b"ready\n")
		os.close(9)
		peer = mute.accept()[0]
		peer.sendall(b"\0SP\0\0\x31\0\0")
		while peer.recv(4096):
		    pass
	END
	mute=$!
	read -r ready <"$BATS_TEST_TMPDIR/ready"
	occ --url "ipc://$BATS_TEST_TMPDIR/mute" --timeout 0.3 info
	wait "$mute"
	expect 3
	has "$errors" DEADLINE_EXCEEDED
}

@test "the URL is --url, before and behind the command, else OCCUPARE_URL, else in XDG_RUNTIME_DIR" {
	url=$OCCUPARE_URL
	export OCCUPARE_URL=ipc://$BATS_TEST_TMPDIR/nobody
	occ --url "$url" health
	expect 0
	occ health --url "$url"
	expect 0
	occ health
	expect 3
	unset OCCUPARE_URL
	mkdir "$BATS_TEST_TMPDIR/run"
	ln -s "${url#ipc://}" "$BATS_TEST_TMPDIR/run/occupare.sock"
	XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run run --separate-stderr "$O" health
	errors=$stderr
	expect 0
}

@test "a URL that is none is a usage error" {
	for url in nonsense http://localhost tcp://localhost ipc:// tcp://localhost:0; do
		occ --url $url info
		expect 2
		silent
		has "$errors" url:
	done
}

# ---- Being a good command ----

@test "help is everywhere, with examples, on standard output" {
	occ --help
	expect 0
	has "$output" Examples: compare completion
	for command in compare get search list similar transition estimates areas put delete info health call completion help; do
		occ help $command
		expect 0
		has "$output" "occupare $command: " Examples: "Usage: occupare $command" --timeout
		text=$output
		occ $command --help
		[ "$output" = "$text" ]
		occ $command -h
		[ "$output" = "$text" ]
	done
}

@test "help names every option of every command that the man page names, and the other way" {
	for command in compare get search list similar transition estimates areas put delete info health call; do
		"$O" help $command | grep -oE -- '--[a-z-]+' | sort -u
	done | sort -u >"$BATS_TEST_TMPDIR/help"
	sed 's/\\f[BIR]//g; s/\\//g' "$ROOT/client/occupare.1" | grep -oE -- '--[a-z-]+' | sort -u >"$BATS_TEST_TMPDIR/man"
	diff "$BATS_TEST_TMPDIR/help" "$BATS_TEST_TMPDIR/man"
}

@test "without a command, or with one that is not there, it helps" {
	occ
	expect 2
	has "$errors" 'occupare help'
	occ comprae a b
	expect 2
	has "$errors" 'did you mean compare?'
	occ help serch
	expect 2
	has "$errors" 'did you mean search?'
	occ --urll x info
	expect 2
	has "$errors" 'did you mean --url?'
}

@test "version names the libraries" {
	occ --version
	expect 0
	[[ $output =~ ^occupare\ [0-9.]+\ \(nng\ [0-9.]+,\ protobuf-c ]]
	occ info --version
	expect 0
}

@test "output that cannot be written is exit code 1" {
	for arguments in "compare patient-services-manager service-director" "get service-director -o json" "list --all -o csv" help; do
		run --separate-stderr bash -c "'$O' $arguments >/dev/full"
		errors=$stderr
		expect 1
		has "$errors" 'occupare: cannot write'
		[ "$(grep -c . <<<"$errors")" = 1 ]
	done
}

@test "output that is closed is exit code 1, and goes nowhere else" {
	run --separate-stderr bash -c "'$O' health <&- >&-"
	errors=$stderr
	expect 1
	has "$errors" 'cannot write the output: Bad file descriptor'
}

@test "a daemon without standard error writes its log into no file of the store" {
	store_make "$BATS_TEST_TMPDIR/store" "$ROOT/store/data/occupations.json"
	mkfifo "$BATS_TEST_TMPDIR/ready"
	"$BIN/occupared" --store "$BATS_TEST_TMPDIR/store" --writable --listen "ipc://$BATS_TEST_TMPDIR/socket" \
		--ready-fd 9 9>"$BATS_TEST_TMPDIR/ready" 2>&- 3>&- &
	local pid=$!
	read -r url <"$BATS_TEST_TMPDIR/ready"
	"$O" --url "$url" health
	kill "$pid"
	wait "$pid"
	! grep -q listening "$BATS_TEST_TMPDIR"/store/*
}

@test "a reader that has enough ends it quietly" {
	run --separate-stderr bash -c "set -o pipefail; '$O' list --all -o json | head -c 10 >/dev/null"
	[ -z "$stderr" ]
	[ "$status" -eq 0 ] || [ "$status" -eq 141 ]
}

# Runs the command with a terminal as standard input and does what the Python code says once it waits for input.
with_terminal() {
	python3 - "$O" "$1" <<-'END'
		import os, pty, signal, subprocess, sys
		master, slave = pty.openpty()
		child = subprocess.Popen([sys.argv[1], "get", "-"], stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
		told = child.stderr.readline().decode()
		exec(sys.argv[2])
		out, err = child.communicate(timeout=20)
		print(told, out.decode(), err.decode(), "ended with", child.returncode)
	END
}

@test "names are read from a terminal, which is said" {
	run with_terminal 'os.write(master, b"service-director\n\x04")'
	has "$output" 'reading from the terminal' 'Service Director' 'ended with 0'
}

@test "Ctrl-C ends it at once" {
	run with_terminal 'child.send_signal(signal.SIGINT)'
	has "$output" 'ended with -2'
}

@test "every form is the same on every run" {
	for form in text table markdown html csv json; do
		"$O" compare patient-services-manager service-director -o $form >"$BATS_TEST_TMPDIR/a"
		"$O" compare patient-services-manager service-director -o $form >"$BATS_TEST_TMPDIR/b"
		cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	done
}

# ---- Completion ----

# complete_bash WORD...: what completes the last one. Words are cut as bash does it.
complete_bash() {
	bash --norc -c '
		source <("$0" completion bash) || exit 1
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_occupare
		printf "%s\n" "${COMPREPLY[@]}"' "$O" "$@"
}

@test "bash completes commands, options, values and files" {
	[ "$(complete_bash occupare com | sort | paste -sd' ')" = "compare completion" ]
	[ "$(complete_bash occupare --url ipc : ///x comp | paste -sd' ')" = "compare completion" ]
	[ "$(complete_bash occupare --url = tcp : //localhost : 1 --timeout 2 comp | paste -sd' ')" = "compare completion" ]
	[ "$(complete_bash occupare --url ipc : ///x compare a -o ma)" = markdown ]
	[ "$(complete_bash occupare compare a --output = ma)" = markdown ]
	[ "$(complete_bash occupare get --output = | paste -sd' ')" = "text json" ]
	has "$(complete_bash occupare compare --)" --section --baseline --url --help
	[ "$(complete_bash occupare compare a b -o ma)" = markdown ]
	[ "$(complete_bash occupare compare a b --section sk)" = skills ]
	[ "$(complete_bash occupare get -o '' | paste -sd' ')" = "text json" ]
	has "$(complete_bash occupare help '')" compare similar
	[ "$(complete_bash occupare completion z)" = zsh ]
	touch "$BATS_TEST_TMPDIR/record.json"
	[ "$(complete_bash occupare put "$BATS_TEST_TMPDIR/rec")" = "$BATS_TEST_TMPDIR/record.json" ]
	[ -z "$(complete_bash occupare list --min-pay '')" ]
}

@test "scripts of every shell are well-formed" {
	"$O" completion bash | bash -n
	occ completion fish
	expect 0
	has "$output" "complete -c occupare -n '__fish_seen_subcommand_from compare' -l section -s s -x -a 'introduction "
	occ completion ksh
	expect 2
	occ completion
	expect 2
	[ -n "$(type -P zsh)" ] || skip "no zsh here"
	"$O" completion zsh | zsh -n
}
