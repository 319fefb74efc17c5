// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.hpp"
#include "baseline/compare.hpp"
#include "findings/finding.hpp"
#include "findings/story_screen.hpp"
#include "findings/words.hpp"

namespace trailhound::baseline {
namespace {

using findings::labelled;
using findings::plural;

constexpr std::size_t kMostSilent = 8;
constexpr std::size_t kInFull = 5;

}  // namespace

findings::Screen compare_head(const Comparison& comparison, const std::string& source_words) {
  findings::Screen screen;
  screen.push_back(labelled("Read", source_words));
  screen.push_back(labelled("Window", format_iso(comparison.from) + " to " +
                                          format_iso(comparison.to) + " · " +
                                          plural(comparison.events, "event") + " of " +
                                          plural(comparison.principals, "principal")));
  std::string past = "none: nothing lies in the 30 days before the window";
  if (comparison.past_first) {
    past = plural(comparison.past_events, "event") + " since " +
           format_iso(*comparison.past_first) + ", " +
           format_duration(comparison.from.micros - comparison.past_first->micros);
    if (!comparison.enough_past) {
      past += ": too little to call anything new; changes are ranked by what they can do";
    }
  }
  screen.push_back(labelled("Past", past));
  for (const Recording& recording : comparison.recordings) {
    screen.push_back(labelled("Record", recording.what + " of " + recording.account +
                                            " are recorded since " + format_iso(recording.since) +
                                            " (" +
                                            std::string(findings::short_id(recording.event)) +
                                            "): not compared with what came before"));
  }
  if (!comparison.silent.empty()) {
    std::vector<std::string> names;
    for (const Silent& one : comparison.silent) {
      if (names.size() == kMostSilent) break;
      names.push_back(fmt::format("{} (on {} before, last {}, {})", one.name,
                                  plural(one.days, "day"), findings::short_time(one.last),
                                  findings::short_id(one.event)));
    }
    std::string words = join(names, ", ");
    if (comparison.silent.size() > names.size()) {
      words += fmt::format(" and {} more", comparison.silent.size() - names.size());
    }
    screen.push_back(labelled("Silent", words));
  }
  if (comparison.hidden > 0) {
    screen.push_back(
        labelled("Hidden", plural(comparison.hidden, "finding") + " that the site file expects"));
  }
  std::string level = plural(comparison.stories.size(), "story", "stories");
  if (comparison.left_out > 0) {
    level += " · " + plural(comparison.left_out, "smaller departure") + " left out: --all";
  }
  screen.push_back(labelled("Told", level));
  return screen;
}

findings::Screen compare_screen(const Comparison& comparison, const std::string& source_words,
                                bool all) {
  findings::Screen screen = compare_head(comparison, source_words);
  if (!comparison.stories.empty()) screen.push_back({});
  findings::StoryOptions how;
  how.command = "trailhound baseline --compare";
  for (const findings::Story& story : comparison.stories) {
    if (all || story.number <= kInFull) {
      findings::draw_story(screen, story, how);
    } else {
      findings::draw_brief(screen, story, how);
    }
  }
  return screen;
}

}  // namespace trailhound::baseline
