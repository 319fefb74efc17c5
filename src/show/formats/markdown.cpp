// SPDX-License-Identifier: Apache-2.0
//
// A Markdown table. What is logged may hold markup, so every character that Markdown or HTML could
// act on is escaped, and what would turn into a link by itself is kept from it: a report must not
// show an intruder's link as one of its own.
#include "base/text.hpp"
#include "show/value.hpp"
#include "show/visible.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

std::string fit(std::string_view raw) {
  const std::string text = visible(raw);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '<') {
      out += "&lt;";
      continue;
    }
    if (c == '>') {
      out += "&gt;";
      continue;
    }
    if (c == '&') {
      out += "&amp;";
      continue;
    }
    const std::string_view rest = std::string_view(text).substr(i);
    const bool starts_link =
        rest.starts_with("://") ||
        (c == '.' && i >= 3 && equal_without_case(text.substr(i - 3, 3), "www"));
    if (starts_link || std::string_view("\\`*_[]|~#!$@").find(c) != std::string_view::npos) {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  return out;
}

class Markdown final : public Writer {
 public:
  explicit Markdown(Offset offset) : offset_(offset) {}

  Result<void> begin(const std::vector<engine::Column>& columns, Buffer& out) override {
    out.add('|');
    for (const engine::Column& column : columns) {
      out.add(' ');
      out.add(fit(column.name));
      out.add(" |");
    }
    out.add("\n|");
    for (const engine::Column& column : columns) {
      out.add(is_number(column.type.kind) ? " --: |" : " --- |");
    }
    out.add('\n');
    return {};
  }

  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      out.add('|');
      for (std::size_t column = 0; column < batch.columns(); ++column) {
        scratch_.clear();
        append_plain(scratch_, batch.cell(column, row), offset_);
        out.add(' ');
        if (!scratch_.empty()) {
          out.add(fit(scratch_.view()));
          out.add(' ');
        }
        out.add('|');
      }
      out.add('\n');
    }
  }

  void end(Buffer&) override {}

 private:
  Offset offset_;
  Buffer scratch_;
};

}  // namespace

Format describe_markdown() {
  return {.name = "markdown",
          .summary = "a Markdown table for a report, markup of the logs made harmless",
          .make = [](const WriteOptions& options) -> std::unique_ptr<Writer> {
            return std::make_unique<Markdown>(options.look.offset_minutes);
          }};
}

}  // namespace trailhound::show
