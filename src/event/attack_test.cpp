// SPDX-License-Identifier: Apache-2.0
#include "event/attack.hpp"

#include <gmock/gmock.h>

namespace trailhound::event {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Attack, FollowsOldIdsToTheEnd) {
  EXPECT_EQ(attack_current("T1089"), "T1685");
  EXPECT_EQ(attack_current("T1562.008"), "T1685.002");
  EXPECT_EQ(attack_current("T1562.007"), "T1686.001");
  EXPECT_EQ(attack_current("T1522"), "T1552.005");
  EXPECT_EQ(attack_current("attack.t1562.001"), "T1685");
  EXPECT_EQ(attack_current("t1098.003"), "T1098.003");
}

TEST(Attack, LeavesAloneWhatItDoesNotKnow) {
  EXPECT_EQ(attack_current("T9999"), "T9999");
  EXPECT_EQ(attack_current("attack.impact"), "attack.impact");
  EXPECT_EQ(attack_current(""), "");
  EXPECT_EQ(attack_current("T1098-003"), "T1098-003");
  EXPECT_EQ(find_technique("T9999"), nullptr);
}

TEST(Attack, KnowsNamesAndTacticsOfToday) {
  const Technique* cloud_log = find_technique("T1562.008");
  ASSERT_NE(cloud_log, nullptr);
  EXPECT_EQ(cloud_log->name, "Disable or Modify Cloud Log");
  EXPECT_THAT(cloud_log->tactics, ElementsAre("defense-impairment"));
  EXPECT_THAT(find_technique("T1550.001")->tactics, ElementsAre("lateral-movement"));
  EXPECT_THAT(find_technique("T1108")->tactics, IsEmpty()) << "withdrawn";
  EXPECT_THAT(attack_aliases("T1685"),
              ElementsAre("T1054", "T1089", "T1562", "T1562.001", "T1562.006"));
}

TEST(Attack, HasNoIdThatMovedAndEveryMoveArrives) {
  std::string_view last;
  for (const Technique& technique : techniques()) {
    EXPECT_LT(last, technique.id) << "each once";
    last = technique.id;
    EXPECT_EQ(attack_current(technique.id), technique.id);
    for (const std::string_view alias : attack_aliases(technique.id)) {
      EXPECT_EQ(find_technique(alias), &technique);
    }
  }
  for (const char* old : {"T1054", "T1081", "T1487", "T1488", "T1492", "T1493", "T1494", "T1506",
                          "T1527", "T1536", "T1656", "T1672", "T1211", "T1562.010"}) {
    EXPECT_NE(find_technique(old), nullptr) << old;
  }
}

}  // namespace
}  // namespace trailhound::event
