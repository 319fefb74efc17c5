// SPDX-License-Identifier: Apache-2.0
#include "show/visible.hpp"

#include <gtest/gtest.h>

namespace trailhound::show {
namespace {

TEST(Visible, SpellsOutWhatActsOnATerminal) {
  EXPECT_EQ(visible("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(visible("one\ntwo\tthree\r"), "one\\ntwo\\tthree\\r");
  EXPECT_EQ(visible(std::string_view("\0\x07\x7f", 3)), "\\x00\\x07\\x7f");
  EXPECT_EQ(visible("\xC2\x9B"
                    "31m"),
            "\\x9b31m");  // CSI as one character
}

TEST(Visible, SpellsOutWhatHidesOrTurnsText) {
  EXPECT_EQ(visible("user\u202Etxt.exe"), "user\\u{202e}txt.exe");
  EXPECT_EQ(visible("ad\u200Bmin"), "ad\\u{200b}min");
  EXPECT_EQ(visible("\uFEFFroot"), "\\u{feff}root");
  EXPECT_EQ(visible("a\u00ADb\u2028c"), "a\\xadb\\u{2028}c");
  EXPECT_EQ(visible("\U000E0041"), "\\u{e0041}");
}

TEST(Visible, SpellsOutBytesThatAreNotUtf8) {
  EXPECT_EQ(visible("a\xff"
                    "b\xc3"),
            "a\\xffb\\xc3");
}

TEST(Visible, KeepsWritingOfAllScripts) {
  EXPECT_EQ(visible("żółć 日本 e\u0301"), "żółć 日本 e\u0301");
}

TEST(Visible, SpellsOutMarksHeapedOnOneLetter) {
  EXPECT_EQ(visible("e\u0301\u0301\u0301\u0301x\u0301"), "e\u0301\u0301\u0301\\u{301}x\u0301");
}

TEST(Visible, LeavesNoMarkerOfTheOutsideInMarkedText) {
  EXPECT_EQ(marked("\x01z\x02"), "\x01\\x01\x02z\x01\\x02\x02");
}

TEST(Width, CountsColumnsNotBytes) {
  EXPECT_EQ(width_of("abc"), 3u);
  EXPECT_EQ(width_of("żółć"), 4u);
  EXPECT_EQ(width_of("日本"), 4u);
  EXPECT_EQ(width_of("e\u0301"), 1u);
  EXPECT_EQ(width_of("😀"), 2u);
  EXPECT_EQ(width_of("\x01\\x1b\x02"), 4u);
}

TEST(Plain, IsPrintableAsciiOnly) {
  EXPECT_TRUE(is_plain(""));
  EXPECT_TRUE(is_plain("ListBuckets ~ and more words"));
  for (const char* text : {"12345678\n", "1\x7f", "\xc3\xa9",
                           "1234567\x1f"
                           "9abcdef",
                           "1234567\x7f"}) {
    EXPECT_FALSE(is_plain(text)) << text;
  }
}

}  // namespace
}  // namespace trailhound::show
