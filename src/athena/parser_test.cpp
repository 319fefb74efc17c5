// SPDX-License-Identifier: Apache-2.0
//
// What the grammar takes, shown by what is printed back; and what it refuses.
#include "athena/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "athena/athena.hpp"
#include "sql/draw.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::athena {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Result<sql::Query> parsed(std::string_view text) {
  std::vector<Error> notices;
  TRY(Tokens tokens, lex(text, notices));
  return Parser(std::move(tokens), notices).statement();
}
std::string shown(const Error& error) { return std::string(error.code()) + ": " + error.message; }
/// The query, printed back.
std::string query(std::string_view text) {
  const auto tree = parsed(text);
  return tree.ok() ? sql::print_trino(*tree) : shown(tree.error());
}
/// The expression, printed back.
std::string expr(std::string_view text) {
  const auto tree = parse_expression(text);
  return tree.ok() ? sql::print_trino(*tree) : shown(tree.error());
}
std::string drawn(std::string_view text) {
  const auto tree = parse_expression(text);
  return tree.ok() ? sql::draw(*tree) : shown(tree.error());
}
Error failure(std::string_view text) {
  auto tree = parsed(text);
  return tree.ok() ? Error{"engine-failed", "no failure"} : tree.error();
}

// How operators bind

TEST(Expressions, BindAndTighterThanOr) {
  EXPECT_EQ(drawn("a or b and c"), "or\n  column a\n  and\n    column b\n    column c\n");
}

TEST(Expressions, BindNotLooserThanComparison) {
  EXPECT_EQ(drawn("not a = b"), "not\n  =\n    column a\n    column b\n");
}

TEST(Expressions, BindConcatenationLoosestOfTheValues) {
  EXPECT_EQ(drawn("a || b + c * d"),
            "||\n  column a\n  +\n    column b\n    *\n      column c\n      column d\n");
}

TEST(Expressions, GoFromLeftToRight) {
  EXPECT_EQ(expr("a - b - c"), "a - b - c");
  EXPECT_EQ(expr("a - (b - c)"), "a - (b - c)");
}

TEST(Expressions, BindTimeZonesTighterThanSigns) {
  EXPECT_EQ(drawn("-x at time zone 'UTC'"),
            "negate\n  at time zone\n    column x\n    string 'UTC'\n");
}

TEST(Expressions, HoldAllTermsOfAChain) {
  EXPECT_EQ(drawn("a and (b and c) and d"),
            "and\n  column a\n  column b\n  column c\n  column d\n");
}

TEST(Expressions, DoNotChainComparisons) {
  EXPECT_THAT(expr("a = b = c"), StartsWith("sql-syntax"));
}

TEST(Expressions, KeepNoParenthesesButThoseNeeded) {
  EXPECT_EQ(expr("((a + b)) * c"), "(a + b) * c");
  EXPECT_EQ(expr("(a * b) + c"), "a * b + c");
  EXPECT_EQ(expr("(a = b) = c"), "(a = b) = c");
  EXPECT_EQ(expr("- (-1)"), "-(-1)");
}

// Literals

TEST(Expressions, ReadLiterals) {
  EXPECT_EQ(drawn("'it''s'"), "string 'it\\'s'\n");
  EXPECT_EQ(drawn("1E3"), "double 1e3\n");
  EXPECT_EQ(drawn("1.50"), "decimal 1.50\n");
  EXPECT_EQ(drawn("x'6a 6B'"), "binary 6a6b\n");
  EXPECT_EQ(drawn("date '2024-01-31'"), "date '2024-01-31'\n");
  EXPECT_EQ(drawn("timestamp '2024-01-31 00:00:00 UTC'"), "timestamp '2024-01-31 00:00:00 UTC'\n");
  EXPECT_EQ(drawn("interval -'2-3' year to month"), "interval -'2-3' year to month\n");
}

TEST(Expressions, DecodeUnicodeTexts) {
  EXPECT_EQ(drawn(R"(U&'d\00e9j\+0000e0\\')"), "string 'd\xC3\xA9j\xC3\xA0\\\\'\n");
  EXPECT_EQ(drawn("U&'d!00e9' uescape '!'"), "string 'd\xC3\xA9'\n");
  EXPECT_THAT(drawn(R"(U&'\00g9')"), StartsWith("sql-syntax"));
  EXPECT_THAT(drawn(R"(U&'\D800')"), StartsWith("sql-syntax"));
}

TEST(Expressions, TakeNoTextForALiteralOfAnyName) {
  EXPECT_THAT(expr("errorcode 'AccessDenied'"), HasSubstr("an operator"));
}

// Names

TEST(Expressions, ReadAPathAsOneColumn) {
  EXPECT_EQ(drawn("userIdentity.sessionContext.\"Attributes\""),
            "column useridentity.sessioncontext.\"Attributes\"\n");
}

TEST(Expressions, ReadAFieldOfACall) {
  EXPECT_EQ(drawn("element_at(resources, 1).arn"),
            "field arn\n  call element_at\n    column resources\n    integer 1\n");
}

TEST(Expressions, ReadAnyWordBehindADot) { EXPECT_EQ(expr("a.from"), "a.\"from\""); }

TEST(Expressions, QuoteReservedNames) {
  EXPECT_EQ(expr("\"order\" = \"my col\""), "\"order\" = \"my col\"");
}

// Predicates

TEST(Expressions, ReadPredicates) {
  EXPECT_EQ(expr("a not in (1, 2)"), "a NOT IN (1, 2)");
  EXPECT_EQ(expr("a not between 1 and 2 and b"), "a NOT BETWEEN 1 AND 2 AND b");
  EXPECT_EQ(expr("a not like 'x!%' escape '!'"), "a NOT LIKE 'x!%' ESCAPE '!'");
  EXPECT_EQ(expr("a is not distinct from b"), "a IS NOT DISTINCT FROM b");
  EXPECT_EQ(expr("a is not null"), "a IS NOT NULL");
  EXPECT_EQ(expr("a <> some (select 1)"), "a <> ANY (SELECT 1)");
  EXPECT_EQ(expr("not exists (select 1)"), "NOT EXISTS (SELECT 1)");
  EXPECT_EQ(expr("(a, b) in ((1, 2))"), "ROW(a, b) IN (ROW(1, 2))");
}

TEST(Expressions, TakeALoneSubqueryInDoubledParenthesesForAValue) {
  EXPECT_EQ(
      drawn("x in ((select 1))"),
      "in\n  column x\n  subquery\n    query\n      select\n        item\n          integer 1\n");
}

TEST(Expressions, NameTheWayAroundIlike) {
  const auto tree = parse_expression("a ilike 'x'");
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(tree.error().code(), "sql-not-supported");
}

// Forms that look like calls

TEST(Expressions, ReadStandardFormsAsTheCallsThatTrinoMakesOfThem) {
  EXPECT_EQ(expr("extract(dow from ts)"), "day_of_week(ts)");
  EXPECT_EQ(expr("position('a' in b)"), "strpos(b, 'a')");
  EXPECT_EQ(expr("substring(a from 2 for 3)"), "substr(a, 2, 3)");
  EXPECT_EQ(expr("substring(a, 2)"), "substring(a, 2)");
  EXPECT_EQ(expr("trim(leading '0' from b)"), "ltrim(b, '0')");
  EXPECT_EQ(expr("trim(trailing from b)"), "rtrim(b)");
  EXPECT_EQ(expr("trim(b)"), "trim(b)");
  EXPECT_EQ(expr("normalize(b, nfkc)"), "normalize(b, NFKC)");
}

TEST(Expressions, ReadCasts) {
  EXPECT_EQ(expr("try_cast(x as array<map<varchar, bigint>>)"),
            "TRY_CAST(x AS array(map(varchar, bigint)))");
  EXPECT_EQ(expr("cast(x as row(a varchar, b array(bigint), double precision))"),
            "CAST(x AS row(a varchar, b array(bigint), double))");
  EXPECT_EQ(expr("cast(x as timestamp(3) with time zone)"),
            "CAST(x AS timestamp(3) with time zone)");
  EXPECT_EQ(expr("cast(x as decimal(10,2))"), "CAST(x AS decimal(10, 2))");
}

TEST(Expressions, ReadCallsWithAllTheirClauses) {
  for (const std::string_view text : {
           "count(*)",
           "count(DISTINCT a)",
           "array_agg(a ORDER BY b DESC NULLS LAST)",
           "count(*) FILTER (WHERE a = 1)",
           "lag(a) IGNORE NULLS OVER (PARTITION BY b ORDER BY c)",
           "sum(a) OVER w",
           "sum(a) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
           "sum(a) OVER (ORDER BY b RANGE UNBOUNDED PRECEDING)",
           "listagg(a, ',' ON OVERFLOW TRUNCATE '..' WITHOUT COUNT) WITHIN GROUP (ORDER BY a)",
           "transform(a, x -> x + 1)",
           "reduce(a, 0, (s, x) -> s + x, s -> s)",
           "ARRAY[1, 2][1]",
           "CASE WHEN a THEN 1 ELSE 2 END",
           "CASE a WHEN 1 THEN 'x' END",
           "JSON_VALUE(a, 'lax $.x' RETURNING varchar NULL ON EMPTY ERROR ON ERROR)",
           "JSON_QUERY(a, '$' WITH CONDITIONAL ARRAY WRAPPER OMIT QUOTES EMPTY ARRAY ON EMPTY)",
           "JSON_EXISTS(a, '$.x' PASSING b AS c TRUE ON ERROR)",
           "JSON_OBJECT('a' : 1, b : 2 ABSENT ON NULL WITH UNIQUE KEYS RETURNING varchar)",
           "JSON_ARRAY(1, 2 NULL ON NULL)",
           "CURRENT_TIMESTAMP(6)",
           "CURRENT_DATE",
       }) {
    EXPECT_EQ(expr(text), text);
  }
}

// Queries

TEST(Queries, ReadAllClauses) {
  for (const std::string_view text : {
           "SELECT DISTINCT a, b AS c, t.*, * FROM t AS t (a, b) WHERE a = 1 GROUP BY a, 2 HAVING "
           "count(*) > 1 ORDER BY 1 DESC NULLS FIRST OFFSET 5 LIMIT 10",
           "WITH a (x) AS (SELECT 1), b AS (TABLE a) SELECT * FROM a, b",
           "WITH RECURSIVE t (n) AS (VALUES 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t",
           "SELECT * FROM a CROSS JOIN b LEFT JOIN c ON b.x = c.x FULL JOIN d USING (x, y)",
           "SELECT * FROM a NATURAL JOIN b",
           "SELECT * FROM a JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x",
           "SELECT * FROM t CROSS JOIN UNNEST(t.a, t.b) WITH ORDINALITY AS u (x, y, n)",
           "SELECT * FROM t CROSS JOIN LATERAL (SELECT t.x) AS u",
           "SELECT * FROM t TABLESAMPLE BERNOULLI (10)",
           "SELECT * FROM t FOR TIMESTAMP AS OF ts AS u",
           "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), a, ()), ROLLUP (a, b), CUBE ((a, b), "
           "c)",
           "SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b)",
           "SELECT 1 UNION ALL (SELECT 2 LIMIT 1) UNION SELECT 3",
           "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3",
           "(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3",
           "SELECT 1 ORDER BY 1 FETCH FIRST 2 ROWS WITH TIES",
           "VALUES 1, ROW(2, 3)",
           "SELECT r.* AS (a, b), f(x).* FROM t",
       }) {
    EXPECT_EQ(query(text), text) << sql::draw(*parsed(text));
  }
}

TEST(Queries, ReadImplicitAliases) {
  EXPECT_EQ(query("select count(*) total from cloudtrail t"),
            "SELECT count(*) AS total FROM cloudtrail AS t");
}

TEST(Queries, LetWordsOfClausesBeNames) {
  EXPECT_EQ(query("select limit, offset from cloudtrail limit 5"),
            "SELECT \"limit\", \"offset\" FROM cloudtrail LIMIT 5");
}

TEST(Queries, JoinInTheOrderOfTheirConditions) {
  EXPECT_EQ(query("select * from a join b join c on c.x = b.x on a.x = b.x"),
            "SELECT * FROM a JOIN (b JOIN c ON c.x = b.x) ON a.x = b.x");
}

TEST(Queries, KeepTheClausesOfParenthesesApart) {
  EXPECT_EQ(query("(select a from t limit 2) order by a limit 1"),
            "SELECT * FROM (SELECT a FROM t LIMIT 2) ORDER BY a LIMIT 1");
  EXPECT_EQ(query("((select a from t))"), "SELECT a FROM t");
}

TEST(Queries, TellSubqueriesFromParentheses) {
  EXPECT_EQ(query("select ((select 1) + 1), ((select 1) union (select 2)) from ((select 1) u)"),
            "SELECT (SELECT 1) + 1, (SELECT 1 UNION SELECT 2) FROM (SELECT 1) AS u");
}

TEST(Queries, KeepTheTextOfWhatIsRefusedLaterByName) {
  EXPECT_EQ(query("select * from t match_recognize (pattern (a b{2,})) as m where x = 1"),
            "SELECT * FROM t match_recognize (pattern (a b{2,})) AS m WHERE x = 1");
}

TEST(Queries, SpanTheTextTheyWereMadeOf) {
  const std::string_view text = "select a from t where a = 'x' and b = 2";
  const auto tree = parsed(text);
  ASSERT_TRUE(tree.ok());
  const auto& where = **std::get<sql::Select>(tree->body).where;
  EXPECT_EQ(text.substr(where.span.begin, where.span.size()), "a = 'x' and b = 2");
  const auto& terms = std::get<sql::Logical>(where.node).terms;
  EXPECT_EQ(text.substr(terms[0].span.begin, terms[0].span.size()), "a = 'x'");
}

// What is refused

TEST(Refusals, NameOtherStatements) {
  for (const std::string_view text :
       {"drop table t", "ALTER TABLE t ADD PARTITION (a='b')", "create table t as select 1",
        "insert into t values 1", "copy t to 'x'", "unload (select 1) to 's3://x'",
        "explain select 1", "show tables", "prepare p from select 1", "set session a = 1",
        "msck repair table t", "use x", "describe t"}) {
    EXPECT_EQ(failure(text).code(), "not-a-select") << text;
  }
}

TEST(Refusals, TakeOneStatementOnly) {
  EXPECT_EQ(query("select 1;"), "SELECT 1");
  EXPECT_EQ(failure("select 1; drop table t").code(), "several-statements");
}

TEST(Refusals, CutProseBehindTheQuestionOnlyIfAsked) {
  const std::string text = "select a from t where b = 'x'example: select a from t";
  const Error error = failure(text);
  EXPECT_EQ(error.code(), "trailing-text");
  ASSERT_TRUE(error.fix);
  EXPECT_EQ(error.fix->certainty, Certainty::Guess);
  EXPECT_EQ(trailhound::apply(text, error.fix->edits), "select a from t where b = 'x'");
}

TEST(Refusals, SuggestTheKeywordThatWasMeant) {
  const auto fixed = [](std::string_view text) {
    const Error error = failure(text);
    return error.fix ? trailhound::apply(text, error.fix->edits) : "no fix";
  };
  EXPECT_EQ(fixed("selct a from t"), "SELECT a from t");
  EXPECT_EQ(fixed("select a form t where b = 1"), "select a FROM t where b = 1");
  EXPECT_EQ(fixed("select a from t wehre b = 1"), "select a from t WHERE b = 1");
  EXPECT_EQ(fixed("select a from t where b = 1 adn c = 2"),
            "select a from t where b = 1 AND c = 2");
  EXPECT_EQ(fixed("select a from t gruop by a"), "select a from t GROUP by a");
}

TEST(Refusals, NameWhatIsOfAnotherSql) {
  const std::pair<const char*, const char*> kCases[] = {
      {"select top 10 a from t", "`TOP` is not supported"},
      {"select a from t qualify row_number() over (order by b) = 1", "`QUALIFY` is not supported"},
      {"select a from t as x qualify rn = 1", "`QUALIFY` is not supported"},
      {"select a from t where b = 2 qualify rn = 1", "`QUALIFY` is not supported"},
      {"select * exclude (a) from t", "`* EXCLUDE` is not supported"},
      {"select a::varchar from t", "`::` is not supported"},
      {"select a, count(*) from t group by all", "`GROUP BY ALL` is not supported"},
      {"select a, count(*) from t group by all order by 2", "`GROUP BY ALL` is not supported"},
  };
  for (const auto& [text, message] : kCases) {
    const Error error = failure(text);
    EXPECT_EQ(error.code(), "sql-not-supported") << text;
    EXPECT_EQ(error.message, message);
    EXPECT_FALSE(error.notes.empty()) << text;
  }
  // Athena's own meaning of these words stays.
  EXPECT_EQ(query("select top from t"), "SELECT top FROM t");
  EXPECT_EQ(query("select a from t qualify"), "SELECT a FROM t AS qualify");
  EXPECT_EQ(query("select a from t group by all a"), "SELECT a FROM t GROUP BY a");
}

TEST(Refusals, SayWhatWasExpectedAtTheEnd) {
  EXPECT_EQ(failure("select a from t where a in ('x'").message,
            "the text ends where `)` was expected");
  EXPECT_EQ(failure("").message, "there is no question");
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Limits, RefuseHostileNesting) {
  for (const auto& [open, middle, close] :
       std::vector<std::array<std::string, 3>>{{"(", "1", ")"},
                                               {"not ", "a", ""},
                                               {"-", "1", ""},
                                               {"- ", "1", ""},
                                               {"f(", "1", ")"},
                                               {"array[", "1", "]"},
                                               {"case when a then ", "1", " end"},
                                               {"(select ", "1", ")"},
                                               {"x -> ", "1", ""},
                                               {"cast(", "1", " as bigint)"},
                                               {"exists (select * from t where ", "a", ")"},
                                               {"a in (", "1", ")"}}) {
    const std::string deep = "select " + repeated(open, 10000) + middle + repeated(close, 10000);
    const auto tree = parsed(deep);
    if (open == "-") continue;  // a comment
    ASSERT_FALSE(tree.ok()) << open;
    EXPECT_EQ(tree.error().code(), "sql-too-deep") << open;
  }
}

TEST(Limits, RefuseHostileNestingOfTablesAndTypes) {
  EXPECT_EQ(failure("select * from " + repeated("(", 10000) + "t").code(), "sql-too-deep");
  EXPECT_EQ(failure("select * from " + repeated("a join ", 10000) + "t").code(), "sql-too-deep");
  EXPECT_EQ(failure("select cast(a as " + repeated("array(", 10000)).code(), "sql-too-deep");
  EXPECT_EQ(failure(repeated("(", 10000) + "select 1").code(), "sql-too-deep");
  EXPECT_EQ(failure(repeated("with a as (", 10000)).code(), "sql-too-deep");
}

TEST(Limits, RefuseChainsThatMakeDeepTrees) {
  EXPECT_EQ(failure("select 1" + repeated(" + 1", 10000)).code(), "sql-too-deep");
  EXPECT_EQ(failure("select a" + repeated("[1]", 10000)).code(), "sql-too-deep");
  EXPECT_EQ(failure("select f(x)" + repeated(".y", 10000)).code(), "sql-too-deep");
  EXPECT_EQ(failure("select 1" + repeated(" union select 1", 10000)).code(), "sql-too-deep");
  EXPECT_EQ(failure("select * from t" + repeated(" cross join t", 10000)).code(), "sql-too-deep");
}

TEST(Limits, LetWideQuestionsThrough) {
  EXPECT_TRUE(parsed("select 1 where a = 1" + repeated(" or a = 1", 20000)).ok());
  EXPECT_TRUE(parsed("select 1 where a in (1" + repeated(", 1", 20000) + ")").ok());
  EXPECT_TRUE(parsed("select " + repeated("(", 60) + "1" + repeated(")", 60)).ok());
}

TEST(Limits, HoldForTreesAtTheVeryEdge) {
  const std::string text =
      "select " + repeated("(", 90) + "a" + repeated(" || b)", 90) + repeated(" || c", 400);
  const auto tree = parsed(text);
  ASSERT_TRUE(tree.ok());
  const sql::Query copy = *tree;
  EXPECT_EQ(sql::draw(copy), sql::draw(*tree));
  EXPECT_FALSE(sql::print_trino(copy).empty());
}

}  // namespace
}  // namespace trailhound::athena
