// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_sink.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.hpp"
#include "engine/duckdb_turn.hpp"

namespace trailhound::engine {
namespace {

using event::Field;
using event::FieldInfo;
using FieldKind = event::Kind;

constexpr std::size_t kSmallestBlock = 4 << 10;
constexpr std::size_t kLargestBlock = 32 << 10;
constexpr std::size_t kInline = 12;      // bytes of text that fit into a slot
constexpr std::size_t kFewEntries = 16;  // keys of a map that are compared one by one

constexpr std::size_t index_of(Field field) { return static_cast<std::size_t>(field); }

duckdb_type plain_type(FieldKind kind) {
  switch (kind) {
    case FieldKind::Time:
      return DUCKDB_TYPE_TIMESTAMP;
    case FieldKind::Hash:
      return DUCKDB_TYPE_UBIGINT;
    default:
      return DUCKDB_TYPE_VARCHAR;
  }
}

/// The members of a struct or list that have vectors: see type_of_field.
std::vector<Field> members_shown(Field field, const event::FieldSet& wanted) {
  const std::span<const Field> members = event::members(field);
  std::vector<Field> shown;
  std::copy_if(members.begin(), members.end(), std::back_inserter(shown),
               [&](Field member) { return wanted.has(member); });
  if (shown.empty() && !members.empty()) shown.push_back(members.front());
  return shown;
}

duckdb_logical_type struct_of_members(const DuckDb& duck, Field field,
                                      const event::FieldSet& wanted) {
  std::vector<duckdb_logical_type> types;
  std::vector<std::string> names;
  std::vector<const char*> name_pointers;
  for (const Field member : members_shown(field, wanted)) {
    types.push_back(type_of_field(duck, member, wanted));
    names.emplace_back(event::describe(member).sql_name);
  }
  name_pointers.reserve(names.size());
  for (const std::string& name : names) name_pointers.push_back(name.c_str());
  const duckdb_logical_type made =
      duck.create_struct_type(types.data(), name_pointers.data(), types.size());
  for (duckdb_logical_type& type : types) duck.destroy_logical_type(&type);
  return made;
}

void clear_bit(std::uint64_t* validity, std::uint64_t index) {
  validity[index / 64] &= ~(std::uint64_t{1} << (index % 64));
}

bool bit(const std::uint64_t* validity, std::uint64_t index) {
  return (validity[index / 64] >> (index % 64) & 1) != 0;
}

TextSlot inline_slot(std::string_view text) {
  TextSlot slot{};
  slot.size = static_cast<std::uint32_t>(text.size());
  std::memcpy(reinterpret_cast<char*>(&slot) + sizeof slot.size, text.data(), text.size());
  return slot;
}

}  // namespace

duckdb_logical_type type_of_field(const DuckDb& duck, Field field, const event::FieldSet& wanted) {
  const FieldKind kind = event::describe(field).kind;
  if (kind == FieldKind::Struct) return struct_of_members(duck, field, wanted);
  if (kind == FieldKind::List) {
    duckdb_logical_type element = struct_of_members(duck, field, wanted);
    const duckdb_logical_type made = duck.create_list_type(element);
    duck.destroy_logical_type(&element);
    return made;
  }
  duckdb_logical_type plain = duck.create_logical_type(plain_type(kind));
  if (kind != FieldKind::Map) return plain;
  const duckdb_logical_type made = duck.create_map_type(plain, plain);
  duck.destroy_logical_type(&plain);
  return made;
}

VectorSink::VectorSink(const DuckDb& duck, std::span<const Field> columns,
                       const event::FieldSet& wanted)
    : duck_(duck), capacity_(duck.vector_size()) {
  for (const Field column : columns) {
    CHECK(event::describe(column).parent == Field::Record, "a column is a field of the event");
    columns_.push_back(index_of(column));
  }
  // Those around a field come before it.
  for (const FieldInfo& info : event::schema()) {
    Target& target = targets_[index_of(info.field)];
    target.kind = info.kind;
    for (Field around = info.parent; around != Field::Record;
         around = event::describe(around).parent) {
      if (event::describe(around).kind == FieldKind::List) {
        CHECK(target.depth == 0 && (info.kind == FieldKind::Text || info.kind == FieldKind::Json),
              "elements of a list hold nothing but text");
        target.list = index_of(around);
      }
      CHECK(target.depth < kDeepest, "the schema nests deeper than the sink");
      target.around[target.depth++] = index_of(around);
    }
    target.members = members_shown(info.field, wanted);
    if (info.parent == Field::Record) {
      target.filled = std::count(columns_.begin(), columns_.end(), index_of(info.field)) > 0;
    } else {
      const Target& parent = targets_[index_of(info.parent)];
      target.filled =
          parent.filled && std::count(parent.members.begin(), parent.members.end(), info.field) > 0;
    }
    // A struct is there for its members' sake; so is a list.
    bool wants = info.kind == FieldKind::Struct || wanted.has(info.field);
    for (const Field member : event::members(info.field)) wants = wants || wanted.has(member);
    target.wanted = target.filled && wants;
    if (!target.filled || target.list != kNone) continue;
    filled_.push_back(index_of(info.field));
    if (info.kind == FieldKind::List || info.kind == FieldKind::Map) {
      elements_.emplace_back().field = index_of(info.field);
    }
  }
  for (const FieldInfo& info : event::worked_out()) {
    Target& target = targets_[index_of(info.field)];
    target.kind = info.kind;
    target.filled = target.wanted = wanted.has(info.field);
    if (target.filled) filled_.push_back(index_of(info.field));
  }
}

/// The texts of the chunk before are no longer ours.
void VectorSink::forget_texts(Target& target) {
  target.last = TextSlot{};
  target.room = nullptr;
  target.left = target.block = 0;
}

void VectorSink::open(duckdb_data_chunk chunk) {
  row_ = 0;
  // A question may name a column twice; the second is filled by DuckDB from the first.
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    open_vector(columns_[i], duck_.data_chunk_get_vector(chunk, i));
  }
  for (Elements& elements : elements_) open_elements(elements);
}

void VectorSink::open_vector(std::size_t field, duckdb_vector vector) {
  Target& target = targets_[field];
  target.vector = vector;
  target.data = duck_.vector_get_data(vector);
  forget_texts(target);
  duck_.vector_ensure_validity_writable(vector);
  target.validity = duck_.vector_get_validity(vector);
  std::memset(target.validity, 0, capacity_ / 8);
  if (target.kind != FieldKind::Struct) return;
  idx_t child = 0;
  for (const Field member : target.members) {
    open_vector(index_of(member), duck_.struct_vector_get_child(vector, child++));
  }
}

void VectorSink::open_elements(Elements& elements) {
  elements.size = 0;
  elements.capacity = 0;
  duck_.list_vector_set_size(targets_[elements.field].vector, 0);
  grow(elements);
  for (const Field member : targets_[elements.field].members) {
    forget_texts(targets_[index_of(member)]);
  }
}

/// Makes room for more elements; their vectors move.
void VectorSink::grow(Elements& elements) {
  elements.capacity = std::max(capacity_, elements.capacity * 2);
  const duckdb_vector list = targets_[elements.field].vector;
  CHECK(duck_.list_vector_reserve(list, elements.capacity) == DuckDBSuccess, "no list is reserved");
  const duckdb_vector entries = duck_.list_vector_get_child(list);
  if (targets_[elements.field].kind == FieldKind::Map) {
    elements.keys = duck_.struct_vector_get_child(entries, 0);
    elements.values = duck_.struct_vector_get_child(entries, 1);
    elements.key_slots = static_cast<TextSlot*>(duck_.vector_get_data(elements.keys));
    elements.value_slots = static_cast<TextSlot*>(duck_.vector_get_data(elements.values));
    return;
  }
  idx_t child = 0;
  for (const Field member : targets_[elements.field].members) {
    Target& target = targets_[index_of(member)];
    target.vector = duck_.struct_vector_get_child(entries, child++);
    target.data = duck_.vector_get_data(target.vector);
    duck_.vector_ensure_validity_writable(target.vector);
    target.validity = duck_.vector_get_validity(target.vector);
  }
}

void VectorSink::close() {
  for (const Elements& elements : elements_) {
    duck_.list_vector_set_size(targets_[elements.field].vector, elements.size);
  }
}

VectorSink::Elements& VectorSink::elements_of(std::size_t field) {
  for (Elements& elements : elements_) {
    if (elements.field == field) return elements;
  }
  CHECK(false, "not a list or map of this chunk");
}

void VectorSink::set_valid(const Target& target, std::uint64_t index) {
  target.validity[index / 64] |= std::uint64_t{1} << (index % 64);
  for (std::size_t i = 0; i < target.depth; ++i) {
    targets_[target.around[i]].validity[row_ / 64] |= std::uint64_t{1} << (row_ % 64);
  }
}

void VectorSink::begin_event() {
  for (Elements& elements : elements_) {
    elements.begin = elements.size;
    if (!elements.seen.empty()) elements.seen.clear();
  }
}

/// Copies the text into memory of the vector, where it lives as long as its other texts.
TextSlot VectorSink::hold(Target& target, std::uint64_t index, std::string_view text) {
  // Never written, so that all of it is one page of zeros.
  static char zeros[kLargestBlock];
  TextSlot* const slot = static_cast<TextSlot*>(target.data) + index;
  if (text.size() > target.left) {
    if (text.size() > kLargestBlock / 4) {
      duck_.assign_proved_text(target.vector, index, text.data(), text.size());
      return *slot;
    }
    target.block = std::clamp(target.block * 2,
                              std::max(kSmallestBlock, std::bit_ceil(text.size())), kLargestBlock);
    duck_.assign_proved_text(target.vector, index, zeros, target.block);
    Turn::after_others();
    target.room = const_cast<char*>(slot->data);
    target.left = target.block;
  }
  TextSlot held{};
  held.size = static_cast<std::uint32_t>(text.size());
  std::memcpy(held.head, text.data(), sizeof held.head);
  std::memcpy(target.room, text.data(), text.size());
  held.data = target.room;
  target.room += text.size();
  target.left -= text.size();
  return held;
}

void VectorSink::put(Field field, std::string_view text) {
  Target& target = targets_[index_of(field)];
  if (!target.wanted) return;
  std::uint64_t index = row_;
  if (target.list != kNone) {
    const Elements& elements = elements_of(target.list);
    CHECK(elements.size > elements.begin, "a member is put before its element is begun");
    index = elements.size - 1;
  }
  TextSlot* const slot = static_cast<TextSlot*>(target.data) + index;
  if (text.size() <= kInline) {
    *slot = inline_slot(text);
  } else if (target.last.size == text.size() &&
             std::memcmp(target.last.data, text.data(), text.size()) == 0) {
    *slot = target.last;
  } else {
    *slot = target.last = hold(target, index, text);
  }
  set_valid(target, index);
}

/// DuckDB copies what it keeps beyond the chunk: until then it may look at the text itself.
void VectorSink::put_lasting(Field field, std::string_view text) {
  const Target& target = targets_[index_of(field)];
  if (text.size() <= kInline || target.list != kNone) return put(field, text);
  if (!target.wanted) return;
  TextSlot slot{};
  slot.size = static_cast<std::uint32_t>(text.size());
  std::memcpy(slot.head, text.data(), sizeof slot.head);
  slot.data = text.data();
  static_cast<TextSlot*>(target.data)[row_] = slot;
  set_valid(target, row_);
}

void VectorSink::put_time(Field field, Time time) {
  const Target& target = targets_[index_of(field)];
  if (!target.wanted) return;
  static_cast<std::int64_t*>(target.data)[row_] = time.micros;
  set_valid(target, row_);
}

void VectorSink::put_hash(Field field, std::uint64_t hash) {
  const Target& target = targets_[index_of(field)];
  if (!target.wanted) return;
  static_cast<std::uint64_t*>(target.data)[row_] = hash;
  set_valid(target, row_);
}

void VectorSink::present(Field field) {
  const Target& target = targets_[index_of(field)];
  if (!target.wanted) return;
  if (target.kind != FieldKind::Struct && !bit(target.validity, row_)) {
    static_cast<ListSlot*>(target.data)[row_] = {elements_of(index_of(field)).size, 0};
  }
  set_valid(target, row_);
}

void VectorSink::clear(Field field) {
  const Target& target = targets_[index_of(field)];
  if (!target.filled) return;
  if (target.list != kNone) {
    const Elements& elements = elements_of(target.list);
    if (elements.size > elements.begin) clear_bit(target.validity, elements.size - 1);
    return;
  }
  clear_bit(target.validity, row_);
  if (target.kind == FieldKind::Struct) {
    for (const Field member : target.members) clear(member);
  } else if (target.kind == FieldKind::List || target.kind == FieldKind::Map) {
    Elements& elements = elements_of(index_of(field));
    elements.size = elements.begin;
    elements.seen.clear();
  }
}

void VectorSink::begin_element(Field list) {
  const Target& target = targets_[index_of(list)];
  if (!target.wanted) return;
  present(list);
  Elements& elements = elements_of(index_of(list));
  if (elements.size == elements.capacity) grow(elements);
  for (const Field member : target.members) {
    clear_bit(targets_[index_of(member)].validity, elements.size);
  }
  ++elements.size;
  ++static_cast<ListSlot*>(target.data)[row_].length;
}

void VectorSink::store(duckdb_vector vector, TextSlot* slots, std::uint64_t index,
                       std::string_view text) {
  if (text.size() <= kInline)
    slots[index] = inline_slot(text);
  else
    duck_.assign_proved_text(vector, index, text.data(), text.size());
}

/// The entry of the event that has the key, else where the next one goes. A map of a DuckDB holds
/// a key once. Keys are chosen by strangers: very many of them are found by their hash.
std::uint64_t VectorSink::find_key(Elements& elements, std::string_view key) {
  if (elements.size - elements.begin <= kFewEntries) {
    for (std::uint64_t i = elements.begin; i < elements.size; ++i) {
      if (elements.key_slots[i].view() == key) return i;
    }
    return elements.size;
  }
  if (elements.seen.empty()) {
    for (std::uint64_t i = elements.begin; i < elements.size; ++i) {
      elements.seen.emplace(elements.key_slots[i].view(), i);
    }
  }
  return elements.seen.emplace(key, elements.size).first->second;
}

void VectorSink::put_entry(Field map, std::string_view key, std::string_view value) {
  const Target& target = targets_[index_of(map)];
  if (!target.wanted) return;
  present(map);
  Elements& elements = elements_of(index_of(map));
  const std::uint64_t index = find_key(elements, key);
  if (index == elements.size) {
    if (elements.size == elements.capacity) grow(elements);
    store(elements.keys, elements.key_slots, index, key);
    ++elements.size;
    ++static_cast<ListSlot*>(target.data)[row_].length;
  }
  store(elements.values, elements.value_slots, index, value);
}

void VectorSink::end_event() { ++row_; }

void VectorSink::drop_event() {
  for (const std::size_t field : filled_) clear_bit(targets_[field].validity, row_);
  for (Elements& elements : elements_) elements.size = elements.begin;
}

}  // namespace trailhound::engine
