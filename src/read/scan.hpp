// SPDX-License-Identifier: Apache-2.0
//
// One pass over files: shared by its readers, one for each thread.
//
//   auto state = std::make_shared<ScanState>(files, plan, options);
//   ScanReader reader(state);
//   while (reader.read(sink, 2048) > 0) ...
//   state->coverage();
//
// A reader takes the next file; when none is left it helps with one that another reader has begun.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/event_source.hpp"
#include "read/archive.hpp"
#include "read/once.hpp"
#include "read/record.hpp"
#include "read/sources.hpp"
#include "read/stream.hpp"

namespace trailhound::read {

/// What the readers of a scan share.
class ScanState {
 public:
  ScanState(std::shared_ptr<const Found> found, std::vector<std::size_t> order,
            const event::ScanPlan& plan, const Options& options);

  const event::ScanPlan& plan() const { return plan_; }
  const Options& options() const { return options_; }
  const StreamContext& context() const { return context_; }
  const NeedleSearch& needles() const { return needles_; }
  Once& once() { return once_; }
  DoubleCount& doubles() { return doubles_; }

  bool stopped() const { return stopped_; }
  void stop();
  event::ScanProgress progress() const;
  std::atomic<std::uint64_t>& bytes_done() { return bytes_done_; }

  /// The next file to open; null when all are taken. Files delivered too early are passed over.
  const FoundFile* next_file();
  /// A stream that somebody began and that has more to give.
  std::shared_ptr<Stream> stream_to_share();
  void share(const std::shared_ptr<Stream>& stream);

  /// Adds counts, and says how the file ended.
  void add(const Coverage& counts);
  void add_tally(std::unordered_map<std::string, std::uint64_t>& tally);
  void end_file(FileReport& report);
  void add_note(Note note, bool failed);
  void open_archive();
  void open_member();
  Coverage coverage();

 private:
  std::shared_ptr<const Found> found_;
  std::vector<std::size_t> order_;
  event::ScanPlan plan_;
  Options options_;
  NeedleSearch needles_;
  StreamContext context_;
  Once once_;
  DoubleCount doubles_;
  std::atomic<bool> stopped_{false};
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint64_t> bytes_done_{0}, events_{0};
  std::uint64_t bytes_total_ = 0;

  std::mutex shared_mutex_;
  std::vector<std::weak_ptr<Stream>> shared_;

  std::mutex coverage_mutex_;
  Coverage coverage_;
  std::unordered_map<std::string, std::uint64_t> tally_;
};

/// One thread's share.
class ScanReader final : public event::EventReader {
 public:
  explicit ScanReader(std::shared_ptr<ScanState> state);
  ~ScanReader() override;
  std::size_t read(event::ColumnSink& sink, std::size_t most) override;

 private:
  /// A piece being handed on, or a text found within one.
  struct Frame {
    std::unique_ptr<Piece> piece;
    std::shared_ptr<Stream> stream;
    std::size_t next = 0;  ///< Item
    bool mended = false;   ///< ... among the mended ones
    std::uint64_t offset = 0;
    std::uint64_t events = 0, mended_events = 0, twice_events = 0;
    std::uint64_t not_logs[kNotLogs] = {};
    std::string_view form;
  };

  bool next_piece();
  bool next_stream();
  void open(const FoundFile& file);
  void open(std::string path, SourcePtr source, std::uint64_t bytes, std::shared_ptr<void> keep,
            int depth, std::function<SourcePtr()> reopen = nullptr);
  void end_frame();
  void flush();
  bool take_item(Frame& frame, event::ColumnSink& sink);
  bool take_event(Frame& frame, const Tokens& tokens, const Items& items, const Item& item,
                  bool mended, event::ColumnSink& sink);
  bool take_envelope(Frame& frame, const Tokens& tokens, Items& items, const Item& item);
  void push_text(std::string_view text, std::uint64_t offset);
  void push_packed(const std::string& text, std::uint64_t offset);
  std::optional<NotLog> other_record(const Tokens& tokens, const Items& items, const Item& item);
  void count_not_log(NotLog kind);
  void tally(const Tokens& tokens, std::span<const Slot> slots, const Facts& facts);
  std::unique_ptr<Piece> new_piece();

  std::shared_ptr<ScanState> state_;
  RecordWriter writer_;
  Walk walk_;
  std::shared_ptr<Stream> stream_;
  struct OpenArchive {
    std::shared_ptr<Archive> archive;
    std::string path;
    std::uint64_t bytes;
    int depth;
  };
  std::vector<OpenArchive> archives_;
  std::deque<Frame> frames_;  ///< References into it outlive a push at its end
  std::vector<std::unique_ptr<Piece>> spare_;
  Inner inner_;
  const Form* form_ = nullptr;  ///< That unwrapped the last envelope
  Coverage counts_;
  std::vector<std::uint64_t> hashes_;
  std::unordered_map<std::string, std::uint64_t> tally_;
  std::string tally_key_;
  bool done_ = false;
};

}  // namespace trailhound::read
