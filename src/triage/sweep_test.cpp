// SPDX-License-Identifier: Apache-2.0
#include "triage/sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "triage/made_events.hpp"

namespace trailhound::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kAliceKey = "AKIAALICE00000000000";

std::vector<std::string> texts_of(const IndicatorList& list) {
  std::vector<std::string> texts;
  for (const Indicator& one : list.indicators) texts.push_back(one.entity.text);
  return texts;
}

TEST(Indicators, AreReadOneALineWithCommentsAndCsv) {
  const IndicatorList list = parse_indicators(
      "# a list\r\n"
      "indicator,type,comment\n"
      "198[.]51.100.7   # the box\n"
      "\n"
      "malware,\"203.0.113.0/24\",\"seen, often\"\n"
      "// no more of these\n"
      "AKIAALICE00000000000\n"
      "AKIAALICE00000000000\n"
      "Boto3/1.34 md/x ua/2.0\n");
  EXPECT_THAT(texts_of(list),
              ElementsAre("198.51.100.7", "203.0.113.0/24", kAliceKey, "Boto3/1.34 md/x ua/2.0"));
  EXPECT_EQ(list.indicators[1].line, 5u);
  EXPECT_THAT(list.wrong, IsEmpty());
}

TEST(Indicators, AreReadOutOfMispAndStix) {
  const IndicatorList misp = parse_indicators(
      R"({"Event":{"info":"x","Attribute":[{"type":"ip-src","category":"Network activity","value":"198.51.100.7"},
      {"type":"md5","category":"Payload","value":"d41d8cd98f00b204e9800998ecf8427e"}]}})");
  EXPECT_THAT(texts_of(misp), ElementsAre("198.51.100.7"));
  ASSERT_THAT(misp.wrong, SizeIs(1));
  const IndicatorList stix = parse_indicators(
      R"({"type":"bundle","objects":[{"type":"indicator","pattern":"[ipv4-addr:value = '198.51.100.7' OR ipv6-addr:value = '2001:db8::1']"}]})");
  EXPECT_THAT(texts_of(stix), ElementsAre("198.51.100.7", "2001:db8::1"));
}

TEST(Indicators, NameTheLinesThatAreNone) {
  const IndicatorList list = parse_indicators(
      "300.1.2.3\n1.2.3.4/99\nd41d8cd98f00b204e9800998ecf8427e\nhttp://evil.example/x\narn:aws\n"
      "a\x1b[2Jb\n");
  EXPECT_THAT(list.indicators, IsEmpty());
  ASSERT_THAT(list.wrong, SizeIs(6));
  EXPECT_THAT(texts_of(parse_indicators("s3://wages/2024/\narn:aws:s3:::wages\nresource:wages")),
              ElementsAre("wages/2024", "wages"))
      << "an address of a thing is no such";
  EXPECT_EQ(list.wrong[1].line, 2u);
  EXPECT_EQ(list.wrong[1].why, "is no address or network");
}

TEST(Indicators, AreTextInUtf8OrUtf16) {
  const auto text = [](std::string_view bytes) {
    const Result<std::string> read = list_text(bytes);
    return read.ok() ? *read : std::string(read.error().code());
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(text("198.51.100.7\n"), "198.51.100.7\n");
  EXPECT_EQ(text("\xff\xfe"
                 "b\0\xfc\0\n\0"sv),
            "b\xC3\xBC\n");
  EXPECT_EQ(text("\xfe\xff"
                 "\0b\0\xfc\0\n"sv),
            "b\xC3\xBC\n");
  EXPECT_EQ(text("\xff\xfe\x3d\xd8\x3e\xdc"sv), "\xF0\x9F\x90\xBE") << "of two units";
  EXPECT_EQ(text("\xff\xfe\x3d\xd8"sv), "\xEF\xBF\xBD") << "half of one";
  EXPECT_EQ(text("\x7f"
                 "ELF\0\0"sv),
            "not-a-list");
  EXPECT_EQ(text("\x1f\x8b\x08"sv), "not-a-list");
}

TEST(Indicators, SurviveWhatIsNoList) {
  EXPECT_THAT(parse_indicators("").indicators, IsEmpty());
  EXPECT_THAT(parse_indicators(std::string(5000, 'a')).wrong, SizeIs(1));
  EXPECT_THAT(parse_indicators(std::string(10000, '[')).indicators, SizeIs(0));
  EXPECT_THAT(parse_indicators("{\"a\":").indicators, SizeIs(1)) << "a line like any other";
}

class Sweep : public testing::Test {
 protected:
  void SetUp() override {
    logs.add(MadeEvent("s3", "ListBuckets", 0).by_user("alice", kAliceKey).from("198.51.100.9"));
    logs.add(MadeEvent("iam", "CreateAccessKey", 10)
                 .by_user("alice", kAliceKey)
                 .asks({{"userName", "bob"}})
                 .gets({{"accessKey", Json::Object{{"accessKeyId", "AKIABOB0000000000000"},
                                                   {"userName", "bob"}}}})
                 .fails("AccessDenied"));
    logs.add(MadeEvent("s3", "GetObject", 20)
                 .by_role("deploy", "ci", "ASIADEPLOY0000000000", 0)
                 .from("2001:db8::17")
                 .with_agent("Boto3/1.34.19 md/Botocore")
                 .called("3044ff70-2382-4b53-83bc-08f6d6b75381"));
    desk = logs.desk();
  }
  /// What each line of a list was met by: events, and where.
  std::vector<std::string> met_by(const std::string& text) {
    const IndicatorList list = parse_indicators(text);
    const auto swept = sweep(*desk, list.indicators);
    EXPECT_TRUE(swept.ok()) << swept.error().message;
    std::vector<std::string> all;
    if (!swept.ok()) return all;
    for (const Sighting& one : swept->sightings) {
      std::string words = std::to_string(one.events);
      for (const std::string& where : one.where) words += " " + where;
      all.push_back(words);
    }
    return all;
  }
  MadeLogs logs;
  std::unique_ptr<ask::Desk> desk;
};

TEST_F(Sweep, MeetsKeysAddressesNetworksAgentsAndNames) {
  EXPECT_THAT(met_by("AKIAALICE00000000000\n198.51.100.9\n198.51.100.0/24\n2001:db8::/32\n"
                     "10.0.0.0/8\nagent:boto3\nboto3/1.34\n"),
              ElementsAre("2 key", "1 source", "2 source", "1 source", "0", "1 agent", "1 agent"));
  EXPECT_THAT(met_by("user:alice\nuser:deploy\nrole:deploy\nsession:ci\nbob\nservice:s3\n"),
              ElementsAre("2 caller", "0", "1 caller", "1 session", "1 target", "2 service"));
  EXPECT_THAT(met_by("arn:aws:iam::111122223333:role/deploy\n111122223333\n3044ff70\n"),
              ElementsAre("1 caller", "3 account", "1 event"));
  EXPECT_THAT(met_by("AIDAalice\nAROAdeploy\nprincipal:AROAdeploy:ci\nAROAdep\n"),
              ElementsAre("2 caller", "1 caller", "1 caller", "0"));
  logs.add(MadeEvent("s3", "ListBuckets", 30).by_root());
  logs.add(MadeEvent("sso", "Federate", 40).by_person("f230368b-1699-46e6-b813-155118d6b23f"));
  logs.add(MadeEvent("sts", "GetCallerIdentity", 50)
               .by_outsider("999988887777", "AIDAOUTSIDER000000001", "111122223333"));
  desk = logs.desk();
  EXPECT_THAT(met_by("f230368b-1699-46e6-b813-155118d6b23f\nAIDAOUTSIDER000000001\n"
                     "999988887777:AIDAOUTSIDER000000001\n"),
              ElementsAre("1 caller", "1 caller", "1 caller"));
  EXPECT_THAT(met_by("user:root\nroot"), ElementsAre("1 caller", "1 caller"));
  EXPECT_THAT(met_by("' or 1=1 --\n%\n_\n"), ElementsAre("0", "0", "0"));
}

TEST_F(Sweep, CountsWhatWasDeniedAndRemembersBothEnds) {
  const IndicatorList list = parse_indicators("AKIAALICE00000000000");
  const auto swept = sweep(*desk, list.indicators);
  ASSERT_TRUE(swept.ok());
  const Sighting& one = swept->sightings.front();
  EXPECT_EQ(one.denied, 1u);
  EXPECT_EQ(one.first, clock_at(0));
  EXPECT_EQ(one.last, clock_at(10));
  EXPECT_THAT(one.principals, ElementsAre("arn:aws:iam::111122223333:user/alice"));
  EXPECT_EQ(one.event_id, "event-1");
  EXPECT_EQ(swept->held.events, 3u);
}

// A request tells of a thing by its ARN, by its name, with others, or by what lies in it.
TEST(SweepOfThings, MeetsThemHoweverRequestsTellOfThem) {
  MadeLogs made;
  const std::string key = "85b4ab0e-eee7-4450-adba-82137e39764c";
  const std::string arn = "arn:aws:kms:us-east-1:111122223333:key/" + key;
  const auto call = [&](const char* service, const char* name, int at, Json::Object request) {
    made.add(MadeEvent(service, name, at).by_user("alice", kAliceKey).asks(std::move(request)));
  };
  call("s3", "GetObject", 0, {{"bucketName", "wages"}, {"key", "2024/march, april.csv"}});
  call("s3", "GetBucketAcl", 10, {{"bucketName", "wages"}});
  call("s3", "GetObject", 20, {{"bucketName", "wages-2023"}, {"key", "2024/x"}});
  call("kms", "Decrypt", 30, {{"keyId", arn}});
  call("kms", "DescribeKey", 40, {{"keyId", key}});
  call("iam", "GetUser", 50, {{"userName", "bob"}});
  call("secretsmanager", "BatchGetSecretValue", 60, {{"secretIdList", Json::Array{"one", "two"}}});
  made.add(MadeEvent("kms", "Decrypt", 70)
               .by_user("alice", kAliceKey)
               .with("resources", Json::Array{Json::Object{{"ARN", arn}}}));
  call("s3", "PutObject", 80, {{"bucketName", "deadbeef"}, {"key", "a, private/x"}});
  call("lambda", "GetFunction", 90, {{"functionName", "pay"}});
  call("ssm", "GetParameter", 100, {{"name", "/prod/db"}});
  made.add(MadeEvent("kms", "Encrypt", 110)
               .by_user("alice", kAliceKey)
               .asks({{"keyId", "alias/first"}})
               .with("resources", Json::Array{Json::Object{{"ARN", arn + "0"}},
                                              Json::Object{{"ARN",
                                                            "arn:aws:kms:us-east-1:111122223333:"
                                                            "alias/second"}}}));
  const std::string forged = "x arn:aws:iam::111122223333:user/mallory";
  made.add(
      MadeEvent("s3", "GetObject", 120)
          .by_user("alice", kAliceKey)
          .asks({{"bucketName", "other"}, {"key", forged}})
          .with("resources", Json::Array{Json::Object{{"ARN", "arn:aws:s3:::other/" + forged}}}));
  for (const auto& desk : {made.desk(), made.lake_desk()}) {
    const auto met_by = [&](const std::string& text) {
      const IndicatorList list = parse_indicators(text);
      EXPECT_THAT(list.wrong, IsEmpty());
      std::vector<std::uint64_t> events;
      const auto swept = sweep(*desk, list.indicators);
      EXPECT_TRUE(swept.ok()) << swept.error().message;
      for (const Sighting& one : swept->sightings) events.push_back(one.events);
      return events;
    };
    EXPECT_THAT(met_by("wages\nresource:wages-2023\ns3://wages/2024/\n"
                       "\"arn:aws:s3:::wages/2024/march, april.csv\""),
                ElementsAre(2u, 1u, 1u, 1u));
    EXPECT_THAT(met_by("arn:aws:s3:::wages\n" + arn + "\n" + key), ElementsAre(2u, 3u, 3u));
    EXPECT_THAT(met_by("arn:aws:iam::111122223333:user/bob\narn:aws:iam::444455556666:user/bob\n"
                       "ONE\ntwo\nthree"),
                ElementsAre(1u, 0u, 1u, 1u, 0u));
    // What others are looked for besides makes no difference.
    EXPECT_THAT(met_by("deadbeef"), ElementsAre(0u));
    EXPECT_THAT(met_by("deadbeef\nresource:ab\nevent:alice"), ElementsAre(0u, 0u, 0u));
    EXPECT_THAT(met_by("arn:aws:s3:::wages/*\nbucket:wages\nresource:s3://wages/2024"),
                ElementsAre(2u, 1u));
    EXPECT_THAT(met_by("resource:private"), ElementsAre(0u)) << "a key of another bucket";
    EXPECT_THAT(met_by("arn:aws:lambda:eu-west-1:111122223333:function:pay"), ElementsAre(0u));
    EXPECT_THAT(met_by("arn:aws:lambda:us-east-1:111122223333:function:pay"), ElementsAre(1u));
    EXPECT_THAT(met_by("arn:aws:ssm:us-east-1:111122223333:parameter/prod/db"), ElementsAre(1u));
    EXPECT_THAT(met_by("arn:aws:kms:us-east-1:111122223333:alias/second"), ElementsAre(1u));
    EXPECT_THAT(met_by("arn:aws:iam::111122223333:user/mallory"), ElementsAre(0u));
    // What has no part to look for, and more than a pattern takes.
    EXPECT_THAT(met_by("two\nresource:ab"), ElementsAre(1u, 0u));
    std::string many = "two\n";
    for (int i = 0; i < 600; ++i) many += "name-" + std::to_string(i) + "\n";
    EXPECT_EQ(met_by(many).front(), 1u);
  }
}

}  // namespace
}  // namespace trailhound::triage
