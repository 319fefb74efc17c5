// SPDX-License-Identifier: Apache-2.0
#include "triage/absent.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "findings/cells.hpp"
#include "triage/entity.hpp"
#include "triage/narrowing.hpp"

namespace trailhound::triage {
namespace {

using findings::Row;

constexpr std::size_t kMostNear = 3;
constexpr std::size_t kTelling = 4;    // letters that are enough of a beginning
constexpr std::size_t kMostSlips = 3;  // in the longest names

constexpr std::string_view kSigned =
    "select useridentity.accesskeyid as key, count(*) as events from cloudtrail\n"
    "group by useridentity.accesskeyid";

/// Names and how many events each has.
using Names = std::map<std::string, std::uint64_t>;

std::string behind_last_slash(const std::string& text) { return text.substr(text.rfind('/') + 1); }

Result<Names> names_of(ask::Desk& desk, Form form) {
  Names names;
  const auto add = [&](const std::string& name, const Row& row) {
    if (!name.empty()) names[name] += row.count("events");
  };
  if (form == Form::Key) {
    TRY(const ask::Answer keys, desk.ask(ask::own_question(std::string(kSigned), "signed")));
    TRY(findings::each_row(*keys.rows, [&](const Row& row) { add(row.text("key"), row); }));
    return names;
  }
  TRY(each_identity(desk, [&](const Row& row) {
    if (form == Form::Arn) {
      add(row.text("arn"), row);
      return add(row.text("role"), row);
    }
    if (form == Form::Principal) {
      for (const char* id : {"id", "person"}) add(row.text(id), row);
      if (const std::string who = row.text("principal"); !who.starts_with("arn:")) add(who, row);
      return;
    }
    const bool any = form == Form::Name;
    if ((any || form == Form::User) && row.text("type") == "IAMUser") {
      add(row.text("name").empty() ? behind_last_slash(row.text("arn")) : row.text("name"), row);
    }
    if (any || form == Form::Role) add(behind_last_slash(row.text("role")), row);
    if (any || form == Form::Session) add(row.text("session"), row);
  }));
  return names;
}

std::vector<std::string> near_to(const std::string& word, const Names& names) {
  std::vector<std::pair<std::uint64_t, std::string>> begun;
  std::vector<std::string> all;
  for (const auto& [name, events] : names) {
    if (name == word) continue;  // it is there, but not as what was asked for
    all.push_back(name);
    if (word.size() >= kTelling && to_lower(name).starts_with(to_lower(word))) {
      begun.emplace_back(events, name);
    }
  }
  if (!begun.empty()) {
    std::stable_sort(begun.begin(), begun.end(),
                     [](const auto& one, const auto& other) { return one.first > other.first; });
    std::vector<std::string> likeliest;
    for (auto& [events, name] : begun) {
      if (likeliest.size() < kMostNear) likeliest.push_back(std::move(name));
    }
    return likeliest;
  }
  const std::optional<std::string> best = nearest(word, all);
  if (!best || slips_between(word, *best, kMostSlips) > kMostSlips) return {};
  return {*best};
}

}  // namespace

Result<Absent> look_for_near(ask::Desk& desk, std::string_view word) {
  Absent absent{std::string(word), {}, advice_for(word)};
  const Entity entity = parse_entity(word);
  switch (entity.form) {
    case Form::Key:
    case Form::Arn:
    case Form::User:
    case Form::Role:
    case Form::Session:
    case Form::Principal:
    case Form::Name:
      break;
    default:
      return absent;
  }
  TRY(const Names names, names_of(desk, entity.form));
  // What was said before the name ("user:") is said again.
  const std::string said(word.ends_with(entity.text)
                             ? word.substr(0, word.size() - entity.text.size())
                             : std::string_view{});
  for (const std::string& name : near_to(entity.text, names)) absent.near.push_back(said + name);
  return absent;
}

std::string held_words(const Held& held) {
  if (held.events == 0) return "no events";
  std::string words = with_commas(held.events) + (held.events == 1 ? " event" : " events");
  if (held.first) words += " · " + format_iso(*held.first) + " → " + format_iso(*held.last);
  const auto list = [](const std::vector<std::string>& all, std::size_t most) {
    if (all.size() <= most) return join(all, ", ");
    return std::to_string(all.size()) + " of them";
  };
  if (!held.accounts.empty()) {
    words += (held.accounts.size() == 1 ? " · account " : " · accounts ") + list(held.accounts, 4);
  }
  if (!held.regions.empty()) {
    words += (held.regions.size() == 1 ? " · region " : " · regions ") + list(held.regions, 4);
  }
  return words;
}

findings::Screen absent_screen(const Absent& absent, const Held& held) {
  findings::Screen screen = {
      {{{absent.word, findings::Tone::Title},
        {" is not in these logs, which hold " + held_words(held), findings::Tone::Plain}},
       0}};
  if (!absent.near.empty()) {
    screen.push_back({{{"nearest to it: ", findings::Tone::Plain},
                       {join(absent.near, ", "), findings::Tone::Title}},
                      0});
  }
  if (!absent.advice.empty()) screen.push_back({{{absent.advice, findings::Tone::Plain}}, 0});
  return screen;
}

Error absent_error(const std::vector<Absent>& absent, const Held& held) {
  std::vector<std::string> words;
  for (const Absent& one : absent) words.push_back(one.word);
  Error error("not-in-these-logs",
              "`" + join(words, "`, `") + "`: not in these logs, which hold " + held_words(held));
  for (const Absent& one : absent) {
    if (!one.near.empty()) {
      error =
          std::move(error).note("nearest to `" + one.word + "`: `" + join(one.near, "`, `") + "`");
    }
    if (!one.advice.empty()) error = std::move(error).note(one.advice);
  }
  return error;
}

}  // namespace trailhound::triage
