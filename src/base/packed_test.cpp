// SPDX-License-Identifier: Apache-2.0
#include "base/packed.hpp"

#include <gtest/gtest.h>

namespace trailhound {
namespace {

using namespace std::string_literals;

std::string packed(std::uint64_t number) {
  std::string bytes;
  put_number(bytes, number);
  return bytes;
}

TEST(Packed, HasSevenBitsToAByteTheLowestFirst) {
  EXPECT_EQ(packed(0), "\0"s);
  EXPECT_EQ(packed(127), "\x7f");
  EXPECT_EQ(packed(128), "\x80\x01");
  EXPECT_EQ(packed(300), "\xac\x02");  // the example of Protocol Buffers' documentation
  EXPECT_EQ(packed(UINT64_MAX), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(Packed, FoldsSigns) {
  EXPECT_EQ(zigzag(0), 0u);
  EXPECT_EQ(zigzag(-1), 1u);
  EXPECT_EQ(zigzag(1), 2u);
  EXPECT_EQ(zigzag(INT64_MIN), UINT64_MAX);
  for (const std::int64_t number : {INT64_MIN, std::int64_t{-3}, std::int64_t{0}, INT64_MAX}) {
    EXPECT_EQ(unzigzag(zigzag(number)), number);
  }
}

TEST(Packed, IsTakenInItsOrder) {
  std::string bytes = packed(UINT64_MAX);
  put_text(bytes, "bob");
  put_text(bytes, "");
  Unpacker from{bytes};
  EXPECT_EQ(from.number(), UINT64_MAX);
  EXPECT_EQ(from.text(), "bob");
  EXPECT_EQ(from.text(), "");
  EXPECT_TRUE(from.good);
  EXPECT_EQ(from.number(), 0u);
  EXPECT_FALSE(from.good) << "there is nothing more";
}

TEST(Packed, StaysBadOnceItWas) {
  Unpacker from{
      "\x05"
      "ab\x01"};
  EXPECT_EQ(from.text(), "");
  EXPECT_FALSE(from.good);
  EXPECT_EQ(from.take(1), "");
  EXPECT_EQ(from.number(), 0u);
  Unpacker endless{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
  EXPECT_EQ(endless.number(), 0u);
  EXPECT_FALSE(endless.good) << "no number has so many bytes";
}

}  // namespace
}  // namespace trailhound
