// SPDX-License-Identifier: Apache-2.0
#include "show/problem.hpp"

#include <algorithm>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "show/buffer.hpp"
#include "show/value.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

constexpr std::size_t kTab = 4;

std::size_t begin_of_line(std::string_view text, std::size_t offset) {
  const std::size_t feed = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return feed == std::string_view::npos ? 0 : feed + 1;
}

std::size_t end_of_line(std::string_view text, std::size_t offset) {
  return std::min(text.find('\n', offset), text.size());
}

/// A character of a line as it is shown.
struct Shape {
  std::size_t begin;   ///< Byte in the text
  std::size_t column;  ///< From 0
  std::string text;
  std::size_t width;
};

/// One line of the text, laid out for the screen: where each byte of it comes to stand.
class LineLayout {
 public:
  LineLayout(std::string_view text, std::size_t begin, std::size_t end) : end_(end) {
    std::string_view rest = text.substr(begin, end - begin);
    while (!rest.empty()) {
      const std::size_t at = end - rest.size();
      std::string_view after = rest;
      take_utf8(after);
      const std::string_view bytes = rest.substr(0, rest.size() - after.size());
      rest = after;
      std::string shown = bytes == "\t" ? std::string(kTab - width_ % kTab, ' ') : visible(bytes);
      if (bytes == "\r" && rest.empty()) shown.clear();
      const std::size_t width = width_of(shown);
      shapes_.push_back({at, width_, std::move(shown), width});
      width_ += width;
    }
  }

  std::size_t width() const { return width_; }

  /// The column where the byte at `offset` stands, or would.
  std::size_t column_of(std::size_t offset) const {
    if (offset >= end_) return width_;
    for (auto shape = shapes_.rbegin(); shape != shapes_.rend(); ++shape) {
      if (shape->begin <= offset) return shape->column;
    }
    return 0;
  }

  /// The columns `from` to `to`, with marks where something is left out.
  std::string part(std::size_t from, std::size_t to) const {
    std::string shown;
    for (const Shape& shape : shapes_) {
      if (shape.column >= from && shape.column + shape.width <= to) shown += shape.text;
    }
    return shown;
  }

 private:
  std::size_t end_;
  std::vector<Shape> shapes_;
  std::size_t width_ = 0;
};

/// What an excerpt shows of a line that is too long: the part around the label.
struct Window {
  std::size_t from, to;
};

Window window_around(std::size_t column, std::size_t width, std::size_t room) {
  if (width <= room) return {0, width};
  const std::size_t before = room / 3;
  const std::size_t from = std::min(column > before ? column - before : 0, width - room);
  return {from, from + room};
}

class Excerpt {
 public:
  Excerpt(const Error& error, std::string_view text, const Look& look)
      : error_(error), text_(text), look_(look) {
    for (const Label& label : error.labels) {
      gutter_ = std::max(gutter_, std::to_string(place_of(text, label.span.begin).line).size());
    }
  }

  std::size_t gutter() const { return gutter_; }

  std::string draw() {
    std::string out = bar() + "\n";
    for (std::size_t i = 0; i < error_.labels.size(); ++i) {
      const Label& label = error_.labels[i];
      const std::size_t line = place_of(text_, label.span.begin).line;
      if (line != shown_line_) out += source_line(label, line);
      out += marks(label, i == 0);
    }
    return out;
  }

 private:
  std::string bar() const { return std::string(gutter_ + 1, ' ') + look_.paint(Ink::Number, "|"); }

  std::string source_line(const Label& label, std::size_t line) {
    const std::size_t at = std::min<std::size_t>(label.span.begin, text_.size());
    const LineLayout layout = layout_at(at);
    const std::size_t room = look_.width > gutter_ + 13 ? look_.width - gutter_ - 5 : 8;
    window_ = window_around(layout.column_of(at), layout.width(), room);
    shown_line_ = line;
    const std::string number = std::to_string(line);
    std::string out = std::string(gutter_ - number.size(), ' ');
    out += look_.paint(Ink::Number, number + " |") + " ";
    if (window_.from > 0) out += look_.paint(Ink::Dim, "…");
    out += layout.part(window_.from, window_.to);
    if (window_.to < layout.width()) out += look_.paint(Ink::Dim, "…");
    return out + "\n";
  }

  std::string marks(const Label& label, bool primary) const {
    const std::size_t begin = std::min<std::size_t>(label.span.begin, text_.size());
    const std::size_t end = std::clamp<std::size_t>(label.span.end, begin, text_.size());
    const LineLayout layout = layout_at(begin);
    const std::size_t from = std::clamp(layout.column_of(begin), window_.from, window_.to);
    const std::size_t to = std::clamp(layout.column_of(end), from, window_.to);
    const std::string carets(std::max<std::size_t>(1, to - from), primary ? '^' : '-');
    std::string words = carets;
    if (!label.text.empty()) words += " " + visible(label.text);
    std::string out = bar() + std::string(from - window_.from + (window_.from > 0 ? 2 : 1), ' ');
    return out + look_.paint(primary ? Ink::Critical : Ink::Number, words) + "\n";
  }

  LineLayout layout_at(std::size_t offset) const {
    return {text_, begin_of_line(text_, offset), end_of_line(text_, offset)};
  }

  const Error& error_;
  std::string_view text_;
  const Look& look_;
  std::size_t gutter_ = 1;
  std::size_t shown_line_ = 0;
  Window window_{0, 0};
};

/// Made visible line by line: a message may have several, and each is indented.
std::string in_lines(std::string_view text, std::size_t indent) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (!out.empty()) out += "\n" + std::string(indent, ' ');
    out += visible(line);
  }
  return out;
}

std::string where(const Error& error, std::string_view text) {
  std::string out = visible(error.source.empty() ? "query" : error.source);
  const std::size_t offset = error.labels.front().span.begin;
  if (text.empty()) return out + ", byte " + with_commas(offset);
  const Place place = place_of(text, offset);
  return out + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

/// The part of the mended text around its first edit.
std::string mended_excerpt(const Fix& fix, std::string_view text) {
  constexpr std::size_t kBefore = 30, kBehind = 50;
  const std::string whole = apply(text, fix.edits);
  const auto first = std::min_element(
      fix.edits.begin(), fix.edits.end(),
      [](const Edit& one, const Edit& other) { return one.span.begin < other.span.begin; });
  const std::size_t at = first->span.begin;
  const std::size_t begin = begin_of_line(whole, at), end = end_of_line(whole, at);
  const LineLayout layout(whole, begin, end);
  const std::size_t column = layout.column_of(at);
  const std::size_t from = column > kBefore ? column - kBefore : 0;
  const std::size_t to = std::min(layout.width(), column + kBehind);
  return (from > 0 ? "…" : "") + std::string(trim(layout.part(from, to))) +
         (to < layout.width() ? "…" : "");
}

bool spans_fit(const Error& error, std::string_view text) {
  return std::all_of(error.labels.begin(), error.labels.end(),
                     [&](const Label& label) { return label.span.begin <= text.size(); });
}

}  // namespace

Place place_of(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  Place place;
  place.line += static_cast<std::size_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  std::string_view before = text.substr(0, offset).substr(begin_of_line(text, offset));
  for (; !before.empty(); ++place.column) take_utf8(before);
  return place;
}

std::string problem_text(const Error& error, Severity severity, std::string_view text,
                         const Look& look) {
  const bool failed = severity == Severity::Error;
  std::string out =
      look.paint(failed ? Ink::Critical : Ink::Medium,
                 std::string(failed ? "error" : "warning") + "[" + std::string(error.code()) + "]");
  out += ": " + in_lines(error.message, 4) + "\n";
  std::size_t indent = 2;
  if (!error.labels.empty() && (!text.empty() || !error.source.empty())) {
    const bool drawn = !text.empty() && spans_fit(error, text);
    Excerpt excerpt(error, text, look);
    indent = drawn ? excerpt.gutter() + 1 : indent;
    out += std::string(drawn ? excerpt.gutter() : 1, ' ') + look.paint(Ink::Number, "-->") + " " +
           where(error, drawn ? text : std::string_view{}) + "\n";
    if (drawn) out += excerpt.draw();
  }
  const auto point = [&](Ink ink, std::string_view word, const std::string& words) {
    out += std::string(indent, ' ') + look.paint(Ink::Number, "=") + " " + look.paint(ink, word) +
           words + "\n";
  };
  for (const std::string& note : error.notes) point(Ink::Plain, "", in_lines(note, indent + 2));
  if (error.fix) {
    point(Ink::Good, failed ? "fix: " : "mended: ", in_lines(error.fix->title, indent + 2));
    if (!failed && !error.fix->edits.empty() && !text.empty()) {
      point(Ink::Good, "read as: ", mended_excerpt(*error.fix, text));
    }
  }
  if (failed) point(Ink::Dim, "more: ", "trailhound help " + std::string(error.code()));
  return out;
}

std::string problem_json(const Error& error, Severity severity, std::string_view text) {
  Buffer out;
  const auto member = [&](std::string_view name, std::string_view value) {
    append_json_text(out, name);
    out.add(':');
    append_json_text(out, value);
    out.add(',');
  };
  out.add('{');
  member("severity", severity == Severity::Error ? "error" : "warning");
  member("code", error.code());
  member("message", error.message);
  constexpr std::string_view kBlames[] = {"request", "input", "engine", "us"};
  member("blame", kBlames[static_cast<std::size_t>(error.blame())]);
  member("source", error.source);
  out.add("\"labels\":[");
  for (const Label& label : error.labels) {
    if (&label != &error.labels.front()) out.add(',');
    const Place place = place_of(text, label.span.begin);
    out.add("{\"begin\":" + std::to_string(label.span.begin) +
            ",\"end\":" + std::to_string(label.span.end) + ",");
    if (!text.empty()) {
      out.add("\"line\":" + std::to_string(place.line) +
              ",\"column\":" + std::to_string(place.column) + ",");
    }
    out.add("\"text\":");
    append_json_text(out, label.text);
    out.add('}');
  }
  out.add("],\"notes\":[");
  for (const std::string& note : error.notes) {
    if (&note != &error.notes.front()) out.add(',');
    append_json_text(out, note);
  }
  out.add("],\"fix\":");
  if (error.fix) {
    out.add('{');
    member("title", error.fix->title);
    member("certainty", error.fix->certainty == Certainty::Sure ? "sure" : "guess");
    out.add("\"edits\":[");
    for (const Edit& edit : error.fix->edits) {
      if (&edit != &error.fix->edits.front()) out.add(',');
      out.add("{\"begin\":" + std::to_string(edit.span.begin) +
              ",\"end\":" + std::to_string(edit.span.end) + ",\"text\":");
      append_json_text(out, edit.text);
      out.add('}');
    }
    out.add("]}");
  } else {
    out.add("null");
  }
  out.add("}\n");
  return std::string(out.view());
}

}  // namespace trailhound::show
