// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gmock/gmock.h>

#include "base/json.hpp"

namespace trailhound {
namespace {

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"eventname", "eventsource", "errorcode"};
  EXPECT_EQ(nearest("evenname", names), "eventname");
  EXPECT_EQ(nearest("EVENTNMAE", names), "eventname");
  EXPECT_EQ(nearest("banana", names), std::nullopt);
}

TEST(Slips, CountsASwapAsOne) {
  EXPECT_EQ(slips_between("DeleteNetworkAclEncry", "DeleteNetworkAclEntry", 3), 1u);
  EXPECT_EQ(slips_between("form", "from", 3), 1u);
  EXPECT_EQ(slips_between("abc", "xyz", 1), 2u);
}

TEST(Utf8, ReplacesOnlyWhatIsIllFormed) {
  EXPECT_TRUE(is_utf8("gr\xC3\xBC\xC3\x9F \xF0\x9F\x90\xBE"));
  EXPECT_FALSE(is_utf8("\xC0\x80"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "ab…");
  EXPECT_EQ(shortened("a\xC3\xBC\x62", 3), "a…") << "no half of a letter";
  EXPECT_EQ(shortened("ab", 0), "…");
  EXPECT_EQ(to_utf8("a\xFF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Json, KeepsOrderNumbersAndEscapes) {
  const std::string text = R"({"b":1e3,"a":["\u0041\ud83d\udc3e\n",null,true]})";
  const Result<Json> json = parse_json(text);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->dump(), "{\"b\":1e3,\"a\":[\"A\xF0\x9F\x90\xBE\\n\",null,true]}");
}

TEST(Json, RefusesWhatIsNone) {
  for (const char* text :
       {"", "{", "[1,]", "{\"a\"}", "01", "\"\x01\"", "nul", "1 2", "\"\\x\"", "\"\\u12\""}) {
    EXPECT_FALSE(parse_json(text).ok()) << text;
  }
  EXPECT_FALSE(parse_json(std::string(100'000, '[')).ok());
}

TEST(Commas, StandEveryThreeDigits) {
  EXPECT_EQ(with_commas(1234567), "1,234,567");
  EXPECT_EQ(with_commas(999), "999");
}

TEST(Json, HasAPartOfOneSpellingInMostTexts) {
  EXPECT_EQ(one_spelling("role/deploy"), "deploy");
  EXPECT_EQ(one_spelling("AKIAIOSFODNN7EXAMPLE"), "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(one_spelling("a\"b<c"), "");
}

}  // namespace
}  // namespace trailhound
