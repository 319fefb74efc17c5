// SPDX-License-Identifier: Apache-2.0
#include "baseline/habits.hpp"

#include <gtest/gtest.h>

#include "baseline/made_habits.hpp"

namespace trailhound::baseline {
namespace {

TEST(Encode, GivesADayBackAsItWas) {
  Habits habits;
  add(habits, {.who = "alice", .day = 1, .count = 300});
  add(habits, {.who = "bob", .outcome = "denied", .change = true, .day = 2, .count = 7});
  add(habits, {.who = "cloudtrail.amazonaws.com", .service = true, .day = 2, .second = 86399});
  Habits again;
  again.number("a name that was there before");
  ASSERT_TRUE(again.decode(habits.encode(habits.rows()[1].day)));
  ASSERT_EQ(again.rows().size(), 2u);
  const Habit& bob = again.rows()[0];
  EXPECT_EQ(again.name(bob, Part::Principal), "bob");
  EXPECT_EQ(again.name(bob, Part::Outcome), "denied");
  EXPECT_EQ(again.name(bob.event), "event-1-of-bob");
  EXPECT_EQ(bob.count, 7u);
  EXPECT_TRUE(bob.change);
  EXPECT_FALSE(bob.service);
  const Habit& service = again.rows()[1];
  EXPECT_TRUE(service.service);
  EXPECT_EQ(format_iso(service.first), "2024-03-03T23:59:59Z");
  EXPECT_EQ(format_day(midnight(service.day)), "2024-03-03");
}

TEST(Decode, TakesNothingFromBytesThatAreDamaged) {
  Habits habits;
  for (int i = 0; i < 20; ++i) add(habits, {.who = "user-" + std::to_string(i)});
  const std::string whole = habits.encode(habits.rows()[0].day);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x21);
    Habits taken;
    EXPECT_FALSE(taken.decode(damaged)) << "byte " << i;
    EXPECT_TRUE(taken.rows().empty());
    EXPECT_FALSE(taken.decode(std::string_view(whole).substr(0, i)));
  }
}

TEST(DayOf, CountsTheDaysBefore1970Too) {
  EXPECT_EQ(day_of({-1}), -1);
  EXPECT_EQ(day_of({0}), 0);
  EXPECT_EQ(day_of({kDay}), 1);
}

}  // namespace
}  // namespace trailhound::baseline
