// SPDX-License-Identifier: Apache-2.0
#include "ask/window.hpp"

#include <gmock/gmock.h>

namespace trailhound::ask {
namespace {

const Time kNoon = *parse_event_time("2024-03-10T12:00:00Z");

TEST(Window, CountsBackFromNow) {
  Source source;
  source.from = When{.back = 2 * kDay};
  const Result<Window> window = resolve(source, kNoon);
  ASSERT_TRUE(window.ok());
  EXPECT_EQ(format_iso(window->from), "2024-03-08T12:00:00Z");
  EXPECT_EQ(window->words(),
            "from 2024-03-08T12:00:00Z to the newest, counted back from 2024-03-10T12:00:00Z");
}

TEST(Window, NarrowsAPlanAndNeverWidensIt) {
  event::ScanPlan plan;
  plan.from = kNoon;
  Source source;
  source.from = When{.at = Time{kNoon.micros - kDay}};
  source.to = When{.at = Time{kNoon.micros + kDay}};
  const event::ScanPlan narrowed = resolve(source, {})->narrow(plan);
  EXPECT_EQ(narrowed.from, kNoon);
  EXPECT_EQ(narrowed.to.micros, kNoon.micros + kDay);
}

TEST(Window, RefusesAnEmptyOne) {
  Source source;
  source.from = When{.at = kNoon};
  source.to = When{.at = kNoon};
  EXPECT_EQ(resolve(source, {}).error().code(), "bad-time");
}

}  // namespace
}  // namespace trailhound::ask
