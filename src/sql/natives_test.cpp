// SPDX-License-Identifier: Apache-2.0
#include "sql/natives.hpp"

#include <gtest/gtest.h>

namespace trailhound::sql {
namespace {

using event::Argument;
using event::Value;

Argument argument_of(std::string_view text, event::ValueType type) {
  Argument argument;
  argument.null = false;
  if (type == event::ValueType::Bigint) {
    argument.integer = std::stoll(std::string(text));
  } else {
    argument.text = text;
  }
  return argument;
}

/// What a function of texts and whole numbers gives: its text, "NULL", or "!" and why it fails.
std::string call(std::string_view name, std::vector<std::string_view> arguments) {
  for (const event::NativeFunction& function : engine_functions()) {
    if (function.name != name) continue;
    if (function.arguments.size() != arguments.size()) return "it takes more arguments, or fewer";
    std::vector<Argument> given;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      given.push_back(argument_of(arguments[i], function.arguments[i]));
    }
    Value value;
    function.call(given, value);
    if (!value.failure.empty()) return "!" + value.failure;
    if (value.null) return "NULL";
    if (function.result == event::ValueType::Time) return format_iso({value.integer});
    return value.text;
  }
  return "no such function";
}

TEST(JsonPath, FindsWhatTrinoFinds) {
  EXPECT_EQ(call("th_json_scalar",
                 {R"({"a.b": {"c d": [10, {"e": false}]}})", R"($["a.b"]["c d"][1].e)"}),
            "false");
  EXPECT_EQ(call("th_json_scalar", {R"({"a": 1, "a": 2})", "$.a"}), "1");
  EXPECT_EQ(call("th_json_scalar", {R"({"\u0061": 1})", "$.a"}), "1");
  EXPECT_EQ(call("th_json_scalar", {R"("x")", "$"}), "x");
  EXPECT_EQ(call("th_json_scalar", {R"(["x"])", "$.0"}), "x");
  EXPECT_EQ(call("th_json_scalar", {R"({"a": "\ud83d\ude00"})", "$.a"}), "😀");
  EXPECT_EQ(call("th_json_extract", {R"( { "a" : [ 1 , "b c" ] } )", "$.a"}), R"([1,"b c"])");
  EXPECT_EQ(call("th_json_extract", {R"({"a": null})", "$.a"}), "null");
  EXPECT_EQ(call("th_json_size", {R"({"a": [1, 2]})", "$.b"}), "NULL");
}

TEST(JsonPath, GivesNullForWhatIsNoJson) {
  for (const std::string_view bad : {"", " ", "{", "{\"a\"", "{\"a\":", "{\"a\":}", "nul", "[1,]",
                                     "{\"b\":01,\"a\":1}", "\"a"}) {
    EXPECT_EQ(call("th_json_scalar", {bad, "$.a"}), "NULL") << bad;
  }
  const std::string deep(100'000, '[');
  EXPECT_EQ(call("th_json_extract", {deep, "$"}), "NULL");
}

TEST(JsonPath, SaysWhatIsWrongWithAPath) {
  EXPECT_EQ(json_path_problem("$.a[0][\"b c\"].d:e"), "");
  EXPECT_NE(json_path_problem("a.b"), "");
  EXPECT_NE(json_path_problem("$.a[*]"), "");
  EXPECT_NE(json_path_problem("$..a"), "");
  EXPECT_NE(json_path_problem("$['a']"), "");
  EXPECT_NE(json_path_problem("$.a["), "");
}

TEST(TimeFormats, WriteAndReadMySqlCodes) {
  const Time time = from_civil({2024, 1, 31, 15, 4, 5, 678'000});
  EXPECT_EQ(*format_mysql(time, "%Y-%m-%d %H:%i:%s.%f"), "2024-01-31 15:04:05.678000");
  EXPECT_EQ(*format_mysql(time, "%c/%e/%y %h:%i %p %W %a %M %b %j %v %T %%"),
            "1/31/24 03:04 PM Wednesday Wed January Jan 031 05 15:04:05 %");
  EXPECT_EQ(*parse_mysql("2024-01-31T15:04:05Z", "%Y-%m-%dT%H:%i:%sZ"),
            from_civil({2024, 1, 31, 15, 4, 5}));
  EXPECT_EQ(*parse_mysql("31/Jan/2024 3:04 pm", "%d/%b/%Y %h:%i %p"),
            from_civil({2024, 1, 31, 15, 4}));
  EXPECT_EQ(*parse_mysql("20240131", "%Y%m%d"), from_civil({2024, 1, 31}));
  EXPECT_FALSE(parse_mysql("2024-02-30", "%Y-%m-%d"));
  EXPECT_FALSE(parse_mysql("2024-01-31 tail", "%Y-%m-%d"));
  EXPECT_FALSE(format_mysql(time, "%U"));
}

TEST(TimeFormats, WriteAndReadJodaLetters) {
  const Time time = from_civil({2024, 1, 31, 15, 4, 5, 678'000});
  EXPECT_EQ(*format_joda(time, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"), "2024-01-31T15:04:05.678Z");
  EXPECT_EQ(*format_joda(time, "EEE, d MMM yy h:mm a 'o''clock'"),
            "Wed, 31 Jan 24 3:04 PM o'clock");
  EXPECT_EQ(call("th_parse_datetime", {"2024-01-31T15:04:05+02:00", "yyyy-MM-dd'T'HH:mm:ssZ"}),
            "2024-01-31T13:04:05Z");
  EXPECT_EQ(call("th_parse_datetime", {"2024-01-31T15:04:05Z", "yyyy-MM-dd'T'HH:mm:ssZ"}),
            "2024-01-31T15:04:05Z");
}

TEST(TimeTexts, AreReadAsTrinoReadsThem) {
  EXPECT_EQ(call("th_from_iso8601", {"2023-07-10T11:54:33Z"}), "2023-07-10T11:54:33Z");
  EXPECT_EQ(call("th_from_iso8601", {"2023-07-10T11:54:33.5+02:00"}), "2023-07-10T09:54:33.5Z");
  EXPECT_EQ(call("th_from_iso8601", {"2023-07"}), "2023-07-01T00:00:00Z");
  EXPECT_EQ(call("th_from_iso8601", {"2023-07-10 11:54:33"})[0], '!');
  EXPECT_EQ(call("th_to_timestamp", {"2023-07-10 11:54", "3"}), "2023-07-10T11:54:00Z");
  EXPECT_EQ(call("th_to_timestamp", {"2023-07-10T11:54:33", "3"})[0], '!');
  EXPECT_EQ(call("th_to_timestamp", {"2023-07-10 11:54:33.1235", "3"}), "2023-07-10T11:54:33.124Z");
  EXPECT_EQ(call("th_to_timestamp", {"2023-07-10 11:54:59.5", "0"}), "2023-07-10T11:55:00Z");
}

TEST(Urls, AreTakenApart) {
  EXPECT_EQ(call("th_url_part", {"https://u:p@h.example:8443/a/b?x=1#f", "host"}), "h.example");
  EXPECT_EQ(call("th_url_part", {"https://h.example", "path"}), "");
  EXPECT_EQ(call("th_url_part", {"no url at all", "host"}), "NULL");
  EXPECT_EQ(call("th_url_parameter", {"http://h/?a=1&b=x%20y", "b"}), "x y");
  EXPECT_EQ(call("th_url_decode", {"%4"})[0], '!');
}

TEST(Formats, PutValuesInTheirPlaces) {
  const auto places = format_places("%s-%03d %1$s");
  ASSERT_TRUE(places.ok());
  ASSERT_EQ(places->size(), 3u);
  EXPECT_EQ((*places)[1].conversion, 'd');
  EXPECT_EQ((*places)[1].argument, 1u);
  EXPECT_EQ((*places)[2].argument, 0u);
  EXPECT_FALSE(format_places("%e").ok());
  EXPECT_FALSE(format_places("100%").ok());
}

}  // namespace
}  // namespace trailhound::sql
