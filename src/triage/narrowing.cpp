// SPDX-License-Identifier: Apache-2.0
//
// A condition on identities is narrowed by what every event that meets it must have: one of the
// texts that name its caller holds the word asked about. Whoever is asked is then named by ARN.
// That is a superset: the condition itself stands behind it.
#include "triage/narrowing.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>

#include "base/check.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "triage/links.hpp"

namespace trailhound::triage {
namespace {

using findings::Row;

constexpr std::size_t kMostNamed = 500;  // values that stand in a statement

constexpr std::string_view kIdentities =
    R"(select useridentity.type as type, useridentity.arn as arn, useridentity.username as name,
  principal, role, session, workload, useridentity.sessioncontext.sessionissuer.arn as issuer,
  min(ts) as first, max(ts) as last, count(*) as events
from cloudtrail
group by useridentity.type, useridentity.arn, useridentity.username, principal, role, session,
  workload, useridentity.sessioncontext.sessionissuer.arn, date_trunc('day', ts))";
constexpr std::string_view kSources =
    "select sourceipaddress as source, count(*) as events from cloudtrail group by sourceipaddress";
constexpr std::string_view kAgents =
    "select useragent, agent, agent_family as family, count(*) as events\nfrom cloudtrail\n"
    "group by useragent, agent, agent_family";
constexpr std::string_view kServices =
    "select eventsource as source, useridentity.invokedby as invoked_by, count(*) as events\n"
    "from cloudtrail\ngroup by eventsource, useridentity.invokedby";

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

constexpr std::size_t kFewDays = 10;  // who acts on more is not found sooner by them
/// The services of names_in_iam (understand.cpp).
constexpr std::array<std::string_view, 3> kNamers = {"iam.amazonaws.com", "sts.amazonaws.com",
                                                     "signin.amazonaws.com"};
constexpr std::string_view kNamed =
    R"(select target, min(ts) as first, max(ts) as last, count(*) as events
from cloudtrail
where eventsource in ('iam.amazonaws.com', 'sts.amazonaws.com', 'signin.amazonaws.com')
group by target, date_trunc('day', ts))";

/// Words of capitals and digits that a key's id may stand in: one of the key itself mostly.
constexpr std::size_t kLeastKey = 12;
constexpr std::string_view kKeys = R"(select key, min(ts) as first, max(ts) as last
from (
  select ts, regexp_extract_all(concat(coalesce(requestparameters, ''), ' ',
    coalesce(responseelements, '')), '(?:AKIA|ASIA)[0-9A-Z]{8,}') as keys
  from cloudtrail
  where strpos(requestparameters, 'AKIA') > 0 or strpos(requestparameters, 'ASIA') > 0
    or strpos(responseelements, 'AKIA') > 0 or strpos(responseelements, 'ASIA') > 0
) cross join unnest(keys) as t(key)
group by key, date_trunc('day', ts))";

/// Runs of what an ARN is made of, from where one begins: the whole of each ARN of IAM lies in one.
constexpr std::string_view kIamArn = "arn:aws", kOfIam = ":iam::";
constexpr std::string_view kArns = R"(select arn, eventsource as service, min(ts) as first,
  max(ts) as last
from (
  select ts, eventsource, regexp_extract_all(concat(coalesce(requestparameters, ''), ' ',
    coalesce(responseelements, '')), 'arn:aws[A-Za-z0-9+=,.@_/:-]*') as arns
  from cloudtrail
  where strpos(requestparameters, ':iam::') > 0 or strpos(responseelements, ':iam::') > 0
) cross join unnest(arns) as t(arn)
where strpos(arn, ':iam::') > 0
group by arn, eventsource, date_trunc('day', ts))";

bool is_of_arn(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("+=,.@_/:-").find(c) != std::string_view::npos;
}

std::optional<Time> time_in(const Row& row, std::string_view column) {
  return row.text(column).empty() ? std::nullopt : std::optional<Time>(row.time(column));
}

ask::Question kept(std::string_view text, std::string name) {
  return own_question(std::string(text), std::move(name), ask::Keeping::ByDays);
}

Result<void> each_kept(ask::Desk& desk, std::string_view text, std::string name,
                       const std::function<void(const Row&)>& use) {
  TRY(const ask::Answer answer, desk.ask(kept(text, std::move(name))));
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
      return times.add(time_in(row, "first"), time_in(row, "last"));
    }
  }));
  const std::optional<std::string> who = arns.condition("useridentity.arn");
  const std::optional<std::string> when = times.condition(kFewDays);
  if (who && when) return *who + "\n  and " + *when;
  return who ? who : when;
}

Result<Values> sources_in(ask::Desk& desk, const event::Network& network) {
  Values sources;
  TRY(each_kept(desk, kSources, "sources", [&](const Row& row) {
    const std::string source = row.text("source");
    const auto address = event::parse_address(source);
    if (address && network.holds(*address)) sources.add(source);
  }));
  return sources;
}

Result<Values> agents_called(ask::Desk& desk, const std::string& word) {
  const std::string lower = to_lower(word);
  Values agents;
  TRY(each_kept(desk, kAgents, "agents", [&](const Row& row) {
    const std::string text = row.text("useragent");
    // Some letters beyond ASCII have small ones within.
    if (row.text("family") == word || row.text("agent") == word || !is_ascii(text) ||
        to_lower(text).find(lower) != std::string::npos) {
      agents.add(text);
    }
  }));
  return agents;
}

}  // namespace

std::vector<ask::Question> questions_of_all() {
  return {kept(kIdentities, "identities"),
          kept(kSources, "sources"),
          kept(kAgents, "agents"),
          kept(kServices, "services"),
          kept(kNamed, "named"),
          kept(kKeys, "keys"),
          kept(kArns, "arns")};
}

Result<void> each_identity(ask::Desk& desk, const std::function<void(const Row&)>& use) {
  return each_kept(desk, kIdentities, "identities", use);
}

Result<bool> knows_all(ask::Desk& desk) {
  // What a lake is made of shows once something was asked of it; this is asked anyway.
  if (desk.coverage().forms.empty()) {
    TRY([[maybe_unused]] const Held held, what_is_held(desk));
  }
  return desk.coverage().forms.contains("lake");
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
    default:
      break;
  }
  if (condition) subject.by = both(*condition, subject.by);
  return {};
}

Result<std::string> among_identities(ask::Desk& desk, const std::string& word,
                                     const std::string& condition) {
  TRY(const bool of_lake, knows_all(desk));
  if (!of_lake) return condition;
  TRY(const std::optional<std::string> whoever, whoever_holds(desk, word));
  return whoever ? both(*whoever, condition) : condition;
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

void Moments::add(const Moments& more) {
  unknown_ = unknown_ || more.unknown_;
  for (const auto& [day, span] : more.days_) {
    add(span.first, span.second);
  }
}

std::optional<std::string> Moments::condition(std::size_t most) const {
  if (unknown_ || days_.empty() || days_.size() > most) return std::nullopt;
  std::string any;
  for (const auto& [day, span] : days_) {
    any += (any.empty() ? "(" : "\n  or ") + ("ts between " + sql_literal(span.first)) + " and " +
           sql_literal(span.second);
  }
  return any + ")";
}

Result<Mentions> named_in_iam(ask::Desk& desk, const std::string& name) {
  Mentions mentions{.services = {kNamers.begin(), kNamers.end()}};
  TRY(each_kept(desk, kNamed, "named", [&](const Row& row) {
    const std::string target = row.text("target");
    if (target == name || target.ends_with("/" + name)) {
      mentions.moments.add(time_in(row, "first"), time_in(row, "last"));
      mentions.events += row.count("events");
    }
  }));
  return mentions;
}

Result<Moments> when_key_spoken_of(ask::Desk& desk, const std::string& key) {
  Moments moments;
  const bool found_by_kept =
      key.size() >= kLeastKey && (key.starts_with("AKIA") || key.starts_with("ASIA")) &&
      key.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
  if (!found_by_kept) {
    moments.add(std::nullopt, std::nullopt);
    return moments;
  }
  TRY(each_kept(desk, kKeys, "keys", [&](const Row& row) {
    if (row.text("key").find(key) == std::string::npos) return;
    moments.add(time_in(row, "first"), time_in(row, "last"));
  }));
  return moments;
}

Result<std::optional<Mentions>> mentions_of(ask::Desk& desk, const std::string& arn) {
  if (!arn.starts_with(kIamArn) || arn.find(kOfIam) == std::string::npos ||
      !std::all_of(arn.begin(), arn.end(), is_of_arn)) {
    return std::optional<Mentions>{};
  }
  Mentions mentions;
  TRY(each_kept(desk, kArns, "arns", [&](const Row& row) {
    if (row.text("arn").find(arn) == std::string::npos) return;
    mentions.services.insert(row.text("service"));
    mentions.moments.add(time_in(row, "first"), time_in(row, "last"));
  }));
  return std::optional<Mentions>(std::move(mentions));
}

Result<std::uint64_t> count_service(ask::Desk& desk, const std::string& host) {
  std::uint64_t events = 0;
  TRY(each_kept(desk, kServices, "services", [&](const Row& row) {
    if (row.text("source") == host || row.text("invoked_by") == host) events += row.count("events");
  }));
  return events;
}

Result<std::uint64_t> count_named(ask::Desk& desk, Form form, const std::string& name) {
  const auto is_it = [&](const Row& row) {
    const std::string type = row.text("type");
    switch (form) {
      case Form::User:
        if (type == "FederatedUser") return row.text("issuer").ends_with("user/" + name);
        return type == "IAMUser" &&
               (row.text("name") == name || row.text("arn").ends_with("user/" + name) ||
                row.text("arn").ends_with("/" + name));
      case Form::Role:
        return type == "AssumedRole" && row.text("role").ends_with("/" + name);
      case Form::Session:
        return row.text("session") == name;
      case Form::Arn:
        return row.text("arn") == name || row.text("principal") == name || row.text("role") == name;
      default:
        CHECK(false, "users, roles, sessions and ARNs are names of callers");
    }
  };
  std::uint64_t events = 0;
  TRY(each_identity(desk, [&](const Row& row) {
    if (is_it(row)) events += row.count("events");
  }));
  return events;
}

Result<std::uint64_t> count_agent(ask::Desk& desk, const std::string& text) {
  std::uint64_t events = 0;
  TRY(each_kept(desk, kAgents, "agents", [&](const Row& row) {
    if (row.text("useragent") == text || row.text("agent") == text || row.text("family") == text) {
      events += row.count("events");
    }
  }));
  return events;
}

}  // namespace trailhound::triage
