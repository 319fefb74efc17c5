// SPDX-License-Identifier: Apache-2.0
#include "show/objects.hpp"

#include "show/writer.hpp"

namespace trailhound::show {

namespace {

// Rows ahead: far enough for memory to answer meanwhile, near enough not to be forgotten again.
constexpr std::size_t kSlotsAhead = 8, kTextsAhead = 4;

void find_texts(const engine::Vector& vector, std::vector<const engine::TextSlot*>& texts) {
  if (vector.texts != nullptr) texts.push_back(vector.texts);
  if (vector.type->kind != engine::Kind::Struct) return;
  for (const engine::Vector& child : vector.children) find_texts(child, texts);
}

}  // namespace

Objects::Objects(const std::vector<engine::Column>& columns, Offset offset) : offset_(offset) {
  for (const std::string& name : distinct_names(columns)) {
    Buffer head;
    head.add(heads_.empty() ? '{' : ',');
    append_json_text(head, name);
    head.add(':');
    heads_.emplace_back(head.view());
  }
}

void Objects::append(Buffer& out, const engine::Batch& batch, std::size_t row) {
  if (row == 0) {
    texts_.clear();
    rows_ = batch.rows();
    for (std::size_t column = 0; column < batch.columns(); ++column) {
      find_texts(batch.vector(column), texts_);
    }
  }
  expect(row);
  if (heads_.empty()) out.add('{');
  for (std::size_t column = 0; column < heads_.size(); ++column) {
    out.add(heads_[column]);
    append_json(out, batch.cell(column, row), offset_);
  }
  out.add('}');
}

/// Another core has put the values there, column by column: those of a row lie in as many places.
void Objects::expect(std::size_t row) const {
  if (row + kSlotsAhead >= rows_) return;
  for (const engine::TextSlot* const texts : texts_) {
    __builtin_prefetch(texts + row + kSlotsAhead);
    const engine::TextSlot& soon = texts[row + kTextsAhead];
    if (soon.size > sizeof soon.head + sizeof soon.rest) __builtin_prefetch(soon.data);
  }
}

}  // namespace trailhound::show
