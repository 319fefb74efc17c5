// SPDX-License-Identifier: Apache-2.0
#include "event/attack.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace trailhound::event {

namespace {

struct Move {
  std::string_view from;
  std::string_view to;
};

constexpr Move kMoves[] = {
#define ATTACK(id, name, tactics)
#define MOVED(from, to) {from, to},
#include "event/attack.def"
#undef ATTACK
#undef MOVED
};

std::vector<std::string_view> words(std::string_view text) {
  if (text.empty()) return {};
  return split(text, ' ');
}

/// "T1098" or "T1098.003" of an id in any spelling; empty if it is none.
std::string normal(std::string_view id) {
  constexpr std::string_view kTag = "attack.";
  if (id.size() > kTag.size() && equal_without_case(id.substr(0, kTag.size()), kTag)) {
    id.remove_prefix(kTag.size());
  }
  if (id.size() != 5 && id.size() != 9) return {};
  for (std::size_t at = 0; at < id.size(); ++at) {
    const bool digit = id[at] >= '0' && id[at] <= '9';
    const bool fits = at == 0 ? to_lower(id[at]) == 't' : at == 5 ? id[at] == '.' : digit;
    if (!fits) return {};
  }
  return to_upper(id);
}

}  // namespace

std::string attack_current(std::string_view id) {
  std::string current = normal(id);
  if (current.empty()) return std::string(id);
  for (const Move& unused : kMoves) {  // no chain has more links than the table
    static_cast<void>(unused);
    const auto* next = std::find_if(std::begin(kMoves), std::end(kMoves),
                                    [&](const Move& move) { return move.from == current; });
    if (next == std::end(kMoves)) break;
    current = next->to;
  }
  return current;
}

const Technique* find_technique(std::string_view id) {
  const std::string current = attack_current(id);
  const auto& all = techniques();
  const auto found =
      std::lower_bound(all.begin(), all.end(), current,
                       [](const Technique& one, const std::string& key) { return one.id < key; });
  return found != all.end() && found->id == current ? &*found : nullptr;
}

const std::vector<Technique>& techniques() {
  static const std::vector<Technique> all = [] {
    std::vector<Technique> made = {
#define ATTACK(id, name, tactics) {id, name, words(tactics)},
#define MOVED(from, to)
#include "event/attack.def"
#undef ATTACK
#undef MOVED
    };
    std::sort(made.begin(), made.end(),
              [](const Technique& one, const Technique& other) { return one.id < other.id; });
    return made;
  }();
  return all;
}

std::vector<std::string_view> attack_aliases(std::string_view id) {
  const std::string current = attack_current(id);
  std::vector<std::string_view> aliases;
  for (const Move& move : kMoves) {
    if (attack_current(move.from) == current) aliases.push_back(move.from);
  }
  std::sort(aliases.begin(), aliases.end());
  return aliases;
}

}  // namespace trailhound::event
