// SPDX-License-Identifier: Apache-2.0
//
// A lake to be tried out, with logs beside it; gone when it ends. For tests.
//
//   ScratchLake scratch;
//   scratch.log("a.json", {made_event({.id = "1"})});
//   EXPECT_EQ(scratch.ingest().kept, 1u);
//   EXPECT_EQ(scratch.rows("select eventid, day from events"), "1|01\n");
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "engine/database.hpp"
#include "lake/ingest.hpp"
#include "lake/manifest.hpp"
#include "lake/parts_sql.hpp"
#include "read/logs.hpp"

namespace trailhound::lake {

/// What an event of a test has; the rest is always the same.
struct MadeEvent {
  std::string id;
  std::string time = "2024-03-01T10:00:00Z";
  std::string account = "111122223333";
  std::string name = "ListBuckets";
};

inline std::string made_event(const MadeEvent& event) {
  return R"({"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"alice"},"eventTime":)" +
         json_string(event.time) + R"(,"eventSource":"s3.amazonaws.com","eventName":)" +
         json_string(event.name) +
         R"(,"awsRegion":"us-east-1","requestParameters":null,"eventID":)" + json_string(event.id) +
         R"(,"readOnly":true,"recipientAccountId":)" + json_string(event.account) + "}";
}

class ScratchLake {
 public:
  ScratchLake() {
    std::string name =
        (std::filesystem::temp_directory_path() / "trailhound-lake-test-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    std::filesystem::create_directories(logs());
  }
  ~ScratchLake() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  ScratchLake(const ScratchLake&) = delete;
  ScratchLake& operator=(const ScratchLake&) = delete;

  std::string logs() const { return root_ + "/logs"; }
  std::string lake() const { return root_ + "/lake"; }

  /// A log file, as delivered but unpacked.
  void log(const std::string& name, const std::vector<std::string>& events) const {
    std::string text;
    for (const std::string& event : events) text += (text.empty() ? "" : ",") + event;
    std::filesystem::create_directories(std::filesystem::path(logs() + "/" + name).parent_path());
    std::ofstream(logs() + "/" + name) << R"({"Records":[)" << text << "]}";
  }

  IngestReport ingest() const {
    // The process goes on to write its logs: it must not give that up.
    auto work = Ingest::open({.paths = {logs()}, .lake = lake(), .threads = 2, .confine = false});
    EXPECT_TRUE(work.ok()) << (work.ok() ? "" : work.error().message);
    if (!work.ok()) return {};
    auto report = (*work)->run();
    EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().message);
    return report.ok() ? *report : IngestReport{};
  }

  Manifest manifest() const {
    auto found = Manifest::read(lake());
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    return found.ok() ? *found : Manifest{};
  }

  /// The rows of a SELECT over the table `events`, cells between `|`, texts only.
  std::string rows(const std::string& select, const event::ScanPlan& asked = {}) const {
    static const std::vector<event::NativeFunction> functions = {event_json_function()};
    engine::Options options;
    options.lake = events_folder(lake());
    options.functions = functions;
    auto database = engine::Database::open(std::move(options));
    EXPECT_TRUE(database.ok());
    const auto nothing = read::Logs::open({});
    const Manifest now = manifest();
    event::ScanPlan plan = asked;
    plan.fields = event::FieldSet::all();
    const std::string empty = (*database)->offer(**nothing, plan);
    const std::string table = table_of(lake(), now.within(plan), plan, empty);
    auto rows = (*database)->run("WITH events AS (FROM " + table + ") " + select);
    EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.error().message);
    std::string text;
    while (rows.ok()) {
      auto batch = (*rows)->next();
      EXPECT_TRUE(batch.ok()) << (batch.ok() ? "" : batch.error().message);
      if (!batch.ok() || *batch == nullptr) break;
      for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
        for (std::size_t column = 0; column < (*batch)->columns(); ++column) {
          const engine::Cell cell = (*batch)->cell(column, row);
          if (column > 0) text += '|';
          if (cell.is_null()) {
            text += '-';
          } else if (cell.kind() == engine::Kind::Integer) {
            text += std::to_string(cell.integer());
          } else {
            text += cell.text();
          }
        }
        text += '\n';
      }
    }
    return text;
  }

 private:
  std::string root_;
};

}  // namespace trailhound::lake
