#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes up searches, asks the program and the oracle, and tells where they differ.

    tests/oracle/spl_generate.py --count 20000 --seed 7

The events are made up, too: odd values, absent fields, lists; new ones for every 1,000 searches.
Every search is seeded, so a difference can be asked for again. One process (`spl_answers`, or what
SPL_ANSWERS names) answers all of them.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import spl_oracle  # noqa: E402

NAMES = ["ListUsers", "CreateUser", "ConsoleLogin", "GetObject", "DeleteTrail", "listusers"]
TEXTS = ["alice", "Bob", "10", "9", "9x", "1.0", "", "a.b", "100%", "x_y", "ünï", "-3", "1e2", "0010"]
ADDRESSES = ["10.1.2.3", "10.1.2.20", "203.0.113.9", "config.amazonaws.com", "AWS Internal"]
FIELDS = ["eventName", "userIdentity.userName", "userIdentity.type", "sourceIPAddress", "errorCode",
          "requestParameters.a", "requestParameters.n", "requestParameters.list{}", "resources{}.ARN",
          "requestParameters.absent", "awsRegion", "src_ip"]
SINGLE = [f for f in FIELDS if "{}" not in f]


def make_events(rng, count):
    events = []
    for i in range(count):
        event = {"eventVersion": "1.08", "eventID": f"e{i:04}", "eventTime": f"2024-03-01T{rng.randrange(24):02}:{rng.randrange(60):02}:00Z",
                 "eventSource": "iam.amazonaws.com", "eventName": rng.choice(NAMES), "awsRegion": rng.choice(["us-east-1", "eu-west-1"]),
                 "sourceIPAddress": rng.choice(ADDRESSES), "recipientAccountId": "111122223333",
                 "userIdentity": {"type": rng.choice(["IAMUser", "AssumedRole"]), "accountId": "111122223333"}}
        if rng.random() < .7:
            event["userIdentity"]["userName"] = rng.choice(TEXTS[:2] + TEXTS[2:])
        if rng.random() < .3:
            event["errorCode"] = rng.choice(["AccessDenied", "Throttling"])
        if event["eventName"] == "ConsoleLogin":
            event["responseElements"] = {"ConsoleLogin": rng.choice(["Success", "Failure"])}
        parameters = {}
        if rng.random() < .6:
            parameters["a"] = rng.choice(TEXTS)
        if rng.random() < .6:
            parameters["n"] = rng.choice([1, 2, 10, -4, 2.5, True, None])
        if rng.random() < .5:
            parameters["list"] = [rng.choice(["x", "y", "10", "z"]) for _ in range(rng.randrange(4))]
        if parameters:
            event["requestParameters"] = parameters
        if rng.random() < .4:
            event["resources"] = [{"ARN": rng.choice(["arn:x", "arn:y"])} for _ in range(rng.randrange(1, 3))]
        events.append(event)
    return events


def quote(literal):
    return '"' + literal.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Maker:
    """Searches as text and as trees of the oracle."""

    def __init__(self, rng):
        self.rng = rng
        self.fields = list(FIELDS)
        self.in_time = True  # Rows stand in the order of time

    def field(self, single=False):
        names = [f for f in self.fields if not single or "{}" not in f]
        return self.rng.choice(names)

    def search(self, depth=0):
        rng = self.rng
        roll = rng.random()
        if depth < 2 and roll < .2:
            parts = [self.search(depth + 1) for _ in range(2)]
            return f"({parts[0][0]} OR {parts[1][0]})", ("or", parts[0][1], parts[1][1])
        if depth < 2 and roll < .4:
            parts = [self.search(depth + 1) for _ in range(2)]
            return f"({parts[0][0]} {parts[1][0]})", ("and", parts[0][1], parts[1][1])
        if depth < 2 and roll < .55:
            inner = self.search(depth + 1)
            return f"NOT {inner[0]}", ("not", inner[1])
        field = self.field()
        op = rng.choice(["=", "=", "=", "!=", "<", ">="])
        literal = rng.choice(TEXTS + NAMES + ADDRESSES + ["*", "List*", "*User*", "a*", "success", "failure", "arn:x", "x", "2"])
        if op in ("<", ">=") and "*" in literal:
            literal = "5"
        return f"{quote_field(field)}{op}{quote(literal)}", ("cmp", field, op, literal)

    def expression(self, depth=0):
        rng = self.rng
        roll = rng.random()
        if depth > 2 or roll < .35:
            field = self.field()
            return f"'{field}'", ("field", field)
        if roll < .5:
            literal = rng.choice(TEXTS)
            return quote(literal), ("lit", literal)
        if roll < .6:
            literal = rng.choice([0, 1, 2.5, 10])
            return str(literal), ("lit", float(literal))
        if roll < .75:
            op = rng.choice(["+", "-", "*", "/", "."])
            a, b = self.expression(depth + 1), self.expression(depth + 1)
            return f"({a[0]} {op} {b[0]})", ("math", op, a[1], b[1])
        name = rng.choice(["if", "coalesce", "lower", "upper", "len", "case", "mvcount", "mvjoin"])
        if name == "if":
            c, a, b = self.condition(depth + 1), self.expression(depth + 1), self.expression(depth + 1)
            return f"if({c[0]}, {a[0]}, {b[0]})", ("call", "if", c[1], a[1], b[1])
        if name == "case":
            c, a = self.condition(depth + 1), self.expression(depth + 1)
            d, b = self.condition(depth + 1), self.expression(depth + 1)
            return f"case({c[0]}, {a[0]}, {d[0]}, {b[0]})", ("call", "case", c[1], a[1], d[1], b[1])
        if name == "coalesce":
            a, b = self.expression(depth + 1), self.expression(depth + 1)
            return f"coalesce({a[0]}, {b[0]})", ("call", "coalesce", a[1], b[1])
        if name == "mvjoin":
            field = self.field()
            return f"mvjoin('{field}', \"+\")", ("call", "mvjoin", ("field", field), ("lit", "+"))
        a = self.expression(depth + 1)
        return f"{name}({a[0]})", ("call", name, a[1])

    def condition(self, depth=0):
        rng = self.rng
        roll = rng.random()
        if depth < 2 and roll < .25:
            op = rng.choice(["and", "or"])
            a, b = self.condition(depth + 1), self.condition(depth + 1)
            return f"({a[0]} {op.upper()} {b[0]})", (op, a[1], b[1])
        if depth < 2 and roll < .35:
            a = self.condition(depth + 1)
            return f"NOT ({a[0]})", ("not", a[1])
        if roll < .5:
            name = rng.choice(["isnull", "isnotnull"])
            field = self.field()
            return f"{name}('{field}')", ("call", name, ("field", field))
        if roll < .6:
            field, pattern = self.field(), rng.choice(["%User%", "a%", "_", "%"])
            return f"like('{field}', \"{pattern}\")", ("call", "like", ("field", field), ("lit", pattern))
        if roll < .7:
            field, pattern = self.field(), rng.choice(["^[aL]", "User$", "[0-9]+"])
            return f"match('{field}', \"{pattern}\")", ("call", "match", ("field", field), ("lit", pattern))
        op = rng.choice(["=", "!=", "<", "<=", ">", ">="])
        a, b = self.expression(depth + 1), self.expression(depth + 1)
        return f"{a[0]} {op} {b[0]}", ("cmp", op, a[1], b[1])

    def command(self):
        rng = self.rng
        name = rng.choice(["search", "where", "eval", "eval", "dedup", "sort", "head", "tail", "rename", "fillnull",
                           "mvexpand", "eventstats", "streamstats", "streamstats_over", "streamstats_over", "beside"])
        if name == "search":
            words, tree = self.search()
            return f"search {words}", ("search", tree)
        if name == "where":
            words, tree = self.condition()
            return f"where {words}", ("where", tree)
        if name == "eval":
            field = f"v{len(self.fields)}"
            words, tree = self.expression()
            self.fields.append(field)
            return f"eval {field}={words}", ("eval", field, tree)
        if name == "dedup":
            fields = [self.field(True) for _ in range(rng.randrange(1, 3))]
            fields = list(dict.fromkeys(fields))
            return "dedup " + " ".join(map(quote_field, fields)), ("dedup", fields)
        if name == "streamstats_over":
            return self.streamstats()
        if name == "beside":
            return self.beside()
        if name == "sort":
            self.in_time = False
            keys = [(self.field(True), rng.random() < .5) for _ in range(rng.randrange(1, 3))]
            return "sort 0 " + ", ".join(("-" if d else "") + quote_field(f) for f, d in keys), ("sort", keys)
        if name in ("head", "tail"):
            count = rng.randrange(1, 40)
            return f"{name} {count}", (name, count)
        if name == "rename":
            old, new = self.field(), f"r{len(self.fields)}"
            self.fields = [f for f in self.fields if f != old] + [new]
            return f"rename {quote_field(old)} AS {new}", ("rename", old, new)
        if name == "fillnull":
            field, literal = self.field(True), rng.choice(["none", "0"])
            return f"fillnull value={literal} {quote_field(field)}", ("fillnull", field, literal)
        if name == "mvexpand":
            field = self.field()
            return f"mvexpand {quote_field(field)}", ("mvexpand", field)
        if name == "eventstats":
            column = f"s{len(self.fields)}"
            by = [self.field(True)] if rng.random() < .5 else []
            field = self.field()
            function = rng.choice(["count", "dc", "min", "max", "sum"])
            if function == "sum" and "{}" in field:
                function = "dc"
            self.fields.append(column)
            return (f"eventstats {function}({quote_field(field)}) AS {column}" + (" by " + quote_field(by[0]) if by else ""),
                    ("eventstats", function, field, column, by))
        column = f"n{len(self.fields)}"
        self.fields.append(column)
        return f"streamstats count AS {column}", ("streamstats", column)

    def beside(self):
        """What earlier rows, or two fields, make of a row."""
        rng = self.rng
        name, field, column = rng.choice(["accum", "delta", "autoregress", "strcat"]), self.field(True), f"b{len(self.fields)}"
        self.fields.append(column)
        if name == "strcat":
            other = self.field(True)
            return (f'strcat {quote_field(field)} "+" {quote_field(other)} {column}',
                    ("strcat", [(field, False), ("+", True), (other, False)], column))
        return f"{name} {quote_field(field)} AS {column}", (name, field, column)

    def streamstats(self):
        """streamstats with windows and resets."""
        rng = self.rng
        column, field = f"w{len(self.fields)}", self.field()
        function = rng.choice(["count", "dc", "min", "max", "list"] if "{}" in field else ["count", "dc", "sum", "max", "list"])
        by = list(dict.fromkeys(self.field(True) for _ in range(rng.randrange(0, 3))))
        asked = {"function": function, "field": field, "column": column, "by": by, "current": rng.random() < .7,
                 "window": rng.choice([0, 0, 1, 3, 7]), "everybody": rng.random() < .6, "seconds": 0,
                 "before": None, "after": None, "on_change": rng.random() < .3}
        words = ["streamstats"]
        if not asked["current"]:
            words.append("current=f")
        if asked["window"]:
            words.append(f"window={asked['window']}")
        elif self.in_time and rng.random() < .4:
            asked["seconds"] = rng.choice([60, 3600, 7200])
            words.append(f"time_window={asked['seconds']}s")
        if not asked["everybody"]:
            words.append("global=f")
        if asked["on_change"]:
            words.append("reset_on_change=t")
        for when in ("before", "after"):
            if rng.random() < .25:
                condition, asked[when] = self.condition(1)
                words.append(f"reset_{when}=" + quote(condition))
        words.append(f"{function}({quote_field(field)}) AS {column}")
        if by:
            words.append("by " + " ".join(map(quote_field, by)))
        self.fields.append(column)
        return " ".join(words), ("streamstats_over", asked)

    def transaction(self):
        rng = self.rng
        field = rng.choice(SINGLE + ["requestParameters.list{}"])
        asked = {"field": field, "span": None, "pause": None, "most": 1000, "start": None, "end": None, "evicted": True,
                 "in_order": rng.random() < .3}
        words, limited = ["transaction", quote_field(field)], False
        if rng.random() < .4:
            asked["span"] = rng.choice([1800, 7200, 21600])
            words.append(f"maxspan={asked['span'] // 60}m")
        if rng.random() < .4:
            asked["pause"] = rng.choice([600, 3600, 10800])
            words.append(f"maxpause={asked['pause']}s")
        if rng.random() < .2:
            asked["most"] = rng.choice([2, 5])
            words.append(f"maxevents={asked['most']}")
        for when in ("start", "end"):
            if rng.random() < .35:
                condition, asked[when] = self.search(1)
                words.append(f"{when}swith=" + (quote(condition) if rng.random() < .5 else f"({condition})"))
                limited = True
        if limited:
            asked["evicted"] = rng.random() < .4
            if asked["evicted"]:
                words.append("keepevicted=t")
        if asked["in_order"]:
            words.append("mvlist=t")
        return " ".join(words), ("transaction", asked)

    def whole(self):
        rng = self.rng
        words, tree = self.search() if rng.random() < .7 else ("*", ("true",))
        texts, commands = [words], [("search", tree)]
        for _ in range(rng.randrange(0, 5)):
            words, command = self.command()
            texts.append(words)
            commands.append(command)
        if rng.random() < .12 and self.fields == FIELDS:
            words, command = self.transaction()
            shown = list(dict.fromkeys(["eventID", "duration", "eventcount", "closed_txn", command[1]["field"], self.field()]))
            texts += [words, "table " + ", ".join(map(quote_field, shown))]
            commands += [command, ("table", shown)]
        elif rng.random() < .12:
            field, span, limit = self.field(), rng.choice([600, 3600, 7200]), rng.choice([1, 3, 10])
            texts += [f"timechart span={span // 60}m limit={limit} count by {quote_field(field)}",
                      "eval at=_time | fields - _time"]
            commands += [("timechart", span, field, limit), ("rename", "_time", "at")]
            shown = None  # Whatever columns there are
        elif rng.random() < .6:
            asked, columns = [], []
            for at in range(rng.randrange(1, 4)):
                function = rng.choice(["count", "count", "dc", "values", "list", "first", "last", "min", "max", "sum", "avg", "range", "median",
                                       "stdev", "var", "sumsq"])
                field = self.field()
                if function == "count" and rng.random() < .5:
                    field = None
                column = f"a{at}"
                asked.append((function, field, column))
                columns.append(column)
            by = list(dict.fromkeys(self.field() for _ in range(rng.randrange(0, 3))))
            texts.append("stats " + ", ".join((f if x is None else f"{f}({quote_field(x)})") + f" AS {c}" for f, x, c in asked)
                         + (" by " + ", ".join(map(quote_field, by)) if by else ""))
            commands.append(("stats", asked, by))
            shown = by + columns
        elif rng.random() < .3:
            field = self.field()
            texts.append(f"top limit=3 {quote_field(field)}")
            commands.append(("top", 3, field))
            shown = [field, "count", "percent"]
        else:
            shown = list(dict.fromkeys(["eventID"] + [self.field() for _ in range(3)]))
            texts.append("table " + ", ".join(map(quote_field, shown)))
            commands.append(("table", shown))
            if rng.random() < .15:
                texts.append("untable eventID name held")
                commands.append(("untable", "eventID", "name", "held", shown[1:]))
                shown = ["eventID", "name", "held"]
            elif rng.random() < .2:
                texts.append("addcoltotals labelfield=eventID")
                commands.append(("addcoltotals", "eventID"))
        return " | ".join(texts), commands, shown


def quote_field(name):
    return f'"{name}"' if any(c in name for c in "{} ") else name


def levelled(value):
    """A value so that both sides' spellings compare: numbers to nine digits."""
    if isinstance(value, list):
        value = [spl_oracle.text(one) if not isinstance(one, str) else one for one in value]
        if not value:
            return None
        return value[0] if len(value) == 1 else value
    number = spl_oracle.number(value)
    if number is not None and not isinstance(value, str):
        value = spl_oracle.text(number)
    if isinstance(value, str) and spl_oracle.number(value) is not None and "." in value:
        return f"{spl_oracle.number(value):.9g}"
    return value


class Program:
    """The program under test, asked one search after another."""

    def __init__(self, *arguments):
        program = os.environ.get("SPL_ANSWERS", "build/dev/tests/spl_answers")
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(self, search):
        """Rows, or the words of a refusal."""
        self.process.stdin.write(search + "\0")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.startswith("# "):
                return ([json.loads(one) for one in lines], None) if line == "# ok\n" else (None, line[2:].strip())
            lines.append(line)
        sys.exit(f"the program ended at: {search}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def differences(seed, count, number_of_events):
    """Asks searches over one set of events; those that differ, in words."""
    rng = random.Random(seed)
    events = make_events(rng, number_of_events)
    with tempfile.TemporaryDirectory() as folder:
        logs = pathlib.Path(folder) / "logs.json"
        logs.write_text(json.dumps({"Records": events}))
        program = Program("--logs", str(logs))
        ordered = sorted(events, key=lambda e: e["eventID"])
        ordered.sort(key=lambda e: e["eventTime"], reverse=True)
        rows = [spl_oracle.fields_of(e) for e in ordered]
        for at in range(seed, seed + count):
            search, commands, shown = Maker(random.Random(at)).whole()
            got, refusal = program.ask(search)
            if refusal:
                yield f"seed {at}: refused\n  {search}\n  {refusal[:400]}"
                continue
            wanted = spl_oracle.run(rows, commands)
            shown = shown or sorted({name for row in wanted + got for name in row})
            if len({name.lower() for name in shown}) < len(shown):
                continue  # JSON's writer tells such names apart by a number
            got = [[levelled(row.get(name)) for name in shown] for row in got]
            wanted = [[levelled(row.get(name)) for name in shown] for row in wanted]
            if got != wanted:
                place = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), min(len(got), len(wanted)))
                yield (f"seed {at}: differs in row {place} of {len(got)}/{len(wanted)}\n  {search}\n"
                       f"  program {got[place] if place < len(got) else None}\n"
                       f"  oracle  {wanted[place] if place < len(wanted) else None}")
        program.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--events", type=int, default=120)
    options = arguments.parse_args()
    different = 0
    for begin in range(0, options.count, 1000):
        for words in differences(options.seed + begin, min(1000, options.count - begin), options.events):
            different += 1
            print(words, flush=True)
    print(f"{options.count} searches, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
