// SPDX-License-Identifier: Apache-2.0
//
// Formats of times: MySQL's codes (date_format, date_parse) and Joda's letters (format_datetime,
// parse_datetime), read into one list of items, so that writing and reading know one alphabet.
//
//   const TimeFormat format = mysql_format("%Y-%m-%d");
//   if (!format.problem.empty()) return refuse(format.problem);
//   write_time(format, time, out);           // 2024-03-31
//   read_time(format, "2024-03-31");         // the Time, or nothing
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace trailhound::sql {

/// A format read.
struct TimeFormat {
  enum class Part {
    Literal,
    Year,
    ShortYear,
    Month,
    MonthName,
    ShortMonthName,
    Day,
    DayOfYear,
    Week,
    WeekYear,
    DayName,
    ShortDayName,
    DayOfWeek,
    Hour24,
    Hour12,
    Hour0To11,
    Hour1To24,
    Minute,
    Second,
    Fraction,
    HalfDay,
    Offset,
    ColonOffset,
    Zone,
  };
  struct Item {
    Part part = Part::Literal;
    int width = 0;  ///< Digits, filled up with zeros
    std::string text = {};
  };

  std::vector<Item> items;
  std::string problem;  ///< What of the format is not offered; empty if all of it is
};

TimeFormat mysql_format(std::string_view text);
TimeFormat joda_format(std::string_view text);

/// Appends the time in a format without a problem.
void write_time(const TimeFormat& format, Time time, std::string& out);
/// The time that a whole text spells in a format without a problem.
std::optional<Time> read_time(const TimeFormat& format, std::string_view text);

/// Appends a number, filled up with zeros to a width.
void append_number(std::string& out, std::int64_t number, int width);
/// Takes a number of at most `most` digits from the front.
bool take_number(std::string_view& text, int most, int& value, int* taken = nullptr);

}  // namespace trailhound::sql
