// SPDX-License-Identifier: Apache-2.0
//
// Where something stands in a text: a half-open range of byte offsets.
//
//   Span word{8, 16};
//   text.substr(word.begin, word.size());
//
// Offsets count bytes of UTF-8, so that an error can point at a name of any script; who shows a
// span to a person turns bytes into columns (see show/).
#pragma once

#include <algorithm>
#include <cstdint>

namespace trailhound {

/// Bytes `begin` to `end` (not included) of a text that the holder knows.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  constexpr std::uint32_t size() const { return end - begin; }
  constexpr bool empty() const { return begin == end; }
  constexpr bool holds(Span inner) const { return begin <= inner.begin && inner.end <= end; }
  friend constexpr bool operator==(Span, Span) = default;
};

/// The shortest span that holds both; an empty one counts for nothing.
constexpr Span join(Span one, Span other) {
  if (one.empty()) return other;
  if (other.empty()) return one;
  return {std::min(one.begin, other.begin), std::max(one.end, other.end)};
}

}  // namespace trailhound
