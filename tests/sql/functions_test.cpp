// SPDX-License-Identifier: Apache-2.0
//
// Every example of functions.def, and of the C++ functions, gives the answer that stands beside it.
#include "sql/functions.hpp"

#include <gtest/gtest.h>

#include "answering.hpp"

namespace trailhound::answers {
namespace {

TEST(Functions, GiveTheAnswersOfTheirExamples) {
  Answering desk;
  for (const sql::Function& function : sql::all_functions()) {
    if (function.example.empty() || !function.in_trino) continue;
    const std::string got = desk.one(function.example);
    if (function.answer == "error") {
      EXPECT_EQ(got.substr(0, 6), "error:") << function.example;
    } else {
      EXPECT_EQ(got, function.answer) << function.example;
    }
  }
}

TEST(Functions, AreAllKnownToTheEngine) {
  Answering desk;
  for (const sql::Function& function : sql::all_functions()) {
    if (function.in_trino || function.example.empty()) continue;
    const std::string got = desk.one(function.example);
    EXPECT_NE(got.substr(0, 6), "error:") << function.example << " gives " << got;
  }
}

TEST(Functions, JoinNothingToAnEmptyText) {
  Answering desk;
  EXPECT_EQ(desk.one("length(array_join(ARRAY[cast(null as varchar)], '+'))"), "0");
  EXPECT_EQ(desk.one("array_join(cast(null as array(varchar)), '+')"), "NULL");
}

TEST(Functions, OverNothingCountZeroAndElseGiveNull) {
  Answering desk;
  const auto over_none = [&](const std::string& aggregate) {
    return desk.rows("select " + aggregate + " from (values 1) as t (x) where x > 1").at(0).at(0);
  };
  EXPECT_EQ(over_none("count(x)"), "0");
  EXPECT_EQ(over_none("count_if(x = 1)"), "0");
  EXPECT_EQ(over_none("sum(x)"), "NULL");
  EXPECT_EQ(over_none("bool_or(x = 1)"), "NULL");
  EXPECT_EQ(over_none("array_agg(x)"), "NULL");
  EXPECT_EQ(desk.rows("select count_if(x > 1) from (values null, null) as t (x)").at(0).at(0), "0");
}

}  // namespace
}  // namespace trailhound::answers
