// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

/// `1-30`, `-5--1`: the first dash behind a digit stands between.
std::optional<std::pair<double, double>> range_in(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '-') continue;
    const auto low = sql::spl_number(text.substr(0, i)), high = sql::spl_number(text.substr(i + 1));
    if (low && high && *low <= *high) return std::pair(*low, *high);
  }
  return std::nullopt;
}

Result<void> run(Reader& in, Lowering& to) {
  std::string field, otherwise = "None";
  std::vector<std::pair<std::string, std::pair<double, double>>> ranges;
  while (const auto option = in.peek_option()) {
    TRY(const auto value, in.option(option->text));
    if (option->text == "field") {
      field = value->text;
    } else if (option->text == "default") {
      otherwise = value->text;
    } else {
      const auto range = range_in(value->text);
      if (!range) return in.problem("a range is two numbers such as `1-30`", value->span);
      ranges.emplace_back(option->text, *range);
    }
    in.take(',');
  }
  if (field.empty()) return in.expected("`field=NAME`");
  if (ranges.empty()) ranges = {{"low", {0, 0}}, {"elevated", {1, 100}}};
  TRY(Layer * rows, to.push());
  const sql::Expr number = number_of(to.read(*rows, field));
  bool overlap = false;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      overlap = overlap || (ranges[i].second.first <= ranges[j].second.second &&
                            ranges[j].second.first <= ranges[i].second.second);
    }
  }
  sql::Case chosen;
  std::vector<sql::Expr> names;
  for (const auto& [name, range] : ranges) {
    sql::Expr within =
        sql::all_of({sql::compare(sql::Comparing::GreaterOrEqual, number, real(range.first)),
                     sql::compare(sql::Comparing::LessOrEqual, number, real(range.second))});
    names.push_back(when(within, sql::text(name)));
    chosen.whens.push_back({std::move(within), sql::text(name)});
  }
  if (overlap) {
    rows->set("range", {sql::call("coalesce",
                                  {filled(list(std::move(names))), list({sql::text(otherwise)})}),
                        Kind::List});
  } else {
    chosen.otherwise = sql::text(otherwise);
    rows->set("range", {sql::Expr{std::move(chosen), {}}, Kind::Text});
  }
  return {};
}

}  // namespace

Command describe_rangemap() {
  return {.names = {"rangemap"},
          .synopsis = "rangemap field=FIELD [NAME=LOW-HIGH ...] [default=NAME]",
          .summary = "Names the range that a number lies in, in the field `range`",
          .details = "Both ends belong to a range. A number in several has all their names.",
          .examples = {"| makeresults count=2 | streamstats count AS n | rangemap field=n few=1-1 "
                       "default=many | table n, range"},
          .lower = run};
}

}  // namespace trailhound::spl
