// SPDX-License-Identifier: Apache-2.0
#include "spl/value.hpp"

#include <cmath>

#include "sql/natives_spl.hpp"

namespace trailhound::spl {

using sql::Expr;

Expr cast(Expr expr, std::string_view type) {
  sql::Type made;
  made.name = std::string(type);
  if (type == "array(varchar)") {
    made.name = "array";
    made.parameters.push_back({std::nullopt, sql::Type{"varchar", {}, {}, false, {}}});
  }
  return Expr{sql::Cast{std::move(expr), std::move(made), false}, {}};
}

Value null_value() {
  Value value{cast(sql::null(), "varchar"), Kind::Text};
  value.null = true;
  return value;
}

Value text_value(std::string text) {
  Value value{sql::text(text), Kind::Text};
  value.literal = std::move(text);
  return value;
}

Value integer_value(std::int64_t number) {
  Value value{cast(sql::integer(number), "bigint"), Kind::Integer};
  value.literal = std::to_string(number);
  return value;
}

Expr real(double number) {
  const Expr size{
      sql::NumberLiteral{
          sql::spl_text(std::fabs(number)) +
              (sql::spl_text(std::fabs(number)).find('e') == std::string::npos ? "e0" : ""),
          sql::NumberKind::Double},
      {}};
  if (number < 0) return Expr{sql::Negate{size}, {}};
  return size;
}

Value number_value(double number) {
  if (number == std::floor(number) && std::fabs(number) < 1e15) {
    return integer_value(static_cast<std::int64_t>(number));
  }
  Value value{real(number), Kind::Number};
  value.literal = sql::spl_text(number);
  return value;
}

Expr is_null(Expr expr) { return Expr{sql::IsNull{std::move(expr), false}, {}}; }
Expr is_not_null(Expr expr) { return Expr{sql::IsNull{std::move(expr), true}, {}}; }
Expr binary(sql::Arithmetic op, Expr left, Expr right) {
  return Expr{sql::Binary{op, std::move(left), std::move(right)}, {}};
}
Expr list(std::vector<Expr> elements) { return Expr{sql::Array{std::move(elements)}, {}}; }
Expr null_list() { return cast(sql::null(), "array(varchar)"); }
Expr lambda(std::string_view name, Expr body) {
  return Expr{sql::Lambda{{sql::name(name)}, std::move(body)}, {}};
}
Expr when(Expr condition, Expr value) {
  sql::Case made;
  made.whens.push_back({std::move(condition), std::move(value)});
  return Expr{std::move(made), {}};
}
Expr when(Expr condition, Expr value, Expr otherwise) {
  sql::Case made;
  made.whens.push_back({std::move(condition), std::move(value)});
  made.otherwise = std::move(otherwise);
  return Expr{std::move(made), {}};
}
Expr surely(Expr condition) {
  return sql::call("coalesce", {std::move(condition), sql::boolean(false)});
}
Expr spl(std::string_view function, std::vector<Expr> arguments) {
  return sql::call("spl:" + std::string(function), std::move(arguments));
}
Expr filled(Expr expr) { return spl("filled", {std::move(expr)}); }

Expr text_of(Value value) {
  switch (value.kind) {
    case Kind::Text:
      return std::move(value.expr);
    case Kind::Integer:
      if (value.literal) return sql::text(*value.literal);
      return cast(std::move(value.expr), "varchar");
    case Kind::Number:
      if (value.literal) return sql::text(*value.literal);
      return spl("text", {std::move(value.expr)});
    case Kind::List:
      return spl("single", {std::move(value.expr)});
    case Kind::Truth:
      return when(value.expr, sql::text("True"), sql::text("False"));
  }
  return sql::null();
}

Expr number_of(Value value) {
  if (value.kind == Kind::Number) return std::move(value.expr);
  if (value.kind == Kind::Integer) return cast(std::move(value.expr), "double");
  return spl("number", {text_of(std::move(value))});
}

Expr list_of(Value value) {
  if (value.kind == Kind::List) return std::move(value.expr);
  if (value.null) return null_list();
  return spl("list_of", {text_of(std::move(value))});
}

Expr counts_as_number(const Value& value) {
  if (value.numeric) return surely(*value.numeric);
  return sql::boolean(is_number(value.kind));
}

Kind kind_of_both(Kind one, Kind other) {
  if (one == other) return one;
  if (one == Kind::List || other == Kind::List) return Kind::List;
  if (is_number(one) && is_number(other)) return Kind::Number;
  return Kind::Text;
}

Value as_kind(Value value, Kind kind) {
  if (value.kind == kind) return value;
  const bool null = value.null;
  Value made;
  switch (kind) {
    case Kind::List:
      made = {list_of(std::move(value)), kind};
      break;
    case Kind::Number:
      made = {null ? cast(sql::null(), "double") : number_of(std::move(value)), kind};
      break;
    case Kind::Integer:
      made = {null ? cast(sql::null(), "bigint") : cast(number_of(std::move(value)), "bigint"),
              kind};
      break;
    default:
      made = {text_of(std::move(value)), Kind::Text};
  }
  made.null = null;
  return made;
}

Value first_of(Value first, Value second) {
  if (first.null) return second;
  if (second.null) return first;
  const Kind kind = kind_of_both(first.kind, second.kind);
  return {sql::call("coalesce",
                    {as_kind(std::move(first), kind).expr, as_kind(std::move(second), kind).expr}),
          kind};
}

}  // namespace trailhound::spl
