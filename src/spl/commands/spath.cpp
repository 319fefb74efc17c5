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
    TRY(const std::vector<std::string> paths,
        to.paths_inside(*rows->below, input, "the fields inside `" + input + "`"));
    for (const std::string& one : paths) {
      const bool many = one.find("{}") != std::string::npos;
      rows->set(one, {spl(many ? "leaves" : "leaf", {text_of(json), sql::text(one)}),
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
  rows->set(name, first_of(std::move(found), before));
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
