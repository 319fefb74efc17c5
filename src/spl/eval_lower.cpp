// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.hpp"
#include "spl/eval.hpp"
#include "spl/events.hpp"
#include "spl/lowering.hpp"
#include "spl/size.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

using sql::Comparing;
using sql::Expr;

Comparing comparing(std::string_view op) {
  if (op == "=") return Comparing::Equal;
  if (op == "!=") return Comparing::NotEqual;
  if (op == "<") return Comparing::Less;
  if (op == "<=") return Comparing::LessOrEqual;
  if (op == ">") return Comparing::Greater;
  return Comparing::GreaterOrEqual;
}

Expr compared_single(Comparing op, const Value& one, const Value& other) {
  const auto spells = [](const Value& value) {
    return is_number(value.kind) || (value.literal && sql::spl_number(*value.literal));
  };
  if (is_number(one.kind) && is_number(other.kind)) {
    if (one.kind == other.kind) return sql::compare(op, one.expr, other.expr);
    return sql::compare(op, number_of(one), number_of(other));
  }
  if ((is_number(one.kind) && spells(other)) || (is_number(other.kind) && spells(one))) {
    return sql::compare(
        op, is_number(one.kind) ? number_of(one) : real(*sql::spl_number(*one.literal)),
        is_number(other.kind) ? number_of(other) : real(*sql::spl_number(*other.literal)));
  }
  const bool text = (one.literal && !spells(one)) || (other.literal && !spells(other));
  if (text) return sql::compare(op, text_of(one), text_of(other));
  return sql::compare(op, spl("compare", {text_of(one), text_of(other)}), sql::integer(0));
}

Value element(std::string_view name) { return {sql::column(name), Kind::Text}; }

Result<Value> as_field_value(Value value, Span span) {
  if (value.kind != Kind::Truth) return value;
  return Error{"bad-search", "a condition is no value here"}
      .at(span, "true or false")
      .note("`if(condition, 1, 0)` makes a value of it");
}

const EvalFunction* find_function(std::string_view name) {
  for (const EvalFunction& function : eval_functions()) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

Result<Value> lower_call(const Eval& eval, Scope& scope) {
  const EvalFunction* function = find_function(eval.text);
  if (function == nullptr) {
    Error error = Error{"unknown-search-function", "eval has no function `" + eval.text + "`"}.at(
        eval.span, "not a function");
    std::vector<std::string_view> names;
    for (const EvalFunction& known : eval_functions()) names.push_back(known.name);
    if (const auto near = nearest(eval.text, names)) {
      const Span name{eval.span.begin,
                      static_cast<std::uint32_t>(eval.span.begin + eval.text.size())};
      return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{name, *near}}});
    }
    return std::move(error).note("`trailhound help spl` names the functions");
  }
  if (eval.below.size() < function->fewest || eval.below.size() > function->most) {
    return Error{"bad-search", "`" + eval.text + "` is called with " +
                                   std::to_string(eval.below.size()) + " arguments"}
        .at(eval.span)
        .note("it is " + std::string(function->usage));
  }
  return function->lower(eval, scope);
}

Result<Value> lower_arithmetic(const Eval& eval, Scope& scope) {
  TRY(Value left, lower(eval.below[0], scope));
  TRY(left, as_field_value(std::move(left), eval.below[0].span));
  TRY(Value right, lower(eval.below[1], scope));
  TRY(right, as_field_value(std::move(right), eval.below[1].span));
  const char op = eval.text[0];
  if (op == '.') {
    return Value{binary(sql::Arithmetic::Concat, text_of(left), text_of(right)), Kind::Text};
  }
  if (op == '+' && !is_number(left.kind) && !is_number(right.kind)) {
    if (!left.numeric && !right.numeric) {
      return Value{spl("plus", {text_of(left), text_of(right)}), Kind::Text};
    }
    // A number is added to a number only, a text joined to a text only.
    const Expr numbers = sql::any_of({counts_as_number(left), counts_as_number(right)});
    Value made{spl("add", {text_of(left), text_of(right), numbers}), Kind::Text};
    made.numeric = numbers;
    return made;
  }
  Expr one = number_of(std::move(left)), other = number_of(std::move(right));
  switch (op) {
    case '+':
      return Value{binary(sql::Arithmetic::Add, one, other), Kind::Number};
    case '-':
      return Value{binary(sql::Arithmetic::Subtract, one, other), Kind::Number};
    case '*':
      return Value{binary(sql::Arithmetic::Multiply, one, other), Kind::Number};
    case '/':
      return Value{binary(sql::Arithmetic::Divide, one, sql::call("nullif", {other, real(0)})),
                   Kind::Number};
    default:
      return Value{sql::call("mod", {one, sql::call("nullif", {other, real(0)})}), Kind::Number};
  }
}

/// `eventName='CreateUser'` compares two fields, which nobody means.
void hint_at_quotes(const Eval& right, Scope& scope) {
  if (right.word != Word::Field || !right.quoted) return;
  Layer* const rows = scope.lowering.rows();
  if (rows == nullptr || right.text.find_first_of(".{") != std::string::npos) return;
  const auto& made = rows->columns.names;
  if (std::find(made.begin(), made.end(), right.text) != made.end()) return;
  const auto& known = event_field_names();
  if (rows->columns.events && std::find(known.begin(), known.end(), right.text) != known.end()) {
    return;
  }
  scope.lowering.say_once(Error{"field-spelt-otherwise",
                                "`'" + right.text + "'` is the name of a field, in single quotes"}
                              .at(right.span, "a field, of which nothing is known")
                              .mend({.title = "a text stands in double quotes",
                                     .edits = {{right.span, "\"" + right.text + "\""}}}));
}

Result<Value> lower_operator(const Eval& eval, Scope& scope) {
  const std::string& op = eval.text;
  if (op == "NOT") {
    TRY(Expr inner, lower_condition(eval.below[0], scope));
    return truth(sql::negation(std::move(inner)));
  }
  if (op == "-1") {
    TRY(Value inner, lower(eval.below[0], scope));
    if (inner.literal) {
      if (const auto number = sql::spl_number(*inner.literal)) return number_value(-*number);
    }
    TRY(inner, as_field_value(std::move(inner), eval.below[0].span));
    return Value{Expr{sql::Negate{number_of(std::move(inner))}, {}}, Kind::Number};
  }
  if (op == "AND" || op == "OR" || op == "XOR") {
    TRY(Expr left, lower_condition(eval.below[0], scope));
    TRY(Expr right, lower_condition(eval.below[1], scope));
    if (op == "XOR") return truth(sql::compare(Comparing::NotEqual, left, right));
    std::vector<Expr> both;
    both.push_back(std::move(left));
    both.push_back(std::move(right));
    return truth(op == "AND" ? sql::all_of(std::move(both)) : sql::any_of(std::move(both)));
  }
  if (op == "LIKE") {
    Eval call{Word::Call, "like", eval.below, eval.span};
    return lower_call(call, scope);
  }
  if (op == "=" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=") {
    hint_at_quotes(eval.below[1], scope);
    TRY(const Value left, lower(eval.below[0], scope));
    TRY(const Value right, lower(eval.below[1], scope));
    if (left.kind == Kind::Truth && right.kind == Kind::Truth) {
      return truth(sql::compare(comparing(op), left.expr, right.expr));
    }
    return truth(compared(op, left, right));
  }
  return lower_arithmetic(eval, scope);
}

}  // namespace

Expr compared(std::string_view op, const Value& one, const Value& other) {
  const Comparing how = comparing(op);
  if (one.kind == Kind::List && other.kind == Kind::List) {
    return sql::call(
        "any_match",
        {one.expr,
         lambda("x", sql::call("any_match",
                               {other.expr,
                                lambda("y", compared_single(how, element("x"), element("y")))}))});
  }
  if (one.kind == Kind::List) {
    return sql::call("any_match",
                     {one.expr, lambda("x", compared_single(how, element("x"), other))});
  }
  if (other.kind == Kind::List) {
    return sql::call("any_match",
                     {other.expr, lambda("x", compared_single(how, one, element("x")))});
  }
  return compared_single(how, one, other);
}

namespace {

/// Some functions are written out with their argument twice, and each one around them doubles that.
Result<Value> within_bounds(Value value, Span span) {
  if (!is_larger(value.expr, kMostNodes) &&
      (!value.numeric || !is_larger(*value.numeric, kMostNodes))) {
    return value;
  }
  return Error{"search-too-large", "written out, the expression is too large"}
      .at(span, "functions inside functions")
      .note("take it apart: `eval a=... | eval b=f(a)`");
}

bool draws(const Eval& eval) {
  if (eval.word == Word::Call && eval.text == "random") return true;
  return std::any_of(eval.below.begin(), eval.below.end(), draws);
}

}  // namespace

Result<Value> lower(const Eval& eval, Scope& scope) {
  switch (eval.word) {
    case Word::Number:
      return number_value(sql::spl_number(eval.text).value_or(0));
    case Word::Text:
      return text_value(eval.text);
    case Word::Field:
      if (!eval.quoted && eval.below.empty() && (eval.text == "true" || eval.text == "false")) {
        TRY(Value field, scope.field(eval.text, eval.span));
        if (field.null) return text_value(eval.text);
        return field;
      }
      return scope.field(eval.text, eval.span);
    case Word::Call: {
      TRY(Value made, lower_call(eval, scope));
      return within_bounds(std::move(made), eval.span);
    }
    case Word::Operator: {
      TRY(Value made, lower_operator(eval, scope));
      return within_bounds(std::move(made), eval.span);
    }
  }
  return null_value();
}

Result<void> number_if_drawn(const Eval& eval, Lowering& to) {
  if (!draws(eval)) return {};
  to.say_once(
      Error{"random-drawn", "random() is drawn with seed " + std::to_string(to.seed()) +
                                ": the same search over the same events draws the same again"}
          .note("`--param seed=N` draws others"));
  TRY(Layer * rows, to.push());
  sql::Call number;
  number.name = {sql::name("row_number")};
  number.over = sql::Window{{}, {}, to.table().order(*rows->below), {}, {}};
  rows->set(std::string(kRowNumber), {Expr{std::move(number), {}}, Kind::Integer});
  return {};
}

bool speaks_of(const Eval& eval, const std::string& field) {
  if (eval.word == Word::Field && eval.text == field) return true;
  for (const Eval& below : eval.below) {
    if (speaks_of(below, field)) return true;
  }
  return false;
}

Result<Expr> lower_condition(const Eval& eval, Scope& scope) {
  TRY(Value value, lower(eval, scope));
  if (value.kind == Kind::Truth) return std::move(value.expr);
  return Error{"bad-search", "a condition is expected here, and this is a value"}
      .at(eval.span, "a value")
      .note("compare it: `" + draw(eval) + " = 1`, or ask `isnotnull(" + draw(eval) + ")`");
}

std::span<const EvalFunction> eval_functions() {
  static const std::vector<EvalFunction> all = [] {
    std::vector<EvalFunction> made;
    for (const auto& part :
         {conditional_functions(), text_functions(), number_functions(), list_functions(),
          time_functions(), json_functions(), type_functions(), search_functions()}) {
      made.insert(made.end(), part.begin(), part.end());
    }
    std::sort(made.begin(), made.end(),
              [](const EvalFunction& a, const EvalFunction& b) { return a.name < b.name; });
    return made;
  }();
  return all;
}

}  // namespace trailhound::spl
