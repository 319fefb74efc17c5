// SPDX-License-Identifier: Apache-2.0
#include "hunt/screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::hunt {

using namespace findings;

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Time kMorning = *parse_event_time("2024-03-01T09:00:00Z");

Story story(std::size_t number, Level level, const std::string& name, const std::string& did) {
  Story made;
  made.number = number;
  made.level = level;
  made.actor.name = name;
  made.did = did;
  made.headline = name + " " + did;
  made.who = {name};
  made.first = made.last = kMorning;
  return made;
}

Report report(std::vector<Story> stories) {
  Report made;
  made.tally = Tally({{"111122223333", "us-east-1", "Management", "iam.amazonaws.com", kMorning, 9,
                       kMorning, kMorning}});
  made.stories = std::move(stories);
  return made;
}

std::string text(const Report& report, const ScreenOptions& options = {}) {
  std::string all;
  for (const TextLine& line : report_screen(report, {}, options)) {
    for (const Piece& piece : line.pieces) all += piece.text;
    all += "\n";
  }
  return all;
}

TEST(ReportScreen, SaysLowStoriesThatAreAlikeInOneLine) {
  const Report made = report({story(1, Level::High, "mallory", "made a key for bob"),
                              story(2, Level::Low, "role alice@example.com", "looked around"),
                              story(3, Level::Low, "role bob", "looked around (2 times)"),
                              story(4, Level::Low, "carol", "looked around"),
                              story(5, Level::Low, "carol", "looked around"),
                              story(6, Level::Low, "dave", "read 20 secrets")});
  const std::string screen = text(made);
  EXPECT_THAT(screen, HasSubstr("+4 LOW      3 actors looked around, nothing else: "
                                "alice@example.com, bob, carol"));
  EXPECT_THAT(screen, HasSubstr("--story 2"));
  EXPECT_THAT(screen, HasSubstr("6 LOW      dave read 20 secrets"));
  EXPECT_THAT(screen, Not(HasSubstr("5 LOW")));
  // Every story by itself, where that is asked for.
  EXPECT_THAT(text(made, {.all = true}), HasSubstr("5 LOW      carol looked around"));
}

TEST(ReportScreen, KeepsStoriesApartThatMatterMoreOrAreFew) {
  Story stands = story(4, Level::Low, "dave", "looked around");
  stands.stands.push_back({.kind = "key", .name = "AKIA1", .words = "key AKIA1"});
  const std::string screen = text(report({story(1, Level::Medium, "alice", "looked around"),
                                          story(2, Level::Medium, "bob", "looked around"),
                                          story(3, Level::Low, "carol", "looked around"), stands,
                                          story(5, Level::Low, "erin", "looked around")}));
  for (const char* line : {"2 MEDIUM   bob", "3 LOW      carol", "4 LOW      dave", "5 LOW"}) {
    EXPECT_THAT(screen, HasSubstr(line));
  }
  EXPECT_THAT(screen, Not(HasSubstr("nothing else")));
}

TEST(ReportScreen, JoinsWhatWasDeniedWhateverItWas) {
  const std::string screen =
      text(report({story(1, Level::Medium, "alice", "looked around"),
                   story(2, Level::Low, "role scanner", "was denied ListUsers"),
                   story(3, Level::Low, "role scanner", "was denied ListKeys, then was denied X"),
                   story(4, Level::Low, "bob", "was denied GetObject")}));
  EXPECT_THAT(screen,
              HasSubstr("+3 LOW      2 actors were denied something, nothing else: scanner, bob"));
}

}  // namespace
}  // namespace trailhound::hunt
