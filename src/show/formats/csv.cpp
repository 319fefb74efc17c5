// SPDX-License-Identifier: Apache-2.0
//
// CSV after RFC 4180, lines ended by a line feed as other tools of Unix write them. Whoever is
// logged can choose what a cell holds, and CSV is opened in spreadsheets and printed on terminals:
//
// - Text that a spreadsheet takes for a formula (it begins with = + - @, their wide forms, a tab or
// a
//   line's end) gets a `'` in front, which spreadsheets do not show.
// - Cells that hold any separator a spreadsheet may be set to stand in quotes.
// - Characters that act on a terminal or hide are spelt out; tabs and line feeds stay.
//
// `--raw-csv` does none of the first and the third.
#include <array>

#include "show/value.hpp"
#include "show/visible.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

bool is_formula(std::string_view text) {
  constexpr std::string_view kStarts = "=+-@\t\r\n";
  if (text.empty()) return false;
  if (kStarts.find(text.front()) != std::string_view::npos) return true;
  constexpr std::array<std::string_view, 4> kWide = {"＝", "＋", "－", "＠"};
  for (const std::string_view start : kWide) {
    if (text.starts_with(start)) return true;
  }
  return false;
}

bool needs_quotes(std::string_view text) {
  return text.find_first_of("\",;|\t\r\n") != std::string_view::npos ||
         (!text.empty() && (text.front() == ' ' || text.back() == ' ' || text.front() == '\''));
}

void append_cell(Buffer& out, std::string_view text) {
  if (!needs_quotes(text)) return out.add(text);
  out.add('"');
  for (const char c : text) {
    if (c == '"') out.add('"');
    out.add(c);
  }
  out.add('"');
}

/// Visible text, but tabs and line feeds as they are: a quoted cell may hold them.
std::string fit(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n' && text[i] != '\t') continue;
    out += visible(text.substr(begin, i - begin));
    out.push_back(text[i]);
    begin = i + 1;
  }
  return out + visible(text.substr(begin));
}

class Csv final : public Writer {
 public:
  explicit Csv(const WriteOptions& options)
      : offset_(options.look.offset_minutes), raw_(options.raw_csv) {}

  Result<void> begin(const std::vector<engine::Column>& columns, Buffer& out) override {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out.add(',');
      append_text(out, columns[i].name);
    }
    out.add('\n');
    lone_ = columns.size() == 1;
    return {};
  }

  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      for (std::size_t column = 0; column < batch.columns(); ++column) {
        if (column > 0) out.add(',');
        append(out, batch.cell(column, row));
      }
      out.add('\n');
    }
  }

  void end(Buffer&) override {}

 private:
  void append(Buffer& out, const engine::Cell& cell) {
    if (cell.is_null()) {
      // Many readers take a line of nothing for no row at all.
      if (lone_) out.add("\"\"");
      return;
    }
    if (is_number(cell.kind())) return append_plain(out, cell, offset_);
    scratch_.clear();
    append_plain(scratch_, cell, offset_);
    append_text(out, scratch_.view());
  }

  void append_text(Buffer& out, std::string_view text) {
    if (text.empty()) return out.add("\"\"");  // NULL is nothing, empty text is a pair of quotes
    if (raw_) return append_cell(out, text);
    if (is_plain(text) && !is_formula(text)) return append_cell(out, text);
    append_cell(out, is_formula(text) ? "'" + fit(text) : fit(text));
  }

  Offset offset_;
  bool raw_;
  bool lone_ = false;
  Buffer scratch_;
};

}  // namespace

Format describe_csv() {
  return {.name = "csv",
          .summary = "comma-separated values, safe to open in a spreadsheet",
          .by_row = true,
          .make = [](const WriteOptions& options) -> std::unique_ptr<Writer> {
            return std::make_unique<Csv>(options);
          }};
}

}  // namespace trailhound::show
