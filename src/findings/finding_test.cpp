// SPDX-License-Identifier: Apache-2.0
#include "findings/finding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::findings {
namespace {

using ::testing::ElementsAre;

Finding found(std::string hunt, Level level, std::vector<std::string> events) {
  Finding finding;
  finding.hunts = {std::move(hunt)};
  finding.level = level;
  finding.event_ids = std::move(events);
  finding.principal = "alice";
  return finding;
}

TEST(Merged, MakesOneRowOfTheSameEventUnderSeveralHunts) {
  const auto all = merged({found("a", Level::Medium, {"e1"}), found("b", Level::High, {"e1"})});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_THAT(all.front().hunts, ElementsAre("b", "a"));
  EXPECT_EQ(all.front().level, Level::High);
}

TEST(Merged, PutsASmallerFindingIntoALargerOfHigherLevelOnly) {
  auto all = merged({found("burst", Level::High, {"e1", "e2"}), found("one", Level::Low, {"e2"})});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_THAT(all.front().hunts, ElementsAre("burst", "one"));
  for (const Level level : {Level::Low, Level::High}) {
    all = merged({found("burst", level, {"e1", "e2"}), found("one", Level::High, {"e2"})});
    EXPECT_EQ(all.size(), 2u);
  }
}

TEST(Fill, TakesColumnsAndExtrasAndFailsWhereOneIsMissing) {
  Finding finding = found("a", Level::Low, {"e1"});
  set_column(finding, "made_key", "AKIA1");
  EXPECT_EQ(fill("triage {principal} {made_key} {event_id}", finding), "triage alice AKIA1 e1");
  EXPECT_EQ(fill("triage {target}", finding), std::nullopt);
}

TEST(SetColumn, ReadsTimesCountsAndLists) {
  Finding finding;
  set_column(finding, "ts", "2024-03-01T09:00:00Z");
  set_column(finding, "count", "12");
  set_column(finding, "event_ids", "e1, e2");
  EXPECT_EQ(text_of(finding, 0), "2024-03-01T09:00:00Z");
  EXPECT_EQ(finding.count, 12u);
  EXPECT_THAT(finding.event_ids, ElementsAre("e1", "e2"));
}

TEST(RowsAgain, QuotesWhatItIsGiven) {
  EXPECT_EQ(rows_again(found("a", Level::Low, {"e'1"})),
            "select * from cloudtrail where eventid in ('e''1')");
}

}  // namespace
}  // namespace trailhound::findings
