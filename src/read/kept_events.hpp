// SPDX-License-Identifier: Apache-2.0
//
// What kept.cpp fills and kept_scan.cpp reads: blocks of events, in memory or in a file without a
// name, and what combinations of their fields' values settle.
//
//   kept.add(builder.pack(bytes), bytes, options);
//   ColumnView view;
//   kept.open(kept.blocks()[0], kept.layout().column_of(Field::EventName), held, view);
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "read/blocks.hpp"
#include "read/buffer.hpp"
#include "read/kept.hpp"

namespace trailhound::read {

/// A file that nobody else sees.
class HiddenFile {
 public:
  HiddenFile() = default;
  ~HiddenFile();
  HiddenFile(const HiddenFile&) = delete;
  HiddenFile& operator=(const HiddenFile&) = delete;

  /// Makes the file if there is none, and says where `bytes` of room lie. Error `output-failed`.
  Result<std::uint64_t> reserve(const std::string& folder, std::size_t bytes);
  /// Into room that was reserved. Any thread. Error `output-failed`.
  Result<void> write(std::uint64_t offset, std::string_view bytes) const;
  /// Whether all the bytes could be read.
  bool read(std::uint64_t offset, std::size_t size, char* into) const;

 private:
  int file_ = -1;
  std::uint64_t end_ = 0;
};

/// A block, and where the bytes of its columns are.
struct StoredBlock {
  struct Column {
    std::string bytes;         ///< Empty if they lie in the file
    std::uint64_t offset = 0;  ///< In the file
  };
  Block block;
  std::vector<Column> columns;
};

/// What a field is in each combination, from 1.
using Values = std::vector<std::optional<std::string>>;

class Combinations;

class KeptEvents final : public Kept {
 public:
  KeptEvents(const event::FieldSet& kept, const std::vector<Settled>& settled);
  ~KeptEvents() override;

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override;
  const event::FieldSet& fields() const override { return fields_; }
  std::uint64_t events() const override { return events_; }
  Kept* combinations(std::size_t place) override;
  void give(event::Field field, Values values) override {
    values_[index_of(field)] = std::move(values);
    fields_.add(field);
  }

  const Layout& layout() const { return layout_; }
  const std::vector<StoredBlock>& blocks() const { return blocks_; }
  std::vector<std::unique_ptr<Combinations>>& all_combinations() { return combinations_; }
  const Values& values_of(event::Field field) const { return values_[index_of(field)]; }

  /// Keeps a block; the bytes of its columns are moved from. Any thread.
  Result<void> add(Block block, std::vector<std::string>& bytes, const KeepOptions& options);

  /// Opens a column of a block; `held` is memory for what has to be read. False if it could not be.
  bool open(const StoredBlock& stored, std::size_t column, Buffer& held, ColumnView& view) const;
  /// The same for a look at the values of these rows: where they are few, only those are read.
  bool open(const StoredBlock& stored, std::size_t column, std::span<const std::uint16_t> rows,
            Buffer& held, ColumnView& view) const;

 private:
  /// A column in memory.
  struct InMemory {
    std::size_t bytes = 0, block = 0, column = 0;
    friend bool operator<(const InMemory& a, const InMemory& b) { return a.bytes < b.bytes; }
  };
  /// What is on its way into the file.
  struct Leaving {
    std::string bytes;
    std::uint64_t offset = 0;
  };
  Result<std::vector<Leaving>> make_room(const KeepOptions& options);

  event::FieldSet fields_;
  const Layout layout_;
  std::mutex mutex_;
  std::vector<StoredBlock> blocks_;
  std::priority_queue<InMemory> held_;  ///< The largest first
  std::vector<std::unique_ptr<Combinations>> combinations_;
  std::array<Values, event::kFields> values_;
  HiddenFile file_;
  std::uint64_t in_memory_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace trailhound::read
