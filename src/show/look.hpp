// SPDX-License-Identifier: Apache-2.0
//
// How an answer is to look: colour, width, the offset of times. Read from the terminal once.
//
//   Look look = look_of(STDOUT_FILENO, ColourWish::Auto);
//   out += look.paint(Ink::Dim, "NULL");
//
// Only colour, the width of tables and progress depend on the terminal; what is said never does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trailhound::show {

/// What `--color` asks for.
enum class ColourWish { Auto, Always, Never };

/// What a colour stands for. Each is said in words too.
enum class Ink {
  Plain,
  Dim,       ///< What matters less: NULL, rules, spelt-out characters
  Title,     ///< Names of columns and sections
  Number,    ///< The line numbers of an excerpt
  Good,      ///< What worked, what would mend
  Low,       ///< Level low
  Medium,    ///< Level medium, warnings
  High,      ///< Level high, denials
  Critical,  ///< Level critical, errors
};

/// How to draw.
struct Look {
  bool colour = false;
  bool terminal = false;                       ///< Drawn for a person at a screen
  std::size_t width = 120;                     ///< Columns of a line
  std::optional<std::int32_t> offset_minutes;  ///< Of times shown; unset: UTC, unsaid

  /// What starts the ink, empty without colour.
  std::string_view begin(Ink ink) const;
  /// What ends it.
  std::string_view end(Ink ink) const;
  /// The text between both.
  std::string paint(Ink ink, std::string_view text) const;
};

/// The look for what a file descriptor leads to. Obeys `wish`, then CLICOLOR_FORCE, NO_COLOR and
/// TERM=dumb; the width is the terminal's, else COLUMNS, else 120.
Look look_of(int descriptor, ColourWish wish);

}  // namespace trailhound::show
