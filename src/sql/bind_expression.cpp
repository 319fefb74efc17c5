// SPDX-License-Identifier: Apache-2.0
//
// Operators, literals, CASE and subqueries.
#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.hpp"
#include "sql/binder.hpp"

namespace trailhound::sql {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

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

/// `2024-01-31 10:20:30.5` as DuckDB reads it, out of what is typed; nothing if it is no time.
std::optional<std::string> timestamp_text(std::string_view text) {
  if (text.size() > 10 && text[10] == 'T') return std::nullopt;
  const auto time = parse_typed_time(text);
  if (!time) return std::nullopt;
  std::string iso = format_iso(*time);
  iso[10] = ' ';
  iso.pop_back();
  return iso;
}

std::string_view sign(Arithmetic op) {
  switch (op) {
    case Arithmetic::Add:
      return "+";
    case Arithmetic::Subtract:
      return "-";
    case Arithmetic::Multiply:
      return "*";
    case Arithmetic::Divide:
      return "/";
    case Arithmetic::Modulo:
      return "%";
    case Arithmetic::Concat:
      return "||";
  }
  return "";
}

bool is_time(const DataType& type) {
  return type.is(TypeKind::Date) || type.is(TypeKind::Timestamp) ||
         type.is(TypeKind::TimestampZone);
}
bool is_interval(const DataType& type) {
  return type.is(TypeKind::IntervalDay) || type.is(TypeKind::IntervalYear);
}

bool is_nonzero_constant(const TermPtr& term) {
  const auto* value = as<Constant>(term);
  return value != nullptr && !value->null &&
         value->text.find_first_of("123456789") != std::string::npos;
}

DataType as_decimal(const DataType& type) {
  switch (type.kind) {
    case TypeKind::Decimal:
      return type;
    case TypeKind::Tinyint:
      return decimal(3, 0);
    case TypeKind::Smallint:
      return decimal(5, 0);
    case TypeKind::Integer:
      return decimal(10, 0);
    default:
      return decimal(19, 0);
  }
}

}  // namespace

Result<TermPtr> Binder::expression(const Expr& expr, const Place& place) {
  TRY(const TermPtr term,
      std::visit([&](const auto& inner) { return node(inner, expr, place); }, expr.node));
  return term->span == expr.span ? term : make(term->node, term->type, expr.span);
}

// Literals

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
        made.precision = type.precision;
      }
      if (zone.empty()) return constant(*moment, made, expr.span);
      if (equal_without_case(zone, "utc") || zone == "Z") return constant(*moment, made, expr.span);
      if (zone[0] == '+' || zone[0] == '-') {
        std::string iso = *moment + zone;
        iso[10] = 'T';
        if (zone.size() == 3) iso += ":00";
        const auto instant = parse_event_time(iso);
        if (!instant) return wrong();
        std::string utc = format_iso(*instant);
        utc[10] = ' ';
        utc.pop_back();
        return constant(utc, made, expr.span);
      }
      made.zone = zone;
      DataType clock = of_kind(TypeKind::Timestamp);
      return apply("with_timezone", "timezone('UTC', timezone({2}, {1}))",
                   {constant(*moment, clock, expr.span), constant(zone, varchar(), expr.span)},
                   made, expr.span);
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
  std::string now = format_iso(options_.now);
  now[10] = ' ';
  now.pop_back();
  switch (current.kind) {
    case CurrentKind::Date:
      return constant(now.substr(0, 10), of_kind(TypeKind::Date), expr.span);
    case CurrentKind::Time:
    case CurrentKind::LocalTime:
      return constant(now.substr(11), of_kind(TypeKind::Time), expr.span);
    case CurrentKind::Timestamp:
      return constant(now, of_kind(TypeKind::TimestampZone), expr.span);
    case CurrentKind::LocalTimestamp:
      return constant(now, of_kind(TypeKind::Timestamp), expr.span);
    default:
      return refused("who asks, and in which catalog, has no meaning here", expr.span);
  }
}

// Names and their parts

Result<TermPtr> Binder::node(const Column& column, const Expr& expr, const Place& place) {
  return this->column(column, expr.span, place);
}

Result<TermPtr> Binder::node(const Dereference& dereference, const Expr&, const Place& place) {
  TRY(TermPtr base, expression(*dereference.base, place));
  return member(std::move(base), dereference.field);
}

Result<TermPtr> Binder::node(const Subscript& subscript, const Expr& expr, const Place& place) {
  TRY(TermPtr base, expression(*subscript.base, place));
  TRY(TermPtr index, expression(*subscript.index, place));
  if (base->type.is(TypeKind::Array)) {
    if (!is_coercible(index->type, bigint())) {
      return mismatch(
          "an element of a list is asked for by a number, not by a " + spell(index->type),
          index->span);
    }
    return apply("subscript", "th_subscript({1}, {2})", {base, coerce(index, bigint())},
                 base->type.element(), expr.span);
  }
  if (base->type.is(TypeKind::Map)) {
    if (!is_coercible(index->type, base->type.key())) {
      return mismatch(
          "the keys of this map are " + spell(base->type.key()) + ", not " + spell(index->type),
          index->span);
    }
    return apply("subscript", "th_map_value({1}, {2})", {base, coerce(index, base->type.key())},
                 base->type.value(), expr.span);
  }
  if (base->type.is(TypeKind::Row)) {
    const auto* number = as<Constant>(index);
    const auto place_in_row = number != nullptr ? whole_number(number->text) : std::nullopt;
    if (!place_in_row || *place_in_row < 1 ||
        *place_in_row > static_cast<std::int64_t>(base->type.members.size())) {
      return mismatch("a field of a row is asked for by its number, 1 to " +
                          std::to_string(base->type.members.size()),
                      index->span);
    }
    const auto i = static_cast<std::size_t>(*place_in_row - 1);
    const TypeMember& field = base->type.members[i];
    return make(
        MemberOf{base, field.name.empty() ? "field" + std::to_string(i) : field.name, std::nullopt},
        field.type, expr.span);
  }
  Error error = mismatch(
      "only lists, maps and rows have elements, and this is a " + spell(base->type), expr.span);
  if (base->type.is(TypeKind::Varchar) || base->type.is(TypeKind::Json)) {
    return std::move(error).note("JSON is read by `json_extract_scalar(text, '$.name')`");
  }
  return error;
}

// Operators

Result<TermPtr> Binder::node(const Binary& binary, const Expr& expr, const Place& place) {
  TRY(TermPtr left, expression(*binary.left, place));
  TRY(TermPtr right, expression(*binary.right, place));
  return arithmetic(binary.op, std::move(left), std::move(right), expr.span);
}

Result<TermPtr> Binder::arithmetic(Arithmetic op, TermPtr left, TermPtr right, Span span) {
  if (left->type.is(TypeKind::Unknown)) left = coerce(left, right->type);
  if (right->type.is(TypeKind::Unknown)) right = coerce(right, left->type);
  const DataType& a = left->type;
  const DataType& b = right->type;
  const std::string name(sign(op));
  if (a.is(TypeKind::Unknown))
    return null_of(op == Arithmetic::Concat ? varchar() : bigint(), span);
  if (op == Arithmetic::Concat) {
    if (a.is(TypeKind::Array) && (!b.is(TypeKind::Array) || a.element() == b)) {
      if (!is_coercible(b, a.element()))
        return mismatch("a list of " + spell(a.element()) + " cannot take a " + spell(b), span);
      return apply("concat", "list_append({1}, {2})", {left, coerce(right, a.element())}, a, span);
    }
    if (b.is(TypeKind::Array) && !a.is(TypeKind::Array)) {
      if (!is_coercible(a, b.element()))
        return mismatch("a list of " + spell(b.element()) + " cannot take a " + spell(a), span);
      return apply("concat", "list_prepend({1}, {2})", {coerce(left, b.element()), right}, b, span);
    }
    const bool text = a.is(TypeKind::Varchar) && b.is(TypeKind::Varchar);
    const bool bytes = a.is(TypeKind::Varbinary) && b.is(TypeKind::Varbinary);
    if (!text && !bytes && !(a.is(TypeKind::Array) && b.is(TypeKind::Array))) {
      return mismatch("`||` joins texts, and these are " + spell(a) + " and " + spell(b), span)
          .note("`cast(x AS varchar)` makes text of a value");
    }
    TRY(const DataType type, agree(left, right, span, "||"));
    return apply("concat", "({1} || {2})", {left, right}, type, span);
  }
  if (is_number(a) && is_number(b)) {
    const bool exact = a.kind <= TypeKind::Decimal && b.kind <= TypeKind::Decimal;
    if (exact && (a.is(TypeKind::Decimal) || b.is(TypeKind::Decimal))) {
      return decimal_arithmetic(op, left, right, span);
    }
    const DataType type = *common_type(a, b);
    left = coerce(left, type);
    right = coerce(right, type);
    if (is_integer(type) && (op == Arithmetic::Divide || op == Arithmetic::Modulo)) {
      const bool divide = op == Arithmetic::Divide;
      if (is_nonzero_constant(right)) {
        return apply(name, divide ? "({1} // {2})" : "({1} % {2})", {left, right}, type, span);
      }
      std::string form = divide ? "th_divide({1}, {2})" : "th_mod({1}, {2})";
      if (!type.is(TypeKind::Bigint)) form = "CAST(" + form + " AS " + duckdb_type(type) + ")";
      return apply(name, form, {left, right}, type, span);
    }
    return apply(name, "({1} " + name + " {2})", {left, right}, type, span);
  }
  return time_arithmetic(op, left, right, span);
}

Result<TermPtr> Binder::decimal_arithmetic(Arithmetic op, TermPtr left, TermPtr right, Span span) {
  const DataType a = as_decimal(left->type);
  const DataType b = as_decimal(right->type);
  TermPtr x = coerce(left, a);
  TermPtr y = coerce(right, b);
  const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
  const int scale = std::max(a.scale, b.scale);
  DataType type;
  std::string form;
  const std::string name(sign(op));
  switch (op) {
    case Arithmetic::Multiply:
      if (a.scale + b.scale > 38)
        return mismatch("this product would have over 38 digits behind the point", span);
      type = decimal(std::min(38, a.precision + b.precision), a.scale + b.scale);
      form = a.precision + b.precision > 38
                 ? "CAST(th_decimal_multiply(CAST({1} AS VARCHAR), CAST({2} AS VARCHAR)) AS {R})"
                 : "({1} * {2})";
      break;
    case Arithmetic::Divide:
      type = decimal(std::min(38, a.precision + b.scale + std::max(0, b.scale - a.scale)), scale);
      form = "CAST(th_decimal_divide(CAST({1} AS VARCHAR), CAST({2} AS VARCHAR), " +
             std::to_string(scale) + ") AS {R})";
      break;
    case Arithmetic::Modulo:
      type = decimal(std::min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
      form = "CAST(th_mod({1}, {2}) AS {R})";
      break;
    default:
      type = decimal(std::min(38, whole + scale + 1), scale);
      form = "CAST(({1} " + name + " {2}) AS {R})";
      break;
  }
  if (const std::size_t at = form.find("{R}"); at != std::string::npos) {
    form.replace(at, 3, duckdb_type(type));
  }
  return apply(name, form, {x, y}, type, span);
}

Result<TermPtr> Binder::time_arithmetic(Arithmetic op, const TermPtr& left, const TermPtr& right,
                                        Span span) {
  const DataType& a = left->type;
  const DataType& b = right->type;
  const std::string name(sign(op));
  const bool plus = op == Arithmetic::Add;
  const bool minus = op == Arithmetic::Subtract;
  const auto shifted = [&](const TermPtr& time, const TermPtr& interval) {
    if (time->type.is(TypeKind::Date)) {
      return apply(name, "CAST(({1} " + name + " {2}) AS DATE)", {time, interval}, time->type,
                   span);
    }
    return apply(name, "({1} " + name + " {2})", {time, interval}, time->type, span);
  };
  if ((plus || minus) && (is_time(a) || a.is(TypeKind::Time)) && is_interval(b))
    return shifted(left, right);
  if (plus && is_interval(a) && (is_time(b) || b.is(TypeKind::Time))) return shifted(right, left);
  if (minus && is_time(a) && is_time(b)) {
    TermPtr x = left;
    TermPtr y = right;
    TRY(const DataType both, agree(x, y, span, "-"));
    const bool days = both.is(TypeKind::Date);
    return apply("-", days ? "to_days(CAST({1} - {2} AS INTEGER))" : "({1} - {2})", {x, y},
                 of_kind(TypeKind::IntervalDay), span);
  }
  if ((plus || minus) && is_interval(a) && a == b)
    return apply(name, "({1} " + name + " {2})", {left, right}, a, span);
  const bool times = op == Arithmetic::Multiply;
  if (times && is_interval(a) && is_number(b))
    return apply(name, "({1} * {2})", {left, right}, a, span);
  if (times && is_number(a) && is_interval(b))
    return apply(name, "({2} * {1})", {left, right}, b, span);
  if (op == Arithmetic::Divide && a.is(TypeKind::IntervalDay) && is_number(b)) {
    return apply(name, "to_microseconds(CAST(epoch_us({1}) / {2} AS BIGINT))", {left, right}, a,
                 span);
  }
  Error error =
      mismatch("`" + name + "` cannot be applied to " + spell(a) + " and " + spell(b), span);
  if ((plus || minus) && is_time(a) && is_number(b)) {
    return std::move(error).note("a time is moved by an interval: `x " + name +
                                 " interval '30' day`");
  }
  if ((is_time(a) && b.is(TypeKind::Varchar)) || (is_time(b) && a.is(TypeKind::Varchar))) {
    return std::move(error).note("text becomes a time by `from_iso8601_timestamp(text)`");
  }
  if (a.is(TypeKind::Varchar) && b.is(TypeKind::Varchar) && plus) {
    return std::move(error).note("texts are joined by `||` or `concat`");
  }
  return error;
}

Result<TermPtr> Binder::node(const Negate& negate, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*negate.operand, place));
  if (const auto* value = as<Constant>(operand);
      value != nullptr && !value->null && is_number(operand->type)) {
    const std::string& text = value->text;
    return constant(text[0] == '-' ? text.substr(1) : "-" + text, operand->type, expr.span);
  }
  if (!is_number(operand->type) && !is_interval(operand->type)) {
    return mismatch("only numbers and intervals have a sign, and this is a " + spell(operand->type),
                    expr.span);
  }
  return apply("negate", "(-{1})", {operand}, operand->type, expr.span);
}

Result<DataType> Binder::agree(TermPtr& left, TermPtr& right, Span span, std::string_view what) {
  if (options_.dialect == Dialect::Lake) {
    // Lake takes text for a timestamp or boolean: `eventtime > '2023-01-22 00:00:00'`.
    const auto lend = [&](const TermPtr& typed, TermPtr& text) {
      const auto* value = as<Constant>(text);
      if (value == nullptr || value->null || !text->type.is(TypeKind::Varchar)) return;
      if (is_time(typed->type)) {
        std::string spelt = value->text;
        if (const auto iso = parse_typed_time(spelt)) {
          std::string moment = format_iso(*iso);
          moment[10] = ' ';
          moment.pop_back();
          text = coerce(constant(moment, of_kind(TypeKind::Timestamp), text->span), typed->type);
        }
      }
      if (typed->type.is(TypeKind::Boolean) &&
          (equal_without_case(value->text, "true") || equal_without_case(value->text, "false"))) {
        text = constant(to_lower(value->text), boolean_type(), text->span);
      }
    };
    lend(left, right);
    lend(right, left);
  }
  const auto type = common_type(left->type, right->type);
  if (type) {
    left = coerce(left, *type);
    right = coerce(right, *type);
    return *type;
  }
  Error error = mismatch("`" + std::string(what) + "` cannot be applied to " + spell(left->type) +
                             " and " + spell(right->type),
                         span);
  const TermPtr& text = left->type.is(TypeKind::Varchar) ? left : right;
  const TermPtr& other = left->type.is(TypeKind::Varchar) ? right : left;
  if (!text->type.is(TypeKind::Varchar)) return error;
  const auto* value = as<Constant>(other);
  if (value != nullptr && (is_number(other->type) || other->type.is(TypeKind::Boolean)) &&
      !other->span.empty()) {
    return std::move(error).mend(
        {.title = "compare with text", .edits = {{other->span, "'" + value->text + "'"}}});
  }
  if (is_time(other->type)) {
    const auto* literal = as<Constant>(text);
    if (literal != nullptr && timestamp_text(literal->text) && !text->span.empty()) {
      const std::string made = "timestamp '" + literal->text + "'";
      return std::move(error).mend({.title = "write " + made, .edits = {{text->span, made}}});
    }
    return std::move(error).note(
        "eventtime is text in Athena: `from_iso8601_timestamp(eventtime)` makes a time of it, and "
        "`ts` is one");
  }
  if (is_number(other->type)) return std::move(error).note("`cast(text AS bigint)` reads a number");
  return error;
}

Result<DataType> Binder::agree_all(std::vector<TermPtr*> terms, std::string_view what) {
  DataType type = of_kind(TypeKind::Unknown);
  for (TermPtr* term : terms) {
    const auto both = common_type(type, (*term)->type);
    if (!both) {
      return mismatch("the values of " + std::string(what) +
                          " have different types: " + spell(type) + " and " + spell((*term)->type),
                      (*term)->span);
    }
    type = *both;
  }
  for (TermPtr* term : terms) *term = coerce(*term, type);
  return type;
}

Result<TermPtr> Binder::compare(Comparing op, TermPtr left, TermPtr right, Span span) {
  static constexpr std::string_view kSigns[] = {
      "=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"};
  const std::string_view sign_text = kSigns[static_cast<std::size_t>(op)];
  const bool ordering = op == Comparing::Less || op == Comparing::LessOrEqual ||
                        op == Comparing::Greater || op == Comparing::GreaterOrEqual;
  if (op == Comparing::Equal || op == Comparing::NotEqual) {
    note_literal(left, right, true, op == Comparing::NotEqual);
    note_literal(right, left, true, op == Comparing::NotEqual);
  }
  TRY(const DataType type, agree(left, right, span, sign_text));
  if (ordering && !is_orderable(type)) {
    return mismatch("values of type " + spell(type) + " have no order", span);
  }
  if (!is_comparable(type))
    return mismatch("values of type " + spell(type) + " cannot be compared", span);
  if (ordering) {
    left = sortable(left);
    right = sortable(right);
  }
  return make(Compared{op, left, right}, boolean_type(), span);
}

/// Remembers `field = 'literal'`, so that a value that never occurs can be named.
void Binder::note_literal(const TermPtr& left, const TermPtr& right, bool equality, bool negated) {
  const auto* value = as<Constant>(right);
  if (value == nullptr || value->null || !right->type.is(TypeKind::Varchar) || right->span.empty())
    return;
  std::optional<event::Field> field;
  if (const auto* column = as<ColumnOf>(left)) field = column->field;
  if (const auto* part = as<MemberOf>(left)) field = part->field;
  if (!field || !deriving_.empty()) return;
  literals_.push_back({*field, value->text, right->span, equality, negated});
  const bool two_digits = *field == event::Field::Month || *field == event::Field::Day;
  if (!two_digits || !equality || value->text.size() != 1) return;
  if (std::isdigit(static_cast<unsigned char>(value->text[0])) == 0) return;
  const std::string padded = "'0" + value->text + "'";
  notices_.push_back(
      Error{"never-true", "month and day have two digits: no event has `" + value->text + "`"}
          .at(right->span)
          .mend({.title = "write " + padded, .edits = {{right->span, padded}}}));
}

Result<TermPtr> Binder::node(const Comparison& comparison, const Expr& expr, const Place& place) {
  TRY(TermPtr left, expression(*comparison.left, place));
  TRY(TermPtr right, expression(*comparison.right, place));
  return compare(comparison.op, std::move(left), std::move(right), expr.span);
}

Result<TermPtr> Binder::condition(const Expr& expr, const Place& place) {
  TRY(const TermPtr term, expression(expr, place));
  if (!is_coercible(term->type, boolean_type())) {
    Error error =
        mismatch("a condition is true or false, and this is a " + spell(term->type), expr.span);
    if (term->type.is(TypeKind::Varchar)) {
      return std::move(error).note(
          "compare it: `x = 'true'`; readonly and the like are text in Athena");
    }
    return error;
  }
  return coerce(term, boolean_type());
}

Result<TermPtr> Binder::node(const Logical& logical, const Expr& expr, const Place& place) {
  std::vector<TermPtr> terms;
  for (const Expr& one : logical.terms) {
    TRY(TermPtr term, condition(one, place));
    terms.push_back(std::move(term));
  }
  return make(Connected{logical.op, std::move(terms)}, boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Not& negation, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, condition(*negation.operand, place));
  return make(Inverted{std::move(operand)}, boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const IsNull& test, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, expression(*test.operand, place));
  return make(NullTested{std::move(operand), test.negated}, boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Between& between, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*between.operand, place));
  TRY(TermPtr low, expression(*between.low, place));
  TRY(TermPtr high, expression(*between.high, place));
  TRY(TermPtr above, compare(Comparing::GreaterOrEqual, operand, std::move(low), expr.span));
  TRY(TermPtr below, compare(Comparing::LessOrEqual, operand, std::move(high), expr.span));
  TermPtr both = make(Connected{Connective::And, {std::move(above), std::move(below)}},
                      boolean_type(), expr.span);
  return between.negated ? make(Inverted{both}, boolean_type(), expr.span) : both;
}

Result<TermPtr> Binder::node(const InList& list, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, expression(*list.operand, place));
  std::vector<TermPtr> values;
  for (const Expr& one : list.values) {
    TRY(TermPtr value, expression(one, place));
    note_literal(operand, value, true, list.negated);
    values.push_back(std::move(value));
  }
  // Each value has to agree with the operand, and all with one type.
  for (TermPtr& value : values) {
    TRY(agree(operand, value, value->span, "IN"));
  }
  for (TermPtr& value : values) value = coerce(value, operand->type);
  return make(Listed{std::move(operand), std::move(values), list.negated}, boolean_type(),
              expr.span);
}

Result<TermPtr> Binder::node(const Like& like, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*like.operand, place));
  TRY(const TermPtr pattern, expression(*like.pattern, place));
  for (const TermPtr& term : {operand, pattern}) {
    if (is_coercible(term->type, varchar())) continue;
    Error error = mismatch("LIKE compares texts, and this is a " + spell(term->type), term->span);
    if (term->type.is(TypeKind::Map) || term->type.is(TypeKind::Row) ||
        term->type.is(TypeKind::Array)) {
      return std::move(error).note("`json_format(cast(x AS json))` makes text of it");
    }
    return std::move(error).note("`cast(x AS varchar)` makes text of it");
  }
  TermPtr escape;
  if (like.escape) {
    TRY(escape, expression(**like.escape, place));
    const auto* value = as<Constant>(escape);
    if (value == nullptr || value->null || value->text.size() != 1) {
      return Error{"bad-query", "ESCAPE takes one character"}.at(escape->span);
    }
  }
  note_literal(operand, pattern, false, like.negated);
  return make(
      LikeTested{coerce(operand, varchar()), coerce(pattern, varchar()), escape, like.negated},
      boolean_type(), expr.span);
}

// Subqueries

namespace {
Result<void> one_column(const Plan& plan, Span span) {
  if (plan.outputs.size() == 1) return {};
  return Error{"bad-query", "this query has to give one column, and gives " +
                                std::to_string(plan.outputs.size())}
      .at(span);
}
}  // namespace

Result<TermPtr> Binder::node(const InQuery& in, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, expression(*in.operand, place));
  TRY(const PlanPtr plan, query(*in.query, place.scope));
  TRY(one_column(*plan, expr.span));
  TermPtr output = null_of(plan->outputs[0].type, {});
  output = make(LocalOf{"?"}, plan->outputs[0].type, {});
  const DataType wanted = plan->outputs[0].type;
  TRY(const DataType type, agree(operand, output, expr.span, "IN"));
  if (!(type == wanted) && !(as<LocalOf>(output) != nullptr)) {
    return mismatch(
        "the query gives " + spell(wanted) + ", which is compared with " + spell(operand->type),
        expr.span);
  }
  return make(Nested{Asking::In, operand, Comparing::Equal, Quantifier::Any, in.negated, plan},
              boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Quantified& quantified, const Expr& expr, const Place& place) {
  TRY(const TermPtr left, expression(*quantified.left, place));
  TRY(const PlanPtr plan, query(*quantified.query, place.scope));
  TRY(one_column(*plan, expr.span));
  const auto type = common_type(left->type, plan->outputs[0].type);
  if (!type || !(*type == plan->outputs[0].type)) {
    return mismatch("the query gives " + spell(plan->outputs[0].type) +
                        ", which is compared with " + spell(left->type),
                    expr.span);
  }
  return make(Nested{Asking::Compare, coerce(left, *type), quantified.op, quantified.quantifier,
                     false, plan},
              boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Exists& exists, const Expr& expr, const Place& place) {
  TRY(const PlanPtr plan, query(*exists.query, place.scope));
  return make(Nested{Asking::Exists, nullptr, Comparing::Equal, Quantifier::Any, false, plan},
              boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Subquery& subquery, const Expr& expr, const Place& place) {
  TRY(const PlanPtr plan, query(*subquery.query, place.scope));
  TRY(one_column(*plan, expr.span));
  const DataType type = plan->outputs[0].type;
  return make(Nested{Asking::Scalar, nullptr, Comparing::Equal, Quantifier::Any, false, plan}, type,
              expr.span);
}

// CASE, CAST, constructors

Result<TermPtr> Binder::node(const Case& chosen, const Expr& expr, const Place& place) {
  TermPtr operand;
  if (chosen.operand) {
    TRY(operand, expression(**chosen.operand, place));
  }
  Chosen made;
  for (const When& when : chosen.whens) {
    TermPtr test;
    if (operand) {
      TRY(TermPtr value, expression(*when.condition, place));
      TRY(test, compare(Comparing::Equal, operand, std::move(value), when.condition->span));
    } else {
      TRY(test, condition(*when.condition, place));
    }
    TRY(TermPtr result, expression(*when.result, place));
    made.branches.push_back({std::move(test), std::move(result)});
  }
  if (chosen.otherwise) {
    TRY(made.otherwise, expression(**chosen.otherwise, place));
  }
  std::vector<TermPtr*> results;
  for (Chosen::Branch& branch : made.branches) results.push_back(&branch.result);
  if (made.otherwise) results.push_back(&made.otherwise);
  TRY(const DataType type, agree_all(results, "CASE"));
  return make(std::move(made), type, expr.span);
}

Result<TermPtr> Binder::node(const Cast& cast_node, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*cast_node.operand, place));
  TRY(const DataType type, resolve(cast_node.type));
  TRY(const TermPtr made, cast(operand, type, cast_node.or_null, expr.span));
  if (type.is(TypeKind::Varchar) && !cast_node.type.sizes.empty()) {
    return apply("cast", "left({1}, " + std::to_string(cast_node.type.sizes[0]) + ")", {made}, type,
                 expr.span);
  }
  return made;
}

Result<TermPtr> Binder::node(const AtTimeZone& at, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*at.operand, place));
  TRY(const TermPtr zone, expression(*at.zone, place));
  if (!is_coercible(operand->type, of_kind(TypeKind::TimestampZone))) {
    return mismatch(
        "AT TIME ZONE is asked of points in time, and this is a " + spell(operand->type),
        expr.span);
  }
  TRY(const std::string name, constant_text(zone, "a time zone", zone->span));
  DataType type = of_kind(TypeKind::TimestampZone);
  type.zone = equal_without_case(name, "UTC") ? "" : name;
  const TermPtr instant = coerce(operand, of_kind(TypeKind::TimestampZone));
  return retyped(instant, type);
}

Result<TermPtr> Binder::node(const Call& call_node, const Expr& expr, const Place& place) {
  return call(call_node, expr, place);
}

Result<TermPtr> Binder::node(const Lambda&, const Expr& expr, const Place&) {
  return Error{"bad-query",
               "a lambda stands only among the arguments of a function such as `filter`"}
      .at(expr.span);
}

Result<TermPtr> Binder::node(const Array& array, const Expr& expr, const Place& place) {
  std::vector<TermPtr> elements;
  for (const Expr& one : array.elements) {
    TRY(TermPtr element, expression(one, place));
    elements.push_back(std::move(element));
  }
  std::vector<TermPtr*> slots;
  for (TermPtr& element : elements) slots.push_back(&element);
  TRY(const DataType type, agree_all(slots, "ARRAY"));
  return apply("array", "[{*}]", std::move(elements), array_of(type), expr.span);
}

Result<TermPtr> Binder::node(const Row& row, const Expr& expr, const Place& place) {
  DataType type = of_kind(TypeKind::Row);
  std::string form = "{";
  std::vector<TermPtr> values;
  for (const Expr& one : row.values) {
    TRY(TermPtr value, expression(one, place));
    const std::string number = std::to_string(values.size());
    form += (values.empty() ? "" : ", ") + ("'field" + number + "': ") + "{" +
            std::to_string(values.size() + 1) + "}";
    type.members.push_back({"", value->type});
    values.push_back(std::move(value));
  }
  return apply("row", form + "}", std::move(values), type, expr.span);
}

Result<TermPtr> Binder::node(const Parameter& parameter, const Expr& expr, const Place&) {
  const std::string name = parameter.name.empty() ? "?" : ":" + parameter.name;
  return Error{"bad-query", "the parameter `" + name + "` has no value"}.at(expr.span).note(
      "`--param name=value` gives one");
}

Result<TermPtr> Binder::node(const JsonPath&, const Expr& expr, const Place&) {
  return refused(
             "JSON_VALUE, JSON_QUERY and JSON_EXISTS follow a path language that the engine has "
             "not",
             expr.span)
      .note(
          "`json_extract_scalar(json, '$.a.b')` takes a value, `json_extract(json, '$.a')` what "
          "stands below");
}
Result<TermPtr> Binder::node(const JsonObject&, const Expr& expr, const Place&) {
  return refused("JSON_OBJECT is not offered", expr.span)
      .note("`json_format(cast(map(ARRAY['key'], ARRAY['value']) AS json))` makes an object");
}
Result<TermPtr> Binder::node(const JsonArray&, const Expr& expr, const Place&) {
  return refused("JSON_ARRAY is not offered", expr.span)
      .note("`json_format(cast(ARRAY['a', 'b'] AS json))` makes an array");
}

}  // namespace trailhound::sql
