// SPDX-License-Identifier: Apache-2.0
#include "sql/scan_plan.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "sql/binder.hpp"
#include "sql/plan_walk.hpp"
#include "sql/restriction.hpp"

namespace trailhound::sql {
namespace {

// Pushing conditions down

/// The same term with the columns of source 0 (the outputs of a plan) or of `from` replaced. Null
/// if it speaks of anything else.
TermPtr replaced(const TermPtr& term, int from,
                 const std::function<TermPtr(const std::string&)>& by) {
  if (as<Nested>(term) != nullptr || as<Aggregated>(term) != nullptr ||
      as<Windowed>(term) != nullptr)
    return nullptr;
  if (const auto* column = as<ColumnOf>(term))
    return column->source == from ? by(column->name) : nullptr;
  std::vector<TermPtr> below = parts(*term);
  for (TermPtr& part : below) {
    part = replaced(part, from, by);
    if (!part) return nullptr;
  }
  return with_parts(*term, std::move(below));
}

/// The condition in terms of a member of what `replaced` put in: `(x.f1).f2` keeps its field.
void split_and(const TermPtr& condition, std::vector<TermPtr>& out) {
  if (!condition) return;
  const auto* both = as<Connected>(condition);
  if (both == nullptr || both->op != Connective::And) {
    out.push_back(condition);
    return;
  }
  for (const TermPtr& term : both->terms) split_and(term, out);
}

class Planner {
 public:
  explicit Planner(Plan& whole) {
    PlanWalk count;
    count.visit = [](const TermPtr&) {};
    count.enter = [&](Source& source) {
      if (const auto* use = std::get_if<CommonUse>(&source.node)) ++uses_[use->common];
    };
    count.plan(whole);
  }

  /// `outside`: conditions on the outputs of the plan, as columns of source 0.
  void plan(Plan& plan, const std::vector<TermPtr>& outside) {
    std::visit([&](auto& body) { this->body(body, plan, outside); }, plan.body);
    // A CTE is spoken of by those behind it: what they ask of it is known once they are planned.
    for (auto common = plan.with.rbegin(); common != plan.with.rend(); ++common) {
      this->plan(*common->plan, asked_[common->id]);
    }
    for (const OrderKey& key : plan.order_by) nested(key.sort.value);
  }

 private:
  std::map<int, int> uses_;  ///< How often each CTE is spoken of
  std::map<int, std::vector<TermPtr>> asked_;

  void nested(const TermPtr& term) {
    if (!term) return;
    if (const auto* inner = as<Nested>(term)) plan(*inner->plan, {});
    for (const TermPtr& part : parts(*term)) nested(part);
  }

  void body(SelectPlan& select, Plan& plan, const std::vector<TermPtr>& outside) {
    std::vector<TermPtr> conditions;
    split_and(select.where, conditions);
    const bool windows = std::any_of(select.outputs.begin(), select.outputs.end(), holds_window);
    const bool counts =
        plan.limit || plan.offset || windows ||
        (select.grouped && (select.grouped->keys.empty() || !select.grouped->sets.empty()));
    for (const TermPtr& one : outside) {
      if (counts) break;
      TermPtr inner = replaced(one, 0, [&](const std::string& name) -> TermPtr {
        for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
          if (plan.outputs[i].inner == name) return select.outputs[i];
        }
        return nullptr;
      });
      if (inner && select.grouped) {
        inner = replaced(inner, select.grouped->id, [&](const std::string& name) -> TermPtr {
          if (name[0] != 'g') return nullptr;
          return select.grouped->keys[static_cast<std::size_t>(std::stoi(name.substr(1)) - 1)];
        });
      }
      if (inner) split_and(inner, conditions);
    }
    if (select.from) source(*select.from, conditions);
    nested(select.where);
    nested(select.having);
    for (const TermPtr& output : select.outputs) nested(output);
    if (select.grouped) {
      for (const TermPtr& key : select.grouped->keys) nested(key);
      for (const TermPtr& aggregate : select.grouped->aggregates) nested(aggregate);
    }
  }

  void body(ValuesPlan&, Plan&, const std::vector<TermPtr>&) {}

  void body(SetPlan& set, Plan& plan, const std::vector<TermPtr>& outside) {
    const bool counts = plan.limit || plan.offset;
    for (Plan* side : {set.left.get(), set.right.get()}) {
      std::vector<TermPtr> inner;
      for (const TermPtr& one : outside) {
        if (counts) break;
        TermPtr moved_in = replaced(one, 0, [&](const std::string& name) -> TermPtr {
          for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
            if (plan.outputs[i].inner != name) continue;
            return make(ColumnOf{0, side->outputs[i].inner, std::nullopt}, plan.outputs[i].type,
                        {});
          }
          return nullptr;
        });
        if (moved_in) inner.push_back(std::move(moved_in));
      }
      this->plan(*side, inner);
    }
  }

  std::vector<TermPtr> for_outputs(const std::vector<TermPtr>& conditions, int source) {
    std::vector<TermPtr> out;
    for (const TermPtr& one : conditions) {
      const TermPtr made = replaced(one, source, [](const std::string& name) {
        return make(ColumnOf{0, name, std::nullopt}, of_kind(TypeKind::Unknown), {});
      });
      if (made) out.push_back(made);
    }
    return out;
  }

  void source(Source& source, const std::vector<TermPtr>& conditions) {
    std::visit(
        Overload{
            [&](EventTable& events) { restrict_scan(events, source.id, conditions); },
            [&](NestedQuery& query) { plan(*query.plan, for_outputs(conditions, source.id)); },
            [&](CommonUse& use) {
              if (uses_[use.common] == 1) asked_[use.common] = for_outputs(conditions, source.id);
            },
            [&](UnnestedLists& lists) {
              for (const auto& column : lists.columns) nested(column.list);
            },
            [&](JoinedSources& join) {
              std::vector<TermPtr> left = conditions;
              std::vector<TermPtr> right = conditions;
              if (join.kind == JoinKind::Inner || join.kind == JoinKind::Right)
                split_and(join.on, left);
              if (join.kind == JoinKind::Inner || join.kind == JoinKind::Left)
                split_and(join.on, right);
              this->source(*join.left, left);
              this->source(*join.right, right);
              nested(join.on);
            },
        },
        source.node);
  }
};

}  // namespace

void plan_scans(Plan& plan, const std::vector<SourcePtr>& events) {
  std::map<int, event::FieldSet> fields;
  PlanWalk walk;
  std::set<const Term*> members;
  walk.visit = [&](const TermPtr& term) {
    if (members.contains(term.get())) {  // the struct around a member that was asked for
      if (const auto* part = as<MemberOf>(term)) members.insert(part->base.get());
      return;
    }
    const auto use = field_of(term);
    if (!use) return;
    fields[use->source].add_with_members(use->field);
    if (const auto* part = as<MemberOf>(term)) members.insert(part->base.get());
  };
  walk.plan(plan);
  Planner(plan).plan(plan, {});
  for (const SourcePtr& source : events) {
    auto& table = std::get<EventTable>(source->node);
    table.plan.fields.add(fields[source->id]);
    if (!table.account.empty()) table.plan.fields.add_with_members(event::Field::Account);
  }
}

}  // namespace trailhound::sql
