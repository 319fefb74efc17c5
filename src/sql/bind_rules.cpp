// SPDX-License-Identifier: Apache-2.0
//
// Functions that a form alone cannot say: their DuckDB form depends on a literal (a unit, a
// pattern, a format) or on the types of the arguments.
#include <algorithm>
#include <array>
#include <cctype>

#include "base/check.hpp"
#include "base/text.hpp"
#include "sql/binder.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

constexpr std::array<std::string_view, 9> kUnits = {
    "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"};

/// `second`, `seconds`, `SECOND` as Trino takes them.
std::optional<std::string> unit_called(std::string_view text) {
  std::string word = to_lower(text);
  if (std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end()) return word;
  return std::nullopt;
}

}  // namespace

Result<std::string> Binder::constant_text(const TermPtr& term, std::string_view what, Span span) {
  const auto* value = as<Constant>(term);
  if (value != nullptr && !value->null && term->type.is(TypeKind::Varchar)) return value->text;
  return refused("here " + std::string(what) + " has to be a literal", span);
}

Result<TermPtr> Binder::rule(const Match& match, const Call& call, Span span) {
  const std::string name(match.function->name);
  const std::string_view wanted = match.function->duckdb;
  const std::vector<TermPtr>& arguments = match.arguments;
  const DataType& result = match.result;
  const auto made = [&](std::string form, std::vector<TermPtr> with) {
    return apply(name, std::move(form), std::move(with), result, span);
  };

  if (wanted == "@typeof") return constant(spell(arguments[0]->type), varchar(), span);

  if (wanted == "@now") {
    Current now;
    now.kind = CurrentKind::Timestamp;
    return node(now, Expr{now, span}, Place{});
  }

  if (wanted == "@extreme") {
    if (!is_orderable(result))
      return mismatch("values of type " + spell(result) + " have no order", span);
    if (result.is(TypeKind::IpAddress))
      return refused("`" + name + "` of addresses is not offered", span);
    return made("CASE WHEN {*: IS NULL OR } IS NULL THEN NULL ELSE " + name + "({*}) END",
                arguments);
  }

  if (wanted == "@normalize") {
    TRY(const std::string kind, constant_text(arguments[1], "the normal form", arguments[1]->span));
    if (!equal_without_case(kind, "NFC"))
      return refused("the normal form " + kind + " is not offered", span);
    return made("nfc_normalize({1})", {arguments[0]});
  }

  if (wanted == "@array_join") {
    std::vector<TermPtr> with = arguments;
    TRY(const std::string inner,
        cast_form(arguments[0]->type.element(), varchar(), "{$x}", span, 0));
    const std::string item = with.size() > 2 ? "coalesce(" + inner + ", {3})" : inner;
    return made("th_join(list_transform({1}, lambda {$x}: " + item + "), {2})", std::move(with));
  }

  if (wanted == "@zip") {
    std::string row = "{";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      row += (i > 0 ? ", 'field" : "'field") + std::to_string(i) + "': {$z}[" +
             std::to_string(i + 1) + "]";
    }
    return made("list_transform(list_zip({*}), lambda {$z}: " + row + "})", arguments);
  }

  if (wanted == "@reduce") {
    // DuckDB's list_reduce wants one type for state and element: both ride in a struct.
    const DataType& state = match.variables.at("S");
    const DataType& element = match.variables.at("T");
    const std::string no_state = "CAST(NULL AS " + duckdb_type(state) + ")";
    const std::string no_element = "CAST(NULL AS " + duckdb_type(element) + ")";
    return made("list_transform([list_reduce(list_transform({1}, lambda {$x}: {'s': " + no_state +
                    ", 'x': {$x}}), lambda {$a}, {$b}: {'s': CAST({3({$a}.s, {$b}.x)} AS " +
                    duckdb_type(state) + "), 'x': " + no_element + "}, {'s': CAST({2} AS " +
                    duckdb_type(state) + "), 'x': " + no_element +
                    "}).s], lambda {$y}: {4({$y})})[1]",
                arguments);
  }

  if (wanted == "@json_path") {
    if (const auto* path = as<Constant>(arguments[1]); path != nullptr && !path->null) {
      const std::string wrong = json_path_problem(path->text);
      if (!wrong.empty()) {
        Error error = Error{"bad-arguments", "`" + path->text + "` is no JSON path: " + wrong}.at(
            arguments[1]->span);
        return std::move(error).note("paths look like `$.a.b[0]` or `$[\"a b\"]`");
      }
    }
    const std::string native = name == "json_extract_scalar" ? "th_json_scalar"
                               : name == "json_extract"      ? "th_json_extract"
                                                             : "th_json_size";
    return made(native + "({1}, {2})", arguments);
  }

  if (wanted == "@regexp") return pattern_call(match, span);

  if (wanted == "@date_trunc" || wanted == "@date_add" || wanted == "@date_diff") {
    TRY(const std::string text, constant_text(arguments[0], "the unit", arguments[0]->span));
    const auto unit = unit_called(text);
    if (!unit) {
      Error error = Error{"bad-arguments", "`" + text + "` is no unit of time"}.at(
          arguments[0]->span,
          "millisecond, second, minute, hour, day, week, month, quarter or year");
      std::string singular = to_lower(text);
      if (singular.ends_with('s')) singular.pop_back();
      if (const auto near = nearest(singular, kUnits)) {
        return std::move(error).mend(
            {.title = "use '" + *near + "'", .edits = {{arguments[0]->span, "'" + *near + "'"}}});
      }
      return error;
    }
    const TermPtr& time = arguments.back();
    const DataType& type = time->type;
    if (type.is(TypeKind::Unknown))
      return null_of(wanted == "@date_diff" ? bigint() : of_kind(TypeKind::Timestamp), span);
    const bool is_date = type.is(TypeKind::Date);
    if (!is_time(type)) return bad_arguments(name, arguments, span);
    const bool small =
        *unit == "millisecond" || *unit == "second" || *unit == "minute" || *unit == "hour";
    if (is_date && small) {
      return Error{"bad-arguments", "a date has no " + *unit + "s"}
          .at(arguments[0]->span)
          .note("`cast(x AS timestamp)` makes a point in time of it");
    }
    const std::string quoted = "'" + *unit + "'";
    // Days and longer go by the clock of the zone, hours and shorter by what passes.
    const bool by_clock = type.is(TypeKind::TimestampZone) && !type.zone.empty();
    if (wanted == "@date_trunc") {
      const TermPtr clock = local_time(time);
      std::string form = "date_trunc(" + quoted + ", {1})";
      if (is_date) form = "CAST(" + form + " AS DATE)";
      const TermPtr cut = apply(name, form, {clock}, clock->type, span);
      return type.is(TypeKind::TimestampZone) ? instant_of(cut, type) : cut;
    }
    if (wanted == "@date_add") {
      std::string scale = *unit + "s";
      if (*unit == "quarter") scale = "months";
      std::string count = *unit == "quarter" ? "CAST({1} * 3 AS INTEGER)" : "CAST({1} AS INTEGER)";
      if (small) count = "{1}";
      std::string form = "({2} + to_" + scale + "(" + count + "))";
      if (is_date) form = "CAST(" + form + " AS DATE)";
      const TermPtr from = by_clock && !small ? local_time(time) : time;
      const TermPtr later = apply(name, form, {arguments[1], from}, from->type, span);
      return by_clock && !small ? instant_of(later, type) : later;
    }
    TermPtr begin = arguments[1];
    TermPtr end = arguments[2];
    if (begin->type.is(TypeKind::TimestampZone) && !begin->type.zone.empty() && !small) {
      end = local_time(retyped(end, begin->type));
      begin = local_time(begin);
    }
    return made("date_sub(" + quoted + ", {1}, {2})", {begin, end});
  }

  if (wanted == "@format_datetime") return made("th_format_datetime({1}, {2})", arguments);

  if (wanted == "@to_iso8601") {
    if (arguments[0]->type.is(TypeKind::Timestamp))
      return made("th_iso8601({1}, 3, '')", arguments);
    const std::string& zone = arguments[0]->type.zone;
    if (!zone.empty())
      return refused("`to_iso8601` of a time in another zone than UTC is not offered", span);
    return made("th_iso8601({1}, 3, 'Z')", arguments);
  }

  if (wanted == "@at_timezone" || wanted == "@from_unixtime" || wanted == "@with_timezone") {
    DataType type = result;
    if (arguments.size() > 2) {  // from_unixtime(x, hours, minutes)
      const auto* hours = as<Constant>(arguments[1]);
      const auto* minutes = as<Constant>(arguments[2]);
      if (hours == nullptr || minutes == nullptr || hours->null || minutes->null)
        return refused("here the offset has to be a literal", arguments[1]->span);
      const auto h = whole_number(hours->text);
      const auto m = whole_number(minutes->text);
      const std::int64_t all = h && m ? *h * 60 + *m : 10'000;
      if (all < -14 * 60 || all > 14 * 60)
        return Error{"bad-arguments", "no zone has this offset"}.at(arguments[1]->span);
      const std::string digits =
          std::to_string(10'000 + std::abs(all) / 60 * 100 + std::abs(all) % 60).substr(1);
      TRY(type.zone, zone_called((all < 0 ? "-" : "+") + digits, span));
    } else {
      TRY(const std::string zone, constant_text(arguments[1], "a time zone", arguments[1]->span));
      TRY(type.zone, zone_called(zone, arguments[1]->span));
    }
    if (wanted != "@from_unixtime") {
      type.precision = arguments[0]->type.precision;
      return wanted == "@at_timezone" ? told_in(arguments[0], type)
                                      : instant_of(arguments[0], type);
    }
    const TermPtr instant = apply(name, "make_timestamp(CAST(round({1} * 1000) AS BIGINT) * 1000)",
                                  {arguments[0]}, result, span);
    return told_in(instant, type);
  }

  if (wanted == "@timezone_part") {
    const std::string& zone = arguments[0]->type.zone;
    if (name == "timezone") return constant(zone.empty() ? "UTC" : zone, varchar(), span);
    if (zone.empty()) return constant("0", bigint(), span);
    return made(name == "timezone_hour" ? "(date_diff('minute', {2}, {1}) // 60)"
                                        : "(date_diff('minute', {2}, {1}) % 60)",
                {local_time(arguments[0]), retyped(arguments[0], of_kind(TypeKind::Timestamp))});
  }

  if (wanted == "@round_decimal") {
    const DataType& digits = arguments[0]->type;
    const std::string function = name == "ceiling" ? "ceil" : name == "truncate" ? "trunc" : name;
    if (arguments.size() == 2) {
      const auto* places = as<Constant>(arguments[1]);
      if (places == nullptr || places->null)
        return refused("here the number of digits has to be a literal", span);
      if (name == "truncate") {
        return refused("`truncate` of a decimal to so many digits is not offered", span)
            .note("`round(x, n)` keeps so many digits, and rounds the last");
      }
      const DataType type = decimal(std::min(38, digits.precision + 1), digits.scale);
      return apply(name, "CAST(round({1}, " + places->text + ") AS " + duckdb_type(type) + ")",
                   {arguments[0]}, type, span);
    }
    const int whole = digits.precision - digits.scale;
    const DataType type = name == "sign"       ? decimal(1, 0)
                          : name == "truncate" ? decimal(std::max(1, whole), 0)
                                               : decimal(std::min(38, whole + 1), 0);
    return apply(name, "CAST(" + function + "({1}) AS " + duckdb_type(type) + ")", {arguments[0]},
                 type, span);
  }

  if (wanted == "@format") {
    // The values become text here, by their types; th_format puts them in their places.
    TRY(const std::string text, constant_text(arguments[0], "the format", arguments[0]->span));
    std::vector<TermPtr> with = {arguments[0]};
    std::string list;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      TRY(const TermPtr value, cast(arguments[i], varchar(), false, arguments[i]->span));
      with.push_back(value);
      list += (list.empty() ? "" : ", ") + ("coalesce({" + std::to_string(i + 1) + "}, 'null')");
    }
    auto places = format_places(text);
    if (!places.ok()) return std::move(places).error().at(arguments[0]->span);
    for (const FormatPlace& place : *places) {
      if (place.argument + 1 >= arguments.size()) {
        return Error{"bad-arguments", "the format has more places than there are values"}.at(
            arguments[0]->span);
      }
      const DataType& type = arguments[place.argument + 1]->type;
      const bool whole = place.conversion == 'd' || place.conversion == 'x' ||
                         place.conversion == 'X' || place.conversion == 'o';
      const bool fits = type.is(TypeKind::Unknown) ||
                        (whole ? is_integer(type)
                               : place.conversion != 'f' || (is_number(type) && !is_integer(type)));
      if (!fits) {
        return Error{"bad-arguments",
                     "`%" + std::string(1, place.conversion) + "` cannot show a " + spell(type)}
            .at(arguments[place.argument + 1]->span);
      }
      if (type.is(TypeKind::Timestamp) || type.is(TypeKind::TimestampZone)) {
        return refused("`format` of a point in time is not offered",
                       arguments[place.argument + 1]->span)
            .note("`date_format(time, '%Y-%m-%d %H:%i:%s')` makes text of it");
      }
    }
    return made("th_format({1}, CAST([" + list + "] AS VARCHAR[]))", with);
  }

  CHECK(false, "a rule is missing: " + std::string(wanted));
  return refused("`" + name + "` is not offered", call.name.back().span);
}

}  // namespace trailhound::sql
