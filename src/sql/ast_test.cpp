// SPDX-License-Identifier: Apache-2.0
#include "sql/ast.hpp"

#include <gtest/gtest.h>

namespace trailhound::sql {
namespace {

TEST(Tree, IsAValue) {
  const Expr one = compare(Comparing::Equal, column("useridentity.arn"), text("a"));
  Expr other = one;
  std::get<StringLiteral>(std::get<Comparison>(other.node).right->node).value = "b";
  EXPECT_EQ(std::get<StringLiteral>(std::get<Comparison>(one.node).right->node).value, "a");
}

TEST(Tree, FlattensTermsOfOneConnective) {
  const Expr inner = all_of({column("a"), column("b")});
  const Expr outer = all_of({inner, any_of({column("c"), column("d")})});
  EXPECT_EQ(std::get<Logical>(outer.node).terms.size(), 3u);
}

TEST(Tree, TakesNoTermsForTrueAndForFalse) {
  EXPECT_TRUE(std::get<BooleanLiteral>(all_of({}).node).value);
  EXPECT_FALSE(std::get<BooleanLiteral>(any_of({}).node).value);
}

TEST(Tree, QuotesNamesThatSqlWouldNotTakeBare) {
  EXPECT_FALSE(name("EventName").quoted);
  EXPECT_EQ(name("EventName").text, "eventname");
  EXPECT_TRUE(name("my-key").quoted);
  EXPECT_TRUE(name("2day").quoted);
}

TEST(Tree, HoldsTheSmallestInteger) {
  const Expr smallest = integer(INT64_MIN);
  EXPECT_EQ(std::get<NumberLiteral>(std::get<Negate>(smallest.node).operand->node).text,
            "9223372036854775808");
}

}  // namespace
}  // namespace trailhound::sql
