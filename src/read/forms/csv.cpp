// SPDX-License-Identifier: Apache-2.0
//
// Tables that kept the event whole in one column: Splunk's _raw, Lake's eventJson, lookup-events'
// CloudTrailEvent, CloudWatch's @message. Other tables are not events any more.
#include <array>

#include "base/text.hpp"
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

constexpr std::array<std::string_view, 5> kColumns = {"_raw", "eventjson", "cloudtrailevent",
                                                      "@message", "event.original"};

class Rows final : public Rewrite {
 public:
  explicit Rows(std::size_t column) : column_(column) {}

  bool feed(std::string_view text, bool last, std::string& out) override {
    for (char c : text) {
      if (quoted_) {
        if (c == '"') {
          quoted_ = false;
          closed_ = true;
        } else {
          cell_ += c;
        }
        continue;
      }
      if (c == '"') {
        if (closed_) cell_ += '"';  // two quotes in quotes are one
        quoted_ = true;
        closed_ = false;
        continue;
      }
      closed_ = false;
      if (c == ',') {
        end_cell(out);
      } else if (c == '\n') {
        end_row(out);
      } else if (c != '\r') {
        cell_ += c;
      }
    }
    if (last) {
      const bool whole = !quoted_;
      end_row(out);
      return whole;
    }
    return true;
  }

 private:
  void end_cell(std::string& out) {
    if (header_done_ && number_ == column_ && !cell_.empty()) (out += cell_) += '\n';
    cell_.clear();
    ++number_;
  }
  void end_row(std::string& out) {
    end_cell(out);
    header_done_ = true;
    number_ = 0;
    closed_ = false;
  }
  std::size_t column_, number_ = 0;
  std::string cell_;
  bool quoted_ = false, closed_ = false, header_done_ = false;
};

std::unique_ptr<Rewrite> rewrite(std::string_view head) {
  const std::size_t end = head.find('\n');
  if (end == std::string_view::npos) return nullptr;
  const std::vector<std::string_view> names = split(trim(head.substr(0, end)), ',');
  for (std::string_view wanted : kColumns) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string_view name = trim(names[i]);
      if (name.size() >= 2 && name.front() == '"') name = name.substr(1, name.size() - 2);
      if (equal_without_case(name, wanted)) return std::make_unique<Rows>(i);
    }
  }
  return nullptr;
}

}  // namespace

Form describe_csv() {
  return {.name = "csv",
          .words = "a table with the whole event in a column (_raw, eventJson, CloudTrailEvent)",
          .list = "",
          .rewrite = rewrite};
}

}  // namespace trailhound::read
