// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <gmock/gmock.h>

namespace trailhound {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error("bad-flag", "odd");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY(const int once, half(number));
  TRY(half(once));
  return half(once);
}

TEST(Result, TryTakesTheValueOut) { EXPECT_EQ(quarter(12).value(), 3); }

TEST(Result, TryLeavesWithTheError) {
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(quarter(6).error().code(), "bad-flag");
}

TEST(Error, AppliesEditsInTheOffsetsOfTheOriginal) {
  EXPECT_EQ(apply("orderby x", {{{8, 9}, "eventtime"}, {{0, 7}, "order by"}}),
            "order by eventtime");
}

TEST(ErrorKinds, EachHasACodeOnceAndAPage) {
  std::string_view last;
  for (const ErrorKind& kind : error_kinds()) {
    EXPECT_NE(kind.code, last);
    EXPECT_GT(kind.page.size(), 40u) << kind.code;
    last = kind.code;
  }
}

TEST(Error, MayBeChangedInPlace) {
  Error error("bad-flag", "the message");
  error = std::move(error).note("a note").at(Span{1, 2});
  EXPECT_EQ(error.message, "the message");
  EXPECT_EQ(error.notes.size(), 1u);
  EXPECT_EQ(error.labels.size(), 1u);
}

}  // namespace
}  // namespace trailhound
