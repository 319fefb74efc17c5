// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/words.hpp"
#include "triage/entity.hpp"
#include "triage/trail_screen.hpp"
#include "triage/understand.hpp"

namespace trailhound::triage {
namespace {

using Places = std::vector<std::size_t>;

std::string role_of(const Node& node) {
  return node.kind == Kind::Session && node.arn.find(":assumed-role/") != std::string::npos
             ? node.name
             : std::string{};
}

bool ends(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

template <class Is>
Places all_that(const Trail& trail, Is is) {
  Places places;
  for (std::size_t place = 0; place < trail.nodes.size(); ++place) {
    if (is(trail.nodes[place])) places.push_back(place);
  }
  return places;
}

Places of_keys_ending(const Trail& trail, std::string_view end) {
  std::set<std::size_t> places;
  for (const auto& [key, place] : trail.by_key) {
    if (ends(key, end)) places.insert(place);
  }
  return {places.begin(), places.end()};
}

Places of_arn(const Trail& trail, const std::string& arn) {
  Places exact = all_that(trail, [&](const Node& node) { return node.arn == arn; });
  if (!exact.empty()) return exact;
  // The ARN of a role stands for all its sessions.
  const std::string below = arn + "/";
  return all_that(trail, [&](const Node& node) {
    return node.principal == arn || node.principal.substr(0, below.size()) == below;
  });
}

Places of_address(const Trail& trail, const event::Network& network) {
  return all_that(trail, [&](const Node& node) {
    return std::any_of(node.sources.begin(), node.sources.end(), [&](const Source& source) {
      const auto address = event::parse_address(source.address);
      return address && network.holds(*address);
    });
  });
}

/// The credential behind an event.
Result<Places> of_event(const Trail& trail, ask::Desk& desk, const std::string& id) {
  const std::string is =
      id.size() == 36 ? "eventid = " + sql_literal(id) : "eventid like " + sql_literal(id + "%");
  TRY(ask::Answer answer,
      desk.ask(ask::own_question(
          "select eventid, useridentity.accesskeyid as key, useridentity.arn as arn, "
          "workload, sourceipaddress as source, principal\nfrom cloudtrail where " +
              is,
          "event")));
  std::set<std::string> ids;
  Places places;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    ids.insert(row.text("eventid"));
    places = trail.of_key(row.text("key"));
    if (places.size() > 1) {  // an instance's key, used in several places
      std::erase_if(places, [&](std::size_t place) {
        const auto& sources = trail.nodes[place].sources;
        return std::none_of(sources.begin(), sources.end(), [&](const Source& source) {
          return source.address == row.text("source");
        });
      });
    }
    if (places.empty()) places = of_arn(trail, row.text("arn"));
    if (places.empty() && !row.text("principal").empty()) {
      places = of_arn(trail, row.text("principal"));
    }
  }));
  if (ids.size() > 1) {
    return Error("ambiguous-entity", "`" + id + "` begins " + std::to_string(ids.size()) +
                                         " event ids: " + *ids.begin() + ", " + *ids.rbegin());
  }
  return places;
}

struct Meaning {
  std::string_view word;
  Places places;
};

std::vector<Meaning> meanings_of(const Trail& trail, const std::string& name) {
  std::vector<Meaning> all = {
      {"user:",
       all_that(trail, [&](const Node& n) { return n.kind == Kind::User && n.name == name; })},
      {"role:", all_that(trail, [&](const Node& n) { return role_of(n) == name; })},
      {"session:", all_that(trail, [&](const Node& n) { return n.session == name; })},
      {"function:",
       all_that(trail, [&](const Node& n) { return n.kind == Kind::Function && n.name == name; })},
      {"outsider:", all_that(trail,
                             [&](const Node& n) {
                               return n.name == name &&
                                      (n.kind == Kind::Outsider || n.kind == Kind::Provider);
                             })},
  };
  std::erase_if(all, [](const Meaning& meaning) { return meaning.places.empty(); });
  return all;
}

Result<Places> of_name(const Trail& trail, const std::string& name) {
  const std::vector<Meaning> meanings = meanings_of(trail, name);
  if (meanings.empty()) return Places{};
  if (meanings.size() == 1) return meanings.front().places;
  std::string choices;
  for (const Meaning& meaning : meanings) {
    choices += (choices.empty() ? "`" : ", `") + std::string(meaning.word) + name + "`";
  }
  return Error("ambiguous-entity", "`" + name + "` is more than one thing in these logs")
      .note("say which: " + choices);
}

Error no_trail_of(std::string_view word, Form form) {
  return Error("no-trail-of",
               "`" + std::string(word) + "` is " +
                   (form == Form::Account || form == Form::Agent || form == Form::Event ? "an "
                                                                                        : "a ") +
                   std::string(form == Form::Event ? "action" : name_of(form)) +
                   ", not something that holds a credential")
      .note("a trail is of a key, a user, a role, a session, an instance, an address or an event");
}

/// Whoever has an id, or is so called by the derived field.
Result<Places> of_principal(const Trail& trail, ask::Desk& desk, const std::string& id) {
  Places places = all_that(trail, [&](const Node& node) {
    return node.principal == id || node.id == id || node.on_behalf_of == id;
  });
  if (!places.empty()) return places;
  TRY(const std::optional<Subject> meant, understand(desk, "principal:" + id));
  if (!meant) return places;
  for (const std::string& principal : meant->principals) {
    const Places more = of_arn(trail, principal);
    places.insert(places.end(), more.begin(), more.end());
  }
  if (places.empty()) return no_trail_of(id, Form::Principal);
  return places;
}

/// A name that is none of the trail may be something else in the logs.
Result<Places> of_any_name(const Trail& trail, ask::Desk& desk, const std::string& name) {
  TRY(Places places, of_name(trail, name));
  if (!places.empty()) return places;
  TRY(const std::optional<Subject> meant, understand(desk, name));
  if (!meant) return places;
  switch (meant->entity.form) {
    case Form::Account:
    case Form::Agent:
    case Form::Event:
    case Form::Resource:
    case Form::Service:
      return no_trail_of(name, meant->entity.form);
    case Form::Principal:
      return of_principal(trail, desk, name);
    default:
      return places;
  }
}

}  // namespace

Result<std::vector<std::size_t>> nodes_of(const Trail& trail, ask::Desk& desk,
                                          std::string_view word) {
  TRY(const Entity entity, entity_of(word));
  const std::string& text = entity.text;
  const auto named = [&](Kind kind) {
    return all_that(trail, [&](const Node& n) { return n.kind == kind && n.name == text; });
  };
  switch (entity.form) {
    case Form::Key:
      if (text.substr(0, 3) == "…") return of_keys_ending(trail, std::string_view(text).substr(3));
      return trail.of_key(text);
    case Form::Arn:
      return of_arn(trail, text);
    case Form::Instance:
      return named(Kind::Instance);
    case Form::Address:
      return of_address(trail, *event::parse_network(text));
    case Form::Event: {
      TRY(Places places, of_event(trail, desk, text));
      if (!places.empty() || word.starts_with("event:")) return places;
      return of_any_name(trail, desk, text);  // a user of Identity Center has such an id
    }
    case Form::Principal:
      return of_principal(trail, desk, text);
    case Form::User:
      return named(Kind::User);
    case Form::Role:
      return all_that(trail, [&](const Node& node) { return role_of(node) == text; });
    case Form::Session:
      return all_that(trail, [&](const Node& node) { return node.session == text; });
    case Form::Name:
      return of_any_name(trail, desk, text);
    case Form::Account:
    case Form::Agent:
    case Form::Resource:
    case Form::Service:
      break;
  }
  return no_trail_of(word, entity.form);
}

}  // namespace trailhound::triage
