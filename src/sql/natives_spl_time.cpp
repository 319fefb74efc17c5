// SPDX-License-Identifier: Apache-2.0
//
// Times in Splunk's words: modifiers such as `-1d@d+2h`, and strftime's codes. All in UTC.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "sql/natives.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
/// Beyond these years nothing is counted.
constexpr double kFirst = -62135596800.0, kLast = 253402300799.0;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

/// 0 is Sunday.
int weekday(Time time) {
  return static_cast<int>(((floor_divide(time.micros, kDay) + 4) % 7 + 7) % 7);
}

int year_day(const Civil& civil) {
  const Time start = from_civil({.year = civil.year});
  const Time day = from_civil({.year = civil.year, .month = civil.month, .day = civil.day});
  return static_cast<int>((day.micros - start.micros) / kDay) + 1;
}

int month_length(int year, int month) {
  const Time first = from_civil({.year = year, .month = month});
  const Time next =
      month == 12 ? from_civil({.year = year + 1}) : from_civil({.year = year, .month = month + 1});
  return static_cast<int>((next.micros - first.micros) / kDay);
}

Time move_months(Time time, std::int64_t by) {
  Civil civil = to_civil(time);
  const std::int64_t months = civil.year * 12LL + civil.month - 1 + by;
  civil.year = static_cast<int>(floor_divide(months, 12));
  civil.month = static_cast<int>(months - civil.year * 12LL) + 1;
  civil.day = std::min(civil.day, month_length(civil.year, civil.month));
  return from_civil(civil);
}

std::optional<Time> moved(Time time, std::int64_t by, std::string_view unit) {
  if (std::abs(by) > 10'000'000'000) return std::nullopt;
  if (unit == "mon")
    return std::abs(by) > 100'000 ? std::nullopt : std::optional(move_months(time, by));
  if (unit == "q")
    return std::abs(by) > 30'000 ? std::nullopt : std::optional(move_months(time, by * 3));
  if (unit == "y")
    return std::abs(by) > 8'000 ? std::nullopt : std::optional(move_months(time, by * 12));
  const std::int64_t size = unit == "s"   ? kSecond
                            : unit == "m" ? kMinute
                            : unit == "h" ? kHour
                            : unit == "d" ? kDay
                                          : 7 * kDay;
  std::int64_t step = 0, sum = 0;
  if (__builtin_mul_overflow(by, size, &step) || __builtin_add_overflow(time.micros, step, &sum)) {
    return std::nullopt;
  }
  return Time{sum};
}

Time floored(Time time, std::int64_t size) { return {floor_divide(time.micros, size) * size}; }

std::optional<Time> snapped(Time time, std::string_view unit) {
  if (unit == "s") return floored(time, kSecond);
  if (unit == "m") return floored(time, kMinute);
  if (unit == "h") return floored(time, kHour);
  if (unit == "d") return floored(time, kDay);
  if (unit.size() == 2 && unit[0] == 'w' && unit[1] >= '0' && unit[1] <= '7') {
    const int wanted = (unit[1] - '0') % 7;
    return Time{floored(time, kDay).micros - ((weekday(time) - wanted + 7) % 7) * kDay};
  }
  const Civil civil = to_civil(time);
  if (unit == "w") return snapped(time, "w0");
  if (unit == "mon") return from_civil({.year = civil.year, .month = civil.month});
  if (unit == "q") return from_civil({.year = civil.year, .month = (civil.month - 1) / 3 * 3 + 1});
  if (unit == "y") return from_civil({.year = civil.year});
  return std::nullopt;
}

std::optional<Time> time_of(double seconds) {
  if (!(seconds >= kFirst && seconds <= kLast)) return std::nullopt;
  return Time{static_cast<std::int64_t>(std::llround(seconds * 1e6))};
}

void format_time(Arguments arguments, Value& value) {
  if (const auto time = time_of(arguments[0].real)) {
    value.set(spl_format_time(*time, arguments[1].text));
  }
}

void parse_time(Arguments arguments, Value& value) {
  if (const auto time = spl_parse_time(arguments[0].text, arguments[1].text)) {
    value.null = false;
    value.real = static_cast<double>(time->micros) / 1e6;
  }
}

void relative_time(Arguments arguments, Value& value) {
  const auto from = time_of(arguments[0].real);
  if (!from) return;
  if (const auto time = spl_move_time(*from, arguments[1].text)) {
    value.null = false;
    value.real = static_cast<double>(time->micros) / 1e6;
  }
}

/// The start of the span of so many months that a time falls into, counted from 1970.
void month_span(Arguments arguments, Value& value) {
  const auto time = time_of(arguments[0].real);
  const std::int64_t size = arguments[1].integer;
  if (!time || size <= 0) return;
  const Civil civil = to_civil(*time);
  const std::int64_t months =
      floor_divide((civil.year - 1970) * 12LL + civil.month - 1, size) * size;
  value.null = false;
  value.real = static_cast<double>(move_months({0}, months).micros) / 1e6;
}

}  // namespace

std::optional<std::string_view> spl_time_unit(std::string_view word) {
  struct Unit {
    std::string_view word, letter;
  };
  static constexpr Unit kUnits[] = {
      {"s", "s"},     {"sec", "s"},   {"secs", "s"},    {"second", "s"},   {"seconds", "s"},
      {"m", "m"},     {"min", "m"},   {"mins", "m"},    {"minute", "m"},   {"minutes", "m"},
      {"h", "h"},     {"hr", "h"},    {"hrs", "h"},     {"hour", "h"},     {"hours", "h"},
      {"d", "d"},     {"day", "d"},   {"days", "d"},    {"w", "w"},        {"week", "w"},
      {"weeks", "w"}, {"mon", "mon"}, {"month", "mon"}, {"months", "mon"}, {"q", "q"},
      {"qtr", "q"},   {"qtrs", "q"},  {"quarter", "q"}, {"quarters", "q"}, {"y", "y"},
      {"yr", "y"},    {"yrs", "y"},   {"year", "y"},    {"years", "y"}};
  for (const Unit& unit : kUnits) {
    if (equal_without_case(unit.word, word)) return unit.letter;
  }
  return std::nullopt;
}

std::optional<Time> spl_move_time(Time from, std::string_view modifier) {
  std::string_view rest = trim(modifier);
  if (rest.starts_with("rt")) return std::nullopt;
  if (rest.starts_with("now()")) {
    rest.remove_prefix(5);
  } else if (rest.starts_with("now")) {
    rest.remove_prefix(3);
  }
  Time time = from;
  const auto letters = [&] {
    std::size_t end = 0;
    while (end < rest.size() &&
           ((rest[end] >= 'a' && rest[end] <= 'z') || (rest[end] >= 'A' && rest[end] <= 'Z'))) {
      ++end;
    }
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
  };
  while (!rest.empty()) {
    if (rest.front() == '@') {
      rest.remove_prefix(1);
      std::string unit(letters());
      if (equal_without_case(unit, "w") && !rest.empty() && is_digit(rest.front())) {
        unit = "w" + std::string(rest.substr(0, 1));
        rest.remove_prefix(1);
      } else {
        const auto known = spl_time_unit(unit);
        if (!known) return std::nullopt;
        unit = *known;
      }
      const auto snap = snapped(time, unit);
      if (!snap) return std::nullopt;
      time = *snap;
      continue;
    }
    std::int64_t sign = 1;
    if (rest.front() == '-' || rest.front() == '+') {
      sign = rest.front() == '-' ? -1 : 1;
      rest.remove_prefix(1);
    } else if (!is_digit(rest.front())) {
      return std::nullopt;
    }
    std::int64_t count = 0;
    bool any = false;
    while (!rest.empty() && is_digit(rest.front())) {
      any = true;
      count = std::min<std::int64_t>(count * 10 + (rest.front() - '0'), 100'000'000'000);
      rest.remove_prefix(1);
    }
    if (!any) count = 1;
    const std::string_view word = letters();
    const auto unit =
        word.empty() && any ? std::optional<std::string_view>("s") : spl_time_unit(word);
    if (!unit) return std::nullopt;
    const auto next = moved(time, sign * count, *unit);
    if (!next) return std::nullopt;
    time = *next;
  }
  return time;
}

std::string spl_format_time(Time time, std::string_view format) {
  const Civil c = to_civil(time);
  const int day_of_week = weekday(time), day_of_year = year_day(c);
  const int hour12 = c.hour % 12 == 0 ? 12 : c.hour % 12;
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 >= format.size()) {
      out += format[i];
      continue;
    }
    char code = format[++i];
    int digits = 0;
    if (is_digit(code) && i + 1 < format.size() && (format[i + 1] == 'N' || format[i + 1] == 'Q')) {
      digits = code - '0';
      code = format[++i];
    }
    if ((code == 'E' || code == 'O' || code == ':') && i + 1 < format.size()) {
      const bool colon = code == ':';
      code = format[++i];
      if (colon && code == 'z') {
        out += "+00:00";
        continue;
      }
    }
    switch (code) {
      case 'Y':
        out += fmt::format("{:04}", c.year);
        break;
      case 'y':
        out += fmt::format("{:02}", c.year % 100);
        break;
      case 'C':
        out += fmt::format("{:02}", c.year / 100);
        break;
      case 'm':
        out += fmt::format("{:02}", c.month);
        break;
      case 'd':
        out += fmt::format("{:02}", c.day);
        break;
      case 'e':
        out += fmt::format("{:2}", c.day);
        break;
      case 'H':
        out += fmt::format("{:02}", c.hour);
        break;
      case 'k':
        out += fmt::format("{:2}", c.hour);
        break;
      case 'I':
        out += fmt::format("{:02}", hour12);
        break;
      case 'l':
        out += fmt::format("{:2}", hour12);
        break;
      case 'M':
        out += fmt::format("{:02}", c.minute);
        break;
      case 'S':
        out += fmt::format("{:02}", c.second);
        break;
      case 'p':
        out += c.hour < 12 ? "AM" : "PM";
        break;
      case 'P':
        out += c.hour < 12 ? "am" : "pm";
        break;
      case 'j':
        out += fmt::format("{:03}", day_of_year);
        break;
      case 'a':
        out += kDays[static_cast<std::size_t>(day_of_week)].substr(0, 3);
        break;
      case 'A':
        out += kDays[static_cast<std::size_t>(day_of_week)];
        break;
      case 'b':
      case 'h':
        out += kMonths[static_cast<std::size_t>(c.month - 1)].substr(0, 3);
        break;
      case 'B':
        out += kMonths[static_cast<std::size_t>(c.month - 1)];
        break;
      case 'w':
        out += std::to_string(day_of_week);
        break;
      case 'u':
        out += std::to_string(day_of_week == 0 ? 7 : day_of_week);
        break;
      case 'U':
        out += fmt::format("{:02}", (day_of_year + 6 - day_of_week) / 7);
        break;
      case 'W':
        out += fmt::format("{:02}", (day_of_year + 6 - (day_of_week + 6) % 7) / 7);
        break;
      case 'V':
      case 'G':
      case 'g': {
        // The ISO week is that of its Thursday.
        const Time thursday{time.micros + (3 - (day_of_week + 6) % 7) * kDay};
        const Civil t = to_civil(thursday);
        if (code == 'V') out += fmt::format("{:02}", (year_day(t) - 1) / 7 + 1);
        if (code == 'G') out += fmt::format("{:04}", t.year);
        if (code == 'g') out += fmt::format("{:02}", t.year % 100);
        break;
      }
      case 's':
        out += std::to_string(floor_divide(time.micros, kSecond));
        break;
      case 'f':
        out += fmt::format("{:06}", c.micro);
        break;
      case 'N':
      case 'Q': {
        const int wanted = digits == 0 ? (code == 'Q' ? 3 : 9) : digits;
        std::string all = fmt::format("{:06}000", c.micro);
        out += all.substr(0, static_cast<std::size_t>(std::clamp(wanted, 1, 9)));
        break;
      }
      case 'T':
      case 'X':
        out += fmt::format("{:02}:{:02}:{:02}", c.hour, c.minute, c.second);
        break;
      case 'R':
        out += fmt::format("{:02}:{:02}", c.hour, c.minute);
        break;
      case 'r':
        out += fmt::format("{:02}:{:02}:{:02} {}", hour12, c.minute, c.second,
                           c.hour < 12 ? "AM" : "PM");
        break;
      case 'F':
        out += fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
        break;
      case 'D':
      case 'x':
        out += fmt::format("{:02}/{:02}/{:02}", c.month, c.day, c.year % 100);
        break;
      case 'c':
      case '+':
        out += spl_format_time(time, "%a %b %e %H:%M:%S %Y");
        break;
      case 'Z':
        out += "UTC";
        break;
      case 'z':
        out += "+0000";
        break;
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case '%':
        out += '%';
        break;
      default:
        out += '%';
        out += code;
    }
  }
  return out;
}

std::optional<Time> spl_parse_time(std::string_view text, std::string_view format) {
  Civil c;
  bool afternoon = false, half_day = false;
  std::optional<std::int64_t> epoch, day_of_year;
  std::int64_t offset = 0;
  std::string_view rest = text;
  const auto number = [&](std::size_t most, std::int64_t& into) {
    std::size_t end = 0;
    std::int64_t read = 0;
    while (end < most && end < rest.size() && is_digit(rest[end]))
      read = read * 10 + (rest[end++] - '0');
    rest.remove_prefix(end);
    into = read;
    return end > 0;
  };
  const auto take_int = [&](std::size_t most, int& into, int low, int high) {
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    std::int64_t read = 0;
    if (!number(most, read) || read < low || read > high) return false;
    into = static_cast<int>(read);
    return true;
  };
  const auto word = [&](std::span<const std::string_view> names) -> int {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (const std::size_t size : {names[i].size(), std::size_t{3}}) {
        if (equal_without_case(rest.substr(0, size), names[i].substr(0, size)) &&
            rest.size() >= size) {
          rest.remove_prefix(size);
          return static_cast<int>(i);
        }
      }
    }
    return -1;
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == ' ') {
      while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
      continue;
    }
    if (format[i] != '%' || i + 1 >= format.size()) {
      if (rest.empty() || rest.front() != format[i]) return std::nullopt;
      rest.remove_prefix(1);
      continue;
    }
    char code = format[++i];
    while ((code == 'E' || code == 'O' || code == ':' || is_digit(code)) && i + 1 < format.size()) {
      code = format[++i];
    }
    bool good = true;
    switch (code) {
      case 'Y':
        good = take_int(4, c.year, 1, 9999);
        break;
      case 'y':
        good = take_int(2, c.year, 0, 99);
        c.year += c.year < 69 ? 2000 : 1900;
        break;
      case 'm':
        good = take_int(2, c.month, 1, 12);
        break;
      case 'd':
      case 'e':
        good = take_int(2, c.day, 1, 31);
        break;
      case 'H':
      case 'k':
        good = take_int(2, c.hour, 0, 23);
        break;
      case 'I':
      case 'l':
        good = take_int(2, c.hour, 1, 12), half_day = true;
        break;
      case 'M':
        good = take_int(2, c.minute, 0, 59);
        break;
      case 'S':
        good = take_int(2, c.second, 0, 60);
        break;
      case 'p':
      case 'P':
        good = rest.size() >= 2 && to_lower(rest[1]) == 'm' &&
               (to_lower(rest[0]) == 'a' || to_lower(rest[0]) == 'p');
        if (good) afternoon = to_lower(rest[0]) == 'p', half_day = true, rest.remove_prefix(2);
        break;
      case 'b':
      case 'B':
      case 'h': {
        const int month = word(kMonths);
        good = month >= 0;
        c.month = month + 1;
        break;
      }
      case 'a':
      case 'A':
        good = word(kDays) >= 0;
        break;
      case 'j': {
        std::int64_t read = 0;
        good = number(3, read) && read >= 1 && read <= 366;
        day_of_year = read;
        break;
      }
      case 's': {
        const bool negative = !rest.empty() && rest.front() == '-';
        if (negative) rest.remove_prefix(1);
        std::int64_t read = 0;
        good = number(11, read);
        epoch = negative ? -read : read;
        break;
      }
      case 'f':
      case 'N':
      case 'Q': {
        std::size_t end = 0;
        int micros = 0, scale = 100'000;
        while (end < rest.size() && is_digit(rest[end])) {
          micros += (rest[end++] - '0') * scale;
          scale /= 10;
        }
        good = end > 0;
        c.micro = micros;
        rest.remove_prefix(end);
        break;
      }
      case 'T':
      case 'F':
      case 'R':
      case 'D':
      case 'x':
      case 'X': {
        const std::string_view inner = code == 'F'                  ? "%Y-%m-%d"
                                       : code == 'R'                ? "%H:%M"
                                       : code == 'T' || code == 'X' ? "%H:%M:%S"
                                                                    : "%m/%d/%y";
        std::string longer(inner);
        longer += format.substr(i + 1);
        // The rest is read with the code written out.
        std::string whole(format.substr(0, i - 1));
        return spl_parse_time(text, whole + longer);
      }
      case 'Z':
      case 'z': {
        if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
          const std::int64_t sign = rest.front() == '-' ? -1 : 1;
          rest.remove_prefix(1);
          std::int64_t hours = 0, minutes = 0;
          good = number(2, hours);
          if (!rest.empty() && rest.front() == ':') rest.remove_prefix(1);
          (void)number(2, minutes);
          offset = sign * (hours * kHour + minutes * kMinute);
        } else if (!rest.empty() && rest.front() == 'Z') {
          rest.remove_prefix(1);
        } else if (rest.starts_with("UTC") || rest.starts_with("GMT")) {
          rest.remove_prefix(3);
        } else {
          good = false;
        }
        break;
      }
      case 'n':
      case 't':
        while (!rest.empty() &&
               (rest.front() == ' ' || rest.front() == '\t' || rest.front() == '\n'))
          rest.remove_prefix(1);
        break;
      case '%':
        good = !rest.empty() && rest.front() == '%';
        if (good) rest.remove_prefix(1);
        break;
      default:
        return std::nullopt;
    }
    if (!good) return std::nullopt;
  }
  if (epoch) return Time{*epoch * kSecond + c.micro};
  if (half_day) c.hour = c.hour % 12 + (afternoon ? 12 : 0);
  if (day_of_year) {
    c.month = 1;
    c.day = 1;
    return Time{from_civil(c).micros + (*day_of_year - 1) * kDay - offset};
  }
  if (c.day > month_length(c.year, c.month)) return std::nullopt;
  return Time{from_civil(c).micros - offset};
}

std::vector<event::NativeFunction> spl_time_functions() {
  constexpr ValueType kText = ValueType::Text, kDouble = ValueType::Double;
  return {
      native("th_spl_strftime", {kDouble, kText}, kText, format_time),
      native("th_spl_strptime", {kText, kText}, kDouble, parse_time),
      native("th_spl_relative_time", {kDouble, kText}, kDouble, relative_time),
      native("th_spl_month_span", {kDouble, ValueType::Bigint}, kDouble, month_span),
  };
}

}  // namespace trailhound::sql
