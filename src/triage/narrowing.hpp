// SPDX-License-Identifier: Apache-2.0
//
// What a lake knows of all its events without looking at them: who acts, from where, with what. It
// keeps these answers by days (ask::Keeping), so that a word finds its events by exact values.
//
//   if (desk.keeps_answers()) TRY(narrow(desk, subject));
//   // subject.by.condition is now "(useridentity.arn in ('arn:…:user/alice')\n  and (ts between …)\n  and "
//   // and what it was: by the times, whole parts of the lake are not opened
//
// Where nothing is kept these would be questions of all events: as much work as what they are to
// spare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ask/ask.hpp"
#include "base/time.hpp"
#include "findings/cells.hpp"
#include "triage/condition.hpp"
#include "triage/subject.hpp"

namespace trailhound::triage {

/// The questions whose answers a lake keeps.
std::vector<ask::Question> questions_of_all();

/// Calls `use` for each caller of each day, with type, arn, name (of a user), principal, role,
/// session, workload, issuer (an ARN), account, caller_account, id (principalId), person (of
/// Identity Center), first, last and events. Kept by a lake.
Result<void> each_identity(ask::Desk& desk, const std::function<void(const findings::Row&)>& use);

/// Says in Subject::by which identities (and when), addresses or agents can be it: the events stay
/// the same, and are found without looking at all. Leaves it as it is where these are too many to
/// be named.
Result<void> narrow(ask::Desk& desk, Subject& subject);

/// Moments, by day: a condition that lets through the time from each day's first to its last, so
/// that a lake opens only the parts of those days. Of more than a few, those that follow each other
/// closely are one stretch: the engine tries each on every part.
class Moments {
 public:
  static constexpr std::size_t kFewDays = 10;
  /// No time: nothing can be said of when.
  void add(std::optional<Time> first, std::optional<Time> last);
  /// Of a row of events: from `first` to `last`.
  void add(const findings::Row& row);
  bool empty() const { return days_.empty() && !unknown_; }
  /// Adds those of others.
  void add(const Moments& more);
  /// Nothing, if the time is unknown or there are more than `most` stretches.
  std::optional<std::string> condition(std::size_t most = kMostStretches) const;

 private:
  static constexpr std::size_t kMostStretches = 40;  // that stand in a statement
  std::map<std::int64_t, std::pair<Time, Time>> days_;
  bool unknown_ = false;
};

/// Whoever calls with an id: of IAM, of a user of Identity Center, or as the derived field
/// `principal` says it.
struct Bearers {
  std::set<std::string> principals;  ///< As the derived field says it; an empty one: not known
  std::uint64_t events = 0;          ///< With the id
  Moments moments;
  std::optional<std::string> condition;  ///< Which of all events can be theirs
};
Result<Bearers> bearers_of(ask::Desk& desk, const std::string& id);

/// When the naming services (kept_calls.hpp) named somebody or something: as a target, or at its
/// end.
Result<Moments> named_in_iam(ask::Desk& desk, const std::string& name);

/// When, and in which calls, requests or answers spoke of something.
struct Mentions {
  Moments moments;
  std::set<std::string> calls;  ///< Names of events; an empty one: they are not known
};
/// Of an ARN of IAM, of "role/NAME", of an instance's id or a key's, in events that do not tell of
/// it anyway: that named_in_iam finds by its name, or that the instance caused itself. Nothing is
/// known of other texts.
Result<std::optional<Mentions>> spoken_besides(ask::Desk& desk, const std::string& text);

/// When roles were taken in calls that meet a condition.
Result<Moments> roles_taken(ask::Desk& desk, const Condition& condition);

/// How many events meet a condition; nothing, if no answer that a lake keeps tells all that it
/// asks.
Result<std::optional<std::uint64_t>> count_by_kept(ask::Desk& desk, const Condition& condition);

}  // namespace trailhound::triage
