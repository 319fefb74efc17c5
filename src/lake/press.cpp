// SPDX-License-Identifier: Apache-2.0
#include "lake/press.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "lake/disk.hpp"
#include "lake/faults.hpp"
#include "lake/parts_sql.hpp"
#include "read/once.hpp"

namespace trailhound::lake {
namespace {
using event::Field;

constexpr std::size_t kAtOnce = 256;          ///< Events between looks at the memory
constexpr std::uint64_t kMostRows = 120'000;  ///< Of a part: what engines like as a row group
constexpr std::uint64_t kShare = 4;  ///< Of the memory, for events: they are held, sorted, packed
constexpr std::uint64_t kLeastHeld = 8 << 20, kMostHeld = 128 << 20;

/// Gives the notes of copies as events of which little is known.
class CopiesSource final : public event::EventSource {
 public:
  explicit CopiesSource(const Sifting& sifting) : sifting_(sifting) {}
  std::unique_ptr<event::EventScan> scan(const event::ScanPlan&) override;
  const Sifting& sifting() const { return sifting_; }

 private:
  const Sifting& sifting_;
};

class CopiesReader final : public event::EventReader {
 public:
  explicit CopiesReader(const Sifting& sifting) : sifting_(sifting) {}
  std::size_t read(event::ColumnSink& sink, std::size_t most) override {
    std::size_t put = 0;
    for (; put < most && next_ < sifting_.copies.size(); ++put, ++next_) {
      const CopyNote& copy = sifting_.copies[next_];
      sink.begin_event();
      sink.put(Field::EventId, copy.id);
      sink.put_hash(Field::ContentHash, copy.hash);
      sink.put(Field::Path, sifting_.source_names.name_of(copy.source));
      sink.end_event();
    }
    return put;
  }

 private:
  const Sifting& sifting_;
  std::size_t next_ = 0;
};

class CopiesScan final : public event::EventScan {
 public:
  explicit CopiesScan(const Sifting& sifting) : sifting_(sifting) {}
  std::unique_ptr<event::EventReader> reader() override {
    return std::make_unique<CopiesReader>(sifting_);
  }
  event::ScanProgress progress() const override { return {}; }
  void stop() override {}

 private:
  const Sifting& sifting_;
};

std::unique_ptr<event::EventScan> CopiesSource::scan(const event::ScanPlan&) {
  return std::make_unique<CopiesScan>(sifting_);
}

event::ScanPlan plan_of(std::initializer_list<Field> fields) {
  event::ScanPlan plan;
  for (const Field field : fields) plan.fields.add(field);
  return plan;
}

event::ScanPlan plan_of_stored() {
  event::ScanPlan plan;
  for (const Field field : stored_fields()) plan.fields.add_with_members(field);
  plan.fields.add(Field::Path);
  return plan;
}

}  // namespace

Result<std::unique_ptr<Press>> Press::open(const std::string& root, std::uint64_t memory) {
  engine::Options options;
  options.memory = memory;
  options.threads = 1;
  options.temp_parent = staging_folder(root);
  options.lake = events_folder(root);
  TRY(std::unique_ptr<engine::Database> database, engine::Database::open(std::move(options)));
  return std::unique_ptr<Press>(
      new Press(root, std::move(database), std::clamp(memory / kShare, kLeastHeld, kMostHeld)));
}

Result<void> Press::recall(Day& day, const AccountDay& where,
                           const std::vector<const Part*>& parts) {
  if (parts.empty()) return {};
  const bool other = where.account == kOtherAccount;
  TRY(const auto rows,
      database_->run(fmt::format("SELECT coalesce(eventid, ''), (contenthash >> 32)::BIGINT, "
                                 "(contenthash & 4294967295)::BIGINT{} FROM {}",
                                 other ? fmt::format(", coalesce({}, '')", account_sql()) : "",
                                 parts_text(root_, parts))));
  for (;;) {
    TRY(const engine::Batch* const batch, rows->next());
    if (batch == nullptr) return {};
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      const std::string_view id = batch->cell(0, row).text();
      // An engine's integers have 63 bits.
      const std::uint64_t content = static_cast<std::uint64_t>(batch->cell(1, row).integer())
                                        << 32 |
                                    static_cast<std::uint64_t>(batch->cell(2, row).integer());
      const std::string_view account = other ? batch->cell(3, row).text() : where.account;
      day.seen.meet(id.empty() ? content : read::identity_hash(account, id), content);
    }
  }
}

Result<std::vector<StagedPart>> Press::make_parts(const AccountDay& where,
                                                  const std::vector<event::EventSource*>& sources) {
  std::vector<StagedPart> parts;
  for (event::EventSource* const source : sources) {
    const std::shared_ptr<event::EventScan> scan = source->scan(plan_of_stored());
    {
      const std::lock_guard lock(mutex_);
      scan_ = scan;
    }
    const std::unique_ptr<event::EventReader> reader = scan->reader();
    while (reader->read(file_, kAtOnce) > 0) {
      if (file_.bytes() < budget_ && file_.rows() < kMostRows) continue;
      TRY(StagedPart part, stage(where));
      parts.push_back(std::move(part));
    }
    const std::lock_guard lock(mutex_);
    scan_ = nullptr;
  }
  if (file_.rows() > 0) {
    TRY(StagedPart part, stage(where));
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<StagedPart> Press::stage(const AccountDay& where) {
  step("part");
  StagedPart staged;
  staged.path = fmt::format("{}/part-{}.parquet", database_->temp_folder(), ++files_);
  TRY(PartFile::Written written, file_.write(staged.path));
  staged.part.where = where;
  staged.part.rows = written.rows;
  staged.part.bytes = written.bytes;
  staged.part.sum = std::move(written.sum);
  staged.part.first = written.first;
  staged.part.last = written.last;
  return staged;
}

void Press::interrupt() {
  database_->interrupt();
  const std::lock_guard lock(mutex_);
  if (scan_ != nullptr) scan_->stop();
}

Result<StagedPart> Press::make_part(const AccountDay& where, const std::string& select) {
  step("part");
  TRY(const engine::Database::Made made,
      database_->make_parquet(select + " ORDER BY ts, eventid, contenthash"));
  StagedPart staged;
  staged.part.where = where;
  staged.part.rows = made.rows;
  if (made.rows == 0) {
    TRY(remove_file(made.path));
    return staged;
  }
  staged.path = made.path;
  staged.part.bytes = size_of(made.path);
  TRY(staged.part.sum, sum_of_file(made.path));
  return staged;
}

Result<std::string> Press::make_copies(const Sifting& sifting) {
  CopiesSource source(sifting);
  const std::string scan =
      database_->offer(source, plan_of({Field::EventId, Field::ContentHash, Field::Path}));
  step("copies");
  Result<engine::Database::Made> made = database_->make_parquet(
      fmt::format("SELECT {} AS account, {} AS day, eventid, contenthash, "
                  "\"$path\" AS source FROM {} ORDER BY source, eventid",
                  sql_literal(sifting.where.account), sql_literal(sifting.where.day), scan));
  database_->withdraw(source);
  if (!made.ok()) return std::move(made).error();
  return made->path;
}

}  // namespace trailhound::lake
