// SPDX-License-Identifier: Apache-2.0
#include "ask/lake_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <utility>

#include "lake/layout.hpp"
#include "lake/parts_sql.hpp"

namespace trailhound::ask {

using event::Field;
using event::Kind;

/// One pass over the parts, shared by its readers.
class LakeEventsScan final : public event::EventScan {
 public:
  LakeEventsScan(LakeEvents& events, const event::ScanPlan& plan);
  std::unique_ptr<event::EventReader> reader() override;
  event::ScanProgress progress() const override { return {bytes_done_, bytes_total_, events_}; }
  void stop() override { stopped_ = true; }

  const std::vector<Field>& fields() const { return fields_; }
  /// The rows of the next parts; null when there are none, or one could not be read.
  std::unique_ptr<engine::Rows> next_rows();
  void fail(Error error);
  bool stopped() const { return stopped_; }
  void count(std::uint64_t events) { events_ += events; }

 private:
  LakeEvents& events_source_;
  event::ScanPlan plan_;
  std::vector<Field> fields_;  ///< Whose values are selected, in order
  std::string columns_;        ///< ... as SQL
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> bytes_done_{0}, events_{0};
  std::uint64_t bytes_total_ = 0;
};

namespace {

constexpr std::size_t kPartsAtOnce = 12;

/// `"useridentity"."arn"`, or what of it can be handed over.
std::string sql_of(Field field) {
  if (field == lake::kApart) return fmt::format("\"{}\"", lake::kApartColumn);
  std::string path;
  for (Field at = field; at != Field::Record; at = event::describe(at).parent) {
    path = fmt::format("\"{}\"{}{}", event::describe(at).sql_name, path.empty() ? "" : ".", path);
  }
  switch (event::describe(field).kind) {
    case Kind::Struct:
      return path + " IS NOT NULL";
    case Kind::Hash:
      return path + "::VARCHAR";  // an engine's integers have 63 bits
    default:
      return path;
  }
}

/// The fields to be selected: members of lists come with their list.
std::vector<Field> selected(const event::FieldSet& wanted) {
  std::vector<Field> fields;
  for (const event::FieldInfo& info : event::schema()) {
    const bool listed =
        info.parent != Field::Record && event::describe(info.parent).kind == Kind::List;
    bool wants = wanted.has(info.field);
    if (info.kind == Kind::List) {
      for (const Field member : event::members(info.field)) wants = wants || wanted.has(member);
    }
    if (wants && !listed) fields.push_back(info.field);
  }
  return fields;
}

void put_list(event::ColumnSink& sink, Field list, const engine::Cell& cell) {
  sink.present(list);
  const std::span<const Field> members = event::members(list);
  for (std::size_t i = 0; i < cell.size(); ++i) {
    sink.begin_element(list);
    const engine::Cell element = cell.child(i);
    if (element.is_null()) continue;
    for (std::size_t m = 0; m < members.size(); ++m) {
      const engine::Cell value = element.child(m);
      if (!value.is_null()) sink.put(members[m], value.text());
    }
  }
}

void put_value(event::ColumnSink& sink, Field field, const engine::Cell& cell) {
  if (cell.is_null()) return;
  switch (event::describe(field).kind) {
    case Kind::Text:
    case Kind::Json:
      return sink.put(field, cell.text());
    case Kind::Time:
      return sink.put_time(field, cell.time());
    case Kind::Hash: {
      std::uint64_t hash = 0;
      const std::string_view digits = cell.text();
      std::from_chars(digits.data(), digits.data() + digits.size(), hash);
      return sink.put_hash(field, hash);
    }
    case Kind::Struct:
      if (cell.boolean()) sink.present(field);
      return;
    case Kind::List:
      return put_list(sink, field, cell);
    case Kind::Map:
      sink.present(field);
      for (std::size_t i = 0; i < cell.size(); ++i) {
        const engine::Cell value = cell.child(i);
        if (!value.is_null()) sink.put_entry(field, cell.key(i).text(), value.text());
      }
      return;
  }
}

class LakeEventsReader final : public event::EventReader {
 public:
  explicit LakeEventsReader(LakeEventsScan& scan) : scan_(scan) {}

  std::size_t read(event::ColumnSink& sink, std::size_t most) override {
    std::size_t put = 0;
    while (put < most && !scan_.stopped()) {
      if (batch_ == nullptr || row_ == batch_->rows()) {
        if (!fetch()) break;
      }
      sink.begin_event();
      for (std::size_t i = 0; i < scan_.fields().size(); ++i) {
        put_value(sink, scan_.fields()[i], batch_->cell(i, row_));
      }
      sink.end_event();
      ++row_;
      ++put;
    }
    scan_.count(put);
    return put;
  }

 private:
  bool fetch() {
    for (;;) {
      if (rows_ == nullptr && (rows_ = scan_.next_rows()) == nullptr) return false;
      Result<const engine::Batch*> batch = rows_->next();
      if (!batch.ok()) {
        scan_.fail(std::move(batch).error());
        return false;
      }
      batch_ = *batch;
      row_ = 0;
      if (batch_ != nullptr) return true;
      rows_ = nullptr;
    }
  }

  LakeEventsScan& scan_;
  std::unique_ptr<engine::Rows> rows_;
  const engine::Batch* batch_ = nullptr;
  std::size_t row_ = 0;
};

}  // namespace

LakeEventsScan::LakeEventsScan(LakeEvents& events, const event::ScanPlan& plan)
    : events_source_(events), plan_(plan), fields_(selected(plan.fields)) {
  for (const Field field : fields_) {
    columns_ += (columns_.empty() ? "" : ", ") + sql_of(field);
  }
  for (const lake::Part* const part : events_source_.parts_) bytes_total_ += part->bytes;
}

std::unique_ptr<event::EventReader> LakeEventsScan::reader() {
  return std::make_unique<LakeEventsReader>(*this);
}

std::unique_ptr<engine::Rows> LakeEventsScan::next_rows() {
  const std::vector<const lake::Part*>& parts = events_source_.parts_;
  const std::size_t begin = next_.fetch_add(kPartsAtOnce);
  if (begin >= parts.size() || stopped_) return nullptr;
  const std::size_t end = std::min(begin + kPartsAtOnce, parts.size());
  const std::vector<const lake::Part*> some(parts.begin() + static_cast<std::ptrdiff_t>(begin),
                                            parts.begin() + static_cast<std::ptrdiff_t>(end));
  auto rows = events_source_.database_.run(
      fmt::format("SELECT {} FROM {}", columns_,
                  lake::table_of(events_source_.root_, some, plan_, events_source_.empty_)));
  if (!rows.ok()) {
    fail(std::move(rows).error());
    return nullptr;
  }
  for (const lake::Part* const part : some) bytes_done_ += part->bytes;
  return *std::move(rows);
}

void LakeEventsScan::fail(Error error) {
  stopped_ = true;
  events_source_.fail(std::move(error));
}

std::unique_ptr<event::EventScan> LakeEvents::scan(const event::ScanPlan& plan) {
  return std::make_unique<LakeEventsScan>(*this, plan);
}

std::optional<Error> LakeEvents::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void LakeEvents::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
}

}  // namespace trailhound::ask
