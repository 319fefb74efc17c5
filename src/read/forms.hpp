// SPDX-License-Identifier: Apache-2.0
//
// The ways in which events are wrapped: one file each in forms/, told by structure.
//
//   for (const Form& form : forms()) if (form.unwrap && form.unwrap(item, inner)) ...
//
// To add one, write forms/<name>.cpp with `Form describe_<name>();`. A form says which key's array
// holds its items, if one does, and takes what is inside an item. A form of text that is not JSON
// says how it is written as JSON lines instead.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "read/coverage.hpp"
#include "read/view.hpp"

namespace trailhound::read {

/// What an item holds.
struct Inner {
  std::vector<Token> values;        ///< Values of the same text that are items themselves
  std::vector<std::string> texts;   ///< Texts that hold documents
  std::vector<std::string> packed;  ///< base64 of gzip of such texts
  std::optional<NotLog> not_log;    ///< What the item is if it holds no event
  void clear() {
    values.clear();
    texts.clear();
    packed.clear();
    not_log.reset();
  }
  bool empty() const { return values.empty() && texts.empty() && packed.empty(); }
};

/// Turns text of another form into JSON lines, piece by piece.
class Rewrite {
 public:
  virtual ~Rewrite() = default;
  /// Takes text (`last`: the rest of it) and appends JSON lines; false if it is damaged.
  virtual bool feed(std::string_view text, bool last, std::string& out) = 0;
};

/// A way to wrap events.
struct Form {
  std::string_view name;   ///< "lookup-events"
  std::string_view words;  ///< "what `aws cloudtrail lookup-events` prints"
  std::string_view list;   ///< Items stand in the array under this key; "" if under none
  /// Takes what is inside; false if the item is not of this form. Null: items are events.
  bool (*unwrap)(const View& item, Inner& inner) = nullptr;
  /// For text that is no JSON: a rewriter if the text, by its first bytes, is of this form.
  std::unique_ptr<Rewrite> (*rewrite)(std::string_view head) = nullptr;
  /// Tried after all others.
  bool last = false;
};

/// All forms, in the order of their names.
std::span<const Form> forms();

/// Whether an object is an event, by its keys: it names an action and two more marks of an event.
bool is_event(const View& item);
/// What an object that is no event is.
NotLog kind_of(const View& item);
/// Which top-level members mark an event, a bit for each of keys_of(Record); and the one that names
/// the action.
std::uint64_t event_marks();
std::uint64_t action_mark();
std::uint64_t insight_mark();
/// The bytes that base64 text stands for; unset if it is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace trailhound::read
