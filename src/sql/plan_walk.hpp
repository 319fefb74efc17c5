// SPDX-License-Identifier: Apache-2.0
//
// What stands in a plan: every term and every source of it, at any depth.
//
//   PlanWalk walk;
//   walk.visit = [&](const TermPtr& term) { count += as<Windowed>(term) != nullptr; };
//   walk.plan(plan);
//
// Queries inside of terms and of sources are walked, too.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "event/schema.hpp"
#include "sql/bound.hpp"

namespace trailhound::sql {

/// Calls `visit` with every term of the plan, at any depth, and `enter` with every source.
struct PlanWalk {
  std::function<void(const TermPtr&)> visit;
  std::function<void(Source&)> enter = [](Source&) {};

  void term(const TermPtr& one) const;
  void source(const SourcePtr& one) const;
  void plan(Plan& one) const;
};

/// Puts other terms in the place of some of a plan's, at any depth, outer before inner: `by` gives
/// the new term, or null where the old one stays and its parts are looked at.
void change_terms(Plan& plan, const std::function<TermPtr(const TermPtr&)>& by);

/// The field that a term is as it stands in the record, and its source.
struct FieldUse {
  event::Field field;
  int source;
};
std::optional<FieldUse> field_of(const TermPtr& term);
std::optional<FieldUse> field_of(const Term& term);

/// Whether a term holds a window function, at any depth.
bool holds_window(const TermPtr& term);
/// Whether anything in the plan speaks of a column of one of these sources.
bool speaks_of(const Plan& plan, const std::set<int>& sources);

}  // namespace trailhound::sql
