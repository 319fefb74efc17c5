// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "spl/command.hpp"
#include "spl/pivot.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  Pivot pivot;
  SpanOptions spans;
  const auto options = [&]() -> Result<void> {
    while (in.peek_option()) {
      TRY(const bool of_spans, read_span_option(in, spans));
      if (of_spans) continue;
      TRY(const auto cont, in.option("cont"));
      if (cont) continue;
      TRY(const bool known, read_pivot_option(in, pivot));
      if (!known)
        return in.problem("`chart` has no option `" + in.peek_option()->text + "`",
                          in.peek_option()->span);
    }
    return {};
  };
  TRY(options());
  TRY(pivot.asked, read_aggregates(in));
  const bool over = in.keyword("over");
  if (over) {
    TRY(const Argument row, in.field());
    pivot.row = row.text;
    TRY(options());
  }
  if (in.keyword("by")) {
    if (!over) {
      TRY(const Argument row, in.field());
      pivot.row = row.text;
      TRY(options());
      in.take(',');
    }
    if (!in.at_end()) {
      TRY(const Argument split, in.field());
      pivot.split = split.text;
      TRY(options());
    }
  }
  if (pivot.row.empty()) return in.expected("`BY FIELD` or `OVER FIELD`");
  const bool of_time = pivot.row == "_time";
  if (spans.span || spans.bins > 0 || spans.start || spans.end || of_time) {
    double low = 0, high = 1;
    if (!spans.span) {
      TRY(const auto range, range_of(to, pivot.row));
      if (range) std::tie(low, high) = *range;
    }
    TRY(pivot.row_bucket, bucket_for(to, spans, of_time, low, high, 300));
    if (pivot.row_bucket->base > 0) {
      return Error{"not-in-spl", "`chart` has no spans that grow"}
          .at(spans.span->span)
          .note("`bin span=log10 FIELD` before it makes them");
    }
  }
  return make_pivot(to, std::move(pivot));
}

}  // namespace

Command describe_chart() {
  return {.names = {"chart"},
          .synopsis =
              "chart [limit=N] [useother=BOOL] [usenull=BOOL] FUNCTION(FIELD) ... [OVER FIELD] [BY "
              "FIELD [FIELD]]",
          .summary = "A row for each value of a field, a column for each value of another",
          .examples = {"eventSource=iam.amazonaws.com | chart count OVER eventName BY awsRegion"},
          .lower = run};
}

}  // namespace trailhound::spl
