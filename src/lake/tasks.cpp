// SPDX-License-Identifier: Apache-2.0
#include "lake/tasks.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "event/content_hash.hpp"

namespace trailhound::lake {
namespace {

// About 13,000 events. A sort takes some 6 kB of memory for each, and one that does not fit is
// written out and read again: that took twice as long.
constexpr std::uint64_t kPackedBytes = 5ull << 18;
constexpr std::size_t kMostFiles = 4096;
constexpr std::uint64_t kPlainTimes = 12;  // as large as packed ones, unpacked

bool all_digits(std::string_view text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view name_in(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// What a file weighs, as if it were packed.
std::uint64_t weight_of(const read::FoundFile& file) {
  const std::string_view name = file.path;
  const bool plain = name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".csv");
  return plain ? file.size / kPlainTimes : file.size;
}

}  // namespace

AccountDay told_by(const read::FoundFile& file) {
  AccountDay told;
  const std::vector<std::string_view> parts = split(file.path, '/');
  const std::size_t folders = parts.size() - 1;
  for (std::size_t i = 0; i + 2 < folders; ++i) {
    if (all_digits(parts[i], 4) && all_digits(parts[i + 1], 2) && all_digits(parts[i + 2], 2)) {
      told.day =
          std::string(parts[i]) + "-" + std::string(parts[i + 1]) + "-" + std::string(parts[i + 2]);
    }
  }
  for (std::size_t i = 0; i < folders; ++i) {
    if (all_digits(parts[i], 12)) told.account = parts[i];
  }
  const std::string_view name = name_in(file.path);
  if (file.delivered) {
    told.account = name.substr(0, 12);
    told.day = format_day(Time{file.delivered->micros - kMinute});
  }
  return told;
}

std::vector<Task> cut_into_tasks(std::vector<read::FoundFile> files) {
  struct Sorted {
    AccountDay told;
    std::size_t number;
  };
  std::vector<Sorted> order;
  order.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) order.push_back({told_by(files[i]), i});
  // Newest day first; within it by account, then as the files were found.
  std::sort(order.begin(), order.end(), [](const Sorted& one, const Sorted& other) {
    return std::tie(other.told.day, one.told.account, one.number) <
           std::tie(one.told.day, other.told.account, other.number);
  });
  std::vector<Task> tasks;
  std::uint64_t weight = 0;
  for (const Sorted& next : order) {
    read::FoundFile& file = files[next.number];
    const std::uint64_t more = weight_of(file);
    if (tasks.empty() || tasks.back().told != next.told || weight + more > kPackedBytes ||
        tasks.back().files.size() >= kMostFiles) {
      tasks.push_back({next.told, {}, 0});
      weight = 0;
    }
    weight += more;
    tasks.back().bytes += file.size;
    tasks.back().files.push_back(std::move(file));
  }
  return tasks;
}

bool is_in_shard(const std::string& path, std::uint32_t index, std::uint32_t count) {
  return event::content_hash(name_in(path)) % count == index - 1;
}

}  // namespace trailhound::lake
