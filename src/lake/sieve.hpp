// SPDX-License-Identifier: Apache-2.0
//
// A source of events that lets each through once, and only those of one account-day.
//
//   Sifting sifting(where, day, days, names);
//   Sieve sieve(logs, sifting);
//   database.offer(sieve, plan);              // the engine sees what belongs into the part
//   sifting.kept; sifting.copies;             // what became of the others
//
// Events of other account-days are put aside as JSON (days.hpp); copies are left out and noted with
// their source. For one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "event/event_source.hpp"
#include "lake/days.hpp"
#include "lake/ledger.hpp"

namespace trailhound::lake {

/// A further source of an event that is kept.
struct CopyNote {
  std::string id;
  std::uint64_t hash = 0;
  std::uint32_t source = 0;
};

/// What became of the events of one source.
struct SourceCount {
  std::uint64_t events = 0, kept = 0, copies = 0, conflicts = 0;
};

/// What a sieve is to let through, and what it did.
struct Sifting {
  Sifting(AccountDay account_day, Day& of, Days& all, SourceNames& numbers)
      : where(std::move(account_day)), day(of), days(all), source_names(numbers) {}

  const AccountDay where;
  Day& day;
  Days& days;
  SourceNames& source_names;
  Aside* aside = nullptr;  ///< The events were put aside before: it knows their sources
  /// What the source without a path is called: standard input, read by its descriptor.
  std::optional<std::string> called;

  std::uint64_t kept = 0;
  std::set<AccountDay> others;  ///< For which something was put aside
  std::vector<CopyNote> copies;
  std::vector<ConflictEntry> conflicts;
  std::unordered_map<std::uint32_t, SourceCount> sources;
  std::set<std::string, std::less<>> names;  ///< Of actions that were let through or put aside
  std::optional<Error> failure;  ///< Something could not be put aside: the part must not be used
};

class Sieve final : public event::EventSource {
 public:
  Sieve(event::EventSource& source, Sifting& sifting) : source_(source), sifting_(sifting) {}
  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override;

 private:
  event::EventSource& source_;
  Sifting& sifting_;
};

/// The first event's account-day in a file; unset where there is no event.
std::optional<AccountDay> account_day_of(const std::string& path);

}  // namespace trailhound::lake
