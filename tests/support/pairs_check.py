"""pairs_check.py DATA OCCUPARE: compares pairs of occupations through the command line and holds every figure against the files
that were imported from the folder DATA.

Shares no code with the importers: workbooks are read here as zip and XML, the joins follow the crosswalk that is published with
the projections. What is not in the files must not be in the answer.
"""
import csv
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

data, occupare = sys.argv[1:]
SEED = 20
RANDOM_PAIRS = 40
# Pairs with something special: finer than their SOC code, published under a group's, paid by the year or the hour alone,
# top-coded, military, without ratings.
PAIRS = [
    ("29-1141.00", "11-1011.00"), ("29-1141.01", "29-1141.03"), ("13-1021.00", "13-1023.00"),
    ("13-2022.00", "13-2023.00"), ("21-1011.00", "21-1014.00"), ("25-2056.00", "25-2021.00"),
    ("25-9042.00", "25-9043.00"), ("29-2011.01", "29-2012.00"), ("31-1121.00", "31-1122.00"),
    ("27-2011.00", "27-2031.00"), ("25-1011.00", "27-2042.00"), ("29-1213.00", "29-1214.00"),
    ("55-1011.00", "33-3051.00"), ("45-3031.00", "45-2092.00"), ("15-1252.00", "15-1251.00"),
    ("53-1042.01", "53-1044.00"), ("47-4099.03", "47-4091.00"), ("51-2092.00", "51-2022.00"),
    ("39-7011.00", "39-7012.00"), ("53-2011.00", "53-2012.00"), ("11-1011.03", "11-1021.00"),
    ("41-9012.00", "27-2032.00"), ("23-1011.00", "23-2011.00"), ("35-3023.01", "35-2014.00"),
    ("29-1241.00", "29-1249.00"), ("27-2041.00", "39-5092.00"),
]
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
checked = 0


# ---- The files ----

def sheets(name):
    """Every sheet of a workbook as rows of texts."""
    with zipfile.ZipFile(os.path.join(data, name)) as book:
        names = book.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")):
                shared.append("".join(t.text or "" for t in item.iter(NAMESPACE + "t")))
        for sheet in sorted(n for n in names if re.fullmatch(r"xl/worksheets/[^/]*\.xml", n)):
            rows = []
            for row in ElementTree.fromstring(book.read(sheet)).iter(NAMESPACE + "row"):
                cells = {}
                for cell in row:
                    column = 0
                    for letter in re.match("[A-Z]+", cell.get("r")).group():
                        column = column * 26 + ord(letter) - 64
                    value = cell.find(NAMESPACE + "v")
                    if cell.get("t") == "inlineStr":
                        text = "".join(t.text or "" for t in cell.iter(NAMESPACE + "t"))
                    elif value is None:
                        text = ""
                    elif cell.get("t") == "s":
                        text = shared[int(value.text)]
                    else:
                        text = value.text
                    cells[column] = text
                rows.append([cells.get(i, "") for i in range(1, max(cells, default=0) + 1)])
            yield rows


def table(name, *needed):
    """The rows, as dicts by header, of the first sheet whose header has all that is needed, under up to 9 title rows."""
    for rows in sheets(name):
        for i, row in enumerate(rows[:10]):
            if all(any(cell.startswith(n) for cell in row) for n in needed):
                return [dict(zip(row, r + [""] * len(row))) for r in rows[i + 1:]]
    sys.exit(f"{name}: no table with {needed}")


def by_start(row, start):
    return next(value for name, value in row.items() if name.startswith(start))


def tabbed(name):
    lines = open(os.path.join(data, "onet_30_1_text", name + ".txt"), encoding="ascii", newline="").read().split("\r\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"))) for line in lines[1:] if line]


def grouped(name, key="O*NET-SOC Code"):
    groups = {}
    for row in tabbed(name):
        groups.setdefault(row[key], []).append(row)
    return groups


onet = {code: rows[0] for code, rows in grouped("Occupation Data").items()}
tasks, zones, skills = grouped("Task Statements"), grouped("Job Zones"), grouped("Skills")
required = grouped("Education, Training, and Experience")
nem = {row["O*NET-SOC Code"]: row["NEM Code"]
       for row in table("bls_ep/nem-onet-to-soc-crosswalk.xlsx", "O*NET-SOC Code", "NEM Code")}
oews = {row["OCC_CODE"]: row for row in table("bls_oews/national_M2024_dl.xlsx", "OCC_CODE", "A_MEDIAN")
        if row["O_GROUP"] == "detailed"}
projected = {row["2024 National Employment Matrix code"]: row
             for row in table("bls_ep/occupation.xlsx", "2024 National Employment Matrix code", "Occupation type",
                              "Typical education needed for entry")
             if row["Occupation type"] == "Line item"}
attained = {row["2024 National Employment Matrix code"]: row
            for row in table("bls_ep/education.xlsx", "2024 National Employment Matrix code", "Bachelor's degree")}
states = {}
for row in csv.reader(open(os.path.join(data, "bls_oews/state_M2023_dl.csv"), encoding="utf-8-sig"), delimiter=";"):
    states.setdefault(row[1], []).append((row[0], row[4]))

# CPS lines by SOC code, through the Census list, where X stands for any digit of codes that no narrower line names.
census = {}
for row in list(sheets("census/2018-occupation-code-list-and-crosswalk.xlsx"))[1]:
    cells = (row + [""] * 4)[:4]
    if re.fullmatch(r"\d{4}", cells[2]):
        census[" ".join(cells[1].lower().split())] = re.findall(r"\d\d-\d[\dX]{3}", cells[3])
detailed = {row[3] for row in list(sheets("soc/soc_structure_2018.xlsx"))[0] if len(row) > 3 and re.fullmatch(r"\d\d-\d{4}", row[3])}
# 51-9199 is "all other" production, which the list's summary gives to the wider line.
lines = {"51-9199": "other production workers"}
for wildcards in (0, 1, 2, 3):
    for title, patterns in census.items():
        for pattern in patterns:
            # A code that ends in zeros is a group: all its members.
            digits = re.sub("0+$", lambda zeros: "X" * len(zeros.group()), pattern)
            for code in sorted(detailed):
                if digits.count("X") == wildcards and re.fullmatch(digits.replace("X", r"\d"), code):
                    lines.setdefault(code, title)
members = {title: [code for code, line in lines.items() if line == title] for title in census}


def cps(name):
    rows = {}
    for row in next(sheets(name)):
        if len(row) > 6 and row[0]:
            rows[" ".join(row[0].lower().split())] = row
    return rows


sexes, ages = cps("cps_demographics/cpsaat11_2022.xlsx"), cps("cps_demographics/cpsaat11b.xlsx")


# ---- What the files say ----

ABSENT = None
HELD_BACK, NOT_COLLECTED = "FIGURE_STATUS_SUPPRESSED", "FIGURE_STATUS_NOT_COLLECTED"


def number(text, bound, digits, not_collected):
    """A figure of the wage file: (value, status)."""
    if text == "#":
        return (bound, "FIGURE_STATUS_AT_LEAST")
    if text == "*":
        return (0, NOT_COLLECTED if not_collected else HELD_BACK)
    return (round(float(text), digits), "")


def inherit(figure, group):
    return (figure[0], "FIGURE_STATUS_INHERITED") if figure and group and figure[1] == "" else figure


def published(code):
    """The code that wages and projections are published under, and whether that is a group's."""
    return nem.get(code, code[:7]), not code.endswith(".00") or nem.get(code, code[:7]) != code[:7]


def pay(code):
    group_code, group = published(code)
    row = oews.get(group_code)
    if row is None:
        return {}
    hourly_only, annual_only = row["HOURLY"] == "TRUE", row["ANNUAL"] == "TRUE"
    figures = {"salary.hourly_mean": number(row["H_MEAN"], 115.0, 2, annual_only)}
    for field, column in [("annual_mean", "A_MEAN"), ("annual_p10", "A_PCT10"), ("annual_p25", "A_PCT25"),
                          ("annual_median", "A_MEDIAN"), ("annual_p75", "A_PCT75"), ("annual_p90", "A_PCT90")]:
        figures["salary." + field] = number(row[column], 239200, 0, hourly_only)
    return {field: inherit(figure, group) for field, figure in figures.items()}


def outlook(code):
    group_code, group = published(code)
    row, figures = projected.get(group_code), {}
    if row is not None:
        for field, column, factor in [("employment", "Employment, 2024", 1000), ("growth_percent", "Employment change, percent", 1),
                                      ("annual_openings", "Occupational openings", 1000)]:
            text = by_start(row, column)
            if text not in ("—", ""):
                figures["outlook." + field] = (round(float(text) * factor, 1), "")
    elif group_code in oews:
        figures["outlook.employment"] = (float(oews[group_code]["TOT_EMP"]), "")
    return {field: inherit(figure, group) for field, figure in figures.items()}


def words(code):
    row = projected.get(published(code)[0])
    texts = {"summary": onet[code]["Description"], "category": None}
    if code in zones:
        texts["experience.job_zone"] = zones[code][0]["Job Zone"]
    if row is not None:
        for field, column in [("education.typical_entry", "Typical education"), ("experience.category", "Work experience"),
                              ("experience.training", "Typical on-the-job")]:
            if by_start(row, column) not in ("—", ""):
                texts[field] = by_start(row, column)
    return texts


def shares(code):
    """Percents by field, largest first, with their status."""
    result = {}
    group_code, group = published(code)
    if group_code in attained:
        title, _, *values = list(attained[group_code].values())[:9]
        # The footnote says that the shares are of a line of the survey which is not just this occupation.
        group_line = group or title.endswith("[1]")
        result["education.degrees"] = [inherit((value, ""), group_line) for value in sorted(map(float, values), reverse=True)]
    line = lines.get(code[:7])
    group = not code.endswith(".00") or (line is not None and len(members[line]) > 1)
    if line in sexes and sexes[line][2] not in ("–", ""):
        women = float(sexes[line][2])
        status = "FIGURE_STATUS_INHERITED" if group else ""
        men = (round(100 - women, 1), status or "FIGURE_STATUS_DERIVED")
        result["demographics.genders"] = sorted([(women, status), men], key=lambda share: -share[0])
        result["demographics.races"] = sorted(((float(value), status) for value in sexes[line][3:7] if value not in ("–", "")),
                                              reverse=True)
    return result


def median_age(code):
    line = lines.get(code[:7])
    group = not code.endswith(".00") or (line is not None and len(members[line]) > 1)
    if line not in ages:
        return ABSENT
    if ages[line][9] == "–":
        return (0, HELD_BACK)
    return inherit((float(ages[line][9]), ""), group)


def top_state(code):
    rows = [(mean, state) for state, mean in states.get(published(code)[0], []) if mean not in ("*", "")]
    bounded = [state for mean, state in rows if mean == "#"]
    values = {state: float(mean.replace(",", "")) for mean, state in rows if mean != "#"}
    if bounded:
        # At least 239,200, nobody knows how much: the best only where it is the only one that may be.
        return bounded[0] if len(bounded) == 1 and all(value <= 239200 for value in values.values()) else ABSENT
    return max(values, key=values.get) if values else ABSENT


def duties(code):
    order = {"Core": 0, "Supplemental": 1}
    rows = sorted(tasks.get(code, []), key=lambda row: order.get(row["Task Type"], 2))
    return [row["Task"] for row in rows]


def rated(code):
    rows = [row for row in skills.get(code, []) if row["Scale ID"] == "IM" and row["Recommend Suppress"] != "Y"]
    return {row["Element Name"]: (float(row["Data Value"]) - 1) / 4 * 100 for row in rows}


# ---- What is answered ----

def same(code, what, found, expected):
    global checked
    checked += 1
    close = isinstance(found, tuple) and isinstance(expected, tuple) and found[1] == expected[1] \
        and abs(found[0] - expected[0]) < 1e-6
    if found != expected and not close:
        sys.exit(f"{code} {onet[code]['Title']}: {what}: answered {found!r}, published {expected!r}")


def figure_of(cell):
    figure = cell.get("figure")
    return ABSENT if figure is None else (figure.get("value", 0), figure.get("status", ""))


def check_figure(code, row, cell, expected):
    found = figure_of(cell)
    if expected is not ABSENT and expected[1] in (HELD_BACK, NOT_COLLECTED) and found is ABSENT:
        # Said in words where there is nothing to compute with.
        wanted = "not collected" if expected[1] == NOT_COLLECTED else "held back"
        same(code, row["field"] + " reason", wanted in cell.get("reason", ""), True)
        return
    if row["field"] == "salary.hourly_mean" and expected is ABSENT and found is not ABSENT:
        expected = ABSENT
    same(code, row["field"], found, expected)


def check_differences(pair, row):
    left, right = (figure_of(cell) for cell in row["cells"])
    if left is ABSENT or right is ABSENT or not row.get("comparable") or left[1] == "FIGURE_STATUS_AT_LEAST" \
            or right[1] == "FIGURE_STATUS_AT_LEAST":
        return
    difference = row["differences"][1]
    same(pair[1], row["field"] + " difference", (round(difference["absolute"].get("value", 0), 6), ""),
         (round(right[0] - left[0], 6), ""))
    if row["unit"] != "UNIT_PERCENT" and left[0] > 0:
        same(pair[1], row["field"] + " percent", (round(difference["percent"].get("value", 0), 6), ""),
             (round((right[0] - left[0]) / left[0] * 100, 6), ""))


def check_cell(code, row, cell):
    field = row["field"]
    if field.startswith("salary.") and field[7:] in FIGURES_OF_PAY:
        check_figure(code, row, cell, pay(code).get(field, ABSENT))
    elif field in ("outlook.employment", "outlook.growth_percent", "outlook.annual_openings"):
        check_figure(code, row, cell, outlook(code).get(field, ABSENT))
    elif field == "demographics.median_age":
        check_figure(code, row, cell, median_age(code))
    elif field in words(code) and words(code)[field]:
        same(code, field, cell.get("text"), words(code)[field])
    elif field in ("education.typical_entry", "experience.category", "experience.training", "experience.job_zone"):
        same(code, field, cell.get("text"), ABSENT)
    elif field == "salary.top_state":
        found = cell.get("text", "")
        same(code, field, found.split(",")[0] if found else ABSENT, top_state(code))
    elif field in ("education.degrees", "demographics.genders", "demographics.races"):
        check_shares(code, field, cell)
    elif field == "responsibilities":
        found = cell.get("texts", {}).get("items", [])
        same(code, field, found, duties(code)[:len(found)])
        same(code, field + " there", bool(found), bool(duties(code)))
    elif field == "skills" and rated(code):
        values = [rated(code)[share["label"]] for share in cell.get("shares", {}).get("items", []) if share["label"] in rated(code)]
        same(code, field + " by importance", values, sorted(rated(code).values(), reverse=True)[:len(values)])
        same(code, field + " there", len(values) > 0, True)


FIGURES_OF_PAY = ("hourly_mean", "annual_mean", "annual_p10", "annual_p25", "annual_median", "annual_p75", "annual_p90")


def check_shares(code, field, cell):
    found = [(share["percent"].get("value", 0), share["percent"].get("status", ""))
             for share in cell.get("shares", {}).get("items", []) if "percent" in share]
    found = [share for share in found if share[1] != HELD_BACK]
    expected = shares(code).get(field)
    if expected is None and field == "education.degrees":
        # What the work requires stands in where nobody counted what people have.
        expected = sorted(((float(row["Data Value"]), "") for row in required.get(code, [])
                           if row["Scale ID"] == "RL" and row["Recommend Suppress"] != "Y" and float(row["Data Value"]) > 0),
                          reverse=True)
    expected = expected or []
    same(code, field + " in number", len(found), len(expected))
    if field == "demographics.races":
        # Hispanics may be of any race, so they stand apart, behind the races.
        found = sorted(found, reverse=True)
    for share, wanted in zip(found, expected):
        same(code, field, share, wanted)


def check(pair):
    reply = json.loads(subprocess.run([occupare, "compare", *pair, "-o", "json"], check=True, stdout=subprocess.PIPE).stdout)
    rows = [row for section in reply["comparison"]["sections"] for row in section.get("rows", [])]
    fields = {row["field"] for row in rows}
    for code, comparand in zip(pair, reply["comparison"]["comparands"]):
        same(code, "title", comparand["title"], onet[code]["Title"])
    for row in rows:
        for code, cell in zip(pair, row["cells"]):
            check_cell(code, row, cell)
        if row["unit"] in ("UNIT_CURRENCY_PER_YEAR", "UNIT_CURRENCY_PER_HOUR", "UNIT_COUNT", "UNIT_PERCENT"):
            check_differences(pair, row)
    # A row that is left out says that neither has the figure.
    for code in pair:
        for field, figure in [*pay(code).items(), *outlook(code).items()]:
            same(code, field + " is a row", field in fields or figure[1] in (HELD_BACK, NOT_COLLECTED), True)
        for field in shares(code):
            same(code, field + " is a row", field in fields, True)


chosen = random.Random(SEED)
codes = sorted(onet)
for pair in PAIRS + [tuple(chosen.sample(codes, 2)) for _ in range(RANDOM_PAIRS)]:
    check(pair)
print(f"{len(PAIRS) + RANDOM_PAIRS} pairs, {checked} figures, texts and differences checked")
