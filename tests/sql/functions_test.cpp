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

}  // namespace
}  // namespace trailhound::answers
