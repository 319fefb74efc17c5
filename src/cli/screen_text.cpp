// SPDX-License-Identifier: Apache-2.0
#include "cli/screen_text.hpp"

#include <algorithm>

#include "show/visible.hpp"

namespace trailhound::cli {
namespace {

constexpr std::size_t kLeastRoom = 20;  // columns behind the indent, or wrapping helps nobody

show::Ink ink_of(findings::Tone tone) {
  switch (tone) {
    case findings::Tone::Plain:
      return show::Ink::Plain;
    case findings::Tone::Dim:
      return show::Ink::Dim;
    case findings::Tone::Title:
      return show::Ink::Title;
    case findings::Tone::Low:
      return show::Ink::Low;
    case findings::Tone::Medium:
      return show::Ink::Medium;
    case findings::Tone::High:
      return show::Ink::High;
    case findings::Tone::Critical:
      return show::Ink::Critical;
  }
  return show::Ink::Plain;
}

/// Writes one line, going over to a next one between words.
class LineWriter {
 public:
  LineWriter(const show::Look& look, std::size_t hang, std::string& out)
      : look_(look),
        hang_(hang),
        out_(out),
        wraps_(look.terminal && look.width > hang + kLeastRoom) {}

  void write(std::string_view visible, show::Ink ink) {
    if (!wraps_) {
      out_ += look_.paint(ink, visible);
      return;
    }
    while (!visible.empty()) {
      std::size_t end = visible.find_first_not_of(' ');
      end = end == std::string_view::npos ? visible.size() : visible.find(' ', end);
      const std::string_view word = visible.substr(0, end);
      visible.remove_prefix(word.size());
      put(word, ink);
    }
  }

 private:
  void put(std::string_view word, show::Ink ink) {
    const std::size_t width = show::width_of(word);
    if (at_ + width > look_.width && at_ > hang_) {
      out_ += "\n" + std::string(hang_, ' ');
      at_ = hang_;
      word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
      out_ += look_.paint(ink, word);
      at_ += show::width_of(word);
      return;
    }
    out_ += look_.paint(ink, word);
    at_ += width;
  }

  const show::Look& look_;
  std::size_t hang_;
  std::string& out_;
  bool wraps_;
  std::size_t at_ = 0;
};

}  // namespace

std::string screen_text(const findings::Screen& screen, const show::Look& look) {
  std::string text;
  for (const findings::TextLine& line : screen) {
    LineWriter writer(look, line.hang, text);
    for (const findings::Piece& piece : line.pieces) {
      writer.write(show::visible(piece.text), ink_of(piece.tone));
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    text += '\n';
  }
  return text;
}

}  // namespace trailhound::cli
