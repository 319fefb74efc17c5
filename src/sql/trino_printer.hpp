// SPDX-License-Identifier: Apache-2.0
//
// The inside of print_trino: what its two files share. Nobody else includes this.
//
//   print_trino.cpp             queries, relations, names
//   print_trino_expression.cpp  expressions, types
//
// Each kind of expression has a level, from what binds loosest to what binds tightest. A place asks
// for a level; what is looser is put in parentheses.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/ast.hpp"

namespace trailhound::sql {

enum class TrinoLevel {
  Lambda,
  Or,
  And,
  Not,
  Predicate,
  Concat,
  Sum,
  Product,
  Sign,
  Postfix,
  Primary
};

/// The word of an enumerator in a list of words in its order.
template <class Enum, std::size_t size>
std::string_view word(const std::string_view (&words)[size], Enum value) {
  return words[static_cast<std::size_t>(value)];
}

/// Text as a literal.
std::string quoted_text(std::string_view text);
/// Whether text may stand as a name without quotes, but for the words of the grammar.
bool is_identifier(std::string_view text);

/// Prints one tree.
class TrinoPrinter {
 public:
  using Level = TrinoLevel;

  std::string take() { return std::move(out_); }
  void print(const Name& name);
  void print(const Type& type);
  void print(const Query& query);
  /// Prints the expression, in parentheses if it binds looser than `lowest`.
  void print(const Expr& expr, Level lowest = Level::Lambda);

 private:
  template <class List, class Print>
  void list(const List& items, Print print_one, std::string_view between = ", ") {
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += between;
      first = false;
      print_one(item);
    }
  }
  void expressions(const std::vector<Expr>& all);
  void names(const std::vector<Name>& all);
  void dotted(const QualifiedName& name);
  void order_by(const std::vector<SortKey>& keys, std::string_view before);
  void in_parentheses(const Query& query);

  // Bodies of queries

  void body(const Select& select);
  void body(const Values& values);
  void body(const TableQuery& table);
  void body(const SetOperation& both);
  void operand(const Query& query, SetOperator outer, bool right);
  void item(const SelectValue& value);
  void item(const SelectAll& all);
  void print(const GroupBy& group);
  void set(const std::vector<Expr>& keys);
  void print(const Window& window);
  void print(const FrameBound& bound);

  // Relations

  void print(const Relation& relation);
  void relation_node(const Table& table);
  void relation_node(const Derived& derived);
  void relation_node(const Lateral& lateral);
  void relation_node(const Unnest& unnest);
  void relation_node(const UnsupportedRelation& relation);
  void relation_node(const Join& join);

  // Expressions

  void node(const NullLiteral&);
  void node(const BooleanLiteral& e);
  void node(const StringLiteral& e);
  void node(const BinaryLiteral& e);
  void node(const NumberLiteral& e);
  void node(const TypedLiteral& e);
  void node(const IntervalLiteral& e);
  void node(const Current& e);
  void node(const Column& e);
  void node(const Dereference& e);
  void node(const Subscript& e);
  /// What a dot may follow. A column and its field would be one longer column, and 1.x a number.
  static bool is_chain(const Expr& base);
  void postfix_base(const Expr& base, bool bare);
  void node(const Binary& e);
  void node(const Negate& e);
  void node(const Comparison& e);
  void node(const Logical& e);
  void node(const Not& e);
  void node(const IsNull& e);
  void node(const Between& e);
  void node(const InList& e);
  void node(const InQuery& e);
  void node(const Like& e);
  void node(const Quantified& e);
  void node(const Exists& e);
  void node(const Subquery& e);
  void node(const Case& e);
  void node(const Cast& e);
  void node(const AtTimeZone& e);
  void node(const Call& e);
  /// A few functions are called by words of the grammar. Their own forms take plain calls only; in
  /// all others the name is quoted.
  void function_name(const Call& call);
  /// normalize(x, NFC): the form is a bare word.
  bool print_normalize(const Call& call);
  void print(const Overflow& overflow);
  void node(const Lambda& e);
  void node(const Array& e);
  void node(const Row& e);
  void node(const Parameter& e);
  void node(const JsonPath& e);
  void behaviour(const std::string& does, const Maybe<Expr>& fallback, std::string_view on);
  void returning(const std::optional<Type>& type);
  void node(const JsonObject& e);
  void node(const JsonArray& e);

  std::string out_;
};

}  // namespace trailhound::sql
