// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/command.hpp"
#include "spl/windows.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const auto between, in.option("delim"));  // Of Splunk's screen
  (void)between;
  TRY(const Argument field, in.field());
  to.begin_with_events();
  if (to.rows()->columns.events) {
    return in.problem("of whole events no two are alike; name the fields first: `| table ...`",
                      field.span);
  }
  const std::string place = std::string(1, kHidden) + "place";
  TRY(Layer * numbered, to.push());
  numbered->set(place, {over("row_number", {}, in_order(to, *numbered)), Kind::Integer});
  Layer& groups = to.table().push(numbered);
  groups.open = false;
  Aggregate asked;
  asked.function = "list";
  asked.field = field.text;
  Grouping grouping;
  grouping.order = {{to.read(groups, place).expr, sql::Direction::Ascending, sql::NullOrder::Last}};
  for (const std::string& name : std::vector<std::string>(groups.columns.names)) {
    const Value value = to.read(groups, name);
    if (name == field.text) {
      if (value.null) continue;
      TRY(Value all, lower_aggregate(asked, value, grouping));
      groups.fields.insert_or_assign(name, std::move(all));
      continue;
    }
    groups.fields.insert_or_assign(name, value);
    if (!value.null && !value.literal) groups.group_by.push_back(value.expr);
  }
  if (groups.group_by.empty()) {
    groups.group_by.push_back(binary(sql::Arithmetic::Add, sql::integer(0), sql::integer(0)));
  }
  groups.fields.insert_or_assign(
      place, Value{sql::call("min", {to.read(groups, place).expr}), Kind::Integer});
  groups.order = {{place, false}};
  to.set_rows(&groups);
  return {};
}

}  // namespace

Command describe_mvcombine() {
  return {.names = {"mvcombine"},
          .synopsis = "mvcombine FIELD",
          .summary = "Makes one row of rows that differ in one field only, which holds all values",
          .examples = {"| makeresults count=3 | streamstats count AS n | eval a=\"x\" | table a, n "
                       "| mvcombine n"},
          .lower = run};
}

}  // namespace trailhound::spl
