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

/// What a Java pattern holds that RE2 cannot match exactly; empty if nothing.
std::string unmatched_by_re2(std::string_view pattern) {
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      if (i + 1 >= pattern.size()) return "a lone `\\` at its end";
      const char next = pattern[++i];
      if (!in_class && next >= '1' && next <= '9')
        return "a backreference (`\\" + std::string(1, next) + "`)";
      if (!in_class && next == 'k') return "a backreference (`\\k<name>`)";
      if (next == 'Q') {
        const std::size_t end = pattern.find("\\E", i);
        i = end == std::string_view::npos ? pattern.size() : end + 1;
        continue;
      }
      if (std::string_view("GZRXhHK").find(next) != std::string_view::npos) {
        return "`\\" + std::string(1, next) + "`";
      }
      continue;
    }
    if (in_class) {
      if (c == ']') in_class = false;
      if (pattern.substr(i).starts_with("&&")) return "an intersection of character classes (`&&`)";
      if (c == '[' && !pattern.substr(i).starts_with("[:"))
        return "a character class inside another";
      continue;
    }
    if (c == '[') {
      in_class = true;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') ++i;
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') ++i;
      continue;
    }
    const std::string_view rest = pattern.substr(i);
    if (rest.starts_with("(?=") || rest.starts_with("(?!"))
      return "lookahead (`" + std::string(rest.substr(0, 3)) + "`)";
    if (rest.starts_with("(?<=") || rest.starts_with("(?<!"))
      return "lookbehind (`" + std::string(rest.substr(0, 4)) + "`)";
    if (rest.starts_with("(?>")) return "an atomic group (`(?>`)";
    const bool repeat = c == '*' || c == '+' || c == '?' || c == '}';
    if (repeat && i > 0 && i + 1 < pattern.size() && pattern[i + 1] == '+') {
      return "a possessive repeat (`" + std::string(1, c) + "+`)";
    }
  }
  return {};
}

/// Java's `(?<name>` in RE2's spelling, and an end of text that may stand before a last line break.
std::string as_re2(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      out += pattern[i];
      out += pattern[++i];
      continue;
    }
    if (pattern.substr(i).starts_with("(?<")) {
      out += "(?P<";
      i += 2;
      continue;
    }
    out += pattern[i];
  }
  return out;
}

/// Java's replacement `$1 \$` in RE2's spelling `\1 $`; nothing if it names a group.
std::optional<std::string> as_re2_replacement(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      const char next = text[++i];
      out += next == '\\' ? "\\\\" : std::string(1, next);
    } else if (c == '$' && i + 1 < text.size()) {
      const char next = text[++i];
      if (std::isdigit(static_cast<unsigned char>(next)) == 0) return std::nullopt;
      out += '\\';
      out += next;
    } else if (c == '\\' || c == '$') {
      return std::nullopt;
    } else {
      out += c;
    }
  }
  return out;
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

  if (wanted == "@regexp") {
    std::vector<TermPtr> with = arguments;
    const auto* pattern = as<Constant>(arguments[1]);
    if (pattern != nullptr && !pattern->null) {
      const std::string wrong = unmatched_by_re2(pattern->text);
      if (!wrong.empty()) {
        return refused("the pattern holds " + wrong + ", which the engine cannot match exactly",
                       arguments[1]->span);
      }
      with[1] = constant(as_re2(pattern->text), varchar(), arguments[1]->span);
    }
    if (name == "regexp_like") return made("regexp_matches({1}, {2})", with);
    if (name == "regexp_split") return made("regexp_split_to_array({1}, {2})", with);
    if (name == "regexp_count")
      return made("CAST(len(regexp_extract_all({1}, {2})) AS BIGINT)", with);
    if (name == "regexp_replace") {
      if (with.size() == 2) return made("regexp_replace({1}, {2}, '', 'g')", with);
      TRY(const std::string text,
          constant_text(arguments[2], "the replacement", arguments[2]->span));
      const auto replacement = as_re2_replacement(text);
      if (!replacement)
        return refused("the replacement holds a `$` that is no group's number", arguments[2]->span);
      with[2] = constant(*replacement, varchar(), arguments[2]->span);
      return made("regexp_replace({1}, {2}, {3}, 'g')", with);
    }
    if (with.size() > 2) {
      const auto* group = as<Constant>(arguments[2]);
      if (group == nullptr || group->null)
        return refused("here the group has to be a literal", arguments[2]->span);
      with[2] = constant(group->text, integer_type(), arguments[2]->span);
    }
    if (name == "regexp_extract_all") {
      return made(
          with.size() > 2 ? "regexp_extract_all({1}, {2}, {3})" : "regexp_extract_all({1}, {2})",
          with);
    }
    // DuckDB gives '' where nothing matches; the list of all matches tells the two apart.
    return made(with.size() > 2 ? "regexp_extract_all({1}, {2}, {3})[1]"
                                : "regexp_extract_all({1}, {2})[1]",
                with);
  }

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
    const bool is_date = time->type.is(TypeKind::Date);
    if (!is_date && !time->type.is(TypeKind::Timestamp) &&
        !time->type.is(TypeKind::TimestampZone)) {
      return bad_arguments(name, arguments, span);
    }
    const bool small =
        *unit == "millisecond" || *unit == "second" || *unit == "minute" || *unit == "hour";
    if (is_date && small) {
      return Error{"bad-arguments", "a date has no " + *unit + "s"}
          .at(arguments[0]->span)
          .note("`cast(x AS timestamp)` makes a point in time of it");
    }
    const std::string quoted = "'" + *unit + "'";
    if (wanted == "@date_trunc") {
      const TermPtr clock = local_time(time);
      std::string form = "date_trunc(" + quoted + ", {1})";
      if (is_date) form = "CAST(" + form + " AS DATE)";
      TermPtr cut = apply(name, form, {clock}, clock->type, span);
      if (!time->type.is(TypeKind::TimestampZone)) return cut;
      if (time->type.zone.empty()) return retyped(cut, time->type);
      return apply(name, "timezone('UTC', timezone({2}, {1}))",
                   {cut, constant(time->type.zone, varchar(), span)}, time->type, span);
    }
    if (wanted == "@date_add") {
      std::string scale = *unit + "s";
      if (*unit == "quarter") scale = "months";
      std::string count = *unit == "quarter" ? "CAST({1} * 3 AS INTEGER)" : "CAST({1} AS INTEGER)";
      if (small) count = "{1}";
      std::string form = "({2} + to_" + scale + "(" + count + "))";
      if (is_date) form = "CAST(" + form + " AS DATE)";
      return apply(name, form, {arguments[1], time}, time->type, span);
    }
    return made("date_sub(" + quoted + ", {1}, {2})", {arguments[1], arguments[2]});
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
    TRY(const std::string zone, constant_text(arguments[1], "a time zone", arguments[1]->span));
    DataType type = result;
    type.zone = equal_without_case(zone, "UTC") ? "" : zone;
    if (wanted == "@at_timezone") return retyped(arguments[0], type);
    if (wanted == "@from_unixtime") {
      return apply(name, "make_timestamp(CAST(round({1} * 1000) AS BIGINT) * 1000)", {arguments[0]},
                   type, span);
    }
    if (type.zone.empty()) return retyped(arguments[0], type);
    return apply(name, "timezone('UTC', timezone({2}, {1}))", {arguments[0], arguments[1]}, type,
                 span);
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
    if (name == "round" && arguments.size() == 2) {
      const auto* places = as<Constant>(arguments[1]);
      if (places == nullptr || places->null)
        return refused("here the number of digits has to be a literal", span);
      const DataType type = decimal(std::min(38, digits.precision + 1), digits.scale);
      return apply(name, "CAST(round({1}, " + places->text + ") AS " + duckdb_type(type) + ")",
                   {arguments[0]}, type, span);
    }
    const DataType type = decimal(std::min(38, digits.precision - digits.scale + 1), 0);
    const std::string function = name == "ceiling" ? "ceil" : name;
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
    const std::string wrong = format_problem(text, arguments.size() - 1);
    if (!wrong.empty()) return refused("the format holds " + wrong, arguments[0]->span);
    return made("th_format({1}, CAST([" + list + "] AS VARCHAR[]))", with);
  }

  CHECK(false, "a rule is missing: " + std::string(wanted));
  return refused("`" + name + "` is not offered", call.name.back().span);
}

}  // namespace trailhound::sql
