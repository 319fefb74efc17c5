// SPDX-License-Identifier: Apache-2.0
#include "sql/time_format.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace trailhound::sql {
namespace {

using Item = TimeFormat::Item;
using Part = TimeFormat::Part;

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

/// What a code of MySQL's stands for; its letter, its part, its digits.
struct MysqlCode {
  char letter;
  Part part;
  int width;
};
constexpr MysqlCode kMysqlCodes[] = {
    {'Y', Part::Year, 4},         {'y', Part::ShortYear, 2}, {'m', Part::Month, 2},
    {'c', Part::Month, 1},        {'M', Part::MonthName, 0}, {'b', Part::ShortMonthName, 0},
    {'d', Part::Day, 2},          {'e', Part::Day, 1},       {'j', Part::DayOfYear, 3},
    {'v', Part::Week, 2},         {'x', Part::WeekYear, 4},  {'W', Part::DayName, 0},
    {'a', Part::ShortDayName, 0}, {'H', Part::Hour24, 2},    {'k', Part::Hour24, 1},
    {'h', Part::Hour12, 2},       {'I', Part::Hour12, 2},    {'l', Part::Hour12, 1},
    {'i', Part::Minute, 2},       {'s', Part::Second, 2},    {'S', Part::Second, 2},
    {'f', Part::Fraction, 6},     {'p', Part::HalfDay, 0},
};

void append_literal(TimeFormat& format, std::string_view text) {
  if (format.items.empty() || format.items.back().part != Part::Literal) format.items.push_back({});
  format.items.back().text += text;
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

}  // namespace

TimeFormat mysql_format(std::string_view text) {
  TimeFormat format;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 1 >= text.size()) {
      append_literal(format, text.substr(i, 1));
      continue;
    }
    const char letter = text[++i];
    if (letter == 'T' || letter == 'r') {
      const bool half = letter == 'r';
      const TimeFormat clock = mysql_format(half ? "%I:%i:%s %p" : "%H:%i:%s");
      for (const Item& item : clock.items) {
        if (item.part == Part::Literal) {
          append_literal(format, item.text);
        } else {
          format.items.push_back(item);
        }
      }
      continue;
    }
    if (std::string_view("DUuVwX").find(letter) != std::string_view::npos) {
      format.problem = "%" + std::string(1, letter) + " is not offered";
      return format;
    }
    const auto* const code =
        std::find_if(std::begin(kMysqlCodes), std::end(kMysqlCodes),
                     [&](const MysqlCode& one) { return one.letter == letter; });
    if (code == std::end(kMysqlCodes)) {
      append_literal(format, text.substr(i, 1));
    } else {
      format.items.push_back({code->part, code->width});
    }
  }
  return format;
}

TimeFormat joda_format(std::string_view text) {
  TimeFormat format;
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

void append_number(std::string& out, std::int64_t number, int width) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  if (number < 0) out += '-';
  if (digits.size() < static_cast<std::size_t>(width))
    out.append(static_cast<std::size_t>(width) - digits.size(), '0');
  out += digits;
}

void write_time(const TimeFormat& format, Time time, std::string& out) {
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

bool take_number(std::string_view& text, int most, int& value, int* taken) {
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

std::optional<Time> read_time(const TimeFormat& format, std::string_view text) {
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
        civil.micro = civil.micro / 1000 * 1000;  // a timestamp(3)
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

}  // namespace trailhound::sql
