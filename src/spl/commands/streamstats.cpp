// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  bool current = true;
  std::int64_t window = 0;
  while (const auto option = in.peek_option()) {
    if (const auto value = in.option("current"); value.ok() && *value) {
      TRY(current, truth_of(**value));
      continue;
    }
    if (const auto value = in.option("window"); value.ok() && *value) {
      TRY(window, count_of(**value));
      continue;
    }
    if (const auto value = in.option("global"); value.ok() && *value) {
      TRY(const bool global, truth_of(**value));
      if (global && window > 0) {
        to.notice(Error{
            "search-mended",
            "`global=t` with a window is taken as `global=f`: each group has a window of its own"}
                      .at((*value)->span));
      }
      continue;
    }
    if (const auto value = in.option("allnum"); value.ok() && *value) continue;
    return Error{"not-in-spl", "`" + option->text + "` of streamstats is not offered"}.at(
        option->span);
  }
  TRY(std::vector<Aggregate> asked, read_aggregates(in));
  std::vector<std::string> by;
  if (in.keyword("by")) {
    TRY(const std::vector<Argument> fields, in.fields());
    by = texts(fields);
  }
  to.begin_with_events();
  TRY(asked, expanded(std::move(asked), by, *to.rows(), to));
  TRY(Layer * rows, to.push());
  Grouping grouping = grouping_of(asked, *rows, to);
  sql::Window over;
  std::vector<sql::Expr> there;
  for (const std::string& field : by) {
    const Value key = to.read(*rows, field);
    over.partition_by.push_back(key.expr);
    there.push_back(is_not_null(key.expr));
  }
  over.order_by = to.table().order(*rows->below);
  sql::Frame frame;
  frame.unit = sql::FrameUnit::Rows;
  const std::int64_t before = window > 0 ? (current ? window - 1 : window) : 0;
  frame.start = window > 0 ? sql::FrameBound{sql::BoundKind::Preceding,
                                             sql::Maybe<sql::Expr>{sql::integer(before)}}
                           : sql::FrameBound{sql::BoundKind::UnboundedPreceding, {}};
  frame.end =
      current ? sql::FrameBound{sql::BoundKind::CurrentRow, {}}
              : sql::FrameBound{sql::BoundKind::Preceding, sql::Maybe<sql::Expr>{sql::integer(1)}};
  over.frame = std::move(frame);
  grouping.over = std::move(over);
  for (const Aggregate& one : asked) {
    TRY(std::optional<Value> argument, argument_of(one, *rows, to));
    TRY(Value value, lower_aggregate(one, std::move(argument), grouping));
    if (!there.empty()) value.expr = when(sql::all_of(there), std::move(value.expr));
    rows->set(one.name, std::move(value));
  }
  return {};
}

}  // namespace

Command describe_streamstats() {
  return {.names = {"streamstats"},
          .synopsis =
              "streamstats [current=BOOL] [window=N] FUNCTION(FIELD) [AS NAME] ... [BY FIELD, ...]",
          .summary = "Computes over the rows up to each row, in their order",
          .details =
              "Events stand newest first: `sort 0 _time` before it counts forward in time.\n"
              "reset_before, reset_after, reset_on_change and time_window are refused.",
          .examples = {"| makeresults count=3 | streamstats count AS n, sum(n) AS s | table n"},
          .lower = run};
}

}  // namespace trailhound::spl
