# SPDX-License-Identifier: Apache-2.0
"""Trino's scalar functions and aggregates, by name.

    SCALARS["lower"]("A")               # "a": called only when no argument is NULL
    NULL_SCALARS["concat_ws"](",", x)   # sees NULLs
    AGGREGATES["max"]([(1,), (None,)])  # gets one tuple of arguments a row
"""
import base64
import calendar
import datetime
import functools
import hashlib
import ipaddress
import math
import re
import urllib.parse
from decimal import ROUND_HALF_UP, Decimal

from sql_values import (EPOCH, Interval, IpAddress, IpPrefix, Json, Map, Number, Object, Row,
                        SqlError, Timestamp, cast, comparable, dump_json, equal, is_number, key_of,
                        kind_of, less, load_json, number_of, parse_date, to_text, zone_of)

MICROSECOND = datetime.timedelta(microseconds=1)


# JSON.
@functools.lru_cache(maxsize=200_000)
def parsed(text):
    try:
        return load_json(text)
    except ValueError:
        return SqlError


def tree_of(value, strict=False):
    """The tree of a JSON value, or of a varchar that holds JSON text."""
    if isinstance(value, Json):
        return value.value
    if not isinstance(value, str):
        raise SqlError(f"JSON of {kind_of(value)}")
    tree = parsed(value)
    if tree is SqlError and strict:
        raise SqlError("no JSON")
    return tree


@functools.lru_cache(maxsize=None)
def json_path(text):
    """`$.a[0]["b c"]` -> ('a', 0, 'b c')"""
    if not text.startswith("$"):
        text = "$." + text if not text.startswith("[") else "$" + text
    steps, at = [], 1
    pattern = re.compile(r"\.([\w:$/@|#-]+)|\[(\d+)\]|\[([\w]+)\]|\[\"((?:[^\"\\]|\\.)*)\"\]"
                         r"|\['((?:[^'\\]|\\.)*)'\]|\.\"((?:[^\"\\]|\\.)*)\"")
    while at < len(text):
        match = pattern.match(text, at)
        if not match:
            raise SqlError(f"path {text!r}")
        dotted, index, bare, double, single, dot_quoted = match.groups()
        if index is not None:
            steps.append(int(index))
        else:
            name = next(g for g in (dotted, bare, double, single, dot_quoted) if g is not None)
            steps.append(re.sub(r"\\(.)", r"\1", name) if dotted is None else name)
        at = match.end()
    return tuple(steps)


MISSING = object()


def walk(tree, path):
    for step in json_path(path):
        if isinstance(tree, list) and str(step).isdigit():
            if int(step) >= len(tree):
                return MISSING
            tree = tree[int(step)]
        elif isinstance(tree, Object):
            if not tree.has(str(step)):
                return MISSING
            tree = tree.get(str(step))
        else:
            return MISSING
    return tree


def json_extract(value, path):
    tree = tree_of(value)
    if tree is SqlError:
        return None
    found = walk(tree, path)
    return None if found is MISSING else Json(found)


def json_extract_scalar(value, path):
    tree = tree_of(value)
    if tree is SqlError:
        return None
    found = walk(tree, path)
    if found is MISSING or found is None or isinstance(found, (Object, list)):
        return None
    return to_text(found) if isinstance(found, bool) else str(found)


def json_array_length(value):
    tree = tree_of(value)
    return len(tree) if isinstance(tree, list) else None


def json_size(value, path):
    tree = tree_of(value)
    found = MISSING if tree is SqlError else walk(tree, path)
    if found is MISSING:
        return None
    if isinstance(found, Object):
        return len(found.pairs)
    return len(found) if isinstance(found, list) else 0


def json_array_contains(value, wanted):
    tree = tree_of(value)
    if not isinstance(tree, list):
        return None
    for item in tree:
        if isinstance(wanted, bool) or isinstance(item, bool):
            if item is wanted:
                return True
        elif isinstance(item, Number):
            if is_number(wanted) and float(item) == float(wanted):
                return True
        elif isinstance(item, str) and item == wanted:
            return True
    return False


def json_array_get(value, at):
    tree = tree_of(value)
    if not isinstance(tree, list) or not -len(tree) <= at < len(tree):
        return None
    return None if tree[at] is None else Json(tree[at])


def json_parse(text):
    return Json(tree_of(text, strict=True))


def is_json_scalar(value):
    return not isinstance(tree_of(value, strict=True), (Object, list))


# Text.
# What Java calls white space: no blank that forbids a line break.
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c not in
                 "\u0085\u00a0\u2007\u202f")


def substr(text, start, length=None):
    if start == 0:
        return "" if isinstance(text, str) else b""
    if start < 0:
        start = len(text) + start
        if start < 0:
            return text[:0]
    else:
        start -= 1
    return text[start:] if length is None else text[start:max(start, start + length)]


def strpos(text, part, instance=1):
    if instance == 0:
        raise SqlError("instance 0")
    at = -1
    if instance > 0:
        for _ in range(instance):
            at = text.find(part, at + 1)
            if at < 0:
                return 0
        return at + 1
    at = len(text) + 1
    for _ in range(-instance):
        at = text.rfind(part, 0, at + len(part) - 1)
        if at < 0:
            return 0
    return at + 1


def split(text, delimiter, limit=None):
    if not delimiter:
        raise SqlError("empty delimiter")
    return text.split(delimiter) if limit is None else text.split(delimiter, limit - 1)


def split_part(text, delimiter, index):
    if index < 1:
        raise SqlError("index below 1")
    parts = split(text, delimiter)
    return parts[index - 1] if index <= len(parts) else None


def split_to_map(text, entries, values):
    pairs = []
    for part in text.split(entries):
        if not part:
            continue
        pieces = part.split(values)
        if len(pieces) != 2:
            raise SqlError(f"no pair: {part!r}")
        pairs.append((pieces[0], pieces[1]))
    return Map(pairs)


def pad(text, size, fill, left):
    if not fill:
        raise SqlError("nothing to pad with")
    if len(text) >= size:
        return text[:size]
    filling = (fill * size)[:size - len(text)]
    return filling + text if left else text + filling


def concat(*args):
    if all(isinstance(a, list) for a in args):
        return [item for a in args for item in a]
    if any(isinstance(a, list) for a in args):
        return [item for a in args for item in (a if isinstance(a, list) else [a])]
    if all(isinstance(a, bytes) for a in args):
        return b"".join(args)
    if not all(isinstance(a, str) for a in args):
        raise SqlError("concat of " + ", ".join(map(kind_of, args)))
    return "".join(args)


def concat_ws(separator, *args):
    if separator is None:
        return None
    parts = []
    for arg in args:
        parts += [p for p in (arg if isinstance(arg, list) else [arg]) if p is not None]
    return separator.join(parts)


def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        last, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            last, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, last + (x != y))
    return row[-1]


@functools.lru_cache(maxsize=None)
def like_pattern(pattern, escape):
    out, at = [], 0
    while at < len(pattern):
        char = pattern[at]
        if escape and char == escape:
            at += 1
            if at >= len(pattern) or pattern[at] not in ("%", "_", escape):
                raise SqlError("escape of nothing")
            out.append(re.escape(pattern[at]))
        else:
            out.append({"%": ".*", "_": "."}.get(char) or re.escape(char))
        at += 1
    return re.compile("".join(out), re.S)


def like(text, pattern, escape=None):
    return like_pattern(pattern, escape).fullmatch(text) is not None


@functools.lru_cache(maxsize=None)
def regex(pattern):
    try:
        return re.compile(re.sub(r"\(\?<([A-Za-z]\w*)>", r"(?P<\1>", pattern))
    except re.error as problem:
        raise SqlError(str(problem)) from problem


def regexp_extract(text, pattern, group=0):
    match = regex(pattern).search(text)
    if group > regex(pattern).groups:
        raise SqlError("no such group")
    return match[group] if match else None


def regexp_extract_all(text, pattern, group=0):
    return [m[group] for m in regex(pattern).finditer(text)]


def regexp_replace(text, pattern, by=""):
    if callable(by):
        return regex(pattern).sub(lambda m: by(list(m.groups())), text)

    def fill(match):
        def piece(found):
            if found[1]:
                return found[1]
            if found[2]:
                return match[int(found[2])] or ""
            return match[found[3]] or ""
        return re.sub(r"\\(.)|\$(\d)|\$\{(\w+)\}", piece, by)
    return regex(pattern).sub(fill, text)


def regexp_position(text, pattern, start=1, nth=1):
    for match in regex(pattern).finditer(text, start - 1):
        nth -= 1
        if nth == 0:
            return match.start() + 1
    return -1


def url_piece(piece):
    def of(url):
        try:
            parts = urllib.parse.urlsplit(url)
            return {"host": parts.hostname or "", "path": parts.path, "port": parts.port,
                    "protocol": parts.scheme, "query": parts.query,
                    "fragment": parts.fragment}[piece]
        except ValueError:
            return None
    return of


def url_parameter(url, name):
    for key, value in urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, True):
        if key == name:
            return value
    return None


def url_encode(text):
    return urllib.parse.quote_plus(text, safe="*-._").replace("~", "%7E")


# Numbers.
def round_(value, digits=0):
    if isinstance(value, int):
        if digits >= 0:
            return value
        return int(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if math.isnan(value) or math.isinf(value):
        return value
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def whole(rounding):
    def of(value):
        if isinstance(value, float):
            return float(rounding(value))
        return Decimal(rounding(value)) if isinstance(value, Decimal) else value
    return of


def truncate(value, digits=0):
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-digits), "ROUND_DOWN")
    return float(math.trunc(value))


def modulo(a, b):
    if isinstance(a, float) or isinstance(b, float):
        return math.fmod(a, b) if b else math.nan
    if b == 0:
        raise SqlError("division by zero")
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        return Decimal(a) % Decimal(b)
    return int(math.fmod(a, b)) if abs(a) < 2**52 else abs(a) % abs(b) * (1 if a > 0 else -1)


def divide(a, b):
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)
        if b == 0:
            return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * (
                math.copysign(1, b))
        return a / b
    if b == 0:
        raise SqlError("division by zero")
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        scale = max(scale_of(a), scale_of(b))
        return (Decimal(a) / Decimal(b)).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def scale_of(value):
    return max(0, -value.as_tuple().exponent) if isinstance(value, Decimal) else 0


def best(args, better):
    answer = args[0]
    for value in args[1:]:
        if better(value, answer):
            answer = value
    return answer


# Times.
def moment(value):
    if isinstance(value, Timestamp):
        return value
    if isinstance(value, datetime.date):
        return Timestamp((datetime.datetime(value.year, value.month, value.day) - EPOCH)
                         // MICROSECOND)
    raise SqlError(f"time of {kind_of(value)}")


def wall_part(name):
    def of(value):
        if isinstance(value, Interval):
            seconds = value.us / 10**6
            return {"year": value.months // 12, "month": value.months % 12,
                    "day": int(seconds // 86400), "hour": int(seconds // 3600 % 24),
                    "minute": int(seconds // 60 % 60), "second": int(seconds % 60)}[name]
        wall = moment(value).wall()
        return {
            "year": lambda: wall.year, "quarter": lambda: (wall.month + 2) // 3,
            "month": lambda: wall.month, "week": lambda: wall.isocalendar()[1],
            "day": lambda: wall.day, "hour": lambda: wall.hour, "minute": lambda: wall.minute,
            "second": lambda: wall.second, "millisecond": lambda: wall.microsecond // 1000,
            "day_of_week": lambda: wall.isoweekday(),
            "day_of_year": lambda: wall.timetuple().tm_yday,
            "year_of_week": lambda: wall.isocalendar()[0],
        }[name]()
    return of


SECONDS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86400,
           "week": 604800}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def plus_months(wall, months):
    total = wall.year * 12 + wall.month - 1 + months
    year, month = divmod(total, 12)
    day = min(wall.day, calendar.monthrange(year, month + 1)[1])
    return wall.replace(year=year, month=month + 1, day=day)


def date_add(unit, amount, value):
    unit = unit.lower()
    if isinstance(value, datetime.date):
        if unit in MONTHS:
            return plus_months(value, amount * MONTHS[unit])
        if unit in ("day", "week"):
            return value + datetime.timedelta(days=amount * (7 if unit == "week" else 1))
        raise SqlError(f"{unit} of a date")
    if unit in MONTHS:
        return value.with_wall(plus_months(value.wall(), amount * MONTHS[unit]))
    if unit not in SECONDS:
        raise SqlError(f"unit {unit}")
    return Timestamp(value.us + int(amount * SECONDS[unit] * 10**6), value.zone)


def date_diff(unit, a, b):
    unit = unit.lower()
    if isinstance(a, str) or isinstance(b, str):
        raise SqlError("date_diff of varchar")
    a, b = moment(a), moment(b)
    if unit in SECONDS:
        us = b.us - a.us
        size = int(SECONDS[unit] * 10**6)
        return abs(us) // size * (1 if us >= 0 else -1)
    if unit not in MONTHS:
        raise SqlError(f"unit {unit}")
    first, second = a.wall(), b.wall()
    sign = 1
    if second < first:
        first, second, sign = second, first, -1
    months = (second.year - first.year) * 12 + second.month - first.month
    while plus_months(first, months) > second:
        months -= 1
    return months // MONTHS[unit] * sign


def date_trunc(unit, value):
    unit = unit.lower()
    wall = moment(value).wall()
    start = {
        "millisecond": lambda: wall.replace(microsecond=wall.microsecond // 1000 * 1000),
        "second": lambda: wall.replace(microsecond=0),
        "minute": lambda: wall.replace(second=0, microsecond=0),
        "hour": lambda: wall.replace(minute=0, second=0, microsecond=0),
        "day": lambda: wall.replace(hour=0, minute=0, second=0, microsecond=0),
        "week": lambda: (wall - datetime.timedelta(days=wall.weekday())).replace(
            hour=0, minute=0, second=0, microsecond=0),
        "month": lambda: wall.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
        "quarter": lambda: wall.replace(month=(wall.month - 1) // 3 * 3 + 1, day=1, hour=0,
                                        minute=0, second=0, microsecond=0),
        "year": lambda: wall.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0),
    }.get(unit)
    if not start:
        raise SqlError(f"unit {unit}")
    return start().date() if isinstance(value, datetime.date) else value.with_wall(start())


def from_iso8601_timestamp(text):
    match = re.fullmatch(
        r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?)?"
        r"(Z|[+-]\d{2}(?::?\d{2})?)?", text)
    if not match:
        raise SqlError(f"no ISO 8601 time: {text!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        wall = datetime.datetime(int(year), int(month or 1), int(day or 1), int(hour or 0),
                                 int(minute or 0), int(second or 0),
                                 int((fraction or "0").ljust(3, "0")[:3]) * 1000)
    except ValueError as problem:
        raise SqlError(str(problem)) from problem
    if zone in (None, "Z"):
        zone = "UTC"
    elif len(zone) == 3:
        zone += ":00"
    return Timestamp(0, zone).with_wall(wall)


def to_iso8601(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    wall = value.wall()
    text = wall.strftime("%Y-%m-%dT%H:%M:%S") + f".{wall.microsecond // 1000:03d}"
    if value.zone:
        text += "Z" if value.zone == "UTC" else value.zone
    return text


MYSQL = {"a": "%a", "b": "%b", "d": "%d", "f": "%f", "H": "%H", "h": "%I", "I": "%I", "i": "%M",
         "j": "%j", "M": "%B", "m": "%m", "p": "%p", "r": "%I:%M:%S %p", "S": "%S", "s": "%S",
         "T": "%H:%M:%S", "W": "%A", "Y": "%Y", "y": "%y", "v": "%V", "%": "%%"}


def mysql_format(text):
    def code(match):
        if match[1] in MYSQL:
            return MYSQL[match[1]]
        if match[1] in "DUuVwXx":
            raise SqlError(f"%{match[1]} is not supported")
        return match[1]
    return re.sub(r"%(.)", code, text)


def date_format(value, text):
    wall = moment(value).wall()
    plain = {"c": str(wall.month), "e": str(wall.day), "k": str(wall.hour),
             "l": str((wall.hour + 11) % 12 + 1)}
    text = re.sub(r"%([cekl])", lambda m: plain[m[1]], text)
    return wall.strftime(mysql_format(text))


def date_parse(text, pattern):
    pattern = re.sub(r"%([cekl])", lambda m: {"c": "%m", "e": "%d", "k": "%H", "l": "%h"}[m[1]],
                     pattern)
    try:
        wall = datetime.datetime.strptime(text, mysql_format(pattern))
    except ValueError as problem:
        raise SqlError(str(problem)) from problem
    if wall.year == 1900 and "%Y" not in pattern and "%y" not in pattern:
        wall = wall.replace(year=1970)
    return Timestamp((wall - EPOCH) // MICROSECOND)


def joda(pattern):
    """Pieces of a Joda format: [(letter or None, count or text)]"""
    pieces = []
    for match in re.finditer(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+", pattern):
        if match[1] is not None:
            pieces.append((None, match[1].replace("''", "'") or "'"))
        elif match[2]:
            pieces.append((match[2], len(match[0])))
        else:
            pieces.append((None, match[0]))
    return pieces


def format_datetime(value, pattern):
    value = moment(value)
    wall, out = value.wall(), []
    for letter, size in joda(pattern):
        if letter is None:
            out.append(size)
        elif letter in "yYxu":
            out.append(f"{wall.year % 100:02d}" if size == 2 else f"{wall.year:0{size}d}")
        elif letter == "M":
            out.append(wall.strftime("%B" if size > 3 else "%b") if size > 2
                       else f"{wall.month:0{size}d}")
        elif letter == "E":
            out.append(wall.strftime("%A" if size > 3 else "%a"))
        elif letter == "a":
            out.append(wall.strftime("%p"))
        elif letter == "S":
            out.append(f"{wall.microsecond:06d}".ljust(size, "0")[:size])
        elif letter == "Z":
            offset = wall.astimezone(zone_of(value.zone or "UTC")).strftime("%z")
            out.append(offset if size == 1 else offset[:3] + ":" + offset[3:])
        elif letter == "z":
            out.append(value.zone or "UTC")
        else:
            number = {"d": wall.day, "H": wall.hour, "k": wall.hour or 24, "m": wall.minute,
                      "s": wall.second, "h": (wall.hour + 11) % 12 + 1, "K": wall.hour % 12,
                      "D": wall.timetuple().tm_yday, "e": wall.isoweekday(),
                      "w": wall.isocalendar()[1]}.get(letter)
            if number is None:
                raise SqlError(f"format {letter}")
            out.append(f"{number:0{size}d}")
    return "".join(out)


def parse_datetime(text, pattern):
    names, expression = [], ""
    for letter, size in joda(pattern):
        if letter is None:
            expression += re.escape(size)
        elif letter == "M" and size > 2:
            names.append("B" if size > 3 else "b")
            expression += "([A-Za-z]+)"
        elif letter == "Z":
            names.append("Z")
            expression += r"(Z|[+-]\d{2}:?\d{2})"
        elif letter == "a":
            names.append("a")
            expression += "([APap][Mm])"
        elif letter in "yYuMdHhmsS":
            names.append("y" if letter in "yYu" else letter)
            expression += r"(\d+)" if size < 2 else rf"(\d{{1,{max(size, 2)}}})"
        else:
            raise SqlError(f"format {letter}")
    match = re.fullmatch(expression, text)
    if not match:
        raise SqlError(f"{text!r} is not like {pattern!r}")
    got = dict(zip(names, match.groups()))
    months = {m.lower(): i for i, m in enumerate(calendar.month_abbr)}
    month = int(got.get("M", 1))
    for name in ("b", "B"):
        if name in got:
            month = months[got[name][:3].lower()]
    hour = int(got.get("H", got.get("h", 0)))
    if got.get("a", "").lower() == "pm" and hour < 12:
        hour += 12
    try:
        wall = datetime.datetime(int(got.get("y", 1970)), month, int(got.get("d", 1)), hour,
                                 int(got.get("m", 0)), int(got.get("s", 0)),
                                 int(got.get("S", "0").ljust(6, "0")[:6]))
    except ValueError as problem:
        raise SqlError(str(problem)) from problem
    zone = got.get("Z", "UTC")
    if zone == "Z":
        zone = "UTC"
    elif zone != "UTC" and ":" not in zone:
        zone = zone[:3] + ":" + zone[3:]
    return Timestamp(0, zone).with_wall(wall)


def from_unixtime(seconds, zone="UTC"):
    return Timestamp(round(float(seconds) * 1000) * 1000, zone)


def add(a, b):
    if isinstance(a, Interval) and not isinstance(b, Interval):
        a, b = b, a
    if isinstance(b, Interval):
        if isinstance(a, Interval):
            return Interval(a.months + b.months, a.us + b.us)
        if isinstance(a, Timestamp):
            if b.months:
                a = a.with_wall(plus_months(a.wall(), b.months))
            return Timestamp(a.us + b.us, a.zone)
        if isinstance(a, datetime.date):
            if b.us % 86_400_000_000:
                raise SqlError("hours on a date")
            return plus_months(a, b.months) + datetime.timedelta(microseconds=b.us)
    return math_of("+", a, b)


def subtract(a, b):
    if isinstance(b, Interval):
        return add(a, Interval(-b.months, -b.us))
    if isinstance(a, (Timestamp, datetime.date)) and isinstance(b, (Timestamp, datetime.date)):
        return Interval(us=moment(a).us - moment(b).us)
    return math_of("-", a, b)


def math_of(op, a, b):
    if isinstance(a, Interval) and is_number(b) and op == "*":
        return Interval(int(a.months * b), int(a.us * b))
    if isinstance(b, Interval) and is_number(a) and op == "*":
        return Interval(int(b.months * a), int(b.us * a))
    if not is_number(a) or not is_number(b):
        raise SqlError(f"{kind_of(a)} {op} {kind_of(b)}")
    if op == "/":
        return divide(a, b)
    if op == "%":
        return modulo(a, b)
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)
    answer = a + b if op == "+" else a - b if op == "-" else a * b
    if isinstance(answer, int) and not -2**63 <= answer < 2**63:
        raise SqlError("out of bigint")
    return answer


# Arrays and maps.
def element_at(value, key):
    if isinstance(value, Map):
        return value.get(key)[1]
    if not isinstance(value, list):
        raise SqlError(f"element of {kind_of(value)}")
    if key == 0:
        raise SqlError("index 0")
    at = key - 1 if key > 0 else len(value) + key
    return value[at] if 0 <= at < len(value) else None


def subscript(value, key):
    if isinstance(value, Map):
        there, found = value.get(key)
        if not there:
            raise SqlError("no such key")
        return found
    if isinstance(value, Row):
        return value.values[key - 1]
    if not isinstance(value, list):
        raise SqlError(f"subscript of {kind_of(value)}")
    if not 1 <= key <= len(value):
        raise SqlError("index out of bounds")
    return value[key - 1]


def contains(items, wanted):
    if isinstance(items, (IpPrefix, str)) and isinstance(wanted, IpAddress):
        prefix = cast(items, ("ipprefix",)).network
        return prefix.version == wanted.address.version and wanted.address in prefix
    saw_null = False
    for item in items:
        same = equal(item, wanted)
        if same:
            return True
        saw_null |= same is None
    return None if saw_null else False


def distinct(items):
    seen, out = set(), []
    for item in items:
        key = key_of(item)
        if key not in seen:
            seen.add(key)
            out.append(item)
    return out


def compare(a, b):
    """-1, 0, 1; NULL comes last."""
    if a is None or b is None:
        return (a is None) - (b is None)
    if less(a, b):
        return -1
    return 1 if less(b, a) else 0


def array_sort(items, by=None):
    return sorted(items, key=functools.cmp_to_key(by or compare))


def array_join(items, delimiter, instead=None):
    parts = [instead if i is None else to_text(i) for i in items]
    return delimiter.join(p for p in parts if p is not None)


def array_position(items, wanted):
    for at, item in enumerate(items):
        if equal(item, wanted):
            return at + 1
    return 0


def sequence(start, stop, step=None):
    if isinstance(start, (Timestamp, datetime.date)):
        step = step or Interval(us=86_400_000_000)
        out = []
        forward = step.us > 0 or step.months > 0
        while not (less(stop, start) if forward else less(start, stop)):
            out.append(start)
            start = add(start, step)
        return out
    step = step or (1 if stop >= start else -1)
    return list(range(start, stop + (1 if step > 0 else -1), step))


def slice_(items, start, length):
    if start == 0 or length < 0:
        raise SqlError("slice")
    at = start - 1 if start > 0 else len(items) + start
    return items[at:at + length] if 0 <= at else []


def any_match(items, test):
    answers = [test(i) for i in items]
    return True if True in answers else None if None in answers else False


def all_match(items, test):
    answers = [test(i) for i in items]
    return False if False in answers else None if None in answers else True


def none_match(items, test):
    found = any_match(items, test)
    return None if found is None else not found


def reduce_(items, state, step, end):
    for item in items:
        state = step(state, item)
    return end(state)


def arrays_overlap(a, b):
    keys = {key_of(i) for i in a if i is not None}
    if any(i is not None and key_of(i) in keys for i in b):
        return True
    return None if None in a or None in b else False


def extreme(items, better):
    if None in items or not items:
        return None
    return best(items, better)


def map_(keys=None, values=None):
    if keys is None:
        return Map([])
    if len(keys) != len(values) or len(set(map(key_of, keys))) != len(keys):
        raise SqlError("keys of a map")
    return Map(list(zip(keys, values)))


def map_concat(*maps):
    merged = {}
    for one in maps:
        for k, v in one.items:
            merged[key_of(k)] = (k, v)
    return Map(list(merged.values()))


def zip_(*arrays):
    size = max(map(len, arrays))
    return [Row((None,) * len(arrays), [a[i] if i < len(a) else None for a in arrays])
            for i in range(size)]


def zip_with(a, b, by):
    size = max(len(a), len(b))
    return [by(a[i] if i < len(a) else None, b[i] if i < len(b) else None) for i in range(size)]


def cardinality(value):
    return len(value.items) if isinstance(value, Map) else len(value)


def array_except(a, b):
    keys = set(map(key_of, b))
    return [i for i in distinct(a) if key_of(i) not in keys]


def array_intersect(a, b):
    keys = set(map(key_of, b))
    return [i for i in distinct(a) if key_of(i) in keys]


def length(value):
    if not isinstance(value, (str, bytes)):
        raise SqlError(f"length of {kind_of(value)}")
    return len(value)


def texts_only(function):
    """A function of varchar: anything else is a type error."""
    def of(*args):
        if not isinstance(args[0], str):
            raise SqlError(f"varchar wanted, not {kind_of(args[0])}")
        return function(*args)
    return of


SCALARS = {
    # JSON
    "json_extract": json_extract, "json_extract_scalar": json_extract_scalar,
    "json_array_length": json_array_length, "json_size": json_size, "json_parse": json_parse,
    "json_array_contains": json_array_contains, "json_array_get": json_array_get,
    "json_format": lambda j: dump_json(tree_of(j)), "is_json_scalar": is_json_scalar,
    # text
    "lower": texts_only(str.lower), "upper": texts_only(str.upper), "length": length,
    "trim": texts_only(lambda t, c=BLANKS: t.strip(c)),
    "ltrim": texts_only(lambda t, c=BLANKS: t.lstrip(c)),
    "rtrim": texts_only(lambda t, c=BLANKS: t.rstrip(c)), "substr": substr, "substring": substr,
    "strpos": strpos, "replace": texts_only(lambda t, a, b="": t.replace(a, b)),
    "reverse": lambda t: t[::-1], "split": split, "split_part": split_part,
    "split_to_map": split_to_map, "starts_with": lambda t, p: t.startswith(p),
    "ends_with": lambda t, p: t.endswith(p), "concat": concat,
    "lpad": lambda t, n, f: pad(t, n, f, True), "rpad": lambda t, n, f: pad(t, n, f, False),
    "chr": chr, "codepoint": ord, "levenshtein_distance": levenshtein,
    "hamming_distance": lambda a, b: sum(x != y for x, y in zip(a, b)),
    "translate": lambda t, a, b: t.translate({ord(x): b[i] if i < len(b) else None
                                              for i, x in reversed(list(enumerate(a)))}),
    "normalize": lambda t: __import__("unicodedata").normalize("NFC", t),
    "regexp_like": lambda t, p: regex(p).search(t) is not None,
    "regexp_extract": regexp_extract, "regexp_extract_all": regexp_extract_all,
    "regexp_replace": regexp_replace, "regexp_split": lambda t, p: regex(p).split(t),
    "regexp_count": lambda t, p: len(list(regex(p).finditer(t))),
    "regexp_position": regexp_position,
    "url_extract_host": url_piece("host"), "url_extract_path": url_piece("path"),
    "url_extract_port": url_piece("port"), "url_extract_protocol": url_piece("protocol"),
    "url_extract_query": url_piece("query"), "url_extract_fragment": url_piece("fragment"),
    "url_extract_parameter": url_parameter, "url_encode": url_encode,
    "url_decode": urllib.parse.unquote_plus,
    "to_utf8": lambda t: t.encode(), "from_utf8": lambda b: b.decode("utf-8", "replace"),
    "to_hex": lambda b: b.hex().upper(), "from_hex": bytes.fromhex,
    "to_base64": lambda b: base64.b64encode(b).decode(), "from_base64": base64.b64decode,
    "md5": lambda b: hashlib.md5(b).digest(), "sha1": lambda b: hashlib.sha1(b).digest(),
    "sha256": lambda b: hashlib.sha256(b).digest(), "sha512": lambda b: hashlib.sha512(b).digest(),
    # numbers
    "abs": abs, "round": round_, "ceil": whole(math.ceil), "ceiling": whole(math.ceil),
    "floor": whole(math.floor), "truncate": truncate, "mod": modulo, "sqrt": math.sqrt,
    "ln": math.log, "log2": math.log2, "log10": math.log10, "exp": math.exp,
    "log": lambda b, x: math.log(x) / math.log(b), "power": lambda a, b: float(a) ** float(b),
    "pow": lambda a, b: float(a) ** float(b), "sign": lambda v: type(v)((v > 0) - (v < 0)),
    "greatest": lambda *a: best(a, lambda x, y: less(y, x)),
    "least": lambda *a: best(a, less), "is_nan": math.isnan,
    "from_base": int, "bitwise_and": lambda a, b: a & b, "bitwise_or": lambda a, b: a | b,
    # times
    "from_iso8601_timestamp": from_iso8601_timestamp,
    "from_iso8601_date": parse_date, "to_iso8601": to_iso8601, "date_add": date_add,
    "date_diff": date_diff, "date_trunc": date_trunc, "date_format": date_format,
    "date_parse": date_parse, "format_datetime": format_datetime,
    "parse_datetime": parse_datetime, "from_unixtime": from_unixtime,
    "to_unixtime": lambda t: moment(t).us / 10**6,
    "at_timezone": lambda t, z: Timestamp(t.us, z),
    "with_timezone": lambda t, z: Timestamp(0, z).with_wall(t.wall()),
    "date": lambda v: cast(v, ("date",)),
    "last_day_of_month": lambda v: plus_months(moment(v).wall().date().replace(day=1), 1)
    - datetime.timedelta(days=1),
    "dow": wall_part("day_of_week"), "doy": wall_part("day_of_year"),
    "yow": wall_part("year_of_week"), "week_of_year": wall_part("week"),
    "day_of_month": wall_part("day"),
    # arrays, maps
    "element_at": element_at, "cardinality": cardinality, "contains": contains,
    "array_distinct": distinct, "array_sort": array_sort,
    "array_position": array_position, "sequence": sequence, "slice": slice_,
    "array_max": lambda a: extreme(a, lambda x, y: less(y, x)),
    "array_min": lambda a: extreme(a, less), "array_except": array_except,
    "array_intersect": array_intersect, "array_union": lambda a, b: distinct(a + b),
    "array_remove": lambda a, v: [i for i in a if not equal(i, v)],
    "arrays_overlap": arrays_overlap, "flatten": lambda a: [i for x in a for i in (x or [])],
    "filter": lambda a, f: [i for i in a if f(i)], "transform": lambda a, f: [f(i) for i in a],
    "any_match": any_match, "all_match": all_match, "none_match": none_match, "map": map_,
    "zip": zip_, "zip_with": zip_with, "map_keys": lambda m: [k for k, _ in m.items],
    "map_values": lambda m: [v for _, v in m.items], "map_concat": map_concat,
    "map_entries": lambda m: [Row((None, None), [k, v]) for k, v in m.items],
    "map_from_entries": lambda a: Map([tuple(r.values) for r in a]),
    "map_filter": lambda m, f: Map([(k, v) for k, v in m.items if f(k, v)]),
    "transform_values": lambda m, f: Map([(k, f(k, v)) for k, v in m.items]),
    "transform_keys": lambda m, f: Map([(f(k, v), v) for k, v in m.items]),
    "repeat": lambda v, n: [v] * n, "shuffle": lambda a: a,
    # addresses
    "ip_prefix": lambda a, n: cast(f"{to_text(cast(a, ('ipaddress',)))}/{n}", ("ipprefix",)),
    "ip_subnet_min": lambda p: IpAddress(p.network.network_address),
    "ip_subnet_max": lambda p: IpAddress(p.network.broadcast_address),
    "is_subnet_of": lambda p, x: (x.network.subnet_of(p.network) if isinstance(x, IpPrefix)
                                  else contains(p, x)),
    "typeof": kind_of,
}
for unit in ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond",
             "day_of_week", "day_of_year", "year_of_week"):
    SCALARS[unit] = wall_part(unit)


def array_join_null(items, delimiter, instead=None):
    return None if items is None or delimiter is None else array_join(items, delimiter, instead)


def reduce_null(items, state, step, end):
    return None if items is None else reduce_(items, state, step, end)


NULL_SCALARS = {
    "concat_ws": concat_ws, "array_join": array_join_null, "reduce": reduce_null,
    "now": lambda: Timestamp((datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
                              - EPOCH) // MICROSECOND // 1000 * 1000, "UTC"),
    "current_timestamp": lambda: NULL_SCALARS["now"](),
    "localtimestamp": lambda: Timestamp(NULL_SCALARS["now"]().us),
    "current_date": lambda: NULL_SCALARS["now"]().wall().date(), "current_timezone": lambda: "UTC",
    "pi": lambda: math.pi, "nan": lambda: math.nan, "infinity": lambda: math.inf,
}


# Aggregates: a list of argument tuples in, one value out.
def values_of(rows):
    return [r[0] for r in rows if r[0] is not None]


def sum_(rows):
    values = values_of(rows)
    if not values:
        return None
    for value in values:
        if not is_number(value) and not isinstance(value, Interval):
            raise SqlError(f"sum of {kind_of(value)}")
    return math.fsum(values) if isinstance(values[0], float) else functools.reduce(add, values)


def avg(rows):
    values = values_of(rows)
    if not values:
        return None
    total = sum_(rows)
    return divide(total, len(values)) if isinstance(total, Decimal) else total / len(values)


def extreme_by(better):
    def of(rows):
        rows = [r for r in rows if r[1] is not None]
        if not rows:
            return None
        ordered = sorted(rows, key=functools.cmp_to_key(
            lambda a, b: -1 if better(a[1], b[1]) else 1 if better(b[1], a[1]) else 0))
        if len(rows[0]) == 3:
            return [r[0] for r in ordered[:rows[0][2]]]
        return ordered[0][0]
    return of


def extremes(better):
    def of(rows):
        values = values_of(rows)
        if not values:
            return None
        if len(rows[0]) == 2:
            ordered = sorted(values, key=functools.cmp_to_key(
                lambda a, b: -1 if better(a, b) else 1 if better(b, a) else 0))
            return ordered[:rows[0][1]]
        return best(values, better)
    return of


def histogram(rows):
    counts = {}
    for value in values_of(rows):
        first, number = counts.get(key_of(value), (value, 0))
        counts[key_of(value)] = (first, number + 1)
    return Map(list(counts.values())) if counts else None


def map_agg(rows):
    merged = {}
    for k, v in rows:
        if k is not None:
            merged.setdefault(key_of(k), (k, v))
    return Map(list(merged.values())) if merged else None


def multimap_agg(rows):
    merged = {}
    for k, v in rows:
        if k is not None:
            merged.setdefault(key_of(k), (k, []))[1].append(v)
    return Map(list(merged.values())) if merged else None


def booleans(every):
    def of(rows):
        values = values_of(rows)
        return None if not values else all(values) if every else any(values)
    return of


def moments(root, sample):
    def of(rows):
        values = [float(v) for v in values_of(rows)]
        if len(values) < (2 if sample else 1):
            return None
        mean = math.fsum(values) / len(values)
        answer = math.fsum((v - mean) ** 2 for v in values) / (len(values) - (1 if sample else 0))
        return math.sqrt(answer) if root else answer
    return of


def percentile(rows):
    values = sorted(values_of(rows))
    if not values:
        return None

    def at(p):
        return values[min(len(values) - 1, int(p * len(values)))]
    wanted = rows[0][1]
    return [at(float(p)) for p in wanted] if isinstance(wanted, list) else at(float(wanted))


def listagg(rows):
    values = values_of(rows)
    separator = rows[0][1] if rows and len(rows[0]) > 1 else ""
    return separator.join(values) if values else None


AGGREGATES = {
    "count": lambda rows: sum(1 for r in rows if not r or r[0] is not None), "sum": sum_,
    "avg": avg, "min": extremes(less), "max": extremes(lambda a, b: less(b, a)),
    "count_if": lambda rows: sum(1 for r in rows if r[0]),
    "bool_and": booleans(True), "every": booleans(True), "bool_or": booleans(False),
    "arbitrary": lambda rows: next(iter(values_of(rows)), None),
    "any_value": lambda rows: next(iter(values_of(rows)), None),
    "array_agg": lambda rows: [r[0] for r in rows] or None,
    "set_agg": lambda rows: distinct(r[0] for r in rows) or None,
    "approx_distinct": lambda rows: len({key_of(v) for v in values_of(rows)}),
    "approx_percentile": percentile, "min_by": extreme_by(less),
    "max_by": extreme_by(lambda a, b: less(b, a)), "histogram": histogram, "map_agg": map_agg,
    "multimap_agg": multimap_agg, "listagg": listagg,
    "map_union": lambda rows: map_concat(*reversed(values_of(rows))) if values_of(rows) else None,
    "stddev": moments(True, True), "stddev_samp": moments(True, True),
    "stddev_pop": moments(True, False), "variance": moments(False, True),
    "var_samp": moments(False, True), "var_pop": moments(False, False),
    "geometric_mean": lambda rows: math.exp(
        math.fsum(math.log(v) for v in values_of(rows)) / len(values_of(rows)))
    if values_of(rows) else None,
}
