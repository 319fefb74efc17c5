// SPDX-License-Identifier: Apache-2.0
//
// Tables with a column for each value of a field: what chart and timechart make.
//
//   TRY(make_pivot(to, pivot));
//
// Which values there are the events have to say: a step of its own asks for them.
#pragma once

#include "spl/aggregate.hpp"
#include "spl/bucket.hpp"

namespace trailhound::spl {

/// The values of the split field that get a column, and whether others are left over.
struct Series {
  std::vector<std::string> values;
  bool others = false, nulls = false;
  std::size_t met = 0;  ///< How many there are with these
};

/// Rows of spans that hold nothing are made as far as other rows go, and as far as this at least.
struct Filled {
  std::optional<double> low, high;
};

struct Pivot {
  std::string row;                   ///< A row for each of its values
  std::optional<Bucket> row_bucket;  ///< in spans
  std::string split;                 ///< A column for each of its values; empty: none
  std::vector<Aggregate> asked;
  std::int64_t limit = 10;  ///< Columns; 0: all
  bool lowest = false;      ///< limit=bottom5
  bool use_other = true, use_null = true;
  std::string other = "OTHER", null = "NULL";
  std::optional<Filled> filled;
  std::optional<Series> series;  ///< If they are known already
};
Result<void> make_pivot(Lowering& to, Pivot pivot);
/// The series and the range of the rows' field in one question; none where the columns are not
/// ranked by a plain count or sum. Both are needed where spans are to be chosen.
Result<std::optional<std::pair<Series, Filled>>> rank_with_range(Lowering& to, const Pivot& pivot);
/// Gives every span a row: `rows` has the beginnings of spans in `field`. Of the fields in `zeros`
/// the new rows have 0. Spans of months need both ends.
Result<void> fill_spans(Lowering& to, Layer& rows, const std::string& field, const Bucket& bucket,
                        const Filled& filled, const std::vector<std::string>& zeros);
/// Reads an option that chart and timechart share; whether there was one.
Result<bool> read_pivot_option(Reader& in, Pivot& pivot);

}  // namespace trailhound::spl
