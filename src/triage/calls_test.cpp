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
  auto calls = calls_by(*logs.desk(), kByAlice, at_least);
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

TEST(Calls, ToSomebodyAreToldByKindOnceTheyAreKnownToBeMany) {
  MadeLogs logs;
  add_some_calls(logs);
  const auto desk = logs.desk();
  const auto few = calls_to(*desk, kByAlice, 0), many = calls_to(*desk, kByAlice, kVeryMany);
  ASSERT_TRUE(few.ok() && many.ok());
  EXPECT_EQ(few->size(), 5u);
  EXPECT_THAT(words_of(*many), ElementsAre("0-121 2 iam:ListUsers success, e1",
                                           "60-62 3 iam:CreateUser success mallory…, e2",
                                           "120-120 1 iam:CreateUser denied, e5"));
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
