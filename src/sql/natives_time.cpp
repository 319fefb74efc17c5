// SPDX-License-Identifier: Apache-2.0
//
// Times as text: ISO 8601, Trino's own spelling, and what the formats of time_format.hpp say.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "sql/natives.hpp"
#include "sql/time_format.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

/// Formats are literals nearly always: the last one read is kept.
const TimeFormat& kept(std::string_view text, TimeFormat (*read)(std::string_view)) {
  thread_local std::string last;
  thread_local TimeFormat (*last_read)(std::string_view) = nullptr;
  thread_local TimeFormat format;
  if (last_read != read || last != text) {
    format = read(text);
    last = text;
    last_read = read;
  }
  return format;
}

void write_by(Arguments arguments, Value& value, TimeFormat (*reader)(std::string_view)) {
  const TimeFormat& format = kept(arguments[1].text, reader);
  if (!format.problem.empty()) {
    value.failure = "in a format of times, " + format.problem;
    return;
  }
  value.null = false;
  write_time(format, {arguments[0].integer}, value.text);
}

void read_by(Arguments arguments, Value& value, TimeFormat (*reader)(std::string_view)) {
  const TimeFormat& format = kept(arguments[1].text, reader);
  if (!format.problem.empty()) {
    value.failure = "in a format of times, " + format.problem;
    return;
  }
  const auto time = read_time(format, arguments[0].text);
  if (!time) {
    value.failure = "`" + std::string(arguments[0].text.substr(0, 60)) +
                    "` is not a time of the format `" + std::string(arguments[1].text) + "`";
    return;
  }
  value.set_integer(time->micros);
}

void date_format(Arguments arguments, Value& value) { write_by(arguments, value, mysql_format); }
void date_parse(Arguments arguments, Value& value) { read_by(arguments, value, mysql_format); }
void format_datetime(Arguments arguments, Value& value) { write_by(arguments, value, joda_format); }
void parse_datetime(Arguments arguments, Value& value) { read_by(arguments, value, joda_format); }

/// Digits that have to be there.
bool take_digits(std::string_view& text, int count, int& value) {
  int taken = 0;
  return take_number(text, count, value, &taken) && taken == count;
}

/// Digits of a second, as microseconds; what is finer is cut.
bool take_fraction(std::string_view& text, int& micros) {
  int taken = 0;
  if (!take_number(text, 9, micros, &taken)) return false;
  for (; taken < 6; ++taken) micros *= 10;
  for (; taken > 6; --taken) micros /= 10;
  return true;
}

/// `+02:00`, `-0530`, `+2`, or nothing at all: microseconds.
bool take_offset(std::string_view& text, int fewest_digits, std::int64_t& offset) {
  if (!text.starts_with('+') && !text.starts_with('-')) return true;
  const bool behind = text[0] == '-';
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  int taken = 0;
  if (!take_number(text, 2, hours, &taken) || taken < fewest_digits) return false;
  if (text.starts_with(':')) text.remove_prefix(1);
  if (!text.empty() && (!take_number(text, 2, minutes, &taken) || taken < fewest_digits))
    return false;
  offset = (hours * kHour + minutes * kMinute) * (behind ? -1 : 1);
  return true;
}

/// Days are counted from their first; a week of the ISO year 2024 is `W05`, a day of it `W05-3`.
std::optional<Civil> week_day(int year, int week, int day) {
  const std::int64_t fourth = from_civil({.year = year, .month = 1, .day = 4}).micros / kDay;
  const std::int64_t monday = fourth - (fourth + 3) % 7;
  const Civil made = to_civil({(monday + (week - 1) * 7 + day - 1) * kDay});
  const Civil thursday = to_civil({(monday + (week - 1) * 7 + 3) * kDay});
  if (week < 1 || day < 1 || day > 7 || thursday.year != year) return std::nullopt;
  return made;
}

/// The time of a clock that stands `offset` before UTC; nothing if no calendar has that day.
std::optional<Time> checked(const Civil& civil, std::int64_t offset) {
  if (civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.hour > 23 ||
      civil.minute > 59 || civil.second > 59) {
    return std::nullopt;
  }
  const Time time = from_civil(civil);
  if (to_civil(time).day != civil.day) return std::nullopt;
  return Time{time.micros - offset};
}

/// ISO 8601 as Trino takes it: 2023, 2023-07, 2023-07-10, 2023-07-10T11:54:33.123+02:00.
std::optional<Time> read_iso(std::string_view text, bool day_only) {
  if (const auto common = day_only ? std::nullopt : parse_event_time(text);
      common && text.find('-') == 4)
    return common;
  Civil civil;
  if (!take_digits(text, 4, civil.year)) return std::nullopt;
  const auto next = [&](char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
  };
  if (text.starts_with("-W")) {
    text.remove_prefix(2);
    int week = 0;
    int day = 1;
    if (!take_digits(text, 2, week) || (next('-') && !take_digits(text, 1, day)))
      return std::nullopt;
    const auto found = week_day(civil.year, week, day);
    if (!found) return std::nullopt;
    civil = *found;
  } else if (const std::size_t end = text.find('T'); text.substr(0, end).size() == 4) {
    int day = 0;  // of the year
    if (!next('-') || !take_digits(text, 3, day) || day < 1) return std::nullopt;
    const int year = civil.year;
    civil = to_civil({from_civil(civil).micros + (day - 1) * kDay});
    if (civil.year != year) return std::nullopt;
  } else if (next('-')) {
    if (!take_digits(text, 2, civil.month)) return std::nullopt;
    if (next('-') && !take_digits(text, 2, civil.day)) return std::nullopt;
  }
  std::int64_t offset = 0;
  if (!day_only && next('T')) {
    if (!text.empty() && !take_digits(text, 2, civil.hour)) return std::nullopt;
    if (next(':') && !take_digits(text, 2, civil.minute)) return std::nullopt;
    if (next(':') && !take_digits(text, 2, civil.second)) return std::nullopt;
    if ((next('.') || next(',')) && !take_fraction(text, civil.micro)) return std::nullopt;
    if (!next('Z') && !take_offset(text, 2, offset)) return std::nullopt;
  }
  return text.empty() ? checked(civil, offset) : std::nullopt;
}

void give(const std::optional<Time>& time, Arguments arguments, Value& value,
          std::string_view what) {
  if (time)
    value.set_integer(time->micros);
  else
    value.failure =
        "`" + std::string(arguments[0].text.substr(0, 60)) + "` is not " + std::string(what);
}

void from_iso8601_nanos(Arguments arguments, Value& value) {
  give(read_iso(arguments[0].text, false), arguments, value, "a time as ISO 8601 spells it");
}
/// To the millisecond: what is finer is cut.
void from_iso8601(Arguments arguments, Value& value) {
  from_iso8601_nanos(arguments, value);
  if (!value.null) value.integer -= ((value.integer % 1000) + 1000) % 1000;
}
void from_iso8601_date(Arguments arguments, Value& value) {
  give(read_iso(arguments[0].text, true), arguments, value, "a day as ISO 8601 spells it");
}

/// `2023-7-1`, `2023-07-10 11:54:33.123`, with a zone: what a cast takes.
std::optional<Time> read_cast(std::string_view text, bool day_only, bool zoned) {
  text = trim(text);
  Civil civil;
  int taken = 0;
  const auto next = [&](char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
  };
  if (!take_number(text, 4, civil.year, &taken) || taken != 4 || !next('-')) return std::nullopt;
  if (!take_number(text, 2, civil.month) || !next('-')) return std::nullopt;
  if (!take_number(text, 2, civil.day)) return std::nullopt;
  std::int64_t offset = 0;
  if (!text.empty()) {
    if (day_only || !next(' ')) return std::nullopt;
    if (!take_number(text, 2, civil.hour) || !next(':')) return std::nullopt;
    if (!take_number(text, 2, civil.minute)) return std::nullopt;
    if (next(':')) {
      if (!take_number(text, 2, civil.second)) return std::nullopt;
      if (next('.') && !take_fraction(text, civil.micro)) return std::nullopt;
    }
    text = trim(text);
    if (!zoned) return text.empty() ? checked(civil, 0) : std::nullopt;
    if (text == "UTC" || text == "Z" || text == "GMT") text = {};
    if (!take_offset(text, 1, offset)) return std::nullopt;
  }
  return text.empty() ? checked(civil, offset) : std::nullopt;
}

/// To so many digits of a second, halves up.
void give_rounded(const std::optional<Time>& time, Arguments arguments, Value& value) {
  give(time, arguments, value,
       "a timestamp such as `2023-07-10 11:54:33`; `from_iso8601_timestamp` reads eventtime");
  if (value.null) return;
  std::int64_t unit = 1;
  for (std::int64_t digits = arguments[1].integer; digits < 6; ++digits) unit *= 10;
  const std::int64_t rest = ((value.integer % unit) + unit) % unit;
  value.integer += rest * 2 >= unit ? unit - rest : -rest;
}
void to_timestamp(Arguments arguments, Value& value) {
  give_rounded(read_cast(arguments[0].text, false, true), arguments, value);
}
void to_clock(Arguments arguments, Value& value) {
  give_rounded(read_cast(arguments[0].text, false, false), arguments, value);
}
void to_date(Arguments arguments, Value& value) {
  give(read_cast(arguments[0].text, true, false), arguments, value, "a date such as `2023-07-10`");
}

/// `2.5m`, `1d`: microseconds, as Trino's own durations are spelt.
void parse_duration(Arguments arguments, Value& value) {
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ns", 1e-3}, {"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 6e7}, {"h", 3.6e9}, {"d", 8.64e10}};
  const std::string_view text = trim(arguments[0].text);
  double count = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), count, std::chars_format::fixed);
  const std::string_view unit = trim(text.substr(static_cast<std::size_t>(end - text.data())));
  for (const auto& [name, length] : kUnits) {
    if (error != std::errc() || text.starts_with('-') || name != unit) continue;
    value.set_integer(std::llround(std::floor(count * length / 1000)) * 1000);
    return;
  }
  value.failure = "`" + std::string(text.substr(0, 60)) + "` is no duration such as `2.5m`";
}

/// Months as `1-2`: years and months.
void months_text(Arguments arguments, Value& value) {
  const std::int64_t months = arguments[0].integer;
  const std::int64_t size = months < 0 ? -months : months;
  value.set((months < 0 ? "-" : "") + std::to_string(size / 12) + "-" + std::to_string(size % 12));
}

void append_time(std::string& out, Time time, char between, int precision) {
  const Civil civil = to_civil(time);
  append_number(out, civil.year, 4);
  out += '-';
  append_number(out, civil.month, 2);
  out += '-';
  append_number(out, civil.day, 2);
  out += between;
  append_number(out, civil.hour, 2);
  out += ':';
  append_number(out, civil.minute, 2);
  out += ':';
  append_number(out, civil.second, 2);
  if (precision <= 0) return;
  std::string digits;
  append_number(digits, civil.micro, 6);
  digits.resize(static_cast<std::size_t>(std::min(precision, 6)));
  out += '.';
  out += digits;
}

void timestamp_text(Arguments arguments, Value& value) {
  value.null = false;
  append_time(value.text, {arguments[0].integer}, ' ', static_cast<int>(arguments[1].integer));
}
void iso8601(Arguments arguments, Value& value) {
  value.null = false;
  append_time(value.text, {arguments[0].integer}, 'T', static_cast<int>(arguments[1].integer));
  value.text += arguments[2].text;
}

/// `2 03:04:05.678`
void interval_text(Arguments arguments, Value& value) {
  std::int64_t micros = arguments[0].integer;
  value.null = false;
  if (micros < 0) {
    value.text += '-';
    micros = -micros;
  }
  value.text += std::to_string(micros / kDay);
  value.text += ' ';
  append_number(value.text, micros / kHour % 24, 2);
  value.text += ':';
  append_number(value.text, micros / kMinute % 60, 2);
  value.text += ':';
  append_number(value.text, micros / kSecond % 60, 2);
  value.text += '.';
  append_number(value.text, micros / 1000 % 1000, 3);
}

void human_seconds(Arguments arguments, Value& value) {
  static constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"week", 604800}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}};
  auto seconds = static_cast<std::int64_t>(std::llround(std::abs(arguments[0].real)));
  value.null = false;
  for (const auto& [unit, length] : kUnits) {
    const std::int64_t count = seconds / length;
    seconds %= length;
    if (count == 0) continue;
    if (!value.text.empty()) value.text += ", ";
    value.text += std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
  }
  if (value.text.empty()) value.text = "0 seconds";
}

}  // namespace

std::optional<std::string> format_mysql(Time time, std::string_view format) {
  const TimeFormat made = mysql_format(format);
  if (!made.problem.empty()) return std::nullopt;
  std::string out;
  write_time(made, time, out);
  return out;
}

std::optional<Time> parse_mysql(std::string_view text, std::string_view format) {
  const TimeFormat made = mysql_format(format);
  return made.problem.empty() ? read_time(made, text) : std::nullopt;
}

std::optional<std::string> format_joda(Time time, std::string_view format) {
  const TimeFormat made = joda_format(format);
  if (!made.problem.empty()) return std::nullopt;
  std::string out;
  write_time(made, time, out);
  return out;
}

std::vector<event::NativeFunction> time_functions() {
  constexpr ValueType kText = ValueType::Text;
  constexpr ValueType kTime = ValueType::Time;
  return {
      native("th_date_format", {kTime, kText}, kText, date_format),
      native("th_date_parse", {kText, kText}, kTime, date_parse),
      native("th_format_datetime", {kTime, kText}, kText, format_datetime),
      native("th_parse_datetime", {kText, kText}, kTime, parse_datetime),
      native("th_from_iso8601", {kText}, kTime, from_iso8601),
      native("th_from_iso8601_date", {kText}, kTime, from_iso8601_date),
      native("th_from_iso8601_nanos", {kText}, kTime, from_iso8601_nanos),
      native("th_to_timestamp", {kText, ValueType::Bigint}, kTime, to_timestamp),
      native("th_to_clock", {kText, ValueType::Bigint}, kTime, to_clock),
      native("th_parse_duration", {kText}, ValueType::Bigint, parse_duration),
      native("th_months_text", {ValueType::Bigint}, kText, months_text),
      native("th_to_date", {kText}, kTime, to_date),
      native("th_timestamp_text", {kTime, ValueType::Bigint}, kText, timestamp_text),
      native("th_iso8601", {kTime, ValueType::Bigint, kText}, kText, iso8601),
      native("th_interval_text", {ValueType::Bigint}, kText, interval_text),
      native("th_human_seconds", {ValueType::Double}, kText, human_seconds),
  };
}

}  // namespace trailhound::sql
