// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string input = "_raw";
  std::optional<Argument> output, path;
  while (!in.at_end()) {
    if (in.peek_option()) {
      TRY(const auto from, in.option("input"));
      TRY(const auto into, in.option("output"));
      TRY(const auto at, in.option("path"));
      if (from) input = from->text;
      if (into) output = *into;
      if (at) path = *at;
      if (from || into || at) continue;
      return in.problem("`spath` has no such option", in.peek_option()->span);
    }
    if (path) return in.problem("`spath` takes one path", {in.at(), in.at() + 1});
    TRY(path, in.argument("a path"));
  }
  TRY(Layer * rows, to.push());
  if (!path) {
    // Every field: those of events are there already.
    if (input == "_raw") return {};
    const Value json = to.read(*rows, input);
    if (json.null) return {};
    Layer& paths = to.table().push(rows->below);
    const std::string column = to.table().fresh();
    sql::Relation lists{
        sql::Unnest{{spl("paths", {text_of(json)})}, false},
        sql::Alias{sql::name("u" + std::to_string(paths.number)), {sql::name(column)}},
        std::nullopt,
        {}};
    paths.from = sql::Relation{
        sql::Join{
            sql::JoinKind::Cross, Table::relation(*rows->below), std::move(lists), false, {}, {}},
        std::nullopt,
        std::nullopt,
        {}};
    paths.open = false;
    paths.fields["path"] = {sql::column(column), Kind::Text};
    paths.group_by = {sql::column(column)};
    paths.order = {{"path", false}};
    const Value found = to.table().read(paths, "path");
    TRY(const Answer* answer,
        to.fact(to.table().query(paths, {found}, true), "the fields inside `" + input + "`"));
    for (const auto& row : *answer) {
      if (!row[0]) continue;
      const bool many = row[0]->find("{}") != std::string::npos;
      rows->set(*row[0], {spl(many ? "leaves" : "leaf", {text_of(json), sql::text(*row[0])}),
                          many ? Kind::List : Kind::Text});
    }
    return {};
  }
  const std::string name = output ? output->text : path->text;
  Value found;
  if (input == "_raw") {
    found = to.read(*rows, std::string(1, kHidden) + "at:" + path->text);
    if (found.null) {
      const Value raw = to.read(*rows, "_raw");
      if (raw.null) return {};
      found.null = false;
      const bool many = path->text.find("{}") != std::string::npos;
      found = {spl(many ? "all_at" : "at", {text_of(raw), sql::text(path->text)}),
               many ? Kind::List : Kind::Text};
    }
  } else {
    const Value json = to.read(*rows, input);
    if (json.null) return {};
    const bool many = path->text.find("{}") != std::string::npos;
    found = {spl(many ? "all_at" : "at", {text_of(json), sql::text(path->text)}),
             many ? Kind::List : Kind::Text};
  }
  const Value before = output && !rows->columns.events ? to.read_before(*rows, name) : null_value();
  if (!before.null) {
    const Kind kind = kind_of_both(found.kind, before.kind);
    found = {sql::call("coalesce", {as_kind(found, kind).expr, as_kind(before, kind).expr}), kind};
  }
  rows->set(name, std::move(found));
  return {};
}

}  // namespace

Command describe_spath() {
  return {.names = {"spath"},
          .synopsis = "spath [input=FIELD] [output=FIELD] [path=]PATH",
          .summary = "Takes what stands at a path out of JSON",
          .details =
              "`a.b{}.c` gives every c in the list b, `a.b{0}` the first element. Of _raw without\n"
              "a path nothing is left to do: the fields of events are there.",
          .examples = {"| makeresults | eval j=\"{\\\"a\\\": {\\\"b\\\": 7}}\" | spath input=j "
                       "output=x path=a.b | table x"},
          .lower = run};
}

}  // namespace trailhound::spl
