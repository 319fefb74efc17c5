// SPDX-License-Identifier: Apache-2.0
//
// Commands and functions of searches over the five made-up events, worked out by hand.
#include <gmock/gmock.h>

#include "ask/made_up_searches.hpp"

namespace trailhound::ask {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(Searches, DrawSparklines) {
  // From 10:00 to 11:00 in spans of half an hour: three events, none, two.
  EXPECT_EQ(one("* | stats sparkline(count, 30m) AS line"), "█▁▆");
  EXPECT_EQ(one("* | stats sparkline(dc(eventSource), 30m) AS line, count"), "█▁█|5");
  EXPECT_EQ(one("* | stats sparkline(count(eval(errorCode!=\"success\")), 30m) AS line"), "█▁▁");
  EXPECT_THAT(rows("eventName=ConsoleLogin | stats sparkline count by user"),
              ElementsAre(testing::EndsWith("|1"), testing::EndsWith("|1")));
  EXPECT_EQ(columns, std::vector<std::string>({"user", "sparkline", "count"}));
  EXPECT_EQ(one("eventName=nothing | stats sparkline(count) AS line"), "NULL");
  EXPECT_THAT(one("* | stats sparkline(values(user))"), HasSubstr("draws no `values(user)`"));
  EXPECT_THAT(one("* | eventstats sparkline(count)"), HasSubstr("by `stats` and `chart` only"));
}

TEST_F(Searches, DrawTheSameRandomNumbersAgain) {
  const auto drawn = rows("* | eval r=random() | table eventID, r");
  EXPECT_THAT(notices, Contains("random-drawn"));
  EXPECT_EQ(drawn, rows("* | eval r=random() | table eventID, r"));
  // Each row and each call has its own.
  EXPECT_EQ(one("* | eval a=random(), b=random() | stats dc(a) AS a, dc(b) AS b, "
                "count(eval(a=b)) AS same"),
            "5|5|0");
  EXPECT_EQ(one("| makeresults count=2000 | where random() % 4 = 0 | stats count | "
                "eval near=if(count > 420 AND count < 580, 1, 0) | table near"),
            "1");
  EXPECT_THAT(one("* | stats count(eval(random() > 1))"), HasSubstr("by `eval` and `where` only"));
  Question other = question("* | eval r=random() | table eventID, r");
  other.parameters["seed"] = "7";
  auto answer = desk->ask(other);
  ASSERT_TRUE(answer.ok());
  auto batch = answer->rows->next();
  ASSERT_TRUE(batch.ok() && *batch != nullptr);
  EXPECT_NE(drawn[0], engine::cell_text((*batch)->cell(0, 0)) + "|" +
                          engine::cell_text((*batch)->cell(1, 0)));
}

TEST_F(Searches, LookUpInAnExpression) {
  EXPECT_EQ(value("lookup(\"people.csv\", json_object(\"name\", \"bob\"), json_array(\"team\", "
                  "\"note\"))"),
            R"({"team":"blue","note":"a \"b\", c"})");
  EXPECT_EQ(value("coalesce(lookup(\"people\", json_object(\"name\", \"eve\"), "
                  "json_array(\"team\")), \"none\")"),
            "none");
  // An empty cell is a value to look up like any other.
  EXPECT_EQ(value("lookup(\"pairs\", json_object(\"kind\", \"\", \"name\", \"alice\"), "
                  "json_array(\"team\"))"),
            R"({"team":"red"})");
  EXPECT_THAT(value("lookup(\"people\", json_object(\"who\", \"bob\"), json_array(\"team\"))"),
              HasSubstr("has no column"));
}

TEST_F(Searches, LookAtEarlierRows) {
  EXPECT_THAT(rows("| makeresults count=4 | streamstats count AS n | eval n=if(n=3, \"x\", n) | "
                   "accum n AS s | delta n AS d | autoregress n p=1-2 | table s, d, n_p1, n_p2"),
              ElementsAre("1|NULL|NULL|NULL", "3|1|1|NULL", "NULL|NULL|2|1", "7|NULL|x|2"));
  EXPECT_THAT(rows("| makeresults count=3 | streamstats count AS n | eval n=if(n=2, \"x\", n) | "
                   "accum n | table n"),
              ElementsAre("1", "x", "4"));
}

TEST_F(Searches, TurnColumnsIntoRowsAndBack) {
  const std::string counted = "* | stats count BY awsRegion, eventSource | ";
  EXPECT_THAT(rows(counted + "xyseries awsRegion eventSource count"),
              ElementsAre("eu-west-1|1|NULL|NULL", "us-east-1|NULL|2|2"));
  EXPECT_EQ(columns, std::vector<std::string>({"awsRegion", "ec2.amazonaws.com",
                                               "iam.amazonaws.com", "signin.amazonaws.com"}));
  EXPECT_THAT(rows(counted + "xyseries awsRegion eventSource count | untable awsRegion service n"),
              ElementsAre("eu-west-1|ec2.amazonaws.com|1", "us-east-1|iam.amazonaws.com|2",
                          "us-east-1|signin.amazonaws.com|2"));
  EXPECT_THAT(rows("* | stats count, values(user) AS users BY awsRegion | transpose 0 "
                   "header_field=awsRegion column_name=what"),
              ElementsAre("count|[1]|[4]", "users|[alice]|[alice,bob,carol]"));
  EXPECT_EQ(columns, std::vector<std::string>({"what", "eu-west-1", "us-east-1"}));
}

TEST_F(Searches, PutSearchesTogether) {
  // Events of both, newest first.
  EXPECT_THAT(rows("| union [search eventName=ConsoleLogin] [search eventName=ListUsers] | table "
                   "eventID"),
              ElementsAre("e5", "e2", "e1"));
  EXPECT_THAT(rows("eventName=CreateUser | stats count AS users | appendcols [search "
                   "eventName=ConsoleLogin | stats count AS logins BY user]"),
              ElementsAre("1|alice|1", "NULL|bob|1"));
  const std::string both =
      " [search eventName=ConsoleLogin | stats count BY src_ip | fields "
      "src_ip] [search eventSource=iam* | stats count BY src_ip | fields "
      "src_ip]";
  EXPECT_THAT(rows("| set intersect" + both), ElementsAre("10.1.2.3"));
  EXPECT_THAT(rows("| set diff" + both), ElementsAre("203.0.113.9", "config.amazonaws.com"));
  EXPECT_THAT(rows("| set union" + both),
              ElementsAre("10.1.2.3", "203.0.113.9", "config.amazonaws.com"));
}

TEST_F(Searches, BeginInBracketsWithACommand) {
  EXPECT_EQ(one("[inputlookup people | rename name AS userIdentity.userName | fields "
                "userIdentity.userName] | stats count"),
            "4");
  EXPECT_THAT(one("* | stats count by user | join user [summary model]"),
              HasSubstr("`summary` is not offered"));
}

TEST_F(Searches, KnowEveryFieldOfEvents) {
  EXPECT_THAT(rows("eventID=e4 | stats values(*) AS * BY requestParameters.groupId"),
              ElementsAre(HasSubstr("eu-west-1")));
  EXPECT_THAT(columns, Contains("requestParameters.n"));
  EXPECT_THAT(columns, Contains("resources{}.ARN"));
  EXPECT_THAT(columns, Contains("src_ip"));
  EXPECT_THAT(columns, Not(Contains("errorMessage")));  // No such event has one
  EXPECT_THAT(columns, Not(Contains("_time")));
  EXPECT_THAT(columns, Not(Contains("reason")));  // Of the add-on, and without a value
}

TEST_F(Searches, SayWhatLooksLikeASlip) {
  (void)rows("* | where eventName='CreateUser'");
  EXPECT_THAT(notices, Contains("field-spelt-otherwise"));
  EXPECT_THAT(rows("* | stats count by eventName sort -count"), IsEmpty());
  EXPECT_THAT(notices, Contains("search-for-words"));
  auto answer = desk->ask(question("* | stats count by eventName where count > 1"));
  ASSERT_FALSE(answer.ok());
  ASSERT_TRUE(answer.error().fix.has_value());
  EXPECT_EQ(answer.error().fix->title, "put a `|` before `where`");
  answer = desk->ask(question("* | where eventName=\"a\" && eventID=\"e1\""));
  ASSERT_FALSE(answer.ok());
  ASSERT_TRUE(answer.error().fix.has_value());
  EXPECT_EQ(answer.error().fix->title, "write `AND`");
  EXPECT_THAT(
      rows("* | stats count by eventName | sort -count, eventName limit=2 | table eventName"),
      ElementsAre("ConsoleLogin", "AuthorizeSecurityGroupIngress"));
  (void)rows("eventID=e3 | eval n=coalesce(n, 0) + 1 | stats sum(n)");
  EXPECT_THAT(notices, IsEmpty());
  // A field that a command makes is none.
  (void)rows(
      "eventID=e3 | spath path=requestParameters.userName output=who | rex field=who "
      "\"(?<front>..)\" | stats count by front");
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(Searches, MapRowsToSearches) {
  EXPECT_THAT(rows("eventName=ConsoleLogin | stats count by user | map search=\"search "
                   "userIdentity.userName=$user$ NOT eventName=ConsoleLogin | table eventID\""),
              ElementsAre("e4", "e3"));
  // A value stays one word, whatever it holds: nothing is run that is not written.
  EXPECT_EQ(one("| makeresults | eval a=\"x\\\" OR eventName=*\" | map search=\"search "
                "eventName=$a$ | stats count\""),
            "0");
  EXPECT_EQ(one("| makeresults | eval a=\"x\\\" | stats count\" | map search=\"search "
                "eventName=\\\"$a$\\\" | stats count\""),
            "0");
  // The same behind a backslash that ends a text, and behind one that stands in none.
  const std::string made = R"(| makeresults | eval a="x OR eventName=*" | map search="search )";
  EXPECT_EQ(one(made + R"(NOT eventSource=\"x\\\\\" eventName=$a$ | stats count")"), "0");
  EXPECT_EQ(one(made + R"(NOT eventName=C:\\\"$a$\" | stats count")"), "0");
  // A row does not say which field is meant.
  EXPECT_THAT(one("| makeresults | eval a=\"x' OR eventName=*\" | map search=\"search '$a$'=1\""),
              HasSubstr("`$a$` stands in single quotes"));
  EXPECT_THAT(one("| makeresults | eval a=1 | map search=\"search x=a.'$a$ | stats count\""),
              HasSubstr("is not clear to `map`"));
  EXPECT_EQ(one("| makeresults | eval a=1 | map search=\"search it's $a$ | stats count\""), "0");
  EXPECT_THAT(one("eventName=CreateUser | map search=\"search | nonsense\""),
              HasSubstr("no command is called `nonsense`"));
}

TEST_F(Searches, ReadRowsOutOfTheSearch) {
  EXPECT_THAT(rows("| makeresults format=csv data=\"user,n\nalice,1\nbob,\""),
              ElementsAre("alice|1", "bob|NULL"));
  EXPECT_THAT(one("| makeresults format=json data=\"[]\""), HasSubstr("as CSV alone"));
}

TEST_F(Searches, AddNumbersOnlyToNumbersInListsToo) {
  // Where `a` is a list its one value is a text, which is joined; where it was counted, a number.
  const std::string made =
      "| makeresults count=2 | streamstats count AS n | eval a=if(n=1, split(\"5\", \",\"), n) | ";
  EXPECT_THAT(rows(made + "eval b=a + \"x\" | table b"), ElementsAre("5x", "NULL"));
  EXPECT_THAT(rows(made + "eval b=a + \"1\" | table b"), ElementsAre("6", "3"));
}

TEST_F(Searches, ChartFromTheBeginningOfTheSearchToItsEnd) {
  // The search ends with the newest event, at 11:00.
  EXPECT_THAT(rows("eventName=ConsoleLogin earliest=-2h | timechart span=1h count | eval "
                   "at=strftime(_time, \"%H\") | table at, count"),
              ElementsAre("09|0", "10|2", "11|0"));
  EXPECT_THAT(rows("eventName=ConsoleLogin earliest=-2h | timechart fixedrange=f span=1h count | "
                   "eval at=strftime(_time, \"%H\") | table at, count"),
              ElementsAre("10|2"));
  // Events without the field have a column, whether or not others have several values of it.
  EXPECT_THAT(rows("* | timechart span=1h count by resources{}.ARN | fields - _time"),
              ElementsAre("0|0|3", "1|1|1"));
  EXPECT_EQ(columns, std::vector<std::string>({"arn:x", "arn:y", "NULL"}));
  EXPECT_THAT(one("* | timechart span=10us count"), HasSubstr("the spans are too short"));
}

}  // namespace
}  // namespace trailhound::ask
