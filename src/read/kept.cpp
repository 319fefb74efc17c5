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
#include <utility>
#include <vector>

#include "base/check.hpp"

namespace trailhound::read {
namespace {

using event::Field;
using event::Kind;
using event::RowFilter;

constexpr std::size_t kBlockRows = 8192;
constexpr std::uint64_t kBlockBytes = 8ull
                                      << 20;  // of texts: a block ends early where they are long
// So few that even the longest events, were there nothing else, stay below what 32 bits count.
constexpr std::size_t kReadAtOnce = 32;
constexpr auto kBetweenTellings = std::chrono::milliseconds(100);

std::size_t index_of(Field field) { return static_cast<std::size_t>(field); }
Field field_of(std::size_t index) { return static_cast<Field>(index); }

/// Whether the field is put once an event, as bytes: a text, a number.
bool is_plain(Kind kind) {
  return kind == Kind::Text || kind == Kind::Json || kind == Kind::Time || kind == Kind::Hash;
}

template <class Number>
std::string_view bytes_of(const Number& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}
template <class Number>
Number number_in(std::string_view bytes) {
  Number number{};
  CHECK(bytes.size() == sizeof number, "a number is kept whole");
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

// Columns
//
// Where a value is kept: each field of one value has a column of its own, each list and map one for
// all that happened to it in an event, and one column says which structs are there.

constexpr std::size_t kNoColumn = SIZE_MAX;

struct Layout {
  std::vector<std::size_t> fields;  ///< Field of each column; of the last: kFields, the structs
  std::array<std::size_t, event::kFields>
      column{};  ///< Of each field; members of lists: the list's
  std::array<std::size_t, event::kFields> structs{};  ///< Bit of each struct

  explicit Layout(const event::FieldSet& kept) {
    column.fill(kNoColumn);
    std::size_t bits = 0;
    for (const event::FieldInfo& info : event::schema()) {
      const std::size_t index = index_of(info.field);
      structs[index] = kNoColumn;
      if (info.kind == Kind::Struct) {
        structs[index] = bits++;
        continue;
      }
      std::size_t root = index;
      for (Field around = info.parent; around != Field::Record;
           around = event::describe(around).parent) {
        if (event::describe(around).kind == Kind::List) root = index_of(around);
      }
      bool wanted = kept.has(info.field);
      for (const Field member : event::members(info.field)) wanted = wanted || kept.has(member);
      if (!wanted) continue;
      if (column[root] == kNoColumn) {
        column[root] = fields.size();
        fields.push_back(root);
      }
      column[index] = column[root];
    }
    CHECK(bits <= 32, "a number has a bit for each struct");
    fields.push_back(event::kFields);
  }
  std::size_t structs_column() const { return fields.size() - 1; }
};

// What happened to a list or map in an event, as bytes: replayed in the same order.

enum class Step : char { Present, Element, Put, Entry, Clear };

void add_text(std::string& steps, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  steps.append(bytes_of(size));
  steps.append(text);
}

std::string_view take(std::string_view& steps, std::size_t size) {
  const std::string_view taken = steps.substr(0, size);
  steps.remove_prefix(size);
  return taken;
}
std::string_view take_text(std::string_view& steps) {
  return take(steps, number_in<std::uint32_t>(take(steps, sizeof(std::uint32_t))));
}

void replay(Field whole, std::string_view steps, event::ColumnSink& sink) {
  while (!steps.empty()) {
    const Step step = static_cast<Step>(take(steps, 1)[0]);
    if (step == Step::Present) {
      sink.present(whole);
    } else if (step == Step::Element) {
      sink.begin_element(whole);
    } else if (step == Step::Put) {
      const Field member = field_of(number_in<std::uint16_t>(take(steps, 2)));
      sink.put(member, take_text(steps));
    } else if (step == Step::Clear) {
      sink.clear(field_of(number_in<std::uint16_t>(take(steps, 2))));
    } else {
      const std::string_view key = take_text(steps);
      sink.put_entry(whole, key, take_text(steps));
    }
  }
}

// Blocks

/// Where a column of a block lies: ends of its distinct values, a number for each event (0: NULL,
/// else the value's place from 1), the values. A column without values takes no bytes.
struct ColumnPlace {
  std::uint64_t at = 0;
  std::uint32_t values = 0;
  std::uint32_t text_bytes = 0;
  std::uint8_t width = 0;  ///< Bytes of a number; 0: all events have value 1

  std::uint64_t bytes(std::size_t rows) const {
    return values == 0 ? 0 : values * sizeof(std::uint32_t) + rows * width + text_bytes;
  }
};

struct Block {
  std::uint32_t rows = 0;
  std::vector<ColumnPlace> columns;
  std::string bytes;         ///< Empty if it lies in the file
  std::uint64_t offset = 0;  ///< In the file
};

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

/// One column of the block that is being filled.
class ColumnBuilder {
 public:
  /// The number of a value.
  std::uint16_t number_of(std::string_view value) {
    if (!ends_.empty() && value == last_value()) return last_;
    // Values that hardly ever come again (ids) are not looked for.
    const bool look = ends_.size() < kFewValues || ends_.size() * 2 < asked_;
    ++asked_;
    std::size_t slot = 0;
    if (look) {
      if (slots_.empty()) slots_.assign(kSlots, 0);
      slot = std::hash<std::string_view>{}(value) % kSlots;
      for (; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
        if (value_at(slots_[slot]) == value) return last_ = slots_[slot];
      }
    }
    texts_.append(value);
    ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
    last_ = static_cast<std::uint16_t>(ends_.size());
    if (look) slots_[slot] = last_;
    return last_;
  }
  /// The value of a number that was given out, in bytes.
  std::string_view value(std::uint16_t number) const { return value_at(number); }
  void set(std::size_t row, std::uint16_t number) {
    if (numbers_.size() < kBlockRows) numbers_.resize(kBlockRows);
    numbers_[row] = number;
  }
  std::uint16_t at(std::size_t row) const { return numbers_.empty() ? 0 : numbers_[row]; }
  std::size_t text_bytes() const { return texts_.size(); }

  /// Adds the column to a block and begins anew.
  ColumnPlace pack(std::size_t rows, std::string& bytes) {
    ColumnPlace place;
    if (ends_.empty()) return place;
    place.at = bytes.size();
    place.values = static_cast<std::uint32_t>(ends_.size());
    place.text_bytes = static_cast<std::uint32_t>(texts_.size());
    const bool same = std::all_of(numbers_.begin(), numbers_.begin() + static_cast<long>(rows),
                                  [](std::uint16_t number) { return number == 1; });
    place.width = same ? 0 : ends_.size() < 256 ? 1 : 2;
    bytes.append(reinterpret_cast<const char*>(ends_.data()), ends_.size() * sizeof ends_[0]);
    if (place.width == 2) {
      bytes.append(reinterpret_cast<const char*>(numbers_.data()), rows * 2);
    } else if (place.width == 1) {
      for (std::size_t row = 0; row < rows; ++row) bytes += static_cast<char>(numbers_[row]);
    }
    bytes.append(texts_);
    std::fill(numbers_.begin(), numbers_.end(), std::uint16_t{0});
    if (!slots_.empty()) std::fill(slots_.begin(), slots_.end(), std::uint16_t{0});
    ends_.clear();
    texts_.clear();
    asked_ = 0;
    return place;
  }

 private:
  static constexpr std::size_t kFewValues = 512;
  static constexpr std::size_t kSlots = 4 * kBlockRows;

  std::string_view value_at(std::size_t number) const {
    const std::size_t begin = number == 1 ? 0 : ends_[number - 2];
    return std::string_view(texts_).substr(begin, ends_[number - 1] - begin);
  }
  std::string_view last_value() const { return value_at(last_); }

  std::string texts_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint16_t> slots_;
  std::vector<std::uint16_t> numbers_;
  std::size_t asked_ = 0;
  std::uint16_t last_ = 0;
};

class KeptEvents;

/// Takes events and gives blocks. One for each thread.
class BlockBuilder final : public event::ColumnSink {
 public:
  BlockBuilder(const Layout& layout, const KeepOptions& options)
      : layout_(layout),
        tests_(options.bulky_of),
        columns_(layout.fields.size()),
        steps_(layout.fields.size()),
        waits_(layout.fields.size(), 0),
        waiting_(layout.fields.size()),
        passed_(options.bulky_of.size()) {
    for (std::size_t column = 0; column < layout.structs_column(); ++column) {
      waits_[column] = options.bulky.has(field_of(layout.fields[column])) ? 1 : 0;
    }
  }

  void begin_event() override { structs_ = 0; }
  void put(Field field, std::string_view text) override {
    const std::size_t column = layout_.column[index_of(field)];
    if (column == kNoColumn) return;
    if (layout_.fields[column] != index_of(field)) {
      std::string& steps = steps_[column];
      steps += static_cast<char>(Step::Put);
      steps.append(bytes_of(static_cast<std::uint16_t>(field)));
      add_text(steps, text);
      return;
    }
    if (waits_[column] != 0) {
      waiting_[column].emplace(text);
      return;
    }
    columns_[column].set(row_, columns_[column].number_of(text));
  }
  void put_time(Field field, Time time) override { put(field, bytes_of(time.micros)); }
  void put_hash(Field field, std::uint64_t hash) override { put(field, bytes_of(hash)); }
  void present(Field field) override {
    const std::size_t index = index_of(field);
    if (layout_.structs[index] != kNoColumn) structs_ |= std::uint32_t{1} << layout_.structs[index];
    if (layout_.column[index] != kNoColumn && !is_plain(event::describe(field).kind)) {
      steps_[layout_.column[index]] += static_cast<char>(Step::Present);
    }
  }
  void clear(Field field) override {
    const std::size_t index = index_of(field);
    const std::size_t column = layout_.column[index];
    if (event::describe(field).kind == Kind::Struct) {
      structs_ &= ~(std::uint32_t{1} << layout_.structs[index]);
      for (const Field member : event::members(field)) clear(member);
    } else if (column == kNoColumn) {
      return;
    } else if (layout_.fields[column] != index) {
      steps_[column] += static_cast<char>(Step::Clear);
      steps_[column].append(bytes_of(static_cast<std::uint16_t>(field)));
    } else if (is_plain(event::describe(field).kind)) {
      waiting_[column].reset();
      columns_[column].set(row_, 0);
    } else {
      steps_[column].clear();
    }
  }
  void begin_element(Field list) override {
    const std::size_t column = layout_.column[index_of(list)];
    if (column != kNoColumn) steps_[column] += static_cast<char>(Step::Element);
  }
  void put_entry(Field map, std::string_view key, std::string_view value) override {
    const std::size_t column = layout_.column[index_of(map)];
    if (column == kNoColumn) return;
    steps_[column] += static_cast<char>(Step::Entry);
    add_text(steps_[column], key);
    add_text(steps_[column], value);
  }
  void end_event() override {
    let_waiting_in();
    for (std::size_t column = 0; column < steps_.size(); ++column) {
      if (steps_[column].empty()) continue;
      columns_[column].set(row_, columns_[column].number_of(steps_[column]));
      steps_[column].clear();
    }
    if (structs_ != 0) {
      ColumnBuilder& column = columns_[layout_.structs_column()];
      column.set(row_, column.number_of(bytes_of(structs_)));
    }
    ++row_;
  }
  void drop_event() override {
    for (ColumnBuilder& column : columns_) {
      if (column.at(row_) != 0) column.set(row_, 0);
    }
    for (std::string& steps : steps_) steps.clear();
    for (auto& waiting : waiting_) waiting.reset();
  }

  /// How many events it takes before the block must be packed.
  std::size_t room() const {
    std::uint64_t bytes = 0;
    for (const ColumnBuilder& column : columns_) bytes += column.text_bytes();
    return bytes >= kBlockBytes ? 0 : kBlockRows - row_;
  }
  std::size_t rows() const { return row_; }
  /// Hands over what there is and begins anew.
  Result<void> pack(KeptEvents& kept, const KeepOptions& options);

 private:
  /// Keeps what waits for the event's other fields to tell whether it is wanted, or drops it.
  void let_waiting_in() {
    bool any = false;
    for (std::size_t column = 0; column < waits_.size(); ++column) {
      any = any || (waits_[column] != 0 && (waiting_[column] || !steps_[column].empty()));
    }
    if (!any) return;
    const bool wanted = is_wanted();
    for (std::size_t column = 0; column < waits_.size(); ++column) {
      if (waits_[column] == 0) continue;
      if (!wanted) {
        steps_[column].clear();
      } else if (waiting_[column]) {
        columns_[column].set(row_, columns_[column].number_of(*waiting_[column]));
      }
      waiting_[column].reset();
    }
  }
  bool is_wanted() {
    for (std::size_t test = 0; test < tests_.size(); ++test) {
      const std::size_t column = layout_.column[index_of(tests_[test].field)];
      if (column == kNoColumn || passes(test, column)) return true;
    }
    return false;
  }
  bool passes(std::size_t test, std::size_t column) {
    const RowFilter& filter = tests_[test];
    if (waiting_[column]) return filter.passes_text(*waiting_[column]);
    if (!steps_[column].empty()) return filter.passes_text(steps_[column]);
    const std::uint16_t number = columns_[column].at(row_);
    if (number == 0 || waits_[column] != 0) return filter.passes_text(std::nullopt);
    // A value is tested once a block, however often it comes.
    std::vector<char>& known = passed_[test];
    if (known.size() <= number) known.resize(number + std::size_t{1}, kUnknown);
    if (known[number] == kUnknown) {
      known[number] = filter.passes_text(columns_[column].value(number)) ? 1 : 0;
    }
    return known[number] == 1;
  }

  static constexpr char kUnknown = 2;

  const Layout& layout_;
  const std::vector<RowFilter>& tests_;
  std::vector<ColumnBuilder> columns_;
  std::vector<std::string> steps_;
  std::vector<char> waits_;                          ///< Columns that are kept of some events only
  std::vector<std::optional<std::string>> waiting_;  ///< Their values of this event
  std::vector<std::vector<char>> passed_;            ///< By test and number of a value
  std::string bytes_;                                ///< Of a block; kept for its memory
  std::uint32_t structs_ = 0;
  std::size_t row_ = 0;
};

// Reading them again

/// A column of a block as it lies there.
class ColumnView {
 public:
  /// False if the file could not be read.
  bool open(const Block& block, std::size_t column, const HiddenFile& file) {
    place_ = block.columns[column];
    const std::uint64_t size = place_.bytes(block.rows);
    std::string_view bytes;
    if (!block.bytes.empty() || size == 0) {
      bytes = std::string_view(block.bytes).substr(size == 0 ? 0 : place_.at, size);
    } else {
      if (!file.read(block.offset + place_.at, size, held_)) return false;
      bytes = held_;
    }
    ends_ = bytes.data();
    numbers_ = bytes.data() + place_.values * sizeof(std::uint32_t);
    texts_ = numbers_ + std::size_t{block.rows} * place_.width;
    return true;
  }
  std::size_t values() const { return place_.values; }
  std::size_t number(std::size_t row) const {
    if (place_.values == 0) return 0;
    if (place_.width == 0) return 1;
    if (place_.width == 1) return static_cast<unsigned char>(numbers_[row]);
    std::uint16_t number = 0;
    std::memcpy(&number, numbers_ + row * 2, sizeof number);
    return number;
  }
  /// The value of a number that is not 0.
  std::string_view value(std::size_t number) const {
    const std::uint32_t begin = number == 1 ? 0 : end(number - 2);
    return {texts_ + begin, end(number - 1) - begin};
  }

 private:
  std::uint32_t end(std::size_t place) const {
    std::uint32_t end = 0;
    std::memcpy(&end, ends_ + place * sizeof end, sizeof end);
    return end;
  }
  ColumnPlace place_;
  std::string held_;
  const char* ends_ = nullptr;
  const char* numbers_ = nullptr;
  const char* texts_ = nullptr;
};

class KeptEvents final : public Kept {
 public:
  explicit KeptEvents(const event::FieldSet& kept) : fields_(kept), layout_(kept) {}

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override;
  const event::FieldSet& fields() const override { return fields_; }
  std::uint64_t events() const override { return events_; }

  const Layout& layout() const { return layout_; }
  const std::vector<Block>& blocks() const { return blocks_; }
  const HiddenFile& file() const { return file_; }

  Result<void> add(Block block, std::string_view bytes, const KeepOptions& options) {
    const std::lock_guard lock(mutex_);
    events_ += block.rows;
    if (in_memory_ + bytes.size() <= options.memory) {
      in_memory_ += bytes.size();
      block.bytes = std::string(bytes);
    } else {
      TRY(block.offset, file_.add(options.temp_folder, bytes));
    }
    blocks_.push_back(std::move(block));
    return {};
  }

 private:
  const event::FieldSet fields_;
  const Layout layout_;
  std::mutex mutex_;
  std::vector<Block> blocks_;
  HiddenFile file_;
  std::uint64_t in_memory_ = 0;
  std::uint64_t events_ = 0;
};

Result<void> BlockBuilder::pack(KeptEvents& kept, const KeepOptions& options) {
  Block block;
  block.rows = static_cast<std::uint32_t>(row_);
  bytes_.clear();
  for (ColumnBuilder& column : columns_) block.columns.push_back(column.pack(row_, bytes_));
  row_ = 0;
  for (std::vector<char>& known : passed_) known.clear();
  return kept.add(std::move(block), bytes_, options);
}

using Passed = std::vector<char>;

/// Which events of a block pass a filter.
class Sieve {
 public:
  Sieve(const KeptEvents& kept, const Block& block) : kept_(kept), block_(block) {}
  Passed passed(const RowFilter& filter) {
    Passed rows(block_.rows, 1);
    if (filter.kind == RowFilter::Kind::All) {
      for (const RowFilter& part : filter.parts) {
        const Passed these = passed(part);
        bool left = false;
        for (std::size_t i = 0; i < rows.size(); ++i) left |= (rows[i] &= these[i]) != 0;
        if (!left) break;
      }
    } else if (filter.kind == RowFilter::Kind::Any) {
      std::fill(rows.begin(), rows.end(), char{0});
      for (const RowFilter& part : filter.parts) {
        const Passed these = passed(part);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] |= these[i];
      }
    } else if (filter.kind != RowFilter::Kind::Everything) {
      leaf(filter, rows);
    }
    return rows;
  }

 private:
  void leaf(const RowFilter& filter, Passed& rows) {
    const std::size_t column = kept_.layout().column[index_of(filter.field)];
    if (column == kNoColumn) return;  // not kept: the engine will see
    auto& view = views_[index_of(filter.field)];
    if (!view) {
      view.emplace();
      if (!view->open(block_, column, kept_.file())) {
        view.reset();
        return;
      }
    }
    Passed by_number(view->values() + 1);
    for (std::size_t number = 0; number <= view->values(); ++number) {
      by_number[number] = passes(filter, *view, number) ? 1 : 0;
    }
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = by_number[view->number(row)];
  }
  static bool passes(const RowFilter& filter, const ColumnView& view, std::size_t number) {
    if (filter.kind == RowFilter::Kind::Text) {
      return filter.passes_text(number == 0 ? std::optional<std::string_view>{}
                                            : std::optional(view.value(number)));
    }
    if (number == 0) return false;
    const auto micros = number_in<std::int64_t>(view.value(number));
    return micros >= filter.from.micros && micros <= filter.to.micros;
  }

  const KeptEvents& kept_;
  const Block& block_;
  std::array<std::optional<ColumnView>, event::kFields> views_;
};

class KeptScan final : public event::EventScan {
 public:
  KeptScan(const KeptEvents& kept, event::ScanPlan plan) : kept_(kept), plan_(std::move(plan)) {
    std::vector<RowFilter> all;
    if (plan_.filter) all.push_back(*plan_.filter);
    filter_ = RowFilter::all(std::move(all));
    for (std::size_t column = 0; column < kept.layout().fields.size(); ++column) {
      const std::size_t index = kept.layout().fields[column];
      if (index == event::kFields) {
        columns_.push_back(column);
        continue;
      }
      bool wanted = plan_.fields.has(field_of(index));
      for (const Field member : event::members(field_of(index))) {
        wanted = wanted || plan_.fields.has(member);
      }
      if (wanted) columns_.push_back(column);
    }
  }

  std::unique_ptr<event::EventReader> reader() override;
  event::ScanProgress progress() const override { return {}; }
  void stop() override { stopped_ = true; }

  const KeptEvents& kept() const { return kept_; }
  const RowFilter& filter() const { return filter_; }
  const std::vector<std::size_t>& columns() const { return columns_; }
  /// The next block for a thread; null when there are no more.
  const Block* next() {
    const std::size_t place = next_.fetch_add(1);
    return stopped_ || place >= kept_.blocks().size() ? nullptr : &kept_.blocks()[place];
  }

 private:
  const KeptEvents& kept_;
  const event::ScanPlan plan_;
  RowFilter filter_;
  std::vector<std::size_t> columns_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
};

class KeptReader final : public event::EventReader {
 public:
  explicit KeptReader(KeptScan& scan) : scan_(scan), views_(scan.columns().size()) {}

  std::size_t read(event::ColumnSink& sink, std::size_t most) override {
    while (at_ == chosen_.size()) {
      const Block* const block = scan_.next();
      if (block == nullptr) return 0;
      open(*block);
    }
    std::size_t count = 0;
    for (; count < most && at_ < chosen_.size(); ++count) put(chosen_[at_++], sink);
    return count;
  }

 private:
  void open(const Block& block) {
    at_ = 0;
    chosen_.clear();
    if (scan_.filter().is_everything()) {
      for (std::uint32_t row = 0; row < block.rows; ++row) chosen_.push_back(row);
    } else {
      const Passed passed = Sieve(scan_.kept(), block).passed(scan_.filter());
      for (std::uint32_t row = 0; row < block.rows; ++row) {
        if (passed[row] != 0) chosen_.push_back(row);
      }
    }
    if (chosen_.empty()) return;
    shown_.clear();
    for (std::size_t i = 0; i < views_.size(); ++i) {
      const std::size_t column = scan_.columns()[i];
      if (block.columns[column].values == 0) continue;
      CHECK(views_[i].open(block, column, scan_.kept().file()),
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
      const std::size_t index = scan_.kept().layout().fields[scan_.columns()[i]];
      const std::string_view value = view.value(number);
      if (index == event::kFields) {
        put_structs(number_in<std::uint32_t>(value), sink);
        continue;
      }
      const Field field = field_of(index);
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
    sink.end_event();
  }

  void put_structs(std::uint32_t structs, event::ColumnSink& sink) const {
    for (const event::FieldInfo& info : structs_) {
      if ((structs >> scan_.kept().layout().structs[index_of(info.field)] & 1) != 0) {
        sink.present(info.field);
      }
    }
  }

  static std::vector<event::FieldInfo> all_structs() {
    std::vector<event::FieldInfo> all;
    for (const event::FieldInfo& info : event::schema()) {
      if (info.kind == Kind::Struct) all.push_back(info);
    }
    return all;
  }

  KeptScan& scan_;
  const std::vector<event::FieldInfo> structs_ = all_structs();
  std::vector<ColumnView> views_;      ///< Of the scan's columns
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
  BlockBuilder builder(kept.layout(), options);
  while (goes_on()) {
    if (builder.room() == 0) TRY(builder.pack(kept, options));
    if (reader.read(builder, std::min(builder.room(), kReadAtOnce)) == 0) break;
  }
  if (builder.rows() == 0) return {};
  return builder.pack(kept, options);
}

}  // namespace

Result<std::unique_ptr<Kept>> Kept::gather(event::EventSource& source, const event::ScanPlan& plan,
                                           const KeepOptions& options,
                                           const std::atomic<bool>* stopped) {
  auto kept = std::make_unique<KeptEvents>(plan.fields);
  const std::unique_ptr<event::EventScan> scan = source.scan(plan);
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
  if (stopped != nullptr && *stopped) return Error("cancelled", "the question was stopped");
  return std::unique_ptr<Kept>(std::move(kept));
}

}  // namespace trailhound::read
