// SPDX-License-Identifier: Apache-2.0
#include "read/blocks.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace trailhound::read {
namespace {

TEST(NumbersByHash, FindsEachAmongThoseOfTheSameHash) {
  NumbersByHash numbers;
  EXPECT_EQ(numbers.find(7, [](std::uint16_t) { return true; }), 0);
  // Hashes that end at the table's last place, so that a search goes on from its first.
  for (std::uint16_t number = 1; number <= 600; ++number) {
    numbers.add(number % 3 == 0 ? 0xFFFFFFFFu : number * 0x10001u, number);
  }
  for (std::uint16_t number = 1; number <= 600; ++number) {
    const std::uint32_t hash = number % 3 == 0 ? 0xFFFFFFFFu : number * 0x10001u;
    EXPECT_EQ(numbers.find(hash, [&](std::uint16_t one) { return one == number; }), number);
  }
  EXPECT_EQ(numbers.find(0xFFFFFFFFu, [](std::uint16_t) { return false; }), 0);
  numbers.clear();
  EXPECT_EQ(numbers.find(0xFFFFFFFFu, [](std::uint16_t) { return true; }), 0);
}

TEST(ColumnBuilder, GivesAValueItsNumberAgain) {
  ColumnBuilder column;
  for (int turn = 0; turn < 2; ++turn) {  // after `clear`, too
    std::map<std::string, std::uint16_t> numbers;
    std::set<std::uint16_t> different;
    for (int i = 0; i < 500; ++i) {
      const std::string value = "value " + std::to_string(i);
      numbers[value] = column.number_of(value);
      different.insert(numbers[value]);
    }
    EXPECT_EQ(different.size(), 500u);
    EXPECT_FALSE(different.contains(0)) << "0 is no value";
    const std::size_t bytes = column.text_bytes();
    for (const auto& [value, number] : numbers) {
      EXPECT_EQ(column.number_of(value), number);
      EXPECT_EQ(column.value(number), value);
    }
    EXPECT_EQ(column.text_bytes(), bytes) << "nothing was held twice";
    column.clear();
  }
}

}  // namespace
}  // namespace trailhound::read
