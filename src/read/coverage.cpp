// SPDX-License-Identifier: Apache-2.0
#include "read/coverage.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace trailhound::read {

std::string_view words_of(NotLog kind) {
  switch (kind) {
    case NotLog::Digest:
      return "digests";
    case NotLog::Insight:
      return "insights";
    case NotLog::Aggregated:
      return "aggregated events";
    case NotLog::Notification:
      return "notifications";
    case NotLog::Config:
      return "records of other services";
    case NotLog::Other:
      return "other data";
  }
  CHECK(false, "a kind without words");
}

bool Coverage::complete() const {
  return !once_gave_up && files_failed == 0 && events_broken == 0 && notes_left_out == 0 &&
         std::none_of(notes.begin(), notes.end(), [](const Note& note) { return note.loss; });
}

}  // namespace trailhound::read
