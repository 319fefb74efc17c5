// SPDX-License-Identifier: Apache-2.0
//
// Queries: WITH, SELECT, set operations, ORDER BY and limits.
#include <fmt/format.h>

#include "athena/parser.hpp"
#include "base/text.hpp"
#include "sql/words.hpp"

namespace trailhound::athena {
namespace {

/// A query that has only a body: nothing that parentheses would keep apart.
bool is_bare(const sql::Query& query) {
  return query.with.empty() && query.order_by.empty() && !query.offset && !query.limit;
}

/// `SELECT * FROM (inner)`: the same rows in a query whose clauses are still free.
sql::Query wrapped(sql::Query inner) {
  const Span span = inner.span;
  sql::Relation from{sql::Derived{std::move(inner)}, {}, {}, span};
  sql::Select all;
  all.items.push_back({sql::SelectAll{}, span});
  all.from.push_back(std::move(from));
  sql::Query outer;
  outer.body = std::move(all);
  outer.span = span;
  return outer;
}

}  // namespace

/// Whether the token at `index` begins a query. `(` does if what its parentheses hold is a query
/// and what follows them could only follow a query: `((select 1) + 1)` is an expression.
bool Parser::query_begins(std::size_t index) const {
  while (true) {
    const Token& token = tokens_.list[index];
    if (token.kind == TokenKind::Word) {
      return token.text == "select" || token.text == "with" || token.text == "values" ||
             token.text == "table";
    }
    if (token.kind != TokenKind::Symbol || token.text != "(") return false;
    const std::size_t end = closing_[index];
    const Token& next = tokens_.list[std::min(end + 1, tokens_.list.size() - 1)];
    const bool goes_on = next.kind == TokenKind::End || next.text == ")" || next.text == ";" ||
                         next.text == "union" || next.text == "intersect" ||
                         next.text == "except" || next.text == "order" || next.text == "limit" ||
                         next.text == "offset" || next.text == "fetch";
    if (!goes_on || next.kind == TokenKind::String || next.kind == TokenKind::QuotedName) {
      return false;
    }
    ++index;
  }
}

Result<sql::Query> Parser::query() {
  Deeper deeper(*this);
  if (deeper.too_far()) return too_deep(now().span);
  const Span from = now().span;
  sql::Query clauses;
  TRY(with_clause(clauses));
  TRY(sql::Query whole, set_operations(false));
  TRY(tail_clauses(clauses));
  if (!is_bare(clauses)) {
    if (!is_bare(whole)) whole = wrapped(std::move(whole));
    clauses.body = std::move(whole.body);
    whole = std::move(clauses);
  }
  whole.span = since(from);
  return whole;
}

Result<void> Parser::with_clause(sql::Query& query) {
  if (!take("with")) return {};
  query.recursive = take("recursive");
  do {
    TRY(sql::Name name, this->name("the name of a query"));
    std::vector<sql::Name> columns;
    if (at_symbol("(")) {
      TRY(columns, names_in_parentheses("the name of a column"));
    }
    TRY(need("as"));
    TRY(sql::Query inner, query_in_parentheses());
    query.with.push_back({std::move(name), std::move(columns), std::move(inner)});
  } while (take_symbol(","));
  return {};
}

Result<sql::Query> Parser::query_in_parentheses() {
  TRY(need_symbol("("));
  TRY(sql::Query inner, query());
  TRY(need_symbol(")"));
  return inner;
}

/// UNION and EXCEPT from left to right; INTERSECT binds tighter.
Result<sql::Query> Parser::set_operations(bool intersections_only) {
  const Span from = now().span;
  const auto operand = [&] { return intersections_only ? query_term() : set_operations(true); };
  TRY(sql::Query left, operand());
  for (bool first = true;; first = false) {
    sql::SetOperator op = sql::SetOperator::Intersect;
    if (intersections_only) {
      if (!take("intersect")) return left;
    } else if (take("union")) {
      op = sql::SetOperator::Union;
    } else if (take("except")) {
      op = sql::SetOperator::Except;
    } else {
      return left;
    }
    if (!first) TRY(lengthen_chain(before().span));
    const bool all = take("all");
    if (!all) take("distinct");
    TRY(sql::Query right, operand());
    sql::Query both;
    both.body = sql::SetOperation{op, all, std::move(left), std::move(right)};
    both.span = since(from);
    left = std::move(both);
  }
}

Result<sql::Query> Parser::query_term() {
  const Span from = now().span;
  if (at_symbol("(")) return query_in_parentheses();
  sql::Query query;
  if (take("table")) {
    TRY(sql::QualifiedName name, qualified_name("the name of a table"));
    query.body = sql::TableQuery{std::move(name)};
  } else if (take("values")) {
    sql::Values values;
    do {
      TRY(sql::Expr row, expression());
      values.rows.push_back(std::move(row));
    } while (take_symbol(","));
    query.body = std::move(values);
  } else {
    TRY(sql::Select select, this->select());
    query.body = std::move(select);
  }
  query.span = since(from);
  return query;
}

Result<sql::Select> Parser::select() {
  TRY(need("select"));
  sql::Select select;
  select.distinct = take("distinct");
  if (!select.distinct) take("all");
  do {
    TRY(sql::SelectItem item, select_item());
    select.items.push_back(std::move(item));
  } while (take_symbol(","));
  if (take("from")) {
    do {
      TRY(sql::Relation relation, this->relation());
      select.from.push_back(std::move(relation));
    } while (take_symbol(","));
  }
  bool filtered = take("where");
  if (!filtered && !select.from.empty() && at("and")) {
    repaired("slip-where", "`AND` right behind FROM was read as `WHERE`", now().span, "WHERE");
    filtered = take("and");
  }
  if (filtered) {
    TRY(select.where, expression());
  }
  if (take("group")) {
    TRY(need("by"));
    select.group_distinct = take("distinct");
    const Span all = now().span;
    if (!select.group_distinct && take("all") &&
        (now().kind == TokenKind::End || at("order") || at("having") || at("limit"))) {
      return not_supported("GROUP BY ALL", all)
          .note("name the columns, or count them: GROUP BY 1, 2");
    }
    do {
      TRY(sql::GroupBy group, group_by());
      select.group_by.push_back(std::move(group));
    } while (take_symbol(","));
  }
  if (take("having")) {
    TRY(select.having, expression());
  }
  if (at("window") && ahead(2).kind == TokenKind::Word && ahead(2).text == "as") {
    take("window");
    do {
      TRY(sql::Name name, this->name("the name of a window"));
      TRY(need("as"));
      TRY(need_symbol("("));
      TRY(sql::Window window, this->window());
      TRY(need_symbol(")"));
      select.windows.push_back({std::move(name), std::move(window)});
    } while (take_symbol(","));
  }
  return select;
}

Result<sql::SelectItem> Parser::select_item() {
  const Span from = now().span;
  if (take_symbol("*")) return sql::SelectItem{sql::SelectAll{}, since(from)};
  TRY(sql::Expr value, expression());
  if (at_symbol(".") && ahead(1).kind == TokenKind::Symbol && ahead(1).text == "*") {
    at_ += 2;
    sql::SelectAll all;
    all.of = std::move(value);
    if (take("as")) {
      TRY(all.aliases, names_in_parentheses("the name of a column"));
    }
    return sql::SelectItem{std::move(all), since(from)};
  }
  sql::SelectValue item{std::move(value), std::nullopt};
  if (take("as")) {
    TRY(item.alias, name("a name for the column"));
  } else {
    item.alias = implicit_alias();
  }
  return sql::SelectItem{std::move(item), since(from)};
}

Result<sql::GroupBy> Parser::group_by() {
  const Span from = now().span;
  sql::GroupBy group;
  if (take("grouping", "sets")) {
    group.kind = sql::Grouping::Sets;
  } else if (take("rollup")) {
    group.kind = sql::Grouping::Rollup;
  } else if (take("cube")) {
    group.kind = sql::Grouping::Cube;
  } else {
    TRY(std::vector<sql::Expr> set, grouping_set());
    group.sets.push_back(std::move(set));
    group.span = since(from);
    return group;
  }
  TRY(need_symbol("("));
  if (!at_symbol(")")) {
    do {
      TRY(std::vector<sql::Expr> set, grouping_set());
      group.sets.push_back(std::move(set));
    } while (take_symbol(","));
  }
  TRY(need_symbol(")"));
  group.span = since(from);
  return group;
}

/// `a`, `(a, b)` or `()`.
Result<std::vector<sql::Expr>> Parser::grouping_set() {
  std::vector<sql::Expr> set;
  if (at_symbol("(") && ahead(1).kind == TokenKind::Symbol && ahead(1).text == ")" &&
      !lambda_begins()) {
    at_ += 2;
    return set;
  }
  TRY(sql::Expr one, expression());
  // `(a, b)` was read as a row: here it is a set. `ROW(a, b)` stays one.
  auto* row = std::get_if<sql::Row>(&one.node);
  if (row && !written(one.span).empty() && written(one.span).front() == '(') {
    return std::move(row->values);
  }
  set.push_back(std::move(one));
  return set;
}

Result<void> Parser::tail_clauses(sql::Query& query) {
  if (take("order")) {
    TRY(need("by"));
    TRY(query.order_by, sort_keys());
  }
  return limit_clauses(query);
}

/// OFFSET, then LIMIT or FETCH FIRST. The order that other databases use is understood, too.
Result<void> Parser::limit_clauses(sql::Query& query) {
  const auto offset = [&]() -> Result<void> {
    if (!take("offset")) return {};
    TRY(query.offset, row_count());
    if (!take("rows")) take("row");
    return {};
  };
  TRY(offset());
  if (take("limit")) {
    const Span from = before().span;
    if (take("all")) return {};
    TRY(query.limit, row_count());
    if (at_symbol(",") && !query.offset) {
      return Error{"sql-syntax", "LIMIT takes one number"}
          .at(now().span, "a second one is not understood")
          .note("the first n of m rows: OFFSET m LIMIT n");
    }
    const Span behind = now().span;
    if (at("offset") && !query.offset) {
      TRY(offset());
      const Span moved = since(behind);
      repaired("slip-limit", "`LIMIT` before `OFFSET` was read the other way round", since(from),
               fmt::format("{} {}", written(moved),
                           trailhound::trim(written({from.begin, behind.begin}))));
    }
  } else if (at("fetch")) {
    take("fetch");
    if (!take("first")) TRY(need("next"));
    if (at("row") || at("rows")) {
      query.limit = sql::integer(1);
    } else {
      TRY(query.limit, row_count());
    }
    if (!take("rows")) TRY(need("row"));
    if (take("with")) {
      TRY(need("ties"));
      query.with_ties = true;
    } else {
      TRY(need("only"));
    }
  }
  return {};
}

/// A whole number or a parameter.
Result<sql::Expr> Parser::row_count() {
  if (now().kind == TokenKind::Integer) {
    const Token& token = tokens_.list[at_++];
    return sql::Expr{sql::NumberLiteral{token.text, sql::NumberKind::Integer}, token.span};
  }
  const bool marked = at_symbol("?") || at_symbol(":") || at_symbol("<") || at_symbol("{");
  if (marked || now().kind == TokenKind::Placeholder) {
    if (auto parameter = placeholder()) return std::move(*parameter);
  }
  return unexpected("a number of rows");
}

}  // namespace trailhound::athena
