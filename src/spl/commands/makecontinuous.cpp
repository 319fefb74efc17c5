// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "spl/command.hpp"
#include "spl/pivot.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  SpanOptions options;
  std::string field = "_time";
  while (!in.at_end()) {
    TRY(const bool known, read_span_option(in, options));
    if (known) continue;
    if (const auto option = in.peek_option()) {
      return in.problem("`makecontinuous` has no option `" + option->text + "`", option->span);
    }
    TRY(const Argument name, in.field());
    field = name.text;
  }
  to.begin_with_events();
  if (to.rows()->columns.events) {
    return in
        .problem("`makecontinuous` fills the gaps of a table, not of whole events",
                 {in.at(), in.at()})
        .note("make one first: `stats count BY _time`, or use `timechart`");
  }
  const bool of_time = field == "_time";
  TRY(const auto range, range_of(to, field));
  if (!range) return {};
  double low = 0, high = 0;
  std::tie(low, high) = *range;
  TRY(const Bucket bucket, bucket_for(to, options, of_time, low, high, 100));
  if (bucket.base > 0) {
    return in.problem("spans that grow cannot be counted through", options.span->span);
  }
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field);
  rows->set(field, {bucket.start_of(number_of(value)), Kind::Number});
  return fill_spans(to, *rows, field, bucket,
                    {options.start ? std::min(low, *options.start) : low,
                     options.end ? std::max(high, *options.end) : high},
                    {});
}

}  // namespace

Command describe_makecontinuous() {
  return {.names = {"makecontinuous"},
          .synopsis = "makecontinuous [FIELD] [span=SPAN] [bins=N] [start=N] [end=N]",
          .summary = "Puts rows where a field's spans have none, between the first and the last",
          .details =
              "The field, `_time` if none is named, becomes the beginning of its span; the new\n"
              "rows have nothing else. Rows that lack the field are left out.",
          .examples = {"eventSource=iam.amazonaws.com | bin span=1h _time | stats count BY _time | "
                       "makecontinuous span=1h"},
          .lower = run};
}

}  // namespace trailhound::spl
