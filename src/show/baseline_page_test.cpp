// SPDX-License-Identifier: Apache-2.0
#include "show/baseline_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "baseline/made_habits.hpp"

namespace trailhound::show {
namespace {

using baseline::add;
using baseline::Habits;
using baseline::kMarch;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHostile =
    "<script>alert('1')</script>\" onload=\"x&amp; \x1b[2J \xe2\x80\xae fdp.exe";

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
    ++count;
  }
  return count;
}

baseline::Usual usual_of(const Habits& habits, std::size_t top = 10) {
  baseline::ViewOptions options;
  options.from = {kMarch};
  options.to = {kMarch + 3 * kDay};
  options.by = {"principal", "action"};
  options.top = top;
  auto usual = baseline::show_usual(habits, options);
  EXPECT_TRUE(usual.ok());
  return usual.ok() ? *std::move(usual) : baseline::Usual{};
}

TEST(UsualPage, DrawsARowOfEachViewAndABarADay) {
  Habits habits;
  add(habits, {.who = "alice", .action = "iam:ListUsers", .day = 0, .count = 30});
  add(habits, {.who = "alice", .action = "iam:ListUsers", .day = 2, .count = 10});
  add(habits, {.who = "bob", .action = "s3:ListBuckets", .day = 1, .count = 60});
  const std::string text = usual_page(usual_of(habits), "2 files");
  EXPECT_THAT(text, HasSubstr("<h1>What is usual, 2024-03-01 to 2024-03-03</h1>"));
  EXPECT_THAT(text, HasSubstr("<dt>Read</dt><dd>2 files</dd>"));
  EXPECT_THAT(text, HasSubstr("<b>100</b><span>events</span>"));
  EXPECT_THAT(text, HasSubstr("<td>alice</td><td>iam:ListUsers</td><td class=\"n\">40</td>"
                              "<td class=\"n\">40.0 %</td>"));
  // Of three days two have events: a full bar for the first, a third of it for the last.
  EXPECT_THAT(text, HasSubstr("<title>2024-03-01: 30</title><rect class=\"b-change\" x=\"0.0\" "
                              "y=\"1.0\" width=\"49.4\" height=\"18.0\"/>"));
  EXPECT_THAT(text, HasSubstr("<title>2024-03-03: 10</title><rect class=\"b-change\" x=\"100.0\" "
                              "y=\"13.0\" width=\"49.4\" height=\"6.0\"/>"));
  EXPECT_EQ(count_of(text, "<rect"), 3u);
}

TEST(UsualPage, SaysWhatItCutsAndWhatIsNotThere) {
  Habits habits;
  EXPECT_THAT(usual_page(usual_of(habits), "no files"), HasSubstr("<p class=\"soft\">none</p>"));
  add(habits, {.who = "alice", .count = 30});
  add(habits, {.who = "bob", .count = 20});
  EXPECT_THAT(usual_page(usual_of(habits, 1), "1 file"),
              HasSubstr("1 more row of 20 events: --top 0"));
}

TEST(UsualPage, ShowsMarkupOfTheLogsAsText) {
  Habits habits;
  add(habits, {.who = kHostile, .action = kHostile});
  const std::string text = usual_page(usual_of(habits), kHostile);
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("onload=\"")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
}

TEST(DeparturesPage, TellsTheStoriesAndWhatWasCompared) {
  baseline::Comparison comparison;
  comparison.from = {kMarch};
  comparison.to = {kMarch + kDay};
  comparison.events = 12;
  comparison.principals = 2;
  EXPECT_THAT(departures_page(comparison, "1 file"), HasSubstr("<p>Nothing does.</p>"));
  findings::Story story;
  story.number = 1;
  story.level = findings::Level::High;
  story.headline = kHostile;
  story.who = {"IAM user bob", kHostile};
  story.first = story.last = {kMarch + kHour};
  findings::StoryLine line;
  line.at = story.first;
  line.word = "created";
  line.what = std::string("a key for ") + kHostile;
  line.event_id = "00000008-aaaa-4bbb-8ccc-ddddeeeeffff";
  story.lines = {line};
  story.lines_left_out = 2;
  comparison.stories = {story};
  const std::string text = departures_page(comparison, "1 file");
  EXPECT_THAT(text, HasSubstr("<dd>2024-03-01T00:00:00Z to 2024-03-02T00:00:00Z · 12 events of 2 "
                              "principals</dd>"));
  EXPECT_THAT(text, HasSubstr("<article class=\"story high\">"));
  EXPECT_THAT(text, HasSubstr("title=\"00000008-aaaa-4bbb-8ccc-ddddeeeeffff\""));
  EXPECT_THAT(text, HasSubstr("2 more lines of lower level: --all has them"));
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace trailhound::show
