// SPDX-License-Identifier: Apache-2.0
#include "read/members.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace trailhound::read {
namespace {

/// Beyond this many members, keys are compared through a hash table.
constexpr std::size_t kFew = 48;

}  // namespace

std::size_t members_of(const Tokens& tokens, Token object, const KeyTable& table, MemberList& out) {
  const std::size_t base = out.size();
  std::unordered_map<std::string_view, std::size_t> seen;
  for (Token i = object + 1; tokens.head(i) != '}';) {
    const std::string_view key = tokens.string(i);
    const int member = table.find(key.data(), key.size());
    std::size_t same = out.size();
    if (out.size() - base < kFew) {
      for (std::size_t m = base; m < out.size(); ++m) {
        if (tokens.string(out[m].key) == key) {
          same = m;
          break;
        }
      }
    } else {
      if (seen.empty()) {
        for (std::size_t m = base; m < out.size(); ++m) seen[tokens.string(out[m].key)] = m;
      }
      if (const auto found = seen.find(key); found != seen.end()) same = found->second;
    }
    if (same < out.size()) {
      out[same].key = i;
    } else {
      int known = member;
      if (member >= 0) {
        for (std::size_t m = base; m < out.size(); ++m) {
          if (out[m].member >= 0 && table.field(out[m].member) == table.field(member)) known = -1;
        }
      }
      if (out.size() - base >= kFew) seen[key] = out.size();
      out.push_back({known, i});
    }
    i = tokens.behind(i + 2);
    if (tokens.head(i) == ',') ++i;
  }
  return base;
}

}  // namespace trailhound::read
