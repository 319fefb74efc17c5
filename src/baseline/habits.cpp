// SPDX-License-Identifier: Apache-2.0
#include "baseline/habits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/packed.hpp"
#include "base/sql_literal.hpp"
#include "event/content_hash.hpp"
#include "findings/cells.hpp"

namespace trailhound::baseline {
namespace {

constexpr std::string_view kMagic = "trailhound habits 1\n";

/// The columns of the statement, in order: first the parts in theirs, then the rest. Session and
/// target stand only in fine counts.
constexpr std::string_view kColumns[] = {
    "account",
    "awsregion",
    "principal",
    "role",
    "actor_kind",
    "workload",
    "",  // key
    "sourceipaddress",
    "agent_family",
    "eventsource",
    "action",
    "verb_class",
    "outcome",
    "errorcode",
    "coalesce(eventcategory, case when managementevent = 'false' then 'Data'\n"
    "    when managementevent = 'true' then 'Management'\n"
    "    when eventsource = 's3.amazonaws.com'\n"
    "      and json_extract_scalar(requestparameters, '$.key') is not null then 'Data'\n"
    "    else 'Management' end)",
    "coalesce(bucket, case when verb_class in ('secret', 'assume') then target end)",
};

std::string columns(Grain grain) {
  std::string text;
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    std::string_view one = kColumns[i];
    if (one.empty()) {
      one =
          grain == Grain::Day
              ? "case when useridentity.accesskeyid like 'AKIA%' then useridentity.accesskeyid end"
              : "useridentity.accesskeyid";
    }
    text += fmt::format("  {} as p{},\n", one, i);
  }
  if (grain == Grain::Hour) {
    text +=
        "  session as p16,\n"
        "  case when bucket is null then coalesce(target, denied_resource) end as p17,\n";
  }
  return text + "  is_change, is_service, date_trunc('" + (grain == Grain::Day ? "day" : "hour") +
         "', ts) as slot,\n"
         "  count(*) as events, min(ts) as first, max(ts) as last, min_by(eventid, ts) as event,\n"
         "  sum(bytes_out) as bytes\nfrom cloudtrail\n";
}

std::string groups(Grain grain) {
  std::string text = "group by 1";
  const int last = grain == Grain::Day ? 19 : 21;
  for (int i = 2; i <= last; ++i) text += ", " + std::to_string(i);
  return text;
}

}  // namespace

Habits::Habits() { number(""); }

std::uint32_t Habits::number(std::string_view name) {
  if (const auto known = numbers_.find(name); known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(name);
  numbers_.emplace(texts_.back(), number);
  return number;
}

std::optional<std::uint32_t> Habits::find(std::string_view name) const {
  const auto known = numbers_.find(name);
  if (known == numbers_.end()) return std::nullopt;
  return known->second;
}

Result<void> Habits::add(engine::Rows& rows) {
  const std::size_t parts = rows.columns().size() - 8;  // the columns behind them
  const auto text = [](const engine::Cell& cell) {
    return cell.is_null() ? std::string_view{} : cell.text();
  };
  while (true) {
    TRY(const engine::Batch* batch, rows.next());
    if (batch == nullptr) return {};
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      Habit habit;
      for (std::size_t i = 0; i < parts; ++i) habit.names[i] = number(text(batch->cell(i, row)));
      const auto at = [&](std::size_t i) { return batch->cell(parts + i, row); };
      const auto whole = [&](std::size_t i) {
        const engine::Cell cell = at(i);
        return cell.is_null() ? 0 : cell.integer();
      };
      habit.change = findings::text_of(at(0)) == "true";
      habit.service = findings::text_of(at(1)) == "true";
      const auto time = [&](std::size_t i) { return Time{whole(i)}; };
      habit.day = day_of(time(2));
      habit.count = static_cast<std::uint64_t>(whole(3));
      habit.first = time(4);
      habit.last = time(5);
      habit.event = number(text(at(6)));
      const std::string bytes = findings::text_of(at(7));  // a sum is wider than a number
      habit.bytes = bytes.empty() ? 0 : std::strtoull(bytes.c_str(), nullptr, 10);
      rows_.push_back(habit);
    }
  }
}

void Habits::put_in_order() {
  const auto names_before = [&](const Habit& a, const Habit& b) {
    for (std::size_t i = 0; i < kParts; ++i) {
      if (a.names[i] != b.names[i]) return texts_[a.names[i]] < texts_[b.names[i]];
    }
    return false;
  };
  std::sort(rows_.begin(), rows_.end(), [&](const Habit& a, const Habit& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.event != b.event) return texts_[a.event] < texts_[b.event];
    return names_before(a, b);
  });
}

void Habits::add(const Habits& other, const Habit& habit) {
  Habit mine = habit;
  for (std::uint32_t& name : mine.names) name = number(other.name(name));
  mine.event = number(other.name(habit.event));
  rows_.push_back(mine);
}

std::string Habits::encode(std::int32_t day) const {
  std::unordered_map<std::uint32_t, std::uint32_t> order;
  std::vector<std::uint32_t> used;
  const auto local = [&](std::uint32_t name) {
    const auto [place, fresh] = order.emplace(name, static_cast<std::uint32_t>(used.size()));
    if (fresh) used.push_back(name);
    return place->second;
  };
  std::string rows;
  std::uint64_t count = 0;
  for (const Habit& habit : rows_) {
    if (habit.day != day) continue;
    ++count;
    for (const std::uint32_t name : habit.names) put_number(rows, local(name));
    put_number(rows, local(habit.event));
    put_number(rows, zigzag(habit.day));
    put_number(rows, (habit.change ? 1u : 0u) | (habit.service ? 2u : 0u));
    put_number(rows, habit.count);
    put_number(rows, zigzag(habit.first.micros));
    put_number(rows, zigzag(habit.last.micros - habit.first.micros));
    put_number(rows, habit.bytes);
  }
  std::string bytes(kMagic);
  put_number(bytes, used.size());
  for (const std::uint32_t name : used) put_text(bytes, texts_[name]);
  put_number(bytes, count);
  bytes += rows;
  const std::uint64_t sum = event::content_hash(bytes);
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>((sum >> (8 * i)) & 0xff);
  return bytes;
}

bool Habits::decode(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + 8 || !bytes.starts_with(kMagic)) return false;
  const std::string_view held = bytes.substr(0, bytes.size() - 8);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    sum |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[held.size() + i]))
           << (8 * i);
  }
  if (sum != event::content_hash(held)) return false;
  Unpacker taker{held.substr(kMagic.size())};
  const std::uint64_t count = taker.number();
  if (!taker.good || count > held.size()) return false;
  std::vector<std::uint32_t> names;
  names.reserve(count);
  for (std::uint64_t i = 0; i < count && taker.good; ++i) names.push_back(number(taker.text()));
  const std::uint64_t rows = taker.number();
  if (!taker.good || rows > held.size()) return false;
  const std::size_t before = rows_.size();
  rows_.reserve(before + rows);
  const auto name = [&] {
    const std::uint64_t place = taker.number();
    if (place < names.size()) return names[place];
    taker.good = false;
    return std::uint32_t{0};
  };
  for (std::uint64_t i = 0; i < rows && taker.good; ++i) {
    Habit habit;
    for (std::uint32_t& one : habit.names) one = name();
    habit.event = name();
    habit.day = static_cast<std::int32_t>(unzigzag(taker.number()));
    const std::uint64_t marks = taker.number();
    habit.change = (marks & 1) != 0;
    habit.service = (marks & 2) != 0;
    habit.count = taker.number();
    habit.first = {unzigzag(taker.number())};
    habit.last = {habit.first.micros + unzigzag(taker.number())};
    habit.bytes = taker.number();
    rows_.push_back(habit);
  }
  if (taker.good && taker.bytes.empty()) return true;
  rows_.resize(before);
  return false;
}

std::string statement(Grain grain, std::optional<Time> from, std::optional<Time> to) {
  std::string text = "select\n" + columns(grain);
  if (from) text += "where ts >= " + sql_literal(*from) + "\n";
  if (to) text += (from ? "  and ts < " : "where ts < ") + sql_literal(*to) + "\n";
  return text + groups(grain);
}

std::uint64_t fingerprint() { return event::content_hash(statement(Grain::Day, {}, {})); }

std::int32_t day_of(Time time) {
  std::int64_t day = time.micros / kDay;
  if (time.micros % kDay < 0) --day;
  return static_cast<std::int32_t>(day);
}

Time midnight(std::int32_t day) { return {day * kDay}; }

}  // namespace trailhound::baseline
