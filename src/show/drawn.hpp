// SPDX-License-Identifier: Apache-2.0
//
// A value drawn for a person: marked text (visible.hpp), the colour that its meaning has, and the
// lines it takes in a given width.
//
//   Drawn drawn = draw(batch.cell(0, row), columns[0], look);
//   for (const std::string& line : wrap(drawn.text, 40)) append_painted(out, line, drawn.ink,
//   look);
//
// The formats for people (table, line) share this; nothing else of a cell reaches a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/rows.hpp"
#include "show/buffer.hpp"
#include "show/look.hpp"

namespace trailhound::show {

/// A value as it will stand on the screen.
struct Drawn {
  std::string text;  ///< Marked text, one line
  Ink ink = Ink::Plain;
};

/// Draws a value; NULL is a dim `-`.
Drawn draw(const engine::Cell& cell, const engine::Column& column, const Look& look);

/// The ink that a level word, an outcome or an error code has, by the name of its column.
Ink ink_of(std::string_view column, std::string_view text);

/// Marked text cut into lines of at most `width` columns, at blanks and marks where there are any.
/// Nothing is lost but blanks at which a line ends. Never empty.
std::vector<std::string> wrap(std::string_view marked_text, std::size_t width);

/// Appends marked text in an ink, spelt-out characters set apart.
void append_painted(Buffer& out, std::string_view marked_text, Ink ink, const Look& look);

}  // namespace trailhound::show
