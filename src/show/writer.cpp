// SPDX-License-Identifier: Apache-2.0
#include "show/writer.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
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

/// An output that several threads write rows to, each with a writer of its own.
class Shared {
 public:
  Shared(const engine::Rows& rows, const Format& format, const WriteOptions& options,
         Output& output)
      : rows_(rows), format_(format), options_(options), output_(output) {}

  std::unique_ptr<engine::Taker> make_taker() {
    const std::lock_guard lock(mutex_);
    Part& part = parts_.emplace_back();
    part.writer = format_.make(options_);
    Buffer head;
    Result<void> begun = part.writer->begin(rows_.columns(), head);
    if (parts_.size() == 1) {
      head_ = std::move(head);
    }
    if (!begun.ok()) written_ = std::move(begun);
    return std::make_unique<Taker>(*this, part);
  }

  /// Writes what is left. An output that nothing was taken for gets its head, too.
  Result<Shown> finish() {
    if (parts_.empty()) make_taker();
    Shown shown;
    for (Part& part : parts_) {
      pass_on(part.buffer);
      shown.rows += part.rows;
    }
    TRY(written_);
    shown.remark = parts_.front().writer->remark();
    return shown;
  }

 private:
  struct Part {
    std::unique_ptr<Writer> writer;
    Buffer buffer;
    std::uint64_t rows = 0;
  };

  class Taker final : public engine::Taker {
   public:
    Taker(Shared& shared, Part& part) : shared_(shared), part_(part) {}
    bool take(const engine::Batch& batch) override {
      part_.writer->add(batch, part_.buffer);
      part_.rows += batch.rows();
      return part_.buffer.size() < kFlushAt || shared_.pass_on(part_.buffer);
    }

   private:
    Shared& shared_;
    Part& part_;
  };

  /// Whether more is wanted.
  bool pass_on(Buffer& buffer) {
    const std::lock_guard lock(mutex_);
    if (written_.ok()) written_ = flush(head_, output_);
    if (written_.ok()) written_ = flush(buffer, output_);
    return written_.ok() && !output_.is_closed();
  }

  const engine::Rows& rows_;
  const Format& format_;
  const WriteOptions& options_;
  Output& output_;
  std::mutex mutex_;
  std::deque<Part> parts_;
  Buffer head_;
  Result<void> written_;
};

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
  if (format.by_row) {
    Shared shared(rows, format, options, output);
    TRY(const bool handed, rows.hand_out([&] { return shared.make_taker(); }));
    if (handed) return shared.finish();
  }
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
