// SPDX-License-Identifier: Apache-2.0
#include "triage/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "base/json.hpp"
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

/// Whether it is the whole id of an event by its form, and was not said to be one.
bool is_whole_id(const Indicator& indicator) {
  return indicator.entity.form == Form::Event && indicator.entity.text.size() == 36 &&
         indicator.text.size() == 36;
}

/// Who was asked for something.
struct Where {
  std::string service, account, region;
};

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
          // Keys of KMS have such ids, too.
          if (is_whole_id(indicators[place])) add_name(names_, to_lower(entity.text), place);
          break;
        case Form::Name:
          add_name(names_, to_lower(entity.text), place);
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
          add_name(resources_, entity.text, place);
          add_thing(entity.text, place);
          break;
        case Form::Arn:
          add_thing(entity.text, place);
          [[fallthrough]];
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
  /// What a request was about: by name or ARN, and a bucket or folder by all that lies in it.
  /// `where`: who was asked.
  Places of_target(const std::string& text, const Where& where) const {
    Places places;
    for (const std::string& one : targets_in(text, where)) {
      add(places, of_arn(one));
      add(places, of_name_or(resources_, one));
      if (one.starts_with("arn:")) continue;
      for (const std::string& region : {where.region, std::string{}}) {
        add(places, found(things_, thing(where.service, where.account, region, one)));
      }
      for (std::size_t slash = one.find('/'); slash <= longest_; slash = one.find('/', slash + 1)) {
        add(places, of_name_or(resources_, one.substr(0, slash)));
      }
    }
    return places;
  }
  /// ARNs with blanks between them.
  Places of_arns(const std::string& arns) const {
    Places places;
    for (const std::string_view arn : split(arns, ' ')) {
      add(places, of_arn(std::string(arn)));
      add(places, found(resources_, std::string(arn)));
    }
    return places;
  }
  Places of_event(const std::string& id) const {
    Places places;
    for (const auto& [begin, place] : events_) {
      if (id.starts_with(begin)) add(places, {place});
    }
    return places;
  }
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
    if (arn.find(":user/") != std::string::npos || arn.ends_with(":root")) {
      add(places, found(users_, last));
    }
    if (arn.find(":role/") != std::string::npos) add(places, found(roles_, last));
    add(places, found(resources_, last));
    const auto parts = split(arn, '/');
    for (std::size_t i = 1; i < parts.size(); ++i) add(places, of_name(std::string(parts[i])));
    if (parts.size() == 1) add(places, of_name(std::string(split(arn, ':').back())));
    return places;
  }

  /// An id of IAM: a session's is its role's and its name.
  Places of_id(const std::string& id) const {
    Places places = of_name(id);
    const std::size_t colon = id.find(':');
    if (colon != std::string::npos) add(places, of_name(id.substr(0, colon)));
    return places;
  }

  static void add(Places& places, const Places& others) {
    for (const std::size_t place : others) {
      if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
    }
  }

 private:
  using Table = std::unordered_map<std::string, Places>;

  static std::string thing(std::string_view service, std::string_view account,
                           std::string_view region, std::string_view name) {
    return fmt::format("{}\n{}\n{}\n{}", service, account, region, name);
  }
  void add_name(Table& table, std::string name, std::size_t place) {
    longest_ = std::max(longest_, name.size());
    table[std::move(name)].push_back(place);
  }
  void add_thing(const std::string& arn, std::size_t place) {
    const auto parts = split(arn, ':');
    if (!arn.starts_with("arn:") || parts.size() < 6 || parts[4].empty()) return;
    const std::string service = std::string(parts[2]) + ".amazonaws.com";
    things_[thing(service, parts[4], parts[3], findings::spoken_name(arn))].push_back(place);
    // A parameter is asked for by its path.
    if (parts[2] == "ssm" && parts[5].starts_with("parameter/")) {
      things_[thing(service, parts[4], parts[3], parts[5].substr(9))].push_back(place);
    }
  }
  /// Several stand in one text, with commas between them. In keys of objects these are letters.
  static std::vector<std::string> targets_in(const std::string& text, const Where& where) {
    std::vector<std::string> targets = {text};
    if (where.service.starts_with("s3")) return targets;
    for (std::size_t begin = 0, comma = text.find(", "); comma != std::string::npos;) {
      targets.push_back(text.substr(begin, comma - begin));
      begin = comma + 2;
      comma = text.find(", ", begin);
      if (comma == std::string::npos) targets.push_back(text.substr(begin));
    }
    return targets;
  }
  Places of_name_or(const Table& table, const std::string& name) const {
    Places places = of_name(name);
    add(places, found(table, name));
    return places;
  }
  static Places found(const Table& table, const std::string& text) {
    const auto known = table.find(text);
    return text.empty() || known == table.end() ? Places{} : known->second;
  }

  Table exact_, names_, services_, users_, roles_, sessions_, resources_, things_;
  std::size_t longest_ = 0;  ///< Of names
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
    {"id", "caller", &Lookup::of_id},
    {"person", "caller", &Lookup::of_id},
    {"session", "session", &Lookup::of_session},
    {"caller_account", "account", &Lookup::of_text},
    {"account", "account", &Lookup::of_text},
    {"arns", "target", &Lookup::of_arns},
    {"issued_key", "issued key", &Lookup::of_key},
    {"service", "service", &Lookup::of_service},
    {"event", "event", &Lookup::of_event},
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

/// What a record lists besides: not what lies in S3, which has any letters, and which requests
/// name.
constexpr std::string_view kArns =
    "array_join(transform(filter(resources, r -> not starts_with(r.arn, 'arn:aws:s3:::')),\n"
    "      r -> r.arn), ' ')";
constexpr std::size_t kMostWords = 500;  // of a pattern: of thousands it takes minutes

/// The part of an indicator that an event holds whose request or answer tells of it; empty if
/// nothing need be held. Nothing, if no request tells of such.
std::optional<std::string> word_of(const Indicator& indicator) {
  const Entity& entity = indicator.entity;
  switch (entity.form) {
    case Form::Address:
    case Form::Agent:
    case Form::Service:
      return std::nullopt;
    case Form::Event:
      if (!is_whole_id(indicator)) return std::nullopt;
      break;
    default:
      break;
  }
  // Several targets stand in one text, with commas between them.
  if (entity.text.find(", ") != std::string::npos) return std::string{};
  return one_spelling(findings::spoken_name(entity.text));
}

/// Events whose requests or answers may tell of one of them.
std::string may_tell_of(const std::vector<Indicator>& indicators) {
  std::set<std::string> words;
  for (const Indicator& indicator : indicators) {
    std::optional<std::string> word = word_of(indicator);
    if (!word) continue;
    if (word->empty() || words.size() == kMostWords) return "true";
    words.insert(replace_all(std::move(*word), ".", "\\."));
  }
  if (words.empty()) return "false";
  const std::string pattern = sql_literal(fmt::format("(?i){}", fmt::join(words, "|")));
  return fmt::format(
      "regexp_like(requestparameters, {0}) or regexp_like(responseelements, {0})\n"
      "      or regexp_like({1}, {0})",
      pattern, kArns);
}

/// The id of an event that is one of them.
std::string event_among(const std::vector<Indicator>& indicators) {
  std::vector<std::string> ids, any;
  for (const auto& [entity, text, line] : indicators) {
    if (entity.form != Form::Event) continue;
    if (entity.text.size() == 36) {
      ids.push_back(entity.text);
    } else {
      any.push_back("starts_with(eventid, " + sql_literal(entity.text) + ")");
    }
  }
  if (!ids.empty()) any.push_back("eventid in (" + sql_list(ids) + ")");
  if (any.empty()) return "cast(null as varchar)";
  return "case when " + join(any, " or ") + " then eventid end";
}

}  // namespace

std::string sweep_statement(const std::vector<Indicator>& indicators) {
  return fmt::format(R"(select key, source, useragent, arn, principal, role, name, id, person,
  session, caller_account, account, region, service, target, arns, issued_key, event,
  count(*) as events,
  count_if(outcome = 'denied') as denied, count_if(outcome in ('error', 'throttled')) as failed,
  min(ts) as first, max(ts) as last, min_by(eventid, ts) as event_id
from (
  select useridentity.accesskeyid as key, sourceipaddress as source, useragent,
    useridentity.arn as arn, principal, role, useridentity.username as name,
    useridentity.principalid as id, useridentity.onbehalfof.userid as person, session,
    useridentity.accountid as caller_account, account, awsregion as region, eventsource as service,
    outcome, ts, eventid, case when {0} then target end as target,
    case when {0} then {2} end as arns, case when {0} then issued_key end as issued_key,
    {1} as event
  from cloudtrail
)
group by key, source, useragent, arn, principal, role, name, id, person, session,
  caller_account, account, region, service, target, arns, issued_key, event)",
                     may_tell_of(indicators), event_among(indicators), kArns);
}

Result<Swept> sweep(ask::Desk& desk, const std::vector<Indicator>& indicators) {
  Swept swept;
  Counts counts(indicators);
  const Lookup lookup(indicators);
  TRY(ask::Answer answer, desk.ask(ask::own_question(sweep_statement(indicators), "sweep")));
  std::unordered_map<std::string, Places> known[kColumnCount];
  std::set<std::string> accounts, regions;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    Places met;
    for (std::size_t column = 0; column < kColumnCount; ++column) {
      const Column& from = kColumns[column];
      const std::string text = row.text(from.name);
      if (text.empty()) continue;
      const auto [places, fresh] = known[column].try_emplace(text);
      if (fresh) places->second = (lookup.*from.look)(text);
      for (const std::size_t place : places->second) counts.say_where(place, from.where);
      Lookup::add(met, places->second);
    }
    if (const std::string target = row.text("target"); !target.empty()) {
      const Where where{row.text("service"), row.text("account"), row.text("region")};
      const Places targets = lookup.of_target(target, where);
      for (const std::size_t place : targets) counts.say_where(place, "target");
      Lookup::add(met, targets);
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
  swept.sightings = counts.finish();
  return swept;
}

}  // namespace trailhound::triage
