// SPDX-License-Identifier: Apache-2.0
#include "baseline/learn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "event/content_hash.hpp"
#include "lake/disk.hpp"
#include "lake/layout.hpp"
#include "lake/manifest.hpp"

namespace trailhound::baseline {
namespace {

constexpr std::int32_t kMostAtOnce = 31;  // days that are counted by one question

ask::Question question(std::string text, std::string name = "habits") {
  return ask::own_question(std::move(text), std::move(name));
}

std::optional<std::int32_t> day_called(const std::string& name) {
  const std::optional<Time> time = parse_typed_time(name);
  if (!time || format_day(*time) != name) return std::nullopt;
  return day_of(*time);
}

/// Takes out what has no time.
void drop_untimed(Learnt& learnt) {
  std::erase_if(learnt.habits.rows(), [&](const Habit& habit) {
    const bool untimed = habit.first == Time{} && habit.last == Time{};
    if (untimed) learnt.untimed += habit.count;
    return untimed;
  });
}

/// What a lake holds, by day.
struct Days {
  std::uint64_t generation = 0;
  std::map<std::int32_t, std::string> stamps;
  std::map<std::int32_t, std::uint64_t> rows;
  std::uint64_t untimed = 0;
};

Days days_of(const lake::Manifest& manifest) {
  Days days;
  days.generation = manifest.generation;
  std::map<std::int32_t, std::string> parts;
  for (const lake::Part& part : manifest.parts) {
    const std::optional<std::int32_t> day = day_called(part.where.day);
    if (!day) {
      days.untimed += part.rows;
      continue;
    }
    parts[*day] += part.where.account + "/" + part.name + " " + part.sum + "\n";
    days.rows[*day] += part.rows;
  }
  for (const auto& [day, words] : parts) {
    days.stamps[day] = fmt::format("{:016x} {:016x}\n", fingerprint(), event::content_hash(words));
  }
  return days;
}

/// The habits that a lake keeps.
class Kept {
 public:
  explicit Kept(std::string root) : root_(std::move(root)) {}

  bool read(std::int32_t day, const std::string& stamp, Habits& habits) const {
    const std::string path = path_of(day);
    if (!lake::is_there(path)) return false;
    const Result<std::string> bytes = lake::read_whole(path);
    return bytes.ok() && bytes->starts_with(stamp) &&
           habits.decode(std::string_view(*bytes).substr(stamp.size()));
  }

  /// Keeps a day; where that cannot be, it is counted again next time.
  bool write(std::int32_t day, const std::string& stamp, const Habits& habits) const {
    return lake::replace_file(path_of(day), stamp + habits.encode(day)).ok();
  }

  bool prepare() const {
    return !lake::is_remote(root_) && lake::make_folders(lake::baseline_folder(root_)).ok();
  }

  /// Days that are no longer in the lake leave nothing behind.
  void tidy(const Days& days) const {
    for (const std::string& path : lake::files_below(lake::baseline_folder(root_))) {
      const std::optional<std::int32_t> day = day_called(path.substr(path.rfind('/') + 1));
      if (!day || !days.stamps.contains(*day)) (void)lake::remove_file(path).ok();
    }
  }

 private:
  std::string path_of(std::int32_t day) const {
    return lake::baseline_path(root_, format_day(midnight(day)));
  }
  std::string root_;
};

/// Days that follow each other, some at once.
std::vector<std::pair<std::int32_t, std::int32_t>> runs_of(const std::vector<std::int32_t>& days) {
  std::vector<std::pair<std::int32_t, std::int32_t>> runs;
  for (const std::int32_t day : days) {
    if (!runs.empty() && runs.back().second == day && day - runs.back().first < kMostAtOnce) {
      ++runs.back().second;
    } else {
      runs.push_back({day, day + 1});
    }
  }
  return runs;
}

Result<Learnt> learn_from_lake(const OpenDesk& open, const std::string& root,
                               const Stretch& stretch) {
  Learnt learnt;
  TRY(const lake::Manifest manifest, lake::Manifest::read(root));
  const Days days = days_of(manifest);
  learnt.untimed = days.untimed;
  const Kept kept(root);
  std::vector<std::int32_t> missing;
  for (const auto& [day, stamp] : days.stamps) {
    learnt.oldest = std::min(learnt.oldest.value_or(midnight(day)), midnight(day));
    if (stretch.from && midnight(day + 1) <= *stretch.from) {
      learnt.before += days.rows.at(day);
    } else if (stretch.to && midnight(day) >= *stretch.to) {
      learnt.after += days.rows.at(day);
    } else if (kept.read(day, stamp, learnt.habits)) {
      ++learnt.days_kept;
    } else {
      missing.push_back(day);
    }
  }
  if (missing.empty()) return learnt;
  learnt.days_counted = missing.size();
  TRY(const std::unique_ptr<ask::Desk> desk, open({}));
  TRY(const lake::Manifest after, lake::Manifest::read(root));
  const bool may_keep = after.generation == days.generation && kept.prepare();
  for (const auto& [first, end] : runs_of(missing)) {
    Habits fresh;
    TRY(ask::Answer answer,
        desk->ask(question(statement(Grain::Day, midnight(first), midnight(end)))));
    TRY(fresh.add(*answer.rows));
    for (const Habit& habit : fresh.rows()) learnt.habits.add(fresh, habit);
    for (std::int32_t day = first; may_keep && day < end; ++day) {
      kept.write(day, days.stamps.at(day), fresh);
    }
  }
  if (may_keep) kept.tidy(days);
  learnt.read = desk->coverage();
  return learnt;
}

}  // namespace

Result<Learnt> learn(const OpenDesk& open, const std::string& lake, const Stretch& stretch) {
  if (!lake.empty()) {
    TRY(Learnt learnt, learn_from_lake(open, lake, stretch));
    learnt.habits.put_in_order();
    return learnt;
  }
  Learnt learnt;
  TRY(const std::unique_ptr<ask::Desk> desk, open(stretch));
  TRY(ask::Answer answer, desk->ask(question(statement(Grain::Day, {}, {}))));
  TRY(learnt.habits.add(*answer.rows));
  drop_untimed(learnt);
  learnt.habits.put_in_order();
  learnt.days_counted = 0;
  learnt.read = desk->coverage();
  return learnt;
}

Result<Around> look_around(const OpenDesk& open, const std::string& lake, Time from, Time to) {
  const Time day = midnight(day_of(from));
  const Time since{day.micros - static_cast<std::int64_t>(kPastDays) * kDay};
  Around around;
  if (!lake.empty()) {
    TRY(around.past, learn(open, lake, {since, day}));
  }
  TRY(const std::unique_ptr<ask::Desk> desk,
      open({lake.empty() ? std::nullopt : std::optional<Time>(day), to}));
  const auto before = question(
      statement(Grain::Day, lake.empty() ? std::nullopt : std::optional<Time>(day), from), "past");
  const auto within = question(statement(Grain::Hour, from, to), "window");
  const auto born = question(std::string(findings::Actors::statement()), "births");
  if (lake.empty()) {
    TRY(desk->gather({before, within, born, findings::allotted_question()}));
    TRY(around.allotted, findings::ask_allotted(*desk));
  } else {
    TRY(const std::unique_ptr<ask::Desk> whole, open({}));
    TRY(around.allotted, findings::ask_allotted(*whole));
  }
  if (lake.empty() || day < from) {
    TRY(ask::Answer answer, desk->ask(before));
    TRY(around.past.habits.add(*answer.rows));
  }
  TRY(ask::Answer answer, desk->ask(within));
  TRY(around.window.add(*answer.rows));
  TRY(ask::Answer births, desk->ask(born));
  TRY(around.births, findings::Actors::read(*births.rows));
  around.read = desk->coverage();
  if (lake.empty()) around.past.read = around.read;
  drop_untimed(around.past);
  std::erase_if(around.past.habits.rows(),
                [&](const Habit& habit) { return habit.day < day_of(since); });
  around.past.habits.put_in_order();
  around.window.put_in_order();
  return around;
}

Result<std::optional<Time>> newest_of_lake(const std::string& lake) {
  TRY(const lake::Manifest manifest, lake::Manifest::read(lake));
  std::optional<Time> newest;
  for (const lake::Part& part : manifest.parts) {
    if (part.last != Time{} && (!newest || part.last > *newest)) newest = part.last;
  }
  return newest;
}

}  // namespace trailhound::baseline
