// SPDX-License-Identifier: Apache-2.0
#include "show/text_rows.hpp"

#include <charconv>
#include <cstring>

namespace trailhound::show {
namespace {

engine::TextSlot slot_of(const std::string& text) {
  engine::TextSlot slot{};
  slot.size = static_cast<std::uint32_t>(text.size());
  if (text.size() > 12) {
    std::memcpy(slot.head, text.data(), 4);
    slot.data = text.data();
    return slot;
  }
  std::memcpy(slot.head, text.data(), std::min<std::size_t>(4, text.size()));
  if (text.size() > 4) std::memcpy(slot.rest, text.data() + 4, text.size() - 4);
  return slot;
}

}  // namespace

TextRows::TextRows(const std::vector<std::string>& names) {
  for (const std::string& name : names) columns_.push_back({name, {engine::Kind::Text, {}}});
}

void TextRows::numbers(std::string_view name) {
  for (engine::Column& column : columns_) {
    if (column.name == name) column.type.kind = engine::Kind::Integer;
  }
}

void TextRows::add(std::vector<std::optional<std::string>> row) {
  CHECK(row.size() == columns_.size(), "a value for each column");
  rows_.push_back(std::move(row));
}

Result<const engine::Batch*> TextRows::next() {
  if (given_ || rows_.empty()) return nullptr;
  given_ = true;
  std::vector<engine::Vector> vectors;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    engine::Vector vector;
    vector.type = &columns_[i].type;
    auto& validity = validity_.emplace_back(rows_.size() / 64 + 1);
    auto& texts = texts_.emplace_back();
    auto& integers = integers_.emplace_back();
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const std::optional<std::string>& value = rows_[row][i];
      if (value) validity[row / 64] |= std::uint64_t{1} << (row % 64);
      if (columns_[i].type.kind == engine::Kind::Integer) {
        std::int64_t number = 0;
        if (value) std::from_chars(value->data(), value->data() + value->size(), number);
        integers.push_back(number);
      } else {
        texts.push_back(value ? slot_of(*value) : engine::TextSlot{});
      }
    }
    vector.validity = validity.data();
    vector.texts = texts.data();
    vector.integers = integers.data();
    vectors.push_back(std::move(vector));
  }
  batch_.reset(rows_.size(), std::move(vectors));
  return &batch_;
}

}  // namespace trailhound::show
