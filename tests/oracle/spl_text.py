# SPDX-License-Identifier: Apache-2.0
"""Reads searches of Splunk for the oracle: text in, the commands of `spl_oracle.run` out.

    commands = parse("index=cloudtrail eventName=Get* | stats count by userAgent")

Written from Splunk's reference, knowing nothing of the compiler. What it does not know it refuses by
raising Unknown, so that nothing is compared that was not understood. Macros must be expanded.
"""
import re


class Unknown(Exception):
    """A construct that the oracle was not taught."""


BLANK = re.compile(r"\s+")
NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
NAME = re.compile(r"[A-Za-z_][\w.{}:]*")
KEYWORDS = {"and", "or", "not", "xor", "in", "like"}
FUNCTIONS = {"sum", "avg", "count", "dc", "distinct_count", "values", "list", "first", "last", "min", "max", "earliest",
             "latest", "stdev", "range", "median", "mean", "c"}


class Text:
    """A search, read from its front."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def blanks(self):
        match = BLANK.match(self.text, self.at)
        if match:
            self.at = match.end()

    def peek(self):
        self.blanks()
        return self.text[self.at] if self.at < len(self.text) else ""

    def ends(self):
        return self.peek() in ("", "|", "]")

    def take(self, letters):
        self.blanks()
        if not self.text.startswith(letters, self.at):
            return False
        self.at += len(letters)
        return True

    def need(self, letters):
        if not self.take(letters):
            raise Unknown(f"{letters} expected at {self.text[self.at:self.at + 30]!r}")

    def word(self):
        """Up to a blank or a letter that means something."""
        self.blanks()
        begin = self.at
        while self.at < len(self.text) and self.text[self.at] not in " \t\r\n,()[]|\"=<>":
            if self.text.startswith("!=", self.at):
                break
            self.at += 1
        return self.text[begin:self.at]

    def keyword(self, *words):
        begin = self.at
        found = self.word()
        if found.lower() in words and self.peek() != "=":
            return True
        self.at = begin
        return False

    def quoted(self):
        quote = self.text[self.at]
        self.at += 1
        made = ""
        while self.text[self.at] != quote:
            if self.text[self.at] == "\\" and self.text[self.at + 1] in (quote, "\\"):
                self.at += 1
            made += self.text[self.at]
            self.at += 1
        self.at += 1
        return made

    def argument(self):
        if self.peek() in "\"'":
            return self.quoted()
        found = self.word()
        if not found:
            raise Unknown(f"a word expected at {self.text[self.at:self.at + 30]!r}")
        return found

    def option(self, *names):
        begin = self.at
        found = self.word()
        if found.lower() in names and self.take("="):
            return found.lower(), self.argument()
        self.at = begin
        return None

    def names(self, *stops):
        made = []
        while not self.ends():
            if self.take(","):
                continue
            begin = self.at
            if self.peek() not in "\"'" and self.word().lower() in stops:
                self.at = begin
                break
            self.at = begin
            made.append(self.argument())
        return made


# search


def search(text, stops=("", "|", "]", ")"), until=()):
    """Terms side by side; of each, OR binds before AND."""
    terms = []
    while text.peek() not in stops:
        begin = text.at
        word = text.word() if text.peek() not in "\"([" else ""
        if word.lower() in until:
            text.at = begin
            break
        if word == "AND" or (not word and text.take(",")):
            continue
        text.at = begin
        either = [term(text)]
        while True:
            begin = text.at
            if text.peek() in "\"([" or text.word() != "OR":
                text.at = begin
                break
            either.append(term(text))
        terms.append(either[0] if len(either) == 1 else ("or", *either))
    return ("and", *terms) if terms else ("true",)


def term(text):
    begin = text.at
    if text.peek() == "(":
        text.need("(")
        inner = search(text)
        text.need(")")
        return inner
    if text.peek() == "[":
        return ("subsearch", subsearch(text))
    quoted = text.peek() == '"'
    word = text.argument()
    if word == "NOT" and not quoted:
        return ("not", term(text))
    behind = text.at
    if text.keyword("in") and text.take("("):
        values = []
        while not text.take(")"):
            if not text.take(","):
                values.append(text.argument())
        return ("or", *(("cmp", word, "=", one) for one in values))
    text.at = behind
    for op in ("!=", "<=", ">=", "=", "<", ">"):
        if not text.take(op):
            continue
        begin = text.at
        if text.ends():
            return ("cmp", word, op, "*")
        value = text.argument()
        if text.at < len(text.text) and text.text[text.at] == "(" and value.isidentifier():
            text.at = begin
            return ("eval", ("cmp", op, ("field", word), additive(text)))
        return ("cmp", word, op, value)
    if word == "*":
        return ("true",)
    return ("term", word)


# eval


def expression(text):
    left = conjunction(text)
    while text.keyword("or"):
        left = ("or", left, conjunction(text))
    return left


def conjunction(text):
    left = negation(text)
    while text.keyword("and"):
        left = ("and", left, negation(text))
    return left


def negation(text):
    if text.keyword("not"):
        return ("not", negation(text))
    left = additive(text)
    if text.keyword("in"):
        text.need("(")
        values = listed(text)
        return ("call", "in", left, *values)
    if text.keyword("like"):
        return ("call", "like", left, additive(text))
    for op in ("!=", "<=", ">=", "==", "=", "<", ">"):
        if text.take(op):
            return ("cmp", "=" if op == "==" else op, left, additive(text))
    return left


def additive(text):
    left = product(text)
    while text.peek() in tuple("+-."):
        op = text.peek()
        text.need(op)
        left = ("math", op, left, product(text))
    return left


def product(text):
    left = unary(text)
    while text.peek() in tuple("*/%"):
        op = text.peek()
        text.need(op)
        left = ("math", op, left, unary(text))
    return left


def unary(text):
    if text.take("-"):
        return ("math", "-", ("lit", 0.0), unary(text))
    if text.take("("):
        inner = expression(text)
        text.need(")")
        return inner
    if text.peek() == '"':
        return ("lit", text.quoted())
    if text.peek() == "'":
        return ("field", text.quoted())
    number = NUMBER.match(text.text, text.at)
    if number:
        text.at = number.end()
        return ("lit", float(number.group()))
    name = NAME.match(text.text, text.at)
    if not name:
        raise Unknown(f"an expression expected at {text.text[text.at:text.at + 30]!r}")
    text.at = name.end()
    if text.text.startswith("(", text.at):
        text.need("(")
        return ("call", name.group(), *listed(text))
    return ("field", name.group())


def listed(text):
    values = []
    while not text.take(")"):
        if not text.take(","):
            values.append(expression(text))
    return values


# commands


def aggregates(text):
    """[(function, field or tree or None, column)]"""
    made = []
    while not text.ends():
        if text.take(","):
            continue
        begin = text.at
        if text.keyword("by", "from", "where"):
            text.at = begin
            break
        function = text.word().lower()
        if function not in FUNCTIONS:
            raise Unknown(f"function {function}")
        function = {"distinct_count": "dc", "mean": "avg", "c": "count"}.get(function, function)
        field, column = None, function
        if text.take("("):
            inside = text.at
            if text.word().lower() == "eval" and text.take("("):
                field = expression(text)
                text.need(")")
            else:
                text.at = inside
                if text.peek() != ")":
                    field = text.argument()
            text.need(")")
            column = f"{function}({field})" if field else function
        if text.keyword("as"):
            column = text.argument()
        made.append((function, field, column))
    return made


def command(text, name):
    if name == "search":
        return ("search", search(text))
    if name == "where":
        return ("where", expression(text))
    if name == "eval":
        made = []
        while not text.ends():
            if text.take(","):
                continue
            field = text.argument()
            text.need("=")
            made.append(("eval", field, expression(text)))
        return made
    if name in ("stats", "eventstats"):
        asked = aggregates(text)
        by = text.names() if text.keyword("by") else []
        return (name if name == "stats" else "all_eventstats", asked, by)
    if name == "rename":
        made = []
        while not text.ends():
            if text.take(","):
                continue
            old = text.argument()
            if not text.keyword("as"):
                raise Unknown("rename without AS")
            made.append(("rename_pattern", old, text.argument()))
        return made
    if name in ("bin", "bucket"):
        span = field = None
        while not text.ends():
            found = text.option("span")
            if found:
                span = found[1]
            else:
                field = text.argument()
        match = re.fullmatch(r"(\d+)([smhd])", span or "")
        if not match or field != "_time":
            raise Unknown("bin")
        return ("bin", float(match.group(1)) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match.group(2)])
    if name == "spath":
        made = {"input": "_raw", "output": None, "path": None}
        while not text.ends():
            found = text.option("input", "output", "path")
            if found:
                made[found[0]] = found[1]
            else:
                made["path"] = text.argument()
        if made["path"] is None:
            raise Unknown("spath without a path")
        return ("spath", made["input"], made["output"] or made["path"], made["path"])
    if name == "table":
        return ("table", text.names())
    if name == "fields":
        drop = text.take("-")
        text.take("+")
        return ("drop" if drop else "table", text.names())
    if name == "mvexpand":
        return ("mvexpand", text.argument())
    if name == "fillnull":
        found = text.option("value")
        names = text.names()
        return [("fillnull", field, found[1] if found else "0") for field in names] if names else \
            ("fill_all", found[1] if found else "0")
    if name == "dedup":
        return ("dedup", text.names())
    if name == "sort":
        if text.peek().isdigit():
            if text.word() != "0":
                raise Unknown("sort N")
        keys = []
        while not text.ends():
            if text.take(","):
                continue
            down = text.take("-")
            text.take("+")
            keys.append((text.argument(), down))
        return ("sort", keys)
    if name in ("head", "tail"):
        return (name, int(text.word()) if text.peek().isdigit() else 10)
    if name == "rex":
        found = text.option("field")
        return ("rex", found[1] if found else "_raw", re.compile(re.sub(r"\(\?<(?=\w)", "(?P<", text.argument())))
    if name == "regex":
        field = text.word() or "_raw"
        op = "!=" if text.take("!=") else "=" if text.take("=") else "="
        return ("regex", field, op, re.compile(text.argument()))
    if name == "convert":
        found, made = text.option("timeformat"), []
        while not text.ends():
            if text.take(","):
                continue
            if text.word() != "ctime" or not text.take("("):
                raise Unknown("convert")
            field = text.argument()
            text.need(")")
            made.append(("ctime", field, found[1] if found else "%m/%d/%Y %H:%M:%S"))
        return made
    if name in ("inputlookup", "outputlookup"):
        append = False
        lookup = None
        while not text.ends():
            found = text.option("append")
            if found:
                append = found[1] in ("t", "true", "1")
            else:
                lookup = text.argument()
        return (name, lookup, append)
    if name == "lookup":
        table, keys, outputs, only_new = text.argument(), [], [], None
        while not text.ends():
            if text.take(","):
                continue
            if text.keyword("output"):
                only_new = False
            elif text.keyword("outputnew"):
                only_new = True
            else:
                column = text.argument()
                field = text.argument() if text.keyword("as") else column
                (keys if only_new is None else outputs).append((column, field))
        return ("lookup", table, keys, outputs, bool(only_new))
    if name == "join":
        outer, keys = False, []
        while text.peek() != "[":
            found = text.option("type", "max", "overwrite")
            if found and found[0] == "type":
                outer = found[1] in ("outer", "left")
            elif found:
                raise Unknown("join " + found[0])
            elif not text.take(","):
                keys.append(text.argument())
        return ("join", keys, outer, subsearch(text))
    if name == "iplocation":
        text.argument()
        return ("iplocation",)
    if name == "tstats":
        return tstats(text)
    raise Unknown(name)


def tstats(text):
    while text.option("summariesonly", "allow_old_summaries", "fillnull_value"):
        pass
    asked = aggregates(text)
    made = [("events",)]
    if text.keyword("from"):
        _, model = text.option("datamodel")
        made.append(("model", model.split(".")[0]))
    if text.keyword("where"):
        made.append(("search", search(text, until=("by",))))
    by, span = [], None
    if text.keyword("by"):
        while not text.ends():
            found = text.option("span")
            if found:
                span = found[1]
            elif not text.take(","):
                by.append(text.argument())
    if span:
        made.append(command(Text(f"span={span} _time"), "bin"))
    return made + [("stats", asked, by)]


def subsearch(text):
    text.need("[")
    made = pipeline(text)
    text.need("]")
    return made


def pipeline(text):
    made = []
    if text.peek() != "|":
        text.keyword("search")
        made.append(("events",))
        made.append(("search", search(text)))
    while text.take("|"):
        found = command(text, text.word().lower())
        made += found if isinstance(found, list) else [found]
    return made


def parse(text):
    """The commands of a search whose macros are expanded; a filter that passes all is dropped."""
    text = re.sub(r"`drop_dm_object_name\(\"?(\w+)\"?\)`", r"rename \1.* as *", text)
    text = re.sub(r"\|\s*`\w+_filter`", "", text)
    text = re.sub(r"`\w+_filter`", " ", text)
    if "`" in text:
        raise Unknown("a macro")
    reader = Text(text)
    made = pipeline(reader)
    if reader.peek():
        raise Unknown(f"left over: {reader.text[reader.at:reader.at + 30]!r}")
    return made
