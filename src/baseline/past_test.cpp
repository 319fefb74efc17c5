// SPDX-License-Identifier: Apache-2.0
#include "baseline/past.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "baseline/made_habits.hpp"

namespace trailhound::baseline {
namespace {

using ::testing::HasSubstr;

/// Alice on nine days, and an act of hers to ask about.
struct Nine {
  Habits habits;
  Nine() {
    for (int day = 0; day < 9; ++day) add(habits, {.day = day, .count = 10});
  }
};

TEST(Bits, AreThoseOfTheFourEstimatesWorkedOutByHand) {
  Nine nine;
  Past past(nine.habits, nine.habits.rows().size(), nullptr);
  const Doer alice = past.doer_of(nine.habits.rows()[0]);
  // All: 0.2 / (9 + 1) = 0.02. The account: 10 × 0.02 / (9 + 10) = 0.010526. Others like her: there
  // are none. She: 1 × 0.010526 / (9 + 1) = 0.0010526, which is 9.892 bits.
  EXPECT_NEAR(past.bits(alice, nine.habits.number("iam:CreateUser")), 9.892, 0.001);
  // What she does each day: all (9 + 0.2) / 10 = 0.92, account (9 + 9.2) / 19 = 0.9579, others like
  // her (0 + 5 × 0.9579) / 5, she (9 + 0.9579) / 10 = 0.99579: 0.00608 bits.
  EXPECT_NEAR(past.bits(alice, nine.habits.number("ec2:DescribeInstances")), 0.00608, 0.0001);
}

TEST(Bits, AreFewerWhereOthersLikeItDoTheSame) {
  Nine lonely, among;
  for (int day = 0; day < 9; ++day) {
    add(among.habits, {.who = "bob", .action = "iam:CreateUser", .day = day});
  }
  const auto bits = [](Nine& nine) {
    Past past(nine.habits, nine.habits.rows().size(), nullptr);
    return past.bits(past.doer_of(nine.habits.rows()[0]), nine.habits.number("iam:CreateUser"));
  };
  EXPECT_LT(bits(among), bits(lonely) - 5);
}

TEST(Words, SayWhatWasCounted) {
  Nine nine;
  add(nine.habits, {.who = "bob", .action = "iam:CreateUser", .day = 4});
  Past past(nine.habits, nine.habits.rows().size(), nullptr);
  const Doer alice = past.doer_of(nine.habits.rows()[0]);
  EXPECT_EQ(
      past.words(alice, nine.habits.number("iam:CreateUser"), "alice"),
      "first iam:CreateUser by alice in 9 active days and 90 calls; 1 of 1 like it do it; the "
      "account saw it on 1 of 9 days");
  EXPECT_EQ(past.brief(alice, nine.habits.number("iam:DeleteUser")),
            "first in 9 days, none of 1 like it, new to the account");
}

TEST(DoerOf, TakesTheMachinesOfARoleApartAndComparesThem) {
  Habits habits;
  const MadeHabit web{
      .who = "role/web", .kind = "instance", .role = "role/web", .workload = "i-1", .key = ""};
  MadeHabit other = web;
  other.workload = "i-2";
  add(habits, web);
  add(habits, other);
  Past past(habits, 2, nullptr);
  const Doer one = past.doer_of(habits.rows()[0]), two = past.doer_of(habits.rows()[1]);
  EXPECT_TRUE(one.machine);
  EXPECT_NE(one.id, two.id);
  EXPECT_EQ(one.group, two.group);
}

TEST(PlaceOf, MakesOneOfAPrivateNetworkAndKeepsPublicAddressesApart) {
  Habits habits;
  Past past(habits, 0, nullptr);
  const auto place = [&](const char* source) {
    return std::string(habits.name(past.place_of(habits.number(source))));
  };
  EXPECT_EQ(place("10.20.3.4"), "10.20.0.0/16");
  EXPECT_EQ(place("192.0.2.44"), "192.0.2.44");
  EXPECT_EQ(place("2001:db8:1:2:3::4"), "2001:db8:1:2::/64");
  EXPECT_EQ(place("cloudtrail.amazonaws.com"), "cloudtrail.amazonaws.com");
}

}  // namespace
}  // namespace trailhound::baseline
