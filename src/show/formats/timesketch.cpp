// SPDX-License-Identifier: Apache-2.0
//
// JSON lines as Timesketch imports them: `message`, `datetime` and `timestamp_desc`, then the
// columns. Its search index wants one kind of value under a name for ever, so structs are laid out
// flat (`useridentity_type`), and lists, maps and JSON documents are text.
#include <array>
#include <optional>

#include "base/text.hpp"
#include "show/value.hpp"
#include "show/writer.hpp"

namespace trailhound::show {
namespace {

using engine::Cell;
using engine::Kind;

/// A part of the message: the words before it, and the columns that may give it, best first.
struct Part {
  std::string_view before;
  std::array<std::string_view, 3> columns;
};
constexpr std::array<Part, 6> kParts = {{
    {"", {"title", "hunt", ""}},
    {"", {"action", "eventname", ""}},
    {" by ", {"principal", "useridentity", "actor"}},
    {" from ", {"sourceipaddress", "sourceip", "source"}},
    {" on ", {"target", "eventsource", ""}},
    {": ", {"errorcode", "outcome", ""}},
}};

class Timesketch final : public Writer {
 public:
  explicit Timesketch(Offset offset) : offset_(offset) {}

  Result<void> begin(const std::vector<engine::Column>& columns, Buffer&) override {
    names_ = distinct_names(columns);
    for (const std::string_view name : {"datetime", "ts", "eventtime"}) {
      if (!time_ && find(name)) time_ = find(name);
    }
    for (std::size_t i = 0; !time_ && i < columns.size(); ++i) {
      if (is_moment(columns[i].type.kind)) time_ = i;
    }
    if (time_) return {};
    return Error("no-time-column",
                 "`-t timesketch` needs the time of each row, and no column is one")
        .note("select `ts` or `eventtime` too");
  }

  void add(const engine::Batch& batch, Buffer& out) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) append_row(out, batch, row);
  }

  void end(Buffer&) override {}

  std::string remark() const override {
    if (untimed_ == 0) return {};
    return with_commas(untimed_) +
           (untimed_ == 1 ? " row has no time and was" : " rows have no time and were") +
           " left out: Timesketch cannot place them";
  }

 private:
  std::optional<std::size_t> find(std::string_view name) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (equal_without_case(names_[i], name)) return i;
    }
    return std::nullopt;
  }

  static std::optional<Time> time_of(const Cell& cell) {
    if (cell.is_null()) return std::nullopt;
    if (is_moment(cell.kind())) return cell.time();
    if (cell.kind() == Kind::Text) return parse_event_time(cell.text());
    return std::nullopt;
  }

  void append_row(Buffer& out, const engine::Batch& batch, std::size_t row) {
    const std::optional<Time> time = time_of(batch.cell(*time_, row));
    if (!time) {
      ++untimed_;
      return;
    }
    out.add("{\"message\":");
    append_json_text(out, message(batch, row));
    out.add(",\"datetime\":\"");
    append_iso_time(out, *time, 0);
    out.add("\",\"timestamp_desc\":");
    const std::string& name = names_[*time_];
    const bool usual = name == "ts" || name == "eventtime" || name == "datetime";
    append_json_text(out, usual ? std::string_view{"Event Time"} : std::string_view{name});
    for (std::size_t column = 0; column < names_.size(); ++column) {
      const std::string& key = names_[column];
      if (key == "message" || key == "datetime" || key == "timestamp_desc") continue;
      append_member(out, key, batch.cell(column, row));
    }
    out.add("}\n");
  }

  void append_member(Buffer& out, const std::string& key, const Cell& cell) {
    if (cell.is_null()) return;
    if (cell.kind() == Kind::Struct) {
      for (std::size_t i = 0; i < cell.size(); ++i) {
        append_member(out, key + "_" + cell.type().members[i].name, cell.child(i));
      }
      return;
    }
    out.add(',');
    append_json_text(out, key);
    out.add(':');
    if (cell.kind() == Kind::List || cell.kind() == Kind::Map || cell.kind() == Kind::Json) {
      scratch_.clear();
      append_json(scratch_, cell, offset_);
      append_json_text(out, scratch_.view());
    } else {
      append_json(out, cell, offset_);
    }
  }

  std::string message(const engine::Batch& batch, std::size_t row) {
    if (const auto own = find("message")) return plain(batch.cell(*own, row));
    std::string text;
    for (const Part& part : kParts) {
      for (const std::string_view name : part.columns) {
        const std::optional<std::size_t> column = name.empty() ? std::nullopt : find(name);
        const std::string value = column ? plain(batch.cell(*column, row)) : std::string{};
        if (value.empty()) continue;
        if (text.empty() && !part.before.empty()) break;  // needs something to be said of
        text += text.empty() ? "" : part.before.empty() ? std::string_view{": "} : part.before;
        text += value;
        break;
      }
    }
    if (!text.empty()) return text;
    for (std::size_t column = 0; column < names_.size(); ++column) {
      const std::string value = plain(batch.cell(column, row));
      if (column == *time_ || value.empty()) continue;
      text += (text.empty() ? "" : ", ") + names_[column] + "=" + value;
    }
    return text.empty() ? "a row with nothing but its time" : text;
  }

  /// The text of a value; of a struct such as `useridentity`, what names somebody best.
  std::string plain(const Cell& cell) {
    if (cell.is_null()) return {};
    if (cell.kind() == Kind::Struct) {
      for (const std::string_view name : {"arn", "username", "invokedby", "type"}) {
        for (std::size_t i = 0; i < cell.size(); ++i) {
          const Cell member = cell.child(i);
          if (cell.type().members[i].name == name && !member.is_null()) return plain(member);
        }
      }
      return {};
    }
    scratch_.clear();
    append_plain(scratch_, cell, offset_);
    return std::string(scratch_.view());
  }

  Offset offset_;
  std::vector<std::string> names_;
  std::optional<std::size_t> time_;
  std::uint64_t untimed_ = 0;
  Buffer scratch_;
};

}  // namespace

Format describe_timesketch() {
  return {.name = "timesketch",
          .summary = "JSON lines that Timesketch imports: needs `ts` or `eventtime`",
          .make = [](const WriteOptions& options) -> std::unique_ptr<Writer> {
            return std::make_unique<Timesketch>(options.look.offset_minutes);
          }};
}

}  // namespace trailhound::show
