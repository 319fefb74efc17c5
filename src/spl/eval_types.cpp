// SPDX-License-Identifier: Apache-2.0
//
// Functions that ask what a value is and make another kind of it. A value that holds JSON is a text
// here, as in Splunk's own JSON functions.
#include "spl/arguments.hpp"

namespace trailhound::spl {
namespace {

using sql::Comparing;
using sql::Expr;

Result<Value> is_json(const Eval& call, Scope& scope, std::string_view kind) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth || is_number(value.kind)) return truth(sql::boolean(false));
  return truth(surely(sql::compare(Comparing::Equal, spl("json_kind", {text_of(std::move(value))}),
                                   sql::text(std::string(kind)))));
}
Result<Value> call_isarray(const Eval& call, Scope& scope) { return is_json(call, scope, "array"); }
Result<Value> call_isobject(const Eval& call, Scope& scope) {
  return is_json(call, scope, "object");
}

Result<Value> call_isdouble(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth || value.kind == Kind::Integer) return truth(sql::boolean(false));
  const Expr number = number_of(std::move(value));
  return truth(surely(sql::compare(Comparing::NotEqual, number, sql::call("floor", {number}))));
}

Result<Value> call_ismv(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind != Kind::List) return truth(sql::boolean(false));
  return truth(surely(sql::compare(
      Comparing::Greater, sql::call("cardinality", {std::move(value.expr)}), sql::integer(1))));
}

Result<Value> call_tobool(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth) return value;
  const Expr number = number_of(value);
  const Expr word = sql::call("lower", {text_of(std::move(value))});
  sql::Case made;
  made.whens.push_back({is_not_null(number), sql::compare(Comparing::NotEqual, number, real(0))});
  made.whens.push_back(
      {sql::compare(Comparing::Equal, word, sql::text("true")), sql::boolean(true)});
  made.whens.push_back(
      {sql::compare(Comparing::Equal, word, sql::text("false")), sql::boolean(false)});
  return truth(Expr{std::move(made), {}});
}

Result<Expr> read_number(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::Truth) return when(value.expr, real(1), real(0));
  if (call.below.size() == 1) return number_of(std::move(value));
  TRY(Value base, lower(call.below[1], scope));
  return spl("tonumber", {text_of(std::move(value)), cast(number_of(std::move(base)), "bigint")});
}

Result<Value> call_todouble(const Eval& call, Scope& scope) {
  TRY(Expr read, read_number(call, scope));
  return number(std::move(read));
}

Result<Value> call_toint(const Eval& call, Scope& scope) {
  TRY(const Expr read, read_number(call, scope));
  return Value{cast(when(sql::compare(Comparing::Less, read, real(0)), sql::call("ceil", {read}),
                         sql::call("floor", {read})),
                    "bigint"),
               Kind::Integer};
}

/// The elements of a JSON array, or the value as it is.
Result<Value> call_tomv(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::List) return value;
  const Expr one = text_of(value);
  const Expr array = sql::compare(Comparing::Equal, spl("json_kind", {one}), sql::text("array"));
  return several(when(surely(array), spl("json_to_list", {one}), list_of(std::move(value))));
}

Result<Value> call_toarray(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind == Kind::List) return text(spl("json_array", {value.expr, sql::boolean(true)}));
  const Expr one = text_of(std::move(value));
  const Expr array = sql::compare(Comparing::Equal, spl("json_kind", {one}), sql::text("array"));
  return text(when(surely(array), one,
                   when(is_not_null(one), spl("json_array", {list({one}), sql::boolean(true)}))));
}

Result<Value> call_toobject(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  const Expr one = text_of(std::move(value));
  return text(
      when(sql::compare(Comparing::Equal, spl("json_kind", {one}), sql::text("object")), one));
}

// JSON by key, not by path

Result<Value> call_json_extract_exact(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given.size() == 1) return text(text_of(given[0]));
  std::vector<Expr> found;
  for (std::size_t i = 1; i < given.size(); ++i) {
    found.push_back(spl("json_member", {text_of(given[0]), text_of(given[i])}));
  }
  if (found.size() == 1) return text(found[0]);
  return text(spl("json_array", {list(std::move(found)), sql::boolean(true)}));
}

Result<Value> call_json_has_key_exact(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return truth(surely(spl("json_has_key", {text_of(given[0]), text_of(given[1])})));
}

Result<Value> call_json_set_exact(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given.size() % 2 == 0) {
    return Error{"bad-search", "`json_set_exact` takes JSON and pairs of a key and a value"}.at(
        call.span);
  }
  Expr json = text_of(given[0]);
  for (std::size_t i = 1; i + 1 < given.size(); i += 2) {
    json = spl("json_change",
               {std::move(json), text_of(given[i]), text_of(given[i + 1]), sql::text("set_exact")});
  }
  return text(std::move(json));
}

Result<Value> call_json_entries(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return text(spl("json_entries", {text_of(std::move(value))}));
}

}  // namespace

std::vector<EvalFunction> type_functions() {
  return {
      {"isarray", 1, 1, "isarray(value)", "Whether a value is a JSON array",
       "if(isarray(\"[1, 2]\"), 1, 0)", "1", call_isarray},
      {"isobject", 1, 1, "isobject(value)", "Whether a value is a JSON object",
       "if(isobject(\"[1, 2]\"), 1, 0)", "0", call_isobject},
      {"isdouble", 1, 1, "isdouble(value)", "Whether a value spells a number that is not whole",
       "if(isdouble(1.5), 1, 0)", "1", call_isdouble},
      {"ismv", 1, 1, "ismv(value)", "Whether a field has several values",
       "if(ismv(split(\"a,b\", \",\")), 1, 0)", "1", call_ismv},
      {"tobool", 1, 1, "tobool(value)",
       "A condition out of `true`, `false` or a number, of which 0 is false",
       "if(tobool(\"True\"), \"yes\", \"no\")", "yes", call_tobool},
      {"todouble", 1, 2, "todouble(text, base)", "The number that a text spells",
       "todouble(\"1.50\")", "1.5", call_todouble},
      {"toint", 1, 2, "toint(text, base)", "The same without what stands behind the point",
       "toint(\"-3.7\")", "-3", call_toint},
      {"tomv", 1, 1, "tomv(value)", "The elements of a JSON array as a multivalue",
       "mvjoin(tomv(\"[1, \\\"a\\\"]\"), \"+\")", "1+a", call_tomv},
      {"toarray", 1, 1, "toarray(value)", "The values as a JSON array; a JSON array as it is",
       "toarray(\"a\")", "[\"a\"]", call_toarray},
      {"toobject", 1, 1, "toobject(value)", "The value, if it is a JSON object",
       "coalesce(toobject(\"[]\"), \"none\")", "none", call_toobject},
      {"json_extract_exact", 1, kAny, "json_extract_exact(json, key, ...)",
       "What stands under a key; dots in it are its own",
       "json_extract_exact(\"{\\\"a.b\\\": 1, \\\"a\\\": {\\\"b\\\": 2}}\", \"a.b\")", "1",
       call_json_extract_exact},
      {"json_has_key_exact", 2, 2, "json_has_key_exact(json, key)", "Whether an object has a key",
       "if(json_has_key_exact(\"{\\\"a\\\": null}\", \"a\"), 1, 0)", "1", call_json_has_key_exact},
      {"json_set_exact", 3, kAny, "json_set_exact(json, key, value, ...)",
       "JSON with a value set under a key; dots in it are its own",
       "json_set_exact(\"{}\", \"a.b\", 1)", "{\"a.b\":1}", call_json_set_exact},
      {"json_entries", 1, 1, "json_entries(json)",
       "The keys and values of an object as an array of objects",
       "json_entries(\"{\\\"a\\\": 1}\")", "[{\"key\":\"a\",\"value\":1}]", call_json_entries},
  };
}

}  // namespace trailhound::spl
