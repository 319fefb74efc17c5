// SPDX-License-Identifier: Apache-2.0
#include "spl/aggregate.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "spl/command.hpp"
#include "spl/events.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

using sql::Comparing;
using sql::Expr;

struct Known {
  std::string_view name, canonical;
};
constexpr Known kKnown[] = {
    {"count", "count"},
    {"c", "count"},
    {"dc", "dc"},
    {"distinct_count", "dc"},
    {"estdc", "dc"},
    {"estdc_error", "estdc_error"},
    {"values", "values"},
    {"list", "list"},
    {"first", "first"},
    {"last", "last"},
    {"earliest", "earliest"},
    {"latest", "latest"},
    {"earliest_time", "earliest_time"},
    {"latest_time", "latest_time"},
    {"min", "min"},
    {"max", "max"},
    {"sum", "sum"},
    {"sumsq", "sumsq"},
    {"avg", "avg"},
    {"mean", "avg"},
    {"stdev", "stdev"},
    {"stdevp", "stdevp"},
    {"var", "var"},
    {"varp", "varp"},
    {"range", "range"},
    {"median", "median"},
    {"mode", "mode"},
    {"rate", "rate"},
};

std::optional<std::string> canonical(std::string_view name, double& percent) {
  for (const Known& known : kKnown) {
    if (equal_without_case(known.name, name)) {
      if (known.canonical == "median") {
        percent = 50;
        return "perc";
      }
      return std::string(known.canonical);
    }
  }
  const std::string lower = to_lower(name);
  for (const std::string_view front : {"exactperc", "upperperc", "perc", "p"}) {
    if (!lower.starts_with(front)) continue;
    const auto number = sql::spl_number(std::string_view(lower).substr(front.size()));
    if (number && *number >= 0 && *number <= 100) {
      percent = *number;
      return "perc";
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Known& known : kKnown) all.push_back(known.name);
  return all;
}

/// An aggregate as a call, over the window if there is one.
Expr aggregate(std::string_view name, std::vector<Expr> arguments, const Grouping& grouping,
               bool distinct = false, std::vector<sql::SortKey> order = {}) {
  sql::Call call;
  call.name = {sql::name(name)};
  call.star = arguments.empty();
  call.arguments = std::move(arguments);
  call.distinct = distinct;
  if (grouping.over) {
    call.over = grouping.over;
  } else {
    call.order_by = std::move(order);
  }
  return Expr{std::move(call), {}};
}

std::vector<sql::SortKey> reversed(std::vector<sql::SortKey> keys) {
  for (sql::SortKey& key : keys) {
    key.direction = key.direction == sql::Direction::Ascending ? sql::Direction::Descending
                                                               : sql::Direction::Ascending;
    key.nulls = key.nulls == sql::NullOrder::First ? sql::NullOrder::Last : sql::NullOrder::First;
  }
  return keys;
}

Expr empty_list() { return cast(list({}), "array(varchar)"); }

/// All values of the rows as one list, NULLs left out.
Expr collected(const Value& value, const Grouping& grouping, std::vector<sql::SortKey> order = {}) {
  if (value.kind == Kind::List) {
    return sql::call("flatten",
                     {aggregate("array_agg", {sql::call("coalesce", {value.expr, empty_list()})},
                                grouping, false, std::move(order))});
  }
  return aggregate("array_agg", {text_of(value)}, grouping, false, std::move(order));
}

Expr zero_if_null(Expr expr) { return sql::call("coalesce", {std::move(expr), sql::integer(0)}); }

/// The first of the values in an order.
Value first_of(const Value& value, const Grouping& grouping, std::vector<sql::SortKey> order) {
  Expr all = spl("mvindex", {collected(value, grouping, std::move(order)),
                             cast(sql::integer(0), "bigint"), cast(sql::integer(0), "bigint")});
  return {spl("single", {std::move(all)}), Kind::Text};
}
Value last_of(const Value& value, const Grouping& grouping, std::vector<sql::SortKey> order) {
  Expr all = spl("mvindex", {collected(value, grouping, std::move(order)),
                             cast(sql::integer(-1), "bigint"), cast(sql::integer(-1), "bigint")});
  return {spl("single", {std::move(all)}), Kind::Text};
}

Value extreme(const Value& value, const Grouping& grouping, std::string_view function) {
  if (is_number(value.kind)) {
    return {aggregate(function, {value.expr}, grouping), value.kind};
  }
  if (value.kind == Kind::List) {
    return {spl("extreme", {collected(value, grouping), sql::text(std::string(function))}),
            Kind::Text};
  }
  const Expr number = number_of(value);
  return {when(sql::compare(Comparing::Equal, aggregate("count", {number}, grouping),
                            aggregate("count", {value.expr}, grouping)),
               spl("text", {aggregate(function, {number}, grouping)}),
               aggregate(function, {value.expr}, grouping)),
          Kind::Text};
}

/// Where a row's one value of a field stands beside all of them.
std::string split_name(const std::string& field) {
  return std::string(1, kHidden) + "one " + field;
}

/// The numbers in a list.
Expr numbers_in(const Expr& values) {
  return sql::call(
      "filter", {sql::call("transform", {values, lambda("x", spl("number", {sql::column("x")}))}),
                 lambda("x", is_not_null(sql::column("x")))});
}

/// The sum of a list of numbers; nothing if there is none.
Expr list_sum(const Expr& values) {
  Expr add = Expr{sql::Lambda{{sql::name("s"), sql::name("x")},
                              binary(sql::Arithmetic::Add, sql::column("s"), sql::column("x"))},
                  {}};
  return when(
      sql::compare(Comparing::Greater, sql::call("cardinality", {values}), sql::integer(0)),
      sql::call("reduce", {values, real(0), std::move(add), lambda("s", sql::column("s"))}));
}

}  // namespace

std::vector<std::string> texts(const std::vector<Argument>& arguments) {
  std::vector<std::string> made;
  for (const Argument& one : arguments) {
    if (std::find(made.begin(), made.end(), one.text) == made.end()) made.push_back(one.text);
  }
  return made;
}

void hint_at_commands(Lowering& to, const std::vector<Argument>& fields) {
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const Argument& field = fields[i];
    if (field.quote != 0 || find_command(field.text) == nullptr) continue;
    const std::vector<std::string>* names = &event_field_names();
    if (to.rows() != nullptr && !to.rows()->columns.events) names = &to.rows()->columns.names;
    if (std::find(names->begin(), names->end(), field.text) != names->end()) continue;
    to.notice(Error("search-for-words", "`" + field.text + "` is taken as the name of a field")
                  .at(field.span, "there is no `|` before it")
                  .note("for the command write `| " + field.text + " …`"));
  }
}

Result<Aggregate> read_aggregate(Reader& in) {
  in.blanks();
  const std::uint32_t begin = in.at();
  const Argument word = in.word();
  if (word.text.empty()) return in.expected("a function such as `count` or `dc(field)`");
  Aggregate made;
  made.span = word.span;
  std::string name = word.text;
  static constexpr std::pair<std::string_view, double> kRates[] = {
      {"per_second", 1}, {"per_minute", 60}, {"per_hour", 3600}, {"per_day", 86400}};
  if (to_lower(name) == "sparkline") {
    TRY(read_line(in, made));
    made.span = in.span_from(begin);
    made.name = std::string(in.text().substr(begin, in.at() - begin));
    return made;
  }
  auto found = canonical(name, made.percent);
  for (const auto& [rate, seconds] : kRates) {
    if (to_lower(name) != rate) continue;
    found = "per";
    made.percent = seconds;
  }
  if (!found) {
    if (to_lower(name) == "rate_avg" || to_lower(name) == "rate_sum") {
      return Error{"not-in-spl", "`" + name + "` is computed of Splunk's metrics"}
          .at(word.span)
          .note("`rate(x)` is computed of events");
    }
    Error error = Error{"unknown-search-function", "stats has no function `" + name + "`"}.at(
        word.span, "not a function");
    const std::vector<std::string_view> all = names();
    if (const auto near = nearest(name, all)) {
      return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{word.span, *near}}});
    }
    return error;
  }
  made.function = *found;
  if (in.here() != '(') {
    if (made.function != "count") {
      return Error{"bad-search", "`" + name + "` is computed of a field: `" + name + "(field)`"}.at(
          word.span);
    }
    made.name = name == "c" ? "c" : "count";
    return made;
  }
  in.take('(');
  if (in.take(')')) {
    if (made.function != "count") {
      return Error{"bad-search", "`" + name + "()` names no field"}.at(in.span_from(begin));
    }
    made.name = "count";
    return made;
  }
  const std::uint32_t inside = (in.blanks(), in.at());
  const Argument inner = in.word();
  if (to_lower(inner.text) == "eval" && in.here() == '(') {
    in.take('(');
    TRY(Eval eval, parse_eval(in));
    if (!in.take(')')) return in.expected("`)`");
    made.eval = std::move(eval);
  } else {
    in.go_to(inside);
    TRY(const Argument field, in.field());
    made.field = field.text;
    if (made.field == "*" && made.function == "count") made.field.clear();
  }
  if (!in.take(')')) return in.expected("`)`");
  made.span = in.span_from(begin);
  std::string written(in.text().substr(begin, in.at() - begin));
  made.name = made.eval || made.field.empty() ? written : name + "(" + made.field + ")";
  if (made.field.empty() && !made.eval) made.name = "count";
  return made;
}

Result<std::vector<Aggregate>> read_aggregates(Reader& in, bool may_be_empty) {
  std::vector<Aggregate> all;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    if (in.peek_keyword("by") || in.peek_keyword("over") || in.peek_option()) break;
    TRY(Aggregate one, read_aggregate(in));
    if (in.keyword("as")) {
      TRY(const Argument name, in.field());
      one.name = name.text;
      one.named = true;
    }
    all.push_back(std::move(one));
  }
  if (all.empty() && !may_be_empty) return in.expected("a function such as `count`");
  return all;
}

Result<Value> lower_aggregate(const Aggregate& asked, std::optional<Value> argument,
                              const Grouping& grouping) {
  const std::string& function = asked.function;
  if (!argument) {
    if (grouping.condition) {
      return Value{aggregate("count", {when(*grouping.condition, sql::integer(1))}, grouping),
                   Kind::Integer};
    }
    return Value{aggregate("count", {}, grouping), Kind::Integer};
  }
  Value value = std::move(*argument);
  if (asked.line && asked.line->width < 0) {
    return Error{"bad-search", "`sparkline` is drawn by `stats` and `chart` only"}.at(asked.span);
  }
  if (value.kind == Kind::Truth) {
    if (function != "count") {
      return Error{"bad-search", "`" + function + "` is computed of a value, not of a condition"}
          .at(asked.span);
    }
    value = {when(std::move(value.expr), cast(sql::integer(1), "bigint")), Kind::Integer};
  }
  if (value.literal)
    value = {is_number(value.kind) ? value.expr : sql::text(*value.literal), value.kind};
  if (grouping.condition) {
    value.expr = when(*grouping.condition, std::move(value.expr));
  }
  const auto numbers = [&] { return number_of(value); };
  const bool several = value.kind == Kind::List;
  if (function == "count") {
    if (several) {
      return Value{
          cast(zero_if_null(aggregate("sum", {sql::call("cardinality", {value.expr})}, grouping)),
               "bigint"),
          Kind::Integer};
    }
    return Value{aggregate("count", {value.expr}, grouping), Kind::Integer};
  }
  if (function == "dc") {
    if (several || grouping.over) {
      return Value{
          zero_if_null(sql::call("cardinality", {spl("mvdedup", {collected(value, grouping)})})),
          Kind::Integer};
    }
    return Value{aggregate("count", {value.expr}, grouping, true), Kind::Integer};
  }
  if (function == "estdc_error") {
    return Value{cast(aggregate("min", {sql::integer(0)}, grouping), "bigint"), Kind::Integer};
  }
  if (function == "values") {
    if (several || grouping.over) {
      return Value{spl("mvsort", {spl("mvdedup", {collected(value, grouping)})}), Kind::List};
    }
    return Value{spl("mvsort", {aggregate("array_agg", {text_of(value)}, grouping, true)}),
                 Kind::List};
  }
  if (function == "list") {
    return Value{filled(collected(value, grouping, grouping.order)), Kind::List};
  }
  if (function == "first") return first_of(value, grouping, grouping.order);
  if (function == "last") {
    if (grouping.over || several) return last_of(value, grouping, grouping.order);
    return first_of(value, grouping, reversed(grouping.order));
  }
  if (function == "earliest" || function == "latest") {
    const bool earliest = function == "earliest";
    if (!grouping.time || asked.field == "_time") {
      if (asked.field == "_time") {
        return Value{aggregate(earliest ? "min" : "max", {numbers()}, grouping), Kind::Number};
      }
      return Error{"bad-search", "`" + function + "` needs the time of the rows, and there is none"}
          .at(asked.span);
    }
    std::vector<sql::SortKey> order;
    order.push_back({*grouping.time,
                     earliest ? sql::Direction::Ascending : sql::Direction::Descending,
                     sql::NullOrder::Last});
    const std::vector<sql::SortKey> ties = earliest ? reversed(grouping.order) : grouping.order;
    order.insert(order.end(), ties.begin(), ties.end());
    if (grouping.over) {
      return earliest ? last_of(value, grouping, {}) : first_of(value, grouping, {});
    }
    return first_of(value, grouping, std::move(order));
  }
  if (function == "earliest_time" || function == "latest_time" || function == "rate") {
    if (!grouping.time) {
      return Error{"bad-search", "`" + function + "` needs the time of the rows"}.at(asked.span);
    }
    const Expr time = when(is_not_null(value.expr), *grouping.time);
    if (function != "rate") {
      return Value{aggregate(function == "earliest_time" ? "min" : "max", {time}, grouping),
                   Kind::Number};
    }
    Aggregate one = asked;
    one.function = "latest";
    TRY(Value last,
        lower_aggregate(one, value, {grouping.over, grouping.order, grouping.time, {}, {}}));
    one.function = "earliest";
    TRY(Value first,
        lower_aggregate(one, value, {grouping.over, grouping.order, grouping.time, {}, {}}));
    const Expr span = binary(sql::Arithmetic::Subtract, aggregate("max", {time}, grouping),
                             aggregate("min", {time}, grouping));
    return Value{binary(sql::Arithmetic::Divide,
                        binary(sql::Arithmetic::Subtract, number_of(last), number_of(first)),
                        sql::call("nullif", {span, real(0)})),
                 Kind::Number};
  }
  if (function == "per") {
    if (!grouping.span) {
      return Error{"bad-search",
                   "`" + asked.name + "` is computed by `timechart`, of spans up to days"}
          .at(asked.span);
    }
    Aggregate sum = asked;
    sum.function = "sum";
    TRY(const Value all, lower_aggregate(sum, value, {grouping.over, {}, {}, {}, {}}));
    return Value{
        binary(sql::Arithmetic::Multiply, number_of(all), real(asked.percent / *grouping.span)),
        Kind::Number};
  }
  if (function == "min") return extreme(value, grouping, "min");
  if (function == "max") return extreme(value, grouping, "max");
  if (function == "sparkline") {
    return Value{spl("sparkline", {collected(value, grouping), sql::text(asked.line->function),
                                   cast(sql::integer(asked.line->width), "bigint")}),
                 Kind::Text};
  }
  if (function == "mode") return Value{spl("mode", {collected(value, grouping)}), Kind::Text};
  if (function == "perc") {
    return Value{spl("percentile", {collected(value, grouping), real(asked.percent)}),
                 Kind::Number};
  }
  if (several && function != "sum" && function != "avg") {
    return Value{spl("spread", {collected(value, grouping), sql::text(function)}), Kind::Number};
  }
  if (several) {
    const Expr all = numbers_in(value.expr);
    const Expr sum = aggregate("sum", {list_sum(all)}, grouping);
    if (function == "sum") return Value{sum, Kind::Number};
    const Expr count = aggregate("sum", {sql::call("cardinality", {all})}, grouping);
    return Value{binary(sql::Arithmetic::Divide, sum,
                        cast(sql::call("nullif", {count, sql::integer(0)}), "double")),
                 Kind::Number};
  }
  const Expr x = numbers();
  if (function == "sum") return Value{aggregate("sum", {x}, grouping), Kind::Number};
  if (function == "avg") return Value{aggregate("avg", {x}, grouping), Kind::Number};
  if (function == "sumsq") {
    return Value{aggregate("sum", {binary(sql::Arithmetic::Multiply, x, x)}, grouping),
                 Kind::Number};
  }
  if (function == "range") {
    return Value{binary(sql::Arithmetic::Subtract, aggregate("max", {x}, grouping),
                        aggregate("min", {x}, grouping)),
                 Kind::Number};
  }
  if (function == "stdevp") return Value{aggregate("stddev_pop", {x}, grouping), Kind::Number};
  if (function == "varp") return Value{aggregate("var_pop", {x}, grouping), Kind::Number};
  // Of one value the deviation is 0, not absent.
  const Expr one =
      when(sql::compare(Comparing::Equal, aggregate("count", {x}, grouping), sql::integer(1)),
           real(0), aggregate(function == "stdev" ? "stddev_samp" : "var_samp", {x}, grouping));
  return Value{one, Kind::Number};
}

Result<Layer*> split_by(Lowering& to, const std::vector<std::string>& fields, bool beside,
                        bool keep) {
  for (const std::string& field : fields) {
    Layer* below = to.rows();
    const Value value = to.table().read(*below, field);
    if (value.kind != Kind::List) continue;
    Layer& layer = to.table().push(below);
    sql::Expr values = value.expr;
    if (keep) {
      values =
          sql::call("coalesce", {std::move(values), cast(list({sql::null()}), "array(varchar)")});
    }
    const sql::Expr one = to.table().spread(layer, {std::move(values)})[0];
    layer.set(beside ? split_name(field) : field, {one, Kind::Text});
    to.set_rows(&layer);
  }
  return to.rows();
}

Result<std::vector<Aggregate>> expanded(std::vector<Aggregate> aggregates,
                                        const std::vector<std::string>& by, Layer& below,
                                        Lowering& to) {
  std::vector<Aggregate> made;
  for (Aggregate& one : aggregates) {
    if (one.field.find('*') == std::string::npos) {
      made.push_back(std::move(one));
      continue;
    }
    TRY(const std::vector<std::string> fields, to.matching(below, one.field));
    for (const std::string& field : fields) {
      if (std::find(by.begin(), by.end(), field) != by.end()) continue;
      Aggregate each = one;
      each.field = field;
      std::vector<std::string> stars;
      fits(one.field, field, &stars);
      if (one.named) {
        std::string name;
        std::size_t star = 0;
        for (const char c : one.name) {
          if (c == '*' && star < stars.size()) {
            name += stars[star++];
          } else {
            name += c;
          }
        }
        each.name = name;
      } else {
        each.name = one.name.substr(0, one.name.find('(')) + "(" + field + ")";
      }
      made.push_back(std::move(each));
    }
  }
  return made;
}

Result<std::optional<Value>> argument_of(const Aggregate& aggregate, Layer& layer, Lowering& to) {
  if (aggregate.eval) {
    Scope scope = to.scope(layer);
    TRY(Value value, lower(*aggregate.eval, scope));
    if (aggregate.line) value = point_of(aggregate, std::move(value), layer, to);
    return std::optional<Value>(std::move(value));
  }
  std::optional<Value> value;
  if (!aggregate.field.empty()) value = to.read(layer, aggregate.field, aggregate.span);
  if (aggregate.line) return std::optional<Value>(point_of(aggregate, value, layer, to));
  return value;
}

Grouping grouping_of(const std::vector<Aggregate>& aggregates, Layer& layer, Lowering& to) {
  Grouping grouping;
  bool ordered = false, timed = false;
  for (const Aggregate& one : aggregates) {
    const std::string& f = one.function;
    const bool in_time = f == "earliest" || f == "latest" || f == "rate";
    ordered =
        ordered || f == "first" || f == "last" || f == "list" || (in_time && one.field != "_time");
    timed = timed || in_time || f == "earliest_time" || f == "latest_time";
  }
  if (ordered) grouping.order = to.table().order(*layer.below);
  if (timed) {
    const Value time = to.read(layer, "_time");
    if (!time.null) grouping.time = number_of(time);
  }
  return grouping;
}

Result<void> group_rows(Lowering& to, std::vector<Aggregate> asked,
                        const std::vector<std::string>& by) {
  to.begin_with_events();
  TRY(asked, expanded(std::move(asked), by, *to.rows(), to));
  TRY(find_lines(to, asked));
  TRY(Layer * below, split_by(to, by, true));
  Layer& rows = to.table().push(below);
  rows.open = false;
  rows.order.clear();
  rows.columns = {};
  for (const std::string& field : by) {
    const Value whole = to.read(rows, field);
    const Value key = whole.kind == Kind::List ? to.read(rows, split_name(field)) : whole;
    rows.where.push_back(is_not_null(key.expr));
    if (!key.literal && !key.null) rows.group_by.push_back(key.expr);
    rows.set(field, key);
    const std::string hidden = std::string(1, kHidden) + "by " + field;
    rows.set(hidden, key);
    rows.order.push_back({hidden, false});
  }
  const Grouping grouping = grouping_of(asked, rows, to);
  for (const Aggregate& one : asked) {
    TRY(std::optional<Value> argument, argument_of(one, rows, to));
    TRY(Value value, lower_aggregate(one, std::move(argument), grouping));
    rows.set(one.name, std::move(value));
  }
  if (!by.empty() && rows.group_by.empty()) {
    // Grouped by what is the same in every row: one group, but none of no rows.
    rows.group_by.push_back(binary(sql::Arithmetic::Add, sql::integer(0), sql::integer(0)));
  }
  to.set_rows(&rows);
  return {};
}

}  // namespace trailhound::spl
