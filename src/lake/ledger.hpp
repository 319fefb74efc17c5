// SPDX-License-Identifier: Apache-2.0
//
// The writer's notebook: which files were read, by the sum of their bytes, and what was odd.
//
//   TRY(Ledger ledger, Ledger::open(root));
//   TRY(ledger.forget_after(manifest.generation));        // what a crash left behind
//   if (ledger.knows(sum)) skip();
//   TRY(ledger.write({.generation = 13, .sources = {...}}));    // then the manifest of generation
//   13
//
// What is written under a generation counts once the manifest of that generation stands. Readers of
// the lake do not need the ledger.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace trailhound::lake {

/// A file that was read to its end.
struct SourceEntry {
  std::string sum;  ///< SHA-256 of its bytes
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t events = 0, kept = 0, copies = 0, conflicts = 0;
  std::string trouble;  ///< A code, if part of it could not be read
};

/// An event kept beside another of the same account and eventID, but other content.
struct ConflictEntry {
  std::string account, day, id;
  std::uint64_t hash = 0;
  std::string source;
};

/// What one commit writes down.
struct LedgerPage {
  std::uint64_t generation = 0;
  std::vector<SourceEntry> sources;
  std::vector<ConflictEntry> conflicts;
};

class Ledger {
 public:
  /// Makes it if it is not there. Error `lake-write-failed`.
  static Result<Ledger> open(const std::string& root);
  /// For looking only; unset if there is none that can be read.
  static std::optional<Ledger> look(const std::string& root);
  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  /// Strikes out what no manifest ever said.
  Result<void> forget_after(std::uint64_t generation);
  Result<void> write(const LedgerPage& page);
  /// Sums of all files that were read.
  Result<std::vector<std::string>> sums();
  Result<std::vector<SourceEntry>> sources();
  Result<std::vector<ConflictEntry>> conflicts();
  /// Strikes out all: the files may be read again.
  Result<void> forget_sources();

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trailhound::lake
