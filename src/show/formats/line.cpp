// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "show/drawn.hpp"
#include "show/visible.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

/// `name  value`, a blank line between rows; no value is wrapped.
class Lines final : public Writer {
 public:
  explicit Lines(const Look& look) : look_(look) {}

  Result<void> begin(const std::vector<engine::Column>& columns, Buffer&) override {
    columns_ = columns;
    std::size_t widest = 0;
    for (const engine::Column& column : columns) {
      names_.push_back(marked(column.name));
      widest = std::max(widest, width_of(names_.back()));
    }
    for (const std::string& name : names_) gaps_.push_back(widest - width_of(name) + 2);
    return {};
  }

  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      if (any_) out.add('\n');
      any_ = true;
      for (std::size_t column = 0; column < columns_.size(); ++column) {
        const Drawn drawn = draw(batch.cell(column, row), columns_[column], look_);
        append_painted(out, names_[column], Ink::Title, look_);
        if (!drawn.text.empty()) out.add(gaps_[column], ' ');
        append_painted(out, drawn.text, drawn.ink, look_);
        out.add('\n');
      }
    }
  }

  void end(Buffer&) override {}

 private:
  Look look_;
  std::vector<engine::Column> columns_;
  std::vector<std::string> names_;
  std::vector<std::size_t> gaps_;
  bool any_ = false;
};

}  // namespace

Format describe_line() {
  return {.name = "line",
          .summary = "a field a line, a blank line between rows",
          .make = [](const WriteOptions& options) -> std::unique_ptr<Writer> {
            return std::make_unique<Lines>(options.look);
          }};
}

}  // namespace trailhound::show
