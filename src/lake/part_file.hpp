// SPDX-License-Identifier: Apache-2.0
//
// Events on their way into a part: held by columns, then written as one Parquet file, by time.
//
//   PartFile part;
//   while (reader->read(part, 256) > 0 && part.bytes() < budget) continue;
//   TRY(PartFile::Written written, part.write(path));    // and it is empty again
//
// A value is held once however often it comes, so that what fills memory is what fills the disk.
// Columns are those of layout.hpp. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "event/column_sink.hpp"

namespace trailhound::lake {

class PartFile final : public event::ColumnSink {
 public:
  PartFile();
  ~PartFile() override;

  std::uint64_t rows() const;
  /// Memory that the events take.
  std::size_t bytes() const;

  struct Written {
    std::uint64_t rows = 0, bytes = 0;
    std::string sum;   ///< SHA-256 of the file, in hex
    Time first, last;  ///< Of its events; both zero where none has a time
  };
  /// Sorted by time, eventID and hash. Error `lake-write-failed`.
  Result<Written> write(const std::string& path);

  void begin_event() override;
  void put(event::Field field, std::string_view text) override;
  void put_time(event::Field field, Time time) override;
  void put_hash(event::Field field, std::uint64_t hash) override;
  void present(event::Field field) override;
  void clear(event::Field field) override;
  void begin_element(event::Field list) override;
  void put_entry(event::Field map, std::string_view key, std::string_view value) override;
  void end_event() override;
  void drop_event() override;

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

}  // namespace trailhound::lake
