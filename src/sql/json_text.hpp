// SPDX-License-Identifier: Apache-2.0
//
// JSON as it stands in text: walked from the front, nothing built.
//
//   for_members(json, [&](std::string_view key, std::string_view value) { ... });
//   append_text(out, value);   // a string without its quotes, else the value without blanks
//
// Texts that come out are parts of the text that went in. A walker says at each step whether what
// it met was JSON; what stands behind is not looked at.
#pragma once

#include <string>
#include <string_view>

namespace trailhound::sql {

/// Walks JSON text. Every member says whether what it met was JSON.
class JsonWalker {
 public:
  explicit JsonWalker(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }
  char peek() {
    skip_blanks();
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool take(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A string, without its quotes and with its escapes.
  bool take_string(std::string_view& inside);
  /// A value; `whole` is its text.
  bool take_value(std::string_view& whole, int depth = 0);

 private:
  std::string_view rest_;

  void skip_blanks();
  static bool is_number(std::string_view word);
};

/// Calls `each(key, value)` for the members of an object, or of an array with an empty key. False
/// if the text is neither.
template <class Each>
bool for_members(std::string_view json, Each&& each) {
  JsonWalker walker(json);
  const bool object = walker.peek() == '{';
  if (!object && walker.peek() != '[') return false;
  const char last = object ? '}' : ']';
  walker.take(object ? '{' : '[');
  if (walker.take(last)) return true;
  for (;;) {
    std::string_view key;
    std::string_view value;
    if (object && (!walker.take_string(key) || !walker.take(':'))) return false;
    if (!walker.take_value(value)) return false;
    each(key, value);
    if (walker.take(last)) return true;
    if (!walker.take(',')) return false;
  }
}

/// The first value of a text, without the blanks around it; empty if there is none.
std::string_view first_json(std::string_view json);
/// Appends a string's inside with its escapes read.
void append_unescaped(std::string& out, std::string_view inside);
/// Whether a key as it stands, without its quotes, is this key.
bool same_key(std::string_view inside, std::string_view key);
/// Appends the JSON without blanks between its tokens.
void append_compact(std::string& out, std::string_view json);
/// Appends the text of a string, or any other value without blanks.
void append_text(std::string& out, std::string_view value);

}  // namespace trailhound::sql
