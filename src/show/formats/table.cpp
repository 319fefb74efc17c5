// SPDX-License-Identifier: Apache-2.0
//
// The table that a person reads. The first rows are kept back to learn how wide the columns are;
// then rows go out as they come, and a later value that is wider wraps. What fits is never wrapped;
// what does not shares the line by giving the widest columns the least of what they want. Where
// that would cut columns to stumps, or take more lines than a field a line, each row is shown a
// field a line instead, and the remark says so. Nothing is ever cut off.
#include <algorithm>
#include <numeric>

#include "show/drawn.hpp"
#include "show/value.hpp"
#include "show/visible.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

constexpr std::size_t kLookAhead = 500;  ///< Rows that decide the widths
constexpr std::size_t kNarrowest = 12;   ///< A column of text is not cut narrower than this
constexpr std::size_t kGap = 2;          ///< Blanks between columns

using DrawnRow = std::vector<Drawn>;

struct ColumnPlan {
  std::vector<std::string> title;  ///< Lines of the heading
  std::size_t width = 0;
  bool right = false;  ///< Aligned at the right
  bool breaks = true;  ///< May wrap
};

class Table final : public Writer {
 public:
  explicit Table(const Look& look) : look_(look) {}

  Result<void> begin(const std::vector<engine::Column>& columns, Buffer&) override {
    columns_ = columns;
    for (const engine::Column& column : columns) {
      const engine::Kind kind = column.type.kind;
      names_.push_back(marked(column.name));
      plan_.push_back({.right = is_number(kind),
                       .breaks = !is_number(kind) && !is_moment(kind) &&
                                 kind != engine::Kind::Boolean && kind != engine::Kind::Date});
    }
    return {};
  }

  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      DrawnRow drawn;
      drawn.reserve(columns_.size());
      for (std::size_t column = 0; column < columns_.size(); ++column) {
        drawn.push_back(draw(batch.cell(column, row), columns_[column], look_));
      }
      if (decided_) {
        append_row(out, drawn);
      } else {
        kept_.push_back(std::move(drawn));
        if (kept_.size() >= kLookAhead) decide(out);
      }
    }
  }

  void end(Buffer& out) override {
    if (!decided_) decide(out);
  }

  std::string remark() const override {
    if (!by_field_ || rows_ == 0) return {};
    return std::to_string(columns_.size()) +
           (columns_.size() == 1 ? " column does" : " columns do") + " not fit into " +
           std::to_string(look_.width) + " characters: each row is shown a field a line";
  }

 private:
  void decide(Buffer& out) {
    by_field_ = !share_the_line() || lines_as_table() > lines_by_field();
    if (!by_field_) append_heading(out);
    for (const DrawnRow& row : kept_) append_row(out, row);
    kept_.clear();
    decided_ = true;
  }

  /// Gives every column its width. False if some would become stumps.
  bool share_the_line() {
    std::size_t fixed = columns_.empty() ? 0 : kGap * (columns_.size() - 1);
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      std::size_t width = width_of(names_[i]);
      for (const DrawnRow& row : kept_) width = std::max(width, width_of(row[i].text));
      plan_[i].width = width;
      if (plan_[i].breaks) {
        wanted.push_back(width);
      } else {
        fixed += width;
      }
    }
    const std::size_t all = std::accumulate(wanted.begin(), wanted.end(), fixed);
    if (all > look_.width) {
      const std::size_t most =
          fixed > look_.width ? 0 : widest_that_fits(wanted, look_.width - fixed);
      if (most < kNarrowest) return false;
      std::size_t spare = look_.width - fixed;
      for (const std::size_t width : wanted) spare -= std::min(width, most);
      for (ColumnPlan& column : plan_) {
        if (!column.breaks || column.width <= most) continue;
        column.width = most + (spare > 0 ? 1 : 0);
        if (spare > 0) --spare;
      }
    }
    for (std::size_t i = 0; i < columns_.size(); ++i)
      plan_[i].title = wrap(names_[i], plan_[i].width);
    return true;
  }

  /// The largest width such that columns cut to it fit into `room` together.
  static std::size_t widest_that_fits(const std::vector<std::size_t>& wanted, std::size_t room) {
    std::size_t low = 0, high = room;
    while (low < high) {
      const std::size_t middle = (low + high + 1) / 2;
      std::size_t sum = 0;
      for (const std::size_t width : wanted) sum += std::min(width, middle);
      (sum <= room ? low : high) = sum <= room ? middle : middle - 1;
    }
    return low;
  }

  std::size_t lines_as_table() const {
    std::size_t lines = 0;
    for (const DrawnRow& row : kept_) {
      std::size_t most = 1;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::size_t width = std::max<std::size_t>(1, plan_[i].width);
        most = std::max(most, (width_of(row[i].text) + width - 1) / width);
      }
      lines += most;
    }
    return lines;
  }

  std::size_t lines_by_field() const {
    std::size_t lines = 0;
    for (const DrawnRow& row : kept_) {
      lines += 2;
      for (const Drawn& value : row) lines += width_of(value.text) / width_of_values() + 1;
    }
    return lines;
  }

  std::size_t width_of_names() const {
    std::size_t width = 0;
    for (const std::string& name : names_) width = std::max(width, width_of(name));
    return std::min(width, look_.width / 2);
  }
  std::size_t width_of_values() const { return look_.width - width_of_names() - kGap; }

  void append_heading(Buffer& out) {
    std::size_t height = 1;
    for (const ColumnPlan& column : plan_) height = std::max(height, column.title.size());
    for (std::size_t line = 0; line < height; ++line) {
      std::size_t owed = 0;
      for (const ColumnPlan& column : plan_) {
        // Short titles stand on the rule, not under the ceiling.
        const std::size_t above = height - column.title.size();
        const std::string_view text =
            line < above ? std::string_view{} : std::string_view{column.title[line - above]};
        append_aligned(out, text, Ink::Title, column, owed);
      }
      out.add('\n');
    }
    out.add(look_.begin(Ink::Dim));
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      if (i > 0) out.add(kGap, ' ');
      for (std::size_t dash = 0; dash < plan_[i].width; ++dash) out.add("─");
    }
    out.add(look_.end(Ink::Dim));
    out.add('\n');
  }

  void append_row(Buffer& out, const DrawnRow& row) {
    ++rows_;
    if (by_field_) return append_fields(out, row);
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (plan_[i].breaks && width_of(row[i].text) > plan_[i].width) {
        lines.push_back(wrap(row[i].text, plan_[i].width));
      } else {
        lines.push_back({row[i].text});
      }
      height = std::max(height, lines.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
      std::size_t owed = 0;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string_view text =
            line < lines[i].size() ? std::string_view{lines[i][line]} : std::string_view{};
        append_aligned(out, text, row[i].ink, plan_[i], owed);
      }
      out.add('\n');
    }
  }

  /// Appends one line of a cell. Blanks are `owed` until more follows: no line ends in blanks.
  void append_aligned(Buffer& out, std::string_view text, Ink ink, const ColumnPlan& column,
                      std::size_t& owed) {
    const std::size_t width = width_of(text);
    const std::size_t padding = column.width > width ? column.width - width : 0;
    if (text.empty()) {
      owed += padding + kGap;
      return;
    }
    out.add(owed + (column.right ? padding : 0), ' ');
    append_painted(out, text, ink, look_);
    owed = kGap + (column.right ? 0 : padding);
  }

  void append_fields(Buffer& out, const DrawnRow& row) {
    const std::string title = "── row " + std::to_string(rows_) + " ";
    out.add(look_.begin(Ink::Dim));
    out.add(title);
    for (std::size_t at = width_of(title); at < look_.width; ++at) out.add("─");
    out.add(look_.end(Ink::Dim));
    out.add('\n');
    const std::size_t names = width_of_names();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::vector<std::string> lines = wrap(row[i].text, width_of_values());
      for (std::size_t line = 0; line < lines.size(); ++line) {
        if (line == 0) {
          append_painted(out, names_[i], Ink::Title, look_);
          const std::size_t width = width_of(names_[i]);
          if (lines[0].empty()) break;
          out.add(kGap + (width < names ? names - width : 0), ' ');
        } else {
          out.add(names + kGap, ' ');
        }
        append_painted(out, lines[line], row[i].ink, look_);
        if (line + 1 < lines.size()) out.add('\n');
      }
      out.add('\n');
    }
  }

  Look look_;
  std::vector<engine::Column> columns_;
  std::vector<std::string> names_;
  std::vector<ColumnPlan> plan_;
  std::vector<DrawnRow> kept_;
  bool decided_ = false;
  bool by_field_ = false;
  std::uint64_t rows_ = 0;
};

}  // namespace

Format describe_table() {
  return {.name = "table",
          .summary = "columns that fit the terminal, or a field a line where they cannot (default)",
          .make = [](const WriteOptions& options) -> std::unique_ptr<Writer> {
            return std::make_unique<Table>(options.look);
          }};
}

}  // namespace trailhound::show
