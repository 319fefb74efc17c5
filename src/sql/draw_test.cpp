// SPDX-License-Identifier: Apache-2.0
#include "sql/draw.hpp"

#include <gtest/gtest.h>

namespace trailhound::sql {
namespace {

TEST(Draw, PutsEveryNodeOnALine) {
  Select select;
  select.items.push_back({SelectValue{column("eventname"), name("n")}, {}});
  select.from.push_back({Table{{name("cloudtrail")}, {}}, {}, {}, {}});
  select.where = compare(Comparing::Equal, column("useridentity.type"), text("Root"));
  Query query;
  query.body = std::move(select);
  query.limit = integer(5);
  EXPECT_EQ(draw(query),
            "query\n"
            "  select\n"
            "    item as n\n"
            "      column eventname\n"
            "  from\n"
            "    table cloudtrail\n"
            "  where\n"
            "    =\n"
            "      column useridentity.type\n"
            "      string 'Root'\n"
            "  limit\n"
            "    integer 5\n");
}

TEST(Draw, LeavesSpansOutAndLineFeedsOnTheirLine) {
  Expr one = text("a\nb");
  Expr other = one;
  other.span = {3, 9};
  EXPECT_EQ(draw(one), "string 'a\\x0ab'\n");
  EXPECT_EQ(draw(one), draw(other));
}

TEST(Draw, TellsNamesFromTheirParts) {
  EXPECT_NE(draw(column("a.b")), draw(Expr{Column{{Name{"a.b", true, {}}}}, {}}));
}

}  // namespace
}  // namespace trailhound::sql
