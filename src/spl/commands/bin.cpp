// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "spl/bucket.hpp"
#include "spl/command.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  SpanOptions options;
  std::optional<Argument> field, name;
  while (!in.at_end()) {
    TRY(const bool known, read_span_option(in, options));
    if (known) continue;
    if (const auto option = in.peek_option()) {
      return in.problem("`bin` has no option `" + option->text + "`", option->span);
    }
    if (field && in.keyword("as")) {
      TRY(name, in.field());
      continue;
    }
    if (field) return in.problem("`bin` takes one field", {in.at(), in.at() + 1});
    TRY(field, in.field());
  }
  if (!field) return in.expected("the field to put into spans");
  const bool time = field->text == "_time";
  double low = 0, high = 1;
  if (!options.span) {
    TRY(const auto range, range_of(to, field->text));
    if (range) std::tie(low, high) = *range;
  }
  TRY(const Bucket bucket, bucket_for(to, options, time, low, high, 100));
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field->text);
  const std::string target = name ? name->text : field->text;
  if (value.null) {
    rows->set(target, null_value());
    return {};
  }
  if (bucket.base > 0) {
    rows->set(target,
              {sql::call("coalesce",
                         {spl("log_span", {number_of(value), real(bucket.size), real(bucket.base)}),
                          text_of(value)}),
               Kind::Text});
    return {};
  }
  const sql::Expr start = bucket.start_of(number_of(value));
  if (time || bucket.of_time) {
    rows->set(target, {start, Kind::Number});
    return {};
  }
  // Other numbers become the names of their spans; what is no number stays as it is.
  sql::Expr range = binary(sql::Arithmetic::Concat,
                           binary(sql::Arithmetic::Concat, spl("text", {start}), sql::text("-")),
                           spl("text", {binary(sql::Arithmetic::Add, start, real(bucket.size))}));
  rows->set(target, {sql::call("coalesce", {std::move(range), text_of(value)}), Kind::Text});
  return {};
}

}  // namespace

Command describe_bin() {
  return {
      .names = {"bin", "bucket", "discretize"},
      .synopsis =
          "bin [span=SPAN] [bins=N] [minspan=SPAN] [start=N] [end=N] [aligntime=TIME] FIELD [AS "
          "NAME]",
      .summary = "Puts times or numbers into spans",
      .details =
          "Times become the beginning of their span, in UTC; other numbers a text such as\n"
          "`10-20`. Without span, one is taken of which there are at most 100. Of `span=2log5`\n"
          "each span is five times the one before it; what is not above 0 lies in none.",
      .examples = {"eventSource=iam.amazonaws.com | bin span=1h _time | stats count BY _time"},
      .lower = run};
}

}  // namespace trailhound::spl
