// SPDX-License-Identifier: Apache-2.0
//
// Searches of Splunk over five events whose answers are worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ask/made_up_searches.hpp"
#include "base/text.hpp"
#include "spl/command.hpp"

namespace trailhound::ask {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(Searches, CompareWithoutCaseAndWithStars) {
  EXPECT_EQ(one("eventName=consolelogin | stats count"), "2");
  EXPECT_EQ(one("eventName=Console* | stats count"), "2");
  EXPECT_EQ(one("eventName=*User* | stats count"), "2");
  EXPECT_EQ(one("eventName IN (CREATEUSER, \"List*\") | stats count"), "2");
  EXPECT_EQ(one("* | where eventName=\"consolelogin\" | stats count"), "0");
  EXPECT_EQ(one("src_ip=10.0.0.0/8 | stats count"), "2");
  EXPECT_EQ(one("eventName=\"100%\" | stats count"), "0");
}

TEST_F(Searches, BindOrTighterThanAnd) {
  // (iam OR ConsoleLogin) AND failure: the failed login alone.
  EXPECT_THAT(rows("eventSource=iam* OR eventName=ConsoleLogin errorCode=failure | table eventID"),
              ElementsAre("e2"));
  // where has it the other way round.
  EXPECT_EQ(one("* | where eventSource=\"iam.amazonaws.com\" OR eventName=\"ConsoleLogin\" AND "
                "errorCode=\"failure\" | stats count"),
            "3");
}

TEST_F(Searches, TellNotFromUnequal) {
  EXPECT_EQ(one("userIdentity.userName!=alice | stats count"), "1");
  EXPECT_EQ(one("NOT userIdentity.userName=alice | stats count"), "2");
  EXPECT_EQ(one("NOT userIdentity.userName=* | stats count"), "1");
  EXPECT_EQ(one("userIdentity.userName!=* | stats count"), "0");
  EXPECT_EQ(one("* | where userIdentity.userName!=\"alice\" | stats count"), "1");
}

TEST_F(Searches, MatchAnyValueOfAMultivalue) {
  EXPECT_EQ(one("resources{}.ARN=arn:x | stats count"), "1");
  EXPECT_EQ(one("resources{}.ARN!=arn:x | stats count"), "1");  // arn:y differs
  EXPECT_EQ(one("NOT resources{}.ARN=arn:x | stats count"), "4");
  EXPECT_EQ(one("requestParameters.tags{}.k=b | stats count"), "1");
  EXPECT_EQ(one("eventID=e3 | eval n=mvcount('requestParameters.tags{}.k') | table n"), "2");
}

TEST_F(Searches, GiveEveryEventAnErrorCode) {
  EXPECT_EQ(one("errorCode=success | stats count"), "3");
  EXPECT_EQ(one("errorCode=* | stats count"), "5");
  EXPECT_THAT(rows("errorCode!=success | table eventName, errorCode, status"),
              ElementsAre("CreateUser|AccessDenied|failure", "ConsoleLogin|failure|failure"));
}

TEST_F(Searches, KnowTheFieldsOfTheAddon) {
  EXPECT_EQ(
      one("eventID=e3 | table src_ip, region, user, user_type, aws_account_id, signature, action"),
      "10.1.2.3|us-east-1|carol|IAMUser|111122223333|CreateUser|created");
  EXPECT_EQ(one("eventID=e5 | table aws_account_id, readOnly"), "111122223333|true");
  EXPECT_EQ(one("eventID=e4 | table requestParameters.groupId, requestParameters.n, date_hour, "
                "date_wday"),
            "sg-1|7|11|friday");
}

TEST_F(Searches, FindTermsBetweenBreakers) {
  EXPECT_EQ(one("carol | stats count"), "1");
  EXPECT_EQ(one("CAROL | stats count"), "1");
  EXPECT_EQ(one("caro | stats count"), "0");
  EXPECT_EQ(one("caro* | stats count"), "1");
  EXPECT_EQ(one("\"203.0.113.9\" | stats count"), "1");
  EXPECT_EQ(one("NOT carol | stats count"), "4");
  EXPECT_EQ(one("c*r*l | stats count"), "1");
  EXPECT_EQ(one("*rol | stats count"), "1");
  EXPECT_EQ(one("*ro | stats count"), "0");
  EXPECT_EQ(one("aro* | stats count"), "0");
}

TEST_F(Searches, StandNewestFirst) {
  EXPECT_THAT(rows("* | table eventID"), ElementsAre("e4", "e5", "e3", "e2", "e1"));
  EXPECT_THAT(rows("* | head 2 | table eventID"), ElementsAre("e4", "e5"));
  EXPECT_THAT(rows("* | tail 2 | table eventID"), ElementsAre("e1", "e2"));
  EXPECT_THAT(rows("* | reverse | head 1 | table eventID"), ElementsAre("e1"));
  EXPECT_THAT(rows("* | dedup userIdentity.userName | table eventID"), ElementsAre("e4", "e2"));
  EXPECT_THAT(rows("* | sort 0 _time | dedup userIdentity.userName keepempty=t | table eventID"),
              ElementsAre("e1", "e2", "e5"));
  EXPECT_EQ(one("* | stats first(eventID) AS f, last(eventID) AS l, earliest(eventID) AS a, "
                "latest(eventID) AS z"),
            "e4|e1|e1|e4");
}

TEST_F(Searches, CountBackFromTheNewestEvent) {
  EXPECT_EQ(one("earliest=-30m | stats count"), "2");
  EXPECT_THAT(notices, Contains("window-counted"));
  EXPECT_EQ(one("earliest=-1h@h | stats count"), "5");
  EXPECT_EQ(one("latest=-1h@h | stats count"), "0");
  EXPECT_EQ(one("earliest=-1d@d latest=now | stats count"), "5");
  EXPECT_EQ(one("earliest=\"03/01/2024:10:00:05\" latest=\"03/01/2024:11:00:00\" | stats count"),
            "2");
  EXPECT_EQ(one("earliest=0 | stats count"), "5");
}

TEST_F(Searches, SayThatACommandWithoutItsPipeIsAWord) {
  EXPECT_EQ(one("stats count by user | stats count"), "0");
  EXPECT_THAT(notices, Contains("search-for-words"));
  EXPECT_EQ(one("head | stats count"), "0");
  EXPECT_THAT(notices, Not(Contains("search-for-words"))) << "a word by itself is a word";
  EXPECT_EQ(one("search stats count | stats count"), "0");
  EXPECT_THAT(notices, Not(Contains("search-for-words"))) << "search says what it is";
}

TEST_F(Searches, MendSlips) {
  EXPECT_EQ(one("earliest=30d | stats count"), "5");
  EXPECT_THAT(notices, Contains("search-mended"));
  EXPECT_EQ(one("readOnly= | stats count"), "1");
  EXPECT_EQ(one("awsRegionearliest=-30d | stats count by awsRegion | stats count"), "2");
  EXPECT_THAT(rows("* | stats count by SourceIP | sort -count, SourceIP | head 1"),
              ElementsAre("10.1.2.3|2"));
  EXPECT_THAT(notices, Contains("search-mended"));
  EXPECT_THAT(columns, ElementsAre("SourceIP", "count"));
}

TEST_F(Searches, AskForPlaceholders) {
  EXPECT_THAT(one("userIdentity.userName=<userName> | stats count"),
              HasSubstr("missing-parameter"));
  Question asked = question("userIdentity.userName=<userName> | stats count");
  asked.parameters = {{"username", "bob"}};
  auto answer = desk->ask(asked);
  ASSERT_TRUE(answer.ok());
  auto batch = answer->rows->next();
  EXPECT_EQ((*batch)->cell(0, 0).integer(), 1);
}

TEST_F(Searches, LeaveOutRowsThatLackAFieldOfBy) {
  EXPECT_THAT(rows("* | stats count by userIdentity.userName"), ElementsAre("alice|3", "bob|1"));
  EXPECT_THAT(
      rows("* | fillnull value=none userIdentity.userName | stats count by userIdentity.userName"),
      ElementsAre("alice|3", "bob|1", "none|1"));
  EXPECT_THAT(rows("* | stats count by resources{}.ARN"), ElementsAre("arn:x|1", "arn:y|1"));
  EXPECT_THAT(rows("* | stats count by eventSource userIdentity.userName"),
              ElementsAre("ec2.amazonaws.com|alice|1", "iam.amazonaws.com|alice|1",
                          "signin.amazonaws.com|alice|1", "signin.amazonaws.com|bob|1"));
  EXPECT_THAT(rows("* | stats count by requestParameters.groupId userIdentity.userName"),
              ElementsAre("sg-1|alice|1"));
}

TEST_F(Searches, CountValuesNotRows) {
  EXPECT_EQ(
      one("* | stats count, count(userIdentity.userName) AS n, dc(userIdentity.userName) AS d, "
          "values(userIdentity.userName) AS v, count(eval(eventSource=\"iam.amazonaws.com\")) AS "
          "i, "
          "count(resources{}.ARN) AS r"),
      "5|4|2|[alice,bob]|2|2");
  EXPECT_EQ(
      one("eventID=none | stats count, dc(eventName) AS d, values(eventName) AS v, sum(x) AS s"),
      "0|0|NULL|NULL");
  EXPECT_THAT(rows("eventID=none | stats count by eventName"), IsEmpty());
  EXPECT_EQ(one("* | stats values(userAgent) dc(_raw)"),
            "[Mozilla,aws-cli,config.amazonaws.com]|5");
  EXPECT_THAT(columns, ElementsAre("values(userAgent)", "dc(_raw)"));
}

TEST_F(Searches, ComputeOverNumbers) {
  const std::string four = "| makeresults count=4 | streamstats count AS n | stats ";
  EXPECT_EQ(one(four + "sum(n) avg(n) min(n) max(n) range(n) median(n) perc25(n)"),
            "10|2.5|1|4|3|3|2");
  EXPECT_EQ(one("| makeresults | eval n=5 | stats stdev(n) var(n) stdevp(n)"), "0|0|0");
  EXPECT_EQ(one("| makeresults count=3 | streamstats count AS n | eval t=if(n=1, \"x\", n) | stats "
                "max(t) min(t) sum(t)"),
            "x|2|5");
}

TEST_F(Searches, CoerceTextsAndNumbers) {
  EXPECT_EQ(one("| makeresults | eval a=null()+1, b=1/0, c=\"3\"+\"4\", d=\"a\"+\"b\", e=\"a\".1, "
                "f=7/2, g=6/2 | table a b c d e f g"),
            "NULL|NULL|7|ab|a1|3.5|3");
  EXPECT_EQ(value("if(\"10\" > \"9\", 1, 0)"), "1");
  EXPECT_EQ(value("if(\"10\" > \"9x\", 1, 0)"), "0");
  EXPECT_EQ(value("if(\"1.0\" = 1, 1, 0)"), "1");
  EXPECT_EQ(value("if(null() = 1, 1, 0)"), "0");
  EXPECT_EQ(value("if(NOT null() = 1, 1, 0)"), "0");
  EXPECT_EQ(value("if(mvappend(\"a\", \"b\") = \"b\", 1, 0)"), "1");
  EXPECT_EQ(value("case(1=2, \"a\")"), "NULL");
  EXPECT_EQ(value("2+3*4-1"), "13");
  EXPECT_EQ(value("-2+5%3"), "0");
}

TEST_F(Searches, RunEveryExampleOfTheFunctions) {
  for (const spl::EvalFunction& function : spl::eval_functions()) {
    if (function.example.empty()) continue;
    EXPECT_EQ(value(std::string(function.example)), function.answer) << function.example;
  }
}

TEST_F(Searches, RunEveryExampleOfTheCommands) {
  for (const spl::Command& command : spl::commands()) {
    EXPECT_FALSE(command.summary.empty());
    for (const std::string_view example : command.examples) {
      const std::vector<std::string> all = rows(std::string(example));
      EXPECT_FALSE(all.empty()) << example;
      if (!all.empty()) {
        EXPECT_FALSE(all[0].starts_with("!")) << example << "\n" << all[0];
      }
    }
  }
}

TEST_F(Searches, HaveAPageOfTheManualForEveryCommand) {
  std::ifstream file(TRAILHOUND_SOURCE "/docs/manual/spl-commands.md");
  std::string page((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(page.empty());
  std::replace(page.begin(), page.end(), '\n', ' ');
  while (page.find("  ") != std::string::npos) page = replace_all(page, "  ", " ");
  for (const spl::Command& command : spl::commands()) {
    const std::string name(command.names[0]);
    EXPECT_THAT(page, HasSubstr(" ## " + name + " ")) << "it has no heading";
    EXPECT_THAT(page, HasSubstr("[" + name + "](#" + name + ")")) << "nothing leads to it";
    EXPECT_THAT(page, HasSubstr(std::string(command.synopsis)));
    EXPECT_THAT(page, HasSubstr(std::string(command.summary)));
    for (const std::string_view example : command.examples) {
      EXPECT_THAT(page, HasSubstr(replace_all(std::string(example), "'", "'\\''")));
    }
  }
}

TEST_F(Searches, PutTimesIntoSpans) {
  const std::string shown = " | eval h=strftime(_time, \"%H:%M\") | table h, count";
  EXPECT_THAT(rows("* | bin _time span=1h | stats count by _time" + shown),
              ElementsAre("10:00|3", "11:00|2"));
  EXPECT_THAT(rows("* | timechart span=30m count" + shown),
              ElementsAre("10:00|3", "10:30|0", "11:00|2"));
  EXPECT_EQ(one("| makeresults | eval n=17 | bin n span=10 | table n"), "10-20");
  EXPECT_EQ(one("eventID=e4 | bin _time span=1mon | eval d=strftime(_time, \"%F\") | table d"),
            "2024-03-01");
}

TEST_F(Searches, MakeColumnsOfValues) {
  EXPECT_THAT(rows("* | chart count over eventSource by userIdentity.userName"),
              ElementsAre("ec2.amazonaws.com|1|0|0", "iam.amazonaws.com|1|0|1",
                          "signin.amazonaws.com|1|1|0"));
  EXPECT_THAT(columns, ElementsAre("eventSource", "alice", "bob", "NULL"));
  EXPECT_THAT(rows("* | chart limit=1 usenull=f count over awsRegion by eventSource"),
              ElementsAre("eu-west-1|0|1", "us-east-1|2|2"));
  EXPECT_THAT(columns, ElementsAre("awsRegion", "iam.amazonaws.com", "OTHER"));
  EXPECT_THAT(rows("* | top limit=1 eventName"), ElementsAre("ConsoleLogin|2|40"));
  EXPECT_THAT(rows("| makeresults count=3 | streamstats count AS n | eval x=if(n<3,\"a\",\"b\") "
                   "| top x"),
              ElementsAre("a|2|66.666667", "b|1|33.333333"))
      << "six digits, as Splunk has it";
  EXPECT_THAT(rows("* | rare limit=1 eventName showperc=f"),
              ElementsAre("AuthorizeSecurityGroupIngress|1"));
}

TEST_F(Searches, CarryStatesAlongTheRows) {
  EXPECT_THAT(
      rows("* | sort 0 _time | streamstats count AS n by userIdentity.userName | table eventID n"),
      ElementsAre("e1|1", "e2|1", "e3|2", "e4|3", "e5|NULL"));
  EXPECT_THAT(rows("| makeresults count=3 | streamstats count AS n | streamstats current=f "
                   "window=1 last(n) AS p | table n p"),
              ElementsAre("1|NULL", "2|1", "3|2"));
  EXPECT_THAT(rows("* | eventstats count AS c by userIdentity.userName | table eventID c"),
              ElementsAre("e4|3", "e5|NULL", "e3|3", "e2|1", "e1|3"));
}

TEST_F(Searches, ForgetRowsAtAReset) {
  const std::string six = "| makeresults count=6 | streamstats count AS n | streamstats ";
  EXPECT_THAT(rows(six + "sum(n) AS s reset_after=\"n=2\" | table s"),
              ElementsAre("1", "3", "3", "7", "12", "18"));
  EXPECT_THAT(rows(six + "sum(n) AS s reset_before=\"(n=4)\" | table s"),
              ElementsAre("1", "3", "6", "4", "9", "15"));
  const std::string groups =
      "| makeresults count=6 | streamstats count AS n | eval g=if(n<3 OR n>4, \"a\", \"b\") | "
      "streamstats ";
  EXPECT_THAT(rows(groups + "count AS c by g | table c"),
              ElementsAre("1", "2", "1", "2", "3", "4"));
  EXPECT_THAT(rows(groups + "reset_on_change=t count AS c by g | table c"),
              ElementsAre("1", "2", "1", "2", "1", "2"));
  EXPECT_THAT(one(six + "sum(n) AS s reset_after=\"s>3\""), HasSubstr("not-in-spl"));
}

TEST_F(Searches, LookThroughWindows) {
  const std::string groups =
      "| makeresults count=6 | streamstats count AS n | eval g=if(n<3 OR n>4, \"a\", \"b\") | "
      "streamstats window=2 ";
  // Of the last two rows of all, those of the same group.
  EXPECT_THAT(rows(groups + "sum(n) AS s by g | table s"),
              ElementsAre("1", "3", "3", "7", "5", "11"));
  EXPECT_THAT(rows(groups + "global=f sum(n) AS s by g | table s"),
              ElementsAre("1", "3", "3", "7", "7", "11"));
  EXPECT_THAT(rows("* | sort 0 _time | streamstats time_window=5m count AS c | table eventID c"),
              ElementsAre("e1|1", "e2|2", "e3|3", "e4|1", "e5|2"));
  EXPECT_THAT(rows("* | streamstats time_window=5m count AS c | table eventID c"),
              ElementsAre("e4|1", "e5|2", "e3|1", "e2|2", "e1|3"));
}

TEST_F(Searches, GatherTransactions) {
  const std::string shown = " | table userIdentity.userName, duration, eventcount, closed_txn";
  const std::string by_user = "* | transaction userIdentity.userName ";
  EXPECT_THAT(rows(by_user + shown), ElementsAre("[bob]|0|1|0", "[alice]|3600|3|0"));
  EXPECT_THAT(rows(by_user + "maxpause=10m | table eventID, duration"),
              ElementsAre("[e4]|0", "[e2]|0", "[e1,e3]|300"));
  EXPECT_THAT(rows(by_user + "maxspan=4m | table eventID"),
              ElementsAre("[e4]", "[e3]", "[e2]", "[e1]"));
  EXPECT_THAT(rows(by_user + "maxevents=2 | table eventID"),
              ElementsAre("[e3,e4]", "[e2]", "[e1]"));
  EXPECT_THAT(rows(by_user + "startswith=\"eventName=ConsoleLogin\"" + shown),
              ElementsAre("[bob]|0|1|1", "[alice]|3600|3|1"));
  EXPECT_THAT(rows(by_user + "startswith=eval(eventName=\"CreateUser\")" + shown),
              ElementsAre("[alice]|3300|2|1"));
  EXPECT_THAT(rows(by_user + "startswith=eval(eventName=\"CreateUser\") keepevicted=t" + shown),
              ElementsAre("[alice]|3300|2|1", "[bob]|0|1|0", "[alice]|0|1|0"));
  EXPECT_THAT(rows(by_user + "endswith=(CreateUser)" + shown), ElementsAre("[alice]|300|2|1"));
  EXPECT_THAT(rows(by_user + "mvlist=t | search userIdentity.userName=alice | table eventSource"),
              ElementsAre("[signin.amazonaws.com,iam.amazonaws.com,ec2.amazonaws.com]"));
  EXPECT_THAT(rows("* | transaction maxpause=1h | table eventcount"), ElementsAre("5"));
  EXPECT_THAT(one(by_user + "unifyends=t"), HasSubstr("not-in-spl"));
}

TEST_F(Searches, AddRowsOfTotalsAndOfGaps) {
  EXPECT_THAT(rows("* | stats count by userIdentity.userName | addcoltotals "
                   "labelfield=userIdentity.userName"),
              ElementsAre("alice|3", "bob|1", "Total|4"));
  EXPECT_THAT(rows("| makeresults count=2 | streamstats count AS a | eval b=10 | table a b | "
                   "addtotals col=t"),
              ElementsAre("1|10|11", "2|10|12", "3|20|23"));
  EXPECT_THAT(rows("* | bin span=30m _time | stats count by _time | makecontinuous span=30m | eval "
                   "h=strftime(_time, \"%H:%M\") | table h count"),
              ElementsAre("10:00|3", "10:30|NULL", "11:00|2"));
  EXPECT_THAT(rows("| makeresults count=3 | streamstats count AS n | eval n=n*n | stats count by n "
                   "| makecontinuous n span=3"),
              ElementsAre("0|1", "3|1", "6|NULL", "9|1"));
  EXPECT_THAT(rows("* | eval x=1 | timechart span=30m per_hour(x) AS p | table p"),
              ElementsAre("6", "NULL", "4"));
  EXPECT_THAT(one("* | stats per_hour(x)"), HasSubstr("bad-search"));
}

TEST_F(Searches, PutNumbersIntoSpansThatGrow) {
  const std::string bin = "| makeresults | eval n=";
  EXPECT_EQ(one(bin + "1000 | bin n span=log10 | table n"), "1000-10000");
  EXPECT_EQ(one(bin + "17 | bin n span=2log5 | table n"), "10-50");
  EXPECT_EQ(one(bin + "0.5 | bin n span=log2 | table n"), "0.5-1");
  EXPECT_EQ(one(bin + "0 | bin n span=log2 | table n"), "0");
  EXPECT_THAT(one(bin + "1 | bin n span=7log5"), HasSubstr("bad-search"));
  const std::string shown = " | eval h=strftime(_time, \"%H:%M:%S\") | stats values(h)";
  EXPECT_EQ(one("eventID=e4 | bin span=1h aligntime=1800 _time" + shown), "[10:30:00]");
  EXPECT_EQ(one("eventID IN (e1, e2) | bin _time" + shown), "[10:00:00,10:00:10]");
  EXPECT_EQ(one("eventID IN (e1, e2) | bin minspan=1m _time" + shown), "[10:00:00]");
}

TEST_F(Searches, ComputeOverSeveralValues) {
  EXPECT_EQ(one("| makeresults | eval a=split(\"2,4\", \",\") | stats range(a), sumsq(a), var(a), "
                "stdevp(a), last(a), first(a)"),
            "2|20|2|1|4|2");
}

TEST_F(Searches, AddNumbersToNumbersOnly) {
  EXPECT_EQ(value("if(1=1, 1, \"a\") + \"b\""), "NULL");
  EXPECT_EQ(value("if(1=2, 1, \"a\") + \"b\""), "ab");
  EXPECT_EQ(value("coalesce(null(), 2, \"a\") + 3"), "5");
  EXPECT_EQ(value("coalesce(null(), 2, \"a\") + \"3\""), "5");
  EXPECT_EQ(
      one("| makeresults count=2 | streamstats count AS n | eval m=if(n=1, n, \"x\") | table m "
          "| eval s=m+\"y\" | stats list(s)"),
      "[xy]");
}

TEST_F(Searches, StopAtLimitsOfDepthAndSize) {
  const auto times = [](std::string_view text, int count) {
    std::string made;
    for (int i = 0; i < count; ++i) made += text;
    return made;
  };
  EXPECT_THAT(one(times("(", 90) + "a=1" + times(")", 90) + " | stats count"), "0");
  EXPECT_THAT(one(times("(", 5000) + "a=1"), HasSubstr("nested more than 100"));
  EXPECT_THAT(one(times("NOT ", 5000) + "a=1"), HasSubstr("nested too deep"));
  EXPECT_THAT(one("* | eval x=" + times("(", 5000) + "1"), HasSubstr("!bad-search"));
  EXPECT_THAT(one("* | eval x=" + times("-", 5000) + "1"), HasSubstr("!bad-search"));
  EXPECT_THAT(one("* | eval x=1" + times("+1", 100'000)), HasSubstr("!"));
  EXPECT_THAT(one("*" + times(" [search *", 20)), HasSubstr("nested more than ten"));
  EXPECT_THAT(one("*" + times(" | head 5", 200)), HasSubstr("at most 150 commands"));
  EXPECT_THAT(one(times("a ", 600'000)), HasSubstr("search-too-large"));
  EXPECT_THAT(value(times("ln(", 40) + "1" + times(")", 40)), HasSubstr("search-too-large"));
  const std::string mixed = "if(eventID=\"e1\", 1, \"a\")";
  EXPECT_EQ(one("eventID=e1 | eval x=" + mixed + times("+" + mixed, 7) + " | table x"), "8");
  const auto explained =
      desk->explain(question("* | eval x=eventName" + times("+eventName", 60) + " | table x"));
  ASSERT_TRUE(explained.ok());
  EXPECT_THAT(explained->why_no_trino, HasSubstr("so long"));
  // Stars do not multiply the work.
  EXPECT_EQ(one("eventID=e1 | fields e" + times("*", 40) + "x | stats count"), "1");
  EXPECT_EQ(one("r" + times("*a", 40) + "*zz | stats count"), "0");
}

TEST_F(Searches, TakeTextsApart) {
  EXPECT_EQ(
      one("eventID=e3 | rex field=requestParameters.userName \"^(?<a>.)(?<b>.+)$\" | table a b"),
      "c|arol");
  EXPECT_EQ(
      one("| makeresults | eval t=\"a1b22\" | rex field=t max_match=0 \"(?<d>\\d+)\" | table d"),
      "[1,22]");
  EXPECT_EQ(one("| makeresults | eval t=\"x\", d=\"old\" | rex field=t \"(?<d>\\d+)\" | table d"),
            "old");
  EXPECT_EQ(
      one("eventID=e3 | spath output=k path=requestParameters.tags{}.k | mvexpand k | stats count"),
      "2");
  EXPECT_EQ(one("eventID=e3 | spath output=t path=requestParameters.tags{} | mvexpand t | spath "
                "input=t output=k path=k | stats values(k)"),
            "[a,b]");
  EXPECT_EQ(one("eventName=CreateUser | rename requestParameters.* AS * | table userName"),
            "carol");
  EXPECT_EQ(one("| makeresults | eval a=split(\"x y\", \" \") | mvexpand a | stats list(a)"),
            "[x,y]");
}

TEST_F(Searches, AskOtherSearchesFirst) {
  EXPECT_THAT(rows("eventName=CreateUser [search eventName=ConsoleLogin errorCode=success | table "
                   "userIdentity.userName] | table eventID"),
              ElementsAre("e3"));
  EXPECT_THAT(rows("eventName=CreateUser NOT [search eventName=ConsoleLogin | table "
                   "userIdentity.userName] | table eventID"),
              IsEmpty());
  EXPECT_EQ(
      one("eventName=CreateUser [search eventID=none | table userIdentity.userName] | stats count"),
      "0");
  EXPECT_THAT(rows("eventName=ConsoleLogin | join userIdentity.userName [search "
                   "eventName=CreateUser | rename requestParameters.userName AS made | table "
                   "userIdentity.userName, made] | table eventID, made"),
              ElementsAre("e1|carol"));
  EXPECT_THAT(rows("eventName=ConsoleLogin | table eventID | append [search eventName=ListUsers | "
                   "table eventID]"),
              ElementsAre("e2", "e1", "e5"));
  EXPECT_EQ(one("eventID=e1 [| makeresults | eval userIdentity.userName=\"alice\" | return "
                "userIdentity.userName] | stats count"),
            "1");
}

TEST_F(Searches, UseLookups) {
  EXPECT_EQ(one("eventID=e2 | rename userIdentity.userName AS name | lookup people name OUTPUT "
                "team note | table team note"),
            "blue|a \"b\", c");
  EXPECT_EQ(
      one("eventID=e1 | lookup twice name AS userIdentity.userName OUTPUT place | table place"),
      "[here,there]");
  EXPECT_THAT(rows("| inputlookup people | table name note"),
              ElementsAre("alice|NULL", "bob|a \"b\", c"));
  EXPECT_THAT(one("| inputlookup nobody"), HasSubstr("no-lookup"));
  EXPECT_EQ(one("* | stats count by awsRegion | outputlookup regions | stats count"), "2");
  EXPECT_THAT(rows("| inputlookup regions"), ElementsAre("eu-west-1|1", "us-east-1|4"));
  EXPECT_THAT(one("* | stats count | outputlookup ../outside"), HasSubstr("output-failed"));
  EXPECT_THAT(rows("eventName=ConsoleLogin | stats count by awsRegion | inputlookup append=t "
                   "regions | stats sum(count) AS n by awsRegion"),
              ElementsAre("eu-west-1|1", "us-east-1|6"));
}

TEST_F(Searches, PutMacrosIn) {
  EXPECT_EQ(one("`logins(bob)` | stats count"), "1");
  EXPECT_EQ(one("`cloudtrail` eventName=ListUsers | `some_filter` | stats count"), "1");
  EXPECT_EQ(
      one("`cloudtrail` ```a comment``` | stats min(_time) AS t | `security_content_ctime(t)`"),
      "2024-03-01T10:00:00");
  EXPECT_THAT(one("`endless`"), HasSubstr("twenty deep"));
  EXPECT_THAT(one("`nothing`"), HasSubstr("unknown-macro"));
}

TEST_F(Searches, AskDataModels) {
  EXPECT_THAT(rows("| tstats count from datamodel=Authentication where "
                   "Authentication.action=failure by Authentication.src"),
              ElementsAre("203.0.113.9|1"));
  EXPECT_THAT(columns, ElementsAre("Authentication.src", "count"));
  EXPECT_EQ(one("| tstats count from datamodel=Change where All_Changes.status=success"), "1");
  EXPECT_THAT(one("| tstats count from datamodel=Endpoint"), HasSubstr("not-in-spl"));
}

TEST_F(Searches, RefuseByName) {
  EXPECT_THAT(one("* | fit DensityFunction x"), HasSubstr("`fit` is not offered"));
  EXPECT_THAT(one("* | stat count"), HasSubstr("unknown-search-command"));
  EXPECT_THAT(one("* | eval x=lenght(eventName)"), HasSubstr("unknown-search-function"));
  EXPECT_THAT(one("sourcetype=aws:cloudwatchlogs:vpcflow | stats count"), HasSubstr("not-in-spl"));
  EXPECT_THAT(one("* | eval x=(1=1)"), HasSubstr("a field cannot hold a condition"));
  EXPECT_THAT(one("* | where (eventName"), HasSubstr("bad-search"));
  EXPECT_THAT(one("* | rex \"(?<a>[\""), HasSubstr("regular expression"));
  EXPECT_THAT(one(std::string(500, '(') + "a"), HasSubstr("bad-search"));
  EXPECT_THAT(one("* | where " + std::string(500, '(') + "1"), HasSubstr("bad-search"));
}

}  // namespace
}  // namespace trailhound::ask
