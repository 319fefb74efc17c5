// SPDX-License-Identifier: Apache-2.0
//
// From tokens to the tree: recursive descent, one function for a rule of Trino's grammar.
//
//   Parser parser(tokens, notices);
//   TRY(sql::Query query, parser.statement());
//
// Inside src/athena only; others call `parse` of athena.hpp. The rules are spread over
// parser.cpp (reading tokens, errors), parser_query.cpp, parser_relation.cpp,
// parser_expression.cpp, parser_call.cpp and parser_type.cpp. Placeholders outside quotes become
// named Parameters; placeholders.hpp fills them.
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "athena/lexer.hpp"
#include "base/result.hpp"
#include "sql/ast.hpp"

namespace trailhound::athena {

class Parser {
 public:
  Parser(Tokens tokens, std::vector<Error>& notices);

  /// The whole text: one query, maybe a `;`, and nothing else.
  Result<sql::Query> statement();
  /// The whole text: one expression.
  Result<sql::Expr> lone_expression();

 private:
  // Reading tokens (parser.cpp)
  const Token& now() const { return tokens_.list[at_]; }
  const Token& ahead(std::size_t by) const;
  const Token& before() const { return tokens_.list[at_ == 0 ? 0 : at_ - 1]; }
  Span since(Span from) const { return {from.begin, std::max(from.end, before().span.end)}; }
  std::string_view written(Span span) const;
  bool at(std::string_view word);
  bool at(std::string_view word, std::string_view next);
  bool at_symbol(std::string_view symbol) const;
  bool take(std::string_view word);
  bool take(std::string_view word, std::string_view next);
  bool take_symbol(std::string_view symbol);
  Result<void> need(std::string_view word);
  Result<void> need_symbol(std::string_view symbol);
  bool at_name() const;
  Result<sql::Name> name(std::string_view what);
  Result<std::vector<sql::Name>> names_in_parentheses(std::string_view what);
  Result<sql::QualifiedName> qualified_name(std::string_view what);
  std::optional<sql::Name> implicit_alias();
  Result<std::uint32_t> small_number(std::string_view what);
  Result<std::string> string_literal(std::string_view what);

  // Errors (parser.cpp)
  Error unexpected(std::string_view expected);
  Error too_deep(Span where) const;
  Error not_supported(std::string_view construct, Span where) const;
  Error not_a_select() const;
  /// What stands here in other dialects, and how Athena says it; nothing if it is none of these.
  std::optional<Error> of_another_sql() const;
  Error behind_the_end();
  /// Where the question that began at token `first` and ends here is said a second time, behind a
  /// colon, with other texts in quotes at most; 0: nowhere.
  std::size_t said_again(std::size_t first) const;
  void repaired(std::string_view code, std::string message, Span where, const std::string& meant);

  /// One level deeper while it lives.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    bool too_far() const { return parser_.depth_ > sql::kMaxDepth; }

   private:
    Parser& parser_;
  };
  Result<void> lengthen_chain(Span where);

  // Queries (parser_query.cpp)
  bool query_begins(std::size_t index) const;
  Result<sql::Query> query();
  Result<void> with_clause(sql::Query& query);
  Result<sql::Query> set_operations(bool intersections_only);
  Result<sql::Query> query_term();
  Result<sql::Select> select();
  Result<sql::SelectItem> select_item();
  Result<sql::GroupBy> group_by();
  Result<std::vector<sql::Expr>> grouping_set();
  Result<void> tail_clauses(sql::Query& query);
  Result<void> limit_clauses(sql::Query& query);
  Result<sql::Expr> row_count();
  Result<sql::Query> query_in_parentheses();

  // Relations (parser_relation.cpp)
  Result<sql::Relation> relation();
  Result<sql::Relation> joined_to(sql::Relation left, sql::JoinKind kind, bool natural);
  Result<sql::Relation> aliased_relation();
  Result<sql::Relation> primary_relation();
  Result<sql::Relation> table();
  std::optional<sql::Name> table_placeholder();
  Result<void> alias_and_sample(sql::Relation& relation);
  Result<sql::Relation> unsupported_relation(std::string_view construct, Span from);
  Result<void> skip_parentheses();

  // Expressions (parser_expression.cpp)
  Result<sql::Expr> expression();
  Result<sql::Expr> logical(sql::Connective op);
  Result<sql::Expr> negation();
  Result<sql::Expr> predicate();
  Result<std::optional<sql::Expr>> predicate_behind(sql::Expr& operand, Span from);
  Result<sql::Expr> in_predicate(sql::Expr operand, bool negated);
  Result<sql::Expr> comparison(sql::Comparing op, sql::Expr left);
  Result<sql::Expr> value(unsigned lowest);
  Result<sql::Expr> signed_value();
  Result<sql::Expr> postfixed();
  Result<sql::Expr> primary();
  Result<sql::Expr> literal();
  Result<sql::Expr> unicode_literal();
  Result<sql::Expr> binary_literal();
  Result<sql::Expr> interval();
  Result<sql::Expr> parenthesised();
  Result<sql::Expr> lambda();
  bool lambda_begins() const;
  Result<sql::Expr> case_expression();
  Result<sql::Expr> column_or_call();
  std::optional<sql::Expr> placeholder();
  Result<std::vector<sql::Expr>> expressions(std::string_view closing);

  // Calls and forms that look like calls (parser_call.cpp)
  using Form = Result<sql::Expr> (Parser::*)();
  static Form form_called(std::string_view word);
  Result<sql::Expr> call(sql::QualifiedName name);
  Result<void> call_arguments(sql::Call& call);
  Result<void> call_options(sql::Call& call);
  Result<sql::Expr> cast();
  Result<sql::Expr> extract();
  Result<sql::Expr> position();
  Result<sql::Expr> trimming();
  Result<sql::Expr> substring();
  Result<sql::Expr> normalize();
  Result<sql::Expr> exists();
  Result<sql::Expr> row();
  Result<sql::Expr> grouping();
  Result<sql::Expr> listagg();
  Result<sql::Expr> json_exists();
  Result<sql::Expr> json_value();
  Result<sql::Expr> json_query();
  Result<sql::Expr> json_object();
  Result<sql::Expr> json_array();
  Result<sql::Expr> json_path(sql::JsonOperation operation);
  Result<void> json_behaviour(sql::JsonPath& path);
  Result<void> json_wrapper(sql::JsonPath& path);
  Result<std::optional<sql::Type>> json_returning();
  Result<std::vector<sql::SortKey>> sort_keys();
  Result<sql::Window> window();
  Result<sql::Frame> frame();
  Result<sql::FrameBound> frame_bound();

  // Types (parser_type.cpp)
  Result<sql::Type> type();
  Result<sql::Type> plain_type();
  Result<void> row_fields(sql::Type& type, std::string_view closing);

  Tokens tokens_;
  std::vector<Error>& notices_;
  std::vector<std::size_t> closing_;  ///< For each `(`: the index of its `)`, or of the End.
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t links_ = 0;
  std::uint32_t question_marks_ = 0;
  std::size_t tried_at_ = 0;               ///< Where `tried_` counts.
  std::set<std::string_view> tried_;       ///< Keywords that would have been right there.
  std::optional<std::size_t> last_alias_;  ///< The last word taken as a name without AS.
};

}  // namespace trailhound::athena
