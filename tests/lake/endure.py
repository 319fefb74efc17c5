#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds a lake to what it promises about crashes, readers and damage, with the whole program.

    endure.py steps    the program dies before its n-th step, for every n of an ingest, a compaction
                       and a retention; the next run ends with the same events and nothing left over
    endure.py kills    it is killed at random moments (--kills N), again and again, while questions
                       are asked
    endure.py reader   questions are asked all the while, none fails, none sees an event twice
    endure.py damage   a part deleted, changed, cut; a folder that is read-only; a disk that is full

$TRAILHOUND names the program; `steps` needs one that was built with tests (src/lake/faults.hpp)."""
import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.environ.get("TRAILHOUND", "build/dev/src/trailhound")
DIED = 137


def event(number, account, at, **more):
    return {"eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "userName": "alice"}, "eventTime": at,
            "eventSource": "s3.amazonaws.com", "eventName": "ListBuckets", "awsRegion": "us-east-1",
            "requestParameters": None, "eventID": f"e{number}", "recipientAccountId": account, **more}


def write_logs(folder, numbers, days=(1, 2, 3), accounts=("111122223333", "444455556666")):
    """Logs as delivered: each file holds an event of the day before, and one that comes twice."""
    for account in accounts:
        for day in days:
            at = pathlib.Path(folder, "AWSLogs", account, "CloudTrail", "us-east-1", "2024", "03", f"{day:02}")
            at.mkdir(parents=True, exist_ok=True)
            for number in numbers:
                mark = f"{account}-{day}-{number}"
                records = [event(mark, account, f"2024-03-{day:02}T10:00:0{number % 10}Z"),
                           event(mark + "-late", account, f"2024-03-{max(day - 1, 1):02}T23:59:59Z"),
                           event(f"{account}-{day}-shared", account, f"2024-03-{day:02}T12:00:00Z")]
                name = f"{account}_CloudTrail_us-east-1_202403{day:02}T00{number % 60:02}Z_x{number}.json"
                (at / name).write_text(json.dumps({"Records": records}))


def run(*words, check=True, die_at=None, **more):
    environment = dict(os.environ, TMPDIR=more.pop("temp", tempfile.gettempdir()))
    if die_at is not None:
        environment["TRAILHOUND_DIE_AT"] = str(die_at)
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, env=environment, **more)
    if check and done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def events_of(lake):
    """All events of a lake, as sorted text."""
    return run("sql", "select account, day, eventid, eventjson from cloudtrail order by 1, 2, 3, 4", "--lake", lake,
               "-t", "jsonl", "-q").stdout


def nothing_left_over(lake):
    """What lies in the lake's folders though no manifest names it."""
    named = {line.split("\t")[3] for line in (lake / "_manifest/manifest").read_text().splitlines()
             if line.startswith("part\t")}
    found = {path.name for path in (lake / "events").rglob("*.parquet")}
    staged = [path for path in (lake / "_staging").rglob("*") if path.is_file()]
    return sorted(found ^ named) + staged


def check_whole(lake, expected, when):
    if events_of(lake) != expected:
        sys.exit(f"{when}: the events are others")
    over = nothing_left_over(lake)
    if over:
        sys.exit(f"{when}: left over: {over}")
    verified = run("lake", "verify", "--lake", lake, "-q", check=False)
    if verified.returncode != 0:
        sys.exit(f"{when}: {verified.stdout}{verified.stderr}")


def die_everywhere(scratch, before, command, words, wish, every=1):
    """Runs a command that dies at every step of it; then again, to its end."""
    lake = scratch / "lake"
    whole = scratch / "whole"
    shutil.rmtree(whole, ignore_errors=True)
    if before.exists():
        shutil.copytree(before, whole)
    run(*command, "--lake", whole)
    expected = events_of(whole)
    step, tried = 1 - every, 0
    while True:
        step += every
        shutil.rmtree(lake, ignore_errors=True)
        if before.exists():
            shutil.copytree(before, lake)
        died = run(*command, "--lake", lake, check=False, die_at=step)
        if died.returncode == 0:
            break
        if died.returncode != DIED:
            sys.exit(f"{words}, step {step}: exit {died.returncode}\n{died.stderr}")
        if (lake / "_manifest/manifest").exists():
            seen = events_of(lake).splitlines()  # a reader, before anybody tidies up
            if len(seen) != len(set(seen)):
                sys.exit(f"{words}, step {step}: an event is seen twice")
        run(*command, "--lake", lake)
        check_whole(lake, expected, f"{words}, step {step}")
        tried += 1
    print(f"{words}: died at {tried} steps, one in {every}")
    if step < wish:
        sys.exit(f"{words}: only {step} steps: was the program built with tests?")


def steps(scratch, asked):
    logs = scratch / "logs"
    write_logs(logs, range(2), days=(1, 2))
    nothing, first, second = scratch / "nothing", scratch / "first", scratch / "second"
    die_everywhere(scratch, nothing, ["ingest", logs], "a first ingest", 20, asked.every)
    run("ingest", logs, "--lake", first)
    write_logs(logs, range(2, 4), days=(2, 3))
    die_everywhere(scratch, first, ["ingest", logs], "a second ingest", 20, asked.every)
    shutil.copytree(first, second)
    run("ingest", logs, "--lake", second)
    die_everywhere(scratch, second, ["lake", "compact"], "a compaction", 10, asked.every)
    die_everywhere(scratch, second, ["lake", "forget", "--yes", "--before", "2024-03-02"], "a retention", 5, asked.every)


class Reader:
    """Asks a lake all the while, from two threads: no question may fail, none see an event twice or fewer than before."""

    def __init__(self, lake):
        self.lake, self.ended, self.trouble, self.asked, self.seen = lake, threading.Event(), [], 0, 0
        self.threads = [threading.Thread(target=self.ask) for _ in range(2)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        if self.trouble:
            sys.exit(f"a reader failed: {self.trouble[0]}")

    def ask(self):
        while not self.ended.is_set() and not self.trouble:
            if not (self.lake / "_manifest/manifest").exists():  # before the first commit there is no lake
                time.sleep(0.01)
                continue
            before = self.seen
            done = run("sql", "select count(*), count(distinct account || eventid), count(eventjson) from cloudtrail",
                       "--lake", self.lake, "-t", "csv", "-q", check=False)
            self.asked += 1
            if done.returncode != 0:
                self.trouble.append(done.stderr)
                return
            total, ids, texts = map(int, done.stdout.split()[1].replace('"', "").split(","))
            if not total == ids == texts:
                self.trouble.append(f"{total} events of {ids} ids, {texts} texts")
            if total < before:
                self.trouble.append(f"{total} events after {before}")
            self.seen = max(self.seen, total)


def kills(scratch, asked):
    logs, lake, whole = scratch / "logs", scratch / "lake", scratch / "whole"
    write_logs(logs, range(60))
    started = time.monotonic()
    run("ingest", logs, "--lake", whole)
    usual = time.monotonic() - started
    expected = events_of(whole)
    killed, questions = 0, 0
    chance = random.Random(asked.seed)
    while killed < asked.kills:
        shutil.rmtree(lake, ignore_errors=True)
        with Reader(lake) as reading:
            for command in (["ingest", logs], ["lake", "compact"]):
                patience = 1.2 * usual
                while True:
                    process = subprocess.Popen([PROGRAM, *map(str, command), "--lake", str(lake)], stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL)
                    try:
                        process.wait(chance.uniform(0, patience))
                    except subprocess.TimeoutExpired:
                        process.send_signal(signal.SIGKILL)
                        process.wait()
                        killed += 1
                        patience *= 1.05  # a machine may have become slower than it was
                        continue
                    break
                run(*command, "--lake", lake)
        questions += reading.asked
        check_whole(lake, expected, f"after {killed} kills")
    print(f"killed {killed} times, {questions} questions asked meanwhile; the events are the same, nothing is left over")


def reader(scratch, asked):
    logs, lake = scratch / "logs", scratch / "lake"
    write_logs(logs, range(2))
    run("ingest", logs, "--lake", lake)
    with Reader(lake) as reading:
        for turn in range(asked.turns):
            write_logs(logs, range(2 + 4 * turn, 6 + 4 * turn))
            run("ingest", logs, "--lake", lake)
            run("lake", "compact", "--lake", lake)
    run("ingest", logs, "--lake", lake)
    check_whole(lake, events_of(lake), "at the end")
    print(f"{reading.asked} questions while {asked.turns} ingests and compactions ran")


def expect(done, code, *words):
    text = done.stdout + done.stderr
    if done.returncode != code or not all(word in text for word in words):
        sys.exit(f"expected exit {code} and {words}:\nexit {done.returncode}\n{text}")


def damage(scratch, _):
    logs, good, lake = scratch / "logs", scratch / "good", scratch / "lake"
    write_logs(logs, range(3))
    run("ingest", logs, "--lake", good)

    def fresh():
        shutil.rmtree(lake, ignore_errors=True)
        shutil.copytree(good, lake)
        return sorted((lake / "events").rglob("*.parquet"))

    one_day = "select count(*) from cloudtrail where account = '444455556666' and year = '2024' and month = '03' and day = '01'"
    part = fresh()[-1]
    part.unlink()
    expect(run("lake", "verify", "--lake", lake, "-t", "csv", check=False), 3, "part gone", part.name, "NOT as they were")
    expect(run("sql", "select count(*) from cloudtrail", "--lake", lake, check=False), 3, "lake-damaged")
    expect(run("sql", one_day, "--lake", lake, check=False), 0)

    part = fresh()[-1]
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 0x10
    part.write_bytes(content)
    expect(run("lake", "verify", "--lake", lake, "-t", "csv", check=False), 3, "part changed", part.name)
    expect(run("sql", one_day, "--lake", lake, check=False), 0)

    part = fresh()[-1]
    part.write_bytes(part.read_bytes()[:100])
    expect(run("lake", "verify", "--lake", lake, "-t", "csv", check=False), 3, "part changed", part.name)
    expect(run("sql", "select max(eventid) from cloudtrail", "--lake", lake, check=False), 3, "lake-damaged")

    stray = fresh()[0]
    shutil.copy(stray, stray.with_name("00000099-0001.parquet"))
    expect(run("lake", "verify", "--lake", lake, "-t", "csv", check=False), 3, "stray file")
    expect(run("sql", "select count(*) from cloudtrail", "--lake", lake, "-t", "csv", "-q"), 0,
           run("sql", "select count(*) from cloudtrail", "--lake", good, "-t", "csv", "-q").stdout)

    fresh()
    write_logs(logs, range(3, 6))
    small = lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),  # noqa: E731
                     resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)))
    before = events_of(lake)
    expect(run("ingest", logs, "--lake", lake, check=False, preexec_fn=small), 2, "lake-write-failed")
    if events_of(lake) != before:
        sys.exit("a disk that is full changed the lake")
    run("ingest", logs, "--lake", lake)
    check_whole(lake, events_of(lake), "after the disk was full")

    fresh()
    if os.geteuid() == 0:
        for path in (scratch, *scratch.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        nobody = {"user": 65534, "group": 65534}
    else:
        for path in lake.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        lake.chmod(0o555)
        nobody = {}
    temp = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
    temp.chmod(0o777)
    expect(run("ingest", logs, "--lake", lake, check=False, temp=str(temp), **nobody), 2, "lake-read-only")
    expect(run("sql", "select count(*) from cloudtrail", "--lake", lake, check=False, temp=str(temp), **nobody), 0, "events")
    expect(run("lake", "verify", "--lake", lake, check=False, temp=str(temp), **nobody), 0, "as they were written")
    for path in (lake, *lake.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(temp, ignore_errors=True)
    print("damage is named, the rest answers")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["steps", "kills", "reader", "damage"])
    parser.add_argument("--every", type=int, default=1, help="steps: only one step in so many")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--turns", type=int, default=20)
    asked = parser.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="trailhound-endure-"))
    try:
        {"steps": steps, "kills": kills, "reader": reader, "damage": damage}[asked.what](scratch, asked)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


main()
