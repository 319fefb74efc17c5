// SPDX-License-Identifier: Apache-2.0
#include "hunt/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::hunt {

using namespace findings;

namespace {

TallyRow row(std::string region, const char* hour, std::uint64_t count) {
  const Time at = *parse_event_time(hour);
  return {"111122223333", std::move(region), "Management", "iam.amazonaws.com", at, count, at, at};
}

TEST(Calendar, PutsEventsIntoTheirHours) {
  const auto strips = strips_of(Tally({row("us-east-1", "2024-03-01T00:00:00Z", 3),
                                       row("us-east-1", "2024-03-01T23:00:00Z", 5),
                                       row("eu-west-1", "2024-03-02T07:00:00Z", 1)}));
  ASSERT_THAT(strips, testing::SizeIs(2));
  EXPECT_EQ(strips[0].region, "eu-west-1");
  EXPECT_EQ(strips[1].events, 8u);
  EXPECT_EQ(strips[1].days.at("2024-03-01")[0], 3u);
  EXPECT_EQ(strips[1].days.at("2024-03-01")[23], 5u);
  EXPECT_EQ(strips[1].days.at("2024-03-01")[7], 0u);
}

TEST(Calendar, NamesARegionThatFellSilent) {
  std::vector<TallyRow> rows;
  for (const char* hour :
       {"2024-03-01T10:00:00Z", "2024-03-02T10:00:00Z", "2024-03-03T10:00:00Z"}) {
    rows.push_back(row("us-east-1", hour, 1));
    rows.push_back(row("eu-west-1", hour, 1));
  }
  rows.push_back(row("us-east-1", "2024-03-05T10:00:00Z", 1));
  rows.push_back(row("ap-south-1", "2024-03-01T10:00:00Z", 1));  // a single day promises nothing
  const auto strips = strips_of(Tally(std::move(rows)));
  ASSERT_THAT(strips, testing::SizeIs(3));
  EXPECT_FALSE(strips[0].silent);
  EXPECT_TRUE(strips[1].silent);
  EXPECT_FALSE(strips[2].silent);
}

}  // namespace
}  // namespace trailhound::hunt
