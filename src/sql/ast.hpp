// SPDX-License-Identifier: Apache-2.0
//
// The one tree of a question: what every language lowers to, and every dialect is printed from.
//
//   using enum sql::Comparing;
//   sql::Expr is_root = sql::compare(Equal, sql::column("username"), sql::text("root"));
//   std::visit(Overload{[&](const sql::Call& call) { ... }, [](const auto&) {}}, is_root.node);
//   sql::Query copy = query;     // trees are values: copying one copies all below it
//
// It can say every SELECT of Trino (Athena engine 3). Forms that Trino itself rewrites are
// rewritten by the parser, so that a pass need not know them: SUBSTRING(x FROM y FOR z), POSITION(x
// IN y), TRIM(LEADING c FROM x), EXTRACT(f FROM x) and NORMALIZE(x, NFC) are Calls of substr,
// strpos, ltrim, year..., normalize; TRY(x), IF(...), COALESCE(...), NULLIF(...) and GROUPING(...)
// are Calls, too. NOT LIKE, NOT IN and NOT BETWEEN are nodes with `negated`; parentheses leave no
// trace.
//
// Every node carries the Span of the text that it was made from (empty if from none). Trees that
// differ in spans only are drawn alike (draw.hpp): that is how two trees are compared.
// AND and OR hold all their terms in one node. A parser keeps the height of its trees within
// kMaxDepth and kMaxChain, so recursion over a tree is safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/span.hpp"

namespace trailhound::sql {

/// Levels of parentheses, calls, subqueries and the like that a parser lets through.
inline constexpr std::uint32_t kMaxDepth = 100;
/// Further links of chains such as `a + b + c` or `a[1][2]` in one statement, all in all.
inline constexpr std::uint32_t kMaxChain = 500;

/// Lambdas as the overloads of one visitor.
template <class... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

/// A T elsewhere, so that a node may hold nodes of its own kind. A value: copying copies the T.
template <class T>
class Box {
 public:
  Box(T value) : held_(std::make_unique<T>(std::move(value))) {}
  Box(const Box& other) : held_(std::make_unique<T>(*other.held_)) {}
  Box(Box&& other) noexcept = default;  ///< Leaves `other` empty: only assign to it or drop it.
  Box& operator=(const Box& other) {
    if (this != &other) held_ = std::make_unique<T>(*other.held_);
    return *this;
  }
  Box& operator=(Box&& other) noexcept = default;
  ~Box() = default;

  T& operator*() { return *held_; }
  const T& operator*() const { return *held_; }
  T* operator->() { return held_.get(); }
  const T* operator->() const { return held_.get(); }

 private:
  std::unique_ptr<T> held_;
};

/// A T or nothing: `if (call.filter) visit(**call.filter)`.
template <class T>
using Maybe = std::optional<Box<T>>;

struct Expr;
struct Query;
struct Relation;

/// One identifier. Unquoted ones are in lower case; quoted ones as they were written.
struct Name {
  std::string text;
  bool quoted = false;
  Span span;
};

/// `catalog.schema.table`, `f`, `schema.f`: never empty.
using QualifiedName = std::vector<Name>;

// Types

struct TypeField;

/// `varchar`, `decimal(10,2)`, `array(x)`, `map(k,v)`, `row(a x, b y)`.
struct Type {
  /// In lower case: "varchar", "double", "interval day to second", "interval year to month".
  std::string name;
  std::vector<std::uint32_t> sizes;   ///< decimal(10,2), varchar(5), timestamp(3)
  std::vector<TypeField> parameters;  ///< array: 1; map: 2; row: its fields; else none
  bool with_time_zone = false;        ///< time and timestamp only
  Span span;
};

/// A parameter of a type. Only fields of a row have names, and not all of those.
struct TypeField {
  std::optional<Name> name;
  Type type;
};

// Literals

struct NullLiteral {};
struct BooleanLiteral {
  bool value = false;
};
/// `'it''s'` and `U&'\00e9'`, without quotes and escapes.
struct StringLiteral {
  std::string value;
};
/// `X'65683F'`: the bytes themselves.
struct BinaryLiteral {
  std::string bytes;
};
enum class NumberKind { Integer, Decimal, Double };  ///< 7, 7.5, 7.5E0
/// A number without a sign, as it was written.
struct NumberLiteral {
  std::string text;
  NumberKind kind = NumberKind::Integer;
};
/// `DATE '2024-01-31'`, `TIMESTAMP '...'`, `DECIMAL '1'`, `JSON '...'`: any type before a string.
struct TypedLiteral {
  Type type;
  std::string value;
};
enum class IntervalField { Year, Month, Day, Hour, Minute, Second };
/// `INTERVAL -'1' DAY`, `INTERVAL '2-3' YEAR TO MONTH`.
struct IntervalLiteral {
  std::string value;
  bool negative = false;
  IntervalField from = IntervalField::Day;
  std::optional<IntervalField> to;
};
enum class CurrentKind {
  Date,
  Time,
  Timestamp,
  LocalTime,
  LocalTimestamp,
  User,
  Catalog,
  Schema,
  Path
};
/// `CURRENT_DATE`, `CURRENT_TIMESTAMP(6)`, `LOCALTIME`, `CURRENT_USER`...
struct Current {
  CurrentKind kind = CurrentKind::Date;
  std::optional<std::uint32_t> precision;
};

// Names and their parts

/// `eventname`, `useridentity.sessioncontext.attributes`, `t.eventname`: which part is a table, a
/// column or a field of one is for bind to say.
struct Column {
  std::vector<Name> path;  ///< Never empty.
};
/// `f(x).name`, `a[1].name`: a field of something that is not a plain Column.
struct Dereference {
  Box<Expr> base;
  Name field;
};
/// `a[1]`, `m['k']`.
struct Subscript {
  Box<Expr> base;
  Box<Expr> index;
};

// Operators

enum class Arithmetic { Add, Subtract, Multiply, Divide, Modulo, Concat };
struct Binary {
  Arithmetic op = Arithmetic::Add;
  Box<Expr> left;
  Box<Expr> right;
};
/// `-x`. (`+x` is x.)
struct Negate {
  Box<Expr> operand;
};
enum class Comparing {
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  IsDistinct,
  IsNotDistinct
};
struct Comparison {
  Comparing op = Comparing::Equal;
  Box<Expr> left;
  Box<Expr> right;
};
enum class Connective { And, Or };
/// `a AND b AND c`: one node, at least two terms, none of them a Logical of the same connective.
struct Logical {
  Connective op = Connective::And;
  std::vector<Expr> terms;
};
struct Not {
  Box<Expr> operand;
};
struct IsNull {
  Box<Expr> operand;
  bool negated = false;
};
struct Between {
  Box<Expr> operand;
  Box<Expr> low;
  Box<Expr> high;
  bool negated = false;
};
struct InList {
  Box<Expr> operand;
  std::vector<Expr> values;  ///< Never empty.
  bool negated = false;
};
struct InQuery {
  Box<Expr> operand;
  Box<Query> query;
  bool negated = false;
};
struct Like {
  Box<Expr> operand;
  Box<Expr> pattern;
  Maybe<Expr> escape;
  bool negated = false;
};
enum class Quantifier { All, Any };  ///< SOME is ANY.
/// `x = ANY (SELECT ...)`.
struct Quantified {
  Comparing op = Comparing::Equal;
  Quantifier quantifier = Quantifier::Any;
  Box<Expr> left;
  Box<Query> query;
};
struct Exists {
  Box<Query> query;
};
/// A query in parentheses as a value.
struct Subquery {
  Box<Query> query;
};

struct When {
  Box<Expr> condition;  ///< Of a simple CASE: the value that the operand is compared with.
  Box<Expr> result;
};
struct Case {
  Maybe<Expr> operand;
  std::vector<When> whens;  ///< Never empty.
  Maybe<Expr> otherwise;
};
/// CAST, or TRY_CAST if `or_null`.
struct Cast {
  Box<Expr> operand;
  Type type;
  bool or_null = false;
};
struct AtTimeZone {
  Box<Expr> operand;
  Box<Expr> zone;
};

// Calls

enum class Direction { Ascending, Descending };
enum class NullOrder { First, Last };
struct SortKey {
  Box<Expr> value;
  Direction direction = Direction::Ascending;
  std::optional<NullOrder> nulls;  ///< As written. Trino's own order is NULLS LAST either way.
};

enum class FrameUnit { Rows, Range, Groups };
enum class BoundKind { UnboundedPreceding, Preceding, CurrentRow, Following, UnboundedFollowing };
struct FrameBound {
  BoundKind kind = BoundKind::CurrentRow;
  Maybe<Expr> distance;  ///< Of Preceding and Following.
};
struct Frame {
  FrameUnit unit = FrameUnit::Range;
  FrameBound start;
  std::optional<FrameBound> end;
};
/// What stands in `OVER (...)` or behind `WINDOW w AS`.
struct Window {
  std::optional<Name> base;  ///< `OVER w` and `OVER (w ORDER BY ...)`
  std::vector<Expr> partition_by;
  std::vector<SortKey> order_by;
  std::optional<Frame> frame;
  Span span;
};

enum class NullTreatment { Respect, Ignore };
/// What listagg does with a text that gets too long.
struct Overflow {
  bool truncate = false;  ///< ON OVERFLOW ERROR | TRUNCATE
  std::optional<std::string> filler;
  bool with_count = true;
};
/// A call of any function.
struct Call {
  QualifiedName name;
  std::vector<Expr> arguments;
  bool star = false;  ///< count(*), count(t.*): `arguments` is empty
  bool distinct = false;
  std::vector<SortKey> order_by;      ///< array_agg(x ORDER BY y)
  std::optional<Overflow> overflow;   ///< listagg
  std::vector<SortKey> within_group;  ///< listagg(...) WITHIN GROUP (ORDER BY ...)
  Maybe<Expr> filter;
  std::optional<NullTreatment> nulls;
  std::optional<Window> over;
};
/// `x -> e`, `(x, y) -> e`, `() -> e`.
struct Lambda {
  std::vector<Name> parameters;
  Box<Expr> body;
};
/// `ARRAY[a, b]`.
struct Array {
  std::vector<Expr> elements;
};
/// `ROW(a, b)` and `(a, b)`.
struct Row {
  std::vector<Expr> values;
};
/// `?`, or `:name` where no value was given.
struct Parameter {
  std::uint32_t index = 0;  ///< Of `?`: counts from 0.
  std::string name;
};

// SQL/JSON

enum class JsonOperation { Exists, Value, Query };
struct JsonArgument {
  Box<Expr> value;
  Name name;
};
/// JSON_EXISTS, JSON_VALUE, JSON_QUERY: `options` keeps RETURNING, wrapper, quotes, ON EMPTY and ON
/// ERROR as text in upper case, for these are only ever handed on.
struct JsonPath {
  JsonOperation operation = JsonOperation::Value;
  Box<Expr> input;
  std::string path;
  std::vector<JsonArgument> passing;
  std::optional<Type> returning;
  Maybe<Expr> on_empty_default;
  Maybe<Expr> on_error_default;
  std::string before;    ///< JSON_QUERY: wrapper and quotes behaviour
  std::string on_empty;  ///< "NULL", "ERROR", "DEFAULT", "EMPTY ARRAY", "EMPTY OBJECT"; or nothing
  std::string on_error;  ///< the same; JSON_EXISTS: "TRUE", "FALSE", "UNKNOWN", "ERROR"
};
struct JsonMember {
  Box<Expr> key;
  Box<Expr> value;
};
/// JSON_OBJECT('a': 1) and JSON_ARRAY(1, 2); an array's members have no meaning in `key`.
struct JsonObject {
  std::vector<JsonMember> members;
  bool absent_on_null = false;
  bool unique_keys = false;
  std::optional<Type> returning;
};
struct JsonArray {
  std::vector<Expr> elements;
  bool null_on_null = false;
  std::optional<Type> returning;
};

/// An expression.
struct Expr {
  using Node =
      std::variant<NullLiteral, BooleanLiteral, StringLiteral, BinaryLiteral, NumberLiteral,
                   TypedLiteral, IntervalLiteral, Current, Column, Dereference, Subscript, Binary,
                   Negate, Comparison, Logical, Not, IsNull, Between, InList, InQuery, Like,
                   Quantified, Exists, Subquery, Case, Cast, AtTimeZone, Call, Lambda, Array, Row,
                   Parameter, JsonPath, JsonObject, JsonArray>;
  Node node;
  Span span;
};

// Relations

/// `AS t (a, b)`.
struct Alias {
  Name name;
  std::vector<Name> columns;
};
/// `FOR TIMESTAMP AS OF x`, `FOR VERSION AS OF x`.
struct TimeTravel {
  bool by_version = false;
  Box<Expr> value;
};
struct Table {
  QualifiedName name;
  std::optional<TimeTravel> as_of;
};
struct Derived {
  Box<Query> query;
};
/// `LATERAL (SELECT ...)`.
struct Lateral {
  Box<Query> query;
};
struct Unnest {
  std::vector<Expr> arrays;  ///< Never empty.
  bool with_ordinality = false;
};
enum class JoinKind { Cross, Inner, Left, Right, Full };
struct Join {
  JoinKind kind = JoinKind::Inner;
  Box<Relation> left;
  Box<Relation> right;
  bool natural = false;
  std::vector<Name> using_columns;
  Maybe<Expr> on;
};
/// `TABLE(f(...))`, MATCH_RECOGNIZE, JSON_TABLE: read far enough to be refused by name.
struct UnsupportedRelation {
  std::string construct;  ///< "MATCH_RECOGNIZE"
  std::string text;       ///< As written, for printing.
};
enum class SampleMethod { Bernoulli, System };
struct Sample {
  SampleMethod method = SampleMethod::Bernoulli;
  Box<Expr> percentage;
};

/// Something to select from.
struct Relation {
  using Node = std::variant<Table, Derived, Lateral, Unnest, Join, UnsupportedRelation>;
  Node node;
  std::optional<Alias> alias;
  std::optional<Sample> sample;
  Span span;
};

// Queries

/// `e AS name`.
struct SelectValue {
  Box<Expr> value;
  std::optional<Name> alias;
};
/// `*`, `t.*`, `(row).* AS (a, b)`.
struct SelectAll {
  Maybe<Expr> of;
  std::vector<Name> aliases;
};
struct SelectItem {
  std::variant<SelectValue, SelectAll> node;
  Span span;
};

enum class Grouping { Simple, Sets, Rollup, Cube };
/// `a`, `(a, b)`, `ROLLUP (a, b)`: Simple has one set. An integer literal is an ordinal.
struct GroupBy {
  Grouping kind = Grouping::Simple;
  std::vector<std::vector<Expr>> sets;  ///< Rollup and Cube: one set an argument, of one or more.
  Span span;
};
struct NamedWindow {
  Name name;
  Window window;
};

struct Select {
  bool distinct = false;
  std::vector<SelectItem> items;
  std::vector<Relation> from;  ///< Joined by commas; empty without FROM.
  Maybe<Expr> where;
  std::vector<GroupBy> group_by;
  bool group_distinct = false;  ///< GROUP BY DISTINCT
  Maybe<Expr> having;
  std::vector<NamedWindow> windows;
};
/// `VALUES 1, (2)`: each is an expression; several columns are a Row.
struct Values {
  std::vector<Expr> rows;
};
enum class SetOperator { Union, Intersect, Except };
struct SetOperation {
  SetOperator op = SetOperator::Union;
  bool all = false;
  Box<Query> left;
  Box<Query> right;
};
/// `TABLE t`.
struct TableQuery {
  QualifiedName name;
};

struct CommonTable {
  Name name;
  std::vector<Name> columns;
  Box<Query> query;
};

/// A whole question, or a part of one that stands in parentheses.
struct Query {
  using Body = std::variant<Select, Values, SetOperation, TableQuery>;
  std::vector<CommonTable> with;
  bool recursive = false;
  Body body;
  std::vector<SortKey> order_by;
  Maybe<Expr> offset;
  Maybe<Expr> limit;  ///< LIMIT n, FETCH FIRST n ROWS; LIMIT ALL is none
  bool with_ties = false;
  Span span;
};

// Making nodes from no text

Expr null();
Expr boolean(bool value);
Expr text(std::string value);
Expr integer(std::int64_t value);
/// A Column of these names: column("useridentity.arn") has two. Parts with odd letters are quoted.
Expr column(std::string_view dotted);
Expr call(std::string_view function, std::vector<Expr> arguments);
Expr compare(Comparing op, Expr left, Expr right);
Expr negation(Expr operand);
/// All of the terms; flattened; one term stands for itself, none is TRUE.
Expr all_of(std::vector<Expr> terms);
/// Any of the terms; flattened; one term stands for itself, none is FALSE.
Expr any_of(std::vector<Expr> terms);
/// A name in lower case, marked as quoted where SQL would not take it bare.
Name name(std::string_view text);

}  // namespace trailhound::sql
