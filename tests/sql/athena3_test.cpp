// SPDX-License-Identifier: Apache-2.0
//
// Constructs of Athena's engine 3 that DuckDB has not, or has otherwise: recursion, ties, SQL/JSON,
// queries inside of grouped ones. Expected rows are worked out by hand from Trino's documentation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answering.hpp"
#include "sql/derived.hpp"
#include "sql/expand.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::answers {
namespace {

using event::Field;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

using Rows = std::vector<std::vector<std::string>>;
using Row = std::vector<std::string>;

Answering& desk() {
  static Answering& made = *new Answering;
  return made;
}

Answering& with_events() {
  static Answering& made = *new Answering({
      {{Field::EventTime, "2024-03-01T10:00:00Z"},
       {Field::EventName, "AssumeRole"},
       {Field::SourceIpAddress, "a"},
       {Field::ErrorCode, "x"}},
      {{Field::EventTime, "2024-03-01T11:00:00Z"},
       {Field::EventName, "AssumeRole"},
       {Field::SourceIpAddress, "b"}},
      {{Field::EventTime, "2024-03-01T12:00:00Z"},
       {Field::EventName, "GetUser"},
       {Field::SourceIpAddress, "a"}},
  });
  return made;
}

// Recursion

TEST(Recursion, StepsUntilNothingComes) {
  EXPECT_THAT(
      desk().rows("with recursive t (n) as (select 1 union all select n + 2 from t where n < 6) "
                  "select n from t"),
      UnorderedElementsAre(Row{"1"}, Row{"3"}, Row{"5"}, Row{"7"}));
}

TEST(Recursion, MayJoinTheEvents) {
  // From whom did the chain of addresses come? Each step follows the calls.
  EXPECT_THAT(
      with_events().rows(
          "with recursive chain (ip, depth) as ("
          "  select 'a', 0 union all"
          "  select 'b', c.depth + 1 from chain c join cloudtrail e on e.sourceipaddress = c.ip "
          "  where e.eventname = 'AssumeRole' and c.depth < 2) "
          "select ip, depth from chain order by depth"),
      ElementsAre(Row{"a", "0"}, Row{"b", "1"}, Row{"b", "2"}));
}

TEST(Recursion, StopsTheQuestionBehindTenSteps) {
  const std::string ten =
      "with recursive t (n) as (values 1 union all select n + 1 from t where n < ";
  EXPECT_THAT(desk().rows(ten + "11) select max(n) from t"), ElementsAre(Row{"11"}));
  EXPECT_THAT(desk().rows(ten + "12) select max(n) from t")[0][0],
              HasSubstr("deeper than 10 steps"));
}

TEST(Recursion, WithoutAllGivesEachRowOnce) {
  EXPECT_THAT(
      desk().rows("with recursive t (n) as (values 1, 2 union select n + 1 from t where n < 3) "
                  "select n, count(*) from t group by n order by n"),
      ElementsAre(Row{"1", "1"}, Row{"2", "1"}, Row{"3", "1"}));
}

TEST(Recursion, IsRefusedWhereAthenaRefusesIt) {
  const auto why = [](const std::string& text) { return desk().rows(text)[0][0]; };
  EXPECT_THAT(why("with recursive t as (select 1 union all select 2 from t) select * from t"),
              HasSubstr("needs names for its columns"));
  EXPECT_THAT(why("with recursive t (n) as (select n from t) select * from t"),
              HasSubstr("first rows UNION ALL a step"));
  EXPECT_THAT(
      why("with recursive t (n) as (select 1 union all select max(n) from t) select * from t"),
      StartsWith("error: not-on-duckdb"));
  EXPECT_THAT(why("with recursive t (n) as (select 1 union all select 'a' from t) select * from t"),
              StartsWith("error: type-mismatch"));
  EXPECT_THAT(
      why("with recursive t (n) as (select 1 union all select a.n from t a join t b on true) "
          "select * from t"),
      HasSubstr("has to name it once"));
}

TEST(Recursion, LeavesOtherQueriesOfTheSameWithAlone) {
  EXPECT_THAT(
      desk().rows("with recursive a as (select 5 as x), t (n) as (select x from a union all "
                  "select n + 1 from t where n < 6) select n from t order by n"),
      ElementsAre(Row{"5"}, Row{"6"}));
}

// Ties

TEST(Ties, AreKept) {
  EXPECT_THAT(desk().rows("select x from (values 3, 1, 2, 2, 5) as t (x) order by x fetch first 2 "
                          "rows with ties"),
              ElementsAre(Row{"1"}, Row{"2"}, Row{"2"}));
  EXPECT_THAT(desk().rows("select x from (values 3, 1, 2, 2, 5) as t (x) order by x desc "
                          "offset 1 fetch next 1 row with ties"),
              ElementsAre(Row{"3"}));
}

TEST(Ties, GoByWhatIsNotSelectedToo) {
  EXPECT_THAT(desk().rows("select a from (values ('p', 1), ('q', 1), ('r', 2)) as t (a, n) "
                          "order by n fetch first row with ties"),
              UnorderedElementsAre(Row{"p"}, Row{"q"}));
  EXPECT_THAT(with_events().rows("select sourceipaddress, count(*) as n from cloudtrail group by 1 "
                                 "order by count(*) desc fetch first row with ties"),
              ElementsAre(Row{"a", "2"}));
}

// Queries inside of grouped ones

TEST(Grouped, LetsAQueryInsideSeeItsKeys) {
  EXPECT_THAT(
      with_events().rows("select eventname, (select count(*) from cloudtrail b where b.eventname = "
                         "a.eventname and b.errorcode is not null) as failed "
                         "from cloudtrail a group by eventname order by 1"),
      ElementsAre(Row{"AssumeRole", "1"}, Row{"GetUser", "0"}));
  EXPECT_THAT(
      with_events().rows("select sourceipaddress from cloudtrail a group by sourceipaddress having "
                         "exists (select 1 from cloudtrail b where b.sourceipaddress = "
                         "a.sourceipaddress and b.eventname = 'GetUser')"),
      ElementsAre(Row{"a"}));
}

TEST(Grouped, RefusesAQueryInsideThatSeesARow) {
  EXPECT_THAT(
      with_events().rows("select eventname, (select max(b.eventtime) from cloudtrail b where "
                         "b.errorcode = a.errorcode) from cloudtrail a group by eventname")[0][0],
      StartsWith("error: not-grouped"));
}

TEST(Grouped, TakesEqualSetsOnceWhereAsked) {
  const std::string sets = "select a, count(*) from (values 1) as t (a) group by ";
  EXPECT_EQ(desk().rows(sets + "rollup (a), rollup (a)").size(), 4u);
  EXPECT_EQ(desk().rows(sets + "distinct rollup (a), rollup (a)").size(), 2u);
}

// SQL/JSON

TEST(SqlJson, ExistsWhereAPathFindsSomething) {
  EXPECT_EQ(desk().one("json_exists('{\"a\": {\"b\": 1}}', 'lax $.a.b')"), "true");
  EXPECT_EQ(desk().one("json_exists('{\"a\": 1}', 'lax $.c')"), "false");
  EXPECT_EQ(desk().one("json_exists('{\"a\": null}', 'lax $.a')"), "true");
  EXPECT_EQ(desk().one("json_exists('{\"a\": 1}', 'strict $.c')"), "false");
  EXPECT_EQ(desk().one("json_exists('{\"a\": 1}', 'strict $.c' true on error)"), "true");
  EXPECT_EQ(desk().one("json_exists('{\"a\": 1}', 'strict $.c' unknown on error)"), "NULL");
  EXPECT_THAT(desk().one("json_exists('{\"a\": 1}', 'strict $.c' error on error)"),
              StartsWith("error"));
  EXPECT_EQ(desk().one("json_exists('no json', 'lax $')"), "false");
  EXPECT_EQ(desk().one("json_exists(cast(null as varchar), 'lax $')"), "NULL");
}

TEST(SqlJson, LaxPathsUnwrapListsAndStrictOnesDoNot) {
  const std::string list = "'[{\"a\": 1}, {\"a\": 2}]'";
  EXPECT_EQ(desk().one("json_query(" + list + ", 'lax $.a' with array wrapper)"), "[1,2]");
  EXPECT_EQ(desk().one("json_query(" + list + ", 'strict $[*].a' with array wrapper)"), "[1,2]");
  EXPECT_EQ(desk().one("json_query(" + list + ", 'strict $.a' with array wrapper)"), "NULL");
  EXPECT_EQ(desk().one("json_value('{\"a\": 5}', 'lax $.a[0]')"), "5");
  EXPECT_EQ(desk().one("json_value('{\"a\": 5}', 'strict $.a[0]')"), "NULL");
  EXPECT_EQ(desk().one("json_value('[1, 2, 3]', 'lax $[last]')"), "3");
  EXPECT_EQ(desk().one("json_value('[1, 2, 3]', 'lax $[last - 1]')"), "2");
  EXPECT_EQ(desk().one("json_query('[1, 2, 3, 4]', 'lax $[0, 2 to 3]' with array wrapper)"),
            "[1,3,4]");
  EXPECT_EQ(desk().one("json_query('{\"a\": 1, \"b\": [2]}', 'lax $.*' with array wrapper)"),
            "[1,[2]]");
  EXPECT_EQ(desk().one("json_value('{\"a b\": 1}', 'lax $.\"a b\"')"), "1");
}

TEST(SqlJson, GivesOneScalar) {
  EXPECT_EQ(desk().one("json_value('{\"a\": \"x\"}', 'lax $.a')"), "x");
  EXPECT_EQ(desk().one("json_value('{\"a\": true}', 'lax $.a')"), "true");
  EXPECT_EQ(desk().one("json_value('{\"a\": 1.50}', 'lax $.a')"), "1.5");
  EXPECT_EQ(desk().one("json_value('{\"a\": null}', 'lax $.a')"), "NULL");
  EXPECT_EQ(desk().one("json_value('{\"a\": [1, 2]}', 'lax $.a[*]')"), "NULL");
  EXPECT_EQ(desk().one("json_value('{\"a\": {}}', 'lax $.a')"), "NULL");
  EXPECT_EQ(desk().one("json_value('{\"a\": {}}', 'lax $.a' default 'none' on error)"), "none");
  EXPECT_EQ(desk().one("json_value('{\"a\": 1}', 'lax $.b' default 'none' on empty)"), "none");
  EXPECT_THAT(desk().one("json_value('{\"a\": 1}', 'lax $.b' error on empty)"),
              StartsWith("error"));
  EXPECT_EQ(desk().one("json_value('{\"a\": 7}', 'lax $.a' returning bigint) + 1"), "8");
  EXPECT_EQ(desk().one("json_value('{\"a\": \"x\"}', 'lax $.a' returning bigint)"), "NULL");
  EXPECT_EQ(
      desk().one("json_value('{\"a\": \"x\"}', 'lax $.a' returning bigint default -1 on error)"),
      "-1");
  EXPECT_EQ(
      desk().one("json_value('{\"a\": null}', 'lax $.a' returning bigint default -1 on error)"),
      "NULL");
  EXPECT_THAT(desk().one("json_value('{\"a\": \"x\"}', 'lax $.a' returning bigint error on error)"),
              StartsWith("error"));
}

TEST(SqlJson, GivesWhatStandsAtAPath) {
  EXPECT_EQ(desk().one("json_query('{\"a\": {\"b\": [1, 2]}}', 'lax $.a')"), "{\"b\":[1,2]}");
  EXPECT_EQ(desk().one("json_query('{\"a\": \"x\"}', 'lax $.a')"), "\"x\"");
  EXPECT_EQ(desk().one("json_query('{\"a\": \"x\"}', 'lax $.a' omit quotes)"), "x");
  EXPECT_EQ(desk().one("json_query('{\"a\": 1}', 'lax $.b')"), "NULL");
  EXPECT_EQ(desk().one("json_query('{\"a\": 1}', 'lax $.b' empty array on empty)"), "[]");
  EXPECT_EQ(desk().one("json_query('{\"a\": 1}', 'strict $.b' empty object on error)"), "{}");
  EXPECT_EQ(desk().one("json_query('{\"a\": [1]}', 'lax $.a' with conditional array wrapper)"),
            "[1]");
  EXPECT_EQ(desk().one("json_query('{\"a\": 1}', 'lax $.a' with conditional array wrapper)"),
            "[1]");
  EXPECT_EQ(desk().one("json_query('{\"a\": [1]}', 'lax $.a' with unconditional array wrapper)"),
            "[[1]]");
  EXPECT_EQ(desk().one("json_query('{\"a\": \"\\u00e9\\/\"}', 'lax $.a')"), "\"\xC3\xA9/\"");
}

TEST(SqlJson, NamesWhatOfAPathIsNotOffered) {
  for (const std::string path :
       {"lax $.a ? (@ > 1)", "lax $.a.size()", "lax $..a", "$.a + 1", "a"}) {
    EXPECT_THAT(desk().one("json_value('{}', '" + path + "')"), StartsWith("error: not-on-duckdb"))
        << path;
  }
  EXPECT_THAT(desk().one("json_exists('{}', 'lax $.a' passing 1 as x)"),
              StartsWith("error: not-on-duckdb"));
}

TEST(SqlJson, MakesObjectsAndLists) {
  EXPECT_EQ(desk().one("json_object('a': 1, 'b': 'x', 'c': null, 'd': true)"),
            "{\"a\":1,\"b\":\"x\",\"c\":null,\"d\":true}");
  EXPECT_EQ(desk().one("json_object('a' value 1.5E0, key 'b' value null absent on null)"),
            "{\"a\":1.5}");
  EXPECT_EQ(desk().one("json_object()"), "{}");
  EXPECT_EQ(desk().one("json_array(1, null, 'a')"), "[1,\"a\"]");
  EXPECT_EQ(desk().one("json_array(1, null null on null)"), "[1,null]");
  EXPECT_EQ(desk().one("json_array()"), "[]");
  EXPECT_EQ(desk().one("json_object('a': json_array(1, 2), 'b': json_object('c': 1))"),
            "{\"a\":[1,2],\"b\":{\"c\":1}}");
  EXPECT_EQ(desk().one("json_object('a': '{\"b\":1}')"), "{\"a\":\"{\\\"b\\\":1}\"}");
  EXPECT_THAT(desk().one("json_object('a': 1, 'a': 2)"), StartsWith("error"));
  EXPECT_THAT(desk().one("json_object(cast(null as varchar): 1)"), StartsWith("error"));
}

// Derived fields, said to Trino

TEST(Expanded, DerivedFieldsMeanTheSameInPlainWords) {
  int said = 0;
  for (const sql::DerivedField& field : sql::derived_fields()) {
    const std::string text = "select " + std::string(field.name) +
                             ", count(*) from cloudtrail group by " + std::string(field.name) +
                             " order by 1";
    std::vector<Error> notices;
    const auto query = athena::parse(text, {}, notices);
    const auto bound = with_events().bind(text);
    ASSERT_TRUE(query.ok() && bound.ok()) << text;
    const sql::Expanded plain = sql::expand_derived(*query, *bound, athena::parse_expression);
    if (!plain.missing.empty()) continue;
    const std::string printed = sql::print_trino(plain.query);
    EXPECT_TRUE(with_events().bind(printed).ok()) << printed;
    EXPECT_TRUE(with_events().bind(printed)->derived_uses().empty()) << printed;
    EXPECT_EQ(with_events().rows(printed), with_events().rows(text)) << printed;
    ++said;
  }
  EXPECT_GT(said, 12);
}

TEST(Expanded, WhatKeptEventsHoldIsADerivedField) {
  for (const event::FieldInfo& info : event::worked_out()) {
    const auto fields = sql::derived_fields();
    const auto namesake =
        std::find_if(fields.begin(), fields.end(),
                     [&](const sql::DerivedField& field) { return field.name == info.sql_name; });
    ASSERT_NE(namesake, fields.end()) << info.sql_name;
    EXPECT_TRUE(namesake->type == "varchar" || namesake->type == "boolean") << info.sql_name;
  }
}

TEST(Expanded, LeavesAColumnOfThatNameAlone) {
  const std::string text = "select outcome from (select eventname as outcome from cloudtrail) t";
  std::vector<Error> notices;
  const auto query = athena::parse(text, {}, notices);
  const auto bound = with_events().bind(text);
  const sql::Expanded plain = sql::expand_derived(*query, *bound, athena::parse_expression);
  EXPECT_EQ(sql::print_trino(plain.query), sql::print_trino(*query));
}

// Refused by name

TEST(Refused, WithTheReasonAndAWayOut) {
  const auto refusal = [](const std::string& text) -> std::string {
    const auto bound = desk().bind(text);
    if (bound.ok()) return "answered";
    std::string words = bound.error().message;
    for (const std::string& note : bound.error().notes) words += "; " + note;
    return words;
  };
  EXPECT_THAT(refusal("select * from cloudtrail natural join cloudtrail"),
              HasSubstr("NATURAL JOIN is not supported by Athena either"));
  EXPECT_THAT(refusal("select * from cloudtrail tablesample bernoulli (10)"),
              HasSubstr("substr(eventid, 1, 1)"));
  EXPECT_THAT(refusal("select * from cloudtrail match_recognize (pattern (a) define a as true)"),
              HasSubstr("`lag`, `lead`"));
  EXPECT_THAT(refusal("select * from json_table('[]', 'lax $' columns (a varchar))"),
              HasSubstr("UNNEST"));
}

}  // namespace
}  // namespace trailhound::answers
