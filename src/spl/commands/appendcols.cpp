// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"
#include "spl/windows.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  bool override_them = false;
  while (in.peek_option()) {
    TRY(const auto given, in.option("override"));
    TRY(const auto most, in.option("maxout"));
    TRY(const auto longest, in.option("maxtime"));
    TRY(const auto timeout, in.option("timeout"));
    if (given) {
      TRY(override_them, truth_of(*given));
    }
    if (!given && !most && !longest && !timeout) {
      return in.problem("`appendcols` has no such option", in.peek_option()->span);
    }
  }
  const std::uint32_t begin = in.at();
  if (!in.take('[')) return in.expected("a search in brackets");
  to.begin_with_events();
  Layer* first = to.rows();
  TRY(Layer * second, to.nested(in));
  if (!in.take(']')) return in.expected("`]`");
  for (const Layer* one : {first, second}) {
    if (!one->columns.events) continue;
    return Error{"bad-search", "whole events are not laid side by side; name the fields"}
        .at(in.span_from(begin))
        .note("end both searches by `| table FIELD, ...` or `| stats ...`");
  }
  const std::string place = std::string(1, kHidden) + "side";
  const auto numbered = [&](Layer& rows) -> Layer& {
    Layer& made = to.table().push(&rows);
    made.fields.insert_or_assign(place,
                                 Value{over("row_number", {}, in_order(to, made)), Kind::Integer});
    return made;
  };
  Layer& left = numbered(*first);
  Layer& right = numbered(*second);
  Layer& rows = to.table().push(&left);
  rows.open = false;
  const sql::Expr one = to.read(rows, place).expr, other = to.table().read(right, place).expr;
  Table::join(rows, sql::JoinKind::Full, right, sql::compare(sql::Comparing::Equal, one, other));
  for (const std::string& name : first->columns.names) rows.set(name, to.read(rows, name));
  for (const std::string& name : second->columns.names) {
    const Value before = to.read(rows, name);
    const Value value = to.table().read(right, name);
    rows.set(name, override_them ? first_of(value, before) : first_of(before, value));
  }
  rows.fields.insert_or_assign(place, Value{sql::call("coalesce", {one, other}), Kind::Integer});
  rows.order = {{place, false}};
  to.set_rows(&rows);
  return {};
}

}  // namespace

Command describe_appendcols() {
  return {.names = {"appendcols"},
          .synopsis = "appendcols [override=BOOL] [SEARCH]",
          .summary = "Lays the rows of another search beside these, the first by the first",
          .details = "Rows are matched by their place alone: `join` matches them by a field.",
          .examples = {"eventName=ConsoleLogin | stats count AS logins | appendcols [search "
                       "eventSource=iam.amazonaws.com | stats count AS changes]"},
          .lower = run};
}

}  // namespace trailhound::spl
