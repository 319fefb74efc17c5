// SPDX-License-Identifier: Apache-2.0
#include "show/problem.hpp"

#include <gmock/gmock.h>

#include "base/json.hpp"

namespace trailhound::show {
namespace {

using testing::HasSubstr;

Span span_of(std::string_view text, std::string_view word) {
  const auto begin = static_cast<std::uint32_t>(text.find(word));
  return {begin, begin + static_cast<std::uint32_t>(word.size())};
}

std::string drawn(const Error& error, std::string_view text, std::size_t width = 80) {
  return problem_text(error, Severity::Error, text,
                      {.colour = false, .terminal = false, .width = width, .offset_minutes = {}});
}

TEST(Problem, PointsAtTheWordAndOffersTheFix) {
  const std::string_view query = "stats count by sourceIp";
  const Error error = Error("bad-flag", "no field is called `sourceIp`")
                          .at(span_of(query, "sourceIp"), "not a CloudTrail field")
                          .note("fields are listed by `trailhound schema`")
                          .mend({.title = "use `sourceIPAddress`",
                                 .edits = {{span_of(query, "sourceIp"), "sourceIPAddress"}}})
                          .in("query");
  EXPECT_EQ(drawn(error, query),
            "error[bad-flag]: no field is called `sourceIp`\n"
            " --> query:1:16\n"
            "  |\n"
            "1 | stats count by sourceIp\n"
            "  |                ^^^^^^^^ not a CloudTrail field\n"
            "  = fields are listed by `trailhound schema`\n"
            "  = fix: use `sourceIPAddress`\n"
            "  = more: trailhound help bad-flag\n");
}

TEST(Problem, PutsCaretsUnderTabsAndWideLetters) {
  const std::string_view query = "select 1\n\t'日本' oops";
  const Error error = Error("bad-flag", "no").at(span_of(query, "oops"));
  EXPECT_EQ(drawn(error, query),
            "error[bad-flag]: no\n"
            " --> query:2:7\n"
            "  |\n"
            "2 |     '日本' oops\n"
            "  |            ^^^^\n"
            "  = more: trailhound help bad-flag\n");
}

TEST(Problem, SpellsOutWhatTheTextHides) {
  const std::string_view query = "a\x1b[2Jb";
  const std::string text = drawn(Error("bad-flag", "bell\x07").at(span_of(query, "b")), query);
  EXPECT_THAT(text, HasSubstr("error[bad-flag]: bell\\x07\n"));
  EXPECT_THAT(text, HasSubstr("1 | a\\x1b[2Jb\n  |         ^\n"));
}

TEST(Problem, ShowsThePartOfALongLineAroundTheLabel) {
  const std::string query = std::string(300, 'x') + " oops " + std::string(300, 'y');
  const std::string text = drawn(Error("bad-flag", "no").at(span_of(query, "oops")), query, 60);
  EXPECT_THAT(text, HasSubstr(" --> query:1:302\n"));
  EXPECT_THAT(text, HasSubstr("1 | …xxxxxxxxxxxxxxxxx oops yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…\n"
                              "  |                    ^^^^\n"));
}

TEST(Problem, ShowsSeveralPlaces) {
  const std::string_view query = "select a\nfrom b\nwhere a";
  const Error error = Error("bad-flag", "twice").at({16, 21}, "here").at({7, 8}, "and there");
  EXPECT_EQ(drawn(error, query),
            "error[bad-flag]: twice\n"
            " --> query:3:1\n"
            "  |\n"
            "3 | where a\n"
            "  | ^^^^^ here\n"
            "1 | select a\n"
            "  |        - and there\n"
            "  = more: trailhound help bad-flag\n");
}

TEST(Problem, PointsBehindTheEnd) {
  const std::string_view query = "select";
  EXPECT_THAT(drawn(Error("bad-flag", "no").at({6, 6}, "ends here"), query),
              HasSubstr("1 | select\n  |       ^ ends here\n"));
}

TEST(Problem, NamesTheByteWhereTheTextIsNotAtHand) {
  const Error error = Error("bad-json", "not JSON").at({1234, 1235}).in("a.json");
  EXPECT_EQ(drawn(error, ""),
            "error[bad-json]: not JSON\n"
            " --> a.json, byte 1,234\n"
            "  = more: trailhound help bad-json\n");
}

TEST(Warning, ShowsTheTextAsItWasRead) {
  const std::string_view query = "select a from t orderby a";
  const Error notice = Error("bad-flag", "`orderby` is two words")
                           .mend({.title = "write `order by`",
                                  .edits = {{span_of(query, "orderby"), "order by"}},
                                  .certainty = Certainty::Sure});
  EXPECT_EQ(problem_text(notice, Severity::Warning, query, {}),
            "warning[bad-flag]: `orderby` is two words\n"
            "  = mended: write `order by`\n"
            "  = read as: select a from t order by a\n");
}

TEST(ProblemAsJson, HoldsAllOfIt) {
  const std::string_view query = "a\nbc";
  const Error error = Error("bad-flag", "no \"c\"")
                          .at({3, 4}, "this")
                          .note("one")
                          .mend({.title = "use d", .edits = {{{3, 4}, "d"}}});
  const std::string line = problem_json(error, Severity::Error, query);
  EXPECT_TRUE(parse_json(line).ok());
  EXPECT_EQ(line, R"({"severity":"error","code":"bad-flag","message":"no \"c\"","blame":"request",)"
                  R"("source":"","labels":[{"begin":3,"end":4,"line":2,"column":2,"text":"this"}],)"
                  R"("notes":["one"],"fix":{"title":"use d","certainty":"guess",)"
                  R"("edits":[{"begin":3,"end":4,"text":"d"}]}})"
                  "\n");
}

}  // namespace
}  // namespace trailhound::show
