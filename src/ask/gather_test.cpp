// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ask/ask.hpp"
#include "event/schema.hpp"

namespace trailhound::ask {
namespace {

using ::testing::ElementsAre;

/// A file of logs that goes away with its test.
class LogFile {
 public:
  explicit LogFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              ("gather-" + std::to_string(::getpid()) + "-" + std::to_string(++made_) + ".json")) {
    std::ofstream(path_) << text;
  }
  ~LogFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  static inline int made_ = 0;
  std::filesystem::path path_;
};

constexpr std::string_view kLogs = R"({"Records":[
{"eventVersion":"1.08","eventID":"e1","eventTime":"2024-03-01T09:00:00Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","errorCode":"AccessDenied","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","userName":"alice"}},
{"eventVersion":"1.08","eventID":"e2","eventTime":"2024-03-01T09:01:00Z","eventSource":"lambda.amazonaws.com","eventName":"GetFunction20150331v2","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{"type":"AWSService","invokedBy":"config.amazonaws.com"}},
{"eventVersion":"1.08","eventID":"e2","eventTime":"2024-03-01T09:01:00Z","eventSource":"lambda.amazonaws.com","eventName":"GetFunction20150331v2","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{"type":"AWSService","invokedBy":"config.amazonaws.com"}}]})";

class Gather : public testing::Test {
 protected:
  void SetUp() override {
    Source source;
    source.logs = {file.path()};
    auto opened = Desk::open(std::move(source));
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    desk = std::move(*opened);
  }
  static Question question(std::string text, Language language = Language::Athena) {
    Question asked;
    asked.text = std::move(text);
    asked.language = language;
    return asked;
  }
  std::vector<std::string> rows(const Question& asked) {
    auto answer = desk->ask(asked);
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    std::vector<std::string> all;
    while (answer.ok()) {
      auto batch = answer->rows->next();
      EXPECT_TRUE(batch.ok()) << batch.error().message;
      if (!batch.ok() || *batch == nullptr) break;
      for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
        all.emplace_back((*batch)->cell(0, row).text());
      }
    }
    return all;
  }
  void gather_all() {
    const auto gathered = desk->gather({question(kAll)});
    ASSERT_TRUE(gathered.ok()) << gathered.error().message;
  }

  static constexpr const char* kAll =
      "select concat_ws(' ', principal, cast(is_service as varchar), action, outcome) from "
      "cloudtrail order by eventid";
  LogFile file{kLogs};
  std::unique_ptr<Desk> desk;
};

TEST_F(Gather, GivesTheSameDerivedFieldsAsTheLogs) {
  const std::vector<std::string> plain = rows(question(kAll));
  EXPECT_EQ(plain.size(), 3u);
  gather_all();
  EXPECT_THAT(rows(question(kAll)),
              ElementsAre("arn:aws:iam::111122223333:user/alice false iam:ListUsers denied",
                          "config.amazonaws.com true lambda:GetFunction success"));
}

TEST_F(Gather, AnswersWhatNeedsMoreThanWasKept) {
  gather_all();
  EXPECT_THAT(rows(question("select concat_ws(' ', principal, eventversion) from cloudtrail where "
                            "outcome = 'denied'")),
              ElementsAre("arn:aws:iam::111122223333:user/alice 1.08"));
}

// What a condition says of single fields leaves events out before the engine sees them: the answers
// must not notice.
TEST_F(Gather, LeavesNothingOutThatAConditionLetsThrough) {
  std::vector<Question> asked;
  std::vector<std::vector<std::string>> plain;
  for (const char* condition :
       {"eventname = 'ListUsers'", "eventname <> 'ListUsers'", "eventname like 'Get%v2'",
        "eventname not like 'Get%'", "eventname in ('ListUsers', 'x', null)",
        "eventname not in ('x')", "eventname in ('x') or errorcode is null", "errorcode is null",
        "errorcode is not null", "not (eventname = 'ListUsers')", "useridentity.username = 'alice'",
        "useridentity.username is null and eventsource like 'lambda%'",
        "ts between timestamp '2024-03-01 09:00:30' and timestamp '2024-03-01 09:01:00'",
        "ts > timestamp '2024-03-01 09:00:00'", "timestamp '2024-03-01 09:00:00' >= ts",
        "principal like '%alice' and eventname in (select eventname from cloudtrail where "
        "errorcode "
        "is not null)",
        "account = '111122223333'", "account = '444455556666'",
        "coalesce(errorcode, 'none') = 'none'"}) {
    asked.push_back(question("select distinct eventid from cloudtrail where " +
                             std::string(condition) + " order by 1"));
    plain.push_back(rows(asked.back()));
  }
  const auto gathered = desk->gather(asked);
  ASSERT_TRUE(gathered.ok()) << gathered.error().message;
  for (std::size_t i = 0; i < asked.size(); ++i)
    EXPECT_EQ(rows(asked[i]), plain[i]) << asked[i].text;
}

/// Identities of every kind, those without a word about themselves too.
constexpr std::string_view kIdentities = R"({"Records":[
{"eventID":"i1","eventTime":"2024-03-01T09:00:00Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"us-east-1","userAgent":"aws-cli/2.15.30 Python/3.11","sourceIPAddress":"10.0.0.1","readOnly":false,"recipientAccountId":"111122223333","userIdentity":{"type":"AssumedRole","principalId":"AROADEPLOY:i-0123456789abcdef0","arn":"arn:aws:sts::111122223333:assumed-role/deploy/i-0123456789abcdef0","accountId":"111122223333","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/deploy"}}}},
{"eventID":"i2","eventTime":"2024-03-01T09:00:01Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","userAgent":"Boto3/1.34.0","sourceIPAddress":"198.51.100.7","readOnly":true,"errorCode":"SlowDown","recipientAccountId":"111122223333","userIdentity":{"type":"AssumedRole","principalId":"AROACI:run-7","arn":"arn:aws:sts::111122223333:assumed-role/ci/run-7","accountId":"111122223333","sessionContext":{"webIdFederationData":{"federatedProvider":"arn:aws:iam::111122223333:oidc-provider/ci.example","attributes":{"ci.example:sub":"repo:main"}},"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/ci"}}}},
{"eventID":"i3","eventTime":"2024-03-01T09:00:02Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"s3.amazonaws.com","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","principalId":"AIDAB","userName":"bo'b","accountId":"111122223333","accessKeyId":"AKIAB","invokedBy":"s3.amazonaws.com"}},
{"eventID":"i4","eventTime":"2024-03-01T09:00:03Z","eventName":"Odd","awsRegion":"us-east-1","userIdentity":null},
{"eventID":"i5","eventTime":"2024-03-01T09:00:04Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","errorMessage":"Failed authentication","awsRegion":"us-east-1","userAgent":"","sourceIPAddress":"203.0.113.9","userIdentity":{"type":"IAMUser","accountId":"anonymous"}},
{"eventID":"i6","eventTime":"2024-03-01T09:00:05Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","errorCode":"Client.Weird","errorMessage":"You are not authorized to perform this","awsRegion":"us-east-1","userIdentity":{"type":"AWSService","invokedBy":"autoscaling.amazonaws.com"}}]})";

// What is worked out once for all that have the same identity, agent, action ... must be what each
// event says by itself, as a value and in a condition.
TEST_F(Gather, WorksOutForManyWhatEachWouldSay) {
  const LogFile identities(kIdentities);
  Source source;
  source.logs = {identities.path()};
  auto opened = Desk::open(std::move(source));
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  desk = std::move(*opened);
  std::vector<Question> asked;
  std::vector<std::vector<std::string>> plain;
  std::size_t named = 0;
  for (const event::FieldInfo& info : event::worked_out()) {
    const std::string name(info.sql_name);
    for (const std::string& condition :
         {std::string("true"), name + " is null", name + " is not null",
          "not coalesce(" + name + " is null, false)"}) {
      asked.push_back(question("select eventid || ' ' || coalesce(cast(" + name +
                               " as varchar), 'NULL') from cloudtrail where " + condition +
                               " order by 1"));
    }
    ++named;
  }
  EXPECT_GT(named, 10u);
  for (const char* condition :
       {"principal = 'arn:aws:iam::111122223333:role/ci/repo:main'",
        "principal <> 'arn:aws:iam::111122223333:role/ci/repo:main'", "principal like '%bo''b'",
        "principal not like '%role%'", "principal in ('autoscaling.amazonaws.com', null)",
        "principal not in ('autoscaling.amazonaws.com')", "is_service", "not is_service",
        "is_service is null or is_change", "coalesce(is_change, true)", "is_service = false",
        "failed_sign_in", "not failed_sign_in", "outcome = 'denied' and principal is not null",
        "workload like 'i-%' or via is not null"}) {
    asked.push_back(question("select distinct eventid from cloudtrail where " +
                             std::string(condition) + " order by 1"));
  }
  for (const Question& one : asked) plain.push_back(rows(one));
  const auto gathered = desk->gather(asked);
  ASSERT_TRUE(gathered.ok()) << gathered.error().message;
  for (std::size_t i = 0; i < asked.size(); ++i)
    EXPECT_EQ(rows(asked[i]), plain[i]) << asked[i].text;
}

TEST_F(Gather, SeesAConditionThroughQueriesAndJoins) {
  const std::string text =
      "with e as (select eventid, eventname, errorcode from cloudtrail), f as (select * from e "
      "where "
      "eventname like 'List%') select f.eventid from f left join e on e.eventid = f.eventid and "
      "e.errorcode is null where e.eventid is null";
  const std::vector<std::string> plain = rows(question(text));
  EXPECT_THAT(plain, ElementsAre("e1"));
  ASSERT_TRUE(desk->gather({question(text)}).ok());
  EXPECT_EQ(rows(question(text)), plain);
}

TEST_F(Gather, AnswersDuckDbsDialectToo) {
  gather_all();
  EXPECT_THAT(rows(question("select action from cloudtrail order by eventid", Language::DuckDb)),
              ElementsAre("iam:ListUsers", "lambda:GetFunction"));
}

TEST_F(Gather, KeepsRequestsOfTheEventsThatAreLookedAtOnly) {
  const Question requests =
      question("select coalesce(requestparameters, 'not kept') from cloudtrail order by eventid");
  const LogFile three(
      R"({"Records":[
{"eventID":"a","eventTime":"2024-03-01T09:00:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","requestParameters":{"userName":"bob"}},
{"eventID":"b","eventTime":"2024-03-01T09:00:01Z","eventSource":"iam.amazonaws.com","eventName":"GetUser","requestParameters":{"userName":"alice"}},
{"eventID":"c","eventTime":"2024-03-01T09:00:02Z","eventSource":"iam.amazonaws.com","eventName":"GetUser","requestParameters":{"userName":"carol"}},
{"eventID":"d","eventTime":"2024-03-01T09:00:03Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","requestParameters":{"userName":"dora"}}]})");
  Source source;
  source.logs = {three.path()};
  auto opened = Desk::open(std::move(source));
  ASSERT_TRUE(opened.ok());
  desk = std::move(*opened);
  ASSERT_TRUE(
      desk->gather_closely({requests}, {.actions = {"CreateUser"}, .words = {"alice"}}).ok());
  EXPECT_THAT(rows(requests), ElementsAre(R"({"userName":"bob"})", R"({"userName":"alice"})",
                                          "not kept", R"({"userName":"dora"})"));
  // What nothing in an event need spell is looked for in all.
  ASSERT_TRUE(desk->gather_closely({requests}, {.actions = {}, .words = {"\"/"}}).ok());
  EXPECT_THAT(rows(requests), ::testing::Not(::testing::Contains("not kept")));
}

}  // namespace
}  // namespace trailhound::ask
