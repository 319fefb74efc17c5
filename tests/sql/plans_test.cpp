// SPDX-License-Identifier: Apache-2.0
//
// A scan plan never loses a row: random conditions over random events give the same answer with the
// plan as with every event scanned. The source of these tests leaves out all that a plan allows to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "answering.hpp"

namespace trailhound::answers {
namespace {

using event::Field;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Draws the same on every run.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string>& times() {
  static const std::vector<std::string> all = {
      "2023-07-09T23:59:59Z",      "2023-07-10T00:00:00Z",    "2023-07-10T11:54:33Z",
      "2023-07-11T00:00:00Z",      "2023-08-01T00:00:00Z",    "2022-12-31T23:59:59Z",
      "2023-01-01T00:00:00Z",      "2024-02-29T12:00:00Z",    "20131102T010628Z",
      "2023-07-10T23:30:00-05:00", "2023-07-10T11:54:33.123Z"};
  return all;
}
const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {"ListBuckets", "GetObject", "CreateUser",
                                               "Create<&>User", "PutObject"};
  return all;
}
const std::vector<std::string>& agents() {
  static const std::vector<std::string> all = {"aws-cli/2.0", "Boto3/1.2 (x; y)",
                                               "a\"quote\\slash/end", "[console]", ""};
  return all;
}

std::vector<MadeUpEvent> events(Dice& dice) {
  std::vector<MadeUpEvent> all;
  for (int i = 0; i < 60; ++i) {
    MadeUpEvent one = {
        {Field::EventTime, dice.of(times())},
        {Field::EventName, dice.of(names())},
        {Field::EventId, "id-" + std::to_string(i)},
        {Field::RecipientAccountId, dice.below(2) == 0 ? "111122223333" : "444455556666"}};
    if (dice.below(3) > 0) one.push_back({Field::UserAgent, dice.of(agents())});
    if (dice.below(2) > 0)
      one.push_back({Field::IdentityArn, "arn:aws:iam::111122223333:user/" + dice.of(names())});
    if (dice.below(2) > 0)
      one.push_back({Field::RequestParameters, "{\"bucketName\":\"" + dice.of(names()) +
                                                   "\",\"n\":" + std::to_string(dice.below(3)) +
                                                   "}"});
    if (dice.below(3) == 0) one.push_back({Field::ErrorCode, "AccessDenied"});
    all.push_back(std::move(one));
  }
  return all;
}

/// A condition that any analyst might write.
std::string condition(Dice& dice, int depth = 0) {
  static const std::vector<std::string> compare = {"=", "<>", "<", "<=", ">", ">="};
  static const std::vector<std::string> prefixes = {"2023",
                                                    "2023-07",
                                                    "2023-07-10",
                                                    "2023-07-10T11:54:33Z",
                                                    "2023-07-10 12",
                                                    "2013-11",
                                                    "2023-08-01T00:00:00Z",
                                                    "2024",
                                                    "x"};
  static const std::vector<std::string> days = {"2023/07/10", "2023/07", "2023/08/01", "2013/11/02",
                                                "2024/02/29"};
  static const std::vector<std::string> moments = {
      "timestamp '2023-07-10 11:54:33'", "timestamp '2023-07-10 00:00:00'",
      "timestamp '2013-11-02 01:06:28'", "date '2023-07-10'",
      "now() - interval '1' day",        "date_add('month', -6, now())"};
  const auto text = [](const std::string& value) {
    std::string out = "'";
    for (const char c : value) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
  };
  switch (dice.below(depth > 2 ? 15 : 19)) {
    case 0:
      return "year " + dice.of(compare) + " " + text(dice.below(2) == 0 ? "2023" : "2024");
    case 1:
      return "month " + dice.of(compare) + " " + text(dice.below(2) == 0 ? "07" : "7");
    case 2:
      return "day in ('10', '11')";
    case 3:
      return "eventtime " + dice.of(compare) + " " + text(dice.of(prefixes));
    case 4:
      return "eventtime like " + text(dice.of(prefixes) + "%");
    case 5:
      return "\"timestamp\" " + dice.of(compare) + " " + text(dice.of(days));
    case 6:
      return "ts " + dice.of(compare) + " " + dice.of(moments);
    case 7:
      return "from_iso8601_timestamp(regexp_replace(eventtime, "
             "'^([0-9]{4})([0-9]{2})([0-9]{2})T.*$', '$1-$2-$3')) " +
             dice.of(compare) + " " + dice.of(moments);
    case 8:
      return "date(ts) " + dice.of(compare) + " date '2023-07-10'";
    case 9:
      return "date_trunc('month', ts) " + dice.of(compare) + " timestamp '2023-07-01 00:00:00'";
    case 10:
      return "eventname " + dice.of(compare) + " " + text(dice.of(names()));
    case 11:
      return "useragent like " + text("%" + dice.of(agents()).substr(0, 5) + "%");
    case 12:
      return "useridentity.arn in (" + text("arn:aws:iam::111122223333:user/" + dice.of(names())) +
             ", 'arn:x')";
    case 13:
      return "json_extract_scalar(requestparameters, '$.bucketName') = " + text(dice.of(names()));
    case 14:
      return "account " + dice.of(compare) + " '111122223333'";
    case 15:
      return "not (" + condition(dice, depth + 1) + ")";
    case 16:
      return "(" + condition(dice, depth + 1) + " or " + condition(dice, depth + 1) + ")";
    case 17:
      return "(" + condition(dice, depth + 1) + " and " + condition(dice, depth + 1) + ")";
    default:
      return "coalesce(" + condition(dice, depth + 1) + ", false)";
  }
}

std::string all_of_it() {
  return "select eventid, ts, eventtime, eventname, year, month, day, account, useragent, "
         "useridentity, "
         "requestparameters, \"timestamp\" from cloudtrail";
}

/// The condition in one of several places of a query.
std::string question(Dice& dice, const std::string& where) {
  const std::string and_more = condition(dice);
  switch (dice.below(7)) {
    case 0:
      return "select eventid from (" + all_of_it() + " where " + and_more + ") where " + where +
             " order by 1";
    case 1:
      return "with c as (" + all_of_it() + ") select eventid from c where " + where + " order by 1";
    case 2:
      return "select a.eventid, b.eventid from cloudtrail a left join (select * from cloudtrail "
             "where " +
             and_more + ") b on a.eventid = b.eventid where a.eventname <> 'x' order by 1, 2";
    case 3:
      return "select eventname, n from (select eventname, count(*) as n from cloudtrail where " +
             where + " group by eventname) where eventname >= 'CreateUser' order by 1";
    case 4:
      return "select eventid from (select eventid, ts, eventtime, eventname, year, month, day, "
             "account, useragent, useridentity, requestparameters, \"timestamp\" "
             "from cloudtrail union all select eventid, ts, eventtime, eventname, year, month, "
             "day, account, useragent, useridentity, requestparameters, \"timestamp\" "
             "from cloudtrail where " +
             and_more + ") where " + where + " order by 1";
    case 5:
      return "with a as (" + all_of_it() + "), b as (select * from a where " + where +
             "), c as (select * from b where " + and_more +
             " order by ts desc, eventid limit 3), " +
             "d as (select * from c where eventname >= 'CreateUser') " +
             "select eventid from d order by 1";
    default:
      return "select eventid from cloudtrail where " + where + " order by 1";
  }
}

TEST(ScanPlan, LosesNoRow) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    Dice dice(seed);
    Answering desk(events(dice));
    for (int round = 0; round < 60; ++round) {
      const std::string text = question(dice, condition(dice));
      const auto all = desk.rows(text, true);
      ASSERT_TRUE(all.empty() || !all[0][0].starts_with("error: ")) << text << "\n" << all[0][0];
      EXPECT_EQ(desk.rows(text), all) << text << "\nseed " << seed;
    }
  }
}

event::ScanPlan plan_of(std::string_view text) {
  static Answering& desk = *new Answering;
  const auto bound = desk.bind(text);
  EXPECT_TRUE(bound.ok()) << text;
  return bound.ok() ? bound->tables()[0].plan : event::ScanPlan{};
}

std::string days(const event::ScanPlan& plan) {
  const auto day = [](Time time) {
    if (time.micros == INT64_MIN || time.micros == INT64_MAX) return std::string("*");
    return format_iso(time);
  };
  return day(plan.from) + ".." + day(plan.to);
}

TEST(ScanPlan, KnowsDaysByEveryIdiom) {
  EXPECT_EQ(
      days(plan_of("select 1 from cloudtrail where year = '2023' and month = '07' and day = '10'")),
      "2023-07-10T00:00:00Z..2023-07-11T00:00:00Z");
  EXPECT_EQ(days(plan_of("select 1 from cloudtrail where year = '2023' and month in ('07', '09')")),
            "2023-07-01T00:00:00Z..2023-10-01T00:00:00Z");
  EXPECT_EQ(
      days(plan_of(
          "select 1 from cloudtrail where \"timestamp\" between '2023/05/01' and '2023/05/03'")),
      "2023-05-01T00:00:00Z..2023-05-04T00:00:00Z");
  EXPECT_EQ(days(plan_of("select 1 from cloudtrail where date_partition >= "
                         "date_format(date_add('day', -30, current_timestamp), '%Y/%m/%d')")),
            "2023-06-10T00:00:00Z..*");
  EXPECT_EQ(days(plan_of("select 1 from cloudtrail where from_iso8601_timestamp(eventtime) > now() "
                         "- interval '7' day")),
            "2023-07-03T12:29:59Z..*");
  EXPECT_EQ(days(plan_of("select 1 from cloudtrail where eventtime >= '2023-07-10T00:00:00Z'")),
            "2023-07-09T00:00:00Z..*");
  EXPECT_EQ(days(plan_of("select 1 from cloudtrail where ts >= timestamp '2023-07-10 01:00:00' and "
                         "ts < timestamp '2023-07-10 02:00:00'")),
            "2023-07-10T01:00:00Z..2023-07-10T02:00:00Z");
  EXPECT_EQ(days(plan_of("select 1 from cloudtrail where year = '2023' or eventname = 'x'")),
            "*..*");
}

TEST(ScanPlan, KnowsWhatCtesAskOfThoseBefore) {
  const event::ScanPlan plan = plan_of(
      "with a as (select ts as at, eventname as name, account from cloudtrail), "
      "b as (select at, name, account from a where at >= timestamp '2023-07-10 01:00:00'), "
      "c as (select name, account from b where name = 'CreateAccessKey') "
      "select count(*) from c where account = '111122223333'");
  EXPECT_EQ(days(plan), "2023-07-10T01:00:00Z..*");
  EXPECT_THAT(plan.accounts, ElementsAre("111122223333"));
  ASSERT_EQ(plan.needles.size(), 1u);
  EXPECT_THAT(plan.needles[0].any_of, ElementsAre("CreateAccessKey"));
  // Spoken of twice, or counted before: nothing may be left out.
  EXPECT_EQ(days(plan_of("with a as (select ts from cloudtrail), b as (select ts from a where ts > "
                         "timestamp '2023-07-10 01:00:00') select 1 from b, a")),
            "*..*");
  EXPECT_EQ(days(plan_of("with a as (select ts from cloudtrail), b as (select ts from a limit 9), "
                         "c as (select ts from b where ts > timestamp '2023-07-10 01:00:00') "
                         "select 1 from c")),
            "*..*");
}

TEST(ScanPlan, LeavesTestsOfMembersToRowsThatPassTheOthers) {
  Answering desk;
  const std::string late = "CAST(CAST((";
  EXPECT_THAT(desk.printed("select 1 from cloudtrail where useridentity.arn is not null"),
              HasSubstr("WHERE " + late + "t1.\"useridentity\".\"arn\" IS NOT NULL)"));
  EXPECT_THAT(desk.printed("with a as (select useridentity.arn as who, eventname as name from "
                           "cloudtrail), b as (select * from a) "
                           "select count(*) from b where name is not null and who is not null"),
              HasSubstr("WHERE (t5.\"name\" IS NOT NULL) AND " + late + "t5.\"who\" IS"));
  // A column as it stands is tested by the reader.
  EXPECT_THAT(desk.printed("select 1 from cloudtrail where errorcode is not null"),
              Not(HasSubstr(late)));
}

TEST(ScanPlan, KnowsNeedlesAndAccounts) {
  const auto needles = [](std::string_view condition) {
    const event::ScanPlan plan =
        plan_of("select 1 from cloudtrail where " + std::string(condition));
    std::vector<std::string> all;
    for (const event::Needle& needle : plan.needles) {
      std::string one;
      for (const std::string& text : needle.any_of) one += (one.empty() ? "" : "|") + text;
      all.push_back(one);
    }
    return all;
  };
  EXPECT_THAT(needles("useridentity.accesskeyid = 'AKIAIOSFODNN7EXAMPLE'"),
              ElementsAre("AKIAIOSFODNN7EXAMPLE"));
  EXPECT_THAT(needles("eventname in ('CreateUser', 'CreateRole')"),
              ElementsAre("CreateRole|CreateUser"));
  EXPECT_THAT(needles("eventname = 'CreateUser' or eventname = 'CreateRole'"),
              ElementsAre("CreateRole|CreateUser"));
  EXPECT_THAT(needles("useridentity.principalid like '%:i-0123456789abcdef0'"),
              ElementsAre(":i-0123456789abcdef0"));
  EXPECT_THAT(needles("requestparameters like '%0.0.0.0/0%'"), ElementsAre());
  EXPECT_THAT(needles("requestparameters like '%i-0123456789abcdef0%'"),
              ElementsAre("i-0123456789abcdef0"));
  EXPECT_THAT(needles("json_extract_scalar(requestparameters, '$.bucketName') = 'my-bucket'"),
              ElementsAre("my-bucket"));
  EXPECT_THAT(needles("useridentity.arn = 'arn:aws:iam::111122223333:user/alice'"),
              ElementsAre("arn:aws:iam::111122223333:user"));
  EXPECT_THAT(needles("eventname <> 'CreateUser'"), ElementsAre());
  EXPECT_THAT(needles("readonly = 'true' and eventsource = 'iam.amazonaws.com'"), ElementsAre());
  EXPECT_THAT(needles("eventname = 'CreateUser' or year = '2023'"), ElementsAre());
  EXPECT_THAT(plan_of("select 1 from cloudtrail_111122223333").accounts,
              ElementsAre("111122223333"));
  EXPECT_THAT(plan_of("select 1 from cloudtrail where account in ('1', '2')").accounts,
              ElementsAre("1", "2"));
}

TEST(ScanPlan, NamesOnlyTheLeavesThatAreUsed) {
  const event::ScanPlan plan = plan_of(
      "select useridentity.sessioncontext.sessionissuer.arn, count(*) from cloudtrail group by 1");
  EXPECT_TRUE(plan.fields.has(Field::IssuerArn));
  EXPECT_FALSE(plan.fields.has(Field::IssuerUserName));
  EXPECT_FALSE(plan.fields.has(Field::EventName));
  EXPECT_TRUE(plan_of("select useridentity from cloudtrail").fields.has(Field::IssuerUserName));
  EXPECT_TRUE(plan_of("select principal from cloudtrail").fields.has(Field::IssuerArn));
  EXPECT_TRUE(plan_of("select count(*) from cloudtrail").fields.empty());
}

}  // namespace
}  // namespace trailhound::answers
