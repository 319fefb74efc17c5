// SPDX-License-Identifier: Apache-2.0
#include "show/drawn.hpp"

#include <gmock/gmock.h>

#include "show/visible.hpp"

namespace trailhound::show {
namespace {

using testing::ElementsAre;

TEST(Wrap, BreaksAtBlanksFirst) {
  EXPECT_THAT(wrap("Boto3/1.26.165 Python/3.10.6 Linux/5.19.0", 24),
              ElementsAre("Boto3/1.26.165", "Python/3.10.6", "Linux/5.19.0"));
}

TEST(Wrap, BreaksAtMarksWhereBlanksWouldLeaveALineEmpty) {
  EXPECT_THAT(wrap("a arn:aws:iam::111122223333:user/alice", 20),
              ElementsAre("a arn:aws:iam::", "111122223333:user/", "alice"));
}

TEST(Wrap, BreaksAnywhereWhereNothingElseIsLeft) {
  EXPECT_THAT(wrap("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
}

TEST(Wrap, LosesNothingButBlanksAtTheEndsOfLines) {
  const std::string text = "one two,three  four/five::six seven_eight-nine.ten";
  for (std::size_t width = 1; width < 60; ++width) {
    std::string all;
    for (const std::string& line : wrap(text, width)) {
      EXPECT_LE(width_of(line), width);
      all += line;
    }
    std::string bare = text;
    std::erase(bare, ' ');
    std::erase(all, ' ');
    EXPECT_EQ(all, bare) << width;
  }
}

TEST(Wrap, KeepsSpellingsAndMarksWhole) {
  EXPECT_THAT(wrap(marked("ab\x1b"
                          "cd"),
                   5),
              ElementsAre("ab", marked("\x1b") + "c", "d"));
  EXPECT_THAT(wrap("xe\u0301y", 2), ElementsAre("xe\u0301", "y"));
  EXPECT_THAT(wrap("日本語", 5), ElementsAre("日本", "語"));
}

TEST(Wrap, GivesOneEmptyLineForNothing) { EXPECT_THAT(wrap("", 10), ElementsAre("")); }

TEST(Ink, FollowsTheMeaningOfAColumn) {
  EXPECT_EQ(ink_of("level", "CRITICAL"), Ink::Critical);
  EXPECT_EQ(ink_of("outcome", "denied"), Ink::High);
  EXPECT_EQ(ink_of("outcome", "success"), Ink::Plain);
  EXPECT_EQ(ink_of("errorcode", "AccessDenied"), Ink::High);
  EXPECT_EQ(ink_of("eventname", "critical"), Ink::Plain);
}

}  // namespace
}  // namespace trailhound::show
