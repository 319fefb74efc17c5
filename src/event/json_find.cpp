// SPDX-License-Identifier: Apache-2.0
#include "event/json_find.hpp"

#include "base/json.hpp"

namespace trailhound::event {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

/// Length of the string at the front of `text`, quotes included; 0 if it does not end.
std::size_t string_size(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return 0;
}

/// Length of the value at the front of `text`; 0 if it does not end.
std::size_t value_size(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '"') return string_size(text);
  if (text.front() != '{' && text.front() != '[') {
    std::size_t end = 0;
    while (end < text.size() && text[end] != ',' && text[end] != '}' && text[end] != ']' &&
           text[end] != ':' && text[end] != '"' && !is_space(text[end])) {
      ++end;
    }
    return end;
  }
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const std::size_t size = string_size(text.substr(at));
      if (size == 0) return 0;
      at += size - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return at + 1;
    }
  }
  return 0;
}

/// What stands between the brackets; empty if `text` does not begin with `open`.
std::string_view inside(std::string_view text, char open) {
  skip_space(text);
  if (text.empty() || text.front() != open) return {};
  text.remove_prefix(1);
  return text;
}

/// Takes a value off the front, and the comma behind it.
bool take_value(std::string_view& rest, std::string_view& value) {
  skip_space(rest);
  const std::size_t size = value_size(rest);
  if (size == 0) return false;
  value = rest.substr(0, size);
  rest.remove_prefix(size);
  skip_space(rest);
  if (!rest.empty() && rest.front() == ',') {
    rest.remove_prefix(1);
  } else {
    rest = {};
  }
  return true;
}

}  // namespace

JsonMembers::JsonMembers(std::string_view text) : rest_(inside(text, '{')) {}

bool JsonMembers::next() {
  skip_space(rest_);
  if (rest_.empty() || rest_.front() != '"') return false;
  const std::size_t size = string_size(rest_);
  if (size == 0) return false;
  key_ = rest_.substr(1, size - 2);
  rest_.remove_prefix(size);
  skip_space(rest_);
  if (rest_.empty() || rest_.front() != ':') return false;
  rest_.remove_prefix(1);
  return take_value(rest_, value_);
}

JsonElements::JsonElements(std::string_view text) : rest_(inside(text, '[')) {}

bool JsonElements::next() {
  skip_space(rest_);
  if (rest_.empty() || rest_.front() == ']') return false;
  return take_value(rest_, value_);
}

std::string_view json_member(std::string_view object, std::string_view key) {
  std::string_view found;
  for (JsonMembers members(object); members.next();) {
    if (members.key() == key) found = members.value();
  }
  return found;
}

std::string json_text(std::string_view value) {
  if (value.empty() || value == "null" || value.front() == '{' || value.front() == '[') return {};
  if (value.front() != '"') return std::string(value);
  const std::string_view content = value.substr(1, value.size() - 2);
  if (content.find('\\') == std::string_view::npos) return std::string(content);
  const auto parsed = parse_json(value);
  if (!parsed.ok() || parsed->string() == nullptr) return {};
  return *parsed->string();
}

}  // namespace trailhound::event
