// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t keep = 1;
  bool keep_empty = false, keep_events = false, consecutive = false;
  if (in.peek() >= '0' && in.peek() <= '9') {
    const Argument number = in.word();
    TRY(keep, count_of(number));
  }
  std::vector<std::string> fields;
  std::vector<OrderKey> sorted;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    if (in.keyword("sortby")) {
      while (!in.at_end()) {
        if (in.take(',')) continue;
        bool descending = false;
        if (in.peek() == '-' || in.peek() == '+') {
          descending = in.peek() == '-';
          in.take(in.peek());
        }
        TRY(const Argument field, in.field());
        sorted.push_back({field.text, descending});
      }
      break;
    }
    if (in.peek_option()) {
      TRY(const auto empty, in.option("keepempty"));
      TRY(const auto events, in.option("keepevents"));
      TRY(const auto run_of, in.option("consecutive"));
      if (empty) {
        TRY(keep_empty, truth_of(*empty));
      } else if (events) {
        TRY(keep_events, truth_of(*events));
      } else if (run_of) {
        TRY(consecutive, truth_of(*run_of));
      } else {
        return in.problem("`dedup` has no such option", in.peek_option()->span);
      }
      continue;
    }
    TRY(const Argument field, in.field());
    fields.push_back(field.text);
  }
  if (fields.empty()) return in.expected("the fields whose values are to be different");
  if (keep <= 0) return in.problem("`dedup` keeps at least one", {in.at(), in.at()});

  TRY(Layer * rows, to.push());
  sql::Window window;
  // Rows that go anyway are left out before any are placed, unless they stand between others.
  const bool only_whole = !keep_empty && !keep_events && !consecutive;
  for (const std::string& field : fields) {
    const Value value = to.read(*rows, field);
    window.partition_by.push_back(value.expr);
    if (only_whole) rows->where.push_back(is_not_null(value.expr));
  }
  window.order_by = to.table().order(*rows->below);
  const std::string place = std::string(1, kHidden) + "place " + to.table().fresh();
  if (consecutive) {
    // A row goes where every field equals that of the row before it.
    std::vector<sql::Expr> same;
    for (const std::string& field : fields) {
      sql::Call before;
      before.name = {sql::name("lag")};
      before.arguments = {to.read(*rows, field).expr};
      before.over = sql::Window{{}, {}, to.table().order(*rows->below), {}, {}};
      same.push_back(sql::compare(sql::Comparing::Equal, to.read(*rows, field).expr,
                                  sql::Expr{std::move(before), {}}));
    }
    rows->set(place, {when(surely(sql::all_of(std::move(same))), cast(sql::integer(2), "bigint"),
                           cast(sql::integer(1), "bigint")),
                      Kind::Integer});
  } else {
    sql::Call number;
    number.name = {sql::name("row_number")};
    number.over = std::move(window);
    rows->set(place, {sql::Expr{std::move(number), {}}, Kind::Integer});
  }
  TRY(Layer * kept, to.push());
  sql::Expr first =
      sql::compare(sql::Comparing::LessOrEqual, to.read(*kept, place).expr, sql::integer(keep));
  std::vector<sql::Expr> whole;
  for (const std::string& field : fields) whole.push_back(is_not_null(to.read(*kept, field).expr));
  if (keep_events) {
    for (const std::string& field : fields) {
      Value value = to.read(*kept, field);
      if (value.null || value.literal) continue;
      value.expr = when(first, value.expr);
      kept->fields.insert_or_assign(field, value);
    }
  } else if (keep_empty) {
    kept->where.push_back(sql::any_of({std::move(first), sql::negation(sql::all_of(whole))}));
  } else {
    kept->where.push_back(std::move(first));
    if (consecutive) kept->where.insert(kept->where.end(), whole.begin(), whole.end());
  }
  if (!sorted.empty()) {
    TRY(Layer * ordered, to.push());
    std::vector<OrderKey> keys;
    for (const OrderKey& key : sorted) {
      const Value value = to.read(*ordered, key.field);
      const std::string hidden = std::string(1, kHidden) + "sort " + to.table().fresh();
      ordered->set(hidden, {value.kind == Kind::Text ? spl("sort_key", {value.expr}) : value.expr,
                            Kind::Text});
      keys.push_back({hidden, key.descending});
    }
    keys.insert(keys.end(), ordered->order.begin(), ordered->order.end());
    ordered->order = keys;
  }
  return {};
}

}  // namespace

Command describe_dedup() {
  return {.names = {"dedup"},
          .synopsis =
              "dedup [N] FIELD, ... [keepempty=BOOL] [keepevents=BOOL] [consecutive=BOOL] [sortby "
              "[-]FIELD]",
          .summary = "Keeps the first rows of each combination of values",
          .details =
              "First is newest, unless the rows were sorted. Rows that lack a field are left\n"
              "out unless keepempty=t.",
          .examples =
              {"eventSource=iam.amazonaws.com | sort 0 _time | dedup eventName | table eventName"},
          .lower = run};
}

}  // namespace trailhound::spl
