// SPDX-License-Identifier: Apache-2.0
#include "read/keys.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trailhound::read {
namespace {

std::size_t hash_of(const char* p, std::size_t size) {
  const auto first = static_cast<unsigned char>(p[0]);
  const auto last = static_cast<unsigned char>(p[size - 1]);
  const auto middle = static_cast<unsigned char>(p[size / 2]);
  return (size * 7 + first + last * 3u + middle * 5u) % 64;
}

}  // namespace

KeyTable::KeyTable(event::Field parent) {
  for (event::Field field : event::members(parent)) {
    if (!event::describe(field).key.empty()) add(field, event::describe(field).key);
  }
  if (parent == event::Field::Resources) add(event::Field::ResourceArn, "arn");
  if (fields_.empty()) add(event::Field::Record, "");
}

void KeyTable::add(event::Field field, std::string_view key) {
  CHECK(key.size() < 32, "a key too long for the table");
  Key entry;
  entry.text = key;
  char bytes[32] = {}, mask[32] = {};
  for (std::size_t i = 0; i < key.size(); ++i) {
    bytes[i] = key[i];
    mask[i] = static_cast<char>(0xFF);
  }
  std::memcpy(entry.words, bytes, 32);
  std::memcpy(entry.masks, mask, 32);
  if (!key.empty()) {
    by_hash_[hash_of(key.data(), key.size())].push_back(static_cast<std::uint8_t>(keys_.size()));
  }
  const auto same = std::find(fields_.begin(), fields_.end(), field);
  first_.push_back(static_cast<int>(same - fields_.begin()));
  fields_.push_back(field);
  keys_.push_back(entry);
  CHECK(keys_.size() <= 64, "more members than a word has bits");
}

int KeyTable::find(const char* p, std::size_t size) const {
  if (size == 0 || size >= 32) return -1;
  for (std::uint8_t member : by_hash_[hash_of(p, size)]) {
    if (key(member) == std::string_view(p, size)) return member;
  }
  return -1;
}

int KeyTable::find_padded(const char* p, std::size_t size) const {
  if (size == 0 || size >= 32) return -1;
  for (std::uint8_t member : by_hash_[hash_of(p, size)]) {
    if (is(member, p, size)) return member;
  }
  return -1;
}

const KeyTable& keys_of(event::Field parent) {
  static const std::vector<KeyTable> tables = [] {
    std::vector<KeyTable> all;
    for (std::size_t i = 0; i <= event::kFields; ++i)
      all.emplace_back(static_cast<event::Field>(i));
    return all;
  }();
  return tables[static_cast<std::size_t>(parent)];
}

}  // namespace trailhound::read
