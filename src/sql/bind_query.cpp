// SPDX-License-Identifier: Apache-2.0
//
// Queries: what is selected from, what of it, grouped and ordered how.
//
// A query that groups becomes two steps. Its expressions are bound over the rows first; then each
// part that is a grouping key or an aggregate is lifted out and spoken of as a column of the
// grouped rows. What still names a column of the rows after that is neither grouped nor aggregated:
// an error.
#include <algorithm>
#include <charconv>
#include <functional>

#include "base/check.hpp"
#include "base/text.hpp"
#include "sql/bind.hpp"
#include "sql/binder.hpp"
#include "sql/scan_plan.hpp"

namespace trailhound::sql {
namespace {

bool holds_aggregate(const TermPtr& term) {
  if (as<Aggregated>(term) != nullptr) return true;
  const std::vector<TermPtr> below = parts(*term);
  return std::any_of(below.begin(), below.end(), holds_aggregate);
}

/// The name of a column without an alias: the last part of a name, else none.
std::string natural_name(const Expr& expr) {
  if (const auto* column = std::get_if<Column>(&expr.node))
    return to_lower(column->path.back().text);
  if (const auto* part = std::get_if<Dereference>(&expr.node)) return to_lower(part->field.text);
  return {};
}

/// `expr` as an ordinal (GROUP BY 1), if it is a bare number.
std::optional<std::int64_t> ordinal(const Expr& expr) {
  const auto* number = std::get_if<NumberLiteral>(&expr.node);
  if (number == nullptr || number->kind != NumberKind::Integer) return std::nullopt;
  std::int64_t value = 0;
  const std::string& text = number->text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Names of SELECT, which WHERE, GROUP BY and HAVING cannot see, with their places from 1.
std::map<std::string, std::size_t> given_names(const Select& select) {
  std::map<std::string, std::size_t> names;
  std::size_t place = 0;
  bool counted = true;  // until `*` stands for no one knows how many
  for (const SelectItem& item : select.items) {
    ++place;
    const auto* value = std::get_if<SelectValue>(&item.node);
    counted = counted && value != nullptr;
    if (value != nullptr && value->alias) {
      names.emplace(to_lower(value->alias->text), counted ? place : 0);
    }
  }
  return names;
}

}  // namespace

Result<Bound> bind(const Query& query, const BindOptions& options, std::vector<Error>& notices) {
  return Binder(options, notices).run(query);
}

Result<Bound> Binder::run(const Query& query) {
  Bound bound;
  TRY(bound.plan_, this->query(query, nullptr));
  plan_scans(*bound.plan_, event_sources_, options_.now);
  for (const SourcePtr& source : event_sources_) {
    const auto& events = std::get<EventTable>(source->node);
    bound.tables_.push_back({source->id, events.name, events.plan});
  }
  bound.literals_ = std::move(literals_);
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

void Binder::collect_sources(const SourcePtr& source, std::set<int>& ids) {
  if (!source) return;
  if (const auto* join = std::get_if<JoinedSources>(&source->node)) {
    collect_sources(join->left, ids);
    collect_sources(join->right, ids);
    return;
  }
  ids.insert(source->id);
}

Result<void> Binder::select_all(const SelectAll& all, Span span, const Scope& scope,
                                std::vector<ScopeColumn>& items) {
  const auto take = [&](const ScopeTable& table, const std::vector<ScopeColumn>& merged) {
    for (const ScopeColumn& column : all_columns(table)) {
      const bool shown = std::any_of(merged.begin(), merged.end(), [&](const ScopeColumn& one) {
        return equal_without_case(one.name, column.name);
      });
      if (!shown) items.push_back({column.name, make(column.term->node, column.term->type, span)});
    }
  };
  const std::size_t first = items.size();
  if (!all.of) {
    if (scope.tables.empty())
      return Error{"bad-query", "`*` needs something to select from"}.at(span);
    for (const ScopeColumn& merged : scope.merged) items.push_back(merged);
    for (const ScopeTable& table : scope.tables) take(table, scope.merged);
  } else {
    const Expr& of = **all.of;
    const ScopeTable* named = nullptr;
    if (const auto* column = std::get_if<Column>(&of.node)) {
      for (const ScopeTable& table : scope.tables) {
        if (column->path.size() > table.path.size()) continue;
        bool same = true;
        for (std::size_t i = 0; i < column->path.size(); ++i) {
          same = same && equal_without_case(table.path[table.path.size() - column->path.size() + i],
                                            column->path[i].text);
        }
        if (same) named = &table;
      }
    }
    if (named != nullptr) {
      take(*named, {});
    } else {
      Place place;
      place.scope = &scope;
      place.clause = "SELECT";
      TRY(const TermPtr row, expression(of, place));
      if (!row->type.is(TypeKind::Row)) return mismatch("`.*` is asked of tables and rows", span);
      for (std::size_t i = 0; i < row->type.members.size(); ++i) {
        const std::string name = row->type.members[i].name;
        TRY(TermPtr field,
            member(row, Name{name.empty() ? "field" + std::to_string(i) : name, true, span}));
        items.push_back({name, std::move(field)});
      }
    }
  }
  if (!all.aliases.empty()) {
    if (all.aliases.size() != items.size() - first) {
      return Error{"bad-query", "`*` gives " + std::to_string(items.size() - first) +
                                    " columns, and " + std::to_string(all.aliases.size()) +
                                    " are named"}
          .at(span);
    }
    for (std::size_t i = 0; i < all.aliases.size(); ++i)
      items[first + i].name = to_lower(all.aliases[i].text);
  }
  return {};
}

Result<void> Binder::select(const Query& query, const Select& select, const Scope* parent,
                            Plan& plan) {
  SelectPlan made;
  Scope scope;
  scope.parent = parent;
  for (const Relation& relation : select.from) {
    TRY(SourcePtr next, source(relation, scope));
    if (!made.from) {
      made.from = std::move(next);
      continue;
    }
    auto both = std::make_shared<Source>();
    both->node = JoinedSources{JoinKind::Cross, made.from, std::move(next), nullptr};
    made.from = std::move(both);
  }
  const std::map<std::string, std::size_t> unseen = given_names(select);
  Place place;
  place.scope = &scope;
  place.unseen = &unseen;
  place.windows_named = &select.windows;
  if (select.where) {
    place.clause = "WHERE";
    TRY(made.where, condition(**select.where, place));
  }

  place.clause = "SELECT";
  place.aggregates = place.windows = true;
  std::vector<ScopeColumn> items;
  for (const SelectItem& item : select.items) {
    if (const auto* all = std::get_if<SelectAll>(&item.node)) {
      TRY(select_all(*all, item.span, scope, items));
      continue;
    }
    const auto& value = std::get<SelectValue>(item.node);
    TRY(TermPtr term, expression(*value.value, place));
    if (term->type.is(TypeKind::Function)) return mismatch("a lambda is no value", item.span);
    std::string name = value.alias ? to_lower(value.alias->text) : natural_name(*value.value);
    items.push_back({std::move(name), std::move(term)});
  }

  Grouped grouped;
  place.clause = "GROUP BY";
  place.aggregates = place.windows = false;
  TRY(grouped.keys, group_keys(select, place, items, grouped));
  place.clause = "HAVING";
  place.aggregates = true;
  if (select.having) {
    TRY(made.having, condition(**select.having, place));
  }

  place.clause = "ORDER BY";
  place.windows = true;
  place.unseen = nullptr;
  TRY(order(query, place, items, select.distinct, plan));

  bool groups = !select.group_by.empty() || made.having != nullptr;
  for (const ScopeColumn& item : items) groups = groups || holds_aggregate(item.term);
  for (const OrderKey& key : plan.order_by)
    groups = groups || (key.sort.value && holds_aggregate(key.sort.value));
  for (const ScopeColumn& item : items) made.outputs.push_back(item.term);
  if (groups) {
    grouped.id = next_source_++;
    std::set<int> sources;
    collect_sources(made.from, sources);
    for (TermPtr& output : made.outputs) {
      TRY(output, lift(output, grouped, sources));
    }
    if (made.having) {
      TRY(made.having, lift(made.having, grouped, sources));
    }
    for (OrderKey& key : plan.order_by) {
      if (!key.sort.value) continue;
      TRY(key.sort.value, lift(key.sort.value, grouped, sources));
    }
    made.grouped = std::move(grouped);
  }
  made.distinct = select.distinct;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string name = items[i].name.empty() ? "_col" + std::to_string(i) : items[i].name;
    plan.outputs.push_back({name, "", items[i].term->type});
    if (select.distinct && !is_comparable(items[i].term->type)) {
      return mismatch("values of type " + spell(items[i].term->type) + " cannot be compared",
                      items[i].term->span);
    }
  }
  name_outputs(plan);
  plan.body = std::move(made);
  return {};
}

Result<std::vector<TermPtr>> Binder::group_keys(const Select& select, const Place& place,
                                                const std::vector<ScopeColumn>& items,
                                                Grouped& grouped) {
  std::vector<TermPtr> keys;
  const auto key_of = [&](const Expr& expr) -> Result<std::size_t> {
    TermPtr term;
    if (const auto number = ordinal(expr)) {
      if (*number < 1 || *number > static_cast<std::int64_t>(items.size())) {
        return Error{"bad-query", "GROUP BY " + std::to_string(*number) + ", but " +
                                      std::to_string(items.size()) + " columns are selected"}
            .at(expr.span);
      }
      term = items[static_cast<std::size_t>(*number - 1)].term;
      if (holds_aggregate(term)) {
        return Error{"misplaced-aggregate", "column " + std::to_string(*number) +
                                                " is an aggregate; groups cannot be made by it"}
            .at(expr.span);
      }
    } else {
      TRY(term, expression(expr, place));
    }
    if (!is_comparable(term->type))
      return mismatch("values of type " + spell(term->type) + " cannot be compared", expr.span);
    const std::string text = signature(*term);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (signature(*keys[i]) == text) return i;
    }
    keys.push_back(std::move(term));
    return keys.size() - 1;
  };
  using Sets = std::vector<std::vector<std::size_t>>;
  std::optional<Sets> sets;  // unset: a plain GROUP BY of all keys
  const bool plain =
      std::all_of(select.group_by.begin(), select.group_by.end(),
                  [](const GroupBy& group) { return group.kind == Grouping::Simple; });
  for (const GroupBy& group : select.group_by) {
    Sets columns;
    for (const std::vector<Expr>& set : group.sets) {
      std::vector<std::size_t> indexes;
      for (const Expr& expr : set) {
        TRY(const std::size_t index, key_of(expr));
        indexes.push_back(index);
      }
      columns.push_back(std::move(indexes));
    }
    if (plain) continue;
    Sets made;
    switch (group.kind) {
      case Grouping::Simple:
      case Grouping::Sets:
        made = columns;
        break;
      case Grouping::Rollup:
        for (std::size_t keep = columns.size() + 1; keep-- > 0;) {
          std::vector<std::size_t> one;
          for (std::size_t i = 0; i < keep; ++i)
            one.insert(one.end(), columns[i].begin(), columns[i].end());
          made.push_back(std::move(one));
        }
        break;
      case Grouping::Cube:
        if (columns.size() > 10)
          return Error{"bad-query", "a cube of over ten columns"}.at(group.span);
        for (std::size_t bits = std::size_t{1} << columns.size(); bits-- > 0;) {
          std::vector<std::size_t> one;
          for (std::size_t i = 0; i < columns.size(); ++i) {
            if ((bits >> i & 1) != 0) one.insert(one.end(), columns[i].begin(), columns[i].end());
          }
          made.push_back(std::move(one));
        }
        break;
    }
    if (!sets) {
      sets = std::move(made);
      continue;
    }
    Sets crossed;
    for (const auto& left : *sets) {
      for (const auto& right : made) {
        crossed.push_back(left);
        crossed.back().insert(crossed.back().end(), right.begin(), right.end());
      }
    }
    sets = std::move(crossed);
  }
  if (sets) grouped.sets = std::move(*sets);
  return keys;
}

Result<TermPtr> Binder::lift(const TermPtr& term, Grouped& grouped, const std::set<int>& sources) {
  const std::string text = signature(*term);
  for (std::size_t i = 0; i < grouped.keys.size(); ++i) {
    if (signature(*grouped.keys[i]) != text) continue;
    return make(ColumnOf{grouped.id, "g" + std::to_string(i + 1), std::nullopt}, term->type,
                term->span);
  }
  if (as<Aggregated>(term) != nullptr) {
    std::size_t i = 0;
    while (i < grouped.aggregates.size() && signature(*grouped.aggregates[i]) != text) ++i;
    if (i == grouped.aggregates.size()) grouped.aggregates.push_back(term);
    return make(ColumnOf{grouped.id, "a" + std::to_string(i + 1), std::nullopt}, term->type,
                term->span);
  }
  if (const auto* column = as<ColumnOf>(term);
      column != nullptr && sources.contains(column->source)) {
    return Error{"not-grouped",
                 "`" + column->name + "` is neither grouped by nor inside an aggregate"}
        .at(term->span, "one value of many")
        .note("GROUP BY it, or take `arbitrary(" + column->name +
              "))`, `max(...)` or the like of it");
  }
  if (const auto* nested = as<Nested>(term);
      nested != nullptr && speaks_of(*nested->plan, sources)) {
    return refused("a subquery that looks at the rows of a grouped query is not offered",
                   term->span);
  }
  std::vector<TermPtr> below = parts(*term);
  for (TermPtr& part : below) {
    TRY(TermPtr lifted, lift(part, grouped, sources));
    if (part->span.empty() && lifted->span.empty())
      lifted = make(lifted->node, lifted->type, term->span);
    part = std::move(lifted);
  }
  return with_parts(*term, std::move(below));
}

Result<void> Binder::order(const Query& query, const Place& place,
                           const std::vector<ScopeColumn>& items, bool distinct, Plan& plan) {
  std::set<std::string> seen;
  std::vector<ScopeColumn> named;
  for (const ScopeColumn& item : items) {
    if (!item.name.empty()) named.push_back(item);
  }
  Place with_names = place;
  with_names.outputs = &named;
  const bool is_select = !plan.outputs.empty() ? false : true;
  for (const SortKey& key : query.order_by) {
    OrderKey made;
    made.sort.descending = key.direction == Direction::Descending;
    made.sort.nulls_first = key.nulls == NullOrder::First;
    if (const auto number = ordinal(*key.value)) {
      if (*number < 1 || *number > static_cast<std::int64_t>(items.size())) {
        return Error{"bad-query", "ORDER BY " + std::to_string(*number) + ", but " +
                                      std::to_string(items.size()) + " columns are selected"}
            .at(key.value->span);
      }
      made.output = static_cast<std::size_t>(*number);
    } else {
      TRY(const TermPtr value, expression(*key.value, with_names));
      const std::string text = signature(*value);
      for (std::size_t i = 0; i < items.size() && made.output == 0; ++i) {
        if (signature(*items[i].term) == text) made.output = i + 1;
      }
      made.sort.value = value;
    }
    const TermPtr& sorted = made.output > 0 ? items[made.output - 1].term : made.sort.value;
    if (!is_orderable(sorted->type)) {
      return mismatch("values of type " + spell(sorted->type) + " have no order", key.value->span);
    }
    const TermPtr by_bytes = sortable(sorted);
    if (by_bytes != sorted) {
      made.output = 0;
      made.sort.value = by_bytes;
    }
    if (made.output > 0) {
      made.sort.value = nullptr;
    } else if (is_select && distinct) {
      return Error{"bad-query", "with SELECT DISTINCT, ORDER BY takes what is selected"}.at(
          key.value->span);
    } else if (!is_select) {
      // Over a set operation or VALUES: compute above it.
      if (!std::holds_alternative<SelectPlan>(plan.body)) wrap(plan);
      auto& around = std::get<SelectPlan>(plan.body);
      const int id = around.from->id;
      const std::function<TermPtr(const TermPtr&)> moved = [&](const TermPtr& term) -> TermPtr {
        if (const auto* column = as<ColumnOf>(term); column != nullptr && column->source == 0) {
          return make(ColumnOf{id, column->name, std::nullopt}, term->type, term->span);
        }
        std::vector<TermPtr> below = parts(*term);
        for (TermPtr& part : below) part = moved(part);
        return with_parts(*term, std::move(below));
      };
      made.sort.value = moved(made.sort.value);
    }
    plan.order_by.push_back(std::move(made));
  }
  return {};
}

// Sources

Result<SourcePtr> Binder::source(const Relation& relation, Scope& scope) {
  if (const auto* unsupported = std::get_if<UnsupportedRelation>(&relation.node)) {
    return refused("`" + unsupported->construct + "` is not offered", relation.span);
  }
  SourcePtr made;
  if (const auto* one = std::get_if<Table>(&relation.node)) {
    TRY(made, table(relation, *one, scope));
  } else if (const auto* inner = std::get_if<Derived>(&relation.node)) {
    TRY(made, nested(relation, *inner->query, false, scope));
  } else if (const auto* beside = std::get_if<Lateral>(&relation.node)) {
    TRY(made, nested(relation, *beside->query, true, scope));
  } else if (const auto* lists = std::get_if<Unnest>(&relation.node)) {
    TRY(made, unnest(relation, *lists, scope));
  } else {
    TRY(made, join(relation, std::get<Join>(relation.node), scope));
  }
  if (relation.sample) {
    return refused("TABLESAMPLE gives other rows in every run and is not offered", relation.span)
        .note("`LIMIT n` shows some rows");
  }
  return made;
}

namespace {

/// Renames columns by `AS t (a, b)`.
Result<void> rename(const Relation& relation, std::vector<ScopeColumn>& columns) {
  if (!relation.alias || relation.alias->columns.empty()) return {};
  const std::vector<Name>& names = relation.alias->columns;
  if (names.size() != columns.size()) {
    return Error{"bad-query", "`" + relation.alias->name.text + "` names " +
                                  std::to_string(names.size()) + " columns, and has " +
                                  std::to_string(columns.size())}
        .at(relation.alias->name.span);
  }
  for (std::size_t i = 0; i < names.size(); ++i) columns[i].name = to_lower(names[i].text);
  return {};
}

std::vector<std::string> path_of(const Relation& relation, const QualifiedName& name) {
  if (relation.alias) return {to_lower(relation.alias->name.text)};
  std::vector<std::string> path;
  for (const Name& part : name) path.push_back(to_lower(part.text));
  return path;
}

}  // namespace

Result<SourcePtr> Binder::table(const Relation& relation, const Table& table, Scope& scope) {
  if (table.as_of) {
    return refused("time travel needs a table that keeps its past; logs are as they are",
                   relation.span);
  }
  auto made = std::make_shared<Source>();
  made->id = next_source_++;
  made->span = relation.span;
  ScopeTable seen;
  seen.path = path_of(relation, table.name);
  if (table.name.size() == 1) {
    for (std::size_t i = commons_.size(); i-- > 0;) {
      const Common& common = commons_[i];
      if (!equal_without_case(common.name, table.name[0].text)) continue;
      made->node = CommonUse{common.id};
      for (const Output& output : common.outputs) {
        seen.columns.push_back(
            {output.name, make(ColumnOf{made->id, output.inner, std::nullopt}, output.type, {})});
      }
      TRY(rename(relation, seen.columns));
      scope.tables.push_back(std::move(seen));
      return made;
    }
  }
  auto match = find_table(table.name, options_.dialect);
  if (!match.ok()) {
    Error error = std::move(match).error();
    std::vector<std::string> names;
    for (const Common& common : commons_) names.push_back(common.name);
    if (const auto near = nearest(table.name.back().text, names); near && !error.fix) {
      return std::move(error).mend(
          {.title = "use `" + *near + "`", .edits = {{table.name.back().span, *near}}});
    }
    return error;
  }
  EventTable events;
  events.name = table.name.back().text;
  events.account = match->account;
  made->node = std::move(events);
  seen.events = made;
  seen.dialect = options_.dialect;
  if (relation.alias) {
    for (const Name& name : relation.alias->columns) seen.renamed.push_back(to_lower(name.text));
  }
  event_sources_.push_back(made);
  scope.tables.push_back(std::move(seen));
  return made;
}

Result<SourcePtr> Binder::nested(const Relation& relation, const Query& query, bool lateral,
                                 Scope& scope) {
  TRY(const PlanPtr plan, this->query(query, lateral ? &scope : scope.parent));
  auto made = std::make_shared<Source>();
  made->id = next_source_++;
  made->span = relation.span;
  made->node = NestedQuery{plan, lateral};
  ScopeTable seen;
  if (relation.alias) seen.path = {to_lower(relation.alias->name.text)};
  seen.columns = outputs_as_columns(*plan, made->id);
  TRY(rename(relation, seen.columns));
  scope.tables.push_back(std::move(seen));
  return made;
}

Result<SourcePtr> Binder::unnest(const Relation& relation, const Unnest& unnest, Scope& scope) {
  auto made = std::make_shared<Source>();
  made->id = next_source_++;
  made->span = relation.span;
  UnnestedLists lists;
  ScopeTable seen;
  if (relation.alias) seen.path = {to_lower(relation.alias->name.text)};
  const std::size_t names = relation.alias ? relation.alias->columns.size() : 0;
  Place place;
  place.scope = &scope;
  place.clause = "UNNEST";
  const auto add = [&](const std::string& form, const TermPtr& list, const DataType& type,
                       const std::string& name) {
    const std::string inner = "c" + std::to_string(lists.columns.size() + 1);
    lists.columns.push_back({inner, form, list});
    seen.columns.push_back({name, make(ColumnOf{made->id, inner, std::nullopt}, type, {})});
  };
  for (const Expr& array : unnest.arrays) {
    TRY(const TermPtr list, expression(array, place));
    if (list->type.is(TypeKind::Map)) {
      add("map_keys({1})", list, list->type.key(), "key");
      add("map_values({1})", list, list->type.value(), "value");
      continue;
    }
    if (!list->type.is(TypeKind::Array)) {
      Error error =
          mismatch("UNNEST takes lists and maps, and this is a " + spell(list->type), array.span);
      if (list->type.is(TypeKind::Varchar) || list->type.is(TypeKind::Json)) {
        return std::move(error).note(
            "`cast(json_parse(text) AS array(json))` makes a list of JSON");
      }
      return error;
    }
    const DataType& element = list->type.element();
    // A list of rows gives a column a field; under a single name, as Athena's own sample has it,
    // the whole row.
    const bool whole =
        names > 0 && unnest.arrays.size() == 1 && names == 1 + (unnest.with_ordinality ? 1u : 0u);
    if (!element.is(TypeKind::Row) || (whole && element.members.size() > 1)) {
      add("{1}", list, element, "");
      continue;
    }
    const std::string inner = "c" + std::to_string(lists.columns.size() + 1);
    lists.columns.push_back({inner, "{1}", list});
    const TermPtr row = make(ColumnOf{made->id, inner, std::nullopt}, element, {});
    for (std::size_t i = 0; i < element.members.size(); ++i) {
      const std::string& name = element.members[i].name;
      seen.columns.push_back(
          {name,
           make(MemberOf{row, name.empty() ? "field" + std::to_string(i) : name, std::nullopt},
                element.members[i].type, {})});
    }
  }
  if (unnest.with_ordinality) {
    lists.ordinality = "n";
    seen.columns.push_back(
        {"ordinality", make(ColumnOf{made->id, "n", std::nullopt}, bigint(), {})});
  }
  TRY(rename(relation, seen.columns));
  made->node = std::move(lists);
  scope.tables.push_back(std::move(seen));
  return made;
}

Result<void> Binder::merge_columns(const Join& join, Span span, Scope& left, Scope& right,
                                   TermPtr& on, std::vector<ScopeColumn>& merged) {
  std::vector<TermPtr> equal;
  for (const Name& name : join.using_columns) {
    const auto find = [&](const Scope& scope) -> Result<TermPtr> {
      Place place;
      place.scope = &scope;
      place.clause = "USING";
      Scope alone;
      alone.tables = scope.tables;
      alone.merged = scope.merged;
      place.scope = &alone;
      return column(Column{{name}}, name.span, place);
    };
    TRY(TermPtr one, find(left));
    TRY(TermPtr other, find(right));
    const TermPtr first = one;
    const TermPtr second = other;
    TRY(TermPtr same, compare(Comparing::Equal, one, other, span));
    equal.push_back(std::move(same));
    TRY(const DataType type, agree(one, other, span, "USING"));
    TermPtr shown = join.kind == JoinKind::Right ? second : first;
    if (join.kind == JoinKind::Full)
      shown = apply("coalesce", "coalesce({*})", {one, other}, type, span);
    merged.push_back({to_lower(name.text), shown});
  }
  on = equal.size() == 1 ? equal[0] : make(Connected{Connective::And, equal}, boolean_type(), span);
  return {};
}

Result<SourcePtr> Binder::join(const Relation& relation, const Join& join, Scope& scope) {
  if (join.natural) {
    return refused("NATURAL JOIN is not offered", relation.span).note("USING names the columns");
  }
  JoinedSources made;
  made.kind = join.kind;
  Scope left;
  left.parent = scope.parent;
  // What stands before this join in FROM is in sight of UNNEST and LATERAL inside it.
  const std::size_t before = scope.tables.size();
  left.tables = scope.tables;
  left.merged = scope.merged;
  TRY(made.left, source(*join.left, left));
  Scope both = left;
  TRY(made.right, source(*join.right, both));
  std::vector<ScopeColumn> merged;
  if (!join.using_columns.empty()) {
    Scope one;
    one.tables.assign(left.tables.begin() + static_cast<std::ptrdiff_t>(before), left.tables.end());
    one.merged.assign(left.merged.begin() + static_cast<std::ptrdiff_t>(scope.merged.size()),
                      left.merged.end());
    Scope other;
    other.tables.assign(both.tables.begin() + static_cast<std::ptrdiff_t>(left.tables.size()),
                        both.tables.end());
    TRY(merge_columns(join, relation.span, one, other, made.on, merged));
  } else if (join.on) {
    Place place;
    place.scope = &both;
    place.clause = "ON";
    TRY(made.on, condition(**join.on, place));
  }
  scope.tables = std::move(both.tables);
  scope.merged = std::move(both.merged);
  for (ScopeColumn& column : merged) {
    std::erase_if(scope.merged, [&](const ScopeColumn& old) {
      return equal_without_case(old.name, column.name);
    });
    scope.merged.push_back(std::move(column));
  }
  if (relation.alias) return refused("a join in parentheses cannot have a name", relation.span);
  auto source = std::make_shared<Source>();
  source->span = relation.span;
  source->node = std::move(made);
  return source;
}

}  // namespace trailhound::sql
