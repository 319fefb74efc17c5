// SPDX-License-Identifier: Apache-2.0
#include "read/members.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace trailhound::read {
namespace {

/// Beyond this many members, keys are compared through a hash table.
constexpr std::size_t kFew = 48;

/// Adds a key that may have been met: in the place of the same key, or as another spelling of a
/// member, or as one more that no column knows.
void add_again(const Tokens& tokens, Token i, std::string_view key, int member, std::size_t base,
               std::unordered_map<std::string_view, std::size_t>& seen, MemberList& out) {
  if (out.size() - base < kFew) {
    for (std::size_t m = base; m < out.size(); ++m) {
      if (tokens.string(out[m].key) == key) {
        out[m].key = i;
        return;
      }
    }
  } else {
    for (std::size_t m = base + seen.size(); m < out.size(); ++m) {
      seen.emplace(tokens.string(out[m].key), m);
    }
    if (const auto found = seen.find(key); found != seen.end()) {
      out[found->second].key = i;
      return;
    }
  }
  out.push_back({member < 0 ? member : -1, i});
}

}  // namespace

std::size_t members_of(const Tokens& tokens, Token object, const KeyTable& table, MemberList& out) {
  const std::size_t base = out.size();
  std::uint64_t met = 0;  // members, by the first spelling of each
  bool others = false;
  std::unordered_map<std::string_view, std::size_t> seen;
  for (Token i = object + 1; tokens.head(i) != '}';) {
    const std::string_view key = tokens.string(i);
    const int member = table.find_padded(key.data(), key.size());
    const std::uint64_t bit = member < 0 ? 0 : std::uint64_t{1} << table.first_spelling(member);
    // Only what was met in one way or another can stand twice.
    if (member < 0 ? !others : (met & bit) == 0) {
      out.push_back({member, i});
    } else {
      add_again(tokens, i, key, member, base, seen, out);
    }
    met |= bit;
    others |= member < 0;
    i = tokens.behind(i + 2);
    if (tokens.head(i) == ',') ++i;
  }
  return base;
}

}  // namespace trailhound::read
