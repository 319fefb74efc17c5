// SPDX-License-Identifier: Apache-2.0
//
// Expected bytes: worked out by hand, or the examples of apache/parquet-format.
#include "lake/parquet_bytes.hpp"

#include <gtest/gtest.h>

#include <array>

namespace trailhound::lake {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

TEST(ParquetBytes, PacksValuesLowestBitFirst) {
  std::string out;
  append_hybrid(out, std::array<std::uint32_t, 8>{0, 1, 2, 3, 4, 5, 6, 7}, 3);
  EXPECT_EQ(out, bytes({0x03, 0x88, 0xC6, 0xFA}));  // one group of eight
}

TEST(ParquetBytes, WritesARunOnce) {
  std::string out;
  append_hybrid(out, std::vector<std::uint32_t>(100, 4), 3);
  EXPECT_EQ(out, bytes({0xC8, 0x01, 0x04}));  // a hundred times, doubled, as a varint
}

TEST(ParquetBytes, FillsAGroupBeforeARunBegins) {
  // Three packed ones take five of the zeros to be eight; the run has what is left of them.
  std::vector<std::uint8_t> values(3, 1);
  values.resize(3 + 5 + 16, 0);
  std::string out;
  append_hybrid(out, values, 1);
  EXPECT_EQ(out, bytes({0x03, 0x07, 0x20, 0x00}));
}

TEST(ParquetBytes, PadsTheLastGroup) {
  std::string out;
  append_hybrid(out, std::array<std::uint32_t, 3>{1, 0, 1}, 1);
  EXPECT_EQ(out, bytes({0x03, 0x05}));
}

TEST(ParquetBytes, PacksDifferencesFromTheLeast) {
  // The format's example, in one of our larger blocks: differences -2 -2 -2 1 1 1 1, the least -2.
  std::string out;
  append_deltas(out, std::array<std::int64_t, 8>{7, 5, 3, 1, 2, 3, 4, 5});
  EXPECT_EQ(out, bytes({0x80, 0x01, 0x04, 0x08, 0x0E,  // 128, 4 packs, 8 values, the first is 7
                        0x03, 2, 0, 0, 0,              // -2, two bits
                        0xC0, 0x3F, 0, 0, 0, 0, 0, 0}));
}

TEST(ParquetBytes, DifferencesOfOneValueAreNone) {
  std::string out;
  append_deltas(out, std::array<std::int64_t, 1>{-1});
  EXPECT_EQ(out, bytes({0x80, 0x01, 0x04, 0x01, 0x01}));
}

TEST(ParquetBytes, StructsNameTheirFieldsByTheStep) {
  Thrift text;
  text.number(1, -3);
  text.begin(3);
  text.flag(1, true);
  text.end();
  text.text(4, "ab");
  text.texts(5, 1);
  text.element("c");
  text.end();
  EXPECT_EQ(text.take(), bytes({0x15, 0x05, 0x2C, 0x11, 0x00, 0x18, 0x02, 'a', 'b', 0x19, 0x18,
                                0x01, 'c', 0x00}));
}

TEST(ParquetBytes, AFilterHasWholeBlocks) {
  BloomFilter filter(1);
  filter.add("a");
  std::string out;
  filter.append_to(out);
  const std::string header = bytes(
      {0x15, 0x40, 0x1C, 0x1C, 0x00, 0x00, 0x1C, 0x1C, 0x00, 0x00, 0x1C, 0x1C, 0x00, 0x00, 0x00});
  ASSERT_EQ(out.size(), header.size() + 32);
  EXPECT_EQ(out.substr(0, header.size()), header);
  // A value sets one bit in each of a block's eight words.
  for (std::size_t word = 0; word < 8; ++word) {
    int set = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      set += __builtin_popcount(static_cast<unsigned char>(out[header.size() + word * 4 + i]));
    }
    EXPECT_EQ(set, 1);
  }
}

}  // namespace
}  // namespace trailhound::lake
