// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/pivot.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  Pivot pivot;
  std::optional<Argument> span;
  double bins = 0;
  const auto options = [&]() -> Result<void> {
    while (in.peek_option()) {
      TRY(const auto given, in.option("span"));
      if (given) {
        span = *given;
        continue;
      }
      TRY(const auto count, in.option("bins"));
      if (count) {
        TRY(const std::int64_t number, count_of(*count));
        bins = static_cast<double>(number);
        continue;
      }
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
  if (span) {
    TRY(pivot.row_bucket, read_bucket(*span));
  } else if (pivot.row == "_time" || bins > 0) {
    TRY(const auto range, range_of(to, pivot.row));
    const double low = range ? range->first : 0, high = range ? range->second : 1;
    pivot.row_bucket = pivot.row == "_time" ? usual_bucket(low, high, bins > 0 ? bins : 300)
                                            : round_bucket(low, high, bins);
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
