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
         std::string_view(",;:/=&|-_.}])").find(piece.front()) != std::string_view::npos;
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
  struct Piece {
    std::string_view text;
    std::size_t width;
  };
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const std::string_view piece = take_piece(text);
    pieces.push_back({piece, width_of(piece)});
  }
  std::vector<std::string> lines;
  std::size_t begin = 0;
  do {
    // How far the line reaches, and the last places where it may end.
    std::size_t end = begin, at = 0, blank = begin, mark = begin, width_at_blank = 0;
    while (end < pieces.size() && (at + pieces[end].width <= width || end == begin)) {
      at += pieces[end].width;
      if (pieces[end].text == " ") {
        blank = end;
        width_at_blank = at;
      }
      if (may_break_after(pieces[end].text)) mark = end + 1;
      ++end;
    }
    std::size_t next = end;
    if (end < pieces.size()) {
      if (pieces[end].text == " ") {
        next = end + 1;  // the blank falls away with the line's end
      } else if (blank > begin && (width_at_blank > width / 2 || mark <= blank + 1)) {
        end = blank;
        next = blank + 1;
      } else if (mark > begin) {
        end = next = mark;
      }
    }
    std::string line;
    for (std::size_t i = begin; i < end; ++i) line += pieces[i].text;
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines.push_back(std::move(line));
    begin = next;
  } while (begin < pieces.size());
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
