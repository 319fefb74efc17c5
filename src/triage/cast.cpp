// SPDX-License-Identifier: Apache-2.0
#include "triage/cast.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/finding.hpp"
#include "findings/words.hpp"
#include "triage/case_words.hpp"

namespace trailhound::triage {
namespace {

using findings::padded;
using findings::plural;
using findings::Screen;
using findings::TextLine;
using findings::Tone;

constexpr std::size_t kMostPeople = 14;
constexpr std::size_t kMostOthers = 6;
constexpr std::size_t kLongestName = 34;

/// People and whoever holds a key are read about first, then machines, then AWS.
int rank(const Actor& actor) {
  if (actor.service) return 2;
  return actor.kind == "role" || actor.kind == "instance" || actor.kind == "function" ? 1 : 0;
}

std::string name_words(const Actor& actor) {
  const std::string& type = actor.type;
  if (type == "AWSAccount") return "account " + actor.principal;
  const bool plain = actor.service || type == "IAMUser" || type == "Root" || type == "AWSService";
  return findings::caller_words(actor.principal, plain ? "" : type);
}

std::string span_words(const Actor& actor) {
  const std::string first = findings::short_time(actor.first),
                    last = findings::short_time(actor.last);
  return first == last ? first : first + " → " + last;
}

/// Whoever acts and from where, by key: what is counted of each.
constexpr std::string_view kCast =
    R"(select principal, is_service, useridentity.accesskeyid as key, sourceipaddress as source, account, agent,
  max(useridentity.type) as type, max(actor_kind) as kind, count(*) as events,
  count_if(is_change and outcome = 'success') as changes, count_if(outcome = 'denied') as denied,
  min(ts) as first, max(ts) as last, min_by(eventid, ts) as event_id
from cloudtrail
group by principal, is_service, useridentity.accesskeyid, sourceipaddress, account, agent)";

/// One of the cast, row by row, in any order.
class Appearance {
 public:
  void add(const findings::Row& row) {
    actor_.type = std::max(actor_.type, row.text("type"));
    actor_.kind = std::max(actor_.kind, row.text("kind"));
    actor_.source = std::max(actor_.source, row.text("source"));
    actor_.events += row.count("events");
    actor_.changes += row.count("changes");
    actor_.denied += row.count("denied");
    add(row.text("key"), keys_);
    add(row.text("source"), sources_);
    add(row.text("account"), accounts_);
    if (std::string agent = row.text("agent"); !agent.empty()) {
      agents_[std::move(agent)] += row.count("events");
    }
    const Time first = row.time("first");
    std::string event_id = row.text("event_id");
    // What has no time comes first only where nothing has one.
    if (!met_ || std::make_tuple(first == Time{}, first, event_id) <
                     std::make_tuple(actor_.first == Time{}, actor_.first, actor_.event_id)) {
      actor_.first = first;
      actor_.event_id = std::move(event_id);
    }
    actor_.last = std::max(actor_.last, row.time("last"));
    met_ = true;
  }

  Actor finish(const std::string& principal, bool is_service) {
    actor_.principal = principal;
    actor_.service = is_service || actor_.kind == "service";
    actor_.keys = keys_.size();
    actor_.sources = sources_.size();
    actor_.accounts = accounts_.size();
    actor_.agents = agents_.size();
    const auto most =
        std::max_element(agents_.begin(), agents_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most != agents_.end()) actor_.agent = most->first;
    return std::move(actor_);
  }

 private:
  static void add(std::string text, std::set<std::string>& all) {
    if (!text.empty()) all.insert(std::move(text));
  }

  Actor actor_;
  bool met_ = false;
  std::set<std::string> keys_, sources_, accounts_;
  std::map<std::string, std::uint64_t> agents_;  ///< Events of each
};

class CastScreen {
 public:
  CastScreen(const std::vector<Actor>& cast, const CastOptions& options)
      : cast_(cast), options_(options) {}

  Screen draw() {
    for (const Actor& actor : cast_) {
      events_ += actor.events;
      if (!actor.service) ++bearers_[name_words(actor)];
    }
    part(0, "People", kMostPeople, "person, key or outsider", "people, keys and outsiders");
    part(1, "Others", kMostOthers, "role, machine or function", "roles, machines and functions");
    part(2, "AWS", options_.people ? 0 : kMostPeople, "service", "services");
    return std::move(screen_);
  }

 private:
  void part(int which, const std::string& label, std::size_t most, std::string_view one,
            std::string_view many) {
    std::vector<const Actor*> actors;
    std::uint64_t events = 0, changes = 0;
    for (const Actor& actor : cast_) {
      if (rank(actor) != which) continue;
      actors.push_back(&actor);
      events += actor.events;
      changes += actor.changes;
    }
    if (actors.empty()) return;
    const std::uint64_t percent = events_ == 0 ? 0 : (events * 100 + events_ / 2) / events_;
    std::string words = plural(actors.size(), one, many) + " · " + plural(events, "event") + " (" +
                        std::to_string(percent) + " %) · " + plural(changes, "change");
    if (most == 0 && !options_.all) words += "   --services names them";
    screen_.push_back(findings::labelled(label, words));
    std::size_t drawn = 0;
    for (const Actor* actor : actors) {
      if (drawn == most && !options_.all) {
        if (most > 0) {
          screen_.push_back({{{"  … " + with_commas(actors.size() - most) +
                                   " more: --all has them, -t csv as rows",
                               Tone::Dim}},
                             2});
        }
        break;
      }
      ++drawn;
      draw(*actor);
    }
  }

  /// The name, with the account where somebody of another account is called the same.
  std::string called(const Actor& actor) const {
    const std::string name = name_words(actor);
    std::string account;
    if (const auto bearers = bearers_.find(name);
        bearers != bearers_.end() && bearers->second > 1) {
      const auto parts = split(actor.principal, ':');
      if (parts.size() > 5 && !parts[4].empty()) account = " of " + std::string(parts[4]);
    }
    return shortened(name, kLongestName - account.size()) + account;
  }

  void draw(const Actor& actor) {
    std::vector<std::string> parts = {plural(actor.events, "event")};
    if (actor.changes > 0) parts.push_back(plural(actor.changes, "change"));
    if (actor.keys > 1) parts.push_back(plural(actor.keys, "key"));
    if (actor.accounts > 1) parts.push_back(plural(actor.accounts, "account"));
    if (!actor.service) {
      parts.push_back(actor.sources > 1 ? plural(actor.sources, "address", "addresses")
                                        : options_.own.words(actor.source));
    }
    if (actor.agents > 0 && !actor.service) {
      parts.push_back(actor.agent + (actor.agents > 1
                                         ? " and " + plural(actor.agents - 1, "agent") + " more"
                                         : ""));
    }
    TextLine line;
    line.hang = 4;
    line.pieces = {{"  " + padded(called(actor), kLongestName) + "  ", Tone::Title},
                   {padded(span_words(actor), 25) + "  " + join(parts, " · "), Tone::Plain}};
    if (actor.denied > 0) {
      line.pieces.push_back({" · " + with_commas(actor.denied) + " denied", Tone::High});
    }
    line.pieces.push_back({"  " + std::string(findings::short_id(actor.event_id)), Tone::Dim});
    screen_.push_back(std::move(line));
  }

  const std::vector<Actor>& cast_;
  const CastOptions& options_;
  Screen screen_;
  std::uint64_t events_ = 0;
  std::map<std::string, std::size_t> bearers_;  ///< Of each name
};

}  // namespace

ask::Question cast_question(ask::Keeping keeping) {
  return ask::own_question(std::string(kCast), "cast", keeping);
}

Result<std::vector<Actor>> read_cast(ask::Desk& desk, ask::Keeping keeping) {
  TRY(ask::Answer answer, desk.ask(cast_question(keeping)));
  std::map<std::pair<std::string, bool>, Appearance> met;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    met[{row.text("principal"), row.text("is_service") == "true"}].add(row);
  }));
  std::vector<Actor> cast;
  for (auto& [who, appearance] : met) cast.push_back(appearance.finish(who.first, who.second));
  std::stable_sort(cast.begin(), cast.end(), [](const Actor& a, const Actor& b) {
    const auto key = [](const Actor& actor) {
      return std::make_tuple(rank(actor), ~actor.changes, ~actor.events, actor.principal);
    };
    return key(a) < key(b);
  });
  return cast;
}

Screen cast_screen(const std::vector<Actor>& cast, const CastOptions& options) {
  return CastScreen(cast, options).draw();
}

findings::Table cast_table(const std::vector<Actor>& cast) {
  using engine::Kind;
  findings::Table table(std::vector<std::pair<std::string, Kind>>{{"principal", Kind::Text},
                                                                  {"type", Kind::Text},
                                                                  {"kind", Kind::Text},
                                                                  {"events", Kind::Integer},
                                                                  {"changes", Kind::Integer},
                                                                  {"denied", Kind::Integer},
                                                                  {"keys", Kind::Integer},
                                                                  {"sources", Kind::Integer},
                                                                  {"accounts", Kind::Integer},
                                                                  {"agents", Kind::Integer},
                                                                  {"agent", Kind::Text},
                                                                  {"first", Kind::Timestamp},
                                                                  {"last", Kind::Timestamp},
                                                                  {"event_id", Kind::Text}});
  const auto text = [](const std::string& value) {
    return value.empty() ? findings::Value{} : findings::Value{value};
  };
  const auto number = [](std::uint64_t value) {
    return findings::Value{static_cast<std::int64_t>(value)};
  };
  for (const Actor& actor : cast) {
    table.add({text(actor.principal), text(actor.type), text(actor.kind), number(actor.events),
               number(actor.changes), number(actor.denied), number(actor.keys),
               number(actor.sources), number(actor.accounts), number(actor.agents),
               text(actor.agent), actor.first, actor.last, text(actor.event_id)});
  }
  return table;
}

}  // namespace trailhound::triage
