// SPDX-License-Identifier: Apache-2.0
#include "lake/part_look.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lake/disk.hpp"
#include "lake/layout.hpp"
#include "lake/parquet_bytes.hpp"

namespace trailhound::lake {
namespace {
using event::Field;
using event::RowFilter;

constexpr std::size_t kEnd = 48 << 10;  ///< Holds what a part says of itself, as we write it
constexpr std::size_t kTail = 8;        ///< The size of the footer, and the magic word
constexpr std::size_t kMostFooter = 64 << 20;

/// What a file says of a column, in one of its groups of rows.
struct Said {
  Field field = Field::Record;
  std::int64_t values = 0;
  std::optional<std::int64_t> nulls;
  std::optional<std::string_view> least, most;
  std::optional<std::string_view> bloom;
};
using Group = std::vector<Said>;
using Wanted = std::vector<std::pair<Field, std::vector<std::string_view>>>;

/// The last bytes of a file, and more of it where they are not enough.
class FileEnd {
 public:
  FileEnd(const std::string& path, std::uint64_t bytes) : path_(path), size_(bytes) {}
  bool open() { return hold(std::min<std::uint64_t>(kEnd, size_)); }
  /// Bytes of the file. The views live until more has to be read.
  std::optional<std::string_view> bytes(std::uint64_t at, std::uint64_t count) {
    if (at < begin_ && at < size_ && !hold(size_ - at)) return std::nullopt;
    return held(at, count);
  }
  /// The same, if they were read: what lies far before the end is not worth another reading.
  std::optional<std::string_view> held(std::uint64_t at, std::uint64_t count) const {
    if (at < begin_ || at > size_ || count > size_ - at) return std::nullopt;
    return std::string_view(held_).substr(at - begin_, count);
  }

 private:
  bool hold(std::uint64_t count) {
    begin_ = size_ - count;
    auto got = read_piece(path_, begin_, count);
    if (!got.ok() || got->size() != count) return false;
    held_ = *std::move(got);
    return true;
  }

  const std::string& path_;
  std::uint64_t size_, begin_ = 0;
  std::string held_;
};

/// "useridentity", "arn": empty for what is no column of its own.
std::vector<std::string_view> path_of(Field field) {
  std::vector<std::string_view> path;
  for (Field at = field; at != Field::Record; at = event::describe(at).parent) {
    if (event::describe(at).kind == event::Kind::List) return {};
    path.insert(path.begin(), event::describe(at).sql_name);
  }
  return path;
}

void read_statistics(ThriftReader& in, Said& said) {
  in.each_field([&](int id) {
    if (id == 3) {
      said.nulls = in.number();
    } else if (id == 5) {
      said.most = in.text();
    } else if (id == 6) {
      said.least = in.text();
    } else {
      in.skip();
    }
  });
}

/// A column chunk, if it is one of the wanted fields.
void read_chunk(ThriftReader& in, const Wanted& wanted, FileEnd& file, Group& group) {
  Said said;
  std::int64_t bloom_at = -1, bloom_size = 0;
  in.each_field([&](int outer) {
    if (outer != 3) return in.skip();
    in.each_field([&](int id) {
      if (id == 3) {
        std::vector<std::string_view> path;
        in.each_element([&] { path.push_back(in.text()); });
        for (const auto& [field, names] : wanted) {
          if (path == names) said.field = field;
        }
      } else if (id == 5) {
        said.values = in.number();
      } else if (id == 12) {
        read_statistics(in, said);
      } else if (id == 14) {
        bloom_at = in.number();
      } else if (id == 15) {
        bloom_size = in.number();
      } else {
        in.skip();
      }
    });
  });
  if (said.field == Field::Record) return;
  if (bloom_at > 0 && bloom_size > 0) {
    said.bloom =
        file.held(static_cast<std::uint64_t>(bloom_at), static_cast<std::uint64_t>(bloom_size));
  }
  group.push_back(said);
}

bool passes_text(const Said& said, const event::TextTest& test) {
  if (!said.nulls) return true;
  if (test.null && *said.nulls > 0) return true;
  if (*said.nulls == said.values) return false;
  if (test.negated || !test.like.empty()) return true;
  return std::any_of(test.any_of.begin(), test.any_of.end(), [&](const std::string& value) {
    if (said.least && value < *said.least) return false;
    if (said.most && value > *said.most) return false;
    return !said.bloom || BloomFilter::may_hold(*said.bloom, value);
  });
}

bool passes_time(const Said& said, const RowFilter& filter) {
  if (said.nulls && *said.nulls == said.values) return false;
  if (!said.least || !said.most || said.least->size() != 8 || said.most->size() != 8) return true;
  std::int64_t least = 0, most = 0;
  std::memcpy(&least, said.least->data(), sizeof least);
  std::memcpy(&most, said.most->data(), sizeof most);
  return most >= filter.from.micros && least <= filter.to.micros;
}

bool passes(const Group& group, const RowFilter& filter) {
  const auto each = [&](const RowFilter& part) { return passes(group, part); };
  switch (filter.kind) {
    case RowFilter::Kind::Everything:
      return true;
    case RowFilter::Kind::All:
      return std::all_of(filter.parts.begin(), filter.parts.end(), each);
    case RowFilter::Kind::Any:
      return std::any_of(filter.parts.begin(), filter.parts.end(), each);
    case RowFilter::Kind::Text:
    case RowFilter::Kind::Time:
      break;
  }
  const auto said = std::find_if(group.begin(), group.end(),
                                 [&](const Said& one) { return one.field == filter.field; });
  if (said == group.end()) return true;
  return filter.kind == RowFilter::Kind::Time ? passes_time(*said, filter)
                                              : passes_text(*said, filter.test);
}

/// The columns that a filter looks at, as far as a part has them by themselves.
Wanted columns_of(const RowFilter& filter) {
  event::FieldSet fields;
  filter.add_fields(fields);
  Wanted wanted;
  for (const event::FieldInfo& info : event::schema()) {
    const bool column = info.kind == event::Kind::Text || info.field == Field::Ts;
    const bool stored = info.field != Field::Account && info.field != Field::Year &&
                        info.field != Field::Month && info.field != Field::Day &&
                        info.field != Field::Path;
    if (!column || !stored || !fields.has(info.field)) continue;
    if (auto names = path_of(info.field); !names.empty()) {
      wanted.emplace_back(info.field, std::move(names));
    }
  }
  return wanted;
}

}  // namespace

bool may_hold(const std::string& path, std::uint64_t bytes, const RowFilter& filter) {
  const Wanted wanted = columns_of(filter);
  if (wanted.empty()) return true;
  FileEnd file(path, bytes);
  if (bytes < kTail || !file.open()) return true;
  const auto tail = file.bytes(bytes - kTail, kTail);
  if (!tail || tail->substr(4) != "PAR1") return true;
  std::uint32_t footer = 0;
  std::memcpy(&footer, tail->data(), sizeof footer);
  if (footer > kMostFooter || footer + kTail > bytes) return true;
  const auto text = file.bytes(bytes - kTail - footer, footer);
  if (!text) return true;
  ThriftReader in(*text);
  bool any = false, groups = false;
  in.each_field([&](int id) {
    if (id != 4) return in.skip();
    in.each_element([&] {
      Group group;
      in.each_field([&](int inner) {
        if (inner != 1) return in.skip();
        in.each_element([&] { read_chunk(in, wanted, file, group); });
      });
      groups = true;
      any = any || passes(group, filter);
    });
  });
  return any || !groups || in.failed();
}

}  // namespace trailhound::lake
