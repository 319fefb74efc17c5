// SPDX-License-Identifier: Apache-2.0
#include "findings/table.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"

namespace trailhound::findings {
namespace {

constexpr std::size_t kRowsABatch = 1024;
constexpr std::size_t kInline = 12;  // bytes that a slot holds itself

engine::TextSlot slot_of(const std::string& text) {
  engine::TextSlot slot{};
  slot.size = static_cast<std::uint32_t>(text.size());
  if (text.size() > kInline) {
    std::memcpy(slot.head, text.data(), sizeof slot.head);
    slot.data = text.data();
  } else {
    // The bytes run on from `head` into `rest`.
    std::memcpy(reinterpret_cast<char*>(&slot) + offsetof(engine::TextSlot, head), text.data(),
                text.size());
  }
  return slot;
}

engine::Type type_of(engine::Kind kind) {
  engine::Type type{kind, {}};
  if (kind == engine::Kind::List) type.members.push_back({"element", {engine::Kind::Text, {}}});
  return type;
}

}  // namespace

Table::Table(std::vector<std::pair<std::string, engine::Kind>> columns) {
  for (auto& column : columns) {
    columns_.push_back({std::move(column.first), type_of(column.second)});
  }
}

void Table::add(std::vector<Value> row) {
  CHECK(row.size() == columns_.size(), "a row has a value for each column");
  rows_.push_back(std::move(row));
}

Result<const engine::Batch*> Table::next() {
  if (at_ == rows_.size()) return nullptr;
  validity_.clear();
  integers_.clear();
  texts_.clear();
  lists_.clear();
  const std::size_t to = std::min(rows_.size(), at_ + kRowsABatch);
  std::vector<engine::Vector> vectors;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    vectors.push_back(vector_of(column, at_, to));
  }
  batch_.reset(to - at_, std::move(vectors));
  at_ = to;
  return &batch_;
}

engine::Vector Table::vector_of(std::size_t column, std::size_t from, std::size_t to) {
  engine::Vector vector;
  vector.type = &columns_[column].type;
  auto& validity = validity_.emplace_back((to - from + 63) / 64, 0);
  auto& integers = integers_.emplace_back();
  auto& texts = texts_.emplace_back();
  auto& lists = lists_.emplace_back();
  std::size_t elements = 0;
  for (std::size_t row = from; row < to; ++row) {
    const Value& value = rows_[row][column];
    if (value.index() != 0) validity[(row - from) / 64] |= 1ull << ((row - from) % 64);
    switch (vector.type->kind) {
      case engine::Kind::Integer:
        integers.push_back(value.index() == 0 ? 0 : std::get<std::int64_t>(value));
        break;
      case engine::Kind::Timestamp:
        integers.push_back(value.index() == 0 ? 0 : std::get<Time>(value).micros);
        break;
      case engine::Kind::List: {
        const auto* held = std::get_if<std::vector<std::string>>(&value);
        lists.push_back({elements, held == nullptr ? 0 : held->size()});
        if (held == nullptr) break;
        elements += held->size();
        for (const std::string& text : *held) texts.push_back(slot_of(text));
        break;
      }
      default:
        texts.push_back(value.index() == 0 ? engine::TextSlot{}
                                           : slot_of(std::get<std::string>(value)));
    }
  }
  vector.validity = validity.data();
  vector.integers = integers.data();
  vector.texts = texts.data();
  if (vector.type->kind == engine::Kind::List) {
    engine::Vector inner;
    inner.type = &vector.type->members.front().type;
    inner.texts = texts.data();
    vector.lists = lists.data();
    vector.children.push_back(std::move(inner));
  }
  return vector;
}

}  // namespace trailhound::findings
