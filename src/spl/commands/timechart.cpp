// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"
#include "spl/pivot.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  Pivot pivot;
  pivot.row = "_time";
  SpanOptions spans;
  bool continuous = true;
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
  TRY(const auto range, range_of(to, "_time"));
  double low = range ? range->first : 0, high = range ? range->second : 0;
  if (to.earliest) low = std::min(low, static_cast<double>(to.earliest->micros) / 1e6);
  if (to.latest) high = std::max(high, static_cast<double>(to.latest->micros) / 1e6 - 1e-6);
  TRY(pivot.row_bucket, bucket_for(to, spans, true, low, high, 100));
  if (continuous && range) pivot.filled = std::pair(low, high);
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
