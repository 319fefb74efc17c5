# SPDX-License-Identifier: Apache-2.0
"""A slow, plain interpreter of Splunk's searches over JSON events: what the compiler is judged by.

    run(events, [("search", tree), ("stats", [("count", None, "count")], ["eventName"])])

Written from Splunk's reference, knowing nothing of the compiler: commands are tuples, rows are dicts
from field to a string, a number, a list or nothing. Only what `spl_generate.py` makes and
`spl_text.py` reads is known here.
"""
import datetime
import fnmatch
import functools
import json
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


def fields_of(event):
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
    stamp = datetime.datetime.strptime(event["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
    row["_time"] = stamp.replace(tzinfo=datetime.timezone.utc).timestamp()
    return row


def seconds_of(text):
    """The moment that an answer shows."""
    whole, _, part = text.rstrip("Z").replace("T", " ").partition(".")
    moment = datetime.datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp() + float("0." + (part or "0"))


class World:
    """What a search can reach: its events, the time it counts from, its lookups (lists of rows)."""

    def __init__(self, events, now, lookups):
        self.events, self.now, self.lookups = events, now, lookups


def full_row(event, addon):
    """An event with all fields of the add-on: [(name, expression's tree)], each over the record."""
    record = fields_of(event)
    if "errorCode" in event:
        record["errorCode"] = event["errorCode"]
    else:
        del record["errorCode"]
    record["_raw"] = json.dumps(event, ensure_ascii=False)
    moment = datetime.datetime.fromtimestamp(record["_time"], datetime.timezone.utc)
    made = dict(record)
    for name, tree in addon:
        found = value(tree, record)
        if found is None:
            made.pop(name, None)
        else:
            made[name] = found
    made.update(date_hour=float(moment.hour), date_wday=moment.strftime("%A").lower())
    return made


def moved(moment, modifier):
    """A time moved by `-70m@m`."""
    for sign, count, unit, snap in re.findall(r"([+-])(\d*)([a-z]+)|@([a-z]+)", modifier):
        pieces = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
        if snap:
            moment = math.floor(moment / pieces[snap]) * pieces[snap]
        else:
            moment += int(sign + (count or "1")) * pieces[unit]
    return float(moment)


def written(moment, layout):
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime(layout)


def at_path(json_text, path):
    """What stands at a path of JSON: a text, a list where the path has `{}`, or nothing."""
    try:
        found = [json.loads(json_text, parse_int=str, parse_float=str)]
    except (TypeError, ValueError):
        return None
    for step in path.split("."):
        name, lists = step.replace("{}", ""), step.count("{}")
        found = [one[name] for one in found if isinstance(one, dict) and name in one]
        for _ in range(lists):
            found = [inner for one in found if isinstance(one, list) for inner in one]
    texts = []
    for one in found:
        if one is not None:
            texts.append("true" if one is True else "false" if one is False else one if isinstance(one, str)
                         else json.dumps(one, ensure_ascii=False))
    if "{}" in path:
        return texts or None
    return texts[0] if texts else None


def names_like(rows, pattern):
    """The fields of all rows that a name with stars stands for, in the order of letters."""
    every = sorted({name for row in rows for name, held in row.items() if held is not None})
    return [name for name in every if fnmatch.fnmatchcase(name.replace("[", "("), pattern.replace("[", "("))
            and (not name.startswith("_") or pattern.startswith("_"))]


def starred(pattern, name, target):
    """The target with what the stars of the pattern stand for."""
    held = re.fullmatch("(.*)".join(re.escape(one) for one in pattern.split("*")), name).groups()
    for one in held:
        target = target.replace("*", one, 1)
    return target


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
    if kind == "eval":
        return value(tree[1], row) is True
    if kind == "term":
        word = re.escape(tree[1]).replace(r"\*", ".*")
        return re.search(rf"(?<![A-Za-z0-9]){word}(?![A-Za-z0-9])", row["_raw"], re.I) is not None
    _, field, op, literal = tree
    found = values_of(row.get(field))
    if field in ("sourcetype", "index"):
        return True
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
        if op == "%":
            return None if right == 0 else math.fmod(left, right)
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
    if name == "in":
        return None if given[0] is None else any(any_pair("=", given[0], one) for one in given[1:] if one is not None)
    if name in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[name]
    if name == "mvappend":
        return [one for part in given for one in values_of(part)] or None
    if name == "now":
        return NOW[0]
    if name == "relative_time":
        return None if number(given[0]) is None else moved(number(given[0]), given[1])
    if name == "strftime":
        return None if number(given[0]) is None else written(number(given[0]), given[1])
    if name in ("min", "max"):
        every = [one for part in given for one in values_of(part)]
        order = lambda one: (number(one) is None, number(one) or 0.0, one.encode())  # noqa: E731
        return (min if name == "min" else max)(every, key=order, default=None)
    numbers = [number(one) for one in given]
    if None in numbers:
        return None
    if name == "abs":
        return abs(numbers[0])
    if name == "floor":
        return float(math.floor(numbers[0]))
    if name == "sqrt":
        return math.sqrt(numbers[0]) if numbers[0] >= 0 else None
    if name == "pow":
        return numbers[0] ** numbers[1]
    if name == "round":
        scale = 10 ** (numbers[1] if len(numbers) > 1 else 0)
        return math.copysign(math.floor(abs(numbers[0]) * scale + 0.5), numbers[0]) / scale
    raise KeyError(name)


NOW = [0.0]  # What relative times count from


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
    if isinstance(field, tuple):
        return float(sum(value(field, row) is True for row in rows))
    if function in ("earliest", "latest"):
        there = [row for row in rows if row.get(field) is not None]
        if not there:
            return None
        chosen = (min if function == "earliest" else max)(there, key=lambda row: row["_time"])
        return chosen[field] if isinstance(chosen[field], float) else values_of(chosen[field])[0]
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
    if function in ("stdev", "sumsq", "var"):
        if function == "sumsq":
            return math.fsum(one * one for one in numbers)
        mean = math.fsum(numbers) / len(numbers)
        spread = math.fsum((one - mean) ** 2 for one in numbers) / (len(numbers) - 1) if len(numbers) > 1 else 0.0
        return math.sqrt(spread) if function == "stdev" else spread
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


AUTHENTICATION = re.compile(r"(ConsoleLogin|CheckMfa|AssumeRole.*|GetSessionToken|GetFederationToken|"
                            r"SwitchRole|ExitRole|RenewRole)\Z")
MODELS = {
    "Authentication": ("Authentication", lambda row: AUTHENTICATION.match(row["eventName"])),
    "Change": ("All_Changes", lambda row: not AUTHENTICATION.match(row["eventName"]) and row.get("readOnly") != "true"),
}


def with_subsearches(tree, world):
    """The search with its subsearches answered: of their rows any, of a row's fields all."""
    if tree[0] in ("and", "or", "not"):
        return (tree[0], *(with_subsearches(one, world) for one in tree[1:]))
    if tree[0] != "subsearch":
        return tree
    either = []
    for row in run([], tree[1], world):
        both = [("or", *(("cmp", name, "=", one) for one in values_of(held))) for name, held in row.items()
                if held is not None and not name.startswith("_")]
        if both:
            either.append(("and", *both))
    return ("or", *either)


def run(rows, commands, world=None):
    """The rows after all commands; the columns they are shown with are for the caller to say."""
    if world is not None:
        NOW[0] = world.now
    for command in commands:
        name, given = command[0], command[1:]
        if name == "events":
            rows = world.events
        elif name == "model":
            rows = [{f"{part}.{key}" if not key.startswith("_") else key: held for key, held in row.items()}
                    for row in rows if MODELS[given[0]][1](row) for part in [MODELS[given[0]][0]]]
        elif name == "rename_pattern":
            names = names_like(rows, given[0]) if "*" in given[0] else [given[0]]
            for old in names:
                new = starred(given[0], old, given[1]) if "*" in given[0] else given[1]
                if old != new:
                    rows = [{**{k: v for k, v in row.items() if k not in (old, new)}, new: row.get(old)} for row in rows]
        elif name == "bin":
            rows = [{**row, "_time": math.floor(row["_time"] / given[0]) * given[0]} for row in rows]
        elif name == "spath":
            rows = [{**row, given[1]: at_path(row.get(given[0]), given[2])} for row in rows]
        elif name == "table":
            rows = [{field: row.get(field) for field in given[0]} for row in rows]
        elif name == "drop":
            rows = [{key: held for key, held in row.items() if key not in given[0]} for row in rows]
        elif name == "fill_all":
            every = {key for row in rows for key in row}
            rows = [{key: given[0] if row.get(key) is None else row[key] for key in every} for row in rows]
        elif name == "rex":
            made = []
            for row in rows:
                found = [given[1].search(one) for one in values_of(row.get(given[0]))]
                found = next((one for one in found if one), None)
                made.append({**row, **({k: v for k, v in found.groupdict().items() if v is not None} if found else {})})
            rows = made
        elif name == "regex":
            rows = [row for row in rows if any(given[2].search(one) for one in values_of(row.get(given[0])))
                    == (given[1] == "=")]
        elif name == "ctime":
            rows = [{**row, given[0]: row.get(given[0]) if number(row.get(given[0])) is None
                     else written(number(row[given[0]]), given[1])} for row in rows]
        elif name == "inputlookup":
            rows = (rows if given[1] else []) + world.lookups.get(given[0].removesuffix(".csv"), [])
        elif name in ("outputlookup", "iplocation"):
            pass
        elif name == "lookup":
            rows = looked_up(rows, world.lookups.get(given[0].removesuffix(".csv"), []), *given[1:])
        elif name == "join":
            rows = joined(rows, run([], given[2], world), *given[:2])
        elif name == "accum":
            total, made = 0.0, []
            for row in rows:
                total += number(row.get(given[0])) or 0.0
                made.append({**row, given[1]: None if number(row.get(given[0])) is None else total})
            rows = made
        elif name in ("delta", "autoregress"):
            before, made = None, []
            for row in rows:
                here = row.get(given[0])
                if name == "autoregress":
                    found = before
                else:
                    found = None if None in (number(here), number(before)) else number(here) - number(before)
                made.append({**row, given[1]: found})
                before = here
            rows = made
        elif name == "strcat":
            rows = [{**row, given[1]: "".join(text(part) if quoted else text(row.get(part)) or ""
                                              for part, quoted in given[0])} for row in rows]
        elif name == "timechart":
            rows = charted(rows, *given)
        elif name == "untable":
            rows = [{given[0]: row.get(given[0]), given[1]: field, given[2]: "\n".join(values_of(row[field]))}
                    for row in rows for field in given[3] if row.get(field) is not None]
        elif name == "all_eventstats":
            groups = groups_of(rows, given[1]) if given[1] else {(): rows}
            made = []
            for row in rows:
                keys = list(groups_of([row], given[1])) if given[1] else [()]
                made.append({**row, **{column: aggregate(function, field, groups[keys[0]]) if keys else None
                                       for function, field, column in given[0]}})
            rows = made
        elif name == "search":
            given = (with_subsearches(given[0], world),)
            rows = [row for row in rows if holds(given[0], row)]
        elif name == "where":
            rows = [row for row in rows if value(given[0], row) is True]
        elif name == "eval":
            rows = [{**row, given[0]: value(given[1], row)} for row in rows]
        elif name == "stats":
            asked, by = given
            asked = [(function, one, starred(field, one, column) if "*" in column and "(" not in column
                      else f"{function}({one})" if one != field else column)
                     for function, field, column in asked
                     for one in (names_like(rows, field) if isinstance(field, str) and "*" in field else [field])
                     if one not in by or one == field]
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
        elif name == "streamstats_over":
            rows = streamed(rows, **given[0])
        elif name == "transaction":
            rows = transactions(rows, **given[0])
        elif name == "addcoltotals":
            label, every = given[0], list(dict.fromkeys(key for row in rows for key in row))
            sums = {}
            for field in every:
                numbers = [number(row.get(field)) for row in rows if number(row.get(field)) is not None]
                sums[field] = math.fsum(numbers) if numbers and not field.startswith("_") else None
            rows = rows + [{**sums, label: "Total"}]
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
            numbers = all(isinstance(row.get(given[0]), (float, type(None))) for row in rows)
            filler = 0.0 if numbers and given[1] == "0" else given[1]
            rows = [{**row, given[0]: filler if row.get(given[0]) is None else row[given[0]]} for row in rows]
        elif name == "mvexpand":
            rows = [{**row, given[0]: one} for row in rows
                    for one in (values_of(row.get(given[0])) or [None])]
        elif name == "top":
            limit, field = given
            groups = groups_of(rows, [field])
            total = sum(len(found) for found in groups.values())
            numeric = all(isinstance(row.get(field), (int, float, type(None))) for row in rows)
            order = sorted(groups, key=lambda key: (-len(groups[key]),
                                                    number(key[0]) if numeric else key[0].encode()))
            rows = [{field: key[0], "count": float(len(groups[key])),
                     "percent": round(100.0 * len(groups[key]) / total, 6)}
                    for key in order[:limit]]
        else:
            raise KeyError(name)
    return rows


def looked_up(rows, table, keys, outputs, only_new):
    """Rows with columns of the lines that have their keys; of several lines all values."""
    columns = list(table[0]) if table else []
    outputs = outputs or [(one, one) for one in columns if one not in [key for key, _ in keys]]
    made = []
    for row in rows:
        found = [line for line in table
                 if all(line[key] is not None and text(row.get(field)) == line[key] for key, field in keys)]
        row = dict(row)
        for column, field in outputs:
            held = [line[column] for line in found if line[column] is not None]
            if only_new and row.get(field) is not None:
                continue
            row[field] = (held[0] if len(held) == 1 else held) if held else None
        made.append(row)
    return made


def joined(rows, others, keys, outer):
    """Rows with the fields of the first other row that has the same values; without one they stay if
    `outer`."""
    first = {}
    for other in others:
        key = tuple(text(other.get(one)) for one in keys)
        if None not in key:
            first.setdefault(key, other)
    made = []
    for row in rows:
        other = first.get(tuple(text(row.get(one)) for one in keys))
        if other is None and not outer:
            continue
        held = {name: one for name, one in (other or {}).items() if one is not None and name not in keys}
        made.append({**dict.fromkeys(name for other in others for name in other), **row, **held})
    return made


def charted(rows, span, field, limit):
    """timechart span=... limit=... count by field: a row a span, a column a value."""
    if not rows:
        return []
    starts = [math.floor(row["_time"] / span) * span for row in rows]
    cells = {}
    for start, row in zip(starts, rows):
        for one in values_of(row.get(field)) or [None]:
            cells.setdefault(one, {}).setdefault(start, []).append(row)
    ranked = sorted((one for one in cells if one is not None),
                    key=lambda one: (-sum(map(len, cells[one].values())), one.encode()))
    columns = {one: one if one and one[0] != "_" else "VALUE" + one for one in ranked[:limit]}
    columns.update({one: "OTHER" for one in ranked[limit:]})
    columns.update({one: "NULL" for one in cells if one is None})
    names = [columns[one] for one in sorted(ranked[:limit], key=functools.cmp_to_key(compare))]
    names += [one for one in ("OTHER", "NULL") if one in columns.values()]
    made, there = [], [start for held in cells.values() for start in held]
    start = min(there, default=0)
    while there and start <= max(there):
        made.append({"_time": start, **{name: float(sum(len(cells[one].get(start, [])) for one in cells
                                                        if columns[one] == name)) for name in names}})
        start += span
    return made


def streamed(rows, function, field, column, by, current, window, everybody, seconds, before, after, on_change):
    """streamstats: what it computes of the rows that were seen, for each row."""
    made, seen, last = [], [], None
    for at, row in enumerate(rows):
        key = tuple(tuple(values_of(row.get(one))) for one in by)
        whole = () not in key
        if before is not None and value(before, row) is True:
            seen = []
        if on_change and whole:
            if last is not None and last != key:
                seen = []
            last = key
        reach = seen + [(at, key, row)] if current else seen
        if window and everybody:
            reach = [one for one in reach if one[0] > at - window - (0 if current else 1)]
        reach = [one for one in reach if one[1] == key]
        if window and not everybody:
            reach = reach[-window:]
        if seconds:
            reach = [one for one in reach if abs(one[2]["_time"] - row["_time"]) <= seconds]
        found = aggregate(function, field, [one[2] for one in reach]) if whole else None
        made.append({**row, column: found})
        seen.append((at, key, row))
        if after is not None and value(after, row) is True:
            seen = []
    return made


def transactions(rows, field, span, pause, most, start, end, evicted, in_order):
    """Rows that belong together, newest first; each as one row."""
    groups = {}
    rows = sorted(rows, key=lambda row: -row["_time"])
    for row in rows:
        key = tuple(values_of(row.get(field)))
        if key:
            groups.setdefault(key, []).append(row)
    places = {id(row): at for at, row in enumerate(rows)}  # Equal rows have places of their own
    done = []
    for members in groups.values():
        cut, opened = [], []
        for row in members:
            too_far = opened and ((span is not None and opened[0]["_time"] - row["_time"] > span)
                                  or (pause is not None and opened[-1]["_time"] - row["_time"] > pause)
                                  or len(opened) >= most)
            if opened and (too_far or (end is not None and holds(end, row))):
                cut.append(opened)
                opened = []
            opened.append(row)
            if start is not None and holds(start, row):
                cut.append(opened)
                opened = []
        done += cut + ([opened] if opened else [])
    made = []
    for members in done:
        whole = (start is None or holds(start, members[-1])) and (end is None or holds(end, members[0]))
        if not whole and not evicted:
            continue
        row = {}
        for name in {name for one in members for name in one}:
            found = [one for member in reversed(members) for one in values_of(member.get(name))]
            row[name] = found if in_order else sorted(set(found), key=str.encode)
            row[name] = row[name] or None
        asked = any(one is not None for one in (start, end, span, pause))
        row.update(_time=members[-1]["_time"], duration=members[0]["_time"] - members[-1]["_time"],
                   eventcount=float(len(members)), closed_txn=float(whole and asked))
        made.append((-row["_time"], places[id(members[0])], row))
    return [row for _, _, row in sorted(made, key=lambda one: one[:2])]


def stable_reversed(rows, field):
    """Descending, equals in the order they had."""
    order = functools.cmp_to_key(lambda a, b: (a > b) - (a < b))
    indexed = sorted(enumerate(rows), key=lambda pair: (order(key_of(pair[1][field])), -pair[0]), reverse=True)
    return [row for _, row in indexed]
