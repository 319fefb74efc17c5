// SPDX-License-Identifier: Apache-2.0
#include "athena/placeholders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "athena/athena.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::athena {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Parameters = std::map<std::string, std::string>;

/// The condition behind WHERE with the parameters put in, or the code of the error.
std::string filled(const std::string& condition, const Parameters& parameters) {
  std::vector<Error> notices;
  const auto query =
      parse("select a from cloudtrail where " + condition, {.parameters = parameters}, notices);
  if (!query.ok()) return std::string(query.error().code());
  return sql::print_trino(**std::get<sql::Select>(query->body).where);
}
/// What a question asks for: the labels of `missing-parameter`.
std::vector<std::string> asked(std::string_view text, const Options& options = {}) {
  std::vector<Error> notices;
  const auto query = parse(text, options, notices);
  std::vector<std::string> names;
  if (query.ok() || query.error().code() != "missing-parameter") return names;
  for (const Label& label : query.error().labels) names.push_back(label.text);
  return names;
}
/// The tables of a question after it was filled.
std::string tables(const std::string& from, const Options& options) {
  std::vector<Error> notices;
  const auto query = parse("select a from " + from, options, notices);
  if (!query.ok()) return std::string(query.error().code());
  const std::string printed = sql::print_trino(*query);
  return printed.substr(printed.find("FROM ") + 5);
}

TEST(Placeholders, AreNamedAfterTheColumnTheyAreComparedWith) {
  EXPECT_EQ(filled("useridentity.accesskeyid = 'AKIAxxxxxxxxxxxxxxxx' and year = '####'",
                   {{"accesskeyid", "AKIAIOSFODNN7EXAMPLE"}, {"year", "2024"}}),
            "useridentity.accesskeyid = 'AKIAIOSFODNN7EXAMPLE' AND year = '2024'");
}

TEST(Placeholders, AskForAllThatMissesAtOnce) {
  std::vector<Error> notices;
  const auto query = parse(
      "select a from cloudtrail where year = '####' and month = '##' and "
      "useragent = 'seeAbove' and year = '####'",
      {}, notices);
  ASSERT_FALSE(query.ok());
  EXPECT_EQ(query.error().message, "`year`, `month`, `useragent` have no value yet");
  EXPECT_THAT(query.error().notes,
              Contains("give --param year=... --param month=... --param useragent=..."));
}

TEST(Placeholders, TakeAnyNameOfTheSameThing) {
  EXPECT_EQ(filled("sourceipaddress = 'x.x.x.x'", {{"sourceip", "192.0.2.1"}}),
            "sourceipaddress = '192.0.2.1'");
  EXPECT_EQ(filled("sourceip = 'seeAbove'", {{"sourceIPAddress", "192.0.2.1"}}),
            "sourceip = '192.0.2.1'");
}

TEST(Placeholders, ReplaceAnInstanceWithinItsText) {
  EXPECT_EQ(filled("useridentity.principalid like '%:i-xxxxxxxxxxxxxxxxx'",
                   {{"instance", "i-0123456789abcdef0"}}),
            "useridentity.principalid LIKE '%:i-0123456789abcdef0'");
  EXPECT_EQ(filled("requestparameters like '%i-xxxxxxxxxxxxxxxxx%'", {{"instance", "0abc"}}),
            "requestparameters LIKE '%i-0abc%'");
  EXPECT_THAT(asked("select a from cloudtrail where useridentity.principalid = "
                    "'AROAxxxxxxxxxxxxxxxxx:i-xxxxxxxxxxxxxxxxx'"),
              ElementsAre("principalid"));
}

TEST(Placeholders, GoByTheirOwnNameIfTheyHaveOne) {
  EXPECT_THAT(asked("select a from cloudtrail where a = '<principalId>' and b in ('<region>') and "
                    "c = '${date_filter}' and d = '<accountId>' and e = '{{ user }}'"),
              ElementsAre("principalid", "region", "date_filter", "account", "user"));
}

TEST(Placeholders, MayGiveBothEndsOfARange) {
  const std::string named = "eventtime >= '${date_filter}' and eventtime <= '${date_filter}'";
  EXPECT_EQ(filled(named, {{"date_filter_from", "1"}, {"date_filter_to", "2"}}),
            "eventtime >= '1' AND eventtime <= '2'");
  EXPECT_EQ(filled(named, {{"date_filter", "1"}}), "eventtime >= '1' AND eventtime <= '1'");
  EXPECT_THAT(asked("select a from cloudtrail where " + named), ElementsAre("date_filter"));
  EXPECT_THAT(asked("select a from cloudtrail where eventtime between 'yyyy-mm-dd' and "
                    "'yyyy-mm-dd'"),
              ElementsAre("eventtime_from", "eventtime_to"));
}

TEST(Placeholders, StandOutsideQuotesToo) {
  EXPECT_EQ(filled("useridentity.accesskeyid = :key and year = #### and awsregion = <region>",
                   {{"key", "AKIA"}, {"year", "2024"}, {"region", "us-east-1"}}),
            "useridentity.accesskeyid = 'AKIA' AND year = '2024' AND awsregion = 'us-east-1'");
}

TEST(Placeholders, CountQuestionMarks) {
  EXPECT_EQ(filled("a = ? and b = ?", {{"1", "x"}, {"2", "y"}}), "a = 'x' AND b = 'y'");
}

TEST(Placeholders, LookIntoMapsAndJson) {
  EXPECT_THAT(asked("select a from cloudtrail where element_at(requestparameters, 'bucketName') = "
                    "'xxxx' and json_extract_scalar(requestparameters, '$.user.name') = 'xxxx'"),
              ElementsAre("bucketname", "name"));
}

TEST(Placeholders, AreFoundInFunctionsButFormatsAreNone) {
  EXPECT_THAT(asked("select a from cloudtrail where day = date('yyyy-mm-dd')"), ElementsAre("day"));
  EXPECT_EQ(filled("format_datetime(ts, 'yyyy-MM-dd') = '2024-01-01'", {}),
            "format_datetime(ts, 'yyyy-MM-dd') = '2024-01-01'");
}

TEST(Placeholders, AreNotSeenInRealText) {
  for (const std::string condition :
       {"useridentity.accesskeyid = 'AKIAIOSFODNN7EXAMPLE'", "a = '000000000000'",
        "a = 'my-bucket-name'", "a like '%:i-%'", "a like '%%%' escape '\\'",
        "regexp_like(a, '\\p{Alpha}+(?<name>x{3})')", "a = 'alice@example.com'",
        "a like '%$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI%'", "a = 'arn:aws:s3:::bucket/*'",
        "json_extract_scalar(a, '$.x') = '{\"a\": 1}'", "a = 'x'", "a = 'Linux xx'"}) {
    EXPECT_NE(filled(condition, {}), "missing-parameter") << condition;
  }
}

TEST(Placeholders, AreOnlyTheMarkedOnesInQuestionsOfTheProgramItself) {
  std::vector<Error> notices;
  const auto query = parse("select a from cloudtrail where useragent = 'xxxx' and b = :key",
                           {.parameters = {{"key", "k"}}, .stand_ins = false}, notices);
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(sql::print_trino(*query),
            "SELECT a FROM cloudtrail WHERE useragent = 'xxxx' AND b = 'k'");
}

TEST(Values, AreTextWhateverTheyHold) {
  EXPECT_EQ(filled("a = 'xxxx'", {{"a", "'; drop table x; --"}}), "a = '''; drop table x; --'");
  EXPECT_EQ(filled("a = 'xxxx'", {{"a", "####"}}), "a = '####'");
}

TEST(Values, StandForThemselvesInPatterns) {
  EXPECT_EQ(filled("a like '%xxxx%'", {{"a", "50%_"}}), "a LIKE '%50\\%\\_%' ESCAPE '\\'");
  EXPECT_EQ(filled("a like '%xxxx%'", {{"a", "5\\%"}}), "a LIKE '%5\\!%%' ESCAPE '!'");
  EXPECT_EQ(filled("a like '%xxxx' escape '!'", {{"a", "x_!"}}), "a LIKE '%x!_!!' ESCAPE '!'");
  EXPECT_EQ(filled("a like :p", {{"p", "a%"}}), "a LIKE 'a\\%' ESCAPE '\\'");
}

TEST(Values, AreNumbersBehindLimit) {
  std::vector<Error> notices;
  const auto good =
      parse("select a from cloudtrail limit ?", {.parameters = {{"1", "5"}}}, notices);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(sql::print_trino(*good), "SELECT a FROM cloudtrail LIMIT 5");
  const auto bad =
      parse("select a from cloudtrail limit :n", {.parameters = {{"n", "x"}}}, notices);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code(), "bad-parameter");
}

TEST(Values, ThatNothingAsksForAreMentioned) {
  std::vector<Error> notices;
  ASSERT_TRUE(parse("select a from cloudtrail where year = '####'",
                    {.parameters = {{"year", "2024"}, {"yaer", "2024"}}}, notices)
                  .ok());
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].code(), "unused-parameter");
  EXPECT_THAT(notices[0].notes, ElementsAre("it takes year"));
}

TEST(Tables, OfAnAccountAskForIt) {
  EXPECT_EQ(tables("cloudtrail_000000000000", {}), "missing-parameter");
  EXPECT_THAT(asked("select a from cloudtrail_000000000000 where year = '####'"),
              ElementsAre("account", "year"));
  EXPECT_EQ(tables("cloudtrail_000000000000", {.parameters = {{"account", "111122223333"}}}),
            "cloudtrail_111122223333");
  EXPECT_EQ(tables("cloudtrail_000000000000", {.single_account = true}), "cloudtrail");
  EXPECT_EQ(tables("cloudtrail_111122223333", {}), "cloudtrail_111122223333");
  EXPECT_EQ(tables("cloudtrail_000000000000", {.parameters = {{"account", "1; drop"}}}),
            "bad-parameter");
}

TEST(Tables, ThatStandForAnyAreTheEvents) {
  for (const std::string from :
       {"<event_data_store_id>", "<EDS ID>", "$EDS_ID", "<Event data store Id>", "${table}",
        "DATABASE.TABLE", "your_table", "EDS_ID", "your-event-data-store-id",
        "\"aws:cloudtrail\".\"5ae2dd2e-1234-4562-b3fc-2c963f66afa6\"",
        "5ae2dd2e-1234-4562-b3fc-2c963f66afa6", "a5e2dd2e-12e4-4562-b3fc-2c963f66afa6",
        "{{ table }}"}) {
    EXPECT_EQ(tables(from, {.dialect = Dialect::Lake}), "cloudtrail") << from;
  }
}

TEST(Tables, TakeTheirColumnsAlong) {
  EXPECT_EQ(tables("EDS_ID where EDS_ID.eventname = 'x'", {}),
            "cloudtrail WHERE cloudtrail.eventname = 'x'");
  EXPECT_EQ(tables("EDS_ID t join $EDS_ID u on t.a = u.a", {}),
            "cloudtrail AS t JOIN cloudtrail AS u ON t.a = u.a");
}

TEST(Tables, OfTheQuestionItselfAreLeftAlone) {
  EXPECT_EQ(tables("(with your_table as (select 1) select * from your_table)", {}),
            "(WITH your_table AS (SELECT 1) SELECT * FROM your_table)");
}

TEST(Tables, OfOtherLogsAreRefusedBeforeValuesAreAskedFor) {
  EXPECT_EQ(tables("vpc_flow_logs_000000000000 where b = 'x.x.x.x'", {}), "unknown-table");
}

}  // namespace
}  // namespace trailhound::athena
