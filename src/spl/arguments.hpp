// SPDX-License-Identifier: Apache-2.0
//
// What the functions of eval share: their arguments, lowered.
//
//   TRY(const std::vector<Value> given, arguments(call, scope));
//   return text(sql::call("lower", {text_of(given[0])}));
#pragma once

#include <vector>

#include "spl/eval.hpp"

namespace trailhound::spl {

inline constexpr std::size_t kAny = 1000;  ///< Any number of arguments

inline Result<std::vector<Value>> arguments(const Eval& call, Scope& scope) {
  std::vector<Value> made;
  for (const Eval& one : call.below) {
    TRY(Value value, lower(one, scope));
    made.push_back(std::move(value));
  }
  return made;
}
inline Value text(sql::Expr expr) { return {std::move(expr), Kind::Text}; }
inline Value number(sql::Expr expr) { return {std::move(expr), Kind::Number}; }
inline Value several(sql::Expr expr) { return {std::move(expr), Kind::List}; }
/// The pattern of an argument, checked where it is written in the search. Error `bad-search`.
Result<sql::Expr> pattern_of(const Value& value, Span span);
/// All values in one kind that suits them.
std::vector<Value> alike(std::vector<Value> values);

}  // namespace trailhound::spl
