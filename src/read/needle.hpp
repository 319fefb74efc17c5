// SPDX-License-Identifier: Apache-2.0
//
// Searches text for the literals of a plan.
//
//   NeedleSearch search(plan.needles);
//   if (!search.all_met(text)) skip(file);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/scan_plan.hpp"

namespace trailhound::read {

/// The places of one literal.
class Literal {
 public:
  explicit Literal(std::string text);
  /// Where it stands first at or behind `from`; npos if nowhere.
  std::size_t find(std::string_view text, std::size_t from = 0) const;

 private:
  std::string text_;
  std::size_t rare_ = 0;  ///< Its byte that is rarest in logs: looked for first
};

/// All needles of a plan.
class NeedleSearch {
 public:
  explicit NeedleSearch(const std::vector<event::Needle>& needles);
  bool empty() const { return needles_.empty(); }
  /// Whether the text holds a literal of every needle.
  bool all_met(std::string_view text) const;
  /// The same for a text that comes in pieces: `met` (of size `size()`) remembers. Pieces must
  /// overlap by `longest()` bytes.
  bool look(std::string_view piece, std::vector<bool>& met) const;
  std::size_t size() const { return needles_.size(); }
  std::size_t longest() const { return longest_; }

 private:
  std::vector<std::vector<Literal>> needles_;
  std::size_t longest_ = 0;
};

}  // namespace trailhound::read
