// SPDX-License-Identifier: Apache-2.0
#include "baseline/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "event/geo.hpp"
#include "event/network.hpp"
#include "findings/finding.hpp"

namespace trailhound::baseline {
namespace {

constexpr std::string_view kSuccess = "success";
constexpr std::size_t kWidestName = 72;

/// A side that habits can be counted by.
struct Side {
  std::string_view name;
  Part part;
};
constexpr Side kSides[] = {
    {"account", Part::Account},   {"region", Part::Region},  {"principal", Part::Principal},
    {"role", Part::Role},         {"kind", Part::ActorKind}, {"workload", Part::Workload},
    {"key", Part::Key},           {"source", Part::Source},  {"agent", Part::Agent},
    {"service", Part::Service},   {"action", Part::Action},  {"class", Part::Class},
    {"outcome", Part::Outcome},   {"error", Part::Error},    {"category", Part::Category},
    {"resource", Part::Resource},
};

const Side* find_side(std::string_view name) {
  const auto side = std::find_if(std::begin(kSides), std::end(kSides),
                                 [&](const Side& one) { return one.name == name; });
  return side == std::end(kSides) ? nullptr : side;
}

enum class Only { All, Changes, FailedChanges, FailedReads };

/// A view before it is counted.
struct Plan {
  std::string_view id, title;
  Only only;
  std::vector<std::string_view> by;
};

const std::vector<Plan>& plans() {
  static const std::vector<Plan> all = {
      {"changes-by-service", "Changes by service", Only::Changes, {"service"}},
      {"changes-by-account", "Changes by account", Only::Changes, {"account"}},
      {"changes-by-action", "Changes by action", Only::Changes, {"action"}},
      {"changes-by-principal", "Principals by changes", Only::Changes, {"principal"}},
      {"sources", "Sources of calls", Only::All, {"source"}},
      {"agents", "User agents, by family", Only::All, {"agent"}},
      {"failed-changes",
       "Changes that failed, by principal and error",
       Only::FailedChanges,
       {"principal", "action", "error"}},
      {"failed-reads",
       "Reads that failed, by principal and error",
       Only::FailedReads,
       {"principal", "action", "error"}},
      {"regions", "Regions", Only::All, {"region"}},
  };
  return all;
}

bool is_failed(const Habits& habits, const Habit& habit) {
  return habits.name(habit, Part::Outcome) != kSuccess || habit[Part::Error] != 0;
}

bool is_wanted(const Habits& habits, const Habit& habit, Only only) {
  switch (only) {
    case Only::All:
      return true;
    case Only::Changes:
      return habit.change;
    case Only::FailedChanges:
      return habit.change && is_failed(habits, habit);
    case Only::FailedReads:
      return !habit.change && is_failed(habits, habit);
  }
  return false;
}

struct Hash {
  std::size_t operator()(const std::vector<std::uint32_t>& key) const {
    std::size_t hash = 1469598103934665603u;
    for (const std::uint32_t one : key) hash = (hash ^ one) * 1099511628211u;
    return hash;
  }
};

struct Count {
  std::uint64_t count = 0;
  Time first, last;
  std::uint32_t event = 0;
  std::vector<std::uint64_t> days;
  std::set<std::uint32_t> principals;
};

/// What is known of a row's name besides its counts.
std::string note_of(const ViewOptions& options, const std::vector<std::string>& columns,
                    const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == "source" && !names[i].empty()) {
      if (options.site != nullptr) {
        if (const auto own = options.site->network_of(names[i]); !own.empty()) {
          return std::string(own) + " (yours)";
        }
      }
      std::string place = event::place_of(names[i]);
      if (place != event::network_kind(names[i])) return place;
      return event::parse_address(names[i]) ? place : "AWS";
    }
    if (columns[i] == "region" && !options.regions.empty() &&
        std::find(options.regions.begin(), options.regions.end(), names[i]) ==
            options.regions.end()) {
      return "not allowed";
    }
    if (columns[i] == "account" && options.site != nullptr) {
      std::string words = options.site->account_words(names[i]);
      if (words != names[i]) return words.substr(0, words.find(" ("));
    }
  }
  return {};
}

View count(const Habits& habits, const std::vector<const Habit*>& wanted, const Plan& plan,
           const ViewOptions& options, std::int32_t first_day, std::size_t days) {
  View view{std::string(plan.id), std::string(plan.title), {}, 0, {}, 0, 0};
  std::vector<Part> parts;
  for (const std::string_view by : plan.by) {
    view.columns.emplace_back(by);
    parts.push_back(find_side(by)->part);
  }
  std::unordered_map<std::vector<std::uint32_t>, Count, Hash> counts;
  std::vector<std::uint32_t> key(parts.size());
  for (const Habit* habit : wanted) {
    if (!is_wanted(habits, *habit, plan.only)) continue;
    for (std::size_t i = 0; i < parts.size(); ++i) key[i] = (*habit)[parts[i]];
    Count& one = counts[key];
    if (one.days.empty()) one.days.resize(days);
    if (one.count == 0 || habit->first < one.first) {
      one.first = habit->first;
      one.event = habit->event;
    }
    if (one.count == 0 || habit->last > one.last) one.last = habit->last;
    one.count += habit->count;
    one.days[static_cast<std::size_t>(habit->day - first_day)] += habit->count;
    one.principals.insert((*habit)[Part::Principal]);
    view.total += habit->count;
  }
  for (const auto& [numbers, one] : counts) {
    ViewRow row{{},
                one.count,
                one.principals.size(),
                one.first,
                one.last,
                one.days,
                {},
                std::string(habits.name(one.event))};
    for (const std::uint32_t number : numbers) row.names.emplace_back(habits.name(number));
    view.rows.push_back(std::move(row));
  }
  std::sort(view.rows.begin(), view.rows.end(), [](const ViewRow& a, const ViewRow& b) {
    return a.count != b.count ? a.count > b.count : a.names < b.names;
  });
  if (options.top != 0 && view.rows.size() > options.top) {
    view.cut = view.rows.size() - options.top;
    for (std::size_t i = options.top; i < view.rows.size(); ++i) {
      view.cut_events += view.rows[i].count;
    }
    view.rows.resize(options.top);
  }
  for (ViewRow& row : view.rows) row.note = note_of(options, view.columns, row.names);
  return view;
}

bool is_of_service(std::string_view held, std::string_view asked) {
  return held == asked || (held.size() > asked.size() && held.starts_with(asked) &&
                           held.substr(asked.size()) == ".amazonaws.com");
}

/// Columns that a terminal takes: code points, as names of principals are mostly ASCII.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

std::string name_words(const ViewRow& row) {
  std::vector<std::string> names = row.names;
  for (std::string& name : names) {
    if (name.empty()) name = "(none)";
  }
  return join(names, "  ");
}

std::string share_words(std::uint64_t part, std::uint64_t all) {
  if (all == 0) return "";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(all);
  return share < 0.1 ? "< 0.1 %" : fmt::format("{:.1f} %", share);
}

std::vector<std::string> side_names() {
  std::vector<std::string> names;
  for (const Side& side : kSides) names.emplace_back(side.name);
  return names;
}

std::string sparkline(const std::vector<std::uint64_t>& days) {
  static constexpr std::string_view kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::uint64_t most = days.empty() ? 0 : *std::max_element(days.begin(), days.end());
  std::string line;
  for (const std::uint64_t day : days) {
    if (day == 0) {
      line += "·";
    } else {
      const auto step =
          static_cast<std::size_t>(static_cast<double>(day - 1) * 8.0 / static_cast<double>(most));
      line += kBars[std::min<std::size_t>(step, 7)];
    }
  }
  return line;
}

Result<Usual> show_usual(const Habits& habits, const ViewOptions& options) {
  for (const std::string& by : options.by) {
    if (find_side(by) != nullptr) continue;
    Error error("bad-flag", "`--by " + by + "`: there is no such side");
    if (const auto near = nearest(by, side_names())) error.fix = Fix{"use `" + *near + "`", {}};
    return std::move(error).note("sides are " + join(side_names(), ", "));
  }
  Usual usual;
  usual.from = options.from;
  usual.to = options.to;
  const std::int32_t first_day = day_of(options.from);
  const std::int32_t last_day = day_of({options.to.micros - 1});
  usual.days = static_cast<std::size_t>(std::max(0, last_day - first_day + 1));
  std::vector<const Habit*> wanted;
  std::set<std::uint32_t> principals, accounts;
  for (const Habit& habit : habits.rows()) {
    if (habit.day < first_day) {
      usual.before += habit.count;
      continue;
    }
    if (habit.day > last_day) {
      usual.after += habit.count;
      continue;
    }
    if (!options.account.empty() && habits.name(habit, Part::Account) != options.account) continue;
    if (!options.service.empty() &&
        !is_of_service(habits.name(habit, Part::Service), options.service)) {
      continue;
    }
    wanted.push_back(&habit);
    usual.events += habit.count;
    if (habit.change) usual.changes += habit.count;
    if (is_failed(habits, habit)) usual.failed += habit.count;
    principals.insert(habit[Part::Principal]);
    if (habit[Part::Account] != 0) accounts.insert(habit[Part::Account]);
  }
  usual.principals = principals.size();
  usual.accounts = accounts.size();
  if (!options.by.empty()) {
    Plan plan{"by", "", Only::All, {}};
    const std::string title = "Calls by " + join(options.by, " and ");
    plan.title = title;
    for (const std::string& by : options.by) plan.by.push_back(by);
    usual.views.push_back(count(habits, wanted, plan, options, first_day, usual.days));
    return usual;
  }
  for (const Plan& plan : plans()) {
    usual.views.push_back(count(habits, wanted, plan, options, first_day, usual.days));
  }
  return usual;
}

findings::Screen usual_head(const Usual& usual, const std::string& source_words) {
  findings::Screen screen;
  screen.push_back(findings::labelled("Read", source_words));
  const std::string window = format_day(usual.from) + " to " + format_day({usual.to.micros - 1}) +
                             " UTC, " + findings::plural(usual.days, "day");
  std::string outside;
  if (usual.before + usual.after > 0) {
    outside = " · outside: " + findings::plural(usual.before, "event") + " before" +
              (usual.after > 0 ? ", " + with_commas(usual.after) + " after" : "");
  }
  screen.push_back(findings::labelled("Window", window + outside));
  screen.push_back(findings::labelled(
      "Held",
      findings::joined(
          {findings::plural(usual.events, "event"), findings::plural(usual.changes, "change"),
           with_commas(usual.failed) + " failed", findings::plural(usual.principals, "principal"),
           findings::plural(usual.accounts, "account")})));
  return screen;
}

findings::Screen usual_screen(const Usual& usual, const std::string& source_words) {
  using findings::Tone;
  findings::Screen screen = usual_head(usual, source_words);
  for (const View& view : usual.views) {
    screen.push_back({});
    screen.push_back(
        {{{view.title, Tone::Title}, {"   " + findings::plural(view.total, "event"), Tone::Dim}},
         0});
    if (view.rows.empty()) {
      screen.push_back({{{"  none", Tone::Dim}}, 2});
      continue;
    }
    std::size_t width = 0;
    for (const ViewRow& row : view.rows) width = std::max(width, width_of(name_words(row)));
    width = std::min(width, kWidestName);
    for (const ViewRow& row : view.rows) {
      std::string name = name_words(row);
      if (const std::size_t held = width_of(name); held < width) name.append(width - held, ' ');
      findings::TextLine line;
      line.pieces = {
          {"  " + name, Tone::Plain},
          {fmt::format("{:>11}{:>9}", with_commas(row.count), share_words(row.count, view.total)),
           Tone::Plain},
          {fmt::format("  {:>4} who", row.principals), Tone::Dim},
          {"  " + findings::short_time(row.first) + " → " + findings::short_time(row.last) + "  ",
           Tone::Dim},
          {sparkline(row.days), Tone::Plain},
          {row.note.empty() ? "" : "  " + row.note,
           row.note == "not allowed" ? Tone::High : Tone::Dim}};
      line.hang = 4;
      screen.push_back(std::move(line));
    }
    if (view.cut > 0) {
      screen.push_back({{{"  … " + findings::plural(view.cut, "more row") + " of " +
                              findings::plural(view.cut_events, "event") + ": --top 0",
                          Tone::Dim}},
                        2});
    }
  }
  return screen;
}

findings::Table usual_table(const Usual& usual) {
  using engine::Kind;
  findings::Table table({{"view", Kind::Text},
                         {"name", Kind::List},
                         {"events", Kind::Integer},
                         {"share", Kind::Text},
                         {"principals", Kind::Integer},
                         {"first", Kind::Timestamp},
                         {"last", Kind::Timestamp},
                         {"days", Kind::Text},
                         {"note", Kind::Text},
                         {"event", Kind::Text}});
  for (const View& view : usual.views) {
    for (const ViewRow& row : view.rows) {
      std::vector<std::string> counts;
      for (const std::uint64_t day : row.days) counts.push_back(std::to_string(day));
      table.add({view.id, row.names, static_cast<std::int64_t>(row.count),
                 share_words(row.count, view.total), static_cast<std::int64_t>(row.principals),
                 row.first, row.last, join(counts, " "),
                 row.note.empty() ? findings::Value{} : findings::Value{row.note},
                 row.event.empty() ? findings::Value{} : findings::Value{row.event}});
    }
  }
  return table;
}

}  // namespace trailhound::baseline
