// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ask/ask.hpp"
#include "ask/close.hpp"

namespace trailhound::ask {
namespace {

using ::testing::ElementsAre;

/// A file of logs that goes away with its test.
class LogFile {
 public:
  explicit LogFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              ("gather-" + std::to_string(::getpid()) + "-" + std::to_string(text.size()) +
               ".json")) {
    std::ofstream(path_) << text;
  }
  ~LogFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
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

TEST(OneSpelling, IsTheLongestPartThatJsonDoesNotEscape) {
  EXPECT_EQ(one_spelling("role/deploy"), "deploy");
  EXPECT_EQ(one_spelling("AKIAIOSFODNN7EXAMPLE"), "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(one_spelling("a\"b<c"), "");
}

}  // namespace
}  // namespace trailhound::ask
