// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  bool append = false;
  std::int64_t start = 0, most = 0;
  std::optional<Argument> name;
  std::optional<Eval> condition;
  while (!in.at_end()) {
    if (name && in.keyword("where")) {
      TRY(condition, parse_eval(in));
      continue;
    }
    if (const auto option = in.peek_option()) {
      TRY(const auto appended_to, in.option("append"));
      if (appended_to) {
        TRY(append, truth_of(*appended_to));
        continue;
      }
      TRY(const auto from, in.option("start"));
      if (from) {
        TRY(start, count_of(*from));
        continue;
      }
      TRY(const auto max, in.option("max"));
      if (max) {
        TRY(most, count_of(*max));
        continue;
      }
      TRY(const auto strict, in.option("strict"));
      if (strict) continue;
      return in.problem("`inputlookup` has no option `" + option->text + "`", option->span);
    }
    if (name) return in.problem("`inputlookup` reads one lookup", {in.at(), in.at() + 1});
    TRY(name, in.argument("the name of a lookup"));
  }
  if (!name) return in.expected("the name of a lookup");
  if (to.rows() != nullptr && !append) {
    return in.problem("`inputlookup` begins a search; `append=t` puts its rows behind others",
                      name->span);
  }
  TRY(Lookup lookup, lookup_of(to, *name));
  if (start > 0) {
    const auto cut = std::min<std::size_t>(static_cast<std::size_t>(start), lookup.rows.size());
    lookup.rows.erase(lookup.rows.begin(), lookup.rows.begin() + static_cast<std::ptrdiff_t>(cut));
  }
  if (most > 0 && lookup.rows.size() > static_cast<std::size_t>(most)) {
    lookup.rows.resize(static_cast<std::size_t>(most));
  }
  Layer* before = to.rows();
  Layer* rows = &table_of(to, lookup);
  if (condition) {
    Layer& kept = to.table().push(rows);
    Scope scope = to.scope(kept);
    TRY(sql::Expr holds, lower_condition(*condition, scope));
    kept.where.push_back(std::move(holds));
    rows = &kept;
  }
  to.set_rows(before == nullptr ? rows : &appended(to, *before, *rows));
  return {};
}

}  // namespace

Command describe_inputlookup() {
  return {
      .names = {"inputlookup"},
      .synopsis = "inputlookup [append=BOOL] [start=N] [max=N] NAME [where CONDITION]",
      .summary = "Reads the rows of a lookup",
      .details =
          "A lookup is a file NAME.csv in the folder of `--lookups`. Empty cells are no values.",
      .examples = {},
      .begins = true,
      .lower = run};
}

}  // namespace trailhound::spl
