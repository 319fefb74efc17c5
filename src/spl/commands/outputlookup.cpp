// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  Write write;
  std::optional<Argument> name;
  while (!in.at_end()) {
    if (const auto option = in.peek_option()) {
      TRY(const auto append, in.option("append"));
      if (append) {
        TRY(write.append, truth_of(*append));
        continue;
      }
      TRY(const auto empty, in.option("override_if_empty"));
      if (empty) {
        TRY(const bool over, truth_of(*empty));
        write.keep_if_empty = !over;
        continue;
      }
      bool known = false;
      for (const std::string_view one : {"create_empty", "createinapp", "max", "output_format"}) {
        TRY(const auto value, in.option(one));
        known = known || value.has_value();
      }
      if (known) continue;
      return Error{"not-in-spl", "`" + option->text + "` of outputlookup is not offered"}.at(
          option->span);
    }
    if (name) return in.problem("`outputlookup` writes one lookup", {in.at(), in.at() + 1});
    TRY(name, in.argument("the name of a lookup"));
  }
  if (!name) return in.expected("the name of a lookup");
  if (!to.settings().may_write) {
    return Error{"no-lookup", "`outputlookup` has no folder to write to"}
        .at(name->span)
        .note("`--lookups DIR` names it: NAME.csv is written there, once all rows are known");
  }
  to.begin_with_events();
  if (to.rows()->columns.events) {
    return in.problem("`outputlookup` writes fields, and these are whole events", name->span);
  }
  write.lookup = name->text;
  write.columns = to.rows()->columns.names;
  std::vector<Value> items;
  for (const std::string& column : write.columns) {
    const Value value = to.table().read(*to.rows(), column);
    items.push_back({value.kind == Kind::List
                         ? spl("mvjoin", {value.expr, sql::text(std::string(1, kBetween))})
                         : text_of(value),
                     Kind::Text});
  }
  write.query = to.table().query(*to.rows(), items, true);
  to.writes().push_back(std::move(write));
  return {};
}

}  // namespace

Command describe_outputlookup() {
  return {.names = {"outputlookup"},
          .synopsis = "outputlookup [append=BOOL] [override_if_empty=BOOL] NAME",
          .summary = "Writes the rows into a lookup, and goes on with them",
          .details =
              "NAME.csv in the folder of `--lookups`, and nowhere else; it is replaced in one\n"
              "step, when all rows are known. What the search reads of it is as it was before.",
          .examples = {},
          .lower = run};
}

}  // namespace trailhound::spl
