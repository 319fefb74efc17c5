// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const std::vector<Argument> fields, in.fields());
  if (fields.size() != 3) {
    return in.expected("the field that stays, and names for the columns and for their values");
  }
  to.begin_with_events();
  if (to.rows()->columns.events) {
    return in.problem("whole events have no columns; name the fields first: `| table ...`",
                      fields[0].span);
  }
  TRY(Layer * rows, to.push());
  std::vector<sql::Expr> names, values;
  for (const std::string& name : rows->columns.names) {
    if (name == fields[0].text || name.empty() || name.front() == '_') continue;
    const Value value = to.read(*rows, name);
    if (value.null) continue;
    names.push_back(sql::text(name));
    values.push_back(value.kind == Kind::List ? spl("mvjoin", {value.expr, sql::text("\n")})
                                              : text_of(value));
  }
  const auto texts = [](std::vector<sql::Expr> all) {
    return cast(list(std::move(all)), "array(varchar)");
  };
  const std::vector<sql::Expr> columns =
      to.table().spread(*rows, {texts(std::move(names)), texts(std::move(values))}, true);
  const sql::Expr &name = columns[0], &cell = columns[1], &place = columns[2];
  rows->where.push_back(is_not_null(cell));
  rows->columns = {};
  rows->only.emplace();
  rows->only->insert(fields[0].text);
  rows->show(fields[0].text);
  rows->set(fields[1].text, {name, Kind::Text});
  rows->set(fields[2].text, {cell, Kind::Text});
  const std::string hidden = std::string(1, kHidden) + "value " + std::to_string(rows->number);
  rows->set(hidden, {place, Kind::Integer});
  rows->order.push_back({hidden, false});
  return {};
}

}  // namespace

Command describe_untable() {
  return {.names = {"untable"},
          .synopsis = "untable FIELD NAMES VALUES",
          .summary = "Makes a row of each column: its name in one field, its value in another",
          .examples = {"| makeresults | eval who=\"alice\", reads=3, writes=1 | table who, reads, "
                       "writes | untable who kind n"},
          .lower = run};
}

}  // namespace trailhound::spl
