// SPDX-License-Identifier: Apache-2.0
//
// One row group, a page for each column: a part is small enough. What repeats goes into a
// dictionary; what does not has its lengths packed and its bytes in one run, which zstd takes best.
// A column without values costs some forty bytes. Beside each column stand its smallest and largest
// value and, where it tells parts apart (keys, addresses, names: at most some thousands), a bloom
// filter, so that an engine that looks for one of them opens few parts of a year.
#include "lake/parquet_file.hpp"

#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "base/check.hpp"
#include "lake/layout.hpp"
#include "lake/parquet_bytes.hpp"

namespace trailhound::lake {
namespace {
using event::Field;
using event::Kind;

constexpr std::uint32_t kNull = UINT32_MAX;
constexpr int kZstdLevel = 1;
constexpr std::size_t kWorthPacking = 64;      ///< Bytes of a column
constexpr std::size_t kLongestBound = 256;     ///< Of a smallest or largest value that is said
constexpr std::size_t kMostInBloom = 1 << 13;  ///< Values of a column
constexpr std::size_t kOften = 5;              ///< Times that a value of a dictionary stands
constexpr std::string_view kMagic = "PAR1";

// The format's own numbers.
constexpr std::int32_t kInt64 = 2, kByteArray = 6;
constexpr std::int32_t kRequired = 0, kOptional = 1, kRepeated = 2;
constexpr std::int32_t kUtf8 = 0, kMap = 1, kList = 3, kTimestampMicros = 10, kUint64 = 14;
constexpr std::int32_t kPlain = 0, kRle = 3, kDeltaPacked = 5, kDeltaLength = 6, kRleDictionary = 8;
constexpr std::int32_t kUncompressed = 0, kZstd = 6;
constexpr std::int32_t kDataPage = 0, kDictionaryPage = 2;

bool is_text(Kind kind) { return kind == Kind::Text || kind == Kind::Json; }

/// A column of the file, written.
struct Chunk {
  std::vector<std::string_view> path;
  std::int32_t type = kByteArray;
  std::vector<std::int32_t> encodings;
  std::int32_t codec = kUncompressed;
  std::size_t values = 0, nulls = 0;
  std::size_t unpacked = 0, packed = 0;
  std::size_t dictionary_at = 0, data_at = 0;  ///< In the file; no dictionary: 0
  std::optional<std::pair<std::string, std::string>> bounds;
  std::string bloom;
  std::size_t bloom_at = 0;
};

/// What stands in a column, in the order of the file, before it is packed.
struct Content {
  std::string levels;
  std::string values, dictionary;
  std::size_t dictionary_size = 0;
  std::int32_t encoding = kPlain;
};

/// How deep each event is there: 1 within a struct, 2 within one inside it ...
struct Levels {
  std::vector<std::uint8_t> of;
  std::uint8_t depth = 0;  ///< Of what is there with all around it
};

/// zstd, its memory kept from column to column.
class Compressor {
 public:
  Compressor() : context_(ZSTD_createCCtx()) {
    CHECK(context_ != nullptr, "zstd gives no context");
  }
  ~Compressor() { ZSTD_freeCCtx(context_); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  std::string pack(std::string_view bytes) {
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compressCCtx(context_, packed.data(), packed.size(), bytes.data(),
                                               bytes.size(), kZstdLevel);
    CHECK(ZSTD_isError(size) == 0, "zstd packs any bytes");
    packed.resize(size);
    return packed;
  }

 private:
  ZSTD_CCtx* context_;
};

std::string_view column_of(Field field) {
  if (field == Field::Path) return "source";
  return field == kApart ? kApartColumn : event::describe(field).sql_name;
}

/// How many elements describe a field and what is inside it.
std::size_t descriptions_of(Field field) {
  const Kind kind = event::describe(field).kind;
  if (kind == Kind::Map) return 4;
  std::size_t count = kind == Kind::List ? 3 : 1;
  for (const Field member : members_in_place(field)) count += descriptions_of(member);
  return count;
}

void describe_group(Thrift& out, std::string_view name, std::int32_t repetition,
                    std::size_t children, std::optional<std::int32_t> converted = {}) {
  out.begin_element();
  out.number(3, repetition);
  out.text(4, name);
  out.number(5, static_cast<std::int32_t>(children));
  if (converted) {
    out.number(6, *converted);
    out.begin(10);  // the same in newer words
    out.begin(*converted == kMap ? 2 : 3);
    out.end();
    out.end();
  }
  out.end();
}

void describe_leaf(Thrift& out, std::string_view name, Kind kind,
                   std::int32_t repetition = kOptional) {
  out.begin_element();
  out.number(1, is_text(kind) ? kByteArray : kInt64);
  out.number(3, repetition);
  out.text(4, name);
  out.number(6, is_text(kind) ? kUtf8 : kind == Kind::Time ? kTimestampMicros : kUint64);
  out.begin(10);
  if (is_text(kind)) {
    out.begin(1);
  } else if (kind == Kind::Time) {
    out.begin(8);
    out.flag(1, false);  // no time zone
    out.begin(2);
    out.begin(2);  // microseconds
    out.end();
    out.end();
  } else {
    out.begin(10);
    out.byte(1, 64);
    out.flag(2, false);  // no sign
  }
  out.end();
  out.end();
  out.end();
}

void describe_field(Thrift& out, Field field) {
  const event::FieldInfo& info = event::describe(field);
  const std::string_view name = column_of(field);
  const std::vector<Field> members = members_in_place(field);
  switch (info.kind) {
    case Kind::Struct:
      describe_group(out, name, kOptional, members.size());
      break;
    case Kind::List:
      describe_group(out, name, kOptional, 1, kList);
      describe_group(out, "list", kRepeated, 1);
      describe_group(out, "element", kOptional, members.size());
      break;
    case Kind::Map:
      describe_group(out, name, kOptional, 1, kMap);
      describe_group(out, "key_value", kRepeated, 2);
      describe_leaf(out, "key", Kind::Text, kRequired);
      describe_leaf(out, "value", Kind::Text);
      return;
    default:
      describe_leaf(out, name, info.kind);
      return;
  }
  for (const Field member : members) describe_field(out, member);
}

/// Builds the file, column by column.
class FileBuilder {
 public:
  explicit FileBuilder(const HeldColumns& held) : held_(held) {}

  std::string build() {
    sort();
    out_ = kMagic;
    const Levels all{std::vector<std::uint8_t>(held_.rows, 0), 0};
    std::vector<Field> fields = stored_fields();
    fields.push_back(kApart);
    fields.push_back(Field::Path);
    std::vector<std::string_view> path;
    for (const Field field : fields) add_field(field, all, path);
    const std::size_t data_end = out_.size();
    for (Chunk& chunk : chunks_) {
      if (chunk.bloom.empty()) continue;
      chunk.bloom_at = out_.size();
      out_ += chunk.bloom;
    }
    add_footer(fields, data_end - kMagic.size());
    return std::move(out_);
  }

 private:
  /// Whose row stands where in the file, and where each row stands.
  void sort();
  void add_field(Field field, const Levels& around, std::vector<std::string_view>& path);
  void add_leaf(const HeldColumn& column, const Levels& around, Chunk chunk, bool searched);
  void add_list(Field field, const Levels& around, std::vector<std::string_view>& path);
  void add_elements(const HeldColumn& list, const HeldColumn& column, const Levels& around,
                    bool optional, Chunk chunk);
  void fill_texts(const HeldColumn& column, const std::vector<std::uint32_t>& codes, bool searched,
                  Chunk& chunk, Content& content);
  void finish(Chunk chunk, const Content& content);
  void add_page(Chunk& chunk, std::int32_t type, std::int32_t encoding, std::size_t values,
                std::string_view bytes, std::string_view packed);
  void add_footer(const std::vector<Field>& fields, std::size_t packed);
  static void add_chunk(Thrift& footer, const Chunk& chunk);

  const HeldColumns& held_;
  Compressor compressor_;
  std::vector<std::uint32_t> row_at_, place_of_;
  std::vector<Chunk> chunks_;
  std::string out_;
};

void FileBuilder::sort() {
  struct Key {
    std::int64_t time = INT64_MAX;  // events without a time stand last
    std::uint64_t id = UINT64_MAX;  // the first bytes of the id
    std::uint32_t row = 0, code = kNull;
    std::uint64_t hash = 0;
  };
  std::vector<Key> keys(held_.rows);
  for (std::uint32_t row = 0; row < held_.rows; ++row) keys[row].row = row;
  const HeldColumn& time = held_.of(Field::Ts);
  for (std::size_t i = 0; i < time.rows.size(); ++i) {
    keys[time.rows[i]].time = static_cast<std::int64_t>(time.numbers[i]);
  }
  const HeldColumn& hash = held_.of(Field::ContentHash);
  for (std::size_t i = 0; i < hash.rows.size(); ++i) keys[hash.rows[i]].hash = hash.numbers[i];
  const HeldColumn& id = held_.of(Field::EventId);
  for (std::size_t i = 0; i < id.rows.size(); ++i) {
    const std::string_view text = id.texts[id.codes[i]];
    unsigned char head[8] = {};
    std::memcpy(head, text.data(), std::min(text.size(), sizeof head));
    std::uint64_t number = 0;
    for (const unsigned char byte : head) number = number << 8 | byte;
    keys[id.rows[i]].id = number;
    keys[id.rows[i]].code = id.codes[i];
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& one, const Key& other) {
    if (one.time != other.time) return one.time < other.time;
    if (one.id != other.id) return one.id < other.id;
    if (one.code != other.code) {
      if (one.code == kNull || other.code == kNull) return other.code == kNull;
      const std::string_view left = id.texts[one.code], right = id.texts[other.code];
      if (left != right) return left < right;
    }
    return one.hash < other.hash;
  });
  row_at_.resize(keys.size());
  place_of_.resize(keys.size());
  for (std::uint32_t place = 0; place < keys.size(); ++place) {
    row_at_[place] = keys[place].row;
    place_of_[keys[place].row] = place;
  }
}

void FileBuilder::add_field(Field field, const Levels& around,
                            std::vector<std::string_view>& path) {
  const HeldColumn& column = held_.of(field);
  path.push_back(column_of(field));
  if (column.kind == Kind::Struct) {
    Levels inside = around;
    ++inside.depth;
    for (const std::uint32_t row : column.rows) inside.of[place_of_[row]] = inside.depth;
    for (const Field member : members_in_place(field)) add_field(member, inside, path);
  } else if (column.kind == Kind::List || column.kind == Kind::Map) {
    add_list(field, around, path);
  } else {
    const bool searched = column.kind == Kind::Text && field != Field::Shape &&
                          field != Field::EventTime && field != Field::Path;
    add_leaf(column, around, {.path = path, .type = is_text(column.kind) ? kByteArray : kInt64},
             searched);
  }
  path.pop_back();
}

void append_levels(std::string& out, std::span<const std::uint8_t> levels, std::uint8_t most) {
  std::string packed;
  append_hybrid(packed, levels, bits_of(most));
  append_fixed32(out, static_cast<std::uint32_t>(packed.size()));
  out += packed;
}

void FileBuilder::add_leaf(const HeldColumn& column, const Levels& around, Chunk chunk,
                           bool searched) {
  const auto there = static_cast<std::uint8_t>(around.depth + 1);
  std::vector<std::uint8_t> levels = around.of;
  for (const std::uint32_t row : column.rows) levels[place_of_[row]] = there;
  Content content;
  append_levels(content.levels, levels, there);
  chunk.values = held_.rows;
  chunk.nulls = held_.rows - column.rows.size();
  if (is_text(column.kind)) {
    std::vector<std::uint32_t> codes(held_.rows, kNull);
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      codes[place_of_[column.rows[i]]] = column.codes[i];
    }
    std::erase(codes, kNull);
    fill_texts(column, codes, searched, chunk, content);
  } else if (!column.rows.empty()) {
    std::vector<std::optional<std::uint64_t>> by_place(held_.rows);
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      by_place[place_of_[column.rows[i]]] = column.numbers[i];
    }
    std::vector<std::int64_t> numbers;
    for (const auto& number : by_place) {
      if (number) numbers.push_back(static_cast<std::int64_t>(*number));
    }
    if (column.kind == Kind::Time) {
      content.encoding = kDeltaPacked;
      append_deltas(content.values, numbers);
      chunk.bounds.emplace();
      append_fixed64(chunk.bounds->first, static_cast<std::uint64_t>(numbers.front()));
      append_fixed64(chunk.bounds->second, static_cast<std::uint64_t>(numbers.back()));
    } else {
      for (const std::int64_t number : numbers) {
        append_fixed64(content.values, static_cast<std::uint64_t>(number));
      }
    }
  }
  finish(std::move(chunk), content);
}

void FileBuilder::add_list(Field field, const Levels& around, std::vector<std::string_view>& path) {
  const HeldColumn& list = held_.of(field);
  if (list.kind == Kind::Map) {
    path.push_back("key_value");
    for (const bool is_key : {true, false}) {
      path.push_back(is_key ? "key" : "value");
      add_elements(list, held_.columns[is_key ? list.keys : list.values], around, !is_key,
                   {.path = path});
      path.pop_back();
    }
    path.pop_back();
    return;
  }
  path.push_back("list");
  path.push_back("element");
  for (const Field member : event::members(field)) {
    path.push_back(event::describe(member).sql_name);
    add_elements(list, held_.of(member), around, true, {.path = path});
    path.pop_back();
  }
  path.resize(path.size() - 2);
}

void FileBuilder::add_elements(const HeldColumn& list, const HeldColumn& column,
                               const Levels& around, bool optional, Chunk chunk) {
  const auto empty = static_cast<std::uint8_t>(around.depth + 1);
  // An element of a list is a group that is there.
  const auto element = static_cast<std::uint8_t>(empty + (list.kind == Kind::List ? 2 : 1));
  const auto there = static_cast<std::uint8_t>(element + (optional ? 1 : 0));
  std::vector<std::uint32_t> value_of(list.elements, kNull);
  for (std::size_t i = 0; i < column.rows.size(); ++i) value_of[column.rows[i]] = column.codes[i];
  std::vector<std::uint32_t> list_at(held_.rows, kNull);
  for (std::uint32_t i = 0; i < list.rows.size(); ++i) list_at[place_of_[list.rows[i]]] = i;
  std::vector<std::uint8_t> repeated, levels;
  std::vector<std::uint32_t> codes;
  for (std::size_t place = 0; place < held_.rows; ++place) {
    const std::uint32_t which = list_at[place];
    repeated.push_back(0);
    if (which == kNull) {
      levels.push_back(around.of[place]);
      continue;
    }
    const std::uint32_t begin = list.begins[which];
    const std::uint32_t end =
        which + 1 < list.begins.size() ? list.begins[which + 1] : list.elements;
    if (begin == end) levels.push_back(empty);
    for (std::uint32_t i = begin; i < end; ++i) {
      if (i != begin) repeated.push_back(1);
      levels.push_back(value_of[i] == kNull ? element : there);
      if (value_of[i] != kNull) codes.push_back(value_of[i]);
    }
  }
  Content content;
  append_levels(content.levels, repeated, 1);
  append_levels(content.levels, levels, there);
  chunk.values = levels.size();
  chunk.nulls = levels.size() - codes.size();
  fill_texts(column, codes, false, chunk, content);
  finish(std::move(chunk), content);
}

void FileBuilder::fill_texts(const HeldColumn& column, const std::vector<std::uint32_t>& codes,
                             bool searched, Chunk& chunk, Content& content) {
  if (codes.empty()) return;
  const Texts& texts = column.texts;
  // Texts of events that were dropped are held, but not written.
  std::vector<std::uint32_t> used, number_of(texts.size(), kNull), numbers;
  if (texts.unique()) {
    numbers.reserve(codes.size());
    for (const std::uint32_t code : codes) {
      if (number_of[code] == kNull) {
        number_of[code] = static_cast<std::uint32_t>(used.size());
        used.push_back(code);
      }
      numbers.push_back(number_of[code]);
    }
  }
  const std::span<const std::uint32_t> different = texts.unique() ? used : codes;
  if (column.kind == Kind::Text) {
    const auto [least, most] = std::minmax_element(
        different.begin(), different.end(),
        [&](std::uint32_t one, std::uint32_t other) { return texts[one] < texts[other]; });
    if (texts[*least].size() <= kLongestBound && texts[*most].size() <= kLongestBound) {
      chunk.bounds.emplace(texts[*least], texts[*most]);
    }
  }
  if (searched && texts.unique() && different.size() > 1 && different.size() <= kMostInBloom) {
    BloomFilter bloom(different.size());
    for (const std::uint32_t code : different) bloom.add(texts[code]);
    bloom.append_to(chunk.bloom);
  }
  if (texts.unique() && used.size() * kOften <= codes.size()) {
    content.encoding = kRleDictionary;
    content.dictionary_size = used.size();
    for (const std::uint32_t code : used) {
      append_fixed32(content.dictionary, static_cast<std::uint32_t>(texts[code].size()));
      content.dictionary += texts[code];
    }
    const unsigned width = bits_of(static_cast<std::uint32_t>(used.size() - 1));
    content.values += static_cast<char>(width);
    append_hybrid(content.values, numbers, width);
    return;
  }
  content.encoding = kDeltaLength;
  std::vector<std::int64_t> lengths;
  lengths.reserve(codes.size());
  std::size_t size = 0;
  for (const std::uint32_t code : codes) {
    lengths.push_back(static_cast<std::int64_t>(texts[code].size()));
    size += texts[code].size();
  }
  content.values.reserve(size + codes.size());
  append_deltas(content.values, lengths);
  for (const std::uint32_t code : codes) content.values += texts[code];
}

void FileBuilder::finish(Chunk chunk, const Content& content) {
  const std::string page = content.levels + content.values;
  std::string packed_page, packed_dictionary;
  if (page.size() + content.dictionary.size() >= kWorthPacking) {
    packed_page = compressor_.pack(page);
    if (!content.dictionary.empty()) packed_dictionary = compressor_.pack(content.dictionary);
    if (packed_page.size() + packed_dictionary.size() < page.size() + content.dictionary.size()) {
      chunk.codec = kZstd;
    }
  }
  const bool packs = chunk.codec == kZstd;
  if (content.encoding == kRleDictionary) {
    chunk.dictionary_at = out_.size();
    add_page(chunk, kDictionaryPage, kPlain, content.dictionary_size, content.dictionary,
             packs ? packed_dictionary : content.dictionary);
  }
  chunk.data_at = out_.size();
  add_page(chunk, kDataPage, content.encoding, chunk.values, page, packs ? packed_page : page);
  chunk.encodings = {kRle, content.encoding};
  if (content.encoding == kRleDictionary) chunk.encodings.push_back(kPlain);
  chunks_.push_back(std::move(chunk));
}

void FileBuilder::add_page(Chunk& chunk, std::int32_t type, std::int32_t encoding,
                           std::size_t values, std::string_view bytes, std::string_view packed) {
  Thrift header;
  header.number(1, type);
  header.number(2, static_cast<std::int32_t>(bytes.size()));
  header.number(3, static_cast<std::int32_t>(packed.size()));
  header.begin(type == kDataPage ? 5 : 7);
  header.number(1, static_cast<std::int32_t>(values));
  header.number(2, encoding);
  if (type == kDataPage) {
    header.number(3, kRle);
    header.number(4, kRle);
  }
  header.end();
  header.end();
  const std::string head = header.take();
  out_ += head;
  out_ += packed;
  chunk.unpacked += head.size() + bytes.size();
  chunk.packed += head.size() + packed.size();
}

void FileBuilder::add_chunk(Thrift& footer, const Chunk& chunk) {
  footer.begin_element();
  footer.long_number(2, static_cast<std::int64_t>(chunk.data_at));
  footer.begin(3);
  footer.number(1, chunk.type);
  footer.numbers(2, chunk.encodings.size());
  for (const std::int32_t encoding : chunk.encodings) footer.element(encoding);
  footer.texts(3, chunk.path.size());
  for (const std::string_view name : chunk.path) footer.element(name);
  footer.number(4, chunk.codec);
  footer.long_number(5, static_cast<std::int64_t>(chunk.values));
  footer.long_number(6, static_cast<std::int64_t>(chunk.unpacked));
  footer.long_number(7, static_cast<std::int64_t>(chunk.packed));
  footer.long_number(9, static_cast<std::int64_t>(chunk.data_at));
  if (chunk.dictionary_at != 0) {
    footer.long_number(11, static_cast<std::int64_t>(chunk.dictionary_at));
  }
  footer.begin(12);
  footer.long_number(3, static_cast<std::int64_t>(chunk.nulls));
  if (chunk.bounds) {
    footer.text(5, chunk.bounds->second);
    footer.text(6, chunk.bounds->first);
  }
  footer.end();
  if (!chunk.bloom.empty()) {
    footer.long_number(14, static_cast<std::int64_t>(chunk.bloom_at));
    footer.number(15, static_cast<std::int32_t>(chunk.bloom.size()));
  }
  footer.end();
  footer.end();
}

void FileBuilder::add_footer(const std::vector<Field>& fields, std::size_t packed) {
  Thrift footer;
  footer.number(1, 2);  // the format's version
  std::size_t descriptions = 1;
  for (const Field field : fields) descriptions += descriptions_of(field);
  footer.structs(2, descriptions);
  describe_group(footer, "event", kRequired, fields.size());
  for (const Field field : fields) describe_field(footer, field);
  footer.long_number(3, held_.rows);
  footer.structs(4, 1);
  footer.begin_element();
  footer.structs(1, chunks_.size());
  std::size_t unpacked = 0;
  for (const Chunk& chunk : chunks_) {
    add_chunk(footer, chunk);
    unpacked += chunk.unpacked;
  }
  footer.long_number(2, static_cast<std::int64_t>(unpacked));
  footer.long_number(3, held_.rows);
  footer.structs(4, 1);  // sorted by the first column, rising, NULLs last
  footer.begin_element();
  footer.number(1, 0);
  footer.flag(2, false);
  footer.flag(3, false);
  footer.end();
  footer.long_number(5, static_cast<std::int64_t>(kMagic.size()));
  footer.long_number(6, static_cast<std::int64_t>(packed));
  footer.end();
  footer.text(6, "trailhound");
  footer.structs(7, chunks_.size());  // bounds are in the order of each type
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    footer.begin_element();
    footer.begin(1);
    footer.end();
    footer.end();
  }
  footer.end();
  const std::string text = footer.take();
  out_ += text;
  append_fixed32(out_, static_cast<std::uint32_t>(text.size()));
  out_ += kMagic;
}

}  // namespace

std::string parquet_of(const HeldColumns& columns) { return FileBuilder(columns).build(); }

}  // namespace trailhound::lake
