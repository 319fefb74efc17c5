// SPDX-License-Identifier: Apache-2.0
#include "findings/tally.hpp"

#include <gtest/gtest.h>

namespace trailhound::findings {
namespace {

TallyRow row(std::string region, std::string category, std::string source, std::string_view first) {
  const Time at = *parse_event_time(first);
  return {"111122223333",
          std::move(region),
          std::move(category),
          std::move(source),
          {at.micros - at.micros % kHour},
          1,
          at,
          at};
}

const Needs kObjects{{"Data"}, {"s3.amazonaws.com"}, {}};
const Needs kIdentities{{"Management"}, {"iam.amazonaws.com"}, {}};

TEST(Tally, IsBlindToDataEventsThatAreNotRecorded) {
  const Tally tally({row("eu-west-1", "Management", "s3.amazonaws.com", "2024-03-01T09:00:00Z")});
  const Sight sight = tally.sight(kObjects);
  EXPECT_EQ(sight.kind, Sight::Kind::Blind);
  EXPECT_EQ(sight.words, "S3 data events: none in these logs");
}

TEST(Tally, SaysSinceWhenDataEventsAreRecorded) {
  const Tally tally({row("eu-west-1", "Management", "s3.amazonaws.com", "2024-03-01T09:00:00Z"),
                     row("eu-west-1", "Data", "s3.amazonaws.com", "2024-03-02T23:58:37Z")});
  const Sight sight = tally.sight(kObjects);
  EXPECT_EQ(sight.kind, Sight::Kind::Late);
  EXPECT_EQ(sight.words, "S3 data events: none before 2024-03-02T23:58:37Z");
}

TEST(Tally, IsClearWhereDataEventsBeginWithTheLogs) {
  const Tally tally({row("eu-west-1", "Management", "s3.amazonaws.com", "2024-03-01T09:00:00Z"),
                     row("eu-west-1", "Data", "s3.amazonaws.com", "2024-03-01T09:20:00Z")});
  EXPECT_EQ(tally.sight(kObjects).kind, Sight::Kind::Clear);
}

TEST(Tally, TakesAQuietServiceForQuietUnlessItsRegionIsMissing) {
  const Tally without(
      {row("eu-west-1", "Management", "ec2.amazonaws.com", "2024-03-01T09:00:00Z")});
  EXPECT_EQ(without.sight(kIdentities).kind, Sight::Kind::Blind);
  const Tally with({row("us-east-1", "Management", "ec2.amazonaws.com", "2024-03-01T09:00:00Z")});
  EXPECT_EQ(with.sight(kIdentities).kind, Sight::Kind::Clear);
  EXPECT_EQ(Tally{}.sight(kIdentities).kind, Sight::Kind::Blind);
}

TEST(Tally, NamesRegionsThatBeginLateTogether) {
  std::vector<TallyRow> rows = {
      row("us-west-1", "Management", "ec2.amazonaws.com", "2024-03-01T09:00:00Z"),
      row("eu-west-1", "Management", "ec2.amazonaws.com", "2024-03-02T09:00:00Z"),
      row("eu-west-2", "Management", "ec2.amazonaws.com", "2024-03-02T09:01:00Z")};
  EXPECT_EQ(Tally(rows).late_regions(), "");  // two may be new regions
  rows.push_back(row("eu-west-3", "Management", "ec2.amazonaws.com", "2024-03-02T09:02:00Z"));
  EXPECT_EQ(Tally(rows).late_regions(), "regions but us-west-1: none before 03-02 09:00");
}

TEST(Tally, FindsHoursWithoutEvents) {
  const Tally tally({row("us-east-1", "Management", "a", "2024-03-01T09:10:00Z"),
                     row("us-east-1", "Management", "a", "2024-03-01T10:59:00Z"),
                     row("us-east-1", "Management", "a", "2024-03-01T14:00:00Z")});
  const auto gaps = tally.gaps(kHour);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(format_iso(gaps.front().from), "2024-03-01T11:00:00Z");
  EXPECT_EQ(format_iso(gaps.front().to), "2024-03-01T14:00:00Z");
}

}  // namespace
}  // namespace trailhound::findings
