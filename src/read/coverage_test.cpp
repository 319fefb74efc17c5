// SPDX-License-Identifier: Apache-2.0
#include "read/coverage.hpp"

#include <gtest/gtest.h>

namespace trailhound::read {
namespace {

TEST(Coverage, IsCompleteUntilSomethingIsLost) {
  Coverage coverage;
  EXPECT_TRUE(coverage.complete());
  coverage.notes.push_back({.path = "a", .code = "mended-bytes", .words = "", .loss = false});
  EXPECT_TRUE(coverage.complete());
  coverage.notes.push_back({.path = "b", .code = "cut-short", .words = "", .loss = true});
  EXPECT_FALSE(coverage.complete());
}

TEST(Coverage, IsIncompleteWhenCopiesCouldNotBeToldApart) {
  Coverage coverage;
  coverage.once_gave_up = true;
  EXPECT_FALSE(coverage.complete());
}

}  // namespace
}  // namespace trailhound::read
