// SPDX-License-Identifier: Apache-2.0
//
// Times as text: ISO 8601, Trino's own spelling, MySQL's codes and Joda's letters. Both formats are
// read into one list of items first, so that writing and reading a time know one alphabet.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/text.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

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

/// A format read; `problem` says what of it is not offered.
struct Format {
  std::vector<Item> items;
  std::string problem;
};

void append_literal(Format& format, std::string_view text) {
  if (format.items.empty() || format.items.back().part != Part::Literal) format.items.push_back({});
  format.items.back().text += text;
}

Format read_mysql(std::string_view text) {
  Format format;
  const auto add = [&](Part part, int width = 0) { format.items.push_back({part, width}); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 1 >= text.size()) {
      append_literal(format, text.substr(i, 1));
      continue;
    }
    switch (const char code = text[++i]) {
      case 'Y':
        add(Part::Year, 4);
        break;
      case 'y':
        add(Part::ShortYear, 2);
        break;
      case 'm':
        add(Part::Month, 2);
        break;
      case 'c':
        add(Part::Month, 1);
        break;
      case 'M':
        add(Part::MonthName);
        break;
      case 'b':
        add(Part::ShortMonthName);
        break;
      case 'd':
        add(Part::Day, 2);
        break;
      case 'e':
        add(Part::Day, 1);
        break;
      case 'j':
        add(Part::DayOfYear, 3);
        break;
      case 'v':
        add(Part::Week, 2);
        break;
      case 'x':
        add(Part::WeekYear, 4);
        break;
      case 'W':
        add(Part::DayName);
        break;
      case 'a':
        add(Part::ShortDayName);
        break;
      case 'H':
        add(Part::Hour24, 2);
        break;
      case 'k':
        add(Part::Hour24, 1);
        break;
      case 'h':
      case 'I':
        add(Part::Hour12, 2);
        break;
      case 'l':
        add(Part::Hour12, 1);
        break;
      case 'i':
        add(Part::Minute, 2);
        break;
      case 's':
      case 'S':
        add(Part::Second, 2);
        break;
      case 'f':
        add(Part::Fraction, 6);
        break;
      case 'p':
        add(Part::HalfDay);
        break;
      case 'T':
        add(Part::Hour24, 2);
        append_literal(format, ":");
        add(Part::Minute, 2);
        append_literal(format, ":");
        add(Part::Second, 2);
        break;
      case 'r':
        add(Part::Hour12, 2);
        append_literal(format, ":");
        add(Part::Minute, 2);
        append_literal(format, ":");
        add(Part::Second, 2);
        append_literal(format, " ");
        add(Part::HalfDay);
        break;
      case 'D':
      case 'U':
      case 'u':
      case 'V':
      case 'w':
      case 'X':
        format.problem = "%" + std::string(1, code) + " is not offered";
        return format;
      default:
        append_literal(format, text.substr(i, 1));
    }
  }
  return format;
}

Format read_joda(std::string_view text) {
  Format format;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\'') {
      if (text.substr(i + 1).starts_with('\'')) {
        append_literal(format, "'");
        i += 2;
        continue;
      }
      for (++i; i < text.size(); ++i) {
        if (text[i] != '\'') {
          append_literal(format, text.substr(i, 1));
        } else if (text.substr(i + 1).starts_with('\'')) {
          append_literal(format, "'");
          ++i;
        } else {
          break;
        }
      }
      ++i;
      continue;
    }
    if (std::isalpha(static_cast<unsigned char>(c)) == 0) {
      append_literal(format, text.substr(i, 1));
      ++i;
      continue;
    }
    int count = 0;
    while (i < text.size() && text[i] == c) {
      ++count;
      ++i;
    }
    const auto add = [&](Part part) { format.items.push_back({part, count}); };
    switch (c) {
      case 'y':
      case 'Y':
        add(count == 2 ? Part::ShortYear : Part::Year);
        break;
      case 'x':
        add(Part::WeekYear);
        break;
      case 'w':
        add(Part::Week);
        break;
      case 'M':
        add(count >= 4 ? Part::MonthName : count == 3 ? Part::ShortMonthName : Part::Month);
        break;
      case 'd':
        add(Part::Day);
        break;
      case 'D':
        add(Part::DayOfYear);
        break;
      case 'e':
        add(Part::DayOfWeek);
        break;
      case 'E':
        add(count >= 4 ? Part::DayName : Part::ShortDayName);
        break;
      case 'a':
        add(Part::HalfDay);
        break;
      case 'H':
        add(Part::Hour24);
        break;
      case 'h':
        add(Part::Hour12);
        break;
      case 'K':
        add(Part::Hour0To11);
        break;
      case 'k':
        add(Part::Hour1To24);
        break;
      case 'm':
        add(Part::Minute);
        break;
      case 's':
        add(Part::Second);
        break;
      case 'S':
        add(Part::Fraction);
        break;
      case 'Z':
        add(count == 1 ? Part::Offset : count == 2 ? Part::ColonOffset : Part::Zone);
        break;
      case 'z':
        add(Part::Zone);
        break;
      default:
        format.problem = "the letter `" + std::string(1, c) + "` is not offered";
        return format;
    }
  }
  return format;
}

/// Formats are literals nearly always: the last one read is kept.
const Format& kept(std::string_view text, Format (*read)(std::string_view)) {
  thread_local std::string last;
  thread_local Format (*last_read)(std::string_view) = nullptr;
  thread_local Format format;
  if (last_read != read || last != text) {
    format = read(text);
    last = text;
    last_read = read;
  }
  return format;
}

std::int64_t days_of(const Civil& civil) {
  return from_civil({.year = civil.year, .month = civil.month, .day = civil.day}).micros / kDay;
}
int day_of_week(std::int64_t days) {  // Monday is 0; 1970-01-01 was a Thursday
  const auto day = static_cast<int>((days + 3) % 7);
  return day < 0 ? day + 7 : day;
}
int day_of_year(const Civil& civil) {
  return static_cast<int>(days_of(civil) - days_of({.year = civil.year}) + 1);
}
/// ISO week and the year that it belongs to.
std::pair<int, int> iso_week(const Civil& civil) {
  const std::int64_t days = days_of(civil);
  const std::int64_t thursday = days - day_of_week(days) + 3;
  const Civil of_week = to_civil({thursday * kDay});
  return {(day_of_year(of_week) - 1) / 7 + 1, of_week.year};
}

void append_number(std::string& out, std::int64_t number, int width) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  if (number < 0) out += '-';
  if (digits.size() < static_cast<std::size_t>(width))
    out.append(static_cast<std::size_t>(width) - digits.size(), '0');
  out += digits;
}

void write(const Format& format, Time time, std::string& out) {
  const Civil civil = to_civil(time);
  for (const Item& item : format.items) {
    const auto number = [&](std::int64_t value) { append_number(out, value, item.width); };
    switch (item.part) {
      case Part::Literal:
        out += item.text;
        break;
      case Part::Year:
        number(civil.year);
        break;
      case Part::ShortYear:
        append_number(out, civil.year % 100, 2);
        break;
      case Part::Month:
        number(civil.month);
        break;
      case Part::MonthName:
        out += kMonths[static_cast<std::size_t>(civil.month - 1)];
        break;
      case Part::ShortMonthName:
        out += kMonths[static_cast<std::size_t>(civil.month - 1)].substr(0, 3);
        break;
      case Part::Day:
        number(civil.day);
        break;
      case Part::DayOfYear:
        number(day_of_year(civil));
        break;
      case Part::Week:
        number(iso_week(civil).first);
        break;
      case Part::WeekYear:
        number(iso_week(civil).second);
        break;
      case Part::DayName:
        out += kDays[static_cast<std::size_t>(day_of_week(days_of(civil)))];
        break;
      case Part::ShortDayName:
        out += kDays[static_cast<std::size_t>(day_of_week(days_of(civil)))].substr(0, 3);
        break;
      case Part::DayOfWeek:
        number(day_of_week(days_of(civil)) + 1);
        break;
      case Part::Hour24:
        number(civil.hour);
        break;
      case Part::Hour12:
        number((civil.hour + 11) % 12 + 1);
        break;
      case Part::Hour0To11:
        number(civil.hour % 12);
        break;
      case Part::Hour1To24:
        number(civil.hour == 0 ? 24 : civil.hour);
        break;
      case Part::Minute:
        number(civil.minute);
        break;
      case Part::Second:
        number(civil.second);
        break;
      case Part::Fraction: {
        std::string digits;
        append_number(digits, civil.micro / 1000 * 1000, 6);  // a timestamp(3)
        digits.resize(static_cast<std::size_t>(item.width), '0');
        out += digits;
        break;
      }
      case Part::HalfDay:
        out += civil.hour < 12 ? "AM" : "PM";
        break;
      case Part::Offset:
        out += "+0000";
        break;
      case Part::ColonOffset:
        out += "+00:00";
        break;
      case Part::Zone:
        out += "UTC";
        break;
    }
  }
}

/// Takes a number of at most `most` digits.
bool take_number(std::string_view& text, int most, int& value, int* taken = nullptr) {
  std::size_t size = 0;
  value = 0;
  while (size < text.size() && size < static_cast<std::size_t>(most) &&
         std::isdigit(static_cast<unsigned char>(text[size])) != 0) {
    value = value * 10 + (text[size++] - '0');
  }
  text.remove_prefix(size);
  if (taken != nullptr) *taken = static_cast<int>(size);
  return size > 0;
}

template <std::size_t N>
bool take_name(std::string_view& text, const std::array<std::string_view, N>& names, int& index) {
  for (const bool whole : {true, false}) {
    for (std::size_t i = 0; i < N; ++i) {
      const std::string_view name = whole ? names[i] : names[i].substr(0, 3);
      if (!equal_without_case(text.substr(0, name.size()), name)) continue;
      text.remove_prefix(name.size());
      index = static_cast<int>(i);
      return true;
    }
  }
  return false;
}

bool is_number(Part part) {
  switch (part) {
    case Part::Literal:
    case Part::MonthName:
    case Part::ShortMonthName:
    case Part::DayName:
    case Part::ShortDayName:
    case Part::HalfDay:
    case Part::Offset:
    case Part::ColonOffset:
    case Part::Zone:
      return false;
    default:
      return true;
  }
}

std::optional<Time> read(const Format& format, std::string_view text) {
  Civil civil;
  int year_day = 0;
  int half = -1;
  int ignored = 0;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < format.items.size(); ++i) {
    const Item& item = format.items[i];
    const bool packed = i + 1 < format.items.size() && is_number(format.items[i + 1].part);
    const auto number = [&](int most, int& value) {
      return take_number(text, packed && item.width > 0 ? item.width : most, value);
    };
    bool ok = true;
    switch (item.part) {
      case Part::Literal:
        ok = equal_without_case(text.substr(0, item.text.size()), item.text);
        if (ok) text.remove_prefix(item.text.size());
        break;
      case Part::Year:
        ok = number(4, civil.year);
        break;
      case Part::ShortYear:
        ok = number(2, civil.year);
        civil.year += civil.year >= 70 ? 1900 : 2000;
        break;
      case Part::Month:
        ok = number(2, civil.month);
        break;
      case Part::MonthName:
      case Part::ShortMonthName:
        ok = take_name(text, kMonths, civil.month);
        ++civil.month;
        break;
      case Part::Day:
        ok = number(2, civil.day);
        break;
      case Part::DayOfYear:
        ok = number(3, year_day);
        break;
      case Part::DayName:
      case Part::ShortDayName:
        ok = take_name(text, kDays, ignored);
        break;
      case Part::DayOfWeek:
        ok = number(1, ignored);
        break;
      case Part::Hour24:
        ok = number(2, civil.hour);
        break;
      case Part::Hour12:
        ok = number(2, civil.hour) && civil.hour >= 1 && civil.hour <= 12;
        civil.hour %= 12;
        break;
      case Part::Hour0To11:
        ok = number(2, civil.hour) && civil.hour <= 11;
        break;
      case Part::Hour1To24:
        ok = number(2, civil.hour) && civil.hour >= 1;
        civil.hour %= 24;
        break;
      case Part::Minute:
        ok = number(2, civil.minute);
        break;
      case Part::Second:
        ok = number(2, civil.second);
        break;
      case Part::Fraction: {
        int taken = 0;
        ok = take_number(text, 9, civil.micro, &taken);
        for (; taken < 6; ++taken) civil.micro *= 10;
        for (; taken > 6; --taken) civil.micro /= 10;
        break;
      }
      case Part::HalfDay:
        half = text.empty() ? -1 : to_lower(text[0]) == 'a' ? 0 : to_lower(text[0]) == 'p' ? 1 : -1;
        ok = half >= 0 && text.size() >= 2 && to_lower(text[1]) == 'm';
        if (ok) text.remove_prefix(2);
        break;
      case Part::Offset:
      case Part::ColonOffset: {
        if (text.starts_with('Z')) {
          text.remove_prefix(1);
          break;
        }
        const bool behind = text.starts_with('-');
        int hours = 0;
        int minutes = 0;
        ok = behind || text.starts_with('+');
        if (!ok) break;
        text.remove_prefix(1);
        ok = take_number(text, 2, hours);
        if (text.starts_with(':')) text.remove_prefix(1);
        ok = ok && take_number(text, 2, minutes);
        offset = (hours * kHour + minutes * kMinute) * (behind ? -1 : 1);
        break;
      }
      case Part::Zone:
        ok = text.starts_with("UTC") || text.starts_with("GMT");
        if (ok) text.remove_prefix(3);
        break;
      case Part::Week:
      case Part::WeekYear:
        return std::nullopt;
    }
    if (!ok) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  if (half == 1) civil.hour = civil.hour % 12 + 12;
  if (civil.hour > 23 || civil.minute > 59 || civil.second > 59) return std::nullopt;
  if (civil.month < 1 || civil.month > 12 || civil.day < 1) return std::nullopt;
  const Time time = from_civil(civil);
  if (to_civil(time).day != civil.day) return std::nullopt;  // no calendar has that day
  Time moved{time.micros - offset};
  if (year_day > 0) moved.micros += (year_day - 1) * kDay;
  return moved;
}

void write_by(Arguments arguments, Value& value, Format (*reader)(std::string_view)) {
  const Format& format = kept(arguments[1].text, reader);
  if (!format.problem.empty()) {
    value.failure = "in a format of times, " + format.problem;
    return;
  }
  value.null = false;
  write(format, {arguments[0].integer}, value.text);
}

void read_by(Arguments arguments, Value& value, Format (*reader)(std::string_view)) {
  const Format& format = kept(arguments[1].text, reader);
  if (!format.problem.empty()) {
    value.failure = "in a format of times, " + format.problem;
    return;
  }
  const auto time = read(format, arguments[0].text);
  if (!time) {
    value.failure = "`" + std::string(arguments[0].text.substr(0, 60)) +
                    "` is not a time of the format `" + std::string(arguments[1].text) + "`";
    return;
  }
  value.set_integer(time->micros);
}

void date_format(Arguments arguments, Value& value) { write_by(arguments, value, read_mysql); }
void date_parse(Arguments arguments, Value& value) { read_by(arguments, value, read_mysql); }
void format_datetime(Arguments arguments, Value& value) { write_by(arguments, value, read_joda); }
void parse_datetime(Arguments arguments, Value& value) { read_by(arguments, value, read_joda); }

/// Digits that have to be there.
bool take_digits(std::string_view& text, int count, int& value) {
  int taken = 0;
  return take_number(text, count, value, &taken) && taken == count;
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
  if (next('-')) {
    if (!take_digits(text, 2, civil.month)) return std::nullopt;
    if (next('-') && !take_digits(text, 2, civil.day)) return std::nullopt;
  }
  std::int64_t offset = 0;
  if (!day_only && next('T')) {
    if (!text.empty() && !take_digits(text, 2, civil.hour)) return std::nullopt;
    if (next(':') && !take_digits(text, 2, civil.minute)) return std::nullopt;
    if (next(':') && !take_digits(text, 2, civil.second)) return std::nullopt;
    if (next('.') || next(',')) {
      int taken = 0;
      if (!take_number(text, 9, civil.micro, &taken)) return std::nullopt;
      for (; taken < 6; ++taken) civil.micro *= 10;
      for (; taken > 6; --taken) civil.micro /= 10;
    }
    if (!next('Z') && (text.starts_with('+') || text.starts_with('-'))) {
      const bool behind = text[0] == '-';
      text.remove_prefix(1);
      int hours = 0;
      int minutes = 0;
      if (!take_digits(text, 2, hours)) return std::nullopt;
      next(':');
      if (!text.empty() && !take_digits(text, 2, minutes)) return std::nullopt;
      offset = (hours * kHour + minutes * kMinute) * (behind ? -1 : 1);
    }
  }
  if (!text.empty() || civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.hour > 23 ||
      civil.minute > 59 || civil.second > 59) {
    return std::nullopt;
  }
  const Time time = from_civil(civil);
  if (to_civil(time).day != civil.day) return std::nullopt;
  return Time{time.micros - offset};
}

void give(const std::optional<Time>& time, Arguments arguments, Value& value,
          std::string_view what) {
  if (time)
    value.set_integer(time->micros);
  else
    value.failure =
        "`" + std::string(arguments[0].text.substr(0, 60)) + "` is not " + std::string(what);
}

void from_iso8601(Arguments arguments, Value& value) {
  give(read_iso(arguments[0].text, false), arguments, value, "a time as ISO 8601 spells it");
}
void from_iso8601_date(Arguments arguments, Value& value) {
  give(read_iso(arguments[0].text, true), arguments, value, "a day as ISO 8601 spells it");
}

/// `2023-7-1`, `2023-07-10 11:54:33.123`, with a zone: what a cast takes.
std::optional<Time> read_cast(std::string_view text, bool day_only) {
  text = trim(text);
  Civil civil;
  int taken = 0;
  if (!take_number(text, 4, civil.year, &taken) || taken != 4 || !text.starts_with('-'))
    return std::nullopt;
  text.remove_prefix(1);
  if (!take_number(text, 2, civil.month) || !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  if (!take_number(text, 2, civil.day)) return std::nullopt;
  std::int64_t offset = 0;
  if (!text.empty()) {
    if (day_only || text[0] != ' ') return std::nullopt;
    text.remove_prefix(1);
    if (!take_number(text, 2, civil.hour) || !text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
    if (!take_number(text, 2, civil.minute)) return std::nullopt;
    if (text.starts_with(':')) {
      text.remove_prefix(1);
      if (!take_number(text, 2, civil.second)) return std::nullopt;
      if (text.starts_with('.')) {
        text.remove_prefix(1);
        int digits = 0;
        if (!take_number(text, 9, civil.micro, &digits)) return std::nullopt;
        for (; digits < 6; ++digits) civil.micro *= 10;
        for (; digits > 6; --digits) civil.micro /= 10;
      }
    }
    text = trim(text);
    if (text == "UTC" || text == "Z" || text == "GMT") text = {};
    if (text.starts_with('+') || text.starts_with('-')) {
      const bool behind = text[0] == '-';
      text.remove_prefix(1);
      int hours = 0;
      int minutes = 0;
      if (!take_number(text, 2, hours)) return std::nullopt;
      if (text.starts_with(':')) text.remove_prefix(1);
      if (!text.empty() && !take_number(text, 2, minutes)) return std::nullopt;
      offset = (hours * kHour + minutes * kMinute) * (behind ? -1 : 1);
    }
  }
  if (!text.empty() || civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.hour > 23 ||
      civil.minute > 59 || civil.second > 59) {
    return std::nullopt;
  }
  const Time time = from_civil(civil);
  if (to_civil(time).day != civil.day) return std::nullopt;
  return Time{time.micros - offset};
}

void to_timestamp(Arguments arguments, Value& value) {
  give(read_cast(arguments[0].text, false), arguments, value,
       "a timestamp such as `2023-07-10 11:54:33`; `from_iso8601_timestamp` reads eventtime");
}
void to_date(Arguments arguments, Value& value) {
  give(read_cast(arguments[0].text, true), arguments, value, "a date such as `2023-07-10`");
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
  const Format made = read_mysql(format);
  if (!made.problem.empty()) return std::nullopt;
  std::string out;
  write(made, time, out);
  return out;
}

std::optional<Time> parse_mysql(std::string_view text, std::string_view format) {
  const Format made = read_mysql(format);
  return made.problem.empty() ? read(made, text) : std::nullopt;
}

std::optional<std::string> format_joda(Time time, std::string_view format) {
  const Format made = read_joda(format);
  if (!made.problem.empty()) return std::nullopt;
  std::string out;
  write(made, time, out);
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
      native("th_to_timestamp", {kText}, kTime, to_timestamp),
      native("th_to_date", {kText}, kTime, to_date),
      native("th_timestamp_text", {kTime, ValueType::Bigint}, kText, timestamp_text),
      native("th_iso8601", {kTime, ValueType::Bigint, kText}, kText, iso8601),
      native("th_interval_text", {ValueType::Bigint}, kText, interval_text),
      native("th_human_seconds", {ValueType::Double}, kText, human_seconds),
  };
}

}  // namespace trailhound::sql
