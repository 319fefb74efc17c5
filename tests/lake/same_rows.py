#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks logs, each event once, and a lake made of them the same questions; the rows must be the same.

    same_rows.py [--events 3000]          made-up logs, the hunts, a few statements, screens about
                                          whoever is in them
    same_rows.py --logs DIR [--queries FILE.jsonl] [--param name=value ...]

Rows of our own statements are compared in their order; published ones (FILE.jsonl, under `sql`)
leave the order of equals open, so theirs are compared as sets. What logs refuse, the lake must
refuse with the same words. $TRAILHOUND names the program."""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ.get("TRAILHOUND", "build/dev/src/trailhound")
STATEMENTS = [
    "select count(*) from cloudtrail",
    "select eventname, count(*) as n from cloudtrail group by 1 order by n desc, 1",
    "select * from cloudtrail order by ts, eventid limit 50",
    "select eventjson from cloudtrail order by ts desc, eventid limit 200",
    "select account, region, year, month, day, count(*) as n from cloudtrail group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5",
    "select principal, action, outcome, target, agent, network from cloudtrail order by ts, eventid limit 300",
    "select useridentity.sessioncontext.sessionissuer.arn as role, count(*) from cloudtrail group by 1 order by 1",
    "select resource.arn, count(*) from cloudtrail cross join unnest(resources) as t(resource) group by 1 order by 2 desc, 1",
    "select \"timestamp\", date_partition, count(*) from cloudtrail group by 1, 2 order by 1",
    "select json_extract_scalar(requestparameters, '$.userName') as u, count(*) from cloudtrail group by 1 order by 2 desc, 1",
    "select shape, extra, contenthash from cloudtrail order by eventid limit 100",
    "select min(ts), max(ts), count(distinct eventid) from cloudtrail where ts >= current_timestamp - interval '2' day",
    "select eventtime from cloudtrail where errorcode = 'AccessDenied' order by ts desc, eventid",
]


def ask(words, place):
    done = subprocess.run([PROGRAM, *words, *place, "-q"], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def without_place(row):
    # Which of several files an event is kept from is chance; a lake has other files, and no doubles.
    if row.startswith(("Read ", "! ")):
        return re.sub(r"[\d,]+ (file|part)s?|( \()?[\d,]+ (more )?(was|were) (a )?doubles?: left out\)?|, read in .*|  +", "", row)
    return re.sub(r'"\$path":"[^"]*"', "", row)


def compare(words, raw, lake, ordered, turns=1):
    one = ask(words, raw)
    for _ in range(turns):
        result = compare_with(one, ask(words, lake), ordered)
        if result not in ("same", "refused"):
            break
    return result


def compare_with(one, other, ordered):
    if one[0] not in (0, 3) or other[0] not in (0, 3):
        if one[0] == other[0] and one[2].splitlines()[:1] == other[2].splitlines()[:1]:
            return "refused"
        return f"exit {one[0]} and {other[0]}: {one[2][:200]} {other[2][:200]}"
    rows = [[without_place(row) for row in side[1].splitlines()] for side in (one, other)]
    if not ordered:
        rows = [sorted(side) for side in rows]
    if rows[0] == rows[1]:
        return "same"
    for number, (left, right) in enumerate(zip(*rows)):
        if left != right:
            return f"row {number}:\n  logs {left[:400]}\n  lake {right[:400]}"
    return f"{len(rows[0])} and {len(rows[1])} rows"


def parameters_for(text, given):
    """Of the parameters those that the statement has a place for."""
    given = dict(pair.split("=", 1) for pair in given)
    while given:
        words = [word for name, value in given.items() for word in ("--param", f"{name}={value}")]
        _, _, said = ask(["explain", text, "--errors", "json", *words], [])
        unused = [name for name in given if "unused-parameter" in said and f"`{name}`" in said.split("\n")[0]]
        if not unused:
            return words
        given.pop(unused[0])
    return []


# Whom and what the screens are asked about: the busiest of each, and the rarest.
SUBJECTS = """
with s as (
  select useridentity.accesskeyid as word, count(*) as n from cloudtrail group by 1
  union all select 'user:' || useridentity.username, count(*) from cloudtrail where useridentity.type = 'IAMUser' group by 1
  union all select sourceipaddress, count(*) from cloudtrail where sourceipaddress like '%.%.%.%' and sourceipaddress not like '%.com' group by 1
  union all select principal, count(*) from cloudtrail where principal like 'arn:%' group by 1
  union all select issued_key, count(*) from cloudtrail group by 1
  union all select 'resource:' || bucket, count(*) from cloudtrail group by 1
  union all select session, count(*) from cloudtrail where useridentity.type = 'AssumedRole' group by 1)
select word from (select word, row_number() over (partition by substr(word, 1, 4) order by n {order}, word) as place
  from s where word is not null and word <> '')
where place <= {each} order by 1"""


def subjects(raw, each):
    words = []
    for order in ("desc", "asc"):
        text = SUBJECTS.replace("{order}", order).replace("{each}", str(each))
        done = subprocess.run([PROGRAM, "sql", text, "-t", "jsonl", "-q", *raw], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        words += [json.loads(line)["word"] for line in done.stdout.splitlines()]
    return sorted(set(words))


FEW = 6


def screens(raw, each, scratch):
    """Command lines about some of each kind; about a few of these, where none is asked for."""
    words = subjects(raw, each or 1)
    if not each:
        words = words[:: -(-len(words) // FEW)]
    indicators = scratch / "indicators.txt"
    indicators.write_text("\n".join(words) + "\nAKIANOSUCHKEY0000000\n203.0.113.0/24\n")
    lines = [["look"], ["look", "-t", "csv"], ["sweep", str(indicators), "--all"], ["sweep", str(indicators), "-t", "csv"]]
    for word in words:
        lines += [["triage", word, "--all", "--no-hunts"], ["triage", word, "--no-hunts", "-t", "csv"], ["trail", word, "--all"], ["trail", word, "-t", "csv"]]
    return [*lines, ["triage", words[0]]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", default="3000")
    parser.add_argument("--logs", action="append", default=[])
    parser.add_argument("--queries", action="append", default=[])
    parser.add_argument("--param", action="append", default=[])
    parser.add_argument("--subjects", type=int, default=0, help="screens about so many of each kind, busiest and rarest")
    asked = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="trailhound-same-"))
    counts, failed = {}, 0
    try:
        logs = asked.logs
        if not logs:
            logs = [str(scratch / "logs")]
            subprocess.run([PROGRAM, "synth", "-o", logs[0], "--events", asked.events, "--intrusion", "all", "-q"], check=True)
        lake = str(scratch / "lake")
        made = subprocess.run([PROGRAM, "ingest", *logs, "--lake", lake, "-q"], capture_output=True, text=True)
        if made.returncode not in (0, 3):
            sys.exit(made.stderr)
        once = [word for path in logs for word in ("--logs", path)]
        trials = [(["sql", text, "-t", "jsonl"], text) for text in STATEMENTS]
        for path in asked.queries:
            for line in pathlib.Path(path).read_text().splitlines():
                text = json.loads(line)["sql"]
                trials.append((["sql", text, "-t", "jsonl", *parameters_for(text, asked.param)], text))
        for words, text in trials:
            result = compare(words, [*once, "--unique"], ["--lake", lake], text in STATEMENTS)
            kind = result if result in ("same", "refused") else "different"
            if kind == "different" and "limit" in text.lower() and text not in STATEMENTS:
                kind = "other rows of equals"
            counts[kind] = counts.get(kind, 0) + 1
            if kind == "different":
                failed += 1
                print(f"{text}\n  {result}")
        verbs = [["hunt", "-t", "jsonl"], ["hunt", "--list", "-t", "csv"], ["coverage", "-t", "csv"]]
        told = screens([*once, "--unique"], asked.subjects, scratch)
        for words in [*verbs, *told]:
            # Asked again, the lake answers from what it kept.
            result = compare(words, once, ["--lake", lake], True, turns=2)
            kind = result if result in ("same", "refused") else "different"
            counts[kind] = counts.get(kind, 0) + 1
            if kind == "different":
                failed += 1
                print(f"{' '.join(words)}\n  {result}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())))
    return 1 if failed else 0


sys.exit(main())
