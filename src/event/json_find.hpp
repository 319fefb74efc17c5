// SPDX-License-Identifier: Apache-2.0
//
// A look into JSON text without a tree: members of an object, elements of an array, one by one.
//
//   for (JsonMembers members(request_parameters); members.next();) {
//     if (members.key() == "userName") name = json_text(members.value());
//   }
//
// For columns that hold JSON, where a question asks for one or two values of each of millions of
// events. Text that is not JSON ends the walk; nothing recurses, nothing is read past the end. Keys
// are compared as they are written (no AWS key needs an escape).
#pragma once

#include <string>
#include <string_view>

namespace trailhound::event {

/// The members of an object, in order.
class JsonMembers {
 public:
  /// `text` may be anything; of what is no object there are none.
  explicit JsonMembers(std::string_view text);
  bool next();
  std::string_view key() const { return key_; }      ///< Without its quotes
  std::string_view value() const { return value_; }  ///< JSON text

 private:
  std::string_view rest_;
  std::string_view key_;
  std::string_view value_;
};

/// The elements of an array, in order.
class JsonElements {
 public:
  explicit JsonElements(std::string_view text);
  bool next();
  std::string_view value() const { return value_; }

 private:
  std::string_view rest_;
  std::string_view value_;
};

/// The value under `key` (the last of several) of an object, as JSON text; empty if there is none.
std::string_view json_member(std::string_view object, std::string_view key);
/// A string's content, or the spelling of a number or boolean; empty for all else.
std::string json_text(std::string_view value);

}  // namespace trailhound::event
