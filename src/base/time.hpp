// SPDX-License-Identifier: Apache-2.0
//
// Points in time as CloudTrail has them: UTC, counted in microseconds since 1970.
//
//   if (auto when = parse_event_time("2023-07-10T11:54:33Z")) print(format_iso(*when));
//
// Nothing here reads the clock or the time zone of the machine.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trailhound {

/// A point in time, UTC.
struct Time {
  std::int64_t micros = 0;  ///< Microseconds since 1970-01-01T00:00:00Z; negative before.
  friend constexpr auto operator<=>(Time, Time) = default;
};

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

/// A calendar day and a time of day, UTC.
struct Civil {
  int year = 1970;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31
  int hour = 0, minute = 0, second = 0, micro = 0;
};

/// From a calendar to a point in time; fields are not checked.
Time from_civil(const Civil& civil);
/// And back.
Civil to_civil(Time time);

/// What CloudTrail writes: `2023-07-10T11:54:33Z`, a fraction and an offset (`+02:00`) allowed,
/// also `20131102T010628Z`. Dates that no calendar has are refused. Fast on the first form.
std::optional<Time> parse_event_time(std::string_view text);
/// What a person types: the above, `2023-07-10`, `2023-07-10 12:00`, with or without Z (UTC then).
std::optional<Time> parse_typed_time(std::string_view text);
/// `30d`, `12h`, `45m`, `10s`, `2w` as microseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

/// `2023-07-10T11:54:33Z`, with a fraction only where there is one.
std::string format_iso(Time time);
/// `2023-07-10`
std::string format_day(Time time);
/// `6 min 18 s`, `3 d 4 h`: the two largest units that are not zero.
std::string format_duration(std::int64_t micros);

}  // namespace trailhound
