// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.hpp"
#include "spl/aggregate.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  bool left = false, overwrite = true;
  std::int64_t most = 1;
  std::vector<std::string> keys;
  while (in.peek() != '[') {
    if (in.at_end()) return in.expected("a search in brackets");
    if (in.take(',')) continue;
    if (const auto option = in.peek_option()) {
      TRY(const auto type, in.option("type"));
      if (type) {
        const std::string word = to_lower(type->text);
        if (word != "inner" && word != "left" && word != "outer") {
          return in.problem("`type` is inner, left or outer", type->span);
        }
        left = word != "inner";
        continue;
      }
      TRY(const auto max, in.option("max"));
      if (max) {
        TRY(most, count_of(*max));
        continue;
      }
      TRY(const auto over, in.option("overwrite"));
      if (over) {
        TRY(overwrite, truth_of(*over));
        continue;
      }
      return Error{"not-in-spl", "`" + option->text + "` of join is not offered"}.at(option->span);
    }
    TRY(const Argument key, in.field());
    keys.push_back(key.text);
  }
  const std::uint32_t begin = in.at();
  in.take('[');
  to.begin_with_events();
  TRY(Layer * second, to.nested(in));
  if (!in.take(']')) return in.expected("`]`");
  if (second->columns.events) {
    return Error{"bad-search",
                 "the joined search gives whole events; name the fields that are wanted"}
        .at(in.span_from(begin))
        .note("end it by `| table FIELD, ...` or `| stats ... BY FIELD`");
  }
  Layer* first = to.rows();
  if (keys.empty()) {
    for (const std::string& name : second->columns.names) {
      const bool there = first->columns.events
                             ? to.table().has(*first, name)
                             : std::find(first->columns.names.begin(), first->columns.names.end(),
                                         name) != first->columns.names.end();
      if (there && name.front() != '_') keys.push_back(name);
    }
    if (keys.empty())
      return in.problem("the two searches have no field in common", in.span_from(begin));
  }
  // Of the second search, the first rows of each key.
  Layer& numbered = to.table().push(second);
  sql::Window window;
  for (const std::string& key : keys)
    window.partition_by.push_back(text_of(to.read(numbered, key)));
  window.order_by = to.table().order(*second);
  sql::Call row;
  row.name = {sql::name("row_number")};
  row.over = std::move(window);
  const std::string place = std::string(1, kHidden) + "joined";
  numbered.set(place, {sql::Expr{std::move(row), {}}, Kind::Integer});
  Layer& right = to.table().push(&numbered);
  if (most > 0) {
    right.where.push_back(sql::compare(sql::Comparing::LessOrEqual,
                                       to.table().read(numbered, place).expr, sql::integer(most)));
  }
  Layer& rows = to.table().push(first);
  std::vector<sql::Expr> same;
  for (const std::string& key : keys) {
    same.push_back(sql::compare(sql::Comparing::Equal, text_of(to.read(rows, key)),
                                text_of(to.table().read(right, key))));
  }
  Table::join(rows, left ? sql::JoinKind::Left : sql::JoinKind::Inner, right,
              sql::all_of(std::move(same)));
  rows.order.push_back({place, false});
  rows.fields.insert_or_assign(place, to.table().read(right, place));
  for (const std::string& name : second->columns.names) {
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    const Value value = to.table().read(right, name);
    const Value before = to.read_before(rows, name);
    rows.set(name, overwrite ? first_of(value, before) : first_of(before, value));
  }
  to.set_rows(&rows);
  return {};
}

}  // namespace

Command describe_join() {
  return {.names = {"join"},
          .synopsis = "join [type=inner|left] [max=N] [FIELD, ...] [SEARCH]",
          .summary = "Adds the fields of another search to the rows that have the same values",
          .details =
              "Of each combination of values the first row of the other search counts, or the\n"
              "first `max`; 0 is all. Splunk reads 50,000 rows of it, here all are.",
          .examples = {"| makeresults | eval a=1 | join a [| makeresults | eval a=1, b=2 | table "
                       "a, b] | table a, b"},
          .lower = run};
}

}  // namespace trailhound::spl
