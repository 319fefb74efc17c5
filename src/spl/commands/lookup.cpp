// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/text.hpp"
#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

struct Pair {
  std::string column, field;
};

Result<void> run(Reader& in, Lowering& to) {
  while (in.peek_option()) {
    TRY(const auto local, in.option("local"));
    TRY(const auto update, in.option("update"));
    if (!local && !update) return in.problem("`lookup` has no such option", in.peek_option()->span);
  }
  TRY(const Argument name, in.argument("the name of a lookup"));
  std::vector<Pair> keys, outputs;
  bool output = false, only_new = false;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    if (in.keyword("OUTPUT")) {
      output = true;
      continue;
    }
    if (in.keyword("OUTPUTNEW")) {
      output = only_new = true;
      continue;
    }
    TRY(const Argument column, in.field());
    Pair pair{column.text, column.text};
    if (in.keyword("as")) {
      TRY(const Argument field, in.field());
      pair.field = field.text;
    }
    (output ? outputs : keys).push_back(std::move(pair));
  }
  if (keys.empty()) return in.expected("a field to look up");
  TRY(const Lookup lookup, lookup_of(to, name));
  const auto place = [&](const std::string& column) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < lookup.columns.size(); ++i) {
      if (lookup.columns[i] == column) return i;
    }
    return std::nullopt;
  };
  std::vector<std::size_t> key_places;
  for (const Pair& key : keys) {
    const auto at = place(key.column);
    if (!at) return in.problem("`" + name.text + "` has no column `" + key.column + "`", name.span);
    key_places.push_back(*at);
  }
  if (outputs.empty()) {
    for (const std::string& column : lookup.columns) {
      bool key = false;
      for (const Pair& one : keys) key = key || one.column == column;
      if (!key) outputs.push_back({column, column});
    }
  }
  // Rows of one key become one row, whose values are several.
  std::map<std::vector<std::string>, std::vector<std::size_t>> by_key;
  std::vector<std::vector<std::string>> order;
  bool several = false;
  for (std::size_t i = 0; i < lookup.rows.size(); ++i) {
    std::vector<std::string> key;
    for (const std::size_t at : key_places) key.push_back(lookup.rows[i][at]);
    auto& rows = by_key[key];
    if (rows.empty()) order.push_back(key);
    rows.push_back(i);
    several = several || rows.size() > 1;
  }
  Lookup made;
  for (std::size_t i = 0; i < keys.size(); ++i) made.columns.push_back("k" + std::to_string(i));
  for (std::size_t i = 0; i < outputs.size(); ++i) made.columns.push_back("o" + std::to_string(i));
  for (const auto& key : order) {
    std::vector<std::string> row = key;
    for (const Pair& one : outputs) {
      const auto at = place(one.column);
      if (!at)
        return in.problem("`" + name.text + "` has no column `" + one.column + "`", name.span);
      std::string cell;
      for (const std::size_t i : by_key[key]) {
        if (lookup.rows[i][*at].empty()) continue;
        cell += (cell.empty() ? "" : std::string(1, kBetween)) + lookup.rows[i][*at];
      }
      row.push_back(std::move(cell));
    }
    made.rows.push_back(std::move(row));
  }
  Layer& table = table_of(to, made);
  TRY(Layer * rows, to.push());
  std::vector<sql::Expr> same;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    same.push_back(sql::compare(sql::Comparing::Equal, text_of(to.read(*rows, keys[i].field)),
                                to.table().read(table, "k" + std::to_string(i)).expr));
  }
  Table::join(*rows, sql::JoinKind::Left, table, sql::all_of(std::move(same)));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Value found = to.table().read(table, "o" + std::to_string(i));
    if (several) {
      found = {spl("split", {found.expr, sql::text(std::string(1, kBetween))}), Kind::List};
    }
    const Value before = only_new ? to.read_before(*rows, outputs[i].field) : null_value();
    rows->set(outputs[i].field, first_of(before, std::move(found)));
  }
  return {};
}

}  // namespace

Command describe_lookup() {
  return {
      .names = {"lookup"},
      .synopsis = "lookup NAME COLUMN [AS FIELD] ... [OUTPUT | OUTPUTNEW COLUMN [AS FIELD] ...]",
      .summary = "Adds columns of a lookup to the rows whose keys it holds",
      .details =
          "Keys are compared with their case. Where several lines have one key, their values\n"
          "become a multivalue.",
      .examples = {},
      .lower = run};
}

}  // namespace trailhound::spl
