// SPDX-License-Identifier: Apache-2.0
#include "athena/slips.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "athena/athena.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::athena {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What became of a text.
struct Outcome {
  std::string printed;             ///< Or the code of the error
  std::vector<std::string> codes;  ///< Of the notices
  std::string repaired;            ///< The text with the fixes of all notices
  std::optional<Fix> fix;          ///< Of the error
};

Outcome outcome(std::string_view text) {
  std::vector<Error> notices;
  const auto query = parse(text, {}, notices);
  Outcome out;
  out.printed = query.ok() ? sql::print_trino(*query) : std::string(query.error().code());
  if (!query.ok()) out.fix = query.error().fix;
  std::vector<Edit> edits;
  for (const Error& notice : notices) {
    out.codes.emplace_back(notice.code());
    if (notice.fix) edits.insert(edits.end(), notice.fix->edits.begin(), notice.fix->edits.end());
  }
  out.repaired = trailhound::apply(text, edits);
  return out;
}

TEST(Slips, SplitWordsThatRunTogether) {
  const auto out = outcome("select a from cloudtrail where a in ('x')\norderby eventtime desc");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail WHERE a IN ('x') ORDER BY eventtime DESC");
  EXPECT_THAT(out.codes, ElementsAre("slip-words"));
  EXPECT_EQ(out.repaired, "select a from cloudtrail where a in ('x')\nORDER BY eventtime desc");
}

TEST(Slips, SplitAWordOffTheNameBeforeIt) {
  const auto out = outcome("select a from cloudtrail group by eventNameORDER BY n");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail GROUP BY eventname ORDER BY n");
  EXPECT_EQ(out.repaired, "select a from cloudtrail group by eventName ORDER BY n");
}

TEST(Slips, LeaveAloneWhatIsAName) {
  for (const std::string_view text :
       {"select count(*) orderby from cloudtrail", "select a from cloudtrail orderby",
        "select a from cloudtrail orderby limit 5", "select a as groupby, orderby from cloudtrail",
        "select a from cloudtrail orderby where 1 = 1",
        "select t.orderby from cloudtrail t order by orderby limit 5"}) {
    EXPECT_THAT(outcome(text).codes, IsEmpty()) << text;
    EXPECT_NE(outcome(text).printed, "sql-syntax") << text;
  }
}

TEST(Slips, NeedNoSpaceBehindAText) {
  const auto out = outcome("select a from cloudtrail where b = 'RebootDBInstance'ORDER BY a");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail WHERE b = 'RebootDBInstance' ORDER BY a");
  EXPECT_THAT(out.codes, IsEmpty());
}

TEST(Slips, AddTheCommaBetweenTwoTexts) {
  const auto out = outcome("select a from cloudtrail where b in ('x'\n'y', 'z')");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail WHERE b IN ('x', 'y', 'z')");
  EXPECT_EQ(out.repaired, "select a from cloudtrail where b in ('x',\n'y', 'z')");
}

TEST(Slips, AddNoCommaOutsideLists) {
  EXPECT_EQ(outcome("select a from cloudtrail where b = 'x' 'y'").printed, "sql-syntax");
  EXPECT_EQ(outcome("select concat('x' 'y') from cloudtrail").printed, "sql-syntax");
}

TEST(Slips, DropCommasWithNothingBehind) {
  EXPECT_EQ(outcome("select a, b, from cloudtrail where c in ('x',) limit 10,").repaired,
            "select a, b from cloudtrail where c in ('x') limit 10");
}

TEST(Slips, ReadAndBehindTheTablesAsWhere) {
  const auto out = outcome("select a from cloudtrail\nand year = '2024' and b = 1");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail WHERE year = '2024' AND b = 1");
  EXPECT_THAT(out.codes, ElementsAre("slip-where"));
}

TEST(Slips, AnswerOnceWhatIsSaidTwice) {
  const auto out = outcome(
      "select a from cloudtrail where b = 'x'example: select a\nfrom cloudtrail "
      "where b = 'y'");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail WHERE b = 'x'");
  EXPECT_EQ(out.repaired, "select a from cloudtrail where b = 'x'");
  EXPECT_THAT(out.codes, ElementsAre("slip-twice"));
}

TEST(Slips, TurnLimitAndOffsetRound) {
  const auto out = outcome("select a from cloudtrail limit 10 offset 5");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail OFFSET 5 LIMIT 10");
  EXPECT_EQ(out.repaired, "select a from cloudtrail offset 5 limit 10");
}

TEST(Slips, ReadIntervalsOfOtherDatabases) {
  const auto out = outcome("select a from cloudtrail where ts > now() - interval 7 days");
  EXPECT_EQ(out.repaired, "select a from cloudtrail where ts > now() - interval '7' DAY");
}

TEST(Slips, MendTypographicQuotesInPlace) {
  const auto out = outcome("select a from cloudtrail where b == \xE2\x80\x98x\xE2\x80\x99");
  EXPECT_EQ(out.repaired, "select a from cloudtrail where b = 'x'");
}

TEST(Slips, RepairedTextsNeedNoRepair) {
  for (const std::string_view text :
       {"select a, from cloudtrail and b in ('x' 'y') orderby a limit 5,",
        "select a from cloudtrail where `b` == 'x' && c = 1 limit 3 offset 2",
        "select a from DATABASE.TABLE where ts > now() - interval 1 days"}) {
    const auto out = outcome(text);
    EXPECT_THAT(outcome(out.repaired).codes, IsEmpty()) << out.repaired;
    EXPECT_EQ(outcome(out.repaired).printed, out.printed);
  }
}

TEST(Slips, ExplainAMissingFrom) {
  const std::string text = "SELECT eventTime, eventName";
  const auto out = outcome(text);
  EXPECT_EQ(out.printed, "no-from");
  ASSERT_TRUE(out.fix);
  EXPECT_EQ(trailhound::apply(text, out.fix->edits), "SELECT eventTime, eventName FROM cloudtrail");
  EXPECT_EQ(outcome("select 1, current_date, transform(array[1], x -> x)").printed,
            "SELECT 1, CURRENT_DATE, transform(ARRAY[1], x -> x)");
}

TEST(Slips, ExplainTextsInDoubleQuotes) {
  const std::string text = "select a from cloudtrail where errorcode = \"AccessDenied\"";
  const auto out = outcome(text);
  EXPECT_EQ(out.printed, "text-in-double-quotes");
  ASSERT_TRUE(out.fix);
  EXPECT_EQ(out.fix->certainty, Certainty::Guess);
  EXPECT_EQ(trailhound::apply(text, out.fix->edits),
            "select a from cloudtrail where errorcode = 'AccessDenied'");
}

TEST(Slips, LetQuotedNamesBe) {
  EXPECT_EQ(outcome("select a from cloudtrail where \"timestamp\" >= '2023/05/01'").printed,
            "SELECT a FROM cloudtrail WHERE \"timestamp\" >= '2023/05/01'");
  EXPECT_EQ(outcome("select * from (select a as \"My Col\" from cloudtrail) where \"My Col\" = 'x'")
                .printed,
            "SELECT * FROM (SELECT a AS \"My Col\" FROM cloudtrail) WHERE \"My Col\" = 'x'");
}

TEST(Slips, OnlyMentionAQuoteTooMany) {
  const auto out = outcome("select a from cloudtrail where b in ('x', '''CreateVpc')");
  EXPECT_EQ(out.printed, "SELECT a FROM cloudtrail WHERE b IN ('x', '''CreateVpc')");
  EXPECT_THAT(out.codes, ElementsAre("stray-quote"));
}

}  // namespace
}  // namespace trailhound::athena
