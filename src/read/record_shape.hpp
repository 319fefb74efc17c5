// SPDX-License-Identifier: Apache-2.0
//
// The shape of a proved event (event/shape.hpp) and what of it no column holds.
//
//   const std::string* shape = shapes.find(tokens, slots);          // nearly always there
//   bool any = append_shape(tokens, item.begin, list, shape, extra);
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "read/items.hpp"
#include "read/members.hpp"
#include "read/tokens.hpp"

namespace trailhound::read {

/// Appends the shape of the object at `object` and the JSON object of its keys without a column;
/// says whether there are any. `list` is working memory.
bool append_shape(const Tokens& tokens, Token object, MemberList& list, std::string& shape,
                  std::string& extra);

/// Shapes that were met, by what they follow from: the event with its scalars and its JSON values
/// cut out. Events come in a few hundred of these; strangers can make more, so that the number is
/// limited. Nothing is guessed: the outlines are compared whole.
class ShapesMet {
 public:
  ShapesMet();
  /// The shape of an event whose slots are all its members, each known and there once. Null if it
  /// was not met yet.
  const std::string* find(const Tokens& tokens, std::span<const Slot> slots);
  /// Keeps the shape of the event last looked for: one that has nothing in `extra`.
  void keep(std::string_view shape);

 private:
  std::vector<event::Kind> kinds_;  ///< Of the record's members
  std::unordered_map<std::string, std::string> met_;
  std::string outline_;
  std::size_t bytes_ = 0;
};

}  // namespace trailhound::read
