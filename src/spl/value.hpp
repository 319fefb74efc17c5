// SPDX-License-Identifier: Apache-2.0
//
// A value of a search, as a term of SQL, and what is known of it before it is run.
//
//   Value port{sql::column("c3"), Kind::Text};
//   number_of(port);    // spl:number(c3): NULL where the text spells no number
//
// Splunk's values are texts without a type, and a field may hold several. Here each field has a
// kind that the compiler knows: Text (VARCHAR; may spell a number), Integer and Number (BIGINT,
// DOUBLE: what was counted or computed), List (VARCHAR[]: a multivalue; never empty, NULL where
// there is no value), and Truth (a condition; no field holds one). A List of one value stands for
// that value; of several values a function of one text makes NULL, and a comparison holds if it
// holds for any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/ast.hpp"

namespace trailhound::spl {

enum class Kind { Text, Integer, Number, List, Truth };

struct Value {
  sql::Expr expr;
  Kind kind = Kind::Text;
  std::optional<std::string> literal{};  ///< What stands there, if it is written in the search
  bool null = false;                     ///< Never has a value
  /// Of a Text or List that is a number in some rows (`coalesce(n, "none")`): in which.
  std::optional<sql::Expr> numeric{};
};

Value null_value();
Value text_value(std::string text);
Value integer_value(std::int64_t number);
Value number_value(double number);
inline Value truth(sql::Expr expr) { return {std::move(expr), Kind::Truth}; }

/// The value as VARCHAR, DOUBLE, VARCHAR[].
sql::Expr text_of(Value value);
sql::Expr number_of(Value value);
sql::Expr list_of(Value value);
/// The value in a kind that an other one is to be brought to as well.
Value as_kind(Value value, Kind kind);
/// Whether the value is a number, row by row: one that a text merely spells is none.
sql::Expr counts_as_number(const Value& value);
/// The kind that both can be brought to without loss.
Kind kind_of_both(Kind one, Kind other);
/// The first value; where a row has none, the second.
Value first_of(Value first, Value second);
inline bool is_number(Kind kind) { return kind == Kind::Integer || kind == Kind::Number; }

// Terms that are needed again and again
sql::Expr is_null(sql::Expr expr);
sql::Expr is_not_null(sql::Expr expr);
sql::Expr cast(sql::Expr expr, std::string_view type);
sql::Expr binary(sql::Arithmetic op, sql::Expr left, sql::Expr right);
sql::Expr real(double number);
sql::Expr list(std::vector<sql::Expr> elements);
sql::Expr null_list();
/// `x -> body`, in which `x` is named `name`.
sql::Expr lambda(std::string_view name, sql::Expr body);
/// CASE WHEN condition THEN value [ELSE otherwise] END
sql::Expr when(sql::Expr condition, sql::Expr value);
sql::Expr when(sql::Expr condition, sql::Expr value, sql::Expr otherwise);
/// The condition, false where it is NULL.
sql::Expr surely(sql::Expr condition);
/// The list without NULLs; NULL where it is empty.
sql::Expr filled(sql::Expr expr);
/// A function of natives_spl: spl("number", {x})
sql::Expr spl(std::string_view function, std::vector<sql::Expr> arguments);
/// A condition over one text, for a value that may be a list: true if it holds for any of them.
template <class Condition>
sql::Expr for_any(const Value& value, std::string_view name, const Condition& condition) {
  if (value.kind != Kind::List) return condition(text_of(value));
  return sql::call("any_match", {value.expr, lambda(name, condition(sql::column(name)))});
}

}  // namespace trailhound::spl
