// SPDX-License-Identifier: Apache-2.0
#include "lake/answers.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>

#include "event/content_hash.hpp"
#include "lake/disk.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {
namespace {

constexpr std::string_view kMagic = "trailhound answer 1\n";
constexpr std::uint64_t kMostEvents = 250'000;  // of a stretch, unless one day has more
constexpr std::string_view kNoDay = "-";        // how a stretch of what has no day is written

using ByDay = std::map<std::string, std::vector<const Part*>>;

/// What a file says of one stretch.
struct Kept {
  std::string first, last;
  std::uint64_t stamp = 0;
  std::string rows;
};

std::string day_word(const std::string& day) { return day.empty() ? std::string(kNoDay) : day; }

/// The next word of a line, to a blank or the line's end.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::optional<std::uint64_t> take_number(std::string_view& text, int base) {
  const std::string_view word = take_word(text);
  std::uint64_t number = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), number, base);
  if (word.empty() || read.ec != std::errc() || read.ptr != word.data() + word.size()) return {};
  return number;
}

/// The stretches that a file holds, in its order; none if it is damaged.
std::vector<Kept> kept_in(std::string_view text) {
  if (!text.starts_with(kMagic)) return {};
  text.remove_prefix(kMagic.size());
  const auto sum = take_number(text, 16);
  if (!sum || event::content_hash(text) != *sum) return {};
  std::vector<Kept> all;
  while (!text.empty()) {
    Kept one;
    one.first = take_word(text);
    one.last = take_word(text);
    const auto stamp = take_number(text, 16), size = take_number(text, 10);
    if (!stamp || !size || *size > text.size()) return {};
    for (std::string* const day : {&one.first, &one.last}) {
      if (*day == kNoDay) day->clear();
    }
    one.stamp = *stamp;
    one.rows = text.substr(0, *size);
    text.remove_prefix(*size);
    all.push_back(std::move(one));
  }
  return all;
}

/// In one step, but not made to last: what is lost by a crash is asked again.
void write_quietly(const std::string& path, const std::string& content) {
  static std::atomic<unsigned> count = 0;
  const std::string aside = fmt::format("{}.{}-{}", path, getpid(), count++);
  {
    std::ofstream file(aside, std::ios::binary | std::ios::trunc);
    if (!file || !file.write(content.data(), static_cast<std::streamsize>(content.size())) ||
        !file.flush()) {
      file.close();
      (void)remove_file(aside).ok();
      return;
    }
  }
  if (!move_file(aside, path).ok()) (void)remove_file(aside).ok();
}

/// Removes the folders beside this one whose names begin alike.
void remove_others(const std::string& folder, std::string_view begin) {
  const std::filesystem::path mine(folder);
  std::error_code error;
  std::vector<std::filesystem::path> others;
  for (auto at = std::filesystem::directory_iterator(mine.parent_path(), error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name != mine.filename().string() && name.starts_with(begin) && at->is_directory(error)) {
      others.push_back(at->path());
    }
  }
  for (const auto& other : others) std::filesystem::remove_all(other, error);
}

constexpr std::string_view kWhole = "whole-";

}  // namespace

Answers::Answers(std::string root, const Manifest& manifest, std::string_view maker)
    : root_(std::move(root)), manifest_(manifest), maker_(maker) {
  std::vector<const Part*> all;
  for (const Part& part : manifest_.parts) all.push_back(&part);
  whole_ = fmt::format("{}/{}/{}{:016x}", answers_folder(root_), maker_, kWhole, stamp_of(all));
}

std::uint64_t Answers::stamp_of(const std::vector<const Part*>& parts) const {
  std::string words;
  for (const Part* const part : parts) {
    words += fmt::format("{}/{}/{} {} {}\n", part->where.account, part->where.day, part->name,
                         part->rows, part->sum);
  }
  return event::content_hash(words);
}

std::string Answers::path_of(std::string_view name, Reach reach) const {
  const std::string folder =
      reach == Reach::Whole ? whole_ : fmt::format("{}/{}", answers_folder(root_), maker_);
  return fmt::format("{}/{}", folder, name);
}

std::vector<Stretch> Answers::stretches(std::string_view name, Reach reach) const {
  ByDay days;
  for (const Part& part : manifest_.parts) days[part.where.day].push_back(&part);
  std::vector<Kept> kept;
  if (!maker_.empty()) {
    const std::string path = path_of(name, reach);
    if (is_there(path)) {
      const Result<std::string> text = read_whole(path);
      if (text.ok()) kept = kept_in(*text);
    }
  }
  std::vector<Stretch> all;
  std::uint64_t events = 0;
  bool open = false;  // the last one has no rows and takes further days
  auto next = kept.begin();
  for (auto day = days.begin(); day != days.end();) {
    while (next != kept.end() && next->first < day->first) ++next;
    if (next != kept.end() && next->first == day->first && next->last >= next->first) {
      Stretch stretch{.first = next->first, .last = next->last};
      auto end = day;
      for (; end != days.end() && end->first <= next->last; ++end) {
        stretch.parts.insert(stretch.parts.end(), end->second.begin(), end->second.end());
      }
      stretch.stamp = stamp_of(stretch.parts);
      const bool whole = reach == Reach::Days || (day == days.begin() && end == days.end());
      if (stretch.stamp == next->stamp && whole) {
        stretch.rows = std::move(next->rows);
        all.push_back(std::move(stretch));
        day = end;
        ++next;
        open = false;
        continue;
      }
    }
    std::uint64_t more = 0;
    for (const Part* const part : day->second) more += part->rows;
    const bool fits = reach == Reach::Whole || events + more <= kMostEvents;
    if (!open || !fits) {
      all.push_back({.first = day->first});
      events = 0;
      open = true;
    }
    events += more;
    all.back().last = day->first;
    all.back().parts.insert(all.back().parts.end(), day->second.begin(), day->second.end());
    ++day;
  }
  for (Stretch& stretch : all) stretch.stamp = stamp_of(stretch.parts);
  return all;
}

bool Answers::can_be_kept() const {
  if (maker_.empty() || is_remote(root_)) return false;
  return is_there(fmt::format("{}/{}", answers_folder(root_), maker_)) ||
         access(root_.c_str(), W_OK) == 0;
}

void Answers::keep(std::string_view name, Reach reach,
                   const std::vector<Stretch>& stretches) const {
  if (maker_.empty() || is_remote(root_)) return;
  std::string text;
  for (const Stretch& one : stretches) {
    if (!one.rows) continue;
    text += fmt::format("{} {} {:016x} {}\n", day_word(one.first), day_word(one.last), one.stamp,
                        one.rows->size());
    text += *one.rows;
  }
  // Whoever took events out of the lake meanwhile removed what was kept of them: it stays away.
  const Result<Manifest> now = Manifest::read(root_);
  if (!now.ok() || now->generation != manifest_.generation) return;
  const std::string path = path_of(name, reach);
  const std::string folder = path.substr(0, path.rfind('/'));
  if (!is_there(folder)) {
    if (!make_folders(folder).ok()) return;
    remove_others(fmt::format("{}/{}", answers_folder(root_), maker_), "");
    if (reach == Reach::Whole) remove_others(folder, kWhole);
  }
  write_quietly(path, fmt::format("{}{:016x}\n{}", kMagic, event::content_hash(text), text));
}

Result<void> drop_answers(const std::string& root) {
  for (const std::string& path : files_below(answers_folder(root))) TRY(remove_file(path));
  return {};
}

}  // namespace trailhound::lake
