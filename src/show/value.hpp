// SPDX-License-Identifier: Apache-2.0
//
// One value of an answer as text: as JSON, or plainly as a person or a spreadsheet reads it.
//
//   append_json(out, batch.cell(0, row), {});
//   append_plain(out, batch.cell(0, row), {});     // not made visible yet: see visible.hpp
//
// JSON text is the same value whatever writes it, but never holds a character that acts on a
// terminal or hides: those are written as \u escapes. Members of a struct that are NULL are left
// out, columns that are NULL are not.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "engine/rows.hpp"
#include "show/buffer.hpp"

namespace trailhound::show {

/// Offset of times shown, in minutes east of UTC; unset: UTC.
using Offset = std::optional<std::int32_t>;

/// The value as JSON; NULL is `null`. A JSON document stands as it is, times are ISO strings, what
/// JSON has no number for (NaN, infinities) is a string.
void append_json(Buffer& out, const engine::Cell& cell, Offset offset);
/// A JSON string, quotes included.
void append_json_text(Buffer& out, std::string_view text);
/// A JSON document on one line, unfit characters in its strings written as \u escapes.
void append_json_document(Buffer& out, std::string_view document);

/// The value as text; NULL is nothing. Lists, structs and maps are compact JSON.
void append_plain(Buffer& out, const engine::Cell& cell, Offset offset);

/// `2023-07-10 11:54:33`, with a fraction only where there is one, and the offset where one is set.
void append_time(Buffer& out, Time time, Offset offset);
/// `2023-07-10T11:54:33Z`, or with the offset.
void append_iso_time(Buffer& out, Time time, Offset offset);

/// Whether values of the kind are numbers, to be aligned at their right.
bool is_number(engine::Kind kind);
/// Whether the kind is a point in time.
bool is_moment(engine::Kind kind);

}  // namespace trailhound::show
