// SPDX-License-Identifier: Apache-2.0
//
// Published questions: each over CloudTrail's tables is bound, printed and taken by the engine, and
// each over other tables is refused by name. The questions are read where they lie
// ($TRAILHOUND_CORPORA, or
// ../shared/corpora beside the source); where they are not, these tests say so and skip.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "answering.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace trailhound::answers {
namespace {

struct Statement {
  std::string id, dialect, text;
};

std::vector<Statement> statements(const std::string& file) {
  const char* given = std::getenv("TRAILHOUND_CORPORA");
  const std::string root = given != nullptr ? given : TRAILHOUND_SOURCE "/../shared/corpora";
  std::ifstream in(root + "/queries/" + file);
  std::vector<Statement> all;
  for (std::string line; std::getline(in, line);) {
    const auto json = parse_json(line);
    if (!json.ok()) continue;
    std::string id(json->text("id"));
    if (const Json* number = json->find("id"); number != nullptr && number->number() != nullptr)
      id = number->number()->text;
    const std::string dialect(json->text("dialect"));
    all.push_back({id, dialect.empty() ? "athena" : dialect, std::string(json->text("sql"))});
  }
  return all;
}

std::map<std::string, std::string> values() {
  std::map<std::string, std::string> given = {{"year", "2023"},
                                              {"month", "07"},
                                              {"day", "10"},
                                              {"account", "111122223333"},
                                              {"accountid", "111122223333"},
                                              {"instance", "i-0123456789abcdef0"},
                                              {"date", "2023-07-10"},
                                              {"date_filter", "2023-07-10 00:00:00"}};
  for (const char* name :
       {"accesskeyid", "useragent", "sourceip", "sourceipaddress", "principalid", "arn", "username",
        "region", "awsregion", "recipientaccountid", "eventname"}) {
    given.emplace(name, "x-value");
  }
  return given;
}

/// Code and message, or "rows".
std::string outcome(Answering& desk, const Statement& statement) {
  const auto all = desk.rows_with(statement.text, values());
  if (!all.empty() && all[0].size() == 1 && all[0][0].starts_with("error: "))
    return all[0][0].substr(7);
  return "rows";
}

TEST(Statements, OfTheRunbookAllRun) {
  const std::vector<Statement> all = statements("seed-sql.jsonl");
  if (all.empty()) GTEST_SKIP() << "no corpora here";
  Answering desk;
  for (const Statement& one : all)
    EXPECT_EQ(outcome(desk, one), "rows") << one.id << ": " << one.text;
}

TEST(Statements, PublishedOnesRunOrAreRefusedByName) {
  const std::vector<Statement> all = statements("sql.jsonl");
  if (all.empty()) GTEST_SKIP() << "no corpora here";
  const std::set<std::string> honest = {"unknown-table",     "unknown-field",     "not-a-select",
                                        "sql-syntax",        "no-from",           "bad-query",
                                        "sql-not-supported", "missing-parameter", "trailing-text"};
  Answering athena;
  Answering lake({}, sql::Dialect::Lake);
  int run = 0;
  for (const Statement& one : all) {
    if (one.dialect == "duckdb") continue;
    const std::string got = outcome(one.dialect == "lake" ? lake : athena, one);
    if (got == "rows") {
      ++run;
      continue;
    }
    EXPECT_TRUE(honest.contains(got.substr(0, got.find(':')))) << one.id << ": " << got << "\n"
                                                               << one.text;
    if (std::getenv("TRAILHOUND_LOUD") != nullptr)
      printf("%s %s: %s\n", one.dialect.c_str(), one.id.c_str(), got.c_str());
  }
  EXPECT_GE(run, 60);
}

}  // namespace
}  // namespace trailhound::answers
