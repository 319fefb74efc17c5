#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two real accounts into a lake: what it must hold, and that it answers as the logs do.

    real_logs.py            the counts, the events given back, every hunt and verb, the runbook's statements
    real_logs.py --every 4  only a quarter of the statements
    real_logs.py --all      the published statements, too; some minutes

Hunts and other verbs are compared byte for byte. Of a statement all rows are, and the order that it asks for; what
it leaves open (rows that are equal by its ORDER BY, or no ORDER BY) is chance on logs as well. The
logs and statements lie in $TRAILHOUND_CORPORA or beside the source; without them this is skipped
(exit 77). $TRAILHOUND names the program."""
import argparse
import collections
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPORA = pathlib.Path(os.environ.get("TRAILHOUND_CORPORA", ROOT.parent / "shared/corpora"))
PROGRAM = os.environ.get("TRAILHOUND", "build/dev/src/trailhound")
SETS = ("sans-ransomware", "invictus")
SKIPPED = 77


def run(*words, codes=(0, 3)):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True)
    if codes and done.returncode not in codes:
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done


def expect(done, *words):
    text = done.stdout + done.stderr
    if not all(word in text for word in words):
        sys.exit(f"expected {words}:\n{text}")


def originals():
    """Every event as it was delivered, once: by account, eventID and content."""
    held = {}
    for name in SETS:
        for path in sorted((CORPORA / "logs" / name).rglob("*")):
            if not path.name.endswith((".json", ".json.gz")):
                continue
            text = path.read_bytes()
            for event in json.loads(gzip.decompress(text) if path.name.endswith(".gz") else text).get("Records", []):
                whole = json.dumps(event, sort_keys=True)
                held[(event.get("recipientAccountId"), event["eventID"], whole)] = event
    return held


def holds_what_came(lake, scratch):
    sans, invictus = (CORPORA / "logs" / name for name in SETS)
    expect(run("ingest", sans, "--lake", lake), "23,981 events new, 6,496 left out as copies", "3,872 files read")
    expect(run("ingest", sans, "--lake", lake), "0 events new, 0 left out as copies", "3,872 known before")
    expect(run("ingest", invictus, "--lake", lake), "2,900 events new, 0 left out as copies")
    expect(run("lake", "verify", "--lake", lake, codes=(0,)), "26,881 events", "as they were written")
    expect(run("lake", "status", "--lake", lake), "26,881 events", "6,496 copies left out, 0 conflicts")
    known = originals()
    for form in ("lines", "records"):
        folder = scratch / form
        run("lake", "export", "-o", folder, "--form", form, "--lake", lake)
        given = collections.Counter()
        for path in sorted(folder.glob("events-*")):
            text = path.read_text()
            events = map(json.loads, text.splitlines()) if form == "lines" else json.loads(text)["Records"]
            for event in events:
                given[(event.get("recipientAccountId"), event["eventID"], json.dumps(event, sort_keys=True))] += 1
        if set(given) != set(known) or max(given.values()) != 1:
            sys.exit(f"export as {form}: {len(set(known) - set(given))} events are missing, {len(set(given) - set(known))} are others")
        listed = subprocess.run("jq -r '.files[] | .sha256 + \"  \" + .name' manifest.json | sha256sum --check --quiet", shell=True, cwd=folder)
        if listed.returncode != 0:
            sys.exit(f"export as {form}: the hashes are not those of the files")
    double = run("sql", "select eventid from cloudtrail group by 1 having count(*) = 2 limit 1", "--logs", sans, "-t", "csv", "-q")
    rows = run("lake", "sources", double.stdout.split()[1], "--lake", lake, "-t", "csv", "-q").stdout.splitlines()
    if len(rows) != 3 or rows[1].split(",")[3] == rows[2].split(",")[3]:
        sys.exit(f"an event that came in two files: {rows}")
    print(f"{len(known):,} events, each given back as it came")


def values_of(lake):
    """For open places of statements: what occurs most often in each account."""
    def most(column, where):
        text = f"select {column} as v from cloudtrail where {where} group by 1 order by count(*) desc, 1 limit 1"
        found = run("sql", text, "--lake", lake, "-t", "jsonl", "-q").stdout.splitlines()
        return json.loads(found[0])["v"] if found else "none"

    sets = []
    for account in (most("account", "true"), most("account", f"account <> '{most('account', 'true')}'")):
        within = f"account = '{account}'"
        day = most("date_format(ts, '%Y-%m-%d')", within)
        sets.append({
            "year": day[:4], "month": day[5:7], "day": day[8:], "date_filter": day + " 12:00:00", "account": account,
            "accesskeyid": most("useridentity.accesskeyid", within + " and useridentity.accesskeyid like 'AKIA%'"),
            "principalid": most("useridentity.principalid", within + " and useridentity.principalid is not null"),
            "instance": most("regexp_extract(useridentity.principalid, 'i-\\w+$')", within + " and useridentity.principalid like '%:i-%'"),
            "useragent": most("useragent", within), "sourceip": most("sourceipaddress", within),
            "arn": most("useridentity.arn", within + " and useridentity.arn like '%:user/%'"),
            "username": most("useridentity.username", within + " and useridentity.username is not null")})
    return sets


def filled(text, dialect, values, lake):
    """The words of a statement with its open places filled, and what the lake says to it."""
    given = {}
    while True:
        words = ["sql", text, "--dialect", dialect, "-t", "jsonl", "-q"]
        words += [word for name, value in given.items() for word in ("--param", f"{name}={value}")]
        done = run(*words, "--lake", lake, codes=None)
        names = [name for name in re.findall(r"--param[ `]+([\w.]+)=", done.stderr) if name not in given]
        if "missing-parameter" not in done.stderr or not names:
            return words, done
        for name in names:
            given[name] = next((value for key, value in values.items() if key in name.lower()), "none")


def without_place(row):
    return re.sub(r'"\$path":"[^"]*"', "", row)  # which of several files an event is kept from is chance


def compare(text, ours, theirs):
    if ours.returncode not in (0, 3) or theirs.returncode not in (0, 3):
        same = ours.returncode == theirs.returncode and ours.stderr == theirs.stderr
        return "refused alike" if same else f"lake: {ours.stderr[:300]}\nlogs: {theirs.stderr[:300]}"
    rows = [[without_place(row) for row in side.stdout.splitlines()] for side in (ours, theirs)]
    if rows[0] == rows[1]:
        return "same" if rows[0] else "same, no rows"
    _, ordered, order = text.lower().rpartition("order by")
    if ordered and rows[0]:
        # The first that it orders by: by name, or by its place.
        names = list(json.loads(rows[0][0]))
        place = re.match(r"\s*(\d+)", order)
        word = re.match(r"\s*[\w.]*?(\w+)\b", order)
        key = names[int(place[1]) - 1] if place else word[1] if word and word[1] in names else None
        if key and len({tuple(json.loads(row)[key] for row in side) for side in rows}) != 1:
            return f"another order by {key}"
    if sorted(rows[0]) == sorted(rows[1]):
        return "same, equals in another order"
    if ordered and "limit" in order and len(rows[0]) == len(rows[1]):
        return "others of those that are equal by its order"
    missing = next(iter(set(rows[1]) - set(rows[0])), "")
    return f"{len(rows[0])} rows of the lake, {len(rows[1])} of the logs; {missing[:300]}"


def answers_alike(lake, everything, every):
    logs = [word for name in SETS for word in ("--logs", CORPORA / "logs" / name)]
    statements = [dict(json.loads(line), dialect="athena") for line in (CORPORA / "queries/seed-sql.jsonl").read_text().splitlines()]
    if everything:
        statements += [json.loads(line) for line in (CORPORA / "queries/sql.jsonl").read_text().splitlines()]
    sets = values_of(lake)
    counts, failed = collections.Counter(), 0
    for statement in statements[::every]:
        for values in sets:
            words, ours = filled(statement["sql"], statement["dialect"], values, lake)
            result = compare(statement["sql"], ours, run(*words, "--unique", *logs, codes=None))
            good = result.startswith(("same", "refused alike", "others of"))
            counts[result if good else "DIFFERENT"] += 1
            if not good:
                failed += 1
                print(f"{statement['id']} {' '.join(words)}\n  {result}")
    key, address, agent = (sets[0][name] for name in ("accesskeyid", "sourceip", "useragent"))
    indicators = lake.parent / "indicators.txt"
    indicators.write_text(f"{key}\n{address}\nagent:{agent}\ns3.amazonaws.com\n10.0.0.0/8\n")
    for words in (["hunt", "-t", "jsonl", "-q"], ["look", "-t", "json", "-q"], ["coverage", "-t", "csv", "-q"],
                  ["baseline", "--compare", "1d", "-t", "json", "-q"], ["trail", key, "-t", "json", "-q"],
                  ["triage", key, "-t", "json", "-q"], ["triage", sets[1]["sourceip"], "-q"],
                  ["sweep", indicators, "-t", "json", "-q"]):
        same = run(*words, "--lake", lake, codes=(0, 1, 3)).stdout == run(*words, *logs, codes=(0, 1, 3)).stdout
        counts["other verbs, byte for byte" if same else "DIFFERENT"] += 1
        if not same:
            failed += 1
            print(f"{' '.join(words)}: the lake says otherwise")
    print(", ".join(f"{count} {result}" for result, count in sorted(counts.items())))
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="only one statement in so many")
    asked = parser.parse_args()
    if not (CORPORA / "logs" / SETS[0]).is_dir():
        print(f"skipped: {CORPORA} is not there")
        return SKIPPED
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="trailhound-real-"))
    try:
        lake = scratch / "lake"
        holds_what_came(lake, scratch)
        return 1 if answers_alike(lake, asked.all, asked.every) else 0
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


sys.exit(main())
