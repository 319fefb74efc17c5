// SPDX-License-Identifier: Apache-2.0
#include "lake/days.hpp"

#include <fmt/format.h>

#include <utility>

#include "lake/disk.hpp"

namespace trailhound::lake {
namespace {

constexpr std::size_t kBuffer = 64 << 10;
constexpr std::uint64_t kFile = 48ull << 20;  // a file is read by one task

}  // namespace

std::uint32_t SourceNames::number_of(std::string_view name) {
  const std::lock_guard lock(mutex_);
  auto found = numbers_.find(name);
  if (found == numbers_.end()) {
    found = numbers_.emplace(name, static_cast<std::uint32_t>(names_.size())).first;
    names_.push_back(&found->first);
  }
  return found->second;
}

std::string SourceNames::name_of(std::uint32_t number) const {
  const std::lock_guard lock(mutex_);
  return *names_[number];
}

std::shared_ptr<Day> Days::of(const AccountDay& where) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Day>& day = days_[where];
  if (day == nullptr) day = std::make_shared<Day>();
  return day;
}

void Days::release(const AccountDay& where) {
  const std::lock_guard lock(mutex_);
  days_.erase(where);
}

Result<void> Days::put_aside(const AccountDay& where, std::string_view json, std::uint64_t hash,
                             std::uint32_t source) {
  const std::lock_guard lock(mutex_);
  Spool& spool = spools_[where];
  spool.buffer += json;
  spool.buffer += '\n';
  spool.aside.bytes += json.size() + 1;
  spool.aside.sources.emplace(hash, source);
  return spool.buffer.size() < kBuffer ? Result<void>{} : flush(spool);
}

Result<void> Days::flush(Spool& spool) {
  if (spool.aside.files.empty() || spool.in_file > kFile) {
    spool.aside.files.push_back(fmt::format("{}/aside-{}.jsonl", staging_, ++files_));
    spool.in_file = 0;
  }
  TRY(append_to_file(spool.aside.files.back(), spool.buffer));
  spool.in_file += spool.buffer.size();
  spool.buffer.clear();
  return {};
}

Result<Aside> Days::take_aside(const AccountDay& where) {
  const std::lock_guard lock(mutex_);
  const auto found = spools_.find(where);
  if (found == spools_.end()) return Aside{};
  if (!found->second.buffer.empty()) TRY(flush(found->second));
  Aside aside = std::move(found->second.aside);
  spools_.erase(found);
  return aside;
}

bool Days::has_aside(const AccountDay& where) const {
  const std::lock_guard lock(mutex_);
  return spools_.contains(where);
}

std::vector<AccountDay> Days::waiting() const {
  const std::lock_guard lock(mutex_);
  std::vector<AccountDay> all;
  for (const auto& [where, spool] : spools_) all.push_back(where);
  return all;
}

}  // namespace trailhound::lake
