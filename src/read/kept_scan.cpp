// SPDX-License-Identifier: Apache-2.0
//
// How kept events are read: a filter is looked up among the distinct values of a block, the most
// telling of its tests first; the others look at what is left. Then the values of the events that
// passed are put, most of them where they lie.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/check.hpp"
#include "read/kept_events.hpp"

namespace trailhound::read {
namespace {

using event::Field;
using event::Kind;
using event::RowFilter;

using Rows = std::vector<std::uint16_t>;  // of a block, in order
static_assert(kBlockRows <= UINT16_MAX + 1);

/// A block whose columns are opened when they are first looked at.
class OpenBlock {
 public:
  OpenBlock(const KeptEvents& kept, const StoredBlock& stored) : kept_(kept), stored_(stored) {}

  std::size_t rows() const { return stored_.block.rows; }
  /// Whether what a column holds stays where it is for as long as the events are kept.
  bool lasts(std::size_t column) const { return !stored_.columns[column].bytes.empty(); }
  const ColumnView& column(std::size_t column) {
    const auto [place, fresh] = columns_.try_emplace(column);
    if (fresh) {
      CHECK(kept_.open(stored_, column, place->second.held, place->second.view), kReadAgain);
    }
    return place->second.view;
  }
  /// Where nothing but the values of these rows is looked at from now on.
  const ColumnView& column(std::size_t column, const Rows& rows) {
    const auto [place, fresh] = columns_.try_emplace(column);
    if (fresh) {
      CHECK(kept_.open(stored_, column, rows, place->second.held, place->second.view), kReadAgain);
    }
    return place->second.view;
  }

 private:
  static constexpr const char* kReadAgain = "a temporary file that was written can be read again";

  struct Column {
    ColumnView view;
    Buffer held;  ///< What was read from the file for it
  };
  const KeptEvents& kept_;
  const StoredBlock& stored_;
  std::unordered_map<std::size_t, Column> columns_;
};

/// Which combinations pass the tests of what they settle: worked out once a scan.
class SettledTests {
 public:
  explicit SettledTests(const KeptEvents& kept) : kept_(kept) {}

  /// By combination, from 1; null: the field is none that combinations settle.
  const std::vector<char>* passing(const RowFilter& leaf) {
    const Values& values = kept_.values_of(leaf.field);
    if (values.empty()) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto [place, fresh] = known_.try_emplace(&leaf);
    if (fresh) {
      place->second.push_back(0);
      for (const auto& value : values) {
        place->second.push_back(
            leaf.passes_text(value ? std::optional<std::string_view>(*value) : std::nullopt));
      }
    }
    return &place->second;
  }

 private:
  const KeptEvents& kept_;
  std::mutex mutex_;
  std::unordered_map<const RowFilter*, std::vector<char>> known_;
};

/// Which events of a block pass a filter.
class Sieve {
 public:
  Sieve(const KeptEvents& kept, SettledTests& settled, OpenBlock& block)
      : kept_(kept), settled_(settled), block_(block) {}

  /// Leaves of `rows` only those that pass.
  void sift(const RowFilter& filter, Rows& rows) {
    switch (filter.kind) {
      case RowFilter::Kind::Everything:
        return;
      case RowFilter::Kind::All:
        return all(filter, rows);
      case RowFilter::Kind::Any:
        return any(filter, rows);
      default:
        return apply(test_of(filter), rows);
    }
  }

 private:
  /// A test of one field, looked up for each distinct value of the block.
  struct Test {
    const ColumnView* view = nullptr;  ///< Null: the field was not kept, the engine will see
    std::vector<char> passing{};       ///< By number of the value
    std::size_t values = 0;            ///< How many of them pass
    bool none() const { return view != nullptr && values == 0; }
    bool every() const { return view == nullptr || values == passing.size(); }
  };

  /// One that nothing passes spares the others; then the one that the fewest values pass.
  void all(const RowFilter& filter, Rows& rows) {
    std::vector<Test> tests;
    for (const RowFilter& part : filter.parts) {
      if (!is_leaf(part)) continue;
      tests.push_back(test_of(part));
      if (tests.back().none()) return rows.clear();
    }
    std::sort(tests.begin(), tests.end(), [](const Test& a, const Test& b) {
      return a.values * b.passing.size() < b.values * a.passing.size();
    });
    for (const Test& test : tests) apply(test, rows);
    for (const RowFilter& part : filter.parts) {
      if (!is_leaf(part)) sift(part, rows);
    }
  }

  void any(const RowFilter& filter, Rows& rows) {
    std::vector<char> passed(block_.rows(), 0);
    for (const RowFilter& part : filter.parts) {
      Rows these = rows;
      sift(part, these);
      for (const std::uint16_t row : these) passed[row] = 1;
    }
    std::erase_if(rows, [&](std::uint16_t row) { return passed[row] == 0; });
  }

  static bool is_leaf(const RowFilter& filter) {
    return filter.kind == RowFilter::Kind::Text || filter.kind == RowFilter::Kind::Time;
  }

  Test test_of(const RowFilter& leaf) {
    Test test;
    const std::size_t column = kept_.layout().column_of(leaf.field);
    if (column == Layout::kNone) return test;
    const ColumnView& view = block_.column(column);
    test.view = &view;
    test.passing.resize(view.values() + 1);
    test.passing[0] = leaf.kind == RowFilter::Kind::Text && leaf.passes_text(std::nullopt);
    const std::vector<char>* const settled = settled_.passing(leaf);
    for (std::size_t number = 1; number <= view.values(); ++number) {
      const std::string_view value = view.value(number);
      if (settled != nullptr) {
        test.passing[number] = (*settled)[number_in<std::uint32_t>(value)];
      } else if (leaf.kind == RowFilter::Kind::Time) {
        const auto micros = number_in<std::int64_t>(value);
        test.passing[number] = micros >= leaf.from.micros && micros <= leaf.to.micros;
      } else {
        test.passing[number] = leaf.passes_text(value);
      }
    }
    test.values =
        static_cast<std::size_t>(std::count(test.passing.begin(), test.passing.end(), char{1}));
    return test;
  }

  static void apply(const Test& test, Rows& rows) {
    if (rows.empty() || test.every()) return;
    std::size_t left = 0;
    for (const std::uint16_t row : rows) {
      rows[left] = row;
      left += static_cast<std::size_t>(test.passing[test.view->number(row)]);
    }
    rows.resize(left);
  }

  const KeptEvents& kept_;
  SettledTests& settled_;
  OpenBlock& block_;
};

class KeptScan final : public event::EventScan {
 public:
  /// A column that is looked at: of the structs, without a field; of a field; or of combinations,
  /// with the fields that they settle.
  struct Shown {
    std::size_t column = 0;
    std::vector<Field> fields;
    std::vector<const Values*> values;
    Kind kind = Kind::Text;  ///< Of the field, where there is one
  };

  KeptScan(const KeptEvents& kept, event::ScanPlan plan)
      : kept_(kept), plan_(std::move(plan)), settled_(kept) {
    if (plan_.filter) filter_ = *plan_.filter;
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
        if (wanted) columns_.push_back({column, {field}, {}, event::describe(field).kind});
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
  SettledTests& settled() { return settled_; }
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
  SettledTests settled_;
  std::vector<Shown> columns_;
  std::vector<ShownStruct> structs_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
};

class KeptReader final : public event::EventReader {
 public:
  explicit KeptReader(KeptScan& scan) : scan_(scan) {}

  std::size_t read(event::ColumnSink& sink, std::size_t most) override {
    while (at_ == rows_.size()) {
      const StoredBlock* const stored = scan_.next();
      if (stored == nullptr) return 0;
      open(*stored);
    }
    std::size_t count = 0;
    for (; count < most && at_ < rows_.size(); ++count) put(rows_[at_++], sink);
    return count;
  }

 private:
  /// A column of the block that has values.
  struct Shown {
    const KeptScan::Shown* what;
    const ColumnView* view;
    bool lasts;
  };

  void open(const StoredBlock& stored) {
    at_ = 0;
    shown_.clear();
    block_.emplace(scan_.kept(), stored);
    rows_.resize(stored.block.rows);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      rows_[row] = static_cast<std::uint16_t>(row);
    }
    Sieve(scan_.kept(), scan_.settled(), *block_).sift(scan_.filter(), rows_);
    if (rows_.empty()) return;
    for (const KeptScan::Shown& shown : scan_.columns()) {
      if (stored.block.columns[shown.column].values == 0) continue;
      shown_.push_back({&shown, &block_->column(shown.column, rows_), block_->lasts(shown.column)});
    }
  }

  void put(std::uint32_t row, event::ColumnSink& sink) const {
    sink.begin_event();
    for (const Shown& shown : shown_) {
      const std::size_t number = shown.view->number(row);
      if (number == 0) continue;
      const std::string_view value = shown.view->value(number);
      if (!shown.what->values.empty()) {
        put_settled(*shown.what, number_in<std::uint32_t>(value), sink);
      } else if (shown.what->fields.empty()) {
        put_structs(number_in<std::uint32_t>(value), sink);
      } else {
        put_field(shown, value, sink);
      }
    }
    sink.end_event();
  }

  static void put_settled(const KeptScan::Shown& shown, std::uint32_t combination,
                          event::ColumnSink& sink) {
    for (std::size_t i = 0; i < shown.fields.size(); ++i) {
      const std::optional<std::string>& value = (*shown.values[i])[combination - 1];
      if (value) sink.put_lasting(shown.fields[i], *value);
    }
  }

  static void put_field(const Shown& shown, std::string_view value, event::ColumnSink& sink) {
    const Field field = shown.what->fields.front();
    switch (shown.what->kind) {
      case Kind::Time:
        sink.put_time(field, {number_in<std::int64_t>(value)});
        break;
      case Kind::Hash:
        sink.put_hash(field, number_in<std::uint64_t>(value));
        break;
      case Kind::Text:
      case Kind::Json:
        if (shown.lasts) {
          sink.put_lasting(field, value);
        } else {
          sink.put(field, value);
        }
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
  std::optional<OpenBlock> block_;
  std::vector<Shown> shown_;
  Rows rows_;  ///< Of the block, those that are put
  std::size_t at_ = 0;
};

std::unique_ptr<event::EventReader> KeptScan::reader() {
  return std::make_unique<KeptReader>(*this);
}

}  // namespace

std::unique_ptr<event::EventScan> KeptEvents::scan(const event::ScanPlan& plan) {
  return std::make_unique<KeptScan>(*this, plan);
}

}  // namespace trailhound::read
