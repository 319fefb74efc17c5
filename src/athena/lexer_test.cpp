// SPDX-License-Identifier: Apache-2.0
#include "athena/lexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::athena {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string drawn(std::string_view text) {
  std::vector<Error> notices;
  const auto tokens = lex(text, notices);
  return tokens.ok() ? draw(*tokens) : std::string(tokens.error().code());
}
std::vector<std::string_view> repairs(std::string_view text) {
  std::vector<Error> notices;
  (void)lex(text, notices).ok();
  std::vector<std::string_view> codes;
  for (const Error& notice : notices) codes.push_back(notice.code());
  return codes;
}

TEST(Lexer, FoldsWordsAndKeepsQuotedNames) {
  EXPECT_EQ(drawn("EventName \"userIdentity\""), "word eventname\nname userIdentity\nend\n");
}

TEST(Lexer, ReadsDoubledQuotesAsOne) {
  EXPECT_EQ(drawn(R"('it''s' "a""b")"), "string it's\nname a\"b\nend\n");
}

TEST(Lexer, LeavesBackslashesAlone) {
  EXPECT_EQ(drawn(R"(escape '\')"), "word escape\nstring \\\nend\n");
}

TEST(Lexer, TellsNumbersApart) {
  EXPECT_EQ(drawn("7 7.5 .5 7E3 7.5e-1"),
            "integer 7\ndecimal 7.5\ndecimal .5\ndouble 7e3\ndouble 7.5e-1\nend\n");
}

TEST(Lexer, LeavesOutCommentsAndPastedSpace) {
  EXPECT_EQ(drawn("a -- b\n/* c */ d\xC2\xA0"
                  "e"),
            "word a\nword d\nword e\nend\n");
}

TEST(Lexer, ReadsTheLongestSymbol) {
  EXPECT_EQ(drawn("<>!=<=->||"), "symbol <>\nsymbol <>\nsymbol <=\nsymbol ->\nsymbol ||\nend\n");
}

TEST(Lexer, SeesPlaceholdersOutsideQuotes) {
  EXPECT_EQ(drawn("$EDS_ID ${date_filter} ####"),
            "placeholder EDS_ID\nplaceholder date_filter\nplaceholder \nend\n");
}

TEST(Lexer, CutsAnIdWhereLettersFollowDigits) {
  EXPECT_EQ(drawn("2c96-12e4-b3"), "glued 2c96\nsymbol -\ndouble 12e4\nsymbol -\nword b3\nend\n");
}

TEST(Lexer, KeepsTheSpanOfEachToken) {
  std::vector<Error> notices;
  const auto tokens = lex("a  'bc'", notices);
  ASSERT_TRUE(tokens.ok());
  EXPECT_EQ(tokens->list[1].span, (Span{3, 7}));
}

TEST(Lexer, ReadsTypographicQuotesAsPlainOnes) {
  EXPECT_EQ(drawn("\xE2\x80\x98it's\xE2\x80\x99"), "sql-open-quote");  // closed by the plain one
  EXPECT_EQ(drawn("\xE2\x80\x98"
                  "a b\xE2\x80\x99 \xE2\x80\x9C"
                  "c\xE2\x80\x9D"),
            "string a b\nname c\nend\n");
  EXPECT_THAT(repairs("\xE2\x80\x98"
                      "a\xE2\x80\x99"),
              ElementsAre("slip-quotes"));
}

TEST(Lexer, KeepsTypographicQuotesInsideTexts) {
  EXPECT_EQ(drawn("'\xE2\x80\x98'"), "string \xE2\x80\x98\nend\n");
  EXPECT_THAT(repairs("'\xE2\x80\x98'"), IsEmpty());
}

TEST(Lexer, ReadsSymbolsThatMeanOneThingOnly) {
  EXPECT_EQ(drawn("a == b && c"), "word a\nsymbol =\nword b\nword and\nword c\nend\n");
  EXPECT_THAT(repairs("a == b && c"), ElementsAre("slip-symbol", "slip-symbol"));
}

TEST(Lexer, ReadsBackquotesAsDoubleQuotes) {
  EXPECT_EQ(drawn("`date`"), "name date\nend\n");
  EXPECT_THAT(repairs("`date`"), ElementsAre("slip-quotes"));
}

TEST(Lexer, RefusesWhatIsNeverClosed) {
  EXPECT_EQ(drawn("'abc"), "sql-open-quote");
  EXPECT_EQ(drawn("\"abc"), "sql-open-quote");
  EXPECT_EQ(drawn("${abc"), "sql-open-quote");
  EXPECT_EQ(drawn("/* abc"), "sql-syntax");
}

TEST(Lexer, RefusesLettersThatNoSqlHas) {
  EXPECT_EQ(drawn("a ~ b"), "sql-syntax");
  EXPECT_EQ(drawn("a \xFF b"), "sql-syntax");
  EXPECT_EQ(drawn(std::string_view("a \0 b", 5)), "sql-syntax");
}

TEST(Lexer, RefusesATextThatIsTooLong) {
  EXPECT_EQ(drawn(std::string(kMaxText + 1, ' ')), "sql-too-long");
}

}  // namespace
}  // namespace trailhound::athena
