// SPDX-License-Identifier: Apache-2.0
//
// SELECT: what is selected, grouped and ordered how.
//
// A query that groups becomes two steps. Its expressions are bound over the rows first; then each
// part that is a grouping key or an aggregate is lifted out and spoken of as a column of the
// grouped rows. What still names a column of the rows after that is neither grouped nor aggregated:
// an error.
#include <algorithm>
#include <charconv>
#include <functional>

#include "base/text.hpp"
#include "sql/binder.hpp"
#include "sql/plan_walk.hpp"

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
  if (sets && select.group_distinct) {
    std::set<std::vector<std::size_t>> seen;
    std::erase_if(*sets, [&](std::vector<std::size_t> set) {
      std::sort(set.begin(), set.end());
      set.erase(std::unique(set.begin(), set.end()), set.end());
      return !seen.insert(std::move(set)).second;
    });
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
    // A query inside sees the groups: what it says of a key becomes the key's column.
    change_terms(*nested->plan, [&](const TermPtr& one) -> TermPtr {
      const std::string inner = signature(*one);
      for (std::size_t i = 0; i < grouped.keys.size(); ++i) {
        if (signature(*grouped.keys[i]) != inner) continue;
        return make(ColumnOf{grouped.id, "g" + std::to_string(i + 1), std::nullopt}, one->type,
                    one->span);
      }
      return nullptr;
    });
    if (speaks_of(*nested->plan, sources)) {
      return Error{"not-grouped",
                   "this query looks at a column that is neither grouped by nor aggregated"}
          .at(term->span, "one value of many");
    }
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

}  // namespace trailhound::sql
