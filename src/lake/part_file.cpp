// SPDX-License-Identifier: Apache-2.0
#include "lake/part_file.hpp"

#include <algorithm>
#include <unordered_map>

#include "event/sha256.hpp"
#include "lake/disk.hpp"
#include "lake/held_columns.hpp"
#include "lake/parquet_file.hpp"

namespace trailhound::lake {
namespace {
using event::Field;
using event::Kind;

constexpr std::size_t kNone = HeldColumn::kNone;
constexpr std::uint32_t kFewEntries = 16;  ///< Keys of a map that are compared one by one

bool is_listed(const HeldColumn& column) {
  return column.kind == Kind::List || column.kind == Kind::Map;
}

}  // namespace

struct PartFile::Held : HeldColumns {
  /// The entries of this event's map by key, once they are many. Strangers choose keys.
  std::unordered_map<std::uint32_t, std::uint32_t> entries;

  void mark_around(const HeldColumn& column) {
    for (const std::size_t around : column.around) {
      std::vector<std::uint32_t>& there = columns[around].rows;
      if (there.empty() || there.back() != rows) there.push_back(rows);
    }
  }

  void cut_elements(HeldColumn& list) {
    list.elements = list.begin;
    entries.clear();
    for (HeldColumn& column : columns) {
      if (column.list != kNone && &columns[column.list] == &list) column.cut(list.begin);
    }
  }

  std::uint32_t entry_of(const HeldColumn& map, std::uint32_t key) {
    const std::vector<std::uint32_t>& keys = columns[map.keys].codes;
    if (map.elements - map.begin <= kFewEntries) {
      for (std::uint32_t i = map.begin; i < map.elements; ++i) {
        if (keys[i] == key) return i;
      }
      return map.elements;
    }
    if (entries.empty()) {
      for (std::uint32_t i = map.begin; i < map.elements; ++i) entries.emplace(keys[i], i);
    }
    return entries.emplace(key, map.elements).first->second;
  }
};

PartFile::PartFile() : held_(std::make_unique<Held>()) {}
PartFile::~PartFile() = default;

std::uint64_t PartFile::rows() const { return held_->rows; }

std::size_t PartFile::bytes() const {
  std::size_t bytes = 0;
  for (const HeldColumn& column : held_->columns) bytes += column.bytes();
  return bytes;
}

Result<PartFile::Written> PartFile::write(const std::string& path) {
  const std::string file = parquet_of(*held_);
  Written written{.rows = held_->rows, .bytes = file.size()};
  if (const auto& times = held_->of(Field::Ts).numbers; !times.empty()) {
    written.first.micros = written.last.micros = static_cast<std::int64_t>(times.front());
    for (const std::uint64_t time : times) {
      written.first.micros = std::min(written.first.micros, static_cast<std::int64_t>(time));
      written.last.micros = std::max(written.last.micros, static_cast<std::int64_t>(time));
    }
  }
  held_->rows = 0;
  for (HeldColumn& column : held_->columns) column.clear();
  if (auto done = append_to_file(path, file); !done.ok()) {
    [[maybe_unused]] const Result<void> gone = remove_file(path);
    return std::move(done).error();
  }
  written.sum = event::sha256(file);
  return written;
}

void PartFile::begin_event() {
  for (const std::size_t list : held_->lists) {
    held_->columns[list].begin = held_->columns[list].elements;
  }
  if (!held_->entries.empty()) held_->entries.clear();
}

void PartFile::put(Field field, std::string_view text) {
  HeldColumn& column = held_->of(field);
  if (!column.stored) return;
  std::uint32_t row = held_->rows;
  if (column.list != kNone) row = held_->columns[column.list].elements - 1;
  column.put(row, column.texts.code_of(text));
  held_->mark_around(column);
}

void PartFile::put_time(Field field, Time time) {
  HeldColumn& column = held_->of(field);
  if (column.stored) column.put_number(held_->rows, static_cast<std::uint64_t>(time.micros));
}

void PartFile::put_hash(Field field, std::uint64_t hash) {
  HeldColumn& column = held_->of(field);
  if (column.stored) column.put_number(held_->rows, hash);
}

void PartFile::present(Field field) {
  HeldColumn& column = held_->of(field);
  if (!column.stored || column.has(held_->rows)) return;
  column.rows.push_back(held_->rows);
  if (is_listed(column)) column.begins.push_back(column.elements);
  held_->mark_around(column);
}

void PartFile::clear(Field field) {
  HeldColumn& column = held_->of(field);
  if (!column.stored) return;
  if (column.list != kNone) {
    const HeldColumn& list = held_->columns[column.list];
    if (list.elements > list.begin) column.cut(list.elements - 1);
    return;
  }
  column.cut(held_->rows);
  if (column.kind == Kind::Struct) {
    for (const Field member : event::members(field)) clear(member);
  } else if (is_listed(column)) {
    held_->cut_elements(column);
  }
}

void PartFile::begin_element(Field list) {
  HeldColumn& column = held_->of(list);
  if (!column.stored) return;
  present(list);
  ++column.elements;
}

void PartFile::put_entry(Field field, std::string_view key, std::string_view value) {
  HeldColumn& map = held_->of(field);
  if (!map.stored) return;
  present(field);
  HeldColumn& keys = held_->columns[map.keys];
  HeldColumn& values = held_->columns[map.values];
  const std::uint32_t code = keys.texts.code_of(key);
  const std::uint32_t entry = held_->entry_of(map, code);
  if (entry == map.elements) {
    keys.put(entry, code);
    values.put(entry, values.texts.code_of(value));
    ++map.elements;
  } else {
    values.codes[entry] = values.texts.code_of(value);
  }
}

void PartFile::end_event() { ++held_->rows; }

void PartFile::drop_event() {
  for (HeldColumn& column : held_->columns) {
    if (column.list == kNone) column.cut(held_->rows);
  }
  for (const std::size_t list : held_->lists) {
    HeldColumn& column = held_->columns[list];
    if (column.elements > column.begin) held_->cut_elements(column);
  }
}

}  // namespace trailhound::lake
