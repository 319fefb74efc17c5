// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"
#include "spl/pivot.hpp"

namespace trailhound::spl {
namespace {

Result<Filled> range_of_rows(Lowering& to) {
  TRY(const auto found, range_of(to, "_time"));
  return found ? Filled{found->first, found->second} : Filled{};
}

void reach(Filled& bounds, const Filled& range) {
  if (!range.low) return;
  bounds.low = std::min(*range.low, bounds.low.value_or(*range.low));
  bounds.high = std::max(*range.high, bounds.high.value_or(*range.high));
}

Result<void> run(Reader& in, Lowering& to) {
  Pivot pivot;
  pivot.row = "_time";
  SpanOptions spans;
  bool continuous = true, fixed = true;
  const auto options = [&]() -> Result<void> {
    for (;;) {
      if (!in.peek_option()) return {};
      TRY(const bool of_spans, read_span_option(in, spans));
      if (of_spans) continue;
      TRY(const auto cont, in.option("cont"));
      if (cont) {
        TRY(continuous, truth_of(*cont));
        continue;
      }
      TRY(const auto whole, in.option("fixedrange"));
      if (whole) {
        TRY(fixed, truth_of(*whole));
        continue;
      }
      TRY(const bool known, read_pivot_option(in, pivot));
      if (!known)
        return in.problem("`timechart` has no option `" + in.peek_option()->text + "`",
                          in.peek_option()->span);
    }
  };
  TRY(options());
  std::vector<Aggregate> asked;
  TRY(asked, read_aggregates(in));
  if (in.keyword("by")) {
    TRY(const Argument split, in.field());
    pivot.split = split.text;
    TRY(options());
  }
  pivot.asked = std::move(asked);
  to.begin_with_events();
  // The chart goes as far as the search does; where that names no times, as far as its events.
  Filled bounds;
  if (fixed && to.earliest) bounds.low = static_cast<double>(to.earliest->micros) / 1e6;
  if (fixed && to.latest) {
    bounds.high = static_cast<double>(to.latest->micros) / 1e6 - 1e-6;
  } else if (bounds.low) {
    bounds.high = static_cast<double>(to.now().micros) / 1e6;
  }
  const bool chosen = !spans.span.has_value(), bounded = bounds.low && bounds.high;
  if (chosen && !bounded) {
    std::optional<std::pair<Series, Filled>> ranked;
    if (!pivot.split.empty()) {
      TRY(ranked, rank_with_range(to, pivot));
    }
    if (ranked) {
      pivot.series = std::move(ranked->first);
      reach(bounds, ranked->second);
    } else {
      TRY(const Filled range, range_of_rows(to));
      reach(bounds, range);
    }
  }
  TRY(pivot.row_bucket,
      bucket_for(to, spans, true, bounds.low.value_or(0), bounds.high.value_or(0), 100));
  if (pivot.row_bucket->months > 0 && continuous && (!chosen || bounded)) {
    TRY(const Filled range, range_of_rows(to));
    continuous = range.low.has_value();
    reach(bounds, range);
  }
  if (continuous) pivot.filled = bounds;
  return make_pivot(to, std::move(pivot));
}

}  // namespace

Command describe_timechart() {
  return {.names = {"timechart"},
          .synopsis =
              "timechart [span=SPAN | bins=N] [limit=N] [cont=BOOL] FUNCTION(FIELD) ... [BY FIELD]",
          .summary = "A row for each span of time, a column for each value",
          .details =
              "Spans that hold nothing have rows, too. The ten largest values of BY get a column\n"
              "each, all others go into OTHER, events without one into NULL.",
          .examples = {"eventSource=iam.amazonaws.com | timechart span=1h count"},
          .lower = run};
}

}  // namespace trailhound::spl
