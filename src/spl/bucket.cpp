// SPDX-License-Identifier: Apache-2.0
#include "spl/bucket.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "spl/events.hpp"
#include "spl/search.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {

sql::Expr Bucket::start_of(sql::Expr number) const {
  if (months > 0)
    return spl("month_span", {std::move(number), cast(sql::integer(months), "bigint")});
  if (offset != 0) {
    number = binary(sql::Arithmetic::Subtract, std::move(number), real(offset));
  }
  sql::Expr made =
      binary(sql::Arithmetic::Multiply,
             sql::call("floor", {binary(sql::Arithmetic::Divide, std::move(number), real(size))}),
             real(size));
  if (offset != 0) made = binary(sql::Arithmetic::Add, std::move(made), real(offset));
  return made;
}

Result<Bucket> read_bucket(const Argument& argument) {
  const std::string_view text = argument.text;
  Bucket made;
  std::size_t end = 0;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) ++end;
  const double count = end == 0 ? 1 : sql::spl_number(text.substr(0, end)).value_or(0);
  std::string_view unit = text.substr(end);
  std::string_view snap;
  if (const std::size_t at = unit.find('@'); at != std::string_view::npos) {
    snap = unit.substr(at + 1);
    unit = unit.substr(0, at);
  }
  const auto wrong = [&] {
    return Error{"bad-search", "`" + argument.text + "` is no span"}
        .at(argument.span)
        .note("spans are such as 10m, 1h, 1d, 1mon, or a number");
  };
  if (!(count > 0) || count > 1e12) return wrong();
  if (unit.empty()) {
    if (end == 0) return wrong();
    made.size = count;
    return made;
  }
  if (unit.starts_with("log")) {
    const auto base = unit.size() == 3 ? std::optional(10.0) : sql::spl_number(unit.substr(3));
    if (!base || !(*base > 1) || *base > 1e6 || count < 1 || count >= *base) {
      return wrong().note("of `2log5` the base, 5, is over 1 and the 2 is 1 at least and below it");
    }
    made.size = count;
    made.base = *base;
    return made;
  }
  made.of_time = true;
  if (unit == "ms" || unit == "cs" || unit == "ds" || unit == "us") {
    made.size = count * (unit == "us" ? 1e-6 : unit == "ms" ? 1e-3 : unit == "cs" ? 1e-2 : 1e-1);
    return made;
  }
  const auto known = sql::spl_time_unit(unit);
  if (!known) return wrong();
  if (*known == "mon" || *known == "q" || *known == "y") {
    made.months = static_cast<std::int64_t>(count) * (*known == "mon" ? 1 : *known == "q" ? 3 : 12);
    if (made.months <= 0) return wrong();
    return made;
  }
  made.size = count * (*known == "s"   ? 1.0
                       : *known == "m" ? 60.0
                       : *known == "h" ? 3600.0
                       : *known == "d" ? 86400.0
                                       : 604800.0);
  if (*known == "w" && snap.size() == 2 && snap[0] == 'w' && snap[1] >= '0' && snap[1] <= '7') {
    // 1970 began on a Thursday: its first Sunday is the third day after.
    made.offset = 86400.0 * ((snap[1] - '0') % 7 + 3);
  } else if (!snap.empty() && !sql::spl_time_unit(snap)) {
    return wrong();
  }
  return made;
}

Result<bool> read_span_option(Reader& in, SpanOptions& options) {
  const auto option = in.peek_option();
  if (!option) return false;
  for (const std::string_view one : {"span", "minspan", "bins", "start", "end", "aligntime"}) {
    TRY(const auto value, in.option(one));
    if (!value) continue;
    if (one == "span") options.span = *value;
    if (one == "minspan") options.shortest = *value;
    if (one == "aligntime") options.align = *value;
    if (one == "bins") {
      TRY(const std::int64_t count, count_of(*value));
      if (count < 2) return in.problem("`bins` is two at least", value->span);
      options.bins = static_cast<double>(count);
    }
    if (one == "start" || one == "end") {
      const auto number = sql::spl_number(value->text);
      if (!number) return in.problem("`" + value->text + "` is no number", value->span);
      (one == "start" ? options.start : options.end) = number;
    }
    return true;
  }
  return false;
}

namespace {

/// Where spans of time shall begin to be counted.
Result<double> aligned(Lowering& to, const Argument& align) {
  const bool earliest = align.text == "earliest";
  if (earliest || align.text == "latest") {
    const std::optional<Time>& bound = earliest ? to.earliest : to.latest;
    if (bound) return static_cast<double>(bound->micros) / 1e6;
    return Error{"bad-search", "the search names no `" + align.text + "` to align with"}.at(
        align.span);
  }
  TRY(const std::optional<Time> time, time_of(align, to, false));
  return time ? static_cast<double>(time->micros) / 1e6 : 0;
}

}  // namespace

Result<Bucket> bucket_for(Lowering& to, const SpanOptions& options, bool of_time, double low,
                          double high, double bins) {
  Bucket made;
  if (options.start) low = std::min(low, *options.start);
  if (options.end) high = std::max(high, *options.end);
  if (options.bins > 0) bins = options.bins;
  double shortest = 0;
  if (options.shortest) {
    TRY(const Bucket given, read_bucket(*options.shortest));
    shortest = given.about();
  }
  if (options.span) {
    TRY(made, read_bucket(*options.span));
    if (of_time && made.base > 0) {
      return Error{"bad-search", "spans of time do not grow"}.at(options.span->span);
    }
    made.of_time = made.of_time || of_time;
  } else if (of_time) {
    made = usual_bucket(low, high, bins, shortest);
  } else {
    made = round_bucket(low, high, bins);
    while (made.size < shortest) made.size *= 10;
  }
  if (options.align && of_time && made.months == 0 && made.size < 86400) {
    TRY(made.offset, aligned(to, *options.align));
    made.offset = std::fmod(made.offset, made.size);
  }
  return made;
}

Bucket usual_bucket(double from, double to, double bins, double shortest) {
  static constexpr double kUsual[] = {1, 5, 10, 30, 60, 300, 600, 1800, 3600, 86400};
  Bucket made;
  made.of_time = true;
  for (const double size : kUsual) {
    if (size < shortest) continue;
    if (std::floor(to / size) - std::floor(from / size) + 1 <= bins) {
      made.size = size;
      return made;
    }
  }
  made.months = 1;
  return made;
}

Bucket round_bucket(double from, double to, double bins) {
  Bucket made;
  made.size = 1;
  const double range = to - from;
  if (range > 0) {
    made.size = std::pow(10, std::floor(std::log10(range / bins)));
    while (range / made.size > bins) made.size *= 10;
  }
  return made;
}

Result<std::optional<std::pair<double, double>>> range_of(Lowering& to, const std::string& field) {
  to.begin_with_events();
  Layer& rows = to.table().push(to.rows());
  rows.open = false;
  rows.order.clear();
  const sql::Expr number = number_of(to.read(rows, field));
  rows.fields["low"] = {sql::call("min", {number}), Kind::Number};
  rows.fields["high"] = {sql::call("max", {number}), Kind::Number};
  std::vector<Value> items = {to.table().read(rows, "low"), to.table().read(rows, "high")};
  for (Value& item : items) item = {text_of(item), Kind::Text};
  TRY(const Answer* answer,
      to.fact(to.table().query(rows, items, false), "the range of `" + field + "`"));
  if (answer->empty() || !(*answer)[0][0] || !(*answer)[0][1]) {
    return std::optional<std::pair<double, double>>();
  }
  return std::optional(std::pair(sql::spl_number(*(*answer)[0][0]).value_or(0),
                                 sql::spl_number(*(*answer)[0][1]).value_or(0)));
}

}  // namespace trailhound::spl
