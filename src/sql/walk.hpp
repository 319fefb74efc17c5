// SPDX-License-Identifier: Apache-2.0
//
// What stands directly below a node: so that a pass over the tree names only the nodes it minds.
//
//   struct Finder {
//     void operator()(const Expr& expr) { ...; each_child(expr, *this); }
//     void operator()(const Query& query) { each_child(query, *this); }
//     void operator()(const Relation& relation) { each_child(relation, *this); }
//   };
//
// Children are visited in the order of the text. Works on trees that may be changed, too.
#pragma once

#include "sql/ast.hpp"

namespace trailhound::sql {

namespace walking {

template <class Held, class Visit>
void maybe(Held& held, Visit& visit) {
  if (held) visit(**held);
}
template <class List, class Visit>
void all(List& list, Visit& visit) {
  for (auto& one : list) visit(one);
}
template <class Keys, class Visit>
void keys(Keys& sort_keys, Visit& visit) {
  for (auto& key : sort_keys) visit(*key.value);
}
template <class W, class Visit>
void window(W& window, Visit& visit) {
  all(window.partition_by, visit);
  keys(window.order_by, visit);
  if (!window.frame) return;
  maybe(window.frame->start.distance, visit);
  if (window.frame->end) maybe(window.frame->end->distance, visit);
}

/// One overload a node that holds others.
template <class Visit>
struct Below {
  Visit& visit;

  template <class Node>
  void operator()(Node& node) {
    using N = std::remove_const_t<Node>;
    if constexpr (std::is_same_v<N, Dereference>) {
      visit(*node.base);
    } else if constexpr (std::is_same_v<N, Subscript>) {
      visit(*node.base);
      visit(*node.index);
    } else if constexpr (std::is_same_v<N, Binary> || std::is_same_v<N, Comparison>) {
      visit(*node.left);
      visit(*node.right);
    } else if constexpr (std::is_same_v<N, Negate> || std::is_same_v<N, Not> ||
                         std::is_same_v<N, IsNull> || std::is_same_v<N, Cast>) {
      visit(*node.operand);
    } else if constexpr (std::is_same_v<N, Logical>) {
      all(node.terms, visit);
    } else if constexpr (std::is_same_v<N, Between>) {
      visit(*node.operand);
      visit(*node.low);
      visit(*node.high);
    } else if constexpr (std::is_same_v<N, InList>) {
      visit(*node.operand);
      all(node.values, visit);
    } else if constexpr (std::is_same_v<N, InQuery>) {
      visit(*node.operand);
      visit(*node.query);
    } else if constexpr (std::is_same_v<N, Like>) {
      visit(*node.operand);
      visit(*node.pattern);
      maybe(node.escape, visit);
    } else if constexpr (std::is_same_v<N, Quantified>) {
      visit(*node.left);
      visit(*node.query);
    } else if constexpr (std::is_same_v<N, Exists> || std::is_same_v<N, Subquery>) {
      visit(*node.query);
    } else if constexpr (std::is_same_v<N, Case>) {
      maybe(node.operand, visit);
      for (auto& when : node.whens) {
        visit(*when.condition);
        visit(*when.result);
      }
      maybe(node.otherwise, visit);
    } else if constexpr (std::is_same_v<N, AtTimeZone>) {
      visit(*node.operand);
      visit(*node.zone);
    } else if constexpr (std::is_same_v<N, Call>) {
      all(node.arguments, visit);
      keys(node.order_by, visit);
      keys(node.within_group, visit);
      maybe(node.filter, visit);
      if (node.over) window(*node.over, visit);
    } else if constexpr (std::is_same_v<N, Lambda>) {
      visit(*node.body);
    } else if constexpr (std::is_same_v<N, Array> || std::is_same_v<N, JsonArray>) {
      all(node.elements, visit);
    } else if constexpr (std::is_same_v<N, Row>) {
      all(node.values, visit);
    } else if constexpr (std::is_same_v<N, JsonPath>) {
      visit(*node.input);
      for (auto& argument : node.passing) visit(*argument.value);
      maybe(node.on_empty_default, visit);
      maybe(node.on_error_default, visit);
    } else if constexpr (std::is_same_v<N, JsonObject>) {
      for (auto& member : node.members) {
        visit(*member.key);
        visit(*member.value);
      }
    }
  }
};

template <class S, class Visit>
void select(S& select, Visit& visit) {
  for (auto& item : select.items) {
    if (auto* value = std::get_if<SelectValue>(&item.node)) visit(*value->value);
    if (auto* star = std::get_if<SelectAll>(&item.node)) maybe(star->of, visit);
  }
  all(select.from, visit);
  maybe(select.where, visit);
  for (auto& group : select.group_by) {
    for (auto& set : group.sets) all(set, visit);
  }
  maybe(select.having, visit);
  for (auto& named : select.windows) window(named.window, visit);
}

template <class Q, class Visit>
void query(Q& query, Visit& visit) {
  for (auto& table : query.with) visit(*table.query);
  if (auto* whole = std::get_if<Select>(&query.body)) select(*whole, visit);
  if (auto* values = std::get_if<Values>(&query.body)) all(values->rows, visit);
  if (auto* both = std::get_if<SetOperation>(&query.body)) {
    visit(*both->left);
    visit(*both->right);
  }
  keys(query.order_by, visit);
  maybe(query.offset, visit);
  maybe(query.limit, visit);
}

template <class R, class Visit>
void relation(R& relation, Visit& visit) {
  if (auto* table = std::get_if<Table>(&relation.node); table && table->as_of) {
    visit(*table->as_of->value);
  }
  if (auto* derived = std::get_if<Derived>(&relation.node)) visit(*derived->query);
  if (auto* lateral = std::get_if<Lateral>(&relation.node)) visit(*lateral->query);
  if (auto* unnest = std::get_if<Unnest>(&relation.node)) all(unnest->arrays, visit);
  if (auto* join = std::get_if<Join>(&relation.node)) {
    visit(*join->left);
    visit(*join->right);
    maybe(join->on, visit);
  }
  if (relation.sample) visit(*relation.sample->percentage);
}

}  // namespace walking

/// Calls visit(Expr) and visit(Query) for what `expr` holds.
template <class Visit>
void each_child(Expr& expr, Visit&& visit) {
  std::visit(walking::Below<std::remove_reference_t<Visit>>{visit}, expr.node);
}
template <class Visit>
void each_child(const Expr& expr, Visit&& visit) {
  std::visit(walking::Below<std::remove_reference_t<Visit>>{visit}, expr.node);
}
/// Calls visit(Expr), visit(Query) and visit(Relation) for what `query` holds.
template <class Visit>
void each_child(Query& query, Visit&& visit) {
  walking::query(query, visit);
}
template <class Visit>
void each_child(const Query& query, Visit&& visit) {
  walking::query(query, visit);
}
template <class Visit>
void each_child(Relation& relation, Visit&& visit) {
  walking::relation(relation, visit);
}
template <class Visit>
void each_child(const Relation& relation, Visit&& visit) {
  walking::relation(relation, visit);
}

}  // namespace trailhound::sql
