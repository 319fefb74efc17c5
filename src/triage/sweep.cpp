// SPDX-License-Identifier: Apache-2.0
#include "triage/sweep.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/agent.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/words.hpp"

namespace trailhound::triage {
namespace {

using Places = std::vector<std::size_t>;  // of indicators

struct AddressHash {
  std::size_t operator()(const event::Address& address) const {
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
  }
};

/// The first `bits` bits of an address.
event::Address cut(event::Address address, int bits) {
  for (std::size_t byte = 0; byte < address.bytes.size(); ++byte) {
    const int left = std::clamp(bits - static_cast<int>(byte) * 8, 0, 8);
    address.bytes[byte] =
        static_cast<std::uint8_t>(address.bytes[byte] & (0xff00u >> static_cast<unsigned>(left)));
  }
  return address;
}

/// Indicators by what they are found by. What a text meets is worked out once a text.
class Lookup {
 public:
  explicit Lookup(const std::vector<Indicator>& indicators) {
    for (std::size_t place = 0; place < indicators.size(); ++place) {
      const Entity& entity = indicators[place].entity;
      switch (entity.form) {
        case Form::Address:
          if (const auto network = event::parse_network(entity.text)) {
            networks_[network->bits][network->first].push_back(place);
          }
          break;
        case Form::Key:
          (entity.text.substr(0, 3) == "…" ? endings_[entity.text.substr(3)] : exact_[entity.text])
              .push_back(place);
          break;
        case Form::Agent:
          agents_.push_back({to_lower(entity.text), place});
          break;
        case Form::Service:
          services_[entity.text.find('.') == std::string::npos ? entity.text + ".amazonaws.com"
                                                               : entity.text]
              .push_back(place);
          break;
        case Form::Event:
          events_.push_back({entity.text, place});
          break;
        case Form::Name:
          names_[to_lower(entity.text)].push_back(place);
          break;
        case Form::User:
          users_[entity.text].push_back(place);
          break;
        case Form::Role:
          roles_[entity.text].push_back(place);
          break;
        case Form::Session:
          sessions_[entity.text].push_back(place);
          break;
        case Form::Resource:
          resources_[entity.text].push_back(place);
          break;
        default:
          exact_[entity.text].push_back(place);
      }
    }
  }

  Places of_text(const std::string& text) const { return found(exact_, text); }
  Places of_name(const std::string& text) const {
    Places places = found(exact_, text);
    add(places, found(names_, to_lower(text)));
    return places;
  }
  Places of_user(const std::string& name) const { return of_name_or(users_, name); }
  Places of_session(const std::string& name) const { return of_name_or(sessions_, name); }
  Places of_target(const std::string& name) const { return of_name_or(resources_, name); }
  Places of_key(const std::string& key) const {
    Places places = found(exact_, key);
    for (const auto& [end, some] : endings_) {
      if (key.size() >= end.size() && key.substr(key.size() - end.size()) == end) add(places, some);
    }
    return places;
  }
  Places of_service(const std::string& host) const {
    Places places = found(services_, host);
    add(places, found(names_, host));
    add(places, found(names_, host.substr(0, host.find('.'))));
    return places;
  }
  Places of_source(const std::string& source) const {
    Places places = of_service(source);
    const auto address = event::parse_address(source);
    if (!address) return places;
    for (const auto& [bits, networks] : networks_) {
      const auto known = networks.find(cut(*address, bits));
      if (known != networks.end()) add(places, known->second);
    }
    return places;
  }
  /// An agent is met by its family, its name, or any part of its text.
  Places of_agent(const std::string& text) const {
    const event::Agent agent = event::parse_agent(text);
    Places places = found(names_, to_lower(text));
    add(places, found(names_, to_lower(agent.family)));
    add(places, found(names_, to_lower(agent.name())));
    const std::string lower = to_lower(text);
    for (const auto& [part, place] : agents_) {
      if (lower.find(part) != std::string::npos || part == to_lower(agent.family)) {
        add(places, {place});
      }
    }
    return places;
  }
  /// The ARN, and the names in it: its last part, a role's session, the role.
  Places of_arn(const std::string& arn) const {
    Places places = found(exact_, arn);
    const std::string last = findings::spoken_name(arn);
    if (arn.find(":user/") != std::string::npos) add(places, found(users_, last));
    if (arn.find(":role/") != std::string::npos) add(places, found(roles_, last));
    add(places, found(resources_, last));
    const auto parts = split(arn, '/');
    for (std::size_t i = 1; i < parts.size(); ++i) add(places, of_name(std::string(parts[i])));
    if (parts.size() == 1) {
      const auto pieces = split(arn, ':');
      if (pieces.size() > 1) add(places, of_name(std::string(pieces.back())));
    }
    return places;
  }
  const std::vector<std::pair<std::string, std::size_t>>& events() const { return events_; }

  static void add(Places& places, const Places& others) {
    for (const std::size_t place : others) {
      if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
    }
  }

 private:
  using Table = std::unordered_map<std::string, Places>;
  Places of_name_or(const Table& table, const std::string& name) const {
    Places places = of_name(name);
    add(places, found(table, name));
    return places;
  }
  static Places found(const Table& table, const std::string& text) {
    const auto known = table.find(text);
    return text.empty() || known == table.end() ? Places{} : known->second;
  }

  Table exact_, names_, services_, users_, roles_, sessions_, resources_;
  std::map<std::string, Places> endings_;
  std::vector<std::pair<std::string, std::size_t>> agents_, events_;
  std::map<int, std::unordered_map<event::Address, Places, AddressHash>> networks_;
};

/// A column of the answer, how its values are looked up, and what that says of where it was met.
struct Column {
  std::string_view name, where;
  Places (Lookup::*look)(const std::string&) const;
};
constexpr Column kColumns[] = {
    {"key", "key", &Lookup::of_key},
    {"source", "source", &Lookup::of_source},
    {"useragent", "agent", &Lookup::of_agent},
    {"arn", "caller", &Lookup::of_arn},
    {"principal", "caller", &Lookup::of_arn},
    {"role", "caller", &Lookup::of_arn},
    {"name", "caller", &Lookup::of_user},
    {"session", "session", &Lookup::of_session},
    {"caller_account", "account", &Lookup::of_text},
    {"account", "account", &Lookup::of_text},
    {"target", "target", &Lookup::of_arn},
    {"target_name", "target", &Lookup::of_target},
    {"issued_key", "issued key", &Lookup::of_key},
    {"service", "service", &Lookup::of_service},
};
constexpr std::size_t kColumnCount = std::size(kColumns);

/// Names and when each was first met. Rows come in any order.
class FirstMet {
 public:
  void add(const std::string& name, Time when) {
    if (name.empty()) return;
    const auto [known, fresh] = names_.emplace(name, when);
    if (!fresh) known->second = std::min(known->second, when);
  }
  std::vector<std::string> in_order() const {
    std::vector<std::pair<Time, std::string>> order;
    for (const auto& [name, when] : names_) order.emplace_back(when, name);
    std::sort(order.begin(), order.end());
    std::vector<std::string> names;
    for (auto& [when, name] : order) names.push_back(std::move(name));
    return names;
  }

 private:
  std::unordered_map<std::string, Time> names_;
};

/// What the rows say of each indicator.
class Counts {
 public:
  explicit Counts(const std::vector<Indicator>& indicators) : met_(indicators.size()) {
    for (const Indicator& indicator : indicators) sightings_.push_back({indicator});
  }

  void say_where(std::size_t place, std::string_view where) {
    sightings_[place].where.emplace(where);
  }
  void add(std::size_t place, const findings::Row& row) {
    Sighting& sighting = sightings_[place];
    const Time first = row.time("first"), last = row.time("last");
    const std::string event_id = row.text("event_id");
    if (sighting.events == 0 ||
        std::tie(first, event_id) < std::tie(sighting.first, sighting.event_id)) {
      sighting.first = first;
      sighting.event_id = event_id;
    }
    if (sighting.events == 0 || sighting.last < last) sighting.last = last;
    sighting.events += row.count("events");
    sighting.denied += row.count("denied");
    sighting.failed += row.count("failed");
    met_[place].principals.add(row.text("principal"), first);
    met_[place].sources.add(row.text("source"), first);
  }
  std::vector<Sighting> finish() {
    for (std::size_t place = 0; place < sightings_.size(); ++place) {
      sightings_[place].principals = met_[place].principals.in_order();
      sightings_[place].sources = met_[place].sources.in_order();
    }
    return std::move(sightings_);
  }

 private:
  struct Met {
    FirstMet principals, sources;
  };
  std::vector<Sighting> sightings_;
  std::vector<Met> met_;
};

/// Event ids are too many to be grouped by: those asked for are looked for by themselves.
Result<void> sweep_events(ask::Desk& desk, const Lookup& lookup, Counts& counts) {
  if (lookup.events().empty()) return {};
  std::vector<std::string> ids, beginnings;
  std::string any;
  for (const auto& [id, place] : lookup.events()) {
    if (id.size() == 36) {
      ids.push_back(id);
    } else {
      any += " or starts_with(eventid, " + sql_literal(id) + ")";
    }
  }
  TRY(ask::Answer answer,
      desk.ask(own_question("select eventid as event_id, principal, sourceipaddress as source, ts "
                            "as first, ts as last, 1 as events,\n  case outcome when 'denied' then "
                            "1 else 0 end as denied, 0 as failed\nfrom cloudtrail where eventid in "
                            "(" +
                                sql_list(ids) + ")" + any,
                            "events")));
  return findings::each_row(*answer.rows, [&](const findings::Row& row) {
    const std::string id = row.text("event_id");
    for (const auto& [begin, place] : lookup.events()) {
      if (id.substr(0, begin.size()) != begin) continue;
      counts.say_where(place, "event");
      counts.add(place, row);
    }
  });
}

}  // namespace

std::string_view sweep_statement() {
  return R"(select useridentity.accesskeyid as key, sourceipaddress as source, useragent,
  useridentity.arn as arn, principal, role, useridentity.username as name, session,
  useridentity.accountid as caller_account, account, awsregion as region, eventsource as service,
  case when is_change or outcome <> 'success' or eventsource in ('s3.amazonaws.com',
    'sts.amazonaws.com', 'secretsmanager.amazonaws.com', 'lambda.amazonaws.com') then target end as target,
  issued_key, count(*) as events, count_if(outcome = 'denied') as denied,
  count_if(outcome in ('error', 'throttled')) as failed, min(ts) as first, max(ts) as last,
  min_by(eventid, ts) as event_id
from cloudtrail
group by useridentity.accesskeyid, sourceipaddress, useragent, useridentity.arn, principal, role,
  useridentity.username, session, useridentity.accountid, account, awsregion, eventsource, 13,
  issued_key)";
}

Result<Swept> sweep(ask::Desk& desk, const std::vector<Indicator>& indicators) {
  Swept swept;
  Counts counts(indicators);
  const Lookup lookup(indicators);
  if (!lookup.events().empty()) {
    TRY(desk.gather_closely({own_question(std::string(sweep_statement()), "sweep")},
                            {.actions = {}, .words = {""}}));
  }
  TRY(ask::Answer answer, desk.ask(own_question(std::string(sweep_statement()), "sweep")));
  std::unordered_map<std::string, Places> known[kColumnCount];
  std::set<std::string> accounts, regions;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    Places met;
    for (std::size_t column = 0; column < kColumnCount; ++column) {
      const Column& from = kColumns[column];
      const std::string text = row.text(from.name == "target_name" ? "target" : from.name);
      if (text.empty()) continue;
      const auto [places, fresh] = known[column].try_emplace(text);
      if (fresh) places->second = (lookup.*from.look)(text);
      for (const std::size_t place : places->second) counts.say_where(place, from.where);
      Lookup::add(met, places->second);
    }
    for (const std::size_t place : met) counts.add(place, row);
    swept.held.events += row.count("events");
    accounts.insert(row.text("account"));
    regions.insert(row.text("region"));
    if (row.text("first").empty()) return;
    swept.held.first = std::min(swept.held.first.value_or(row.time("first")), row.time("first"));
    swept.held.last = std::max(swept.held.last.value_or(row.time("last")), row.time("last"));
  }));
  accounts.erase("");
  regions.erase("");
  swept.held.accounts.assign(accounts.begin(), accounts.end());
  swept.held.regions.assign(regions.begin(), regions.end());
  TRY(sweep_events(desk, lookup, counts));
  swept.sightings = counts.finish();
  return swept;
}

}  // namespace trailhound::triage
