// SPDX-License-Identifier: Apache-2.0
//
// A CloudWatch Logs export task writes `2023-07-10T11:54:33.000Z {event}`, a line each.
#include "base/text.hpp"
#include "base/time.hpp"
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

class Lines final : public Rewrite {
 public:
  bool feed(std::string_view text, bool last, std::string& out) override {
    rest_ += text;
    std::size_t begin = 0;
    for (;;) {
      const std::size_t end = rest_.find('\n', begin);
      if (end == std::string::npos && !last) break;
      const std::string_view line = std::string_view(rest_).substr(
          begin, end == std::string::npos ? std::string::npos : end - begin);
      const std::size_t brace = line.find('{');
      if (brace != std::string_view::npos && parse_event_time(trim(line.substr(0, brace)))) {
        out += line.substr(brace);
      } else {
        out += line;  // the reader says what is wrong with it
      }
      out += '\n';
      if (end == std::string::npos) {
        rest_.clear();
        return true;
      }
      begin = end + 1;
    }
    rest_.erase(0, begin);
    return true;
  }

 private:
  std::string rest_;
};

std::unique_ptr<Rewrite> rewrite(std::string_view head) {
  const std::size_t brace = head.substr(0, 64).find('{');
  if (brace == std::string_view::npos || !parse_event_time(trim(head.substr(0, brace)))) {
    return nullptr;
  }
  return std::make_unique<Lines>();
}

}  // namespace

Form describe_export_lines() {
  return {.name = "export-lines",
          .words = "what a CloudWatch Logs export task writes: a time and an event a line",
          .list = "",
          .rewrite = rewrite};
}

}  // namespace trailhound::read
