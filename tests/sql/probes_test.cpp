// SPDX-License-Identifier: Apache-2.0
//
// Every line of tests/sql/probes: an expression and what Trino answers, by its documentation. The
// answer `error` is a failure of whatever kind, `refused` one that says that we do not offer it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "answering.hpp"
#include "base/text.hpp"

namespace trailhound::answers {
namespace {

class Probes : public testing::TestWithParam<const char*> {};

TEST_P(Probes, AreAnsweredAsTrinoDoes) {
  Answering desk;
  std::ifstream file(std::filesystem::path(TRAILHOUND_SOURCE) / "tests/sql/probes" /
                     (std::string(GetParam()) + ".txt"));
  ASSERT_TRUE(file.is_open());
  int number = 0;
  int asked = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const std::size_t arrow = line.rfind(" => ");
    ASSERT_NE(arrow, std::string::npos) << GetParam() << ".txt:" << number;
    const std::string expression = line.substr(0, arrow);
    const std::string wanted = line.substr(arrow + 4);
    std::string got = desk.one(expression);
    if (wanted == "error" && got.starts_with("error:")) got = "error";
    if (wanted == "refused" && got.starts_with("error: not-on-duckdb")) got = "refused";
    if (got != wanted) {
      ADD_FAILURE() << GetParam() << ".txt:" << number << ": " << expression << " gives " << got
                    << ", not " << wanted;
    }
    ++asked;
  }
  EXPECT_GT(asked, 50);
}

INSTANTIATE_TEST_SUITE_P(Sql, Probes,
                         testing::Values("text", "numbers", "casts", "times", "lists", "json",
                                         "regexp"),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace trailhound::answers
