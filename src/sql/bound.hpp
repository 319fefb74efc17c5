// SPDX-License-Identifier: Apache-2.0
//
// A question whose every name is known and whose every expression has a type: what bind makes and
// the DuckDB printer reads.
//
//   Term    an expression: `std::visit(Overload{...}, term->node)`
//   Source  something to select from: a table of events, a query, a CTE, a list, a join
//   Plan    a query: sources, filters, grouping, outputs, order
//
// Every source has a number that no other source of the statement has, and every column is spoken
// of as (number, name), so a pass never resolves a name again. Terms are immutable and shared.
// Grouping is a step of its own: what is above it speaks of its keys ("g1") and aggregates ("a1")
// as columns of the number `Grouped::id`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "event/scan_plan.hpp"
#include "event/schema.hpp"
#include "sql/ast.hpp"
#include "sql/types.hpp"

namespace trailhound::sql {

struct Term;
using TermPtr = std::shared_ptr<const Term>;
struct Source;
using SourcePtr = std::shared_ptr<Source>;
struct Plan;
using PlanPtr = std::shared_ptr<Plan>;

// Terms

/// A value that is known before any event is read. `text` is its spelling: a number's digits, the
/// characters of a varchar, the bytes of a varbinary, `2024-01-31 10:20:30` of a point in time,
/// microseconds of a day-second interval, months of a year-month interval, true or false.
struct Constant {
  bool null = false;
  std::string text;
};
/// A column of a source. `field` says which field of an event it is, if it is one as it stands.
struct ColumnOf {
  int source = 0;
  std::string name;
  std::optional<event::Field> field;
};
/// A field of a row.
struct MemberOf {
  TermPtr base;
  std::string name;
  std::optional<event::Field> field;
};
/// A parameter of a lambda, by a name unique among those in sight.
struct LocalOf {
  std::string name;
};
/// A function or operator applied: a form of functions.hpp with its arguments.
struct Applied {
  std::string function;  ///< Trino's name, or "cast", "+": what scan_plan.cpp knows it by
  std::string form;
  std::vector<TermPtr> arguments;
};
/// A key of ORDER BY.
struct SortTerm {
  TermPtr value;
  bool descending = false;
  bool nulls_first = false;
};
/// An aggregate over the rows of a group.
struct Aggregated {
  std::string function;
  std::string form;
  std::vector<TermPtr> arguments;
  bool distinct = false;
  std::vector<SortTerm> order_by;
  TermPtr filter;  ///< May be null.
};
/// How far a window frame reaches to one side.
struct FrameEnd {
  BoundKind kind = BoundKind::CurrentRow;
  TermPtr distance;  ///< May be null.
};
/// An aggregate or window function over a window.
struct Windowed {
  Aggregated call;
  std::vector<TermPtr> partition_by;
  std::vector<SortTerm> order_by;
  std::optional<FrameUnit> unit;  ///< No frame if unset.
  FrameEnd start, end;
  bool ignore_nulls = false;
};
struct Compared {
  Comparing op = Comparing::Equal;
  TermPtr left, right;
};
struct Connected {
  Connective op = Connective::And;
  std::vector<TermPtr> terms;
};
struct Inverted {
  TermPtr operand;
};
struct NullTested {
  TermPtr operand;
  bool negated = false;
};
struct LikeTested {
  TermPtr operand, pattern, escape;  ///< escape may be null.
  bool negated = false;
};
struct Listed {
  TermPtr operand;
  std::vector<TermPtr> values;
  bool negated = false;
};
struct Chosen {
  struct Branch {
    TermPtr condition, result;
  };
  std::vector<Branch> branches;
  TermPtr otherwise;  ///< May be null.
};
struct LambdaOf {
  std::vector<std::string> parameters;
  TermPtr body;
};
enum class Asking { Scalar, Exists, In, Compare };
/// A query inside an expression.
struct Nested {
  Asking asking = Asking::Scalar;
  TermPtr operand;  ///< Of In and Compare.
  Comparing op = Comparing::Equal;
  Quantifier quantifier = Quantifier::Any;
  bool negated = false;
  PlanPtr plan;
};

struct Term {
  using Node =
      std::variant<Constant, ColumnOf, MemberOf, LocalOf, Applied, Aggregated, Windowed, Compared,
                   Connected, Inverted, NullTested, LikeTested, Listed, Chosen, LambdaOf, Nested>;
  Node node;
  DataType type;
  Span span;
};

/// The node of `term` if it is a T; null otherwise, also for no term.
template <class T>
const T* as(const TermPtr& term) {
  return term ? std::get_if<T>(&term->node) : nullptr;
}
/// Whether evaluating the term can fail for some row (a cast, a division, a subscript).
bool may_fail(const Term& term);
/// The terms directly below.
std::vector<TermPtr> parts(const Term& term);
/// Two terms that mean the same have the same text; spans count not.
std::string signature(const Term& term);

// Sources

/// A field worked out of others, offered as a column of its table.
struct DerivedColumn {
  std::string name;
  int level = 0;  ///< Those of level n speak only of fields and of derived ones below n.
  TermPtr value;
};
/// The events.
struct EventTable {
  std::string name;     ///< As the question called it
  std::string account;  ///< cloudtrail_111122223333: only this account's
  std::vector<DerivedColumn> derived;
  event::ScanPlan plan;  ///< What the question needs of this reference
};
/// A query in FROM.
struct NestedQuery {
  PlanPtr plan;
  bool lateral = false;
};
/// A reference to a CTE.
struct CommonUse {
  int common = 0;
  /// Of a recursion whose steps are joined by UNION without ALL: its columns, to be taken once
  /// each.
  std::vector<std::string> unique_columns = {};
};
/// UNNEST: each column is one list, or the keys or values of one map.
struct UnnestedLists {
  struct Column {
    std::string name;
    std::string form;  ///< "{1}", "map_keys({1})": what gives the list
    TermPtr list;
  };
  std::vector<Column> columns;
  std::string ordinality;  ///< Name of the counting column; empty if there is none.
};
struct JoinedSources {
  JoinKind kind = JoinKind::Cross;
  SourcePtr left, right;
  TermPtr on;  ///< Null for Cross.
};

struct Source {
  using Node = std::variant<EventTable, NestedQuery, CommonUse, UnnestedLists, JoinedSources>;
  Node node;
  int id = 0;  ///< Of a join: 0
  std::optional<SampleMethod> sample;
  double sample_percentage = 100;
  Span span;
};

// Queries

/// A column of an answer.
struct Output {
  std::string name;   ///< As Athena names it: lower case, "_col2"; not necessarily unique
  std::string inner;  ///< How queries around speak of it: unique in its plan
  DataType type;
};
struct Grouped {
  int id = 0;
  std::vector<TermPtr> keys;  ///< Column g<i+1> above
  std::vector<std::vector<std::size_t>>
      sets;                         ///< Grouping sets, as indexes of keys; empty: one set of all
  std::vector<TermPtr> aggregates;  ///< Column a<i+1> above
};
struct SelectPlan {
  bool distinct = false;
  SourcePtr from;  ///< Null without FROM.
  TermPtr where;   ///< May be null.
  std::optional<Grouped> grouped;
  TermPtr having;  ///< May be null; speaks of `grouped`.
  std::vector<TermPtr> outputs;
};
struct ValuesPlan {
  std::vector<std::vector<TermPtr>> rows;
};
struct SetPlan {
  SetOperator op = SetOperator::Union;
  bool all = false;
  PlanPtr left, right;
};
struct CommonPlan {
  int id = 0;
  std::string name;
  /// The plan is a SetPlan of the first rows and the step; its last column counts the steps.
  bool recursive = false;
  std::vector<std::string> columns;  ///< Inner names of its outputs
  PlanPtr plan;
};
/// ORDER BY of a plan: an output by its number, or a term.
struct OrderKey {
  std::size_t output = 0;  ///< Counts from 1; 0: the term.
  SortTerm sort;
};
struct Plan {
  std::vector<CommonPlan> with;
  std::variant<SelectPlan, ValuesPlan, SetPlan> body;
  std::vector<Output> outputs;
  std::vector<OrderKey> order_by;
  std::optional<std::uint64_t> offset, limit;
  bool with_ties = false;
};

/// Whether each row of the answer is one of an event, and nothing says in which order, nor how
/// many: such rows may come from everywhere at once.
bool lists_events(const Plan& plan);

}  // namespace trailhound::sql
