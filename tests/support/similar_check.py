"""similar_check.py RELEASE CODE METHOD MEASURE WEIGHTS <REPLY: a reply of FindSimilarOccupations with all items is what the
release's files give.

Shares no code with importer and service: it reads the files with str.split and computes over dictionaries of names.
WEIGHTS: as "SKILL=1,KNOWLEDGE=1,TECHNOLOGY=0.25".
"""
import collections
import gzip
import json
import math
import os
import sys

folder, code, method, measure, weights = sys.argv[1:]
WEIGHTS = {kind: float(weight) for kind, weight in (pair.split("=") for pair in weights.split(","))}
FILES = {"SKILL": "Skills", "KNOWLEDGE": "Knowledge"}
SCALES = {"IM": (1, 5), "LV": (0, 7)}


def rows(name):
    path = os.path.join(folder, name + ".txt")
    if os.path.exists(path + ".gz"):
        data = gzip.open(path + ".gz").read()
    elif os.path.exists(path):
        data = open(path, "rb").read()
    else:
        return []
    lines = data.decode("ascii").replace("\r\n", "\n").split("\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"))) for line in lines[1:] if line]


def figure(row):
    low, high = SCALES[row["Scale ID"]]
    """None: held back, or a level of what is not relevant."""
    if row["Recommend Suppress"] == "Y" or (row["Scale ID"] == "LV" and row["Not Relevant"] == "Y"):
        return None
    return round((float(row["Data Value"]) - low) / (high - low) * 100, 2)


def chosen(figures):
    importance, level = figures.get("IM"), figures.get("LV")
    if measure == "importance":
        return importance
    if measure == "level":
        return level
    known = [value for value in (importance, level) if value is not None]
    return sum(known) / len(known) if known else None


def read_lists():
    """By code, by kind: the figure of each name; None is not known."""
    lists = collections.defaultdict(lambda: collections.defaultdict(dict))
    for kind, name in FILES.items():
        figures = collections.defaultdict(dict)
        for row in rows(name):
            figures[row["O*NET-SOC Code"], row["Element Name"].lower()][row["Scale ID"]] = figure(row)
        for (which, skill), both in figures.items():
            lists[which][kind][skill] = chosen(both)
    for row in rows("Technology Skills"):
        lists[row["O*NET-SOC Code"]]["TECHNOLOGY"][row["Example"].lower()] = 1.0
    return lists


def likeness(a, b):
    if method in ("jaccard", "sorensen-dice"):
        a, b = dict.fromkeys(a, 1.0), dict.fromkeys(b, 1.0)
    pairs = [(a.get(name, 0.0), b.get(name, 0.0)) for name in a.keys() | b.keys()]
    pairs = [pair for pair in pairs if None not in pair]
    minimum = math.fsum(min(pair) for pair in pairs)
    if method == "cosine":
        part = math.fsum(x * y for x, y in pairs)
        whole = math.sqrt(math.fsum(x * x for x, _ in pairs) * math.fsum(y * y for _, y in pairs))
    elif method == "coverage":
        part, whole = minimum, math.fsum(y for _, y in pairs)
    elif method == "sorensen-dice":
        part, whole = 2 * minimum, math.fsum(x + y for x, y in pairs)
    else:
        part, whole = minimum, math.fsum(max(pair) for pair in pairs)
    return part / whole if whole > 0 else None


def similarity(a, b):
    parts = [(WEIGHTS[kind], likeness(a[kind], b[kind])) for kind in WEIGHTS if a[kind] and b[kind] and WEIGHTS[kind] > 0]
    parts = [(weight, part) for weight, part in parts if part is not None]
    return sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts) if parts else 0


lists, reply = read_lists(), json.load(sys.stdin)
titles = {row["O*NET-SOC Code"]: row["Title"] for row in rows("Occupation Data")}
expected = {titles[other]: similarity(lists[code], lists[other]) for other in titles if other != code}
found = {item["title"]: item["similarity"] for item in reply["items"]}
wrong = [title for title in expected if abs(expected[title] - found.get(title, 0)) > 1e-9]
for title in wrong[:10]:
    print(f"{title}: {found.get(title, 0)}, not {expected[title]}")
values = [item["similarity"] for item in reply["items"]]
if wrong or values != sorted(values, reverse=True) or len(found) < 100 or set(found) - set(expected):
    sys.exit(f"{len(wrong)} of {len(expected)} likenesses are wrong")
print(f"{len(expected)} likenesses are right")
