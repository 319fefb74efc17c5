// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  while (const auto option = in.peek_option()) {
    bool known = false;
    for (const std::string_view one : {"partitions", "allnum", "delim"}) {
      TRY(const auto value, in.option(one));
      known = known || value.has_value();
    }
    if (!known) return in.problem("`stats` has no option `" + option->text + "`", option->span);
  }
  TRY(std::vector<Aggregate> asked, read_aggregates(in));
  std::vector<std::string> by;
  if (in.keyword("by")) {
    TRY(const std::vector<Argument> fields, in.fields());
    if (fields.empty()) return in.expected("fields to group by");
    for (const Argument& field : fields) {
      if (field.text.find('*') != std::string::npos) {
        return in.problem("`by` takes no wildcards", field.span);
      }
    }
    hint_at_commands(to, fields);
    by = texts(fields);
    TRY(const auto ignored, in.option("dedup_splitvals"));
    (void)ignored;
  }
  return group_rows(to, std::move(asked), by);
}

}  // namespace

Command describe_stats() {
  return {
      .names = {"stats", "sistats"},
      .synopsis = "stats FUNCTION(FIELD) [AS NAME] ... [BY FIELD, ...]",
      .summary = "Counts and computes over all rows, or over groups of them",
      .details =
          "Functions: count, dc, values, list, first, last, earliest, latest, min, max, sum,\n"
          "avg, stdev, stdevp, var, varp, range, sumsq, median, percN, mode, rate,\n"
          "earliest_time, latest_time; count(eval(CONDITION)). `sparkline(count, 1h)` draws a\n"
          "function of each span of time as a line, of 40 spans at most if none is named. Rows\n"
          "that lack a field of BY are left out; a field of several values puts a row into\n"
          "several groups.",
      .examples =
          {"eventSource=iam.amazonaws.com | stats count, dc(eventName) AS names BY awsRegion",
           "* | stats sparkline(count, 10m) AS line, count BY eventName"},
      .lower = run};
}

}  // namespace trailhound::spl
