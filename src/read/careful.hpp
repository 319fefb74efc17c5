// SPDX-License-Identifier: Apache-2.0
//
// Finds the items of a text that cannot be proved as a whole: event by event, mending what can be
// mended, leaving out what cannot, and going on at the next border between events.
//
//   Careful careful(walk, limits.depth, first_key);
//   Mended out;
//   std::size_t used = careful.take(text, last, position, out);  // bytes that need no second look
//
// Used only where the fast way failed, so it reads byte by byte and shares nothing with it but the
// grammar. For text that is sound both give the same items.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "read/buffer.hpp"
#include "read/items.hpp"

namespace trailhound::read {

/// Something that the careful reader met.
struct Trouble {
  std::size_t offset;     ///< In the text given
  std::string_view code;  ///< Of errors.def
  std::string_view words;
  bool event;  ///< An event was lost by it
  bool loss;   ///< Bytes were left out
};

/// Items that the careful reader found, on a text of their own.
struct Mended {
  Buffer text;
  std::vector<std::uint32_t> at;
  Items items;
  std::vector<bool> changed;  ///< For each item: bytes were replaced
  std::vector<Trouble> troubles;
  void clear() {
    text.clear();
    at.clear();
    items.clear();
    changed.clear();
    troubles.clear();
  }
  Tokens tokens() const {
    return {text.data(), static_cast<std::uint32_t>(text.size()), at.data(),
            static_cast<Token>(at.empty() ? 0 : at.size() - 1)};
  }
};

/// Reads broken text.
class Careful {
 public:
  /// `first_key` is kept by the caller: the key that good items begin with.
  Careful(Walk& walk, std::uint32_t depth, std::string& first_key)
      : walk_(walk), depth_(depth), first_key_(first_key) {}

  /// Adds the items of `text` to `out`; returns how many bytes are done with. `last`: no more text
  /// follows. `too_long`: the item at the start is over the limit and will not be waited for.
  std::size_t take(std::string_view text, bool last, bool too_long, Position& position,
                   Mended& out);

 private:
  enum class Verdict { Good, More, Broken, Deep };
  Verdict item(std::size_t from, std::size_t& end);
  Verdict string(std::size_t& i, bool& changed);
  bool prefix(std::size_t from, std::size_t& behind, std::string_view& list, bool& more) const;
  std::size_t border(std::size_t from, bool documents);
  bool holds_event(std::size_t from);
  std::size_t skip_space(std::size_t i) const;
  void trouble(std::size_t offset, std::string_view code, std::string_view words, bool event,
               bool loss) {
    out_->troubles.push_back({offset, code, words, event, loss});
  }

  Walk& walk_;
  std::uint32_t depth_;
  std::string_view text_;
  bool last_ = false;
  Mended* out_ = nullptr;
  std::string open_;        ///< Brackets around the place where `item` is
  std::string& first_key_;  ///< Of the last good item: what the next one probably begins with
};

}  // namespace trailhound::read
