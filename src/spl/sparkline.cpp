// SPDX-License-Identifier: Apache-2.0
//
// Sparklines: what a function makes of the values in each span of time, drawn as a line of blocks.
// Splunk keeps the numbers and its screen draws them; here the line itself is the value.
#include <algorithm>
#include <cmath>

#include "spl/aggregate.hpp"
#include "spl/bucket.hpp"

namespace trailhound::spl {
namespace {

constexpr double kMostSpans = 40;

constexpr std::string_view kDrawn[] = {"count", "dc",    "avg",    "sum", "sumsq", "min",
                                       "max",   "stdev", "stdevp", "var", "varp",  "range"};

}  // namespace

Result<void> read_line(Reader& in, Aggregate& aggregate) {
  aggregate.function = "sparkline";
  Line line;
  line.function = "count";
  if (in.here() == '(') {
    in.take('(');
    TRY(Aggregate inner, read_aggregate(in));
    if (std::find(std::begin(kDrawn), std::end(kDrawn), inner.function) == std::end(kDrawn)) {
      return in.problem("`sparkline` draws no `" + inner.name + "`", inner.span)
          .note(
              "it draws count, dc, avg, sum, sumsq, min, max, range, stdev, stdevp, var and varp");
    }
    line.function = inner.function;
    aggregate.field = std::move(inner.field);
    aggregate.eval = std::move(inner.eval);
    if (in.take(',')) {
      TRY(line.span, in.argument("a span such as `1h`"));
    }
    if (!in.take(')')) return in.expected("`)`");
  }
  aggregate.line = std::move(line);
  return {};
}

Result<void> find_lines(Lowering& to, std::vector<Aggregate>& aggregates) {
  std::optional<std::pair<double, double>> range;
  for (Aggregate& one : aggregates) {
    if (!one.line) continue;
    if (!range) {
      TRY(range, range_of(to, "_time"));
      if (!range) range = {0, -1};  // No events: no spans
      if (to.earliest) range->first = static_cast<double>(to.earliest->micros) / 1e6;
      if (to.latest) range->second = static_cast<double>(to.latest->micros) / 1e6 - 1e-6;
    }
    Line& line = *one.line;
    const auto [low, high] = *range;
    SpanOptions options;
    options.span = line.span;
    TRY(const Bucket bucket, bucket_for(to, options, true, low, high, kMostSpans));
    if (line.span && bucket.months > 0) {
      return Error{"bad-search", "the spans of `sparkline` are seconds, minutes, hours or days"}.at(
          line.span->span);
    }
    line.size =
        bucket.months > 0 ? 86400 * std::ceil((high - low) / 86400 / kMostSpans) : bucket.size;
    line.from = std::floor(low / line.size) * line.size;
    line.width =
        high < low ? 0 : static_cast<std::int64_t>(std::floor((high - line.from) / line.size)) + 1;
    if (line.width > 1000) {
      return Error{"search-too-large", "the sparkline would be longer than 1,000 spans"}.at(
          line.span ? line.span->span : one.span);
    }
  }
  return {};
}

Value point_of(const Aggregate& aggregate, std::optional<Value> value, Layer& layer, Lowering& to) {
  const Value time = to.read(layer, "_time");
  if (time.null) return null_value();
  const Line& line = *aggregate.line;
  const sql::Expr place =
      spl("text",
          {sql::call("floor",
                     {binary(sql::Arithmetic::Divide,
                             binary(sql::Arithmetic::Subtract, number_of(time), real(line.from)),
                             real(line.size))})});
  const auto point = [&](sql::Expr text) {
    return sql::call("concat", {place, sql::text(" "), std::move(text)});
  };
  if (!value) return {point(sql::text("1")), Kind::Text};
  if (value->kind == Kind::Truth) {
    return {when(std::move(value->expr), point(sql::text("1"))), Kind::Text};
  }
  if (value->kind == Kind::List) {
    return {sql::call("transform", {value->expr, lambda("x", point(sql::column("x")))}),
            Kind::List};
  }
  return {point(text_of(std::move(*value))), Kind::Text};
}

}  // namespace trailhound::spl
