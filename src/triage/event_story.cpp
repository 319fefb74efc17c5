// SPDX-License-Identifier: Apache-2.0
#include "triage/event_story.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "event/policy.hpp"
#include "findings/cells.hpp"
#include "findings/finding.hpp"
#include "findings/own_places.hpp"
#include "findings/words.hpp"
#include "triage/calls.hpp"
#include "triage/condition.hpp"

namespace trailhound::triage {
namespace {

constexpr std::size_t kMostValue = 80;  // bytes of a value in a sentence
constexpr std::size_t kMostValues = 6;
constexpr int kMostDepth = 60;

struct Phrase {
  std::string_view action, words;
};
constexpr Phrase kPhrases[] = {
#define PHRASE(action, words) {action, words},
#include "triage/phrases.def"
#undef PHRASE
};

std::string value_text(const Json& value) {
  if (const std::string* text = value.string()) return *text;
  return value.dump();
}

std::string bare(std::string_view action) {
  const std::size_t colon = action.find(':');
  return std::string(colon == std::string_view::npos ? action : action.substr(colon + 1));
}

std::string plural(std::uint64_t count, const std::string& one) {
  return with_commas(count) + " " + one + (count == 1 ? "" : "s");
}

/// The words of a phrase with what the request, or a service's own event, names; nothing if it
/// names not all of it.
std::optional<std::string> filled(std::string_view words, const Json* request) {
  std::string text;
  while (!words.empty()) {
    const std::size_t open = words.find('{');
    text += words.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = words.find('}', open);
    const Json* value =
        request == nullptr ? nullptr : request->find(words.substr(open + 1, close - open - 1));
    if (value == nullptr || value->is_null()) return std::nullopt;
    text += shortened(value_text(*value), kMostValue);
    words.remove_prefix(close + 1);
  }
  return text;
}

/// "add user to group" of "AddUserToGroup"
std::string spelled(const std::string& name) {
  std::string words;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool begins =
        std::isupper(c) != 0 && i > 0 &&
        (std::islower(static_cast<unsigned char>(name[i - 1])) != 0 ||
         (i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1])) != 0));
    if (begins) words += ' ';
    const bool single =
        i + 1 < name.size() && std::isupper(static_cast<unsigned char>(name[i + 1]));
    words += single ? name[i] : to_lower(name[i]);
  }
  return words;
}

/// "userName Bob, groupName admin"
std::string request_words(const Json* request) {
  if (request == nullptr || request->object() == nullptr) return {};
  std::string words;
  std::size_t named = 0;
  for (const auto& [key, value] : *request->object()) {
    if (value.is_null()) continue;
    if (named == kMostValues) {
      words += ", …";
      break;
    }
    words += (named++ == 0 ? "" : ", ") + key + " " + shortened(value_text(value), kMostValue);
  }
  return words;
}

/// What an event's row of derived fields says.
struct Facts {
  Time at;
  std::string event_id, principal, type, kind, key, account, region, source, agent, agent_kind,
      action, outcome, reason, error, message, target, created, mfa, issuer, issued_key, via, json,
      network;
};

std::string actor_words(const Facts& facts) {
  const std::string name = findings::spoken_name(facts.principal);
  if (facts.principal.empty()) return "An unknown caller";
  if (facts.type == "Root") return "The root user of account " + facts.account;
  if (facts.type == "AssumedRole") return "The role " + name + " of account " + facts.account;
  if (facts.type == "AWSService") return "The AWS service " + facts.principal;
  if (facts.type == "AWSAccount") return "Somebody of account " + facts.principal;
  const std::string_view kind = findings::kind_words(facts.type);
  const std::string what(kind.empty() ? facts.type : kind);
  return name + " (" + what + (what.empty() ? "" : " ") + "of account " + facts.account + ")";
}

std::string short_name(const Facts& facts) {
  if (facts.principal.empty()) return "The caller";
  const std::string name = findings::spoken_name(facts.principal);
  return name == "root" ? "Root" : name;
}

std::string network_words(const std::string& kind) {
  if (kind == "private") return "a private address";
  if (kind == "loopback")
    return "the caller's own machine, as such an address says: made up, or a test";
  if (kind == "documentation") return "an address for documentation";
  return {};
}

class Teller {
 public:
  Teller(ask::Desk& desk, findings::OwnPlaces own) : desk_(desk), own_(std::move(own)) {}

  Result<EventStory> tell(const Facts& facts) {
    EventStory story;
    story.at = facts.at;
    story.event_id = facts.event_id;
    story.action = facts.action;
    if (auto parsed = parse_json(facts.json); parsed.ok()) story.record = std::move(*parsed);
    const auto say = [&](std::string sentence) {
      if (!sentence.empty()) story.sentences.push_back(std::move(sentence));
    };
    const std::string service = facts.action.substr(0, facts.action.find(':'));
    say(actor_words(facts) + " asked " + service + " to " + asked_for(facts.action, story.record) +
        ", at " + format_iso(facts.at) + (facts.region.empty() ? "" : " in " + facts.region) + ".");
    say(credentials(facts));
    say(place(facts));
    say(ending(facts));
    for (std::string& sentence : policies(story.record)) say(std::move(sentence));
    if (!facts.issued_key.empty()) {
      say("The answer gave out the key " + facts.issued_key + ".");
      story.next.push_back("trailhound triage " + facts.issued_key);
    }
    TRY(std::string usual, is_usual(facts));
    say(std::move(usual));
    TRY(std::vector<std::string> others, before_and_after(facts, story));
    for (std::string& sentence : others) say(std::move(sentence));
    next(facts, story);
    return story;
  }

 private:
  static std::string credentials(const Facts& facts) {
    std::string words;
    if (!facts.key.empty()) {
      words = "It was signed with the key " + facts.key;
      if (facts.key.substr(0, 4) == "AKIA") words += ", a long-lived one";
    } else if (facts.type == "AWSService") {
      return "The service acted for itself.";
    } else {
      words = "The record names no key";
    }
    if (const auto made = parse_event_time(facts.created)) {
      words += ", of a session that began " + format_iso(*made);
      const std::int64_t age = facts.at.micros - made->micros;
      if (age > 0) words += ", " + format_duration(age) + " before";
    }
    if (facts.mfa == "false") words += ", without MFA";
    if (facts.mfa == "true") words += ", with MFA";
    if (!facts.via.empty()) words += "; " + facts.via + " made the call on the caller's behalf";
    return words + ".";
  }

  std::string place(const Facts& facts) const {
    if (facts.source.empty()) return {};
    const std::string note = network_words(facts.network);
    std::string words = "It came from ";
    words += note.empty() || !own_.note(facts.source).empty() ? own_.words(facts.source)
                                                              : facts.source + " (" + note + ")";
    if (!facts.agent.empty()) words += ", through " + facts.agent;
    return words + ".";
  }

  static std::string ending(const Facts& facts) {
    if (facts.outcome == "success") return "It worked.";
    std::string words = facts.outcome == "denied"      ? "It was denied"
                        : facts.outcome == "throttled" ? "It was throttled"
                                                       : "It failed";
    if (!facts.error.empty()) words += " with " + facts.error;
    if (!facts.reason.empty()) words += " (" + facts.reason + ")";
    if (!facts.message.empty()) words += ": " + shortened(facts.message, kMostValue);
    return words + ".";
  }

  /// What the policies in the request and in the answer allow.
  static std::vector<std::string> policies(const Json& record) {
    std::vector<std::string> sentences;
    for (const char* part : {"requestParameters", "responseElements"}) {
      const Json* document = record.find(part);
      if (document == nullptr || document->is_null()) continue;
      const auto policy = event::parse_policy(document->dump());
      if (!policy) continue;
      const std::vector<std::string> actions = policy->actions(), resources = policy->resources(),
                                     principals = policy->principals();
      std::string words = "Its policy allows " + shortened(join(actions, ", "), kMostValue);
      if (!resources.empty()) words += " on " + shortened(join(resources, ", "), kMostValue);
      if (!principals.empty()) words += " to " + shortened(join(principals, ", "), kMostValue);
      if (const std::string conditions = policy->conditions(); !conditions.empty()) {
        words += ", if " + shortened(conditions, kMostValue);
      }
      if (policy->grants_admin()) words += ": whoever has it is administrator";
      sentences.push_back(words + ".");
      break;
    }
    return sentences;
  }

  Result<std::string> is_usual(const Facts& facts) {
    if (facts.principal.empty() || facts.type == "AWSService") return std::string{};
    TRY(const Around around, calls_around(desk_, is(Told::Principal, facts.principal), facts.at));
    const auto count = [&](const std::vector<Group>& calls, std::string Group::*field,
                           const std::string& text) {
      std::uint64_t events = 0;
      for (const Group& call : calls) {
        if (field == nullptr || (!text.empty() && call.*field == text)) events += call.count;
      }
      return events;
    };
    const std::uint64_t earlier = count(around.before, nullptr, {}),
                        earlier_there = count(around.before, &Group::source, facts.source),
                        same = count(around.before, &Group::action, facts.action),
                        events = earlier + count(around.since, nullptr, {}),
                        there = earlier_there + count(around.since, &Group::source, facts.source);
    const std::string name = short_name(facts);
    if (events <= 1) {
      return "These logs hold no other event of " + name +
             ": they cannot tell whether the address is usual for " + name + ".";
    }
    if (earlier == 0) {
      return "It is the first of the " + with_commas(events) + " events of " + name +
             " in these logs, so they cannot tell whether the address was usual before; " +
             with_commas(there - 1) + " of the others came from it.";
    }
    return "These logs hold " + plural(earlier, "earlier event") + " of " + name + ": " +
           (earlier_there == 0         ? std::string("none came from this address, so it is new")
            : earlier_there == earlier ? std::string("all came from this address, so it is usual")
                                       : with_commas(earlier_there) + " came from this address") +
           "; " + (same == 0 ? "none did the same" : with_commas(same) + " did the same") + ".";
  }

  /// What whoever it was done to did before and after.
  Result<std::vector<std::string>> before_and_after(const Facts& facts, EventStory& story) {
    std::vector<std::string> sentences;
    const Json* request = story.record.find("requestParameters");
    if (request == nullptr) return sentences;
    struct Whom {
      std::string name, kind;
      Condition condition;
    };
    std::vector<Whom> whom;
    const std::string user(request->text("userName")), role(request->text("roleName"));
    const std::string role_arn(request->text("roleArn"));
    if (!user.empty() && user != findings::spoken_name(facts.principal)) {
      whom.push_back({user, "user",
                      all({is(Told::Type, "IAMUser"),
                           any({is(Told::UserName, user), ends_with(Told::Arn, "/" + user)})})});
    }
    if (!role.empty()) whom.push_back({role, "role", ends_with(Told::Role, "/" + role)});
    if (!role_arn.empty()) {
      whom.push_back({findings::spoken_name(role_arn), "role", is(Told::Role, role_arn)});
    }
    for (const Whom& one : whom) {
      TRY(std::string told, told_of(facts, one.name, one.condition));
      sentences.push_back(std::move(told));
      if (findings::is_shell_safe(one.name)) {
        story.next.push_back("trailhound triage " + one.kind + ":" + one.name);
      }
    }
    return sentences;
  }

  struct Stretch {
    std::uint64_t events = 0, denied = 0;
    std::optional<Time> first, last;
    std::vector<std::string> actions;
    std::set<std::string> sources;
  };

  static Stretch stretch_of(const std::vector<Group>& calls) {
    Stretch stretch;
    for (const Group& call : calls) {
      stretch.events += call.count;
      if (call.outcome == "denied") stretch.denied += call.count;
      if (call.first != Time{}) {
        stretch.first = std::min(stretch.first.value_or(call.first), call.first);
        stretch.last = std::max(stretch.last.value_or(call.last), call.last);
      }
      const std::string action = bare(call.action);
      if (std::find(stretch.actions.begin(), stretch.actions.end(), action) ==
          stretch.actions.end()) {
        stretch.actions.push_back(action);
      }
      stretch.sources.insert(call.source);
    }
    return stretch;
  }

  Result<std::string> told_of(const Facts& facts, const std::string& name,
                              const Condition& condition) {
    TRY(const Around around, calls_around(desk_, condition, facts.at));
    const Stretch before = stretch_of(around.before), after = stretch_of(around.since);
    if (before.events == 0 && after.events == 0) {
      return name + " did nothing in these logs, neither before nor after.";
    }
    return "Before it, " + name + " " + stretch_words(before) + "; after it, " +
           stretch_words(after) + ".";
  }

  static std::string stretch_words(const Stretch& stretch) {
    if (stretch.events == 0) return "did nothing in these logs";
    std::string words = "made " + plural(stretch.events, "call");
    if (stretch.denied > 0) words += ", " + with_commas(stretch.denied) + " denied";
    words += " (";
    for (std::size_t i = 0; i < stretch.actions.size() && i < 4; ++i) {
      words += (i == 0 ? "" : ", ") + stretch.actions[i];
    }
    if (stretch.actions.size() > 4)
      words += " and " + std::to_string(stretch.actions.size() - 4) + " more";
    words += ") from " + (stretch.sources.size() == 1
                              ? *stretch.sources.begin()
                              : std::to_string(stretch.sources.size()) + " addresses");
    if (!stretch.first) return words;  // nobody knows when
    words += ", " + format_iso(*stretch.first);
    if (*stretch.last != *stretch.first) words += " to " + format_iso(*stretch.last);
    return words;
  }

  static void next(const Facts& facts, EventStory& story) {
    const auto add = [&](const std::string& command, const std::string& value) {
      if (!value.empty() && findings::is_shell_safe(value)) story.next.push_back(command + value);
    };
    if (facts.key.substr(0, 4) == "AKIA" || facts.key.substr(0, 4) == "ASIA") {
      add("trailhound trail ", facts.key);
    }
    add("trailhound triage ", facts.principal);
    if (event::parse_address(facts.source)) add("trailhound triage ", facts.source);
  }

  ask::Desk& desk_;
  findings::OwnPlaces own_;
};

/// Policies that stand in a record as texts, decoded.
Json decoded(const Json& value, int depth) {
  if (depth > kMostDepth) return value;
  if (const std::string* text = value.string()) {
    if (text->size() < 20) return value;
    const auto policy = event::parse_policy(*text);
    if (!policy) return value;
    auto parsed = parse_json(policy->text());
    if (!parsed.ok()) return value;
    return std::move(*parsed);
  }
  if (const Json::Array* items = value.array()) {
    Json::Array all;
    for (const Json& item : *items) all.push_back(decoded(item, depth + 1));
    return Json(std::move(all));
  }
  if (const Json::Object* members = value.object()) {
    Json::Object all;
    for (const auto& [key, inner] : *members) all.emplace_back(key, decoded(inner, depth + 1));
    return Json(std::move(all));
  }
  return value;
}

void write_lines(const Json& value, std::size_t indent, std::string& out) {
  const std::string pad(indent + 2, ' ');
  if (const Json::Array* items = value.array(); items != nullptr && !items->empty()) {
    out += "[\n";
    for (std::size_t i = 0; i < items->size(); ++i) {
      out += pad;
      write_lines((*items)[i], indent + 2, out);
      out += i + 1 < items->size() ? ",\n" : "\n";
    }
    out += std::string(indent, ' ') + "]";
  } else if (const Json::Object* members = value.object();
             members != nullptr && !members->empty()) {
    out += "{\n";
    for (std::size_t i = 0; i < members->size(); ++i) {
      out += pad;
      append_json_string(out, (*members)[i].first);
      out += ": ";
      write_lines((*members)[i].second, indent + 2, out);
      out += i + 1 < members->size() ? ",\n" : "\n";
    }
    out += std::string(indent, ' ') + "}";
  } else {
    value.append_to(out);
  }
}

}  // namespace

std::string asked_for(std::string_view action, const Json& record) {
  const Json* request = record.find("requestParameters");
  if (request == nullptr || request->is_null()) request = record.find("serviceEventDetails");
  for (const Phrase& phrase : kPhrases) {
    if (phrase.action != action) continue;
    if (auto words = filled(phrase.words, request)) return *words;
  }
  std::string words = spelled(bare(action));
  if (const std::string request_text = request_words(request); !request_text.empty()) {
    words += " (" + request_text + ")";
  }
  return words;
}

Result<std::vector<EventStory>> tell_events(ask::Desk& desk, const Subject& subject,
                                            std::size_t most, const findings::Site* site) {
  if (subject.by.at_least > most) return std::vector<EventStory>{};
  TRY(ask::Answer answer,
      desk.ask(ask::own_question(
          "select ts, eventid, principal, useridentity.type as type, actor_kind as kind,\n"
          "  useridentity.accesskeyid as key, account, awsregion as region, sourceipaddress as "
          "source,\n"
          "  network, agent, agent_kind, action, outcome, deny_reason as reason, errorcode as "
          "error,\n"
          "  errormessage as message, target, issued_key, via,\n"
          "  useridentity.sessioncontext.attributes.creationdate as created,\n"
          "  coalesce(useridentity.sessioncontext.attributes.mfaauthenticated,\n"
          "    case json_extract_scalar(additionaleventdata, '$.MFAUsed') when 'Yes' then 'true' "
          "when 'No' "
          "then 'false' end) as mfa,\n  eventjson as json\nfrom cloudtrail where " +
              subject.by.condition + "\norder by ts, eventid limit " + std::to_string(most + 1),
          "event")));
  std::vector<Facts> all;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    Facts facts;
    facts.at = row.time("ts");
    for (const auto& [column, field] : std::initializer_list<std::pair<const char*, std::string*>>{
             {"eventid", &facts.event_id},
             {"principal", &facts.principal},
             {"type", &facts.type},
             {"kind", &facts.kind},
             {"key", &facts.key},
             {"account", &facts.account},
             {"region", &facts.region},
             {"source", &facts.source},
             {"network", &facts.network},
             {"agent", &facts.agent},
             {"agent_kind", &facts.agent_kind},
             {"action", &facts.action},
             {"outcome", &facts.outcome},
             {"reason", &facts.reason},
             {"error", &facts.error},
             {"message", &facts.message},
             {"target", &facts.target},
             {"issued_key", &facts.issued_key},
             {"via", &facts.via},
             {"created", &facts.created},
             {"mfa", &facts.mfa},
             {"json", &facts.json}}) {
      *field = row.text(column);
    }
    all.push_back(std::move(facts));
  }));
  std::vector<EventStory> stories;
  if (all.size() > most) return stories;
  findings::OwnPlaces own{site, {}};
  TRY(own.allotted, findings::ask_allotted(desk));
  for (const Facts& facts : all) {
    TRY(EventStory story, Teller(desk, own).tell(facts));
    stories.push_back(std::move(story));
  }
  return stories;
}

findings::Screen story_screen(const EventStory& story) {
  using findings::Tone;
  findings::Screen screen;
  screen.push_back(
      {{{"Event   ", Tone::Title},
        {story.action + " " + (story.event_id.empty() ? "(no id)" : story.event_id), Tone::Plain}},
       8});
  for (const std::string& sentence : story.sentences) {
    screen.push_back({{{"        ", Tone::Plain}, {sentence, Tone::Plain}}, 8});
  }
  bool first = true;
  for (const std::string& command : story.next) {
    screen.push_back({{{first ? "next    " : "        ", Tone::Title}, {command, Tone::Plain}}, 8});
    first = false;
  }
  return screen;
}

std::string record_text(const Json& record) {
  std::string out;
  write_lines(decoded(record, 0), 0, out);
  return out + "\n";
}

}  // namespace trailhound::triage
