// SPDX-License-Identifier: Apache-2.0
//
// What is true or false: comparisons, LIKE, IN, and the types that two sides have in common.
#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "sql/binder.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {

Result<DataType> Binder::agree(TermPtr& left, TermPtr& right, Span span, std::string_view what) {
  if (options_.dialect == Dialect::Lake) {
    // Lake takes text for a timestamp or boolean: `eventtime > '2023-01-22 00:00:00'`.
    const auto lend = [&](const TermPtr& typed, TermPtr& text) {
      const auto* value = as<Constant>(text);
      if (value == nullptr || value->null || !text->type.is(TypeKind::Varchar)) return;
      if (is_time(typed->type)) {
        std::string spelt = value->text;
        if (const auto iso = parse_typed_time(spelt)) {
          std::string moment = format_iso(*iso);
          moment[10] = ' ';
          moment.pop_back();
          text = coerce(constant(moment, of_kind(TypeKind::Timestamp), text->span), typed->type);
        }
      }
      if (typed->type.is(TypeKind::Boolean) &&
          (equal_without_case(value->text, "true") || equal_without_case(value->text, "false"))) {
        text = constant(to_lower(value->text), boolean_type(), text->span);
      }
    };
    lend(left, right);
    lend(right, left);
  }
  const auto type = common_type(left->type, right->type);
  if (type) {
    left = coerce(left, *type);
    right = coerce(right, *type);
    return *type;
  }
  Error error = mismatch("`" + std::string(what) + "` cannot be applied to " + spell(left->type) +
                             " and " + spell(right->type),
                         span);
  const TermPtr& text = left->type.is(TypeKind::Varchar) ? left : right;
  const TermPtr& other = left->type.is(TypeKind::Varchar) ? right : left;
  if (!text->type.is(TypeKind::Varchar)) return error;
  const auto* value = as<Constant>(other);
  if (value != nullptr && (is_number(other->type) || other->type.is(TypeKind::Boolean)) &&
      !other->span.empty()) {
    return std::move(error).mend(
        {.title = "compare with text", .edits = {{other->span, "'" + value->text + "'"}}});
  }
  if (is_time(other->type)) {
    const auto* literal = as<Constant>(text);
    if (literal != nullptr && timestamp_text(literal->text) && !text->span.empty()) {
      const std::string made = "timestamp '" + literal->text + "'";
      return std::move(error).mend({.title = "write " + made, .edits = {{text->span, made}}});
    }
    return std::move(error).note(
        "eventtime is text in Athena: `from_iso8601_timestamp(eventtime)` makes a time of it, and "
        "`ts` is one");
  }
  if (is_number(other->type)) return std::move(error).note("`cast(text AS bigint)` reads a number");
  return error;
}

namespace {

/// Whether two values of a type are equal, part by part: NULL where parts that are NULL decide.
/// DuckDB takes a NULL inside for equal to a NULL.
std::string equal_form(const DataType& type, const std::string& one, const std::string& other,
                       int depth) {
  const std::string item = "{$e" + std::to_string(depth) + "}";
  switch (type.kind) {
    case TypeKind::Array:
      return "CASE WHEN len(" + one + ") <> len(" + other +
             ") THEN false ELSE th_all(list_transform(list_zip(" + one + ", " + other +
             "), lambda " + item + ": " +
             equal_form(type.element(), item + "[1]", item + "[2]", depth + 1) + ")) END";
    case TypeKind::Map:
      return "CASE WHEN cardinality(" + one + ") <> cardinality(" + other + ") THEN false WHEN " +
             other + " IS NULL THEN NULL ELSE th_all(list_transform(map_entries(" + one +
             "), lambda " + item + ": CASE WHEN list_contains(map_keys(" + other + "), " + item +
             ".key) THEN " +
             equal_form(type.value(), item + ".value",
                        "map_extract_value(" + other + ", " + item + ".key)", depth + 1) +
             " ELSE false END)) END";
    case TypeKind::Row: {
      std::string all;
      for (std::size_t i = 0; i < type.members.size(); ++i) {
        const std::string place = ", " + std::to_string(i + 1) + ")";
        all += (all.empty() ? "(" : " AND ") +
               equal_form(type.members[i].type, "struct_extract_at(" + one + place,
                          "struct_extract_at(" + other + place, depth);
      }
      return all + ")";
    }
    default:
      return "(" + one + " = " + other + ")";
  }
}

}  // namespace

Result<DataType> Binder::agree_all(const std::vector<TermPtr*>& terms, std::string_view what) {
  DataType type = of_kind(TypeKind::Unknown);
  for (TermPtr* term : terms) {
    const auto both = common_type(type, (*term)->type);
    if (!both) {
      return mismatch("the values of " + std::string(what) +
                          " have different types: " + spell(type) + " and " + spell((*term)->type),
                      (*term)->span);
    }
    type = *both;
  }
  for (TermPtr* term : terms) *term = coerce(*term, type);
  return type;
}

Result<TermPtr> Binder::compare(Comparing op, TermPtr left, TermPtr right, Span span) {
  static constexpr std::string_view kSigns[] = {
      "=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"};
  const std::string_view sign_text = kSigns[static_cast<std::size_t>(op)];
  const bool ordering = op == Comparing::Less || op == Comparing::LessOrEqual ||
                        op == Comparing::Greater || op == Comparing::GreaterOrEqual;
  if (op == Comparing::Equal || op == Comparing::NotEqual) {
    note_literal(left, right, true, op == Comparing::NotEqual);
    note_literal(right, left, true, op == Comparing::NotEqual);
  }
  TRY(const DataType type, agree(left, right, span, sign_text));
  if (ordering && !is_orderable(type)) {
    return mismatch("values of type " + spell(type) + " have no order", span);
  }
  if (!is_comparable(type))
    return mismatch("values of type " + spell(type) + " cannot be compared", span);
  if (ordering) {
    left = sortable(left);
    right = sortable(right);
  }
  const bool by_parts =
      type.is(TypeKind::Array) || type.is(TypeKind::Map) || type.is(TypeKind::Row);
  if (by_parts && (op == Comparing::Equal || op == Comparing::NotEqual)) {
    const TermPtr same =
        apply("=", equal_form(type, "{1}", "{2}", 0), {left, right}, boolean_type(), span);
    return op == Comparing::Equal ? same : make(Inverted{same}, boolean_type(), span);
  }
  return make(Compared{op, left, right}, boolean_type(), span);
}

/// Remembers `field = 'literal'`, so that a value that never occurs can be named.
void Binder::note_literal(const TermPtr& left, const TermPtr& right, bool equality, bool negated) {
  const auto* value = as<Constant>(right);
  if (value == nullptr || value->null || !right->type.is(TypeKind::Varchar) || right->span.empty())
    return;
  std::optional<event::Field> field;
  if (const auto* column = as<ColumnOf>(left)) field = column->field;
  if (const auto* part = as<MemberOf>(left)) field = part->field;
  if (!field || !deriving_.empty()) return;
  literals_.push_back({*field, value->text, right->span, equality, negated});
  const bool two_digits = *field == event::Field::Month || *field == event::Field::Day;
  if (!two_digits || !equality || value->text.size() != 1) return;
  if (std::isdigit(static_cast<unsigned char>(value->text[0])) == 0) return;
  const std::string padded = "'0" + value->text + "'";
  notices_.push_back(
      Error{"never-true", "month and day have two digits: no event has `" + value->text + "`"}
          .at(right->span)
          .mend({.title = "write " + padded, .edits = {{right->span, padded}}}));
}

Result<TermPtr> Binder::node(const Comparison& comparison, const Expr& expr, const Place& place) {
  TRY(TermPtr left, expression(*comparison.left, place));
  TRY(TermPtr right, expression(*comparison.right, place));
  return compare(comparison.op, std::move(left), std::move(right), expr.span);
}

Result<TermPtr> Binder::condition(const Expr& expr, const Place& place) {
  TRY(const TermPtr term, expression(expr, place));
  if (!is_coercible(term->type, boolean_type())) {
    Error error =
        mismatch("a condition is true or false, and this is a " + spell(term->type), expr.span);
    if (term->type.is(TypeKind::Varchar)) {
      return std::move(error).note(
          "compare it: `x = 'true'`; readonly and the like are text in Athena");
    }
    return error;
  }
  return coerce(term, boolean_type());
}

Result<TermPtr> Binder::node(const Logical& logical, const Expr& expr, const Place& place) {
  std::vector<TermPtr> terms;
  for (const Expr& one : logical.terms) {
    TRY(TermPtr term, condition(one, place));
    terms.push_back(std::move(term));
  }
  return make(Connected{logical.op, std::move(terms)}, boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Not& negation, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, condition(*negation.operand, place));
  return make(Inverted{std::move(operand)}, boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const IsNull& test, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, expression(*test.operand, place));
  return make(NullTested{std::move(operand), test.negated}, boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Between& between, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*between.operand, place));
  TRY(TermPtr low, expression(*between.low, place));
  TRY(TermPtr high, expression(*between.high, place));
  TRY(TermPtr above, compare(Comparing::GreaterOrEqual, operand, std::move(low), expr.span));
  TRY(TermPtr below, compare(Comparing::LessOrEqual, operand, std::move(high), expr.span));
  TermPtr both = make(Connected{Connective::And, {std::move(above), std::move(below)}},
                      boolean_type(), expr.span);
  return between.negated ? make(Inverted{both}, boolean_type(), expr.span) : both;
}

Result<TermPtr> Binder::node(const InList& list, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, expression(*list.operand, place));
  std::vector<TermPtr> values;
  for (const Expr& one : list.values) {
    TRY(TermPtr value, expression(one, place));
    note_literal(operand, value, true, list.negated);
    values.push_back(std::move(value));
  }
  // Each value has to agree with the operand, and all with one type.
  for (TermPtr& value : values) {
    TRY(agree(operand, value, value->span, "IN"));
  }
  for (TermPtr& value : values) value = coerce(value, operand->type);
  if (!operand->type.members.empty()) {  // lists, maps and rows are equal only part by part
    std::vector<TermPtr> equal;
    for (TermPtr& value : values) {
      TRY(TermPtr one, compare(Comparing::Equal, operand, value, expr.span));
      equal.push_back(std::move(one));
    }
    TermPtr any = equal.size() == 1 ? equal[0]
                                    : make(Connected{Connective::Or, std::move(equal)},
                                           boolean_type(), expr.span);
    return list.negated ? make(Inverted{any}, boolean_type(), expr.span) : any;
  }
  return make(Listed{std::move(operand), std::move(values), list.negated}, boolean_type(),
              expr.span);
}

Result<TermPtr> Binder::node(const Like& like, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*like.operand, place));
  TRY(const TermPtr pattern, expression(*like.pattern, place));
  for (const TermPtr& term : {operand, pattern}) {
    if (is_coercible(term->type, varchar())) continue;
    Error error = mismatch("LIKE compares texts, and this is a " + spell(term->type), term->span);
    if (term->type.is(TypeKind::Map) || term->type.is(TypeKind::Row) ||
        term->type.is(TypeKind::Array)) {
      return std::move(error).note("`json_format(cast(x AS json))` makes text of it");
    }
    return std::move(error).note("`cast(x AS varchar)` makes text of it");
  }
  note_literal(operand, pattern, false, like.negated);
  TermPtr wanted = coerce(pattern, varchar());
  TermPtr escape;
  if (like.escape) {
    TRY(escape, expression(**like.escape, place));
    if (!is_coercible(escape->type, varchar()))
      return mismatch("ESCAPE takes one character, and this is a " + spell(escape->type),
                      escape->span);
    const auto* mark = as<Constant>(escape);
    const auto* text = as<Constant>(wanted);
    if (mark != nullptr && !mark->null) {
      std::string_view rest = mark->text;
      if (!rest.empty()) take_utf8(rest);
      if (mark->text.empty() || !rest.empty())
        return Error{"bad-query", "ESCAPE takes one character"}.at(escape->span);
    }
    // Every escape becomes a backslash: DuckDB takes single bytes, and minds nothing behind one.
    if (mark != nullptr && text != nullptr && !mark->null && !text->null) {
      const auto made = like_pattern(text->text, mark->text);
      if (!made) {
        return Error{"bad-query", "behind the escape `" + mark->text +
                                      "` has to stand `%`, `_` or `" + mark->text + "` itself"}
            .at(pattern->span);
      }
      wanted = constant(*made, varchar(), wanted->span);
    } else {
      wanted = apply("like_pattern", "th_like_escaped({1}, {2})",
                     {wanted, coerce(escape, varchar())}, varchar(), wanted->span);
    }
    escape = constant("\\", varchar(), escape->span);
  }
  return make(LikeTested{coerce(operand, varchar()), wanted, escape, like.negated}, boolean_type(),
              expr.span);
}

}  // namespace trailhound::sql
