// SPDX-License-Identifier: Apache-2.0
//
// Which tables and columns there are, in each dialect.
//
//   TRY(TableMatch table, find_table(name, Dialect::Athena));   //
//   `default.cloudtrail_111122223333` if (auto column = find_column("sourceip", Dialect::Athena))
//   column->field;
//
// All tables hold the same events. `cloudtrail`, `cloudtrail_logs`, `cloudtrail_logs_pp`,
// `cloudtrail_logs_<bucket>` and `DATABASE.TABLE` are all of them, `cloudtrail_<account>` those of
// one account; the Lake dialect takes an event data store's id, too. Columns are the schema's
// (event/), with Athena's other names for some, and Lake's types in the Lake dialect.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "event/schema.hpp"
#include "sql/ast.hpp"
#include "sql/types.hpp"

namespace trailhound::sql {

/// Whose names and types a question uses.
enum class Dialect {
  Athena,  ///< eventtime and readonly are text, requestparameters is JSON text
  Lake,    ///< eventtime is a timestamp, readonly a boolean, requestparameters a map
};

/// What a table name stands for.
struct TableMatch {
  std::string account;  ///< Only this account's events; empty: all.
};
/// The table called so. Error `unknown-table`, which knows other AWS logs by their usual names.
Result<TableMatch> find_table(const QualifiedName& name, Dialect dialect);

/// How a column comes out of the fields.
struct CatalogColumn {
  std::string name;
  DataType type;
  event::Field field = event::Field::Record;  ///< The field it is, or is made from
  std::string form;                           ///< "{1}", or how it is made of the field's column
  bool is_day_path = false;                   ///< Made of year, month, day: `2023/07/10`
};
/// A top-level column by its name without case.
std::optional<CatalogColumn> find_column(std::string_view name, Dialect dialect);
/// A member of a struct field, or of the elements of a list field.
std::optional<CatalogColumn> find_member(event::Field parent, std::string_view name,
                                         Dialect dialect);
/// The columns of `select *`, in order.
std::vector<std::string> star_columns(Dialect dialect);
/// Every name that find_column knows.
std::vector<std::string> column_names(Dialect dialect);
/// The type of a field as the engine hands it out.
DataType field_type(event::Field field);

}  // namespace trailhound::sql
