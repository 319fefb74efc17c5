// SPDX-License-Identifier: Apache-2.0
#include "base/sql_literal.hpp"

#include <gtest/gtest.h>

namespace trailhound {
namespace {

TEST(SqlLiteral, EndsNoTextEarly) {
  EXPECT_EQ(sql_literal("it's"), "'it''s'");
  EXPECT_EQ(sql_literal("'; drop --"), "'''; drop --'");
  EXPECT_EQ(sql_literal("\\'"), "'\\'''") << "a backslash is a letter";
  EXPECT_EQ(sql_literal(""), "''");
}

TEST(SqlLiteral, IsAMomentWithItsFraction) {
  const Time time = *parse_typed_time("2024-03-01T09:00:00Z");
  EXPECT_EQ(sql_literal(time), "timestamp '2024-03-01 09:00:00'");
  EXPECT_EQ(sql_literal(Time{time.micros + 250'000}), "timestamp '2024-03-01 09:00:00.25'");
}

TEST(SqlLiteral, ListsNothingAsAnEmptyText) {
  EXPECT_EQ(sql_list({}), "''");
  EXPECT_EQ(sql_list({"a", "b'"}), "'a', 'b'''");
}

}  // namespace
}  // namespace trailhound
