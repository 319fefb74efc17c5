// SPDX-License-Identifier: Apache-2.0
#include "show/writer.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace trailhound::show {
namespace {

/// Enough for the kernel to take in one go, small enough to stay in the cache.
constexpr std::size_t kFlushAt = 1 << 18;

Result<void> flush(Buffer& buffer, Output& output) {
  TRY(output.write(buffer.view()));
  buffer.clear();
  return {};
}

}  // namespace

const Format* find_format(std::string_view name) {
  const std::span<const Format> all = formats();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Format& f) { return f.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Result<Shown> show_rows(engine::Rows& rows, const Format& format, const WriteOptions& options,
                        Output& output) {
  CHECK(format.make != nullptr, format.name);
  const std::unique_ptr<Writer> writer = format.make(options);
  Buffer buffer;
  Shown shown;
  TRY(writer->begin(rows.columns(), buffer));
  while (!output.is_closed()) {
    TRY(const engine::Batch* batch, rows.next());
    if (batch == nullptr) break;
    writer->add(*batch, buffer);
    shown.rows += batch->rows();
    if (buffer.size() >= kFlushAt) TRY(flush(buffer, output));
  }
  writer->end(buffer);
  TRY(flush(buffer, output));
  shown.remark = writer->remark();
  return shown;
}

std::vector<std::string> distinct_names(const std::vector<engine::Column>& columns) {
  std::set<std::string> taken;
  for (const engine::Column& column : columns) taken.insert(to_lower(column.name));
  std::set<std::string> given;
  std::vector<std::string> names;
  for (const engine::Column& column : columns) {
    std::string name = column.name;
    for (int count = 2; given.contains(to_lower(name)); ++count) {
      const std::string next = column.name + "_" + std::to_string(count);
      if (!taken.contains(to_lower(next))) name = next;
    }
    given.insert(to_lower(name));
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace trailhound::show
