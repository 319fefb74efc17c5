// SPDX-License-Identifier: Apache-2.0
//
// Answers that are kept in a lake, so that they need not be worked out again while the events that
// they are made of stay as they are.
//
//   const Answers answers(root, manifest, build_id());
//   for (Stretch& stretch : answers.stretches(name, Reach::Days))
//     if (!stretch.rows) stretch.rows = ask(stretch.parts);
//   answers.keep(name, Reach::Days, stretches);
//
// An answer is one file: LAKE/_answers/<who made it>/<name>. It holds the answers of stretches of
// days, each under a stamp of the parts that it was made of: whatever changes a day (an ingest, a
// compaction, forgetting) makes the stamp another, and that stretch is asked again by whoever asks
// next. They are written by the asking and not by the ingest: then a lake of any age and one filled
// on another machine has them too. What was kept is bytes to this, see engine/rows_bytes.hpp.
// Nothing here fails: what cannot be read was not kept, what cannot be written is asked again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lake/manifest.hpp"

namespace trailhound::lake {

/// How much of a lake an answer is made of.
enum class Reach {
  Days,   ///< Some days: as many as hold a quarter of a million events
  Whole,  ///< All of it
};

/// Days that are asked together.
struct Stretch {
  std::string first, last;  ///< Days; empty: what has no day, which comes first
  std::uint64_t stamp = 0;  ///< Of what it is made of
  std::vector<const Part*> parts{};
  std::optional<std::string> rows{};  ///< As they were kept
};

class Answers {
 public:
  /// The manifest must outlive this. `maker`: answers of other makers are not read; empty: nothing
  /// is kept.
  Answers(std::string root, const Manifest& manifest, std::string_view maker);

  /// The lake in stretches, by day: with rows where they are kept and still hold.
  std::vector<Stretch> stretches(std::string_view name, Reach reach) const;
  /// Whether anything can be kept, or was: not of a lake that cannot be written to.
  bool can_be_kept() const;
  /// Keeps the rows of those that have some. What others made, and what was made of the whole of
  /// what is no more, goes.
  void keep(std::string_view name, Reach reach, const std::vector<Stretch>& stretches) const;

 private:
  std::string path_of(std::string_view name, Reach reach) const;
  std::uint64_t stamp_of(const std::vector<const Part*>& parts) const;

  std::string root_;
  const Manifest& manifest_;
  std::string maker_;
  std::string whole_;  ///< The folder of answers made of all that there is
};

/// Removes all that is kept: for whoever takes events out of a lake.
Result<void> drop_answers(const std::string& root);

}  // namespace trailhound::lake
