// SPDX-License-Identifier: Apache-2.0
//
// What is done: who does what, from where, with what, to what, how it ends; counted by day. All
// that a baseline shows and compares is made of these counts, never of the events again.
//
//   Habits habits;
//   TRY(ask::Answer answer, desk.ask(statement(Grain::Day, {})));
//   TRY(habits.add(*answer.rows));
//   for (const Habit& habit : habits.rows()) use(habits.name(habit, Part::Principal), habit.count);
//
// Names are kept once and known by number; number 0 is the empty name. A million events of a
// made-up company are some twenty thousand habits: two megabytes.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/rows.hpp"

namespace trailhound::baseline {

/// What tells one habit from another.
enum class Part : std::uint8_t {
  Account,
  Region,
  Principal,
  Role,       ///< Whose session it is
  ActorKind,  ///< person, key, role, instance, ...
  Workload,   ///< i-..., a function's name
  Key,        ///< Long-lived keys; of the window, any key
  Source,     ///< sourceIPAddress as it stands
  Agent,      ///< By family
  Service,    ///< eventSource
  Action,     ///< iam:CreateUser
  Class,      ///< grant, secret, read, ...
  Outcome,
  Error,     ///< errorCode
  Category,  ///< Management, Data, ...
  Resource,  ///< A bucket, a secret that is read, a role that is assumed
  Session,   ///< Only in the window
  Target,    ///< Only in the window
};
constexpr std::size_t kParts = 18;

/// One count.
struct Habit {
  std::array<std::uint32_t, kParts> names{};
  std::int32_t day = 0;  ///< Days since 1970
  bool change = false;
  bool service = false;  ///< AWS acted for itself
  std::uint64_t count = 0;
  Time first, last;
  std::uint64_t bytes = 0;  ///< That left, of S3's data events
  std::uint32_t event = 0;  ///< Id of the first event
  std::uint32_t operator[](Part part) const { return names[static_cast<std::size_t>(part)]; }
};

/// How finely to count.
enum class Grain {
  Day,   ///< For the past
  Hour,  ///< For what is compared: with session, target and every key
};

/// Counts, and the names in them.
class Habits {
 public:
  Habits();
  Habits(Habits&&) = default;
  Habits& operator=(Habits&&) = default;
  Habits(const Habits&) = delete;  // names are known by where they lie
  Habits& operator=(const Habits&) = delete;
  ~Habits() = default;
  /// Adds what `statement` gave.
  Result<void> add(engine::Rows& rows);
  /// By time and event: the same counts read the same, however they came.
  void put_in_order();
  /// Adds what `encode` gave; false, and nothing is added, if these bytes are none of it.
  bool decode(std::string_view bytes);
  /// The habits of a day as bytes.
  std::string encode(std::int32_t day) const;
  /// Adds one, its names being those of `other`.
  void add(const Habits& other, const Habit& habit);

  const std::vector<Habit>& rows() const { return rows_; }
  std::vector<Habit>& rows() { return rows_; }
  std::string_view name(std::uint32_t number) const { return texts_[number]; }
  std::string_view name(const Habit& habit, Part part) const { return texts_[habit[part]]; }
  std::uint32_t number(std::string_view name);
  /// None if nothing is called so.
  std::optional<std::uint32_t> find(std::string_view name) const;
  std::size_t names() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::vector<Habit> rows_;
};

/// The question that counts, of events from `from` on and before `to`.
std::string statement(Grain grain, std::optional<Time> from, std::optional<Time> to);
/// A number for what `statement` counts: habits kept under another are of no use.
std::uint64_t fingerprint();

/// Days since 1970 of a moment, and back.
std::int32_t day_of(Time time);
Time midnight(std::int32_t day);

}  // namespace trailhound::baseline
