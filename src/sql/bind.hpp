// SPDX-License-Identifier: Apache-2.0
//
// Gives every name in a question its meaning and every expression its type, as Athena would, and
// says what the question needs of the events.
//
//   BindOptions options{.dialect = Dialect::Athena, .now = newest};
//   options.parse = athena::parse_expression;
//   TRY(Bound bound, bind(query, options, notices));
//   bound.tables()[0].plan;      // fields, days, accounts and needles of the first table
//   print_duckdb(bound, [](const TableUse& use) { return "th_scan(" + ... + ")"; });
//
// A Bound is a question that will run: what Athena refuses (a varchar compared with a number, a
// column that is neither grouped nor aggregated) is refused here, with a place and, where there is
// one, a fix. Only bind makes one. Binding reads no events and no clock.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sql/ast.hpp"
#include "sql/bound.hpp"
#include "sql/catalog.hpp"

namespace trailhound::sql {

/// What binding has to know besides the question.
struct BindOptions {
  Dialect dialect = Dialect::Athena;
  Time now;  ///< What now() and current_timestamp say: the newest event's time, or `--now`.
  /// Reads an expression of derived.def. Without it, derived fields are unknown.
  std::function<Result<Expr>(std::string_view)> parse;
  /// Derived fields that the tables of events hold themselves (event/worked_out.def).
  event::FieldSet worked_out;
};

/// A reference to the table of events.
struct TableUse {
  int source = 0;    ///< Its number in the plan; printed as alias "t<number>"
  std::string name;  ///< As the question called it
  event::ScanPlan plan;
};

/// A literal that a question compares with a field, as it stands in the text.
struct ComparedLiteral {
  event::Field field;
  std::string value;
  Span span;
  bool equality = true;  ///< `=` or IN; else LIKE
  bool negated = false;  ///< `<>` or NOT IN
};

/// A derived field that a question names: where, and of which table.
struct DerivedUse {
  Span span;          ///< Of the whole column, `t.principal`
  std::string name;   ///< "principal"
  std::string table;  ///< What its columns have to be called by: "t"; empty where nothing is needed
};

/// A question ready to be printed and run.
class Bound {
 public:
  const Plan& plan() const { return *plan_; }
  /// Name and type of each column of the answer.
  const std::vector<Output>& columns() const { return plan_->outputs; }
  /// Every table reference, in the order of their numbers.
  const std::vector<TableUse>& tables() const { return tables_; }
  /// Literals that are compared with eventname, errorcode, principalid and the like.
  const std::vector<ComparedLiteral>& literals() const { return literals_; }
  /// Names of our own functions and derived fields that the question uses.
  const std::vector<std::string>& own_names() const { return own_names_; }
  /// Whether the question asks what time it is: its answer then depends on BindOptions::now.
  bool asks_now() const { return asks_now_; }
  /// Where the question names derived fields.
  const std::vector<DerivedUse>& derived_uses() const { return derived_uses_; }
  Dialect dialect() const { return dialect_; }

 private:
  friend class Binder;
  Bound() = default;

  PlanPtr plan_;
  std::vector<TableUse> tables_;
  std::vector<ComparedLiteral> literals_;
  std::vector<std::string> own_names_;
  bool asks_now_ = false;
  std::vector<DerivedUse> derived_uses_;
  Dialect dialect_ = Dialect::Athena;
};

/// Binds a question. Warnings (a comparison that can never be true) go to `notices`. Errors:
/// `unknown-table`, `unknown-field`, `ambiguous-field`, `unknown-function`, `bad-arguments`,
/// `type-mismatch`, `not-grouped`, `misplaced-aggregate`, `bad-query`, `not-on-duckdb`.
Result<Bound> bind(const Query& query, const BindOptions& options, std::vector<Error>& notices);

}  // namespace trailhound::sql
