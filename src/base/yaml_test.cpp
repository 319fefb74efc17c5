// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trailhound {
namespace {

using Kind = YamlNode::Kind;

YamlNode parsed(std::string_view text) {
  auto node = parse_yaml(text, "test.yml");
  EXPECT_TRUE(node.ok()) << node.error().message;
  return node.ok() ? std::move(*node) : YamlNode{};
}

/// Where an error points to; far behind the text if nowhere.
std::size_t place(const Error& error) {
  return error.labels.empty() ? 1'000'000 : error.labels.front().span.begin;
}

Error refused(std::string_view text) {
  auto node = parse_yaml(text, "test.yml");
  EXPECT_FALSE(node.ok()) << text.substr(0, 80);
  return node.ok() ? Error("", "") : node.error();
}

TEST(Yaml, KeepsOrderSpellingAndWhatStoodInQuotes) {
  const YamlNode file = parsed("b: yes\na: 'yes'\nc: 010\nd: |\n  one\n  two\ne: !!str 12\n");
  ASSERT_EQ(file.kind, Kind::Map);
  ASSERT_EQ(file.entries.size(), 5u);
  EXPECT_EQ(file.entries[0].key.scalar, "b");
  EXPECT_EQ(file.entries[0].value.scalar, "yes");
  EXPECT_FALSE(file.entries[0].value.quoted);
  EXPECT_TRUE(file.entries[1].value.quoted);
  EXPECT_EQ(file.text("c"), "010");
  EXPECT_EQ(file.text("d"), "one\ntwo\n");
  EXPECT_TRUE(file.find("d")->quoted);
  EXPECT_EQ(file.text("e"), "12");
  EXPECT_EQ(file.text("f", "none"), "none");
}

TEST(Yaml, TellsNothingFromAnEmptyText) {
  const YamlNode file = parsed("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n");
  EXPECT_EQ(file.find("a")->kind, Kind::Null);
  EXPECT_EQ(file.find("b")->kind, Kind::Null);
  EXPECT_EQ(file.find("c")->kind, Kind::Null);
  EXPECT_EQ(file.find("d")->kind, Kind::Scalar);
  EXPECT_EQ(file.find("e")->kind, Kind::Scalar);
  EXPECT_EQ(parsed("").kind, Kind::Null);
}

TEST(Yaml, BecomesJsonAsItLooks) {
  const YamlNode file = parsed("{n: 12, x: 1.5, t: true, s: '12', nil: ~, l: [a, {b: c}]}");
  EXPECT_EQ(file.to_json().dump(),
            R"({"n":12,"x":1.5,"t":true,"s":"12","nil":null,"l":["a",{"b":"c"}]})");
}

TEST(Yaml, KnowsWhereInBytesEachNodeBegins) {
  // Letters of two and four bytes stand before; the mark at the front takes three.
  const std::string text = "\xef\xbb\xbfkey: \xc3\xa9\xf0\x9f\x98\x80\nnext: here\n";
  const YamlNode file = parsed(text);
  const Span span = file.find("next")->span;
  EXPECT_EQ(text.substr(span.begin, 4), "here");
  EXPECT_EQ(span.end, span.begin + 1);
}

TEST(Yaml, ReadsAllDocumentsOfAStream) {
  const auto all = parse_yaml_all("a: 1\n---\nb: 2\n...\n---\n- 3\n", "test.yml");
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[1].text("b"), "2");
  EXPECT_EQ((*all)[2].items.at(0).scalar, "3");
}

TEST(Yaml, RepeatsWhatAnAliasNames) {
  const YamlNode file = parsed("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n");
  EXPECT_EQ(file.texts("b"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(file.text("d"), "3");
  const std::string missing = "a: *y\n";
  EXPECT_EQ(refused(missing).message, "no `&y` stands before this");
  EXPECT_EQ(place(refused(missing)), 3u);
  EXPECT_FALSE(parse_yaml("a: &x [*x]\n", "test.yml").ok());  // not within itself
}

TEST(Yaml, RefusesBombsAndTowers) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) bomb += last + ", ";
    bomb += last + "]\n";
  }
  EXPECT_EQ(refused(bomb).message, "too many nodes, or nested too deep");
  EXPECT_EQ(refused(std::string(100'000, '[')).message, "too many nodes, or nested too deep");
  EXPECT_TRUE(parse_yaml(std::string(100, '[') + std::string(100, ']'), "deep.yml").ok());
  EXPECT_FALSE(parse_yaml(std::string(102, '[') + std::string(102, ']'), "deep.yml").ok());
}

TEST(Yaml, PointsAtWhatIsNoYaml) {
  const std::string text = "\xc3\xa9: 1\nb: [1, 2\nc: 3\n";
  const Error open = refused(text);
  EXPECT_EQ(open.code(), "bad-yaml");
  EXPECT_TRUE(open.message.starts_with("not YAML: ")) << open.message;
  EXPECT_EQ(place(open), text.rfind(":"));  // no key can stand within the list
  EXPECT_EQ(place(refused("a: \xff\n")), 3u);
  EXPECT_EQ(place(refused(std::string("a: b\0c", 6))), 4u);
}

}  // namespace
}  // namespace trailhound
