// SPDX-License-Identifier: Apache-2.0
#include "findings/screen.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace trailhound::findings {
namespace {

constexpr std::size_t kLabel = 8;  // columns of "Read", "Blind", ...

}  // namespace

Tone tone_of(Level level) {
  switch (level) {
    case Level::Low:
      return Tone::Low;
    case Level::Medium:
      return Tone::Medium;
    case Level::High:
      return Tone::High;
    case Level::Critical:
      return Tone::Critical;
  }
  return Tone::Plain;
}

std::string padded(std::string text, std::size_t width) {
  const auto columns = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

TextLine labelled(std::string label, std::string text, Tone tone) {
  return {{{padded(std::move(label), kLabel), tone}, {std::move(text), Tone::Plain}}, kLabel};
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
  std::string words = with_commas(count) + " ";
  if (count == 1) return words + std::string(one);
  return words + (many.empty() ? std::string(one) + "s" : std::string(many));
}

std::string joined(const std::vector<std::string>& parts) { return join(parts, " · "); }

/// "2021-07-28 15:28 → 08-02 09:50 UTC"
std::string window_words(const Tally& tally) {
  if (!tally.first()) return "no events with a time";
  const std::string first = format_iso(*tally.first()), last = format_iso(*tally.last());
  const bool same_year = first.substr(0, 4) == last.substr(0, 4);
  return first.substr(0, 10) + " " + first.substr(11, 5) + " → " +
         (same_year ? last.substr(5, 5) : last.substr(0, 10)) + " " + last.substr(11, 5) + " UTC";
}

TextLine read_line(const Tally& tally, const read::Coverage& read) {
  std::vector<std::string> parts = {plural(read.files_read, read.file_word())};
  std::string events = plural(tally.events(), "event");
  if (read.doubles > 0) {
    events += " (" + with_commas(read.doubles) + " more were doubles: left out)";
  }
  parts.push_back(std::move(events));
  parts.push_back(window_words(tally));
  if (const std::size_t accounts = tally.accounts().size(); accounts > 1) {
    parts.push_back(plural(accounts, "account"));
  }
  if (!read.complete()) parts.push_back("not all could be read, see below");
  return labelled("Read", joined(parts));
}

}  // namespace trailhound::findings
