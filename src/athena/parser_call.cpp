// SPDX-License-Identifier: Apache-2.0
//
// Function calls, and the forms of standard SQL that look like calls. Those that Trino itself turns
// into calls are turned into the same ones here.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "athena/parser.hpp"
#include "base/text.hpp"

namespace trailhound::athena {
namespace {

/// EXTRACT(field FROM x) is function(x).
struct ExtractField {
  std::string_view field, function;
};
constexpr auto kExtractFields =
    std::to_array<ExtractField>({{"year", "year"},
                                 {"quarter", "quarter"},
                                 {"month", "month"},
                                 {"week", "week"},
                                 {"day", "day"},
                                 {"day_of_month", "day"},
                                 {"day_of_week", "day_of_week"},
                                 {"dow", "day_of_week"},
                                 {"day_of_year", "day_of_year"},
                                 {"doy", "day_of_year"},
                                 {"year_of_week", "year_of_week"},
                                 {"yow", "year_of_week"},
                                 {"hour", "hour"},
                                 {"minute", "minute"},
                                 {"second", "second"},
                                 {"timezone_hour", "timezone_hour"},
                                 {"timezone_minute", "timezone_minute"}});

}  // namespace

Parser::Form Parser::form_called(std::string_view word) {
  using Row = std::pair<std::string_view, Form>;
  static constexpr auto kForms = std::to_array<Row>({{"cast", &Parser::cast},
                                                     {"try_cast", &Parser::cast},
                                                     {"extract", &Parser::extract},
                                                     {"position", &Parser::position},
                                                     {"trim", &Parser::trimming},
                                                     {"substring", &Parser::substring},
                                                     {"normalize", &Parser::normalize},
                                                     {"exists", &Parser::exists},
                                                     {"row", &Parser::row},
                                                     {"grouping", &Parser::grouping},
                                                     {"listagg", &Parser::listagg},
                                                     {"json_exists", &Parser::json_exists},
                                                     {"json_value", &Parser::json_value},
                                                     {"json_query", &Parser::json_query},
                                                     {"json_object", &Parser::json_object},
                                                     {"json_array", &Parser::json_array}});
  for (const auto& [name, form] : kForms) {
    if (name == word) return form;
  }
  return nullptr;
}

Result<sql::Expr> Parser::call(sql::QualifiedName name) {
  const Span from = name.front().span;
  sql::Call call;
  call.name = std::move(name);
  TRY(need_symbol("("));
  TRY(call_arguments(call));
  TRY(need_symbol(")"));
  TRY(call_options(call));
  return sql::Expr{std::move(call), since(from)};
}

Result<void> Parser::call_arguments(sql::Call& call) {
  if (take_symbol("*")) {
    call.star = true;
    return {};
  }
  call.distinct = take("distinct");
  if (!call.distinct && at("all") && ahead(1).kind != TokenKind::Symbol) take("all");
  if (!at("order")) {
    TRY(call.arguments, expressions(")"));
  }
  if (take("order")) {
    TRY(need("by"));
    TRY(call.order_by, sort_keys());
  }
  return {};
}

/// What may stand behind the parentheses: FILTER, IGNORE NULLS, OVER.
Result<void> Parser::call_options(sql::Call& call) {
  if (at("filter", "(")) {
    at_ += 2;
    TRY(need("where"));
    TRY(call.filter, expression());
    TRY(need_symbol(")"));
  }
  if (take("ignore", "nulls")) call.nulls = sql::NullTreatment::Ignore;
  if (take("respect", "nulls")) call.nulls = sql::NullTreatment::Respect;
  if (at("over", "(")) {
    at_ += 2;
    TRY(call.over, window());
    return need_symbol(")");
  }
  if (at("over") && (ahead(1).kind == TokenKind::Word || ahead(1).kind == TokenKind::QuotedName)) {
    take("over");
    sql::Window named;
    named.span = now().span;
    TRY(named.base, name("the name of a window"));
    call.over = std::move(named);
  }
  return {};
}

Result<sql::Expr> Parser::cast() {
  const Span from = now().span;
  const bool or_null = now().text == "try_cast";
  at_ += 2;
  TRY(sql::Expr operand, expression());
  TRY(need("as"));
  TRY(sql::Type type, this->type());
  TRY(need_symbol(")"));
  return sql::Expr{sql::Cast{std::move(operand), std::move(type), or_null}, since(from)};
}

Result<sql::Expr> Parser::extract() {
  const Span from = now().span;
  at_ += 2;
  for (const ExtractField& known : kExtractFields) {
    if (!take(known.field)) continue;
    TRY(need("from"));
    TRY(sql::Expr operand, expression());
    TRY(need_symbol(")"));
    sql::Expr whole = sql::call(known.function, {std::move(operand)});
    whole.span = since(from);
    return whole;
  }
  return unexpected("a part of a time, such as HOUR");
}

/// POSITION(part IN whole) is strpos(whole, part).
Result<sql::Expr> Parser::position() {
  const Span from = now().span;
  at_ += 2;
  TRY(sql::Expr part, value(1));
  if (at_symbol(",")) {
    return unexpected("`IN`").note("with a comma it is strpos(whole, part)");
  }
  TRY(need("in"));
  TRY(sql::Expr whole, value(1));
  TRY(need_symbol(")"));
  sql::Expr made = sql::call("strpos", {std::move(whole), std::move(part)});
  made.span = since(from);
  return made;
}

/// TRIM([LEADING | TRAILING | BOTH] [letters] FROM x) and TRIM(x, letters).
Result<sql::Expr> Parser::trimming() {
  const Span from = now().span;
  at_ += 2;
  std::string_view function = "trim";
  bool sided = false;
  const bool names_column = ahead(1).kind == TokenKind::Symbol && ahead(1).text != "(";
  if (!names_column) {
    if (take("leading")) {
      function = "ltrim";
      sided = true;
    } else if (take("trailing")) {
      function = "rtrim";
      sided = true;
    } else {
      sided = take("both");
    }
  }
  std::vector<sql::Expr> arguments;
  if (sided && take("from")) {
    TRY(sql::Expr operand, expression());
    arguments.push_back(std::move(operand));
  } else {
    TRY(sql::Expr first, expression());
    if (take("from")) {
      TRY(sql::Expr operand, expression());
      arguments.push_back(std::move(operand));
      arguments.push_back(std::move(first));
    } else {
      if (sided) return unexpected("`FROM`");
      arguments.push_back(std::move(first));
      if (take_symbol(",")) {
        TRY(sql::Expr letters, expression());
        arguments.push_back(std::move(letters));
      }
    }
  }
  TRY(need_symbol(")"));
  sql::Expr made = sql::call(function, std::move(arguments));
  made.span = since(from);
  return made;
}

/// SUBSTRING(x FROM y FOR z) is substr(x, y, z); SUBSTRING(x, y, z) stays as it is.
Result<sql::Expr> Parser::substring() {
  const Span from = now().span;
  const sql::Name written_name{now().text, false, now().span};
  at_ += 2;
  TRY(std::vector<sql::Expr> arguments, expressions(")"));
  bool standard = false;
  if (arguments.size() == 1 && take("from")) {
    standard = true;
    TRY(sql::Expr start, expression());
    arguments.push_back(std::move(start));
    if (take("for")) {
      TRY(sql::Expr length, expression());
      arguments.push_back(std::move(length));
    }
  }
  TRY(need_symbol(")"));
  sql::Expr made = sql::call(standard ? "substr" : "substring", std::move(arguments));
  std::get<sql::Call>(made.node).name.front().span = written_name.span;
  made.span = since(from);
  return made;
}

Result<sql::Expr> Parser::normalize() {
  const Span from = now().span;
  at_ += 2;
  TRY(sql::Expr operand, expression());
  std::string form = "NFC";
  if (take_symbol(",")) {
    if (!at("nfc") && !at("nfd") && !at("nfkc") && !at("nfkd")) {
      return unexpected("NFC, NFD, NFKC or NFKD");
    }
    form = to_upper(tokens_.list[at_++].text);
  }
  TRY(need_symbol(")"));
  sql::Expr made = sql::call("normalize", {std::move(operand), sql::text(std::move(form))});
  made.span = since(from);
  return made;
}

Result<sql::Expr> Parser::exists() {
  const Span from = now().span;
  ++at_;
  TRY(sql::Query query, query_in_parentheses());
  return sql::Expr{sql::Exists{std::move(query)}, since(from)};
}

Result<sql::Expr> Parser::row() {
  const Span from = now().span;
  at_ += 2;
  TRY(std::vector<sql::Expr> values, expressions(")"));
  if (values.empty()) return unexpected("an expression");
  TRY(need_symbol(")"));
  return sql::Expr{sql::Row{std::move(values)}, since(from)};
}

Result<sql::Expr> Parser::grouping() {
  sql::QualifiedName name{{now().text, false, now().span}};
  ++at_;
  return call(std::move(name));
}

/// listagg(x, ', ' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY y)
Result<sql::Expr> Parser::listagg() {
  const Span from = now().span;
  sql::Call call;
  call.name = {{now().text, false, from}};
  at_ += 2;
  call.distinct = take("distinct");
  if (!call.distinct) take("all");
  TRY(call.arguments, expressions(")"));
  if (take("on")) {
    TRY(need("overflow"));
    sql::Overflow overflow;
    overflow.truncate = take("truncate");
    if (!overflow.truncate) TRY(need("error"));
    if (overflow.truncate) {
      if (now().kind == TokenKind::String) {
        TRY(overflow.filler, string_literal("a text"));
      }
      overflow.with_count = !take("without");
      if (overflow.with_count) TRY(need("with"));
      TRY(need("count"));
    }
    call.overflow = std::move(overflow);
  }
  TRY(need_symbol(")"));
  if (take("within")) {
    TRY(need("group"));
    TRY(need_symbol("("));
    TRY(need("order"));
    TRY(need("by"));
    TRY(call.within_group, sort_keys());
    TRY(need_symbol(")"));
  }
  TRY(call_options(call));
  return sql::Expr{std::move(call), since(from)};
}

Result<std::vector<sql::SortKey>> Parser::sort_keys() {
  std::vector<sql::SortKey> keys;
  do {
    TRY(sql::Expr value, expression());
    sql::SortKey key{std::move(value), sql::Direction::Ascending, std::nullopt};
    if (take("desc")) {
      key.direction = sql::Direction::Descending;
    } else {
      take("asc");
    }
    if (take("nulls")) {
      key.nulls = take("first") ? sql::NullOrder::First : sql::NullOrder::Last;
      if (*key.nulls == sql::NullOrder::Last) TRY(need("last"));
    }
    keys.push_back(std::move(key));
  } while (take_symbol(","));
  return keys;
}

/// What stands between the parentheses of OVER.
Result<sql::Window> Parser::window() {
  sql::Window window;
  window.span = now().span;
  const bool clause =
      at("partition", "by") || at("order") || at("rows") || at("range") || at("groups");
  if (!clause && at_name()) {
    TRY(window.base, name("the name of a window"));
  }
  if (take("partition", "by")) {
    do {
      TRY(sql::Expr key, expression());
      window.partition_by.push_back(std::move(key));
    } while (take_symbol(","));
  }
  if (take("order")) {
    TRY(need("by"));
    TRY(window.order_by, sort_keys());
  }
  if (at("rows") || at("range") || at("groups")) {
    TRY(window.frame, frame());
  }
  window.span = since(window.span);
  return window;
}

Result<sql::Frame> Parser::frame() {
  sql::Frame frame;
  if (take("rows")) {
    frame.unit = sql::FrameUnit::Rows;
  } else if (take("groups")) {
    frame.unit = sql::FrameUnit::Groups;
  } else {
    TRY(need("range"));
  }
  if (!take("between")) {
    TRY(frame.start, frame_bound());
    return frame;
  }
  TRY(frame.start, frame_bound());
  TRY(need("and"));
  TRY(frame.end, frame_bound());
  return frame;
}

Result<sql::FrameBound> Parser::frame_bound() {
  sql::FrameBound bound;
  if (take("unbounded")) {
    bound.kind = sql::BoundKind::UnboundedPreceding;
    if (take("preceding")) return bound;
    bound.kind = sql::BoundKind::UnboundedFollowing;
    TRY(need("following"));
    return bound;
  }
  if (take("current", "row")) return bound;
  TRY(bound.distance, value(1));
  bound.kind = sql::BoundKind::Preceding;
  if (take("preceding")) return bound;
  bound.kind = sql::BoundKind::Following;
  TRY(need("following"));
  return bound;
}

// SQL/JSON

Result<sql::Expr> Parser::json_exists() { return json_path(sql::JsonOperation::Exists); }
Result<sql::Expr> Parser::json_value() { return json_path(sql::JsonOperation::Value); }
Result<sql::Expr> Parser::json_query() { return json_path(sql::JsonOperation::Query); }

Result<sql::Expr> Parser::json_path(sql::JsonOperation operation) {
  const Span from = now().span;
  at_ += 2;
  TRY(sql::Expr input, expression());
  if (at("format")) return not_supported("FORMAT", now().span);
  sql::JsonPath path{operation, std::move(input), {}, {}, {}, {}, {}, {}, {}, {}};
  TRY(need_symbol(","));
  TRY(path.path, string_literal("a JSON path"));
  if (take("passing")) {
    do {
      TRY(sql::Expr value, expression());
      TRY(need("as"));
      TRY(sql::Name name, this->name("the name of a variable"));
      path.passing.push_back({std::move(value), std::move(name)});
    } while (take_symbol(","));
  }
  TRY(path.returning, json_returning());
  TRY(json_wrapper(path));
  TRY(json_behaviour(path));
  TRY(need_symbol(")"));
  return sql::Expr{std::move(path), since(from)};
}

Result<std::optional<sql::Type>> Parser::json_returning() {
  if (!take("returning")) return std::optional<sql::Type>{};
  TRY(sql::Type type, this->type());
  if (at("format")) return not_supported("FORMAT", now().span);
  return std::optional<sql::Type>{std::move(type)};
}

/// WITHOUT | WITH [CONDITIONAL | UNCONDITIONAL] [ARRAY] WRAPPER, KEEP | OMIT QUOTES
Result<void> Parser::json_wrapper(sql::JsonPath& path) {
  if (at("with") || at("without")) {
    path.before = take("without") ? "WITHOUT" : "WITH";
    if (path.before == "WITH") take("with");
    if (path.before == "WITH" && take("conditional")) path.before += " CONDITIONAL";
    if (path.before == "WITH" && take("unconditional")) path.before += " UNCONDITIONAL";
    take("array");
    TRY(need("wrapper"));
    path.before += " ARRAY WRAPPER";
  }
  if (at("keep", "quotes") || at("omit", "quotes")) {
    path.before += path.before.empty() ? "" : " ";
    path.before += to_upper(now().text) + " QUOTES";
    at_ += 2;
    if (at("on", "scalar")) {
      at_ += 2;
      TRY(need("string"));
    }
  }
  return {};
}

/// `NULL ON EMPTY`, `DEFAULT x ON ERROR`, `TRUE ON ERROR`, at most one of each.
Result<void> Parser::json_behaviour(sql::JsonPath& path) {
  while (!at_symbol(")")) {
    std::string behaviour;
    sql::Maybe<sql::Expr> fallback;
    if (take("default")) {
      behaviour = "DEFAULT";
      TRY(fallback, expression());
    } else if (take("empty")) {
      const bool object = take("object");
      if (!object) TRY(need("array"));
      behaviour = object ? "EMPTY OBJECT" : "EMPTY ARRAY";
    } else if (at("null") || at("error") || at("true") || at("false") || at("unknown")) {
      behaviour = to_upper(tokens_.list[at_++].text);
    } else {
      return unexpected("`)`");
    }
    TRY(need("on"));
    const bool error = take("error");
    if (!error) TRY(need("empty"));
    std::string& slot = error ? path.on_error : path.on_empty;
    if (!slot.empty()) {
      return Error{"sql-syntax", "the same case is dealt with twice"}.at(before().span);
    }
    slot = std::move(behaviour);
    (error ? path.on_error_default : path.on_empty_default) = std::move(fallback);
  }
  return {};
}

/// JSON_OBJECT('a': 1, KEY 'b' VALUE 2 ABSENT ON NULL WITH UNIQUE KEYS RETURNING varchar)
Result<sql::Expr> Parser::json_object() {
  const Span from = now().span;
  at_ += 2;
  sql::JsonObject object;
  const auto options = [&] {
    return at_symbol(")") || at("null", "on") || at("absent", "on") || at("with", "unique") ||
           at("without", "unique") || (at("returning") && ahead(1).kind == TokenKind::Word);
  };
  if (!options()) {
    do {
      const bool key_word = at("key") && ahead(1).kind != TokenKind::Symbol && take("key");
      TRY(sql::Expr key, expression());
      if (key_word || !take_symbol(":")) TRY(need("value"));
      TRY(sql::Expr value, expression());
      if (at("format")) return not_supported("FORMAT", now().span);
      object.members.push_back({std::move(key), std::move(value)});
    } while (take_symbol(","));
  }
  if (at("null", "on") || at("absent", "on")) {
    object.absent_on_null = at("absent");
    at_ += 2;
    TRY(need("null"));
  }
  if (at("with", "unique") || at("without", "unique")) {
    object.unique_keys = at("with");
    at_ += 2;
    take("keys");
  }
  TRY(object.returning, json_returning());
  TRY(need_symbol(")"));
  return sql::Expr{std::move(object), since(from)};
}

Result<sql::Expr> Parser::json_array() {
  const Span from = now().span;
  at_ += 2;
  sql::JsonArray array;
  const auto options = [&] {
    return at_symbol(")") || at("null", "on") || at("absent", "on") ||
           (at("returning") && ahead(1).kind == TokenKind::Word);
  };
  if (!options()) {
    do {
      TRY(sql::Expr element, expression());
      if (at("format")) return not_supported("FORMAT", now().span);
      array.elements.push_back(std::move(element));
    } while (take_symbol(","));
  }
  if (at("null", "on") || at("absent", "on")) {
    array.null_on_null = at("null");
    at_ += 2;
    TRY(need("null"));
  }
  TRY(array.returning, json_returning());
  TRY(need_symbol(")"));
  return sql::Expr{std::move(array), since(from)};
}

}  // namespace trailhound::athena
