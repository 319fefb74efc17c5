#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks made-up questions of the product and of the oracle, and compares the rows.

    generate.py --logs DIR [--count 1000] [--seed 1] [--dialect lake]
    generate.py --synth 2000 --odd           over made-up logs and a file of odd events

The same seed gives the same questions over the same logs. Every question is typed and total:
nothing in it can fail, so an error on either side is a difference. Values come from the logs, so
that predicates hit; NULLs, empty texts, ties and doubles are sought on purpose.
"""
import argparse
import concurrent.futures
import json
import os
import random
import subprocess
import sys
import tempfile
import time

from events import Table, load
from judge import Product, compare, find_product
from sql_oracle import Oracle, Refusal, SqlError, SqlSyntaxError, Unsupported
from sql_values import Number, Object, load_json

TEXT = ["eventname", "eventsource", "awsregion", "errorcode", "errormessage", "useragent",
        "sourceipaddress", "useridentity.type", "useridentity.username", "useridentity.arn",
        "useridentity.accountid", "useridentity.principalid", "useridentity.accesskeyid",
        "useridentity.invokedby", "useridentity.sessioncontext.sessionissuer.username",
        "useridentity.sessioncontext.attributes.mfaauthenticated", "eventcategory", "eventversion",
        "recipientaccountid", "eventtype", "vpcendpointid", "tlsdetails.tlsversion", "eventid",
        "day", "account", "region", "sourceip", '"timestamp"', "requestid", "sharedeventid",
        "apiversion"]
ATHENA_TEXT = ["eventtime", "readonly", "managementevent"]
GROUPS = ["eventname", "eventsource", "awsregion", "errorcode", "useridentity.type", "day",
          "useridentity.username", "useridentity.invokedby", "eventcategory", "account"]
JSON = ["requestparameters", "responseelements", "additionaleventdata"]


def quote(text):
    return "'" + text.replace("'", "''") + "'"


class Generator:
    """Makes questions over one table."""

    def __init__(self, seed, table, dialect):
        self.random = random.Random(seed)
        self.lake = dialect == "lake"
        self.texts = TEXT + ([] if self.lake else ATHENA_TEXT)
        self.samples = {name: self.values(table, name) for name in self.texts}
        self.paths = {name: self.paths_of(table, name) for name in JSON}
        self.prefix = ""
        self.small = len(table.frames) < 500  # A correlated subquery is run for every row.

    @staticmethod
    def values(table, name):
        parts = name.strip('"').split(".")
        at, seen = table.names.index(parts[0]), {}
        for frame in table.frames[:4000]:
            value = frame[at]
            for part in parts[1:]:
                value = value.field(part) if value is not None else None
            if value is not None and len(value) < 200:
                seen[str(value)] = True
            if len(seen) > 60:
                break
        return list(seen) or ["x"]

    @staticmethod
    def paths_of(table, name):
        """[(path, value)] of scalars and trees inside a column of JSON."""
        from events import KEYS
        found = {}

        def walk(tree, path, depth):
            if path and len(found) < 400:
                found.setdefault(path, tree)
            if depth > 3:
                return
            if isinstance(tree, Object):
                for key, value in tree.pairs[:12]:
                    plain = key.replace("_", "").isalnum() and key.isascii()
                    if '"' in key or "\\" in key or "'" in key:
                        continue
                    walk(value, path + (f".{key}" if plain else f'["{key}"]'), depth + 1)
            elif isinstance(tree, list):
                for at, value in enumerate(tree[:2]):
                    walk(value, path + f"[{at}]", depth + 1)
        for frame in table.frames[:3000]:
            walk(frame.event.get(KEYS[name]), "", 0)
        return [("$" + p, v) for p, v in found.items()] or [("$.none", None)]

    # Pieces.
    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, part):
        return self.random.random() < part

    def column(self):
        return self.random.choice(self.texts)

    def col(self, name):
        return self.prefix + name

    def sample(self, name):
        if self.chance(0.05):
            return self.one("", "none", "%", "_", "a'b", "é")
        return self.random.choice(self.samples[name])

    def literal(self):
        return quote(self.sample(self.column()))

    def pattern(self, value):
        if not value or self.chance(0.1):
            return self.one("%", "", "_%", "%%", "A%"), None
        begin = self.random.randrange(len(value))
        end = self.random.randrange(begin, len(value)) + 1
        part = value[begin:end]
        escape = None
        if self.chance(0.2) and ("_" in part or "%" in part):
            escape = self.one("\\", "!", "#")
            part = part.replace(escape, escape * 2).replace("_", escape + "_").replace(
                "%", escape + "%")
        elif self.chance(0.2) and len(part) > 2:
            part = part[0] + "_" + part[2:]
        return self.one("%", "", "%") * (begin > 0) + part + self.one("%", "%", ""), escape

    def json_text(self):
        name = self.random.choice(JSON)
        path, _ = self.random.choice(self.paths[name])
        if self.chance(0.1):
            path += self.one(".none", "[0]", "[9]")
        if self.lake:
            key = path[2:].split(".")[0].split("[")[0]
            if path.startswith('$["'):
                key = path[3:].split('"')[0]
            return f"element_at({self.col(name)}, {quote(key)})"
        return f"json_extract_scalar({self.col(name)}, {quote(path)})"

    def text(self, depth=2):
        if depth <= 0 or self.chance(0.35):
            return self.col(self.column())
        d = depth - 1
        if self.chance(0.25):
            return self.rare_text(d)
        pick = self.random.randrange(19)
        if pick == 0:
            return self.literal()
        if pick == 1:
            return f"{self.one('lower', 'upper', 'trim', 'reverse', 'ltrim')}({self.text(d)})"
        if pick == 2:
            return f"substr({self.text(d)}, {self.one(1, 2, 5, -3, 100)}, {self.one(0, 1, 3, 50)})"
        if pick == 3:
            a, b = self.one("a", "e", ".", ":", "aws", " "), self.one("", "X", "--")
            return f"replace({self.text(d)}, {quote(a)}, {quote(b)})"
        if pick == 4:
            at = self.one(1, 2, 3, 9)
            return f"split_part({self.text(d)}, {quote(self.one('.', ':', '/', 'a'))}, {at})"
        if pick == 5:
            return f"{self.text(d)} || {self.text(d)}"
        if pick == 6:
            return f"concat({self.text(d)}, '-', {self.text(d)})"
        if pick == 7:
            return f"coalesce({self.text(d)}, {self.text(d)}, '?')"
        if pick == 8:
            return (f"case when {self.boolean(d)} then {self.text(d)} when {self.boolean(d)} then "
                    f"{self.text(d)}{self.one('', ' else ' + self.text(d))} end")
        if pick in (9, 10, 11):
            return self.json_text()
        if pick == 12:
            return f"cast({self.number(d)} as varchar)"
        if pick == 13:
            pattern = self.one("[0-9]+", "^[A-Z][a-z]+", "([a-z]+)\\.", "x*", "(?i)AWS")
            return f"regexp_extract({self.text(d)}, {quote(pattern)})"
        if pick == 14:
            return f"if({self.boolean(d)}, {self.text(d)}{self.one('', ', ' + self.text(d))})"
        if pick == 15:
            return f"nullif({self.text(d)}, {self.one(self.text(d), self.literal())})"
        if pick == 16:
            return f"element_at(split({self.text(d)}, '.'), {self.one(1, 2, -1, 7)})"
        if pick == 17:
            return f"date_format({self.time(d)}, {quote(self.one('%Y-%m-%d %H', '%H:%i:%s', '%j'))})"
        return f"regexp_replace({self.text(d)}, '([0-9]+)', {quote(self.one('<$1>', '', '#'))})"

    def rare_text(self, d):
        text, number = self.text(d), self.number(d)
        parts = f"split({text}, {quote(self.one('.', ':', 'e', '/'))})"
        return self.one(
            f"lpad({text}, {self.one(3, 12)}, '*')", f"rpad({text}, {self.one(0, 12)}, 'ab')",
            f"concat_ws({quote(self.one('-', ''))}, {text}, {self.text(d)}, 'z')",
            f"array_join({parts}, '|')", f"array_join(array_sort(array_distinct({parts})), '+')",
            f"array_join(transform({parts}, x -> upper(x)), '/')",
            f"array_join(filter({parts}, x -> length(x) > {self.one(1, 3)}), '/', '?')",
            f"array_join(slice({parts}, {self.one(1, 2, -2)}, 2), ',')",
            f"array_max({parts})", f"array_min({parts})", f"cast({self.boolean(d)} as varchar)",
            f"cast(cast({number} as double) / {self.one('4', '1000', '3e-3')} as varchar)",
            f"cast({self.time(d)} as varchar)", f"to_iso8601({self.time(d)})",
            f"format_datetime({self.time(d)}, 'yyyy-MM-dd HH:mm:ss')",
            f"cast(cast({self.time(d)} as date) as varchar)", f"to_hex(md5(to_utf8({text})))",
            f"to_base64(to_utf8({text}))", f"url_encode({text})",
            f"regexp_extract({text}, '([A-Za-z]+)[^A-Za-z]+([a-z]+)', {self.one(1, 2)})",
            f"array_join(regexp_extract_all({text}, '[a-z]+'), ' ')",
            f"element_at(regexp_split({text}, '[.:/]'), {self.one(1, 2, -1)})",
            f"try(cast({text} as varchar({self.one(2, 10)})))",
            f"reduce({parts}, '', (s, x) -> s || substr(x, 1, 1), s -> s)",
            f"element_at(map(array['a', 'b'], array[{text}, 'y']), {self.one(quote('a'), quote('c'))})",
            f"substr({text}, {number})" if d <= 0 else f"upper({text})")

    def rare_number(self, d):
        text, number = self.text(d), self.number(d)
        parts = f"split({text}, {quote(self.one('.', ':', 'e', '/'))})"
        return self.one(
            f"regexp_count({text}, '[aeiou]')", f"array_position({parts}, {self.literal()})",
            f"reduce({parts}, 0, (s, x) -> s + length(x), s -> s)",
            f"cardinality(array_distinct({parts}))", f"day_of_week({self.time(d)})",
            f"extract({self.one('day', 'hour', 'year')} from {self.time(d)})",
            f"cast(round(cast({number} as double) / 8) as bigint)",
            f"cast(floor(cast({number} as double) / -3) as bigint)", f"mod({number}, 5)",
            f"sign({number})", f"cast(to_unixtime({self.time(d)}) as bigint)",
            f"if(contains({parts}, {self.literal()}), 1, 2)",
            f"cardinality(filter({self.col('resources')}, r -> r.type is not null))",
            f"coalesce(try_cast({text} as double), 0.5e0)", f"day_of_year({self.time(d)})",
            f"bitwise_and({number}, 6)", f"length(trim({text}))", f"codepoint('a') + {number}",
            f"cast(cast({number} as decimal(12,2)) / 4 as double)",
            f"position('a' in {text})", f"cardinality(sequence(1, 1 + length({text})))",
            f"(select max(length(eventname)) from cloudtrail) - {number}")

    def number(self, depth=2):
        if depth <= 0 or self.chance(0.15):
            return self.one(f"length({self.col(self.column())})", str(self.random.randrange(20)),
                            "cardinality(" + self.col("resources") + ")")
        d = depth - 1
        if self.chance(0.25):
            return self.rare_number(d)
        pick = self.random.randrange(14)
        if pick == 0:
            return f"({self.number(d)} {self.one('+', '-', '*')} {self.number(d)})"
        if pick == 1:
            return f"({self.number(d)} {self.one('/', '%')} {self.one(2, 3, 7)})"
        if pick == 2:
            return f"strpos({self.text(d)}, {quote(self.one('a', '.', 'Get', 'aws'))})"
        if pick == 3:
            return f"try_cast({self.text(d)} as {self.one('bigint', 'integer')})"
        if pick == 4:
            return f"{self.one('year', 'month', 'day', 'hour', 'minute', 'second')}({self.time(d)})"
        if pick == 5:
            return f"coalesce({self.number(d)}, {self.one(0, -1)})"
        if pick == 6:
            return f"case when {self.boolean(d)} then {self.number(d)} else {self.number(d)} end"
        if pick == 7:
            return (f"date_diff({quote(self.one('second', 'minute', 'hour', 'day'))}, "
                    f"{self.time(d)}, {self.time(d)})")
        if pick == 8:
            return f"cardinality(split({self.text(d)}, {quote(self.one('.', 'e', ':'))}))"
        if pick == 9:
            return f"abs(-({self.number(d)}))"
        if pick == 10:
            return f"cast({self.boolean(d)} as integer)"
        if pick == 11:
            return f"{self.one('greatest', 'least')}({self.number(d)}, {self.number(d)})"
        if pick == 12 and not self.lake:
            name = self.random.choice(JSON)
            path, _ = self.random.choice(self.paths[name])
            return self.one(f"json_array_length(json_extract({self.col(name)}, {quote(path)}))",
                            f"json_size({self.col(name)}, {quote(path)})")
        return f"length({self.text(d)})"

    def time(self, depth=1):
        if depth <= 0 or self.chance(0.5):
            return self.col("eventtime" if self.lake else "ts")
        pick = self.random.randrange(4)
        if pick == 0:
            return f"date_trunc({quote(self.one('hour', 'day', 'month', 'minute'))}, {self.time(0)})"
        if pick == 1:
            amount, unit = self.one(1, 36, 400), self.one("hour", "day", "minute", "month")
            return f"({self.time(0)} {self.one('+', '-')} interval '{amount}' {unit})"
        if pick == 2:
            unit, amount = quote(self.one("day", "hour", "week")), self.one(-1, 2)
            return f"date_add({unit}, {amount}, {self.time(0)})"
        if self.lake:
            return self.col("eventtime")
        return f"cast(from_iso8601_timestamp({self.col('eventtime')}) as timestamp)"

    def boolean(self, depth=2):
        d = depth - 1
        pick = self.random.randrange(20 if depth > 0 else 6)
        name = self.column()
        value = self.sample(name)
        if pick == 0:
            return f"{self.col(name)} {self.one('=', '<>', '!=', '<', '>=')} {quote(value)}"
        if pick == 1:
            return f"{self.col(name)} is {self.one('', 'not ')}null"
        if pick == 2:
            pattern, escape = self.pattern(value)
            tail = f" escape {quote(escape)}" if escape else ""
            return f"{self.col(name)} {self.one('', 'not ')}like {quote(pattern)}{tail}"
        if pick == 3:
            items = [quote(self.sample(name)) for _ in range(self.random.randrange(1, 5))]
            if self.chance(0.15):
                items.append("null")
            return f"{self.col(name)} {self.one('', 'not ')}in ({', '.join(items)})"
        if pick == 4:
            low, high = sorted([value, self.sample(name)])
            return f"{self.col(name)} {self.one('', 'not ')}between {quote(low)} and {quote(high)}"
        if pick == 5:
            pattern = self.one("^Get", "[0-9]{3}", "(?i)iam", "s3|iam", "\\.com$", "^$")
            return f"regexp_like({self.col(name)}, {quote(pattern)})"
        if pick in (6, 7, 8):
            return f"({self.boolean(d)} and {self.boolean(d)})"
        if pick in (9, 10):
            return f"({self.boolean(d)} or {self.boolean(d)})"
        if pick in (11, 12):
            return f"not {self.boolean(d)}"
        if pick == 13:
            return f"{self.number(d)} {self.one('=', '<>', '<', '<=', '>')} {self.number(d)}"
        if pick == 14:
            return f"{self.text(d)} {self.one('=', '<>', '<', '>')} {self.text(d)}"
        if pick == 15:
            return f"{self.text(d)} is {self.one('', 'not ')}distinct from {self.text(d)}"
        if pick == 16:
            test = self.one("r.accountid = '1'", "r.arn like '%a%'", "r.type is null",
                            "length(r.arn) > 20")
            return f"{self.one('any_match', 'all_match')}({self.col('resources')}, r -> {test})"
        if pick == 17:
            return f"contains(array[{self.literal()}, {quote(value)}], {self.col(name)})"
        if pick == 18:
            return f"starts_with({self.text(d)}, {quote(value[:3])})"
        moment = self.one("2024-01-15 12:00:00", "2023-07-10 12:15:00")
        return f"{self.time(d)} {self.one('<', '>=')} timestamp '{moment}'"

    def where(self):
        return f" where {self.boolean(self.one(1, 2, 3))}" if self.chance(0.8) else ""

    def aggregate(self):
        pick = self.random.randrange(15)
        if pick == 0:
            return "count(*)"
        if pick == 1:
            return f"count({self.text(1)})"
        if pick == 2:
            return f"count(distinct {self.text(1)})"
        if pick == 3:
            return f"sum({self.number(1)})"
        if pick == 4:
            return f"{self.one('min', 'max')}({self.one(self.text(1), self.number(1), self.time(1))})"
        if pick == 5:
            return f"avg({self.number(1)})"
        if pick == 6:
            return f"count_if({self.boolean(1)})"
        if pick == 7:
            return f"{self.one('bool_or', 'bool_and', 'every')}({self.boolean(1)})"
        if pick == 8:
            return f"count(*) filter (where {self.boolean(1)})"
        if pick == 9:
            return f"array_agg(distinct {self.col('errorcode')} order by {self.col('errorcode')})"
        if pick == 10:
            return f"{self.one('max_by', 'min_by')}({self.col('eventname')}, {self.col('eventid')})"
        if pick == 11:
            return f"histogram({self.col(self.one('awsregion', 'errorcode', 'eventcategory'))})"
        if pick == 12:
            return f"cardinality(array_agg({self.text(0)}))"
        if pick == 13:
            return f"array_sort(array_distinct(array_agg({self.col('useridentity.type')})))"
        return f"max({self.number(1)}) - min({self.number(1)})"

    def order(self, names):
        items = []
        for name in self.random.sample(names, self.random.randrange(1, min(3, len(names)) + 1)):
            nulls = self.one("", "", "", " nulls first", " nulls last")
            items.append(name + self.one("", " desc", " asc") + nulls)
        return " order by " + ", ".join(items)

    def cut(self):
        if not self.chance(0.5):
            return ""
        offset = f" offset {self.one(1, 3, 50)}" if self.chance(0.2) else ""
        return f"{offset} limit {self.one(1, 5, 10, 100)}"

    # Questions.
    def query(self):
        makers = [self.plain, self.plain, self.grouped, self.grouped, self.grouped, self.total,
                  self.distinct, self.windowed, self.sets, self.joined, self.unnested, self.nested]
        return self.random.choice(makers)()

    def plain(self):
        items = [self.one(self.text, self.text, self.number, self.boolean)(2) + f" as c{i}"
                 for i in range(self.random.randrange(1, 5))]
        if self.chance(0.1):
            items.append(self.time(1) + f" as c{len(items)}")
        names = [f"c{i}" for i in range(len(items))] + ["eventid"]
        order = self.order(names) if self.chance(0.5) else ""
        return f"select {', '.join(items)} from cloudtrail{self.where()}{order}{self.cut()}"

    def keys(self):
        keys = []
        for _ in range(self.random.randrange(1, 4)):
            keys.append(self.random.choice(GROUPS) if self.chance(0.7)
                        else self.one(self.text(1), self.number(1), self.time(1)))
        return keys

    def grouped(self):
        keys = self.keys()
        sums = [self.aggregate() for _ in range(self.random.randrange(1, 4))]
        items = [f"{k} as k{i}" for i, k in enumerate(keys)] + [
            f"{a} as a{i}" for i, a in enumerate(sums)]
        by = ", ".join(map(str, range(1, len(keys) + 1))) if self.chance(0.5) else ", ".join(keys)
        if any(k.isdigit() for k in keys):  # A bare number would be a place in SELECT.
            by = ", ".join(map(str, range(1, len(keys) + 1)))
        elif self.chance(0.05) and len(keys) > 1:
            by = f"{self.one('rollup', 'cube')} ({', '.join(keys)})"
        having = ""
        if self.chance(0.25):
            having = f" having count(*) {self.one('>', '<', '=')} {self.one(1, 2, 10)}"
        names = [f"k{i}" for i in range(len(keys))] + [
            f"a{i}" for i, a in enumerate(sums) if not a.startswith("histogram")]
        order = self.order(names) if self.chance(0.6) else ""
        return (f"select {', '.join(items)} from cloudtrail{self.where()} group by {by}{having}"
                f"{order}{self.cut()}")

    def total(self):
        sums = [self.aggregate() + f" as a{i}" for i in range(self.random.randrange(1, 6))]
        return f"select {', '.join(sums)} from cloudtrail{self.where()}"

    def distinct(self):
        items = [f"{k} as k{i}" for i, k in enumerate(self.keys())]
        order = self.order([f"k{i}" for i in range(len(items))]) if self.chance(0.5) else ""
        return f"select distinct {', '.join(items)} from cloudtrail{self.where()}{order}{self.cut()}"

    def windowed(self):
        part = self.random.choice(GROUPS)
        by = self.one("eventid", "eventtime, eventid", "eventid desc")
        call = self.one("row_number()", "rank()", "dense_rank()", "count(*)", f"sum({self.number(0)})",
                        f"min({self.text(0)})", f"lag({self.text(0)})", "lead(eventname, 2)",
                        "first_value(eventname)", "ntile(3)", "cume_dist()")
        over = f"partition by {part} order by {by}"
        if self.chance(0.2) and call.startswith(("rank", "dense", "count")):
            over = f"partition by {part} order by {self.random.choice(GROUPS)}"
        elif self.chance(0.2) and call.startswith(("sum", "min", "count")):
            over += self.one(" rows between 2 preceding and current row",
                             " rows between unbounded preceding and unbounded following",
                             " rows between 1 following and 3 following")
        # Doubles have one eventid: which of the two comes first is open, so count each once.
        inner = ("(select distinct eventid, eventtime, eventname, eventsource, awsregion, errorcode"
                 ", useridentity, day, eventcategory, account, resources, errormessage, useragent, "
                 "sourceipaddress, eventversion, recipientaccountid, eventtype, vpcendpointid, "
                 "tlsdetails, region, sourceip, \"timestamp\", requestid, sharedeventid, "
                 "apiversion from cloudtrail" + self.where() + ")")
        for name in ("readonly", "managementevent"):
            if name in call:
                call = "row_number()"
        where = ""
        if self.chance(0.3):
            return (f"select eventid, w from (select eventid, {call} over ({over}) as w from {inner}"
                    f") where w is not null order by 1")
        return f"select eventid, {part} as p, {call} over ({over}) as w from {inner}{where}"

    def sets(self):
        name = self.random.choice(GROUPS)
        other = self.random.choice(GROUPS)
        kind = self.one("union all", "union", "intersect", "except", "union distinct")
        order = self.one("", " order by 1, 2", " order by b desc, a")
        return (f"select {name} as a, {other} as b from cloudtrail{self.where()} {kind} "
                f"select {name}, {other} from cloudtrail{self.where()}{order}")

    def joined(self):
        key = self.random.choice(GROUPS)
        kind = self.one("join", "left join", "inner join", "left outer join", "right join",
                        "full join")
        on = "x.k = y.k" if self.chance(0.8) else "x.k = y.k and x.n > y.n"
        return (f"with x as (select {key} as k, count(*) as n from cloudtrail{self.where()} group by"
                f" 1), y as (select {key} as k, count(*) as n from cloudtrail{self.where()} group "
                f"by 1) select x.k, x.n, y.k as yk, y.n as yn from x {kind} y on {on}"
                + self.one("", " order by x.n desc, x.k"))

    def unnested(self):
        where = f" where {self.boolean(1)}" if self.chance(0.5) else ""
        form = self.random.randrange(4)
        if form == 0:
            return ("select eventid, r.arn, r.type from cloudtrail cross join unnest(resources) as "
                    f"r (arn, accountid, type, arnprefix){where}").replace("accountid =", "account =")
        if form == 1:
            return ("select eventname, u.r.accountid as a, count(*) as n from cloudtrail cross join "
                    f"unnest(resources) as u (r){where} group by 1, 2")
        if form == 2:
            name = self.random.choice(GROUPS)
            return (f"select eventid, part, n from cloudtrail cross join unnest(split({name}, "
                    f"'{self.one('.', 'e')}')) with ordinality as s (part, n){where}")
        return ("select eventid, cardinality(filter(resources, r -> r.arn like '%a%')) as c, "
                "array_join(transform(resources, r -> r.type), ',') as t "
                f"from cloudtrail{where}")

    def nested(self):
        name, key = self.random.choice(GROUPS), self.random.choice(GROUPS)
        form = self.random.randrange(3 if self.small else 2)
        if form == 0:
            negate = self.one("", "not ")
            return (f"select eventid from cloudtrail where {name} {negate}in (select {name} from "
                    f"cloudtrail{self.where()})")
        if form == 1:
            return (f"select a, n from (select {name} as a, count(*) as n from cloudtrail"
                    f"{self.where()} group by {name}) where n > (select avg(n) from (select count(*)"
                    f" as n from cloudtrail group by {key}))")
        return (f"select t.{name} as a, t.eventid from cloudtrail t where exists (select 1 from "
                f"(select {key} as k from cloudtrail{self.where()} group by 1) x where x.k = t.{key}"
                ")")


def odd_events():
    """Events with everything that makes SQL go wrong."""
    base = {"eventVersion": "1.08", "eventTime": "2024-01-15T10:00:00Z", "eventName": "GetObject",
            "eventSource": "s3.amazonaws.com", "awsRegion": "us-east-1",
            "sourceIPAddress": "198.51.100.7", "recipientAccountId": "111122223333",
            "userIdentity": {"type": "IAMUser", "userName": "ann", "accountId": "111122223333"}}
    changes = [
        {}, {"errorCode": ""}, {"errorCode": None, "errorMessage": None}, {"errorCode": "100%_x"},
        {"userAgent": "a'b\"c\\d\u00e9\U0001f600"}, {"userAgent": " spaced\ttab "},
        {"userIdentity": {}}, {"userIdentity": None}, {"userIdentity": {"type": None}},
        {"resources": []}, {"resources": None}, {"resources": [{}]},
        {"resources": [{"ARN": "arn:a", "accountId": "1"}, {"type": "AWS::S3::Object"}]},
        {"requestParameters": {}}, {"requestParameters": {"a": None, "b": {"c": []}}},
        {"requestParameters": {"a": 1, "b": 1.5, "c": True, "x y": ["p", {"q": "r"}], "d": "5"}},
        {"requestParameters": {"a": "1", "b": "007", "e": -3, "f": "tr\u00fce"}},
        {"responseElements": {"ConsoleLogin": "Failure"}, "eventName": "ConsoleLogin"},
        {"eventTime": "2024-02-29T23:59:59Z"}, {"eventTime": "2023-12-31T00:00:00Z"},
        {"apiVersion": "2012-10-17"}, {"apiVersion": "12"}, {"readOnly": True},
        {"readOnly": False, "managementEvent": True, "eventCategory": "Management"},
        {"recipientAccountId": None}, {"awsRegion": ""}, {"eventName": "getobject"},
    ]
    for at, change in enumerate(changes):
        event = dict(base, eventID=f"00000000-0000-4000-8000-{at:012d}", **{})
        event.update(change)
        yield event
        if at % 5 == 0:
            yield event


def make_logs(binary, folder, synth, odd):
    if synth:
        subprocess.run([binary, "synth", "-o", os.path.join(folder, "made"), "--events", str(synth),
                        "--days", "3"], check=True, capture_output=True)
        truth = os.path.join(folder, "made", "truth.jsonl")
        if os.path.exists(truth):
            os.remove(truth)
    if odd:
        with open(os.path.join(folder, "odd.json"), "w", encoding="utf-8") as file:
            json.dump({"Records": list(odd_events())}, file, ensure_ascii=False)
    return folder


def run(paths, dialect, count, seed, seconds, quiet=False):
    """-> number of differences"""
    table = Table(load(paths), dialect)
    oracle = Oracle(table, dialect)
    product = Product(find_product(), paths, dialect, seconds)
    generator = Generator(seed, table, dialect)
    questions = [generator.query() for _ in range(count)]
    counts = {"equal": 0, "different": 0, "refused": 0, "both fail": 0, "unjudged": 0}
    rows, began = 0, time.time()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for text, given in zip(questions, pool.map(product.ask, questions)):
            try:
                wanted, problem = oracle.ask(text), None
            except (SqlError, Refusal) as found:
                wanted, problem = None, found
            except (SqlSyntaxError, Unsupported) as found:
                counts["unjudged"] += 1
                print(f"unjudged: {found}\n  {text}")
                continue
            if problem and given.code and given.code not in ("hung", "crashed"):
                counts["both fail"] += 1
                continue
            if given.code:
                verdict, note = "refused", f"{given.code}: {given.message}"
            elif problem:
                verdict, note = "different", f"answered; wanted {type(problem).__name__} {problem}"
            else:
                note = compare(wanted, given)
                verdict = "different" if note else "equal"
                rows += len(given.rows)
            counts[verdict] += 1
            if note:
                print(f"{verdict}: {note[:900]}\n  {text}\n", flush=True)
    said = ", ".join(f"{n} {v}" for v, n in counts.items() if n)
    print(f"{dialect}, seed {seed}: {said}; {rows} rows of {len(table.frames)} events, "
          f"{time.time() - began:.0f} s")
    return counts["different"] + counts["refused"] + counts["unjudged"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", action="append", default=[])
    parser.add_argument("--synth", type=int, default=0, help="make so many events and use them")
    parser.add_argument("--odd", action="store_true", help="use a file of odd events, too")
    parser.add_argument("--dialect", choices=("athena", "lake"), action="append")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = list(args.logs)
        if args.synth or args.odd:
            paths.append(make_logs(find_product(), folder, args.synth, args.odd))
        failures = 0
        for dialect in args.dialect or ["athena"]:
            failures += run(paths, dialect, args.count, args.seed, args.seconds)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
