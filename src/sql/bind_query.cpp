// SPDX-License-Identifier: Apache-2.0
//
// Queries: common tables, set operations, VALUES, and what is left of the rows at their end.
#include <algorithm>

#include "base/text.hpp"
#include "sql/bind.hpp"
#include "sql/binder.hpp"
#include "sql/scan_plan.hpp"
#include "sql/walk.hpp"

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
  bound.derived_uses_ = std::move(derived_uses_);
  bound.dialect_ = options_.dialect;
  return bound;
}

namespace {

/// Athena's own limit.
constexpr std::string_view kMostSteps = "10";

/// How often a query names a table.
std::size_t times_named(const Query& query, std::string_view table) {
  struct Finder {
    std::string_view wanted;
    std::size_t found = 0;
    void operator()(const Expr& expr) { each_child(expr, *this); }
    void operator()(const Query& one) { each_child(one, *this); }
    void operator()(const Relation& relation) {
      const auto* named = std::get_if<Table>(&relation.node);
      if (named != nullptr && named->name.size() == 1 &&
          equal_without_case(named->name[0].text, wanted))
        ++found;
      each_child(relation, *this);
    }
  };
  Finder finder{table};
  finder(query);
  return finder.found;
}

/// The reference to a CTE among sources that give each of its rows at most once a partner: not on
/// the side of an outer join that is filled up with NULLs.
const Source* reference_to(int common, const SourcePtr& source) {
  if (const auto* use = std::get_if<CommonUse>(&source->node))
    return use->common == common ? source.get() : nullptr;
  const auto* join = std::get_if<JoinedSources>(&source->node);
  if (join == nullptr) return nullptr;
  const bool left = join->kind != JoinKind::Right && join->kind != JoinKind::Full;
  const bool right = join->kind != JoinKind::Left && join->kind != JoinKind::Full;
  const Source* found = left ? reference_to(common, join->left) : nullptr;
  return found == nullptr && right ? reference_to(common, join->right) : found;
}

}  // namespace

/// `WITH RECURSIVE t (n) AS (first rows UNION [ALL] a step over t)`. A column of its own counts the
/// steps: Athena stops a question whose recursion goes deeper than ten of them.
Result<void> Binder::recursion(const CommonTable& common, const Scope* parent, Plan& plan) {
  const Span at = common.name.span;
  const std::string name = "`" + common.name.text + "`";
  const auto* both = std::get_if<SetOperation>(&common.query->body);
  const bool bare = common.query->with.empty() && common.query->order_by.empty() &&
                    !common.query->limit && !common.query->offset;
  if (both == nullptr || both->op != SetOperator::Union || !bare ||
      times_named(*both->left, common.name.text) > 0) {
    return Error{"bad-query", name +
                                  " speaks of itself: it has to be `first rows UNION ALL a step`, "
                                  "and only the step may name it"}
        .at(at);
  }
  if (times_named(*both->right, common.name.text) != 1)
    return Error{"bad-query", "the step of " + name + " has to name it once"}.at(at);
  if (common.columns.empty()) {
    return Error{"bad-query", "a recursive query needs names for its columns"}.at(
        at, "as in: WITH RECURSIVE t (n) AS (...)");
  }
  TRY(const PlanPtr first, this->query(*both->left, parent));
  if (common.columns.size() != first->outputs.size()) {
    return Error{"bad-query", name + " names " + std::to_string(common.columns.size()) +
                                  " columns, and its query gives " +
                                  std::to_string(first->outputs.size())}
        .at(at);
  }
  Common made{to_lower(common.name.text), next_source_++, first, first->outputs};
  for (std::size_t i = 0; i < common.columns.size(); ++i) {
    made.outputs[i].name = to_lower(common.columns[i].text);
    made.outputs[i].inner = "c" + std::to_string(i + 1);
  }
  commons_.push_back(made);
  auto bound = this->query(*both->right, parent);
  commons_.pop_back();
  if (!bound.ok()) return std::move(bound).error();
  const PlanPtr step = *bound;

  auto* select = std::get_if<SelectPlan>(&step->body);
  const bool plain = select != nullptr && !select->grouped && !select->distinct &&
                     step->order_by.empty() && !step->limit && !step->offset;
  const Source* last = plain && select->from ? reference_to(made.id, select->from) : nullptr;
  if (last == nullptr) {
    return refused("the step of " + name +
                       " has to select from it: not in a query inside, nor over "
                       "groups, nor on the outer side of a join",
                   at);
  }
  if (step->outputs.size() != first->outputs.size()) {
    return Error{"bad-query", "the first rows of " + name + " have " +
                                  std::to_string(first->outputs.size()) + " columns, the step " +
                                  std::to_string(step->outputs.size())}
        .at(at);
  }
  for (std::size_t i = 0; i < step->outputs.size(); ++i) {
    const DataType& wanted = first->outputs[i].type;
    if (!is_coercible(step->outputs[i].type, wanted)) {
      return mismatch("column " + std::to_string(i + 1) + " of the step is " +
                          spell(step->outputs[i].type) + ", that of the first rows " +
                          spell(wanted),
                      at);
    }
    select->outputs[i] = coerce(select->outputs[i], wanted);
    step->outputs[i].type = wanted;
  }
  if (!std::holds_alternative<SelectPlan>(first->body) || !first->order_by.empty() ||
      first->limit || first->offset)
    wrap_whole(*first);
  std::get<SelectPlan>(first->body).outputs.push_back(constant("0", bigint(), {}));
  select->outputs.push_back(
      apply("recursion",
            "CASE WHEN {1} >= " + std::string(kMostSteps) +
                " THEN th_fail('the recursion goes deeper than " + std::string(kMostSteps) +
                " steps, where Athena stops', {1}) ELSE {1} + 1 END",
            {make(ColumnOf{last->id, "th_step", std::nullopt}, bigint(), {})}, bigint(), {}));
  for (const PlanPtr& side : {first, step})
    side->outputs.push_back({"th_step", "th_step", bigint()});

  auto whole = std::make_shared<Plan>();
  whole->body = SetPlan{SetOperator::Union, true, first, step};
  whole->outputs = first->outputs;
  CommonPlan one;
  one.id = made.id;
  one.name = made.name;
  one.recursive = true;
  one.plan = whole;
  for (const Output& output : made.outputs) one.columns.push_back(output.inner);
  if (!both->all) made.unique_columns = one.columns;
  one.columns.emplace_back("th_step");
  plan.with.push_back(std::move(one));
  commons_.push_back(std::move(made));
  return {};
}

Result<PlanPtr> Binder::query(const Query& query, const Scope* parent) {
  auto plan = std::make_shared<Plan>();
  const std::size_t outer = commons_.size();
  for (const CommonTable& common : query.with) {
    if (query.recursive && times_named(*common.query, common.name.text) > 0) {
      TRY(recursion(common, parent, *plan));
      continue;
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
    keep_ties(*plan);
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

/// `FETCH FIRST n ROWS WITH TIES`: the rows that rank no lower than n. Three queries, one in
/// another: the rows with what they are ordered by, their ranks, and those that are kept.
void Binder::keep_ties(Plan& plan) {
  if (!std::holds_alternative<SelectPlan>(plan.body)) wrap(plan);
  const std::uint64_t most = plan.limit.value_or(1);
  auto rows = std::make_shared<Plan>();
  auto& selected = std::get<SelectPlan>(plan.body);
  std::vector<OrderKey> keys = plan.order_by;
  rows->outputs = plan.outputs;
  for (OrderKey& key : keys) {
    if (key.output > 0) continue;
    const std::string name = "th_key" + std::to_string(rows->outputs.size());
    rows->outputs.push_back({name, name, key.sort.value->type});
    selected.outputs.push_back(key.sort.value);
    key.output = rows->outputs.size();
  }
  rows->body = std::move(plan.body);
  if (plan.offset) {
    rows->order_by = keys;
    for (OrderKey& key : rows->order_by) key.sort.value = nullptr;
    rows->offset = plan.offset;
  }
  auto ranked = std::make_shared<Plan>();
  SelectPlan ranks = everything_of(rows);
  Windowed rank;
  rank.call.function = "rank";
  rank.call.form = "rank(){f}";
  for (const OrderKey& key : keys) {
    rank.order_by.push_back(
        {ranks.outputs[key.output - 1], key.sort.descending, key.sort.nulls_first});
  }
  ranks.outputs.push_back(make(std::move(rank), bigint(), {}));
  ranked->outputs = rows->outputs;
  ranked->outputs.push_back({"th_rank", "th_rank", bigint()});
  ranked->body = std::move(ranks);

  SelectPlan kept = everything_of(ranked);
  const TermPtr place = kept.outputs.back();
  kept.where =
      make(Compared{Comparing::LessOrEqual, place, constant(std::to_string(most), bigint(), {})},
           boolean_type(), {});
  plan.order_by.clear();
  for (const OrderKey& key : keys) {
    plan.order_by.push_back(
        {0, {kept.outputs[key.output - 1], key.sort.descending, key.sort.nulls_first}});
  }
  kept.outputs.resize(plan.outputs.size());
  plan.body = std::move(kept);
  plan.limit.reset();
  plan.offset.reset();
}

/// The same with order and limit inside.
void Binder::wrap_whole(Plan& plan) {
  auto inner = std::make_shared<Plan>(std::move(plan));
  plan = Plan{};
  plan.outputs = inner->outputs;
  plan.body = everything_of(inner);
}

/// Makes the plan so far a source of a plain select, so that ORDER BY can compute over its outputs.
void Binder::wrap(Plan& plan) {
  auto inner = std::make_shared<Plan>();
  inner->body = std::move(plan.body);
  inner->outputs = plan.outputs;
  plan.body = everything_of(inner);
}

/// A select of all that a plan gives.
SelectPlan Binder::everything_of(const PlanPtr& inner) {
  auto source = std::make_shared<Source>();
  source->id = next_source_++;
  SelectPlan made;
  for (const ScopeColumn& column : outputs_as_columns(*inner, source->id))
    made.outputs.push_back(column.term);
  source->node = NestedQuery{inner, false};
  made.from = source;
  return made;
}

}  // namespace trailhound::sql
