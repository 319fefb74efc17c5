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

TEST(SpokenName, OfAWebIdentityIsWhatItsProviderSays) {
  EXPECT_EQ(spoken_name("arn:aws:iam::111122223333:oidc-provider/"
                        "oidc.eks.eu-west-1.amazonaws.com/id/0A1B:system:serviceaccount:shop:root"),
            "system:serviceaccount:shop:root");
  EXPECT_EQ(
      spoken_name("arn:aws:iam::111122223333:role/ci/deploy/repo:larkspur/shop:ref:refs/main"),
      "repo:larkspur/shop:ref:refs/main");
  EXPECT_EQ(spoken_name("arn:aws:iam::111122223333:oidc-provider/a.example:root"), "root")
      << "that is what it calls itself";
  EXPECT_EQ(spoken_name("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/x:*"), "x:*");
}

TEST(CallerWords, SayWhatSomebodyIs) {
  EXPECT_EQ(caller_words("arn:aws:iam::111122223333:user/bob", "IAMUser"), "IAM user bob");
  EXPECT_EQ(caller_words("arn:aws:iam::111122223333:root", "Root"), "root user");
  EXPECT_EQ(caller_words("f230368b-1699-46e6-b813-155118d6b23f", "IdentityCenterUser"),
            "Identity Center user f230368b-1699-46e6-b813-155118d6b23f");
  EXPECT_EQ(
      caller_words("arn:aws:iam::111122223333:oidc-provider/a.example:root", "WebIdentityUser"),
      "web identity root");
  EXPECT_EQ(caller_words("ec2.amazonaws.com", ""), "ec2.amazonaws.com");
  EXPECT_EQ(caller_words("", "IAMUser"), "an unknown caller");
}

}  // namespace
}  // namespace trailhound::findings
