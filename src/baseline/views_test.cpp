// SPDX-License-Identifier: Apache-2.0
#include "baseline/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "baseline/made_habits.hpp"

namespace trailhound::baseline {
namespace {

using ::testing::ElementsAre;

const View& view(const Usual& usual, std::string_view id) {
  for (const View& one : usual.views) {
    if (one.id == id) return one;
  }
  static const View kNone;
  return kNone;
}

ViewOptions ten_days() {
  ViewOptions options;
  options.from = {kMarch};
  options.to = {kMarch + 10 * kDay};
  return options;
}

TEST(ShowUsual, CountsWhatLiesWithinAndSaysWhatDoesNot) {
  Habits habits;
  add(habits, {.action = "iam:CreateUser", .change = true, .day = 0, .count = 3});
  add(habits, {.who = "bob", .action = "iam:CreateUser", .change = true, .day = 9, .count = 4});
  add(habits, {.action = "ec2:RunInstances", .outcome = "denied", .change = true, .day = 5});
  add(habits, {.day = 5, .count = 20});
  add(habits, {.day = 10, .count = 7});
  const auto usual = show_usual(habits, ten_days());
  ASSERT_TRUE(usual.ok());
  EXPECT_EQ(usual->events, 28u);
  EXPECT_EQ(usual->changes, 8u);
  EXPECT_EQ(usual->after, 7u);
  EXPECT_EQ(usual->principals, 2u);
  const View& services = view(*usual, "changes-by-service");
  EXPECT_EQ(services.total, 8u);
  ASSERT_EQ(services.rows.size(), 2u);
  EXPECT_THAT(services.rows[0].names, ElementsAre("iam.amazonaws.com"));
  EXPECT_EQ(services.rows[0].count, 7u);
  EXPECT_EQ(services.rows[0].principals, 2u);
  EXPECT_THAT(services.rows[0].days, ElementsAre(3, 0, 0, 0, 0, 0, 0, 0, 0, 4));
  EXPECT_EQ(services.rows[0].event, "event-0-of-alice");
  const View& failed = view(*usual, "failed-changes");
  ASSERT_EQ(failed.rows.size(), 1u);
  EXPECT_THAT(failed.rows[0].names, ElementsAre("alice", "ec2:RunInstances", "AccessDenied"));
}

TEST(ShowUsual, CountsWhatItCuts) {
  Habits habits;
  for (int i = 0; i < 12; ++i) {
    add(habits,
        {.source = "192.0.2." + std::to_string(i), .count = 100u - static_cast<unsigned>(i)});
  }
  ViewOptions options = ten_days();
  options.by = {"source"};
  const auto usual = show_usual(habits, options);
  ASSERT_TRUE(usual.ok());
  ASSERT_EQ(usual->views.size(), 1u);
  EXPECT_EQ(usual->views[0].rows.size(), 10u);
  EXPECT_EQ(usual->views[0].cut, 2u);
  EXPECT_EQ(usual->views[0].cut_events, 90u + 89u);
}

TEST(ShowUsual, MarksRegionsThatAreNotAllowed) {
  Habits habits;
  add(habits, {.region = "us-east-1"});
  add(habits, {.region = "ap-south-1"});
  ViewOptions options = ten_days();
  options.regions = {"us-east-1"};
  const auto usual = show_usual(habits, options);
  ASSERT_TRUE(usual.ok());
  const View& regions = view(*usual, "regions");
  ASSERT_EQ(regions.rows.size(), 2u);
  EXPECT_EQ(regions.rows[0].names[0] + regions.rows[0].note, "ap-south-1not allowed");
  EXPECT_EQ(regions.rows[1].note, "");
}

TEST(ShowUsual, OffersTheNearestSide) {
  ViewOptions options = ten_days();
  options.by = {"principle"};
  const auto usual = show_usual({}, options);
  ASSERT_FALSE(usual.ok());
  ASSERT_TRUE(usual.error().fix);
  EXPECT_EQ(usual.error().fix->title, "use `principal`");
}

TEST(Sparkline, DrawsEachDayAgainstTheLargest) { EXPECT_EQ(sparkline({0, 1, 50, 100}), "·▁▄█"); }

}  // namespace
}  // namespace trailhound::baseline
