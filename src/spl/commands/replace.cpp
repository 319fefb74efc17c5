// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  struct Pair {
    std::string from, to;
  };
  std::vector<Pair> pairs;
  std::vector<Argument> named;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    if (in.keyword("in")) {
      TRY(named, in.fields());
      break;
    }
    TRY(const Argument from, in.argument("a value"));
    if (!in.keyword("with")) return in.expected("`WITH` and what to put there");
    TRY(const Argument by, in.argument("a value"));
    pairs.push_back({from.text, by.text});
  }
  if (pairs.empty()) return in.expected("`VALUE WITH VALUE`");
  TRY(Layer * rows, to.push());
  std::vector<std::string> fields;
  for (const Argument& one : named) fields.push_back(one.text);
  if (fields.empty()) {
    if (rows->columns.events) {
      return in.problem("of whole events, `replace` is told the fields: `IN FIELD`",
                        {in.at(), in.at()});
    }
    fields = rows->columns.names;
  }
  for (const std::string& field : fields) {
    const Value value = to.read(*rows, field);
    if (value.null) continue;
    const auto changed = [&](const sql::Expr& text) {
      sql::Case made;
      for (const Pair& pair : pairs) {
        std::string pattern = "^", by;
        int group = 0;
        for (const char c : pair.from) {
          if (c == '*') {
            pattern += "(.*)";
          } else {
            if (std::string_view("\\^$.|?+()[]{}").find(c) != std::string_view::npos)
              pattern += '\\';
            pattern += c;
          }
        }
        pattern += "$";
        for (const char c : pair.to) {
          if (c == '*' && group < 9) {
            by += "\\" + std::to_string(++group);
          } else {
            if (c == '\\' || c == '$') by += '\\';
            by += c;
          }
        }
        made.whens.push_back({spl("match", {text, sql::text(pattern)}),
                              spl("replace", {text, sql::text(pattern), sql::text(by)})});
      }
      made.otherwise = text;
      return sql::Expr{std::move(made), {}};
    };
    if (value.kind == Kind::List) {
      rows->set(field,
                {sql::call("transform", {value.expr, lambda("x", changed(sql::column("x")))}),
                 Kind::List});
    } else {
      rows->set(field, {changed(text_of(value)), Kind::Text});
    }
  }
  return {};
}

}  // namespace

Command describe_replace() {
  return {.names = {"replace"},
          .synopsis = "replace VALUE WITH VALUE, ... [IN FIELD, ...]",
          .summary = "Puts other values in the place of whole values; `*` stands for anything",
          .examples =
              {"| makeresults | eval a=\"host.example\" | replace *.example WITH * IN a | table a"},
          .lower = run};
}

}  // namespace trailhound::spl
