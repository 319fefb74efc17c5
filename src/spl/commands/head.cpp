// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t limit = 10;
  bool keep_last = false, null_goes_on = false;
  std::optional<Eval> condition;
  while (!in.at_end()) {
    if (in.peek() >= '0' && in.peek() <= '9') {
      const Argument number = in.word();
      TRY(limit, count_of(number));
      continue;
    }
    TRY(const auto option, in.option("limit"));
    if (option) {
      TRY(limit, count_of(*option));
      continue;
    }
    TRY(const auto last, in.option("keeplast"));
    if (last) {
      TRY(keep_last, truth_of(*last));
      continue;
    }
    TRY(const auto null, in.option("null"));
    if (null) {
      TRY(null_goes_on, truth_of(*null));
      continue;
    }
    TRY(condition, parse_eval(in));
    limit = 0;
  }
  if (condition) {
    // Rows up to the first for which it does not hold.
    TRY(Layer * rows, to.push());
    Scope scope = to.scope(*rows);
    TRY(sql::Expr holds, lower_condition(*condition, scope));
    holds = sql::call("coalesce", {std::move(holds), sql::boolean(null_goes_on)});
    sql::Call fails;
    fails.name = {sql::name("sum")};
    fails.arguments = {when(std::move(holds), sql::integer(0), sql::integer(1))};
    sql::Window over;
    over.order_by = to.table().order(*rows->below);
    sql::Frame frame;
    frame.unit = sql::FrameUnit::Rows;
    frame.start = {sql::BoundKind::UnboundedPreceding, {}};
    frame.end = sql::FrameBound{
        keep_last ? sql::BoundKind::Preceding : sql::BoundKind::CurrentRow,
        keep_last ? sql::Maybe<sql::Expr>{sql::integer(1)} : sql::Maybe<sql::Expr>{}};
    over.frame = std::move(frame);
    fails.over = std::move(over);
    const std::string hidden = std::string(1, kHidden) + "fails " + to.table().fresh();
    rows->set(hidden, {sql::call("coalesce", {sql::Expr{std::move(fails), {}}, sql::integer(0)}),
                       Kind::Integer});
    TRY(Layer * kept, to.push());
    kept->where.push_back(
        sql::compare(sql::Comparing::Equal, to.read(*kept, hidden).expr, sql::integer(0)));
  }
  if (limit > 0 || !condition) {
    TRY(Layer * rows, to.push());
    rows->order_by = to.table().order(*rows->below);
    rows->limit = limit;
  }
  return {};
}

}  // namespace

Command describe_head() {
  return {.names = {"head"},
          .synopsis = "head [N | limit=N] [(CONDITION) [keeplast=BOOL] [null=BOOL]]",
          .summary = "The first rows: ten, so many, or as long as a condition holds",
          .examples = {"| makeresults count=5 | streamstats count AS n | head 2 | table n"},
          .lower = run};
}

}  // namespace trailhound::spl
