// SPDX-License-Identifier: Apache-2.0
#include "sql/print_trino.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "sql/trino_printer.hpp"
#include "sql/words.hpp"

namespace trailhound::sql {
namespace {

constexpr std::string_view kJoin[] = {"CROSS JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"};
constexpr std::string_view kSetOperator[] = {"UNION", "INTERSECT", "EXCEPT"};
constexpr std::string_view kFrameUnit[] = {"ROWS", "RANGE", "GROUPS"};
constexpr std::string_view kGrouping[] = {"", "GROUPING SETS ", "ROLLUP ", "CUBE "};

template <class Node>
std::string printed(const Node& node) {
  TrinoPrinter printer;
  printer.print(node);
  return printer.take();
}

}  // namespace

std::string quoted_text(std::string_view text) {
  return "'" + replace_all(std::string(text), "'", "''") + "'";
}

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void TrinoPrinter::print(const Name& name) {
  if (is_identifier(name.text) && !wants_quotes(name.text)) {
    out_ += name.text;
  } else {
    out_ += "\"" + replace_all(name.text, "\"", "\"\"") + "\"";
  }
}

void TrinoPrinter::print(const Query& query) {
  if (!query.with.empty()) {
    out_ += query.recursive ? "WITH RECURSIVE " : "WITH ";
    list(query.with, [&](const CommonTable& table) {
      print(table.name);
      names(table.columns);
      out_ += " AS (";
      print(*table.query);
      out_ += ")";
    });
    out_ += " ";
  }
  std::visit([&](const auto& body) { this->body(body); }, query.body);
  order_by(query.order_by, " ");
  if (query.offset) {
    out_ += " OFFSET ";
    print(**query.offset, Level::Primary);
  }
  if (!query.limit) return;
  out_ += query.with_ties ? " FETCH FIRST " : " LIMIT ";
  print(**query.limit, Level::Primary);
  if (query.with_ties) out_ += " ROWS WITH TIES";
}

void TrinoPrinter::expressions(const std::vector<Expr>& all) {
  list(all, [&](const Expr& one) { print(one); });
}

void TrinoPrinter::names(const std::vector<Name>& all) {
  if (all.empty()) return;
  out_ += " (";
  list(all, [&](const Name& one) { print(one); });
  out_ += ")";
}

void TrinoPrinter::dotted(const QualifiedName& name) {
  list(
      name, [&](const Name& one) { print(one); }, ".");
}

void TrinoPrinter::order_by(const std::vector<SortKey>& keys, std::string_view before) {
  if (keys.empty()) return;
  out_ += before;
  out_ += "ORDER BY ";
  list(keys, [&](const SortKey& key) {
    print(*key.value);
    if (key.direction == Direction::Descending) out_ += " DESC";
    if (key.nulls) out_ += *key.nulls == NullOrder::First ? " NULLS FIRST" : " NULLS LAST";
  });
}

void TrinoPrinter::in_parentheses(const Query& query) {
  out_ += "(";
  print(query);
  out_ += ")";
}

void TrinoPrinter::body(const Select& select) {
  out_ += select.distinct ? "SELECT DISTINCT " : "SELECT ";
  list(select.items, [&](const SelectItem& item) {
    std::visit([&](const auto& one) { this->item(one); }, item.node);
  });
  if (!select.from.empty()) {
    out_ += " FROM ";
    list(select.from, [&](const Relation& relation) { print(relation); });
  }
  if (select.where) {
    out_ += " WHERE ";
    print(**select.where);
  }
  if (!select.group_by.empty()) {
    out_ += select.group_distinct ? " GROUP BY DISTINCT " : " GROUP BY ";
    list(select.group_by, [&](const GroupBy& group) { print(group); });
  }
  if (select.having) {
    out_ += " HAVING ";
    print(**select.having);
  }
  if (!select.windows.empty()) {
    out_ += " WINDOW ";
    list(select.windows, [&](const NamedWindow& named) {
      print(named.name);
      out_ += " AS (";
      print(named.window);
      out_ += ")";
    });
  }
}

void TrinoPrinter::body(const Values& values) {
  out_ += "VALUES ";
  expressions(values.rows);
}

void TrinoPrinter::body(const TableQuery& table) {
  out_ += "TABLE ";
  dotted(table.name);
}

void TrinoPrinter::body(const SetOperation& both) {
  operand(*both.left, both.op, false);
  out_ += fmt::format(" {}{} ", word(kSetOperator, both.op), both.all ? " ALL" : "");
  operand(*both.right, both.op, true);
}

void TrinoPrinter::operand(const Query& query, SetOperator outer, bool right) {
  const bool clauses =
      !query.with.empty() || !query.order_by.empty() || query.offset || query.limit;
  const auto* inner = std::get_if<SetOperation>(&query.body);
  const bool tighter =
      inner && inner->op == SetOperator::Intersect && outer != SetOperator::Intersect;
  const bool looser =
      inner && inner->op != SetOperator::Intersect && outer == SetOperator::Intersect;
  const bool bare = !clauses && (!inner || tighter || (!right && !looser));
  bare ? print(query) : in_parentheses(query);
}

void TrinoPrinter::item(const SelectValue& value) {
  print(*value.value);
  if (!value.alias) return;
  out_ += " AS ";
  print(*value.alias);
}

void TrinoPrinter::item(const SelectAll& all) {
  if (all.of) {
    const bool bare = std::holds_alternative<Column>((*all.of)->node) || is_chain(**all.of);
    postfix_base(**all.of, bare);
    out_ += ".";
  }
  out_ += "*";
  if (all.aliases.empty()) return;
  out_ += " AS";
  names(all.aliases);
}

void TrinoPrinter::print(const GroupBy& group) {
  out_ += word(kGrouping, group.kind);
  if (group.kind == Grouping::Simple) return set(group.sets.front());
  out_ += "(";
  list(group.sets, [&](const std::vector<Expr>& one) { set(one); });
  out_ += ")";
}

void TrinoPrinter::set(const std::vector<Expr>& keys) {
  if (keys.size() == 1) return print(keys.front());
  out_ += "(";
  expressions(keys);
  out_ += ")";
}

void TrinoPrinter::print(const Window& window) {
  std::string_view space;
  if (window.base) {
    print(*window.base);
    space = " ";
  }
  if (!window.partition_by.empty()) {
    out_ += space;
    out_ += "PARTITION BY ";
    expressions(window.partition_by);
    space = " ";
  }
  order_by(window.order_by, space);
  if (!window.order_by.empty()) space = " ";
  if (!window.frame) return;
  out_ += space;
  out_ += word(kFrameUnit, window.frame->unit);
  if (window.frame->end) {
    out_ += " BETWEEN ";
    print(window.frame->start);
    out_ += " AND ";
    print(*window.frame->end);
  } else {
    out_ += " ";
    print(window.frame->start);
  }
}

void TrinoPrinter::print(const FrameBound& bound) {
  if (bound.distance) print(**bound.distance, Level::Concat);
  switch (bound.kind) {
    case BoundKind::UnboundedPreceding:
      out_ += "UNBOUNDED PRECEDING";
      break;
    case BoundKind::Preceding:
      out_ += " PRECEDING";
      break;
    case BoundKind::CurrentRow:
      out_ += "CURRENT ROW";
      break;
    case BoundKind::Following:
      out_ += " FOLLOWING";
      break;
    case BoundKind::UnboundedFollowing:
      out_ += "UNBOUNDED FOLLOWING";
      break;
  }
}

void TrinoPrinter::print(const Relation& relation) {
  const bool join = std::holds_alternative<Join>(relation.node);
  const bool named = relation.alias || relation.sample;
  if (join && named) out_ += "(";
  std::visit([&](const auto& node) { this->relation_node(node); }, relation.node);
  if (join && named) out_ += ")";
  if (relation.alias) {
    out_ += " AS ";
    print(relation.alias->name);
    names(relation.alias->columns);
  }
  if (relation.sample) {
    out_ += relation.sample->method == SampleMethod::System ? " TABLESAMPLE SYSTEM ("
                                                            : " TABLESAMPLE BERNOULLI (";
    print(*relation.sample->percentage);
    out_ += ")";
  }
}

void TrinoPrinter::relation_node(const Table& table) {
  dotted(table.name);
  if (!table.as_of) return;
  out_ += table.as_of->by_version ? " FOR VERSION AS OF " : " FOR TIMESTAMP AS OF ";
  print(*table.as_of->value, Level::Concat);
}

void TrinoPrinter::relation_node(const Derived& derived) { in_parentheses(*derived.query); }

void TrinoPrinter::relation_node(const Lateral& lateral) {
  out_ += "LATERAL ";
  in_parentheses(*lateral.query);
}

void TrinoPrinter::relation_node(const Unnest& unnest) {
  out_ += "UNNEST(";
  expressions(unnest.arrays);
  out_ += unnest.with_ordinality ? ") WITH ORDINALITY" : ")";
}

void TrinoPrinter::relation_node(const UnsupportedRelation& relation) { out_ += relation.text; }

void TrinoPrinter::relation_node(const Join& join) {
  print(*join.left);
  out_ += join.natural ? " NATURAL " : " ";
  out_ += word(kJoin, join.kind);
  out_ += " ";
  const bool parentheses =
      std::holds_alternative<Join>(join.right->node) && !join.right->alias && !join.right->sample;
  if (parentheses) out_ += "(";
  print(*join.right);
  if (parentheses) out_ += ")";
  if (join.on) {
    out_ += " ON ";
    print(**join.on);
  } else if (!join.using_columns.empty()) {
    out_ += " USING";
    names(join.using_columns);
  }
}

std::string print_trino(const Query& query) { return printed(query); }
std::string print_trino(const Expr& expression) { return printed(expression); }
std::string print_trino(const Type& type) { return printed(type); }
std::string print_trino(const Name& name) { return printed(name); }

}  // namespace trailhound::sql
