// SPDX-License-Identifier: Apache-2.0
//
// Text of unknown origin made fit for a terminal: what would act or hide is spelt out instead.
//
//   visible("a\x1b[2Jb")          // a\x1b[2Jb, with a backslash in the place of the escape
//   width_of("日本")              // 4 columns
//
// Spelt out are control characters, code points that show nothing or turn the direction of writing,
// marks heaped on one letter, and bytes that are not UTF-8. Marked text is visible text with
// kOpen and kClose around each spelling, so that who prints it can set spellings apart; neither
// character can come from the outside.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trailhound::show {

constexpr char kOpen = '\x01';   ///< Stands before a spelt-out character in marked text
constexpr char kClose = '\x02';  ///< Stands behind it

/// Whether the code point shows nothing, acts on the terminal or turns the direction of writing.
bool is_hidden(char32_t code_point);
/// Columns of a terminal that a code point takes: 0, 1 or 2. Hidden ones take none.
std::size_t width_of(char32_t code_point);
/// Columns that marked or visible text takes.
std::size_t width_of(std::string_view visible_text);

/// The text with everything unfit spelt out: `\n`, `\x1b`, `\u{202e}`.
std::string visible(std::string_view text);
/// The same, as marked text.
std::string marked(std::string_view text);
/// Appends the spelling of one code point: `\t`, `\x1b`, `\u{202e}`.
void append_spelling(std::string& out, char32_t code_point);

/// Whether the bytes are printable ASCII only: they then are their own visible text.
bool is_plain(std::string_view text);

}  // namespace trailhound::show
