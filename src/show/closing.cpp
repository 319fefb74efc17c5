// SPDX-License-Identifier: Apache-2.0
#include "show/closing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "show/progress.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

std::string count_of(std::uint64_t count, std::string_view one, std::string_view many) {
  return with_commas(count) + " " + std::string(count == 1 ? one : many);
}

std::string seconds_words(double seconds) {
  if (seconds < 0.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 99.95) return fmt::format("{:.1f} s", seconds);
  return format_duration(static_cast<std::int64_t>(seconds) * kSecond);
}

/// The clauses about what is not in the answer though it is in the logs.
std::vector<std::string> losses(const read::Coverage& coverage) {
  std::vector<std::string> all;
  if (coverage.files_failed > 0) all.push_back(count_of(coverage.files_failed, "file", "files"));
  if (coverage.files_damaged > 0) {
    all.push_back("part of " + count_of(coverage.files_damaged, "file", "files"));
  }
  if (coverage.events_broken > 0)
    all.push_back(count_of(coverage.events_broken, "event", "events"));
  if (all.empty() && !coverage.complete()) all.push_back("some input");
  return all;
}

}  // namespace

std::string closing_line(const read::Coverage& coverage, const ClosingFacts& facts) {
  const auto files = [&](std::uint64_t count) {
    return count_of(count, coverage.file_word(), std::string(coverage.file_word()) + "s");
  };
  std::string line =
      count_of(coverage.events, "event", "events") + " in " + files(coverage.files_read);
  if (coverage.doubles > 0) {
    const std::string about = coverage.doubles_exact ? "" : "about ";
    line += facts.unique
                ? " (" + about + with_commas(coverage.doubles) + " more were doubles)"
                : " (" + about + with_commas(coverage.doubles) + " of them doubles: `--unique`)";
  }
  if (coverage.files_searched > 0) {
    line += ", " + files(coverage.files_searched) + " searched in vain";
  }
  if (coverage.files_early > 0) {
    line += ", " + files(coverage.files_early) + " from before the window";
  }
  std::uint64_t not_logs = 0;
  for (const std::uint64_t count : coverage.not_logs) not_logs += count;
  if (not_logs > 0) line += ", " + count_of(not_logs, "that is no log", "that are no logs");
  line += ", read in " + seconds_words(facts.seconds);
  if (facts.seconds >= 0.005 && coverage.events > 0) {
    line += ", " + rate_words(static_cast<double>(coverage.events) / facts.seconds) + " events/s";
  }
  const std::vector<std::string> lost = losses(coverage);
  if (!lost.empty()) line += "; NOT READ: " + join(lost, ", ");
  if (coverage.stopped) line += "; stopped before the end";
  return line + "\n";
}

std::string trouble_text(const read::Coverage& coverage, const Look& look, std::size_t most) {
  std::string text;
  std::size_t shown = 0;
  std::uint64_t more = coverage.notes_left_out;
  // What was lost comes before what is only worth a word.
  std::vector<const read::Note*> notes;
  for (const read::Note& note : coverage.notes) notes.push_back(&note);
  std::stable_sort(notes.begin(), notes.end(), [](const read::Note* one, const read::Note* other) {
    return one->loss > other->loss;
  });
  for (const read::Note* note : notes) {
    if (++shown > most) {
      ++more;
      continue;
    }
    text += look.paint(note->loss ? Ink::High : Ink::Medium,
                       (note->loss ? "not read[" : "note[") + std::string(note->code) + "]");
    text += ": " + visible(note->path);
    if (note->offset > 0) text += ", byte " + with_commas(note->offset);
    text += ": " + visible(note->words);
    if (note->kept > 0) text += ", " + count_of(note->kept, "event", "events") + " kept";
    if (note->broken > 0) text += ", " + with_commas(note->broken) + " lost";
    text += "\n";
  }
  if (more > 0) {
    text += "and " + count_of(more, "input", "inputs") + " more: `trailhound coverage` lists all\n";
  }
  return text;
}

}  // namespace trailhound::show
