// SPDX-License-Identifier: Apache-2.0
#include "spl/rows.hpp"

#include <algorithm>

namespace trailhound::spl {
namespace {

std::string name_of(const Layer& layer) { return "s" + std::to_string(layer.number); }

sql::SelectItem item(sql::Expr term, const std::string& column) {
  return {sql::SelectValue{std::move(term), sql::name(column)}, {}};
}

sql::Query select_of(const Layer& layer, std::size_t part) {
  sql::Select select;
  for (const Layer::Export& one : layer.exports) {
    select.items.push_back(item(one.terms[part], one.column));
  }
  if (select.items.empty()) {
    select.items.push_back(item(sql::integer(1), "c0_" + std::to_string(layer.number)));
  }
  const Layer* below = layer.parts.empty() ? layer.below : layer.parts[part];
  if (layer.from) {
    select.from.push_back(*layer.from);
  } else if (below != nullptr) {
    select.from.push_back(Table::relation(*below));
  }
  if (!layer.where.empty()) select.where = sql::all_of(layer.where);
  for (const sql::Expr& key : layer.group_by) {
    sql::GroupBy group;
    group.sets.push_back({key});
    select.group_by.push_back(std::move(group));
  }
  sql::Query query;
  query.body = std::move(select);
  return query;
}

sql::Relation joined(sql::JoinKind kind, sql::Relation left, sql::Relation right,
                     sql::Maybe<sql::Expr> on) {
  return {sql::Join{kind, std::move(left), std::move(right), false, {}, std::move(on)},
          std::nullopt,
          std::nullopt,
          {}};
}

sql::Query body_of(const Layer& layer) {
  sql::Query query;
  if (layer.whole) {
    query = *layer.whole;
  } else {
    query = select_of(layer, 0);
    for (std::size_t i = 1; i < layer.parts.size(); ++i) {
      sql::Query both;
      both.body =
          sql::SetOperation{sql::SetOperator::Union, true, std::move(query), select_of(layer, i)};
      query = std::move(both);
    }
  }
  query.order_by = layer.order_by;
  if (layer.limit) query.limit = sql::integer(*layer.limit);
  return query;
}

}  // namespace

void Layer::show(const std::string& field) {
  if (std::find(columns.names.begin(), columns.names.end(), field) == columns.names.end()) {
    columns.names.push_back(field);
  }
}

void Layer::hide(const std::string& field) {
  columns.names.erase(std::remove(columns.names.begin(), columns.names.end(), field),
                      columns.names.end());
}

void Layer::set(const std::string& field, Value value) {
  gone.erase(field);
  fields.insert_or_assign(field, std::move(value));
  if (field.empty() || field.front() != kHidden) show(field);
}

Layer& Table::push(Layer* below) {
  layers_.push_back(std::make_unique<Layer>());
  Layer& layer = *layers_.back();
  layer.number = static_cast<int>(layers_.size());
  layer.below = below;
  if (below != nullptr) {
    layer.order = below->order;
    layer.columns = below->columns;
  }
  return layer;
}

sql::Relation Table::relation(const Layer& layer) {
  return sql::Relation{
      sql::Table{{sql::name(name_of(layer))}, std::nullopt}, std::nullopt, std::nullopt, {}};
}

std::vector<sql::Expr> Table::spread(Layer& layer, std::vector<sql::Expr> lists, bool numbered) {
  sql::Alias alias{sql::name("u" + std::to_string(layer.number)), {}};
  std::vector<sql::Expr> columns;
  for (std::size_t i = 0; i < lists.size() + (numbered ? 1 : 0); ++i) {
    const std::string column = fresh();
    alias.columns.push_back(sql::name(column));
    columns.push_back(sql::column(column));
  }
  sql::Relation rows{sql::Unnest{std::move(lists), numbered}, std::move(alias), std::nullopt, {}};
  layer.from = layer.below == nullptr
                   ? std::move(rows)
                   : joined(sql::JoinKind::Cross, relation(*layer.below), std::move(rows), {});
  return columns;
}

void Table::join(Layer& layer, sql::JoinKind kind, Layer& other, std::optional<sql::Expr> on) {
  layer.other = &other;
  sql::Maybe<sql::Expr> condition;
  if (on) condition = std::move(*on);
  layer.from = joined(kind, relation(*layer.below), relation(other), std::move(condition));
}

Value Table::read(Layer& layer, const std::string& field) {
  if (const auto known = layer.exported.find(field); known != layer.exported.end()) {
    return known->second;
  }
  Layer::Export made, numeric;
  Value value = null_value();
  if (!layer.parts.empty()) {
    std::vector<Value> values;
    std::optional<Kind> kind;
    for (Layer* part : layer.parts) {
      values.push_back(read(*part, field));
      if (values.back().null) continue;
      kind = kind ? kind_of_both(*kind, values.back().kind) : values.back().kind;
    }
    if (!kind) return layer.exported.emplace(field, value).first->second;
    value.kind = *kind;
    value.null = false;
    bool mixed = false;
    for (const Value& one : values) mixed = mixed || is_number(one.kind) || one.numeric;
    if (mixed && *kind == Kind::Text) {
      for (const Value& one : values) numeric.terms.push_back(counts_as_number(one));
    }
    for (Value& one : values) made.terms.push_back(as_kind(std::move(one), *kind).expr);
  } else {
    if (const auto own = layer.fields.find(field); own != layer.fields.end()) {
      value = own->second;
    } else if (layer.resolve) {
      value = layer.resolve(field);
    } else if (layer.open && layer.below != nullptr && !layer.gone.contains(field) &&
               (!layer.only || layer.only->contains(field) ||
                (!field.empty() && field.front() == kHidden))) {
      value = read(*layer.below, field);
    }
    if (value.null || value.literal) return layer.exported.emplace(field, value).first->second;
    made.terms.push_back(value.expr);
    // A group's key is a text, whatever its rows had.
    if (value.numeric && layer.group_by.empty()) numeric.terms.push_back(*value.numeric);
  }
  made.column = fresh();
  value.expr = sql::column(made.column);
  layer.exports.push_back(std::move(made));
  value.numeric.reset();
  if (!numeric.terms.empty()) {
    numeric.column = fresh();
    value.numeric = sql::column(numeric.column);
    layer.exports.push_back(std::move(numeric));
  }
  return layer.exported.emplace(field, std::move(value)).first->second;
}

bool Table::has(const Layer& layer, const std::string& field) const {
  for (const Layer* part : layer.parts) {
    if (has(*part, field)) return true;
  }
  if (layer.fields.contains(field)) return true;
  if (layer.resolve) return true;
  if (!layer.open || layer.below == nullptr || layer.gone.contains(field)) return false;
  if (layer.only && !layer.only->contains(field)) return false;
  return has(*layer.below, field);
}

std::vector<sql::SortKey> Table::order(Layer& layer) {
  std::vector<sql::SortKey> keys;
  for (const OrderKey& key : std::vector<OrderKey>(layer.order)) {
    const Value value = read(layer, key.field);
    if (value.null || value.literal) continue;
    keys.push_back({value.expr,
                    key.descending ? sql::Direction::Descending : sql::Direction::Ascending,
                    key.nulls_first ? sql::NullOrder::First : sql::NullOrder::Last});
  }
  return keys;
}

sql::Query Table::query(Layer& last, const std::vector<Value>& items, bool ordered,
                        std::optional<std::int64_t> limit) {
  sql::Select select;
  for (const Value& value : items) select.items.push_back(item(value.expr, fresh()));
  if (items.empty()) select.items.push_back(item(sql::integer(1), "c0"));
  select.from.push_back(relation(last));
  sql::Query query;
  if (ordered) query.order_by = order(last);
  query.body = std::move(select);
  if (limit) query.limit = sql::integer(*limit);

  std::set<const Layer*> used;
  std::vector<const Layer*> waiting = {&last};
  while (!waiting.empty()) {
    const Layer* layer = waiting.back();
    waiting.pop_back();
    if (layer == nullptr || !used.insert(layer).second) continue;
    waiting.push_back(layer->below);
    waiting.push_back(layer->other);
    waiting.insert(waiting.end(), layer->parts.begin(), layer->parts.end());
  }
  for (const auto& layer : layers_) {
    if (used.contains(layer.get())) {
      query.with.push_back({sql::name(name_of(*layer)), {}, body_of(*layer)});
    }
  }
  return query;
}

}  // namespace trailhound::spl
