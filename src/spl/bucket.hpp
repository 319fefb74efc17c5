// SPDX-License-Identifier: Apache-2.0
//
// Spans into which bin, chart and timechart put values: of time, or of numbers.
//
//   TRY(Bucket bucket, read_bucket("10m", span));
//   sql::Expr start = bucket.start_of(seconds);      // where the value's span begins
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "spl/lowering.hpp"

namespace trailhound::spl {

struct Bucket {
  double size = 0;          ///< Seconds, or the number's own unit; with `base`, where one begins
  double base = 0;          ///< Each span is so many times the one before: `log10`, `2log5`
  std::int64_t months = 0;  ///< Instead of size
  double offset = 0;        ///< Where counting begins
  bool of_time = false;     ///< It was written with a unit of time
  /// Where the span that a number lies in begins, as DOUBLE.
  sql::Expr start_of(sql::Expr number) const;
  /// About how long one is.
  double about() const { return months > 0 ? static_cast<double>(months) * 30.44 * 86400 : size; }
};

/// What bin, chart, timechart and makecontinuous are told of their spans.
struct SpanOptions {
  std::optional<Argument> span, shortest, align;
  double bins = 0;                   ///< At most so many; 0: not said
  std::optional<double> start, end;  ///< The range goes as far at least
};
/// Takes one of `span=`, `minspan=`, `bins=`, `start=`, `end=`, `aligntime=`; whether there was
/// one.
Result<bool> read_span_option(Reader& in, SpanOptions& options);
/// The spans for values between `low` and `high`; `bins` if the options do not say.
Result<Bucket> bucket_for(Lowering& to, const SpanOptions& options, bool of_time, double low,
                          double high, double bins);

/// `10m`, `1mon`, `1w@w1`, `100`, `2log5`. Error `bad-search`.
Result<Bucket> read_bucket(const Argument& argument);
/// The span of time, out of a row of usual ones, of which at most `bins` lie between two moments.
Bucket usual_bucket(double from, double to, double bins, double shortest = 0);
/// A round span of numbers likewise: a power of ten.
Bucket round_bucket(double from, double to, double bins);
/// The smallest and the largest number of a field; none if there is none.
Result<std::optional<std::pair<double, double>>> range_of(Lowering& to, const std::string& field);

}  // namespace trailhound::spl
