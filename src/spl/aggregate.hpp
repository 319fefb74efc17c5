// SPDX-License-Identifier: Apache-2.0
//
// The functions of stats and its kin: read, and lowered to aggregates of SQL.
//
//   TRY(auto asked, read_aggregates(in));            // count, dc(eventName) AS names
//   TRY(Value value, lower_aggregate(asked[0], argument, grouping));
//
// `count` counts rows, `count(f)` values; fields without a value count for nothing. values() is in
// the order of letters, list() in that of the rows, first() is the newest event's. Percentiles take
// the value at the rank, the higher one of two, as Splunk does unless told to interpolate.
#pragma once

#include "spl/lowering.hpp"

namespace trailhound::spl {

/// What a sparkline draws, and the spans of time that it is made of.
struct Line {
  std::string function;          ///< "avg"
  std::optional<Argument> span;  ///< As it was asked for
  double from = 0, size = 1;     ///< Seconds
  std::int64_t width = -1;       ///< How many spans; not known before `find_lines`
};

struct Aggregate {
  std::string function;      ///< "dc"; "perc" with its number in `percent`
  double percent = 0;        ///< Of "per": its seconds
  std::string field;         ///< Empty: `count`; may hold `*`
  std::optional<Eval> eval;  ///< count(eval(...))
  std::string name;          ///< What the column is called
  bool named = false;        ///< By AS
  std::optional<Line> line;  ///< Of "sparkline"
  Span span;
};

/// Reads functions up to BY or the end of the command.
Result<std::vector<Aggregate>> read_aggregates(Reader& in, bool may_be_empty = false);
/// One function, without its AS.
Result<Aggregate> read_aggregate(Reader& in);

/// A sparkline, behind its name.
Result<void> read_line(Reader& in, Aggregate& aggregate);
/// Finds the spans of all sparklines, for which the events are asked.
Result<void> find_lines(Lowering& to, std::vector<Aggregate>& aggregates);
/// What a sparkline is drawn of, in a row of the layer below `layer`: "PLACE VALUE".
Value point_of(const Aggregate& aggregate, std::optional<Value> value, Layer& layer, Lowering& to);

/// Over which rows a function is computed.
struct Grouping {
  std::optional<sql::Window> over;     ///< streamstats
  std::vector<sql::SortKey> order;     ///< Of the rows
  std::optional<sql::Expr> time;       ///< _time as a number
  std::optional<sql::Expr> condition;  ///< Only rows for which it holds (a column of a pivot)
  std::optional<double> span;          ///< Seconds of a row of timechart: for per_hour and its kin
};
/// `argument`: the field's or expression's value in a row; none for plain `count`.
Result<Value> lower_aggregate(const Aggregate& aggregate, std::optional<Value> argument,
                              const Grouping& grouping);

/// `by` fields of a command, made single-valued: rows with several values become several rows. The
/// layer given back is to be grouped; its order is that of the rows below.
/// `beside`: all values stay under the field's name, the one of the row stands under a hidden one.
/// `keep`: rows without a value stay, without one.
Result<Layer*> split_by(Lowering& to, const std::vector<std::string>& fields, bool beside = false,
                        bool keep = false);
/// The aggregates of a command over the rows below `layer`, wildcards expanded.
Result<std::vector<Aggregate>> expanded(std::vector<Aggregate> aggregates,
                                        const std::vector<std::string>& by, Layer& below,
                                        Lowering& to);
/// The value that an aggregate is computed of, in a row of the layer below `layer`.
Result<std::optional<Value>> argument_of(const Aggregate& aggregate, Layer& layer, Lowering& to);
/// Grouping of the rows below `layer`, with what `aggregates` need.
Grouping grouping_of(const std::vector<Aggregate>& aggregates, Layer& layer, Lowering& to);
/// Makes the rows groups of themselves: what stats does.
Result<void> group_rows(Lowering& to, std::vector<Aggregate> asked,
                        const std::vector<std::string>& by);
std::vector<std::string> texts(const std::vector<Argument>& arguments);
/// Says so where a field of BY is called as a command is, and the rows have no such field.
void hint_at_commands(Lowering& to, const std::vector<Argument>& fields);

}  // namespace trailhound::spl
