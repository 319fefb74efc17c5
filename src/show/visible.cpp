// SPDX-License-Identifier: Apache-2.0
#include "show/visible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "base/text.hpp"

namespace trailhound::show {
namespace {

enum class Set { Hidden, Mark, Wide };

struct Range {
  Set set;
  char32_t first;
  char32_t last;
};

constexpr Range kRanges[] = {
#define RANGE(set, first, last) {Set::set, first, last},
#include "show/code_points.def"
#undef RANGE
};

/// More marks than this on one letter are spelt out: no script needs them.
constexpr int kMostMarks = 3;

template <Set set>
bool is_in(char32_t code_point) {
  static const Range* const begin =
      std::find_if(std::begin(kRanges), std::end(kRanges), [](Range r) { return r.set == set; });
  static const Range* const end =
      std::find_if(begin, std::end(kRanges), [](Range r) { return r.set != set; });
  const Range* const after =
      std::upper_bound(begin, end, code_point, [](char32_t p, Range r) { return p < r.first; });
  return after != begin && code_point <= std::prev(after)->last;
}

/// Walks over bytes, well-formed or not, and hands on what each part becomes.
template <class Fit, class Unfit>
void walk(std::string_view text, Fit&& fit, Unfit&& unfit) {
  int marks = 0;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first >= 0x20 && first < 0x7F) {
      marks = 0;
      fit(text.substr(0, 1));
      text.remove_prefix(1);
      continue;
    }
    std::string_view rest = text;
    const char32_t code_point = take_utf8(rest);
    const std::string_view bytes = text.substr(0, text.size() - rest.size());
    text = rest;
    if (first >= 0x80 && bytes.size() == 1) {  // a byte that belongs to no character
      unfit(char32_t{first});
    } else if (is_hidden(code_point)) {
      unfit(code_point);
    } else if (is_in<Set::Mark>(code_point) && ++marks > kMostMarks) {
      unfit(code_point);
    } else {
      if (!is_in<Set::Mark>(code_point)) marks = 0;
      fit(bytes);
    }
  }
}

}  // namespace

bool is_hidden(char32_t code_point) { return is_in<Set::Hidden>(code_point); }

std::size_t width_of(char32_t code_point) {
  if (code_point >= 0x20 && code_point < 0x7F) return 1;
  if (is_in<Set::Hidden>(code_point) || is_in<Set::Mark>(code_point)) return 0;
  return is_in<Set::Wide>(code_point) ? 2 : 1;
}

std::size_t width_of(std::string_view visible_text) {
  if (is_plain(visible_text)) return visible_text.size();
  std::size_t width = 0;
  while (!visible_text.empty()) width += width_of(take_utf8(visible_text));
  return width;
}

bool is_plain(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  while (text.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data(), 8);
    // A byte below 0x20, 0x7F, or with its high bit set.
    const std::uint64_t low = (word - kOnes * 0x20) & ~word;
    const std::uint64_t del = ((word ^ kOnes * 0x7F) - kOnes) & ~(word ^ kOnes * 0x7F);
    if (((low | del | word) & kHighs) != 0) return false;
    text.remove_prefix(8);
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

void append_spelling(std::string& out, char32_t code_point) {
  if (code_point == '\n') {
    out += "\\n";
  } else if (code_point == '\r') {
    out += "\\r";
  } else if (code_point == '\t') {
    out += "\\t";
  } else if (code_point < 0x100) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint32_t>(code_point));
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<std::uint32_t>(code_point));
  }
}

std::string visible(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  walk(
      text, [&](std::string_view bytes) { out += bytes; },
      [&](char32_t code_point) { append_spelling(out, code_point); });
  return out;
}

std::string marked(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  walk(
      text, [&](std::string_view bytes) { out += bytes; },
      [&](char32_t code_point) {
        out.push_back(kOpen);
        append_spelling(out, code_point);
        out.push_back(kClose);
      });
  return out;
}

}  // namespace trailhound::show
