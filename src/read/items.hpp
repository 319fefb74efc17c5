// SPDX-License-Identifier: Apache-2.0
//
// The items of a text: what stands one after another in it and may be an event, proved one by one.
//
//   Walk walk(lists, depth);
//   Position position;                                  // before the first document
//   Stop stop = walk.go(tokens, position, items);       // again with the next piece of the text
//
// A text is documents one after another. The items of a document are the elements of an array, if
// it is one, or of the array under one of the keys `lists` ("Records"), if it has such; else it is
// an item itself. A position outlives the piece of text, so that a document of any length is walked
// in pieces that end between items.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "read/keys.hpp"
#include "read/tokens.hpp"

namespace trailhound::read {

/// A top-level key of an item.
struct Slot {
  static constexpr int kUnknown = -1;
  int member;  ///< In keys_of(Field::Record), or kUnknown
  Token key;   ///< The value stands two tokens on
};

/// A proved item.
struct Item {
  Token begin, end;
  std::uint32_t slots, slots_end;  ///< Its keys among Items::slots: those wanted
  std::uint64_t marks;             ///< Members of the record that it has, a bit each
  bool object;
  bool twice;    ///< A key stands twice
  bool unknown;  ///< It has keys that no event has
};

struct Items {
  std::vector<Item> all;
  std::vector<Slot> slots;
  void clear() {
    all.clear();
    slots.clear();
  }
  std::span<const Slot> slots_of(const Item& item) const {
    return {slots.data() + item.slots, slots.data() + item.slots_end};
  }
};

/// Where a walk stands among the items.
struct Position {
  enum class Place : std::uint8_t {
    Between,    ///< Before a document
    ListOpen,   ///< Behind the list's [
    ListComma,  ///< Behind a comma in the list
    ListItem,   ///< Behind an item
    Tail,       ///< Behind the list, in its object
    TailComma,  ///< ... and behind a comma
  };
  Place place = Place::Between;
  bool in_object = false;       ///< The list is a member of an object
  std::string_view list;        ///< ... under this key; "" for a root array or single documents
  std::uint32_t documents = 0;  ///< Begun so far
  bool array = false;           ///< The list is a document itself
  bool lost = false;            ///< Behind something broken whose end has not been found yet
};

/// Why a walk stopped, and before which token.
struct Stop {
  Flaw flaw;
  Token token;
};

/// Walks over items and proves each.
class Walk {
 public:
  /// `lists` names the keys whose arrays hold items.
  Walk(std::vector<std::string_view> lists, std::uint32_t depth);
  /// Sets whose slots are kept: a bit for each member of the record; `others`: unknown keys, too.
  void want(std::uint64_t members, bool others) {
    wanted_ = members;
    want_others_ = others;
  }
  /// Adds the items from `from` on; `position` moves along.
  Stop go(const Tokens& tokens, Position& position, Items& items, Token from = 0);
  /// Proves one value and adds it as an item; the token behind it, 0 on a flaw.
  Token one(const Tokens& tokens, Token i, Items& items);
  Flaw flaw() const { return grammar_.flaw(); }
  /// The list called so: the view that lives as long as the walk. "" if there is none.
  std::string_view list_called(std::string_view name) const;

 private:
  Token value(Token i, Items& items);
  Token object(Token i, Items& items, Position* root);
  bool stands_twice(Token key) const;

  std::vector<std::string_view> lists_;
  Grammar grammar_;
  KeyGuess keys_;
  std::uint64_t wanted_ = 0;
  bool want_others_ = false;
  bool entered_list_ = false;
  std::vector<Token> unknown_;
};

}  // namespace trailhound::read
