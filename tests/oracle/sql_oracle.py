#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A slow, plain evaluator of Athena's and CloudTrail Lake's SQL over CloudTrail events.

    oracle = Oracle(Table(load(["logs"])))
    answer = oracle.ask("select eventname, count(*) from cloudtrail group by 1 order by 2 desc")
    answer.names, answer.rows            # all rows: before OFFSET and LIMIT
    answer.keys                          # what ORDER BY sorted by, one tuple a row

    sql_oracle.py --logs DIR [--dialect lake] 'select ...'     # rows as JSON lines

It judges the product's answers, so it shares nothing with it: it is written from the Trino
reference, evaluates the text as it stands and gives up (Unsupported) where it does not know.
An environment is a tuple of frames, one for each table in scope, outermost first; a column is a
frame's number and a place in it.
"""
import argparse
import datetime
import itertools
import json
import sys

import events as event_tables
from sql_functions import (AGGREGATES, NULL_SCALARS, SCALARS, add, compare, concat, like, math_of,
                           subscript, subtract)
from sql_parser import SqlSyntaxError, parse
from sql_values import (Interval, IpAddress, IpPrefix, Json, Map, Row, SqlError, Timestamp, cast,
                        dump_json, equal, is_number, key_of, kind_of, less, parse_date,
                        parse_timestamp, to_text)

WINDOWS = {"row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead",
           "first_value", "last_value", "nth_value"}


class Unsupported(Exception):
    """The evaluator does not know this; no judgement."""


class Refusal(Exception):
    """Trino would refuse the statement: unknown table, column or function."""


class Column:
    """A column that a name may mean."""

    __slots__ = ("frame", "at", "table", "name", "star", "merged")

    def __init__(self, frame, at, table, name, star=True, merged=False):
        self.frame, self.at, self.table, self.name = frame, at, table, name
        self.star, self.merged = star, merged


class Scope:
    """Names at a place. `size`: frames in use, those of outer queries included."""

    def __init__(self, columns=(), size=0, parent=None, locals_=None):
        self.columns, self.size, self.parent = list(columns), size, parent
        self.locals = locals_ or {}
        self.reached_out = False

    def find(self, parts):
        """-> ('slot', frame, at) with ('field', ...) around it."""
        for used in (3, 2):
            if len(parts) >= used:
                found = [c for c in self.columns
                         if c.table == parts[used - 2] and c.name == parts[used - 1]]
                if found:
                    return self.only(found, parts, used)
        found = [c for c in self.columns if c.name == parts[0] and not c.merged]
        if found:
            return self.only(found, parts, 1)
        if self.parent:
            self.reached_out = True
            return self.parent.find(parts)
        raise Refusal(f"no column {'.'.join(parts)}")

    @staticmethod
    def only(found, parts, used):
        if len(found) > 1:
            raise Refusal(f"{'.'.join(parts)} is ambiguous")
        node = ("slot", found[0].frame, found[0].at)
        for name in parts[used:]:
            node = ("field", node, name)
        return node


class Answer:
    """Rows before OFFSET and LIMIT, in order."""

    def __init__(self, names, rows, keys=None, offset=0, limit=None):
        self.names, self.rows, self.keys = names, rows, keys
        self.offset, self.limit = offset, limit

    def final(self):
        end = None if self.limit is None else self.offset + self.limit
        return self.rows[self.offset:end]


def sort_key(value):
    if isinstance(value, (Timestamp, datetime.date)):
        return key_of(value)[1]
    if isinstance(value, list):
        return [(v is None, None if v is None else sort_key(v)) for v in value]
    if isinstance(value, Row):
        return [(v is None, None if v is None else sort_key(v)) for v in value.values]
    if isinstance(value, (Json, Map)):
        raise SqlError(f"{kind_of(value)} has no order")
    if isinstance(value, (IpAddress, IpPrefix)):
        return value.key()
    if isinstance(value, Interval):
        return (value.months, value.us)
    return value


def sort_places(keys, order):
    """The places of the rows in order; keys: one tuple of values a row."""
    places = list(range(len(keys)))
    for i in reversed(range(len(order))):
        _, down, nulls_first = order[i]
        empty = [p for p in places if keys[p][i] is None]
        full = [p for p in places if keys[p][i] is not None]
        full.sort(key=lambda p, i=i: sort_key(keys[p][i]), reverse=down)
        places = empty + full if nulls_first else full + empty
    return places


def holds(node, test):
    """Whether any node within passes the test; subqueries are not entered."""
    if isinstance(node, tuple):
        if node and isinstance(node[0], str):
            if node[0] == "query":
                return False
            if test(node):
                return True
        return any(holds(part, test) for part in node)
    return False


def is_aggregate(node):
    return node[0] == "call" and len(node) == 8 and node[6] is None and (
        node[1] in AGGREGATES)


def is_window(node):
    return node[0] == "call" and len(node) == 8 and node[6] is not None


def name_of(item):
    _, expr, alias = item
    if alias:
        return alias
    if expr[0] == "col":
        return expr[1][-1]
    if expr[0] == "field":
        return expr[2]
    return None


class Oracle:
    """Evaluates statements over one table of events."""

    def __init__(self, table, dialect="athena", is_event_table=None):
        self.table, self.dialect = table, dialect
        self.is_event_table = is_event_table or (lambda parts: parts[-1].startswith("cloudtrail"))
        self.lake = dialect == "lake"

    def ask(self, text):
        return self.query(parse(text), Scope(), (), {})

    # Queries.
    def query(self, node, outer, env, ctes):
        if node[0] in ("select", "setop", "values"):
            node = ("query", (), node, (), 0, None)
        _, own, body, order, offset, limit = node
        ctes = dict(ctes)
        for name, columns, inner in own:
            answer = self.query(inner, outer, env, ctes)
            if columns and len(columns) != len(answer.names):
                raise Refusal(f"{name} has {len(answer.names)} columns")
            ctes[name] = (columns or answer.names, answer.final())
        if body[0] == "select":
            answer = self.select(body, order, outer, env, ctes)
        else:
            if body[0] == "setop":
                answer = self.set_operation(body, outer, env, ctes)
            elif body[0] == "values":
                scope = Scope((), outer.size, outer)
                rows = [[self.compile(e, scope, ctes)(env) for e in row] for row in body[1]]
                names = [f"_col{i}" for i in range(len(rows[0]))]
                answer = Answer(names, rows)
            else:
                inner = self.query(body, outer, env, ctes)
                answer = Answer(inner.names, inner.final(), inner.keys)
            if order:
                self.order_outputs(answer, order, outer, env, ctes)
        answer.offset, answer.limit = offset, limit
        return answer

    def order_outputs(self, answer, order, outer, env, ctes):
        columns = [Column(outer.size, i, None, n) for i, n in enumerate(answer.names)]
        scope = Scope(columns, outer.size + 1, outer)
        tests = []
        for expr, _, _ in order:
            if expr[0] == "num":
                expr = ("slot", outer.size, expr[1] - 1)
            tests.append(self.compile(expr, scope, ctes))
        keys = [tuple(t(env + (row,)) for t in tests) for row in answer.rows]
        places = sort_places(keys, order)
        answer.rows = [answer.rows[p] for p in places]
        answer.keys = [keys[p] for p in places]

    def set_operation(self, node, outer, env, ctes):
        _, kind, every, left, right = node
        a = self.query(left, outer, env, ctes)
        b = self.query(right, outer, env, ctes)
        if len(a.names) != len(b.names):
            raise Refusal(f"{kind} of {len(a.names)} and {len(b.names)} columns")
        first, second = a.final(), b.final()
        if kind == "union" and every:
            return Answer(a.names, first + second)
        if kind == "union":
            return Answer(a.names, unique(first + second))
        counts = {}
        for row in second:
            counts[key_of(row)] = counts.get(key_of(row), 0) + 1
        rows = []
        for row in first if every else unique(first):
            key = key_of(row)
            there = counts.get(key, 0) > 0
            if there and every:
                counts[key] -= 1
            if there == (kind == "intersect"):
                rows.append(row)
        return Answer(a.names, rows)

    def select(self, node, order, outer, env, ctes):
        _, distinct, items, relations, where, groups, having, named = node
        base = outer.size
        columns, count, rows = [], 0, [()]
        for at, relation in enumerate(relations):
            if at == 0:
                columns, count, rows = self.source(relation, base, outer, env, ctes)
            else:
                columns, count, rows = self.join("cross", (columns, count, rows), relation, None,
                                                 base, outer, env, ctes)
        scope = Scope(columns, base + count, outer)
        envs = [env + row for row in rows]
        if where:
            if holds(where, is_aggregate) or holds(where, is_window):
                raise Refusal("an aggregate in WHERE")
            test = self.compile(where, scope, ctes)
            envs = [e for e in envs if truth(test(e))]

        shown = []
        for item in items:
            if item[0] == "star":
                for c in self.star_columns(item[1], columns):
                    shown.append((("slot", c.frame, c.at), c.name))
            else:
                shown.append((self.resolve(item[1], scope), name_of(item)))
        names = [n or f"_col{i}" for i, (_, n) in enumerate(shown)]
        aliases = {}
        for (expr, name), item in zip(shown, itertools.chain(items, itertools.repeat(("",)))):
            if name:
                aliases.setdefault(name, expr)
        order_exprs = [self.order_expr(o[0], shown, aliases, scope) for o in order]
        exprs = [e for e, _ in shown]
        having_expr = self.resolve(having, scope) if having else None

        grouped = groups is not None or having is not None or any(
            holds(e, is_aggregate) for e in exprs + order_exprs)
        after = scope.size
        if grouped:
            sets = self.grouping_sets(groups, shown, scope)
            exprs, order_exprs, having_expr, envs = self.group(
                sets, exprs, order_exprs, having_expr, envs, scope, env, ctes)
            after = base + 1
        group_scope = Scope([], after, outer)
        if having_expr:
            test = self.compile(having_expr, group_scope, ctes)
            envs = [e for e in envs if truth(test(e))]
        windows = dict(named)
        calls = []
        for expr in exprs + order_exprs:
            collect_windows(expr, calls)
        if calls:
            frames = [[] for _ in envs]
            for call in calls:
                for frame, value in zip(frames, self.window(call, windows, envs, group_scope, scope,
                                                            ctes, grouped)):
                    frame.append(value)
            envs = [e + (f,) for e, f in zip(envs, frames)]
            swap = {call: ("slot", after, i) for i, call in enumerate(calls)}
            exprs = [replace(e, swap) for e in exprs]
            order_exprs = [replace(e, swap) for e in order_exprs]
        last = Scope([], after + 1, outer)
        fields = [self.compile(e, last, ctes) for e in exprs]
        tests = [self.compile(e, last, ctes) for e in order_exprs]
        rows = [[f(e) for f in fields] for e in envs]
        keys = [tuple(t(e) for t in tests) for e in envs]
        if distinct:
            for expr in order_exprs:
                if expr not in exprs:
                    raise Refusal("ORDER BY of what SELECT DISTINCT does not show")
            seen, kept = set(), []
            for place, row in enumerate(rows):
                key = key_of(row)
                if key not in seen:
                    seen.add(key)
                    kept.append(place)
            rows, keys = [rows[p] for p in kept], [keys[p] for p in kept]
        if order:
            places = sort_places(keys, order)
            rows, keys = [rows[p] for p in places], [keys[p] for p in places]
        return Answer(names, rows, keys if order else None)

    @staticmethod
    def star_columns(table, columns):
        found = [c for c in columns if c.star and (
            not c.merged if table is None else c.table == table[-1])]
        if not found:
            raise Refusal("nothing to show for *")
        return found

    def order_expr(self, expr, shown, aliases, scope):
        if expr[0] == "num" and isinstance(expr[1], int):
            if not 1 <= expr[1] <= len(shown):
                raise Refusal(f"ORDER BY {expr[1]}")
            return shown[expr[1] - 1][0]
        return self.resolve(expr, scope, aliases)

    def grouping_sets(self, groups, shown, scope):
        if groups is None:
            return [()]
        lists = []
        for _, sets in groups:
            lists.append([tuple(self.group_key(e, shown, scope) for e in one) for one in sets])
        return [tuple(e for part in chosen for e in part) for chosen in itertools.product(*lists)]

    def group_key(self, expr, shown, scope):
        if expr[0] == "num" and isinstance(expr[1], int):
            if not 1 <= expr[1] <= len(shown):
                raise Refusal(f"GROUP BY {expr[1]}")
            expr = shown[expr[1] - 1][0]
        else:
            expr = self.resolve(expr, scope)
        if holds(expr, is_aggregate):
            raise Refusal("an aggregate in GROUP BY")
        return expr

    def group(self, sets, exprs, order_exprs, having, envs, scope, env, ctes):
        base = len(env)
        keys = list(dict.fromkeys(e for one in sets for e in one))
        aggregates = []

        def lift(node):
            if not isinstance(node, tuple):
                return node
            if node in keys:
                return ("slot", base, keys.index(node))
            if node and node[0] == "call" and len(node) == 8:
                if is_aggregate(node):
                    if node not in aggregates:
                        aggregates.append(node)
                    return ("slot", base, len(keys) + aggregates.index(node))
            if node and node[0] == "slot" and node[1] >= base:
                raise Refusal("a column that is neither grouped nor aggregated")
            if node and isinstance(node[0], str) and node[0] in ("scalar_query", "in_query",
                                                                 "exists"):
                return node[:1] + tuple(p if isinstance(p, tuple) and p and p[0] == "query"
                                        else lift(p) for p in node[1:])
            return tuple(lift(part) for part in node)

        exprs = [lift(e) for e in exprs]
        order_exprs = [lift(e) for e in order_exprs]
        having = lift(having) if having else None
        readers = [self.compile(k, scope, ctes) for k in keys]
        values = [[r(e) for r in readers] for e in envs]
        sums = [self.aggregate(a, scope, ctes) for a in aggregates]
        out = []
        for one in sets:
            chosen = [keys.index(e) for e in one]
            found = {}
            for e, row in zip(envs, values):
                key = tuple(key_of(row[i]) for i in chosen)
                found.setdefault(key, (row, []))[1].append(e)
            if not found and not one:
                found[()] = ([None] * len(keys), [])
            for row, members in found.values():
                shown = [row[i] if i in chosen else None for i in range(len(keys))]
                out.append(env + (shown + [s(members) for s in sums],))
        return exprs, order_exprs, having, out

    def aggregate(self, node, scope, ctes):
        """-> function of the group's environments"""
        _, name, args, distinct, order, where, _, star = node
        function = AGGREGATES[name]
        readers = [self.compile(a, scope, ctes) for a in args]
        test = self.compile(where, scope, ctes) if where else None
        by = [self.compile(o[0], scope, ctes) for o in order]

        def run(envs):
            if test:
                envs = [e for e in envs if truth(test(e))]
            if by:
                keys = [tuple(b(e) for b in by) for e in envs]
                envs = [envs[p] for p in sort_places(keys, order)]
            rows = [() if star else tuple(r(e) for r in readers) for e in envs]
            if distinct:
                rows = unique(rows)
            return function(rows)
        return run

    def window(self, node, named, envs, group_scope, scope, ctes, grouped):
        """One value for each environment."""
        _, name, args, distinct, _, where, over, star = node
        within = group_scope if grouped else scope
        _, base, partition, order, frame = over
        if base:
            if base not in named:
                raise Refusal(f"no window {base}")
            definition = named[base]
            if grouped:
                raise Unsupported("a named window over groups")
            resolve = lambda e: self.resolve(e, scope)
            partition = partition or tuple(resolve(e) for e in definition[2])
            order = order or tuple((resolve(o[0]), o[1], o[2]) for o in definition[3])
            frame = frame or definition[4]
        parts = [self.compile(p, within, ctes) for p in partition]
        by = [self.compile(o[0], within, ctes) for o in order]
        readers = [self.compile(a, within, ctes) for a in args]
        test = self.compile(where, within, ctes) if where else None
        values = [None] * len(envs)
        groups = {}
        for place, e in enumerate(envs):
            groups.setdefault(tuple(key_of(p(e)) for p in parts), []).append(place)
        for places in groups.values():
            keys = [tuple(b(envs[p]) for b in by) for p in places]
            sorted_places = sort_places(keys, order)
            keys = [keys[p] for p in sorted_places]
            ordered = [places[p] for p in sorted_places]
            rows = [tuple(r(envs[p]) for r in readers) for p in ordered]
            if test:
                rows = [row if truth(test(envs[p])) else None for row, p in zip(rows, ordered)]
            answers = self.windowed(name, rows, keys, order, frame, star, distinct)
            for place, value in zip(ordered, answers):
                values[place] = value
        return values

    def windowed(self, name, rows, keys, order, frame, star, distinct):
        count = len(rows)
        hashed = [tuple(map(key_of, k)) for k in keys]
        first = list(range(count))
        for i in range(1, count):
            if hashed[i] == hashed[i - 1]:
                first[i] = first[i - 1]
        last = list(range(count))
        for i in reversed(range(count - 1)):
            if hashed[i] == hashed[i + 1]:
                last[i] = last[i + 1]
        if not order:
            first, last = [0] * count, [count - 1] * count
        if name == "row_number":
            return list(range(1, count + 1))
        if name == "rank":
            return [f + 1 for f in first]
        if name == "dense_rank":
            out, rank = [], 0
            for i in range(count):
                rank += first[i] == i or i == 0
                out.append(rank)
            return out
        if name == "percent_rank":
            return [first[i] / (count - 1) if count > 1 else 0.0 for i in range(count)]
        if name == "cume_dist":
            return [(last[i] + 1) / count for i in range(count)]
        if name == "ntile":
            size, more = divmod(count, rows[0][0])
            out = []
            for bucket in range(rows[0][0]):
                out += [bucket + 1] * (size + (bucket < more))
            return out[:count]
        if name in ("lag", "lead", "lag ignore nulls", "lead ignore nulls"):
            if "ignore" in name:
                raise Unsupported(name)
            out = []
            for i, row in enumerate(rows):
                by = row[1] if len(row) > 1 else 1
                at = i - by if name == "lag" else i + by
                out.append(rows[at][0] if 0 <= at < count else row[2] if len(row) > 2 else None)
            return out
        out = []
        for i in range(count):
            low, high = self.frame_of(frame, i, count, first, last)
            inside = [r for r in rows[low:high + 1] if r is not None]
            if name == "first_value":
                out.append(inside[0][0] if inside else None)
            elif name == "last_value":
                out.append(inside[-1][0] if inside else None)
            elif name == "nth_value":
                nth = rows[i][1]
                out.append(inside[nth - 1][0] if nth <= len(inside) else None)
            elif name in AGGREGATES:
                out.append(AGGREGATES[name]([()] * len(inside) if star else
                                            unique(inside) if distinct else inside))
            else:
                raise Unsupported(f"window function {name}")
        return out

    @staticmethod
    def frame_of(frame, i, count, first, last):
        if frame is None:
            return 0, last[i]
        unit, low, high = frame
        if unit == "groups":
            raise Unsupported("GROUPS frame")

        def bound(edge, is_low):
            kind, amount = edge
            if kind == "unbounded preceding":
                return 0
            if kind == "unbounded following":
                return count - 1
            if kind == "current":
                return i if unit == "rows" else first[i] if is_low else last[i]
            if unit == "range" or amount[0] != "num":
                raise Unsupported("frame by distance")
            return i - amount[1] if kind == "preceding" else i + amount[1]
        return max(0, bound(low, True)), min(count - 1, bound(high, False))

    # Sources: (columns, number of frames, rows as tuples of frames).
    def source(self, node, base, outer, env, ctes):
        kind = node[0]
        if kind == "table":
            return self.named_table(node, base, ctes)
        if kind == "sub":
            _, query, _, alias, names = node
            answer = self.query(query, outer, env, ctes)
            return self.columns_of(names or answer.names, alias, base), 1, [
                (row,) for row in answer.final()]
        if kind == "unnest":
            return self.join("cross", ([], 0, [()]), node, None, base, outer, env, ctes)
        if kind == "join":
            _, how, left, right, on = node
            return self.join(how, self.source(left, base, outer, env, ctes), right, on, base,
                             outer, env, ctes)
        raise Unsupported(kind)

    @staticmethod
    def columns_of(names, table, frame):
        return [Column(frame, i, table, n) for i, n in enumerate(names)]

    def named_table(self, node, base, ctes):
        _, parts, alias, names = node
        if len(parts) == 1 and parts[0] in ctes:
            own, rows = ctes[parts[0]]
            return self.columns_of(names or own, alias or parts[0], base), 1, [(r,) for r in rows]
        if not self.is_event_table(parts):
            raise Refusal(f"no table {'.'.join(parts)}")
        table = alias or parts[-1]
        columns = [Column(base, i, table, n, i < self.table.stars)
                   for i, n in enumerate(self.table.names)]
        return columns, 1, [(frame,) for frame in self.table.frames]

    def join(self, how, left, right_node, on, base, outer, env, ctes):
        columns, count, rows = left
        scope = Scope(columns, base + count, outer)
        if right_node[0] == "unnest" or (right_node[0] == "sub" and right_node[2]):
            if how not in ("cross", "left", "inner"):
                raise Unsupported(f"{how} join of UNNEST")
            return self.lateral(how, left, right_node, on, scope, outer, env, ctes)
        right_columns, right_count, right_rows = self.source(right_node, base + count, outer, env,
                                                             ctes)
        merged = ()
        if isinstance(on, tuple) and on and on[0] == "using":
            merged, pairs = on[1], []
            for name in on[1]:
                a = Scope(columns, 0).find((name,))
                b = Scope(right_columns, 0).find((name,))
                pairs.append(("cmp", "=", a, b))
            on = pairs[0]
            for pair in pairs[1:]:
                on = ("and", on, pair)
            for c in right_columns:
                c.merged = c.merged or c.name in merged
        both = Scope(columns + right_columns, base + count + right_count, outer)
        if how == "cross":
            found = [a + b for a in rows for b in right_rows]
            return both.columns, count + right_count, found
        on = self.resolve(on, both)
        equals, rest = [], []
        for part in conjuncts(on):
            sides = self.sides(part, base + count, base)
            (equals if sides else rest).append(sides or part)
        left_keys = [self.compile(a, both, ctes) for a, _ in equals]
        right_keys = [self.compile(b, both, ctes) for _, b in equals]
        tests = [self.compile(r, both, ctes) for r in rest]
        blank_left = tuple([Blank()] * count)
        index = {}
        for place, b in enumerate(right_rows):
            values = [k(env + blank_left + b) for k in right_keys]
            if not any(v is None for v in values):
                index.setdefault(tuple(map(key_of, values)), []).append(place)
        used, found = set(), []
        blank_right = tuple([Blank()] * right_count)
        for a in rows:
            values = [k(env + a + blank_right) for k in left_keys]
            hits = 0
            if not any(v is None for v in values):
                for place in index.get(tuple(map(key_of, values)), ()):
                    e = env + a + right_rows[place]
                    if all(truth(t(e)) for t in tests):
                        hits += 1
                        used.add(place)
                        found.append(a + right_rows[place])
            if not hits and how in ("left", "full"):
                found.append(a + blank_right)
        if how in ("right", "full"):
            found += [blank_left + b for place, b in enumerate(right_rows) if place not in used]
        return both.columns, count + right_count, found

    @staticmethod
    def sides(part, middle, base):
        """Both sides of an equality between left and right, or None."""
        if part[0] != "cmp" or part[1] != "=":
            return None

        def side(node):
            frames = set()
            collect_frames(node, frames)
            frames = {f for f in frames if f >= base}
            if not frames or holds(node, lambda n: n[0] in ("scalar_query", "exists")):
                return None
            if all(f < middle for f in frames):
                return "left"
            return "right" if all(f >= middle for f in frames) else None
        a, b = side(part[2]), side(part[3])
        if (a, b) == ("left", "right"):
            return part[2], part[3]
        return (part[3], part[2]) if (a, b) == ("right", "left") else None

    def lateral(self, how, left, node, on, scope, outer, env, ctes):
        columns, count, rows = left
        frame = scope.size
        if node[0] == "sub":
            _, query, _, alias, names = node
            answers = [self.query(query, scope, env + row, ctes) for row in rows]
            if not answers:
                answers_names = self.query(query, scope, env + (Blank(),) * count, ctes).names
            else:
                answers_names = answers[0].names
            own = self.columns_of(names or answers_names, alias, frame)
            expanded = [a.final() for a in answers]
        else:
            _, exprs, ordinality, alias, names = node
            readers = [self.compile(e, scope, ctes) for e in exprs]
            values = [[r(env + row) for r in readers] for row in rows]
            widths = []
            for at, expr in enumerate(exprs):
                widths.append(self.width(self.resolve(expr, scope), [v[at] for v in values],
                                         len(names) - ordinality if names and len(exprs) == 1
                                         else None))
            expanded = [unnested(v, widths, ordinality) for v in values]
            total = sum(len(w) for w in widths) + ordinality
            flat = [n for w in widths for n in w] + (["ordinality"] if ordinality else [])
            if names and len(names) != total:
                raise Refusal(f"UNNEST gives {total} columns, not {len(names)}")
            own = self.columns_of(names or [n or f"_col{i}" for i, n in enumerate(flat)], alias,
                                  frame)
        both = Scope(columns + own, frame + 1, outer)
        test = None
        if on and on != ("bool", True):
            test = self.compile(on, both, ctes)
        found = []
        for row, inner in zip(rows, expanded):
            hits = [row + (i,) for i in inner]
            if test:
                hits = [h for h in hits if truth(test(env + h))]
            if not hits and how == "left":
                hits = [row + (Blank(),)]
            found += hits
        return both.columns, count + 1, found

    def width(self, expr, values, wanted):
        """Names of the columns that one argument of UNNEST gives; a row may stay whole."""
        sample = next((v for v in values if v is not None and not isinstance(v, list)), None)
        if isinstance(sample, Map):
            return [None, None]
        items = next((i for v in values if isinstance(v, list) for i in v if i is not None), None)
        names = items.names if isinstance(items, Row) else None
        if names is None and expr[0] == "slot" and items is None:
            names = tuple(m[0] for m in event_tables.RESOURCE)
        if names is not None:
            return ["*row"] if wanted == 1 else list(names)
        return [None, None] if wanted == 2 and items is None else [None]

    # Expressions.
    def resolve(self, node, scope, aliases=None, bound=frozenset()):
        """Columns become slots; subqueries keep their text and find columns when they run."""
        if not isinstance(node, tuple) or not node:
            return node
        if not isinstance(node[0], str):
            return tuple(self.resolve(p, scope, aliases, bound) for p in node)
        kind = node[0]
        if kind in ("num", "str", "typed", "interval", "bin", "slot", "bool"):
            return node
        if kind == "query":
            return node
        if kind == "col":
            if node[1][0] in bound:
                return node
            if aliases and len(node[1]) == 1 and node[1][0] in aliases:
                return aliases[node[1][0]]
            return scope.find(node[1])
        if kind == "cast":
            return ("cast", self.resolve(node[1], scope, aliases, bound), node[2], node[3])
        if kind == "field":
            return ("field", self.resolve(node[1], scope, aliases, bound), node[2])
        if kind == "lambda":
            return ("lambda", node[1],
                    self.resolve(node[2], scope, aliases, bound | frozenset(node[1])))
        if kind in ("scalar_query", "exists", "in_query", "quantified"):
            return node[:1] + tuple(
                ("scoped", p, Kept(scope)) if isinstance(p, tuple) and p and p[0] in
                ("query", "select") else self.resolve(p, scope, aliases, bound) for p in node[1:])
        if kind == "over":
            return ("over", node[1],
                    tuple(self.resolve(e, scope, aliases, bound) for e in node[2]),
                    tuple((self.resolve(o[0], scope, aliases, bound), o[1], o[2])
                          for o in node[3]), node[4])
        return (kind,) + tuple(self.resolve(p, scope, aliases, bound) for p in node[1:])

    def compile(self, node, scope, ctes):
        return Compiler(self, ctes).compile(self.resolve(node, scope), scope)


class Kept:
    """A scope inside a node; all are equal, so that nodes compare."""

    def __init__(self, scope):
        self.scope = scope

    def __eq__(self, other):
        return isinstance(other, Kept) and self.scope is other.scope

    def __hash__(self):
        return id(self.scope)


class Blank:
    """A frame of NULLs: the missing side of an outer join."""

    def __getitem__(self, at):
        return None


def truth(value):
    if value is not None and not isinstance(value, bool):
        raise SqlError(f"a condition of {kind_of(value)}")
    return value is True


def unique(rows):
    seen, out = set(), []
    for row in rows:
        key = tuple(map(key_of, row))
        if key not in seen:
            seen.add(key)
            out.append(row)
    return out


def conjuncts(node):
    if node[0] == "and":
        return conjuncts(node[1]) + conjuncts(node[2])
    return [node]


def collect_frames(node, frames):
    if isinstance(node, tuple):
        if node and node[0] == "slot":
            frames.add(node[1])
        else:
            for part in node:
                collect_frames(part, frames)


def collect_windows(node, calls):
    if isinstance(node, tuple) and node:
        if node[0] == "call" and len(node) == 8 and node[6] is not None:
            if node not in calls:
                calls.append(node)
            return
        for part in node:
            collect_windows(part, calls)


def replace(node, swap):
    if not isinstance(node, tuple):
        return node
    if node in swap:
        return swap[node]
    return tuple(replace(p, swap) for p in node)


def unnested(values, widths, ordinality):
    columns = []
    for value, width in zip(values, widths):
        if isinstance(value, Map):
            columns.append([[k, v] for k, v in value.items])
        elif value is None:
            columns.append([])
        elif not isinstance(value, list):
            raise SqlError(f"UNNEST of {kind_of(value)}")
        elif len(width) > 1:
            columns.append([i.values if i is not None else [None] * len(width) for i in value])
        elif width == ["*row"] or not any(isinstance(i, Row) for i in value):
            columns.append([[i] for i in value])
        else:
            columns.append([i.values if i is not None else [None] for i in value])
    rows = []
    for at in range(max((len(c) for c in columns), default=0)):
        row = []
        for column, width in zip(columns, widths):
            row += column[at] if at < len(column) else [None] * len(width)
        rows.append(row + ([at + 1] if ordinality else []))
    return rows


class Compiler:
    """Turns a resolved expression into a function of the environment."""

    def __init__(self, oracle, ctes):
        self.oracle, self.ctes, self.cells = oracle, ctes, {}

    def compile(self, node, scope):
        method = getattr(self, "do_" + node[0], None)
        if not method:
            raise Unsupported(node[0])
        return method(node, scope)

    def all(self, nodes, scope):
        return [self.compile(n, scope) for n in nodes]

    def do_null(self, node, scope):
        return lambda env: None

    def do_num(self, node, scope):
        return lambda env, v=node[1]: v

    do_str = do_bin = do_bool = do_num

    def do_typed(self, node, scope):
        kind, text = node[1], node[2]
        if kind == "timestamp":
            value = parse_timestamp(text)
        elif kind == "date":
            value = parse_date(text)
        elif kind == "decimal":
            from decimal import Decimal
            value = Decimal(text)
        elif kind == "json":
            value = SCALARS["json_parse"](text)
        else:
            value = cast(text, (kind,))
        return lambda env: value

    def do_interval(self, node, scope):
        _, sign, text, unit, to = node
        if to:
            raise Unsupported("INTERVAL TO")
        amount = sign * int(text)
        months = {"year": 12, "quarter": 3, "month": 1}.get(unit)
        if months:
            value = Interval(months=amount * months)
        else:
            seconds = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}[unit]
            value = Interval(us=amount * seconds * 10**6)
        return lambda env: value

    def do_slot(self, node, scope):
        frame, at = node[1], node[2]
        return lambda env: env[frame][at]

    def do_col(self, node, scope):
        names = node[1]
        if names[0] not in self.cells:
            raise Refusal(f"no column {'.'.join(names)}")
        cell = self.cells[names[0]]

        def read(env):
            value = cell[0]
            for name in names[1:]:
                if value is None:
                    return None
                value = field_of(value, name)
            return value
        return read

    def do_field(self, node, scope):
        inner, name = self.compile(node[1], scope), node[2]

        def read(env):
            value = inner(env)
            return None if value is None else field_of(value, name)
        return read

    def do_subscript(self, node, scope):
        inner, key = self.all(node[1:], scope)

        def read(env):
            value, at = inner(env), key(env)
            return None if value is None or at is None else subscript(value, at)
        return read

    def do_and(self, node, scope):
        a, b = self.all(node[1:], scope)

        def test(env):
            left = a(env)
            if left is False:
                return False
            right = b(env)
            if right is False:
                return False
            return None if left is None or right is None else truth(left) and truth(right)
        return test

    def do_or(self, node, scope):
        a, b = self.all(node[1:], scope)

        def test(env):
            left = a(env)
            if left is True:
                return True
            right = b(env)
            if right is True:
                return True
            return None if left is None or right is None else truth(left) or truth(right)
        return test

    def do_not(self, node, scope):
        inner = self.compile(node[1], scope)

        def test(env):
            value = inner(env)
            return None if value is None else not truth(value)
        return test

    def pair(self, a, b):
        """Lake compares a timestamp with text: the text is read as a timestamp."""
        if self.oracle.lake:
            if isinstance(a, Timestamp) and isinstance(b, str):
                return a, parse_timestamp(b.replace("T", " "))
            if isinstance(b, Timestamp) and isinstance(a, str):
                return parse_timestamp(a.replace("T", " ")), b
        return a, b

    def compare(self, op, a, b):
        a, b = self.pair(a, b)
        if op == "=":
            return equal(a, b)
        if op == "<>":
            same = equal(a, b)
            return None if same is None else not same
        if op == "<":
            return less(a, b)
        if op == ">":
            return less(b, a)
        if op == "<=":
            other = less(b, a)
        else:
            other = less(a, b)
        return None if other is None else not other

    def do_cmp(self, node, scope):
        op = node[1]
        a, b = self.all(node[2:], scope)
        return lambda env: self.compare(op, a(env), b(env))

    def do_between(self, node, scope):
        x, low, high = self.all(node[1:], scope)

        def test(env):
            value = x(env)
            above = self.compare(">=", value, low(env))
            below = self.compare("<=", value, high(env))
            if above is False or below is False:
                return False
            return None if above is None or below is None else True
        return test

    def do_in(self, node, scope):
        x, items = self.compile(node[1], scope), self.all(node[2], scope)

        def test(env):
            value = x(env)
            if value is None:
                return None
            unknown = False
            for item in items:
                same = self.compare("=", value, item(env))
                if same:
                    return True
                unknown |= same is None
            return None if unknown else False
        return test

    def do_like(self, node, scope):
        x, pattern = self.all(node[1:3], scope)
        escape = self.compile(node[3], scope) if node[3] else lambda env: None

        def test(env):
            value, wanted = x(env), pattern(env)
            if value is None or wanted is None:
                return None
            if not isinstance(value, str):
                raise SqlError(f"LIKE of {kind_of(value)}")
            return like(value, wanted, escape(env))
        return test

    def do_is_null(self, node, scope):
        x = self.compile(node[1], scope)
        return lambda env: x(env) is None

    def do_distinct_from(self, node, scope):
        a, b = self.all(node[1:], scope)
        return lambda env: key_of(a(env)) != key_of(b(env))

    def do_concat(self, node, scope):
        parts = self.all(node[1:], scope)

        def join(env):
            values = [p(env) for p in parts]
            return None if None in values else concat(*values)
        return join

    def do_math(self, node, scope):
        op = node[1]
        a, b = self.all(node[2:], scope)

        def reckon(env):
            left, right = a(env), b(env)
            if left is None or right is None:
                return None
            if op == "+":
                return add(left, right)
            return subtract(left, right) if op == "-" else math_of(op, left, right)
        return reckon

    def do_negative(self, node, scope):
        x = self.compile(node[1], scope)

        def reckon(env):
            value = x(env)
            if value is None:
                return None
            if isinstance(value, Interval):
                return Interval(-value.months, -value.us)
            if not is_number(value):
                raise SqlError(f"- {kind_of(value)}")
            return -value
        return reckon

    def do_case(self, node, scope):
        _, operand, whens, other = node
        subject = self.compile(operand, scope) if operand else None
        tests = [(self.compile(t, scope), self.compile(v, scope)) for t, v in whens]
        otherwise = self.compile(other, scope)

        def choose(env):
            value = subject(env) if subject else None
            for test, answer in tests:
                if (self.compare("=", value, test(env)) if subject else truth(test(env))):
                    return answer(env)
            return otherwise(env)
        return choose

    def do_cast(self, node, scope):
        _, inner, kind, is_try = node
        x = self.compile(inner, scope)

        def convert(env):
            value = x(env)
            try:
                return cast(value, kind)
            except SqlError:
                if is_try:
                    return None
                raise
        return convert

    def do_array(self, node, scope):
        items = self.all(node[1], scope)
        return lambda env: [i(env) for i in items]

    def do_row(self, node, scope):
        items = self.all(node[1], scope)
        return lambda env: Row((None,) * len(items), [i(env) for i in items])

    def do_lambda(self, node, scope):
        _, names, body = node
        shadowed = {n: self.cells.get(n) for n in names}
        cells = [[None] for _ in names]
        self.cells.update(zip(names, cells))
        inner = self.compile(body, scope)
        for name, cell in shadowed.items():
            if cell is None:
                del self.cells[name]
            else:
                self.cells[name] = cell

        def of(env):
            def call(*args):
                before = [c[0] for c in cells]
                for cell, arg in zip(cells, args):
                    cell[0] = arg
                try:
                    return inner(env)
                finally:
                    for cell, old in zip(cells, before):
                        cell[0] = old
            return call
        return of

    def scoped(self, node):
        """A subquery: asked once if it does not look at the rows around it."""
        _, query, kept = node
        known = []

        def ask(env):
            if known:
                return known[0]
            kept.scope.reached_out = False
            marker = Scope((), kept.scope.size, kept.scope)
            answer = self.oracle.query(query, marker, env[:kept.scope.size], self.ctes)
            if not marker.reached_out:
                known.append(answer)
            return answer
        return ask

    def do_scalar_query(self, node, scope):
        ask = self.scoped(node[1])

        def read(env):
            rows = ask(env).final()
            if len(rows) > 1:
                raise SqlError("a subquery gave several rows")
            return rows[0][0] if rows else None
        return read

    def do_exists(self, node, scope):
        ask = self.scoped(node[1])
        return lambda env: bool(ask(env).final())

    def do_in_query(self, node, scope):
        x, ask = self.compile(node[1], scope), self.scoped(node[2])
        sets = {}

        def test(env):
            value, answer = x(env), ask(env)
            if id(answer) not in sets:
                keys = {key_of(r[0]) for r in answer.final()}
                sets[id(answer)] = (answer, keys, None in keys)
            _, keys, has_null = sets[id(answer)]
            if not keys:
                return False
            if value is None:
                return None
            if key_of(value) in keys:
                return True
            return None if has_null else False
        return test

    def do_quantified(self, node, scope):
        _, op, which, left, query = node
        x, ask = self.compile(left, scope), self.scoped(query)

        def test(env):
            value = x(env)
            answers = [self.compare(op, value, r[0]) for r in ask(env).final()]
            if which == "any":
                return True if True in answers else None if None in answers else False
            return False if False in answers else None if None in answers else True
        return test

    def do_call(self, node, scope):
        _, name, args, distinct, order, where, over, star = node
        special = getattr(self, "call_" + name, None)
        if special:
            return special(args, scope)
        if name in AGGREGATES:
            raise Refusal(f"{name} where no aggregate may stand")
        readers = self.all(args, scope)
        if name in NULL_SCALARS:
            function = NULL_SCALARS[name]
            return lambda env: guarded(name, function, [r(env) for r in readers])
        function = SCALARS.get(name)
        if not function:
            raise Refusal(f"no function {name}")

        def call(env):
            values = []
            for reader in readers:
                value = reader(env)
                if value is None:
                    return None
                values.append(value)
            return guarded(name, function, values)
        return call

    def call_if(self, args, scope):
        test, *rest = self.all(args, scope)
        return lambda env: rest[0](env) if truth(test(env)) else (
            rest[1](env) if len(rest) > 1 else None)

    def call_coalesce(self, args, scope):
        readers = self.all(args, scope)

        def first(env):
            for reader in readers:
                value = reader(env)
                if value is not None:
                    return value
            return None
        return first

    def call_nullif(self, args, scope):
        a, b = self.all(args, scope)

        def read(env):
            value = a(env)
            return None if self.compare("=", value, b(env)) else value
        return read

    def call_try(self, args, scope):
        inner = self.compile(args[0], scope)

        def read(env):
            try:
                return inner(env)
            except SqlError:
                return None
        return read


def field_of(value, name):
    if isinstance(value, Row):
        return value.field(name)
    raise SqlError(f"field of {kind_of(value)}")


def guarded(name, function, values):
    try:
        return function(*values)
    except SqlError:
        raise
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, ArithmeticError) as found:
        raise SqlError(f"{name}: {found}") from found


def plain(value):
    """A value for JSON output."""
    if isinstance(value, Timestamp):
        return value.text()
    if isinstance(value, (datetime.date, IpAddress, IpPrefix)):
        return to_text(value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, Row):
        return {n or f"field{i}": plain(v)
                for i, (n, v) in enumerate(zip(value.names, value.values))}
    if isinstance(value, Map):
        return {to_text(k): plain(v) for k, v in value.items}
    if isinstance(value, Json):
        return dump_json(value.value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Interval):
        return f"{value.months} months {value.us} us"
    return value if isinstance(value, (str, int, float, type(None))) else float(value)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", action="append", required=True)
    parser.add_argument("--dialect", choices=("athena", "lake"), default="athena")
    parser.add_argument("sql")
    args = parser.parse_args()
    table = event_tables.Table(event_tables.load(args.logs), args.dialect)
    try:
        answer = Oracle(table, args.dialect).ask(args.sql)
    except (SqlSyntaxError, SqlError, Refusal, Unsupported) as problem:
        sys.exit(f"{type(problem).__name__}: {problem}")
    for row in answer.final():
        print(json.dumps(dict(zip(answer.names, map(plain, row))), ensure_ascii=False))


if __name__ == "__main__":
    main()
