// SPDX-License-Identifier: Apache-2.0
#include "show/drawn.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "show/value.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

/// Takes the next piece that no line may break: a character with its marks, or a whole spelling.
std::string_view take_piece(std::string_view& text) {
  std::size_t size = 0;
  if (text.front() == kOpen) {
    size = text.find(kClose) + 1;
  } else {
    std::string_view rest = text;
    take_utf8(rest);
    while (!rest.empty() && rest.front() != kOpen) {
      std::string_view after = rest;
      if (width_of(take_utf8(after)) > 0) break;
      rest = after;
    }
    size = text.size() - rest.size();
  }
  const std::string_view piece = text.substr(0, size);
  text.remove_prefix(size);
  return piece;
}

bool may_break_after(std::string_view piece) {
  return piece.size() == 1 &&
         std::string_view(" ,;:/=&|-_.}])").find(piece.front()) != std::string_view::npos;
}

}  // namespace

Drawn draw(const engine::Cell& cell, const engine::Column& column, const Look& look) {
  if (cell.is_null()) return {"-", Ink::Dim};
  if (cell.kind() == engine::Kind::Text) {
    return {marked(cell.text()), ink_of(column.name, cell.text())};
  }
  Buffer text;
  append_plain(text, cell, look.offset_minutes);
  return {marked(text.view()), Ink::Plain};
}

Ink ink_of(std::string_view column, std::string_view text) {
  if (column == "level") {
    if (equal_without_case(text, "critical")) return Ink::Critical;
    if (equal_without_case(text, "high")) return Ink::High;
    if (equal_without_case(text, "medium")) return Ink::Medium;
    if (equal_without_case(text, "low")) return Ink::Low;
  }
  if (column == "errorcode") return Ink::High;
  if (column == "outcome" && (text == "denied" || text == "error")) return Ink::High;
  if (column == "outcome" && text == "throttled") return Ink::Medium;
  return Ink::Plain;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line, tail;  // `tail` stands behind the last place where the line may break
  std::size_t line_width = 0, tail_width = 0;
  const auto close_line = [&] {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines.push_back(std::move(line));
    line.clear();
    line_width = 0;
  };
  while (!text.empty()) {
    const std::string_view piece = take_piece(text);
    const std::size_t piece_width = width_of(piece);
    if (line_width + tail_width + piece_width > width) {
      if (piece == " " && line_width + tail_width > 0) {
        line += tail;
        tail.clear();
        tail_width = 0;
        close_line();
        continue;
      }
      if (line_width == 0) {
        line = std::move(tail);
        tail.clear();
        tail_width = 0;
      }
      if (!line.empty()) close_line();
    }
    tail += piece;
    tail_width += piece_width;
    if (may_break_after(piece)) {
      line += tail;
      line_width += tail_width;
      tail.clear();
      tail_width = 0;
    }
  }
  line += tail;
  if (!line.empty() || lines.empty()) close_line();
  return lines;
}

void append_painted(Buffer& out, std::string_view text, Ink ink, const Look& look) {
  out.add(look.begin(ink));
  while (!text.empty()) {
    const std::size_t open = text.find(kOpen);
    out.add(text.substr(0, open));
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find(kClose, open);
    out.add(look.end(ink));
    out.add(look.begin(Ink::Dim));
    out.add(text.substr(open + 1, close - open - 1));
    out.add(look.end(Ink::Dim));
    out.add(look.begin(ink));
    if (close == std::string_view::npos) break;
    text.remove_prefix(close + 1);
  }
  out.add(look.end(ink));
}

}  // namespace trailhound::show
