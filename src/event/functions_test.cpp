// SPDX-License-Identifier: Apache-2.0
#include "event/functions.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace trailhound::event {
namespace {

/// The arguments of an example: only literals stand there, 'text' and array['a', 'b'].
struct Example {
  std::string_view function;
  std::vector<std::vector<std::string>> texts;  ///< One list an argument
  std::vector<bool> is_list;
};

Example read_example(std::string_view call) {
  Example example;
  const std::size_t open = call.find('(');
  example.function = call.substr(0, open);
  bool in_list = false;
  for (std::size_t at = open + 1; at < call.size(); ++at) {
    if (call[at] == '[') {
      in_list = true;
      example.texts.emplace_back();
      example.is_list.push_back(true);
    } else if (call[at] == ']') {
      in_list = false;
    } else if (call[at] == '\'') {
      std::string text;
      for (++at; at < call.size() && (call[at] != '\'' || call.substr(at, 2) == "''"); ++at) {
        if (call[at] == '\'') ++at;
        text += call[at];
      }
      if (!in_list) {
        example.texts.emplace_back();
        example.is_list.push_back(false);
      }
      example.texts.back().push_back(text);
    }
  }
  return example;
}

std::string shown(const Value& value, ValueType type) {
  if (!value.failure.empty()) return "error: " + value.failure;
  if (value.null) return "NULL";
  switch (type) {
    case ValueType::Boolean:
      return value.boolean ? "true" : "false";
    case ValueType::Bigint:
    case ValueType::Time:
      return std::to_string(value.integer);
    case ValueType::Double:
      return std::to_string(value.real);
    case ValueType::Text:
      return value.text;
    case ValueType::TextList: {
      std::string all;
      for (const std::string& text : value.texts) all += (all.empty() ? "" : ", ") + text;
      return all;
    }
  }
  return {};
}

std::string call(const NativeFunction& function, const Example& example) {
  std::vector<std::vector<std::string_view>> views;
  for (const auto& texts : example.texts) views.emplace_back(texts.begin(), texts.end());
  std::vector<Argument> arguments;
  for (std::size_t i = 0; i < views.size(); ++i) {
    Argument argument;
    argument.null = false;
    if (example.is_list[i]) {
      argument.texts = views[i];
    } else {
      argument.text = views[i].front();
    }
    arguments.push_back(argument);
  }
  Value value;
  function.call(arguments, value);
  return shown(value, function.result);
}

TEST(NativeFunctions, AnswerTheirExamplesAsTheySay) {
  for (const NativeFunction& function : native_functions()) {
    const Example example = read_example(function.example);
    EXPECT_EQ(example.function, function.sql_name());
    ASSERT_EQ(example.texts.size(), function.arguments.size()) << function.name;
    EXPECT_EQ(call(function, example), function.answer) << function.example;
  }
}

TEST(NativeFunctions, AreSortedNamedAndDescribed) {
  std::string_view last;
  for (const NativeFunction& function : native_functions()) {
    EXPECT_LT(last, function.name);
    last = function.name;
    EXPECT_TRUE(function.name.starts_with("th_"));
    EXPECT_FALSE(function.doc.empty());
    EXPECT_EQ(find_native_function(function.name), &function);
    EXPECT_EQ(find_native_function(function.sql_name()), &function);
  }
  EXPECT_EQ(find_native_function("read_text"), nullptr);
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Manual, ExplainsEveryFieldAndFunctionOfOurs) {
  const std::filesystem::path root(TRAILHOUND_SOURCE);
  const std::string page = text_of_file(root / "docs/manual/fields.md");
  for (const NativeFunction& function : native_functions()) {
    EXPECT_NE(page.find('`' + std::string(function.sql_name()) + '('), std::string::npos)
        << function.sql_name();
  }
  std::istringstream derived(text_of_file(root / "src/sql/derived.def"));
  std::size_t fields = 0;
  for (std::string line; std::getline(derived, line);) {
    if (!line.starts_with("DERIVED(")) continue;
    const std::string name = line.substr(8, line.find(',') - 8);
    EXPECT_NE(page.find("| `" + name + "` |"), std::string::npos) << name;
    ++fields;
  }
  EXPECT_GT(fields, 20u);
}

TEST(NativeFunctions, IpInFailsOnlyForAWrongNetwork) {
  const NativeFunction& ip_in = *find_native_function("ip_in");
  EXPECT_EQ(call(ip_in, read_example("ip_in('AWS Internal', '10.0.0.0/8')")), "NULL");
  EXPECT_EQ(call(ip_in, read_example("ip_in('10.0.0.1', '10.0.0.0/40')")),
            "error: `10.0.0.0/40` is not a network");
}

}  // namespace
}  // namespace trailhound::event
