// SPDX-License-Identifier: Apache-2.0
//
// A condition on identities is narrowed by what every event that meets it must have: one of the
// texts that name its caller holds the word asked about. Whoever is asked is then named by ARN.
// That is a superset: the condition itself stands behind it.
#include "triage/narrowing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>

#include "base/json.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/words.hpp"
#include "triage/changes.hpp"
#include "triage/kept_calls.hpp"

namespace trailhound::triage {
namespace {

using findings::Row;

constexpr std::size_t kMostNamed = 500;  // values that stand in a statement

/// Whoever calls.
constexpr std::array kCallers = {Told::Type,    Told::Arn,          Told::UserName, Told::Principal,
                                 Told::Role,    Told::Session,      Told::Workload, Told::Issuer,
                                 Told::Account, Told::CallerAccount};
constexpr std::array kSources = {Told::Source};
constexpr std::array kAgents = {Told::UserAgent, Told::UserAgentSmall, Told::Agent,
                                Told::AgentFamily};
constexpr std::array kActions = {Told::Service, Told::InvokedBy, Told::EventName, Told::Bucket,
                                 Told::ContextBucket};

ask::Question kept(std::string text, std::string name) {
  return ask::own_question(std::move(text), std::move(name), ask::Keeping::ByDays);
}

ask::Question identities_question() {
  return kept("select " + told_columns(kCallers) +
                  ",\n  useridentity.principalid as id, useridentity.onbehalfof.userid as person,\n"
                  "  min(ts) as first, max(ts) as last, count(*) as events\nfrom cloudtrail\n"
                  "group by " +
                  told_groups(kCallers) +
                  ", useridentity.principalid,\n  useridentity.onbehalfof.userid, "
                  "date_trunc('day', ts)",
              "identities");
}

ask::Question sources_question() {
  return kept("select " + told_columns(kSources) +
                  ", count(*) as events from cloudtrail group by " + told_groups(kSources),
              "sources");
}

ask::Question agents_question() {
  return kept("select " + told_columns(kAgents) +
                  ", count(*) as events\nfrom cloudtrail\ngroup by " + told_groups(kAgents),
              "agents");
}

ask::Question actions_question() {
  return kept("select " + told_columns(kActions) +
                  ", count(*) as events\nfrom cloudtrail\ngroup by " + told_groups(kActions),
              "actions");
}

/// What was acted upon where no request says it.
ask::Question resources_question() {
  return kept(
      "select element_at(resources, 1).arn as arn, count(*) as events\nfrom cloudtrail\n"
      "where target = element_at(resources, 1).arn\ngroup by element_at(resources, 1).arn",
      "resources");
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

ask::Question named_question() {
  return kept(
      "select target, min(ts) as first, max(ts) as last\nfrom "
      "cloudtrail\nwhere eventsource in (" +
          sql_list(naming_services()) + ")\ngroup by target, date_trunc('day', ts)",
      "named");
}

/// What requests and answers speak of is kept by runs of letters: an ARN of IAM; what follows a
/// role's kind, in its ARN and in those of its sessions; an instance's id; capitals and digits that
/// a key's id may stand in. A word of these kinds lies within a run wherever it is spoken of: an
/// ARN may begin within another run, and is looked for by itself.
constexpr std::string_view kArns = "arn:aws[a-z-]*:iam::[A-Za-z0-9+=,.@_/:-]*";
constexpr std::string_view kWords =
    "role/(?:role/)*[A-Za-z0-9+=,.@_-]*|i-[0-9a-f]{8,}|(?:AKIA|ASIA)[0-9A-Z]{8,}";
constexpr std::array<std::string_view, 5> kMarks = {":iam::", "role/", "i-", "AKIA", "ASIA"};

/// By call and day, apart where the event is known otherwise for one about the same: a naming
/// service was called for what is called so, or the instance called itself.
ask::Question spoken_question() {
  std::vector<std::string> marked;
  for (const std::string_view mark : kMarks) {
    for (const std::string_view field : {"requestparameters", "responseelements"}) {
      marked.push_back(fmt::format("strpos({}, {}) > 0", field, sql_literal(mark)));
    }
  }
  constexpr std::string_view kBoth =
      "concat(coalesce(requestparameters, ''), ' ', coalesce(responseelements, ''))";
  return kept(
      fmt::format(R"(select run, event_name, known, min(ts) as first, max(ts) as last
from (
  select ts, event_name, run, case when strpos(run, 'i-') = 1 then coalesce(workload = run, false)
    when strpos(run, 'AKIA') = 1 or strpos(run, 'ASIA') = 1 then false
    else coalesce(naming and (target = name
      or substr(target, -length(name) - 1) = concat('/', name)), false) end as known
  from (
    select ts, event_name, target, workload, naming, run, case when strpos(run, '/') > 0
      then regexp_extract(run, '[^/]*$') else regexp_extract(run, '[^:]*$') end as name
    from (
      select ts, eventname as event_name, target, workload,
        eventsource in ({naming}) as naming,
        concat(regexp_extract_all({both}, {arns}), regexp_extract_all({both}, {words})) as runs
      from cloudtrail where {marked}
    ) cross join unnest(runs) as t(run)
  )
)
group by run, event_name, known, date_trunc('day', ts))",
                  fmt::arg("naming", sql_list(naming_services())), fmt::arg("both", kBoth),
                  fmt::arg("arns", sql_literal(kArns)), fmt::arg("words", sql_literal(kWords)),
                  fmt::arg("marked", join(marked, "\n        or "))),
      "spoken");
}

/// Whether a text is of a kind that lies within a run wherever it is spoken of.
bool lies_in_runs(std::string_view text) {
  const auto rest_is = [&](std::string_view begin, std::size_t least, auto is_of) {
    if (!text.starts_with(begin) || text.size() < begin.size() + least) return false;
    const std::string_view rest = text.substr(begin.size());
    return std::all_of(rest.begin(), rest.end(), is_of);
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_of_name = [&](char c) {
    return is_digit(c) || is_capital(c) || is_small(c) ||
           std::string_view("+=,.@_-").find(c) != std::string_view::npos;
  };
  if (rest_is("role/", 1, is_of_name)) return true;
  if (rest_is("i-", 8, [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); })) return true;
  for (const char* const key : {"AKIA", "ASIA"}) {
    if (rest_is(key, 8, [&](char c) { return is_digit(c) || is_capital(c); })) return true;
  }
  const std::size_t kind = text.find(":iam::");
  if (kind == std::string_view::npos || !text.starts_with("arn:aws")) return false;
  const std::string_view partition = text.substr(7, kind - 7), rest = text.substr(kind + 6);
  return std::all_of(partition.begin(), partition.end(),
                     [&](char c) { return is_small(c) || c == '-'; }) &&
         std::all_of(rest.begin(), rest.end(),
                     [&](char c) { return is_of_name(c) || c == '/' || c == ':'; });
}

std::optional<Time> time_in(const Row& row, std::string_view column) {
  return row.text(column).empty() ? std::nullopt : std::optional<Time>(row.time(column));
}

Result<void> each_kept(ask::Desk& desk, const ask::Question& question,
                       const std::function<void(const Row&)>& use) {
  TRY(const ask::Answer answer, desk.ask(question));
  return findings::each_row(*answer.rows, use);
}

/// The values of a field that some rows have, to stand in a condition.
class Values {
 public:
  void add(std::string value) {
    if (value.empty()) {
      unknown_ = true;  // NULL or nothing: both are let through
    } else if (value.find('\0') != std::string::npos) {
      sayable_ = false;
    } else {
      values_.insert(std::move(value));
    }
  }
  /// Nothing, if there are too many.
  std::optional<std::string> condition(const std::string& field) const {
    if (!sayable_ || values_.size() > kMostNamed) return std::nullopt;
    const std::string named =
        values_.empty() ? "" : field + " in (" + sql_list({values_.begin(), values_.end()}) + ")";
    if (!unknown_) return named.empty() ? "false" : named;
    const std::string none = "coalesce(" + field + ", '') = ''";
    return named.empty() ? none : "(" + named + " or " + none + ")";
  }

 private:
  std::set<std::string> values_;
  bool unknown_ = false, sayable_ = true;
};

std::string both(const std::string& narrow, const std::string& condition) {
  return "(" + narrow + "\n  and " + condition + ")";
}

/// What all events have whose caller is named by a text that holds the word: their ARNs, and when.
/// Nothing, if neither can be said.
Result<std::optional<std::string>> whoever_holds(ask::Desk& desk, const std::string& word) {
  Values arns;
  Moments times;
  TRY(each_identity(desk, [&](const Row& row) {
    for (const char* field :
         {"arn", "name", "principal", "role", "session", "workload", "issuer"}) {
      if (row.text(field).find(word) == std::string::npos) continue;
      arns.add(row.text("arn"));
      return times.add(row);
    }
  }));
  const std::optional<std::string> who = arns.condition("useridentity.arn");
  const std::optional<std::string> when = times.condition(Moments::kFewDays);
  if (who && when) return *who + "\n  and " + *when;
  return who ? who : when;
}

Result<Values> sources_in(ask::Desk& desk, const event::Network& network) {
  Values sources;
  TRY(each_kept(desk, sources_question(), [&](const Row& row) {
    const std::string source = row.text("source");
    const auto address = event::parse_address(source);
    if (address && network.holds(*address)) sources.add(source);
  }));
  return sources;
}

Result<Values> agents_called(ask::Desk& desk, const std::string& word) {
  const std::string lower = to_lower(word);
  Values agents;
  TRY(each_kept(desk, agents_question(), [&](const Row& row) {
    const std::string text = row.text("useragent");
    // Some letters beyond ASCII have small ones within.
    if (row.text("family") == word || row.text("agent") == word || !is_ascii(text) ||
        to_lower(text).find(lower) != std::string::npos) {
      agents.add(text);
    }
  }));
  return agents;
}

/// Whether some event is about a thing of this name though neither its request nor its answer says
/// so.
Result<bool> is_resource_alone(ask::Desk& desk, const std::string& name) {
  bool is_one = false;
  TRY(each_kept(desk, resources_question(), [&](const Row& row) {
    const std::string arn = row.text("arn");
    is_one = is_one || arn == name || arn.ends_with("/" + name) || arn.ends_with(":" + name) ||
             arn.starts_with(name + "/");
  }));
  return is_one;
}

/// Whether it is written in one way only, in a request as in an ARN.
bool is_plain(const std::string& name) {
  return findings::spoken_name(name) == name && one_spelling(name) == name &&
         name.find(", ") == std::string::npos;
}

}  // namespace

std::vector<ask::Question> questions_of_all() {
  return {identities_question(), sources_question(),    agents_question(),
          actions_question(),    named_question(),      spoken_question(),
          resources_question(),  kept_calls_question(), roles_taken_question()};
}

Result<void> each_identity(ask::Desk& desk, const std::function<void(const Row&)>& use) {
  return each_kept(desk, identities_question(), use);
}

Result<Bearers> bearers_of(ask::Desk& desk, const std::string& id) {
  Bearers bearers;
  Values types;
  TRY(each_identity(desk, [&](const Row& row) {
    const std::string whose = row.text("id");
    // A role's id stands before the names of its sessions.
    const bool is_it = row.text("principal") == id || whose == id || row.text("person") == id ||
                       (id.find(':') == std::string::npos && whose.starts_with(id + ":"));
    if (!is_it) return;
    bearers.principals.insert(row.text("principal"));
    bearers.events += row.count("events");
    bearers.moments.add(row);
    types.add(row.text("type"));
  }));
  bearers.condition = types.condition("useridentity.type");
  return bearers;
}

Result<void> narrow(ask::Desk& desk, Subject& subject) {
  const std::string& word = subject.entity.text;
  std::optional<std::string> condition;
  switch (subject.entity.form) {
    case Form::User:
    case Form::Role:
    case Form::Session:
    case Form::Instance:
    case Form::Arn: {
      TRY(condition, whoever_holds(desk, word));
      break;
    }
    case Form::Address: {
      const auto network = event::parse_network(word);
      if (!network || word.find('/') == std::string::npos) break;
      TRY(const Values sources, sources_in(desk, *network));
      condition = sources.condition("sourceipaddress");
      break;
    }
    case Form::Agent: {
      if (!is_ascii(word)) break;
      TRY(const Values agents, agents_called(desk, word));
      condition = agents.condition("useragent");
      break;
    }
    case Form::Resource: {
      if (!is_plain(word)) break;
      TRY(const bool alone, is_resource_alone(desk, word));
      if (!alone) subject.by.condition = spoken_of(word);
      break;
    }
    default:
      break;
  }
  if (condition) subject.by.condition = both(*condition, subject.by.condition);
  return {};
}

void Moments::add(std::optional<Time> first, std::optional<Time> last) {
  if (!first || !last) {
    unknown_ = true;
    return;
  }
  const auto [day, fresh] = days_.try_emplace(first->micros / kDay, *first, *last);
  if (fresh) return;
  day->second.first = std::min(day->second.first, *first);
  day->second.second = std::max(day->second.second, *last);
}

void Moments::add(const Row& row) { add(time_in(row, "first"), time_in(row, "last")); }

void Moments::add(const Moments& more) {
  unknown_ = unknown_ || more.unknown_;
  for (const auto& [day, span] : more.days_) {
    add(span.first, span.second);
  }
}

std::optional<std::string> Moments::condition(std::size_t most) const {
  if (unknown_ || days_.empty()) return std::nullopt;
  std::vector<std::pair<Time, Time>> stretches;
  std::int64_t yesterday = 0;
  for (const auto& [day, span] : days_) {
    // What is left out between two wide ones is not worth asking for.
    const bool goes_on =
        days_.size() > kFewDays && !stretches.empty() && day == yesterday + 1 &&
        span.first.micros - stretches.back().second.micros < span.second.micros - span.first.micros;
    if (goes_on) {
      stretches.back().second = span.second;
    } else {
      stretches.push_back(span);
    }
    yesterday = day;
  }
  if (stretches.size() > most) return std::nullopt;
  std::string any;
  for (const auto& [first, last] : stretches) {
    any += (any.empty() ? "(" : "\n  or ") + ("ts between " + sql_literal(first)) + " and " +
           sql_literal(last);
  }
  return any + ")";
}

Result<Moments> named_in_iam(ask::Desk& desk, const std::string& name) {
  Moments moments;
  TRY(each_kept(desk, named_question(), [&](const Row& row) {
    const std::string target = row.text("target");
    if (target == name || target.ends_with("/" + name)) moments.add(row);
  }));
  return moments;
}

Result<std::optional<Mentions>> spoken_besides(ask::Desk& desk, const std::string& text) {
  if (!lies_in_runs(text)) return std::optional<Mentions>{};
  // Who is asked for by a name is found by the last word of an ARN as well.
  const bool has_name = text.find('/') != std::string::npos || text.find(':') != std::string::npos;
  Mentions mentions;
  TRY(each_kept(desk, spoken_question(), [&](const Row& row) {
    const std::string run = row.text("run");
    if (run.find(text) == std::string::npos) return;
    const bool is_it = has_name ? run.ends_with(text) : run == text;
    if (is_it && row.text("known") == "true") return;
    mentions.calls.insert(row.text("event_name"));
    mentions.moments.add(row);
  }));
  return std::optional<Mentions>(std::move(mentions));
}

Result<Moments> roles_taken(ask::Desk& desk, const Condition& condition) {
  Moments moments;
  TRY(each_role_taken(
      desk, [&](const auto& row, const auto& at) { return condition.is_met(row, at); },
      [&](const Group& call) {
        const bool timed = call.is_timed();
        moments.add(timed ? std::optional(call.first) : std::nullopt,
                    timed ? std::optional(call.last) : std::nullopt);
      }));
  return moments;
}

Result<std::optional<std::uint64_t>> count_by_kept(ask::Desk& desk, const Condition& condition) {
  constexpr std::array kSigners = {Told::Key};
  const std::array<std::pair<std::span<const Told>, ask::Question>, 5> kept = {{
      {kCallers, identities_question()},
      {kSources, sources_question()},
      {kAgents, agents_question()},
      {kActions, actions_question()},
      {kSigners, uses_of_all_question()},
  }};
  for (const auto& [fields, question] : kept) {
    if (!condition.is_of(fields)) continue;
    std::uint64_t events = 0;
    TRY(const ask::Answer answer, desk.ask(question));
    const ToldPlaces places(*answer.rows);
    TRY(findings::each_row(*answer.rows, [&](const Row& row) {
      if (condition.is_met(row, places)) events += row.count("events");
    }));
    return std::optional<std::uint64_t>(events);
  }
  return std::optional<std::uint64_t>{};
}

}  // namespace trailhound::triage
