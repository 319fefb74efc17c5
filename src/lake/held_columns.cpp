// SPDX-License-Identifier: Apache-2.0
#include "lake/held_columns.hpp"

#include "event/content_hash.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {
namespace {
constexpr std::size_t kTrial = 1024;  ///< Texts looked up before a column may give up
}

std::uint32_t Texts::add(std::string_view text) {
  bytes_ += text;
  ends_.push_back(bytes_.size());
  return static_cast<std::uint32_t>(ends_.size() - 1);
}

std::uint32_t Texts::code_of(std::string_view text) {
  if (!ends_.empty() && (*this)[last_] == text) return last_;
  if (gave_up_) return last_ = add(text);
  ++asked_;
  if (ends_.size() * 2 >= places_.size()) {
    if (!insists_ && ends_.size() >= kTrial && ends_.size() * 4 > asked_ * 3) {
      gave_up_ = true;
      places_ = {};
      return last_ = add(text);
    }
    grow();
  }
  const auto hash = static_cast<std::uint32_t>(event::content_hash(text));
  const std::size_t mask = places_.size() - 1;
  std::size_t at = hash & mask;
  for (; places_[at].code != 0; at = (at + 1) & mask) {
    if (places_[at].hash == hash && (*this)[places_[at].code - 1] == text) {
      return last_ = places_[at].code - 1;
    }
  }
  last_ = add(text);
  places_[at] = {hash, last_ + 1};
  return last_;
}

void Texts::grow() {
  std::vector<Place> larger(places_.empty() ? 64 : places_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Place& place : places_) {
    if (place.code == 0) continue;
    std::size_t at = place.hash & mask;
    while (larger[at].code != 0) at = (at + 1) & mask;
    larger[at] = place;
  }
  places_ = std::move(larger);
}

void Texts::clear() {
  bytes_.clear();
  ends_.clear();
  places_.clear();
  asked_ = 0;
  last_ = 0;
  gave_up_ = false;
}

std::size_t HeldColumn::bytes() const {
  return texts.bytes() + (rows.size() + codes.size() + begins.size()) * sizeof(std::uint32_t) +
         numbers.size() * sizeof(std::uint64_t);
}

void HeldColumn::cut(std::uint32_t row) {
  while (!rows.empty() && rows.back() >= row) {
    rows.pop_back();
    if (!codes.empty()) codes.pop_back();
    if (!numbers.empty()) numbers.pop_back();
    if (!begins.empty()) begins.pop_back();
  }
}

void HeldColumn::clear() {
  rows.clear();
  codes.clear();
  numbers.clear();
  begins.clear();
  elements = begin = 0;
  texts.clear();
}

HeldColumns::HeldColumns() : columns(event::kFields) {
  event::FieldSet stored;
  for (const event::Field field : stored_fields()) stored.add_with_members(field);
  stored.add(event::Field::Path);
  for (const event::FieldInfo& info : event::schema()) {
    HeldColumn& column = of(info.field);
    column.kind = info.kind;
    column.stored = stored.has(info.field);
    if (column.stored && (info.kind == event::Kind::List || info.kind == event::Kind::Map)) {
      lists.push_back(static_cast<std::size_t>(info.field));
    }
    for (event::Field around = info.parent; around != event::Field::Record;
         around = event::describe(around).parent) {
      const auto index = static_cast<std::size_t>(around);
      if (event::describe(around).kind == event::Kind::List) {
        column.list = index;
        break;
      }
      column.around.insert(column.around.begin(), index);
    }
  }
  for (std::size_t i = 0; i < event::kFields; ++i) {
    if (columns[i].kind != event::Kind::Map || !columns[i].stored) continue;
    columns[i].keys = columns.size();
    columns[i].values = columns.size() + 1;
    columns.resize(columns.size() + 2);
    HeldColumn& keys = columns[columns[i].keys];
    HeldColumn& values = columns[columns[i].values];
    keys.kind = values.kind = event::Kind::Text;
    keys.stored = values.stored = true;
    keys.list = values.list = i;
    keys.texts.insist();  // keys of one event are compared by their numbers
  }
}

}  // namespace trailhound::lake
