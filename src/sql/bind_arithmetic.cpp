// SPDX-License-Identifier: Apache-2.0
//
// Operators that reckon: numbers, decimals, times with intervals, and what is joined by ||.
#include <algorithm>

#include "base/text.hpp"
#include "sql/binder.hpp"

namespace trailhound::sql {
namespace {

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

Result<TermPtr> Binder::decimal_arithmetic(Arithmetic op, const TermPtr& left, const TermPtr& right,
                                           Span span) {
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
  const auto shifted = [&](const TermPtr& time, const TermPtr& interval) -> Result<TermPtr> {
    if (time->type.is(TypeKind::Date)) {
      std::string form = "CAST(({1} " + name + " {2}) AS DATE)";
      if (interval->type.is(TypeKind::IntervalDay)) {  // a day has no hours to move by
        const auto* value = as<Constant>(interval);
        const auto micros =
            value == nullptr || value->null ? std::nullopt : whole_number(value->text);
        const std::string wrong =
            "a date is moved by whole days; `cast(x AS timestamp)` makes a point in time of it";
        if (micros && *micros % kDay != 0) return Error{"type-mismatch", wrong}.at(span);
        if (!micros) {
          form =
              "CASE WHEN epoch_us({2}) % 86400000000 <> 0 THEN CAST({1} + to_days(CAST(th_fail('" +
              wrong + "', epoch_us({2})) AS INTEGER)) AS DATE) ELSE " + form + " END";
        }
      }
      return apply(name, form, {time, interval}, time->type, span);
    }
    // Months go by the clock of the zone.
    if (time->type.is(TypeKind::TimestampZone) && interval->type.is(TypeKind::IntervalYear)) {
      const TermPtr clock = local_time(time);
      return instant_of(apply(name, "({1} " + name + " {2})", {clock, interval}, clock->type, span),
                        time->type);
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

}  // namespace trailhound::sql
