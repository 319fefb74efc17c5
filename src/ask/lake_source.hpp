// SPDX-License-Identifier: Apache-2.0
//
// A lake as what a desk asks: for each table of a question, exactly the parts that can hold rows.
//
//   TRY(auto lake, LakeSource::open("trailhound.lake"));
//   lake->offer_to(*database);                       // an engine that may see lake->events_folder()
//   LakeReading reading;                             // of a question
//   sql::TableSql table = lake->table(plan, reading);   // what stands behind FROM
//   lake->coverage(reading.parts);                   // what the question looks at
//
// It sees the lake as it was when it was opened, whoever writes to it meanwhile, and may be used by
// several threads at once.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ask/lake_events.hpp"
#include "base/result.hpp"
#include "engine/database.hpp"
#include "event/scan_plan.hpp"
#include "lake/answers.hpp"
#include "lake/lock.hpp"
#include "lake/manifest.hpp"
#include "read/coverage.hpp"
#include "read/logs.hpp"
#include "sql/print_duckdb.hpp"

namespace trailhound::ask {

/// Parts of a lake.
using LakeParts = std::set<const lake::Part*>;

/// What one question reads.
struct LakeReading {
  std::optional<LakeParts> only{};  ///< Parts besides which all are passed over
  LakeParts parts{};                ///< Those within the bounds of its tables
};

class LakeSource {
 public:
  /// Errors of lake::Manifest::read.
  static Result<std::unique_ptr<LakeSource>> open(const std::string& folder);

  /// The one folder whose files the engine has to see.
  std::string events_folder() const { return lake::events_folder(root_); }
  /// Makes its tables known to the engine in which they will be asked, which must outlive all
  /// questions.
  void offer_to(engine::Database& database);
  LakeParts all_parts() const;
  /// Answers that this lake keeps.
  const lake::Answers& answers() const { return answers_; }
  /// A table of all columns of the schema, with the rows of a plan.
  sql::TableSql table(const event::ScanPlan& plan, LakeReading& reading) const;
  /// The events of a plan, for whoever keeps them; must not outlive this or the engine.
  std::unique_ptr<LakeEvents> events(const event::ScanPlan& plan, LakeReading& reading) const;
  /// The parts that a plan chooses, in words.
  std::string describe(const event::ScanPlan& plan) const;

  /// The error of a question: `lake-damaged`, with the part, if one of those that it reads is not
  /// as it was written.
  Error look_into(Error error, const LakeParts& parts) const;
  /// Rows whose errors are looked into.
  std::unique_ptr<engine::Rows> watched(std::unique_ptr<engine::Rows> rows, LakeParts parts) const;

  read::Coverage coverage(const LakeParts& parts) const;
  std::optional<Time> newest() const;
  bool holds_one_account() const;
  /// Names of actions that ever came in.
  const std::vector<std::string>& names() const { return manifest_.names; }

 private:
  LakeSource(std::string root, lake::Lock reading, lake::Manifest manifest,
             std::unique_ptr<read::Logs> nothing);
  std::vector<const lake::Part*> chosen(const event::ScanPlan& plan, LakeReading& reading) const;

  std::string root_;
  lake::Lock reading_;  ///< Keeps what is read from being deleted
  lake::Manifest manifest_;
  std::unique_ptr<read::Logs> nothing_;  ///< Gives the columns' types where parts do not
  lake::Answers answers_;
  engine::Database* database_ = nullptr;
  std::string empty_;  ///< `nothing_`, as it was offered
};

/// What the engine needs for a lake besides what it needs for logs.
std::vector<event::NativeFunction> with_lake_functions(
    std::span<const event::NativeFunction> others);

}  // namespace trailhound::ask
