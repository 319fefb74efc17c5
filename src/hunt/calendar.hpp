// SPDX-License-Identifier: Apache-2.0
//
// Where and when events are: hours of each day by account, region and category; who fell silent;
// how long delivery took.
//
//   const std::vector<Strip> strips = strips_of(tally);
//   TRY(const std::vector<Lag> lags, read_lags(*rows));        // of lag_statement()
//   Screen screen = calendar_screen(strips, lags);
//
// A strip is silent if it had events on three days or more and has none on the last day of the
// logs.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "findings/tally.hpp"
#include "hunt/screen.hpp"

namespace trailhound::hunt {

/// Events of one account, region and category.
struct Strip {
  std::string account, region, category;
  std::map<std::string, std::array<std::uint64_t, 24>> days;  ///< "2024-03-01" to its hours
  std::uint64_t events = 0;
  Time first, last;
  bool silent = false;
};
/// By account, region, category. Events without a time are in none.
std::vector<Strip> strips_of(const findings::Tally& tally);

/// How long events took from happening to being delivered, as the names of files tell.
struct Lag {
  std::string account, region;
  std::int64_t usual = 0, most = 0;  ///< Seconds
  std::int64_t late = 0;             ///< Events that took more than an hour
};
std::string_view lag_statement();
Result<std::vector<Lag>> read_lags(engine::Rows& rows);

findings::Screen calendar_screen(const std::vector<Strip>& strips, const std::vector<Lag>& lags);
/// account, region, category, day, hours (24 numbers, between commas), events, silent.
findings::Table calendar_table(const std::vector<Strip>& strips);

}  // namespace trailhound::hunt
