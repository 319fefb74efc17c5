// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

constexpr std::int64_t kMostRows = 500;

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t count = 5;
  std::string first = "column", header;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    if (!in.peek_option()) {
      TRY(const Argument number, in.argument("a number of rows"));
      TRY(count, count_of(number));
      continue;
    }
    TRY(const auto column, in.option("column_name"));
    TRY(const auto field, in.option("header_field"));
    TRY(const auto empty, in.option("include_empty"));
    if (column) first = column->text;
    if (field) header = field->text;
    if (!column && !field && !empty) {
      return in.problem("`transpose` has no such option", in.peek_option()->span);
    }
  }
  to.begin_with_events();
  if (to.rows()->columns.events) {
    return in.problem("whole events have no columns; name the fields first: `| table ...`",
                      {in.at(), in.at()});
  }
  Layer& rows = to.table().push(to.rows());
  std::vector<Value> items;
  std::vector<std::string> names;
  std::optional<std::size_t> titles;
  for (const std::string& name : rows.columns.names) {
    Value value = to.table().read(rows, name);
    if (name == header) titles = items.size();
    items.push_back({value.kind == Kind::List
                         ? spl("mvjoin", {value.expr, sql::text(std::string(1, kBetween))})
                         : text_of(std::move(value)),
                     Kind::Text});
    names.push_back(name);
  }
  if (count <= 0 || count > kMostRows) count = kMostRows + 1;
  TRY(const Answer* answer,
      to.fact(to.table().query(rows, items, true, count), "the rows that become columns"));
  if (answer->size() > static_cast<std::size_t>(kMostRows)) {
    return Error{"search-too-large", "more than 500 rows are too many for columns"};
  }
  Lookup made;
  made.columns.push_back(first);
  for (std::size_t i = 0; i < answer->size(); ++i) {
    const auto& title = titles ? (*answer)[i][*titles] : std::nullopt;
    made.columns.push_back(title && !title->empty() ? *title : "row " + std::to_string(i + 1));
  }
  bool several = false;
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (titles == at) continue;
    std::vector<std::string> line = {names[at]};
    for (const auto& row : *answer) {
      line.push_back(row[at].value_or(""));
      several = several || line.back().find(kBetween) != std::string::npos;
    }
    made.rows.push_back(std::move(line));
  }
  Layer& table = table_of(to, made);
  to.set_rows(&table);
  if (!several) return {};
  TRY(Layer * lists, to.push());
  for (std::size_t i = 1; i < made.columns.size(); ++i) {
    const Value text = to.read(*lists, made.columns[i]);
    lists->set(made.columns[i],
               {spl("split", {text_of(text), sql::text(std::string(1, kBetween))}), Kind::List});
  }
  return {};
}

}  // namespace

Command describe_transpose() {
  return {
      .names = {"transpose"},
      .synopsis = "transpose [N] [column_name=NAME] [header_field=FIELD]",
      .summary = "Turns the first rows into columns: five, or so many, 0 for all",
      .examples = {"| makeresults count=2 | streamstats count AS n | eval m=n*10 | table n, m | "
                   "transpose",
                   "| makeresults count=2 | streamstats count AS n | eval who=\"u\".n | table "
                   "who, n | transpose header_field=who"},
      .lower = run};
}

}  // namespace trailhound::spl
