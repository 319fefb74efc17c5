// SPDX-License-Identifier: Apache-2.0
//
// Functions of multivalues, of time, and of JSON.
#include <set>

#include "base/text.hpp"
#include "spl/arguments.hpp"
#include "spl/lowering.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

using sql::Expr;

Expr no_values() { return cast(list({}), "array(varchar)"); }

Result<Value> call_mvappend(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::vector<Expr> lists;
  for (Value& value : given) {
    if (value.null) continue;
    lists.push_back(sql::call("coalesce", {list_of(std::move(value)), no_values()}));
  }
  if (lists.empty()) return null_value();
  if (lists.size() == 1) return several(filled(lists[0]));
  return several(filled(sql::call("concat", std::move(lists))));
}

Result<Value> call_mvcount(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  if (value.kind != Kind::List) {
    return Value{when(is_not_null(value.expr), cast(sql::integer(1), "bigint")), Kind::Integer};
  }
  return Value{sql::call("cardinality", {std::move(value.expr)}), Kind::Integer};
}

Result<Value> call_mvdedup(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return several(spl("mvdedup", {list_of(std::move(value))}));
}
Result<Value> call_mvsort(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return several(spl("mvsort", {list_of(std::move(value))}));
}

void names_in(const Eval& eval, std::set<std::string>& names) {
  if (eval.word == Word::Field) names.insert(eval.text);
  for (const Eval& below : eval.below) names_in(below, names);
}

Result<Value> over_elements(const std::string& name, const Eval& body, Scope& scope, bool keep,
                            Span span) {
  TRY(Value field, scope.field(name, span));
  const std::string variable = scope.lowering.table().fresh();
  Scope inner = scope;
  inner.field = [&scope, &name, &variable](const std::string& asked, Span at) -> Result<Value> {
    if (asked == name) return Value{sql::column(variable), Kind::Text};
    return scope.field(asked, at);
  };
  Expr all = list_of(std::move(field));
  if (keep) {
    TRY(Expr condition, lower_condition(body, inner));
    return several(
        filled(sql::call("filter", {std::move(all), lambda(variable, std::move(condition))})));
  }
  TRY(Value made, lower(body, inner));
  if (made.kind == Kind::List) {
    return several(filled(sql::call(
        "flatten",
        {sql::call("transform",
                   {std::move(all),
                    lambda(variable, sql::call("coalesce", {made.expr, no_values()}))})})));
  }
  return several(
      filled(sql::call("transform", {std::move(all), lambda(variable, text_of(std::move(made)))})));
}

Result<Value> call_mvfilter(const Eval& call, Scope& scope) {
  std::set<std::string> names;
  names_in(call.below[0], names);
  if (names.size() != 1) {
    return Error{"bad-search", "the condition of `mvfilter` speaks of one field"}.at(call.span);
  }
  return over_elements(*names.begin(), call.below[0], scope, true, call.below[0].span);
}

Result<Value> call_mvmap(const Eval& call, Scope& scope) {
  if (call.below[0].word != Word::Field) {
    return Error{"bad-search", "`mvmap` takes a field and an expression over it"}.at(
        call.below[0].span);
  }
  return over_elements(call.below[0].text, call.below[1], scope, false, call.below[0].span);
}

Result<Value> call_mvfind(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  TRY(Expr pattern, pattern_of(given[1], call.below[1].span));
  return Value{spl("mvfind", {list_of(given[0]), std::move(pattern)}), Kind::Integer};
}

Result<Value> call_mvindex(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  const Expr from = cast(number_of(given[1]), "bigint");
  const Expr to = given.size() > 2 ? cast(number_of(given[2]), "bigint") : from;
  Expr made = spl("mvindex", {list_of(given[0]), from, to});
  if (given.size() == 2) return text(spl("single", {std::move(made)}));
  return several(std::move(made));
}

Result<Value> call_mvjoin(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return text(spl("mvjoin", {list_of(given[0]), text_of(given[1])}));
}

Result<Value> call_mvrange(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  Expr step = real(1);
  if (given.size() > 2) {
    step = number_of(given[2]);
    if (given[2].literal && !sql::spl_number(*given[2].literal)) {
      const auto moved = sql::spl_move_time({0}, *given[2].literal);
      if (!moved) {
        return Error{"bad-search", "`" + *given[2].literal + "` is no number and no span of time"}
            .at(call.below[2].span);
      }
      step = real(static_cast<double>(moved->micros) / 1e6);
    }
  }
  return several(spl("mvrange", {number_of(given[0]), number_of(given[1]), std::move(step)}));
}

Result<Value> call_mvzip(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return several(spl("mvzip", {list_of(given[0]), list_of(given[1]),
                               given.size() > 2 ? text_of(given[2]) : sql::text(",")}));
}

Result<Value> call_split(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return several(spl("split", {text_of(given[0]), text_of(given[1])}));
}

// Time

Result<Value> call_now(const Eval&, Scope& scope) {
  return number_value(static_cast<double>(scope.lowering.now().micros) / 1e6);
}

Result<Value> call_relative_time(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given[1].literal && !sql::spl_move_time({0}, *given[1].literal)) {
    return Error{"bad-search", "`" + *given[1].literal + "` is no time modifier"}
        .at(call.below[1].span)
        .note("modifiers are such as -1d@d, -70m@m, @w1");
  }
  if (given[0].literal && given[1].literal) {
    if (const auto from = sql::spl_number(*given[0].literal)) {
      const Time start{static_cast<std::int64_t>(*from * 1e6)};
      const Time moved = *sql::spl_move_time(start, *given[1].literal);
      return number_value(static_cast<double>(moved.micros) / 1e6);
    }
  }
  return number(spl("relative_time", {number_of(given[0]), text_of(given[1])}));
}

Result<Value> call_strftime(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return text(spl("strftime", {number_of(given[0]), text_of(given[1])}));
}

Result<Value> call_strptime(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return number(spl("strptime", {text_of(given[0]), text_of(given[1])}));
}

// JSON

Result<Value> call_json_extract(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given.size() == 1) return text(text_of(given[0]));
  std::vector<Expr> found;
  for (std::size_t i = 1; i < given.size(); ++i) {
    const bool all = given[i].literal && given[i].literal->find("{}") != std::string::npos;
    Expr one = all ? spl("json_array", {spl("all_at", {text_of(given[0]), text_of(given[i])}),
                                        sql::boolean(true)})
                   : spl("at", {text_of(given[0]), text_of(given[i])});
    found.push_back(std::move(one));
  }
  if (found.size() == 1) return text(found[0]);
  return text(spl("json_array", {list(std::move(found)), sql::boolean(true)}));
}

Result<Value> call_spath(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  if (given[1].literal && given[1].literal->find("{}") == std::string::npos) {
    return text(spl("at", {text_of(given[0]), text_of(given[1])}));
  }
  return several(spl("all_at", {text_of(given[0]), text_of(given[1])}));
}

Result<Value> call_json_valid(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return truth(surely(spl("json_valid", {text_of(std::move(value))})));
}

Result<Value> call_json_keys(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return text(spl("json_keys", {text_of(std::move(value))}));
}

Result<Expr> given_texts(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  std::vector<Expr> texts;
  for (Value& value : given) {
    texts.push_back(value.kind == Kind::List
                        ? spl("json_array", {value.expr, sql::boolean(true)})
                        : sql::call("coalesce", {text_of(std::move(value)), sql::text("")}));
  }
  if (texts.empty()) return no_values();
  return list(std::move(texts));
}

Result<Value> call_json_object(const Eval& call, Scope& scope) {
  TRY(Expr all, given_texts(call, scope));
  return text(spl("json_object", {std::move(all)}));
}
Result<Value> call_json_array(const Eval& call, Scope& scope) {
  TRY(Expr all, given_texts(call, scope));
  return text(spl("json_array", {std::move(all), sql::boolean(true)}));
}

Result<Value> call_json_array_to_mv(const Eval& call, Scope& scope) {
  TRY(Value value, lower(call.below[0], scope));
  return several(spl("json_to_list", {text_of(std::move(value))}));
}

Result<Value> call_mv_to_json_array(const Eval& call, Scope& scope) {
  TRY(std::vector<Value> given, arguments(call, scope));
  return text(spl("json_array", {list_of(given[0]), sql::boolean(given.size() > 1)}));
}

Result<Value> changed(const Eval& call, Scope& scope, std::string_view how, std::size_t step) {
  TRY(std::vector<Value> given, arguments(call, scope));
  Expr json = text_of(given[0]);
  for (std::size_t i = 1; i + step - 1 < given.size(); i += step) {
    json = spl("json_change",
               {std::move(json), text_of(given[i]),
                step == 2 ? text_of(given[i + 1]) : sql::text(""), sql::text(std::string(how))});
  }
  return text(std::move(json));
}
Result<Value> call_json_set(const Eval& call, Scope& scope) {
  return changed(call, scope, "set", 2);
}
Result<Value> call_json_append(const Eval& call, Scope& scope) {
  return changed(call, scope, "append", 2);
}
Result<Value> call_json_extend(const Eval& call, Scope& scope) {
  return changed(call, scope, "extend", 2);
}
Result<Value> call_json_delete(const Eval& call, Scope& scope) {
  return changed(call, scope, "delete", 1);
}

}  // namespace

std::vector<EvalFunction> list_functions() {
  return {
      {"mvappend", 1, kAny, "mvappend(value, ...)", "All values as one multivalue",
       "mvjoin(mvappend(\"a\", null(), \"b\"), \"+\")", "a+b", call_mvappend},
      {"mvcount", 1, 1, "mvcount(field)", "How many values a field has; nothing if none",
       "mvcount(split(\"a,b\", \",\"))", "2", call_mvcount},
      {"mvdedup", 1, 1, "mvdedup(field)", "The values without doubles",
       "mvjoin(mvdedup(split(\"a,b,a\", \",\")), \"+\")", "a+b", call_mvdedup},
      {"mvfilter", 1, 1, "mvfilter(condition)", "The values of a field for which a condition holds",
       "", "", call_mvfilter},
      {"mvfind", 2, 2, "mvfind(field, regex)",
       "Where the first value stands in which a pattern finds something, from 0",
       "mvfind(split(\"a,b\", \",\"), \"b\")", "1", call_mvfind},
      {"mvindex", 2, 3, "mvindex(field, from, to)",
       "A value by its place, from 0, or from the end if negative",
       "mvindex(split(\"a,b,c\", \",\"), -1)", "c", call_mvindex},
      {"mvjoin", 2, 2, "mvjoin(field, between)", "The values as one text",
       "mvjoin(split(\"a,b\", \",\"), \"-\")", "a-b", call_mvjoin},
      {"mvmap", 2, 2, "mvmap(field, expression)", "An expression for each value of a field", "", "",
       call_mvmap},
      {"mvrange", 2, 3, "mvrange(from, to, step)",
       "Numbers from one up to another, which is left out", "mvjoin(mvrange(1, 7, 2), \",\")",
       "1,3,5", call_mvrange},
      {"mvsort", 1, 1, "mvsort(field)", "The values in order, letter by letter",
       "mvjoin(mvsort(split(\"b,a\", \",\")), \",\")", "a,b", call_mvsort},
      {"mvzip", 2, 3, "mvzip(field, other, between)", "The values of two fields side by side",
       "mvjoin(mvzip(split(\"a,b\", \",\"), split(\"1,2\", \",\"), \":\"), \" \")", "a:1 b:2",
       call_mvzip},
      {"mv_to_json_array", 1, 2, "mv_to_json_array(field, infer)", "The values as a JSON array",
       "mv_to_json_array(split(\"a,b\", \",\"))", "[\"a\",\"b\"]", call_mv_to_json_array},
      {"split", 2, 2, "split(text, between)", "The parts of a text",
       "mvindex(split(\"a/b\", \"/\"), 1)", "b", call_split},
  };
}

std::vector<EvalFunction> time_functions() {
  return {
      {"now", 0, 0, "now()", "The time that relative times count from: the newest event's", "", "",
       call_now},
      {"time", 0, 0, "time()", "The same as now", "", "", call_now},
      {"relative_time", 2, 2, "relative_time(time, modifier)",
       "A time moved by a modifier such as -1d@d", "relative_time(90000, \"@d\")", "86400",
       call_relative_time},
      {"strftime", 2, 2, "strftime(time, format)", "A time as text, in UTC",
       "strftime(0, \"%Y-%m-%dT%H:%M:%SZ\")", "1970-01-01T00:00:00Z", call_strftime},
      {"strptime", 2, 2, "strptime(text, format)", "The time that a text spells",
       "strptime(\"1970-01-02\", \"%Y-%m-%d\")", "86400", call_strptime},
  };
}

std::vector<EvalFunction> json_functions() {
  return {
      {"json_extract", 1, kAny, "json_extract(json, path, ...)", "What stands at a path",
       "json_extract(\"{\\\"a\\\": {\\\"b\\\": 1}}\", \"a.b\")", "1", call_json_extract},
      {"json_extract_exact", 2, 2, "json_extract_exact(json, key)", "The same",
       "json_extract_exact(\"{\\\"a\\\": 1}\", \"a\")", "1", call_json_extract},
      {"spath", 2, 2, "spath(json, path)", "What stands at a path",
       "spath(\"{\\\"a\\\": [1, 2]}\", \"a{1}\")", "2", call_spath},
      {"json_valid", 1, 1, "json_valid(text)", "Whether a text is JSON",
       "if(json_valid(\"{}\"), 1, 0)", "1", call_json_valid},
      {"json", 1, 1, "json(text)", "The text, if it is JSON", "json(\"{}\")", "{}",
       [](const Eval& call, Scope& scope) -> Result<Value> {
         TRY(Value value, lower(call.below[0], scope));
         const Expr json = text_of(std::move(value));
         return text(when(spl("json_valid", {json}), json));
       }},
      {"json_keys", 1, 1, "json_keys(json)", "The keys of an object",
       "json_keys(\"{\\\"a\\\": 1}\")", "[\"a\"]", call_json_keys},
      {"json_object", 0, kAny, "json_object(key, value, ...)", "An object", "json_object(\"a\", 1)",
       "{\"a\":1}", call_json_object},
      {"json_array", 0, kAny, "json_array(value, ...)", "An array", "json_array(\"a\", 1)",
       "[\"a\",1]", call_json_array},
      {"json_array_to_mv", 1, 2, "json_array_to_mv(json)",
       "The elements of an array as a multivalue", "mvcount(json_array_to_mv(\"[1, 2]\"))", "2",
       call_json_array_to_mv},
      {"json_set", 3, kAny, "json_set(json, path, value, ...)", "JSON with a value set",
       "json_set(\"{}\", \"a\", 1)", "{\"a\":1}", call_json_set},
      {"json_append", 3, kAny, "json_append(json, path, value, ...)",
       "JSON with a value behind those of an array", "json_append(\"{\\\"a\\\":[1]}\", \"a\", 2)",
       "{\"a\":[1,2]}", call_json_append},
      {"json_extend", 3, kAny, "json_extend(json, path, array, ...)",
       "JSON with an array joined to another", "json_extend(\"{\\\"a\\\":[1]}\", \"a\", \"[2]\")",
       "{\"a\":[1,2]}", call_json_extend},
      {"json_delete", 2, kAny, "json_delete(json, path, ...)", "JSON without what stands at a path",
       "json_delete(\"{\\\"a\\\":1,\\\"b\\\":2}\", \"a\")", "{\"b\":2}", call_json_delete},
  };
}

}  // namespace trailhound::spl
