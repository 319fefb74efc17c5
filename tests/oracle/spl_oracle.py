# SPDX-License-Identifier: Apache-2.0
"""A slow, plain interpreter of Splunk's searches over JSON events: what the compiler is judged by.

    run(events, [("search", tree), ("stats", [("count", None, "count")], ["eventName"])])

Written from Splunk's reference, knowing nothing of the compiler: commands are tuples, rows are dicts
from field to a string, a number, a list or nothing. Only what `spl_generate.py` makes is known here.
"""
import functools
import math
import re

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")


def number(value):
    """The number that a value spells, or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, list):
        return number(value[0]) if len(value) == 1 else None
    return float(value) if NUMBER.match(value) else None


def text(value):
    """A value as Splunk writes it."""
    if value is None:
        return None
    if isinstance(value, list):
        return text(value[0]) if len(value) == 1 else None
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return None
        return "%d" % value if value == int(value) else repr(float(value))
    return value


def leaves(value, path):
    """Every (path, text) below a JSON value; lists add {}."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, path + "." + key if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path + "{}")
    elif value is not None:
        if isinstance(value, bool):
            yield path, "true" if value else "false"
        elif isinstance(value, str):
            yield path, value
        else:
            yield path, repr(value) if isinstance(value, float) else str(value)


def fields_of(event, time):
    """An event as a row: its paths, and the fields of the add-on that the generator asks for."""
    row = {}
    for path, value in leaves(event, ""):
        if "{}" in path:
            row.setdefault(path, []).append(value)
        else:
            row[path] = value
    failed = row.get("responseElements.ConsoleLogin") == "Failure"
    row["errorCode"] = row.get("errorCode") or ("failure" if failed else "success")
    row["src_ip"] = row.get("sourceIPAddress")
    row["user_type"] = row.get("userIdentity.type")
    row["_time"] = time
    return row


# search


def values_of(value):
    if value is None:
        return []
    return [text(one) for one in value] if isinstance(value, list) else [text(value)]


def pattern_fits(pattern, value):
    pieces = [re.escape(one) for one in pattern.lower().split("*")]
    return re.fullmatch(".*".join(pieces), value.lower(), re.S) is not None


def compare(one, other):
    left, right = number(one), number(other)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    one, other = text(one).encode(), text(other).encode()
    return (one > other) - (one < other)


def holds(tree, row):
    """A search expression, true or false."""
    kind = tree[0]
    if kind == "and":
        return all(holds(one, row) for one in tree[1:])
    if kind == "or":
        return any(holds(one, row) for one in tree[1:])
    if kind == "not":
        return not holds(tree[1], row)
    if kind == "true":
        return True
    _, field, op, literal = tree
    found = values_of(row.get(field))
    if op == "=":
        return any(pattern_fits(literal, one) for one in found)
    if op == "!=":
        return any(not pattern_fits(literal, one) for one in found)
    signs = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[op]
    return any(compare(one, literal) in signs for one in found)


# eval


def any_pair(op, one, other):
    left = one if isinstance(one, list) else [one]
    right = other if isinstance(other, list) else [other]
    signs = {"=": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[op]
    return any(compare(a, b) in signs for a in left for b in right)


def value(tree, row):
    """An expression: a value, True, False, or None where there is none."""
    kind = tree[0]
    if kind == "lit":
        return tree[1]
    if kind == "field":
        return row.get(tree[1])
    if kind in ("and", "or"):
        left, right = value(tree[1], row), value(tree[2], row)
        if kind == "and":
            return False if left is False or right is False else None if None in (left, right) else True
        return True if left is True or right is True else None if None in (left, right) else False
    if kind == "not":
        inner = value(tree[1], row)
        return None if inner is None else not inner
    if kind == "cmp":
        left, right = value(tree[2], row), value(tree[3], row)
        if left is None or right is None:
            return None
        return any_pair(tree[1], left, right)
    if kind == "math":
        op, left, right = tree[1], value(tree[2], row), value(tree[3], row)
        if op == ".":
            left, right = text(left), text(right)
            return None if left is None or right is None else left + right
        if op == "+" and isinstance(left, (str, list, type(None))) and isinstance(right, (str, list, type(None))):
            if text(left) is None or text(right) is None:
                return None
            if number(left) is None or number(right) is None:
                return text(left) + text(right)
            return text(number(left) + number(right))
        left, right = number(left), number(right)
        if left is None or right is None:
            return None
        if op == "+":
            return left + right
        if op == "-":
            return left - right
        if op == "*":
            return left * right
        return None if right == 0 else left / right
    name, arguments = tree[1], tree[2:]
    if name == "if":
        chosen = arguments[1] if value(arguments[0], row) is True else arguments[2]
        return value(chosen, row)
    if name == "case":
        for condition, result in zip(arguments[::2], arguments[1::2]):
            if value(condition, row) is True:
                return value(result, row)
        return None
    if name == "coalesce":
        return next((one for one in (value(a, row) for a in arguments) if one is not None), None)
    if name == "isnull":
        return value(arguments[0], row) is None
    if name == "isnotnull":
        return value(arguments[0], row) is not None
    given = [value(one, row) for one in arguments]
    if name == "lower":
        return None if text(given[0]) is None else text(given[0]).lower()
    if name == "upper":
        return None if text(given[0]) is None else text(given[0]).upper()
    if name == "len":
        return None if text(given[0]) is None else float(len(text(given[0])))
    if name == "like":
        if given[0] is None:
            return None
        pattern = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in given[1])
        return any(re.fullmatch(pattern, one, re.S) is not None for one in values_of(given[0]))
    if name == "match":
        return None if given[0] is None else any(re.search(given[1], one) is not None for one in values_of(given[0]))
    if name == "split":
        return None if text(given[0]) is None else text(given[0]).split(given[1])
    if name == "mvcount":
        return None if given[0] is None else float(len(values_of(given[0])))
    if name == "mvindex":
        found, place = values_of(given[0]), int(given[1])
        place = place + len(found) if place < 0 else place
        return found[place] if 0 <= place < len(found) else None
    if name == "mvjoin":
        return None if given[0] is None else given[1].join(values_of(given[0]))
    raise KeyError(name)


# commands


def key_of(field_value):
    """How a value is put in order by sort: numbers, addresses, texts; nothing comes last."""
    if number(field_value) is not None:
        return (0, number(field_value), b"")
    word = "\n".join(values_of(field_value))
    if re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}", word):
        parts = word.split(".")
        if all(int(p) < 256 and str(int(p)) == p for p in parts):
            return (1, 0.0, bytes(int(p) for p in parts))
    return (2, 0.0, word.encode())


def aggregate(function, field, rows):
    if field is None:
        return float(len(rows))
    found = [one for row in rows for one in values_of(row.get(field)) if one is not None]
    if function == "count":
        return float(len(found))
    if function == "dc":
        return float(len(set(found)))
    if function == "values":
        return sorted(set(found), key=str.encode) or None
    if function == "list":
        return found or None
    if function == "first":
        return found[0] if found else None
    if function == "last":
        return found[-1] if found else None
    numbers = [number(one) for one in found if number(one) is not None]
    if function in ("min", "max"):
        if not found:
            return None
        pick = min if function == "min" else max
        return pick(numbers) if len(numbers) == len(found) else pick(found, key=str.encode)
    if not numbers:
        return None
    if function == "sum":
        return math.fsum(numbers)
    if function == "avg":
        return math.fsum(numbers) / len(numbers)
    if function == "range":
        return max(numbers) - min(numbers)
    if function == "median":
        ordered = sorted(numbers)
        return ordered[min(len(ordered) // 2, len(ordered) - 1)]
    raise KeyError(function)


def groups_of(rows, by):
    """Rows by their values; of several values a row is in several groups."""
    groups = {}
    for row in rows:
        keys = [()]
        for field in by:
            keys = [key + (one,) for key in keys for one in values_of(row.get(field))]
        for key in keys:
            groups.setdefault(key, []).append(row)
    return groups


def run(rows, commands):
    """The rows after all commands; the columns they are shown with are for the caller to say."""
    for command in commands:
        name, given = command[0], command[1:]
        if name == "search":
            rows = [row for row in rows if holds(given[0], row)]
        elif name == "where":
            rows = [row for row in rows if value(given[0], row) is True]
        elif name == "eval":
            rows = [{**row, given[0]: value(given[1], row)} for row in rows]
        elif name == "stats":
            asked, by = given
            made = []
            groups = groups_of(rows, by) if by else {(): rows}
            numeric = [all(isinstance(row.get(field), (int, float, type(None))) for row in rows) for field in by]
            for key in sorted(groups, key=lambda k: tuple(
                    (number(one), b"") if is_number else (0, one.encode()) for one, is_number in zip(k, numeric))):
                row = dict(zip(by, key))
                for function, field, column in asked:
                    row[column] = aggregate(function, field, groups[key])
                made.append(row)
            rows = made
        elif name == "eventstats":
            function, field, column, by = given
            groups = groups_of(rows, by) if by else {(): rows}
            made = []
            for row in rows:
                keys = list(groups_of([row], by)) if by else [()]
                made.append({**row, column: aggregate(function, field, groups[keys[0]]) if keys else None})
            rows = made
        elif name == "streamstats":
            rows = [{**row, given[0]: float(at + 1)} for at, row in enumerate(rows)]
        elif name == "sort":
            for field, descending in reversed(given[0]):
                there = [row for row in rows if row.get(field) is not None]
                there.sort(key=lambda row: key_of(row[field]), reverse=False)
                if descending:
                    there = stable_reversed(there, field)
                rows = there + [row for row in rows if row.get(field) is None]
        elif name == "dedup":
            seen, made = set(), []
            for row in rows:
                key = tuple(tuple(values_of(row.get(field))) for field in given[0])
                if () in key or key in seen:
                    continue
                seen.add(key)
                made.append(row)
            rows = made
        elif name == "head":
            rows = rows[:given[0]]
        elif name == "tail":
            rows = rows[::-1][:given[0]]
        elif name == "rename":
            made = []
            for row in rows:
                row = dict(row)
                row[given[1]] = row.pop(given[0], None)
                made.append(row)
            rows = made
        elif name == "fillnull":
            rows = [{**row, given[0]: given[1] if row.get(given[0]) is None else row[given[0]]} for row in rows]
        elif name == "mvexpand":
            rows = [{**row, given[0]: one} for row in rows
                    for one in (values_of(row.get(given[0])) or [None])]
        elif name == "top":
            limit, field = given
            groups = groups_of(rows, [field])
            total = sum(len(found) for found in groups.values())
            order = sorted(groups, key=lambda key: (-len(groups[key]), key[0].encode()))
            rows = [{field: key[0], "count": float(len(groups[key])), "percent": 100.0 * len(groups[key]) / total}
                    for key in order[:limit]]
        else:
            raise KeyError(name)
    return rows


def stable_reversed(rows, field):
    """Descending, equals in the order they had."""
    order = functools.cmp_to_key(lambda a, b: (a > b) - (a < b))
    indexed = sorted(enumerate(rows), key=lambda pair: (order(key_of(pair[1][field])), -pair[0]), reverse=True)
    return [row for _, row in indexed]
