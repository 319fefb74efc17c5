// SPDX-License-Identifier: Apache-2.0
//
// What is selected from: tables, queries, lists, and how they are joined.
#include <algorithm>

#include "base/text.hpp"
#include "sql/binder.hpp"

namespace trailhound::sql {

Result<SourcePtr> Binder::source(const Relation& relation, Scope& scope) {
  if (const auto* unsupported = std::get_if<UnsupportedRelation>(&relation.node)) {
    Error error = refused("`" + unsupported->construct + "` is not offered", relation.span);
    if (unsupported->construct == "MATCH_RECOGNIZE") {
      return std::move(error).note(
          "`lag`, `lead` and sums over a window, PARTITION BY the actor and ORDER BY the time, "
          "find "
          "what follows what");
    }
    if (unsupported->construct == "JSON_TABLE") {
      return std::move(error).note(
          "`CROSS JOIN UNNEST(cast(json_parse(text) AS array(json))) AS t (x)` makes rows of a "
          "list");
    }
    return error;
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
        .note(
            "`WHERE substr(eventid, 1, 1) = '0'` takes about one event of sixteen, the same ones "
            "each time; `LIMIT n` shows some rows");
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
      made->node = CommonUse{common.id, common.unique_columns};
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
    return refused("NATURAL JOIN is not supported by Athena either", relation.span)
        .note("`JOIN ... USING (column)` names the columns that have to be equal");
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
