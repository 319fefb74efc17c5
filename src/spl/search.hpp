// SPDX-License-Identifier: Apache-2.0
//
// The expressions of search: terms and comparisons with literals, joined by blanks (AND), OR, NOT.
//
//   TRY(sql::Expr condition, lower_search(in, scope, &times));
//
// Values are compared without case, `*` stands for anything, a network for its addresses. OR binds
// tighter than AND. A comparison holds if it holds for any value of a multivalue, and never where
// the field is absent; NOT turns both around.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "spl/eval.hpp"

namespace trailhound::spl {

/// What a search says of time, for what runs inside it.
struct SearchTimes {
  std::optional<Time> earliest, latest;
};

/// Reads a search expression up to the end of the command. `times` null: times are not allowed.
Result<sql::Expr> lower_search(Reader& in, Scope& scope, SearchTimes* times);
/// `field = value` as search has it.
sql::Expr matched(const Value& value, std::string_view op, const std::string& literal);
/// A moment as a literal of SQL.
sql::Expr timestamp(Time time);
/// A time as earliest= and latest= take it.
Result<std::optional<Time>> time_of(const Argument& argument, Lowering& to, bool is_latest);

}  // namespace trailhound::spl
