// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "event/network.hpp"
#include "spl/arguments.hpp"
#include "spl/lowering.hpp"
#include "spl/search.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {

using sql::Expr;

Result<Expr> pattern_of(const Value& value, Span span) {
  if (value.literal) {
    if (const std::string problem = sql::spl_regex_problem(*value.literal); !problem.empty()) {
      return Error{"bad-search", "this is no regular expression: " + problem}.at(span);
    }
  }
  return text_of(value);
}

std::vector<Value> alike(std::vector<Value> values) {
  std::optional<Kind> kind;
  for (const Value& value : values) {
    if (value.null) continue;
    kind = kind ? kind_of_both(*kind, value.kind) : value.kind;
  }
  bool mixed = false;
  for (const Value& value : values) mixed = mixed || is_number(value.kind) || value.numeric;
  mixed = mixed && !is_number(kind.value_or(Kind::Text));
  for (Value& value : values) {
    const bool null = value.null;
    std::optional<Expr> numeric;
    if (mixed) numeric = counts_as_number(value);
    value = as_kind(std::move(value), kind.value_or(Kind::Text));
    value.null = null;
    value.numeric = std::move(numeric);
  }
  return values;
}

namespace {

Result<Value> no_truth(Value value, Span span) {
  if (value.kind != Kind::Truth) return value;
  return Error{"bad-search", "a condition is no value here"}
      .at(span, "true or false")
      .note("`if(condition, 1, 0)` makes a value of it");
}

Result<Value> call_if(const Eval& call, Scope& scope) {
  TRY(Expr condition, lower_condition(call.below[0], scope));
  TRY(Value one, lower(call.below[1], scope));
  TRY(Value other, lower(call.below[2], scope));
  if (one.kind == Kind::Truth && other.kind == Kind::Truth) {
    return truth(when(surely(condition), one.expr, other.expr));
  }
  TRY(one, no_truth(std::move(one), call.below[1].span));
  TRY(other, no_truth(std::move(other), call.below[2].span));
  std::vector<Value> both = alike({std::move(one), std::move(other)});
  Value made{when(condition, both[0].expr, both[1].expr), both[0].kind};
  if (both[0].numeric)
    made.numeric = when(std::move(condition), *both[0].numeric, *both[1].numeric);
  return made;
}

Result<Value> call_case(const Eval& call, Scope& scope) {
  if (call.below.size() % 2 != 0) {
    return Error{"bad-search", "`case` takes pairs of a condition and a value"}.at(call.span).note(
        "a last pair `true(), value` stands for all else");
  }
  std::vector<Expr> conditions;
  std::vector<Value> values;
  for (std::size_t i = 0; i < call.below.size(); i += 2) {
    TRY(Value condition, lower(call.below[i], scope));
    if (condition.kind != Kind::Truth && condition.literal &&
        (*condition.literal == "1" || equal_without_case(*condition.literal, "true"))) {
      condition = truth(sql::boolean(true));
    }
    if (condition.kind != Kind::Truth) {
      TRY(lower_condition(call.below[i], scope));
    }
    TRY(Value value, lower(call.below[i + 1], scope));
    TRY(value, no_truth(std::move(value), call.below[i + 1].span));
    conditions.push_back(std::move(condition.expr));
    values.push_back(std::move(value));
  }
  values = alike(std::move(values));
  sql::Case made, numeric;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].numeric) numeric.whens.push_back({conditions[i], *values[i].numeric});
    made.whens.push_back({std::move(conditions[i]), values[i].expr});
  }
  Value chosen{Expr{std::move(made), {}}, values[0].kind};
  if (!numeric.whens.empty()) chosen.numeric = Expr{std::move(numeric), {}};
  return chosen;
}

/// validate: the text of the first condition that does not hold.
Result<Value> call_validate(const Eval& call, Scope& scope) {
  if (call.below.size() % 2 != 0) {
    return Error{"bad-search", "`validate` takes pairs of a condition and a text"}.at(call.span);
  }
  sql::Case made;
  for (std::size_t i = 0; i < call.below.size(); i += 2) {
    TRY(Expr condition, lower_condition(call.below[i], scope));
    TRY(Value value, lower(call.below[i + 1], scope));
    made.whens.push_back({sql::negation(surely(std::move(condition))), text_of(std::move(value))});
  }
  return text(Expr{std::move(made), {}});
}

Result<Value> call_coalesce(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::vector<Value> kept;
  for (std::size_t i = 0; i < given.size(); ++i) {
    TRY(Value value, no_truth(std::move(given[i]), call.below[i].span));
    if (!value.null) kept.push_back(std::move(value));
  }
  if (kept.empty()) return null_value();
  if (kept.size() == 1) return kept[0];
  kept = alike(std::move(kept));
  std::vector<Expr> terms;
  sql::Case numeric;
  for (Value& value : kept) {
    if (value.numeric) numeric.whens.push_back({is_not_null(value.expr), *value.numeric});
    terms.push_back(std::move(value.expr));
  }
  Value made{sql::call("coalesce", std::move(terms)), kept[0].kind};
  if (!numeric.whens.empty()) made.numeric = Expr{std::move(numeric), {}};
  return made;
}

Result<Value> call_in(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::vector<Expr> any;
  for (std::size_t i = 1; i < given.size(); ++i) any.push_back(compared("=", given[0], given[i]));
  return truth(sql::any_of(std::move(any)));
}

Result<Value> call_like(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return truth(for_any(given[0], "x", [&](Expr one) {
    return Expr{sql::Like{std::move(one), text_of(given[1]), std::nullopt, false}, {}};
  }));
}

Result<Value> call_match(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  TRY(const Expr pattern, pattern_of(given[1], call.below[1].span));
  return truth(for_any(given[0], "x", [&](Expr one) {
    return spl("match", {std::move(one), pattern});
  }));
}

Result<Value> call_cidrmatch(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given[0].literal && !event::parse_network(*given[0].literal)) {
    return Error{"bad-search", "`" + *given[0].literal + "` is no network such as 10.0.0.0/8"}.at(
        call.below[0].span);
  }
  return truth(for_any(given[1], "x", [&](Expr one) {
    return spl("cidr", {text_of(given[0]), std::move(one)});
  }));
}

Result<Value> call_nullif(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  Value made{when(sql::negation(surely(compared("=", given[0], given[1]))), given[0].expr),
             given[0].kind};
  made.numeric = given[0].numeric;
  return made;
}

Result<Value> call_isnull(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return truth(is_null(std::move(value.expr)));
}
Result<Value> call_isnotnull(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return truth(is_not_null(std::move(value.expr)));
}
Result<Value> call_isnum(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth) return truth(sql::boolean(false));
  return truth(is_not_null(number_of(std::move(value))));
}
Result<Value> call_isint(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth) return truth(sql::boolean(false));
  const Expr number = number_of(std::move(value));
  return truth(surely(sql::compare(sql::Comparing::Equal, number, sql::call("floor", {number}))));
}
Result<Value> call_isstr(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth || is_number(value.kind)) return truth(sql::boolean(false));
  return truth(sql::all_of({is_not_null(value.expr), is_null(number_of(value))}));
}
Result<Value> call_isbool(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return truth(sql::boolean(value.kind == Kind::Truth));
}
Result<Value> call_typeof(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth) return text_value("Boolean");
  if (value.null) return text_value("Invalid");
  const Expr number = when(is_not_null(number_of(value)), sql::text("Number"), sql::text("String"));
  return text(when(is_null(value.expr), sql::text("Invalid"),
                   is_number(value.kind) ? sql::text("Number") : number));
}
Result<Value> call_true(const Eval&, Scope&) { return truth(sql::boolean(true)); }
Result<Value> call_false(const Eval&, Scope&) { return truth(sql::boolean(false)); }
Result<Value> call_null(const Eval&, Scope&) { return null_value(); }

Result<Value> call_searchmatch(const Eval& call, Scope& scope) {
  if (call.below[0].word != Word::Text) {
    return Error{"bad-search", "`searchmatch` takes a search in quotes"}.at(call.below[0].span);
  }
  Reader in(call.below[0].text);
  Result<Expr> condition = lower_search(in, scope, nullptr);
  if (!condition.ok()) {
    return Error{"bad-search", "the search of `searchmatch`: " + condition.error().message}.at(
        call.below[0].span);
  }
  return truth(surely(std::move(*condition)));
}

}  // namespace

std::vector<EvalFunction> conditional_functions() {
  return {
      {"if", 3, 3, "if(condition, then, else)",
       "The second argument where the first holds, else the third", "if(1=2, \"a\", \"b\")", "b",
       call_if},
      {"case", 2, kAny, "case(condition, value, ...)",
       "The value behind the first condition that holds", "case(1=2, \"a\", true(), \"b\")", "b",
       call_case},
      {"validate", 2, kAny, "validate(condition, text, ...)",
       "The text behind the first condition that does not hold", "validate(1=1, \"a\", 1=2, \"b\")",
       "b", call_validate},
      {"coalesce", 1, kAny, "coalesce(value, ...)", "The first argument that has a value",
       "coalesce(null(), \"a\")", "a", call_coalesce},
      {"in", 2, kAny, "in(value, other, ...)",
       "Whether the first argument equals any of the others", "if(in(\"a\", \"b\", \"a\"), 1, 0)",
       "1", call_in},
      {"like", 2, 2, "like(text, pattern)", "Whether a text is like a pattern with % and _",
       "if(like(\"ListBuckets\", \"List%\"), 1, 0)", "1", call_like},
      {"match", 2, 2, "match(text, regex)",
       "Whether a regular expression finds something in a text",
       "if(match(\"ListBuckets\", \"^(List|Get)\"), 1, 0)", "1", call_match},
      {"cidrmatch", 2, 2, "cidrmatch(network, address)", "Whether an address lies in a network",
       "if(cidrmatch(\"10.0.0.0/8\", \"10.1.2.3\"), 1, 0)", "1", call_cidrmatch},
      {"nullif", 2, 2, "nullif(value, other)", "Nothing where both are equal, else the first",
       "coalesce(nullif(1, 1), \"none\")", "none", call_nullif},
      {"isnull", 1, 1, "isnull(value)", "Whether there is no value", "if(isnull(null()), 1, 0)",
       "1", call_isnull},
      {"isnotnull", 1, 1, "isnotnull(value)", "Whether there is a value",
       "if(isnotnull(null()), 1, 0)", "0", call_isnotnull},
      {"isnum", 1, 1, "isnum(value)", "Whether a value spells a number", "if(isnum(\"12\"), 1, 0)",
       "1", call_isnum},
      {"isint", 1, 1, "isint(value)", "Whether a value spells a whole number",
       "if(isint(1.5), 1, 0)", "0", call_isint},
      {"isstr", 1, 1, "isstr(value)", "Whether a value spells no number", "if(isstr(\"a\"), 1, 0)",
       "1", call_isstr},
      {"isbool", 1, 1, "isbool(value)", "Whether an argument is a condition",
       "if(isbool(1=1), 1, 0)", "1", call_isbool},
      {"typeof", 1, 1, "typeof(value)", "Number, String, Boolean or Invalid", "typeof(12)",
       "Number", call_typeof},
      {"true", 0, 0, "true()", "True", "if(true(), 1, 0)", "1", call_true},
      {"false", 0, 0, "false()", "False", "if(false(), 1, 0)", "0", call_false},
      {"null", 0, 0, "null()", "No value", "coalesce(null(), 1)", "1", call_null},
      {"searchmatch", 1, 1, "searchmatch(\"search\")", "Whether an event matches a search", "", "",
       call_searchmatch},
  };
}

}  // namespace trailhound::spl
