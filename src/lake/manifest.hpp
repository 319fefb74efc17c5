// SPDX-License-Identifier: Apache-2.0
//
// What is visible in a lake: its parts, by account-day. One text file, replaced as a whole; who
// reads it sees one state of the lake and needs nothing else.
//
//   TRY(Manifest manifest, Manifest::read(root));
//   for (const Part* part : manifest.within(plan)) use(part->path(root));
//
//   trailhound lake 1
//   generation 12
//   part  111122223333  2024-03-01  00000012-0003.parquet  14021  523110  <first> <last> 1
//   <sha-256> unread  broken-compression  /logs/a.json.gz  the stream ends in the middle end
//   <lines>  <sha-256 of all above>
//
// Between the words stand tabs. Times are microseconds since 1970.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "event/scan_plan.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {

/// One Parquet file.
struct Part {
  AccountDay where;
  std::string name;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  Time first{}, last{};  ///< Of its events; both 0 where none has a time
  int schema = kSchema;
  std::string sum;  ///< SHA-256 of its bytes

  std::string path(const std::string& root) const;
};

/// A source of which something was not read, when it was ingested.
struct Unread {
  std::string code, path, words;
};
constexpr std::size_t kMostUnread = 1000;
constexpr std::size_t kMostNames = 20'000;

/// What has come in, over all ingests.
struct Totals {
  std::uint64_t sources = 0;    ///< Files read
  std::uint64_t copies = 0;     ///< Events left out because they were there
  std::uint64_t conflicts = 0;  ///< Events kept beside another of the same eventID
  std::uint64_t broken = 0;     ///< Events lost in damaged files
};

/// Whether there is a lake at all.
bool holds_lake(const std::string& root);

/// One state of a lake.
struct Manifest {
  std::uint64_t generation = 0;
  Totals totals;
  std::vector<Part> parts;  ///< By account, day, name
  std::vector<Unread> unread;
  std::uint64_t unread_left_out = 0;  ///< Further ones, counted only
  std::vector<std::string> names;     ///< Of actions that ever came in, sorted; not all if many

  /// Errors: `no-lake` (with what is there instead), `lake-damaged`, `lake-too-new`.
  static Result<Manifest> read(const std::string& root);
  /// Replaces the one that is there.
  Result<void> write(const std::string& root) const;

  /// The parts that may hold events of a plan's accounts and times.
  std::vector<const Part*> within(const event::ScanPlan& plan) const;
  std::vector<const Part*> of(const AccountDay& where) const;
  std::uint64_t rows() const;
  std::uint64_t bytes() const;
  void sort();
};

}  // namespace trailhound::lake
