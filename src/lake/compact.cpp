// SPDX-License-Identifier: Apache-2.0
#include "lake/compact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/landlock.hpp"
#include "lake/layout.hpp"
#include "lake/parts_sql.hpp"
#include "lake/press.hpp"
#include "lake/writer.hpp"
#include "read/logs.hpp"

namespace trailhound::lake {
namespace {

// A part of this size gains nothing by being merged: it is read piece by piece anyway.
constexpr std::uint64_t kLargePart = 64ull << 20;
constexpr std::size_t kDaysInCommit = 32;

/// Parts of one account-day that become one.
struct Merge {
  AccountDay where;
  std::vector<const Part*> parts;
  StagedPart made;
};

std::vector<Merge> find_merges(const Manifest& manifest) {
  std::vector<Merge> merges;
  for (const Part& part : manifest.parts) {
    if (part.bytes >= kLargePart && part.schema == kSchema) continue;
    if (merges.empty() || merges.back().where != part.where) merges.push_back({part.where, {}, {}});
    merges.back().parts.push_back(&part);
  }
  std::erase_if(merges, [](const Merge& merge) {
    return merge.parts.size() < 2 && merge.parts.front()->schema == kSchema;
  });
  return merges;
}

Result<void> make(Press& press, const std::string& root, Merge& merge) {
  TRY(const std::unique_ptr<read::Logs> nothing, read::Logs::open({}));
  event::ScanPlan plan;
  plan.fields = event::FieldSet::all();
  const std::string empty = press.database().offer(*nothing, plan);
  plan.fields = {};  // the event's text is not asked for
  Result<StagedPart> made = press.make_part(
      merge.where,
      fmt::format("SELECT {} FROM {}", stored_columns(), table_of(root, merge.parts, plan, empty)));
  press.database().withdraw(*nothing);
  TRY(merge.made, std::move(made));
  std::uint64_t rows = 0;
  Part& part = merge.made.part;
  part.first = merge.parts.front()->first;
  part.last = merge.parts.front()->last;
  for (const Part* const old : merge.parts) {
    rows += old->rows;
    part.first = std::min(part.first, old->first);
    part.last = std::max(part.last, old->last);
  }
  if (rows == part.rows) return {};
  return Error("lake-damaged", fmt::format("the parts of {} hold {} events, not {} as they should",
                                           folder_of(merge.where), part.rows, rows));
}

/// Makes some merges, each press its share.
Result<void> make_all(std::vector<std::unique_ptr<Press>>& presses, const std::string& root,
                      Merge* begin, Merge* end) {
  std::atomic<Merge*> next{begin};
  std::mutex mutex;
  std::optional<Error> failure;
  std::vector<std::thread> threads;
  for (const auto& press : presses) {
    threads.emplace_back([&, at_it = press.get()] {
      for (Merge* merge = next++; merge < end; merge = next++) {
        Result<void> done = make(*at_it, root, *merge);
        if (done.ok()) continue;
        const std::lock_guard lock(mutex);
        failure = std::move(done).error();
        next = end;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (failure) return *std::move(failure);
  return {};
}

}  // namespace

Result<CompactReport> compact(const CompactOptions& options) {
  TRY(const std::unique_ptr<Writer> writer,
      Writer::open(
          options.lake,
          {.verb = "lake compact", .waiting = options.waiting, .patience = options.patience}));
  if (options.confine) {
    TRY([[maybe_unused]] const bool fenced, engine::confine_writes({.folders = {writer->root()}}));
  }
  const unsigned cores =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  const Manifest before = writer->manifest();  // its parts outlive the commits
  std::vector<Merge> merges = find_merges(before);
  CompactReport report;
  event::ScanProgress progress;
  for (const Merge& merge : merges) {
    for (const Part* const part : merge.parts) progress.bytes_total += part->bytes;
  }
  std::vector<std::unique_ptr<Press>> presses;
  for (unsigned i = 0; i < cores && i < merges.size(); ++i) {
    TRY(std::unique_ptr<Press> press, Press::open(writer->root(), options.memory / cores));
    presses.push_back(std::move(press));
  }
  for (std::size_t at = 0; at < merges.size(); at += kDaysInCommit) {
    if (options.stopped && options.stopped()) {
      report.stopped = true;
      break;
    }
    const std::size_t end = std::min(merges.size(), at + kDaysInCommit);
    TRY(make_all(presses, writer->root(), merges.data() + at, merges.data() + end));
    Change change;
    for (std::size_t i = at; i < end; ++i) {
      Merge& merge = merges[i];
      ++report.days;
      ++report.parts_after;
      report.bytes_after += merge.made.part.bytes;
      for (const Part* const part : merge.parts) {
        change.remove.push_back(*part);
        ++report.parts_before;
        report.bytes_before += part->bytes;
        progress.bytes_done += part->bytes;
        progress.events += part->rows;
      }
      change.add.push_back(std::move(merge.made));
    }
    TRY(writer->commit(std::move(change)));
    if (options.progress) options.progress(progress);
  }
  TRY(writer->remove_gone());
  report.parts_left = writer->gone_stay();
  return report;
}

}  // namespace trailhound::lake
