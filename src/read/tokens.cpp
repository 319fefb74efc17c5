// SPDX-License-Identifier: Apache-2.0
//
// simdjson's first stage proves UTF-8, that strings end and hold no control bytes, and finds the
// tokens, at some 8 GB/s. It does not look at escapes: one memchr through the text does, and as
// most texts hold few backslashes that costs next to nothing. All that is left to prove is the
// order of the tokens, which `Grammar` does at about a nanosecond each.
#include "read/tokens.hpp"

#include "base/text.hpp"

namespace trailhound::read {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The code unit of `\uXXXX` at `p` (behind the backslash and the u); -1 if it is none.
int code_unit(const char* p, const char* end) {
  if (end - p < 4) return -1;
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex(p[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool is_high(int unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(int unit) { return unit >= 0xDC00 && unit < 0xE000; }

/// Length of the sound escape whose backslash is at `p`; 0 if it is none.
std::size_t sound_escape(const char* p, const char* end) {
  if (end - p < 2) return 0;
  switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return 2;
    case 'u': {
      const int unit = code_unit(p + 2, end);
      if (unit < 0 || is_low(unit)) return 0;
      if (!is_high(unit)) return 6;
      if (end - p < 12 || p[6] != '\\' || p[7] != 'u') return 0;
      return is_low(code_unit(p + 8, end)) ? 12 : 0;
    }
    default:
      return 0;
  }
}

}  // namespace

bool has_sound_escapes(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    p = static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
    if (p == nullptr) return true;
    do {
      const std::size_t length = sound_escape(p, end);
      if (length == 0) return false;
      p += length;
    } while (p < end && *p == '\\');
  }
  return true;
}

std::optional<Tokens> TokenFinder::find(const Buffer& text) {
  if (text.empty() || text.size() > 0xFFFF0000u) return std::nullopt;
  if (text.size() > capacity_ || stage_ == nullptr) {
    const std::size_t wanted = std::max<std::size_t>(text.capacity(), 1 << 16);
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            wanted, 1, stage_) != simdjson::SUCCESS) {
      capacity_ = 0;
      stage_.reset();
      return std::nullopt;
    }
    capacity_ = wanted;
  }
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  if (stage_->stage1(bytes, text.size(), simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  if (!has_sound_escapes(text.view())) return std::nullopt;
  return Tokens{text.data(), static_cast<std::uint32_t>(text.size()),
                stage_->structural_indexes.get(), stage_->n_structural_indexes};
}

void TokenFinder::trim(std::size_t bytes) {
  if (capacity_ > bytes) {
    stage_.reset();
    capacity_ = 0;
  }
}

bool Grammar::atom(Token i) const {
  const char* p = tokens_.text + tokens_.at[i];
  const char* const end = tokens_.text + tokens_.size;
  switch (*p) {
    case 't':
      if (std::memcmp(p, "true", 4) != 0) return false;
      p += 4;
      break;
    case 'f':
      if (std::memcmp(p, "false", 5) != 0) return false;
      p += 5;
      break;
    case 'n':
      if (std::memcmp(p, "null", 4) != 0) return false;
      p += 4;
      break;
    default: {
      if (*p == '-') ++p;
      if (!is_digit(*p)) return false;
      if (*p++ != '0') {
        while (is_digit(*p)) ++p;
      }
      if (*p == '.') {
        if (!is_digit(*++p)) return false;
        while (is_digit(*p)) ++p;
      }
      if (*p == 'e' || *p == 'E') {
        ++p;
        if (*p == '+' || *p == '-') ++p;
        if (!is_digit(*p)) return false;
        while (is_digit(*p)) ++p;
      }
    }
  }
  return *p == ',' || *p == '}' || *p == ']' || is_space(*p) || p == end;
}

Token Grammar::container(Token i) {
  const char* const text = tokens_.text;
  const std::uint32_t* const at = tokens_.at;
  std::uint8_t* const stack = stack_.data();
  std::uint32_t depth = 0;
  char c;

open:
  if (depth == depth_limit_) {
    flaw_ = Flaw::TooDeep;
    place_ = i;
    return 0;
  }
  if (text[at[i]] == '[') goto open_array;
  stack[depth++] = 1;
  ++i;
  if (text[at[i]] == '}') goto close;
key:
  if (text[at[i]] != '"') return fail(i);
  if (text[at[i + 1]] != ':') return fail(i + 1);
  i += 2;
  c = text[at[i]];
  if (c == '"') {
    ++i;
  } else if (c == '{' || c == '[') {
    goto open;
  } else {
    if (!atom(i)) return fail(i);
    ++i;
  }
after_member:
  c = text[at[i]];
  if (c == ',') {
    ++i;
    goto key;
  }
  if (c != '}') return fail(i);
close:
  ++i;
  if (--depth == 0) return i;
  if (stack[depth - 1] != 0) goto after_member;
  goto after_element;

open_array:
  stack[depth++] = 0;
  ++i;
  if (text[at[i]] == ']') goto close;
element:
  c = text[at[i]];
  if (c == '"') {
    ++i;
  } else if (c == '{' || c == '[') {
    goto open;
  } else {
    if (!atom(i)) return fail(i);
    ++i;
  }
after_element:
  c = text[at[i]];
  if (c == ',') {
    ++i;
    goto element;
  }
  if (c != ']') return fail(i);
  goto close;
}

void unescape(std::string_view inside, std::string& out) {
  const char* p = inside.data();
  const char* const end = p + inside.size();
  while (p < end) {
    const auto* slash =
        static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
    if (slash == nullptr) slash = end;
    out.append(p, slash);
    if (slash == end) return;
    p = slash;
    const std::size_t length = sound_escape(p, end);
    if (length == 0) {
      append_utf8(out, 0xFFFD);
      p += end - p >= 6 && p[1] == 'u' && code_unit(p + 2, end) >= 0 ? 6 : 2;
      if (p > end) p = end;
      continue;
    }
    switch (p[1]) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': {
        const int unit = code_unit(p + 2, end);
        if (length == 6) {
          append_utf8(out, static_cast<char32_t>(unit));
        } else {
          const int low = code_unit(p + 8, end);
          append_utf8(out,
                      static_cast<char32_t>(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)));
        }
        break;
      }
      default:
        out += p[1];
    }
    p += length;
  }
}

bool is_compact(const Tokens& tokens, Token i, Token end) {
  // A space stands before some token, or none does. What stands before token `end` may be white
  // space that no longer belongs to the value.
  unsigned spaces = 0;
  for (Token t = i + 1; t < end; ++t) {
    spaces |= static_cast<unsigned char>(tokens.text[tokens.at[t] - 1]) <= 0x20 ? 1u : 0u;
  }
  return spaces == 0;
}

void append_compact(const Tokens& tokens, Token i, Token end, std::string& out) {
  if (is_compact(tokens, i, end)) {
    out += tokens.slice(i, end);
    return;
  }
  for (; i < end; ++i) out += tokens.slice(i, i + 1);
}

}  // namespace trailhound::read
