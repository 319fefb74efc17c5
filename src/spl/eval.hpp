// SPDX-License-Identifier: Apache-2.0
//
// The expressions of eval and where: read from text, then lowered to values over a layer.
//
//   TRY(Eval tree, parse_eval(in));                   // if(match(x, "a"), 1, 0)
//   TRY(Value value, lower(tree, scope));
//
// Field names with odd letters stand in single quotes; double quotes are texts. `a.b` without
// quotes joins two fields, as in Splunk, unless it is a path that CloudTrail's records have: then
// it is read as that, with a notice.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "spl/reader.hpp"
#include "spl/value.hpp"

namespace trailhound::spl {

class Lowering;

enum class Word { Number, Text, Field, Call, Operator };

/// A node: what it is, its word, what is below it.
struct Eval {
  Word word = Word::Text;
  std::string text;  ///< "5", the text, the field, the function, the operator ("=", "AND", "-1")
  std::vector<Eval> below;
  Span span;
  bool quoted = false;  ///< A field in single quotes
};

/// Levels of brackets and operators.
inline constexpr int kMaxNesting = 100;

/// Reads one expression; stops at what cannot go on with it.
Result<Eval> parse_eval(Reader& in);
/// The expression as one line, in brackets; for `explain` and foreach.
std::string draw(const Eval& eval);

/// Whether a field stands anywhere in it.
bool speaks_of(const Eval& eval, const std::string& field);

/// Where an expression is lowered.
struct Scope {
  Lowering& lowering;
  std::function<Result<Value>(const std::string& field, Span span)> field;
};

Result<Value> lower(const Eval& eval, Scope& scope);
/// As a condition. Error `bad-search` where it is a plain value.
Result<sql::Expr> lower_condition(const Eval& eval, Scope& scope);
/// `one op other` as where has it: =, !=, <, <=, >, >=.
sql::Expr compared(std::string_view op, const Value& one, const Value& other);

/// The hidden field that random() is drawn by: the row's place among all rows.
inline constexpr std::string_view kRowNumber = "\x01row number";
/// Makes that field, if the expression draws.
Result<void> number_if_drawn(const Eval& eval, Lowering& to);

/// A function of eval.
struct EvalFunction {
  std::string_view name;
  std::size_t fewest = 0, most = 0;
  std::string_view usage;  ///< "if(condition, then, else)"
  std::string_view doc;
  std::string_view example, answer;  ///< Run by the tests
  Result<Value> (*lower)(const Eval& call, Scope& scope);
};
std::span<const EvalFunction> eval_functions();

// The parts, each in its file.
std::vector<EvalFunction> conditional_functions();
std::vector<EvalFunction> text_functions();
std::vector<EvalFunction> number_functions();
std::vector<EvalFunction> list_functions();
std::vector<EvalFunction> time_functions();
std::vector<EvalFunction> json_functions();
std::vector<EvalFunction> type_functions();
std::vector<EvalFunction> search_functions();

}  // namespace trailhound::spl
