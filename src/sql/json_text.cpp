// SPDX-License-Identifier: Apache-2.0
#include "sql/json_text.hpp"

#include <cctype>
#include <charconv>

#include "base/text.hpp"

namespace trailhound::sql {
namespace {

constexpr int kMaxNesting = 1000;

}  // namespace

bool JsonWalker::take_string(std::string_view& inside) {
  if (!take('"')) return false;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] == '\\') {
      ++i;
    } else if (rest_[i] == '"') {
      inside = rest_.substr(0, i);
      rest_.remove_prefix(i + 1);
      return true;
    } else if (static_cast<unsigned char>(rest_[i]) < 0x20) {
      return false;
    }
  }
  return false;
}

bool JsonWalker::take_value(std::string_view& whole, int depth) {
  const char first = peek();
  const std::string_view begin = rest_;
  const auto done = [&] {
    whole = begin.substr(0, begin.size() - rest_.size());
    return true;
  };
  std::string_view inner;
  if (first == '"') return take_string(inner) && done();
  if (first == '{' || first == '[') {
    if (depth > kMaxNesting) return false;
    const char last = first == '{' ? '}' : ']';
    rest_.remove_prefix(1);
    if (take(last)) return done();
    for (;;) {
      if (first == '{' && (!take_string(inner) || !take(':'))) return false;
      if (!take_value(inner, depth + 1)) return false;
      if (take(last)) return done();
      if (!take(',')) return false;
    }
  }
  std::size_t end = 0;
  while (end < rest_.size() &&
         std::string_view(" \t\r\n,]}:").find(rest_[end]) == std::string_view::npos)
    ++end;
  const std::string_view word = rest_.substr(0, end);
  if (word != "true" && word != "false" && word != "null" && !is_number(word)) return false;
  rest_.remove_prefix(end);
  return done();
}

void JsonWalker::skip_blanks() {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' ||
                            rest_.front() == '\n' || rest_.front() == '\r')) {
    rest_.remove_prefix(1);
  }
}

bool JsonWalker::is_number(std::string_view word) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < word.size() && std::isdigit(static_cast<unsigned char>(word[i])) != 0) ++i;
    return i > from;
  };
  if (i < word.size() && word[i] == '-') ++i;
  const std::size_t whole = i;
  if (!digits() || (word[whole] == '0' && i > whole + 1)) return false;
  if (i < word.size() && word[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < word.size() && (word[i] == 'e' || word[i] == 'E')) {
    ++i;
    if (i < word.size() && (word[i] == '+' || word[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == word.size();
}

std::string_view first_json(std::string_view json) {
  JsonWalker walker(json);
  std::string_view whole;
  walker.peek();
  return walker.take_value(whole) ? whole : std::string_view();
}

void append_unescaped(std::string& out, std::string_view inside) {
  while (!inside.empty()) {
    const std::size_t slash = inside.find('\\');
    out += inside.substr(0, slash);
    if (slash == std::string_view::npos || slash + 1 >= inside.size()) return;
    const char c = inside[slash + 1];
    inside.remove_prefix(slash + 2);
    const auto four = [&]() -> char32_t {
      unsigned value = 0;
      if (inside.size() < 4) return 0xFFFD;
      const auto [end, error] = std::from_chars(inside.data(), inside.data() + 4, value, 16);
      inside.remove_prefix(4);
      return error == std::errc() ? value : 0xFFFD;
    };
    switch (c) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u': {
        char32_t point = four();
        if (point >= 0xD800 && point < 0xDC00 && inside.starts_with("\\u")) {
          inside.remove_prefix(2);
          const char32_t low = four();
          point = low >= 0xDC00 && low < 0xE000
                      ? 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00)
                      : 0xFFFD;
        }
        append_utf8(out, point);
        break;
      }
      default:
        out += c;
    }
  }
}

bool same_key(std::string_view inside, std::string_view key) {
  if (inside.find('\\') == std::string_view::npos) return inside == key;
  std::string read;
  append_unescaped(read, inside);
  return read == key;
}

void append_compact(std::string& out, std::string_view json) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) out += json[++i];
      if (c == '"') in_string = false;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      out += c;
      in_string = c == '"';
    }
  }
}

void append_text(std::string& out, std::string_view value) {
  if (value.starts_with('"'))
    append_unescaped(out, value.substr(1, value.size() - 2));
  else
    append_compact(out, value);
}

}  // namespace trailhound::sql
