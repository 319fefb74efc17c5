// SPDX-License-Identifier: Apache-2.0
#include "lake/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/database.hpp"
#include "lake/disk.hpp"
#include "lake/lock.hpp"
#include "lake/manifest.hpp"
#include "lake/parts_sql.hpp"
#include "read/logs.hpp"

namespace trailhound::lake {
namespace {

constexpr std::size_t kMostEvents = 1000;

Result<void> check_files(const std::string& root, const Manifest& manifest,
                         const VerifyOptions& options, Verified& seen,
                         std::vector<const Part*>& good) {
  event::ScanProgress progress;
  progress.bytes_total = manifest.bytes();
  for (const Part& part : manifest.parts) {
    const std::string path = part.path(root);
    ++seen.parts;
    progress.bytes_done += part.bytes;
    if (options.progress) options.progress(progress);
    if (!is_there(path)) {
      seen.problems.push_back({"part gone", path, fmt::format("{} events are missing", part.rows)});
      continue;
    }
    const Result<std::string> sum = sum_of_file(path);
    if (!sum.ok()) {
      seen.problems.push_back({"part unreadable", path, sum.error().message});
    } else if (*sum != part.sum) {
      seen.problems.push_back(
          {"part changed", path,
           fmt::format("its {} bytes are not those that were written", size_of(path))});
    } else {
      seen.bytes += part.bytes;
      good.push_back(&part);
    }
  }
  std::set<std::string, std::less<>> named;
  for (const Part& part : manifest.parts) named.insert(part.path(root));
  for (const std::string& path : files_below(events_folder(root))) {
    if (named.contains(path)) continue;
    const bool ours = generation_of(path.substr(path.rfind('/') + 1)) != 0;
    seen.problems.push_back(
        {"stray file", path,
         ours ? "no manifest names it: other engines would read it; the next `ingest` removes it"
              : "it is none of the lake's"});
  }
  return {};
}

Result<void> check_events(engine::Database& database, const std::string& events, Verified& seen) {
  TRY(const auto rows,
      database.run(fmt::format(
          "SELECT coalesce(account, ''), eventid, count(*), count(DISTINCT contenthash), "
          "min(strftime(ts, '%Y-%m-%d')), max(strftime(ts, '%Y-%m-%d')) FROM {} WHERE eventid IS "
          "NOT NULL AND eventid <> '' "
          "GROUP BY account, eventid HAVING count(*) > 1 ORDER BY 1, 2 LIMIT {}",
          events, kMostEvents)));
  for (;;) {
    TRY(const engine::Batch* const batch, rows->next());
    if (batch == nullptr) return {};
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      const std::int64_t count = batch->cell(2, row).integer(),
                         contents = batch->cell(3, row).integer();
      const std::string name =
          fmt::format("{} {}", batch->cell(0, row).text(), batch->cell(1, row).text());
      if (contents < count) {
        seen.problems.push_back(
            {"event twice", name, fmt::format("{} rows, {} of them different", count, contents)});
        continue;
      }
      const bool known = !batch->cell(4, row).is_null() && !batch->cell(5, row).is_null();
      const bool days = known && batch->cell(4, row).text() != batch->cell(5, row).text();
      seen.problems.push_back({days ? "conflict across days" : "conflict", name,
                               fmt::format("{} events of this eventID, all different", count),
                               false});
    }
  }
}

}  // namespace

bool Verified::clean() const {
  return std::none_of(problems.begin(), problems.end(),
                      [](const Problem& problem) { return problem.damage; });
}

Result<Verified> verify(const std::string& folder, const VerifyOptions& options) {
  const std::string root = real_path(folder);
  if (!holds_lake(root)) return Manifest::read(folder).error();
  const Lock reading = lock_for_reading(root);
  TRY(const Manifest manifest, Manifest::read(root));
  Verified seen;
  std::vector<const Part*> good;
  TRY(check_files(root, manifest, options, seen, good));
  engine::Options engine_options;
  engine_options.memory = options.memory;
  engine_options.threads = options.threads;
  engine_options.lake = events_folder(root);
  TRY(const std::unique_ptr<engine::Database> database,
      engine::Database::open(std::move(engine_options)));
  TRY(const std::unique_ptr<read::Logs> nothing, read::Logs::open({}));
  event::ScanPlan plan;
  plan.fields = event::FieldSet::all();
  const std::string empty = database->offer(*nothing, plan);
  plan.fields = {};  // the event's text is not asked for
  for (const Part* const part : good) {
    TRY(const auto rows,
        database->run(fmt::format("SELECT count(*), count(ts) FROM {}", parts_text(root, {part}))));
    TRY(const engine::Batch* const batch, rows->next());
    const auto count =
        batch == nullptr ? 0 : static_cast<std::uint64_t>(batch->cell(0, 0).integer());
    seen.rows += count;
    if (count != part->rows) {
      seen.problems.push_back(
          {"rows missing", part->path(root), fmt::format("{} rows, not {}", count, part->rows)});
    }
  }
  TRY(check_events(*database, table_of(root, good, plan, empty), seen));
  return seen;
}

}  // namespace trailhound::lake
