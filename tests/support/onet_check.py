"""onet_check.py RELEASE EXPORT: every figure, name and order in an exported store is that of the release's files.

Shares no code with the importer: it reads the files with str.split and the export with json.
"""
import collections
import gzip
import json
import os
import re
import sys

folder, export = sys.argv[1:]
TASKS_MAX = 12
SCALES = {"IM": (1, 5), "LV": (0, 7)}
STYLE_SCALES = {"WI": "Work Styles Impact, -3 to 3", "IM": "Importance, 1 to 5"}
MONTHS = {1: (0, 3), 2: (3, 12), 3: (12, 24), 4: (24, 48), 5: (48, None)}
checked = 0


def rows(name):
    path = os.path.join(folder, name + ".txt")
    if os.path.exists(path):
        data = open(path, "rb").read()
    elif os.path.exists(path + ".gz"):
        data = gzip.open(path + ".gz").read()
    else:
        return {}
    lines = data.decode("ascii").replace("\r\n", "\n").split("\n")
    header = lines[0].split("\t")
    grouped = collections.defaultdict(list)
    for line in lines[1:]:
        if line:
            row = dict(zip(header, line.split("\t")))
            grouped[row.get("O*NET-SOC Code", "")].append(row)
    return grouped


def same(what, found, expected):
    global checked
    checked += 1
    if found != expected:
        sys.exit(f"{what}: {found!r} is stored, {expected!r} is published")


def figure(value):
    """None: absent; "SUPPRESSED"; or the number."""
    if value is None:
        return None
    if value.get("status") == "FIGURE_STATUS_SUPPRESSED":
        return "SUPPRESSED"
    return value.get("value", 0)


def folded(name):
    return " ".join(name.lower().split())


records = {}
for record in json.load(open(export))["occupations"]:
    code = next(c["value"] for c in record["codes"] if c["system"] == "ONETSOC2019")
    records[code] = record
data = rows("Occupation Data")
same("codes", sorted(records), sorted(data))
titles = {code: row[0]["Title"] for code, row in data.items()}
ids = {code: record["id"] for code, record in records.items()}
alternate, reported = rows("Alternate Titles"), rows("Sample of Reported Titles")
tasks, related, zones = rows("Task Statements"), rows("Related Occupations"), rows("Job Zones")
kinds = {"SKILL": rows("Skills"), "KNOWLEDGE": rows("Knowledge")}
technologies, education = rows("Technology Skills"), rows("Education, Training, and Experience")
interests, styles = rows("Interests"), rows("Work Styles")

for code, record in records.items():
    same(code + " title", record["title"], titles[code])
    same(code + " summary", record["summary"], data[code][0]["Description"])
    same(code + " id", record["id"], re.sub("[^a-z0-9]+", "-", titles[code].lower()).strip("-"))
    same(code + " SOC", [c["value"] for c in record["codes"]], [code, code[:7]])

    # Aliases: all come from a published title, whole or as one of its two parts, and every whole one without parentheses is
    # there once.
    published = [r["Alternate Title"] for r in alternate.get(code, [])] + \
                [r["Short Title"] for r in alternate.get(code, []) if r["Short Title"] != "n/a"] + \
                [r["Reported Job Title"] for r in reported.get(code, [])]
    allowed = {folded(t) for t in published}
    for title in published:
        parts = re.match(r"^(.*\S) *\((.*)\)$", title)
        if parts:
            allowed |= {folded(p) for p in parts.groups()}
    aliases = [folded(a) for a in record.get("aliases", [])]
    same(code + " aliases twice", len(set(aliases)), len(aliases))
    same(code + " aliases unpublished", set(aliases) - allowed, set())
    plain = {folded(t) for t in published if "(" not in t} - {folded(titles[code])}
    same(code + " aliases missing", plain - set(aliases), set())

    ordered = sorted(tasks.get(code, []), key=lambda r: {"Core": 0, "Supplemental": 1}.get(r["Task Type"], 2))
    same(code + " duties", record.get("responsibilities", []), [r["Task"] for r in ordered][:TASKS_MAX])
    same(code + " more duties", record.get("moreResponsibilities", False), len(ordered) > TASKS_MAX)

    expected = {}
    for kind, ratings in kinds.items():
        for row in ratings.get(code, []):
            low, high = SCALES[row["Scale ID"]]
            value = round((float(row["Data Value"]) - low) / (high - low) * 100, 2)
            if row["Recommend Suppress"] == "Y":
                value = "SUPPRESSED"
            if row["Scale ID"] == "LV" and row["Not Relevant"] == "Y":
                value = None
            expected.setdefault((kind, row["Element Name"]), {})[row["Scale ID"]] = value
    skills = record.get("skills", [])
    rated = [s for s in skills if s["kind"] != "SKILL_KIND_TECHNOLOGY"]
    found = {(s["kind"][len("SKILL_KIND_"):], s["name"]):
             {"IM": figure(s.get("importance")), "LV": figure(s.get("level"))} for s in rated}
    same(code + " skills", sorted(found), sorted(expected))
    for key, values in expected.items():
        for scale in SCALES:
            one, other = found[key][scale], values.get(scale)
            if isinstance(one, float) and isinstance(other, float) and abs(one - other) <= 0.0100001:
                other = one  # halves are rounded in another way
            same(f"{code} {key} {scale}", one, other)
    known = [figure(s["importance"]) for s in rated if figure(s.get("importance")) not in (None, "SUPPRESSED")]
    same(code + " order of skills", known, sorted(known, reverse=True))

    flags = collections.defaultdict(lambda: [False, False])
    for row in technologies.get(code, []):
        flags[row["Example"]][0] |= row["Hot Technology"] == "Y"
        flags[row["Example"]][1] |= row["In Demand"] == "Y"
    same(code + " technologies", {s["name"]: [s.get("hot", False), s.get("inDemand", False)]
                                  for s in skills if s["kind"] == "SKILL_KIND_TECHNOLOGY"}, dict(flags))

    levels = [r for r in education.get(code, []) if r["Scale ID"] == "RL"]
    known = [float(r["Data Value"]) for r in levels if r["Recommend Suppress"] != "Y"]
    held_back = len(known) < len(levels)
    shares = [figure(s["percent"]) for s in record.get("education", {}).get("degrees", [])]
    if held_back and max(known, default=0) < 100 - sum(known):
        same(code + " degrees held back", shares, [])
    else:
        same(code + " degrees", [s for s in shares if s != "SUPPRESSED"],
             sorted((v for v in known if v > 0), reverse=True))

    zone = int(zones[code][0]["Job Zone"]) if code in zones else None
    experience = record.get("experience", {})
    same(code + " job zone", experience.get("jobZone"), zone)
    if zone:
        same(code + " months", (figure(experience.get("monthsToBecomeLow")),
                                figure(experience.get("monthsToBecomeHigh"))), MONTHS[zone])

    others = sorted(related.get(code, []), key=lambda r: int(r["Index"]))
    same(code + " related", [(r["id"], r["title"], r["rank"]) for r in record.get("related", [])],
         [(ids[r["Related O*NET-SOC Code"]], titles[r["Related O*NET-SOC Code"]], int(r["Index"])) for r in others])

    same(code + " interests", {i["name"]: figure(i["score"]) for i in record.get("interests", [])},
         {r["Element Name"]: float(r["Data Value"]) for r in interests.get(code, []) if r["Scale ID"] == "OI"})
    same(code + " work styles", {s["name"]: (figure(s["score"]), s["scale"]) for s in record.get("workStyles", [])},
         {r["Element Name"]: ("SUPPRESSED" if r.get("Recommend Suppress") == "Y" else float(r["Data Value"]),
                              STYLE_SCALES[r["Scale ID"]])
          for r in styles.get(code, []) if r["Scale ID"] in STYLE_SCALES})

if checked < 80000:
    sys.exit(f"only {checked} values were there to check")
print(f"{checked} values checked")
