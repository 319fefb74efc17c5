// SPDX-License-Identifier: Apache-2.0
#include "read/once.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trailhound::read {
namespace {

std::vector<std::uint64_t> hashes_of(int from, int to) {
  std::vector<std::uint64_t> hashes;
  for (int i = from; i < to; ++i) {
    hashes.push_back(identity_hash("111122223333", "event-" + std::to_string(i)));
  }
  return hashes;
}

TEST(DoubleCount, CountsEachCopyOnce) {
  DoubleCount doubles;
  EXPECT_EQ(doubles.count(), 0u);
  auto first = hashes_of(0, 50'000), again = hashes_of(40'000, 60'000), third = hashes_of(0, 10);
  doubles.add(first);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(doubles.count(), 0u);
  doubles.add(again);
  EXPECT_EQ(doubles.count(), 10'000u);
  doubles.add(third);
  EXPECT_EQ(doubles.count(), 10'010u);
  EXPECT_TRUE(doubles.exact());
}

TEST(DoubleCount, CountsAHashOfZero) {
  DoubleCount doubles;
  std::vector<std::uint64_t> zeros = {0, 5, 0, 0};
  doubles.add(zeros);
  EXPECT_EQ(doubles.count(), 2u);
}

TEST(DoubleCount, ReckonsFromASampleBeyondItsLimit) {
  DoubleCount doubles(4000);
  for (int round = 0; round < 2; ++round) {
    auto hashes = hashes_of(0, 100'000);
    doubles.add(hashes);
  }
  EXPECT_FALSE(doubles.exact());
  // 64 times thinned, some 1,560 are left: two standard deviations are 5 %.
  EXPECT_NEAR(static_cast<double>(doubles.count()), 100'000, 10'000);
}

TEST(Once, TellsCopiesFromConflicts) {
  Once once(1 << 20);
  EXPECT_EQ(once.meet(1, 7), Meeting::First);
  EXPECT_EQ(once.meet(2, 7), Meeting::First);
  EXPECT_EQ(once.meet(1, 7), Meeting::Copy);
  EXPECT_EQ(once.meet(1, 8), Meeting::Conflict);
  EXPECT_EQ(once.meet(1, 8), Meeting::Copy);
  EXPECT_FALSE(once.gave_up());
}

TEST(Once, SaysThatItForgets) {
  Once once(1 << 16);
  for (std::uint64_t hash : hashes_of(0, 100'000)) once.meet(hash, 1);
  EXPECT_TRUE(once.gave_up());
}

}  // namespace
}  // namespace trailhound::read
