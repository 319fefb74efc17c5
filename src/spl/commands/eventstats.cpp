// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const auto allnum, in.option("allnum"));
  (void)allnum;
  TRY(std::vector<Aggregate> asked, read_aggregates(in));
  std::vector<std::string> by;
  if (in.keyword("by")) {
    TRY(const std::vector<Argument> fields, in.fields());
    hint_at_commands(to, fields);
    by = texts(fields);
  }
  to.begin_with_events();
  Layer* below = to.rows();
  TRY(asked, expanded(std::move(asked), by, *below, to));
  // The groups stand beside the rows, joined by the fields of BY.
  Layer& groups = to.table().push(below);
  groups.open = false;
  const Grouping grouping = grouping_of(asked, groups, to);
  std::vector<sql::Expr> same;
  for (const std::string& field : by) {
    const Value key = to.read(groups, field);
    groups.where.push_back(is_not_null(key.expr));
    groups.group_by.push_back(key.expr);
    const std::string hidden = std::string(1, kHidden) + "by " + field;
    groups.set(hidden, {key.expr, key.kind, std::nullopt, key.null});
    same.push_back(
        sql::compare(sql::Comparing::Equal, key.expr, to.table().read(groups, hidden).expr));
  }
  for (const Aggregate& one : asked) {
    TRY(std::optional<Value> argument, argument_of(one, groups, to));
    TRY(Value value, lower_aggregate(one, std::move(argument), grouping));
    groups.set(std::string(1, kHidden) + "agg " + one.name, std::move(value));
  }
  Layer& rows = to.table().push(below);
  if (by.empty()) {
    Table::join(rows, sql::JoinKind::Cross, groups);
  } else {
    Table::join(rows, sql::JoinKind::Left, groups, sql::all_of(std::move(same)));
  }
  for (const Aggregate& one : asked) {
    rows.set(one.name, to.table().read(groups, std::string(1, kHidden) + "agg " + one.name));
  }
  to.set_rows(&rows);
  return {};
}

}  // namespace

Command describe_eventstats() {
  return {.names = {"eventstats"},
          .synopsis = "eventstats FUNCTION(FIELD) [AS NAME] ... [BY FIELD, ...]",
          .summary = "Writes what stats computes beside every row",
          .details = "Rows that lack a field of BY are kept, without the new fields.",
          .examples = {"| makeresults count=3 | streamstats count AS n | eventstats sum(n) AS all "
                       "| table n, all"},
          .lower = run};
}

}  // namespace trailhound::spl
