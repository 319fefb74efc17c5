// SPDX-License-Identifier: Apache-2.0
//
// What a lake knows of all its events without looking at them: who acts, from where, with what. It
// keeps these answers by days (ask::Keeping), so that a word finds its events by exact values.
//
//   if (knows_all(desk)) TRY(narrow(desk, subject));
//   // subject.by is now "(useridentity.arn in ('arn:…:user/alice')\n  and (ts between …)\n  and "
//   // and what it was: by the times, whole parts of the lake are not opened
//
// On log files these would be questions of all events: as much work as what they are to spare.
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
#include "triage/case.hpp"

namespace trailhound::triage {

/// The questions whose answers a lake keeps.
std::vector<ask::Question> questions_of_all();

/// Calls `use` for each caller of each day, with type, arn, name (of a user), principal, role,
/// session, workload, issuer (an ARN), first, last and events. Kept by a lake.
Result<void> each_identity(ask::Desk& desk, const std::function<void(const findings::Row&)>& use);

/// Whether the desk is a lake's: answers about all events are kept there.
Result<bool> knows_all(ask::Desk& desk);

/// Says in Subject::by which identities (and when), addresses or agents can be it: the events stay
/// the same, and are found without looking at all. Leaves it as it is where these are too many to
/// be named.
Result<void> narrow(ask::Desk& desk, Subject& subject);

/// A condition that says by one of its names (ARN, principal, role, session…) who acts, narrowed
/// in the same way; as it is where the desk is not a lake's. `word` is that name or a part of it.
Result<std::string> among_identities(ask::Desk& desk, const std::string& word,
                                     const std::string& condition);

/// Moments, by day: a condition that lets through the time from each day's first to its last, so
/// that a lake opens only the parts of those days.
class Moments {
 public:
  /// No time: nothing can be said of when.
  void add(std::optional<Time> first, std::optional<Time> last);
  bool empty() const { return days_.empty() && !unknown_; }
  /// Adds those of others.
  void add(const Moments& more);
  /// Nothing, if the time is unknown or there are more than `most` days.
  std::optional<std::string> condition(std::size_t most = kMostDays) const;

 private:
  static constexpr std::size_t kMostDays = 40;  // that stand in a statement
  std::map<std::int64_t, std::pair<Time, Time>> days_;
  bool unknown_ = false;
};

/// When requests or answers spoke of an access key; nothing is known of what looks like none.
Result<Moments> when_key_spoken_of(ask::Desk& desk, const std::string& key);

/// When, and in calls of which services, requests or answers spoke of something.
struct Mentions {
  Moments moments;
  std::set<std::string> services;  ///< Host names; an empty one: of some it is not known
  std::uint64_t events = 0;        ///< How many, where they are counted
};
/// When and how often IAM, STS and the sign-in service named somebody or something: as a target, or
/// at its end.
Result<Mentions> named_in_iam(ask::Desk& desk, const std::string& name);
/// Of an ARN of IAM; nothing is known of other texts.
Result<std::optional<Mentions>> mentions_of(ask::Desk& desk, const std::string& arn);

/// How many events are of a service, by its host name; of an agent, by its family, name or text.
Result<std::uint64_t> count_service(ask::Desk& desk, const std::string& host);
Result<std::uint64_t> count_agent(ask::Desk& desk, const std::string& text);
/// How many are of a user, a role, a session or an ARN of this name, as understand.cpp asks for
/// them.
Result<std::uint64_t> count_named(ask::Desk& desk, Form form, const std::string& name);

}  // namespace trailhound::triage
