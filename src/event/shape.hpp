// SPDX-License-Identifier: Apache-2.0
//
// The shape of an event: its skeleton, from which, with its columns and `extra`, it is written
// again exactly, key order, nulls and empty objects included.
//
//   TRY(std::string json, rebuild(shape, columns));      // columns: your Columns, over any row
//
// A shape names, key by key in the event's own order, which column holds the value and what kind of
// value it was. Events of one service and version share it: real logs hold about a hundred shapes.
// The text is printable ASCII unless a key is not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "event/schema.hpp"

namespace trailhound::event {

/// The values that a shape is filled with: one event, in whatever way it is held.
class Columns {
 public:
  virtual ~Columns() = default;
  /// The text of a top-level field or a struct's member, of kind Text or Json; unset for NULL.
  virtual std::optional<std::string_view> text(Field field) const = 0;
  /// How many elements or entries.
  virtual std::size_t size(Field list_or_map) const = 0;
  /// The text of a member of a list's element.
  virtual std::optional<std::string_view> text(Field member, std::size_t element) const = 0;
  /// A map's entry.
  virtual std::string_view key(Field map, std::size_t entry) const = 0;
  virtual std::optional<std::string_view> value(Field map, std::size_t entry) const = 0;
};

/// Writes the event again, as compact JSON. Error `bad-shape` if the parts do not belong together.
Result<std::string> rebuild(std::string_view shape, const Columns& columns);

}  // namespace trailhound::event
