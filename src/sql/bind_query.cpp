// SPDX-License-Identifier: Apache-2.0
//
// Queries: common tables, set operations, VALUES, and what is left of the rows at their end.
#include <algorithm>

#include "base/text.hpp"
#include "sql/bind.hpp"
#include "sql/binder.hpp"
#include "sql/scan_plan.hpp"

namespace trailhound::sql {

std::optional<std::int64_t> ordinal(const Expr& expr) {
  const auto* number = std::get_if<NumberLiteral>(&expr.node);
  if (number == nullptr || number->kind != NumberKind::Integer) return std::nullopt;
  return whole_number(number->text);
}

Result<Bound> bind(const Query& query, const BindOptions& options, std::vector<Error>& notices) {
  return Binder(options, notices).run(query);
}

Result<Bound> Binder::run(const Query& query) {
  Bound bound;
  TRY(bound.plan_, this->query(query, nullptr));
  plan_scans(*bound.plan_, event_sources_);
  for (const SourcePtr& source : event_sources_) {
    const auto& events = std::get<EventTable>(source->node);
    bound.tables_.push_back({source->id, events.name, events.plan});
  }
  bound.literals_ = std::move(literals_);
  bound.asks_now_ = asks_now_;
  bound.own_names_.assign(own_names_.begin(), own_names_.end());
  bound.dialect_ = options_.dialect;
  return bound;
}

Result<PlanPtr> Binder::query(const Query& query, const Scope* parent) {
  auto plan = std::make_shared<Plan>();
  const std::size_t outer = commons_.size();
  for (const CommonTable& common : query.with) {
    if (query.recursive) {
      return refused("WITH RECURSIVE is not offered", query.span);
    }
    TRY(const PlanPtr inner, this->query(*common.query, parent));
    if (!common.columns.empty() && common.columns.size() != inner->outputs.size()) {
      return Error{"bad-query",
                   "`" + common.name.text + "` names " + std::to_string(common.columns.size()) +
                       " columns, and its query gives " + std::to_string(inner->outputs.size())}
          .at(common.name.span);
    }
    Common made{to_lower(common.name.text), next_source_++, inner, inner->outputs};
    for (std::size_t i = 0; i < common.columns.size(); ++i) {
      made.outputs[i].name = to_lower(common.columns[i].text);
    }
    CommonPlan one;
    one.id = made.id;
    one.name = made.name;
    one.plan = inner;
    for (const Output& output : inner->outputs) one.columns.push_back(output.inner);
    plan->with.push_back(std::move(one));
    commons_.push_back(std::move(made));
  }
  TRY(body(query, parent, *plan));
  TRY(plan->offset, count_of(query.offset, "OFFSET"));
  TRY(plan->limit, count_of(query.limit, "LIMIT"));
  plan->with_ties = query.with_ties;
  if (query.with_ties) {
    if (plan->order_by.empty())
      return Error{"bad-query", "WITH TIES needs ORDER BY"}.at(query.span);
    return refused("FETCH FIRST ... WITH TIES is not offered", query.span)
        .note("a query around with `rank() OVER (ORDER BY ...) <= n` keeps the ties");
  }
  commons_.resize(outer);
  return plan;
}

Result<std::optional<std::uint64_t>> Binder::count_of(const Maybe<Expr>& expr,
                                                      std::string_view clause) {
  if (!expr) return std::optional<std::uint64_t>{};
  const auto number = ordinal(**expr);
  if (!number || *number < 0) {
    return Error{"bad-query", std::string(clause) + " takes a number"}.at((*expr)->span);
  }
  return std::optional<std::uint64_t>(static_cast<std::uint64_t>(*number));
}

Result<void> Binder::body(const Query& query, const Scope* parent, Plan& plan) {
  if (const auto* one = std::get_if<Select>(&query.body)) return select(query, *one, parent, plan);
  if (const auto* two = std::get_if<SetOperation>(&query.body)) {
    return set_operation(query, *two, parent, plan);
  }
  if (const auto* rows = std::get_if<Values>(&query.body)) {
    TRY(values(*rows, parent, plan));
  } else {
    Select all;
    all.items.push_back({SelectAll{}, query.span});
    Relation relation;
    relation.node = Table{std::get<TableQuery>(query.body).name, std::nullopt};
    relation.span = query.span;
    all.from.push_back(std::move(relation));
    return select(query, all, parent, plan);
  }
  if (query.order_by.empty()) return {};
  const std::vector<ScopeColumn> items = outputs_as_columns(plan, 0);
  Scope none;
  Place place;
  place.scope = &none;
  place.clause = "ORDER BY";
  return order(query, place, items, true, plan);
}

/// Gives every output a name that is unique in the plan, for the queries around.
void Binder::name_outputs(Plan& plan) {
  std::set<std::string> taken;
  for (Output& output : plan.outputs) {
    std::string name = output.name;
    for (int copy = 2; !taken.insert(name).second; ++copy)
      name = output.name + "_" + std::to_string(copy);
    output.inner = name;
  }
}

std::vector<ScopeColumn> Binder::outputs_as_columns(const Plan& plan, int source) const {
  std::vector<ScopeColumn> columns;
  for (const Output& output : plan.outputs) {
    columns.push_back(
        {output.name, make(ColumnOf{source, output.inner, std::nullopt}, output.type, {})});
  }
  return columns;
}

Result<void> Binder::values(const Values& values, const Scope* parent, Plan& plan) {
  ValuesPlan made;
  Place place;
  Scope scope;
  scope.parent = parent;
  place.scope = &scope;
  place.clause = "VALUES";
  for (const Expr& row : values.rows) {
    std::vector<TermPtr> terms;
    const auto* several = std::get_if<Row>(&row.node);
    if (several == nullptr) {
      TRY(TermPtr term, expression(row, place));
      terms.push_back(std::move(term));
    } else {
      for (const Expr& one : several->values) {
        TRY(TermPtr term, expression(one, place));
        terms.push_back(std::move(term));
      }
    }
    if (!made.rows.empty() && made.rows[0].size() != terms.size()) {
      return Error{"bad-query", "the rows of VALUES differ in their number of columns"}.at(
          row.span);
    }
    made.rows.push_back(std::move(terms));
  }
  for (std::size_t column = 0; column < made.rows[0].size(); ++column) {
    std::vector<TermPtr*> slots;
    for (std::vector<TermPtr>& row : made.rows) slots.push_back(&row[column]);
    TRY(DataType type, agree_all(slots, "VALUES"));
    plan.outputs.push_back({"_col" + std::to_string(column), "", std::move(type)});
  }
  name_outputs(plan);
  plan.body = std::move(made);
  return {};
}

Result<void> Binder::set_operation(const Query& query, const SetOperation& operation,
                                   const Scope* parent, Plan& plan) {
  SetPlan made;
  made.op = operation.op;
  made.all = operation.all;
  TRY(made.left, this->query(*operation.left, parent));
  TRY(made.right, this->query(*operation.right, parent));
  if (made.left->outputs.size() != made.right->outputs.size()) {
    return Error{"bad-query", "the two sides give " + std::to_string(made.left->outputs.size()) +
                                  " and " + std::to_string(made.right->outputs.size()) + " columns"}
        .at(query.span);
  }
  for (std::size_t i = 0; i < made.left->outputs.size(); ++i) {
    Output output = made.left->outputs[i];
    const auto type = common_type(output.type, made.right->outputs[i].type);
    if (!type) {
      return mismatch("column " + std::to_string(i + 1) + " is " + spell(output.type) +
                          " on one side and " + spell(made.right->outputs[i].type) +
                          " on the other",
                      query.span);
    }
    output.type = *type;
    plan.outputs.push_back(std::move(output));
  }
  // Where the sides differ, each is cast in a query of its own, so that DuckDB has nothing to
  // guess.
  for (PlanPtr* side : {&made.left, &made.right}) {
    bool alike = true;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
      alike = alike && (*side)->outputs[i].type == plan.outputs[i].type;
    }
    if (alike) continue;
    auto around = std::make_shared<Plan>();
    auto source = std::make_shared<Source>();
    source->id = next_source_++;
    source->node = NestedQuery{*side, false};
    SelectPlan cast_all;
    cast_all.from = source;
    const std::vector<ScopeColumn> columns = outputs_as_columns(**side, source->id);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      cast_all.outputs.push_back(coerce(columns[i].term, plan.outputs[i].type));
      around->outputs.push_back((*side)->outputs[i]);
      around->outputs[i].type = plan.outputs[i].type;
    }
    around->body = std::move(cast_all);
    *side = around;
  }
  name_outputs(plan);
  plan.body = std::move(made);
  if (query.order_by.empty()) return {};
  Scope none;
  Place place;
  place.scope = &none;
  place.clause = "ORDER BY";
  return order(query, place, outputs_as_columns(plan, 0), true, plan);
}

/// Makes the plan so far a source of a plain select, so that ORDER BY can compute over its outputs.
void Binder::wrap(Plan& plan) {
  auto inner = std::make_shared<Plan>();
  inner->body = std::move(plan.body);
  inner->outputs = plan.outputs;
  auto source = std::make_shared<Source>();
  source->id = next_source_++;
  source->node = NestedQuery{inner, false};
  SelectPlan made;
  made.from = source;
  for (const ScopeColumn& column : outputs_as_columns(*inner, source->id))
    made.outputs.push_back(column.term);
  plan.body = std::move(made);
}

}  // namespace trailhound::sql
