// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace trailhound {
namespace {

// Days since 1970-01-01 in the proleptic Gregorian calendar: months are counted from March, so that
// the leap day comes last and a month's start is a linear function of its number.
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

bool in_calendar(const Civil& civil) {
  return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= days_in_month(civil.year, civil.month) && civil.hour <= 23 &&
         civil.minute <= 59 && civil.second <= 59;
}

/// Reads numbers and marks from the front of a text; once it failed, it stays failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    if (rest_.size() < count) return fail();
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = rest_[i];
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool take(char mark) {
    if (rest_.empty() || rest_.front() != mark) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void must(char mark) {
    if (!take(mark)) fail();
  }
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool done() const { return rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  int fail() {
    failed_ = true;
    return 0;
  }
  std::string_view rest_;
  bool failed_ = false;
};

int fraction_of_second(Reader& in) {
  int micros = 0;
  int scale = 100'000;
  if (!in.at_digit()) in.must('0');
  while (in.at_digit()) {
    micros += in.digits(1) * scale;
    scale /= 10;
  }
  return micros;
}

/// `Z`, `+02:00`, `-0800` or nothing, in microseconds east of UTC.
std::int64_t offset(Reader& in) {
  if (in.take('Z') || in.take('z') || in.done()) return 0;
  const bool west = in.take('-');
  if (!west) in.must('+');
  const int hours = in.digits(2);
  in.take(':');
  const int minutes = in.digits(2);
  const std::int64_t east = hours * kHour + minutes * kMinute;
  return west ? -east : east;
}

std::optional<Time> finish(Reader& in, const Civil& civil, std::int64_t east) {
  if (in.failed() || !in.done() || !in_calendar(civil)) return std::nullopt;
  return Time{from_civil(civil).micros - east};
}

std::optional<Time> parse_time(std::string_view text, bool typed) {
  Reader in(text);
  Civil civil;
  civil.year = in.digits(4);
  const bool dashes = in.take('-');
  civil.month = in.digits(2);
  if (dashes) in.must('-');
  civil.day = in.digits(2);
  if (typed && in.done()) return finish(in, civil, 0);
  if (!in.take('T') && !(typed && in.take(' '))) return std::nullopt;
  civil.hour = in.digits(2);
  const bool colons = in.take(':');
  civil.minute = in.digits(2);
  if (typed && (in.done() || !(in.at_digit() || colons))) return finish(in, civil, offset(in));
  if (colons && !in.take(':')) {
    return typed ? finish(in, civil, offset(in)) : std::nullopt;
  }
  civil.second = in.digits(2);
  if (in.take('.')) civil.micro = fraction_of_second(in);
  if (!typed && in.done()) return std::nullopt;
  return finish(in, civil, offset(in));
}

}  // namespace

Time from_civil(const Civil& civil) {
  const std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
  return {days * kDay + civil.hour * kHour + civil.minute * kMinute + civil.second * kSecond +
          civil.micro};
}

Civil to_civil(Time time) {
  std::int64_t days = time.micros / kDay;
  std::int64_t rest = time.micros % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  civil.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  civil.year = static_cast<int>(year_of_era + era * 400 + (civil.month <= 2));
  civil.hour = static_cast<int>(rest / kHour);
  civil.minute = static_cast<int>(rest % kHour / kMinute);
  civil.second = static_cast<int>(rest % kMinute / kSecond);
  civil.micro = static_cast<int>(rest % kSecond);
  return civil;
}

std::optional<Time> parse_event_time(std::string_view text) { return parse_time(text, false); }

std::optional<Time> parse_typed_time(std::string_view text) { return parse_time(text, true); }

std::optional<std::int64_t> parse_duration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  std::int64_t unit = 0;
  switch (text.back()) {
    case 's':
      unit = kSecond;
      break;
    case 'm':
      unit = kMinute;
      break;
    case 'h':
      unit = kHour;
      break;
    case 'd':
      unit = kDay;
      break;
    case 'w':
      unit = 7 * kDay;
      break;
    default:
      return std::nullopt;
  }
  std::int64_t count = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9' || count > 1'000'000) return std::nullopt;
    count = count * 10 + (c - '0');
  }
  if (count > std::numeric_limits<std::int64_t>::max() / unit) return std::nullopt;
  return count * unit;
}

std::string format_iso(Time time) {
  const Civil at = to_civil(time);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", at.year, at.month, at.day,
                                 at.hour, at.minute, at.second);
  if (at.micro != 0) {
    text += fmt::format(".{:06}", at.micro);
    while (text.back() == '0') text.pop_back();
  }
  return text + 'Z';
}

std::string format_day(Time time) {
  const Civil at = to_civil(time);
  return fmt::format("{:04}-{:02}-{:02}", at.year, at.month, at.day);
}

std::string format_duration(std::int64_t micros) {
  struct Unit {
    std::int64_t size;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {
      {{kDay, "d"}, {kHour, "h"}, {kMinute, "min"}, {kSecond, "s"}}};
  std::string text = micros < 0 ? "-" : "";
  std::int64_t rest = micros < 0 ? -micros : micros;
  int shown = 0;
  for (const Unit& unit : kUnits) {
    const std::int64_t count = rest / unit.size;
    rest %= unit.size;
    if (count == 0) {
      if (shown > 0) break;
      continue;
    }
    text += fmt::format("{}{} {}", shown > 0 ? " " : "", count, unit.name);
    if (++shown == 2) break;
  }
  return shown > 0 ? text : "0 s";
}

}  // namespace trailhound
