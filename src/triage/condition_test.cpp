// SPDX-License-Identifier: Apache-2.0
#include "triage/condition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "triage/made_events.hpp"

namespace trailhound::triage {
namespace {

using ::testing::ElementsAre;

constexpr std::array kAll = {Told::Type,           Told::UserName,    Told::Arn,
                             Told::Issuer,         Told::Principal,   Told::Role,
                             Told::Session,        Told::Workload,    Told::Key,
                             Told::Account,        Told::Source,      Told::CallerAccount,
                             Told::Agent,          Told::AgentFamily, Told::UserAgent,
                             Told::Service,        Told::InvokedBy,   Told::EventName,
                             Told::UserAgentSmall, Told::Target};

/// Callers of every sort, by the ids of their events.
void add_callers(MadeLogs& logs) {
  logs.add(MadeEvent("iam", "GetUser", 0)
               .by_user("alice", "AKIAALICE00000000000")
               .from("203.0.113.10")
               .asks({{"userName", "bob"}})
               .called("alice"));
  logs.add(MadeEvent("s3", "GetObject", 1)
               .by_role("deploy", "i-0abc0123456789ab", "ASIADEPLOY0000000000", 0)
               .from("2001:db8::7")
               .with_agent("Boto3/1.34.0 \u00c9TRANGE \u212a")
               .called("role"));
  logs.add(MadeEvent("s3", "GetObject", 2).by_service("config.amazonaws.com").called("service"));
  logs.add(MadeEvent("sts", "AssumeRole", 3)
               .by_outsider("444455556666", "AIDAOUTSIDER", "111122223333")
               .from("AWS Internal")
               .called("outsider"));
  logs.add(MadeEvent("iam", "GetUser", 4)
               .by_user("n\u00e9 O'Brien", "AKIAOBRIEN0000000000")
               .from("203.0.113.200")
               .called("obrien"));
}

/// Whose events meet a condition: as SQL finds them, which the rows of all must agree with.
std::vector<std::string> met(const Condition& condition) {
  MadeLogs logs;
  add_callers(logs);
  const auto desk = logs.desk();
  const auto ids = [&](const std::string& text, bool all) {
    std::vector<std::string> found;
    auto answer = desk->ask(ask::own_question(text, "test"));
    if (!answer.ok()) return std::vector<std::string>{answer.error().message};
    const ToldPlaces places(*answer->rows);
    EXPECT_TRUE(findings::each_row(*answer->rows, [&](const findings::Row& row) {
                  if (!all || condition.is_met(row, places)) found.push_back(row.text("eventid"));
                }).ok());
    return found;
  };
  const std::vector<std::string> asked =
      ids("select eventid from cloudtrail where " + condition.sql() + " order by ts", false);
  EXPECT_EQ(ids("select eventid, " + told_columns(kAll) + " from cloudtrail order by ts", true),
            asked)
      << condition.sql();
  return asked;
}

TEST(Condition, IsMetBySqlAndByRowsAlike) {
  EXPECT_THAT(met(is(Told::Type, "IAMUser")), ElementsAre("alice", "obrien"));
  EXPECT_THAT(met(is(Told::UserName, "n\u00e9 O'Brien")), ElementsAre("obrien"));
  EXPECT_THAT(met(ends_with(Told::Arn, "\u00e9 O'Brien")), ElementsAre("obrien"));
  EXPECT_THAT(met(ends_with(Told::Arn, "arn:aws:iam::111122223333:user/alice")),
              ElementsAre("alice"));
  EXPECT_THAT(met(ends_with(Told::Arn, "xarn:aws:iam::111122223333:user/alice")), ElementsAre());
  EXPECT_THAT(met(is(Told::Issuer, "arn:aws:iam::111122223333:role/deploy")), ElementsAre("role"));
  EXPECT_THAT(met(is(Told::Principal, "config.amazonaws.com")), ElementsAre("service"));
  EXPECT_THAT(met(ends_with(Told::Role, "/deploy")), ElementsAre("role"));
  EXPECT_THAT(met(is(Told::Session, "i-0abc0123456789ab")), ElementsAre("role"));
  EXPECT_THAT(met(is(Told::Workload, "i-0abc0123456789ab")), ElementsAre("role"));
  EXPECT_THAT(met(is(Told::Key, "AKIAALICE00000000000")), ElementsAre("alice"));
  EXPECT_THAT(met(is(Told::CallerAccount, "444455556666")), ElementsAre("outsider"));
  EXPECT_THAT(met(is(Told::Source, "AWS Internal")), ElementsAre("outsider"));
  EXPECT_THAT(met(is(Told::AgentFamily, "boto3")), ElementsAre("role"));
  EXPECT_THAT(met(is(Told::Service, "s3.amazonaws.com")), ElementsAre("role", "service"));
  EXPECT_THAT(met(is(Told::InvokedBy, "config.amazonaws.com")), ElementsAre("service"));
  EXPECT_THAT(met(is(Told::EventName, "GetUser")), ElementsAre("alice", "obrien"));
  EXPECT_THAT(met(is(Told::EventName, "getuser")), ElementsAre());
  EXPECT_THAT(met(is(Told::Target, "bob")), ElementsAre("alice"));
}

TEST(Condition, FindsTextInSmallLettersAndAddressesInNetworks) {
  EXPECT_THAT(met(holds(Told::UserAgentSmall, "boto3/1.34.0 \u00e9tr")), ElementsAre("role"));
  EXPECT_THAT(met(holds(Told::UserAgentSmall, "\u212a")), ElementsAre());  // it is a small k there
  EXPECT_THAT(met(holds(Told::UserAgent, "\u212a")), ElementsAre("role"));
  EXPECT_THAT(met(lies_in(Told::Source, "203.0.113.0/25")), ElementsAre("alice"));
  EXPECT_THAT(met(lies_in(Told::Source, "2001:db8::/32")), ElementsAre("role"));
  EXPECT_THAT(met(lies_in(Told::Source, "::/0")), ElementsAre("alice", "role", "obrien"));
}

TEST(Condition, IsMadeOfSeveral) {
  EXPECT_THAT(met(all({is(Told::Type, "IAMUser"), is(Told::Target, "bob")})), ElementsAre("alice"));
  EXPECT_THAT(met(any({is(Told::Target, "bob"), all({is(Told::Type, "AssumedRole")})})),
              ElementsAre("alice", "role"));
  const Condition both = all({is(Told::Type, "IAMUser"), any({is(Told::Key, "k")})});
  EXPECT_TRUE(both.is_of(std::array{Told::Key, Told::Source, Told::Type}));
  EXPECT_FALSE(both.is_of(std::array{Told::Type}));
}

}  // namespace
}  // namespace trailhound::triage
