// SPDX-License-Identifier: Apache-2.0
//
// Alike calls together, and how they are brought together further.
//
//   std::vector<Group> kinds = together(steps, std::nullopt);     // whenever they were
//   std::vector<Group> hours = together(steps, Unit::Hour);
//
// They are as a statement gives them that groups events by the same (calls.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "findings/cells.hpp"

namespace trailhound::triage {

/// Calls of one kind: who, with which key, where, from where, with what, which action, how it went.
struct Group {
  std::string principal, type, key, account, region, source, agent, action, outcome, error, reason;
  std::string target;            ///< One of those that it was done to
  bool several_targets = false;  ///< There are more
  bool change = false;
  std::uint64_t count = 0;
  Time first, last;      ///< Midnight of 1970 if no call has a time
  std::string event_id;  ///< Of the first

  bool is_timed() const { return first != Time{}; }
};

/// Of a row with columns of these names; and in the place of another, whose room is used again.
Group group_of(const findings::Row& row);
void read_group(const findings::Row& row, Group& group);

enum class Unit { Minute, Hour };

/// Brings calls together by kind; if a unit of time is said, by that and by whether they changed
/// something, too.
class Together {
 public:
  explicit Together(std::optional<Unit> unit) : unit_(unit) {}
  void add(const Group& group);
  /// In order of time; what has no time comes last. Leaves nothing.
  std::vector<Group> take();

 private:
  std::optional<Unit> unit_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Group> all_;
  std::string kind_;
};
std::vector<Group> together(const std::vector<Group>& groups, std::optional<Unit> unit);

/// In order of time.
void put_in_order(std::vector<Group>& groups);

/// All their calls.
std::uint64_t count_of(const std::vector<Group>& groups);

}  // namespace trailhound::triage
