// SPDX-License-Identifier: Apache-2.0
//
// Rows that no engine gave: lists of ours (fields, hunts, coverage) for the same formats.
//
//   TextRows rows({"field", "type"});
//   rows.add({"eventname", "varchar"});
//   TRY(console.show(rows, options.output));
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rows.hpp"

namespace trailhound::show {

/// A table of text; a column may be declared to hold whole numbers.
class TextRows final : public engine::Rows {
 public:
  explicit TextRows(const std::vector<std::string>& names);
  /// Values of the column called `name` are whole numbers, written as digits.
  void numbers(std::string_view name);
  /// Adds a row; an absent value is NULL.
  void add(std::vector<std::optional<std::string>> row);

  bool empty() const { return rows_.empty(); }

  const std::vector<engine::Column>& columns() const override { return columns_; }
  Result<const engine::Batch*> next() override;

 private:
  std::vector<engine::Column> columns_;
  std::deque<std::vector<std::optional<std::string>>> rows_;
  bool given_ = false;
  engine::Batch batch_;
  std::deque<std::vector<engine::TextSlot>> texts_;
  std::deque<std::vector<std::int64_t>> integers_;
  std::deque<std::vector<std::uint64_t>> validity_;
};

}  // namespace trailhound::show
