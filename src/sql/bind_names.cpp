// SPDX-License-Identifier: Apache-2.0
//
// What a name means. A path a.b.c may be column c of table a.b, field c of column b of table a, or
// field b.c of column a; the reading with the longest table name wins, as in Trino. Inner scopes
// come before outer ones, and columns before derived fields.
#include <algorithm>

#include "base/text.hpp"
#include "sql/binder.hpp"
#include "sql/derived.hpp"

namespace trailhound::sql {
namespace {

/// Whether `path` names the table: its whole name, or the end of it.
bool is_called(const ScopeTable& table, const std::vector<Name>& path, std::size_t parts) {
  if (parts > table.path.size()) return false;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::string& own = table.path[table.path.size() - parts + i];
    if (!equal_without_case(own, path[i].text)) return false;
  }
  return true;
}

std::string spelled(const std::vector<Name>& path) {
  std::string text;
  for (const Name& name : path) text += (text.empty() ? "" : ".") + name.text;
  return text;
}

Span span_of(const std::vector<Name>& path) {
  Span span;
  for (const Name& name : path) span = join(span, name.span);
  return span;
}

}  // namespace

TermPtr Binder::event_column(int source, event::Field field) {
  return make(ColumnOf{source, std::string(event::describe(field).sql_name), field},
              field_type(field), {});
}

TermPtr Binder::catalog_term(const SourcePtr& events, const CatalogColumn& column, Dialect) {
  if (column.is_day_path) {
    return apply("day_path", "({1} || '/' || {2} || '/' || {3})",
                 {event_column(events->id, event::Field::Year),
                  event_column(events->id, event::Field::Month),
                  event_column(events->id, event::Field::Day)},
                 varchar(), {});
  }
  if (column.name == "eventjsonchecksum") {
    notices_.push_back(Error{"field-not-delivered",
                             "`eventjsonchecksum` is made by CloudTrail Lake; delivered events "
                             "have none, so it is NULL"});
    return null_of(varchar(), {});
  }
  TermPtr field = event_column(events->id, column.field);
  if (column.form == "{1}") return field;
  return apply("column", column.form, {field}, column.type, {});
}

/// A column that the table has by itself (no derived field).
std::optional<TermPtr> Binder::own_column(const ScopeTable& table, std::string_view name) {
  if (table.events) {
    if (!table.renamed.empty()) {
      const std::vector<std::string> all = star_columns(table.dialect);
      for (std::size_t i = 0; i < table.renamed.size() && i < all.size(); ++i) {
        if (!equal_without_case(table.renamed[i], name)) continue;
        return catalog_term(table.events, *find_column(all[i], table.dialect), table.dialect);
      }
      return std::nullopt;
    }
    const auto column = find_column(name, table.dialect);
    if (!column) return std::nullopt;
    return catalog_term(table.events, *column, table.dialect);
  }
  for (const ScopeColumn& column : table.columns) {
    if (equal_without_case(column.name, name)) return column.term;
  }
  return std::nullopt;
}

Result<std::optional<TermPtr>> Binder::derived(const ScopeTable& table, std::string_view name) {
  if (!table.events || !options_.parse || !table.renamed.empty()) return std::optional<TermPtr>{};
  const DerivedField* field = find_derived(name);
  if (field == nullptr) return std::optional<TermPtr>{};
  const std::string own(field->name);
  auto& events = std::get<EventTable>(table.events->node);
  if (const auto kept = event::find_worked_out(own); kept && options_.worked_out.has(*kept)) {
    own_names_.insert(own);
    const TermPtr text = event_column(table.events->id, *kept);
    const DataType type = type_from_table(field->type);
    if (!type.is(TypeKind::Boolean)) return std::optional<TermPtr>(text);
    return std::optional<TermPtr>(apply("column", "({1} = 'true')", {text}, type, {}));
  }
  const auto known = std::find_if(events.derived.begin(), events.derived.end(),
                                  [&](const DerivedColumn& column) { return column.name == own; });
  if (known != events.derived.end()) {
    return std::optional<TermPtr>(
        make(ColumnOf{table.events->id, own, std::nullopt}, known->value->type, {}));
  }
  if (!deriving_.insert(own).second) {
    return Error{"unknown-field", "the derived field `" + own + "` is defined by itself"};
  }
  TRY(const Expr expr, options_.parse(field->expression));
  ScopeTable plain = table;
  plain.dialect = Dialect::Athena;
  Scope scope;
  scope.tables.push_back(std::move(plain));
  Place place;
  place.scope = &scope;
  place.clause = "a derived field";
  TRY(TermPtr value, expression(expr, place));
  TRY(value, cast(value, type_from_table(field->type), false, {}));
  deriving_.erase(own);

  int level = 1;
  std::vector<TermPtr> inside = {value};
  while (!inside.empty()) {
    const TermPtr term = inside.back();
    inside.pop_back();
    if (const auto* column = as<ColumnOf>(term); column != nullptr && !column->field) {
      for (const DerivedColumn& other : events.derived) {
        if (other.name == column->name) level = std::max(level, other.level + 1);
      }
    }
    for (const TermPtr& part : parts(*term)) inside.push_back(part);
  }
  const DataType type = value->type;
  events.derived.push_back({own, level, std::move(value)});
  if (deriving_.empty()) own_names_.insert(own);  // else only a field of ours used it
  return std::optional<TermPtr>(make(ColumnOf{table.events->id, own, std::nullopt}, type, {}));
}

Result<TermPtr> Binder::column(const Column& column, Span span, const Place& place) {
  const std::vector<Name>& path = column.path;
  const auto found = [&](TermPtr term, std::size_t used) -> Result<TermPtr> {
    TRY(TermPtr whole, members(std::move(term), path, used));
    return make(whole->node, whole->type, span);
  };
  if (place.outputs != nullptr) {
    for (const ScopeColumn& output : *place.outputs) {
      if (equal_without_case(output.name, path[0].text)) return found(output.term, 1);
    }
  }
  for (const Scope* scope = place.scope; scope != nullptr; scope = scope->parent) {
    if (const auto local = scope->locals.find(to_lower(path[0].text));
        local != scope->locals.end()) {
      return found(local->second, 1);
    }
    for (std::size_t used = path.size(); used-- > 0;) {  // `used` parts name the table
      if (used == 0) {
        for (const ScopeColumn& merged : scope->merged) {
          if (equal_without_case(merged.name, path[0].text)) return found(merged.term, 1);
        }
      }
      std::optional<TermPtr> only;
      bool several = false;
      for (const ScopeTable& table : scope->tables) {
        if (used > 0 && !is_called(table, path, used)) continue;
        const auto own = own_column(table, path[used].text);
        if (!own) continue;
        if (only && signature(**only) != signature(**own)) several = true;
        only = own;
      }
      if (several) {
        Error error =
            Error{"ambiguous-field", "several tables have a field `" + path[used].text + "`"}.at(
                path[used].span, "which one?");
        for (const ScopeTable& table : scope->tables) {
          if (!table.path.empty() && own_column(table, path[used].text)) {
            return std::move(error).mend(
                {.title = "name the table",
                 .edits = {{path[used].span, table.path.back() + "." + path[used].text}}});
          }
        }
        return error;
      }
      if (only) return found(*only, used + 1);
      for (const ScopeTable& table : scope->tables) {
        if (used > 0 && !is_called(table, path, used)) continue;
        TRY(const std::optional<TermPtr> made, derived(table, path[used].text));
        if (!made) continue;
        if (deriving_.empty() && !span.empty()) {
          const bool alone = scope->tables.size() == 1 && scope->parent == nullptr && used == 0;
          derived_uses_.push_back({span, to_lower(path[used].text),
                                   alone || table.path.empty() ? "" : table.path.back()});
        }
        return found(*made, used + 1);
      }
    }
  }
  return unknown_field(column, place);
}

Result<TermPtr> Binder::members(TermPtr base, const std::vector<Name>& path, std::size_t from) {
  for (std::size_t i = from; i < path.size(); ++i) {
    TRY(base, member(base, path[i]));
  }
  return base;
}

/// The dialect is the binder's own, but for derived fields, which speak Athena's.
Result<TermPtr> Binder::member(const TermPtr& base, const Name& name) {
  const Dialect dialect = deriving_.empty() ? options_.dialect : Dialect::Athena;
  if (!base->type.is(TypeKind::Row)) {
    std::string message = "`" + name.text + "` is asked of a value of type " + spell(base->type);
    Error error = Error{"unknown-field", std::move(message)}.at(name.span, "only rows have fields");
    if (base->type.is(TypeKind::Map)) {
      return std::move(error).note("a value of a map is taken by `element_at(map, '" + name.text +
                                   "')`");
    }
    if (base->type.is(TypeKind::Varchar)) {
      return std::move(error).note("JSON text is read by `json_extract_scalar(text, '$." +
                                   name.text + "')`");
    }
    if (base->type.is(TypeKind::Array)) {
      return std::move(error).note("an element of a list is taken by `element_at(list, 1)." +
                                   name.text +
                                   "`, all of them by CROSS JOIN UNNEST(list) AS t (x)");
    }
    return error;
  }
  std::optional<event::Field> parent;
  if (const auto* column = as<ColumnOf>(base)) parent = column->field;
  if (const auto* part = as<MemberOf>(base)) parent = part->field;
  if (parent && event::describe(*parent).kind == event::Kind::Struct) {
    if (const auto column = find_member(*parent, name.text, dialect)) {
      const TermPtr field =
          make(MemberOf{base, std::string(event::describe(column->field).sql_name), column->field},
               field_type(column->field), name.span);
      if (column->form == "{1}") return field;
      return apply("column", column->form, {field}, column->type, name.span);
    }
  }
  std::vector<std::string> known;
  for (std::size_t i = 0; i < base->type.members.size(); ++i) {
    const TypeMember& inner = base->type.members[i];
    const std::string called = inner.name.empty() ? "field" + std::to_string(i) : inner.name;
    if (equal_without_case(called, name.text)) {
      return make(MemberOf{base, called, std::nullopt}, inner.type, name.span);
    }
    known.push_back(called);
  }
  Error error = Error{"unknown-field", "no field is called `" + name.text + "` here"}.at(
      name.span, "not one of " + trailhound::join(known, ", "));
  if (const auto near = nearest(name.text, known)) {
    return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{name.span, *near}}});
  }
  return error;
}

std::vector<ScopeColumn> Binder::all_columns(const ScopeTable& table) {
  if (!table.events) return table.columns;
  std::vector<ScopeColumn> columns;
  const std::vector<std::string> names = star_columns(table.dialect);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!table.renamed.empty() && i >= table.renamed.size()) break;
    columns.push_back(
        {table.renamed.empty() ? names[i] : table.renamed[i],
         catalog_term(table.events, *find_column(names[i], table.dialect), table.dialect)});
  }
  return columns;
}

Error Binder::unknown_field(const Column& column, const Place& place) {
  const std::vector<Name>& path = column.path;
  std::vector<std::string> known;
  std::size_t wrong = 0;
  for (const Scope* scope = place.scope; scope != nullptr; scope = scope->parent) {
    for (const auto& [name, term] : scope->locals) known.push_back(name);
    for (const ScopeTable& table : scope->tables) {
      for (std::size_t parts = 1; parts < path.size(); ++parts) {
        if (is_called(table, path, parts)) wrong = std::max(wrong, parts);
      }
      if (table.events && table.renamed.empty()) {
        const std::vector<std::string> names = column_names(table.dialect);
        known.insert(known.end(), names.begin(), names.end());
        if (options_.parse) {
          for (const DerivedField& field : derived_fields()) known.emplace_back(field.name);
        }
      } else {
        for (const ScopeColumn& one : all_columns(table)) known.push_back(one.name);
      }
    }
  }
  const Name& name = path[wrong];
  Error error = Error{"unknown-field", "no field is called `" + name.text + "`"}.at(
      name.span.empty() ? span_of(path) : name.span, "not a field of what is selected from");
  const auto given = place.unseen != nullptr ? place.unseen->find(to_lower(name.text))
                                             : std::map<std::string, std::size_t>::const_iterator();
  if (place.unseen != nullptr && given != place.unseen->end()) {
    error = std::move(error).note("`" + name.text + "` is a name given in SELECT; " +
                                  std::string(place.clause) +
                                  " comes before it and needs the expression itself");
    if (place.clause != "GROUP BY" || given->second == 0 || path.size() > 1) return error;
    const std::string number = std::to_string(given->second);
    return std::move(error).mend(
        {.title = "group by the selected column " + number, .edits = {{name.span, number}}});
  }
  if (const auto near = nearest(name.text, known)) {
    return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{name.span, *near}}});
  }
  if (name.quoted && path.size() == 1) {
    std::string text = "'" + replace_all(name.text, "'", "''") + "'";
    return std::move(error)
        .note("double quotes hold names; text stands in single quotes")
        .mend({.title = "write " + text, .edits = {{name.span, text}}});
  }
  if (path.size() > 1) return std::move(error).note("in `" + spelled(path) + "`");
  return std::move(error).note("`trailhound schema` lists the fields");
}

}  // namespace trailhound::sql
