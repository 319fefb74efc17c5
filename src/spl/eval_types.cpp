// SPDX-License-Identifier: Apache-2.0
//
// Functions that ask what a value is and make another kind of it, and those of searches themselves.
// A value that holds JSON is a text here, as in Splunk's own JSON functions.
#include <map>

#include "base/text.hpp"
#include "spl/arguments.hpp"
#include "spl/lowering.hpp"
#include "spl/tables.hpp"
#include "sql/natives_spl.hpp"

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

// Searches and tables

Result<Value> call_commands(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return several(spl("commands", {text_of(std::move(value))}));
}

/// The arguments of `json_object(...)` or `json_array(...)` where it is written out.
Result<const std::vector<Eval>*> written_out(const Eval& argument, std::string_view function) {
  if (argument.word == Word::Call && argument.text == function) return &argument.below;
  return Error{"bad-search",
               "`lookup` is told its fields by a `" + std::string(function) + "(...)` written out"}
      .at(argument.span)
      .note("lookup(\"people.csv\", json_object(\"name\", user), json_array(\"team\"))");
}

Result<Value> call_lookup(const Eval& call, Scope& scope) {
  if (call.below[0].word != Word::Text) {
    return Error{"bad-search", "`lookup` is told the name of a table as a text"}.at(
        call.below[0].span);
  }
  TRY(const std::vector<Eval>* inputs, written_out(call.below[1], "json_object"));
  TRY(const std::vector<Eval>* outputs, written_out(call.below[2], "json_array"));
  const Argument name{call.below[0].text, '"', call.below[0].span};
  TRY(const Lookup lookup, lookup_of(scope.lowering, name));
  const auto place = [&](const Eval& column) -> Result<std::size_t> {
    for (std::size_t i = 0; i < lookup.columns.size(); ++i) {
      if (column.word == Word::Text && lookup.columns[i] == column.text) return i;
    }
    return Error{"bad-search", "`" + name.text + "` has no column " + draw(column)}.at(column.span);
  };
  std::vector<std::size_t> key_places, output_places;
  std::vector<Expr> keys;
  for (std::size_t i = 0; i + 1 < inputs->size(); i += 2) {
    TRY(const std::size_t at, place((*inputs)[i]));
    TRY(Value value, lower((*inputs)[i + 1], scope));
    key_places.push_back(at);
    if (!keys.empty()) keys.push_back(sql::text(std::string(1, kBetween)));
    keys.push_back(text_of(std::move(value)));
  }
  for (const Eval& column : *outputs) {
    TRY(const std::size_t at, place(column));
    output_places.push_back(at);
  }
  if (keys.empty() || output_places.empty()) {
    return Error{"bad-search", "`lookup` is told a field to look up and one to give"}.at(call.span);
  }
  // Of several lines with one key the first counts.
  std::map<std::string, std::string> found;
  for (const auto& row : lookup.rows) {
    std::string key, json;
    for (const std::size_t at : key_places) {
      key += (key.empty() ? "" : std::string(1, kBetween)) + row[at];
    }
    std::vector<std::string> members;
    for (const std::size_t at : output_places) {
      if (!row[at].empty()) members.push_back(lookup.columns[at] + kBetween + row[at]);
    }
    for (const std::string& member : members) {
      json += (json.empty() ? "" : std::string(1, kBetween)) + member;
    }
    found.emplace(std::move(key), std::move(json));
  }
  std::vector<Expr> known, answers;
  for (const auto& [key, json] : found) {
    known.push_back(sql::text(key));
    answers.push_back(sql::text(json));
  }
  if (known.empty()) return null_value();
  Expr key = keys.size() == 1 ? keys[0] : sql::call("concat", std::move(keys));
  const Expr members = sql::call(
      "element_at",
      {sql::call("map", {list(std::move(known)), list(std::move(answers))}), std::move(key)});
  return text(spl("json_object", {spl("split", {members, sql::text(std::string(1, kBetween))})}));
}

Result<Value> call_random(const Eval& call, Scope& scope) {
  TRY(Value row, scope.field(std::string(kRowNumber), call.span));
  if (row.null) {
    return Error{"bad-search", "`random()` is drawn by `eval` and `where` only"}.at(call.span).note(
        "`eval r=random()` first");
  }
  return Value{spl("random", {sql::integer(scope.lowering.next_draw()), row.expr}), Kind::Integer};
}

Result<Value> call_bit_not(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  const Expr x = cast(number_of(given[0]), "bigint");
  const Expr mask = given.size() > 1 ? cast(number_of(given[1]), "bigint")
                                     : cast(sql::integer(9007199254740991), "bigint");
  return Value{sql::call("bitwise_and", {sql::call("bitwise_not", {x}), mask}), Kind::Integer};
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
      {"commands", 1, 1, "commands(search)", "The commands of a search, as a multivalue",
       "mvjoin(commands(\"search a | stats count | sort x\"), \",\")", "search,stats,sort",
       call_commands},
      {"lookup", 3, 3, "lookup(\"NAME\", json_object(column, value, ...), json_array(column, ...))",
       "Columns of the first line of a lookup that holds these values, as a JSON object", "", "",
       call_lookup},
      {"random", 0, 0, "random()",
       "A number from 0 to 2147483647, another for each row; the same again in the same search", "",
       "", call_random},
      {"bit_not", 1, 2, "bit_not(a, mask)",
       "The bits turned around, those of the mask only (53 if none is given)", "bit_not(6, 15)",
       "9", call_bit_not},
  };
}

}  // namespace trailhound::spl
