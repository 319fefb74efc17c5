// SPDX-License-Identifier: Apache-2.0
//
// What was read of the logs, and what was not: every answer's second half.
//
//   const Coverage seen = logs->coverage();
//   if (!seen.complete()) exit_code = 3;
//   for (const Note& note : seen.notes) print(note.path, note.offset, note.code, note.words);
//
// The same files give the same coverage whatever columns were asked for; only the window, the
// accounts and the needles of a plan change it (what they leave out is counted, too). A Coverage is
// a plain value: taken while a scan runs, it says how far the scan is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace trailhound::read {

/// An input, or a part of one, of which something is to be said.
struct Note {
  std::string path;          ///< "logs/a.json.gz", inside an archive "logs/all.zip/a.json.gz", "-"
  std::uint64_t offset = 0;  ///< Byte in the inflated text where the first trouble was
  std::string_view code;     ///< Of errors.def: "broken-gzip"
  std::string words;         ///< "the stream ends in the middle"; safe to print
  std::uint64_t kept = 0;    ///< Events that this input gave all the same
  std::uint64_t broken = 0;  ///< Events of it that were lost; 0 if nobody can know how many
  bool loss = true;          ///< Something was not read: the answer is incomplete
};

/// What a file (or a record in one) holds that is not events.
enum class NotLog : std::uint8_t {
  Digest,        ///< Digest file: hashes of delivered files
  Insight,       ///< CloudTrail Insights
  Aggregated,    ///< Aggregated events: counts, no single calls
  Notification,  ///< S3 or SNS notification about a file
  Config,        ///< AWS Config or another service's item or finding
  Other,         ///< JSON of another kind, text, pictures, ...
};
constexpr std::size_t kNotLogs = 6;
/// "digest files", "insight records", ...
std::string_view words_of(NotLog kind);

/// Events by where and when, for the verb `coverage` and for hunts that could not look.
struct TallyKey {
  std::string account, region, category, source;  ///< category: Management where the event has none
  std::int64_t hour = 0;                          ///< Hours since 1970
  friend auto operator<=>(const TallyKey&, const TallyKey&) = default;
};

/// What was read, and what was not.
struct Coverage {
  // Inputs. A member of an archive is a file of its own; the archive itself is not counted. Of a
  // lake its parts.
  bool of_lake = false;
  std::uint64_t files_seen = 0;   ///< Files found under the paths
  std::uint64_t files_read = 0;   ///< Read, at least in part, and held events (or could have)
  std::uint64_t files_early = 0;  ///< Not opened: delivered before the window
  std::uint64_t files_searched =
      0;                            ///< Searched for the literals asked for, none there, not parsed
  std::uint64_t files_failed = 0;   ///< Not read at all; each has a note
  std::uint64_t files_damaged = 0;  ///< Read in part; each has a note
  std::uint64_t not_logs[kNotLogs] = {};  ///< Files (or single records among events) by kind
  std::uint64_t bytes_on_disk = 0;        ///< Of what was opened
  std::uint64_t bytes_inflated = 0;

  // Events.
  std::uint64_t events = 0;  ///< Handed on: inside the window, of the accounts, once if asked
  std::uint64_t events_outside = 0;   ///< Left out by window or accounts
  std::uint64_t events_unneeded = 0;  ///< Left out because they hold none of the literals
  std::uint64_t events_broken = 0;    ///< Lost; notes say where
  std::uint64_t events_mended = 0;    ///< Kept with bytes or escapes replaced by U+FFFD
  std::uint64_t events_timeless = 0;  ///< Kept without a time: eventTime is missing or unreadable
  std::uint64_t keys_twice = 0;       ///< Events with a key twice in one object: the last one holds
  /// Copies met: same account and eventID. Scanned with `once` they were compared whole and left
  /// out; without it they are among `events`.
  std::uint64_t doubles = 0;
  bool doubles_exact = true;    ///< Else estimated: too many events to remember each
  std::uint64_t conflicts = 0;  ///< With `once`: same account and eventID, other content; both kept
  bool once_gave_up = false;    ///< With `once`: memory ran out, later copies may be counted twice

  std::map<std::string, std::uint64_t, std::less<>> forms;  ///< Files by form: "records", ...
  std::optional<Time> first, last;   ///< Of all events read, the window apart
  std::vector<Note> notes;           ///< By path; at most kMostNotes, see notes_left_out
  std::uint64_t notes_left_out = 0;  ///< Further notes, counted only
  bool stopped = false;              ///< The scan was told to stop, and did

  /// Only if Options::tally: every event read, whatever the window and accounts.
  std::map<TallyKey, std::uint64_t> tally;

  /// Whether all that could hold events was read. Else the exit code is 3.
  bool complete() const;
  /// "file", or "part" of a lake.
  std::string_view file_word() const { return of_lake ? "part" : "file"; }
};
constexpr std::size_t kMostNotes = 1000;

}  // namespace trailhound::read
