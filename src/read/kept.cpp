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
#include "read/blocks.hpp"

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

/// A file that nobody else sees.
class HiddenFile {
 public:
  HiddenFile() = default;
  ~HiddenFile() {
    if (file_ >= 0) close(file_);
  }
  HiddenFile(const HiddenFile&) = delete;
  HiddenFile& operator=(const HiddenFile&) = delete;

  /// Says where the bytes lie.
  Result<std::uint64_t> add(const std::string& folder, std::string_view bytes) {
    if (file_ < 0) {
      const char* const given = std::getenv("TMPDIR");
      std::string name = folder.empty() ? (given == nullptr ? "/tmp" : given) : folder;
      name += "/kept-XXXXXX";
      file_ = mkstemp(name.data());
      if (file_ < 0) return failed(name);
      unlink(name.c_str());
    }
    const std::uint64_t begin = end_;
    while (!bytes.empty()) {
      const ssize_t step = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(end_));
      if (step < 0 && errno == EINTR) continue;
      if (step <= 0) return failed("a temporary file");
      bytes.remove_prefix(static_cast<std::size_t>(step));
      end_ += static_cast<std::uint64_t>(step);
    }
    return begin;
  }
  /// Whether all the bytes could be read.
  bool read(std::uint64_t offset, std::size_t size, std::string& into) const {
    into.resize(size);
    std::size_t got = 0;
    while (got < size) {
      const ssize_t step =
          pread(file_, into.data() + got, size - got, static_cast<off_t>(offset + got));
      if (step < 0 && errno == EINTR) continue;
      if (step <= 0) return false;
      got += static_cast<std::size_t>(step);
    }
    return true;
  }

 private:
  static Error failed(const std::string& name) {
    return Error("output-failed", "`" + name + "` cannot be written: " + std::strerror(errno))
        .note("set TMPDIR to a folder with more room");
  }
  int file_ = -1;
  std::uint64_t end_ = 0;
};

/// A block, and where its bytes are.
struct StoredBlock {
  Block block;
  std::string bytes;         ///< Empty if they lie in the file
  std::uint64_t offset = 0;  ///< In the file
};

using Values = std::vector<std::optional<std::string>>;

class KeptEvents;

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
  std::string key_, bytes_;
  std::optional<Error> failure_;
  bool too_many_ = false;
};

class KeptEvents final : public Kept {
 public:
  KeptEvents(const event::FieldSet& kept, const std::vector<Settled>& settled)
      : fields_(kept), layout_(kept, settled) {}

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override;
  const event::FieldSet& fields() const override { return fields_; }
  std::uint64_t events() const override { return events_; }
  Kept* combinations(std::size_t place) override { return combinations_[place]->events(); }
  void give(Field field, Values values) override {
    values_[index_of(field)] = std::move(values);
    fields_.add(field);
  }

  const Layout& layout() const { return layout_; }
  const std::vector<StoredBlock>& blocks() const { return blocks_; }
  std::vector<std::unique_ptr<Combinations>>& all_combinations() { return combinations_; }
  /// What a field is in each combination, from 1.
  const Values& values_of(Field field) const { return values_[index_of(field)]; }

  Result<void> add(Block block, std::string_view bytes, const KeepOptions& options) {
    const std::lock_guard lock(mutex_);
    events_ += block.rows;
    StoredBlock stored{std::move(block), {}, 0};
    if (in_memory_ + bytes.size() <= options.memory) {
      in_memory_ += bytes.size();
      stored.bytes = std::string(bytes);
    } else {
      TRY(stored.offset, file_.add(options.temp_folder, bytes));
    }
    blocks_.push_back(std::move(stored));
    return {};
  }

  /// Opens a column of a block; `held` is memory for what has to be read. False if it could not be.
  bool open(const StoredBlock& stored, std::size_t column, std::string& held,
            ColumnView& view) const {
    const ColumnPlace& place = stored.block.columns[column];
    const std::uint64_t size = place.bytes(stored.block.rows);
    std::string_view bytes;
    if (!stored.bytes.empty() || size == 0) {
      bytes = std::string_view(stored.bytes).substr(size == 0 ? 0 : place.at, size);
    } else {
      if (!file_.read(stored.offset + place.at, size, held)) return false;
      bytes = held;
    }
    view.open(stored.block, column, bytes);
    return true;
  }

 private:
  event::FieldSet fields_;
  const Layout layout_;
  std::mutex mutex_;
  std::vector<StoredBlock> blocks_;
  std::vector<std::unique_ptr<Combinations>> combinations_;
  std::array<Values, event::kFields> values_;
  HiddenFile file_;
  std::uint64_t in_memory_ = 0;
  std::uint64_t events_ = 0;
};

const std::vector<RowFilter> kNoTests;

event::FieldSet with_number(event::FieldSet fields) {
  fields.add(Field::EventId);
  return fields;
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

using Passed = std::vector<char>;

/// Which events of a block pass a filter.
class Sieve {
 public:
  Sieve(const KeptEvents& kept, const StoredBlock& stored) : kept_(kept), stored_(stored) {}

  /// Leaves of `rows` only those that pass. False: none does.
  bool sift(const RowFilter& filter, Passed& rows) {
    switch (filter.kind) {
      case RowFilter::Kind::Everything:
        return true;
      case RowFilter::Kind::All:
        return std::all_of(filter.parts.begin(), filter.parts.end(),
                           [&](const RowFilter& part) { return sift(part, rows); });
      case RowFilter::Kind::Any:
        return any(filter, rows);
      default:
        return leaf(filter, rows);
    }
  }

 private:
  bool any(const RowFilter& filter, Passed& rows) {
    Passed left(rows.size(), 0);
    bool some = false;
    for (const RowFilter& part : filter.parts) {
      Passed these = rows;
      if (!sift(part, these)) continue;
      some = true;
      for (std::size_t i = 0; i < left.size(); ++i) left[i] |= these[i];
    }
    rows = std::move(left);
    return some;
  }

  bool leaf(const RowFilter& filter, Passed& rows) {
    const std::size_t column = kept_.layout().column_of(filter.field);
    if (column == Layout::kNone) return true;  // not kept: the engine will see
    auto& open = columns_[column];
    if (!open) {
      open.emplace();
      if (!kept_.open(stored_, column, open->held, open->view)) {
        open.reset();
        return true;
      }
    }
    const ColumnView& view = open->view;
    Passed by_number(view.values() + 1);
    for (std::size_t number = 0; number <= view.values(); ++number) {
      by_number[number] = passes(filter, view, number) ? 1 : 0;
    }
    const auto passing = std::count(by_number.begin(), by_number.end(), char{1});
    if (passing == 0) return false;
    if (static_cast<std::size_t>(passing) == by_number.size()) return true;
    char some = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      some |= rows[row] &= by_number[view.number(row)];
    }
    return some != 0;
  }

  bool passes(const RowFilter& filter, const ColumnView& view, std::size_t number) const {
    if (filter.kind == RowFilter::Kind::Time) {
      if (number == 0) return false;
      const auto micros = number_in<std::int64_t>(view.value(number));
      return micros >= filter.from.micros && micros <= filter.to.micros;
    }
    if (number == 0) return filter.passes_text(std::nullopt);
    const Values& values = kept_.values_of(filter.field);
    if (values.empty()) return filter.passes_text(view.value(number));
    const auto& value = values[number_in<std::uint32_t>(view.value(number)) - 1];
    return filter.passes_text(value ? std::optional<std::string_view>(*value) : std::nullopt);
  }

  struct Open {
    ColumnView view;
    std::string held;
  };
  const KeptEvents& kept_;
  const StoredBlock& stored_;
  std::unordered_map<std::size_t, std::optional<Open>> columns_;
};

class KeptScan final : public event::EventScan {
 public:
  /// A column that is looked at: of the structs, without a field; of a field; or of combinations,
  /// with the fields that they settle.
  struct Shown {
    std::size_t column = 0;
    std::vector<Field> fields;
    std::vector<const Values*> values;
  };

  KeptScan(const KeptEvents& kept, event::ScanPlan plan) : kept_(kept), plan_(std::move(plan)) {
    std::vector<RowFilter> all;
    if (plan_.filter) all.push_back(*plan_.filter);
    filter_ = RowFilter::all(std::move(all));
    const Layout& layout = kept.layout();
    for (const event::FieldInfo& info : event::schema()) {
      const std::size_t bit = layout.bit_of(info.field);
      if (bit != Layout::kNone && plan_.fields.has(info.field)) {
        structs_.push_back({info.field, std::uint32_t{1} << bit});
      }
    }
    for (std::size_t column = 0; column < layout.columns(); ++column) {
      if (!layout.keeps(column)) continue;
      const Field field = layout.field_in(column);
      if (column == layout.structs_column()) {
        if (!structs_.empty()) columns_.push_back({column, {}, {}});
      } else if (field != Field::Record) {
        bool wanted = plan_.fields.has(field);
        for (const Field member : event::members(field)) {
          wanted = wanted || plan_.fields.has(member);
        }
        if (wanted) columns_.push_back({column, {field}, {}});
      }
    }
    for (const Layout::Combination& combination : layout.combinations()) {
      Shown shown{combination.column, {}, {}};
      for (const Field settled : combination.fields) {
        if (!plan_.fields.has(settled) || !kept.fields().has(settled)) continue;
        shown.fields.push_back(settled);
        shown.values.push_back(&kept.values_of(settled));
      }
      if (!shown.fields.empty()) columns_.push_back(std::move(shown));
    }
  }

  std::unique_ptr<event::EventReader> reader() override;
  event::ScanProgress progress() const override { return {}; }
  void stop() override { stopped_ = true; }

  const KeptEvents& kept() const { return kept_; }
  const RowFilter& filter() const { return filter_; }
  const std::vector<Shown>& columns() const { return columns_; }
  struct ShownStruct {
    Field field;
    std::uint32_t bit;
  };
  const std::vector<ShownStruct>& structs() const { return structs_; }
  /// The next block for a thread; null when there are no more.
  const StoredBlock* next() {
    const std::size_t place = next_.fetch_add(1);
    return stopped_ || place >= kept_.blocks().size() ? nullptr : &kept_.blocks()[place];
  }

 private:
  const KeptEvents& kept_;
  const event::ScanPlan plan_;
  RowFilter filter_;
  std::vector<Shown> columns_;
  std::vector<ShownStruct> structs_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
};

class KeptReader final : public event::EventReader {
 public:
  explicit KeptReader(KeptScan& scan)
      : scan_(scan), views_(scan.columns().size()), held_(scan.columns().size()) {}

  std::size_t read(event::ColumnSink& sink, std::size_t most) override {
    while (at_ == chosen_.size()) {
      const StoredBlock* const stored = scan_.next();
      if (stored == nullptr) return 0;
      open(*stored);
    }
    std::size_t count = 0;
    for (; count < most && at_ < chosen_.size(); ++count) put(chosen_[at_++], sink);
    return count;
  }

 private:
  void open(const StoredBlock& stored) {
    at_ = 0;
    chosen_.clear();
    passed_.assign(stored.block.rows, 1);
    if (!Sieve(scan_.kept(), stored).sift(scan_.filter(), passed_)) return;
    for (std::uint32_t row = 0; row < stored.block.rows; ++row) {
      if (passed_[row] != 0) chosen_.push_back(row);
    }
    if (chosen_.empty()) return;
    shown_.clear();
    for (std::size_t i = 0; i < views_.size(); ++i) {
      const std::size_t column = scan_.columns()[i].column;
      if (stored.block.columns[column].values == 0) continue;
      CHECK(scan_.kept().open(stored, column, held_[i], views_[i]),
            "a temporary file that was written can be read again");
      shown_.push_back(i);
    }
  }

  void put(std::uint32_t row, event::ColumnSink& sink) const {
    sink.begin_event();
    for (const std::size_t i : shown_) {
      const ColumnView& view = views_[i];
      const std::size_t number = view.number(row);
      if (number == 0) continue;
      const KeptScan::Shown& shown = scan_.columns()[i];
      const std::string_view value = view.value(number);
      if (!shown.values.empty()) {
        put_settled(shown, number_in<std::uint32_t>(value), sink);
      } else if (shown.fields.empty()) {
        put_structs(number_in<std::uint32_t>(value), sink);
      } else {
        put_field(shown.fields.front(), value, sink);
      }
    }
    sink.end_event();
  }

  static void put_settled(const KeptScan::Shown& shown, std::uint32_t combination,
                          event::ColumnSink& sink) {
    for (std::size_t i = 0; i < shown.fields.size(); ++i) {
      const std::optional<std::string>& value = (*shown.values[i])[combination - 1];
      if (value) sink.put(shown.fields[i], *value);
    }
  }

  static void put_field(Field field, std::string_view value, event::ColumnSink& sink) {
    switch (event::describe(field).kind) {
      case Kind::Time:
        sink.put_time(field, {number_in<std::int64_t>(value)});
        break;
      case Kind::Hash:
        sink.put_hash(field, number_in<std::uint64_t>(value));
        break;
      case Kind::Text:
      case Kind::Json:
        sink.put(field, value);
        break;
      default:
        replay(field, value, sink);
    }
  }

  void put_structs(std::uint32_t structs, event::ColumnSink& sink) const {
    for (const KeptScan::ShownStruct& shown : scan_.structs()) {
      if ((structs & shown.bit) != 0) sink.present(shown.field);
    }
  }

  KeptScan& scan_;
  std::vector<ColumnView> views_;  ///< Of the scan's columns
  std::vector<std::string> held_;  ///< What was read from the file for them
  Passed passed_;
  std::vector<std::size_t> shown_;     ///< Those of them that have values in this block
  std::vector<std::uint32_t> chosen_;  ///< Events of the block that are put
  std::size_t at_ = 0;
};

std::unique_ptr<event::EventScan> KeptEvents::scan(const event::ScanPlan& plan) {
  return std::make_unique<KeptScan>(*this, plan);
}
std::unique_ptr<event::EventReader> KeptScan::reader() {
  return std::make_unique<KeptReader>(*this);
}

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
  std::string bytes;
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
