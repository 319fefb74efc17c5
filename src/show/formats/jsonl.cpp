// SPDX-License-Identifier: Apache-2.0
#include "show/objects.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

class JsonLines final : public Writer {
 public:
  explicit JsonLines(Offset offset) : offset_(offset) {}
  Result<void> begin(const std::vector<engine::Column>& columns, Buffer&) override {
    objects_ = Objects(columns, offset_);
    return {};
  }
  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      objects_.append(out, batch, row);
      out.add('\n');
    }
  }
  void end(Buffer&) override {}

 private:
  Offset offset_;
  Objects objects_;
};

}  // namespace

Format describe_jsonl() {
  return {.name = "jsonl",
          .summary = "one JSON object a line, a row each",
          .by_row = true,
          .make = [](const WriteOptions& options) -> std::unique_ptr<Writer> {
            return std::make_unique<JsonLines>(options.look.offset_minutes);
          }};
}

}  // namespace trailhound::show
