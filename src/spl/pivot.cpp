// SPDX-License-Identifier: Apache-2.0
#include "spl/pivot.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

constexpr std::size_t kMostColumns = 500;
constexpr std::size_t kMostRows = 100'000;
constexpr std::size_t kFewValues = 2'000;  // of more, cells would be nearly as many as rows

/// Seconds of a row of time, if all rows have as many.
std::optional<double> span_of(const Pivot& pivot) {
  if (pivot.row != "_time" || !pivot.row_bucket || pivot.row_bucket->months > 0)
    return std::nullopt;
  return pivot.row_bucket->size;
}

/// Those that the answer names first, in the order of letters and numbers.
Result<Series> series_of(const Answer& answer, const Pivot& pivot) {
  Series series;
  series.met = answer.size();
  for (const auto& one : answer) {
    if (!one[0]) {
      series.nulls = true;
    } else if (pivot.limit > 0 && series.values.size() >= static_cast<std::size_t>(pivot.limit)) {
      series.others = true;
    } else {
      series.values.push_back(*one[0]);
    }
  }
  if (series.values.size() > kMostColumns) {
    return Error{"search-too-large",
                 "`" + pivot.split + "` has more than 500 values, too many for columns"}
        .note("`limit=20` takes the largest");
  }
  std::sort(series.values.begin(), series.values.end(),
            [](const std::string& a, const std::string& b) { return sql::spl_compare(a, b) < 0; });
  return series;
}

Result<Series> find_series(Lowering& to, const Pivot& pivot) {
  Layer* below = to.rows();
  // The first function, cell by cell, then summed: that is what Splunk ranks by.
  Layer& cells = to.table().push(below);
  cells.open = false;
  cells.order.clear();
  const Value row = to.read(cells, pivot.row);
  const Value split = to.read(cells, pivot.split);
  cells.where.push_back(is_not_null(row.expr));
  if (!row.literal && !row.null) cells.group_by.push_back(row.expr);
  const sql::Expr name = text_of(split);
  cells.group_by.push_back(name);
  cells.fields["split"] = {name, Kind::Text};
  TRY(std::optional<Value> argument, argument_of(pivot.asked[0], cells, to));
  Grouping grouping = grouping_of(pivot.asked, cells, to);
  grouping.span = span_of(pivot);
  TRY(Value cell, lower_aggregate(pivot.asked[0], std::move(argument), grouping));
  cells.fields["cell"] = std::move(cell);
  Layer& sums = to.table().push(&cells);
  sums.open = false;
  const Value value = to.read(sums, "split");
  sql::Call sum;
  sum.name = {sql::name("sum")};
  sum.arguments = {number_of(to.read(sums, "cell"))};
  sums.group_by.push_back(value.expr);
  sums.fields["split"] = value;
  sums.fields["score"] = {sql::call("coalesce", {sql::Expr{std::move(sum), {}}, real(0)}),
                          Kind::Number};
  sums.order = {{"score", !pivot.lowest}, {"split", false}};
  TRY(const Answer* answer,
      to.fact(to.table().query(sums, {to.table().read(sums, "split")}, true, 100'000),
              "the values of `" + pivot.split + "`"));
  return series_of(*answer, pivot);
}

/// The beginnings of all spans between two moments.
std::vector<double> spans(const Bucket& bucket, double from, double to) {
  std::vector<double> all;
  if (bucket.months > 0) {
    Time time{static_cast<std::int64_t>(from * 1e6)};
    for (double at = from; at <= to && all.size() < kMostRows;) {
      all.push_back(at);
      const auto next = sql::spl_move_time(time, "+" + std::to_string(bucket.months) + "mon");
      if (!next) break;
      time = *next;
      at = static_cast<double>(time.micros) / 1e6;
    }
    return all;
  }
  for (double at = from; at <= to && all.size() < kMostRows; at += bucket.size) all.push_back(at);
  return all;
}

double start_of(const Bucket& bucket, double at) {
  if (bucket.months > 0) {
    const Civil civil = to_civil({static_cast<std::int64_t>(at * 1e6)});
    const std::int64_t months = (civil.year - 1970) * 12LL + civil.month - 1;
    const std::int64_t first = months - (months % bucket.months + bucket.months) % bucket.months;
    return static_cast<double>(from_civil({.year = static_cast<int>(1970 + first / 12),
                                           .month = static_cast<int>(first % 12) + 1})
                                   .micros) /
           1e6;
  }
  return std::floor((at - bucket.offset) / bucket.size) * bucket.size + bucket.offset;
}

/// Whether nothing but rows is counted.
bool counts_rows(const std::vector<Aggregate>& asked) {
  return std::all_of(asked.begin(), asked.end(), [](const Aggregate& one) {
    return one.function == "count" && one.field.empty() && !one.eval && !one.line;
  });
}

const std::string kCells = std::string(1, kHidden) + "rows of a cell";

/// The rows below, counted by row and column. Summed up they give the same as if each column looked
/// at every row for its value, and sooner.
Layer& counted_cells(Lowering& to, Layer& below, const Pivot& pivot) {
  Layer& cells = to.table().push(&below);
  cells.open = false;
  cells.order.clear();
  cells.columns = {};
  const Value row = to.read(cells, pivot.row);
  const sql::Expr split = text_of(to.read(cells, pivot.split));
  cells.where.push_back(is_not_null(row.expr));
  if (!row.literal && !row.null) cells.group_by.push_back(row.expr);
  cells.group_by.push_back(split);
  cells.fields[pivot.row] = row;
  cells.fields[pivot.split] = {split, Kind::Text};
  cells.fields[kCells] = {sql::call("count", {}), Kind::Integer};
  return cells;
}

}  // namespace

Result<std::optional<std::pair<Series, Filled>>> rank_with_range(Lowering& to, const Pivot& pivot) {
  using Ranked = std::optional<std::pair<Series, Filled>>;
  const std::string& function = pivot.asked[0].function;
  // Of these the sum over all rows does not hang on where the rows are cut.
  if (function != "count" && function != "sum") return Ranked();
  Layer& sums = to.table().push(to.rows());
  sums.open = false;
  sums.order.clear();
  const Value row = to.read(sums, pivot.row);
  const Value split = to.read(sums, pivot.split);
  if (split.kind == Kind::List || row.null) return Ranked();
  const sql::Expr name = text_of(split), number = number_of(row);
  sums.where.push_back(is_not_null(number));
  sums.group_by.push_back(name);
  sums.fields["split"] = {name, Kind::Text};
  TRY(std::optional<Value> argument, argument_of(pivot.asked[0], sums, to));
  TRY(const Value score, lower_aggregate(pivot.asked[0], std::move(argument), {}));
  sums.fields["score"] = {sql::call("coalesce", {number_of(score), real(0)}), Kind::Number};
  sums.fields["low"] = {sql::call("min", {number}), Kind::Number};
  sums.fields["high"] = {sql::call("max", {number}), Kind::Number};
  sums.order = {{"score", !pivot.lowest}, {"split", false}};
  std::vector<Value> items = {to.table().read(sums, "split"), to.table().read(sums, "low"),
                              to.table().read(sums, "high")};
  for (Value& item : items) item = {text_of(item), Kind::Text};
  TRY(const Answer* answer, to.fact(to.table().query(sums, items, true, 100'000),
                                    "the values of `" + pivot.split + "` and their range"));
  TRY(Series series, series_of(*answer, pivot));
  Filled range;
  for (const auto& one : *answer) {
    const double low = sql::spl_number(one[1].value_or("")).value_or(0),
                 high = sql::spl_number(one[2].value_or("")).value_or(0);
    range.low = std::min(low, range.low.value_or(low));
    range.high = std::max(high, range.high.value_or(high));
  }
  return Ranked(std::pair(std::move(series), range));
}

Result<bool> read_pivot_option(Reader& in, Pivot& pivot) {
  if (!in.peek_option()) return false;
  TRY(const auto limit, in.option("limit"));
  if (limit) {
    Argument number = *limit;
    const std::string lower = to_lower(number.text);
    if (lower.starts_with("top")) number.text = number.text.substr(3);
    if (lower.starts_with("bottom")) {
      number.text = number.text.substr(6);
      pivot.lowest = true;
    }
    TRY(pivot.limit, count_of(number));
    return true;
  }
  TRY(const auto other, in.option("useother"));
  if (other) {
    TRY(pivot.use_other, truth_of(*other));
    return true;
  }
  TRY(const auto null, in.option("usenull"));
  if (null) {
    TRY(pivot.use_null, truth_of(*null));
    return true;
  }
  TRY(const auto other_name, in.option("otherstr"));
  if (other_name) {
    pivot.other = other_name->text;
    return true;
  }
  TRY(const auto null_name, in.option("nullstr"));
  if (null_name) {
    pivot.null = null_name->text;
    return true;
  }
  for (const std::string_view one : {"sep", "format", "agg", "partial", "fixedrange"}) {
    TRY(const auto value, in.option(one));
    if (!value) continue;
    if (one == "partial" || one == "fixedrange") return true;
    return Error{"not-in-spl", "`" + std::string(one) + "` is not offered"}.at(value->span);
  }
  return false;
}

Result<void> make_pivot(Lowering& to, Pivot pivot) {
  to.begin_with_events();
  if (pivot.row_bucket) {
    TRY(Layer * rows, to.push());
    const Value value = to.read(*rows, pivot.row);
    if (!value.null)
      rows->set(pivot.row, {pivot.row_bucket->start_of(number_of(value)), Kind::Number});
  }
  TRY(find_lines(to, pivot.asked));
  TRY(Layer * below, split_by(to, {pivot.row}));
  if (!pivot.split.empty()) {
    const Value split = to.table().read(*below, pivot.split);
    if (split.kind == Kind::List) {
      TRY(below, split_by(to, {pivot.split}, false, true));
    }
  }
  Series series;
  if (pivot.series) {
    series = std::move(*pivot.series);
  } else if (!pivot.split.empty()) {
    TRY(series, find_series(to, pivot));
  }
  const bool by_cells =
      !pivot.split.empty() && series.met <= kFewValues && counts_rows(pivot.asked);
  if (by_cells) below = &counted_cells(to, *below, pivot);
  Layer& rows = to.table().push(below);
  rows.open = false;
  rows.order.clear();
  rows.columns = {};
  const Value key = to.read(rows, pivot.row);
  rows.where.push_back(is_not_null(key.expr));
  if (!key.literal && !key.null) rows.group_by.push_back(key.expr);
  rows.set(pivot.row, key);
  const std::string hidden = std::string(1, kHidden) + "row";
  rows.set(hidden, key);
  rows.order = {{hidden, false}};
  Grouping grouping = grouping_of(pivot.asked, rows, to);
  grouping.span = span_of(pivot);
  std::vector<std::string> counts;
  const auto column = [&](const Aggregate& one, std::optional<sql::Expr> condition,
                          const std::string& name) -> Result<void> {
    if (by_cells) {
      const sql::Expr met = when(*condition, to.read(rows, kCells).expr);
      counts.push_back(name);
      rows.set(name,
               {sql::call("coalesce", {sql::call("sum", {met}), sql::integer(0)}), Kind::Integer});
      return {};
    }
    Grouping here = grouping;
    here.condition = std::move(condition);
    TRY(std::optional<Value> argument, argument_of(one, rows, to));
    TRY(Value value, lower_aggregate(one, std::move(argument), here));
    if (one.function == "count" || one.function == "dc") counts.push_back(name);
    rows.set(name, std::move(value));
    return {};
  };
  if (pivot.split.empty()) {
    for (const Aggregate& one : pivot.asked) {
      TRY(column(one, std::nullopt, one.name));
    }
  } else {
    const sql::Expr split = text_of(to.read(rows, pivot.split));
    for (const Aggregate& one : pivot.asked) {
      const std::string front = pivot.asked.size() > 1 ? one.name + ": " : "";
      for (const std::string& value : series.values) {
        // Names that begin with `_` are hidden, and there is none without a letter.
        const std::string name = value.empty() || value.front() == '_' ? "VALUE" + value : value;
        TRY(column(one, sql::compare(sql::Comparing::Equal, split, sql::text(value)),
                   front + name));
      }
      if (series.others && pivot.use_other) {
        std::vector<sql::Expr> listed;
        for (const std::string& value : series.values) listed.push_back(sql::text(value));
        TRY(column(one, sql::Expr{sql::InList{split, std::move(listed), true}, {}},
                   front + pivot.other));
      }
      if (series.nulls && pivot.use_null) {
        TRY(column(one, is_null(split), front + pivot.null));
      }
    }
  }
  to.set_rows(&rows);
  if (!pivot.filled || !pivot.row_bucket) return {};
  return fill_spans(to, rows, pivot.row, *pivot.row_bucket, *pivot.filled, counts);
}

namespace {

/// A layer with the beginning of every span in `start`.
Result<Layer*> listed_spans(Lowering& to, const Bucket& bucket, const Filled& filled) {
  const std::vector<double> all =
      spans(bucket, start_of(bucket, filled.low.value_or(0)), filled.high.value_or(-1));
  if (all.size() >= kMostRows) {
    return Error{"search-too-large",
                 "the spans are too short: there would be 100,000 rows and more"};
  }
  Layer& times = to.table().push(nullptr);
  times.open = false;
  std::vector<sql::Expr> starts;
  for (const double one : all) starts.push_back(real(one));
  times.fields["start"] = {to.table().spread(times, {list(std::move(starts))})[0], Kind::Number};
  return &times;
}

/// The same for spans of one size, from the first to the last of the rows: they are counted where
/// the rows are, so that nobody has to look for the ends first.
Layer* counted_spans(Lowering& to, Layer& rows, const std::string& field, const Bucket& bucket,
                     const Filled& filled) {
  Layer& ends = to.table().push(&rows);
  ends.open = false;
  ends.order.clear();
  const sql::Expr start = number_of(to.read(ends, field));
  const auto place = [&](std::string_view function, const std::optional<double>& bound) {
    sql::Expr end = sql::call(function, {start});
    if (bound) {
      // NULL where there are no rows: then there are no spans, either.
      end = sql::call(function == "min" ? "least" : "greatest",
                      {std::move(end), real(start_of(bucket, *bound))});
    }
    // The middle of a span, which no rounding takes out of it.
    return Value{cast(sql::call("floor", {binary(sql::Arithmetic::Add,
                                                 binary(sql::Arithmetic::Divide,
                                                        binary(sql::Arithmetic::Subtract,
                                                               std::move(end), real(bucket.offset)),
                                                        real(bucket.size)),
                                                 real(0.5))}),
                      "bigint"),
                 Kind::Integer};
  };
  ends.fields["first"] = place("min", filled.low);
  ends.fields["last"] = place("max", filled.high);
  Layer& times = to.table().push(&ends);
  times.open = false;
  const sql::Expr first = to.read(times, "first").expr, last = to.read(times, "last").expr;
  const sql::Expr number = to.table().spread(times, {spl("places", {first, last})})[0];
  sql::Expr made = binary(sql::Arithmetic::Multiply, cast(number, "double"), real(bucket.size));
  if (bucket.offset != 0) made = binary(sql::Arithmetic::Add, std::move(made), real(bucket.offset));
  times.fields["start"] = {std::move(made), Kind::Number};
  return &times;
}

}  // namespace

Result<void> fill_spans(Lowering& to, Layer& rows, const std::string& field, const Bucket& bucket,
                        const Filled& filled, const std::vector<std::string>& zeros) {
  Layer* found = nullptr;
  if (bucket.months > 0) {
    TRY(found, listed_spans(to, bucket, filled));
  } else {
    found = counted_spans(to, rows, field, bucket, filled);
  }
  Layer& times = *found;
  Layer& whole = to.table().push(&times);
  whole.open = false;
  whole.columns = rows.columns;
  const sql::Expr start = to.read(whole, "start").expr;
  Table::join(whole, sql::JoinKind::Left, rows,
              sql::compare(sql::Comparing::Equal, start, number_of(to.table().read(rows, field))));
  for (const std::string& name : rows.columns.names) {
    if (name == field) {
      whole.fields[name] = {start, Kind::Number};
      continue;
    }
    Value value = to.table().read(rows, name);
    if (std::find(zeros.begin(), zeros.end(), name) != zeros.end()) {
      value.expr = sql::call("coalesce", {value.expr, cast(sql::integer(0), "bigint")});
    }
    whole.fields.insert_or_assign(name, std::move(value));
  }
  const std::string hidden = std::string(1, kHidden) + "row";
  whole.order = {{hidden, false}};
  for (const OrderKey& key : std::vector<OrderKey>(rows.order)) {
    if (key.field == hidden) continue;
    whole.fields.insert_or_assign(key.field, to.table().read(rows, key.field));
    whole.order.push_back(key);
  }
  whole.fields[hidden] = {start, Kind::Number};
  to.set_rows(&whole);
  return {};
}

}  // namespace trailhound::spl
