// SPDX-License-Identifier: Apache-2.0
//
// Literals: numbers, texts, times, intervals, and what stands for the time of asking.
#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.hpp"
#include "sql/binder.hpp"

namespace trailhound::sql {
namespace {

/// Microseconds of the text of an interval such as `3`, `1 02:03`, `1.5`; nothing if it is
/// malformed.
std::optional<std::int64_t> interval_micros(std::string_view text, IntervalField from,
                                            IntervalField to) {
  static constexpr std::int64_t kUnits[] = {kDay, kHour, kMinute, kSecond};
  static constexpr char kBetween[] = {' ', ':', ':'};
  const int first = static_cast<int>(from) - static_cast<int>(IntervalField::Day);
  const int last = static_cast<int>(to) - static_cast<int>(IntervalField::Day);
  std::int64_t micros = 0;
  for (int unit = first; unit <= last; ++unit) {
    std::string_view part = text;
    if (unit < last) {
      const std::size_t end = text.find(kBetween[unit]);
      if (end == std::string_view::npos) return std::nullopt;
      part = text.substr(0, end);
      text.remove_prefix(end + 1);
    }
    std::int64_t fraction = 0;
    if (const std::size_t point = part.find('.'); unit == 3 && point != std::string_view::npos) {
      std::string digits(part.substr(point + 1));
      if (digits.empty() || digits.size() > 6) return std::nullopt;
      digits.append(6 - digits.size(), '0');
      const auto value = whole_number(digits);
      if (!value || *value < 0) return std::nullopt;
      fraction = *value;
      part = part.substr(0, point);
    }
    const auto value = whole_number(part);
    if (!value || *value < 0 || *value > 100'000'000) return std::nullopt;
    micros += *value * kUnits[unit] + fraction;
  }
  return micros;
}

std::optional<std::int64_t> interval_months(std::string_view text, IntervalField from,
                                            IntervalField to) {
  std::int64_t months = 0;
  std::string_view rest = text;
  if (from == IntervalField::Year) {
    const std::size_t dash = to == IntervalField::Month ? rest.find('-') : std::string_view::npos;
    if (to == IntervalField::Month && dash == std::string_view::npos) return std::nullopt;
    const auto years = whole_number(rest.substr(0, dash));
    if (!years || *years < 0 || *years > 100'000) return std::nullopt;
    months = *years * 12;
    if (to != IntervalField::Month) return months;
    rest = rest.substr(dash + 1);
  }
  const auto value = whole_number(rest);
  if (!value || *value < 0 || *value > 1'000'000) return std::nullopt;
  return months + *value;
}

}  // namespace

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string> timestamp_text(std::string_view text) {
  if (text.size() > 10 && text[10] == 'T') return std::nullopt;
  const auto time = parse_typed_time(text);
  if (!time) return std::nullopt;
  std::string iso = format_iso(*time);
  iso[10] = ' ';
  iso.pop_back();
  return iso;
}

Result<std::string> zone_called(std::string_view text, Span span) {
  const std::string_view zone = trim(text);
  if (equal_without_case(zone, "UTC") || zone == "Z" || equal_without_case(zone, "GMT"))
    return std::string();
  const auto wrong = [&] {
    return Error{"bad-arguments", "`" + std::string(text) + "` is no time zone"}.at(
        span, "as in: 'Europe/Berlin', '+02:00'");
  };
  if (zone.starts_with('+') || zone.starts_with('-')) {
    std::string digits(zone.substr(1));
    std::erase(digits, ':');
    if (digits.size() <= 2) digits += "00";
    if (digits.size() == 3) digits.insert(0, "0");
    const auto value = whole_number(digits);
    if (digits.size() != 4 || !value || *value < 0 || *value % 100 > 59 || *value > 1400)
      return wrong();
    const std::string made =
        std::string(zone.substr(0, 1)) + digits.substr(0, 2) + ":" + digits.substr(2);
    return *value == 0 ? std::string() : made;
  }
  const bool plain = !zone.empty() && std::all_of(zone.begin(), zone.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("/_+-").find(c) != std::string_view::npos;
  });
  if (!plain) return wrong();
  return std::string(zone);
}

Result<TermPtr> Binder::node(const NullLiteral&, const Expr& expr, const Place&) {
  return null_of(of_kind(TypeKind::Unknown), expr.span);
}
Result<TermPtr> Binder::node(const BooleanLiteral& literal, const Expr& expr, const Place&) {
  return constant(literal.value ? "true" : "false", boolean_type(), expr.span);
}
Result<TermPtr> Binder::node(const StringLiteral& literal, const Expr& expr, const Place&) {
  return constant(literal.value, varchar(), expr.span);
}
Result<TermPtr> Binder::node(const BinaryLiteral& literal, const Expr& expr, const Place&) {
  return constant(literal.bytes, of_kind(TypeKind::Varbinary), expr.span);
}

Result<TermPtr> Binder::node(const NumberLiteral& literal, const Expr& expr, const Place&) {
  std::string text = literal.text;
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  switch (literal.kind) {
    case NumberKind::Double:
      return constant(text, double_type(), expr.span);
    case NumberKind::Decimal: {
      const std::size_t point = text.find('.');
      if (point == 0) text.insert(0, "0");
      const std::size_t at = text.find('.');
      if (at + 1 == text.size()) text.pop_back();
      const int scale = at >= text.size() ? 0 : static_cast<int>(text.size() - at - 1);
      std::size_t first = text.find_first_not_of('0');
      if (first == std::string::npos || first > at) first = at;
      const int whole = static_cast<int>(at - first);
      if (whole + scale > 38)
        return Error{"bad-query", "a number has more than 38 digits"}.at(expr.span);
      return constant(text, decimal(std::max(1, whole + scale), scale), expr.span);
    }
    case NumberKind::Integer:
      break;
  }
  std::int64_t value = 0;
  int base = 10;
  std::string_view digits = text;
  if (digits.size() > 2 && digits[0] == '0' &&
      std::isalpha(static_cast<unsigned char>(digits[1])) != 0) {
    const char letter = to_lower(digits[1]);
    base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
    digits.remove_prefix(2);
  }
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return Error{"bad-query", "the number `" + literal.text + "` does not fit a bigint"}.at(
        expr.span);
  }
  return constant(std::to_string(value), value <= INT32_MAX ? integer_type() : bigint(), expr.span);
}

Result<TermPtr> Binder::node(const TypedLiteral& literal, const Expr& expr, const Place&) {
  TRY(DataType type, resolve(literal.type));
  const auto wrong = [&] {
    return Error{"bad-query", "`" + literal.value + "` is not a " + spell(type)}.at(expr.span);
  };
  std::string text(trim(literal.value));
  switch (type.kind) {
    case TypeKind::Date: {
      const auto day = timestamp_text(text);
      if (!day || day->substr(10) != " 00:00:00") return wrong();
      return constant(day->substr(0, 10), type, expr.span);
    }
    case TypeKind::Timestamp:
    case TypeKind::TimestampZone: {
      std::string zone;
      if (!timestamp_text(text)) {  // a zone stands behind
        const std::size_t blank = text.rfind(' ');
        if (blank != std::string::npos && blank > 9) {
          zone = text.substr(blank + 1);
          text.resize(blank);
        } else if (const std::size_t offset = text.find_first_of("+-", 11);
                   offset != std::string::npos) {
          zone = text.substr(offset);
          text.resize(offset);
        }
      }
      const auto moment = timestamp_text(trim(text));
      if (!moment) return wrong();
      DataType made = of_kind(zone.empty() ? TypeKind::Timestamp : TypeKind::TimestampZone);
      if (const std::size_t point = text.find('.'); point != std::string::npos) {
        made.precision = static_cast<int>(text.size() - point - 1);
      } else {
        made.precision = 0;
      }
      if (zone.empty()) return constant(*moment, made, expr.span);
      TRY(made.zone, zone_called(zone, expr.span));
      if (const auto offset = zone_offset(made.zone)) {
        const auto clock = parse_typed_time(*moment);
        std::string utc = format_iso({clock->micros - *offset});
        utc[10] = ' ';
        utc.pop_back();
        return constant(utc, made, expr.span);
      }
      DataType clock = of_kind(TypeKind::Timestamp);
      clock.precision = made.precision;
      return instant_of(constant(*moment, clock, expr.span), made);
    }
    case TypeKind::Time: {
      const TermPtr value = constant(text, varchar(), expr.span);
      if (const std::size_t point = text.find('.'); point != std::string::npos)
        type.precision = static_cast<int>(text.size() - point - 1);
      return cast(value, type, false, expr.span);
    }
    default: {
      const TermPtr value = constant(text, varchar(), expr.span);
      if (type.is(TypeKind::Json))
        return apply("json_parse", "th_json_parse({1})", {value}, type, expr.span);
      return cast(value, type, false, expr.span);
    }
  }
}

Result<TermPtr> Binder::node(const IntervalLiteral& literal, const Expr& expr, const Place&) {
  const IntervalField to = literal.to.value_or(literal.from);
  const bool years = literal.from == IntervalField::Year || literal.from == IntervalField::Month;
  std::string_view text = trim(literal.value);
  bool negative = literal.negative;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    if (text.front() == '-') negative = !negative;
    text.remove_prefix(1);
  }
  const auto amount =
      years ? interval_months(text, literal.from, to) : interval_micros(text, literal.from, to);
  if (!amount) {
    return Error{"bad-query", "`" + literal.value + "` is not an interval of this kind"}.at(
        expr.span, "as in: interval '30' day, interval '1 02:00:00' day to second");
  }
  return constant(std::to_string(negative ? -*amount : *amount),
                  of_kind(years ? TypeKind::IntervalYear : TypeKind::IntervalDay), expr.span);
}

Result<TermPtr> Binder::node(const Current& current, const Expr& expr, const Place&) {
  asks_now_ = true;
  std::string now = format_iso(options_.now);
  now[10] = ' ';
  now.pop_back();
  switch (current.kind) {
    case CurrentKind::Date:
      return constant(now.substr(0, 10), of_kind(TypeKind::Date), expr.span);
    case CurrentKind::Time:
    case CurrentKind::LocalTime: {
      DataType type = of_kind(TypeKind::Time);
      type.precision = static_cast<int>(current.precision.value_or(3));
      return constant(now.substr(11), type, expr.span);
    }
    case CurrentKind::Timestamp:
    case CurrentKind::LocalTimestamp: {
      DataType type = of_kind(current.kind == CurrentKind::Timestamp ? TypeKind::TimestampZone
                                                                     : TypeKind::Timestamp);
      type.precision = static_cast<int>(current.precision.value_or(3));
      if (type.precision > 6)
        return refused("times are counted to the microsecond here", expr.span);
      return constant(now, type, expr.span);
    }
    default:
      return refused("who asks, and in which catalog, has no meaning here", expr.span);
  }
}

}  // namespace trailhound::sql
