// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  const Argument word = in.word();
  const std::string how = to_lower(word.text);
  if (how != "union" && how != "diff" && how != "intersect") {
    return in.problem("`set` is told union, diff or intersect", word.span);
  }
  const std::string part = std::string(1, kHidden) + "part";
  std::vector<Layer*> parts;
  std::vector<std::string> names;
  for (int i = 0; i < 2; ++i) {
    const std::uint32_t begin = in.at();
    if (!in.take('[')) return in.expected("a search in brackets");
    TRY(Layer * rows, to.nested(in));
    if (!in.take(']')) return in.expected("`]`");
    if (rows->columns.events) {
      return Error{"bad-search", "whole events are not compared; name the fields"}
          .at(in.span_from(begin))
          .note("end the search by `| table FIELD, ...` or `| stats ... BY FIELD`");
    }
    Layer& marked = to.table().push(rows);
    marked.fields.insert_or_assign(part, Value{cast(sql::integer(i), "bigint"), Kind::Integer});
    for (const std::string& name : rows->columns.names) {
      if (!name.empty() && name.front() != '_') names.push_back(name);
    }
    parts.push_back(&marked);
  }
  Layer& both = to.table().push(nullptr);
  both.columns = {};
  both.parts = std::move(parts);
  for (const std::string& name : names) both.show(name);
  // Rows are the same if all their fields are.
  Layer& groups = to.table().push(&both);
  groups.open = false;
  groups.order.clear();
  for (const std::string& name : both.columns.names) {
    const Value value = to.read(groups, name);
    groups.fields.insert_or_assign(name, value);
    if (!value.null && !value.literal) groups.group_by.push_back(value.expr);
    groups.order.push_back({name, false});
  }
  if (groups.group_by.empty()) {
    groups.group_by.push_back(binary(sql::Arithmetic::Add, sql::integer(0), sql::integer(0)));
  }
  const Value number = to.read(groups, part);
  const sql::Expr in_both = sql::compare(sql::Comparing::NotEqual, sql::call("min", {number.expr}),
                                         sql::call("max", {number.expr}));
  groups.fields.insert_or_assign(
      part, Value{when(in_both, cast(sql::integer(1), "bigint"), cast(sql::integer(0), "bigint")),
                  Kind::Integer});
  to.set_rows(&groups);
  if (how == "union") return {};
  TRY(Layer * kept, to.push());
  kept->where.push_back(sql::compare(sql::Comparing::Equal, to.read(*kept, part).expr,
                                     sql::integer(how == "intersect" ? 1 : 0)));
  return {};
}

}  // namespace

Command describe_set() {
  return {
      .names = {"set"},
      .synopsis = "set union | diff | intersect [SEARCH] [SEARCH]",
      .summary = "The rows that two searches have together, apart, or in common",
      .details = "Rows are the same if all their fields are; fields such as _time do not count.",
      .examples = {"| set diff [search eventName=ConsoleLogin | stats count BY src_ip | fields "
                   "src_ip] [search eventSource=s3* | stats count BY src_ip | fields src_ip]"},
      .begins = true,
      .lower = run};
}

}  // namespace trailhound::spl
