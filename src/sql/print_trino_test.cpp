// SPDX-License-Identifier: Apache-2.0
//
// Trees made by hand; that printing and parsing agree is held beside the parser.
#include "sql/print_trino.hpp"

#include <gtest/gtest.h>

#include "sql/words.hpp"

namespace trailhound::sql {
namespace {

TEST(PrintTrino, PutsParenthesesWhereTheTreeNeedsThem) {
  const Expr either = any_of({column("a"), column("b")});
  EXPECT_EQ(print_trino(all_of({either, column("c")})), "(a OR b) AND c");
  EXPECT_EQ(print_trino(any_of({all_of({column("a"), column("b")}), column("c")})), "a AND b OR c");
  EXPECT_EQ(print_trino(negation(compare(Comparing::Equal, column("a"), integer(1)))), "NOT a = 1");
  EXPECT_EQ(print_trino(compare(Comparing::Equal, negation(column("a")), boolean(true))),
            "(NOT a) = TRUE");
}

TEST(PrintTrino, KeepsTextInsideItsQuotes) {
  EXPECT_EQ(print_trino(text("'; DROP TABLE t; --")), "'''; DROP TABLE t; --'");
  EXPECT_EQ(print_trino(Name{"a\"b", true, {}}), "\"a\"\"b\"");
}

TEST(PrintTrino, QuotesNamesThatTheGrammarWouldTake) {
  EXPECT_EQ(print_trino(column("useridentity.order")), "useridentity.\"order\"");
  EXPECT_EQ(print_trino(call("any", {column("limit")})), "\"any\"(\"limit\")");
  EXPECT_EQ(print_trino(call("trim", {column("a")})), "trim(a)");
}

TEST(PrintTrino, BeginsNoCommentWithTwoSigns) {
  EXPECT_EQ(print_trino(Expr{Negate{integer(-1)}, {}}), "-(-1)");
}

TEST(Words, KnowWhatIsReserved) {
  for (const std::string_view word :
       {"alter", "and", "case", "current_date", "from", "group", "json_value", "normalize",
        "select", "trim", "uescape", "with"}) {
    EXPECT_TRUE(is_reserved(word)) << word;
  }
  for (const std::string_view word : {"limit", "year", "date", "user", "timestamp", ""}) {
    EXPECT_FALSE(is_reserved(word)) << word;
  }
}

}  // namespace
}  // namespace trailhound::sql
