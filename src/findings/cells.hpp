// SPDX-License-Identifier: Apache-2.0
//
// Rows of an answer by column name, as text: for answers that are small and read once.
//
//   TRY(each_row(rows, [&](const Row& row) { use(row.time("ts"), row.text("principal")); }));
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/rows.hpp"

namespace trailhound::findings {

/// A cell as text: NULL is empty, timestamps are ISO, lists are joined by ", ".
std::string text_of(const engine::Cell& cell);

/// One row, by the names of its columns. Lives as long as the call that it is handed to.
class Row {
 public:
  Row(const engine::Rows& rows, const engine::Batch& batch, std::size_t row)
      : rows_(&rows), batch_(&batch), row_(row) {}
  /// The value; empty where it is NULL or there is no such column.
  std::string text(std::string_view column) const;
  /// The same in the place of what a text was, whose room is used again.
  void read(std::string_view column, std::string& text) const;
  Time time(std::string_view column) const;
  /// The text in the column at this place, where it lies; empty where it is NULL or no text.
  std::string_view text_in_place(std::size_t place) const;
  std::uint64_t count(std::string_view column) const;

 private:
  std::optional<engine::Cell> cell(std::string_view column) const;

  const engine::Rows* rows_;
  const engine::Batch* batch_;
  std::size_t row_;
  mutable std::size_t next_ = 0;  ///< Columns are mostly asked for in their order
};

/// Calls `use` for each row that is left.
Result<void> each_row(engine::Rows& rows, const std::function<void(const Row&)>& use);

}  // namespace trailhound::findings
