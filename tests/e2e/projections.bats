#!/usr/bin/env bats
# occupare-store import projections over the tables as they are published, where they are at hand.

bats_require_minimum_version 1.5.0

BIN=${OCCUPARE_BIN:-$BATS_TEST_DIRNAME/../../build/bin}
DATA=${OCCUPARE_SHARED_DATA:-$BATS_TEST_DIRNAME/../../../shared/data}
EP=$DATA/bls_ep

setup_file() {
	[ -d "$EP" ] || return 0
	"$BIN/occupare-store" import projections "$EP" --store "$BATS_FILE_TMPDIR/all" --quiet
	"$BIN/occupare-store" export json "$BATS_FILE_TMPDIR/all.json" --store "$BATS_FILE_TMPDIR/all" --quiet
}

setup() {
	[ -d "$EP" ] || skip "no employment projections in OCCUPARE_SHARED_DATA"
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

# check EXPORT: the python on standard input, after this: sheets of the workbooks as lists of rows, read without the program,
# and the exported records by SOC code.
check() {
	{
		cat <<-'PYTHON'
			import json, re, sys, zipfile
			from xml.etree import ElementTree

			NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

			def column(reference):
			    number = 0
			    for letter in re.match("[A-Z]+", reference).group():
			        number = number * 26 + ord(letter) - 64
			    return number - 1

			def sheets(path):
			    with zipfile.ZipFile(path) as book:
			        shared = ["".join(t.text or "" for t in si.iter(NS + "t"))
			            for si in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
			        for name in book.namelist():
			            if not re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
			                continue
			            rows = []
			            for row in ElementTree.fromstring(book.read(name)).iter(NS + "row"):
			                cells = [""] * 40
			                for cell in row:
			                    value = cell.find(NS + "v")
			                    if value is not None:
			                        text = shared[int(value.text)] if cell.get("t") == "s" else value.text
			                        cells[column(cell.get("r"))] = text
			                rows.append(cells)
			            yield rows

			# The rows with a code of the first sheet whose title starts so, as dictionaries by header.
			def table(path, title):
			    for rows in sheets(path):
			        if rows[0][0].startswith(title):
			            return [dict(zip(rows[1], row)) for row in rows[2:] if re.fullmatch(r"\d\d-\d{4}", row[1])]

			def number(text):
			    return None if text == "—" else float("%.15g" % float(text))

			def value(figure):
			    return None if figure is None else figure.get("value", 0.0)

			TITLE, CODE = "2024 National Employment Matrix title", "2024 National Employment Matrix code"
			exported = json.load(open(sys.argv[1]))["occupations"]
			records = {}
			for record in exported:
			    for code in record["codes"]:
			        if code["system"] == "SOC2018":
			            records.setdefault(code["value"], record)
		PYTHON
		cat
	} >check.py
	python3 check.py "$1" "$EP"
}

@test "the published tables give 832 occupations and nothing to warn of" {
	store import projections "$EP" --store s --report report
	expect 0
	[ "${lines[0]}" = "4608 rows read: 4325 used, 0 of them with a value that is held back, 0 of no occupation listed" ]
	[[ $output == *"832 SOC codes: 832 changed"* ]]
	[[ $output == *"0 warnings"* ]]
	grep -q "/occupation.xlsx:sheet3: 1113 rows read: 832 used" report
	grep -q "/nem-onet-to-soc-crosswalk.xlsx:sheet1: 997 rows read: 997 used" report
}

@test "every figure of employment, growth and openings is the published one" {
	check "$BATS_FILE_TMPDIR/all.json" <<-'PYTHON'
		rows = [row for row in table(sys.argv[2] + "/occupation.xlsx", "Table 1.2 ") if row["Occupation type"] == "Line item"]
		assert len(rows) == len(exported) == 832
		for row in rows:
		    outlook = records[row[CODE]]["outlook"]
		    assert outlook["fromYear"] == 2024 and outlook["toYear"] == 2034, row
		    assert value(outlook["employment"]) == round(number(row["Employment, 2024"]) * 1000), row
		    assert value(outlook["growthPercent"]) == number(row["Employment change, percent, 2024–34"]), row
		    openings = number(row["Occupational openings, 2024–34 annual average"])
		    assert value(outlook["annualOpenings"]) == round(openings * 1000), row
	PYTHON
}

@test "entry, experience and training are the published words" {
	check "$BATS_FILE_TMPDIR/all.json" <<-'PYTHON'
		for row in table(sys.argv[2] + "/occupation.xlsx", "Table 1.2 "):
		    if row["Occupation type"] != "Line item":
		        continue
		    record = records[row[CODE]]
		    assert record["education"]["typicalEntry"] == row["Typical education needed for entry"], row
		    assert record["experience"]["category"] == row["Work experience in a related occupation"], row
		    training = "Typical on-the-job training needed to attain competency in the occupation"
		    assert record["experience"]["training"] == row[training], row
	PYTHON
}

@test "shares of degrees are the published ones, most common first, and said to be of a broader group where they are" {
	check "$BATS_FILE_TMPDIR/all.json" <<-'PYTHON'
		labels = ["Less than a High School Diploma", "High School Diploma", "Some College Courses", "Associate's Degree",
		    "Bachelor's Degree", "Master's Degree", "Doctoral or Professional Degree"]
		rows = [row for row in table(sys.argv[2] + "/education.xlsx", "Table 5.3 ") if row[CODE] != "00-0000"]
		assert len(rows) == 832
		inherited = 0
		for row in rows:
		    shares = list(zip(labels, (number(cell) for cell in list(row.values())[2:9])))
		    shares.sort(key=lambda share: -share[1])
		    degrees = records[row[CODE]]["education"]["degrees"]
		    assert [(share["label"], value(share["percent"])) for share in degrees] == shares, row
		    status = "FIGURE_STATUS_INHERITED" if row[TITLE].endswith("[1]") else None
		    assert all(share["percent"].get("status") == status for share in degrees), row
		    inherited += status is not None
		assert inherited == 459, inherited
		sources = {source["id"]: source for source in records["29-1141"]["sources"]}
		source = sources[records["29-1141"]["education"]["degrees"][0]["percent"]["source"]]
		assert "25 years and older" in source["title"] and "Survey 2022–23" in source["title"], source
	PYTHON
}

@test "skills are the three that are published as highest, in their order, without figures" {
	check "$BATS_FILE_TMPDIR/all.json" <<-'PYTHON'
		rows = [row for row in table(sys.argv[2] + "/skills.xlsx", "Table 6.2 ") if row[CODE] != "00-0000"]
		imputed = 0
		for row in rows:
		    record = records[row[CODE]]
		    published = [row[rank + " highest skill"] for rank in ("Top", "Second", "Third")]
		    assert [skill["name"].lower() for skill in record["skills"]] == [name.lower() for name in published], row
		    assert all(set(skill) == {"name", "kind"} for skill in record["skills"]), row
		    imputed += any("imputed" in source["title"] for source in record["sources"])
		assert len(rows) == 832 and imputed == 108, (len(rows), imputed)
	PYTHON
}

@test "titles are those of the wage tables for all codes that both have" {
	[ -f "$DATA/bls_oews/national_M2024_dl.xlsx" ] || skip "no wage table"
	check "$BATS_FILE_TMPDIR/all.json" <<-'PYTHON'
		(rows,) = [rows for rows in sheets(sys.argv[2] + "/../bls_oews/national_M2024_dl.xlsx") if rows and "OCC_CODE" in rows[0]]
		wages = [dict(zip(rows[0], row)) for row in rows[1:]]
		wages = [row for row in wages if row["O_GROUP"] == "detailed"]
		differing = [(row["OCC_TITLE"], records[row["OCC_CODE"]]["title"]) for row in wages
		    if row["OCC_TITLE"] != records[row["OCC_CODE"]]["title"]]
		assert len(wages) == 831 and not differing, differing
	PYTHON
}

@test "files given one after the other are the same as together, and given again change nothing" {
	for file in skills education occupation; do
		store import projections "$EP/$file.xlsx" --store s --quiet
		expect 0
	done
	"$BIN/occupare-store" export json one.json --store s --quiet
	check one.json <<-PYTHON
		def plain(path):
		    result = {}
		    for record in json.load(open(path))["occupations"]:
		        names = {source["id"]: source["title"] for source in record.pop("sources")}
		        text = json.dumps(record, sort_keys=True)
		        text = re.sub(r'"source": (\d+)', lambda match: names[int(match[1])], text)
		        result[record["id"]] = (text, sorted(names.values()))
		    return result
		assert plain(sys.argv[1]) == plain("$BATS_FILE_TMPDIR/all.json")
	PYTHON
	store import projections "$EP/education.xlsx" "$EP/occupation.xlsx" "$EP/skills.xlsx" --store s
	expect 0
	[[ $output == *"0 added, 0 changed"* ]]
	[[ $output == *"832 SOC codes: 0 changed"* ]]
}

@test "the same tables as CSV give the same records" {
	[ -f "$DATA/derived_csv/ep_2024_table_1.2.csv" ] || skip "no CSV of the tables"
	cp -r "$BATS_FILE_TMPDIR/all" s
	store import projections "$DATA"/derived_csv/ep_2024_table_{1.2,5.3,5.4,6.2}.csv --store s
	expect 0
	[[ $output == *"832 SOC codes: 0 changed"* ]]
}

@test "occupations of O*NET get the outlook and keep their own skills" {
	[ -d "$DATA/onet_30_1_text" ] || skip "no O*NET release"
	cp -r "$BATS_FILE_TMPDIR/all" s
	"$BIN/occupare-store" import onet "$DATA/onet_30_1_text" --store s --quiet
	"$BIN/occupare-store" export json joined.json --store s --quiet
	check joined.json <<-'PYTHON'
		by_onet = {code["value"]: record for record in exported for code in record["codes"] if code["system"] == "ONETSOC2019"}
		nurses = by_onet["29-1141.00"]
		assert value(nurses["outlook"]["employment"]) == 3391000, nurses["outlook"]
		assert any(skill["name"] == "Active Listening" for skill in nurses["skills"])
		assert not any(skill["name"] == "Adaptability" for skill in nurses["skills"])
		# The crosswalk's word on who is given which figures.
		growth = {row[CODE]: number(row["Employment change, percent, 2024–34"])
		    for row in table(sys.argv[2] + "/occupation.xlsx", "Table 1.2 ")}
		(rows,) = [rows for rows in sheets(sys.argv[2] + "/nem-onet-to-soc-crosswalk.xlsx") if rows[0][0].startswith("Bureau")]
		joined = 0
		for row in rows:
		    if row[1] in by_onet:
		        assert value(by_onet[row[1]]["outlook"]["growthPercent"]) == growth[row[3]], row
		        joined += 1
		assert joined == 997, joined
	PYTHON
}

@test "files that are cut off, damaged or of nothing known are refused and the store is as it was" {
	cp -r "$BATS_FILE_TMPDIR/all" s
	head -c 200000 "$EP/occupation.xlsx" >cut.xlsx
	store import projections cut.xlsx --store s
	expect 1
	[[ $stderr == *"cut.xlsx: cannot be read as a workbook"* ]]
	cp "$EP/occupation.xlsx" bomb.xlsx
	store import projections bomb.xlsx --store s --max-bytes 100000
	expect 1
	[[ $stderr == *"--max-bytes"* ]]
	store import projections "$EP/nem-onet-to-soc-crosswalk.xlsx" --store s
	expect 1
	[[ $stderr == *"has no table of the projections to import"* ]]
	mkdir empty
	store import projections empty --store s
	expect 1
	"$BIN/occupare-store" export json after.json --store s --quiet
	cmp after.json "$BATS_FILE_TMPDIR/all.json"
}

@test "two releases in one import are refused" {
	mkdir mixed
	cp "$EP/occupation.xlsx" mixed
	printf '%s\n' "2022 National Employment Matrix title,2022 National Employment Matrix code,Typical education needed for entry,Work experience in a related occupation,Typical on-the-job training needed" \
		"Actors,27-2011,Some college,None,None" >mixed/older.csv
	store import projections mixed --store s
	expect 1
	[[ $stderr == *"older.csv: is of the projections that start in 2022, mixed/occupation.xlsx:sheet3 of those in 2024"* ]]
	[ ! -e s/data.mdb ]
}
