// SPDX-License-Identifier: Apache-2.0
#include "read/blocks.hpp"

#include <algorithm>
#include <utility>

#include "event/content_hash.hpp"

namespace trailhound::read {
namespace {

using event::Field;
using event::Kind;

constexpr std::uint64_t kBlockBytes = 8ull
                                      << 20;  // of texts: a block ends early where they are long
constexpr std::size_t kFewValues = 512;
constexpr unsigned kFewestSlotsLog = 6;

/// Whether the field is put once an event, as bytes: a text, a number.
bool is_plain(Kind kind) {
  return kind == Kind::Text || kind == Kind::Json || kind == Kind::Time || kind == Kind::Hash;
}

/// What happened to a list or map in an event, as bytes: replayed in the same order.
enum class Step : char { Present, Element, Put, Entry, Clear };

void add_text(std::string& steps, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  steps.append(bytes_of(size));
  steps.append(text);
}

std::uint32_t hash_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(event::content_hash(bytes));
}

std::string_view take(std::string_view& steps, std::size_t size) {
  const std::string_view taken = steps.substr(0, size);
  steps.remove_prefix(size);
  return taken;
}
std::string_view take_text(std::string_view& steps) {
  return take(steps, number_in<std::uint32_t>(take(steps, sizeof(std::uint32_t))));
}

}  // namespace

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

// Layout

Layout::Layout(const event::FieldSet& kept, const std::vector<Settled>& settled) {
  kept_.fill(kNone);
  filled_.fill(kNone);
  bits_.fill(kNone);
  std::size_t bits = 0;
  for (const event::FieldInfo& info : event::schema()) {
    if (info.kind == Kind::Struct) bits_[index_of(info.field)] = bits++;
  }
  CHECK(bits <= 32, "a number has a bit for each struct");
  add_columns(kept, true);
  kept_ = filled_;
  for (const Settled& one : settled) add_columns(one.by, false);
  for (const Settled& one : settled) combine(one);
  holds_.push_back(Field::Record);
  keeps_.push_back(true);
}

void Layout::add_columns(const event::FieldSet& fields, bool kept) {
  for (const event::FieldInfo& info : event::schema()) {
    const std::size_t index = index_of(info.field);
    if (info.kind == Kind::Struct || filled_[index] != kNone) continue;
    std::size_t root = index;
    for (Field around = info.parent; around != Field::Record;
         around = event::describe(around).parent) {
      if (event::describe(around).kind == Kind::List) root = index_of(around);
    }
    bool wanted = fields.has(info.field);
    for (const Field member : event::members(info.field)) wanted = wanted || fields.has(member);
    if (!wanted) continue;
    if (filled_[root] == kNone) {
      filled_[root] = holds_.size();
      holds_.push_back(field_of(root));
      keeps_.push_back(kept);
    }
    filled_[index] = filled_[root];
  }
}

void Layout::combine(const Settled& settled) {
  Combination combination;
  combination.column = holds_.size();
  combination.fields = settled.fields;
  if (!settled.of.is_everything()) {
    combination.only = settled.of;
    combination.only_column = filled_[index_of(settled.of.field)];
  }
  for (const event::FieldInfo& info : event::schema()) {
    if (!settled.by.has(info.field)) continue;
    if (info.kind == Kind::Struct) {
      combination.structs |= std::uint32_t{1} << bits_[index_of(info.field)];
      continue;
    }
    std::vector<std::size_t>& of = combination.of;
    const std::size_t column = filled_[index_of(info.field)];
    if (std::find(of.begin(), of.end(), column) == of.end()) of.push_back(column);
  }
  for (const Field field : settled.fields) kept_[index_of(field)] = combination.column;
  combinations_.push_back(std::move(combination));
  holds_.push_back(Field::Record);
  keeps_.push_back(true);
}

// Building

void NumbersByHash::add(std::uint32_t hash, std::uint16_t number) {
  if (used_ * 2 >= slots_.size()) {
    const std::vector<std::uint32_t> before = std::move(slots_);
    shift_ = before.empty() ? 32 - kFewestSlotsLog : shift_ - 1;
    slots_.assign(std::size_t{1} << (32 - shift_), 0);
    for (const std::uint32_t slot : before) {
      if (slot != 0) put(slot);
    }
  }
  put((hash & ~kNumber) | number);
  ++used_;
}

void NumbersByHash::put(std::uint32_t slot) {
  std::size_t at = slot >> shift_;
  while (slots_[at] != 0) at = (at + 1) % slots_.size();
  slots_[at] = slot;
}

void NumbersByHash::clear() {
  std::fill(slots_.begin(), slots_.end(), 0u);
  used_ = 0;
}

std::uint16_t ColumnBuilder::number_of(std::string_view text) {
  if (last_ != 0 && text == value(last_)) return last_;
  // Values that hardly ever come again (ids) are not looked for.
  const bool look = ends_.size() < kFewValues || ends_.size() * 2 < asked_;
  ++asked_;
  const std::uint32_t hash = look ? hash_of(text) : 0;
  if (look) {
    const auto is_it = [&](std::uint16_t number) { return value(number) == text; };
    if (const std::uint16_t known = known_.find(hash, is_it); known != 0) return last_ = known;
  }
  texts_.append(text);
  ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
  last_ = static_cast<std::uint16_t>(ends_.size());
  if (look) known_.add(hash, last_);
  return last_;
}

std::string_view ColumnBuilder::value(std::uint16_t number) const {
  const std::size_t begin = number == 1 ? 0 : ends_[number - 2u];
  return std::string_view(texts_).substr(begin, ends_[number - 1u] - begin);
}

ColumnForm ColumnBuilder::pack(std::size_t rows, std::string& bytes) const {
  bytes.clear();
  ColumnForm form;
  if (ends_.empty()) return form;
  form.values = static_cast<std::uint32_t>(ends_.size());
  form.text_bytes = static_cast<std::uint32_t>(texts_.size());
  const bool same = std::all_of(numbers_.begin(), numbers_.begin() + static_cast<long>(rows),
                                [](std::uint16_t number) { return number == 1; });
  form.width = same ? 0 : ends_.size() < 256 ? 1 : 2;
  bytes.reserve(form.bytes(rows));
  bytes.append(reinterpret_cast<const char*>(ends_.data()), ends_.size() * sizeof ends_[0]);
  if (form.width == 2) {
    bytes.append(reinterpret_cast<const char*>(numbers_.data()), rows * 2);
  } else if (form.width == 1) {
    bytes.resize(bytes.size() + rows);
    std::transform(numbers_.begin(), numbers_.begin() + static_cast<long>(rows),
                   bytes.end() - static_cast<long>(rows),
                   [](std::uint16_t number) { return static_cast<char>(number); });
  }
  bytes.append(texts_);
  return form;
}

void ColumnBuilder::clear() {
  if (ends_.empty()) return;
  std::fill(numbers_.begin(), numbers_.end(), std::uint16_t{0});
  known_.clear();
  ends_.clear();
  texts_.clear();
  asked_ = 0;
  last_ = 0;
}

BlockBuilder::BlockBuilder(const Layout& layout, Met met, const event::FieldSet& bulky,
                           const std::vector<event::RowFilter>& bulky_of)
    : layout_(layout),
      met_(std::move(met)),
      tests_(bulky_of),
      columns_(layout.columns()),
      steps_(layout.columns()),
      tuples_(layout.combinations().size()),
      waits_(layout.columns(), 0),
      waiting_(layout.columns()),
      passed_(bulky_of.size()) {
  for (std::size_t column = 0; column < layout.columns(); ++column) {
    const Field field = layout.field_in(column);
    waits_[column] = field != Field::Record && bulky.has(field) ? 1 : 0;
    any_waits_ = any_waits_ || waits_[column] != 0;
    if (field != Field::Record && !is_plain(event::describe(field).kind)) listed_.push_back(column);
  }
}

void BlockBuilder::put(Field field, std::string_view text) {
  const std::size_t column = layout_.filled_column(field);
  if (column == Layout::kNone) return;
  if (layout_.field_in(column) != field) {
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

void BlockBuilder::present(Field field) {
  if (const std::size_t bit = layout_.bit_of(field); bit != Layout::kNone) {
    structs_ |= std::uint32_t{1} << bit;
    return;
  }
  const std::size_t column = layout_.filled_column(field);
  if (column != Layout::kNone && !is_plain(event::describe(field).kind)) {
    steps_[column] += static_cast<char>(Step::Present);
  }
}

void BlockBuilder::clear(Field field) {
  const std::size_t column = layout_.filled_column(field);
  if (const std::size_t bit = layout_.bit_of(field); bit != Layout::kNone) {
    structs_ &= ~(std::uint32_t{1} << bit);
    for (const Field member : event::members(field)) clear(member);
  } else if (column == Layout::kNone) {
    return;
  } else if (layout_.field_in(column) != field) {
    steps_[column] += static_cast<char>(Step::Clear);
    steps_[column].append(bytes_of(static_cast<std::uint16_t>(field)));
  } else if (is_plain(event::describe(field).kind)) {
    waiting_[column].reset();
    columns_[column].set(row_, 0);
  } else {
    steps_[column].clear();
  }
}

void BlockBuilder::begin_element(Field list) {
  const std::size_t column = layout_.filled_column(list);
  if (column != Layout::kNone) steps_[column] += static_cast<char>(Step::Element);
}

void BlockBuilder::put_entry(Field map, std::string_view key, std::string_view text) {
  const std::size_t column = layout_.filled_column(map);
  if (column == Layout::kNone) return;
  steps_[column] += static_cast<char>(Step::Entry);
  add_text(steps_[column], key);
  add_text(steps_[column], text);
}

void BlockBuilder::end_event() {
  if (any_waits_) let_waiting_in();
  for (const std::size_t column : listed_) {
    if (steps_[column].empty()) continue;
    columns_[column].set(row_, columns_[column].number_of(steps_[column]));
    steps_[column].clear();
  }
  if (structs_ != 0) {
    ColumnBuilder& column = columns_[layout_.structs_column()];
    column.set(row_, column.number_of(bytes_of(structs_)));
  }
  for (std::size_t place = 0; place < tuples_.size(); ++place) combine(place);
  ++row_;
}

void BlockBuilder::drop_event() {
  for (ColumnBuilder& column : columns_) {
    if (column.at(row_) != 0) column.set(row_, 0);
  }
  for (std::string& steps : steps_) steps.clear();
  for (auto& waiting : waiting_) waiting.reset();
}

/// Keeps what waits for the event's other fields to tell whether it is wanted, or drops it.
void BlockBuilder::let_waiting_in() {
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

bool BlockBuilder::is_wanted() {
  for (std::size_t test = 0; test < tests_.size(); ++test) {
    const std::size_t column = layout_.filled_column(tests_[test].field);
    if (column == Layout::kNone || passes(test, column)) return true;
  }
  return false;
}

bool BlockBuilder::passes(std::size_t test, std::size_t column) {
  const event::RowFilter& filter = tests_[test];
  if (waiting_[column]) return filter.passes_text(*waiting_[column]);
  if (!steps_[column].empty()) return filter.passes_text(steps_[column]);
  if (waits_[column] != 0) return filter.passes_text(std::nullopt);
  return passes(filter, column, passed_[test]);
}

/// A value is tested once a block, however often it comes.
bool BlockBuilder::passes(const event::RowFilter& filter, std::size_t column,
                          std::vector<char>& known) const {
  constexpr char kUnknown = 2;
  const std::uint16_t number = columns_[column].at(row_);
  if (number == 0) return filter.passes_text(std::nullopt);
  if (known.size() <= number) known.resize(number + std::size_t{1}, kUnknown);
  if (known[number] == kUnknown) {
    known[number] = filter.passes_text(columns_[column].value(number)) ? 1 : 0;
  }
  return known[number] == 1;
}

const std::string_view* BlockBuilder::value(std::size_t column) {
  const std::uint16_t number = columns_[column].at(row_);
  if (number == 0) return nullptr;
  value_ = columns_[column].value(number);
  return &value_;
}

void BlockBuilder::combine(std::size_t place) {
  const Layout::Combination& combination = layout_.combinations()[place];
  Tuples& met = tuples_[place];
  if (combination.only_column != Layout::kNone &&
      !passes(combination.only, combination.only_column, met.pass)) {
    return;
  }
  met.present.clear();
  for (const std::size_t column : combination.of) met.present.push_back(columns_[column].at(row_));
  const std::uint32_t structs = structs_ & combination.structs;
  met.present.push_back(static_cast<std::uint16_t>(structs));
  met.present.push_back(static_cast<std::uint16_t>(structs >> 16));
  met.last = meet(met, place);
  if (const std::uint16_t number = met.numbers[met.last - 1]; number != 0) {
    columns_[combination.column].set(row_, number);
  }
}

/// The place, from 1, of the present tuple.
std::size_t BlockBuilder::meet(Tuples& met, std::size_t place) {
  const std::size_t width = met.present.size();
  const std::size_t bytes = width * sizeof met.present[0];
  const auto is_present = [&](std::size_t other) {
    return std::memcmp(met.tuples.data() + (other - 1) * width, met.present.data(), bytes) == 0;
  };
  if (met.last != 0 && is_present(met.last)) return met.last;
  const std::uint32_t hash =
      hash_of(std::string_view(reinterpret_cast<const char*>(met.present.data()), bytes));
  if (const std::uint16_t known = met.known.find(hash, is_present); known != 0) return known;
  const std::uint32_t number = met_(place);
  met.tuples.insert(met.tuples.end(), met.present.begin(), met.present.end());
  ColumnBuilder& column = columns_[layout_.combinations()[place].column];
  met.numbers.push_back(number == 0 ? std::uint16_t{0} : column.number_of(bytes_of(number)));
  met.known.add(hash, static_cast<std::uint16_t>(met.numbers.size()));
  return met.numbers.size();
}

std::size_t BlockBuilder::room() const {
  std::uint64_t bytes = 0;
  for (const ColumnBuilder& column : columns_) bytes += column.text_bytes();
  return bytes >= kBlockBytes ? 0 : kBlockRows - row_;
}

Block BlockBuilder::pack(std::vector<std::string>& bytes) {
  Block block;
  block.rows = static_cast<std::uint32_t>(row_);
  bytes.resize(columns_.size());
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    block.columns.push_back(layout_.keeps(column) ? columns_[column].pack(row_, bytes[column])
                                                  : ColumnForm{});
    columns_[column].clear();
  }
  for (std::vector<char>& known : passed_) known.clear();
  for (Tuples& met : tuples_) {
    met.known.clear();
    met.tuples.clear();
    met.pass.clear();
    met.numbers.clear();
    met.last = 0;
  }
  row_ = 0;
  return block;
}

// Reading

void ColumnView::open(const Block& block, std::size_t column, std::string_view bytes) {
  form_ = block.columns[column];
  CHECK(bytes.size() == form_.bytes(block.rows), "a column is seen whole");
  ends_ = bytes.data();
  numbers_ = ends_ + form_.values * sizeof(std::uint32_t);
  texts_ = ends_ + form_.head_bytes(block.rows);
}

}  // namespace trailhound::read
