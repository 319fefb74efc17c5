// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const Argument field, in.field());
  TRY(const auto option, in.option("limit"));
  std::int64_t limit = 0;
  if (option) {
    TRY(limit, count_of(*option));
  }
  TRY(Layer * rows, to.push());
  Value value = to.read(*rows, field.text);
  if (value.kind != Kind::List) return {};
  sql::Expr values = value.expr;
  if (limit > 0) {
    values = spl("mvindex", {values, cast(sql::integer(0), "bigint"),
                             cast(sql::integer(limit - 1), "bigint")});
  }
  // A row without a value stays one row.
  values = sql::call("coalesce", {std::move(values), cast(list({sql::null()}), "array(varchar)")});
  const std::vector<sql::Expr> columns = to.table().spread(*rows, {std::move(values)}, true);
  rows->set(field.text, {columns[0], Kind::Text});
  const std::string hidden = std::string(1, kHidden) + "value " + std::to_string(rows->number);
  rows->set(hidden, {columns[1], Kind::Integer});
  rows->order.push_back({hidden, false});
  return {};
}

}  // namespace

Command describe_mvexpand() {
  return {.names = {"mvexpand"},
          .synopsis = "mvexpand FIELD [limit=N]",
          .summary = "Makes a row of each value of a field",
          .examples = {"| makeresults | eval a=split(\"x,y\", \",\") | mvexpand a | table a"},
          .lower = run};
}

}  // namespace trailhound::spl
