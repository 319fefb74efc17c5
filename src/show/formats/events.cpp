// SPDX-License-Identifier: Apache-2.0
//
// Events as they were delivered: the `eventjson` column alone, so that what a question found can be
// read again by any tool for CloudTrail, this one included.
#include "base/text.hpp"
#include "show/value.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

class Events final : public Writer {
 public:
  Result<void> begin(const std::vector<engine::Column>& columns, Buffer&) override {
    for (column_ = 0; column_ < columns.size(); ++column_) {
      if (equal_without_case(columns[column_].name, "eventjson")) return {};
    }
    return Error("no-event-column", "`-t events` writes the column `eventjson`, which is not here")
        .note("`select eventjson from cloudtrail where ...` has it");
  }
  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const engine::Cell cell = batch.cell(column_, row);
      if (cell.is_null()) continue;
      append_json_document(out, cell.text());
      out.add('\n');
    }
  }
  void end(Buffer&) override {}

 private:
  std::size_t column_ = 0;
};

}  // namespace

Format describe_events() {
  return {.name = "events",
          .summary = "the events themselves, one a line: the question must select `eventjson`",
          .make = [](const WriteOptions&) -> std::unique_ptr<Writer> {
            return std::make_unique<Events>();
          }};
}

}  // namespace trailhound::show
