// SPDX-License-Identifier: Apache-2.0
//
// Whether a lake is as it was written: every part's bytes and rows, every file that lies in it, no
// event twice.
//
//   TRY(Verified seen, verify(root, {}));
//   for (const Problem& problem : seen.problems) print(problem.path, problem.words);
//
// It only reads, and may run while the lake is asked or written to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "event/event_source.hpp"

namespace trailhound::lake {

/// Something that is not as it should be.
struct Problem {
  std::string
      kind;  ///< "part gone", "part changed", "rows missing", "stray file", "event twice", ...
  std::string path;  ///< In the lake; or the account and eventID
  std::string words;
  bool damage = true;  ///< Else only worth a word: two events of one eventID
};

struct VerifyOptions {
  std::uint64_t memory = 1ull << 30;
  unsigned threads = 0;
  std::function<void(const event::ScanProgress&)> progress{};
};

struct Verified {
  std::uint64_t parts = 0, rows = 0, bytes = 0;
  std::vector<Problem> problems;
  bool clean() const;
};

/// Errors of Manifest::read, and of the engine.
Result<Verified> verify(const std::string& root, const VerifyOptions& options);

}  // namespace trailhound::lake
