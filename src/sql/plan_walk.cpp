// SPDX-License-Identifier: Apache-2.0
#include "sql/plan_walk.hpp"

#include <algorithm>

#include "sql/binder.hpp"

namespace trailhound::sql {

void PlanWalk::term(const TermPtr& one) const {
  if (!one) return;
  visit(one);
  if (const auto* nested = as<Nested>(one)) plan(*nested->plan);
  for (const TermPtr& part : parts(*one)) term(part);
}

void PlanWalk::source(const SourcePtr& one) const {
  if (!one) return;
  enter(*one);
  std::visit(Overload{
                 [&](EventTable& events) {
                   for (const DerivedColumn& column : events.derived) term(column.value);
                 },
                 [&](NestedQuery& nested) { plan(*nested.plan); },
                 [](CommonUse&) {},
                 [&](UnnestedLists& lists) {
                   for (const auto& column : lists.columns) term(column.list);
                 },
                 [&](JoinedSources& join) {
                   source(join.left);
                   source(join.right);
                   term(join.on);
                 },
             },
             one->node);
}

void PlanWalk::plan(Plan& one) const {
  for (CommonPlan& common : one.with) plan(*common.plan);
  std::visit(Overload{
                 [&](SelectPlan& select) {
                   source(select.from);
                   term(select.where);
                   if (select.grouped) {
                     for (const TermPtr& key : select.grouped->keys) term(key);
                     for (const TermPtr& aggregate : select.grouped->aggregates) term(aggregate);
                   }
                   term(select.having);
                   for (const TermPtr& output : select.outputs) term(output);
                 },
                 [&](ValuesPlan& values) {
                   for (const auto& row : values.rows) {
                     for (const TermPtr& value : row) term(value);
                   }
                 },
                 [&](SetPlan& set) {
                   plan(*set.left);
                   plan(*set.right);
                 },
             },
             one.body);
  for (const OrderKey& key : one.order_by) term(key.sort.value);
}

namespace {

/// Walks a plan as PlanWalk does, and writes.
struct TermChange {
  const std::function<TermPtr(const TermPtr&)>& by;

  TermPtr changed(const TermPtr& one) const {
    if (!one) return one;
    if (TermPtr other = by(one)) return other;
    if (const auto* nested = as<Nested>(one)) plan(*nested->plan);
    std::vector<TermPtr> below = parts(*one);
    bool any = false;
    for (TermPtr& part : below) {
      TermPtr other = changed(part);
      any = any || other != part;
      part = std::move(other);
    }
    return any ? with_parts(*one, std::move(below)) : one;
  }
  void term(TermPtr& one) const { one = changed(one); }
  void source(const SourcePtr& one) const {
    if (!one) return;
    std::visit(Overload{
                   [&](EventTable& events) {
                     for (DerivedColumn& column : events.derived) term(column.value);
                   },
                   [&](NestedQuery& nested) { plan(*nested.plan); },
                   [](CommonUse&) {},
                   [&](UnnestedLists& lists) {
                     for (auto& column : lists.columns) term(column.list);
                   },
                   [&](JoinedSources& join) {
                     source(join.left);
                     source(join.right);
                     term(join.on);
                   },
               },
               one->node);
  }
  void plan(Plan& one) const {
    for (CommonPlan& common : one.with) plan(*common.plan);
    std::visit(Overload{
                   [&](SelectPlan& select) {
                     source(select.from);
                     term(select.where);
                     if (select.grouped) {
                       for (TermPtr& key : select.grouped->keys) term(key);
                       for (TermPtr& aggregate : select.grouped->aggregates) term(aggregate);
                     }
                     term(select.having);
                     for (TermPtr& output : select.outputs) term(output);
                   },
                   [&](ValuesPlan& values) {
                     for (auto& row : values.rows) {
                       for (TermPtr& value : row) term(value);
                     }
                   },
                   [&](SetPlan& set) {
                     plan(*set.left);
                     plan(*set.right);
                   },
               },
               one.body);
    for (OrderKey& key : one.order_by) term(key.sort.value);
  }
};

}  // namespace

void change_terms(Plan& plan, const std::function<TermPtr(const TermPtr&)>& by) {
  TermChange{by}.plan(plan);
}

bool holds_window(const TermPtr& term) {
  if (as<Windowed>(term) != nullptr) return true;
  const std::vector<TermPtr> below = parts(*term);
  return std::any_of(below.begin(), below.end(), holds_window);
}

std::optional<FieldUse> field_of(const TermPtr& term) {
  return term ? field_of(*term) : std::nullopt;
}

std::optional<FieldUse> field_of(const Term& term) {
  if (const auto* column = std::get_if<ColumnOf>(&term.node)) {
    if (column->field) return FieldUse{*column->field, column->source};
  }
  if (const auto* part = std::get_if<MemberOf>(&term.node); part != nullptr && part->field) {
    const auto base = field_of(part->base);
    if (base) return FieldUse{*part->field, base->source};
  }
  return std::nullopt;
}

bool speaks_of(const Plan& plan, const std::set<int>& sources) {
  bool found = false;
  PlanWalk walk;
  walk.visit = [&](const TermPtr& term) {
    if (const auto* column = as<ColumnOf>(term)) found = found || sources.contains(column->source);
  };
  walk.plan(const_cast<Plan&>(plan));
  return found;
}

}  // namespace trailhound::sql
