// SPDX-License-Identifier: Apache-2.0
//
// Logs repeat themselves: in a chunk of 2,048 events there are a few dozen user agents. So the rows
// of a chunk are looked up by a hash of their arguments in a small table, and a row that is like an
// earlier one takes over its answer. Wrong guesses cost one comparison.
#include "engine/duckdb_functions.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "engine/duckdb_turn.hpp"
#include "engine/rows.hpp"

namespace trailhound::engine {
namespace {

using event::Argument;
using event::NativeFunction;
using event::Nulls;
using event::Value;
using event::ValueType;

constexpr std::size_t kRemembered = 512;  // rows of a chunk, by hash
constexpr std::uint64_t kNoRow = UINT64_MAX;

const DuckDb& duck() {
  static const DuckDb* const loaded = *load_duckdb();
  return *loaded;
}

duckdb_logical_type type_of(ValueType type) {
  switch (type) {
    case ValueType::Text:
      return duck().create_logical_type(DUCKDB_TYPE_VARCHAR);
    case ValueType::Bigint:
      return duck().create_logical_type(DUCKDB_TYPE_BIGINT);
    case ValueType::Boolean:
      return duck().create_logical_type(DUCKDB_TYPE_BOOLEAN);
    case ValueType::Double:
      return duck().create_logical_type(DUCKDB_TYPE_DOUBLE);
    case ValueType::Time:
      return duck().create_logical_type(DUCKDB_TYPE_TIMESTAMP);
    case ValueType::TextList:
      break;
  }
  duckdb_logical_type text = duck().create_logical_type(DUCKDB_TYPE_VARCHAR);
  const duckdb_logical_type list = duck().create_list_type(text);
  duck().destroy_logical_type(&text);
  return list;
}

bool valid(const std::uint64_t* validity, std::uint64_t row) {
  return validity == nullptr || (validity[row / 64] >> (row % 64) & 1) != 0;
}

/// The arguments of a chunk's rows.
class Inputs {
 public:
  Inputs(const NativeFunction& function, duckdb_data_chunk chunk) {
    for (std::size_t i = 0; i < function.arguments.size(); ++i) {
      const duckdb_vector vector = duck().data_chunk_get_vector(chunk, i);
      Column& column = columns_.emplace_back();
      column.type = function.arguments[i];
      column.data = duck().vector_get_data(vector);
      column.validity = duck().vector_get_validity(vector);
      if (column.type == ValueType::TextList) {
        const duckdb_vector elements = duck().list_vector_get_child(vector);
        column.elements = static_cast<const TextSlot*>(duck().vector_get_data(elements));
        column.elements_validity = duck().vector_get_validity(elements);
      }
    }
    arguments_.resize(columns_.size());
  }

  /// The arguments of a row; false if one is NULL.
  bool read(std::uint64_t row) {
    bool whole = true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Column& column = columns_[i];
      Argument& argument = arguments_[i];
      argument.null = !valid(column.validity, row);
      whole = whole && !argument.null;
      if (argument.null) {
        argument = Argument{};  // nothing of the row before may shine through
        continue;
      }
      switch (column.type) {
        case ValueType::Text:
          argument.text = at<TextSlot>(column, row).view();
          break;
        case ValueType::Bigint:
        case ValueType::Time:
          argument.integer = at<std::int64_t>(column, row);
          break;
        case ValueType::Boolean:
          argument.boolean = at<std::uint8_t>(column, row) != 0;
          break;
        case ValueType::Double:
          argument.real = at<double>(column, row);
          break;
        case ValueType::TextList: {
          const ListSlot& list = at<ListSlot>(column, row);
          column.texts.clear();
          for (std::uint64_t k = list.offset; k < list.offset + list.length; ++k) {
            if (valid(column.elements_validity, k))
              column.texts.push_back(column.elements[k].view());
          }
          argument.texts = column.texts;
          break;
        }
      }
    }
    return whole;
  }
  event::Arguments arguments() const { return arguments_; }

  /// Whether rows can be told alike at little cost.
  bool comparable() const {
    bool text = false;
    for (const Column& column : columns_) {
      if (column.type == ValueType::TextList) return false;
      text = text || column.type == ValueType::Text;
    }
    return text;
  }
  std::size_t hash(std::uint64_t row) const {
    std::size_t sum = 0;
    for (const Column& column : columns_) {
      std::size_t one = 0;
      if (!valid(column.validity, row))
        one = 1;
      else if (column.type == ValueType::Text)
        one = std::hash<std::string_view>()(at<TextSlot>(column, row).view());
      else if (column.type != ValueType::Boolean)
        one = std::hash<std::int64_t>()(at<std::int64_t>(column, row));
      sum = sum * 31 + one;
    }
    return sum;
  }
  bool alike(std::uint64_t one, std::uint64_t other) const {
    for (const Column& column : columns_) {
      if (valid(column.validity, one) != valid(column.validity, other)) return false;
      if (!valid(column.validity, one)) continue;
      if (column.type == ValueType::Text) {
        if (at<TextSlot>(column, one).view() != at<TextSlot>(column, other).view()) return false;
      } else if (column.type == ValueType::Boolean) {
        if (at<std::uint8_t>(column, one) != at<std::uint8_t>(column, other)) return false;
      } else if (at<std::int64_t>(column, one) != at<std::int64_t>(column, other)) {
        return false;  // doubles by their bits: alike bits give alike answers
      }
    }
    return true;
  }

 private:
  struct Column {
    ValueType type = ValueType::Text;
    const void* data = nullptr;
    const std::uint64_t* validity = nullptr;
    const TextSlot* elements = nullptr;
    const std::uint64_t* elements_validity = nullptr;
    std::vector<std::string_view> texts;
  };
  template <class T>
  static const T& at(const Column& column, std::uint64_t row) {
    return static_cast<const T*>(column.data)[row];
  }

  std::vector<Column> columns_;
  std::vector<Argument> arguments_;
};

/// The answers of a chunk's rows.
class Outputs {
 public:
  Outputs(ValueType type, duckdb_vector vector) : type_(type), vector_(vector) {
    duck().vector_ensure_validity_writable(vector);
    validity_ = duck().vector_get_validity(vector);
    data_ = duck().vector_get_data(vector);
  }

  void write_null(std::uint64_t row) { validity_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }
  void write(std::uint64_t row, const Value& value) {
    if (value.null) return write_null(row);
    switch (type_) {
      case ValueType::Text:
        write_text(vector_, row, value.text);
        break;
      case ValueType::Bigint:
      case ValueType::Time:
        at<std::int64_t>(row) = value.integer;
        break;
      case ValueType::Boolean:
        at<std::uint8_t>(row) = value.boolean ? 1 : 0;
        break;
      case ValueType::Double:
        at<double>(row) = value.real;
        break;
      case ValueType::TextList:
        write_list(row, value.texts);
        break;
    }
  }
  /// Gives a row the answer of an earlier one.
  void repeat(std::uint64_t row, std::uint64_t earlier) {
    if (!valid(validity_, earlier)) return write_null(row);
    switch (type_) {
      case ValueType::Text:
        at<TextSlot>(row) = at<TextSlot>(earlier);
        break;
      case ValueType::Boolean:
        at<std::uint8_t>(row) = at<std::uint8_t>(earlier);
        break;
      case ValueType::TextList:
        at<ListSlot>(row) = at<ListSlot>(earlier);
        break;
      default:
        at<std::int64_t>(row) = at<std::int64_t>(earlier);
        break;
    }
  }
  void close() {
    if (type_ == ValueType::TextList) duck().list_vector_set_size(vector_, elements_);
  }

 private:
  template <class T>
  T& at(std::uint64_t row) {
    return static_cast<T*>(data_)[row];
  }
  // Proves UTF-8 once more: a function may cut a text in the middle of a letter.
  static void write_text(duckdb_vector vector, std::uint64_t row, std::string_view text) {
    duck().vector_assign_string_element_len(vector, row, text.data(), text.size());
  }
  void write_list(std::uint64_t row, const std::vector<std::string>& texts) {
    if (elements_ + texts.size() > room_) {
      room_ = std::max<std::uint64_t>(2 * (elements_ + texts.size()), duck().vector_size());
      CHECK(duck().list_vector_reserve(vector_, room_) == DuckDBSuccess, "no list is reserved");
    }
    const duckdb_vector child = duck().list_vector_get_child(vector_);
    at<ListSlot>(row) = {elements_, texts.size()};
    for (const std::string& text : texts) write_text(child, elements_++, text);
  }

  ValueType type_;
  duckdb_vector vector_;
  std::uint64_t* validity_;
  void* data_;
  std::uint64_t elements_ = 0, room_ = 0;
};

/// Empty if all went well; else why not.
std::string call_rows(const NativeFunction& function, duckdb_data_chunk chunk, duckdb_vector made) {
  Inputs inputs(function, chunk);
  Outputs outputs(function.result, made);
  const bool comparable = inputs.comparable();
  std::vector<std::uint64_t> remembered(comparable ? kRemembered : 0, kNoRow);
  Value value;
  const std::uint64_t rows = duck().data_chunk_get_size(chunk);
  for (std::uint64_t row = 0; row < rows; ++row) {
    if (comparable) {
      std::uint64_t& earlier = remembered[inputs.hash(row) % kRemembered];
      if (earlier != kNoRow && inputs.alike(earlier, row)) {
        outputs.repeat(row, earlier);
        continue;
      }
      earlier = row;
    }
    const bool whole = inputs.read(row);
    if (!whole && function.nulls == Nulls::GiveNull) {
      outputs.write_null(row);
      continue;
    }
    value.clear();
    function.call(inputs.arguments(), value);
    if (!value.failure.empty()) return value.failure;
    outputs.write(row, value);
  }
  outputs.close();
  return {};
}

void run(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector made) {
  const Turn turn;
  // No exception may pass through DuckDB's frames.
  std::string failure;
  try {
    const auto* const function =
        static_cast<const NativeFunction*>(duck().scalar_function_get_extra_info(info));
    failure = call_rows(*function, chunk, made);
  } catch (const std::exception& trouble) {
    failure = trouble.what();
  }
  if (!failure.empty()) duck().scalar_function_set_error(info, failure.c_str());
}

}  // namespace

Result<void> register_functions(const DuckDb& library, duckdb_connection connection,
                                std::span<const NativeFunction> functions) {
  for (const NativeFunction& function : functions) {
    duckdb_scalar_function made = library.create_scalar_function();
    library.scalar_function_set_name(made, std::string(function.name).c_str());
    for (const ValueType argument : function.arguments) {
      duckdb_logical_type type = type_of(argument);
      library.scalar_function_add_parameter(made, type);
      library.destroy_logical_type(&type);
    }
    duckdb_logical_type type = type_of(function.result);
    library.scalar_function_set_return_type(made, type);
    library.destroy_logical_type(&type);
    library.scalar_function_set_special_handling(made);
    // DuckDB keeps the pointer and never writes through it.
    library.scalar_function_set_extra_info(made, const_cast<NativeFunction*>(&function), nullptr);
    library.scalar_function_set_function(made, run);
    const duckdb_state state = library.register_scalar_function(connection, made);
    library.destroy_scalar_function(&made);
    if (state != DuckDBSuccess) {
      return Error("engine-failed",
                   "the function `" + std::string(function.name) + "` could not be registered");
    }
  }
  return {};
}

}  // namespace trailhound::engine
