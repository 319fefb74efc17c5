// SPDX-License-Identifier: Apache-2.0
//
// The inside of bind: what its files share. Nobody else includes this.
//
//   bind_query.cpp       common tables, set operations, VALUES
//   bind_select.cpp      SELECT: grouping, order
//   bind_source.cpp      what stands in FROM
//   bind_names.cpp       columns, members, tables, derived fields
//   bind_expression.cpp  parts of things, subqueries, CASE, lists and rows
//   bind_literal.cpp     literals
//   bind_arithmetic.cpp  operators that reckon
//   bind_condition.cpp   comparisons, LIKE, IN
//   bind_cast.cpp        casts and coercions
//   bind_json.cpp        SQL/JSON
//   bind_calls.cpp       functions: overloads, aggregates, windows
//   bind_pattern.cpp     functions of regular expressions
//   bind_rules.cpp       functions that a form cannot say: date_trunc, format, reduce, ...
//
// Every member function either gives a term or the first error below it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/bind.hpp"
#include "sql/functions.hpp"

namespace trailhound::sql {

/// A column that a name may mean.
struct ScopeColumn {
  std::string name;
  TermPtr term;
};

/// A source with its names.
struct ScopeTable {
  std::vector<std::string> path;  ///< {"default", "cloudtrail"} or {alias}; empty: without a name
  std::vector<ScopeColumn> columns;  ///< Of an event table: empty, its columns are looked up
  SourcePtr events;                  ///< Set for an event table
  Dialect dialect = Dialect::Athena;
  std::vector<std::string> renamed;  ///< `AS t (a, b)` over an event table
};

/// What names mean at a place of the question.
struct Scope {
  const Scope* parent = nullptr;
  std::vector<ScopeTable> tables;
  std::vector<ScopeColumn> merged;        ///< Columns of USING: found before those of the tables
  std::map<std::string, TermPtr> locals;  ///< Parameters of a lambda
};

/// Where an expression stands.
struct Place {
  const Scope* scope = nullptr;
  std::string_view clause;  ///< "WHERE"
  bool aggregates = false;
  bool windows = false;
  /// Names of the outputs, for ORDER BY: seen before the scope.
  const std::vector<ScopeColumn>* outputs = nullptr;
  /// Names of SELECT that this clause cannot see, with their places (0: not known); for a fix.
  const std::map<std::string, std::size_t>* unseen = nullptr;
  const std::vector<NamedWindow>* windows_named = nullptr;
  bool inside_aggregate = false;
};

/// Binds one statement.
class Binder {
 public:
  Binder(const BindOptions& options, std::vector<Error>& notices)
      : options_(options), notices_(notices) {}
  Result<Bound> run(const Query& query);

 private:
  // bind_query.cpp, bind_select.cpp, bind_source.cpp
  Result<PlanPtr> query(const Query& query, const Scope* parent);
  Result<void> recursion(const CommonTable& common, const Scope* parent, Plan& plan);
  Result<void> body(const Query& query, const Scope* parent, Plan& plan);
  Result<void> select(const Query& query, const Select& select, const Scope* parent, Plan& plan);
  Result<void> set_operation(const Query& query, const SetOperation& operation, const Scope* parent,
                             Plan& plan);
  Result<void> values(const Values& values, const Scope* parent, Plan& plan);
  Result<SourcePtr> source(const Relation& relation, Scope& scope);
  Result<SourcePtr> table(const Relation& relation, const Table& table, Scope& scope);
  Result<SourcePtr> nested(const Relation& relation, const Query& query, bool lateral,
                           Scope& scope);
  Result<SourcePtr> unnest(const Relation& relation, const Unnest& unnest, Scope& scope);
  Result<SourcePtr> join(const Relation& relation, const Join& join, Scope& scope);
  Result<void> merge_columns(const Join& join, Span span, Scope& left, Scope& right, TermPtr& on,
                             std::vector<ScopeColumn>& merged);
  Result<void> select_all(const SelectAll& all, Span span, const Scope& scope,
                          std::vector<ScopeColumn>& items);
  Result<std::vector<TermPtr>> group_keys(const Select& select, const Place& place,
                                          const std::vector<ScopeColumn>& items, Grouped& grouped);
  Result<void> order(const Query& query, const Place& place, const std::vector<ScopeColumn>& items,
                     bool distinct, Plan& plan);
  Result<TermPtr> lift(const TermPtr& term, Grouped& grouped, const std::set<int>& sources);
  Result<std::optional<std::uint64_t>> count_of(const Maybe<Expr>& expr, std::string_view clause);
  Result<TermPtr> condition(const Expr& expr, const Place& place);
  void name_outputs(Plan& plan);
  void wrap(Plan& plan);
  void wrap_whole(Plan& plan);
  SelectPlan everything_of(const PlanPtr& inner);
  void keep_ties(Plan& plan);
  std::vector<ScopeColumn> outputs_as_columns(const Plan& plan, int source) const;
  static void collect_sources(const SourcePtr& source, std::set<int>& ids);

  // bind_names.cpp
  Result<TermPtr> column(const Column& column, Span span, const Place& place);
  Result<TermPtr> members(TermPtr base, const std::vector<Name>& path, std::size_t from);
  Result<TermPtr> member(const TermPtr& base, const Name& name);
  std::optional<TermPtr> own_column(const ScopeTable& table, std::string_view name);
  TermPtr catalog_term(const SourcePtr& events, const CatalogColumn& column, Dialect dialect);
  TermPtr event_column(int source, event::Field field);
  Result<std::optional<TermPtr>> derived(const ScopeTable& table, std::string_view name);
  Error unknown_field(const Column& column, const Place& place);
  std::vector<ScopeColumn> all_columns(const ScopeTable& table);

  // bind_expression.cpp, bind_literal.cpp, bind_arithmetic.cpp, bind_condition.cpp
  Result<TermPtr> expression(const Expr& expr, const Place& place);
  Result<TermPtr> node(const NullLiteral&, const Expr&, const Place&);
  Result<TermPtr> node(const BooleanLiteral&, const Expr&, const Place&);
  Result<TermPtr> node(const StringLiteral&, const Expr&, const Place&);
  Result<TermPtr> node(const BinaryLiteral&, const Expr&, const Place&);
  Result<TermPtr> node(const NumberLiteral&, const Expr&, const Place&);
  Result<TermPtr> node(const TypedLiteral&, const Expr&, const Place&);
  Result<TermPtr> node(const IntervalLiteral&, const Expr&, const Place&);
  Result<TermPtr> node(const Current&, const Expr&, const Place&);
  Result<TermPtr> node(const Column&, const Expr&, const Place&);
  Result<TermPtr> node(const Dereference&, const Expr&, const Place&);
  Result<TermPtr> node(const Subscript&, const Expr&, const Place&);
  Result<TermPtr> node(const Binary&, const Expr&, const Place&);
  Result<TermPtr> node(const Negate&, const Expr&, const Place&);
  Result<TermPtr> node(const Comparison&, const Expr&, const Place&);
  Result<TermPtr> node(const Logical&, const Expr&, const Place&);
  Result<TermPtr> node(const Not&, const Expr&, const Place&);
  Result<TermPtr> node(const IsNull&, const Expr&, const Place&);
  Result<TermPtr> node(const Between&, const Expr&, const Place&);
  Result<TermPtr> node(const InList&, const Expr&, const Place&);
  Result<TermPtr> node(const InQuery&, const Expr&, const Place&);
  Result<TermPtr> node(const Like&, const Expr&, const Place&);
  Result<TermPtr> node(const Quantified&, const Expr&, const Place&);
  Result<TermPtr> node(const Exists&, const Expr&, const Place&);
  Result<TermPtr> node(const Subquery&, const Expr&, const Place&);
  Result<TermPtr> node(const Case&, const Expr&, const Place&);
  Result<TermPtr> node(const Cast&, const Expr&, const Place&);
  Result<TermPtr> node(const AtTimeZone&, const Expr&, const Place&);
  Result<TermPtr> node(const Call&, const Expr&, const Place&);
  Result<TermPtr> node(const Lambda&, const Expr&, const Place&);
  Result<TermPtr> node(const Array&, const Expr&, const Place&);
  Result<TermPtr> node(const Row&, const Expr&, const Place&);
  Result<TermPtr> node(const Parameter&, const Expr&, const Place&);
  Result<TermPtr> node(const JsonPath&, const Expr&, const Place&);
  Result<TermPtr> node(const JsonObject&, const Expr&, const Place&);
  Result<TermPtr> node(const JsonArray&, const Expr&, const Place&);

  Result<TermPtr> arithmetic(Arithmetic op, TermPtr left, TermPtr right, Span span);
  Result<TermPtr> decimal_arithmetic(Arithmetic op, const TermPtr& left, const TermPtr& right,
                                     Span span);
  Result<TermPtr> time_arithmetic(Arithmetic op, const TermPtr& left, const TermPtr& right,
                                  Span span);
  Result<TermPtr> compare(Comparing op, TermPtr left, TermPtr right, Span span);
  /// Coerces both to what they have in common; in Lake, text to timestamps too.
  Result<DataType> agree(TermPtr& left, TermPtr& right, Span span, std::string_view what);
  Result<DataType> agree_all(const std::vector<TermPtr*>& terms, std::string_view what);
  void note_literal(const TermPtr& left, const TermPtr& right, bool equality, bool negated);

  // bind_cast.cpp
  TermPtr coerce(const TermPtr& term, const DataType& type);
  Result<TermPtr> cast(const TermPtr& term, const DataType& type, bool or_null, Span span);
  Result<std::string> cast_form(const DataType& from, const DataType& to, const std::string& place,
                                Span span, int depth);
  Result<std::string> json_form(const DataType& from, const std::string& place, Span span,
                                int depth);

  // bind_json.cpp
  Result<std::string> json_part(const Expr& expr, const Place& place, std::vector<TermPtr>& with);

  // bind_calls.cpp
  Result<TermPtr> call(const Call& call, const Expr& expr, const Place& place);
  Result<TermPtr> window(const Call& call, Aggregated aggregate, DataType type, Span span,
                         const Place& place);
  struct Match {
    const Function* function = nullptr;
    std::map<std::string, DataType> variables;
    std::vector<TermPtr> arguments;
    DataType result;
    int coercions = 0;  ///< Arguments that are of another type than asked for
  };
  Result<Match> choose(const Call& call, const std::string& name, Span span, const Place& place);
  bool unify(const DataType& parameter, const DataType& argument, Match& match);
  Result<TermPtr> lambda(const Lambda& lambda, const std::vector<DataType>& parameters, Span span,
                         const Place& place);
  Error unknown_function(const Name& name);
  Error bad_arguments(const std::string& name, const std::vector<TermPtr>& arguments, Span span);

  // bind_rules.cpp
  Result<TermPtr> rule(const Match& match, const Call& call, Span span);
  // bind_pattern.cpp
  Result<TermPtr> pattern_call(const Match& match, Span span);
  Result<std::string> constant_text(const TermPtr& term, std::string_view what, Span span);

  Error mismatch(std::string message, Span span) const {
    return Error{"type-mismatch", std::move(message)}.at(span);
  }
  Error refused(std::string message, Span span) const {
    return Error{"not-on-duckdb", std::move(message)}.at(span);
  }

  const BindOptions& options_;
  std::vector<Error>& notices_;
  int next_source_ = 1;
  int next_local_ = 1;
  std::vector<SourcePtr> event_sources_;
  std::vector<ComparedLiteral> literals_;
  std::set<std::string> own_names_;
  bool asks_now_ = false;
  std::vector<DerivedUse> derived_uses_;
  struct Common {
    std::string name;
    int id;
    PlanPtr plan;
    std::vector<Output> outputs;
    std::vector<std::string> unique_columns = {};  ///< See CommonUse
  };
  std::vector<Common> commons_;  ///< In sight, inner last
  std::set<std::string> deriving_;
};

// Reading literals

/// The whole of `text` as a number.
std::optional<std::int64_t> whole_number(std::string_view text);
/// `2024-01-31 10:20:30.5` as DuckDB reads it, out of what is typed; nothing if it is no time.
std::optional<std::string> timestamp_text(std::string_view text);
/// `expr` as an ordinal (GROUP BY 1), if it is a bare number.
std::optional<std::int64_t> ordinal(const Expr& expr);

// Making terms

inline TermPtr make(Term::Node node, DataType type, Span span) {
  return std::make_shared<const Term>(Term{std::move(node), std::move(type), span});
}
inline TermPtr apply(std::string function, std::string form, std::vector<TermPtr> arguments,
                     DataType type, Span span) {
  return make(Applied{std::move(function), std::move(form), std::move(arguments)}, std::move(type),
              span);
}
inline TermPtr constant(std::string text, DataType type, Span span) {
  return make(Constant{false, std::move(text)}, std::move(type), span);
}
inline TermPtr null_of(DataType type, Span span) {
  return make(Constant{true, ""}, std::move(type), span);
}
/// The same term, taken for another type of the same DuckDB representation.
inline TermPtr retyped(const TermPtr& term, DataType type) {
  return make(term->node, std::move(type), term->span);
}
/// Microseconds that the clock of a zone such as `+05:30` is ahead of UTC; nothing for a name.
std::optional<std::int64_t> zone_offset(std::string_view zone);
/// A timestamp with time zone as its own clock shows it.
TermPtr local_time(const TermPtr& term);
/// The instant at which a clock of the type's zone shows a time.
TermPtr instant_of(const TermPtr& clock, const DataType& type);
/// The same instant, told by the clock of the type's zone.
TermPtr told_in(const TermPtr& instant, const DataType& type);
/// A zone as written, as a type keeps it: "" for UTC, `+02:00`, a name.
Result<std::string> zone_called(std::string_view text, Span span);
/// The term with other terms directly below, in the order of parts().
TermPtr with_parts(const Term& term, std::vector<TermPtr> parts);
/// What sorts as Trino sorts it: addresses by their bytes.
TermPtr sortable(const TermPtr& term);

}  // namespace trailhound::sql
