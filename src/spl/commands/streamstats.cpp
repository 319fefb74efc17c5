// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/bucket.hpp"
#include "spl/command.hpp"
#include "spl/windows.hpp"

namespace trailhound::spl {
namespace {

struct Asked {
  bool current = true, global = true, on_change = false;
  std::int64_t window = 0;
  double seconds = 0;  ///< time_window
  std::optional<Eval> before, after;
  std::vector<Aggregate> functions;
  std::vector<std::string> by;
};

/// An expression in quotes, brackets around it or not: `reset_after="(x > 5)"`.
Result<Eval> read_condition(const Argument& argument) {
  Reader inner(argument.text);
  Result<Eval> made = parse_eval(inner);
  if (!made.ok() || inner.peek() != '\0') {
    return Error{"bad-search", "the condition cannot be read" +
                                   (made.ok() ? std::string() : ": " + made.error().message)}
        .at(argument.span)
        .note("it is an expression in quotes: `reset_after=\"eventName=\\\"ConsoleLogin\\\"\"`");
  }
  return made;
}

Result<bool> read_option(Reader& in, Asked& asked) {
  for (const std::string_view one : {"current", "window", "global", "allnum", "reset_on_change",
                                     "reset_before", "reset_after", "time_window"}) {
    TRY(const auto value, in.option(one));
    if (!value) continue;
    if (one == "current") {
      TRY(asked.current, truth_of(*value));
    } else if (one == "window") {
      TRY(asked.window, count_of(*value));
    } else if (one == "global") {
      TRY(asked.global, truth_of(*value));
    } else if (one == "reset_on_change") {
      TRY(asked.on_change, truth_of(*value));
    } else if (one == "reset_before") {
      TRY(asked.before, read_condition(*value));
    } else if (one == "reset_after") {
      TRY(asked.after, read_condition(*value));
    } else if (one == "time_window") {
      TRY(const Bucket length, read_bucket(*value));
      if (length.months > 0 || length.base > 0) {
        return in.problem("`time_window` is in seconds, minutes, hours or days", value->span);
      }
      asked.seconds = length.size;
    }
    return true;
  }
  return false;
}

sql::Frame frame(sql::FrameUnit unit, sql::FrameBound start, sql::FrameBound end) {
  sql::Frame made;
  made.unit = unit;
  made.start = std::move(start);
  made.end = std::move(end);
  return made;
}
sql::FrameBound everything() { return {sql::BoundKind::UnboundedPreceding, {}}; }
sql::FrameBound back(sql::Expr distance) {
  return {sql::BoundKind::Preceding, sql::Maybe<sql::Expr>{std::move(distance)}};
}
sql::FrameBound here() { return {sql::BoundKind::CurrentRow, {}}; }

/// Numbers the stretches between two resets: gives the hidden field that holds the number.
Result<std::string> count_resets(Lowering& to, const Asked& asked) {
  const auto hidden = [&](std::string_view name) {
    return std::string(1, kHidden) + std::string(name) + " " + to.table().fresh();
  };
  const std::string before = hidden("before"), after = hidden("after"), key = hidden("key"),
                    last = hidden("last"), segment = hidden("segment");
  const auto flag = [](sql::Expr condition) {
    return Value{when(surely(std::move(condition)), cast(sql::integer(1), "bigint"),
                      cast(sql::integer(0), "bigint")),
                 Kind::Integer};
  };
  TRY(Layer * flags, to.push());
  Scope scope = to.scope(*flags);
  for (const auto& [eval, name] :
       {std::pair(&asked.before, before), std::pair(&asked.after, after)}) {
    if (!*eval) continue;
    TRY(sql::Expr condition, lower_condition(**eval, scope));
    flags->set(name, flag(std::move(condition)));
  }
  if (asked.on_change) {
    // Rows that lack a field of BY change nothing.
    std::optional<sql::Expr> whole;
    for (const std::string& field : asked.by) {
      sql::Expr one = spl("json_quote", {text_of(to.read(*flags, field))});
      whole = whole ? binary(sql::Arithmetic::Concat, *whole, std::move(one)) : std::move(one);
    }
    flags->set(key, {whole ? *whole : cast(sql::null(), "varchar"), Kind::Text});
    TRY(Layer * others, to.push());
    others->set(last,
                {over("last_value", {to.read(*others, key).expr},
                      in_order(to, *others,
                               frame(sql::FrameUnit::Rows, everything(), back(sql::integer(1)))),
                      true),
                 Kind::Text});
  }
  TRY(Layer * sums, to.push());
  sql::Expr now = cast(sql::integer(0), "bigint");
  if (asked.before) {
    now = binary(sql::Arithmetic::Add, std::move(now), to.read(*sums, before).expr);
  }
  if (asked.on_change) {
    now = binary(sql::Arithmetic::Add, std::move(now),
                 flag(sql::compare(sql::Comparing::NotEqual, to.read(*sums, key).expr,
                                   to.read(*sums, last).expr))
                     .expr);
  }
  sql::Expr number = over("sum", {std::move(now)},
                          in_order(to, *sums, frame(sql::FrameUnit::Rows, everything(), here())));
  if (asked.after) {
    sql::Expr earlier =
        over("sum", {to.read(*sums, after).expr},
             in_order(to, *sums, frame(sql::FrameUnit::Rows, everything(), back(sql::integer(1)))));
    number = binary(sql::Arithmetic::Add, std::move(number),
                    sql::call("coalesce", {std::move(earlier), cast(sql::integer(0), "bigint")}));
  }
  sums->set(segment, {std::move(number), Kind::Integer});
  return segment;
}

Result<void> run(Reader& in, Lowering& to) {
  Asked asked;
  const auto options = [&]() -> Result<void> {
    while (const auto option = in.peek_option()) {
      TRY(const bool known, read_option(in, asked));
      if (known) continue;
      return in.problem("`streamstats` has no option `" + option->text + "`", option->span);
    }
    return {};
  };
  TRY(options());
  TRY(asked.functions, read_aggregates(in));
  TRY(options());
  if (in.keyword("by")) {
    TRY(const std::vector<Argument> fields, in.fields());
    asked.by = texts(fields);
    TRY(options());
  }
  if (asked.seconds > 0 && asked.window > 0) {
    return in.problem("of `window` and `time_window` one is told", {in.at(), in.at()});
  }
  to.begin_with_events();
  TRY(asked.functions, expanded(std::move(asked.functions), asked.by, *to.rows(), to));
  for (const auto* eval : {&asked.before, &asked.after}) {
    for (const Aggregate& one : asked.functions) {
      if (*eval && speaks_of(**eval, one.name)) {
        return Error{"not-in-spl", "a reset that hangs on what is being computed (`" + one.name +
                                       "`) is not offered"}
            .at((*eval)->span)
            .note("count without it first, then reset by a second streamstats");
      }
    }
  }
  std::string segment;
  if (asked.before || asked.after || asked.on_change) {
    TRY(segment, count_resets(to, asked));
  }
  const auto divide = [&](Layer& rows, sql::Window& window) {
    for (const std::string& field : asked.by) {
      window.partition_by.push_back(to.read(rows, field).expr);
    }
    if (!segment.empty()) window.partition_by.push_back(to.read(rows, segment).expr);
  };
  const std::string place = std::string(1, kHidden) + "place " + to.table().fresh();
  const std::string reach = std::string(1, kHidden) + "reach " + to.table().fresh();
  // The last N rows of all, of which a group sees its own.
  const bool of_all = asked.window > 0 && asked.global && !asked.by.empty();
  if (of_all) {
    TRY(Layer * numbered, to.push());
    numbered->set(place, {over("row_number", {}, in_order(to, *numbered)), Kind::Integer});
  }
  if (asked.seconds > 0) {
    TRY(Layer * numbered, to.push());
    sql::Window ranked = in_order(to, *numbered);
    divide(*numbered, ranked);
    numbered->set(place, {over("row_number", {}, std::move(ranked)), Kind::Integer});
    // Rows stand in the order of time, forwards or backwards: of all that are near enough the one
    // with the smallest place is where the window begins.
    TRY(Layer * near, to.push());
    const Value time = to.read(*near, "_time");
    if (time.null)
      return in.problem("`time_window` needs the time of the rows", {in.at(), in.at()});
    sql::Window around;
    divide(*near, around);
    around.order_by = {{number_of(time), sql::Direction::Ascending, sql::NullOrder::Last}};
    around.frame = frame(sql::FrameUnit::Range, back(real(asked.seconds)),
                         {sql::BoundKind::Following, sql::Maybe<sql::Expr>{real(asked.seconds)}});
    const sql::Expr at = to.read(*near, place).expr;
    near->set(reach, {binary(sql::Arithmetic::Subtract, at, over("min", {at}, std::move(around))),
                      Kind::Integer});
  }
  TRY(Layer * rows, to.push());
  Grouping grouping = grouping_of(asked.functions, *rows, to);
  std::vector<sql::Expr> there;
  for (const std::string& field : asked.by) {
    there.push_back(is_not_null(to.read(*rows, field).expr));
  }
  sql::Window window = in_order(to, *rows);
  divide(*rows, window);
  sql::FrameBound begin = everything();
  if (asked.window > 0) {
    begin = back(sql::integer(asked.current ? asked.window - 1 : asked.window));
  }
  if (asked.seconds > 0) begin = back(to.read(*rows, reach).expr);
  if (of_all) {
    window.order_by = {
        {to.read(*rows, place).expr, sql::Direction::Ascending, sql::NullOrder::Last}};
  }
  window.frame = frame(of_all ? sql::FrameUnit::Range : sql::FrameUnit::Rows, std::move(begin),
                       asked.current ? here() : back(sql::integer(1)));
  grouping.over = std::move(window);
  for (const Aggregate& one : asked.functions) {
    TRY(std::optional<Value> argument, argument_of(one, *rows, to));
    TRY(Value value, lower_aggregate(one, std::move(argument), grouping));
    if (!there.empty()) value.expr = when(sql::all_of(there), std::move(value.expr));
    rows->set(one.name, std::move(value));
  }
  return {};
}

}  // namespace

Command describe_streamstats() {
  return {
      .names = {"streamstats"},
      .synopsis =
          "streamstats [current=BOOL] [window=N] [global=BOOL] [time_window=LENGTH] "
          "[reset_on_change=BOOL] [reset_before=\"CONDITION\"] [reset_after=\"CONDITION\"] "
          "FUNCTION(FIELD) [AS NAME] ... [BY FIELD, ...]",
      .summary = "Computes over the rows up to each row, in their order",
      .details =
          "Events stand newest first: `sort 0 _time` before it counts forward in time. A window\n"
          "is of the last N rows of all groups together, of which each group sees its own;\n"
          "`global=f`: of the group's own last N. A reset forgets the rows of every group.",
      .examples = {"| makeresults count=3 | streamstats count AS n, sum(n) AS s | table n",
                   "| makeresults count=4 | streamstats count AS n | streamstats sum(n) AS s "
                   "reset_after=\"n=2\" | table n, s"},
      .lower = run};
}

}  // namespace trailhound::spl
