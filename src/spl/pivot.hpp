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

struct Pivot {
  std::string row;                   ///< A row for each of its values
  std::optional<Bucket> row_bucket;  ///< in spans
  std::string split;                 ///< A column for each of its values; empty: none
  std::vector<Aggregate> asked;
  std::int64_t limit = 10;  ///< Columns; 0: all
  bool lowest = false;      ///< limit=bottom5
  bool use_other = true, use_null = true;
  std::string other = "OTHER", null = "NULL";
  /// Rows of spans that hold nothing, between these two.
  std::optional<std::pair<double, double>> filled;
};
Result<void> make_pivot(Lowering& to, Pivot pivot);
/// Gives every span between two values a row: `rows` has the beginnings of spans in `field`. Of the
/// fields in `zeros` the new rows have 0.
Result<void> fill_spans(Lowering& to, Layer& rows, const std::string& field, const Bucket& bucket,
                        double from, double last, const std::vector<std::string>& zeros);
/// Reads an option that chart and timechart share; whether there was one.
Result<bool> read_pivot_option(Reader& in, Pivot& pivot);

}  // namespace trailhound::spl
