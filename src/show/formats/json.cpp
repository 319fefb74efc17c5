// SPDX-License-Identifier: Apache-2.0
#include "show/objects.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

class JsonArray final : public Writer {
 public:
  explicit JsonArray(Offset offset) : offset_(offset) {}
  Result<void> begin(const std::vector<engine::Column>& columns, Buffer& out) override {
    objects_ = Objects(columns, offset_);
    out.add('[');
    return {};
  }
  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      out.add(any_ ? ",\n " : "");
      any_ = true;
      objects_.append(out, batch, row);
    }
  }
  void end(Buffer& out) override { out.add("]\n"); }

 private:
  Offset offset_;
  Objects objects_;
  bool any_ = false;
};

}  // namespace

Format describe_json() {
  return {.name = "json",
          .summary = "one array of objects, a row each",
          .make = [](const WriteOptions& options) -> std::unique_ptr<Writer> {
            return std::make_unique<JsonArray>(options.look.offset_minutes);
          }};
}

}  // namespace trailhound::show
