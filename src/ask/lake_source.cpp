// SPDX-License-Identifier: Apache-2.0
#include "ask/lake_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/build_id.hpp"
#include "base/text.hpp"
#include "lake/disk.hpp"
#include "lake/layout.hpp"
#include "lake/part_look.hpp"
#include "lake/parts_sql.hpp"

namespace trailhound::ask {
namespace {

class WatchedRows final : public engine::Rows {
 public:
  WatchedRows(const LakeSource& lake, std::unique_ptr<engine::Rows> rows, LakeParts parts)
      : lake_(lake), rows_(std::move(rows)), parts_(std::move(parts)) {}
  const std::vector<engine::Column>& columns() const override { return rows_->columns(); }
  Result<const engine::Batch*> next() override {
    Result<const engine::Batch*> batch = rows_->next();
    if (!batch.ok()) return lake_.look_into(std::move(batch).error(), parts_);
    return batch;
  }
  Result<bool> hand_out(
      const std::function<std::unique_ptr<engine::Taker>()>& make_taker) override {
    Result<bool> handed = rows_->hand_out(make_taker);
    if (!handed.ok()) return lake_.look_into(std::move(handed).error(), parts_);
    return handed;
  }

 private:
  const LakeSource& lake_;
  std::unique_ptr<engine::Rows> rows_;
  LakeParts parts_;
};

}  // namespace

LakeSource::LakeSource(std::string root, lake::Lock reading, lake::Manifest manifest,
                       std::unique_ptr<read::Logs> nothing)
    : root_(std::move(root)),
      reading_(std::move(reading)),
      manifest_(std::move(manifest)),
      nothing_(std::move(nothing)),
      answers_(root_, manifest_, build_id()) {}

Result<std::unique_ptr<LakeSource>> LakeSource::open(const std::string& folder) {
  const std::string root = lake::real_path(folder);
  if (!lake::holds_lake(root)) return lake::Manifest::read(folder).error();  // as it was typed
  // The lock comes first: what the manifest names after it stays.
  lake::Lock reading = lake::lock_for_reading(root);
  TRY(lake::Manifest manifest, lake::Manifest::read(root));
  TRY(std::unique_ptr<read::Logs> nothing, read::Logs::open({}));
  return std::unique_ptr<LakeSource>(
      new LakeSource(root, std::move(reading), std::move(manifest), std::move(nothing)));
}

/// The parts that are read for a plan. Those that are passed over because of what they say count as
/// looked at.
std::vector<const lake::Part*> LakeSource::chosen(const event::ScanPlan& plan,
                                                  LakeReading& reading) const {
  std::vector<const lake::Part*> parts = manifest_.within(plan);
  if (reading.only) {
    std::erase_if(parts, [&](const lake::Part* part) { return !reading.only->contains(part); });
  }
  reading.parts.insert(parts.begin(), parts.end());
  // Leaves out those that say that they hold no event that is asked for.
  if (plan.filter != nullptr && !plan.filter->is_everything()) {
    std::erase_if(parts, [&](const lake::Part* part) {
      return !lake::may_hold(part->path(root_), part->bytes, *plan.filter);
    });
  }
  return parts;
}

LakeParts LakeSource::all_parts() const {
  LakeParts parts;
  for (const lake::Part& part : manifest_.parts) parts.insert(&part);
  return parts;
}

void LakeSource::offer_to(engine::Database& database) {
  database_ = &database;
  event::ScanPlan all;
  all.fields = event::FieldSet::all();
  empty_ = database.offer(*nothing_, std::move(all));
}

sql::TableSql LakeSource::table(const event::ScanPlan& plan, LakeReading& reading) const {
  return {lake::table_of(root_, chosen(plan, reading), plan, empty_),
          {{lake::kApart, std::string(lake::kApartColumn)}}};
}

std::unique_ptr<LakeEvents> LakeSource::events(const event::ScanPlan& plan,
                                               LakeReading& reading) const {
  return std::make_unique<LakeEvents>(root_, chosen(plan, reading), *database_, empty_);
}

std::string LakeSource::describe(const event::ScanPlan& plan) const {
  LakeReading alone;
  const std::vector<const lake::Part*> parts = chosen(plan, alone);
  std::uint64_t rows = 0;
  for (const lake::Part* const part : parts) rows += part->rows;
  std::string words = fmt::format("parts     {} of {}, {} events\n", with_commas(parts.size()),
                                  with_commas(manifest_.parts.size()), with_commas(rows));
  for (const lake::Part* const part : parts) {
    words += fmt::format("          {}/{}\n", lake::folder_of(part->where), part->name);
  }
  return words;
}

Error LakeSource::look_into(Error error, const LakeParts& parts) const {
  if (error.code() == "cancelled" || error.code() == "out-of-memory") return error;
  for (const lake::Part* const part : parts) {
    const std::string path = part->path(root_);
    std::string_view what;
    if (!lake::is_there(path)) {
      what = "is gone";
    } else if (lake::size_of(path) != part->bytes ||
               lake::sum_of_file(path).value_or("") != part->sum) {
      what = "is not as it was written";
    }
    if (what.empty()) continue;
    return Error("lake-damaged", fmt::format("a part of the lake {}: `{}`", what, to_utf8(path)))
        .note(fmt::format("{} events of {} cannot be read; days but this one answer",
                          with_commas(part->rows), lake::folder_of(part->where)));
  }
  return error;
}

std::unique_ptr<engine::Rows> LakeSource::watched(std::unique_ptr<engine::Rows> rows,
                                                  LakeParts parts) const {
  return std::make_unique<WatchedRows>(*this, std::move(rows), std::move(parts));
}

read::Coverage LakeSource::coverage(const LakeParts& parts) const {
  read::Coverage coverage;
  coverage.of_lake = true;
  for (const lake::Part* const part : parts) {
    ++coverage.files_seen;
    ++coverage.files_read;
    coverage.events += part->rows;
    coverage.bytes_on_disk += part->bytes;
    if (part->where.day.empty()) {
      coverage.events_timeless += part->rows;
      continue;
    }
    if (!coverage.first || part->first < *coverage.first) coverage.first = part->first;
    if (!coverage.last || part->last > *coverage.last) coverage.last = part->last;
  }
  if (!parts.empty()) coverage.forms["lake"] = parts.size();
  coverage.events_broken = manifest_.totals.broken;
  for (const lake::Unread& one : manifest_.unread) {
    const ErrorKind* const kind = find_error_kind(one.code);
    coverage.notes.push_back({.path = one.path,
                              .code = kind == nullptr ? "unreadable-file" : kind->code,
                              .words = one.words + " (when it was ingested)"});
  }
  coverage.files_failed = manifest_.unread.size() + manifest_.unread_left_out;
  coverage.notes_left_out = manifest_.unread_left_out;
  return coverage;
}

std::optional<Time> LakeSource::newest() const {
  std::optional<Time> last;
  for (const lake::Part& part : manifest_.parts) {
    if (!part.where.day.empty() && (!last || part.last > *last)) last = part.last;
  }
  return last;
}

bool LakeSource::holds_one_account() const {
  return std::all_of(manifest_.parts.begin(), manifest_.parts.end(), [&](const lake::Part& part) {
    return part.where.account == manifest_.parts.front().where.account &&
           part.where.account != lake::kOtherAccount;
  });
}

std::vector<event::NativeFunction> with_lake_functions(
    std::span<const event::NativeFunction> others) {
  std::vector<event::NativeFunction> all(others.begin(), others.end());
  all.push_back(lake::event_json_function());
  return all;
}

}  // namespace trailhound::ask
