// SPDX-License-Identifier: Apache-2.0
#include "triage/calls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "triage/made_events.hpp"

namespace trailhound::triage {
namespace {

using ::testing::ElementsAre;

constexpr const char* kKey = "AKIAALICE00000000000";
constexpr const char* kByAlice = "useridentity.accesskeyid = 'AKIAALICE00000000000'";
constexpr std::uint64_t kVeryMany = 1'000'000;

MadeEvent call(const char* name, std::int64_t seconds) {
  return MadeEvent("iam", name, seconds).by_user("alice", kKey);
}

Calls calls_of(const MadeLogs& logs, std::uint64_t at_least) {
  auto calls = calls_by(*logs.desk(), {.condition = kByAlice, .at_least = at_least});
  if (!calls.ok()) {
    ADD_FAILURE() << calls.error().message;
    return {};
  }
  return std::move(*calls);
}

/// "1+2 CreateUser eve…, e2": the minutes of the first and the last call after nine, how many, to
/// whom, whether to others too, and the first event.
std::string words_of(const Group& group) {
  const auto minute = [](Time time) {
    return time == Time{} ? std::string("?")
                          : std::to_string((time.micros - clock_at(0).micros) / kMinute);
  };
  return minute(group.first) + "-" + minute(group.last) + " " + std::to_string(group.count) + " " +
         group.action + " " + group.outcome + (group.target.empty() ? "" : " " + group.target) +
         (group.several_targets ? "…" : "") + ", " + group.event_id;
}

std::vector<std::string> words_of(const std::vector<Group>& groups) {
  std::vector<std::string> words;
  for (const Group& group : groups) words.push_back(words_of(group));
  return words;
}

/// Three users made, two of them in one minute; one that may not be; looks before and after.
void add_some_calls(MadeLogs& logs) {
  logs.add(call("ListUsers", 0).called("e1"));
  logs.add(call("CreateUser", 3'600).asks({{"userName", "eve"}}).called("e3"));
  logs.add(call("CreateUser", 3'600).asks({{"userName", "mallory"}}).called("e2"));
  logs.add(call("CreateUser", 3'720).asks({{"userName", "eve"}}).called("e4"));
  logs.add(call("CreateUser", 7'200).fails("AccessDenied").called("e5"));
  logs.add(call("ListUsers", 7'260).called("e6"));
}

TEST(Calls, AreBroughtTogetherByKindAndByMinute) {
  MadeLogs logs;
  add_some_calls(logs);
  const Calls calls = calls_of(logs, 0);
  EXPECT_FALSE(calls.by_hour);
  // Of two in the same second, the id that comes first; "several" only where both are there.
  EXPECT_THAT(words_of(calls.groups), ElementsAre("0-121 2 iam:ListUsers success, e1",
                                                  "60-62 3 iam:CreateUser success mallory…, e2",
                                                  "120-120 1 iam:CreateUser denied, e5"));
  EXPECT_THAT(
      words_of(calls.steps),
      ElementsAre("0-0 1 iam:ListUsers success, e1", "60-60 2 iam:CreateUser success mallory…, e2",
                  "62-62 1 iam:CreateUser success eve, e4", "120-120 1 iam:CreateUser denied, e5",
                  "121-121 1 iam:ListUsers success, e6"));
}

TEST(Calls, OfWhoeverDoesVeryMuchAreToldByTheHourWithoutReads) {
  MadeLogs logs;
  add_some_calls(logs);
  const Calls calls = calls_of(logs, kVeryMany);
  EXPECT_TRUE(calls.by_hour);
  EXPECT_FALSE(calls.steps_cut);
  EXPECT_THAT(words_of(calls.groups), ElementsAre("0-121 2 iam:ListUsers success, e1",
                                                  "60-62 3 iam:CreateUser success mallory…, e2",
                                                  "120-120 1 iam:CreateUser denied, e5"));
  EXPECT_THAT(words_of(calls.steps), ElementsAre("60-62 3 iam:CreateUser success mallory…, e2",
                                                 "120-120 1 iam:CreateUser denied, e5"));
}

// Whether a lake knew beforehand that they are many must not show.
TEST(Calls, AreTheSameHoursWhetherTheirNumberWasKnownOrNot) {
  MadeLogs logs;
  add_some_calls(logs);
  for (int i = 0; i < 20'100; ++i) logs.add(call("ListRoles", i % 40'000));
  logs.add(call("DeleteUser", 3'599).asks({{"userName", "eve"}}).called("f1"));
  logs.add(call("DeleteUser", 3'601).asks({{"userName", "eve"}}).called("f2"));
  const Calls unknown = calls_of(logs, 0), known = calls_of(logs, kVeryMany);
  EXPECT_TRUE(unknown.by_hour);
  EXPECT_EQ(words_of(unknown.groups), words_of(known.groups));
  EXPECT_EQ(words_of(unknown.steps), words_of(known.steps));
  EXPECT_THAT(words_of(known.steps), ElementsAre("59-59 1 iam:DeleteUser success eve, f1",
                                                 "60-62 3 iam:CreateUser success mallory…, e2",
                                                 "60-60 1 iam:DeleteUser success eve, f2",
                                                 "120-120 1 iam:CreateUser denied, e5"));
}

// What a lake keeps tells the same as its events: also on a day of which it keeps hours alone.
TEST(Calls, AreTheSameOfWhatALakeKeeps) {
  MadeLogs logs;
  add_some_calls(logs);
  logs.add(call("CreateUser", 3 * 86'400).asks({{"userName", "eve"}}).called("e7"));
  logs.add(call("CreateUser", 0).asks({{"userName", "eve"}}).with("eventTime", "soon"));
  for (int i = 0; i < 1'500; ++i) logs.add(call("ListRoles", 86'400 + i));  // 25 minutes
  logs.add(call("DeleteUser", 86'400 + 30).asks({{"userName", "eve"}}).called("e8"));
  logs.add(MadeEvent("iam", "CreateUser", 3'650).by_user("bob", "AKIABOB0000000000000"));
  Wanted wanted{.condition = kByAlice};
  const auto asked = calls_by(*logs.desk(), wanted);
  wanted.told = is(Told::Key, kKey);
  const auto desk = logs.lake_desk();
  for (int again = 0; again < 2; ++again) {
    const auto kept = calls_by(*desk, wanted);
    ASSERT_TRUE(asked.ok() && kept.ok());
    EXPECT_FALSE(kept->by_hour);
    EXPECT_EQ(words_of(kept->groups), words_of(asked->groups));
    EXPECT_EQ(words_of(kept->steps), words_of(asked->steps));
    EXPECT_EQ(kept->steps.size(), 5u + 2u + 25u + 1u);
  }
}

/// Bob looks at alice `times` times, and once at himself and at an object that is called like her;
/// what she does is not done to her.
void add_looks(MadeLogs& logs, int times) {
  const auto look = [](const char* by, const char* service, const char* name, int at) {
    return MadeEvent(service, name, at).by_user(by, std::string("AKIA") + by);
  };
  for (int i = 0; i < times; ++i) {
    logs.add(look("bob", "iam", "GetUser", i * 60).asks({{"userName", "alice"}}));
  }
  logs.add(look("alice", "iam", "GetUser", 30).asks({{"userName", "alice"}}));
  logs.add(look("bob", "iam", "GetUser", 90).asks({{"userName", "bob"}}));
  logs.add(look("bob", "s3", "GetObject", 120).asks({{"key", "user/alice"}}).called("o1"));
  logs.add(look("alice", "s3", "GetObject", 150).asks({{"key", "user/alice"}}));
}

TEST(Calls, ToSomebodyAreToldByMinuteAsLongAsTheyAreFew) {
  const Condition named = all({is(Told::Service, "iam.amazonaws.com"), is(Told::Target, "alice")});
  const std::string spoken = "strpos(requestparameters, 'user/alice') > 0";
  const Wanted about{
      .condition = "(" + named.sql() + " or " + spoken + ")", .told = named, .rest = spoken};
  const Condition herself = ends_with(Told::Arn, "user/alice");
  const Wanted by{.condition = herself.sql(), .told = herself};
  for (const int times : {3, 300}) {
    MadeLogs logs;
    add_looks(logs, times);
    const auto desk = logs.lake_desk();
    const auto kept = calls_to(*desk, about, by),
               asked = calls_to(*desk, {.condition = about.condition}, by);
    ASSERT_TRUE(kept.ok() && asked.ok());
    EXPECT_EQ(words_of(*kept), words_of(*asked));
    EXPECT_EQ(kept->size(), times == 3 ? 4u : 2u);
    EXPECT_EQ(kept->front().count, times == 3 ? 1u : 300u);
    EXPECT_EQ(kept->front().principal, "arn:aws:iam::111122223333:user/bob");
  }
}

TEST(Calls, AroundATimeAreTheSameOfWhatALakeKeeps) {
  MadeLogs logs;
  for (const std::int64_t day : {0, 1, 2}) {
    logs.add(call("ListUsers", day * 86'400));
    logs.add(call("ListUsers", day * 86'400 + 60));
    logs.add(call("ListUsers", day * 86'400 + 61));
  }
  logs.add(call("ListUsers", 0).with("eventTime", "soon"));
  const auto words = [](const std::vector<Group>& groups) {
    std::uint64_t calls = 0;
    for (const Group& group : groups) calls += group.count;
    return std::to_string(calls);
  };
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    const auto counts = [&](std::int64_t at) {
      const auto around = calls_around(*desk, is(Told::Key, kKey), clock_at(at));
      if (!around.ok()) return around.error().message;
      return words(around->before) + " + " + words(around->since);
    };
    EXPECT_EQ(counts(-86'400), "0 + 10");
    EXPECT_EQ(counts(86'460), "4 + 6");  // of that very second: since
    EXPECT_EQ(counts(86'461), "5 + 5");
    EXPECT_EQ(counts(9 * 86'400), "9 + 1");
  }
}

TEST(Calls, WithoutATimeComeLastAndCountAllTheSame) {
  MadeLogs logs;
  logs.add(call("ListUsers", 60).called("e2"));
  logs.add(call("ListUsers", 0).with("eventTime", "soon").called("e1"));
  logs.add(call("ListRoles", 0).with("eventTime", "soon").called("e3"));
  const Calls calls = calls_of(logs, 0);
  EXPECT_THAT(words_of(calls.groups),
              ElementsAre("1-1 2 iam:ListUsers success, e2", "?-? 1 iam:ListRoles success, "));
}

}  // namespace
}  // namespace trailhound::triage
