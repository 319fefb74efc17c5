# SPDX-License-Identifier: Apache-2.0
"""Asks the product, and compares its rows with the oracle's.

    product = Product("build/dev/trailhound", ["logs"])
    given = product.ask("select 1 from cloudtrail")       # Given: rows, or an error's code
    difference = compare(oracle.ask(text), given)         # None: they agree

Rows are compared as multisets, and in order as far as ORDER BY decides it. Where LIMIT cuts through
rows that ORDER BY holds for equal, any of them may be shown.
"""
import collections
import datetime
import json
import os
import re
import subprocess

from sql_oracle import plain
from sql_values import Json, Map, Row, Timestamp, dump_json, is_number, to_text

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6})0*)?(?: ?UTC|Z|\+00:00)?")


class Given:
    """What the product answered: names and rows, or the code of an error."""

    def __init__(self, names=(), rows=(), code=None, message="", exit_code=0, notices=()):
        self.names, self.rows, self.code = names, rows, code
        self.message, self.exit_code, self.notices = message, exit_code, notices


class Product:
    """The command line of the product over some logs."""

    def __init__(self, binary, logs, dialect="athena", seconds=60):
        self.binary, self.logs, self.dialect, self.seconds = binary, logs, dialect, seconds

    def ask(self, text, parameters=None, more=()):
        command = [self.binary, "sql", "--dialect", self.dialect, "-t", "jsonl", "--errors", "json"]
        for path in self.logs:
            command += ["--logs", path]
        for name, value in (parameters or {}).items():
            command += ["--param", f"{name}={value}"]
        command += [*more, "--", text]
        try:
            done = subprocess.run(command, capture_output=True, timeout=self.seconds,
                                  stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            return Given(code="hung", message=f"no answer after {self.seconds} s", exit_code=-1)
        errors = []
        for line in done.stderr.decode("utf-8", "replace").splitlines():
            try:
                found = json.loads(line)
                if isinstance(found, dict) and "code" in found:
                    errors.append(found)
            except ValueError:
                pass
        if done.returncode < 0 or done.returncode > 3:
            return Given(code="crashed", message=done.stderr.decode("utf-8", "replace")[-600:],
                         exit_code=done.returncode)
        if done.returncode not in (0, 3):
            last = errors[-1] if errors else {}
            return Given(code=last.get("code", "refused"),
                         message=last.get("message", done.stderr.decode("utf-8", "replace")),
                         exit_code=done.returncode, notices=errors[:-1])
        names, rows = (), []
        for line in done.stdout.decode("utf-8", "replace").splitlines():
            pairs = json.loads(line, object_pairs_hook=list)
            if not names:
                names = tuple(n for n, _ in pairs)
            rows.append([v for _, v in pairs])
        return Given(names, rows, exit_code=done.returncode, notices=errors)


def find_product():
    """The binary under test: TRAILHOUND, else the build next to these files."""
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(os.path.dirname(here))
    return os.environ.get("TRAILHOUND") or os.path.join(root, "build", "dev", "src",
                                                           "trailhound")


def find_corpora():
    """The folder of real logs, or None."""
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(os.path.dirname(here))
    path = os.environ.get("TRAILHOUND_CORPORA") or os.path.join(root, "..", "shared", "corpora")
    return path if os.path.isdir(path) else None


def canonical(value):
    """A hashable form of a cell, the same for both sides."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Json):
        return canonical(json.loads(dump_json(value.value), object_pairs_hook=list_of_pairs))
    if isinstance(value, Timestamp):
        return canonical(value.text(6))
    if isinstance(value, datetime.date):
        return to_text(value)
    if is_number(value):
        return ("number", format(float(value), ".10g"))
    if isinstance(value, (Map, Row)):
        value = plain_pairs(value)
    if isinstance(value, Pairs):
        return ("object", frozenset((k, canonical(v)) for k, v in value if v is not None))
    if isinstance(value, list):
        return ("list", tuple(canonical(v) for v in value))
    if isinstance(value, str):
        return canonical_text(str(value))
    return canonical(plain(value))


class Pairs(list):
    """An object's members."""


def list_of_pairs(pairs):
    return Pairs(pairs)


def plain_pairs(value):
    if isinstance(value, Map):
        return Pairs((to_text(k), v) for k, v in value.items)
    return Pairs((n or f"field{i}", v) for i, (n, v) in enumerate(zip(value.names, value.values)))


def canonical_text(text):
    match = MOMENT.fullmatch(text)
    if match:
        return ("moment", match[1], match[2], (match[3] or "").rstrip("0"))
    if text[:1] in ("{", "[", '"') and text[-1:] in ("}", "]", '"'):
        try:
            return canonical(json.loads(text, object_pairs_hook=list_of_pairs))
        except ValueError:
            pass
    return text


def canonical_given(value):
    """The product's cell: its objects came as lists of pairs, which json cannot tell from lists."""
    if isinstance(value, list):
        if value and all(isinstance(v, tuple) for v in value):
            return ("object", frozenset((k, canonical_given(v)) for k, v in value
                                        if v is not None))
        return ("list", tuple(canonical_given(v) for v in value))
    return canonical(value)


def empty_alike(value):
    """`{}` and `[]` look the same once pairs are lists."""
    if value == ("list", ()):
        return ("object", frozenset())
    if isinstance(value, tuple) and value and value[0] == "list":
        return ("list", tuple(empty_alike(v) for v in value[1]))
    if isinstance(value, tuple) and value and value[0] == "object":
        return ("object", frozenset((k, empty_alike(v)) for k, v in value[1]))
    return value


def show(row):
    return repr(row)[:400]


def compare(answer, given):
    """None where the rows agree, else what differs, in words."""
    expected = answer.final()
    if len(expected) != len(given.rows):
        return f"{len(given.rows)} rows, wanted {len(expected)}"
    if not expected:
        return None
    order = range(len(answer.names))
    if len(answer.names) != len(given.names):
        return f"columns {given.names}, wanted {tuple(answer.names)}"
    if set(answer.names) == set(given.names) and tuple(answer.names) != given.names:
        order = [answer.names.index(n) for n in given.names]

    def own(row):
        return tuple(empty_alike(canonical(row[i])) for i in order)

    got = [tuple(empty_alike(canonical_given(v)) for v in row) for row in given.rows]
    whole = [own(row) for row in answer.rows]
    if not answer.keys:
        lack = collections.Counter(got) - collections.Counter(whole)
        if lack:
            return "row not wanted: " + show(next(iter(lack))) + "  e.g. wanted: " + show(next(
                iter(collections.Counter(whole) - collections.Counter(got)), whole[0]))
        return None
    keys = [tuple(map(canonical, k)) for k in answer.keys]
    at, end = answer.offset, answer.offset + len(got)
    while at < end:
        first, last = at, at
        while first > 0 and keys[first - 1] == keys[at]:
            first -= 1
        while last + 1 < len(keys) and keys[last + 1] == keys[at]:
            last += 1
        stop = min(end, last + 1)
        part = collections.Counter(got[at - answer.offset:stop - answer.offset])
        lack = part - collections.Counter(whole[first:last + 1])
        if lack:
            return (f"at row {at - answer.offset + 1}: " + show(next(iter(lack)))
                    + "  wanted: " + show(whole[at]))
        at = stop
    return None
