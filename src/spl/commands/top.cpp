// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

constexpr std::int64_t kDigits = 6;  // of a share

Result<void> rank(Reader& in, Lowering& to, bool most) {
  std::int64_t limit = 10;
  std::string count_name = "count", percent_name = "percent";
  bool show_count = true, show_percent = true;
  const auto options = [&]() -> Result<void> {
    while (const auto option = in.peek_option()) {
      std::optional<Argument> value;
      bool known = false;
      for (const std::string_view name : {"limit", "countfield", "percentfield", "showcount",
                                          "showperc", "useother", "otherstr"}) {
        TRY(value, in.option(name));
        if (!value) continue;
        known = true;
        if (name == "limit") {
          TRY(limit, count_of(*value));
        } else if (name == "countfield") {
          count_name = value->text;
        } else if (name == "percentfield") {
          percent_name = value->text;
        } else if (name == "showcount") {
          TRY(show_count, truth_of(*value));
        } else if (name == "showperc") {
          TRY(show_percent, truth_of(*value));
        } else if (name == "useother") {
          TRY(const bool other, truth_of(*value));
          if (other) {
            return Error{"not-in-spl", "`useother` is not offered"}
                .at(option->span)
                .note("`eventstats sum(count)` behind `top limit=0` gives the rest");
          }
        }
        break;
      }
      if (!known) return in.problem("there is no option `" + option->text + "`", option->span);
    }
    return {};
  };
  TRY(options());
  if (!in.at_end() && in.peek() >= '0' && in.peek() <= '9') {
    const Argument number = in.word();
    TRY(limit, count_of(number));
  }
  TRY(options());
  TRY(const std::vector<Argument> named, in.fields({"by"}));
  TRY(options());
  std::vector<std::string> fields = texts(named), by;
  if (in.keyword("by")) {
    TRY(const std::vector<Argument> groups, in.fields());
    by = texts(groups);
  }
  if (fields.empty()) return in.expected("fields to count the values of");
  std::vector<std::string> keys = by;
  keys.insert(keys.end(), fields.begin(), fields.end());
  to.begin_with_events();
  TRY(Layer * below, split_by(to, keys));
  Layer& counted = to.table().push(below);
  counted.open = false;
  counted.order.clear();
  counted.columns = {};
  for (const std::string& field : keys) {
    const Value key = to.read(counted, field);
    counted.where.push_back(is_not_null(key.expr));
    if (!key.literal && !key.null) counted.group_by.push_back(key.expr);
    counted.set(field, key);
  }
  if (counted.group_by.empty())
    counted.group_by.push_back(binary(sql::Arithmetic::Add, sql::integer(0), sql::integer(0)));
  TRY(Value count, lower_aggregate({"count", 0, "", {}, "count", false, {}}, std::nullopt, {}));
  const std::string hidden_count = std::string(1, kHidden) + "count";
  counted.set(hidden_count, std::move(count));

  // Places within each group, and the shares.
  Layer& placed = to.table().push(&counted);
  const Value each = to.read(placed, hidden_count);
  sql::Window group;
  for (const std::string& field : by) group.partition_by.push_back(to.read(placed, field).expr);
  sql::Window order = group;
  order.order_by.push_back(
      {each.expr, most ? sql::Direction::Descending : sql::Direction::Ascending, {}});
  for (const std::string& field : fields) {
    order.order_by.push_back({to.read(placed, field).expr, sql::Direction::Ascending, {}});
  }
  sql::Call all;
  all.name = {sql::name("sum")};
  all.arguments = {number_of(each)};
  all.over = group;
  const sql::Expr share =
      sql::call("round", {binary(sql::Arithmetic::Divide,
                                 binary(sql::Arithmetic::Multiply, number_of(each), real(100)),
                                 sql::Expr{std::move(all), {}}),
                          sql::integer(kDigits)});
  sql::Call place;
  place.name = {sql::name("row_number")};
  place.over = std::move(order);
  const std::string hidden_place = std::string(1, kHidden) + "place";
  placed.set(hidden_place, {sql::Expr{std::move(place), {}}, Kind::Integer});
  if (show_count) placed.set(count_name, each);
  if (show_percent) placed.set(percent_name, {share, Kind::Number});
  for (const std::string& field : by) placed.order.push_back({field, false});
  placed.order.push_back({hidden_place, false});
  to.set_rows(&placed);
  if (limit > 0) {
    TRY(Layer * first, to.push());
    first->where.push_back(sql::compare(sql::Comparing::LessOrEqual,
                                        to.read(*first, hidden_place).expr, sql::integer(limit)));
  }
  return {};
}

}  // namespace

/// Shared with rare, which is top from the other end.
Result<void> lower_top(Reader& in, Lowering& to) { return rank(in, to, true); }
Result<void> lower_rare(Reader& in, Lowering& to) { return rank(in, to, false); }

Command describe_top() {
  return {.names = {"top", "sitop"},
          .synopsis = "top [N] [limit=N] FIELD, ... [BY FIELD, ...]",
          .summary = "The values that occur most often, with count and percent",
          .details =
              "limit=0 gives all. Of values that occur equally often, those first in the\n"
              "order of letters come first.",
          .examples = {"* | top limit=2 showperc=f eventSource"},
          .lower = lower_top};
}

}  // namespace trailhound::spl
