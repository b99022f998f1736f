"""oews_check.py FOLDER EXPORT: every estimate in an exported store is that of BLS's files, and every one of theirs is there.

Shares no code with the importer: it reads workbooks with zipfile and ElementTree, CSV with csv and the export with json.
"""
import collections
import csv
import decimal
import json
import os
import re
import sys
import xml.etree.ElementTree
import zipfile

folder, export = sys.argv[1:]
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FILES = {2024: "national_M2024_dl.xlsx", 2023: "national_M2023_dl.xlsx", 2021: "national_May2021_dl.csv"}
BOUNDS = {2021: ("100", "208000"), 2023: ("115", "239200"), 2024: ("115", "239200")}
WAGES = {"annualMean": "A_MEAN", "annualP10": "A_PCT10", "annualP25": "A_PCT25", "annualMedian": "A_MEDIAN",
         "annualP75": "A_PCT75", "annualP90": "A_PCT90", "hourlyMean": "H_MEAN"}
STATES = dict(zip(
    """Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|District of Columbia|Florida|Georgia|Guam
|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi
|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma
|Oregon|Pennsylvania|Puerto Rico|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virgin Islands
|Virginia|Washington|West Virginia|Wisconsin|Wyoming""".replace("\n", "").split("|"),
    """AL AK AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR
PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY""".split()))
marks = collections.Counter()
checked = 0


def workbook(path):
    archive = zipfile.ZipFile(path)
    shared = ["".join(t.text or "" for t in si.iter(X + "t"))
              for si in xml.etree.ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]
    header = None
    for row in xml.etree.ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(X + "row"):
        cells = {}
        for c in row:
            value = c.find(X + "v")
            if value is not None:
                text = shared[int(value.text)] if c.get("t") == "s" else value.text
                cells[re.match("[A-Z]+", c.get("r")).group()] = text
        if header is None:
            header = cells
        else:
            yield {name: cells.get(column, "") for column, name in header.items()}


def read(name):
    path = os.path.join(folder, name)
    if name.endswith(".xlsx"):
        return list(workbook(path))
    text = open(path, encoding="utf-8-sig", newline="").read()
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ","))


def number(text, places):
    return float(decimal.Decimal(text.replace(",", "")).quantize(decimal.Decimal(places), decimal.ROUND_HALF_UP))


def figure(text, year, hourly, collected):
    """(value, status) of a cell of wages, as the export has it."""
    if text in ("*", "**"):
        return (0, "SUPPRESSED" if collected else "NOT_COLLECTED")
    if text == "#":
        return (float(BOUNDS[year][0 if hourly else 1]), "AT_LEAST")
    return (number(text, "0.01" if hourly else "1"), "")


def same(what, found, expected):
    global checked
    checked += 1
    if found != expected:
        sys.exit(f"{what}: {found!r} is stored, {expected!r} published")


def stored(found):
    return found and (found.get("value", 0), found.get("status", "").replace("FIGURE_STATUS_", ""))


def check(what, row, year, found):
    annual, hourly = row.get("ANNUAL") == "TRUE", row.get("HOURLY") == "TRUE"
    if "ANNUAL" not in row:
        annual = row["H_MEAN"] == "*" != row["A_MEAN"]
        hourly = row["A_MEAN"] == "*" != row["H_MEAN"]
    same(f"{what} title", found["socTitle"], row["OCC_TITLE"].strip())
    for field, column in WAGES.items():
        by_hour = field == "hourlyMean"
        if column in row:
            expected = figure(row[column], year, by_hour, not (annual if by_hour else hourly))
            marks[expected[1], column[0]] += 1
        else:
            expected = (0, "NOT_COLLECTED") if hourly and not by_hour else None
        same(f"{what} {field}", stored(found["salary"].get(field)), expected)
    if "TOT_EMP" not in row:
        same(f"{what} employment", found.get("employment"), None)
        return
    same(f"{what} employment", stored(found["employment"]), (number(row["TOT_EMP"], "1"), ""))
    same(f"{what} its error", found["employment"].get("relativeStandardError", 0), number(row["EMP_PRSE"], "0.1"))
    for field in ("annualMean", "hourlyMean"):
        held_back = "status" in found["salary"][field]
        same(f"{what} error of {field}", found["salary"][field].get("relativeStandardError", 0),
             0 if held_back else number(row["MEAN_PRSE"], "0.1"))


estimates = {}
for e in json.load(open(export))["estimates"]:
    key = e["socCode"], e["area"], e["period"]
    same(f"{key} industry", e.get("industry", ""), "")
    same(f"{key} release", [s["release"] for s in e["sources"]], [f"May {e['period']}"])
    estimates[key] = e
detailed = set()
for year, name in FILES.items():
    for row in read(name):
        if row["O_GROUP"] == "detailed":
            detailed.add(row["OCC_CODE"])
            key = row["OCC_CODE"], "US", year
            check(key, row, year, estimates.pop(key))
for row in read("state_M2023_dl.csv"):
    if row["OCC_CODE"] in detailed:
        key = row["OCC_CODE"], STATES[row["AREA_TITLE"]], 2023
        check(key, row, 2023, estimates.pop(key))
same("estimates that no file has", list(estimates), [])
# Counted in the files, once, to see that marks of every kind were met.
for mark, count in {("AT_LEAST", "A"): 339, ("AT_LEAST", "H"): 73, ("NOT_COLLECTED", "H"): 2775,
                    ("NOT_COLLECTED", "A"): 217, ("SUPPRESSED", "H"): 506, ("SUPPRESSED", "A"): 511}.items():
    same(f"marks {mark}", marks[mark], count)
print(f"{checked} checked")
