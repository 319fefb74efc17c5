# SPDX-License-Identifier: Apache-2.0
"""Reads a SELECT of Trino (Athena engine 3) into plain tuples.

    parse("select a, count(*) from t group by 1")

Written from the Trino reference, apart from the product's own front end, so that the two can
disagree. A node is a tuple whose first item names its kind; tuples compare by value, which is how
the evaluator finds a GROUP BY expression again inside SELECT.

    ('col', ('useridentity', 'arn'))      ('num', 5)      ('str', 'x')      ('null',)
    ('call', name, args, distinct, order, filter, over, star)
    ('lambda', names, body)               ('cast', expr, type, is_try)
    types: ('varchar',) ('array', t) ('map', k, v) ('row', ((name, t), ...)) ...
"""
import re
from decimal import Decimal


class SqlSyntaxError(Exception):
    """The text is not SQL as far as this reader knows."""


TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<str>'(?:[^']|'')*')
  | (?P<bin>[xX]'[0-9a-fA-F\s]*')
  | (?P<qid>"(?:[^"]|"")*")
  | (?P<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)
  | (?P<dec>\d+\.\d*|\.\d+)
  | (?P<int>\d+)
  | (?P<id>[A-Za-z_][A-Za-z0-9_@:$]*)
  | (?P<op><>|!=|<=|>=|\|\||->|=>|[-+*/%=<>(),.\[\];?])
    """,
    re.X | re.S,
)

RESERVED = set(
    """alter and as between by case cast constraint create cross cube current_date current_time
    current_timestamp current_user deallocate delete describe distinct drop else end escape except
    exists extract false for from full group grouping having in inner insert intersect into is join
    left like localtime localtimestamp natural normalize not null on or order outer prepare
    recursive right rollup select skip table then true uescape union unnest using values when where
    with""".split()
)


def tokenize(text):
    """-> [(kind, value, place)]; words are lower case."""
    tokens, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise SqlSyntaxError(f"at {at}: {text[at:at + 20]!r}")
        kind, value = match.lastgroup, match.group()
        if kind == "str":
            tokens.append(("str", value[1:-1].replace("''", "'"), at))
        elif kind == "qid":
            tokens.append(("qid", value[1:-1].replace('""', '"').lower(), at))
        elif kind == "id":
            tokens.append(("id", value.lower(), at))
        elif kind == "bin":
            tokens.append(("bin", bytes.fromhex("".join(value[2:-1].split())), at))
        elif kind != "space":
            tokens.append((kind, value, at))
        at = match.end()
    tokens.append(("end", "", len(text)))
    return tokens


UNITS = ("year", "month", "day", "hour", "minute", "second", "week", "quarter", "millisecond")


class Parser:
    """Recursive descent; each method reads one rule of the grammar."""

    def __init__(self, text):
        self.tokens = tokenize(text)
        self.at = 0

    # Tokens.
    def peek(self, ahead=0):
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def is_word(self, *words, ahead=0):
        kind, value, _ = self.peek(ahead)
        return kind == "id" and value in words

    def is_op(self, *ops, ahead=0):
        kind, value, _ = self.peek(ahead)
        return kind == "op" and value in ops

    def word(self, *words):
        if self.is_word(*words):
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def words(self, *sequence):
        if all(self.is_word(w, ahead=i) for i, w in enumerate(sequence)):
            self.at += len(sequence)
            return True
        return False

    def op(self, *ops):
        if self.is_op(*ops):
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def fail(self, wanted):
        kind, value, place = self.peek()
        raise SqlSyntaxError(f"wanted {wanted} at {place}, found {value!r}")

    def need_word(self, *words):
        return self.word(*words) or self.fail(" or ".join(words))

    def need_op(self, *ops):
        return self.op(*ops) or self.fail(" or ".join(ops))

    def name(self):
        kind, value, _ = self.peek()
        if kind == "qid" or (kind == "id" and value not in RESERVED):
            self.at += 1
            return value
        return self.fail("a name")

    def is_name(self, ahead=0):
        kind, value, _ = self.peek(ahead)
        return kind == "qid" or (kind == "id" and value not in RESERVED)

    def integer(self):
        kind, value, _ = self.peek()
        if kind != "int":
            self.fail("a number")
        self.at += 1
        return int(value)

    # Queries.
    def statement(self):
        query = self.query()
        self.op(";")
        if self.peek()[0] != "end":
            self.fail("the end")
        return query

    def query(self):
        """-> ('query', ctes, body, order, offset, limit)"""
        ctes = []
        if self.word("with"):
            if self.word("recursive"):
                raise SqlSyntaxError("WITH RECURSIVE is not for this reader")
            while True:
                name = self.name()
                columns = self.column_names() if self.is_op("(") else None
                self.need_word("as")
                self.need_op("(")
                ctes.append((name, columns, self.query()))
                self.need_op(")")
                if not self.op(","):
                    break
        body = self.terms()
        order = self.order_by() if self.words("order", "by") else ()
        offset, limit = 0, None
        if self.word("offset"):
            offset = self.integer()
            self.word("rows", "row")
        if self.word("limit"):
            limit = None if self.word("all") else self.integer()
        elif self.word("fetch"):
            self.need_word("first", "next")
            limit = self.integer() if self.peek()[0] == "int" else 1
            self.need_word("rows", "row")
            self.need_word("only")
        return ("query", tuple(ctes), body, order, offset, limit)

    def column_names(self):
        self.need_op("(")
        names = [self.name()]
        while self.op(","):
            names.append(self.name())
        self.need_op(")")
        return tuple(names)

    def order_by(self):
        items = []
        while True:
            expr = self.expression()
            down = self.word("asc", "desc") == "desc"
            first = False
            if self.word("nulls"):
                first = self.need_word("first", "last") == "first"
            items.append((expr, down, first))
            if not self.op(","):
                return tuple(items)

    def terms(self):
        left = self.intersections()
        while self.is_word("union", "except"):
            kind = self.word("union", "except")
            every = self.word("all", "distinct") == "all"
            left = ("setop", kind, every, left, self.intersections())
        return left

    def intersections(self):
        left = self.query_primary()
        while self.word("intersect"):
            every = self.word("all", "distinct") == "all"
            left = ("setop", "intersect", every, left, self.query_primary())
        return left

    def query_primary(self):
        if self.op("("):
            query = self.query()
            self.need_op(")")
            return query
        if self.word("values"):
            rows = []
            while True:
                row = self.expression()
                rows.append(row[1] if row[0] == "row" else (row,))
                if not self.op(","):
                    return ("values", tuple(rows))
        if self.word("table"):
            return ("select", False, (("star", None),), (("table", self.qualified(), None, None),),
                    None, None, None, ())
        return self.select()

    def select(self):
        """-> ('select', distinct, items, relations, where, groups, having, windows)"""
        self.need_word("select")
        distinct = self.word("distinct", "all") == "distinct"
        items = [self.item()]
        while self.op(","):
            items.append(self.item())
        relations = []
        if self.word("from"):
            relations.append(self.relation())
            while self.op(","):
                relations.append(self.relation())
        where = self.expression() if self.word("where") else None
        groups = None
        if self.words("group", "by"):
            self.word("all", "distinct")
            groups = [self.grouping()]
            while self.op(","):
                groups.append(self.grouping())
            groups = tuple(groups)
        having = self.expression() if self.word("having") else None
        windows = []
        if self.word("window"):
            while True:
                name = self.name()
                self.need_word("as")
                windows.append((name, self.window()))
                if not self.op(","):
                    break
        return ("select", distinct, tuple(items), tuple(relations), where, groups, having,
                tuple(windows))

    def grouping(self):
        """-> ('sets', ((expr, ...), ...)): one element's grouping sets"""
        if self.words("grouping", "sets"):
            self.need_op("(")
            sets = [self.grouping_set()]
            while self.op(","):
                sets.append(self.grouping_set())
            self.need_op(")")
            return ("sets", tuple(sets))
        kind = self.word("rollup", "cube")
        if kind:
            self.need_op("(")
            parts = [self.grouping_set()]
            while self.op(","):
                parts.append(self.grouping_set())
            self.need_op(")")
            if kind == "rollup":
                chosen = [parts[:n] for n in range(len(parts), -1, -1)]
            else:
                chosen = [[p for i, p in enumerate(parts) if not bits >> i & 1]
                          for bits in range(1 << len(parts))]
            return ("sets", tuple(tuple(e for p in some for e in p) for some in chosen))
        return ("sets", (self.grouping_set(),))

    def grouping_set(self):
        if self.is_op("(") and self.is_op(")", ahead=1):
            self.at += 2
            return ()
        expr = self.expression()
        return expr[1] if expr[0] == "row" else (expr,)

    def item(self):
        if self.op("*"):
            return ("star", None)
        if self.is_name():
            at, parts = self.at, [self.name()]
            while self.op("."):
                if self.op("*"):
                    return ("star", tuple(parts))
                if not self.is_name():
                    break
                parts.append(self.name())
            self.at = at
        expr = self.expression()
        alias = None
        if self.word("as"):
            alias = self.name()
        elif self.is_name():
            alias = self.name()
        return ("item", expr, alias)

    # Relations.
    def relation(self):
        left = self.relation_primary()
        while True:
            if self.words("cross", "join"):
                left = ("join", "cross", left, self.relation_primary(), None)
                continue
            if self.is_word("natural"):
                raise SqlSyntaxError("NATURAL JOIN is not for this reader")
            kind = None
            for kind in ("inner", "left", "right", "full", "join"):
                if self.is_word(kind):
                    break
            else:
                return left
            if kind != "join":
                self.at += 1
                self.word("outer")
            self.need_word("join")
            right = self.relation_primary()
            if self.word("using"):
                on = ("using", self.column_names())
            else:
                self.need_word("on")
                on = self.expression()
            left = ("join", "inner" if kind == "join" else kind, left, right, on)

    def qualified(self):
        parts = [self.name()]
        while self.op("."):
            parts.append(self.name())
        return tuple(parts)

    def alias(self):
        names = None
        if self.word("as"):
            alias = self.name()
        elif self.is_name() and not self.is_word("offset", "limit", "fetch", "window"):
            alias = self.name()
        else:
            return None, None
        if self.is_op("("):
            names = self.column_names()
        return alias, names

    def relation_primary(self):
        if self.word("unnest"):
            self.need_op("(")
            exprs = self.expressions()
            self.need_op(")")
            ordinality = self.words("with", "ordinality")
            return ("unnest", exprs, bool(ordinality)) + self.alias()
        lateral = bool(self.word("lateral"))
        if self.op("("):
            at = self.at
            try:
                query = self.query()
                self.need_op(")")
                return ("sub", query, lateral) + self.alias()
            except SqlSyntaxError as nested:
                self.at = at
                try:
                    relation = self.relation()
                    self.need_op(")")
                except SqlSyntaxError:
                    raise nested from None
                return relation
        return ("table", self.qualified()) + self.alias()

    # Expressions.
    def expressions(self):
        exprs = [self.expression()]
        while self.op(","):
            exprs.append(self.expression())
        return tuple(exprs)

    def expression(self):
        left = self.conjunction()
        while self.word("or"):
            left = ("or", left, self.conjunction())
        return left

    def conjunction(self):
        left = self.negation()
        while self.word("and"):
            left = ("and", left, self.negation())
        return left

    def negation(self):
        if self.word("not"):
            return ("not", self.negation())
        return self.predicate()

    def predicate(self):
        left = self.value()
        while True:
            op = self.op("=", "<>", "!=", "<", "<=", ">", ">=")
            if op:
                op = "<>" if op == "!=" else op
                which = self.is_word("any", "some", "all") and self.is_op("(", ahead=1)
                if which:
                    which = self.word("any", "some", "all")
                    self.need_op("(")
                    left = ("quantified", op, "all" if which == "all" else "any", left,
                            self.query())
                    self.need_op(")")
                else:
                    left = ("cmp", op, left, self.value())
                continue
            at = self.at
            negated = bool(self.word("not"))
            if self.word("between"):
                low = self.value()
                self.need_word("and")
                test = ("between", left, low, self.value())
            elif self.word("in"):
                self.need_op("(")
                if self.is_word("select", "with", "values", "table"):
                    test = ("in_query", left, self.query())
                else:
                    test = ("in", left, self.expressions())
                self.need_op(")")
            elif self.word("like"):
                pattern = self.value()
                escape = self.value() if self.word("escape") else None
                test = ("like", left, pattern, escape)
            elif not negated and self.word("is"):
                negated = bool(self.word("not"))
                if self.word("null"):
                    test = ("is_null", left)
                elif self.words("distinct", "from"):
                    test = ("distinct_from", left, self.value())
                else:
                    self.fail("NULL or DISTINCT FROM")
            else:
                self.at = at
                return left
            left = ("not", test) if negated else test

    def value(self):
        left = self.sum()
        while self.op("||"):
            left = ("concat", left, self.sum())
        return left

    def sum(self):
        left = self.product()
        while self.is_op("+", "-"):
            left = ("math", self.op("+", "-"), left, self.product())
        return left

    def product(self):
        left = self.sign()
        while self.is_op("*", "/", "%"):
            left = ("math", self.op("*", "/", "%"), left, self.sign())
        return left

    def sign(self):
        if self.op("-"):
            return ("negative", self.sign())
        if self.op("+"):
            return self.sign()
        return self.zoned()

    def zoned(self):
        left = self.primary()
        while self.words("at", "time", "zone"):
            left = ("call", "at_timezone", (left, self.primary()), False, (), None, None, False)
        return left

    def primary(self):
        left = self.atom()
        while True:
            if self.op("["):
                left = ("subscript", left, self.expression())
                self.need_op("]")
            elif self.is_op(".") and self.peek(1)[0] in ("id", "qid"):
                self.at += 1
                name = self.tokens[self.at][1]
                self.at += 1
                if left[0] == "col":
                    left = ("col", left[1] + (name,))
                else:
                    left = ("field", left, name)
            else:
                return left

    def type_name(self):
        base = self.peek()[1]
        if self.peek()[0] != "id":
            self.fail("a type")
        self.at += 1
        if base == "double":
            self.word("precision")
        if base == "array":
            closing = ")" if self.op("(") else ">"
            if closing == ">":
                self.need_op("<")
            inner = self.type_name()
            self.need_op(closing)
            return ("array", inner)
        if base == "map":
            self.need_op("(")
            key = self.type_name()
            self.need_op(",")
            inner = self.type_name()
            self.need_op(")")
            return ("map", key, inner)
        if base == "row":
            self.need_op("(")
            fields = []
            while True:
                if self.is_name() and (self.peek(1)[0] in ("id", "qid")):
                    name = self.name()
                else:
                    name = None
                fields.append((name, self.type_name()))
                if not self.op(","):
                    break
            self.need_op(")")
            return ("row", tuple(fields))
        sizes = []
        if self.op("("):
            sizes.append(self.integer())
            while self.op(","):
                sizes.append(self.integer())
            self.need_op(")")
        if base in ("timestamp", "time"):
            if self.words("with", "time", "zone"):
                return (base + " with time zone",)
            self.words("without", "time", "zone")
            return (base,)
        base = {"int": "integer", "string": "varchar", "dec": "decimal"}.get(base, base)
        return (base,) + tuple(sizes)

    def window(self):
        """-> ('over', name, partition, order, frame)"""
        if not self.op("("):
            return ("over", self.name(), (), (), None)
        base = self.name() if self.is_name() and not self.is_word(
            "partition", "range", "rows", "groups") else None
        partition = self.expressions() if self.words("partition", "by") else ()
        order = self.order_by() if self.words("order", "by") else ()
        frame = None
        unit = self.word("rows", "range", "groups")
        if unit:
            if self.word("between"):
                low = self.bound()
                self.need_word("and")
                frame = (unit, low, self.bound())
            else:
                frame = (unit, self.bound(), ("current", None))
        self.need_op(")")
        return ("over", base, partition, order, frame)

    def bound(self):
        if self.word("unbounded"):
            return ("unbounded " + self.need_word("preceding", "following"), None)
        if self.words("current", "row"):
            return ("current", None)
        amount = self.expression()
        return (self.need_word("preceding", "following"), amount)

    def call(self, name):
        """Behind the name; reads `(...)` and what may follow."""
        self.need_op("(")
        distinct, order, star, args = False, (), False, ()
        if self.op("*"):
            star = True
        elif not self.is_op(")"):
            distinct = self.word("distinct", "all") == "distinct"
            args = self.expressions()
            if self.words("order", "by"):
                order = self.order_by()
            if self.is_word("on") and name == "listagg":
                raise SqlSyntaxError("ON OVERFLOW is not for this reader")
        self.need_op(")")
        if self.words("within", "group"):
            self.need_op("(")
            self.need_word("order")
            self.need_word("by")
            order = self.order_by()
            self.need_op(")")
        ignore = False
        if self.word("ignore"):
            self.need_word("nulls")
            ignore = True
        elif self.word("respect"):
            self.need_word("nulls")
        where = None
        if self.is_word("filter") and self.is_op("(", ahead=1):
            self.at += 2
            self.need_word("where")
            where = self.expression()
            self.need_op(")")
        over = self.window() if self.word("over") else None
        if ignore:
            name += " ignore nulls"
        return ("call", name, args, distinct, order, where, over, star)

    def plain_call(self, name, *args):
        return ("call", name, tuple(args), False, (), None, None, False)

    def atom(self):
        kind, value, _ = self.peek()
        if kind == "str":
            self.at += 1
            return ("str", value)
        if kind == "bin":
            self.at += 1
            return ("bin", value)
        if kind in ("int", "dec", "double"):
            self.at += 1
            return ("num", {"int": int, "dec": Decimal, "double": float}[kind](value))
        if self.is_op("("):
            return self.parenthesis()
        if kind == "qid":
            self.at += 1
            if self.is_op("->"):
                return self.lambda_of((value,))
            return ("col", (value,))
        if kind != "id":
            self.fail("an expression")
        special = getattr(self, "word_" + value, None)
        if special:
            at = self.at
            self.at += 1
            node = special()
            if node:
                return node
            self.at = at
        if value in RESERVED and not (value in ("left", "right") and self.is_op("(", ahead=1)):
            self.fail("an expression")
        self.at += 1
        if self.is_op("->"):
            return self.lambda_of((value,))
        if self.is_op("("):
            return self.call(value)
        return ("col", (value,))

    def lambda_of(self, names):
        self.need_op("->")
        return ("lambda", names, self.expression())

    def parenthesis(self):
        at = self.at
        self.need_op("(")
        if self.is_word("select", "with", "values") or (
                self.is_op("(") and self.is_word("select", ahead=1)):
            try:
                query = self.query()
                self.need_op(")")
                return ("scalar_query", query)
            except SqlSyntaxError:
                self.at = at + 1
        if self.is_op(")") and self.is_op("->", ahead=1):
            self.at += 1
            return self.lambda_of(())
        ahead, names = 0, []
        while self.is_name(ahead):
            names.append(self.peek(ahead)[1])
            ahead += 1
            if not self.is_op(",", ahead=ahead):
                break
            ahead += 1
        if names and self.is_op(")", ahead=ahead) and self.is_op("->", ahead=ahead + 1):
            self.at += ahead + 1
            return self.lambda_of(tuple(names))
        exprs = self.expressions()
        self.need_op(")")
        return exprs[0] if len(exprs) == 1 else ("row", exprs)

    # Words that begin an expression of their own form; None: an ordinary name after all.
    def word_null(self):
        return ("null",)

    def word_true(self):
        return ("bool", True)

    def word_false(self):
        return ("bool", False)

    def typed(self, kind):
        if self.peek()[0] != "str":
            return None
        self.at += 1
        return ("typed", kind, self.tokens[self.at - 1][1])

    def word_date(self):
        return self.typed("date")

    def word_timestamp(self):
        return self.typed("timestamp")

    def word_time(self):
        return self.typed("time")

    def word_decimal(self):
        return self.typed("decimal")

    def word_double(self):
        return self.typed("double")

    def word_bigint(self):
        return self.typed("bigint")

    def word_json(self):
        return self.typed("json")

    def word_ipaddress(self):
        return self.typed("ipaddress")

    def word_interval(self):
        sign = -1 if self.op("-") else 1
        if sign == 1:
            self.op("+")
        if self.peek()[0] != "str":
            return None
        text = self.peek()[1]
        self.at += 1
        unit = self.need_word(*UNITS)
        to = self.need_word(*UNITS) if self.word("to") else None
        return ("interval", sign, text, unit, to)

    def word_case(self):
        operand = None if self.is_word("when") else self.expression()
        whens = []
        while self.word("when"):
            test = self.expression()
            self.need_word("then")
            whens.append((test, self.expression()))
        other = self.expression() if self.word("else") else ("null",)
        self.need_word("end")
        return ("case", operand, tuple(whens), other)

    def cast(self, is_try):
        if not self.op("("):
            return None
        expr = self.expression()
        self.need_word("as")
        kind = self.type_name()
        self.need_op(")")
        return ("cast", expr, kind, is_try)

    def word_cast(self):
        return self.cast(False)

    def word_try_cast(self):
        return self.cast(True)

    def word_exists(self):
        if not self.op("("):
            return None
        query = self.query()
        self.need_op(")")
        return ("exists", query)

    def word_extract(self):
        self.need_op("(")
        unit = self.name()
        self.need_word("from")
        expr = self.expression()
        self.need_op(")")
        return self.plain_call(unit, expr)

    def word_array(self):
        if not self.op("["):
            return None
        items = () if self.is_op("]") else self.expressions()
        self.need_op("]")
        return ("array", items)

    def word_row(self):
        if not self.op("("):
            return None
        items = self.expressions()
        self.need_op(")")
        return ("row", items)

    def word_trim(self):
        if not self.op("("):
            return None
        side = self.word("both", "leading", "trailing") or "both"
        name = {"both": "trim", "leading": "ltrim", "trailing": "rtrim"}[side]
        if self.word("from"):
            expr = self.expression()
            self.need_op(")")
            return self.plain_call(name, expr)
        first = self.expression()
        if self.word("from"):
            expr = self.expression()
            self.need_op(")")
            return self.plain_call(name, expr, first)
        args = [first]
        while self.op(","):
            args.append(self.expression())
        self.need_op(")")
        return self.plain_call(name, *args)

    def word_substring(self):
        if not self.op("("):
            return None
        args = [self.expression()]
        if self.word("from"):
            args.append(self.expression())
            if self.word("for"):
                args.append(self.expression())
        else:
            while self.op(","):
                args.append(self.expression())
        self.need_op(")")
        return self.plain_call("substr", *args)

    def word_position(self):
        if not self.op("("):
            return None
        part = self.value()
        self.need_word("in")
        whole = self.value()
        self.need_op(")")
        return self.plain_call("strpos", whole, part)

    def word_current_timestamp(self):
        return self.plain_call("now")

    def word_current_date(self):
        return self.plain_call("current_date")

    def word_localtimestamp(self):
        return self.plain_call("localtimestamp")


def parse(text):
    """The tree of one SELECT."""
    return Parser(text).statement()
