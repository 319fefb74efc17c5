// SPDX-License-Identifier: Apache-2.0
#include "sql/constants.hpp"

#include <algorithm>
#include <charconv>

#include "sql/binder.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {

Time moved(Time time, std::int64_t by) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(time.micros, by, &sum)) return {by < 0 ? INT64_MIN : INT64_MAX};
  return {sum};
}

std::optional<std::string> constant_text_of(const TermPtr& term) {
  if (!term->type.is(TypeKind::Varchar)) return std::nullopt;
  if (const auto* value = as<Constant>(term)) {
    return value->null ? std::nullopt : std::optional(value->text);
  }
  const auto* call = as<Applied>(term);
  if (call == nullptr) return std::nullopt;
  const auto argument = [&](std::size_t i) {
    return i < call->arguments.size() ? call->arguments[i] : nullptr;
  };
  if (call->function == "concat") {
    std::string all;
    for (const TermPtr& part : call->arguments) {
      const auto text = constant_text_of(part);
      if (!text) return std::nullopt;
      all += *text;
    }
    return all;
  }
  if (call->arguments.empty()) return std::nullopt;
  const auto time = constant_time(argument(0));
  if (!time) return std::nullopt;
  if (call->function == "date_format") {
    const auto format = constant_text_of(argument(1));
    return format ? format_mysql(*time, *format) : std::nullopt;
  }
  if (call->function == "format_datetime") {
    const auto format = constant_text_of(argument(1));
    return format ? format_joda(*time, *format) : std::nullopt;
  }
  if (call->function == "to_iso8601") {
    return argument(0)->type.is(TypeKind::Date) ? format_day(*time) : format_iso(*time);
  }
  if (call->function == "cast" && argument(0)->type.is(TypeKind::Date)) return format_day(*time);
  return std::nullopt;
}

std::optional<Time> constant_time(const TermPtr& term) {
  const bool time_like = term->type.is(TypeKind::Date) || term->type.is(TypeKind::Timestamp) ||
                         term->type.is(TypeKind::TimestampZone);
  if (!time_like) return std::nullopt;
  if (const auto* value = as<Constant>(term)) {
    return value->null ? std::nullopt : parse_typed_time(value->text);
  }
  const auto* call = as<Applied>(term);
  if (call == nullptr || call->arguments.empty()) return std::nullopt;
  const std::string& name = call->function;
  const auto number = [](const TermPtr& one) -> std::optional<std::int64_t> {
    const auto* value = as<Constant>(one);
    if (value == nullptr || value->null) return std::nullopt;
    std::int64_t made = 0;
    const std::string& text = value->text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), made);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(made)
                                                                    : std::nullopt;
  };
  const auto later_by_months = [](Time time, std::int64_t months) {
    Civil civil = to_civil(time);
    const std::int64_t all = civil.year * std::int64_t{12} + civil.month - 1 + months;
    civil.year = static_cast<int>(all / 12);
    civil.month = static_cast<int>(all % 12) + 1;
    static constexpr int kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (civil.year % 4 == 0 && civil.year % 100 != 0) || civil.year % 400 == 0;
    const int length = civil.month == 2 && leap ? 29 : kLengths[civil.month - 1];
    civil.day = std::min(civil.day, length);
    return from_civil(civil);
  };
  if ((name == "+" || name == "-") && call->arguments.size() == 2) {
    const auto time = constant_time(call->arguments[0]);
    const TermPtr& shift = call->arguments[1];
    const auto amount = number(shift);
    if (!time || !amount || std::abs(*amount) > INT64_MAX / 4) return std::nullopt;
    const std::int64_t by = name == "-" ? -*amount : *amount;
    if (shift->type.is(TypeKind::IntervalDay)) return moved(*time, by);
    if (shift->type.is(TypeKind::IntervalYear) && std::abs(by) < 12000)
      return later_by_months(*time, by);
    return std::nullopt;
  }
  if (name == "date_add" && call->arguments.size() == 2) {
    const auto amount = number(call->arguments[0]);
    const auto time = constant_time(call->arguments[1]);
    if (!time || !amount || std::abs(*amount) > 10'000'000) return std::nullopt;
    const auto adds = [&](std::string_view unit) {
      return call->form.find(unit) != std::string::npos;
    };
    if (adds("to_years(")) return later_by_months(*time, *amount * 12);
    if (adds("* 3")) return later_by_months(*time, *amount * 3);
    if (adds("to_months(")) return later_by_months(*time, *amount);
    if (adds("to_weeks(")) return moved(*time, *amount * 7 * kDay);
    if (adds("to_days(")) return moved(*time, *amount * kDay);
    if (adds("to_hours(")) return moved(*time, *amount * kHour);
    if (adds("to_minutes(")) return moved(*time, *amount * kMinute);
    if (adds("to_seconds(")) return moved(*time, *amount * kSecond);
    return std::nullopt;
  }
  if (name == "at_timezone" && term->type.is(TypeKind::TimestampZone))
    return constant_time(call->arguments[0]);
  if (name == "date_trunc" && call->form.find("'day'") != std::string::npos) {
    const auto time = constant_time(call->arguments[0]);
    if (!time) return std::nullopt;
    const Civil civil = to_civil(*time);
    return from_civil({.year = civil.year, .month = civil.month, .day = civil.day});
  }
  if (name.starts_with("from_iso8601") || name == "date" || name == "cast") {
    if (const auto text = constant_text_of(call->arguments[0])) {
      if (name == "cast" && text->size() > 10 && (*text)[10] == 'T') return std::nullopt;
      return parse_typed_time(*text);
    }
    const auto time = constant_time(call->arguments[0]);
    if (!time || !term->type.is(TypeKind::Date)) return time;
    const Civil civil = to_civil(*time);
    return from_civil({.year = civil.year, .month = civil.month, .day = civil.day});
  }
  if (name == "date_parse" && call->arguments.size() == 2) {
    const auto text = constant_text_of(call->arguments[0]);
    const auto format = constant_text_of(call->arguments[1]);
    return text && format ? parse_mysql(*text, *format) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace trailhound::sql
