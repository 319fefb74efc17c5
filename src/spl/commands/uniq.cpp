// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/windows.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader&, Lowering& to) {
  to.begin_with_events();
  std::vector<std::string> names = to.rows()->columns.names;
  if (to.rows()->columns.events) names = {"_raw"};
  const std::string all = std::string(1, kHidden) + "all " + to.table().fresh(),
                    same = std::string(1, kHidden) + "same " + to.table().fresh();
  TRY(Layer * texts, to.push());
  std::vector<sql::Expr> cells = {sql::text("")};
  for (const std::string& name : names) {
    const Value value = to.read(*texts, name);
    if (value.null) continue;
    const sql::Expr text = value.kind == Kind::List
                               ? spl("json_array", {value.expr, sql::boolean(false)})
                               : text_of(value);
    cells.push_back(sql::call("coalesce", {spl("json_quote", {text}), sql::text("-")}));
  }
  cells.push_back(sql::text(""));
  texts->set(all, {sql::call("concat", std::move(cells)), Kind::Text});
  TRY(Layer * compared, to.push());
  const sql::Expr here = to.read(*compared, all).expr;
  compared->set(same, {when(surely(sql::compare(sql::Comparing::Equal, here,
                                                over("lag", {here}, in_order(to, *compared)))),
                            cast(sql::integer(1), "bigint"), cast(sql::integer(0), "bigint")),
                       Kind::Integer});
  TRY(Layer * kept, to.push());
  kept->where.push_back(
      sql::compare(sql::Comparing::Equal, to.read(*kept, same).expr, sql::integer(0)));
  return {};
}

}  // namespace

Command describe_uniq() {
  return {.names = {"uniq"},
          .synopsis = "uniq",
          .summary = "Leaves out rows that equal the row before them",
          .examples = {"| makeresults count=4 | streamstats count AS n | eval a=if(n<3, 1, 2) | "
                       "table a | uniq"},
          .lower = run};
}

}  // namespace trailhound::spl
