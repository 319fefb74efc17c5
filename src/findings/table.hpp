// SPDX-License-Identifier: Apache-2.0
//
// Rows made by us, in the shape of an engine's: what every output format takes.
//
//   Table table({{"name", engine::Kind::Text}, {"events", engine::Kind::Integer}});
//   table.add({"us-east-1", std::int64_t{47}});
//   TRY(console.show(table, output));
//
// A table is read once, from its first row to its last. It must not move while it is read.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "engine/rows.hpp"

namespace trailhound::findings {

/// A value: nothing, a number, a moment, a text, or texts.
using Value =
    std::variant<std::monostate, std::int64_t, Time, std::string, std::vector<std::string>>;

/// Rows held in memory. Columns are of kind Integer, Timestamp, Text, or List (of texts).
class Table final : public engine::Rows {
 public:
  explicit Table(std::vector<std::pair<std::string, engine::Kind>> columns);
  /// One value for each column, of its kind; or nothing.
  void add(std::vector<Value> row);
  std::size_t size() const { return rows_.size(); }

  const std::vector<engine::Column>& columns() const override { return columns_; }
  Result<const engine::Batch*> next() override;

 private:
  engine::Vector vector_of(std::size_t column, std::size_t from, std::size_t to);

  std::vector<engine::Column> columns_;
  std::vector<std::vector<Value>> rows_;
  std::size_t at_ = 0;
  engine::Batch batch_;
  // What the vectors of the batch point to.
  std::deque<std::vector<std::uint64_t>> validity_;
  std::deque<std::vector<std::int64_t>> integers_;
  std::deque<std::vector<engine::TextSlot>> texts_;
  std::deque<std::vector<engine::ListSlot>> lists_;
};

}  // namespace trailhound::findings
