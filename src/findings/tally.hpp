// SPDX-License-Identifier: Apache-2.0
//
// What the logs hold and where they are blind: events by account, region, category, service and
// hour, and what of it a hunt needs.
//
//   TRY(Tally tally, Tally::read(*rows));                  // of Tally::statement()
//   Sight sight = tally.sight(hunt.needs);
//   if (sight.kind == Sight::Kind::Blind) print("could not look: " + sight.words);
//
// Data events are recorded only where a trail asks for them, so none at all, or none before a time,
// means that a hunt could not look. Management events are always recorded somewhere: a service
// without any is a quiet service, unless the region that records it is missing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "engine/rows.hpp"

namespace trailhound::findings {

/// What must be in the logs for a hunt to have looked at all. Empty: no matter.
struct Needs {
  std::vector<std::string> categories;  ///< "Data": one of these
  std::vector<std::string> sources;     ///< "s3.amazonaws.com": one of these
  std::vector<std::string> regions;     ///< One of these
};

/// How many events of one kind in one hour.
struct TallyRow {
  std::string account, region, category, source;
  Time hour;
  std::uint64_t count = 0;
  Time first, last;
};

/// Whether a hunt could look.
struct Sight {
  enum class Kind { Clear, Late, Blind };
  Kind kind = Kind::Clear;
  std::optional<Time> since;  ///< Late: it could not look before
  std::string words;          ///< Late, Blind: "S3 data events: none before 2021-07-29T23:58:37Z"
};

/// Hours without any event.
struct Gap {
  Time from, to;
};

/// What was counted.
class Tally {
 public:
  Tally() = default;
  explicit Tally(std::vector<TallyRow> rows);

  /// The question that counts.
  static std::string_view statement();
  static Result<Tally> read(engine::Rows& rows);

  const std::vector<TallyRow>& rows() const { return rows_; }
  std::uint64_t events() const { return events_; }
  std::optional<Time> first() const { return first_; }
  std::optional<Time> last() const { return last_; }
  std::vector<std::string> accounts() const;

  Sight sight(const Needs& needs) const;
  /// The words of regions that begin long after the others, several at once; empty if none do.
  std::string late_regions() const;
  /// Stretches of at least `least` microseconds without an event, to the hour.
  std::vector<Gap> gaps(std::int64_t least) const;

 private:
  /// Of one category of one service in one region, over all accounts.
  struct Recorded {
    std::string category, source, region;
    Time first;
  };
  std::optional<Time> first_of(const Needs& needs) const;

  std::vector<TallyRow> rows_;
  std::vector<Recorded> recorded_;
  std::vector<Time> hours_;  ///< In which there are events, in order
  std::uint64_t events_ = 0;
  std::optional<Time> first_, last_;
};

/// A change of what is recorded, as CloudTrail's own events show it.
struct Setting {
  Time at;
  std::string event_id, event_name, principal, account, region, trail;
};

/// The question that gives the settings, oldest first.
std::string_view settings_statement();
Result<std::vector<Setting>> read_settings(engine::Rows& rows);

/// "07-29 23:58", or with the year and seconds where they matter less to space than to truth.
std::string short_time(Time time);

}  // namespace trailhound::findings
