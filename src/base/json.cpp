// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace trailhound {
namespace {

constexpr int kMaxDepth = 1000;
constexpr std::size_t kTelling = 3;  // letters of a word that are worth looking for

/// Recursive descent over RFC 8259. `failed_` stands once something is wrong; all else then leaves.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Json> document() {
    Json value = parse_value(0);
    skip_blanks();
    if (!failed_ && at_ < text_.size()) fail("more text after the end of the document");
    if (!failed_) return value;
    const auto offset = static_cast<std::uint32_t>(at_);
    return Error("bad-json", fmt::format("not JSON: {} at byte {}", reason_, at_))
        .at({offset, offset + (at_ < text_.size() ? 1u : 0u)});
  }

 private:
  Json parse_value(int depth) {
    skip_blanks();
    if (depth > kMaxDepth) return fail("nested too deep");
    if (at_ >= text_.size()) return fail("the text ends too early");
    switch (text_[at_]) {
      case '{':
        return parse_object(depth);
      case '[':
        return parse_array(depth);
      case '"':
        return parse_string();
      case 't':
        return parse_word("true", Json(true));
      case 'f':
        return parse_word("false", Json(false));
      case 'n':
        return parse_word("null", Json());
      default:
        return parse_number();
    }
  }

  Json parse_object(int depth) {
    ++at_;
    Json::Object members;
    if (take('}')) return members;
    do {
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] != '"') return fail("a key is missing");
      std::string key = parse_string();
      if (!failed_ && !take(':')) return fail("a colon is missing");
      members.emplace_back(std::move(key), parse_value(depth + 1));
      if (failed_) return {};
    } while (take(','));
    if (!take('}')) return fail("a `}` is missing");
    return members;
  }

  Json parse_array(int depth) {
    ++at_;
    Json::Array elements;
    if (take(']')) return elements;
    do {
      elements.push_back(parse_value(depth + 1));
      if (failed_) return {};
    } while (take(','));
    if (!take(']')) return fail("a `]` is missing");
    return elements;
  }

  std::string parse_string() {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return value;
      }
      if (static_cast<unsigned char>(c) < 0x20) return fail_text("a control character in a string");
      if (c != '\\') {
        value.push_back(c);
        continue;
      }
      if (++at_ >= text_.size()) break;
      constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
      if (const std::size_t known = kEscapes.find(text_[at_]); known != std::string_view::npos) {
        value.push_back(kMeant[known]);
      } else if (text_[at_] == 'u') {
        char32_t unit = hex_unit();
        if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(at_ + 1, 2) == "\\u") {
          const std::size_t before = at_;
          at_ += 2;
          const char32_t low = hex_unit();
          if (low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
          } else {
            at_ = before;
          }
        }
        append_utf8(value, unit);
      } else {
        return fail_text("an unknown escape");
      }
      if (failed_) return {};
    }
    return fail_text("a string has no end");
  }

  /// Reads the four digits behind `\u`; stops on the last.
  char32_t hex_unit() {
    char32_t unit = 0;
    for (int i = 0; i < 4; ++i) {
      if (++at_ >= text_.size())
        return static_cast<char32_t>(fail_text("a string has no end").size());
      const char c = to_lower(text_[at_]);
      const std::size_t digit = std::string_view("0123456789abcdef").find(c);
      if (digit == std::string_view::npos) {
        fail("an unknown escape");
        return 0;
      }
      unit = unit * 16 + static_cast<char32_t>(digit);
    }
    return unit;
  }

  Json parse_number() {
    const std::size_t begin = at_;
    const auto digits = [&] {
      const std::size_t first = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      return at_ > first;
    };
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    if (zero) ++at_;
    if (!zero && !digits()) {
      at_ = begin;
      return fail("no value");
    }
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!digits()) return fail("a number has no end");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digits()) return fail("a number has no end");
    }
    return Json::Number{std::string(text_.substr(begin, at_ - begin))};
  }

  Json parse_word(std::string_view word, Json value) {
    if (text_.substr(at_, word.size()) != word) return fail("no value");
    at_ += word.size();
    return value;
  }

  void skip_blanks() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  bool take(char mark) {
    skip_blanks();
    if (failed_ || at_ >= text_.size() || text_[at_] != mark) return false;
    ++at_;
    return true;
  }
  Json fail(std::string_view reason) {
    if (!failed_) reason_ = reason;
    failed_ = true;
    return {};
  }
  std::string fail_text(std::string_view reason) {
    fail(reason);
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::string_view reason_;
};

/// Whether JSON never writes this character in two ways, nor a pattern takes it for another.
bool has_one_spelling(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view(" .:@,=-").find(c) != std::string_view::npos;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    out.append(text.substr(done, i - done));
    done = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        constexpr std::string_view kDigits = "0123456789abcdef";
        out += "\\u00";
        out.push_back(kDigits[c >> 4]);
        out.push_back(kDigits[c & 15]);
      }
    }
  }
  out.append(text.substr(done)).push_back('"');
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string one_spelling(std::string_view text) {
  std::string_view best;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && has_one_spelling(text[at])) continue;
    if (at - begin > best.size()) best = text.substr(begin, at - begin);
    begin = at + 1;
  }
  return best.size() < kTelling ? std::string{} : std::string(best);
}

const Json* Json::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (auto member = members->rbegin(); member != members->rend(); ++member) {
    if (member->first == key) return &member->second;
  }
  return nullptr;
}

const Json* Json::at(std::initializer_list<std::string_view> keys) const {
  const Json* value = this;
  for (const std::string_view key : keys) {
    if (value == nullptr) return nullptr;
    value = value->find(key);
  }
  return value;
}

std::string_view Json::text(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr || value->string() == nullptr) return {};
  return *value->string();
}

std::string Json::dump() const {
  std::string out;
  append_to(out);
  return out;
}

void Json::append_to(std::string& out) const {
  if (is_null()) {
    out += "null";
  } else if (const bool* truth = boolean()) {
    out += *truth ? "true" : "false";
  } else if (const Number* digits = number()) {
    out += digits->text;
  } else if (const std::string* words = string()) {
    append_json_string(out, *words);
  } else if (const Array* elements = array()) {
    out.push_back('[');
    for (std::size_t i = 0; i < elements->size(); ++i) {
      if (i > 0) out.push_back(',');
      (*elements)[i].append_to(out);
    }
    out.push_back(']');
  } else {
    out.push_back('{');
    const Object& members = *object();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out.push_back(',');
      append_json_string(out, members[i].first);
      out.push_back(':');
      members[i].second.append_to(out);
    }
    out.push_back('}');
  }
}

bool operator==(const Json& one, const Json& other) {
  const Json::Object* left = one.object();
  const Json::Object* right = other.object();
  if (left == nullptr || right == nullptr) return one.held_ == other.held_;
  const auto covered = [](const Json::Object& members, const Json& by) {
    return std::all_of(members.begin(), members.end(), [&](const Json::Member& member) {
      const Json* same = by.find(member.first);
      return same != nullptr && *same == member.second;
    });
  };
  return left->size() == right->size() && covered(*left, other) && covered(*right, one);
}

Result<Json> parse_json(std::string_view text) { return Parser(text).document(); }

}  // namespace trailhound
