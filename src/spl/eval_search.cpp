// SPDX-License-Identifier: Apache-2.0
//
// Functions that need more than their arguments: another search, a table, a row's own number.
#include <map>

#include "base/text.hpp"
#include "spl/arguments.hpp"
#include "spl/lowering.hpp"
#include "spl/tables.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

using sql::Expr;

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
  const std::string between(1, kBetween);
  std::vector<std::size_t> key_places, output_places;
  std::vector<Expr> keys;
  for (std::size_t i = 0; i + 1 < inputs->size(); i += 2) {
    TRY(const std::size_t at, place((*inputs)[i]));
    TRY(Value value, lower((*inputs)[i + 1], scope));
    key_places.push_back(at);
    if (!keys.empty()) keys.push_back(sql::text(between));
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
    std::vector<std::string> key, members;
    for (const std::size_t at : key_places) key.push_back(row[at]);
    for (const std::size_t at : output_places) {
      if (!row[at].empty()) members.push_back(lookup.columns[at] + kBetween + row[at]);
    }
    found.emplace(join(key, between), join(members, between));
  }
  std::vector<Expr> known, answers;
  for (const auto& [key, members] : found) {
    known.push_back(sql::text(key));
    answers.push_back(sql::text(members));
  }
  if (known.empty()) return null_value();
  Expr key = keys.size() == 1 ? keys[0] : sql::call("concat", std::move(keys));
  const Expr members = sql::call(
      "element_at",
      {sql::call("map", {list(std::move(known)), list(std::move(answers))}), std::move(key)});
  return text(spl("json_object", {spl("split", {members, sql::text(between)})}));
}

Result<Value> call_random(const Eval& call, Scope& scope) {
  TRY(Value row, scope.field(std::string(kRowNumber), call.span));
  if (row.null) {
    return Error{"bad-search", "`random()` is drawn by `eval` and `where` only"}.at(call.span).note(
        "`eval r=random()` first");
  }
  return Value{spl("random", {sql::integer(scope.lowering.next_draw()), row.expr}), Kind::Integer};
}

}  // namespace

std::vector<EvalFunction> search_functions() {
  return {
      {"commands", 1, 1, "commands(search)", "The commands of a search, as a multivalue",
       "mvjoin(commands(\"search a | stats count | sort x\"), \",\")", "search,stats,sort",
       call_commands},
      {"lookup", 3, 3, "lookup(\"NAME\", json_object(column, value, ...), json_array(column, ...))",
       "Columns of the first line of a lookup that holds these values, as a JSON object", "", "",
       call_lookup},
      {"random", 0, 0, "random()",
       "A number from 0 to 2147483647, another for each row; the same again in the same search", "",
       "", call_random},
  };
}

}  // namespace trailhound::spl
