// SPDX-License-Identifier: Apache-2.0
#include "findings/pattern.hpp"

#include <gtest/gtest.h>

namespace trailhound::findings {
namespace {

TEST(Matches, TakesStarsForAnything) {
  EXPECT_TRUE(matches("*:role/deploy*", "arn:aws:iam::111122223333:role/Deploy-7"));
  EXPECT_FALSE(matches("iam-*", "s3-bucket"));
  EXPECT_TRUE(matches("", ""));
}

}  // namespace
}  // namespace trailhound::findings
