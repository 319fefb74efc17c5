// SPDX-License-Identifier: Apache-2.0
#include "findings/stories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::findings {
namespace {

using ::testing::HasSubstr;

constexpr const char* kAlice = "arn:aws:iam::111122223333:user/alice";
constexpr const char* kBob = "arn:aws:iam::111122223333:user/bob";
constexpr const char* kRole = "arn:aws:iam::111122223333:role/deploy";

Time minute(std::int64_t number) {
  return {parse_event_time("2024-03-01T09:00:00Z")->micros + number * kMinute};
}

Finding found(const char* principal, std::int64_t at, std::string technique = "T1526") {
  static int events = 0;
  Finding finding;
  finding.hunts = {"some-hunt"};
  finding.principal = principal;
  finding.source = "203.0.113.5";
  finding.account = "111122223333";
  finding.action = "iam:ListUsers";
  finding.ts = finding.last = minute(at);
  finding.event_ids = {"event-" + std::to_string(++events)};
  finding.attack = {std::move(technique)};
  return finding;
}

Finding with(Finding finding, std::string Finding::*member, std::string value) {
  finding.*member = std::move(value);
  return finding;
}

std::vector<Story> told(std::vector<Finding> findings, const Material& material = {}) {
  return tell(findings, material);
}

Birth birth(std::string name, const char* by, std::int64_t at) {
  Birth born;
  born.at = minute(at);
  born.event_name = std::move(name);
  born.principal = by;
  born.account = "111122223333";
  born.source = "203.0.113.5";
  return born;
}

TEST(Tell, EndsABurstAfterThirtyQuietMinutes) {
  EXPECT_EQ(told({found(kAlice, 0), found(kAlice, 30)}).size(), 1u);
  auto elsewhere = with(found(kAlice, 31), &Finding::source, "198.51.100.9");
  EXPECT_EQ(told({found(kAlice, 0), elsewhere}).size(), 2u);
}

TEST(Tell, GoesOnWhereTheSameKeyOrAddressComesBackWithinADay) {
  auto with_key = [](std::int64_t at, std::string source) {
    return with(with(found(kAlice, at), &Finding::key, "AKIA1"), &Finding::source, source);
  };
  EXPECT_EQ(told({with_key(0, "203.0.113.5"), with_key(70, "198.51.100.9")}).size(), 1u);
  EXPECT_EQ(told({with_key(0, "203.0.113.5"), with_key(25 * 60, "203.0.113.5")}).size(), 2u);
}

TEST(Tell, KeepsActorsApart) { EXPECT_EQ(told({found(kAlice, 0), found(kBob, 1)}).size(), 2u); }

TEST(Tell, FollowsTheSessionOfARoleToWhoAssumedIt) {
  Birth assumed = birth("AssumeRole", kAlice, 0);
  assumed.issued_key = "ASIA1";
  Material material;
  material.actors = Actors({assumed});
  const auto stories = told({found(kAlice, 0), with(found(kRole, 5), &Finding::key, "ASIA1"),
                             with(found(kRole, 6), &Finding::key, "ASIA-of-somebody-else")},
                            material);
  ASSERT_EQ(stories.size(), 2u);
  EXPECT_EQ(stories.front().actor.name, "alice");
  EXPECT_EQ(stories.front().findings.size(), 2u);
  EXPECT_THAT(stories.front().who, testing::Contains(HasSubstr("also as deploy")));
}

TEST(Tell, FollowsUsersKeysInstancesAndPasswordsToTheirMaker) {
  Birth user = birth("CreateUser", kAlice, 0);
  user.user_name = "bob";
  Birth machine = birth("RunInstances", kBob, 1);
  machine.instances = {"i-0abc"};
  Material material;
  material.actors = Actors({user, machine});
  auto stories =
      told({found(kAlice, 0), found(kBob, 1), with(found(kRole, 2), &Finding::session, "i-0abc")},
           material);
  EXPECT_EQ(stories.size(), 1u);

  Birth password = birth("CreateLoginProfile", kAlice, 0);
  password.user_name = "bob";
  Birth sign_in = birth("ConsoleLogin", kBob, 3);
  sign_in.user_name = "bob";
  material.actors = Actors({password, sign_in});
  EXPECT_EQ(told({found(kAlice, 0), found(kBob, 4)}, material).size(), 1u);
  sign_in.source = "198.51.100.9";  // used from another place: not proven
  material.actors = Actors({password, sign_in});
  EXPECT_EQ(told({found(kAlice, 0), found(kBob, 4)}, material).size(), 2u);
}

TEST(Tell, DoesNotFollowWhatServicesAssume) {
  Birth assumed = birth("AssumeRole", "ec2.amazonaws.com", 0);
  assumed.issued_key = "ASIA1";
  Material material;
  material.actors = Actors({assumed});
  const auto stories = told({with(found(kRole, 5), &Finding::key, "ASIA1")}, material);
  EXPECT_EQ(stories.front().actor.name, "role deploy");
}

TEST(Tell, TakesTheWorstLevelAndRaisesItWhereThreeTacticsJoin) {
  auto high = found(kAlice, 0, "T1098.003");
  high.level = Level::High;
  EXPECT_EQ(told({high, found(kAlice, 1)}).front().level, Level::High);
  const auto raised = told({high, found(kAlice, 1, "T1526"), found(kAlice, 2, "T1136.003")});
  EXPECT_EQ(raised.front().level, Level::Critical);
  EXPECT_THAT(raised.front().why, HasSubstr("discovery, persistence, privilege-escalation"));
  auto low = found(kAlice, 2, "T1136.003");
  low.level = Level::Low;
  EXPECT_EQ(told({high, found(kAlice, 1, "T1526"), low}).front().level, Level::High);
}

TEST(Tell, LetsNoServiceLead) {
  auto service = found("delivery.logs.amazonaws.com", 0);
  service.level = Level::Critical;
  auto person = found(kAlice, 90);
  person.level = Level::Low;
  const auto stories = told({service, person});
  ASSERT_EQ(stories.size(), 2u);
  EXPECT_EQ(stories.front().actor.name, "alice");
  EXPECT_EQ(stories.front().number, 1u);
}

TEST(Tell, FoldsLinesThatDifferOnlyInTheirTarget) {
  auto one = with(found(kAlice, 0), &Finding::target, "i-1");
  auto two = with(found(kAlice, 1), &Finding::target, "i-2");
  const auto stories = told({one, two});
  ASSERT_EQ(stories.front().lines.size(), 1u);
  EXPECT_EQ(stories.front().lines.front().what, "ListUsers i-1, i-2");
  EXPECT_FALSE(stories.front().lines.front().last_event_id.empty());
}

TEST(Tell, SaysASilenceAndWhatCameBehindIt) {
  Material material;
  material.acts = {{minute(0), minute(1), kAlice, "AKIA1", "", "iam:ListUsers", "success", "",
                    "203.0.113.5", "", "e1", 3},
                   {minute(41), minute(41), kAlice, "AKIA1", "", "s3:GetBucketVersioning", "denied",
                    "", "203.0.113.5", "papers", "e2", 1}};
  const auto stories = told({with(found(kAlice, 0), &Finding::key, "AKIA1")}, material);
  const auto& lines = stories.front().lines;
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].what, "nothing for 40 min");
  EXPECT_EQ(lines[2].what, "GetBucketVersioning papers");
  EXPECT_EQ(stories.front().events, 4u);
  EXPECT_EQ(stories.front().denied, 1u);
}

}  // namespace
}  // namespace trailhound::findings
