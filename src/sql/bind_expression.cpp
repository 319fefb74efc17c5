// SPDX-License-Identifier: Apache-2.0
//
// Names and their parts, subqueries, CASE, and what makes lists and rows.
#include <charconv>

#include "base/text.hpp"
#include "sql/binder.hpp"

namespace trailhound::sql {

Result<TermPtr> Binder::expression(const Expr& expr, const Place& place) {
  TRY(const TermPtr term,
      std::visit([&](const auto& inner) { return node(inner, expr, place); }, expr.node));
  return term->span == expr.span ? term : make(term->node, term->type, expr.span);
}

// Names and their parts

Result<TermPtr> Binder::node(const Column& column, const Expr& expr, const Place& place) {
  return this->column(column, expr.span, place);
}

Result<TermPtr> Binder::node(const Dereference& dereference, const Expr&, const Place& place) {
  TRY(const TermPtr base, expression(*dereference.base, place));
  return member(base, dereference.field);
}

Result<TermPtr> Binder::node(const Subscript& subscript, const Expr& expr, const Place& place) {
  TRY(TermPtr base, expression(*subscript.base, place));
  TRY(TermPtr index, expression(*subscript.index, place));
  if (base->type.is(TypeKind::Array)) {
    if (!is_coercible(index->type, bigint())) {
      return mismatch(
          "an element of a list is asked for by a number, not by a " + spell(index->type),
          index->span);
    }
    return apply("subscript", "th_subscript({1}, {2})", {base, coerce(index, bigint())},
                 base->type.element(), expr.span);
  }
  if (base->type.is(TypeKind::Map)) {
    if (!is_coercible(index->type, base->type.key())) {
      return mismatch(
          "the keys of this map are " + spell(base->type.key()) + ", not " + spell(index->type),
          index->span);
    }
    return apply("subscript", "th_map_value({1}, {2})", {base, coerce(index, base->type.key())},
                 base->type.value(), expr.span);
  }
  if (base->type.is(TypeKind::Row)) {
    const auto* number = as<Constant>(index);
    const auto place_in_row = number != nullptr ? whole_number(number->text) : std::nullopt;
    if (!place_in_row || *place_in_row < 1 ||
        *place_in_row > static_cast<std::int64_t>(base->type.members.size())) {
      return mismatch("a field of a row is asked for by its number, 1 to " +
                          std::to_string(base->type.members.size()),
                      index->span);
    }
    const auto i = static_cast<std::size_t>(*place_in_row - 1);
    const TypeMember& field = base->type.members[i];
    return make(
        MemberOf{base, field.name.empty() ? "field" + std::to_string(i) : field.name, std::nullopt},
        field.type, expr.span);
  }
  Error error = mismatch(
      "only lists, maps and rows have elements, and this is a " + spell(base->type), expr.span);
  if (base->type.is(TypeKind::Varchar) || base->type.is(TypeKind::Json)) {
    return std::move(error).note("JSON is read by `json_extract_scalar(text, '$.name')`");
  }
  return error;
}

// Subqueries

namespace {
Result<void> one_column(const Plan& plan, Span span) {
  if (plan.outputs.size() == 1) return {};
  return Error{"bad-query", "this query has to give one column, and gives " +
                                std::to_string(plan.outputs.size())}
      .at(span);
}
}  // namespace

Result<TermPtr> Binder::node(const InQuery& in, const Expr& expr, const Place& place) {
  TRY(TermPtr operand, expression(*in.operand, place));
  TRY(const PlanPtr plan, query(*in.query, place.scope));
  TRY(one_column(*plan, expr.span));
  TermPtr output = null_of(plan->outputs[0].type, {});
  output = make(LocalOf{"?"}, plan->outputs[0].type, {});
  const DataType wanted = plan->outputs[0].type;
  TRY(const DataType type, agree(operand, output, expr.span, "IN"));
  if (!(type == wanted) && !(as<LocalOf>(output) != nullptr)) {
    return mismatch(
        "the query gives " + spell(wanted) + ", which is compared with " + spell(operand->type),
        expr.span);
  }
  return make(Nested{Asking::In, operand, Comparing::Equal, Quantifier::Any, in.negated, plan},
              boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Quantified& quantified, const Expr& expr, const Place& place) {
  TRY(const TermPtr left, expression(*quantified.left, place));
  TRY(const PlanPtr plan, query(*quantified.query, place.scope));
  TRY(one_column(*plan, expr.span));
  const auto type = common_type(left->type, plan->outputs[0].type);
  if (!type || !(*type == plan->outputs[0].type)) {
    return mismatch("the query gives " + spell(plan->outputs[0].type) +
                        ", which is compared with " + spell(left->type),
                    expr.span);
  }
  return make(Nested{Asking::Compare, coerce(left, *type), quantified.op, quantified.quantifier,
                     false, plan},
              boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Exists& exists, const Expr& expr, const Place& place) {
  TRY(const PlanPtr plan, query(*exists.query, place.scope));
  return make(Nested{Asking::Exists, nullptr, Comparing::Equal, Quantifier::Any, false, plan},
              boolean_type(), expr.span);
}

Result<TermPtr> Binder::node(const Subquery& subquery, const Expr& expr, const Place& place) {
  TRY(const PlanPtr plan, query(*subquery.query, place.scope));
  TRY(one_column(*plan, expr.span));
  const DataType type = plan->outputs[0].type;
  return make(Nested{Asking::Scalar, nullptr, Comparing::Equal, Quantifier::Any, false, plan}, type,
              expr.span);
}

// CASE, CAST, constructors

Result<TermPtr> Binder::node(const Case& chosen, const Expr& expr, const Place& place) {
  TermPtr operand;
  if (chosen.operand) {
    TRY(operand, expression(**chosen.operand, place));
  }
  Chosen made;
  for (const When& when : chosen.whens) {
    TermPtr test;
    if (operand) {
      TRY(TermPtr value, expression(*when.condition, place));
      TRY(test, compare(Comparing::Equal, operand, std::move(value), when.condition->span));
    } else {
      TRY(test, condition(*when.condition, place));
    }
    TRY(TermPtr result, expression(*when.result, place));
    made.branches.push_back({std::move(test), std::move(result)});
  }
  if (chosen.otherwise) {
    TRY(made.otherwise, expression(**chosen.otherwise, place));
  }
  std::vector<TermPtr*> results;
  for (Chosen::Branch& branch : made.branches) results.push_back(&branch.result);
  if (made.otherwise) results.push_back(&made.otherwise);
  TRY(const DataType type, agree_all(results, "CASE"));
  return make(std::move(made), type, expr.span);
}

Result<TermPtr> Binder::node(const Cast& cast_node, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*cast_node.operand, place));
  TRY(const DataType type, resolve(cast_node.type));
  TRY(const TermPtr made, cast(operand, type, cast_node.or_null, expr.span));
  if (type.is(TypeKind::Varchar) && !cast_node.type.sizes.empty()) {
    const std::string size = std::to_string(cast_node.type.sizes[0]);
    if (operand->type.is(TypeKind::Varchar) || operand->type.is(TypeKind::Unknown))
      return apply("cast", "left({1}, " + size + ")", {made}, type, expr.span);
    const std::string checked = "CASE WHEN length({1}) > " + size +
                                " THEN left({1}, CAST(th_fail('the value is longer than varchar(" +
                                size + ")', length({1})) AS INTEGER)) ELSE {1} END";
    return apply("cast", cast_node.or_null ? "TRY(" + checked + ")" : checked, {made}, type,
                 expr.span);
  }
  return made;
}

Result<TermPtr> Binder::node(const AtTimeZone& at, const Expr& expr, const Place& place) {
  TRY(const TermPtr operand, expression(*at.operand, place));
  TRY(const TermPtr zone, expression(*at.zone, place));
  if (!is_coercible(operand->type, of_kind(TypeKind::TimestampZone))) {
    return mismatch(
        "AT TIME ZONE is asked of points in time, and this is a " + spell(operand->type),
        expr.span);
  }
  TRY(const std::string name, constant_text(zone, "a time zone", zone->span));
  DataType type = of_kind(TypeKind::TimestampZone);
  TRY(type.zone, zone_called(name, zone->span));
  type.precision =
      is_time(operand->type) && !operand->type.is(TypeKind::Date) ? operand->type.precision : 0;
  const TermPtr instant = coerce(operand, of_kind(TypeKind::TimestampZone));
  return told_in(instant, type);
}

Result<TermPtr> Binder::node(const Call& call_node, const Expr& expr, const Place& place) {
  return call(call_node, expr, place);
}

Result<TermPtr> Binder::node(const Lambda&, const Expr& expr, const Place&) {
  return Error{"bad-query",
               "a lambda stands only among the arguments of a function such as `filter`"}
      .at(expr.span);
}

Result<TermPtr> Binder::node(const Array& array, const Expr& expr, const Place& place) {
  std::vector<TermPtr> elements;
  for (const Expr& one : array.elements) {
    TRY(TermPtr element, expression(one, place));
    elements.push_back(std::move(element));
  }
  std::vector<TermPtr*> slots;
  slots.reserve(elements.size());
  for (TermPtr& element : elements) slots.push_back(&element);
  TRY(const DataType type, agree_all(slots, "ARRAY"));
  return apply("array", "[{*}]", std::move(elements), array_of(type), expr.span);
}

Result<TermPtr> Binder::node(const Row& row, const Expr& expr, const Place& place) {
  DataType type = of_kind(TypeKind::Row);
  std::string form = "{";
  std::vector<TermPtr> values;
  for (const Expr& one : row.values) {
    TRY(TermPtr value, expression(one, place));
    const std::string number = std::to_string(values.size());
    form += (values.empty() ? "" : ", ") + ("'field" + number + "': ") + "{" +
            std::to_string(values.size() + 1) + "}";
    type.members.push_back({"", value->type});
    values.push_back(std::move(value));
  }
  return apply("row", form + "}", std::move(values), type, expr.span);
}

Result<TermPtr> Binder::node(const Parameter& parameter, const Expr& expr, const Place&) {
  const std::string name = parameter.name.empty() ? "?" : ":" + parameter.name;
  return Error{"bad-query", "the parameter `" + name + "` has no value"}.at(expr.span).note(
      "`--param name=value` gives one");
}

}  // namespace trailhound::sql
