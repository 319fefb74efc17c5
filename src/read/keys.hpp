// SPDX-License-Identifier: Apache-2.0
//
// Which member of a struct a key names, fast: keys come in nearly the same order in every event, so
// the key that followed last time is tried first.
//
//   KeyGuess guess(keys_of(Field::UserIdentity));
//   int member = guess.find(p, size);        // number in keys_of(...).fields, or -1
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "event/schema.hpp"

namespace trailhound::read {

/// The keys of one struct's members, ready to be compared.
class KeyTable {
 public:
  explicit KeyTable(event::Field parent);
  std::size_t size() const { return fields_.size(); }
  event::Field field(int member) const { return fields_[static_cast<std::size_t>(member)]; }
  std::string_view key(int member) const { return keys_[static_cast<std::size_t>(member)].text; }
  /// Whether the key at `p` (32 bytes may be read) is that member's.
  bool is(int member, const char* p, std::size_t size) const {
    const Key& key = keys_[static_cast<std::size_t>(member)];
    if (key.text.size() != size) return false;
    std::uint64_t words[4];
    std::memcpy(words, p, 32);
    return (((words[0] ^ key.words[0]) & key.masks[0]) |
            ((words[1] ^ key.words[1]) & key.masks[1]) |
            ((words[2] ^ key.words[2]) & key.masks[2]) |
            ((words[3] ^ key.words[3]) & key.masks[3])) == 0;
  }
  /// The member called so; -1 if there is none. Reads no byte behind the key.
  int find(const char* p, std::size_t size) const;
  /// The same, faster; 32 bytes may be read.
  int find_padded(const char* p, std::size_t size) const;
  /// Of the spellings of a member, the first; itself where there is one.
  int first_spelling(int member) const { return first_[static_cast<std::size_t>(member)]; }

 private:
  struct Key {
    std::string_view text;
    std::uint64_t words[4] = {};
    std::uint64_t masks[4] = {};
  };
  void add(event::Field field, std::string_view key);
  std::vector<event::Field> fields_;
  std::vector<int> first_;
  std::vector<Key> keys_;
  std::array<std::vector<std::uint8_t>, 64> by_hash_;
};

/// The table of a struct's or list's members, or of the record's own fields. Resources answer to
/// `arn` as well as to `ARN`: both are seen.
const KeyTable& keys_of(event::Field parent);

/// Finds members, trying first what came next the last time.
class KeyGuess {
 public:
  explicit KeyGuess(const KeyTable& table) : table_(&table), next_(table.size() + 1, 0) {}
  const KeyTable& table() const { return *table_; }
  /// At the start of an object.
  void begin() { last_ = 0; }
  int find(const char* p, std::size_t size) {
    const int guess = next_[last_];
    if (table_->is(guess, p, size)) {
      last_ = static_cast<std::size_t>(guess) + 1;
      return guess;
    }
    const int found = table_->find(p, size);
    if (found >= 0) {
      next_[last_] = static_cast<std::uint8_t>(found);
      last_ = static_cast<std::size_t>(found) + 1;
    }
    return found;
  }

 private:
  const KeyTable* table_;
  std::vector<std::uint8_t> next_;
  std::size_t last_ = 0;
};

}  // namespace trailhound::read
