// SPDX-License-Identifier: Apache-2.0
//
// JSON as text: writing it, and a small tree of it for what is small (a policy document, a test's
// event). Logs are not read with this: see read/.
//
//   std::string line;
//   append_json_string(line, user_agent);                // with the quotes
//   TRY(Json policy, parse_json(document));
//   if (const Json* statement = policy.find("Statement")) ...
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace trailhound {

/// Appends `text` (UTF-8) as a JSON string, quotes included. Control characters are escaped.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

/// The longest part of a text that JSON has one spelling for, be it escaped or not, and that no
/// pattern of LIKE takes for another: whatever speaks of the text holds it. Empty where none is
/// long enough to tell anything.
std::string one_spelling(std::string_view text);

/// A JSON value. Objects keep their order and their double keys; numbers keep their spelling.
class Json {
 public:
  struct Number {
    std::string text;  ///< As it was written: "1e3"
    friend bool operator==(const Number&, const Number&) = default;
  };
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : held_(value) {}
  Json(Number value) : held_(std::move(value)) {}
  Json(std::string value) : held_(std::move(value)) {}
  Json(const char* value) : held_(std::string(value)) {}
  Json(Array value) : held_(std::move(value)) {}
  Json(Object value) : held_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(held_); }
  const bool* boolean() const { return std::get_if<bool>(&held_); }
  const Number* number() const { return std::get_if<Number>(&held_); }
  const std::string* string() const { return std::get_if<std::string>(&held_); }
  const Array* array() const { return std::get_if<Array>(&held_); }
  const Object* object() const { return std::get_if<Object>(&held_); }
  Array* array() { return std::get_if<Array>(&held_); }
  Object* object() { return std::get_if<Object>(&held_); }

  /// The value under `key` (the last, if there are several) of an object; null if there is none.
  const Json* find(std::string_view key) const;
  /// `find` through several objects.
  const Json* at(std::initializer_list<std::string_view> keys) const;
  /// The string under `key`, else "".
  std::string_view text(std::string_view key) const;
  /// Compact JSON.
  std::string dump() const;
  void append_to(std::string& out) const;

  /// Same value: order of keys counts not, spelling of numbers does.
  friend bool operator==(const Json& one, const Json& other);

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> held_;
};

/// Parses one JSON document; depth is limited to 1,000. Error `bad-json`.
Result<Json> parse_json(std::string_view text);

}  // namespace trailhound
