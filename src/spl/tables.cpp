// SPDX-License-Identifier: Apache-2.0
#include "spl/tables.hpp"

namespace trailhound::spl {

Result<Lookup> lookup_of(Lowering& to, const Argument& name) {
  std::optional<Lookup> found;
  if (to.settings().lookup) {
    TRY(found, to.settings().lookup(name.text));
  }
  if (!found) {
    return Error{"no-lookup", "there is no lookup `" + name.text + "`"}
        .at(name.span, "not in the folder of lookups")
        .note("`--lookups DIR` names the folder; a lookup is a file NAME.csv in it");
  }
  return std::move(*found);
}

Layer& table_of(Lowering& to, const Lookup& lookup) {
  Layer& rows = to.table().push(nullptr);
  rows.open = false;
  rows.columns = {};
  sql::Values values;
  std::vector<sql::Name> names;
  for (std::size_t i = 0; i < lookup.columns.size(); ++i) {
    const std::string column = to.table().fresh();
    names.push_back(sql::name(column));
    rows.set(lookup.columns[i], {sql::column(column), Kind::Text});
  }
  const std::string place = to.table().fresh();
  names.push_back(sql::name(place));
  std::int64_t number = 0;
  const auto add = [&](const std::vector<std::string>& cells) {
    sql::Row row;
    for (const std::string& cell : cells) {
      row.values.push_back(cell.empty() ? cast(sql::null(), "varchar") : sql::text(cell));
    }
    row.values.push_back(cast(sql::integer(++number), "bigint"));
    values.rows.push_back(sql::Expr{std::move(row), {}});
  };
  for (const auto& row : lookup.rows) add(row);
  if (lookup.rows.empty()) {
    add(std::vector<std::string>(lookup.columns.size()));
    rows.where.push_back(sql::boolean(false));
  }
  sql::Query query;
  query.body = std::move(values);
  rows.from = sql::Relation{sql::Derived{std::move(query)},
                            sql::Alias{sql::name("u" + std::to_string(rows.number)), names},
                            std::nullopt,
                            {}};
  const std::string hidden = std::string(1, kHidden) + "line";
  rows.set(hidden, {sql::column(place), Kind::Integer});
  rows.order = {{hidden, false}};
  return rows;
}

Layer& appended(Lowering& to, Layer& first, Layer& second) {
  const std::string part = std::string(1, kHidden) + "part",
                    place = std::string(1, kHidden) + "row";
  std::vector<Layer*> parts;
  std::int64_t number = 0;
  for (Layer* one : {&first, &second}) {
    Layer& numbered = to.table().push(one);
    sql::Call row;
    row.name = {sql::name("row_number")};
    row.over = sql::Window{{}, {}, to.table().order(*one), {}, {}};
    numbered.fields.insert_or_assign(place, Value{sql::Expr{std::move(row), {}}, Kind::Integer});
    numbered.fields.insert_or_assign(part,
                                     Value{cast(sql::integer(++number), "bigint"), Kind::Integer});
    parts.push_back(&numbered);
  }
  Layer& both = to.table().push(nullptr);
  both.columns = first.columns;
  both.columns.events = first.columns.events || second.columns.events;
  for (const std::string& name : second.columns.names) both.show(name);
  both.parts = std::move(parts);
  both.order = {{part, false}, {place, false}};
  return both;
}

void add_row_of_sums(Lowering& to, const std::vector<std::string>& fields,
                     const std::string& label_field, const std::string& label) {
  Layer& below = *to.rows();
  Layer& sums = to.table().push(&below);
  sums.open = false;
  sums.order.clear();
  sums.columns = {};
  // One row even of no rows, and even if nothing can be summed.
  sums.fields.insert_or_assign(std::string(1, kHidden) + "rows",
                               Value{sql::call("count", {sql::integer(1)}), Kind::Integer});
  (void)to.table().read(sums, std::string(1, kHidden) + "rows");
  for (const std::string& field : fields) {
    if (field.empty() || field.front() == '_') continue;
    const Value value = to.read(sums, field);
    if (value.null) continue;
    sums.set(field, {sql::call("sum", {number_of(value)}), Kind::Number});
  }
  if (!label_field.empty()) sums.set(label_field, text_value(label));
  to.set_rows(&appended(to, below, sums));
}

}  // namespace trailhound::spl
