// SPDX-License-Identifier: Apache-2.0
#include "triage/trail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

#include "triage/absent.hpp"
#include "triage/made_events.hpp"
#include "triage/trail_screen.hpp"

namespace trailhound::triage {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAliceKey = "AKIAALICE00000000000";

struct Followed {
  std::unique_ptr<ask::Desk> desk;
  Trail trail;
};

Followed followed(std::unique_ptr<ask::Desk> desk) {
  Followed out{std::move(desk), {}};
  const auto links = read_links(*out.desk);
  if (!links.ok()) {
    ADD_FAILURE() << links.error().message;
    return out;
  }
  out.trail = follow(*links, nullptr);
  return out;
}

std::size_t node_of(const Trail& trail, const std::string& key) {
  const auto places = trail.of_key(key);
  EXPECT_EQ(places.size(), 1u) << key;
  return places.empty() ? 0 : places.front();
}

/// The names on the way from the top to the node of a key.
std::vector<std::string> way_to(const Trail& trail, const std::string& key) {
  std::vector<std::string> names;
  for (const std::size_t place : trail.path_to(node_of(trail, key))) {
    names.push_back(trail.nodes[place].name);
  }
  return names;
}

std::string screen_of(Followed& logs, const std::string& word) {
  auto focus = nodes_of(logs.trail, *logs.desk, word);
  if (!focus.ok()) return focus.error().message;
  if (focus->empty()) return "(absent)";
  const auto view = look_at(*logs.desk, logs.trail, word, *focus);
  if (!view.ok()) return view.error().message;
  std::string text;
  for (const findings::TextLine& line : trail_screen(*view, {.undo = true})) {
    for (const findings::Piece& piece : line.pieces) text += piece.text;
    text += "\n";
  }
  return text;
}

TEST(Uses, OfSeveralDaysArePutTogether) {
  const auto use = [](std::int64_t first, std::string event_id, std::string region) {
    Use one;
    one.account = kHome;
    one.key = kAliceKey;
    one.source = "198.51.100.7";
    one.first = one.last = clock_at(first);
    one.event_id = std::move(event_id);
    one.events = 2;
    one.endpoint = true;
    one.regions = {std::move(region)};
    return one;
  };
  Use second = use(0, "a", "us-east-1");
  second.mfa = true;
  second.endpoint = false;
  second.denied = 1;
  Use elsewhere = use(-5, "x", "us-east-1");
  elsewhere.source = "203.0.113.9";
  Use timeless = use(0, "0", "us-west-2");
  timeless.first = timeless.last = Time{};
  const std::vector<Use> uses = put_together(
      {timeless, use(0, "b", "eu-west-1"), second, use(60, "c", "eu-west-1"), elsewhere});
  ASSERT_EQ(uses.size(), 2u);
  EXPECT_EQ(uses[0].event_id, "x");
  EXPECT_EQ(uses[1].events, 8u);
  EXPECT_EQ(uses[1].denied, 1u);
  EXPECT_EQ(uses[1].event_id, "a");  // of two in the same second, by id
  EXPECT_EQ(uses[1].first, clock_at(0));
  EXPECT_EQ(uses[1].last, clock_at(60));
  EXPECT_TRUE(uses[1].mfa);
  EXPECT_FALSE(uses[1].endpoint);
  EXPECT_THAT(uses[1].regions, ElementsAre("eu-west-1", "us-east-1", "us-west-2"));
}

// The portal hands out sessions; the records share the account, the role and the moment.
TEST(Trail, LeadsFromAPersonOfIdentityCenterToTheSessions) {
  const std::string alice = "f230368b-1699-46e6-b813-155118d6b23f";
  const std::string bob = "94d00cd8-e9e6-4810-b177-b08e84775435";
  const std::string other = "111122223333";
  const auto role = [](const std::string& set) {
    return "AWSReservedSSO_" + set + "_0123456789abcdef";
  };
  const auto to = [](const std::string& account, const std::string& set) {
    return Json(Json::Object{{"account_id", account}, {"role_name", set}});
  };
  MadeLogs logs;
  logs.add(MadeEvent("sso", "Federate", 0)
               .by_person(alice)
               .from("198.51.100.7")
               .with("serviceEventDetails", to(other, "Admin")));
  // In the same second somebody else takes a role whose name ends like it, and the same elsewhere.
  logs.add(MadeEvent("sso", "Federate", 0)
               .by_person(bob)
               .from("198.51.100.8")
               .with("serviceEventDetails", to(other, "NotAdmin")));
  logs.add(MadeEvent("sso", "GetRoleCredentials", 60)
               .by_person(bob)
               .from("198.51.100.8")
               .with("serviceEventDetails", to(other, "Admin")));
  logs.add(MadeEvent("sso", "GetRoleCredentials", 62)
               .by_person(alice)
               .from("198.51.100.7")
               .with("serviceEventDetails", to(other, "Admin")));
  const auto used = [&](const std::string& set, const std::string& name, const std::string& key,
                        std::int64_t made, const std::string& address) {
    logs.add(MadeEvent("ec2", "RunInstances", made + 100)
                 .by_role(role(set), name, key, made, other)
                 .from(address));
  };
  used("Admin", "alice", "ASIAALICE00000000001", 1, "198.51.100.7");
  used("NotAdmin", "bob", "ASIABOB0000000000001", 1, "198.51.100.8");
  used("Admin", "alice", "ASIAALICE00000000002", 61, "198.51.100.7");
  used("Admin", "bob", "ASIABOB0000000000002", 61, "198.51.100.8");
  used("Admin", "carol", "ASIACAROL00000000001", 30, "198.51.100.9");
  for (const int made : {700, 800}) {
    logs.add(MadeEvent("sso", "Federate", made)
                 .by_person(alice)
                 .from("198.51.100.7")
                 .with("serviceEventDetails", to(other, "Admin")));
    used("Admin", "alice", "ASIAALICE00000000" + std::to_string(made), made, "198.51.100.7");
  }
  Followed followed_logs = followed(logs.desk());
  const Trail& trail = followed_logs.trail;
  for (const auto& [key, from] : {std::pair("ASIAALICE00000000001", alice),
                                  {"ASIABOB0000000000001", bob},
                                  {"ASIAALICE00000000002", alice},
                                  {"ASIABOB0000000000002", bob}}) {
    EXPECT_EQ(way_to(trail, key).front(), from) << key;
  }
  EXPECT_EQ(way_to(trail, "ASIACAROL00000000001").size(), 1u) << "nobody was handed it then";
  const std::string screen = screen_of(followed_logs, alice);
  EXPECT_THAT(screen, HasSubstr("sign-in of Identity Center user " + alice));
  EXPECT_THAT(screen, HasSubstr("4 sessions  as alice  09:01:41"));
  EXPECT_THAT(screen, Not(HasSubstr("bob")));
}

// Many sessions of one role are one line, which names whoever held them if it can name them all.
TEST(Trail, NamesFoldedSessionsIfAllHaveNames) {
  for (const std::string last : {"ci", "1711111111111"}) {
    MadeLogs logs;
    for (int i = 0; i < 4; ++i) {
      const std::string session = i < 3 ? "ci" : last,
                        key = "ASIADEPLOY000000000" + std::to_string(i);
      logs.add(MadeEvent("sts", "AssumeRole", i * 60)
                   .by_user("alice", kAliceKey)
                   .issues(key, "arn:aws:sts::111122223333:assumed-role/deploy/" + session));
      logs.add(MadeEvent("s3", "ListBuckets", i * 60 + 5).by_role("deploy", session, key, i * 60));
    }
    Followed one = followed(logs.desk());
    const std::string screen = screen_of(one, "user:alice");
    EXPECT_THAT(screen, HasSubstr("role deploy  4 sessions  "));
    EXPECT_EQ(screen.find("  as ci  ") != std::string::npos, last == "ci") << screen;
  }
}

TEST(Trail, IsTheSameOfALakeWhetherItKeepsAnswersOrNot) {
  MadeLogs logs;
  logs.add(MadeEvent("sts", "AssumeRole", 0)
               .by_user("alice", kAliceKey)
               .asks({{"roleArn", "arn:aws:iam::111122223333:role/deploy"}})
               .issues("ASIADEPLOY0000000000", MadeEvent::session_arn("deploy", "ci")));
  for (const std::int64_t second : {5, 5, 86'405, 3 * 86'400}) {
    logs.add(
        MadeEvent("s3", "ListBuckets", second).by_role("deploy", "ci", "ASIADEPLOY0000000000", 0));
  }
  Followed plain = followed(logs.desk());
  for (const char* word : {kAliceKey, "ASIADEPLOY0000000000", "role:deploy"}) {
    const std::string screen = screen_of(plain, word);
    EXPECT_THAT(screen, HasSubstr("deploy"));
    for (int turn = 0; turn < 2; ++turn) {
      Followed lake = followed(logs.lake_desk());
      EXPECT_EQ(screen_of(lake, word), screen) << word << ", turn " << turn;
    }
  }
}

TEST(Trail, SaysThatAThingHoldsNoCredential) {
  MadeLogs logs;
  logs.add(MadeEvent("s3", "GetObject", 0)
               .by_user("alice", kAliceKey)
               .asks({{"bucketName", "wages"}, {"key", "x"}}));
  Followed all = followed(logs.desk());
  EXPECT_THAT(screen_of(all, "wages"), HasSubstr("`wages` is a resource, not something that"));
  EXPECT_THAT(screen_of(all, "GetObject"), HasSubstr("`GetObject` is an action, not something"));
  EXPECT_EQ(screen_of(all, "nobody"), "(absent)");
}

// Of very many calls a lake tells by what it keeps of all.
TEST(Trail, OfVeryManyCallsIsTheSameOfALake) {
  MadeLogs logs;
  logs.add(MadeEvent("sts", "AssumeRole", 0)
               .by_user("alice", kAliceKey)
               .asks({{"roleArn", "arn:aws:iam::111122223333:role/deploy"}})
               .issues("ASIADEPLOY0000000000", MadeEvent::session_arn("deploy", "ci")));
  const auto called = [&](const char* name, int at) {
    return MadeEvent("s3", name, at).by_role("deploy", "ci", "ASIADEPLOY0000000000", 0);
  };
  for (int i = 0; i < 10'010; ++i) {
    logs.add(called(i % 3 == 0 ? "ListBuckets" : "GetBucketAcl", 5 + i * 7)
                 .from(i % 2 == 0 ? "198.51.100.7" : "198.51.100.8")
                 .with_agent(i % 5 == 0 ? "curl/8.0" : "aws-cli/2.15"));
  }
  logs.add(called("DeleteBucket", 10).fails("AccessDenied"));
  logs.add(called("DeleteBucket", 86'400).fails("NoSuchBucket"));
  Followed plain = followed(logs.desk());
  const std::string screen = screen_of(plain, kAliceKey);
  EXPECT_THAT(screen, HasSubstr("10,012 events"));
  for (int turn = 0; turn < 2; ++turn) {
    Followed lake = followed(logs.lake_desk());
    EXPECT_EQ(screen_of(lake, kAliceKey), screen) << "turn " << turn;
  }
}

TEST(Trail, FollowsAKeyToTheCallThatIssuedIt) {
  MadeLogs logs;
  logs.add(MadeEvent("sts", "AssumeRole", 0)
               .by_user("alice", kAliceKey)
               .asks({{"roleArn", "arn:aws:iam::111122223333:role/deploy"}})
               .issues("ASIADEPLOY0000000000", MadeEvent::session_arn("deploy", "ci"))
               .called("assume-1"));
  logs.add(MadeEvent("s3", "ListBuckets", 5).by_role("deploy", "ci", "ASIADEPLOY0000000000", 0));
  const Followed all = followed(logs.desk());
  EXPECT_THAT(way_to(all.trail, "ASIADEPLOY0000000000"), ElementsAre("alice", kAliceKey, "deploy"));
  const Node& session = all.trail.nodes[node_of(all.trail, "ASIADEPLOY0000000000")];
  EXPECT_EQ(session.origin->proof, Proof::Proven);
  EXPECT_EQ(session.origin->event_id, "assume-1");
  EXPECT_EQ(session.usage.events, 1u);
}

TEST(Trail, TakesAKeyOfTheSameSecondForASessionOnlyAsInferred) {
  MadeLogs logs;
  logs.add(MadeEvent("sts", "AssumeRole", 0)
               .by_user("alice", kAliceKey)
               .issues("ASIAONE0000000000000", MadeEvent::session_arn("deploy", "ci")));
  logs.add(MadeEvent("s3", "ListBuckets", 5).by_role("deploy", "ci", "ASIATWO0000000000000", 0));
  // The key of the call and the other one are of one session: it is proven by the first.
  const Followed same = followed(logs.desk());
  EXPECT_EQ(node_of(same.trail, "ASIAONE0000000000000"),
            node_of(same.trail, "ASIATWO0000000000000"));

  MadeLogs apart;
  apart.add(MadeEvent("sts", "AssumeRole", 1)
                .by_user("alice", kAliceKey)
                .issues("ASIAONE0000000000000", MadeEvent::session_arn("deploy", "ci")));
  apart.add(MadeEvent("s3", "ListBuckets", 5).by_role("deploy", "ci", "ASIATWO0000000000000", 0));
  const Followed all = followed(apart.desk());
  const Node& session = all.trail.nodes[node_of(all.trail, "ASIATWO0000000000000")];
  ASSERT_TRUE(session.origin);
  EXPECT_EQ(session.origin->proof, Proof::Inferred);
  EXPECT_THAT(session.origin->words, HasSubstr("same role, name and second"));
}

TEST(Trail, TakesAUserOfTheSameNameForAnother) {
  MadeLogs logs;
  const auto make_user = [&](std::int64_t at, const std::string& id, const std::string& key) {
    logs.add(MadeEvent("iam", "CreateUser", at)
                 .by_user("alice", kAliceKey)
                 .asks({{"userName", "build"}})
                 .gets({{"user", Json::Object{{"userName", "build"},
                                              {"userId", id},
                                              {"arn", "arn:aws:iam::111122223333:user/build"}}}})
                 .called("make-" + id));
    logs.add(MadeEvent("iam", "CreateAccessKey", at + 10)
                 .by_user("alice", kAliceKey)
                 .asks({{"userName", "build"}})
                 .gets({{"accessKey", Json::Object{{"userName", "build"}, {"accessKeyId", key}}}}));
    logs.add(MadeEvent("s3", "ListBuckets", at + 60).by_user("build", key).of_id(id));
  };
  make_user(0, "AIDAFIRST", "AKIAFIRST00000000000");
  make_user(3600, "AIDASECOND", "AKIASECOND0000000000");
  Followed all = followed(logs.desk());
  const auto user_of_key = [&](const std::string& key) {
    const auto path = all.trail.path_to(node_of(all.trail, key));
    return all.trail.nodes[path[path.size() - 2]];
  };
  EXPECT_EQ(user_of_key("AKIAFIRST00000000000").id, "AIDAFIRST");
  EXPECT_EQ(user_of_key("AKIASECOND0000000000").id, "AIDASECOND");
  ASSERT_TRUE(user_of_key("AKIASECOND0000000000").origin);
  EXPECT_EQ(user_of_key("AKIASECOND0000000000").origin->event_id, "make-AIDASECOND");
  const std::string screen = screen_of(all, "AKIASECOND0000000000");
  EXPECT_THAT(screen, HasSubstr("AIDASECOND, one of 2 users who have had this name"));
  EXPECT_THAT(screen, Not(HasSubstr("AKIAFIRST")));
}

TEST(Trail, JoinsTwoAccountsByTheSharedEvent) {
  MadeLogs logs;
  const std::string arn = MadeEvent::session_arn("reader", "x", "444455556666");
  logs.add(MadeEvent("sts", "AssumeRole", 0)
               .by_user("alice", kAliceKey)
               .with("sharedEventID", "shared-1")
               .called("in-alices-account"));
  logs.add(MadeEvent("sts", "AssumeRole", 0)
               .by_outsider("111122223333", "AIDAalice", "444455556666")
               .issues("ASIAREADER0000000000", arn)
               .with("sharedEventID", "shared-1"));
  logs.add(MadeEvent("s3", "GetObject", 9)
               .by_role("reader", "x", "ASIAREADER0000000000", 0, "444455556666"));
  const Followed all = followed(logs.desk());
  EXPECT_THAT(way_to(all.trail, "ASIAREADER0000000000"), ElementsAre("alice", kAliceKey, "reader"));
  const Node& session = all.trail.nodes[node_of(all.trail, "ASIAREADER0000000000")];
  EXPECT_EQ(session.origin->proof, Proof::Proven);
  EXPECT_EQ(session.origin->event_id, "in-alices-account");
}

TEST(Trail, SaysThatAnotherAccountsLogsAreMissing) {
  MadeLogs logs;
  logs.add(MadeEvent("sts", "AssumeRole", 0)
               .by_outsider("999988887777", "AIDASTRANGER", kHome)
               .issues("ASIAREADER0000000000", MadeEvent::session_arn("reader", "x"))
               .with("sharedEventID", "shared-1"));
  logs.add(MadeEvent("s3", "GetObject", 9).by_role("reader", "x", "ASIAREADER0000000000", 0));
  const Followed all = followed(logs.desk());
  const auto path = all.trail.path_to(node_of(all.trail, "ASIAREADER0000000000"));
  const Node& top = all.trail.nodes[path.front()];
  EXPECT_EQ(top.kind, Kind::Outsider);
  EXPECT_THAT(top.end, HasSubstr("account 999988887777: its logs are not among these"));
}

TEST(Trail, SaysWhyASessionHasNoBeginning) {
  MadeLogs logs;
  logs.add(MadeEvent("s3", "ListBuckets", 100).by_role("old", "a", "ASIAOLD0000000000000", -900));
  logs.add(MadeEvent("s3", "ListBuckets", 150).by_role("far", "b", "ASIAFAR0000000000000", 120));
  logs.add(MadeEvent("s3", "ListBuckets", 200)
               .by_user("bob", "ASIABOBCONSOLE000000")
               .in_session(160, true));
  logs.add(MadeEvent("sts", "AssumeRole", 210)
               .by_service("lambda.amazonaws.com")
               .issues("ASIALAMBDA0000000000", MadeEvent::session_arn("worker", "fn")));
  logs.add(
      MadeEvent("s3", "ListBuckets", 220).by_role("worker", "fn", "ASIALAMBDA0000000000", 210));
  const Followed all = followed(logs.desk());
  const auto end_of = [&](const std::string& key) {
    return all.trail.nodes[node_of(all.trail, key)].end;
  };
  EXPECT_EQ(end_of("ASIAOLD0000000000000"), "before the logs");
  EXPECT_THAT(end_of("ASIAFAR0000000000000"), HasSubstr("its AssumeRole is in no log held"));
  EXPECT_THAT(end_of("ASIABOBCONSOLE000000"), HasSubstr("sign-in is in no log held"));
  EXPECT_THAT(end_of("ASIABOBCONSOLE000000"), HasSubstr("us-east-1"));
  EXPECT_EQ(end_of("ASIALAMBDA0000000000"), "assumed by lambda.amazonaws.com");
}

TEST(Trail, CountsTheKeysThatServicesMakeForTheirCaller) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "ListUsers", 0).by_user("alice", kAliceKey));
  for (int i = 0; i < 3; ++i) {
    logs.add(MadeEvent("kms", "Decrypt", 10 + i)
                 .by_user("alice", "ASIAMINTED000000000" + std::to_string(i))
                 .in_session(10 + i)
                 .via("secretsmanager.amazonaws.com"));
  }
  logs.add(MadeEvent("logs", "CreateLogStream", 20)
               .by_role("delivery", "CloudTrail", "ASIADELIVERY00000000", 20)
               .via("cloudtrail.amazonaws.com"));
  Followed all = followed(logs.desk());
  EXPECT_THAT(
      screen_of(all, "role:delivery"),
      AllOf(HasSubstr("no direct call, 1 through cloudtrail"), Not(HasSubstr("never used"))));
  EXPECT_THAT(screen_of(all, kAliceKey), Not(HasSubstr("no direct call"))) << "her key made one";
  EXPECT_THAT(screen_of(all, "principal:AIDAalice"), HasSubstr("user alice"));
  EXPECT_THAT(screen_of(all, "principal:AROAdelivery"), HasSubstr("role delivery"));
  EXPECT_THAT(screen_of(all, "principal:AROAdelivery:CloudTrail"), HasSubstr("role delivery"));
  const Node& alice = all.trail.nodes[all.trail.path_to(node_of(all.trail, kAliceKey)).front()];
  ASSERT_EQ(alice.minted.size(), 1u);
  EXPECT_EQ(alice.minted.front().keys, 3u);
  EXPECT_EQ(alice.minted.front().service, "secretsmanager");
  EXPECT_EQ(alice.children.size(), 1u) << "only her own key is a credential";
  EXPECT_THAT(screen_of(all, kAliceKey), HasSubstr("Folded  3 keys"));
}

TEST(Trail, LeadsFromAPasswordToTheSignInThatUsedIt) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "CreateLoginProfile", 0)
               .by_user("alice", kAliceKey)
               .asks({{"userName", "bob"}})
               .called("password"));
  logs.add(MadeEvent("signin", "ConsoleLogin", 30)
               .by_user("bob", "")
               .gets({{"ConsoleLogin", "Success"}})
               .with("additionalEventData", Json::Object{{"MFAUsed", "No"}})
               .called("login"));
  logs.add(
      MadeEvent("s3", "ListBuckets", 40).by_user("bob", "ASIABOB0000000000000").in_session(30));
  const Followed all = followed(logs.desk());
  EXPECT_THAT(way_to(all.trail, "ASIABOB0000000000000"),
              ElementsAre("alice", kAliceKey, "2024-03-01T09:00:30Z"));
  const Node& session = all.trail.nodes[node_of(all.trail, "ASIABOB0000000000000")];
  EXPECT_EQ(session.kind, Kind::SignIn);
  EXPECT_EQ(session.origin->event_id, "login");
  EXPECT_THAT(session.origin->words, HasSubstr("password set by CreateLoginProfile"));
  ASSERT_EQ(session.marks.size(), 1u);
  EXPECT_EQ(session.marks.front().word, "without MFA");
}

TEST(Trail, TakesASessionOfTheNextSecondForTheSignIn) {
  MadeLogs logs;
  logs.add(MadeEvent("signin", "ConsoleLogin", 30)
               .by_user("bob", "")
               .gets({{"ConsoleLogin", "Success"}})
               .called("login"));
  logs.add(
      MadeEvent("s3", "ListBuckets", 40).by_user("bob", "ASIABOB0000000000000").in_session(31));
  const Followed all = followed(logs.desk());
  const auto path = all.trail.path_to(node_of(all.trail, "ASIABOB0000000000000"));
  EXPECT_EQ(all.trail.nodes[path.back()].origin->event_id, "login");
  EXPECT_EQ(all.trail.nodes[path.front()].children.size(), 1u) << "one sign-in, not two";
}

TEST(Trail, MarksAnInstancesCredentialsAwayFromItsAddress) {
  MadeLogs logs;
  logs.add(MadeEvent("ec2", "RunInstances", 0)
               .by_user("alice", kAliceKey)
               .gets({{"instancesSet",
                       Json::Object{{"items", Json::Array{Json::Object{
                                                  {"instanceId", "i-0a1b2c3d4e5f60718"}}}}}}}));
  logs.add(MadeEvent("ssm", "UpdateInstanceInformation", 60)
               .by_role("web", "i-0a1b2c3d4e5f60718", "ASIAHOME000000000000", 20)
               .from("203.0.113.9")
               .with_agent("amazon-ssm-agent/3.2"));
  logs.add(MadeEvent("ssm", "SendCommand", 100)
               .by_user("alice", kAliceKey)
               .asks({{"instanceIds", Json::Array{"i-0a1b2c3d4e5f60718"}}})
               .called("command"));
  logs.add(MadeEvent("sts", "GetCallerIdentity", 106)
               .by_role("web", "i-0a1b2c3d4e5f60718", "ASIAAWAY000000000000", 20)
               .from("198.51.100.7"));
  const Followed all = followed(logs.desk());
  EXPECT_THAT(way_to(all.trail, "ASIAAWAY000000000000"),
              ElementsAre("alice", kAliceKey, "i-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60718"));
  const Node& away = all.trail.nodes[node_of(all.trail, "ASIAAWAY000000000000")];
  ASSERT_EQ(away.marks.size(), 2u);
  EXPECT_EQ(away.marks[0].word, "STOLEN");
  EXPECT_EQ(away.marks[1].word, "SendCommand");
  EXPECT_EQ(away.marks[1].reason, "6 s before");
  EXPECT_TRUE(away.marks[1].inferred);
  EXPECT_EQ(away.marks[1].event_id, "command");
  EXPECT_TRUE(all.trail.nodes[node_of(all.trail, "ASIAHOME000000000000")].marks.empty());
}

TEST(Trail, DoesNotTurnInACircle) {
  MadeLogs logs;
  const auto makes = [&](const char* user, const char* key, const char* other, const char* new_key,
                         std::int64_t at) {
    logs.add(
        MadeEvent("iam", "CreateAccessKey", at)
            .by_user(user, key)
            .asks({{"userName", other}})
            .gets({{"accessKey", Json::Object{{"accessKeyId", new_key}, {"userName", other}}}}));
  };
  makes("alice", kAliceKey, "bob", "AKIABOB0000000000000", 0);
  makes("bob", "AKIABOB0000000000000", "alice", kAliceKey, 10);
  const Followed all = followed(logs.desk());
  EXPECT_LE(all.trail.path_to(node_of(all.trail, kAliceKey)).size(), 3u);
  EXPECT_LE(all.trail.below(node_of(all.trail, kAliceKey)).size(), 3u);
}

TEST(Trail, AsksBackWhenANameIsTwoThings) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "ListUsers", 0).by_user("deploy", kAliceKey));
  logs.add(MadeEvent("s3", "ListBuckets", 5).by_role("deploy", "ci", "ASIADEPLOY0000000000", 0));
  Followed all = followed(logs.desk());
  const auto both = nodes_of(all.trail, *all.desk, "deploy");
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().code(), "ambiguous-entity");
  EXPECT_THAT(both.error().notes, Contains(HasSubstr("`user:deploy`, `role:deploy`")));
  const auto one = nodes_of(all.trail, *all.desk, "role:deploy");
  ASSERT_TRUE(one.ok());
  EXPECT_THAT(*one, ElementsAre(node_of(all.trail, "ASIADEPLOY0000000000")));
}

TEST(Trail, RefusesWhatHoldsNoCredential) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "ListUsers", 0).by_user("alice", kAliceKey));
  Followed all = followed(logs.desk());
  const auto nodes = nodes_of(all.trail, *all.desk, "account:111122223333");
  ASSERT_FALSE(nodes.ok());
  EXPECT_EQ(nodes.error().code(), "no-trail-of");
  const auto absent = nodes_of(all.trail, *all.desk, "AKIANOBODY0000000000");
  ASSERT_TRUE(absent.ok());
  EXPECT_TRUE(absent->empty());
  EXPECT_EQ(held_words(all.trail.held),
            "1 event · 2024-03-01T09:00:00Z → 2024-03-01T09:00:00Z · account 111122223333 · region "
            "us-east-1");
}

TEST(Trail, FindsTheCredentialBehindAnEventByItsBeginning) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "ListUsers", 0)
               .by_user("alice", kAliceKey)
               .called("3044ff70-2382-4b53-83bc-08f6d6b75381"));
  Followed all = followed(logs.desk());
  const auto nodes = nodes_of(all.trail, *all.desk, "3044ff70");
  ASSERT_TRUE(nodes.ok());
  EXPECT_THAT(*nodes, ElementsAre(node_of(all.trail, kAliceKey)));
}

/// A made-up chain: who assumed what, up to five hops over three accounts.
struct Hop {
  std::string key, role, account;
  int from = -1;  ///< -1: the user's key
  std::int64_t at = 0;
};

TEST(Trail, RebuildsEveryChainBothWays) {
  const std::vector<std::string> accounts = {kHome, "444455556666", "777788889999"};
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    MadeLogs logs;
    std::vector<Hop> hops;
    std::vector<int> depth;
    logs.add(MadeEvent("sts", "GetCallerIdentity", 0).by_user("alice", kAliceKey));
    for (int i = 0; i < 12; ++i) {
      Hop hop;
      do {
        hop.from = static_cast<int>(random() % static_cast<unsigned>(i + 1)) - 1;
      } while (hop.from >= 0 && depth[static_cast<std::size_t>(hop.from)] >= 5);
      depth.push_back(hop.from < 0 ? 1 : depth[static_cast<std::size_t>(hop.from)] + 1);
      hop.account = accounts[random() % accounts.size()];
      hop.role = "role-" + std::to_string(random() % 4);
      hop.key = "ASIACHAIN" + std::to_string(1'000'000'000 + i);
      hop.at = 10 * (i + 1);
      const std::string session = "s" + std::to_string(i);
      const std::string arn = MadeEvent::session_arn(hop.role, session, hop.account);
      MadeEvent call("sts", "AssumeRole", hop.at);
      std::string caller_account = kHome, caller_id = "AIDAalice";
      if (hop.from < 0) {
        call.by_user("alice", kAliceKey);
      } else {
        const Hop& before = hops[static_cast<std::size_t>(hop.from)];
        caller_account = before.account;
        caller_id = "AROA" + before.role + ":s" + std::to_string(hop.from);
        call.by_role(before.role, "s" + std::to_string(hop.from), before.key, before.at,
                     before.account);
      }
      const std::string shared = "shared-" + std::to_string(i);
      if (caller_account == hop.account) {
        logs.add(call.issues(hop.key, arn));
      } else {
        logs.add(call.issues(hop.key, arn).with("sharedEventID", shared));
        logs.add(MadeEvent("sts", "AssumeRole", hop.at)
                     .by_outsider(caller_account, caller_id, hop.account)
                     .issues(hop.key, arn)
                     .with("sharedEventID", shared));
      }
      logs.add(MadeEvent("s3", "ListBuckets", hop.at + 5)
                   .by_role(hop.role, session, hop.key, hop.at, hop.account));
      hops.push_back(hop);
    }
    const Followed all = followed(logs.desk());
    const std::size_t root = node_of(all.trail, kAliceKey);
    for (std::size_t i = 0; i < hops.size(); ++i) {
      std::vector<std::string> expected;  // keys from the leaf up
      for (int at = static_cast<int>(i); at >= 0; at = hops[static_cast<std::size_t>(at)].from) {
        expected.push_back(hops[static_cast<std::size_t>(at)].key);
      }
      expected.emplace_back(kAliceKey);
      std::vector<std::string> met;
      std::size_t place = node_of(all.trail, hops[i].key);
      const std::vector<std::size_t> path = all.trail.path_to(place);
      for (auto at = path.rbegin(); at != path.rend(); ++at) {
        const Node& one = all.trail.nodes[*at];
        if (one.kind == Kind::User) continue;
        met.push_back(one.keys.front());
        if (one.kind == Kind::Session) {
          EXPECT_EQ(one.origin->proof, Proof::Proven);
        }
      }
      EXPECT_EQ(met, expected) << "seed " << seed;
      EXPECT_THAT(all.trail.below(root), Contains(place)) << "seed " << seed;
    }
    EXPECT_EQ(all.trail.below(root).size(), hops.size() + 1) << "seed " << seed;
  }
}

TEST(TrailView, NamesWhatOtherCredentialsOfTheHolderLeftBehind) {
  MadeLogs logs;
  logs.add(MadeEvent("s3", "ListBuckets", 0).by_user("alice", kAliceKey));
  logs.add(MadeEvent("iam", "CreateUser", 60)
               .by_user("alice", kAliceKey)
               .asks({{"userName", "first"}})
               .called("made-1"));
  logs.add(MadeEvent("iam", "CreateUser", 120)
               .by_user("alice", "AKIAOTHER00000000000")
               .asks({{"userName", "second"}})
               .called("made-2"));
  logs.add(MadeEvent("iam", "CreateUser", 180)
               .by_user("alice", "AKIAOTHER00000000000")
               .asks({{"userName", "third"}})
               .called("made-3"));
  logs.add(MadeEvent("iam", "DeleteUser", 240)
               .by_user("alice", "AKIAOTHER00000000000")
               .asks({{"userName", "third"}}));
  Followed all = followed(logs.desk());
  const std::string screen = screen_of(all, kAliceKey);
  EXPECT_THAT(screen, HasSubstr("STANDS  user first (made-1) · user second (made-2, by a "
                                "credential under Also)"));
  EXPECT_THAT(screen, HasSubstr("delete-user --user-name second"));
  EXPECT_THAT(screen, Not(HasSubstr("third")));
}

std::filesystem::path corpora() {
  const char* named = std::getenv("TRAILHOUND_CORPORA");
  return named != nullptr ? named : TRAILHOUND_SOURCE "/../shared/corpora";
}

TEST(TrailOfARealCase, IsTheTreeThatWasWorkedOutByHand) {
  const std::filesystem::path folder = corpora() / "logs" / "invictus";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  ask::Source source;
  source.logs = {folder.string()};
  source.unique = true;
  auto desk = ask::Desk::open(std::move(source));
  ASSERT_TRUE(desk.ok());
  Followed all = followed(std::move(*desk));
  const std::string key = "AKIATFQR7NSC8Q4X20BJ";
  const std::size_t root = node_of(all.trail, key);
  const Node& node = all.trail.nodes[root];
  EXPECT_EQ(node.usage.events, 2104u);
  EXPECT_EQ(node.usage.denied, 13u);
  const Node& user = all.trail.nodes[all.trail.path_to(root).front()];
  EXPECT_EQ(user.name, "bert-jan");
  EXPECT_EQ(user.minted_keys.size(), 86u);
  std::map<std::string, std::size_t> minted;
  for (const Minted& one : user.minted) minted[one.service] = one.keys;
  EXPECT_EQ(minted["secretsmanager"], 53u);
  EXPECT_EQ(minted["AWS Internal"], 21u);
  EXPECT_EQ(minted["health"], 12u);
  EXPECT_EQ(user.children.size(), 3u) << "108 key ids are three credentials";

  std::map<Kind, std::set<std::string>> below;
  for (const std::size_t place : all.trail.below(root)) {
    const Node& one = all.trail.nodes[place];
    below[one.kind].insert(one.name);
  }
  EXPECT_THAT(below[Kind::Session],
              ElementsAre("stratus-red-team-ec2-get-password-data-role",
                          "stratus-red-team-ec2lui-role-pcccexdthk",
                          "stratus-red-team-ec2lui-role-wuzemnoeqa",
                          "stratus-red-team-get-usr-data-role", "stratus-red-team-leave-org-role"));
  EXPECT_THAT(below[Kind::Instance], ElementsAre("i-05c30218156bcc246", "i-0dbc91f429e48eeed"));
  EXPECT_THAT(
      below[Kind::User],
      ElementsAre("malicious-iam-user", "stratus-red-team-backdoor-u-user",
                  "stratus-red-team-login-profile-user", "stratus-red-team-nmfalu-gfjyeaypjt"));
  EXPECT_THAT(below[Kind::SignIn], ElementsAre("2023-07-10T12:23:15Z"));

  const std::string screen = screen_of(all, key);
  EXPECT_THAT(screen, HasSubstr("…36DZQP7P"));
  EXPECT_THAT(screen, HasSubstr("▲ STOLEN"));
  EXPECT_THAT(screen, HasSubstr("┄ SendCommand 99b46479 6 s before"));
  EXPECT_THAT(screen, HasSubstr("Folded  86 keys"));
  EXPECT_THAT(screen, HasSubstr("(and …7E2ZIBM2, never used)"));
  EXPECT_THAT(screen, HasSubstr("3.225.16.109 (yours: eipalloc-08a083beb7e83dbc0)"));
  EXPECT_THAT(screen, HasSubstr("ConsoleLogin 8feee4c2"));
  EXPECT_THAT(screen, HasSubstr("vpc-07b33857c7ad1c027"));
  // Made by DeleteDBInstance in the user's second console session.
  EXPECT_THAT(screen, HasSubstr("(b5232796, by a credential under Also)"));
  EXPECT_THAT(screen, Not(HasSubstr("is deleted"))) << "its own trails are nothing left behind";
}

}  // namespace
}  // namespace trailhound::triage
