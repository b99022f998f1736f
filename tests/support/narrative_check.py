"""narrative_check.py OCCUPARE [--seed N] [--pairs N] [--groups N] [--places N] [--show N]: has a running service compare random
occupations and holds every sentence, heading, warning and row of the answers against the rules below.

--pairs: comparisons of two; --groups: of three to five; --places: of one occupation or two in areas and years.
--show: prints so many of the comparisons as they read, for people.
narrative_check.py --broken: tries the rules on texts that are broken, each in its own way, and on some that are not.

The rules share no code with what they judge: words about sounds, plurals and capitals are decided here anew.
"""
import argparse
import collections
import concurrent.futures
import json
import random
import re
import subprocess
import sys

COMPLAINTS_SHOWN = 8  # of each kind

# ---- English ----

# Words that begin with a vowel and a consonant's sound, or the other way round.
AS_CONSONANT = re.compile(r"(?:uni(?!n|m)|us(?:e|u|a)|ut(?:il|e)|eu|ur(?:o|i|a)|one\b|once|ubi|ukr|u-)", re.I)
AS_VOWEL = re.compile(r"(?:hour|honest|hono|heir|herb)", re.I)
LETTERS_AS_VOWEL = "AEFHILMNORSX"
SPOKEN_ACRONYMS = {"NASA", "CAD", "RADAR", "LIDAR", "SCUBA", "SAS", "FEMA", "UNIX", "NICU", "GIS", "SCADA"}
NAMES_IN_CAPITALS = re.compile(r"\b(?:[A-Z]{2,}|[A-Z]\.(?:[A-Z]\.)+)")
PROPER = ["English", "French", "German", "Spanish", "Italian", "Latin", "American", "African", "Asian", "Hispanic", "Medicare",
          "Medicaid", "Montessori", "Java", "Python", "Linux", "Microsoft", "Oracle", "Adobe", "Excel", "Internet"]
PLURAL_ENDINGS = re.compile(r"(?:s|men|people|children|clergy|personnel|staff|police|faculty|infantry)$")
SINGULAR_ENDS_IN_S = re.compile(r"(?:ss|us|is|operations|sales|services|systems|communications|sports|arts|relations|affairs"
                                r"|series|customs|goods)$")


def sounds_vowel(word):
    """Whether a word takes "an"."""
    if word[0].isdigit():
        return word[0] == "8" or re.match(r"(?:11|18)(?!\d)|(?:11|18),", word) is not None
    if re.match(r"[A-Z]{2,}s?\b|[A-Z]\.[A-Z]", word) and word.strip("s") not in SPOKEN_ACRONYMS:
        return word[0] in LETTERS_AS_VOWEL
    if re.match(r"[A-Z](?![A-Za-z'])", word):
        return word[0] in LETTERS_AS_VOWEL
    if AS_CONSONANT.match(word):
        return False
    return word[0].lower() in "aeiou" or AS_VOWEL.match(word) is not None


# ---- Rules on any text that people read ----

BROKEN = [
    (r"  ", "two spaces"),
    (r"^\s|\s$", "a space at an end"),
    (r"[\t\r\n]", "a break within"),
    (r"\s(?!\.NET)[,.;:)%!?]", "a space before a mark"),
    (r"[(\[]\s", "a space behind an opening bracket"),
    (r",(?![ \d\"')])|,(?=\d)(?<!\d,)", "no space behind a comma"),
    (r";(?! )|:(?![ \d/A-Z])", "no space behind a mark"),
    (r"[,;:] *[,;:.]|\.\.|\.,(?<!\w\.,)", "two marks together"),
    (r"\(\s*\)|\[\s*\]|\"\"", "empty brackets"),
    (r"\((?:and|or|,)\b", "a bracket that begins with a joint"),
    (r"\bn/a\b|\bnan\b|\binf\b|\(null\)|\bnull\b|\bundefined\b|%[sdzu]\b", "a value that is none"),
    (r"(?<![\w-])-0(?![.\d]*[1-9])", "minus zero"),
    (r"\$(?!\d)", "a currency sign without a number"),
    (r"\$\d+(?:,\d+)*\.\d(?!\d)", "half the cents"),
    (r"\d\.0%|\d\.\d\d+%|\d %", "a percent that is not short"),
    (r"(?<![\d,.])\d{1,3}(?:,\d{3})*,\d{1,2}(?!\d)", "a thousands group cut short"),
    (r"\b(?<!asked )(?<!there )(?:of|for|in|the|a|an|and|or|to|than|with|from|is|are|by)(?:[.,;:)]|$)", "a slot left empty"),
    (r"\b(?:[Aa]n?|[Tt]he) (?:a|an|the)\b", "two articles"),
    (r"s's\b|s''|'s's", "a broken possessive"),
    (r"(?<![\d.,])1 (?:years|months|skills|points|jobs|people|areas|others)\b(?! more)", "one of many"),
    (r"(?<![\d.,$])(?:[02-9]|\d{2,}) (?:year|month|skill|point|job|person|area)\b(?!s)", "many of one"),
    (r"\b(?:skills|technologies|abilities|degrees|duties|figures) (?:is|has|was)\b", "many with a verb for one"),
    (r"\b(?:skill|degree|figure|duty) (?:are|have|were)\b", "one with a verb for many"),
]
BROKEN = [(re.compile(pattern), what) for pattern, what in BROKEN]
DOUBLED = re.compile(r"\b([A-Za-z]+) \1\b", re.I)
DOUBLED_NAMES = {"quilt"}  # "Electric Quilt Quilt Design Wizard" is a product
ARTICLE = re.compile(r"\b([Aa]n?) (\"?[\w.+#'/-]+)")
BARE_NUMBER = re.compile(r"(?<![\w.,-])\d{4,}(?![\w.-]|,\d)")


def text_complaints(text, names):
    """What is wrong with any text. names: texts of the data, within which numbers are their own business."""
    found = [what for pattern, what in BROKEN if pattern.search(text)]
    for opening, closing in ["()", "[]", "\u201c\u201d"]:
        depth = lowest = 0
        for letter in text:
            depth += (letter == opening) - (letter == closing)
            lowest = min(lowest, depth)
        if depth != 0 or lowest < 0:
            found.append("brackets that do not pair")
    if text.count('"') % 2:
        found.append("quotes that do not pair")
    for match in DOUBLED.finditer(text):
        if match.group(1).lower() not in DOUBLED_NAMES:
            found.append(f"a word twice: {match.group(1)}")
    for article, word in ARTICLE.findall(text):
        if article == "A" and not text.startswith("A "):
            continue
        if sounds_vowel(word.strip('"')) != (article.lower() == "an"):
            found.append(f"the wrong article: {article} {word}")
    for match in BARE_NUMBER.finditer(masked(text, names)):
        if not 1900 <= int(match.group()) <= 2100:
            found.append(f"a number without separators: {match.group()}")
    return found


def masked(text, names):
    """The text with each name of the data as one capital X."""
    for name in names:
        if name and name.lower() in text.lower():
            text = re.sub(r"(?<![\w])" + re.escape(name) + r"(?!\w)", "X", text, flags=re.I)
    return text


# ---- Rules on sentences ----

BROKEN_LISTS = [
    (r"X, X and X", "no comma before the last of a list"),
    (r"X and X and X", "a list of three without commas"),
    (r"X X", "two names without a joint"),
    (r"X, X[.]", "a list without \"and\""),
]
BROKEN_LISTS = [(re.compile(pattern), what) for pattern, what in BROKEN_LISTS]
MONEY = re.compile(r"\$\d[\d,]*(?:\.\d+)?")
PERCENT = re.compile(r"-?\d[\d,]*(?:\.\d+)?%")


def sentence_complaints(sentence, comparison, names):
    text = sentence.get("text", "")
    found = text_complaints(text, names)
    if not text:
        return ["no text"]
    if not text.endswith(".") or text.endswith((",.", "?.", "!.", ";.", ":.")):
        found.append("no full stop at the end")
    if not (text[0].isupper() or text[0].isdigit() or re.match(r"[a-z]+[A-Z0-9]", text)):
        found.append("a small letter at the start")
    if not sentence.get("fields"):
        found.append("no field that it was made from")
    known = comparison["fields"]
    for field in sentence.get("fields", []):
        if field not in known and field not in FIELDS_WITHOUT_ROW:
            found.append(f"a field that is none: {field}")
    short = masked(text, names)
    found += [what for pattern, what in BROKEN_LISTS if pattern.search(short)]
    if len(re.findall(r"[.?] (?=[A-Z])", masked(text, names + SHORTENED))) > 0:
        found.append("more than one sentence")
    found += value_complaints(sentence, comparison)
    return found


FIELDS_WITHOUT_ROW = {"more_responsibilities"}
SHORTENED = ["U.S.", "Jr.", "Inc.", "Co.", "St."]


def value_complaints(sentence, comparison):
    """Money must be that of a cell or a difference, and words of order must stand over figures that differ."""
    rows = [row for row in comparison["rows"] if row["field"] in sentence.get("fields", [])]
    if not rows or sentence["fields"] == ["skills"]:
        return []
    shown = " ".join(cell["display"] for row in rows for cell in row["cells"])
    shown += " ".join(d.get("display", "") for row in rows for d in row.get("differences", []))
    money = {amount.strip(",") for amount in MONEY.findall(shown)}
    found = []
    for amount in MONEY.findall(sentence["text"]):
        if amount.strip(",") not in money and not is_gap(amount, money):
            found.append(f"money that is in no row: {amount}")
    if re.search(r"\b(?:higher|lower|highest|lowest|more than|the most|the least|longer)\b", sentence["text"]) and \
            len(rows) == 1 and not re.search(r"at least|more than \d|or more", sentence["text"]):
        displays = [cell["display"] for cell in rows[0]["cells"] if cell["display"] != "n/a"]
        if len(displays) > 1 and len(set(displays)) == 1 and "highest paying" not in sentence["text"]:
            found.append("an order of what is equal")
    if re.search(r"\bsame\b", sentence["text"]) and len(rows) == 1 and rows[0]["unit"] not in ("UNIT_SHARES", "UNIT_TEXT"):
        displays = [cell["display"] for cell in rows[0]["cells"] if cell["display"] != "n/a"]
        if len(set(displays)) > 1:
            found.append("the same said of what differs")
    return found


def is_gap(amount, money):
    """Whether it lies between two of the amounts, as rounded."""
    def number(text):
        return float(text.strip("$,").replace(",", ""))
    gap = number(amount)
    return any(abs(abs(number(a) - number(b)) - gap) <= 1 for a in money for b in money)


# ---- Rules on names ----

def name_complaints(comparand):
    title, one, many = comparand["title"], comparand.get("singular", ""), comparand.get("plural", "")
    found = []
    for name in (one, many):
        found += text_complaints(name, [])
        if not name:
            found.append("no name")
        for word in NAMES_IN_CAPITALS.findall(title):
            if word not in name:
                found.append(f"{word} is lost or small in {name!r}")
        for word in PROPER:
            if re.search(rf"\b{word}\b", title) and word not in name:
                found.append(f"{word} is lost or small in {name!r}")
        if re.search(r", all other\b(?!\))|--", name):
            found.append(f"not an English order: {name!r}")
        if re.search(r"\b(?:and|or|of|for|in|except) *$", name):
            found.append(f"an end left open: {name!r}")
    heads = re.split(r" \(| (?:of|for|in|at|with|to|from|on|except|including) ", many)[0]
    if not PLURAL_ENDINGS.search(heads) and not PLURAL_ENDINGS.search(many):
        found.append(f"no plural: {many!r}")
    head = re.split(r" \(| (?:of|for|in|at|with|to|from|on|except|including) ", one)[0]
    if head.endswith("s") and not SINGULAR_ENDS_IN_S.search(head):
        found.append(f"no singular: {one!r}")
    if one == many:
        found.append(f"one and many alike: {one!r}")
    return found


# ---- Rules on rows ----

UNITS = {
    "UNIT_CURRENCY_PER_YEAR": r"\$\d{1,3}(?:,\d{3})*(?: or more)?",
    "UNIT_CURRENCY_PER_HOUR": r"\$\d{1,3}(?:,\d{3})*\.\d\d(?: or more)?",
    "UNIT_PERCENT": r"-?\d{1,3}(?:\.[1-9])?%",
    "UNIT_COUNT": r"\d{1,3}(?:,\d{3})*",
    "UNIT_YEARS": r"\d{1,3}(?:\.[1-9])?",
    "UNIT_RATING": r"\d{1,3}(?:\.\d{0,2}[1-9])?",
}
DIFFERENCE = re.compile(r"|same|almost the same|([+-])(?:\$\d[\d,]*(?:\.\d\d)?|\d[\d,]*(?:\.\d+)?(?: points?)?)"
                        r"(?:, \1\d[\d,]*(?:\.[1-9])?%)?")


def row_complaints(row, count):
    found = []
    cells = row.get("cells", [])
    if len(cells) != count:
        found.append(f"{len(cells)} cells of {count}")
    if not row.get("label") or not row.get("field") or not row.get("unit"):
        found.append("a row without a name")
    missing = 0
    for cell in cells:
        display = cell.get("display", "")
        empty = not any(kind in cell for kind in ("figure", "text", "texts", "shares", "range"))
        missing += empty
        if empty and (display != "n/a" or not cell.get("reason")):
            found.append(f"nothing there and no reason: {cell}")
        if not empty and (display in ("", "n/a") or cell.get("reason")):
            found.append(f"a value that is not shown: {cell}")
        if empty:
            continue
        pattern = UNITS.get(row["unit"])
        if pattern and not re.fullmatch(pattern, display):
            found.append(f"shown as {display!r}")
        if row["unit"] == "UNIT_RANGE" or row["field"].startswith("salary.top_"):
            found += [f"{what}: {display!r}" for what in text_complaints(display, [display])]
        if row["unit"] == "UNIT_SHARES":
            for share in cell["shares"]["items"]:
                if share["label"] not in display:
                    found.append(f"{share['label']} is not shown")
    if missing != row.get("missing", 0):
        found.append(f"{missing} are missing, {row.get('missing', 0)} are said to be")
    for difference in row.get("differences", []):
        display = difference.get("display", "")
        match = DIFFERENCE.fullmatch(display)
        if not match:
            found.append(f"a difference shown as {display!r}")
        elif match.group(1) and (match.group(1) == "+") != (difference.get("direction") == "DIRECTION_HIGHER"):
            found.append(f"the wrong way round: {display!r}")
    if any(leader >= count for leader in row.get("leaders", [])):
        found.append("a leader who is not there")
    return found


# ---- Asking and judging ----

class Judge:
    def __init__(self):
        self.counts = collections.Counter()
        self.complaints = []
        self.kinds = collections.Counter()

    def take(self, names, where, text, found):
        for what in found:
            self.kinds[what.split(":")[0]] += 1
            if self.kinds[what.split(":")[0]] <= COMPLAINTS_SHOWN:
                self.complaints.append(f"{' / '.join(names)}: {where}: {what}: {text!r}")

    def judge(self, names, comparison):
        count = len(comparison["comparands"])
        comparison["rows"] = [row for section in comparison["sections"] for row in section.get("rows", [])]
        comparison["fields"] = {row["field"] for row in comparison["rows"]}
        own = own_names(comparison)
        self.counts["comparisons"] += 1
        for comparand in comparison["comparands"]:
            self.counts["names"] += 1
            self.take(names, "name", comparand["title"], name_complaints(comparand))
        for section in comparison["sections"]:
            self.take(names, section["id"] + " heading", section["heading"], text_complaints(section["heading"], own))
            texts = [sentence.get("text") for sentence in section.get("sentences", [])]
            if len(set(texts)) < len(texts):
                self.take(names, section["id"], texts, ["a sentence twice"])
            for sentence in section.get("sentences", []):
                self.counts["sentences"] += 1
                self.take(names, section["id"], sentence.get("text"), sentence_complaints(sentence, comparison, own))
            for row in section.get("rows", []):
                self.counts["rows"] += 1
                self.take(names, section["id"], row["field"], row_complaints(row, count))
                if row.get("whyNot"):
                    self.take(names, row["field"], row["whyNot"], text_complaints(row["whyNot"], own))
        for warning in comparison.get("warnings", []):
            self.counts["warnings"] += 1
            found = text_complaints(warning, own)
            if not warning.endswith(".") or not warning[0].isupper():
                found.append("no sentence")
            self.take(names, "warning", warning, found)
        if len(set(comparison.get("warnings", []))) < len(comparison.get("warnings", [])):
            self.take(names, "warnings", comparison["warnings"], ["a warning twice"])


def own_names(comparison):
    """Names of the data in an answer, longest first."""
    names = set()
    for comparand in comparison["comparands"]:
        names |= {comparand["title"], comparand.get("singular", ""), comparand.get("plural", ""), comparand.get("areaTitle", ""),
                  comparand.get("category", {}).get("title", "")}
    for row in comparison["rows"]:
        for cell in row["cells"]:
            names |= {share["label"] for share in cell.get("shares", {}).get("items", [])}
            if row["field"].startswith("skills"):
                names |= set(cell.get("texts", {}).get("items", []))
            if "text" in cell and row["field"] != "summary":
                names.add(cell["text"])
    return sorted((name for name in names if len(name) > 1), key=len, reverse=True)


def ask(occupare, *words):
    done = subprocess.run([occupare, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        return None, done.stderr.decode()
    return json.loads(done.stdout), ""


def choose(occupare, options):
    """The comparisons to ask for, as lists of names."""
    chance = random.Random(options.seed)
    listed = ask(occupare, "list", "--all", "-o", "json")[0]["items"]
    ids = sorted(item["id"] for item in listed)
    areas = ask(occupare, "areas", "-o", "json")[0].get("items", [])
    places = [area["code"] for area in areas if area["code"] != "US"]
    asked = [chance.sample(ids, 2) for _ in range(options.pairs)]
    asked += [chance.sample(ids, chance.randint(3, 5)) for _ in range(options.groups)]
    for _ in range(options.places if places else 0):
        one, other = chance.sample(ids, 2)
        forms = [one, other, f"{one}@{chance.choice(places)}", f"{one}@{chance.choice(places)}",
                 f"{other}@{chance.choice(places)}", f"{one}:2023", f"{one}:2021", f"{other}:2021"]
        asked.append([one, *chance.sample(forms[1:], chance.randint(1, 3))])
    return asked


# ---- The rules themselves ----

BROKEN_TEXTS = [
    "A  nurse earns more.", " A nurse earns more.", "A nurse earns more .", "A nurse ( registered) earns more.",
    "A nurse,who earns more.", "A nurse earns more;and less.", "A nurse, , earns more.", "A nurse earns more..",
    "A nurse () earns more.", "A nurse earns n/a.", "A nurse earns (null).", "The growth is -0%.", "A nurse earns $ a year.",
    "A nurse earns $33.5 an hour.", "The growth is 28.0%.", "The growth is 28 %.", "There are 157,29 jobs.",
    "The top skill of, is speaking.", "A the nurse earns more.", "The nurses's pay is more.",
    "It takes 1 years.", "It takes 4 year.", "The skills is speaking.", "The skill are speaking.",
    "A nurse earns earns more.", "A actuary earns more.", "An user earns more.", "An CEO earns more.", "A MRI technologist.",
    "A hour passes.", "There are 157294 jobs.", "A nurse (registered earns more.", "The \"most is more.",
]
WHOLE_TEXTS = [
    "An actuary earns an average of $69,729 a year, $33.52 an hour.", "A user (with a European) takes 1 year or 12 months.",
    "An HR manager and a CEO lead 157,294 people (23.4% in 2024).", "Microsoft .NET Framework and C++ are listed for both.",
    "The growth is -0.8%; 1 more is listed.", "A one-time helper is an hourly worker in the U.S.",
]
BROKEN_SENTENCES = [
    ("A nurse earns more", ["salary.annual_mean"]), ("a nurse earns more.", ["salary.annual_mean"]),
    ("A nurse earns more.", []), ("A nurse earns more.", ["salary.nothing"]), ("", ["salary.annual_mean"]),
    ("Nurses, cooks and actors earn more.", ["salary.annual_mean"]), ("Nurses cooks earn more.", ["salary.annual_mean"]),
    ("Nurses and cooks and actors earn more.", ["salary.annual_mean"]), ("Nurses earn more. So do cooks.", ["salary.annual_mean"]),
    ("Nurses earn $5,000.", ["salary.annual_mean"]), ("The age is higher for nurses (47).", ["demographics.average_age"]),
    ("The salary is the same for both.", ["salary.annual_mean"]),
]
BROKEN_NAMES = [
    ("Registered Nurses", "registered nurses", "registered nurses"), ("CEOs", "ceo", "CEOs"), ("Nurses", "nurse", "nurse"),
    ("English Teachers", "english teacher", "English teachers"), ("Managers, All Other", "manager, all other", "other managers"),
    ("Directors of Nursing", "director of", "directors of nursing"), ("Nurses", "", "nurses"),
]
BROKEN_CELLS = [
    ("UNIT_CURRENCY_PER_YEAR", "$69729"), ("UNIT_CURRENCY_PER_HOUR", "$33.5"), ("UNIT_PERCENT", "28.0%"),
    ("UNIT_COUNT", "157294"), ("UNIT_YEARS", "47.0"), ("UNIT_COUNT", "n/a"),
]


def try_rules():
    """Each rule must see what is broken, and only that."""
    rows = [{"field": "salary.annual_mean", "unit": "UNIT_CURRENCY_PER_YEAR",
             "cells": [{"display": "$69,729"}, {"display": "$114,981"}], "differences": []},
            {"field": "demographics.average_age", "unit": "UNIT_YEARS",
             "cells": [{"display": "47"}, {"display": "47"}], "differences": []}]
    comparison = {"rows": rows, "fields": {row["field"] for row in rows}}
    names = ["nurses", "cooks", "actors"]
    missed = [text for text in BROKEN_TEXTS if not text_complaints(text, [])]
    missed += [text for text, fields in BROKEN_SENTENCES
               if not sentence_complaints({"text": text, "fields": fields}, comparison, names)]
    missed += [title for title, one, many in BROKEN_NAMES
               if not name_complaints({"title": title, "singular": one, "plural": many})]
    missed += [display for unit, display in BROKEN_CELLS if not row_complaints(
        {"field": "x", "label": "X", "unit": unit, "cells": [{"display": display, "figure": {}}]}, 1)]
    wrong = [(text, text_complaints(text, [])) for text in WHOLE_TEXTS if text_complaints(text, [])]
    whole = {"text": "Nurses, cooks, and actors earn $45,252 more.", "fields": ["salary.annual_mean"]}
    wrong += [(whole["text"], found) for found in sentence_complaints(whole, comparison, names)]
    if missed or wrong:
        sys.exit(f"not seen: {missed}\nwrongly seen: {wrong}")


def show(names, comparison):
    print("=== " + " / ".join(names))
    for section in comparison["sections"]:
        if section.get("sentences"):
            print(f"[{section['heading']}] " + " ".join(s["text"] for s in section["sentences"]))
    for warning in comparison.get("warnings", []):
        print("! " + warning)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[0])
    parser.add_argument("occupare", nargs="?")
    parser.add_argument("--seed", type=int, default=2030)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--groups", type=int, default=300)
    parser.add_argument("--places", type=int, default=200)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--broken", action="store_true")
    options = parser.parse_args()
    if options.broken:
        try_rules()
        return
    asked, judge, refused = choose(options.occupare, options), Judge(), 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda names: ask(options.occupare, "compare", *names, "-o", "json"), asked)
        for i, (names, (reply, error)) in enumerate(zip(asked, answers)):
            if reply is None:
                # Not everything is published everywhere.
                refused += 1
                if not any("@" in name or ":" in name for name in names) or "NOT_FOUND" not in error:
                    judge.take(names, "refused", error, ["no answer"])
                continue
            judge.judge(names, reply["comparison"])
            if i < options.show:
                show(names, reply["comparison"])
    counts = judge.counts
    print(f"seed {options.seed}: {counts['comparisons']} comparisons ({options.pairs} pairs), {refused} not published; "
          f"{counts['sentences']} sentences, {counts['warnings']} warnings, {counts['rows']} rows, {counts['names']} names; "
          f"{sum(judge.kinds.values())} broken")
    for kind, number in judge.kinds.most_common():
        print(f"  {number} x {kind}")
    for complaint in judge.complaints:
        print(complaint)
    if counts["comparisons"] < max(options.pairs, 1) or judge.complaints:
        sys.exit(1)


main()
