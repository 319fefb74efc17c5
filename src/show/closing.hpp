// SPDX-License-Identifier: Apache-2.0
//
// The sentence that closes every answer: what was read, what was not, and how long it took.
//
//   talk(trouble_text(coverage, look, 3));
//   talk(closing_line(coverage, {.seconds = 0.48, .unique = false}));
//
//   23,981 events in 3,872 files (6,496 more were doubles), read in 0.48 s, 50,000 events/s
#pragma once

#include <string>

#include "read/coverage.hpp"
#include "show/look.hpp"

namespace trailhound::show {

/// What coverage alone does not know.
struct ClosingFacts {
  double seconds = 0;
  bool unique = false;  ///< Doubles were left out; else they were counted
};

/// One sentence, with its line feed; several clauses where something was not read.
std::string closing_line(const read::Coverage& coverage, const ClosingFacts& facts);

/// The first `most` inputs of which something is to be said, a line each, and how many more; empty
/// where there are none.
std::string trouble_text(const read::Coverage& coverage, const Look& look, std::size_t most);

}  // namespace trailhound::show
