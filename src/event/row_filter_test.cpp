// SPDX-License-Identifier: Apache-2.0
#include "event/row_filter.hpp"

#include <gtest/gtest.h>

namespace trailhound::event {
namespace {

bool like(std::string_view text, std::string pattern, char escape = 0) {
  return is_like(text, {std::move(pattern), escape});
}

TEST(RowFilter, MatchesPatternsAsLikeDoes) {
  EXPECT_TRUE(like("DeleteBucket", "Delete%"));
  EXPECT_FALSE(like("UndeleteBucket", "Delete%"));
  EXPECT_TRUE(like("arn:aws:sts::1:assumed-role/web/i-0abc", "%:assumed-role/%/i-%"));
  EXPECT_TRUE(like("", "%"));
  EXPECT_FALSE(like("", "_"));
  EXPECT_TRUE(
      like("\xC3\xA4"
           "b",
           "_b"));  // one character, two bytes
  EXPECT_TRUE(like("aXbXc", "%X_"));
  EXPECT_FALSE(like("aXbX", "%X_"));
}

TEST(RowFilter, TakesWhatIsEscapedAsItIs) {
  EXPECT_TRUE(like("100%", "100!%", '!'));
  EXPECT_FALSE(like("1000", "100!%", '!'));
  EXPECT_TRUE(like("a_b", "a!_b", '!'));
  EXPECT_FALSE(like("axb", "a!_b", '!'));
}

TEST(RowFilter, LetsNullByOnlyWhereNullIsAskedFor) {
  const RowFilter names = RowFilter::text(Field::EventName, {.any_of = {"RunTask", "Decrypt"}});
  EXPECT_TRUE(names.passes_text("Decrypt"));
  EXPECT_FALSE(names.passes_text("Encrypt"));
  EXPECT_FALSE(names.passes_text(std::nullopt));
  const RowFilter others =
      RowFilter::text(Field::EventName, {.any_of = {"RunTask"}, .negated = true});
  EXPECT_TRUE(others.passes_text("Decrypt"));
  EXPECT_FALSE(others.passes_text("RunTask"));
  EXPECT_FALSE(others.passes_text(std::nullopt));
  EXPECT_TRUE(RowFilter::text(Field::ErrorCode, {.null = true}).passes_text(std::nullopt));
  EXPECT_FALSE(RowFilter::text(Field::ErrorCode, {.null = true}).passes_text("AccessDenied"));
}

TEST(RowFilter, IsEverythingWhereOneAlternativeIs) {
  const RowFilter name = RowFilter::text(Field::EventName, {.any_of = {"RunTask"}});
  EXPECT_TRUE(RowFilter::any({name, {}}).is_everything());
  EXPECT_FALSE(RowFilter::all({name, {}}).is_everything());
  EXPECT_TRUE(RowFilter::all({{}, {}}).is_everything());
}

}  // namespace
}  // namespace trailhound::event
