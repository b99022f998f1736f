#!/usr/bin/env bats
# occupare-store import demographics over the tables as they are published, where they are at hand.

bats_require_minimum_version 1.5.0

BIN=${OCCUPARE_BIN:-$BATS_TEST_DIRNAME/../../build/bin}
DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}
CPS=$DATA/cps_demographics
DUMPS=$DATA/derived_csv

setup_file() {
	[ -d "$CPS" ] && [ -d "$DUMPS" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	# An occupation of every code that figures are handed over for, and of those that there are none for.
	/usr/bin/python3 - "$DUMPS" >occupations.json <<-'PYTHON'
		import csv, json, re, sys
		published = ["13-1020", "13-2020", "21-1018", "25-2052", "25-9045", "29-2010", "31-1120", "39-7010", "47-4090",
		    "51-2028", "51-2090", "53-1047"]
		detailed = [r[3] for r in csv.reader(open(sys.argv[1] + "/soc_structure_2018.csv"))
		    if re.fullmatch(r"\d\d-\d{4}", r[3])]
		print(json.dumps({"occupations": [{"id": "o" + c, "title": "Title " + c, "codes": [{"system": "SOC2018",
		    "value": c}]} for c in detailed + published]}))
	PYTHON
	"$BIN/occupare-store" import json occupations.json --store all --quiet
	"$BIN/occupare-store" import demographics "$CPS/cpsaat11_2022.xlsx" "$CPS/cpsaat11b.xlsx" --store all --quiet
	"$BIN/occupare-store" export json all.json --store all --quiet
}

setup() {
	[ -d "$CPS" ] && [ -d "$DUMPS" ] || skip "no tables of the Current Population Survey in OCCUPARE_SHARED_DATA"
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

# check EXPORT: every figure in it is that of the tables, or of no table; read without the program and its list of codes, from
# the Census list and the SOC structure.
check() {
	/usr/bin/python3 - "$DUMPS" "$1" <<-'PYTHON'
		import csv, json, re, sys

		def rows(name):
		    return list(csv.reader(open(f"{sys.argv[1]}/{name}.csv", newline="")))

		def folded(title):
		    return " ".join(title.lower().replace(",", " ").split())

		soc = [r[3] for r in rows("soc_structure_2018") if re.fullmatch(r"\d\d-\d{4}", r[3])]
		census = [(folded(r[1]), r[3].strip()) for r in rows("census_2018_occ_code_list")
		    if re.fullmatch(r"\d{4}", r[2].strip()) and r[3].strip() != "none"]
		named, line = {}, None
		for r in rows("census_2018_occ_summary"):
		    if r[1].strip():
		        line = r[0].strip()
		    found = re.search(r"\((\d\d-\d{4}) ?\)$", r[2])
		    if found and not r[1].strip():
		        named.setdefault(line, []).append(found.group(1))

		def group(code):
		    stem = code.rstrip("X") if "X" in code else code.rstrip("0")
		    return [c for c in soc if c == code or (c.startswith(stem) and code[-1] in "0X")]

		# A wildcard means what its summary names, else what no other line names.
		taken = {c for _, code in census if "X" not in code for c in group(code)}
		covers = {}
		for title, code in census:
		    if "X" not in code:
		        covers[title] = group(code)
		    elif code in named:
		        covers[title] = sorted({c for n in named[code] for c in group(n)})
		    else:
		        covers[title] = [c for c in group(code) if c not in taken]
		assert sorted(c for codes in covers.values() for c in codes) == sorted(soc) and len(soc) == 867

		def table(name, first):
		    return {folded(r[0]): r[first:] for r in rows(name) if len(r) > 2 and folded(r[0]) in covers}

		def number(text):
		    return None if text == "–" else float(text)

		people, ages = table("cpsaat11_2022_from_xlsx", 2), table("cpsaat11b_2025", 9)
		assert len(people) == len(ages) == 565
		line_of = {c: title for title, codes in covers.items() for c in codes}
		members = {"13-1020": "13-1021 13-1022 13-1023", "13-2020": "13-2022 13-2023", "21-1018": "21-1011 21-1014",
		    "25-2052": "25-2055 25-2056", "25-9045": "25-9042 25-9043 25-9049", "29-2010": "29-2011 29-2012",
		    "31-1120": "31-1121 31-1122", "39-7010": "39-7011 39-7012", "47-4090": "47-4091 47-4099",
		    "51-2028": "51-2022 51-2023", "51-2090": "51-2092 51-2099",
		    "53-1047": "53-1042 53-1043 53-1044 53-1049"}
		none = set()
		for code, list in members.items():
		    lines = {line_of[c] for c in list.split()}
		    if len(lines) == 1:
		        line_of[code] = lines.pop()
		        covers.setdefault(code, list.split())
		    else:
		        none.add(code)
		assert none == {"13-1020", "21-1018", "31-1120"}

		checked = 0
		def same(what, found, expected):
		    global checked
		    checked += 1
		    if found != expected:
		        sys.exit(f"{what}: {found!r} is stored, {expected!r} is published")

		def read(figure):
		    status = figure.get("status", "").replace("FIGURE_STATUS_", "")
		    return None if status == "SUPPRESSED" else figure.get("value", 0.0), status

		def expected(value, inherited, derived=False):
		    if value is None:
		        return None, "SUPPRESSED"
		    return value, "INHERITED" if inherited else "DERIVED" if derived else ""

		records = json.load(open(sys.argv[2]))["occupations"]
		assert len(records) == 867 + 12
		for record in records:
		    code = record["codes"][0]["value"]
		    found = record.get("demographics")
		    title = line_of.get(code)
		    if title not in people:
		        same(code, found, None)
		        continue
		    inherited = len(covers[title]) > (len(covers[code]) if code in covers else 1)
		    women, white, black, asian, hispanic = map(number, people[title])
		    men = None if women is None else round(100 - women, 1)
		    shares = {s["label"]: read(s["percent"]) for s in found["genders"] + found["races"]}
		    same(code, shares, {"Women": expected(women, inherited), "Men": expected(men, inherited, True),
		        "White": expected(white, inherited), "Black or African American": expected(black, inherited),
		        "Asian": expected(asian, inherited), "Other races": (None, "SUPPRESSED"),
		        "Hispanic or Latino of any race": expected(hispanic, inherited)})
		    same(code, [s["label"] for s in found["genders"]],
		        ["Men", "Women"] if women is not None and men > women else ["Women", "Men"])
		    same(code, read(found["medianAge"]), expected(number(ages[title][0]), inherited))
		    releases = {s["id"]: (s["title"][-9:].strip(), s["release"]) for s in record["sources"]}
		    same(code, releases[found["medianAge"]["source"]], ("table 11b", "2025"))
		    for share in found["genders"] + found["races"]:
		        same(code, releases[share["percent"]["source"]], ("table 11", "2022"))
		assert checked > 9000, checked
	PYTHON
}

@test "the tables give the counts of their rows" {
	store import demographics "$CPS/cpsaat11_2022.xlsx" "$CPS/cpsaat11b.xlsx" --store s --report report
	expect 0
	[ "${lines[0]}" = "1190 rows read: 1130 used, 402 of them with a value that is held back, 60 of no occupation listed" ]
	grep -q "cpsaat11_2022.xlsx: 595 rows read: 565 used, 203 of them with a value that is held back, 30 of" report
	grep -q "cpsaat11b.xlsx: 595 rows read: 565 used, 199 of them with a value that is held back, 30 of" report
	[ "$(grep -c "135 of 565 lines used are of several occupations each" report)" -eq 2 ]
	[ "$(grep -c ": warning: " report)" -eq 2 ]
}

@test "every figure is that of the tables, read by other code" {
	check "$BATS_FILE_TMPDIR/all.json"
}

@test "the shipped list of codes is that of the Census Bureau" {
	/usr/bin/python3 - "$DUMPS" "$BATS_TEST_DIRNAME/../../store/import/census.c" <<-'PYTHON'
		import csv, re, sys
		shipped = {code: (title, codes.split()) for code, title, codes in
		    re.findall(r'\{ "(\d{4})", "(.*)", "([-\d ]+)" \}', open(sys.argv[2]).read())}
		rows = csv.reader(open(sys.argv[1] + "/census_2018_occ_code_list.csv"))
		listed = {r[2].strip(): (r[1], r[3].strip()) for r in rows if re.fullmatch(r"\d{4}", r[2].strip())}
		assert len(listed) == 570
		assert set(listed) - set(shipped) == {"9830", "9920"} and not set(shipped) - set(listed)
		for code, (title, codes) in shipped.items():
		    folded = [" ".join(t.lower().replace(",", " ").split()) for t in (title, listed[code][0])]
		    assert folded[0] == folded[1], (code, folded)
		    stem = listed[code][1]
		    stem = stem if stem[-1] not in "0X" else stem.rstrip("X") if "X" in stem else stem.rstrip("0")
		    assert codes and all(c.startswith(stem) for c in codes), (code, codes)
		soc = [r[3] for r in csv.reader(open(sys.argv[1] + "/soc_structure_2018.csv"))
		    if re.fullmatch(r"\d\d-\d{4}", r[3])]
		assert sorted(c for _, codes in shipped.values() for c in codes) == sorted(soc)
	PYTHON
}

@test "the .csv gives what the .xlsx gives, and importing again changes nothing" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	for table in "$CPS/cpsaat11_2022.xlsx" "$CPS/cpsaat11_2022.csv" "$CPS/cpsaat11b.xlsx" "$DUMPS/cpsaat11b_2025.csv"; do
		store import demographics "$table" --store s
		expect 0
		"$BIN/occupare-store" export json after.json --store s --quiet
		cmp after.json "$BATS_FILE_TMPDIR/all.json"
	done
}

@test "the order of imports does not matter" {
	store import demographics "$CPS/cpsaat11b.xlsx" --store s
	expect 0
	store import demographics "$CPS/cpsaat11_2022.csv" --store s
	expect 0
	store import json "$BATS_FILE_TMPDIR/occupations.json" --store s
	expect 0
	"$BIN/occupare-store" export json after.json --store s --quiet
	check after.json
	store verify --store s
	expect 0
}

@test "a folder with one table twice is refused with the remedy and changes nothing" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	store import demographics "$CPS" --store s
	expect 1
	[[ $stderr == *"cpsaat11_2022.xlsx: is table 11, as "*"cpsaat11_2022.csv is; import one of them"* ]]
	"$BIN/occupare-store" export json after.json --store s --quiet
	cmp after.json "$BATS_FILE_TMPDIR/all.json"
}

@test "files of other publishers in a folder are left out, and refused by name" {
	mkdir folder
	cp "$CPS/cpsaat11b.xlsx" "$DATA/soc/soc_structure_2018.xlsx" folder
	store import demographics folder --store s
	expect 0
	[[ $stderr == *"soc_structure_2018.xlsx: warning: is no table 11 ("*") and no table 11b ("*"); left out"* ]]
	store import demographics "$DATA/soc/soc_structure_2018.xlsx" --store s
	expect 1
	[[ $stderr == *"soc_structure_2018.xlsx: is no table 11 ("* ]]
}

@test "a workbook that is cut off is refused" {
	head -c 30000 "$CPS/cpsaat11b.xlsx" >cpsaat11b.xlsx
	store import demographics cpsaat11b.xlsx --store s
	expect 1
	[[ $stderr == *"cpsaat11b.xlsx: "* ]]
	[ ! -e s/data.mdb ]
}
