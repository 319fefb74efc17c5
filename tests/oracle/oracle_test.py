#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The oracle itself, against answers worked out by hand from the Trino reference."""
import gzip
import json
import os
import tempfile
import unittest

from events import Table, load
from judge import Given, compare
from sql_oracle import Answer, Oracle, Refusal, SqlError, SqlSyntaxError, plain

EVENTS = [
    {"eventVersion": "1.08", "eventTime": "2024-03-01T10:00:00Z", "eventSource": "s3.amazonaws.com",
     "eventName": "PutObject", "awsRegion": "eu-west-1", "eventID": "a", "readOnly": False,
     "recipientAccountId": "111122223333", "userIdentity": {
         "type": "AssumedRole", "principalId": "AROAX:i-1", "accountId": "111122223333",
         "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "web"},
                            "attributes": {"creationDate": "2024-03-01T09:00:00Z"}}},
     "requestParameters": {"z": 1, "bucketName": "logs", "list": [1, {"x y": True}], "big": 1.50},
     "resources": [{"ARN": "arn:1", "type": "T"}, {"ARN": "arn:2", "accountId": "9"}]},
    {"eventVersion": "1.08", "eventTime": "2024-03-01T11:30:00Z", "eventSource": "iam.amazonaws.com",
     "eventName": "ListUsers", "awsRegion": "us-east-1", "eventID": "b", "readOnly": True,
     "errorCode": "AccessDenied", "userIdentity": {"type": "IAMUser", "userName": "ann",
                                                   "accountId": "444455556666"},
     "requestParameters": None},
    {"eventVersion": "1.05", "eventTime": "2024-03-02T10:00:00Z", "eventSource": "iam.amazonaws.com",
     "eventName": "ListRoles", "awsRegion": "us-east-1", "eventID": "c", "errorCode": "Throttling",
     "requestParameters": {"maxItems": 5}},
]


class OracleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with gzip.open(os.path.join(cls.folder.name, "one.json.gz"), "wt") as file:
            json.dump({"Records": EVENTS[:1]}, file)
        with open(os.path.join(cls.folder.name, "two.json"), "w", encoding="utf-8") as file:
            file.write("\n".join(json.dumps(e) for e in EVENTS[1:]))
        found = load([cls.folder.name])
        cls.oracles = {d: Oracle(Table(found, d), d) for d in ("athena", "lake")}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def rows(self, text, dialect="athena"):
        return [[plain(v) for v in r] for r in self.oracles[dialect].ask(text).final()]

    def value(self, expression, dialect="athena"):
        text = f"select {expression} from cloudtrail where eventid = 'a'"
        (row,) = self.rows(text, dialect)
        return row[0]

    def each(self, expression):
        return [r[0] for r in self.rows(f"select {expression} from cloudtrail order by eventid")]

    def test_columns_of_athena(self):
        self.assertEqual(self.each("year || month || day"), ["20240301", "20240301", "20240302"])
        self.assertEqual(self.each("account"), ["111122223333", "444455556666", None])
        self.assertEqual(self.each("readonly"), ["false", "true", None])
        self.assertEqual(self.each("\"timestamp\""), ["2024/03/01", "2024/03/01", "2024/03/02"])
        self.assertEqual(self.each("userIdentity.sessionContext.sessionIssuer.userName"),
                         ["web", None, None])
        self.assertEqual(self.value("requestparameters"),
                         '{"z":1,"bucketName":"logs","list":[1,{"x y":true}],"big":1.5}')
        self.assertEqual(self.each("requestparameters is null"), [False, True, False])

    def test_columns_of_lake(self):
        self.assertEqual(self.value("eventtime", "lake"), "2024-03-01 10:00:00.000")
        self.assertEqual(self.value("eventtime > '2024-03-01 09:59:59'", "lake"), True)
        self.assertEqual(self.value("readonly", "lake"), False)
        self.assertEqual(self.value("element_at(requestparameters, 'list')", "lake"),
                         '[1,{"x y":true}]')
        self.assertEqual(self.value("element_at(requestparameters, 'none')", "lake"), None)
        self.assertEqual(
            self.value("useridentity.sessioncontext.attributes.creationdate", "lake"),
            "2024-03-01 09:00:00.000")

    def test_three_values(self):
        self.assertEqual(self.each("errorcode <> 'AccessDenied'"), [None, False, True])
        self.assertEqual(self.each("not (errorcode = 'x' or errorcode is null)"),
                         [False, True, True])
        self.assertEqual(self.value("null and false"), False)
        self.assertEqual(self.value("null or true"), True)
        self.assertEqual(self.value("1 in (2, null)"), None)
        self.assertEqual(self.value("1 not in (1, null)"), False)
        self.assertEqual(self.value("null between 1 and 2"), None)
        self.assertEqual(self.value("5 between null and 2"), False)
        self.assertEqual(self.value("null is distinct from null"), False)
        self.assertEqual(self.rows("select eventid from cloudtrail where errorcode not in ('x', "
                                   "null)"), [])

    def test_order_and_limit(self):
        self.assertEqual(self.each("eventid"), ["a", "b", "c"])
        by_code = "select errorcode from cloudtrail order by errorcode"
        self.assertEqual(self.rows(by_code), [["AccessDenied"], ["Throttling"], [None]])
        self.assertEqual(self.rows(by_code + " desc"), [["Throttling"], ["AccessDenied"], [None]])
        self.assertEqual(self.rows(by_code + " desc nulls first limit 1"), [[None]])
        self.assertEqual(self.rows(by_code + " offset 1 limit 1"), [["Throttling"]])

    def test_groups(self):
        self.assertEqual(
            self.rows("select eventsource, count(*) n, count(errorcode) from cloudtrail group by 1 "
                      "having count(*) > 1"), [["iam.amazonaws.com", 2, 2]])
        self.assertEqual(self.rows("select count(*), sum(1), max(errorcode) from cloudtrail where "
                                   "eventid = 'none'"), [[0, None, None]])
        self.assertEqual(self.rows("select count(*) from cloudtrail where false group by year"), [])
        self.assertEqual(
            self.rows("select year, day, count(*) from cloudtrail group by rollup (year, day) "
                      "order by 1, 2"),
            [["2024", "01", 2], ["2024", "02", 1], ["2024", None, 3], [None, None, 3]])
        self.assertEqual(self.rows("select count(distinct eventsource), count_if(errorcode is null)"
                                   ", count(*) filter (where day = '01') from cloudtrail"),
                         [[2, 1, 2]])
        self.assertEqual(self.rows("select array_agg(errorcode order by eventid desc), "
                                   "max_by(eventname, eventtime), bool_or(errorcode = 'x') "
                                   "from cloudtrail"),
                         [[["Throttling", "AccessDenied", None], "ListRoles", False]])
        with self.assertRaises(Refusal):
            self.rows("select eventname, count(*) from cloudtrail")
        with self.assertRaises(Refusal):
            self.rows("select eventname as n, count(*) from cloudtrail group by n")

    def test_numbers(self):
        for text, wanted in [("7/2", 3), ("-7/2", -3), ("-7 % 2", -1), ("7/2e0", 3.5),
                             ("cast('12' as bigint)", 12), ("try_cast('1.5' as integer)", None),
                             ("cast(1.5 as integer)", 2), ("cast(1e7 as varchar)", "1.0E7"),
                             ("cast(0.1e0 as varchar)", "0.1"), ("greatest(1, null)", None),
                             ("round(2.5e0)", 3.0), ("try(1/0)", None), ("1.10 = 1.1", True)]:
            self.assertEqual(self.value(text), wanted, text)
        for text in ("1/0", "cast('1.5' as int)", "'10' > 9", "array[1,2][3]", "array[1][0]",
                     "eventtime > now()"):
            with self.assertRaises(SqlError, msg=text):
                self.value(text)

    def test_text(self):
        for text, wanted in [
                ("'a%b' like 'a!%b' escape '!'", True), ("'aXb' like 'a!%b' escape '!'", False),
                ("'a\nb' like 'a_b'", True), ("substr('hello', -3, 2)", "ll"),
                ("substr('hello', 0)", ""), ("split_part('a:b', ':', 3)", None),
                ("strpos('hello', 'l')", 3), ("replace('arn:x', 'arn:')", "x"),
                ("concat('a', null)", None), ("concat_ws('-', 'a', null, 'b')", "a-b"),
                ("regexp_like('abc', 'b')", True), ("regexp_extract('a1b2', '\\d')", "1"),
                ("regexp_extract('ab', '\\d')", None),
                ("regexp_replace('a1b2', '(\\d)', '<$1>')", "a<1>b<2>"),
                ("lower('ABC') || upper('x')", "abcX"), ("length('')", 0),
                ("trim(both 'x' from 'xax')", "a"), ("reverse('ab')", "ba"),
                ("position('b' in 'ab')", 2), ("lpad('7', 3, '0')", "007")]:
            self.assertEqual(self.value(text), wanted, text)

    def test_json(self):
        for text, wanted in [
                ("json_extract_scalar(requestparameters, '$.bucketName')", "logs"),
                ("json_extract_scalar(requestparameters, '$.list')", None),
                ("json_extract_scalar(requestparameters, '$.list[1][\"x y\"]')", "true"),
                ("json_extract_scalar(requestparameters, '$.big')", "1.5"),
                ("json_extract(requestparameters, '$.list')", '[1,{"x y":true}]'),
                ("json_extract_scalar('not json', '$.a')", None),
                ("json_array_length('[1,2]')", 2), ("json_size('{\"a\":{\"b\":1}}', '$.a')", 1),
                ("cast(json_parse('[1,2]') as array(varchar))", ["1", "2"]),
                ("cast(json_parse('{\"a\":[1]}') as map(varchar, json))", {"a": "[1]"}),
                ("cast('{}' as json)", '"{}"'), ("json_format(json_parse('[1, 2]'))", "[1,2]"),
                ("cast(json_extract(requestparameters, '$.z') as integer) + 1", 2)]:
            self.assertEqual(self.value(text), wanted, text)
        for text in ("json_parse('{')", "cast(json_parse('{}') as varchar)"):
            with self.assertRaises(SqlError, msg=text):
                self.value(text)

    def test_times(self):
        for text, wanted in [
                ("from_iso8601_timestamp(eventtime)", "2024-03-01 10:00:00.000 UTC"),
                ("date_diff('hour', timestamp '2024-01-01 00:30:00', "
                 "timestamp '2024-01-01 02:29:59')", 1),
                ("date_diff('month', date '2024-01-31', date '2024-02-29')", 1),
                ("date_add('month', 1, date '2024-01-31')", "2024-02-29"),
                ("date_trunc('week', date '2024-03-01')", "2024-02-26"),
                ("date_format(timestamp '2024-03-01 10:05:00', '%Y/%m/%d %i')", "2024/03/01 05"),
                ("date_parse('2024-03-01T10:05:00Z', '%Y-%m-%dT%H:%i:%sZ')",
                 "2024-03-01 10:05:00.000"),
                ("format_datetime(timestamp '2024-03-01 10:05:00', 'yyyy-MM-dd''T''HH:mm')",
                 "2024-03-01T10:05"),
                ("day_of_week(date '2024-03-03')", 7), ("extract(year from date '2024-03-03')", 2024),
                ("date '2024-03-01' + interval '1' month", "2024-04-01"),
                ("ts - interval '30' minute", "2024-03-01 09:30:00.000"),
                ("to_unixtime(timestamp '1970-01-01 00:00:01.5')", 1.5),
                ("to_iso8601(ts)", "2024-03-01T10:00:00.000"),
                ("ts at time zone 'UTC' = from_iso8601_timestamp('2024-03-01T12:00:00+02:00')",
                 True)]:
            self.assertEqual(self.value(text), wanted, text)

    def test_arrays_and_maps(self):
        for text, wanted in [
                ("element_at(array[1,2], -1)", 2), ("element_at(array[1,2], 3)", None),
                ("contains(array[1, null], 2)", None), ("cardinality(resources)", 2),
                ("filter(array[1,2,3], x -> x > 1)", [2, 3]),
                ("transform(resources, r -> r.arn)", ["arn:1", "arn:2"]),
                ("any_match(resources, r -> r.accountid = '9')", True),
                ("all_match(resources, r -> r.accountid = '9')", None),
                ("reduce(array[1,2,3], 0, (s, x) -> s + x, s -> s * 2)", 12),
                ("map(array['a'], array[1])['a']", 1), ("array_join(array['a',null,'b'], '-')",
                                                        "a-b"),
                ("array_sort(array[2,null,1])", [1, 2, None]), ("sequence(1, 3)", [1, 2, 3]),
                ("element_at(map(array['a'], array[1]), 'b')", None),
                ("slice(array[1,2,3], 2, 5)", [2, 3]), ("array_distinct(array[1,1,2])", [1, 2])]:
            self.assertEqual(self.value(text), wanted, text)

    def test_sources(self):
        self.assertEqual(
            self.rows("select r.arn, n from cloudtrail cross join unnest(resources) with ordinality"
                      " as r(arn, accountid, type, arnprefix, n)"), [["arn:1", 1], ["arn:2", 2]])
        self.assertEqual(
            self.rows("select u.entry.arn from cloudtrail t cross join unnest(t.resources) "
                      "u(entry)"), [["arn:1"], ["arn:2"]])
        self.assertEqual(
            self.rows("select a.eventid, b.eventid from cloudtrail a left join cloudtrail b "
                      "on a.eventsource = b.eventsource and b.eventid > a.eventid order by 1, 2"),
            [["a", None], ["b", "c"], ["c", None]])
        self.assertEqual(
            self.rows("with x as (select day, count(*) n from cloudtrail group by day) "
                      "select * from x where n = (select max(n) from x)"), [["01", 2]])
        self.assertEqual(
            self.rows("select eventid from cloudtrail t where exists (select 1 from cloudtrail u "
                      "where u.eventsource = t.eventsource and u.eventid <> t.eventid) order by 1"),
            [["b"], ["c"]])
        self.assertEqual(self.rows("select x from (values 1, 2) as v(x) where x > 1"), [[2]])
        with self.assertRaises(Refusal):
            self.rows("select 1 from vpc_flow_logs")

    def test_sets_and_windows(self):
        union = "select eventsource from cloudtrail {} select eventsource from cloudtrail where " \
                "eventid = 'b'"
        self.assertEqual(len(self.rows(union.format("union all"))), 4)
        self.assertEqual(len(self.rows(union.format("union"))), 2)
        self.assertEqual(self.rows(union.format("except")), [["s3.amazonaws.com"]])
        self.assertEqual(self.rows(union.format("intersect")), [["iam.amazonaws.com"]])
        self.assertEqual(
            self.rows("select eventid, row_number() over (partition by eventsource order by "
                      "eventtime), count(*) over (partition by eventsource), sum(1) over (order by "
                      "eventtime) from cloudtrail order by 1"),
            [["a", 1, 1, 1], ["b", 1, 2, 2], ["c", 2, 2, 3]])
        self.assertEqual(
            self.rows("select day, rank() over (order by count(*) desc) from cloudtrail group by "
                      "day order by 1"), [["01", 1], ["02", 2]])

    def test_what_is_no_sql(self):
        for text in ("select", "select a from", "select 'a", "select a b c from t"):
            with self.assertRaises(SqlSyntaxError):
                self.rows(text)


class JudgeTest(unittest.TestCase):
    def test_ties_may_be_cut_anywhere(self):
        answer = Answer(["a", "n"], [["x", 2], ["y", 1], ["z", 1]], [(2,), (1,), (1,)], 0, 2)
        names = ("a", "n")
        self.assertIsNone(compare(answer, Given(names, [["x", 2], ["z", 1]])))
        self.assertIsNone(compare(answer, Given(names, [["x", 2], ["y", 1]])))
        self.assertIsNotNone(compare(answer, Given(names, [["y", 1], ["x", 2]])))
        self.assertIsNotNone(compare(answer, Given(names, [["x", 2], ["w", 1]])))
        self.assertIsNotNone(compare(answer, Given(names, [["x", 2]])))

    def test_order_matters_only_where_asked(self):
        answer = Answer(["a"], [["x"], ["y"], ["y"]])
        self.assertIsNone(compare(answer, Given(("a",), [["y"], ["x"], ["y"]])))
        self.assertIsNotNone(compare(answer, Given(("a",), [["y"], ["x"], ["x"]])))


if __name__ == "__main__":
    unittest.main()
