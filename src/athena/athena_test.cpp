// SPDX-License-Identifier: Apache-2.0
#include "athena/athena.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/draw.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::athena {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string printed(std::string_view text) {
  std::vector<Error> notices;
  const auto query = parse(text, {}, notices);
  return query.ok() ? sql::print_trino(*query)
                    : std::string(query.error().code()) + ": " + query.error().message;
}

TEST(Athena, ReadsASelect) {
  EXPECT_EQ(printed("select EventName from cloudtrail where year = '2024';"),
            "SELECT eventname FROM cloudtrail WHERE year = '2024'");
}

}  // namespace
}  // namespace trailhound::athena
