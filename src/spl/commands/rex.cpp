// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string field = "_raw";
  std::int64_t most = 1;
  bool sed = false;
  std::optional<Argument> pattern;
  while (!in.at_end()) {
    if (const auto option = in.peek_option()) {
      TRY(const auto of, in.option("field"));
      if (of) {
        field = of->text;
        continue;
      }
      TRY(const auto matches, in.option("max_match"));
      if (matches) {
        TRY(most, count_of(*matches));
        continue;
      }
      TRY(const auto mode, in.option("mode"));
      if (mode) {
        sed = to_lower(mode->text) == "sed";
        if (!sed) return in.problem("the only mode is `sed`", mode->span);
        continue;
      }
      if (option->text == "offset_field") {
        return Error{"not-in-spl", "`offset_field` is not offered"}.at(option->span);
      }
    }
    if (pattern) return in.problem("`rex` takes one pattern", {in.at(), in.at() + 1});
    TRY(pattern, in.argument("a pattern"));
  }
  if (!pattern) return in.expected("a pattern in quotes");
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field);
  if (sed) {
    if (const std::string problem = sql::spl_sed_problem(pattern->text); !problem.empty()) {
      return in.problem(problem, pattern->span);
    }
    if (value.null) return {};
    if (value.kind == Kind::List) {
      rows->set(field,
                {sql::call("transform",
                           {value.expr,
                            lambda("x", spl("sed", {sql::column("x"), sql::text(pattern->text)}))}),
                 Kind::List});
      return {};
    }
    rows->set(field, {spl("sed", {text_of(value), sql::text(pattern->text)}), Kind::Text});
    return {};
  }
  if (const std::string problem = sql::spl_regex_problem(pattern->text); !problem.empty()) {
    return in.problem("this is no regular expression: " + problem, pattern->span);
  }
  const std::vector<std::string> groups = sql::spl_regex_groups(pattern->text);
  if (groups.empty()) {
    return in.problem("the pattern names no group: `(?<name>...)` makes a field", pattern->span);
  }
  for (const std::string& name : groups) {
    // Where nothing is found the field keeps what it has.
    const Value before = to.read_before(*rows, name);
    if (value.kind == Kind::List) {
      // Of each value.
      sql::Expr found = filled(sql::call(
          "flatten",
          {sql::call("transform",
                     {value.expr,
                      lambda("x", sql::call("coalesce",
                                            {spl("rex", {sql::column("x"), sql::text(pattern->text),
                                                         sql::text(name), sql::integer(most)}),
                                             cast(list({}), "array(varchar)")}))})}));
      rows->set(name, before.null
                          ? Value{found, Kind::List}
                          : Value{sql::call("coalesce", {found, list_of(before)}), Kind::List});
      continue;
    }
    sql::Expr found =
        spl("rex", {text_of(value), sql::text(pattern->text), sql::text(name), sql::integer(most)});
    if (most == 1) {
      found = spl("single", {std::move(found)});
      if (before.null) {
        rows->set(name, {std::move(found), Kind::Text});
      } else if (before.kind == Kind::List) {
        rows->set(name, {sql::call("coalesce", {spl("list_of", {std::move(found)}), before.expr}),
                         Kind::List});
      } else {
        rows->set(name, {sql::call("coalesce", {std::move(found), text_of(before)}), Kind::Text});
      }
    } else {
      rows->set(name, before.null
                          ? Value{std::move(found), Kind::List}
                          : Value{sql::call("coalesce", {std::move(found), list_of(before)}),
                                  Kind::List});
    }
  }
  return {};
}

}  // namespace

Command describe_rex() {
  return {
      .names = {"rex"},
      .synopsis =
          "rex [field=FIELD] [max_match=N] \"PATTERN\" | rex [field=FIELD] mode=sed \"s/A/B/g\"",
      .summary = "Makes fields of what the named groups of a pattern find, or rewrites a field",
      .details =
          "Patterns are PCRE, with a limit on steps. Where nothing is found, fields stay as\n"
          "they are. max_match=0 gives all.",
      .examples =
          {"| makeresults | eval a=\"user/alice\" | rex field=a \"user/(?<name>.+)\" | table name",
           "| makeresults | eval a=\"1-2-3\" | rex field=a mode=sed \"s/-/+/g\" | table a"},
      .lower = run};
}

}  // namespace trailhound::spl
