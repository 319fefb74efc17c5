// SPDX-License-Identifier: Apache-2.0
#include "lake/witnesses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "engine/database.hpp"
#include "lake/disk.hpp"
#include "lake/lock.hpp"
#include "lake/manifest.hpp"
#include "lake/parts_sql.hpp"

namespace trailhound::lake {
namespace {

Result<std::unique_ptr<engine::Database>> engine_over(const std::string& folder) {
  engine::Options options;
  options.lake = folder;
  return engine::Database::open(std::move(options));
}

Result<void> collect(engine::Database& database, const std::string& select, bool kept,
                     std::vector<Witness>& found) {
  TRY(const auto rows, database.run(select));
  for (;;) {
    TRY(const engine::Batch* const batch, rows->next());
    if (batch == nullptr) return {};
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      const auto text = [&](std::size_t column) {
        const engine::Cell cell = batch->cell(column, row);
        return cell.is_null() ? std::string() : std::string(cell.text());
      };
      found.push_back({{text(0), text(1)}, text(2), kept});
    }
  }
}

}  // namespace

Result<std::vector<Witness>> witnesses_of(const std::string& folder, std::string_view id) {
  const std::string root = real_path(folder);
  if (!holds_lake(root)) return Manifest::read(folder).error();
  const Lock reading = lock_for_reading(root);
  TRY(const Manifest manifest, Manifest::read(root));
  std::vector<Witness> found;
  if (!manifest.parts.empty()) {
    std::vector<const Part*> parts;
    for (const Part& part : manifest.parts) parts.push_back(&part);
    TRY(const auto database, engine_over(events_folder(root)));
    TRY(collect(*database,
                fmt::format("SELECT account, strftime(ts, '%Y-%m-%d'), source FROM {} WHERE "
                            "eventid = {} ORDER BY 1, 2, 3",
                            parts_text(root, parts), sql_literal(id)),
                true, found));
  }
  std::string files;
  for (const std::string& path : files_below(sources_folder(root))) {
    const std::uint64_t generation = generation_of(path.substr(path.rfind('/') + 1));
    if (generation == 0 || generation > manifest.generation) continue;
    files += (files.empty() ? "" : ", ") + sql_literal(path);
  }
  if (!files.empty()) {
    TRY(const auto database, engine_over(sources_folder(root)));
    TRY(collect(*database,
                fmt::format("SELECT DISTINCT account, day, source FROM read_parquet([{}], "
                            "hive_partitioning = false) "
                            "WHERE eventid = {} ORDER BY 1, 2, 3",
                            files, sql_literal(id)),
                false, found));
  }
  std::stable_sort(found.begin(), found.end(), [](const Witness& one, const Witness& other) {
    return one.where < other.where;
  });
  return found;
}

}  // namespace trailhound::lake
