// SPDX-License-Identifier: Apache-2.0
//
// SQL/JSON: JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT, JSON_ARRAY. What happens where a path
// finds nothing, or cannot be followed, is said by ON EMPTY and ON ERROR; by itself it is NULL, and
// false of JSON_EXISTS.
#include <algorithm>

#include "base/text.hpp"
#include "sql/binder.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

/// A NULL of a type that stops the question where it is computed.
std::string failing(const std::string& why, const DataType& type) {
  return "CASE WHEN th_fail('" + why + "', length({1})) = 0 THEN CAST(NULL AS " +
         duckdb_type(type) + ") END";
}

bool gives_json(const Expr& expr) {
  if (const auto* path = std::get_if<JsonPath>(&expr.node))
    return path->operation == JsonOperation::Query;
  return std::holds_alternative<JsonObject>(expr.node) ||
         std::holds_alternative<JsonArray>(expr.node);
}

}  // namespace

Result<TermPtr> Binder::node(const JsonPath& path, const Expr& expr, const Place& place) {
  TRY(const TermPtr input, expression(*path.input, place));
  if (!is_coercible(input->type, varchar()))
    return mismatch("JSON is read out of text, and this is a " + spell(input->type), input->span);
  if (!path.passing.empty())
    return refused("PASSING is not offered: a path stands by itself here", expr.span)
        .note("variables of the path can be compared outside: `json_value(x, 'lax $.a') = y`");
  if (const std::string wrong = sql_json_path_problem(path.path); !wrong.empty()) {
    return refused("in the path `" + path.path + "`, " + wrong, expr.span)
        .note("paths look like `lax $.a.b[0]`, `strict $.a[*]`, `$.\"a b\"`, `$.a[last]`");
  }
  std::vector<TermPtr> with = {coerce(input, varchar()), constant(path.path, varchar(), expr.span)};
  const auto made = [&](std::string form, const DataType& type) {
    return apply("sql_json", "CASE WHEN {1} IS NULL THEN NULL ELSE " + std::move(form) + " END",
                 with, type, expr.span);
  };
  if (path.operation == JsonOperation::Exists) {
    const std::string asked = "th_json_exists({1}, {2})";
    if (path.on_error == "ERROR") return made(asked, boolean_type());
    if (path.on_error == "UNKNOWN") return made("TRY(" + asked + ")", boolean_type());
    const std::string otherwise = path.on_error == "TRUE" ? "true" : "false";
    return made("coalesce(TRY(" + asked + "), " + otherwise + ")", boolean_type());
  }

  DataType type = varchar();
  if (path.returning) {
    TRY(type, resolve(*path.returning));
  }
  const bool query = path.operation == JsonOperation::Query;
  const bool plain = type.is(TypeKind::Varchar) || is_number(type) || type.is(TypeKind::Boolean) ||
                     type.is(TypeKind::Date) || type.is(TypeKind::Timestamp);
  if (query ? !type.is(TypeKind::Varchar) : !plain)
    return refused("RETURNING " + spell(type) + " is not offered", expr.span);

  // What to give in a case: NULL, a failure, a default, an empty list or object.
  const auto given = [&](const std::string& behaviour, const Maybe<Expr>& fallback,
                         const std::string& why) -> Result<std::string> {
    if (behaviour == "ERROR") return failing(why, type);
    if (behaviour == "EMPTY ARRAY") return std::string("'[]'");
    if (behaviour == "EMPTY OBJECT") return std::string("'{{}'");
    if (behaviour != "DEFAULT") return "CAST(NULL AS " + duckdb_type(type) + ")";
    TRY(const TermPtr value, expression(**fallback, place));
    if (!is_coercible(value->type, type))
      return mismatch("the default is a " + spell(value->type) + ", and a " + spell(type) +
                          " is given otherwise",
                      value->span);
    with.push_back(coerce(value, type));
    return "{" + std::to_string(with.size()) + "}";
  };
  TRY(const std::string empty,
      given(path.on_empty, path.on_empty_default, "the path finds nothing in this JSON"));
  TRY(const std::string error,
      given(path.on_error, path.on_error_default,
            query ? "the path cannot be followed in this JSON, or finds more than one value"
                  : "the path cannot be followed in this JSON, or finds no single scalar"));
  const bool strict_errors = path.on_error == "ERROR";
  if (query) {
    const bool quotes = path.before.find("OMIT QUOTES") == std::string::npos;
    const bool wraps = path.before.starts_with("WITH ");
    const bool conditional = path.before.find("CONDITIONAL") != std::string::npos &&
                             path.before.find("UNCONDITIONAL") == std::string::npos;
    if (wraps && !quotes)
      return Error{"bad-query", "OMIT QUOTES does not go with an array wrapper"}.at(expr.span);
    const std::string value =
        wraps ? "th_json_wrapped({1}, {2}, " + std::string(conditional ? "true" : "false") + ")"
              : "th_json_item_query({1}, {2}, " + std::string(quotes ? "false" : "true") + ")";
    return made("CASE th_json_items_state({1}, {2}) WHEN 0 THEN " + empty + " WHEN 2 THEN " +
                    error + (wraps ? "" : " WHEN 3 THEN " + error) + " ELSE " + value + " END",
                type);
  }
  std::string value = "th_json_item_text({1}, {2})";
  if (!type.is(TypeKind::Varchar)) {
    TRY(value, cast_form(of_kind(TypeKind::Json), type, "th_json_item({1}, {2})", expr.span, 0));
    if (!strict_errors) {
      value = "CASE WHEN th_json_item({1}, {2}) IS NULL THEN NULL ELSE coalesce(TRY(" + value +
              "), " + error + ") END";
    }
  }
  return made("CASE th_json_value_state({1}, {2}) WHEN 0 THEN " + empty + " WHEN 2 THEN " + error +
                  " ELSE " + value + " END",
              type);
}

Result<std::string> Binder::json_part(const Expr& expr, const Place& place,
                                      std::vector<TermPtr>& with) {
  TRY(const TermPtr value, expression(expr, place));
  const DataType& type = value->type;
  if (!type.members.empty()) {
    return mismatch(
               "a value of type " + spell(type) + " has no place in JSON_OBJECT and JSON_ARRAY",
               value->span)
        .note("`json_format(cast(x AS json))` makes JSON of it");
  }
  with.push_back(type.is(TypeKind::Unknown) ? coerce(value, varchar()) : value);
  const std::string slot = "{" + std::to_string(with.size()) + "}";
  if (gives_json(expr)) return slot;
  return json_form(with.back()->type, slot, value->span, 0);
}

Result<TermPtr> Binder::node(const JsonObject& object, const Expr& expr, const Place& place) {
  if (object.returning) {
    TRY(const DataType type, resolve(*object.returning));
    if (!type.is(TypeKind::Varchar))
      return refused("RETURNING " + spell(type) + " is not offered", expr.span);
  }
  std::vector<TermPtr> with;
  std::string keys;
  std::string members;
  for (const JsonMember& member : object.members) {
    TRY(const TermPtr key, expression(*member.key, place));
    if (!is_coercible(key->type, varchar()))
      return mismatch("the key of a member is text, and this is a " + spell(key->type), key->span);
    with.push_back(coerce(key, varchar()));
    const std::string slot = "{" + std::to_string(with.size()) + "}";
    TRY(const std::string value, json_part(*member.value, place, with));
    keys += (keys.empty() ? "" : ", ") + slot;
    const std::string shown = object.absent_on_null ? value : "coalesce(" + value + ", 'null')";
    members += (members.empty() ? "" : ", ") + ("th_json_quote(" + slot + ") || ':' || " + shown);
  }
  if (members.empty()) return constant("{}", varchar(), expr.span);
  const std::string wrong =
      "CASE WHEN len(list_filter([" + keys +
      "], lambda {$k}: {$k} IS NULL)) > 0 OR "
      "len(list_distinct([" +
      keys + "])) < " + std::to_string(object.members.size()) +
      " THEN left('', CAST(th_fail('the keys of an object must differ, and none may be NULL', 1) "
      "AS INTEGER)) ELSE '{{' END";
  return apply("json_object",
               "(" + wrong + " || array_to_string(list_filter([" + members +
                   "], lambda {$m}: {$m} IS NOT NULL), ',') || '}')",
               std::move(with), varchar(), expr.span);
}

Result<TermPtr> Binder::node(const JsonArray& array, const Expr& expr, const Place& place) {
  if (array.returning) {
    TRY(const DataType type, resolve(*array.returning));
    if (!type.is(TypeKind::Varchar))
      return refused("RETURNING " + spell(type) + " is not offered", expr.span);
  }
  std::vector<TermPtr> with;
  std::string elements;
  for (const Expr& element : array.elements) {
    TRY(const std::string value, json_part(element, place, with));
    elements += (elements.empty() ? "" : ", ") +
                (array.null_on_null ? "coalesce(" + value + ", 'null')" : value);
  }
  if (elements.empty()) return constant("[]", varchar(), expr.span);
  return apply("json_array",
               "('[' || array_to_string(list_filter([" + elements +
                   "], lambda {$m}: {$m} IS NOT NULL), ',') || ']')",
               std::move(with), varchar(), expr.span);
}

}  // namespace trailhound::sql
