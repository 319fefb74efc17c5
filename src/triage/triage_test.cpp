// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "hunt/catalogue.hpp"
#include "triage/absent.hpp"
#include "triage/case.hpp"
#include "triage/cast.hpp"
#include "triage/event_story.hpp"
#include "triage/made_events.hpp"
#include "triage/narrowing.hpp"
#include "triage/recorder.hpp"
#include "triage/timeline.hpp"
#include "triage/understand.hpp"

namespace trailhound::triage {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAliceKey = "AKIAALICE00000000000";

std::string text_of(const findings::Screen& screen) {
  std::string text;
  for (const findings::TextLine& line : screen) {
    for (const findings::Piece& piece : line.pieces) text += piece.text;
    text += "\n";
  }
  return text;
}

Subject subject_of(ask::Desk& desk, const std::string& word) {
  auto subject = understand(desk, word);
  if (!subject.ok()) {
    ADD_FAILURE() << subject.error().message;
    return {};
  }
  if (!*subject) {
    ADD_FAILURE() << word << " is not there";
    return {};
  }
  return **subject;
}

Case case_of(ask::Desk& desk, const std::vector<std::string>& words,
             const CaseOptions& options = {}) {
  std::vector<Subject> subjects;
  for (const std::string& word : words) subjects.push_back(subject_of(desk, word));
  auto about = open_case(desk, std::move(subjects), options);
  if (!about.ok()) {
    ADD_FAILURE() << about.error().message;
    return {};
  }
  return std::move(*about);
}

std::string screen_of(ask::Desk& desk, const std::vector<std::string>& words) {
  return text_of(case_screen(case_of(desk, words), {}));
}

/// The same with what the hunts say.
std::string hunted_screen_of(ask::Desk& desk, const std::vector<std::string>& words) {
  const auto catalogue = hunt::Catalogue::load({hunt::catalogue_folder()});
  if (!catalogue.ok()) {
    ADD_FAILURE() << catalogue.error().message;
    return {};
  }
  CaseOptions options;
  options.catalogue = &*catalogue;
  return text_of(case_screen(case_of(desk, words, options), {}));
}

/// Alice puts bob among the administrators; before and after it, both do other things.
void add_group_story(MadeLogs& logs) {
  logs.add(MadeEvent("iam", "ListUsers", -600).by_user("alice", kAliceKey).from("203.0.113.10"));
  logs.add(MadeEvent("s3", "ListBuckets", -300)
               .by_user("bob", "AKIABOB0000000000000")
               .fails("AccessDenied"));
  logs.add(MadeEvent("iam", "AddUserToGroup", 0)
               .by_user("alice", kAliceKey)
               .in_session(-7200)
               .from("198.51.100.9")
               .asks({{"userName", "bob"}, {"groupName", "admin"}})
               .called("3044ff70-2382-4b53-83bc-08f6d6b75381"));
  logs.add(MadeEvent("s3", "ListBuckets", 300).by_user("bob", "AKIABOB0000000000000"));
  logs.add(MadeEvent("s3", "GetBucketPolicy", 360).by_user("bob", "AKIABOB0000000000000"));
}

TEST(EventStory, TellsWhoAskedForWhatAndWhatCameOfIt) {
  MadeLogs logs;
  add_group_story(logs);
  const auto desk = logs.desk();
  const auto stories = tell_events(*desk, subject_of(*desk, "3044ff70"), 3, nullptr);
  ASSERT_TRUE(stories.ok()) << stories.error().message;
  ASSERT_EQ(stories->size(), 1u);
  EXPECT_THAT(
      stories->front().sentences,
      ElementsAre(
          "alice (IAM user of account 111122223333) asked iam to add the user bob to the group "
          "admin, at 2024-03-01T09:00:00Z in us-east-1.",
          "It was signed with the key AKIAALICE00000000000, a long-lived one, of a session that "
          "began 2024-03-01T07:00:00Z, 2 h before, without MFA.",
          "It came from 198.51.100.9 (an address for documentation), through aws-cli/2.15.",
          "It worked.",
          "These logs hold 1 earlier event of alice: none came from this address, so it is new; "
          "none did the same.",
          "Before it, bob made 1 call, 1 denied (ListBuckets) from 198.51.100.7, "
          "2024-03-01T08:55:00Z; after it, made 2 calls (ListBuckets, GetBucketPolicy) from "
          "198.51.100.7, 2024-03-01T09:05:00Z to 2024-03-01T09:06:00Z."));
  EXPECT_THAT(stories->front().next, Contains("trailhound triage user:bob"));
}

TEST(Case, IsTheSameOfALakeWhetherItKeepsAnswersOrNot) {
  MadeLogs logs;
  add_group_story(logs);
  logs.add(MadeEvent("iam", "CreateAccessKey", 800)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"userName", "carol"}})
               .gets({{"accessKey", Json::Object{{"accessKeyId", "AKIACAROL00000000000"},
                                                 {"userName", "carol"}}}}));
  // Two days later: what is kept of one day and of another is put together.
  logs.add(MadeEvent("s3", "GetBucketPolicy", 2 * 86'400)
               .by_user("carol", "AKIACAROL00000000000")
               .asks({{"bucketName", "not-asked-about"}}));
  for (const char* word : {"user:bob", "AKIAALICE00000000000", "198.51.100.9", "alice", "bob",
                           "198.51.100.0/24", "agent:aws-cli", "not-asked-about", "user:carol",
                           "AKIACAROL00000000000", "arn:aws:iam::111122223333:user/bob"}) {
    const std::string plain = screen_of(*logs.desk(), {word});
    EXPECT_EQ(screen_of(*logs.lake_desk(), {word}), plain) << word;
    EXPECT_EQ(screen_of(*logs.lake_desk(), {word}), plain) << word << ", asked again";
  }
  EXPECT_THAT(screen_of(*logs.lake_desk(), {"user:bob"}), HasSubstr("AKIACAROL00000000000"));
}

// Who copies the ARN of a thing, or the address of an object, out of a finding asks about the
// thing.
TEST(Case, IsOfAThingByItsArnOrAddress) {
  MadeLogs logs;
  const auto by_bob = [](const char* service, const char* name, int at) {
    return MadeEvent(service, name, at).by_user("bob", "AKIABOB0000000000000");
  };
  const std::string kms =
      "arn:aws:kms:us-east-1:111122223333:key/5f2c1d6e-0b1e-4c55-9a55-8f0c1f5b7a10";
  logs.add(by_bob("s3", "GetObject", 0).asks({{"bucketName", "orders"}, {"key", "a/b.csv"}}));
  logs.add(by_bob("s3", "GetObject", 10).asks({{"bucketName", "orders"}, {"key", "c"}}));
  logs.add(by_bob("s3", "PutBucketPolicy", 20).asks({{"bucketName", "orders"}}));
  logs.add(
      by_bob("kms", "Decrypt", 30)
          .with("resources", Json::Array{Json::Object{{"ARN", kms}, {"type", "AWS::KMS::Key"}}}));
  logs.add(by_bob("lambda", "UpdateFunctionCode20150331v2", 40).asks({{"functionName", "pay"}}));
  logs.add(by_bob("ec2", "StopInstances", 50)
               .asks({{"instancesSet",
                       Json::Object{{"items", Json::Array{Json::Object{
                                                  {"instanceId", "i-0fdaea678ba5e65ae"}}}}}}}));
  logs.add(by_bob("iam", "GetRole", 60).asks({{"roleName", "pay"}}));  // is called so, too
  const auto of_lake = logs.lake_desk();
  const auto seen = [&](const std::string& word) {
    const auto once = logs.desk();
    EXPECT_TRUE(gather(*once, {word}, {}).ok());
    const std::string plain = screen_of(*logs.desk(), {word});
    EXPECT_EQ(screen_of(*once, {word}), plain) << word;
    EXPECT_EQ(screen_of(*of_lake, {word}), plain) << word;
    return plain;
  };
  for (const char* bucket : {"arn:aws:s3:::orders", "s3://orders", "s3://orders/",
                             "resource:arn:aws:s3:::orders", "resource:orders", "orders"}) {
    EXPECT_THAT(seen(bucket), HasSubstr("Triage    resource orders\n")) << bucket;
    EXPECT_THAT(seen(bucket), HasSubstr("Seen      3 events")) << bucket;
  }
  EXPECT_THAT(seen("s3://orders/a/b.csv"), HasSubstr("Seen      1 event,"));
  EXPECT_THAT(seen("arn:aws:s3:::orders/a/b.csv"), HasSubstr("Seen      1 event,"));
  EXPECT_THAT(seen(kms), HasSubstr("Decrypt"));
  EXPECT_THAT(seen("arn:aws:lambda:us-east-1:111122223333:function:pay"),
              HasSubstr("UpdateFunctionCode"));
  EXPECT_THAT(seen("arn:aws:lambda:us-east-1:111122223333:function:pay"),
              Not(HasSubstr("GetRole")));
  EXPECT_THAT(seen("arn:aws:ec2:us-east-1:111122223333:instance/i-0fdaea678ba5e65ae"),
              HasSubstr("StopInstances"));
}

// What they did is asked while the hunts run: the same lake answers both at once, whether it keeps
// what the hunts ask or works it out meanwhile.
TEST(Case, IsTheSameOfALakeWhileTheHuntsRunBesideIt) {
  MadeLogs logs;
  add_group_story(logs);
  logs.add(MadeEvent("iam", "CreateAccessKey", 800)
               .by_user("alice", kAliceKey)
               .asks({{"userName", "carol"}})
               .gets({{"accessKey", Json::Object{{"accessKeyId", "AKIACAROL00000000000"},
                                                 {"userName", "carol"}}}}));
  const std::string plain = hunted_screen_of(*logs.desk(), {"user:alice"});
  EXPECT_THAT(plain, HasSubstr("iam-backdoor-key"));
  const auto fresh = logs.lake_desk();
  EXPECT_EQ(hunted_screen_of(*fresh, {"user:alice"}), plain);
  EXPECT_EQ(hunted_screen_of(*fresh, {"user:alice"}), plain) << "asked again";
}

// What speaks of a role on so many days and in so many events is named neither by ids nor by times,
// and some of it not even looked for before it is told.
TEST(Case, OfARoleThatIsNamedVeryOftenIsTheSameOfALake) {
  MadeLogs logs;
  const char* const role = "arn:aws:iam::111122223333:role/deploy";
  for (int i = 0; i < 450; ++i) {
    logs.add(MadeEvent("sts", "AssumeRole", i * 3 * 3600)
                 .by_user("bob", "AKIABOB0000000000000")
                 .asks({{"roleArn", role}, {"roleSessionName", "bob"}}));
  }
  logs.add(MadeEvent("iam", "PutRolePolicy", 500)
               .by_user("alice", kAliceKey)
               .asks({{"roleName", "deploy"}, {"policyName", "p"}}));
  logs.add(MadeEvent("lambda", "CreateFunction20150331", 700)
               .by_user("alice", kAliceKey)
               .asks({{"role", role}, {"functionName", "f"}}));
  logs.add(MadeEvent("s3", "GetObject", 900).by_user("alice", kAliceKey).asks({{"key", role}}));
  logs.add(MadeEvent("s3", "GetObject", 950).by_user("alice", kAliceKey).asks({{"key", "other"}}));
  for (const char* const word : {role, "role:deploy"}) {
    const std::string plain = screen_of(*logs.desk(), {word});
    EXPECT_EQ(screen_of(*logs.lake_desk(), {word}), plain) << word;
    for (const char* told : {"450", "PutRolePolicy", "CreateFunction", "GetObject"}) {
      EXPECT_THAT(plain, HasSubstr(told)) << word;
    }
  }
}

// Whoever took a role is kept with the session that was made, however many they are.
TEST(Case, OfWhatARoleWasTakenForIsTheSameOfALake) {
  MadeLogs logs;
  const char* const other = "444455556666";
  const std::string name = "AUDIT00000000000", role = "arn:aws:iam::444455556666:role/" + name,
                    session = MadeEvent::session_arn(name, "posture", other);
  const auto take = [&](int at, const std::string& called) {
    return MadeEvent("sts", "AssumeRole", at)
        .by_user("scanner", "AKIASCANNER000000000")
        .asks({{"roleArn", role}, {"roleSessionName", called}});
  };
  const auto taken = [&](int at, const std::string& called) {
    return take(at, called)
        .gets(
            {{"credentials", Json::Object{{"accessKeyId", "ASIA" + std::to_string(100'000 + at)}}},
             {"assumedRoleUser",
              Json::Object{{"assumedRoleId", "AROA" + name + ":" + called},
                           {"arn", MadeEvent::session_arn(name, called, other)}}}});
  };
  const auto by_bob = [](const char* service, const char* action, int at) {
    return MadeEvent(service, action, at).by_user("bob", "AKIABOB0000000000000");
  };
  for (int i = 0; i < 230; ++i) {
    logs.add(taken(i * 3 * 3600, "posture"));
  }
  logs.add(take(60, "posture").fails("AccessDenied"));
  logs.add(take(120, "posture").with("eventTime", "soon").fails("AccessDenied"));
  logs.add(taken(180, "posture-2"));
  const auto by_itself = [&](int at) {
    return MadeEvent("s3", "ListBuckets", at).by_role(name, "posture", "ASIA100000", 0, other);
  };
  for (int i = 0; i < 3; ++i) logs.add(by_itself(600 + i));
  const auto screens = [&](const std::string& word) {
    const std::string plain = screen_of(*logs.desk(), {word});
    const auto lake = logs.lake_desk();
    Recorder recorder(*lake);
    EXPECT_EQ(screen_of(recorder, {word}), plain) << word;
    const bool asked = std::any_of(recorder.asked().begin(), recorder.asked().end(),
                                   [](const Asked& one) { return one.name == "calls"; });
    return std::pair(plain, asked);
  };
  // Nothing else speaks of it: no event is asked again.
  const auto [alone, asked_alone] = screens("session:posture");
  EXPECT_THAT(alone, HasSubstr("03-01 09:00:00–03-30 00:00:00  230 × AssumeRole by scanner"));
  EXPECT_THAT(alone, HasSubstr("2 × AssumeRole by scanner from 198.51.100.7, denied"));
  EXPECT_THAT(alone, HasSubstr("Seen      3 events"));
  EXPECT_FALSE(asked_alone);

  logs.add(by_bob("ec2", "CreateTags", 700).asks({{"value", "posture"}}));
  logs.add(by_itself(750).asks({{"as", session}}));
  logs.add(by_bob("s3", "PutBucketPolicy", 800).asks({{"bucketPolicy", "to " + session}}));
  const auto [named, asked_named] = screens("session:posture");
  EXPECT_THAT(named, HasSubstr("230 × AssumeRole by scanner"));
  EXPECT_THAT(named, HasSubstr("CreateTags by bob"));
  EXPECT_THAT(named, HasSubstr("PutBucketPolicy by bob"));
  EXPECT_TRUE(asked_named);
  // In the ARN of the longer one it stands as well; what was refused made none.
  const auto [arn, asked_arn] = screens(session);
  EXPECT_THAT(arn, HasSubstr("231 × AssumeRole by scanner"));
  EXPECT_THAT(arn, HasSubstr("PutBucketPolicy by bob"));
  EXPECT_THAT(arn, testing::Not(HasSubstr("CreateTags")));
  const auto [account, asked_account] = screens("account:444455556666");
  EXPECT_THAT(account, HasSubstr("231 × AssumeRole by scanner"));
  EXPECT_THAT(account, HasSubstr("2 × AssumeRole by scanner from 198.51.100.7, denied"));
  EXPECT_THAT(account, HasSubstr("PutBucketPolicy by bob"));
  const auto [id, asked_id] = screens("AROA" + name);
  EXPECT_THAT(id, HasSubstr("231 × AssumeRole by scanner"));
  EXPECT_FALSE(asked_id);
  const std::vector<std::string> both = {"session:posture", "role:" + name};
  EXPECT_EQ(screen_of(*logs.lake_desk(), both), screen_of(*logs.desk(), both));
}

// A key of KMS that is used for the objects of a bucket is asked for by the bucket's ARN.
TEST(Case, OfABucketWhoseObjectsAreEnciphered) {
  MadeLogs logs;
  const auto use_key = [&](int at, const std::string& arn) {
    logs.add(MadeEvent("kms", "GenerateDataKey", at)
                 .by_service("cloudtrail.amazonaws.com")
                 .asks({{"keySpec", "AES_256"},
                        {"encryptionContext", Json::Object{{"aws:s3:arn", arn}}}}));
  };
  for (int i = 0; i < 220; ++i) use_key(i * 600, "arn:aws:s3:::trails");
  for (int i = 0; i < 10; ++i) use_key(i * 700, "arn:aws:s3:::trails/AWSLogs/" + std::to_string(i));
  use_key(50, "arn:aws:s3:::trails-2");
  use_key(55, "arn:aws:s3:::else");
  for (int i = 0; i < 4; ++i) {
    logs.add(MadeEvent("s3", "GetObject", i * 800)
                 .by_user("bob", "AKIABOB0000000000000")
                 .asks({{"bucketName", "trails"}, {"key", "k"}}));
  }
  logs.add(MadeEvent("cloudtrail", "CreateTrail", 900)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"name", "main"}, {"s3BucketName", "trails"}}));
  const std::string plain = screen_of(*logs.desk(), {"resource:trails"});
  EXPECT_EQ(screen_of(*logs.lake_desk(), {"resource:trails"}), plain);
  EXPECT_THAT(plain, HasSubstr("Seen      236 events")) << "the longer name holds it, too";
  EXPECT_EQ(subject_of(*logs.lake_desk(), "resource:trails").by.at_least, 234u);
}

// Of whoever does very much a lake tells what it keeps of all calls.
TEST(Case, OfWhoeverDoesVeryMuchIsTheSameOfALake) {
  MadeLogs logs;
  const auto by_alice = [](const char* service, const char* name, int at) {
    return MadeEvent(service, name, at).by_user("alice", kAliceKey).from("203.0.113.10");
  };
  for (int i = 0; i < 20'100; ++i) logs.add(by_alice("s3", "GetObject", i * 12));
  for (int i = 0; i < 250; ++i) {
    logs.add(by_alice("s3", "PutObject", i * 300).asks({{"bucketName", "busy"}}));
  }
  for (int i = 0; i < 40; ++i) {
    logs.add(
        by_alice("s3", "PutObject", i * 1'700).asks({{"bucketName", "b" + std::to_string(i)}}));
    logs.add(by_alice("s3", "GetObject", i * 6'000).fails("AccessDenied"));
  }
  logs.add(by_alice("iam", "CreateUser", 5'000).asks({{"userName", "eve"}}));
  logs.add(by_alice("iam", "CreateUser", 0).asks({{"userName", "eve"}}).with("eventTime", "soon"));
  for (int i = 0; i < 300; ++i) {
    logs.add(MadeEvent("iam", "GetUser", i * 700)
                 .by_user("bob", "AKIABOB0000000000000")
                 .asks({{"userName", "alice"}}));
  }
  logs.add(by_alice("iam", "GetUser", 100).asks({{"userName", "alice"}}));  // is not done to her
  logs.add(MadeEvent("s3", "GetObject", 900)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"key", "arn:aws:iam::111122223333:user/alice"}}));
  logs.add(MadeEvent("cloudtrail", "CreateTrail", 950)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"name", "main"}, {"s3BucketName", "busy"}}));
  const auto of_logs = logs.desk(), of_lake = logs.lake_desk();
  for (const char* word : {"user:alice", kAliceKey, "arn:aws:iam::111122223333:user/alice",
                           "203.0.113.10", "203.0.113.0/24", "agent:aws-cli", "service:s3",
                           "account:111122223333", "GetObject", "resource:b7", "resource:busy"}) {
    const std::string plain = screen_of(*of_logs, {word});
    EXPECT_EQ(screen_of(*of_lake, {word}), plain) << word;
  }
  const std::string alice = screen_of(*of_lake, {"arn:aws:iam::111122223333:user/alice"});
  EXPECT_THAT(alice, HasSubstr("300 × GetUser by bob"));
  EXPECT_THAT(alice, HasSubstr("GetObject by bob"));
  EXPECT_EQ(screen_of(*of_lake, {"user:alice", "user:bob"}),
            screen_of(*of_logs, {"user:alice", "user:bob"}));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"user:alice", "resource:b7"}, {"user:bob", "resource:busy"}}) {
    EXPECT_EQ(screen_of(*of_lake, words), screen_of(*of_logs, words)) << words.back();
  }
  const std::string busy = screen_of(*of_lake, {"resource:busy"});
  EXPECT_THAT(busy, HasSubstr("Seen      251 events"));
  EXPECT_THAT(busy, HasSubstr("CreateTrail")) << "it speaks of the bucket and is not in it";
}

// However a request or an answer tells of a thing.
TEST(Case, OfAThingIsTheSameOfALakeHoweverItIsToldOf) {
  MadeLogs logs;
  const auto call = [&](const char* service, const char* name, int at, Json::Object request) {
    logs.add(MadeEvent(service, name, at).by_user("alice", kAliceKey).asks(std::move(request)));
  };
  call("s3", "GetObject", 0, {{"bucketName", "caf\u00e9-logs"}, {"key", "a/b \"c\""}});
  call("s3", "PutBucketPolicy", 60, {{"bucketName", "caf\u00e9-logs"}});
  call("kms", "Decrypt", 120, {{"keyId", "arn:aws:kms:us-east-1:111122223333:key/0a-1b"}});
  call("kms", "DisableKey", 180, {{"keyId", "0a-1b"}});
  call("kms", "DescribeKey", 240, {{"keyId", "0a-1b-2"}});
  logs.add(MadeEvent("kms", "GenerateDataKey", 300)
               .by_user("alice", kAliceKey)
               .with("resources", Json::Array{Json::Object{
                                      {"ARN", "arn:aws:kms:us-east-1:111122223333:key/0a-1b"}}}));
  call("secretsmanager", "BatchGetSecretValue", 360, {{"secretIdList", Json::Array{"one", "two"}}});
  const auto of_logs = logs.desk(), of_lake = logs.lake_desk();
  const auto seen = [](const std::string& count) { return HasSubstr("Seen      " + count); };
  for (const auto& [word, count] : std::map<std::string, std::string>{
           {"resource:caf\u00e9-logs", "2 events"},
           {"resource:caf\u00e9-logs/a/b \"c\"", "1 event,"},
           {"s3://caf\u00e9-logs/a/", "1 event,"},
           {"arn:aws:kms:us-east-1:111122223333:key/0a-1b", "3 events"},
           {"resource:0a-1b", "4 events"},
           {"resource:two", "1 event,"},
           {"resource:one, two", "1 event,"}}) {
    EXPECT_THAT(screen_of(*of_logs, {word}), seen(count)) << word;
    EXPECT_EQ(screen_of(*of_lake, {word}), screen_of(*of_logs, {word})) << word;
  }
}

TEST(Case, SaysOfWhatHasNoTimeThatItHasNone) {
  MadeLogs logs;
  const auto by_bob = [](const char* name) {
    return MadeEvent("s3", name, 60).by_user("bob", "AKIABOB0000000000000");
  };
  logs.add(by_bob("ListBuckets"));
  logs.add(by_bob("DeleteBucket").with("eventTime", "soon"));
  logs.add(MadeEvent("iam", "GetUser", 120)
               .by_user("carol", "AKIACAROL00000000000")
               .with("eventTime", "soon")
               .asks({{"userName", "bob"}}));
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    const std::string bob = screen_of(*desk, {"user:bob"});
    EXPECT_THAT(bob, HasSubstr("Seen      2 events, 2024-03-01T09:01:00Z · "));
    EXPECT_THAT(bob, HasSubstr("  no time            DeleteBucket"));
    EXPECT_THAT(bob, HasSubstr("  no time            GetUser by carol"));
    EXPECT_THAT(screen_of(*desk, {"user:carol"}),
                HasSubstr("Seen      1 event, none with a time · "));
  }
}

TEST(Case, KeepsTimesThatGoOverMidnightApartFromTheWords) {
  MadeLogs logs;
  for (const int minutes : {890, 900, 910}) {  // after nine in the morning
    logs.add(MadeEvent("ssm", "GetParameters", minutes * 60).by_user("alice", kAliceKey));
  }
  EXPECT_THAT(screen_of(*logs.desk(), {"user:alice"}),
              HasSubstr("  03-01 23:50:00–03-02 00:10:00  3 × GetParameters"));
}

TEST(Case, NamesWhoeverDidWhatWhereSeveralDid) {
  MadeLogs logs;
  const auto look_by = [&](const char* who, int at) {
    logs.add(MadeEvent("s3", "GetBucketAcl", at)
                 .by_user(who, std::string("AKIA") + who)
                 .asks({{"bucketName", "wages"}}));
  };
  look_by("alice", 0);
  look_by("bob", 60);
  look_by("alice", 120);
  logs.add(MadeEvent("s3", "DeleteBucket", 180)
               .by_user("bob", "AKIAbob")
               .asks({{"bucketName", "wages"}}));
  const std::string wages = screen_of(*logs.desk(), {"resource:wages"});
  EXPECT_THAT(wages, HasSubstr("09:00:00–09:02:00  2 × GetBucketAcl by alice  event-1"));
  EXPECT_THAT(wages, HasSubstr("09:01:00           GetBucketAcl by bob  event-2"));
  EXPECT_THAT(wages, HasSubstr("09:03:00           DeleteBucket wages by bob  event-4"));
  EXPECT_THAT(screen_of(*logs.desk(), {"user:bob"}), Not(HasSubstr("by bob")));
}

TEST(Case, TellsCallersOfOneNameApart) {
  MadeLogs logs;
  for (const char* account : {"111122223333", "444455556666"}) {
    logs.add(MadeEvent("s3", "DeleteBucket", 0)
                 .by_user("admin", std::string("AKIA") + account, account)
                 .asks({{"bucketName", "wages"}}));
    logs.add(MadeEvent("iam", "DeleteUser", 60)
                 .by_user("admin", std::string("AKIA") + account, account)
                 .asks({{"userName", "bob"}}));
  }
  const std::string wages = screen_of(*logs.desk(), {"resource:wages"});
  EXPECT_THAT(wages, HasSubstr("DeleteBucket wages by arn:aws:iam::111122223333:user/admin"));
  EXPECT_THAT(wages, HasSubstr("DeleteBucket wages by arn:aws:iam::444455556666:user/admin"));
  EXPECT_THAT(screen_of(*logs.desk(), {"user:bob"}),
              HasSubstr("DeleteUser by arn:aws:iam::444455556666:user/admin from"));
}

// A role's events tell its path, those that make it do not.
TEST(Case, KnowsThatARoleWithAPathWasUsed) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "CreateRole", 0)
               .by_user("alice", kAliceKey)
               .asks({{"roleName", "deploy"}, {"path", "/service-role/"}}));
  const std::string unused = screen_of(*logs.desk(), {"user:alice"});
  EXPECT_THAT(unused, HasSubstr("never used"));
  logs.add(
      MadeEvent("s3", "ListBuckets", 60).by_role("service-role/deploy", "ci", "ASIADEPLOY000", 30));
  EXPECT_THAT(screen_of(*logs.desk(), {"user:alice"}), Not(HasSubstr("never used")));
  EXPECT_THAT(screen_of(*logs.lake_desk(), {"user:alice"}), Not(HasSubstr("never used")));
}

// A key whose last letter was not copied is not the key.
TEST(Case, OfAWordIsNotOfALongerOne) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "DeleteAccessKey", 0)
               .by_user("alice", kAliceKey)
               .asks({{"userName", "bob"}, {"accessKeyId", "AKIABOB0000000000000"}}));
  logs.add(MadeEvent("ec2", "StopInstances", 60)
               .by_user("alice", kAliceKey)
               .asks({{"instanceId", "i-0a1b2c3d4e5f60718"}}));
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    for (const char* word : {"AKIABOB0000000000000", "i-0a1b2c3d4e5f60718"}) {
      EXPECT_THAT(screen_of(*desk, {word}), HasSubstr("Done to")) << word;
      const auto shorter = understand(*desk, std::string_view(word, std::strlen(word) - 1));
      ASSERT_TRUE(shorter.ok());
      EXPECT_FALSE(*shorter) << word;
    }
    EXPECT_EQ(understand(*desk, "account:123").error().code(), "bad-entity");
    EXPECT_EQ(understand(*desk, " ").error().code(), "bad-entity");
  }
}

TEST(Case, OfRootIsOfTheRootUser) {
  MadeLogs logs;
  logs.add(MadeEvent("s3", "ListBuckets", 0).by_root());
  logs.add(MadeEvent("iam", "CreateUser", 60).by_root().asks({{"userName", "eve"}}));
  logs.add(MadeEvent("kms", "CreateKey", 120)
               .by_user("alice", kAliceKey)
               .asks({{"policy", "arn:aws:iam::111122223333:root"}}));
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    for (const char* word : {"root", "user:root"}) {
      EXPECT_THAT(screen_of(*desk, {word}), HasSubstr("Seen      2 events")) << word;
    }
  }
}

// Within a window nothing is kept: what a lake would keep of all events is not asked for there.
TEST(Case, OfAWindowOfALakeAsksAboutItsSubjectAlone) {
  MadeLogs logs;
  add_group_story(logs);  // bob calls before nine, and twice after
  const auto desk = logs.lake_desk(clock_at(0));
  Recorder recorder(*desk);
  EXPECT_THAT(screen_of(recorder, {"user:bob"}), HasSubstr("Seen      2 events"));
  for (const Asked& asked : recorder.asked()) {
    // All but "addresses", which is of one action.
    EXPECT_THAT(asked.name,
                testing::AnyOf("held", "about", "count", "calls", "changes", "addresses"))
        << asked.text;
  }
}

TEST(Case, KnowsOfALakeUnaskedHowManyEventsTheyMadeAtLeast) {
  MadeLogs logs;
  add_group_story(logs);  // bob calls three times
  const auto of_lake = logs.lake_desk(), of_logs = logs.desk();
  for (const char* word :
       {"user:bob", "bob", "AKIABOB0000000000000", "arn:aws:iam::111122223333:user/bob"}) {
    EXPECT_EQ(subject_of(*of_lake, word).by.at_least, 3u) << word;
    EXPECT_EQ(subject_of(*of_logs, word).by.at_least, 0u) << word;
  }
  EXPECT_EQ(subject_of(*of_lake, "198.51.100.9").by.at_least, 1u);
  EXPECT_EQ(subject_of(*of_lake, "ListBuckets").by.at_least, 2u);
  EXPECT_EQ(subject_of(*of_logs, "ListBuckets").by.at_least, 0u);
}

TEST(Case, CountsAllOfVeryManyCallsAndSaysWhatItsTimelineLeavesOut) {
  MadeLogs logs;
  // A kind of call from each of very many addresses.
  constexpr int kReads = 60'100;
  for (int i = 0; i < kReads; ++i) {
    const std::string address = "10." + std::to_string(i / 65536) + "." +
                                std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
    logs.add(MadeEvent("iam", "ListUsers", i * 60).by_user("alice", kAliceKey).from(address));
  }
  for (int i = 0; i < 3; ++i) {
    logs.add(MadeEvent("iam", "CreateUser", 3600 * i)
                 .by_user("alice", kAliceKey)
                 .asks({{"userName", "eve" + std::to_string(i)}}));
  }
  // Nobody is told minute by minute that a role was assumed in each of so many minutes.
  constexpr int kAssumed = 20'100;
  for (int i = 0; i < kAssumed; ++i) {
    logs.add(MadeEvent("sts", "AssumeRole", i * 60)
                 .by_user("bob", "AKIABOB0000000000000")
                 .asks({{"roleArn", "arn:aws:iam::111122223333:role/deploy"},
                        {"roleSessionName", "bob"}}));
  }
  // Changes that no hour brings together are too many for a timeline, too.
  constexpr int kMade = 20'100;
  for (int i = 0; i < kMade; ++i) {
    logs.add(MadeEvent("iam", "CreateUser", i)
                 .by_user("carol", "AKIACAROL00000000000")
                 .from("10.1." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
  }
  const auto desk = logs.desk();
  const Case of_carol = case_of(*desk, {"AKIACAROL00000000000"});
  EXPECT_EQ(of_carol.groups.size(), static_cast<std::size_t>(kMade));
  EXPECT_TRUE(of_carol.steps_cut);
  EXPECT_EQ(of_carol.steps.size(), 20'000u);
  // The 20,000th second: what lies behind it is what was cut.
  EXPECT_THAT(timeline_note(of_carol),
              HasSubstr("only their first 20,000 rows, to 2024-03-01T14:33:19Z"));
  const Case of_key = case_of(*desk, {kAliceKey});
  std::uint64_t calls = 0;
  for (const Group& group : of_key.groups) calls += group.count;
  EXPECT_EQ(of_key.groups.size(), kReads + 1u);
  EXPECT_EQ(calls, kReads + 3u);
  EXPECT_TRUE(of_key.by_hour);
  EXPECT_FALSE(of_key.steps_cut);
  ASSERT_EQ(of_key.steps.size(), 3u);
  EXPECT_EQ(of_key.steps[0].action, "iam:CreateUser");
  EXPECT_THAT(text_of(case_screen(of_key, {})),
              HasSubstr("changes and failures only, by the hour: there are too many calls"));
  // Calls that change nothing and work are counted, not told by the hour.
  const Case of_bob = case_of(*desk, {"AKIABOB0000000000000"});
  ASSERT_EQ(of_bob.groups.size(), 1u);
  EXPECT_EQ(of_bob.groups.front().count, static_cast<std::uint64_t>(kAssumed));
  EXPECT_TRUE(of_bob.by_hour);
  EXPECT_TRUE(of_bob.steps.empty());
  const Case of_role = case_of(*desk, {"role:deploy"});
  EXPECT_FALSE(of_role.by_hour);
  const std::vector<TimelineRow> rows = done_to_of(of_role);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].count, static_cast<std::uint64_t>(kAssumed));
}

TEST(Case, TellsHowFarACutTimelineGoes) {
  Case about;
  about.steps = {Group{}, Group{}};
  about.steps[1].first = clock_at(0);
  EXPECT_THAT(timeline_note(about), Not(HasSubstr("first 2 rows")));
  about.steps_cut = true;
  EXPECT_THAT(timeline_note(about), HasSubstr("only their first 2 rows, to 2024-03-01T09:00:00Z"));
}

TEST(EventStory, IsTheSameOfALake) {
  MadeLogs logs;
  add_group_story(logs);
  logs.add(MadeEvent("iam", "ListUsers", -90'000).by_user("alice", kAliceKey));
  logs.add(MadeEvent("s3", "ListBuckets", 400).by_user("bobby", "AKIABOBBY00000000000"));
  const auto of_logs = logs.desk(), of_lake = logs.lake_desk();
  for (int again = 0; again < 2; ++again) {
    const auto plain = tell_events(*of_logs, subject_of(*of_logs, "3044ff70"), 3, nullptr);
    const auto kept = tell_events(*of_lake, subject_of(*of_lake, "3044ff70"), 3, nullptr);
    ASSERT_TRUE(plain.ok() && kept.ok());
    ASSERT_EQ(kept->size(), 1u);
    EXPECT_EQ(kept->front().sentences, plain->front().sentences);
    EXPECT_THAT(kept->front().sentences, Contains(HasSubstr("These logs hold 2 earlier events")));
  }
}

TEST(Cast, NamesTheAgentThatSomebodyWasMetWithMost) {
  MadeLogs logs;
  const auto call = [&](int at, const std::string& agent) {
    logs.add(MadeEvent("iam", "ListUsers", at).by_user("alice", kAliceKey).with_agent(agent));
  };
  // Most by number, though neither first nor last by name; and on different days.
  call(0, "Boto3/1.34.0");
  call(60, "aws-cli/2.15.30");
  call(120, "aws-cli/2.15.30");
  call(2 * 86'400, "aws-cli/2.15.30");
  call(2 * 86'400 + 60, "curl/8.4.0");
  logs.add(MadeEvent("iam", "CreateUser", 2 * 86'400 + 90)
               .by_user("bob", "AKIABOB0000000000000")
               .with_agent("curl/8.4.0"));
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    const auto cast = read_cast(*desk);
    ASSERT_TRUE(cast.ok()) << cast.error().message;
    ASSERT_EQ(cast->size(), 2u);
    // Who changed something comes first.
    EXPECT_EQ((*cast)[0].principal, "arn:aws:iam::111122223333:user/bob");
    const Actor& alice = (*cast)[1];
    EXPECT_EQ(alice.events, 5u);
    EXPECT_EQ(alice.agents, 3u);
    EXPECT_EQ(alice.agent, "aws-cli/2.15");
    EXPECT_EQ(alice.sources, 1u);
    const std::string screen = text_of(cast_screen(*cast, {}));
    EXPECT_THAT(screen, HasSubstr("5 events · 198.51.100.7 (not known as yours) · "
                                  "aws-cli/2.15 and 2 agents more"));
    EXPECT_THAT(screen, HasSubstr("1 event · 1 change · 198.51.100.7 (not known as "
                                  "yours) · curl/8.4 "));
  }
}

TEST(Cast, TellsNamesakesOfSeveralAccountsApart) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "ListUsers", 0).by_user("alice", kAliceKey));
  logs.add(
      MadeEvent("iam", "ListUsers", 60).by_user("alice", "AKIAALICE00000000009", "444455556666"));
  logs.add(MadeEvent("iam", "ListUsers", 120).by_user("bob", "AKIABOB0000000000000"));
  for (const std::string account : {"111122223333", "444455556666"}) {
    logs.add(MadeEvent("ec2", "DescribeVpcs", 180)
                 .by_role("a-role-with-a-name-that-is-too-long-for-a-line", "s",
                          "ASIAROLE" + account, 0, account));
  }
  const auto desk = logs.desk();
  const auto cast = read_cast(*desk);
  ASSERT_TRUE(cast.ok()) << cast.error().message;
  const std::string screen = text_of(cast_screen(*cast, {}));
  EXPECT_THAT(screen, HasSubstr("\n  alice of 111122223333  "));
  EXPECT_THAT(screen, HasSubstr("\n  alice of 444455556666  "));
  EXPECT_THAT(screen, HasSubstr("\n  bob  ")) << "there is but one";
  EXPECT_THAT(screen, HasSubstr("\n  role a-role-with-… of 111122223333  "));
}

/// A desk that notices when it is to gather while calls are asked for.
class OneAtATime final : public ask::Desk {
 public:
  explicit OneAtATime(ask::Desk& inner) : inner_(inner) {}
  Result<ask::Answer> ask(const ask::Question& question) override {
    if (question.name == "calls") asked_ = true;
    return inner_.ask(question);
  }
  Result<void> gather(const std::vector<ask::Question>& questions) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // another thread's chance to ask
    EXPECT_FALSE(asked_);
    return inner_.gather(questions);
  }
  Result<void> gather_closely(const std::vector<ask::Question>& questions,
                              const ask::Close& close) override {
    return inner_.gather_closely(questions, close);
  }
  Result<std::uint64_t> write_parquet(const ask::Question& question, const std::string& path,
                                      std::vector<Error>& notices) override {
    return inner_.write_parquet(question, path, notices);
  }
  Result<ask::Explanation> explain(const ask::Question& question) override {
    return inner_.explain(question);
  }
  const read::Coverage& coverage() const override { return inner_.coverage(); }
  Result<std::optional<Time>> newest() override { return inner_.newest(); }
  void cancel() override { inner_.cancel(); }

 private:
  ask::Desk& inner_;
  std::atomic<bool> asked_ = false;
};

TEST(Case, IsAskedForOnceAllIsGathered) {
  MadeLogs logs;
  add_group_story(logs);
  const auto desk = logs.desk();
  OneAtATime watched(*desk);
  EXPECT_THAT(hunted_screen_of(watched, {"user:bob"}), HasSubstr("Seen      3 events"));
}

// Who calls without an ARN is known by an id; users and roles have one besides.
TEST(Case, OfAnIdIsOfWhoeverHasIt) {
  MadeLogs logs;
  const std::string person = "f230368b-1699-46e6-b813-155118d6b23f";
  const std::string outsider = "AIDAOUTSIDER000000001";
  logs.add(MadeEvent("sso", "Federate", 0).by_person(person));
  logs.add(
      MadeEvent("iam", "ListUsers", 60).by_user("alice", kAliceKey).of_id("AIDAALICE000000000001"));
  logs.add(MadeEvent("iam", "ListUsers", 120)
               .by_user("alice", kAliceKey)
               .of_id("AIDAALICE000000000002"));
  logs.add(MadeEvent("sts", "AssumeRole", 180)
               .by_outsider("999988887777", outsider, "111122223333")
               .asks({{"roleArn", "arn:aws:iam::111122223333:role/reader"}}));
  logs.add(MadeEvent("s3", "PutBucketPolicy", 240)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"bucketName", "wages"},
                      {"bucketPolicy", "{\"Principal\": \"" + outsider + "\"}"}}));
  logs.add(MadeEvent("ec2", "DescribeVpcs", 300)
               .by_role("WORKER0000000000", "one", "ASIAWORKER0000000001", 250));
  logs.add(MadeEvent("ec2", "DescribeVpcs", 360)
               .by_role("WORKER0000000000", "two", "ASIAWORKER0000000002", 250));
  logs.add(MadeEvent("ec2", "DescribeVpcs", 390)
               .by_role("WORKER0000000000", "two", "ASIAWORKER0000000002", 250)
               .with("eventTime", "soon"));
  // Another's calls with the same role are not the person's.
  logs.add(MadeEvent("s3", "GetObject", 420)
               .by_role("query", "one", "ASIAQUERY00000000001", 400)
               .for_person(person));
  logs.add(MadeEvent("s3", "GetObject", 480)
               .by_role("query", "two", "ASIAQUERY00000000002", 400)
               .for_person("94d00cd8-e9e6-4810-b177-b08e84775435"));
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    EXPECT_THAT(screen_of(*desk, {person}),
                HasSubstr("Seen      2 events, 2024-03-01T09:00:00Z → 2024-03-01T09:07:00Z"));
    EXPECT_THAT(screen_of(*desk, {"AROAWORKER0000000000"}), HasSubstr("Seen      3 events, "));
    EXPECT_THAT(screen_of(*desk, {"AROAWORKER0000000000:two"}), HasSubstr("Seen      2 events, "))
        << "one has no time";
    EXPECT_THAT(screen_of(*desk, {"AIDAALICE000000000002"}),
                HasSubstr("Seen      1 event, 2024-03-01T09:02:00Z"));
    for (const std::string& word : {outsider, "999988887777:" + outsider}) {
      const std::string screen = screen_of(*desk, {word});
      EXPECT_THAT(screen, HasSubstr("Seen      1 event, 2024-03-01T09:03:00Z")) << word;
      EXPECT_THAT(screen, HasSubstr("PutBucketPolicy")) << "it is spoken of";
    }
    EXPECT_FALSE(*understand(*desk, "AIDAALICE000000000003"));
    EXPECT_FALSE(*understand(*desk, "AIDAALICE00000000000")) << "not all of its letters";
  }
}

TEST(Case, TellsChangesFromAttempts) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "CreateUser", 0).by_user("alice", kAliceKey).fails("AccessDenied"));
  logs.add(MadeEvent("iam", "CreateUser", 9).by_user("alice", kAliceKey));
  logs.add(MadeEvent("iam", "CreateUser", 9).by_user("bob", "AKIABOB0000000000000"));
  EXPECT_THAT(screen_of(*logs.desk(), {"alice"}), HasSubstr("2 changes (1 worked) · 0 reads"));
  EXPECT_THAT(screen_of(*logs.desk(), {"bob"}), HasSubstr("1 change · 0 reads"));
}

TEST(Case, KnowsTheAddressesThatWereAllotted) {
  MadeLogs logs;
  logs.add(MadeEvent("ec2", "AllocateAddress", 0)
               .by_user("bob", "AKIABOB0000000000000")
               .from("192.0.2.1")
               .gets({{"publicIp", "198.51.100.7"}, {"allocationId", "eipalloc-08a0"}}));
  logs.add(MadeEvent("s3", "ListBuckets", 60).by_user("alice", kAliceKey).from("198.51.100.7"));
  logs.add(MadeEvent("s3", "ListBuckets", 70).by_user("alice", kAliceKey).from("198.51.100.8"));
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    EXPECT_THAT(screen_of(*desk, {"alice"}),
                AllOf(HasSubstr("198.51.100.7 (yours: eipalloc-08a0) 1"),
                      HasSubstr("198.51.100.8 (not known as yours) 1")));
  }
}

TEST(Narrowing, KnowsWhenKeysWereSpokenOf) {
  MadeLogs logs;
  const auto spoken = [](int at, std::string_view text) {
    return MadeEvent("s3", "PutObject", at)
        .by_user("bob", "AKIABOB0000000000000")
        .asks({{"key", std::string(text)}});
  };
  logs.add(spoken(60, "keys/AKIACAROL00000000000.csv"));
  logs.add(spoken(120, "keys/AKIACAROL00000000000.csv"));
  logs.add(spoken(86'400, "XASIAKIACAROL00000000000Z"));  // within a longer word
  logs.add(spoken(2 * 86'400, "akiacarol00000000000"));
  logs.add(spoken(3 * 86'400, "AKIADAVE000000000000"));
  // Somebody is called so, too: who asks about the key asks by no name.
  const char* const odd = "AKIAEVE0000000000000";
  logs.add(MadeEvent("iam", "GetUser", 4 * 86'400)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"userName", odd}}));
  logs.add(MadeEvent("iam", "GetUser", 4 * 86'400 + 60)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"userName", "arn:aws:iam::1:user/" + std::string(odd)}}));
  const auto desk = logs.lake_desk();
  const auto times = [&](const std::string& key) {
    const auto mentions = spoken_besides(*desk, key);
    EXPECT_TRUE(mentions.ok());
    if (!*mentions) return std::string("unknown");
    const Moments& moments = (*mentions)->moments;
    return moments.empty() ? "never" : moments.condition().value_or("no time");
  };
  EXPECT_EQ(times("AKIACAROL00000000000"),
            "(ts between timestamp '2024-03-01 09:01:00' and timestamp '2024-03-01 09:02:00'\n"
            "  or ts between timestamp '2024-03-02 09:00:00' and timestamp '2024-03-02 09:00:00')");
  EXPECT_EQ(times(odd),
            "(ts between timestamp '2024-03-05 09:00:00' and timestamp '2024-03-05 09:01:00')");
  EXPECT_EQ(times("AKIABOB0000000000000"), "never");  // it signed, nothing spoke of it
  EXPECT_EQ(times("akiacarol00000000000"), "unknown");
}

/// What a subject's condition is narrowed to, without what stands behind it.
std::string narrowed(ask::Desk& desk, Form form, const std::string& text) {
  Subject subject;
  subject.entity = {form, text};
  subject.by.condition = "BY";
  EXPECT_TRUE(narrow(desk, subject).ok());
  return subject.by.condition;
}

TEST(Narrowing, NamesWhoeverTheWordStandsIn) {
  MadeLogs logs;
  add_group_story(logs);
  logs.add(
      MadeEvent("s3", "ListBuckets", 900).by_role("bobs", "i-0abc", "ASIAROLE000000000000", 0));
  logs.add(MadeEvent("s3", "ListBuckets", 950)
               .by_service("config.amazonaws.com")
               .with_agent("Boto3/1.34.0 \u212a"));
  const auto desk = logs.lake_desk();
  EXPECT_TRUE(desk->keeps_answers());
  // bob, and the role whose name holds his: the condition behind tells them apart.
  EXPECT_EQ(narrowed(*desk, Form::User, "bob"),
            "(useridentity.arn in ('arn:aws:iam::111122223333:user/bob', "
            "'arn:aws:sts::111122223333:assumed-role/bobs/i-0abc')\n  and (ts between timestamp "
            "'2024-03-01 08:55:00' and timestamp '2024-03-01 09:15:00')\n  and BY)");
  EXPECT_EQ(narrowed(*desk, Form::Instance, "i-0abc"),
            "(useridentity.arn in ('arn:aws:sts::111122223333:assumed-role/bobs/i-0abc')\n  and "
            "(ts between timestamp '2024-03-01 09:15:00' and timestamp '2024-03-01 09:15:00')\n"
            "  and BY)");
  EXPECT_EQ(narrowed(*desk, Form::Role, "nobody's"), "(false\n  and BY)");
  // A service has no ARN.
  EXPECT_EQ(narrowed(*desk, Form::Arn, "config.amazonaws.com"),
            "(coalesce(useridentity.arn, '') = ''\n  and (ts between timestamp '2024-03-01 "
            "09:15:50' and timestamp '2024-03-01 09:15:50')\n  and BY)");
  EXPECT_EQ(narrowed(*desk, Form::Address, "203.0.113.0/24"),
            "(sourceipaddress in ('203.0.113.10')\n  and BY)");
  EXPECT_EQ(narrowed(*desk, Form::Address, "203.0.113.10"), "BY");  // as narrow as it gets
  // The Kelvin sign is a capital k: such a text may hold any word.
  EXPECT_EQ(narrowed(*desk, Form::Agent, "BOTO3"),
            "(useragent in ('Boto3/1.34.0 \u212a')\n  and BY)");
  EXPECT_EQ(narrowed(*desk, Form::Agent, "curl"),
            "(useragent in ('Boto3/1.34.0 \u212a')\n  and BY)");
  const auto logs_alone = logs.desk();
  EXPECT_FALSE(logs_alone->keeps_answers());
}

TEST(Narrowing, NamesTheTimesOfEachDay) {
  Moments moments;
  EXPECT_TRUE(moments.empty());
  EXPECT_EQ(moments.condition(), std::nullopt);
  moments.add(clock_at(60), clock_at(60));
  moments.add(clock_at(0), clock_at(0));
  moments.add(clock_at(86'400), clock_at(86'460));
  EXPECT_EQ(moments.condition(),
            "(ts between timestamp '2024-03-01 09:00:00' and timestamp '2024-03-01 09:01:00'\n  or "
            "ts between timestamp '2024-03-02 09:00:00' and timestamp '2024-03-02 09:01:00')");
  moments.add(std::nullopt, std::nullopt);  // something without a time
  EXPECT_EQ(moments.condition(), std::nullopt);
  EXPECT_FALSE(moments.empty());
}

TEST(Narrowing, MakesOneStretchOfManyDaysThatFollowEachOtherClosely) {
  const auto eleven_days = [](std::int64_t seconds) {
    Moments moments;
    for (std::int64_t day = 0; day < 11; ++day) {
      const std::int64_t first = (day < 5 ? day : day + 1) * 86'400;  // none on the sixth
      moments.add(clock_at(first), clock_at(first + seconds));
    }
    return moments;
  };
  EXPECT_EQ(eleven_days(14 * 3600).condition(),
            "(ts between timestamp '2024-03-01 09:00:00' and timestamp '2024-03-05 23:00:00'\n  or "
            "ts between timestamp '2024-03-07 09:00:00' and timestamp '2024-03-12 23:00:00')");
  // Between an hour and the next there is more to leave out.
  const std::string apart = eleven_days(3600).condition().value_or("");
  EXPECT_THAT(apart, HasSubstr("'2024-03-05 09:00:00' and timestamp '2024-03-05 10:00:00'"));
  EXPECT_FALSE(eleven_days(3600).condition(10));
  EXPECT_TRUE(eleven_days(14 * 3600).condition(2));
}

TEST(Narrowing, CountsWhatKeptAnswersTellOf) {
  MadeLogs logs;
  add_group_story(logs);
  logs.add(MadeEvent("s3", "ListBuckets", 950).by_service("config.amazonaws.com"));
  const auto desk = logs.lake_desk();
  const auto count = [&](const Condition& condition) {
    const auto events = count_by_kept(*desk, condition);
    EXPECT_TRUE(events.ok());
    return *events ? std::to_string(**events) : "unknown";
  };
  EXPECT_EQ(count(any({is(Told::Service, "config.amazonaws.com"),
                       is(Told::InvokedBy, "config.amazonaws.com")})),
            "1");
  EXPECT_EQ(count(is(Told::Service, "s3.amazonaws.com")), "4");
  EXPECT_EQ(count(is(Told::AgentFamily, "aws-cli")), "6");
  EXPECT_EQ(count(is(Told::EventName, "ListBuckets")), "3");
  EXPECT_EQ(count(is(Told::Bucket, "orders")), "0");
  EXPECT_EQ(count(is(Told::Key, "AKIABOB0000000000000")), "3");
  EXPECT_EQ(count(ends_with(Told::Arn, "/alice")), "2");
  EXPECT_EQ(count(lies_in(Told::Source, "203.0.113.0/24")), "1");
  EXPECT_EQ(count(is(Told::Account, "111122223333")), "6");
  EXPECT_EQ(count(is(Told::Account, "444455556666")), "0");
  // No answer tells of both at once.
  EXPECT_EQ(count(all({is(Told::EventName, "ListUsers"), ends_with(Told::Arn, "/alice")})),
            "unknown");
}

TEST(Narrowing, KnowsWhenSomebodyWasNamed) {
  MadeLogs logs;
  add_group_story(logs);
  const auto desk = logs.lake_desk();
  const auto bob = named_in_iam(*desk, "bob");
  ASSERT_TRUE(bob.ok()) << bob.error().message;
  EXPECT_EQ(bob->condition(),
            "(ts between timestamp '2024-03-01 09:00:00' and timestamp '2024-03-01 09:00:00')");
  EXPECT_TRUE(named_in_iam(*desk, "ob")->empty());
}

TEST(Narrowing, KnowsWhereElseSomethingIsSpokenOf) {
  MadeLogs logs;
  const char* const role = "arn:aws:iam::111122223333:role/deploy";
  const auto by_bob = [](const char* service, const char* name, int at) {
    return MadeEvent(service, name, at).by_user("bob", "AKIABOB0000000000000");
  };
  // Named, as a role's ARN and by its name alone: that is known by its target.
  logs.add(by_bob("sts", "AssumeRole", 60)
               .asks({{"roleArn", role}})
               .gets({{"assumedRoleUser",
                       Json::Object{{"arn", "arn:aws:sts::111122223333:assumed-role/deploy/b"}}}}));
  logs.add(by_bob("iam", "GetRole", 90)
               .asks({{"roleName", "deploy"}})
               .gets({{"role", Json::Object{{"arn", role}}}}));
  // Spoken of besides: by another service, of another target, within a longer word.
  logs.add(
      by_bob("s3", "PutBucketPolicy", 120)
          .asks({{"bucketPolicy",
                  R"({"AWS":"xarn:aws:iam::111122223333:role/deploy,arn:aws:iam::9:root"})"}}));
  logs.add(by_bob("iam", "UpdateAssumeRolePolicy", 150)
               .asks({{"roleName", "other"}, {"policyDocument", role}}));
  logs.add(by_bob("s3", "GetObject", 180).asks({{"key", "role/deployer"}}));
  logs.add(by_bob("sts", "AssumeRoot", 210).asks({{"targetPrincipal", "arn:aws:iam::9:root"}}));
  // It is named, but by another name, in which the word lies.
  logs.add(by_bob("sts", "AssumeRole", 240).asks({{"roleArn", std::string(role) + "er"}}));
  const auto desk = logs.lake_desk();
  const auto calls = [&](const std::string& text) {
    const auto mentions = spoken_besides(*desk, text);
    EXPECT_TRUE(mentions.ok());
    if (!*mentions) return std::vector<std::string>{"unknown"};
    return std::vector<std::string>((*mentions)->calls.begin(), (*mentions)->calls.end());
  };
  EXPECT_THAT(calls(role), ElementsAre("AssumeRole", "PutBucketPolicy", "UpdateAssumeRolePolicy"));
  EXPECT_THAT(calls("role/deploy"),
              ElementsAre("AssumeRole", "GetObject", "PutBucketPolicy", "UpdateAssumeRolePolicy"));
  // Its whole ARN is no name: nobody would find it by "root".
  EXPECT_THAT(calls("arn:aws:iam::9:root"), ElementsAre("AssumeRoot", "PutBucketPolicy"));
  EXPECT_THAT(calls("arn:aws:iam::111122223333:role/none"), ElementsAre());
  EXPECT_EQ((*spoken_besides(*desk, role))->moments.condition(),
            "(ts between timestamp '2024-03-01 09:02:00' and timestamp '2024-03-01 09:04:00')");
  // Of these nothing is known: they may stand where no such word does.
  for (const char* text : {"arn:aws:s3:::deploy", "arn:aws:iam::1:role/a b", "role/path/deploy",
                           "i-0abc", "i-0ABCDEF01234", "deploy"}) {
    EXPECT_THAT(calls(text), ElementsAre("unknown")) << text;
  }
  // What begins within another word is found, too.
  logs.add(by_bob("s3", "HeadObject", 300)
               .asks({{"key", "role/xarn:aws:iam::1:user/a i-0123456789arn:aws:iam::2:user/a"},
                      {"other", "role/role/deploy role/AKIAALICE00000000000"}}));
  const auto further = logs.lake_desk();
  for (const char* text : {"arn:aws:iam::1:user/a", "arn:aws:iam::2:user/a", "i-0123456789",
                           "AKIAALICE00000000000", "role/deploy", "role/role"}) {
    EXPECT_TRUE((*spoken_besides(*further, text))->calls.contains("HeadObject")) << text;
  }
  // What is found by it is the same as without.
  for (const char* word : {role, "arn:aws:iam::9:root", "role:deploy", "role:other",
                           "arn:aws:iam::111122223333:user/bob"}) {
    EXPECT_EQ(screen_of(*further, {word}), screen_of(*logs.desk(), {word})) << word;
  }
}

TEST(Narrowing, KnowsWhoElseSpeaksOfAnInstance) {
  MadeLogs logs;
  const char* const instance = "i-0fdaea678ba5e65ae";
  for (int i = 0; i < 250; ++i) {
    logs.add(MadeEvent("ssm", "UpdateInstanceInformation", i * 60)
                 .by_role("web", instance, "ASIAWEB0000000000000", 0)
                 .asks({{"instanceId", instance}}));
  }
  logs.add(MadeEvent("ec2", "StopInstances", 500)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"instancesSet", Json::Object{{"instanceId", instance}}}}));
  logs.add(MadeEvent("iam", "GetRole", 600)
               .by_user("bob", "AKIABOB0000000000000")
               .asks({{"roleName", instance}})
               .gets({{"arn", "arn:aws:iam::111122223333:role/" + std::string(instance)}}));
  const auto desk = logs.lake_desk();
  EXPECT_THAT((*spoken_besides(*desk, instance))->calls, ElementsAre("GetRole", "StopInstances"));
  const std::string plain = screen_of(*logs.desk(), {instance});
  EXPECT_THAT(plain, HasSubstr("StopInstances by bob"));
  EXPECT_EQ(screen_of(*desk, {instance}), plain);
}

TEST(Pass, GivesTheSameCaseAsTheFilesAskedAgainAndAgain) {
  MadeLogs logs;
  add_group_story(logs);
  logs.add(MadeEvent("s3", "GetBucketPolicy", 700)
               .by_user("carol", "AKIACAROL00000000000")
               .asks({{"bucketName", "not-asked-about"}}));
  for (const char* word : {"user:bob", "AKIAALICE00000000000", "198.51.100.9", "alice",
                           "198.51.100.0/24", "agent:aws-cli", "3044ff70", "not-asked-about"}) {
    const auto again = logs.desk();
    const auto once = logs.desk();
    ASSERT_TRUE(gather(*once, {word}, {}).ok());
    EXPECT_EQ(screen_of(*once, {word}), screen_of(*again, {word})) << word;
  }
}

TEST(EventStory, KnowsAddressesThatWereAllottedAndServicesOwnEvents) {
  MadeLogs logs;
  logs.add(MadeEvent("ec2", "AllocateAddress", 0)
               .by_user("alice", kAliceKey)
               .gets({{"publicIp", "203.0.114.9"}, {"allocationId", "eipalloc-08a0"}}));
  logs.add(MadeEvent("s3", "ListBuckets", 60)
               .by_user("bob", "AKIABOB0000000000000")
               .from("203.0.114.9")
               .called("0a0a0a0a-2382-4b53-83bc-08f6d6b75381"));
  logs.add(MadeEvent("sso", "Federate", 120)
               .by_person("f230368b-1699-46e6-b813-155118d6b23f")
               .from("203.0.114.10")
               .with("serviceEventDetails",
                     Json::Object{{"account_id", "444455556666"}, {"role_name", "Operations"}})
               .called("0b0b0b0b-2382-4b53-83bc-08f6d6b75381"));
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    const auto of_bob = tell_events(*desk, subject_of(*desk, "0a0a0a0a"), 3, nullptr);
    ASSERT_TRUE(of_bob.ok()) << of_bob.error().message;
    EXPECT_THAT(of_bob->front().sentences,
                Contains("It came from 203.0.114.9 (yours: eipalloc-08a0), through aws-cli/2.15."));
    const auto of_portal = tell_events(*desk, subject_of(*desk, "0b0b0b0b"), 3, nullptr);
    ASSERT_TRUE(of_portal.ok()) << of_portal.error().message;
    EXPECT_THAT(of_portal->front().sentences.front(),
                HasSubstr("Identity Center user of account 111122223333) asked sso to let it into "
                          "account 444455556666 with the permission set Operations, at "));
    EXPECT_THAT(of_portal->front().sentences,
                Contains("It came from 203.0.114.10 (not known as yours), through aws-cli/2.15."));
  }
}

TEST(EventStory, IsFoundByTheActionWhereTheRecordHasNoId) {
  MadeLogs logs;
  const auto record = parse_json(
      R"({"eventVersion":"1.0","eventTime":"2014-05-01T10:00:00Z","eventSource":"iam.amazonaws.com",
      "eventName":"AddUserToGroup","awsRegion":"us-east-2","sourceIPAddress":"127.0.0.1",
      "userAgent":"AWSConsole","requestParameters":{"userName":"Dora","groupName":"admin"},
      "responseElements":null,"userIdentity":{"type":"IAMUser","principalId":"X",
      "arn":"arn:aws:iam::111122223333:user/Carl","accountId":"111122223333","accessKeyId":"A_KEY",
      "userName":"Carl"}})");
  ASSERT_TRUE(record.ok());
  logs.add_record(*record);
  const auto desk = logs.desk();
  for (const char* word : {"AddUserToGroup"}) {
    const auto stories = tell_events(*desk, subject_of(*desk, word), 3, nullptr);
    ASSERT_TRUE(stories.ok()) << stories.error().message;
    ASSERT_EQ(stories->size(), 1u) << word;
    EXPECT_THAT(
        stories->front().sentences.front(),
        HasSubstr("Carl (IAM user of account 111122223333) asked iam to add the user Dora to "
                  "the group admin"));
    EXPECT_THAT(stories->front().sentences,
                Contains("These logs hold no other event of Carl: they cannot tell whether the "
                         "address is usual for Carl."));
    EXPECT_THAT(stories->front().sentences,
                Contains("Dora did nothing in these logs, neither before nor after."));
  }
  const std::string dora = screen_of(*desk, {"Dora"});
  EXPECT_THAT(dora, HasSubstr("it did nothing in these logs"));
  EXPECT_THAT(dora, HasSubstr("AddUserToGroup by Carl from 127.0.0.1"));
}

TEST(EventStory, ReadsPoliciesWhereverTheyStand) {
  const auto record = parse_json(
      R"({"requestParameters":{"policyDocument":
      "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"},
      "responseElements":{"doc":
      "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22s3%3A%2A%22%7D%7D"}})");
  ASSERT_TRUE(record.ok());
  const std::string text = record_text(*record);
  EXPECT_THAT(text, HasSubstr("\"Action\": \"*\""));
  EXPECT_THAT(text, HasSubstr("\"Action\": \"s3:*\""));
  EXPECT_THAT(text, Not(HasSubstr("%7B")));

  MadeLogs logs;
  logs.add(MadeEvent("iam", "PutUserPolicy", 0)
               .by_user("alice", kAliceKey)
               .asks({{"userName", "alice"},
                      {"policyName", "p"},
                      {"policyDocument",
                       R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"}})
               .called("0a0a0a0a-2382-4b53-83bc-08f6d6b75381"));
  const auto desk = logs.desk();
  const auto stories = tell_events(*desk, subject_of(*desk, "0a0a0a0a"), 3, nullptr);
  ASSERT_TRUE(stories.ok());
  EXPECT_THAT(stories->front().sentences,
              Contains("Its policy allows * on *: whoever has it is administrator."));
}

TEST(EventStory, IsToldOfNoneOfManyEvents) {
  MadeLogs logs;
  add_group_story(logs);  // bob calls three times
  for (const auto& desk : {logs.desk(), logs.lake_desk()}) {
    const Subject bob = subject_of(*desk, "user:bob");
    EXPECT_EQ(tell_events(*desk, bob, 3, nullptr)->size(), 3u);
    EXPECT_TRUE(tell_events(*desk, bob, 2, nullptr)->empty());
  }
}

TEST(EventStory, SpellsActionsThatHaveNoPhrase) {
  const auto record = parse_json(R"({"requestParameters":{"vpcId":"vpc-1","dryRun":true}})");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(asked_for("ec2:DeleteVpc", *record), "delete vpc (vpcId vpc-1, dryRun true)");
  EXPECT_EQ(asked_for("rds:CreateDBInstance", Json(Json::Object{})), "create DB instance");
  EXPECT_EQ(asked_for("iam:AddUserToGroup", Json(Json::Object{})), "add user to group");
}

TEST(Case, CountsWhatAKeyDidAndWhatStands) {
  MadeLogs logs;
  logs.add(MadeEvent("sts", "GetCallerIdentity", 0).by_user("alice", kAliceKey));
  logs.add(MadeEvent("iam", "ListUsers", 5).by_user("alice", kAliceKey).fails("AccessDenied"));
  logs.add(MadeEvent("iam", "CreateUser", 60)
               .by_user("alice", kAliceKey)
               .asks({{"userName", "eve"}})
               .gets({{"user", Json::Object{{"userName", "eve"},
                                            {"arn", "arn:aws:iam::111122223333:user/eve"}}}}));
  logs.add(MadeEvent("iam", "CreateAccessKey", 70)
               .by_user("alice", kAliceKey)
               .asks({{"userName", "eve"}})
               .gets({{"accessKey", Json::Object{{"accessKeyId", "AKIAEVE0000000000000"},
                                                 {"userName", "eve"}}}}));
  logs.add(MadeEvent("s3", "ListBuckets", 80).by_user("eve", "AKIAEVE0000000000000"));
  logs.add(MadeEvent("s3", "CreateBucket", 90)
               .by_user("alice", kAliceKey)
               .asks({{"bucketName", "loot"}}));
  logs.add(MadeEvent("s3", "DeleteBucket", 150)
               .by_user("alice", kAliceKey)
               .asks({{"bucketName", "loot"}}));
  const auto desk = logs.desk();
  const std::string screen = screen_of(*desk, {kAliceKey});
  EXPECT_THAT(screen,
              HasSubstr("6 events, 2024-03-01T09:00:00Z → 2024-03-01T09:02:30Z · 4 changes · "
                        "2 reads · 1 denied"));
  EXPECT_THAT(screen, HasSubstr("From      198.51.100.7 (not known as yours) 6"));
  EXPECT_THAT(screen, HasSubstr("3 things stand at the end of the logs, 1 gone"));
  EXPECT_THAT(screen,
              HasSubstr("key AKIAEVE0000000000000 of eve  made 09:01:10, open 1 min 20 s when "
                        "the logs end, used 1 time"));
  EXPECT_THAT(screen, HasSubstr("aws iam delete-access-key --user-name eve --access-key-id "
                                "AKIAEVE0000000000000"));
  EXPECT_THAT(screen, HasSubstr("STANDS  this key of alice  nobody is seen to end it"));
  EXPECT_THAT(screen, HasSubstr("aws iam update-access-key --user-name alice --access-key-id "
                                "AKIAALICE00000000000 --status Inactive"));
  EXPECT_THAT(screen,
              HasSubstr("bucket loot  made 09:01:30, undone 09:02:30 by alice, open 1 min"));
  EXPECT_THAT(screen, HasSubstr("next      trailhound trail AKIAALICE00000000000"));
}

TEST(Case, FoldsSeriesAndNamesSilence) {
  MadeLogs logs;
  for (int i = 0; i < 20; ++i) {
    logs.add(MadeEvent("ec2", i % 2 == 0 ? "DescribeInstances" : "DescribeVpcs", i)
                 .by_user("alice", kAliceKey));
    logs.add(MadeEvent("s3", "DeleteBucket", 20 + 2 * i)
                 .by_user("alice", kAliceKey)
                 .fails("AccessDenied"));
    logs.add(MadeEvent("iam", "CreateUser", 21 + 2 * i)
                 .by_user("alice", kAliceKey)
                 .fails("AccessDenied"));
  }
  logs.add(MadeEvent("iam", "DeleteUser", 7200).by_user("alice", kAliceKey));
  const auto desk = logs.desk();
  const std::string screen = screen_of(*desk, {kAliceKey});
  EXPECT_THAT(screen, HasSubstr("reads, 20 calls: DescribeInstances, DescribeVpcs"));
  EXPECT_THAT(screen, HasSubstr("20 × DeleteBucket, denied"));
  EXPECT_THAT(screen, HasSubstr("20 × CreateUser, denied"));
  EXPECT_THAT(screen, HasSubstr("1 h 59 min of silence"));
}

TEST(Case, DoesNotCallARoleOfSecondsProbing) {
  MadeLogs logs;
  logs.add(
      MadeEvent("iam", "CreateRole", 0).by_user("alice", kAliceKey).asks({{"roleName", "fresh"}}));
  logs.add(MadeEvent("sts", "AssumeRole", 4).by_user("alice", kAliceKey).fails("AccessDenied"));
  const auto desk = logs.desk();
  EXPECT_THAT(screen_of(*desk, {kAliceKey}),
              HasSubstr("AssumeRole, denied (within a minute of CreateRole: IAM is catching up)"));
}

TEST(Case, TakesSeveralThingsAsOne) {
  MadeLogs logs;
  add_group_story(logs);
  const auto desk = logs.desk();
  const Case about = case_of(*desk, {"user:alice", "user:bob"});
  std::uint64_t events = 0;
  for (const Group& group : about.groups) events += group.count;
  EXPECT_EQ(events, 5u);
}

TEST(Understand, AsksBackOrSaysThatItIsNotThere) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "ListUsers", 0).by_user("deploy", kAliceKey));
  logs.add(MadeEvent("s3", "ListBuckets", 5).by_role("deploy", "ci", "ASIADEPLOY0000000000", 0));
  const auto desk = logs.desk();
  const auto both = understand(*desk, "deploy");
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().code(), "ambiguous-entity");
  EXPECT_THAT(both.error().notes,
              Contains(HasSubstr("`user:deploy` (1 event), `role:deploy` (1 event)")));
  EXPECT_EQ(subject_of(*desk, "role:deploy").entity.form, Form::Role);
  EXPECT_EQ(subject_of(*desk, "ci").entity.form, Form::Session);
  EXPECT_EQ(subject_of(*desk, "198.51.100.0/24").entity.form, Form::Address);
  EXPECT_EQ(subject_of(*desk, "s3").entity.form, Form::Service);
  const auto absent = understand(*desk, "AKIANOBODY0000000000");
  ASSERT_TRUE(absent.ok());
  EXPECT_FALSE(*absent);
}

TEST(Understand, TakesHostileNamesAsTheyAre) {
  MadeLogs logs;
  logs.add(MadeEvent("iam", "ListUsers", 0).by_user("it's %_ \\ \"x\"", kAliceKey));
  const auto desk = logs.desk();
  EXPECT_EQ(subject_of(*desk, "user:it's %_ \\ \"x\"").entity.form, Form::User);
  const auto other = understand(*desk, "user:%");
  ASSERT_TRUE(other.ok()) << other.error().message;
  EXPECT_FALSE(*other) << "a sign of LIKE is a letter here";
}

TEST(CaseOfARealKey, IsWhatWasCountedByHand) {
  const char* named = std::getenv("TRAILHOUND_CORPORA");
  const std::filesystem::path folder =
      std::filesystem::path(named != nullptr ? named : TRAILHOUND_SOURCE "/../shared/corpora") /
      "logs/sans-ransomware";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  ask::Source source;
  source.logs = {folder.string()};
  source.unique = true;
  auto desk = ask::Desk::open(std::move(source));
  ASSERT_TRUE(desk.ok());
  const std::string screen = screen_of(**desk, {"AKIAU7JNXC7K7XNL3F6J"});
  EXPECT_THAT(screen, HasSubstr("36 events, 2021-07-29T13:02:53Z → 2021-07-29T14:01:48Z"));
  EXPECT_THAT(screen, HasSubstr("4 denied"));
  EXPECT_THAT(screen, HasSubstr("From      3.238.12.183 (not known as yours) 36\n"));
  EXPECT_THAT(screen, HasSubstr("3 things stand at the end of the logs, 0 gone"));
}

TEST(Absent, NamesWhatIsNearToAWordThatIsNotThere) {
  MadeLogs logs;
  for (int second = 0; second < 3; ++second) {
    logs.add(MadeEvent("iam", "ListUsers", second).by_user("alice.deploy", kAliceKey));
  }
  logs.add(MadeEvent("iam", "ListUsers", 10).by_user("alice.admin", "AKIAADMIN00000000000"));
  logs.add(MadeEvent("iam", "ListUsers", 11)
               .by_user("bob", "AKIABOB0000000000000")
               .of_id("AIDABOB0000000000001"));
  logs.add(MadeEvent("sts", "GetCallerIdentity", 12)
               .by_outsider("999988887777", "AIDAOUTSIDER00000001", "111122223333"));
  const auto desk = logs.desk();
  const auto near = [&](const std::string& word) {
    const Result<Absent> absent = look_for_near(*desk, word);
    EXPECT_TRUE(absent.ok()) << word;
    return absent.ok() ? absent->near : std::vector<std::string>{};
  };
  EXPECT_THAT(near("alcie.admin"), ElementsAre("alice.admin"));
  EXPECT_THAT(near("user:alcie.admin"), ElementsAre("user:alice.admin"));
  EXPECT_THAT(near("ALICE"), ElementsAre("alice.deploy", "alice.admin")) << "the busier one first";
  EXPECT_THAT(near("AKIAALICE0000000000"), ElementsAre(kAliceKey)) << "the last letter is gone";
  EXPECT_THAT(near("AKIAALICF00000000000"), ElementsAre(kAliceKey));
  EXPECT_THAT(near("arn:aws:iam::111122223333:user/bobb"),
              ElementsAre("arn:aws:iam::111122223333:user/bob"));
  EXPECT_THAT(near("arn:aws:iam::111122223333:user/somebody"), ElementsAre());
  EXPECT_THAT(near("carol"), ElementsAre());
  EXPECT_THAT(near("role:bob"), ElementsAre()) << "there is no role at all";
  EXPECT_THAT(near("198.51.100.8"), ElementsAre());
  EXPECT_THAT(near("AIDABOB0000000000002"), ElementsAre("AIDABOB0000000000001"));
  EXPECT_THAT(near("999988887777:AIDAOUTSIDER00000007"),
              ElementsAre("999988887777:AIDAOUTSIDER00000001"));
  EXPECT_THAT(near("AIDASOMEBODYELSE0001"), ElementsAre());

  const auto advice = [&](const std::string& word) {
    const Result<Absent> absent = look_for_near(*desk, word);
    return absent.ok() ? absent->advice : "";
  };
  EXPECT_THAT(advice("person:bob"), HasSubstr("`person:` is no kind; these are: `key:`"));
  EXPECT_THAT(advice("198.51.100"), HasSubstr("a network is written with its length"));
  EXPECT_THAT(advice("10.0.*"), HasSubstr("a network is written with its length"));
  EXPECT_EQ(advice("carol"), "");
  EXPECT_EQ(advice("session:a:b"), "");

  const Held held{.events = 5};
  EXPECT_EQ(text_of(absent_screen({"alcie", {"alice"}}, held)),
            "alcie is not in these logs, which hold 5 events\nnearest to it: alice\n");
  const Error error = absent_error({{"alcie", {"alice"}}, {"zed", {}}}, held);
  EXPECT_EQ(error.message, "`alcie`, `zed`: not in these logs, which hold 5 events");
  EXPECT_THAT(error.notes, ElementsAre("nearest to `alcie`: `alice`"));
}

TEST(Entities, AreRefusedWhereNoLogCanHoldThem) {
  const auto wrong = [](std::string_view word) { return wrong_with(parse_entity(word)); };
  for (const char* word : {"198.51.100.7", "198[.]51[.]100[.]7", "2001[:]db8::1", "ip:10.0.0.0/8",
                           "i-0a1b2c3d4e5f60718", "arn:aws:iam::111122223333:user/bob", "1.2.3",
                           "agent:1.2.3.4.5", "session:300.1.2.3", "Bot/1.0 (+https://bot.example)",
                           "user:d41d8cd98f00b204e9800998ecf8427e"}) {
    EXPECT_EQ(wrong(word), "") << word;
  }
  for (const char* word :
       {"AIDAEXAMPLE000000001", "AROAEXAMPLE000000001:deploy", "999988887777:AIDAEXAMPLE000000001",
        "principal:f230368b-1699-46e6-b813-155118d6b23f"}) {
    EXPECT_EQ(parse_entity(word).form, Form::Principal) << word;
  }
  EXPECT_EQ(parse_entity("AIDAexample000000001").form, Form::Name) << "ids have no small letters";
  EXPECT_EQ(parse_entity("AROAD").form, Form::Name);
  EXPECT_EQ(parse_entity("198[.]51[.]100[.]7").text, "198.51.100.7");
  EXPECT_EQ(parse_entity("ip:198[.]51[.]100[.]7").text, "198.51.100.7");
  EXPECT_EQ(parse_entity("agent:a[.]b").text, "a[.]b") << "an agent may be so called";
  for (const char* word : {"300.1.2.3", "10.0.0.0/33", "ip:bob", "300[.]1[.]2[.]3"}) {
    EXPECT_EQ(wrong(word), "is no address or network") << word;
  }
  EXPECT_EQ(wrong("arn:aws:iam"), "is no whole ARN");
  EXPECT_EQ(wrong("account:12345"), "is no account: those have twelve digits");
  EXPECT_EQ(wrong("user:"), "names nothing");
  EXPECT_THAT(wrong("d41d8cd98f00b204e9800998ecf8427e"), HasSubstr("a hash of a file"));
  EXPECT_THAT(wrong("https://evil.example/x"), HasSubstr("a URL"));
  EXPECT_THAT(wrong("hxxps[:]//evil[.]example/x"), HasSubstr("a URL"));
  EXPECT_EQ(entity_of("10.0.0.0/33").error().code(), "bad-entity");
}

}  // namespace
}  // namespace trailhound::triage
