// SPDX-License-Identifier: Apache-2.0
#include "spl/bucket.hpp"
#include "spl/command.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::optional<Argument> span, field, name;
  double bins = 100;
  while (!in.at_end()) {
    if (in.peek_option()) {
      const Argument option = *in.peek_option();
      bool known = false;
      for (const std::string_view one : {"span", "bins", "minspan", "start", "end", "aligntime"}) {
        TRY(const auto value, in.option(one));
        if (!value) continue;
        known = true;
        if (one == "span") span = *value;
        if (one == "bins") {
          TRY(const std::int64_t count, count_of(*value));
          if (count < 2) return in.problem("`bins` is two at least", value->span);
          bins = static_cast<double>(count);
        }
        if (one == "minspan" || one == "aligntime") {
          return Error{"not-in-spl", "`" + option.text + "` of bin is not offered"}.at(option.span);
        }
      }
      if (!known) return in.problem("`bin` has no option `" + option.text + "`", option.span);
      continue;
    }
    if (field && in.keyword("as")) {
      TRY(name, in.field());
      continue;
    }
    if (field) return in.problem("`bin` takes one field", {in.at(), in.at() + 1});
    TRY(field, in.field());
  }
  if (!field) return in.expected("the field to put into spans");
  Bucket bucket;
  const bool time = field->text == "_time";
  if (span) {
    TRY(bucket, read_bucket(*span));
  } else {
    TRY(const auto range, range_of(to, field->text));
    const double low = range ? range->first : 0, high = range ? range->second : 1;
    bucket = time ? usual_bucket(low, high, bins) : round_bucket(low, high, bins);
  }
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field->text);
  const std::string target = name ? name->text : field->text;
  if (value.null) {
    rows->set(target, null_value());
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
  return {.names = {"bin", "bucket", "discretize"},
          .synopsis = "bin [span=SPAN] [bins=N] FIELD [AS NAME]",
          .summary = "Puts times or numbers into spans",
          .details =
              "Times become the beginning of their span, in UTC; other numbers a text such as\n"
              "`10-20`. Without span, one is taken of which there are at most 100.",
          .examples = {"eventSource=iam.amazonaws.com | bin span=1h _time | stats count BY _time"},
          .lower = run};
}

}  // namespace trailhound::spl
