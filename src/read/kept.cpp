// SPDX-License-Identifier: Apache-2.0
//
// Measured over 1.7 million made-up events: keeping costs about as much again as reading them, and
// some 250 bytes an event; a Parquet file costs four times that to write, and a scan of it reads
// whole row groups where here only the numbers of one column are looked at.
#include "read/kept.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "read/kept_events.hpp"

namespace trailhound::read {
namespace {

using event::Field;
using event::Kind;
using event::RowFilter;

// So few that even the longest events, were there nothing else, stay below what 32 bits count.
constexpr std::size_t kReadAtOnce = 32;
constexpr auto kBetweenTellings = std::chrono::milliseconds(100);
// Of one kind: more than that are no longer worth their memory.
constexpr std::size_t kMostCombinations = 100'000;
// Bytes that are copied from a file in memory in about the time that it takes to ask for them.
constexpr std::size_t kWorthAReading = 4096;

Error failed(const std::string& name) {
  return Error("output-failed", "`" + name + "` cannot be written: " + std::strerror(errno))
      .note("set TMPDIR to a folder with more room");
}

const std::vector<RowFilter> kNoTests;

event::FieldSet with_number(event::FieldSet fields) {
  fields.add(Field::EventId);
  return fields;
}

}  // namespace

HiddenFile::~HiddenFile() {
  if (file_ >= 0) close(file_);
}

Result<std::uint64_t> HiddenFile::reserve(const std::string& folder, std::size_t bytes) {
  if (file_ < 0) {
    const char* const given = std::getenv("TMPDIR");
    std::string name = folder.empty() ? (given == nullptr ? "/tmp" : given) : folder;
    name += "/kept-XXXXXX";
    file_ = mkstemp(name.data());
    if (file_ < 0) return failed(name);
    unlink(name.c_str());
  }
  const std::uint64_t begin = end_;
  end_ += bytes;
  return begin;
}

Result<void> HiddenFile::write(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t step = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) return failed("a temporary file");
    bytes.remove_prefix(static_cast<std::size_t>(step));
    offset += static_cast<std::uint64_t>(step);
  }
  return {};
}

bool HiddenFile::read(std::uint64_t offset, std::size_t size, char* into) const {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t step = pread(file_, into + got, size - got, static_cast<off_t>(offset + got));
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) return false;
    got += static_cast<std::size_t>(step);
  }
  return true;
}

/// The combinations of some fields' values that were met, each with a number.
class Combinations {
 public:
  Combinations(const event::FieldSet& fields, const KeepOptions& options);
  ~Combinations();

  /// The number of the combination that the builder's present event shows, from 1; 0: there are too
  /// many.
  std::uint32_t met(const Layout& layout, const Layout::Combination& which, BlockBuilder& event);
  /// To be called once all were met.
  Result<void> finish();
  /// Null: there were too many.
  KeptEvents* events() { return too_many_ ? nullptr : events_.get(); }

 private:
  void keep(const Layout& layout, const Layout::Combination& which, BlockBuilder& event);
  Result<void> pack();

  const KeepOptions& options_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unique_ptr<KeptEvents> events_;
  std::unique_ptr<BlockBuilder> builder_;
  std::string key_;
  std::vector<std::string> bytes_;
  std::optional<Error> failure_;
  bool too_many_ = false;
};

KeptEvents::KeptEvents(const event::FieldSet& kept, const std::vector<Settled>& settled)
    : fields_(kept), layout_(kept, settled) {}

KeptEvents::~KeptEvents() = default;

Kept* KeptEvents::combinations(std::size_t place) { return combinations_[place]->events(); }

Result<void> KeptEvents::add(Block block, std::vector<std::string>& bytes,
                             const KeepOptions& options) {
  std::vector<Leaving> leaving;
  {
    const std::lock_guard lock(mutex_);
    events_ += block.rows;
    StoredBlock& stored = blocks_.emplace_back();
    stored.block = std::move(block);
    for (std::size_t column = 0; column < bytes.size(); ++column) {
      const std::size_t size = bytes[column].size();
      stored.columns.push_back({std::exchange(bytes[column], {}), 0});
      if (size == 0) continue;
      held_.push({size, blocks_.size() - 1, column});
      in_memory_ += size;
    }
    TRY(leaving, make_room(options));
  }
  for (const Leaving& one : leaving) TRY(file_.write(one.offset, one.bytes));
  return {};
}

/// The largest columns go: many small ones are looked at by every question, and there are more of
/// them in the same room.
Result<std::vector<KeptEvents::Leaving>> KeptEvents::make_room(const KeepOptions& options) {
  std::vector<Leaving> leaving;
  while (in_memory_ > options.memory) {
    const InMemory largest = held_.top();
    held_.pop();
    StoredBlock::Column& column = blocks_[largest.block].columns[largest.column];
    TRY(column.offset, file_.reserve(options.temp_folder, largest.bytes));
    leaving.push_back({std::exchange(column.bytes, {}), column.offset});
    in_memory_ -= largest.bytes;
  }
  return leaving;
}

bool KeptEvents::open(const StoredBlock& stored, std::size_t column, Buffer& held,
                      ColumnView& view) const {
  const std::uint64_t size = stored.block.columns[column].bytes(stored.block.rows);
  const StoredBlock::Column& lies = stored.columns[column];
  std::string_view bytes = lies.bytes;
  if (bytes.size() != size) {
    held.clear();
    if (!file_.read(lies.offset, size, held.grow(size))) return false;
    bytes = held.view();
  }
  view.open(stored.block, column, bytes);
  return true;
}

bool KeptEvents::open(const StoredBlock& stored, std::size_t column,
                      std::span<const std::uint16_t> rows, Buffer& held, ColumnView& view) const {
  const ColumnForm& form = stored.block.columns[column];
  const StoredBlock::Column& lies = stored.columns[column];
  if (!lies.bytes.empty() || rows.size() * kWorthAReading >= form.text_bytes) {
    return open(stored, column, held, view);
  }
  held.clear();
  const std::uint64_t head = form.head_bytes(stored.block.rows);
  if (!file_.read(lies.offset, head, held.grow(form.bytes(stored.block.rows)))) return false;
  view.open(stored.block, column, held.view());
  for (const std::uint16_t row : rows) {
    const std::size_t number = view.number(row);
    if (number == 0) continue;
    const std::string_view value = view.value(number);
    const auto place = static_cast<std::size_t>(value.data() - held.data());
    if (!file_.read(lies.offset + place, value.size(), held.data() + place)) return false;
  }
  return true;
}

Combinations::Combinations(const event::FieldSet& fields, const KeepOptions& options)
    : options_(options),
      events_(std::make_unique<KeptEvents>(with_number(fields), std::vector<Settled>{})),
      builder_(std::make_unique<BlockBuilder>(events_->layout(), nullptr, event::FieldSet{},
                                              kNoTests)) {}
Combinations::~Combinations() = default;

std::uint32_t Combinations::met(const Layout& layout, const Layout::Combination& which,
                                BlockBuilder& event) {
  const std::lock_guard lock(mutex_);
  key_.clear();
  for (const std::size_t column : which.of) {
    const std::string_view* const value = event.value(column);
    key_ += value == nullptr ? '\0' : '\1';
    if (value == nullptr) continue;
    key_.append(bytes_of(value->size()));
    key_.append(*value);
  }
  key_.append(bytes_of(event.structs() & which.structs));
  if (const auto known = numbers_.find(key_); known != numbers_.end()) return known->second;
  if (numbers_.size() == kMostCombinations || failure_) too_many_ = true;
  if (too_many_) return 0;
  keep(layout, which, event);
  return numbers_.emplace(key_, static_cast<std::uint32_t>(numbers_.size() + 1)).first->second;
}

void Combinations::keep(const Layout& layout, const Layout::Combination& which,
                        BlockBuilder& event) {
  if (builder_->room() == 0) {
    if (Result<void> packed = pack(); !packed.ok()) failure_ = packed.error();
  }
  builder_->begin_event();
  for (const event::FieldInfo& info : event::schema()) {
    const std::size_t bit = layout.bit_of(info.field);
    if (bit != Layout::kNone && (event.structs() & which.structs) >> bit % 32 & 1) {
      builder_->present(info.field);
    }
  }
  for (const std::size_t column : which.of) {
    const std::string_view* const value = event.value(column);
    if (value == nullptr) continue;
    const Field field = layout.field_in(column);
    const Kind kind = event::describe(field).kind;
    if (kind == Kind::List || kind == Kind::Map) {
      replay(field, *value, *builder_);
    } else {
      builder_->put(field, *value);
    }
  }
  builder_->put(Field::EventId, std::to_string(numbers_.size() + 1));
  builder_->end_event();
}

Result<void> Combinations::pack() {
  Block block = builder_->pack(bytes_);
  return events_->add(std::move(block), bytes_, options_);
}

Result<void> Combinations::finish() {
  if (failure_) return *failure_;
  numbers_.clear();
  if (builder_->rows() > 0) TRY(pack());
  builder_.reset();
  return {};
}

namespace {

/// Fills blocks until the reader has no more.
Result<void> drain(event::EventReader& reader, KeptEvents& kept, const KeepOptions& options,
                   const std::function<bool()>& goes_on) {
  const Layout& layout = kept.layout();
  BlockBuilder builder(
      layout,
      [&](std::size_t place) {
        return kept.all_combinations()[place]->met(layout, layout.combinations()[place], builder);
      },
      options.bulky, options.bulky_of);
  std::vector<std::string> bytes;
  const auto pack = [&] {
    Block block = builder.pack(bytes);
    return kept.add(std::move(block), bytes, options);
  };
  while (goes_on()) {
    if (builder.room() == 0) TRY(pack());
    if (reader.read(builder, std::min(builder.room(), kReadAtOnce)) == 0) break;
  }
  if (builder.rows() == 0) return {};
  return pack();
}

}  // namespace

Result<std::unique_ptr<Kept>> Kept::gather(event::EventSource& source, const event::ScanPlan& plan,
                                           const KeepOptions& options,
                                           const std::atomic<bool>* stopped) {
  auto kept = std::make_unique<KeptEvents>(plan.fields, options.settled);
  event::ScanPlan reading = plan;
  for (const Settled& settled : options.settled) {
    reading.fields.add(settled.by);
    kept->all_combinations().push_back(std::make_unique<Combinations>(settled.by, options));
  }
  const std::unique_ptr<event::EventScan> scan = source.scan(reading);
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  std::atomic<bool> failed = false;
  std::mutex mutex;
  auto told = std::chrono::steady_clock::now();
  const auto goes_on = [&] {
    if (failed || (stopped != nullptr && *stopped)) {
      scan->stop();
      return false;
    }
    if (!options.progress) return true;
    const std::unique_lock lock(mutex, std::try_to_lock);
    if (!lock.owns_lock()) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now - told >= kBetweenTellings) {
      told = now;
      options.progress(scan->progress());
    }
    return true;
  };
  std::vector<Result<void>> ends(threads);
  std::vector<std::thread> others;
  const auto work = [&](unsigned place) {
    const std::unique_ptr<event::EventReader> reader = scan->reader();
    ends[place] = drain(*reader, *kept, options, goes_on);
    if (!ends[place].ok()) failed = true;
  };
  for (unsigned place = 1; place < threads; ++place) others.emplace_back(work, place);
  work(0);
  for (std::thread& other : others) other.join();
  for (Result<void>& end : ends) TRY(std::move(end));
  for (const auto& combinations : kept->all_combinations()) TRY(combinations->finish());
  if (stopped != nullptr && *stopped) return Error("cancelled", "the question was stopped");
  return std::unique_ptr<Kept>(std::move(kept));
}

}  // namespace trailhound::read
