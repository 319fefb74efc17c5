// SPDX-License-Identifier: Apache-2.0
//
// DuckDB's chunks seen as batches: where the layouts agree a Vector points into the chunk, else the
// values are widened into a buffer of the batch.
//
//   TRY(auto columns, columns_of(duck, result));
//   decoder.decode(chunk, columns, batch);       // the chunk must outlive the use of the batch
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/duckdb_api.hpp"
#include "engine/rows.hpp"

namespace trailhound::engine {

/// The columns of an answer. Error `no-such-type` for what Kind has no place for.
Result<std::vector<Column>> columns_of(const DuckDb& duck, duckdb_result& result);
/// Those that it will have once it is run.
Result<std::vector<Column>> columns_of(const DuckDb& duck, duckdb_prepared_statement statement);

/// Turns chunks into batches; holds the buffers of the last one.
class ChunkDecoder {
 public:
  explicit ChunkDecoder(const DuckDb& duck) : duck_(duck) {}
  ~ChunkDecoder();
  ChunkDecoder(const ChunkDecoder&) = delete;
  ChunkDecoder& operator=(const ChunkDecoder&) = delete;

  /// The columns are those of the chunk behind its first `skipped`.
  void decode(duckdb_data_chunk chunk, const std::vector<Column>& columns, Batch& batch,
              std::size_t skipped = 0);

 private:
  /// What is to be known of a DuckDB type, found out once and not for each chunk.
  struct Shape {
    duckdb_type id = DUCKDB_TYPE_INVALID;
    duckdb_type stored_as = DUCKDB_TYPE_INVALID;  ///< Of a decimal or an enum
    unsigned scale = 0;                           ///< Of a decimal
    std::uint64_t length = 0;                     ///< Of an array
    std::vector<TextSlot> words;                  ///< Of an enum
    std::vector<char*> owned;
    std::vector<Shape> inside;
  };

  Shape shape_of(duckdb_logical_type type) const;
  void free_words(Shape& shape) const;
  Vector read(duckdb_vector vector, const Shape& shape, const Type& type, std::uint64_t count);
  template <class Stored, class Made, class Convert>
  const Made* convert(const void* data, const Vector& vector, std::uint64_t count,
                      Convert convert_one);
  template <class Stored, class Print>
  const TextSlot* print(const void* data, const Vector& vector, std::uint64_t count,
                        Print print_one);
  TextSlot hold(std::string_view text);
  void* reserve(std::size_t bytes);

  const DuckDb& duck_;
  std::vector<Shape> shapes_;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::size_t used_ = 0, size_ = 0;  ///< Of the last block
};

}  // namespace trailhound::engine
