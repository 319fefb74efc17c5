// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/words.hpp"
#include "triage/case.hpp"
#include "triage/changes.hpp"
#include "triage/narrowing.hpp"

namespace trailhound::triage {
namespace {

/// Events that are asked for by their ids: the engine tries each id on each part.
constexpr std::size_t kMostAbout = 200;

/// "the end of `field` is `end`", whatever stands in it.
std::string ends_with(const std::string& field, const std::string& end) {
  std::string_view rest = end;
  int letters = 0;
  for (; !rest.empty(); ++letters) take_utf8(rest);
  return "substr(" + field + ", -" + std::to_string(letters) + ") = " + sql_literal(end);
}

std::string holds(const std::string& field, const std::string& text) {
  return "strpos(" + field + ", " + sql_literal(text) + ") > 0";
}

/// Events of IAM and STS that name somebody.
std::string names_in_iam(const std::string& name) {
  return "(eventsource in ('iam.amazonaws.com', 'sts.amazonaws.com', 'signin.amazonaws.com') and "
         "(target = " +
         sql_literal(name) + " or " + ends_with("target", "/" + name) + "))";
}

std::string spoken_of(const std::string& text) {
  const std::string json = json_string(text);
  const std::string inside = json.substr(1, json.size() - 2);
  return "(" + holds("requestparameters", inside) + " or " + holds("responseelements", inside) +
         ")";
}

std::string user_condition(const std::string& name) {
  return "((useridentity.type = 'IAMUser' and (useridentity.username = " + sql_literal(name) +
         " or " + ends_with("useridentity.arn", "user/" + name) + " or " +
         ends_with("useridentity.arn", "/" + name) +
         ")) or (useridentity.type = 'FederatedUser' and " +
         ends_with("useridentity.sessioncontext.sessionissuer.arn", "user/" + name) + "))";
}

std::string role_condition(const std::string& name) {
  return "(useridentity.type = 'AssumedRole' and " + ends_with("role", "/" + name) + ")";
}

std::string session_condition(const std::string& name) { return "session = " + sql_literal(name); }

std::string arn_condition(const std::string& arn) {
  return "(useridentity.arn = " + sql_literal(arn) + " or principal = " + sql_literal(arn) +
         " or role = " + sql_literal(arn) + ")";
}

std::string address_condition(const std::string& text) {
  return text.find('/') == std::string::npos ? "sourceipaddress = " + sql_literal(text)
                                             : "ip_in(sourceipaddress, " + sql_literal(text) + ")";
}

std::string agent_condition(const std::string& text) {
  return "(agent_family = " + sql_literal(text) + " or agent = " + sql_literal(text) + " or " +
         holds("lower(useragent)", to_lower(text)) + ")";
}

std::string resource_condition(const std::string& text) {
  return "(target = " + sql_literal(text) + " or " + ends_with("target", "/" + text) + " or " +
         ends_with("target", ":" + text) + " or bucket = " + sql_literal(text) + " or " +
         spoken_of(text) + ")";
}

std::string host_of(const std::string& service) {
  return service.find(".amazonaws.com") == std::string::npos ? service + ".amazonaws.com" : service;
}

std::string service_condition(const std::string& text) {
  const std::string host = host_of(text);
  return "(eventsource = " + sql_literal(host) +
         " or useridentity.invokedby = " + sql_literal(host) + ")";
}

Subject subject_of(Form form, const std::string& text) {
  Subject subject;
  subject.entity = {form, text};
  subject.words = std::string(name_of(form)) + " " + text;
  switch (form) {
    case Form::Key:
      if (text.substr(0, 3) == "…") {
        subject.by = ends_with("useridentity.accesskeyid", text.substr(3));
        break;
      }
      subject.by = "useridentity.accesskeyid = " + sql_literal(text);
      subject.about = spoken_of(text);
      break;
    case Form::Arn:
      subject.words = text;
      subject.by = arn_condition(text);
      subject.about =
          "(" + names_in_iam(findings::spoken_name(text)) + " or " + spoken_of(text) + ")";
      break;
    case Form::Instance:
      subject.by = "workload = " + sql_literal(text);
      subject.about = spoken_of(text);
      break;
    case Form::Address:
      subject.by = address_condition(text);
      break;
    case Form::Account:
      subject.by = "(account = " + sql_literal(text) +
                   " or useridentity.accountid = " + sql_literal(text) + ")";
      subject.about = holds("requestparameters", text);
      break;
    case Form::User:
      subject.by = user_condition(text);
      subject.about = names_in_iam(text);
      break;
    case Form::Role:
      subject.by = role_condition(text);
      subject.about = "(" + names_in_iam(text) + " or " + spoken_of("role/" + text) + ")";
      break;
    case Form::Session:
      subject.by = session_condition(text);
      subject.about = spoken_of(text);
      break;
    case Form::Agent:
      subject.by = agent_condition(text);
      break;
    case Form::Service:
      subject.by = service_condition(text);
      break;
    case Form::Resource:
    case Form::Name:
    case Form::Event:
      subject.by = resource_condition(text);
      break;
  }
  return subject;
}

Result<std::uint64_t> count_of(ask::Desk& desk, const std::string& condition) {
  TRY(ask::Answer answer,
      desk.ask(
          own_question("select count(*) as events from cloudtrail where " + condition, "count")));
  std::uint64_t count = 0;
  TRY(findings::each_row(*answer.rows,
                         [&](const findings::Row& row) { count = row.count("events"); }));
  return count;
}

/// One of the conditions of Subject::about, to be asked by itself.
struct Way {
  std::string condition;
  std::uint64_t events = 0;  ///< Where a lake has counted them
};

/// Where events can be that speak of something: "" where nothing is known.
std::string place_of(const Mentions& mentions) {
  std::string place;
  if (const std::optional<std::string> when = mentions.moments.condition()) {
    place += *when + "\n  and ";
  }
  if (!mentions.services.empty() && !mentions.services.contains("")) {
    place += "eventsource in (" + sql_list({mentions.services.begin(), mentions.services.end()}) +
             ")\n  and ";
  }
  return place;
}

std::string at(const Mentions& mentions, const std::string& condition) {
  const std::string place = place_of(mentions);
  return place.empty() ? condition : "(" + place + condition + ")";
}

/// Of a lake, which knows when somebody was named and which ARNs were spoken of, and need not look
/// at all requests for it. Narrows Subject::about, too.
Result<std::vector<Way>> ways_about(ask::Desk& desk, Subject& subject) {
  const std::string& text = subject.entity.text;
  std::string named, spoken;
  switch (subject.entity.form) {
    case Form::Arn:
      named = findings::spoken_name(text);
      spoken = text;
      break;
    case Form::User:
      named = text;
      break;
    case Form::Role:
      named = text;
      spoken = "role/" + text;
      break;
    case Form::Key: {
      TRY(const Moments moments, when_key_spoken_of(desk, text));
      if (moments.empty()) return std::vector<Way>{};
      return std::vector<Way>{{at({.moments = moments}, subject.about)}};
    }
    default:
      return std::vector<Way>{{subject.about}};
  }
  std::vector<Way> ways;
  TRY(Mentions all, named_in_iam(desk, named));
  if (!all.moments.empty()) ways.push_back({at(all, names_in_iam(named)), all.events});
  if (spoken.empty()) {
    subject.about = at(all, subject.about);
    return ways;
  }
  TRY(const std::optional<Mentions> mentions, mentions_of(desk, spoken));
  if (!mentions) {
    ways.push_back({spoken_of(spoken)});
    return ways;
  }
  if (mentions->moments.empty()) {
    subject.about = at(all, names_in_iam(named));
    return ways;
  }
  ways.push_back({at(*mentions, spoken_of(spoken))});
  all.moments.add(mentions->moments);
  all.services.insert(mentions->services.begin(), mentions->services.end());
  subject.about = at(all, subject.about);
  return ways;
}

/// Looks once for the events that speak of a subject. They are few where every request and answer
/// had to be read for them: whoever asks for them again finds them by their time and ids. Says
/// whether there are any.
Result<bool> find_about(ask::Desk& desk, Subject& subject, bool of_lake) {
  if (subject.about.empty()) return false;
  std::vector<Way> ways = {{subject.about}};
  if (of_lake) {
    TRY(ways, ways_about(desk, subject));
  }
  std::set<std::string> ids;
  Moments moments;
  bool named = true;
  for (const Way& way : ways) {
    subject.about_at_least = std::max(subject.about_at_least, way.events);
    if (way.events > kMostAbout) {
      named = false;
      continue;
    }
    std::size_t events = 0;
    TRY(ask::Answer answer,
        desk.ask(own_question("select eventid, ts from cloudtrail where " + way.condition +
                                  "\nlimit " + std::to_string(kMostAbout + 1),
                              "about")));
    TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
      ++events;
      ids.insert(row.text("eventid"));
      const bool timed = !row.text("ts").empty();
      const std::optional<Time> at = timed ? std::optional<Time>(row.time("ts")) : std::nullopt;
      moments.add(at, at);
    }));
    named = named && events <= kMostAbout;
  }
  const bool met = !ids.empty() || subject.about_at_least > 0;
  if (!met) {
    subject.about.clear();
  } else if (named && !ids.empty() && !ids.contains("")) {
    const std::optional<std::string> when = moments.condition();
    subject.about = "(eventid in (" + sql_list({ids.begin(), ids.end()}) + ")\n  and " +
                    (when ? *when + "\n  and " : "") + subject.about + ")";
  }
  return met;
}

/// Counts the events of a subject where a lake knows their number.
Result<void> count_unasked(ask::Desk& desk, Subject& subject) {
  switch (subject.entity.form) {
    case Form::Key: {
      TRY(const auto uses, uses_of_all(desk));
      const auto known = uses.find(subject.entity.text);
      subject.at_least = known == uses.end() ? 0 : known->second;
      return {};
    }
    case Form::User:
    case Form::Role:
    case Form::Session:
    case Form::Arn: {
      TRY(subject.at_least, count_named(desk, subject.entity.form, subject.entity.text));
      return {};
    }
    default:
      return {};
  }
}

/// The subject, if the logs hold anything by or about it.
Result<std::optional<Subject>> if_held(ask::Desk& desk, Subject subject) {
  TRY(const bool of_lake, knows_all(desk));
  if (of_lake) TRY(narrow(desk, subject));
  if (of_lake) TRY(count_unasked(desk, subject));
  TRY(bool held, find_about(desk, subject, of_lake));
  held = held || subject.at_least > 0;
  if (!held) {
    TRY(const std::uint64_t count, count_of(desk, subject.by));
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
  subject.by = condition;
  subject.event_ids = std::move(ids);
  return subject;
}

Result<std::optional<Subject>> understand_event(ask::Desk& desk, const std::string& id) {
  const std::string condition = id.size() == 36 ? "eventid = " + sql_literal(id)
                                                : "starts_with(eventid, " + sql_literal(id) + ")";
  TRY(ask::Answer answer,
      desk.ask(
          own_question("select distinct eventid from cloudtrail where " + condition, "event")));
  std::set<std::string> ids;
  TRY(findings::each_row(*answer.rows,
                         [&](const findings::Row& row) { ids.insert(row.text("eventid")); }));
  if (ids.empty()) return std::optional<Subject>{};
  if (ids.size() > 1) {
    return Error("ambiguous-entity", "`" + id + "` begins " + std::to_string(ids.size()) +
                                         " event ids: " + *ids.begin() + ", " + *ids.rbegin());
  }
  return std::optional<Subject>(events_subject("event " + *ids.begin(), {*ids.begin()},
                                               "eventid = " + sql_literal(*ids.begin())));
}

/// One of the things that a bare name may be.
struct Meaning {
  Form form;
  std::string_view prefix, column;
  std::string condition;
  std::uint64_t count = 0;
};
constexpr std::size_t kWhoever = 5;  // the first meanings are of somebody who acts

/// Counts the events of each in one reading of all.
Result<void> count_together(ask::Desk& desk, std::span<Meaning> meanings) {
  std::string columns;
  for (const Meaning& meaning : meanings) {
    columns += (columns.empty() ? "" : ",\n  ") + ("count_if(" + meaning.condition + ") as ") +
               std::string(meaning.column);
  }
  TRY(ask::Answer answer,
      desk.ask(own_question("select " + columns + "\nfrom cloudtrail", "name")));
  return findings::each_row(*answer.rows, [&](const findings::Row& row) {
    for (Meaning& meaning : meanings) meaning.count = row.count(meaning.column);
  });
}

/// The same by what a lake keeps: all is read only for a name that nobody has.
Result<void> count_by_kept(ask::Desk& desk, const std::string& name, std::span<Meaning> meanings) {
  std::uint64_t sum = 0;
  for (Meaning& meaning : meanings.first(kWhoever)) {
    if (meaning.form == Form::Service) {
      TRY(meaning.count, count_service(desk, host_of(name)));
    } else if (meaning.form == Form::Agent) {
      TRY(meaning.count, count_agent(desk, name));
    } else {
      TRY(meaning.count, count_named(desk, meaning.form, name));
    }
    sum += meaning.count;
  }
  return sum > 0 ? Result<void>{} : count_together(desk, meanings.subspan(kWhoever));
}

/// The subject that a name turned out to mean.
Result<std::optional<Subject>> meant_by(ask::Desk& desk, Form form, const std::string& name,
                                        bool of_lake) {
  Subject subject = subject_of(form, name);
  if (of_lake) {
    TRY(narrow(desk, subject));
    TRY(count_unasked(desk, subject));
  }
  TRY([[maybe_unused]] const bool met, find_about(desk, subject, of_lake));
  return std::optional<Subject>(std::move(subject));
}

/// What a bare name is: whoever acts comes before what is acted upon.
Result<std::optional<Subject>> understand_name(ask::Desk& desk, const std::string& name) {
  std::vector<Meaning> meanings = {
      {Form::User, "user:", "users", user_condition(name)},
      {Form::Role, "role:", "roles", role_condition(name)},
      {Form::Session, "session:", "sessions", session_condition(name)},
      {Form::Service, "service:", "services", service_condition(name)},
      {Form::Agent, "agent:", "agents",
       "(agent_family = " + sql_literal(name) + " or agent = " + sql_literal(name) +
           " or useragent = " + sql_literal(name) + ")"},
      {Form::User, "user:", "named_users",
       "(eventsource = 'iam.amazonaws.com' and json_extract_scalar(requestparameters, "
       "'$.userName') = " +
           sql_literal(name) + ")"},
      {Form::Role, "role:", "named_roles",
       "(eventsource = 'iam.amazonaws.com' and json_extract_scalar(requestparameters, "
       "'$.roleName') = " +
           sql_literal(name) + ")"},
      {Form::Event, "event:", "actions", "eventname = " + sql_literal(name)},
      {Form::Resource, "resource:", "resources", resource_condition(name)},
  };
  TRY(const bool of_lake, knows_all(desk));
  TRY(of_lake ? count_by_kept(desk, name, meanings) : count_together(desk, meanings));
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
  if (who.size() == 1) return meant_by(desk, who.front()->form, name, of_lake);
  for (std::size_t i = kWhoever; i < meanings.size(); ++i) {
    if (meanings[i].count == 0) continue;
    if (meanings[i].form != Form::Event) {
      return meant_by(desk, meanings[i].form, name, of_lake);
    }
    return std::optional<Subject>(
        events_subject("action " + name, {}, "eventname = " + sql_literal(name)));
  }
  return std::optional<Subject>{};
}

}  // namespace

Result<std::optional<Subject>> understand(ask::Desk& desk, std::string_view word) {
  const Entity entity = parse_entity(word);
  if (entity.text.empty())
    return Error("entity-not-named", "`" + std::string(word) + "` names nothing");
  if (entity.form == Form::Event) {
    TRY(auto event, understand_event(desk, entity.text));
    if (event || word.substr(0, 6) == "event:") return event;
    return understand_name(desk, entity.text);
  }
  if (entity.form == Form::Name) return understand_name(desk, entity.text);
  if (entity.form == Form::Address && !event::parse_network(entity.text)) {
    return Error("bad-flag", "`" + entity.text + "` is no address or network");
  }
  return if_held(desk, subject_of(entity.form, entity.text));
}

ask::Question held_question() {
  return own_question(
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
