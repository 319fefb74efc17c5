// SPDX-License-Identifier: Apache-2.0
//
// Whatever binds, runs: functions of the table thrown together at random are refused by bind, fail
// as Trino would (a bad cast, a division by zero), or give rows. The engine never finds a mistake
// in what was printed for it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "answering.hpp"
#include "sql/functions.hpp"

namespace trailhound::answers {
namespace {

class Mixer {
 public:
  explicit Mixer(unsigned seed) : engine_(seed) {}

  std::string query() {
    static const std::vector<std::string> sources = {
        "cloudtrail",
        "(select eventname, eventtime, useridentity, resources, requestparameters, ts, readonly, "
        "account from cloudtrail where "
        "eventname like 'List%')",
        "cloudtrail cross join unnest(resources) as u (r)"};
    switch (below(4)) {
      case 0:
        return "select " + expression(3) + ", " + expression(2) + " as b from " + of(sources) +
               " as t where " + expression(3) + " is not null order by 2";
      case 1:
        return "select " + expression(2) + " as k, count(*), " + aggregate() + " from " +
               of(sources) + " group by 1 having count(*) > 0 order by 2 desc";
      case 2:
        return "select " + aggregate() + ", " + aggregate() + " from cloudtrail";
      default:
        return "select row_number() over (partition by " + expression(1) + " order by " +
               expression(1) + "), " + expression(3) + " from cloudtrail";
    }
  }

 private:
  std::mt19937 engine_;

  std::size_t below(std::size_t n) { return engine_() % n; }
  const std::string& of(const std::vector<std::string>& all) { return all[below(all.size())]; }

  std::string aggregate() {
    static const std::vector<std::string> names = {
        "count",    "max", "min", "arbitrary", "array_agg", "approx_distinct",
        "count_if", "sum", "avg", "histogram", "bool_or"};
    std::string out = of(names) + "(" + expression(2) + ")";
    if (below(5) == 0) out = "max_by(" + expression(1) + ", " + expression(1) + ")";
    if (below(5) == 0) out = "map_agg(" + expression(1) + ", " + expression(1) + ")";
    if (below(4) == 0) out += " filter (where eventname is not null)";
    return out;
  }

  std::string expression(int depth) {
    static const std::vector<std::string> leaves = {"eventname",
                                                    "eventtime",
                                                    "readonly",
                                                    "useridentity",
                                                    "useridentity.arn",
                                                    "useridentity.sessioncontext.attributes",
                                                    "resources",
                                                    "requestparameters",
                                                    "ts",
                                                    "1",
                                                    "0",
                                                    "-2",
                                                    "1.5",
                                                    "2E0",
                                                    "'a'",
                                                    "'10.0.0.1'",
                                                    "'{\"a\": [1]}'",
                                                    "null",
                                                    "true",
                                                    "date '2024-01-31'",
                                                    "now()",
                                                    "interval '1' day",
                                                    "ARRAY[1, 2]",
                                                    "ARRAY['a', null]",
                                                    "map(ARRAY['a'], ARRAY[1])",
                                                    "(1, 'a')",
                                                    "json_parse('[1]')",
                                                    "cast('10.0.0.1' as ipaddress)",
                                                    "principal",
                                                    "\"timestamp\"",
                                                    "account"};
    if (depth == 0 || below(4) == 0) return of(leaves);
    static const std::vector<std::string> operators = {
        "+", "-", "*", "/", "%", "||", "=", "<", "<>", "and", "or", "like", "is distinct from"};
    static const std::vector<std::string> types = {
        "varchar",       "bigint",         "double",
        "boolean",       "date",           "timestamp",
        "json",          "array(varchar)", "map(varchar, json)",
        "decimal(10,2)", "ipaddress",      "varbinary"};
    switch (below(9)) {
      case 0:
        return "(" + expression(depth - 1) + " " + of(operators) + " " + expression(depth - 1) +
               ")";
      case 1:
        return "try_cast(" + expression(depth - 1) + " as " + of(types) + ")";
      case 2:
        return "case when " + expression(depth - 1) + " = " + expression(depth - 1) + " then " +
               expression(depth - 1) + " else " + expression(depth - 1) + " end";
      case 3:
        return "(" + expression(depth - 1) + " in (" + expression(depth - 1) + ", " +
               expression(depth - 1) + "))";
      case 4:
        return "try(" + expression(depth - 1) + "[" + expression(depth - 1) + "])";
      case 5:
        return of({"transform", "filter", "any_match"}) + "(" + expression(depth - 1) + ", x -> " +
               of({"x", "x > 1", "x = 'a'", "length(x) > 0"}) + ")";
      default: {
        const auto all = sql::all_functions();
        const sql::Function* function = &all[below(all.size())];
        while (function->kind != sql::FunctionKind::Scalar) function = &all[below(all.size())];
        std::string out = std::string(function->name) + "(";
        for (std::size_t i = 0; i < function->parameters.size(); ++i)
          out += (i > 0 ? ", " : "") + expression(depth - 1);
        return out + ")";
      }
    }
  }
};

TEST(Mixtures, RunWhereTheyBind) {
  const std::vector<MadeUpEvent> events = {
      {{event::Field::EventTime, "2023-07-10T11:54:33Z"},
       {event::Field::EventName, "ListBuckets"},
       {event::Field::RequestParameters, "{\"a\":1}"},
       {event::Field::IdentityArn, "arn:aws:iam::111122223333:user/alice"},
       {event::Field::ReadOnly, "true"},
       {event::Field::RecipientAccountId, "111122223333"}},
      {{event::Field::EventTime, "2023-07-10T11:54:34Z"}, {event::Field::EventName, "GetObject"}}};
  const char* given = std::getenv("TRAILHOUND_MIXTURES");
  const int rounds = given == nullptr ? 3000 : std::atoi(given);
  Answering desk(events);
  Mixer mixer(7);
  int run = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = mixer.query();
    if (!desk.bind(text).ok()) continue;
    ++run;
    const auto rows = desk.rows(text);
    if (rows.empty() || !rows[0][0].starts_with("error: ")) continue;
    const std::string& error = rows[0][0];
    EXPECT_FALSE(error.starts_with("error: engine-") || error.starts_with("error: no-such") ||
                 error.starts_with("error: not-allowed") || error.starts_with("error: bad-sql"))
        << text << "\n"
        << error;
  }
  EXPECT_GT(run, rounds / 40);
}

}  // namespace
}  // namespace trailhound::answers
