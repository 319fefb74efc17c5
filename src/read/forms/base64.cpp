// SPDX-License-Identifier: Apache-2.0
//
// The payload of a CloudWatch Logs subscription as it stands in Kinesis and Lambda: base64 of gzip.
#include "base/json.hpp"
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

/// Each line becomes what Lambda would get, which the form `subscription` unpacks.
class Lines final : public Rewrite {
 public:
  bool feed(std::string_view text, bool last, std::string& out) override {
    rest_ += text;
    for (;;) {
      const std::size_t end = rest_.find('\n');
      if (end == std::string::npos && !last) return true;
      std::string line = rest_.substr(0, end);
      while (!line.empty() && line.back() == '\r') line.pop_back();
      if (!line.empty()) {
        out += "{\"awslogs\":{\"data\":";
        append_json_string(out, line);
        out += "}}\n";
      }
      if (end == std::string::npos) {
        rest_.clear();
        return true;
      }
      rest_.erase(0, end + 1);
    }
  }

 private:
  std::string rest_;
};

std::unique_ptr<Rewrite> rewrite(std::string_view head) {
  if (head.substr(0, 4) != "H4sI") return nullptr;
  return std::make_unique<Lines>();
}

}  // namespace

Form describe_base64() {
  return {.name = "base64",
          .words = "base64 of gzip, a line each, as subscriptions deliver to streams",
          .list = "",
          .rewrite = rewrite};
}

}  // namespace trailhound::read
