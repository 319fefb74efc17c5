// SPDX-License-Identifier: Apache-2.0
#include "read/scan.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace trailhound::read {
namespace {
using event::ColumnSink;
using event::Field;

constexpr int kMostPackings = 5;        ///< gz in zip in tar in ...
constexpr std::size_t kMostFrames = 8;  ///< Events in texts in events in ...
constexpr std::size_t kHashesHeld = 4096;

std::vector<std::string_view> list_names() {
  std::vector<std::string_view> names;
  for (const Form& form : forms()) {
    if (!form.list.empty() && std::find(names.begin(), names.end(), form.list) == names.end()) {
      names.push_back(form.list);
    }
  }
  return names;
}

std::string_view form_of_position(const Position& position) {
  if (!position.list.empty()) {
    for (const Form& form : forms()) {
      if (form.list == position.list) return form.name;
    }
  }
  return position.array ? "array" : "lines";
}

}  // namespace

ScanState::ScanState(std::shared_ptr<const Found> found, std::vector<std::size_t> order,
                     const event::ScanPlan& plan, const Options& options)
    : found_(std::move(found)),
      order_(std::move(order)),
      plan_(plan),
      options_(options),
      needles_(plan.needles),
      once_(options.limits.copies) {
  context_.limits = options.limits;
  context_.lists = list_names();
  context_.needles = &needles_;
  for (std::size_t i : order_) bytes_total_ += found_->files[i].size;
  coverage_.files_seen = order_.size() + found_->failed;
  coverage_.files_failed = found_->failed;
  for (const Note& note : found_->notes) {
    if (coverage_.notes.size() < kMostNotes) {
      coverage_.notes.push_back(note);
    } else {
      ++coverage_.notes_left_out;
    }
  }
}

void ScanState::stop() {
  stopped_ = true;
  const std::lock_guard lock(coverage_mutex_);
  coverage_.stopped = true;
}

event::ScanProgress ScanState::progress() const { return {bytes_done_, bytes_total_, events_}; }

const FoundFile* ScanState::next_file() {
  for (;;) {
    const std::size_t next = next_++;
    if (next >= order_.size()) return nullptr;
    const FoundFile& file = found_->files[order_[next]];
    if (!file.delivered || *file.delivered > plan_.from) return &file;
    bytes_done_ += file.size;
    const std::lock_guard lock(coverage_mutex_);
    ++coverage_.files_early;
  }
}

std::shared_ptr<Stream> ScanState::stream_to_share() {
  const std::lock_guard lock(shared_mutex_);
  for (std::size_t i = 0; i < shared_.size();) {
    std::shared_ptr<Stream> stream = shared_[i].lock();
    if (stream != nullptr && stream->has_more()) return stream;
    if (stream == nullptr) {
      shared_.erase(shared_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return nullptr;
}

void ScanState::share(const std::shared_ptr<Stream>& stream) {
  const std::lock_guard lock(shared_mutex_);
  std::erase_if(shared_, [](const std::weak_ptr<Stream>& held) { return held.expired(); });
  shared_.push_back(stream);
}

void ScanState::add(const Coverage& counts) {
  events_ += counts.events;
  const std::lock_guard lock(coverage_mutex_);
  coverage_.events += counts.events;
  coverage_.events_outside += counts.events_outside;
  coverage_.events_unneeded += counts.events_unneeded;
  coverage_.events_timeless += counts.events_timeless;
  coverage_.keys_twice += counts.keys_twice;
  coverage_.doubles += counts.doubles;
  coverage_.conflicts += counts.conflicts;
  if (counts.first && (!coverage_.first || *counts.first < *coverage_.first)) {
    coverage_.first = counts.first;
  }
  if (counts.last && (!coverage_.last || *counts.last > *coverage_.last)) {
    coverage_.last = counts.last;
  }
}

void ScanState::add_tally(std::unordered_map<std::string, std::uint64_t>& tally) {
  const std::lock_guard lock(coverage_mutex_);
  for (const auto& [key, count] : tally) tally_[key] += count;
  tally.clear();
}

void ScanState::add_note(Note note, bool failed) {
  const std::lock_guard lock(coverage_mutex_);
  if (failed) ++coverage_.files_failed;
  if (coverage_.notes.size() < kMostNotes) {
    coverage_.notes.push_back(std::move(note));
  } else {
    ++coverage_.notes_left_out;
  }
}

void ScanState::open_archive() {
  const std::lock_guard lock(coverage_mutex_);
  --coverage_.files_seen;
}

void ScanState::open_member() {
  const std::lock_guard lock(coverage_mutex_);
  ++coverage_.files_seen;
}

void ScanState::end_file(FileReport& report) {
  const std::lock_guard lock(coverage_mutex_);
  Coverage& all = coverage_;
  all.bytes_on_disk += report.bytes_on_disk;
  all.bytes_inflated += report.bytes_inflated;
  all.events_broken += report.broken;
  all.events_mended += report.mended;
  std::uint64_t others = 0;
  std::size_t kind = static_cast<std::size_t>(NotLog::Other);
  for (std::size_t i = 0; i < kNotLogs; ++i) {
    if (report.not_logs[i] > 0 && others == 0) kind = i;
    others += report.not_logs[i];
  }
  // What never spoke of events has lost none.
  const bool foreign = report.events == 0 && !report.speaks_of_events;
  bool loss = false;
  for (Note& note : report.notes) {
    note.kept = report.events;
    const bool unpacking = note.code == "broken-compression" || note.code == "unreadable-file" ||
                           note.code == "too-large";
    if (foreign && !unpacking && note.loss) continue;
    loss |= note.loss;
    if (all.notes.size() < kMostNotes) {
      all.notes.push_back(note);
    } else {
      ++all.notes_left_out;
    }
  }
  if (foreign) all.events_broken -= report.broken;
  if (report.searched_only) {
    ++all.files_searched;
    return;
  }
  if (loss && report.events == 0) {
    ++all.files_failed;
    return;
  }
  if (loss) ++all.files_damaged;
  if (report.empty) {
    ++all.files_read;
    ++all.forms["empty"];
  } else if (report.no_json || (foreign && (report.broken > 0 || !report.notes.empty()))) {
    ++all.not_logs[static_cast<std::size_t>(NotLog::Other)];
  } else if (report.events == 0 && others > 0) {
    ++all.not_logs[kind];
  } else {
    ++all.files_read;
    const std::string_view form = report.form.empty() ? "records" : report.form;
    const auto found = all.forms.find(form);
    if (found == all.forms.end()) {
      all.forms.emplace(form, 1);
    } else {
      ++found->second;
    }
    for (std::size_t i = 0; i < kNotLogs; ++i) all.not_logs[i] += report.not_logs[i];
  }
}

Coverage ScanState::coverage() {
  Coverage copy;
  std::unordered_map<std::string, std::uint64_t> tally;
  {
    const std::lock_guard lock(coverage_mutex_);
    copy = coverage_;
    tally = tally_;
  }
  if (!plan_.once) {
    copy.doubles = doubles_.count();
    copy.doubles_exact = doubles_.exact();
  }
  copy.once_gave_up = once_.gave_up();
  std::stable_sort(copy.notes.begin(), copy.notes.end(),
                   [](const Note& one, const Note& other) { return one.path < other.path; });
  for (const auto& [text, count] : tally) {
    TallyKey key;
    std::string_view rest = text;
    std::memcpy(&key.hour, rest.data(), sizeof key.hour);
    rest.remove_prefix(sizeof key.hour);
    for (std::string* part : {&key.account, &key.region, &key.category, &key.source}) {
      const std::size_t end = rest.find('\0');
      *part = rest.substr(0, end);
      rest.remove_prefix(end + 1);
    }
    copy.tally[key] += count;
  }
  return copy;
}

ScanReader::ScanReader(std::shared_ptr<ScanState> state)
    : state_(std::move(state)),
      writer_(state_->plan().fields),
      walk_(state_->context().lists, state_->context().limits.depth) {
  std::uint64_t members = writer_.members();
  if (state_->options().tally) {
    const KeyTable& table = keys_of(Field::Record);
    for (int i = 0; i < static_cast<int>(table.size()); ++i) {
      if (table.field(i) == Field::AwsRegion || table.field(i) == Field::EventCategory) {
        members |= std::uint64_t{1} << i;
      }
    }
  }
  walk_.want(members, writer_.wants_unknown());
}

ScanReader::~ScanReader() {
  done_ = true;
  while (!frames_.empty()) end_frame();
  flush();
}

std::size_t ScanReader::read(ColumnSink& sink, std::size_t most) {
  std::size_t put = 0;
  while (put < most) {
    if (frames_.empty()) {
      if (done_ || state_->stopped() || !next_piece()) {
        if (put == 0) {
          done_ = true;
          stream_.reset();
          archives_.clear();
          flush();
        }
        break;
      }
    }
    Frame& frame = frames_.back();
    if (!frame.mended && frame.next >= frame.piece->items.all.size()) {
      frame.mended = true;
      frame.next = 0;
    }
    if (frame.mended && frame.next >= frame.piece->mended.items.all.size()) {
      end_frame();
      continue;
    }
    if (take_item(frame, sink)) ++put;
  }
  return put;
}

std::unique_ptr<Piece> ScanReader::new_piece() {
  if (spare_.empty()) return std::make_unique<Piece>();
  std::unique_ptr<Piece> piece = std::move(spare_.back());
  spare_.pop_back();
  return piece;
}

void ScanReader::end_frame() {
  Frame& frame = frames_.back();
  frame.stream->report([&](FileReport& report) {
    report.events += frame.events;
    report.mended += frame.mended_events;
    for (std::size_t i = 0; i < kNotLogs; ++i) report.not_logs[i] += frame.not_logs[i];
    if (report.form.empty()) report.form = frame.form;
  });
  if (frame.mended_events > 0) {
    frame.stream->note(frame.offset, "mended-bytes",
                       "bytes or escapes that name no character were replaced", false);
  }
  if (frame.twice_events > 0) {
    frame.stream->note(frame.offset, "key-twice",
                       "a key stands twice in one object: the last one holds", false);
  }
  spare_.push_back(std::move(frame.piece));
  frames_.pop_back();
  if (frames_.empty()) flush();
}

void ScanReader::flush() {
  state_->add(counts_);
  counts_ = {};
  if (hashes_.size() >= kHashesHeld || done_) state_->doubles().add(hashes_);
  if (!tally_.empty()) state_->add_tally(tally_);
}

bool ScanReader::next_piece() {
  for (;;) {
    if (stream_ != nullptr) {
      std::unique_ptr<Piece> piece = new_piece();
      if (stream_->next(*piece, walk_)) {
        if (piece->offset == 0) state_->share(stream_);
        Frame frame;
        frame.offset = piece->offset;
        frame.form = form_of_position(piece->position);
        frame.piece = std::move(piece);
        frame.stream = stream_;
        frames_.push_back(std::move(frame));
        return true;
      }
      spare_.push_back(std::move(piece));
      stream_.reset();
    }
    if (state_->stopped() || !next_stream()) return false;
  }
}

bool ScanReader::next_stream() {
  while (!archives_.empty()) {
    const OpenArchive open_archive = archives_.back();
    if (std::optional<ArchiveMember> member = open_archive.archive->next()) {
      state_->open_member();
      open(open_archive.path + "/" + member->path, std::move(member->source), 0,
           open_archive.archive, open_archive.depth);
      if (stream_ != nullptr) return true;
      continue;
    }
    if (const Failure* failure = open_archive.archive->failure()) {
      state_->add_note({.path = open_archive.path, .code = failure->code, .words = failure->words},
                       true);
    }
    archives_.pop_back();
  }
  while (const FoundFile* file = state_->next_file()) {
    open(*file);
    if (stream_ != nullptr) return true;
    if (!archives_.empty()) return next_stream();
    if (state_->stopped()) return false;
  }
  stream_ = state_->stream_to_share();
  return stream_ != nullptr;
}

void ScanReader::open(const FoundFile& file) {
  if (file.spooled != nullptr) {
    open(file.path, read_descriptor(file.spooled->descriptor(), &state_->bytes_done()), file.size,
         file.spooled, 0,
         [spooled = file.spooled] { return read_descriptor(spooled->descriptor()); });
    return;
  }
  // The file may have changed since it was found: a pipe in its place must not block us.
  const int descriptor = ::open(file.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  struct stat info;
  const char* why = nullptr;
  if (descriptor < 0) {
    why = std::strerror(errno);
  } else if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    why = "it is no file any more";
    ::close(descriptor);
  }
  if (why != nullptr) {
    state_->add_note({.path = file.path, .code = "unreadable-file", .words = why}, true);
    return;
  }
  const auto opened = std::make_shared<OpenFile>(descriptor);
  open(file.path, read_descriptor(descriptor, &state_->bytes_done()),
       static_cast<std::uint64_t>(info.st_size), opened, 0,
       [opened] { return read_descriptor(opened->descriptor()); });
}

void ScanReader::open(std::string path, SourcePtr source, std::uint64_t bytes,
                      std::shared_ptr<void> keep, int depth, std::function<SourcePtr()> reopen) {
  for (;; ++depth) {
    auto peeked = std::make_unique<PeekSource>(std::move(source));
    const Packing packing = packing_of(peeked->peek(512));
    if (packing != Packing::None && depth >= kMostPackings) {
      state_->add_note(
          {.path = std::move(path), .code = "too-deep", .words = "packed in too many layers"},
          true);
      return;
    }
    switch (packing) {
      case Packing::Gzip:
      case Packing::Zstd: {
        SourcePtr (*const unpack)(SourcePtr) = packing == Packing::Gzip ? unpack_gzip : unpack_zstd;
        source = unpack(std::move(peeked));
        if (reopen) reopen = [unpack, packed = std::move(reopen)] { return unpack(packed()); };
        continue;
      }
      case Packing::Archive:
        state_->open_archive();
        archives_.push_back({std::make_shared<Archive>(std::move(peeked), std::move(keep)), path,
                             bytes, depth + 1});
        return;
      case Packing::None:
        stream_ = std::make_shared<Stream>(
            std::move(path), std::move(peeked), bytes, state_->context(),
            [state = state_](FileReport& report) { state->end_file(report); }, std::move(keep),
            std::move(reopen));
        return;
    }
  }
}

/// Hands an item on; true if an event was put.
bool ScanReader::take_item(Frame& frame, ColumnSink& sink) {
  Items& items = frame.mended ? frame.piece->mended.items : frame.piece->items;
  const Tokens tokens = frame.mended ? frame.piece->mended.tokens() : frame.piece->tokens;
  const std::size_t number = frame.next++;
  const Item item = items.all[number];
  const bool marked =
      (item.marks & action_mark()) != 0 && std::popcount(item.marks & event_marks()) >= 2;
  if (!marked) return take_envelope(frame, tokens, items, item);
  if (item.unknown || (item.marks & insight_mark()) != 0) {
    if (const auto kind = other_record(tokens, items, item)) {
      count_not_log(*kind);
      return false;
    }
  }
  const bool changed = frame.mended && number < frame.piece->mended.changed.size() &&
                       frame.piece->mended.changed[number];
  return take_event(frame, tokens, items, item, changed, sink);
}

/// What a record with the marks of an event is, if it is none.
std::optional<NotLog> ScanReader::other_record(const Tokens& tokens, const Items& items,
                                               const Item& item) {
  const auto slots = items.slots_of(item);
  if (writer_.text_of(tokens, slots, Field::EventSource).substr(0, 4) == "aws:") {
    return NotLog::Notification;
  }
  const std::string_view type = writer_.text_of(tokens, slots, Field::EventType);
  if (type == "AwsCloudTrailInsight") return NotLog::Insight;
  if (type == "AwsAggregatedEvent") return NotLog::Aggregated;
  return std::nullopt;
}

bool ScanReader::take_event(Frame& frame, const Tokens& tokens, const Items& items,
                            const Item& item, bool mended, ColumnSink& sink) {
  const auto slots = items.slots_of(item);
  const Facts facts = writer_.facts(tokens, slots);
  ++frame.events;
  if (mended) ++frame.mended_events;
  if (item.twice) {
    ++counts_.keys_twice;
    ++frame.twice_events;
  }
  if (facts.time) {
    if (!counts_.first || *facts.time < *counts_.first) counts_.first = facts.time;
    if (!counts_.last || *facts.time > *counts_.last) counts_.last = facts.time;
  } else {
    ++counts_.events_timeless;
  }
  if (state_->options().tally) tally(tokens, slots, facts);

  const event::ScanPlan& plan = state_->plan();
  // An event without a time is in every window.
  const bool outside =
      (facts.time && (*facts.time < plan.from || *facts.time >= plan.to)) ||
      (!plan.accounts.empty() &&
       std::find(plan.accounts.begin(), plan.accounts.end(), facts.account) == plan.accounts.end());
  if (outside) {
    ++counts_.events_outside;
    return false;
  }
  const NeedleSearch& needles = state_->needles();
  if (!needles.empty() &&
      (!frame.piece->needles_met || !needles.all_met(tokens.slice(item.begin, item.end)))) {
    ++counts_.events_unneeded;
    return false;
  }
  if (plan.once) {
    std::uint64_t identity = facts.id.empty() ? 0 : identity_hash(facts.account, facts.id);
    if (!facts.id.empty()) state_->once().expect(identity);
    const std::uint64_t content = writer_.content_hash(tokens, item);
    if (facts.id.empty()) identity = content;
    const Meeting meeting = state_->once().meet(identity, content);
    if (meeting == Meeting::Copy) {
      ++counts_.doubles;
      return false;
    }
    if (meeting == Meeting::Conflict) ++counts_.conflicts;
  } else if (!facts.id.empty()) {
    hashes_.push_back(identity_hash(facts.account, facts.id));
  }
  ++counts_.events;
  writer_.put(tokens, item, slots, facts, frame.stream->path(), sink);
  return true;
}

void ScanReader::tally(const Tokens& tokens, std::span<const Slot> slots, const Facts& facts) {
  const std::int64_t micros = facts.time ? facts.time->micros : 0;
  const std::int64_t hour = (micros - (micros % kHour + kHour) % kHour) / kHour;
  std::string_view category = writer_.text_of(tokens, slots, Field::EventCategory);
  if (category.empty()) category = "Management";
  tally_key_.assign(reinterpret_cast<const char*>(&hour), sizeof hour);
  for (std::string_view part : {facts.account, writer_.text_of(tokens, slots, Field::AwsRegion),
                                category, writer_.text_of(tokens, slots, Field::EventSource)}) {
    tally_key_ += part;
    tally_key_ += '\0';
  }
  ++tally_[tally_key_];
}

void ScanReader::count_not_log(NotLog kind) {
  ++frames_.back().not_logs[static_cast<std::size_t>(kind)];
}

/// Looks for what is inside an item that is no event.
bool ScanReader::take_envelope(Frame& frame, const Tokens& tokens, Items& items, const Item& item) {
  const View view(tokens, item.begin);
  const NotLog kind = item.object ? kind_of(view) : NotLog::Other;
  inner_.clear();
  const Form* found = nullptr;
  const std::string_view list = frame.piece->position.list;
  if (form_ == nullptr || form_->list != list) {
    for (const Form& form : forms()) {
      if (form.unwrap != nullptr && !list.empty() && form.list == list) form_ = &form;
    }
  }
  if (form_ != nullptr && !form_->last && form_->unwrap(view, inner_)) found = form_;
  for (int round = 0; round < 2 && found == nullptr; ++round) {
    for (const Form& form : forms()) {
      if (form.unwrap == nullptr || form.last != (round == 1)) continue;
      inner_.clear();
      if (form.unwrap(view, inner_)) {
        found = &form;
        break;
      }
    }
  }
  if (found == nullptr) {
    count_not_log(kind);
    return false;
  }
  form_ = found;
  if (inner_.empty()) {
    if (inner_.not_log) count_not_log(*inner_.not_log);
    return false;
  }
  if (frame.stream != nullptr && frame.events == 0) frame.form = found->name;
  for (Token value : inner_.values) walk_.one(tokens, value, items);
  const std::uint64_t offset = frame.offset + (frame.mended ? 0 : tokens.at[item.begin]);
  Inner inner;
  std::swap(inner, inner_);
  for (const std::string& text : inner.texts) push_text(text, offset);
  for (const std::string& text : inner.packed) push_packed(text, offset);
  return false;
}

void ScanReader::push_packed(const std::string& text, std::uint64_t offset) {
  const std::shared_ptr<Stream> stream = frames_.back().stream;
  std::optional<std::string> bytes = from_base64(text);
  if (!bytes || packing_of(*bytes) != Packing::Gzip) {
    stream->note(offset, "broken-event", "base64 of gzip is damaged", true, 1);
    return;
  }
  const SourcePtr source = unpack_gzip(read_memory(std::move(*bytes)));
  Buffer out;
  constexpr std::size_t kStep = 64 << 10;
  for (;;) {
    const std::size_t old = out.size();
    const std::size_t got = source->read(out.grow(kStep), kStep);
    out.shrink_to(old + got);
    if (got == 0) break;
    if (out.size() > state_->context().limits.record) {
      stream->note(offset, "too-large", "a packed text is longer than the limit", true, 1);
      return;
    }
  }
  if (const Failure* failure = source->failure()) {
    stream->note(offset, failure->code, failure->words, true);
  }
  push_text(out.view(), offset);
}

/// Reads a text found within an item as a document of its own.
void ScanReader::push_text(std::string_view text, std::uint64_t offset) {
  const std::shared_ptr<Stream> stream = frames_.back().stream;
  if (frames_.size() >= kMostFrames) {
    stream->note(offset, "too-deep", "texts in texts, beyond the limit", true, 1);
    return;
  }
  Frame frame;
  frame.stream = stream;
  frame.offset = offset;
  frame.form = frames_.back().form;
  frame.piece = new_piece();
  Piece& piece = *frame.piece;
  piece.clear();
  piece.position = {};
  piece.needles_met = true;
  piece.text.append(text);
  piece.text.seal();
  Position position;
  std::size_t done = 0;
  bool whole = false;
  if (const auto tokens = piece.finder.find(piece.text)) {
    piece.tokens = *tokens;
    const Stop stop = walk_.go(piece.tokens, position, piece.items);
    whole = stop.flaw == Flaw::None && position.place == Position::Place::Between;
    done = stop.flaw == Flaw::None ? piece.text.size() : piece.tokens.at[stop.token];
  }
  if (!whole) {
    std::string first_key;
    Careful careful(walk_, state_->context().limits.depth, first_key);
    careful.take(piece.text.view().substr(done), true, false, position, piece.mended);
    piece.mended.text.seal();
    for (const Trouble& trouble : piece.mended.troubles) {
      stream->note(offset, trouble.code, std::string(trouble.words), trouble.loss,
                   trouble.event ? 1 : 0);
    }
  }
  piece.position = position;
  frames_.push_back(std::move(frame));
}

}  // namespace trailhound::read
