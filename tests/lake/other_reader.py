#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a lake's parts with a Parquet reader that is not DuckDB, and holds every value against ours.

hyparquet (and fzstd, which unpacks zstd for it) lie in .deps/parquet-reader, put there by
scripts/setup; $TRAILHOUND_PARQUET_READER names another folder of them. Without them, or without
node, this test is skipped (exit 77)."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("TRAILHOUND", "build/dev/src/trailhound")
MODULES = pathlib.Path(os.environ.get("TRAILHOUND_PARQUET_READER", ROOT / ".deps/parquet-reader"))
SKIPPED = 77


def lines_of(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[:3]}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def plain(value):
    """Structs of NULLs are NULL to one reader and empty to another; times are spelt in two ways."""
    if isinstance(value, dict):
        kept = {key: plain(one) for key, one in value.items()}
        kept = {key: one for key, one in kept.items() if one is not None}
        return kept or None
    if isinstance(value, list):
        return [plain(one) for one in value] or None
    return None if value is None else str(value)


def main():
    if shutil.which("node") is None or not (MODULES / "hyparquet").is_dir():
        print("skipped: node or .deps/parquet-reader is missing")
        return SKIPPED
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="trailhound-reader-"))
    try:
        logs, lake = scratch / "logs", scratch / "lake"
        subprocess.run([PROGRAM, "synth", "-o", logs, "--events", "2000", "--intrusion", "all", "-q"], check=True)
        subprocess.run([PROGRAM, "ingest", logs, ROOT / "tests/fixtures", "--lake", lake, "-q"], check=True,
                       stdout=subprocess.DEVNULL)
        parts = sorted((lake / "events").rglob("*.parquet"))
        theirs = lines_of(["node", ROOT / "tests/lake/other_reader.mjs", MODULES, *parts])
        for row in theirs:  # a map that has a column of its own in a part
            attributes = plain(row.pop("federationattributes", None))
            if attributes is not None:
                row["useridentity"]["sessioncontext"]["webidfederationdata"]["attributes"] = attributes
        names = [name for name in theirs[0] if name not in ("source", "ts")]
        names += [name for name in {key for row in theirs for key in row} - set(names) if name not in ("source", "ts")]
        ours = lines_of([PROGRAM, "sql", f"select {', '.join(names)} from cloudtrail", "--dialect", "duckdb", "--lake", lake,
                         "-t", "jsonl", "-q"])
        sides = []
        for rows in (theirs, ours):
            sides.append(sorted(json.dumps({name: plain(row.get(name)) for name in sorted(names)}) for row in rows))
        for left, right in zip(*sides):
            if left != right:
                sys.exit(f"they differ:\n  {left}\n  {right}")
        if len(theirs) != len(ours) or len(ours) < 2000:
            sys.exit(f"{len(theirs)} and {len(ours)} events")
        print(f"{len(ours)} events of {len(parts)} parts, {len(names)} columns: the same to both readers")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 0


sys.exit(main())
