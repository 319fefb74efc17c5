// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "spl/command.hpp"
#include "spl/events.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

constexpr std::int64_t kMost = 1'000'000;

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t count = 1;
  std::optional<Argument> format, data;
  while (!in.at_end()) {
    const auto option = in.peek_option();
    if (!option) return in.problem("`makeresults` takes options only", {in.at(), in.at() + 1});
    TRY(const auto value, in.option("count"));
    if (value) {
      TRY(count, count_of(*value));
      if (count < 0 || count > kMost)
        return in.problem("`count` is a million at most", value->span);
      continue;
    }
    TRY(const auto form, in.option("format"));
    TRY(const auto text, in.option("data"));
    if (form) format = *form;
    if (text) data = *text;
    if (form || text) continue;
    TRY(const auto annotate, in.option("annotate"));
    if (annotate) continue;
    return Error{"not-in-spl", "`" + option->text + "` of makeresults is not offered"}.at(
        option->span);
  }
  if (to.rows() != nullptr && in.at() > 0) {
    // Splunk takes it as the first command only.
    return in.problem("`makeresults` begins a search", {in.at(), in.at()});
  }
  if (data) {
    if (!format || to_lower(format->text) != "csv") {
      return Error{"not-in-spl", "`data` of makeresults is read as CSV alone"}
          .at(format ? format->span : data->span)
          .note("`makeresults format=csv data=\"user,n\\nalice,1\"`");
    }
    Result<Lookup> table = read_csv(data->text, "data");
    if (!table.ok()) {
      return Error{"bad-search", "`data` is no CSV: " + table.error().message}.at(data->span);
    }
    to.set_rows(&table_of(to, *table));
    return {};
  }
  Layer& rows = to.table().push(nullptr);
  rows.open = false;
  rows.columns = {};
  const sql::Expr numbers = count > 0
                                ? sql::call("sequence", {sql::integer(1), sql::integer(count)})
                                : cast(list({}), "array(varchar)");
  const sql::Expr number = to.table().spread(rows, {numbers})[0];
  const std::string hidden = std::string(1, kHidden) + "made";
  rows.set(hidden, {number, count > 0 ? Kind::Integer : Kind::Text});
  rows.order = {{hidden, false}};
  const std::int64_t second = to.now().micros / kSecond;
  rows.set("_time", number_value(static_cast<double>(second)));
  to.set_rows(&rows);
  return {};
}

}  // namespace

Command describe_makeresults() {
  return {.names = {"makeresults"},
          .synopsis = "makeresults [count=N | format=csv data=\"TEXT\"]",
          .summary = "Makes rows out of nothing, to try things with",
          .details = "`_time` is the time of the newest event, as `now()` is.",
          .examples = {"| makeresults count=2 | streamstats count AS n | table n"},
          .begins = true,
          .lower = run};
}

}  // namespace trailhound::spl
