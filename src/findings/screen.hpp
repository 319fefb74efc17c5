// SPDX-License-Identifier: Apache-2.0
//
// What a person reads, as plain structure: lines of pieces, each with what it means. Texts come
// from the logs as they are: who prints them makes them fit for a terminal, and paints.
//
//   Screen screen = {labelled("Read", joined({plural(3, "file"), plural(1, "event")}))};
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "findings/level.hpp"
#include "findings/tally.hpp"
#include "read/coverage.hpp"

namespace trailhound::findings {

/// What a piece of text is, for whoever paints it.
enum class Tone { Plain, Dim, Title, Low, Medium, High, Critical };

struct Piece {
  std::string text;
  Tone tone = Tone::Plain;
};

/// A line; where it is too long for the screen, it goes on `hang` columns from the left.
struct TextLine {
  std::vector<Piece> pieces;
  std::size_t hang = 0;
};
using Screen = std::vector<TextLine>;

/// The tone of a level.
Tone tone_of(Level level);
/// Text with spaces up to a width.
std::string padded(std::string text, std::size_t width);
/// A line of a screen's head: "Read    3 files".
TextLine labelled(std::string label, std::string text, Tone tone = Tone::Title);
/// "1 event", "1,200 events"; `many` where the plural is no s.
std::string plural(std::uint64_t count, std::string_view one, std::string_view many = {});
/// "a · b"
std::string joined(const std::vector<std::string>& parts);
/// "2021-07-28 15:28 → 08-02 09:50 UTC"
std::string window_words(const Tally& tally);
/// What was read, in one line.
TextLine read_line(const Tally& tally, const read::Coverage& read);

}  // namespace trailhound::findings
