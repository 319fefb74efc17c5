// SPDX-License-Identifier: Apache-2.0
#include "triage/understand.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "base/check.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/words.hpp"
#include "triage/narrowing.hpp"

namespace trailhound::triage {
namespace {

/// Events that are asked for by their ids: the engine tries each id on each part.
constexpr std::size_t kMostAbout = 200;

Result<std::uint64_t> count_of(ask::Desk& desk, const std::string& condition) {
  TRY(ask::Answer answer,
      desk.ask(ask::own_question("select count(*) as events from cloudtrail where " + condition,
                                 "count")));
  std::uint64_t count = 0;
  TRY(findings::each_row(*answer.rows,
                         [&](const findings::Row& row) { count = row.count("events"); }));
  return count;
}

/// A part of Subject::about, to be asked by itself.
struct Way {
  std::string condition;
  std::string place{};              ///< Where its events can be; may be empty
  std::optional<Condition> told{};  ///< The same of kept rows
};

/// Where events can be that speak of something: "" where nothing is known.
std::string place_of(const Moments& moments) { return moments.condition().value_or(""); }
std::string place_of(const Mentions& mentions) {
  std::string place = place_of(mentions.moments);
  if (!mentions.calls.empty() && !mentions.calls.contains("")) {
    place += (place.empty() ? "" : "\n  and ") +
             ("eventname in (" + sql_list({mentions.calls.begin(), mentions.calls.end()}) + ")");
  }
  return place;
}

std::string at(const std::string& place, const std::string& condition) {
  return place.empty() ? condition : "(" + place + "\n  and " + condition + ")";
}

/// Where a lake's events speak of somebody or something: it knows when somebody was named and what
/// was spoken of, and need not look at all requests for it.
struct Ways {
  std::vector<Way> ways;
  Moments when;  ///< Of all of them together
};

Ways of_one(Way way) {
  Ways ways;
  ways.ways.push_back(std::move(way));
  return ways;
}

/// Of a session, that a role was taken for it; of an account, a role of its; of a role's id, it.
std::optional<Condition> takes_role(const Entity& entity) {
  switch (entity.form) {
    case Form::Session:
      return is(Told::SessionMade, entity.text);
    case Form::Arn:
      if (entity.text.find(":assumed-role/") == std::string::npos) return std::nullopt;
      return is(Told::SessionMadeArn, entity.text);
    case Form::Account:
      return holds(Told::RoleTaken, "::" + entity.text + ":");
    case Form::Principal: {
      const std::string id = id_in(entity.text);
      const bool of_session = id.find(':') != std::string::npos;
      return of_session ? std::nullopt : std::optional(is(Told::RoleTakenId, id));
    }
    default:
      return std::nullopt;
  }
}

/// What kept rows tell of it. Of roles taken nothing is left to say if none was.
Result<void> add_told(ask::Desk& desk, const std::string& named, std::optional<Condition>& taken,
                      Ways& ways) {
  std::vector<Condition> told;
  if (!named.empty()) {
    TRY(ways.when, named_in_iam(desk, named));
    if (!ways.when.empty()) told.push_back(names_in_iam(named));
  }
  if (taken) {
    TRY(const Moments moments, roles_taken(desk, *taken));
    ways.when.add(moments);
    if (moments.empty()) {
      taken.reset();
    } else {
      told.push_back(*taken);
    }
  }
  if (told.empty()) return {};
  const Condition all_told = any(std::move(told));
  ways.ways.push_back({all_told.sql(), place_of(ways.when), all_told});
  return {};
}

Result<Ways> ways_about(ask::Desk& desk, const Subject& subject) {
  const std::string& text = subject.entity.text;
  // As whom it is named; what requests and answers hold that speak of it, and how that is asked.
  std::string named, spoken, condition = subject.about.condition;
  switch (subject.entity.form) {
    case Form::Arn:
      named = findings::spoken_name(text);
      spoken = text;
      condition = spoken_of(spoken);
      break;
    case Form::User:
      named = text;
      condition.clear();
      break;
    case Form::Role:
      named = text;
      spoken = "role/" + text;
      condition = spoken_of(spoken);
      break;
    case Form::Instance:
    case Form::Key:
      spoken = text;
      break;
    default:
      break;
  }
  Ways ways;
  std::optional<Condition> taken = takes_role(subject.entity);
  TRY(add_told(desk, named, taken, ways));
  if (condition.empty()) return ways;
  if (taken) condition = "(" + condition + "\n  and not coalesce(" + taken->sql() + ", false))";
  std::optional<Mentions> besides;
  if (!spoken.empty()) {
    TRY(besides, spoken_besides(desk, spoken));
  }
  if (!besides) {
    ways.when.add(std::nullopt, std::nullopt);
    ways.ways.push_back({std::move(condition)});
  } else if (!besides->moments.empty()) {
    ways.when.add(besides->moments);
    // What an instance says of itself is no news of it.
    if (subject.entity.form == Form::Instance) {
      condition = "(coalesce(workload, '') <> " + sql_literal(text) + " and " + condition + ")";
    }
    ways.ways.push_back({std::move(condition), place_of(*besides)});
  }
  return ways;
}

/// Events that were looked for.
struct Found {
  std::set<std::string> ids;
  Moments moments;
  bool all = true;  ///< There are no more
  bool none() const { return ids.empty(); }
};

/// Those that meet a condition, kMostAbout of them at most.
Result<Found> find_some(ask::Desk& desk, const std::string& condition) {
  TRY(ask::Answer answer,
      desk.ask(ask::own_question("select eventid, ts from cloudtrail where " + condition +
                                     "\nlimit " + std::to_string(kMostAbout + 1),
                                 "about")));
  Found found;
  std::size_t events = 0;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    ++events;
    found.ids.insert(row.text("eventid"));
    const bool timed = !row.text("ts").empty();
    const std::optional<Time> at = timed ? std::optional<Time>(row.time("ts")) : std::nullopt;
    found.moments.add(at, at);
  }));
  found.all = events <= kMostAbout;
  return found;
}

/// The condition, said by the ids and times of the events that meet it, if these are all known;
/// else by the place where they are.
std::string those_of(const Found& found, const std::string& place, const std::string& condition) {
  if (!found.all || found.ids.empty() || found.ids.contains("")) return at(place, condition);
  const std::string named = "eventid in (" + sql_list({found.ids.begin(), found.ids.end()}) + ")";
  return at(at(place_of(found.moments), named), condition);
}

/// Looks once for the events that speak of a subject, unless it is known to be there and where they
/// are. They are few where every request and answer had to be read for them: whoever asks for them
/// again finds them by their time and ids. Says whether some were seen.
Result<bool> find_about(ask::Desk& desk, Subject& subject, bool of_lake) {
  Wanted& about = subject.about;
  if (about.condition.empty()) return false;
  Ways ways = of_one({about.condition});
  if (of_lake) {
    TRY(ways, ways_about(desk, subject));
  }
  std::vector<std::string> met;
  bool seen = false;
  for (const Way& way : ways.ways) {
    std::string condition = at(way.place, way.condition);
    if (way.told) {
      about.told = way.told;
      seen = true;
    } else {
      if (subject.by.at_least == 0 || way.place.empty()) {
        TRY(const Found found, find_some(desk, condition));
        if (found.none()) continue;
        condition = those_of(found, way.place, way.condition);
        seen = true;
      }
      about.rest = condition;
    }
    met.push_back(std::move(condition));
  }
  about.condition = met.empty()       ? std::string{}
                    : met.size() == 1 ? met.front()
                                      : at(place_of(ways.when), "(" + join(met, "\n  or ") + ")");
  return seen;
}

/// Looks once for the events of a subject that no kept rows tell of. Says whether there are any.
Result<bool> find_by(ask::Desk& desk, Subject& subject) {
  // Of a bucket a lake knows most of them: there is no use in looking where they are.
  const std::string& name = subject.entity.text;
  const Condition in_bucket = any({is(Told::Bucket, name), is(Told::ContextBucket, name)});
  TRY(const auto of_bucket, count_by_kept(desk, in_bucket));
  subject.by.at_least = of_bucket.value_or(0);
  if (subject.by.at_least > kMostAbout) {
    // Kept rows tell of these. What else speaks of the bucket is little, or all is asked at once.
    std::string rest =
        "(" + subject.by.condition + "\n  and not coalesce(" + in_bucket.sql() + ", false))";
    TRY(const Found besides, find_some(desk, rest));
    if (besides.all) {
      subject.by.told = in_bucket;
      if (!besides.none()) subject.by.rest = those_of(besides, "", rest);
    }
    return true;
  }
  TRY(const Found found, find_some(desk, subject.by.condition));
  if (found.all) {
    subject.by.condition = those_of(found, "", subject.by.condition);
    return !found.none();
  }
  subject.by.at_least = kMostAbout + 1;
  return true;
}

/// What a lake knows of a subject without looking at all: narrows it, and counts its events. Says
/// whether it could.
Result<bool> look_up(ask::Desk& desk, Subject& subject) {
  TRY(narrow(desk, subject));
  if (!subject.by.told) return false;
  TRY(const std::optional<std::uint64_t> events, count_by_kept(desk, *subject.by.told));
  subject.by.at_least = events.value_or(0);
  return events.has_value();
}

/// The subject, if the logs hold anything by or about it.
Result<std::optional<Subject>> if_held(ask::Desk& desk, Subject subject) {
  const bool of_lake = desk.keeps_answers();
  bool counted = false, held = false;
  if (of_lake) {
    TRY(counted, look_up(desk, subject));
  } else {
    subject.by.told.reset();
  }
  TRY(held, find_about(desk, subject, of_lake));
  held = held || subject.by.at_least > 0;
  if (of_lake && !counted) {
    TRY(const bool done, find_by(desk, subject));
    held = held || done;
  }
  if (!held && !of_lake) {
    TRY(const std::uint64_t count, count_of(desk, subject.by.condition));
    held = count > 0;
  }
  if (!held) return std::optional<Subject>{};
  return std::optional<Subject>(std::move(subject));
}

Subject events_subject(const std::string& words, std::vector<std::string> ids,
                       const std::string& condition) {
  Subject subject;
  subject.entity = {Form::Event, words};
  subject.words = words;
  subject.by.condition = condition;
  subject.event_ids = std::move(ids);
  return subject;
}

Subject action_subject(const std::string& name, std::uint64_t events, bool of_lake) {
  const Condition is_called = is(Told::EventName, name);
  Subject subject = events_subject("action " + name, {}, is_called.sql());
  if (of_lake) {
    subject.by.told = is_called;
    subject.by.at_least = events;
  }
  return subject;
}

Result<std::optional<Subject>> understand_event(ask::Desk& desk, const std::string& id) {
  const std::string condition = id.size() == 36 ? "eventid = " + sql_literal(id)
                                                : "starts_with(eventid, " + sql_literal(id) + ")";
  TRY(ask::Answer answer,
      desk.ask(ask::own_question(
          "select distinct eventid, ts as first, ts as last from cloudtrail where " + condition,
          "event")));
  std::set<std::string> ids;
  Moments moments;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    ids.insert(row.text("eventid"));
    moments.add(row);
  }));
  if (ids.empty()) return std::optional<Subject>{};
  if (ids.size() > 1) {
    return Error("ambiguous-entity", "`" + id + "` begins " + std::to_string(ids.size()) +
                                         " event ids: " + *ids.begin() + ", " + *ids.rbegin());
  }
  return std::optional<Subject>(
      events_subject("event " + *ids.begin(), {*ids.begin()},
                     at(place_of(moments), "eventid = " + sql_literal(*ids.begin()))));
}

/// One of the things that a bare name may be.
struct Meaning {
  Form form;
  std::string_view prefix, column;
  std::string condition;
  std::optional<Condition> told{};  ///< The same of kept rows
  std::uint64_t count = 0;
};
Meaning meaning_of(Form form, std::string_view prefix, std::string_view column, Condition told) {
  std::string condition = told.sql();
  return {form, prefix, column, std::move(condition), std::move(told)};
}
/// What the word says of it.
Meaning meaning_of(Form form, std::string_view prefix, std::string_view column,
                   const std::string& name) {
  Wanted by = subject_of(form, name).by;
  return {form, prefix, column, std::move(by.condition), std::move(by.told)};
}
constexpr std::size_t kWhoever = 5;          // the first meanings are of somebody who acts
constexpr std::size_t kTold = kWhoever + 1;  // and they and the next are told by kept rows

/// Counts the events of each in one reading of all.
Result<void> count_together(ask::Desk& desk, std::span<Meaning> meanings) {
  std::string columns;
  for (const Meaning& meaning : meanings) {
    columns += (columns.empty() ? "" : ",\n  ") + ("count_if(" + meaning.condition + ") as ") +
               std::string(meaning.column);
  }
  TRY(ask::Answer answer,
      desk.ask(ask::own_question("select " + columns + "\nfrom cloudtrail", "name")));
  return findings::each_row(*answer.rows, [&](const findings::Row& row) {
    for (Meaning& meaning : meanings) meaning.count = row.count(meaning.column);
  });
}

/// The same by what a lake keeps: all is read only for a name that nobody has.
Result<void> count_in_lake(ask::Desk& desk, const std::string& name, std::span<Meaning> meanings) {
  std::uint64_t sum = 0;
  for (Meaning& meaning : meanings.first(kTold)) {
    TRY(const std::optional<std::uint64_t> events, count_by_kept(desk, *meaning.told));
    CHECK(events, "kept answers tell of whoever acts");
    meaning.count = *events;
    sum += meaning.count;
  }
  if (sum > 0) return {};
  Meaning& principal = meanings[kTold];
  TRY(const Bearers bearers, bearers_of(desk, name));
  principal.count = bearers.events;
  if (principal.count > 0) return {};
  return count_together(desk, meanings.subspan(kTold + 1));
}

/// Whoever has an id. A lake knows them; of logs, all events are asked.
Result<Bearers> look_for_bearers(ask::Desk& desk, const Subject& subject) {
  if (desk.keeps_answers()) return bearers_of(desk, subject.entity.text);
  Bearers bearers;
  TRY(const ask::Answer answer,
      desk.ask(ask::own_question("select principal, min(ts) as first, max(ts) as last,\n"
                                 "  count(*) as events, count_if(ts is null) as untimed\n"
                                 "from cloudtrail where " +
                                     subject.by.condition + "\ngroup by principal",
                                 "principals")));
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    bearers.principals.insert(row.text("principal"));
    bearers.events += row.count("events");
    bearers.moments.add(row);
    if (row.count("untimed") > 0) bearers.moments.add(std::nullopt, std::nullopt);
  }));
  return bearers;
}

/// What kept rows tell of them: nothing, if others are called as they are, such as an earlier user
/// of the same name.
Result<std::optional<Condition>> known_by_name(ask::Desk& desk, const Bearers& bearers) {
  if (bearers.events == 0 || bearers.principals.contains("")) return std::optional<Condition>{};
  std::vector<Condition> names;
  for (const std::string& principal : bearers.principals) {
    names.push_back(is(Told::Principal, principal));
  }
  Condition whoever = any(std::move(names));
  TRY(const std::optional<std::uint64_t> events, count_by_kept(desk, whoever));
  if (events != bearers.events) return std::optional<Condition>{};
  return std::optional<Condition>(std::move(whoever));
}

/// By an id: whom it means is found with it.
Result<std::optional<Subject>> understand_principal(ask::Desk& desk, const std::string& id) {
  Subject subject = subject_of(Form::Principal, id);
  TRY(const Bearers bearers, look_for_bearers(desk, subject));
  subject.principals.assign(bearers.principals.begin(), bearers.principals.end());
  subject.by.at_least = bearers.events;
  if (bearers.condition) subject.by.condition = at(*bearers.condition, subject.by.condition);
  subject.by.condition = at(place_of(bearers.moments), subject.by.condition);
  if (desk.keeps_answers()) {
    TRY(subject.by.told, known_by_name(desk, bearers));
  }
  TRY(const bool spoken, find_about(desk, subject, desk.keeps_answers()));
  if (subject.by.at_least == 0 && !spoken) return std::optional<Subject>{};
  return std::optional<Subject>(std::move(subject));
}

/// What a bare name is: whoever acts comes before what is acted upon.
Result<std::optional<Subject>> understand_name(ask::Desk& desk, const std::string& name) {
  std::vector<Meaning> meanings = {
      meaning_of(Form::User, "user:", "users", name),
      meaning_of(Form::Role, "role:", "roles", name),
      meaning_of(Form::Session, "session:", "sessions", name),
      meaning_of(Form::Service, "service:", "services", name),
      meaning_of(
          Form::Agent, "agent:", "agents",
          any({is(Told::AgentFamily, name), is(Told::Agent, name), is(Told::UserAgent, name)})),
      meaning_of(Form::Event, "event:", "actions", is(Told::EventName, name)),
      meaning_of(Form::Principal, "principal:", "principals", name),
      {Form::User, "user:", "named_users",
       "(eventsource = 'iam.amazonaws.com' and json_extract_scalar(requestparameters, "
       "'$.userName') = " +
           sql_literal(name) + ")"},
      {Form::Role, "role:", "named_roles",
       "(eventsource = 'iam.amazonaws.com' and json_extract_scalar(requestparameters, "
       "'$.roleName') = " +
           sql_literal(name) + ")"},
      meaning_of(Form::Resource, "resource:", "resources", name),
  };
  const bool of_lake = desk.keeps_answers();
  TRY(of_lake ? count_in_lake(desk, name, meanings) : count_together(desk, meanings));
  std::vector<const Meaning*> who;
  for (std::size_t i = 0; i < kWhoever; ++i) {
    if (meanings[i].count > 0) who.push_back(&meanings[i]);
  }
  if (who.size() > 1) {
    std::string choices;
    for (const Meaning* meaning : who) {
      choices += (choices.empty() ? "`" : ", `") + std::string(meaning->prefix) + name + "` (" +
                 with_commas(meaning->count) + (meaning->count == 1 ? " event)" : " events)");
    }
    return Error("ambiguous-entity", "`" + name + "` is more than one thing in these logs")
        .note("say which: " + choices);
  }
  if (who.size() == 1) return if_held(desk, subject_of(who.front()->form, name));
  for (std::size_t i = kWhoever; i < meanings.size(); ++i) {
    if (meanings[i].count == 0) continue;
    if (meanings[i].form == Form::Principal) return understand_principal(desk, name);
    if (meanings[i].form != Form::Event) {
      return if_held(desk, subject_of(meanings[i].form, name));
    }
    return std::optional<Subject>(action_subject(name, meanings[i].count, of_lake));
  }
  return std::optional<Subject>{};
}

}  // namespace

Result<std::optional<Subject>> understand(ask::Desk& desk, std::string_view word) {
  TRY(const Entity entity, entity_of(word));
  if (entity.form == Form::Event) {
    TRY(auto event, understand_event(desk, entity.text));
    if (event || word.substr(0, 6) == "event:") return event;
    return understand_name(desk, entity.text);
  }
  if (entity.form == Form::Name && entity.text == "root") {
    // Requests and policies are full of the word, and mean other accounts by it.
    return if_held(desk, subject_of(Form::User, entity.text));
  }
  if (entity.form == Form::Name) return understand_name(desk, entity.text);
  if (entity.form == Form::Principal) return understand_principal(desk, entity.text);
  return if_held(desk, subject_of(entity.form, entity.text));
}

ask::Question held_question() {
  return ask::own_question(
      "select account, awsregion as region, min(ts) as first, max(ts) as last,\n"
      "  count(*) as events from cloudtrail group by account, awsregion",
      "held", ask::Keeping::ByDays);
}

Result<Held> what_is_held(ask::Desk& desk) {
  TRY(ask::Answer answer, desk.ask(held_question()));
  Held held;
  std::set<std::string> accounts, regions;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    accounts.insert(row.text("account"));
    regions.insert(row.text("region"));
    held.events += row.count("events");
    if (row.text("first").empty()) return;
    held.first = std::min(held.first.value_or(row.time("first")), row.time("first"));
    held.last = std::max(held.last.value_or(row.time("last")), row.time("last"));
  }));
  accounts.erase("");
  regions.erase("");
  held.accounts.assign(accounts.begin(), accounts.end());
  held.regions.assign(regions.begin(), regions.end());
  return held;
}

}  // namespace trailhound::triage
