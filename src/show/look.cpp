// SPDX-License-Identifier: Apache-2.0
#include "show/look.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace trailhound::show {
namespace {

constexpr std::size_t kNarrowest = 40;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool wants_colour(bool terminal, ColourWish wish) {
  if (wish != ColourWish::Auto) return wish == ColourWish::Always;
  if (const std::string_view forced = environment("CLICOLOR_FORCE"); !forced.empty()) {
    if (forced != "0") return true;
  }
  return terminal && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

std::optional<std::size_t> width_of_terminal(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return std::nullopt;
}

std::optional<std::size_t> width_asked_for() {
  const std::string_view text = environment("COLUMNS");
  std::size_t width = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), width);
  if (read.ec != std::errc() || width == 0) return std::nullopt;
  return width;
}

}  // namespace

std::string_view Look::begin(Ink ink) const {
  if (!colour) return {};
  switch (ink) {
    case Ink::Plain:
      return {};
    case Ink::Dim:
      return "\x1b[2m";
    case Ink::Title:
      return "\x1b[1m";
    case Ink::Number:
      return "\x1b[34m";
    case Ink::Good:
      return "\x1b[32m";
    case Ink::Low:
      return "\x1b[36m";
    case Ink::Medium:
      return "\x1b[33m";
    case Ink::High:
      return "\x1b[31m";
    case Ink::Critical:
      return "\x1b[1;31m";
  }
  return {};
}

std::string_view Look::end(Ink ink) const {
  return colour && ink != Ink::Plain ? std::string_view{"\x1b[0m"} : std::string_view{};
}

std::string Look::paint(Ink ink, std::string_view text) const {
  std::string painted(begin(ink));
  painted += text;
  painted += end(ink);
  return painted;
}

Look look_of(int descriptor, ColourWish wish) {
  Look look;
  look.terminal = isatty(descriptor) == 1;
  look.colour = wants_colour(look.terminal, wish);
  std::optional<std::size_t> width = width_of_terminal(descriptor);
  if (!width) width = width_asked_for();
  look.width = std::max(kNarrowest, width.value_or(look.width));
  return look;
}

}  // namespace trailhound::show
