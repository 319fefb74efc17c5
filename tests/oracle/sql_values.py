# SPDX-License-Identifier: Apache-2.0
"""Values of Trino's types in Python, how they compare, and how one is cast to another.

NULL is None; boolean bool; integers int; double float; decimal Decimal; varchar str; varbinary
bytes; date datetime.date; array list; and the classes below.
"""
import datetime
import json
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo


class SqlError(Exception):
    """What Trino would answer with an error: bad cast, division by zero, types that do not fit."""


class Number(str):
    """A JSON number, as it was written."""


class Timestamp:
    """Microseconds since 1970. With a zone they are an instant, else what a clock on a wall shows."""

    __slots__ = ("us", "zone")

    def __init__(self, us, zone=None):
        self.us, self.zone = us, zone

    def wall(self):
        if self.zone in (None, "UTC"):
            offset = 0
        else:
            moment = EPOCH_UTC + datetime.timedelta(microseconds=self.us)
            offset = int(moment.astimezone(zone_of(self.zone)).utcoffset().total_seconds()) * 10**6
        return EPOCH + datetime.timedelta(microseconds=self.us + offset)

    def with_wall(self, wall):
        us = (wall - EPOCH) // datetime.timedelta(microseconds=1)
        if self.zone in (None, "UTC"):
            return Timestamp(us, self.zone)
        local = wall.replace(tzinfo=zone_of(self.zone))
        return Timestamp((local - EPOCH_UTC) // datetime.timedelta(microseconds=1), self.zone)

    def text(self, digits=3):
        wall = self.wall()
        text = wall.strftime("%Y-%m-%d %H:%M:%S")
        if digits:
            text += f".{wall.microsecond:06d}"[:digits + 1]
        return text + (f" {self.zone}" if self.zone else "")

    def __eq__(self, other):
        return isinstance(other, Timestamp) and self.us == other.us

    def __hash__(self):
        return hash(self.us)

    def __repr__(self):
        return f"Timestamp({self.text(6)})"


EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_UTC = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def zone_of(name):
    match = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})", name)
    if match:
        minutes = int(match[2]) * 60 + int(match[3])
        return datetime.timezone(datetime.timedelta(minutes=minutes if match[1] == "+"
                                                    else -minutes))
    if name in ("Z", "UTC", "GMT"):
        return datetime.timezone.utc
    try:
        return ZoneInfo(name)
    except Exception as problem:
        raise SqlError(f"zone {name!r}") from problem


class Interval:
    """Months, or microseconds; never both."""

    __slots__ = ("months", "us")

    def __init__(self, months=0, us=0):
        self.months, self.us = months, us


class Row:
    """A row value: names (None where a field has none) and values."""

    __slots__ = ("names", "values")

    def __init__(self, names, values):
        self.names, self.values = names, values

    def field(self, name):
        for own, value in zip(self.names, self.values):
            if own is not None and own.lower() == name.lower():
                return value
        raise SqlError(f"no field {name!r}")


class Map:
    """A map: key -> value, in the order in which keys came."""

    __slots__ = ("items", "index")

    def __init__(self, pairs):
        self.items = list(pairs)
        self.index = {key_of(k): i for i, (k, _) in enumerate(self.items)}

    def get(self, key):
        at = self.index.get(key_of(key))
        return (False, None) if at is None else (True, self.items[at][1])


class Json:
    """A value of type JSON. Objects are lists of pairs in `Object`, so that order is kept."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Object:
    """A JSON object, in the order of its keys."""

    __slots__ = ("pairs",)

    def __init__(self, pairs):
        self.pairs = pairs

    def get(self, key):
        for own, value in self.pairs:
            if own == key:
                return value
        return None

    def has(self, key):
        return any(own == key for own, _ in self.pairs)


def load_json(text):
    """Reads JSON and keeps order and the text of numbers. ValueError if it is none."""
    return json.loads(text, object_pairs_hook=Object, parse_int=Number, parse_float=Number,
                      parse_constant=_no_constant)


def _no_constant(name):
    raise ValueError(name)


def dump_json(value):
    """Compact JSON text, keys in their order."""
    if isinstance(value, Object):
        return "{" + ",".join(dump_string(k) + ":" + dump_json(v) for k, v in value.pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump_json, value)) + "]"
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return dump_string(value)
    return {None: "null", True: "true", False: "false"}[value]


def dump_string(text):
    return json.dumps(text, ensure_ascii=False)


def number_of(text):
    """A JSON number as int, else float."""
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def is_number(value):
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def as_zoned(value):
    """Dates and timestamps without a zone, in the session's zone: UTC."""
    if isinstance(value, Timestamp):
        return value.us
    return (datetime.datetime(value.year, value.month, value.day) - EPOCH) // datetime.timedelta(
        microseconds=1)


def comparable(left, right):
    """Both sides as Python values that compare, or SqlError."""
    if isinstance(left, str) and isinstance(right, str) and type(left) is type(right) is str:
        return left, right
    if is_number(left) and is_number(right):
        if isinstance(left, float) or isinstance(right, float):
            return float(left), float(right)
        return left, right
    if isinstance(left, bool) and isinstance(right, bool):
        return left, right
    moments = (Timestamp, datetime.date)
    if isinstance(left, moments) and isinstance(right, moments):
        return as_zoned(left), as_zoned(right)
    if isinstance(left, Interval) and isinstance(right, Interval):
        return (left.months, left.us), (right.months, right.us)
    if isinstance(left, bytes) and isinstance(right, bytes):
        return left, right
    if type(left) is type(right) and isinstance(left, (Json, Map)):
        return key_of(left), key_of(right)
    if type(left) is type(right) and getattr(type(left), "ip", False):
        return left.key(), right.key()
    raise SqlError(f"{kind_of(left)} against {kind_of(right)}")


def kind_of(value):
    for kind, name in ((bool, "boolean"), (int, "bigint"), (float, "double"), (Decimal, "decimal"),
                       (str, "varchar"), (Timestamp, "timestamp"), (datetime.date, "date"),
                       (list, "array"), (Row, "row"), (Map, "map"), (Json, "json"),
                       (bytes, "varbinary"), (Interval, "interval")):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def equal(left, right):
    """`=` with three values."""
    if left is None or right is None:
        return None
    if isinstance(left, Row) and isinstance(right, Row):
        left, right = left.values, right.values
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        answer = True
        for a, b in zip(left, right):
            same = equal(a, b)
            if same is False:
                return False
            answer = None if same is None else answer
        return answer
    left, right = comparable(left, right)
    return left == right


def less(left, right):
    """`<` with three values."""
    if left is None or right is None:
        return None
    if isinstance(left, Row) and isinstance(right, Row):
        left, right = left.values, right.values
    if isinstance(left, list) and isinstance(right, list):
        for a, b in zip(left, right):
            if equal(a, b) is True:
                continue
            return less(a, b)
        return len(left) < len(right)
    if isinstance(left, (Json, Map)):
        raise SqlError(f"{kind_of(left)} has no order")
    left, right = comparable(left, right)
    return left < right


def key_of(value):
    """A hashable key: equal exactly where GROUP BY and DISTINCT see one value (NULL is one)."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, (int, Decimal)):
        return ("num", value)
    if isinstance(value, float):
        return ("num", "nan" if math.isnan(value) else value)
    if isinstance(value, (Timestamp, datetime.date)):
        return ("time", as_zoned(value))
    if isinstance(value, list):
        return ("array", tuple(map(key_of, value)))
    if isinstance(value, Row):
        return ("row", tuple(map(key_of, value.values)))
    if isinstance(value, Map):
        return ("map", frozenset((key_of(k), key_of(v)) for k, v in value.items))
    if isinstance(value, Json):
        return ("json", json_key(value.value))
    if isinstance(value, Interval):
        return ("interval", value.months, value.us)
    if getattr(type(value), "ip", False):
        return ("ip", value.key())
    return value


def json_key(value):
    if isinstance(value, Object):
        return ("object", frozenset((k, json_key(v)) for k, v in value.pairs))
    if isinstance(value, list):
        return ("list", tuple(map(json_key, value)))
    if isinstance(value, Number):
        return ("number", float(value))
    return (type(value).__name__, value)


class IpAddress:
    """IPADDRESS: an IPv4 address is the same as its IPv6 form."""

    __slots__ = ("address",)
    ip = True

    def __init__(self, address):
        self.address = address

    def key(self):
        packed = self.address.packed
        return packed if len(packed) == 16 else b"\0" * 10 + b"\xff\xff" + packed


class IpPrefix:
    """IPPREFIX."""

    __slots__ = ("network",)
    ip = True

    def __init__(self, network):
        self.network = network

    def key(self):
        return (self.network.network_address.packed, self.network.prefixlen)


def bool_text(value):
    return "true" if value else "false"


def double_text(value):
    """As Trino casts DOUBLE to VARCHAR: 1.0, 1.5E7, 1.0E-4."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    if 1e-3 <= abs(value) < 1e7:
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else text + ".0"
    digits, exponent = format(Decimal(repr(value)).normalize(), "E").split("E")
    return (digits if "." in digits else digits + ".0") + "E" + str(int(exponent))


TIMESTAMP = re.compile(
    r"\s*(\d{4,5})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?"
    r"(?:\s*(Z|UTC|[+-]\d{2}:\d{2}|[A-Za-z]+/[A-Za-z_/]+))?\s*")


def parse_timestamp(text):
    """CAST('2023-01-01 10:00:00.5 UTC' AS TIMESTAMP), with a zone if one is written."""
    match = TIMESTAMP.fullmatch(text)
    if not match:
        raise SqlError(f"no timestamp: {text!r}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        wall = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0),
                                 int(second or 0), int((fraction or "0").ljust(6, "0")[:6]))
    except ValueError as problem:
        raise SqlError(str(problem)) from problem
    zone = "UTC" if zone == "Z" else zone
    return Timestamp(0, zone).with_wall(wall)


def parse_date(text):
    match = re.fullmatch(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*", text)
    try:
        if match:
            return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise SqlError(f"no date: {text!r}")


def round_half_up(value):
    return int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))


LIMITS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}


def cast(value, kind):
    """CAST(value AS kind); SqlError where Trino fails."""
    if value is None:
        return None
    base = kind[0]
    if isinstance(value, Json) and base != "json":
        return cast_json(value.value, kind)
    if base == "varchar" or base == "char":
        text = to_text(value)
        if len(kind) > 1:
            text = text[:kind[1]]
        return text
    if base in LIMITS:
        return to_integer(value, base)
    if base in ("double", "real"):
        return to_double(value)
    if base == "decimal":
        return to_decimal(value, kind)
    if base == "boolean":
        return to_boolean(value)
    if base.startswith("timestamp"):
        return to_timestamp(value, base.endswith("zone"))
    if base == "date":
        if isinstance(value, Timestamp):
            return value.wall().date()
        if isinstance(value, datetime.date):
            return value
        if isinstance(value, str):
            return parse_date(value)
    if base == "json":
        return Json(to_json(value))
    if base == "array" and isinstance(value, list):
        return [cast(v, kind[1]) for v in value]
    if base == "map" and isinstance(value, Map):
        return Map([(cast(k, kind[1]), cast(v, kind[2])) for k, v in value.items])
    if base == "row" and isinstance(value, Row) and len(value.values) == len(kind[1]):
        return Row(tuple(n for n, _ in kind[1]),
                   [cast(v, t) for v, (_, t) in zip(value.values, kind[1])])
    if base == "varbinary" and isinstance(value, bytes):
        return value
    if base == "ipaddress" or base == "ipprefix":
        return to_ip(value, base)
    raise SqlError(f"cast of {kind_of(value)} to {base}")


def to_ip(value, base):
    import ipaddress
    if isinstance(value, (IpAddress, IpPrefix)):
        return value
    try:
        if base == "ipaddress":
            return IpAddress(ipaddress.ip_address(value))
        return IpPrefix(ipaddress.ip_network(value, strict=False))
    except ValueError as problem:
        raise SqlError(str(problem)) from problem


def to_text(value):
    if isinstance(value, bool):
        return bool_text(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, (int, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, Timestamp):
        return value.text()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, IpAddress):
        return str(value.address)
    if isinstance(value, IpPrefix):
        return str(value.network)
    raise SqlError(f"cast of {kind_of(value)} to varchar")


def to_integer(value, base):
    if isinstance(value, bool):
        number = int(value)
    elif isinstance(value, int):
        number = value
    elif isinstance(value, (float, Decimal)):
        if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
            raise SqlError("not a whole number")
        number = round_half_up(value)
    elif isinstance(value, str):
        if not re.fullmatch(r"[+-]?\d+", value):
            raise SqlError(f"no {base}: {value!r}")
        number = int(value)
    else:
        raise SqlError(f"cast of {kind_of(value)} to {base}")
    half = 1 << (LIMITS[base] - 1)
    if not -half <= number < half:
        raise SqlError(f"{number} is no {base}")
    return number


def to_double(value):
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if is_number(value):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?", text):
            return float(text.rstrip("dDfF"))
        if re.fullmatch(r"[+-]?(NaN|Infinity)", text):
            return float(text.replace("Infinity", "inf"))
        raise SqlError(f"no double: {value!r}")
    raise SqlError(f"cast of {kind_of(value)} to double")


def to_decimal(value, kind):
    precision = kind[1] if len(kind) > 1 else 38
    scale = kind[2] if len(kind) > 2 else 0
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise SqlError(f"cast of {kind_of(value)} to decimal")
    if isinstance(value, str) and not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value):
        raise SqlError(f"no decimal: {value!r}")
    number = Decimal(value).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
    if abs(number) >= Decimal(10) ** (precision - scale):
        raise SqlError(f"{value} is no decimal({precision},{scale})")
    return number


def to_boolean(value):
    if isinstance(value, bool):
        return value
    if is_number(value):
        return value != 0
    if isinstance(value, str):
        if value.lower() in ("true", "t", "1"):
            return True
        if value.lower() in ("false", "f", "0"):
            return False
    raise SqlError(f"no boolean: {value!r}")


def to_timestamp(value, zoned):
    if isinstance(value, str):
        value = parse_timestamp(value)
    elif isinstance(value, datetime.date):
        value = Timestamp(as_zoned(value))
    if not isinstance(value, Timestamp):
        raise SqlError(f"cast of {kind_of(value)} to timestamp")
    if zoned:
        return value if value.zone else Timestamp(value.us, "UTC")
    return Timestamp((value.wall() - EPOCH) // datetime.timedelta(microseconds=1))


def to_json(value):
    """CAST(value AS JSON): a varchar becomes a JSON string, it is not parsed."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Json):
        return value.value
    if isinstance(value, int):
        return Number(value)
    if isinstance(value, float):
        return Number(double_text(value))
    if isinstance(value, Decimal):
        return Number(format(value, "f"))
    if isinstance(value, list):
        return [to_json(v) for v in value]
    if isinstance(value, Map):
        return Object(sorted(((to_text(k), to_json(v)) for k, v in value.items)))
    if isinstance(value, Row):
        return Object([(n if n is not None else f"field{i}", to_json(v))
                       for i, (n, v) in enumerate(zip(value.names, value.values))])
    if isinstance(value, (Timestamp, datetime.date)):
        return to_text(value)
    raise SqlError(f"cast of {kind_of(value)} to json")


def cast_json(value, kind):
    """CAST(json AS kind)."""
    base = kind[0]
    if value is None:
        return None
    if base == "array":
        if isinstance(value, list):
            return [cast_json(v, kind[1]) for v in value]
        raise SqlError("JSON is no array")
    if base == "map":
        if isinstance(value, Object):
            return Map([(cast(k, kind[1]), cast_json(v, kind[2])) for k, v in value.pairs])
        raise SqlError("JSON is no object")
    if base == "row":
        names = tuple(n for n, _ in kind[1])
        if isinstance(value, Object):
            return Row(names, [cast_json(
                next((v for k, v in value.pairs if n and k.lower() == n), None), t)
                for n, t in kind[1]])
        if isinstance(value, list) and len(value) == len(names):
            return Row(names, [cast_json(v, t) for v, (_, t) in zip(value, kind[1])])
        raise SqlError("JSON is no row")
    if base == "json":
        return Json(value)
    if isinstance(value, (Object, list)):
        raise SqlError(f"JSON {'object' if isinstance(value, Object) else 'array'} to {base}")
    if isinstance(value, Number):
        plain = number_of(value)
        if base in ("varchar", "char"):
            return to_text(plain)
        return cast(plain, kind)
    return cast(value, kind)
