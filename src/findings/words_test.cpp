// SPDX-License-Identifier: Apache-2.0
#include "findings/words.hpp"

#include <gtest/gtest.h>

#include <set>

#include "event/attack.hpp"

namespace trailhound::findings {
namespace {

constexpr Words kRows[] = {
#define WORDS(id, tactic, word, did) {id, tactic, word, did},
#include "findings/words.def"
#undef WORDS
};

TEST(Words, SpeakOfTechniquesByTheirIdsOfToday) {
  std::set<std::string_view> met;
  for (const Words& row : kRows) {
    EXPECT_NE(event::find_technique(row.id), nullptr) << row.id;
    EXPECT_EQ(event::attack_current(row.id), row.id);
    EXPECT_TRUE(met.insert(row.id).second) << row.id << " stands twice";
  }
}

TEST(Words, FallBackToTheTechniqueAbove) {
  EXPECT_EQ(words_of("T1485.001").did, "let data expire");
  EXPECT_EQ(words_of("T1110.004").word, words_of("T1110").word);
  EXPECT_EQ(words_of("T9999").tactic, "");
}

TEST(SpokenName, IsTheLastPartOfAnArn) {
  EXPECT_EQ(spoken_name("arn:aws:iam::111122223333:user/team/alice"), "alice");
  EXPECT_EQ(spoken_name("arn:aws:iam::111122223333:root"), "root");
  EXPECT_EQ(spoken_name("arn:aws:s3:::papers"), "papers");
  EXPECT_EQ(spoken_name("alice"), "alice");
}

}  // namespace
}  // namespace trailhound::findings
