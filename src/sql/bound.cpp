// SPDX-License-Identifier: Apache-2.0
#include "sql/bound.hpp"

#include <algorithm>

#include "sql/binder.hpp"

namespace trailhound::sql {
namespace {

/// Calls `visit` with every slot of `node` that holds a term and is not null, always in one order.
template <class Node, class Visit>
void each_part(Node& node, Visit&& visit) {
  const auto one = [&](auto& slot) {
    if (slot) visit(slot);
  };
  const auto many = [&](auto& slots) {
    for (auto& slot : slots) one(slot);
  };
  const auto sorts = [&](auto& keys) {
    for (auto& key : keys) one(key.value);
  };
  const auto aggregate = [&](auto& call) {
    many(call.arguments);
    sorts(call.order_by);
    one(call.filter);
  };
  std::visit(Overload{
                 [](auto&) {},
                 [&](MemberOf& n) { one(n.base); },
                 [&](Applied& n) { many(n.arguments); },
                 [&](Aggregated& n) { aggregate(n); },
                 [&](Windowed& n) {
                   aggregate(n.call);
                   many(n.partition_by);
                   sorts(n.order_by);
                   one(n.start.distance);
                   one(n.end.distance);
                 },
                 [&](Compared& n) {
                   one(n.left);
                   one(n.right);
                 },
                 [&](Connected& n) { many(n.terms); },
                 [&](Inverted& n) { one(n.operand); },
                 [&](NullTested& n) { one(n.operand); },
                 [&](LikeTested& n) {
                   one(n.operand);
                   one(n.pattern);
                   one(n.escape);
                 },
                 [&](Listed& n) {
                   one(n.operand);
                   many(n.values);
                 },
                 [&](Chosen& n) {
                   for (auto& branch : n.branches) {
                     one(branch.condition);
                     one(branch.result);
                   }
                   one(n.otherwise);
                 },
                 [&](LambdaOf& n) { one(n.body); },
                 [&](Nested& n) { one(n.operand); },
             },
             node);
}

void append(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

/// What tells a node apart besides its kind and its parts.
std::string mark(const Term::Node& node) {
  std::string out = std::to_string(node.index()) + "/";
  const auto flag = [&](auto value) { out += std::to_string(static_cast<int>(value)) + ","; };
  const auto sorts = [&](const std::vector<SortTerm>& keys) {
    for (const SortTerm& key : keys) {
      flag(key.descending);
      flag(key.nulls_first);
    }
    out += ';';
  };
  const auto aggregate = [&](const Aggregated& n) {
    append(out, n.form);
    flag(n.arguments.size());
    flag(n.distinct);
    flag(n.filter != nullptr);
    sorts(n.order_by);
  };
  std::visit(Overload{
                 [](const auto&) {},
                 [&](const Constant& n) {
                   flag(n.null);
                   append(out, n.text);
                 },
                 [&](const ColumnOf& n) {
                   flag(n.source);
                   append(out, n.name);
                 },
                 [&](const MemberOf& n) { append(out, n.name); },
                 [&](const LocalOf& n) { append(out, n.name); },
                 [&](const Applied& n) { append(out, n.form); },
                 [&](const Aggregated& n) { aggregate(n); },
                 [&](const Windowed& n) {
                   aggregate(n.call);
                   flag(n.partition_by.size());
                   sorts(n.order_by);
                   flag(n.unit ? static_cast<int>(*n.unit) : -1);
                   flag(n.start.kind);
                   flag(n.end.kind);
                   flag(n.ignore_nulls);
                 },
                 [&](const Compared& n) { flag(n.op); },
                 [&](const Connected& n) { flag(n.op); },
                 [&](const NullTested& n) { flag(n.negated); },
                 [&](const LikeTested& n) { flag(n.negated); },
                 [&](const Listed& n) { flag(n.negated); },
                 [&](const Chosen& n) { flag(n.branches.size()); },
                 [&](const LambdaOf& n) {
                   for (const std::string& parameter : n.parameters) append(out, parameter);
                 },
                 [&](const Nested& n) { flag(reinterpret_cast<std::uintptr_t>(n.plan.get())); },
             },
             node);
  return out;
}

bool node_may_fail(const Term& term) {
  if (const auto* applied = std::get_if<Applied>(&term.node)) {
    return applied->function == "cast" || applied->form.find("th_") != std::string::npos ||
           applied->form.find("CAST(") != std::string::npos || applied->function == "+" ||
           applied->function == "-" || applied->function == "*";
  }
  return std::holds_alternative<Nested>(term.node);
}

}  // namespace

std::vector<TermPtr> parts(const Term& term) {
  std::vector<TermPtr> below;
  Term::Node copy = term.node;
  each_part(copy, [&](TermPtr& slot) { below.push_back(slot); });
  return below;
}

TermPtr with_parts(const Term& term, std::vector<TermPtr> below) {
  Term::Node copy = term.node;
  std::size_t next = 0;
  each_part(copy, [&](TermPtr& slot) { slot = std::move(below[next++]); });
  return make(std::move(copy), term.type, term.span);
}

bool may_fail(const Term& term) {
  if (node_may_fail(term)) return true;
  const std::vector<TermPtr> below = parts(term);
  return std::any_of(below.begin(), below.end(),
                     [](const TermPtr& part) { return may_fail(*part); });
}

std::string signature(const Term& term) {
  std::string out = mark(term.node);
  out += spell(term.type);
  out += '(';
  for (const TermPtr& part : parts(term)) {
    out += signature(*part);
    out += ',';
  }
  out += ')';
  return out;
}

std::optional<std::int64_t> zone_offset(std::string_view zone) {
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  const auto digit = [&](std::size_t i) { return std::int64_t{zone[i] - '0'}; };
  const std::int64_t minutes = (digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5);
  return (zone[0] == '-' ? -minutes : minutes) * kMinute;
}

TermPtr local_time(const TermPtr& term) {
  if (!term->type.is(TypeKind::TimestampZone)) return term;
  DataType type = of_kind(TypeKind::Timestamp);
  type.precision = term->type.precision;
  if (term->type.zone.empty()) return retyped(term, type);
  if (const auto offset = zone_offset(term->type.zone)) {
    return apply("at_timezone", "({1} + to_minutes(" + std::to_string(*offset / kMinute) + "))",
                 {term}, type, term->span);
  }
  const TermPtr zone = constant(term->type.zone, varchar(), term->span);
  return apply("at_timezone", "timezone({2}, CAST({1} AS TIMESTAMPTZ))", {term, zone}, type,
               term->span);
}

TermPtr instant_of(const TermPtr& clock, const DataType& type) {
  if (type.zone.empty()) return retyped(clock, type);
  if (const auto offset = zone_offset(type.zone)) {
    return apply("with_timezone", "({1} - to_minutes(" + std::to_string(*offset / kMinute) + "))",
                 {clock}, type, clock->span);
  }
  return apply("with_timezone", "timezone('UTC', timezone({2}, {1}))",
               {clock, constant(type.zone, varchar(), clock->span)}, type, clock->span);
}

TermPtr told_in(const TermPtr& instant, const DataType& type) {
  if (type.zone.empty() || zone_offset(type.zone)) return retyped(instant, type);
  // The zone is looked up even where only the instant counts: a name that is none has to fail.
  return apply("at_timezone",
               "CASE WHEN timezone({2}, CAST({1} AS TIMESTAMPTZ)) IS NULL THEN NULL ELSE {1} END",
               {instant, constant(type.zone, varchar(), instant->span)}, type, instant->span);
}

TermPtr sortable(const TermPtr& term) {
  if (!term->type.is(TypeKind::IpAddress) && !term->type.is(TypeKind::IpPrefix)) return term;
  return apply("ip_order", "th_ip_order({1})", {term}, varchar(), term->span);
}

bool lists_events(const Plan& plan) {
  const auto* const select = std::get_if<SelectPlan>(&plan.body);
  if (select == nullptr || select->distinct || select->grouped || select->from == nullptr ||
      !plan.with.empty() || !plan.order_by.empty() || plan.offset || plan.limit) {
    return false;
  }
  if (std::holds_alternative<EventTable>(select->from->node)) return true;
  const auto* const nested = std::get_if<NestedQuery>(&select->from->node);
  return nested != nullptr && lists_events(*nested->plan);
}

}  // namespace trailhound::sql
