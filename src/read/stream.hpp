// SPDX-License-Identifier: Apache-2.0
//
// A file's text in pieces that end between items, each proved, for any number of threads.
//
//   Stream stream(path, source, context);
//   Piece piece;                                   // a thread's own; reused
//   while (stream.next(piece)) ... piece.items ...
//
// Unpacking goes on under one lock, a piece at a time; finding a piece's tokens needs none; proving
// waits for the piece before, as only its end says what this one begins with. So several threads
// share a large file as they would share many. The text is cut before a `{` that cannot stand in a
// string: `},{"`. Where the cut fell within an item all the same, its bytes go in front of the next
// piece. Memory: a few hundred kB a piece; more only for items that are longer.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "read/careful.hpp"
#include "read/forms.hpp"
#include "read/inflate.hpp"
#include "read/items.hpp"
#include "read/logs.hpp"
#include "read/needle.hpp"
#include "read/tokens.hpp"

namespace trailhound::read {

/// Items of a stream, proved: first those of the text as it is, then those that were mended.
struct Piece {
  TokenFinder finder;
  Buffer text;
  Tokens tokens;
  Items items;
  Mended mended;
  Position position;         ///< At the end
  std::uint64_t offset = 0;  ///< Of the text in the whole
  bool needles_met = true;   ///< The text holds what is asked for
  void clear() {
    text.clear();
    tokens = {};
    items.clear();
    mended.clear();
  }
};

/// Bounds and wishes that all streams of a scan share.
struct StreamContext {
  Limits limits;
  std::vector<std::string_view> lists;  ///< Keys whose arrays hold items
  std::uint64_t members = 0;            ///< Slots that are wanted
  bool unknown = false;
  const NeedleSearch* needles = nullptr;
};

/// What happened to one file; merged into the coverage at its end.
struct FileReport {
  std::string path;
  std::uint64_t bytes_on_disk = 0;
  std::uint64_t bytes_inflated = 0;
  std::uint64_t events = 0, broken = 0, items = 0, mended = 0;
  std::uint64_t not_logs[kNotLogs] = {};
  std::string_view form;
  bool searched_only = false;     ///< Not parsed: no literal in it
  bool empty = false;             ///< It holds no byte
  bool no_json = false;           ///< Text or bytes of another kind
  bool speaks_of_events = false;  ///< A key of events stands somewhere in its beginning
  std::vector<Note> notes;        ///< At most a few: the first of each code
};

/// One text. `next` may be called by any thread with its own piece.
class Stream {
 public:
  /// `at_end` gets the report when the last user lets go; `keep` lives as long as the stream.
  /// `reopen` gives the source anew, if that can be done.
  Stream(std::string path, SourcePtr source, std::uint64_t bytes_on_disk,
         const StreamContext& context, std::function<void(FileReport&)> at_end,
         std::shared_ptr<void> keep = nullptr, std::function<SourcePtr()> reopen = nullptr);
  ~Stream();

  /// The next piece; false when there is none.
  bool next(Piece& piece, Walk& walk);
  /// Whether another thread may find a piece here.
  bool has_more() const;
  const std::string& path() const { return report_.path; }
  /// Calls `change` with the report, under a lock.
  template <class Change>
  void report(Change change) {
    const std::lock_guard lock(report_mutex_);
    change(report_);
  }
  void note(std::uint64_t offset, std::string_view code, std::string words, bool loss,
            std::uint64_t broken = 0);

 private:
  enum class Kind { Unknown, Json, Rewritten, Nothing };
  bool fill(Piece& piece, std::uint64_t& number, bool& last);
  void begin(Buffer& text);
  bool more_text(Buffer& text, std::size_t most);
  void rewrite(std::string_view from, bool last, Buffer& into);
  bool search_whole(Buffer& text);
  bool search_and_reopen(Buffer& text);
  void prove(Piece& piece, Walk& walk, bool last);
  std::size_t cut(std::string_view text) const;

  const StreamContext& context_;
  std::function<void(FileReport&)> at_end_;
  std::shared_ptr<void> keep_;
  std::function<SourcePtr()> reopen_;
  FileReport report_;
  mutable std::mutex report_mutex_;

  // Unpacking.
  mutable std::mutex input_mutex_;
  SourcePtr source_;
  std::unique_ptr<Rewrite> rewrite_;
  std::string rewritten_;
  Kind kind_ = Kind::Unknown;
  Buffer rest_;  ///< Unpacked, not given out yet, from `rest_used_` on
  std::size_t rest_used_ = 0;
  std::uint64_t offset_ = 0;  ///< Of the next piece in the text
  std::size_t target_;        ///< Bytes of the next piece
  bool ended_ = false;        ///< The source is used up
  bool finished_ = false;     ///< The last piece was given out
  std::uint64_t given_ = 0;   ///< Pieces given out

  // Proving, piece after piece.
  std::mutex turn_mutex_;
  std::condition_variable turn_;
  std::uint64_t proved_ = 0;
  Position position_;
  Buffer carry_;  ///< An item's beginning that the piece before ended with
  std::uint64_t carry_offset_ = 0;
  std::string first_key_;
};

}  // namespace trailhound::read
