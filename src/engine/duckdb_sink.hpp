// SPDX-License-Identifier: Apache-2.0
//
// Takes the values of events into the vectors of a DuckDB chunk.
//
//   VectorSink sink(duck, columns, plan.fields);   // columns: which the chunk has, in its order
//   sink.open(chunk);
//   while (reader->read(sink, room) > 0) ...
//   sink.close();                                  // the chunk has sink.rows() rows
//
// A chunk's validity is cleared once, when it is opened; a put sets its bit and that of the structs
// around it. Text that repeats the value before it in its column shares that one's bytes. DuckDB is
// asked for memory a block at a time, not for each text: a text of a block's size is put, and the
// texts that follow lie inside it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/duckdb_api.hpp"
#include "engine/rows.hpp"
#include "event/column_sink.hpp"

namespace trailhound::engine {

/// The type of a field as DuckDB has it, without the members that are not wanted: each costs memory
/// in every step of a question. Where none is, the first stands for all, as a struct of nothing is
/// none. The caller frees it.
duckdb_logical_type type_of_field(const DuckDb& duck, event::Field field,
                                  const event::FieldSet& wanted);

class VectorSink final : public event::ColumnSink {
 public:
  /// `columns` are top-level fields, or worked out; their types are `type_of_field` of `wanted`.
  VectorSink(const DuckDb& duck, std::span<const event::Field> columns,
             const event::FieldSet& wanted);

  void open(duckdb_data_chunk chunk);
  void close();
  std::uint64_t rows() const { return row_; }

  void begin_event() override;
  void put(event::Field field, std::string_view text) override;
  void put_lasting(event::Field field, std::string_view text) override;
  void put_time(event::Field field, Time time) override;
  void put_hash(event::Field field, std::uint64_t hash) override;
  void present(event::Field field) override;
  void clear(event::Field field) override;
  void begin_element(event::Field list) override;
  void put_entry(event::Field map, std::string_view key, std::string_view value) override;
  void end_event() override;
  void drop_event() override;

 private:
  static constexpr std::size_t kNone = event::kFields;
  static constexpr std::size_t kDeepest = 6;

  /// Where the values of a field go.
  struct Target {
    bool filled = false;  ///< It has a vector in the chunk.
    bool wanted = false;  ///< Puts count.
    event::Kind kind = event::Kind::Text;
    std::size_t list = kNone;             ///< The list that it is a member of
    std::vector<event::Field> members{};  ///< That have vectors of their own
    std::size_t around[kDeepest] = {};
    std::size_t depth = 0;  ///< How many of `around` there are
    duckdb_vector vector = nullptr;
    void* data = nullptr;
    std::uint64_t* validity = nullptr;
    TextSlot last{};       ///< The text put last into this chunk
    char* room = nullptr;  ///< What is left of the block that texts are put into
    std::size_t left = 0;
    std::size_t block = 0;  ///< How large the block is
  };
  /// A list or map: its elements lie in a vector of their own, for all rows of the chunk.
  struct Elements {
    std::size_t field = kNone;
    std::uint64_t size = 0;   ///< So far
    std::uint64_t begin = 0;  ///< Of the event's
    std::uint64_t capacity = 0;
    duckdb_vector keys = nullptr, values = nullptr;  ///< Of a map
    TextSlot* key_slots = nullptr;
    TextSlot* value_slots = nullptr;
    std::unordered_map<std::string, std::uint64_t> seen;  ///< Keys of an event with very many
  };

  void open_vector(std::size_t field, duckdb_vector vector);
  static void forget_texts(Target& target);
  void open_elements(Elements& elements);
  void grow(Elements& elements);
  Elements& elements_of(std::size_t field);
  TextSlot hold(Target& target, std::uint64_t index, std::string_view text);
  void set_valid(const Target& target, std::uint64_t index);
  void store(duckdb_vector vector, TextSlot* slots, std::uint64_t index, std::string_view text);
  std::uint64_t find_key(Elements& elements, std::string_view key);

  const DuckDb& duck_;
  std::vector<std::size_t> columns_;  ///< The field of each column of the chunk
  std::array<Target, event::kFields> targets_;
  std::vector<std::size_t> filled_;  ///< Fields with a bit for each row: all but list members
  std::vector<Elements> elements_;
  std::uint64_t row_ = 0;
  std::uint64_t capacity_;
};

}  // namespace trailhound::engine
