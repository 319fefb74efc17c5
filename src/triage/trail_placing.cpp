// SPDX-License-Identifier: Apache-2.0
//
// Uses become nodes, and so do calls that made something that was never used.
#include <algorithm>

#include "findings/words.hpp"
#include "triage/trail_follower.hpp"

namespace trailhound::triage {
namespace {

bool is_long_lived(std::string_view key) { return starts(key, "AKIA"); }

}  // namespace

std::size_t Follower::node(Kind kind, const std::string& id) {
  const auto [known, fresh] = nodes_.emplace(id, trail_.nodes.size());
  if (fresh) {
    trail_.nodes.emplace_back();
    trail_.nodes.back().kind = kind;
  }
  return known->second;
}

std::optional<std::size_t> Follower::find(const std::string& id) const {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return std::nullopt;
  return found->second;
}

std::string Follower::user_id(std::string_view account, std::string_view name) {
  return "user:" + std::string(account) + "/" + std::string(name);
}

std::string Follower::function_id(std::string_view account, std::string_view name) {
  return "function:" + std::string(account) + "/" + std::string(name);
}

std::string Follower::session_id(const std::string& arn, std::optional<Time> made) {
  return "session:" + arn + "|" + (made ? second_of(*made) : "");
}

std::string Follower::place_id(const std::string& account, const std::string& workload,
                               const std::string& source) {
  return "place:" + account + "/" + workload + "|" + source;
}

std::size_t Follower::user_of(const std::string& arn, const std::string& account,
                              const std::string& fallback, const std::string& id,
                              std::optional<Time> when) {
  const std::string name = arn.empty() ? fallback : findings::spoken_name(arn);
  const std::string owner = arn.empty() ? account : account_in(arn);
  const std::size_t place = node(Kind::User, bearer_id(owner, name, id, when));
  Node& user = at(place);
  user.name = name;
  user.account = owner;
  if (const Bearer* bearer = bearer_of(user_id(owner, name), id, when)) {
    user.id = bearer->id;
    user.namesakes = bearers_.at(user_id(owner, name)).size() - 1;
  }
  if (!arn.empty()) user.arn = user.principal = arn;
  return place;
}

std::size_t Follower::instance_of(const std::string& account, const std::string& id) {
  const std::size_t place = node(Kind::Instance, "instance:" + account + "/" + id);
  at(place).name = id;
  at(place).account = account;
  return place;
}

std::size_t Follower::function_of(const std::string& account, const std::string& name) {
  const std::size_t place = node(Kind::Function, function_id(account, name));
  at(place).name = name;
  at(place).account = account;
  return place;
}

void Follower::hold_key(std::size_t place, const std::string& key) {
  if (key.empty()) return;
  Node& holder = at(place);
  if (std::find(holder.keys.begin(), holder.keys.end(), key) != holder.keys.end()) return;
  holder.keys.push_back(key);
  trail_.by_key.emplace(key, place);
}

std::size_t Follower::credential_of(const Use& use) {
  const Deed* deed = deed_of_key(use.key);
  if (is_person(use.type)) {
    if ((deed != nullptr && deed->name == "CreateAccessKey") ||
        (deed == nullptr && is_long_lived(use.key))) {
      return node(Kind::Key, "key:" + use.key);
    }
  }
  if (use.type == "AssumedRole" && is_instance(use.workload)) {
    instance_of(use.account, use.workload);
    return node(Kind::Place, place_id(use.account, use.workload, use.source));
  }
  if (use.type == "AssumedRole" && !use.workload.empty()) {
    return function_of(use.account, use.workload);
  }
  if (use.type == "AWSAccount") return node(Kind::Outsider, "outsider:" + use.id);
  return node(Kind::Session,
              session_id(use.arn.empty() ? use.principal : use.arn,
                         deed != nullptr ? std::optional<Time>(deed->at) : use.created));
}

void Follower::place(const Use& use) {
  if (is_person(use.type)) {
    const std::size_t user = user_of(use.arn, use.account, use.principal, use.id, use.first);
    remember_id(use.id, user);
  }
  const std::size_t place = credential_of(use);
  const Deed* deed = deed_of_key(use.key);
  hold_key(place, use.key);
  Node& holder = at(place);
  holder.principal = use.principal;
  if (holder.kind != Kind::Function) {
    holder.arn = use.arn;
    holder.session = use.session;
  }
  holder.account = use.account;
  if (!holder.made) holder.made = deed != nullptr ? std::optional<Time>(deed->at) : use.created;
  holder.usage.add(use);
  holder.mfa = holder.mfa || use.mfa;
  if (holder.source_identity.empty()) holder.source_identity = use.source_identity;
  if (holder.on_behalf_of.empty()) holder.on_behalf_of = use.on_behalf_of;
  add_source(holder, use);
  if (types_.emplace(place, use.type).second) by_arn_[use.arn].push_back(place);
  if (use.console) console_.insert(place);
  if (!use.issuer.empty()) issuers_[place] = use.issuer;
  if (!is_person(use.type)) remember_id(use.id, place);
  if (holder.kind == Kind::Place) {
    workloads_[place] = use.workload;
    if (use.home_agent) homes_.insert(place);
    if (use.endpoint) endpoints_.insert(place);
  }
}

void Follower::remember_id(const std::string& id, std::size_t place) {
  if (id.empty()) return;
  auto& places = ids_[id];
  if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
}

void Follower::add_source(Node& holder, const Use& use) const {
  for (Source& source : holder.sources) {
    if (source.address == use.source) return source.usage.add(use);
  }
  Source source{use.source, own_.note(use.source), {}};
  source.usage.add(use);
  holder.sources.push_back(std::move(source));
}

void Follower::place_unused(const std::string& key, const Deed& deed) {
  if (trail_.by_key.count(key) != 0 || deed.type == "AWSService") return;
  std::size_t place = 0;
  if (deed.name == "CreateAccessKey") {
    place = node(Kind::Key, "key:" + key);
    user_of({}, deed.account, deed.user_name, {}, deed.at);
    at(place).principal = "arn:aws:iam::" + deed.account + ":user/" + deed.user_name;
  } else {
    const std::string arn = deed.issued_arn.empty() ? deed.arn : deed.issued_arn;
    place = node(Kind::Session, session_id(arn, deed.at));
    if (at(place).arn.empty()) at(place).arn = arn;
    if (at(place).session.empty() && !deed.issued_arn.empty()) {
      at(place).session = findings::spoken_name(deed.issued_arn);
    }
  }
  Node& holder = at(place);
  if (holder.account.empty()) holder.account = account_in(holder.arn);
  if (holder.account.empty()) holder.account = deed.account;
  if (!holder.made) holder.made = deed.at;
  if (holder.source_identity.empty()) holder.source_identity = deed.source_identity;
  hold_key(place, key);
  holder.unused_keys.push_back(key);
}

void Follower::place_made(const Deed& deed) {
  if (deed.name == "CreateUser") {
    const std::size_t user =
        user_of(deed.user_arn, deed.account, deed.user_name, deed.user_id, deed.at);
    at(user).made = deed.at;
  }
  if (deed.name == "RunInstances" && deed.type != "AWSService") {
    for (const std::string& id : deed.instances) at(instance_of(deed.account, id)).made = deed.at;
  }
  if (starts(deed.name, "CreateFunction")) {
    at(function_of(deed.account, findings::spoken_name(deed.function))).made = deed.at;
  }
  if (deed.name == "ConsoleLogin" && is_person(deed.type)) {
    user_of(deed.arn, deed.account, deed.user_name, deed.id, deed.at);
    // The session may say that it began a second before or after.
    std::optional<std::size_t> known = find(session_id(deed.arn, deed.at));
    for (const std::int64_t slip : {kSecond, -kSecond}) {
      if (!known) known = find(session_id(deed.arn, Time{deed.at.micros + slip}));
    }
    const std::size_t place = known ? *known : node(Kind::SignIn, session_id(deed.arn, deed.at));
    Node& session = at(place);
    session.arn = session.principal = deed.arn;
    session.account = deed.account;
    if (!session.made) session.made = deed.at;
    session.mfa = session.mfa || deed.mfa == "Yes";
    types_[place] = deed.type;
    console_.insert(place);
    if (session.sources.empty()) {
      session.sources.push_back({deed.source, own_.note(deed.source), {}});
    }
  }
}

void Follower::place_caller(const Deed& deed) {
  if (deed.issued_key.empty() && !is_of_portal(deed)) return;
  if (deed.type == "AWSAccount") {
    if (caller_of(deed)) return;
    Node& outsider = at(node(Kind::Outsider, "outsider:" + deed.id));
    outsider.name = deed.id;
    outsider.principal = deed.principal;
    const auto parts = split(deed.principal, ':');
    outsider.account = std::string(parts.front());
    add_place(outsider, deed);
  } else if (is_provider(deed)) {
    Node& provider = at(node(Kind::Provider, provider_id(deed)));
    provider.name = deed.principal.empty() ? deed.user_name : deed.principal;
    provider.principal = deed.principal;
    provider.type = deed.type;
    provider.account = deed.account;
    add_place(provider, deed);
  }
}

void Follower::add_place(Node& holder, const Deed& deed) const {
  for (const Source& source : holder.sources) {
    if (source.address == deed.source) return;
  }
  holder.sources.push_back({deed.source, own_.note(deed.source), {}});
}

bool Follower::is_provider(const Deed& deed) {
  return deed.key.empty() && (deed.type == "SAMLUser" || deed.type == "WebIdentityUser" ||
                              deed.type == "IdentityCenterUser" || deed.type == "Unknown");
}

std::string Follower::provider_id(const Deed& deed) {
  return "provider:" + (deed.principal.empty() ? deed.user_name : deed.principal);
}

void Follower::place_minted(const Use& use) {
  if (trail_.by_key.count(use.key) != 0 && minted_.count(use.key) == 0) {
    // A service used a key that was also used directly: the use counts where the key is.
    Node& holder = at(trail_.by_key.find(use.key)->second);
    holder.usage.add(use);
    if (const auto unused =
            std::find(holder.unused_keys.begin(), holder.unused_keys.end(), use.key);
        unused != holder.unused_keys.end()) {
      holder.unused_keys.erase(unused);
    }
    return;
  }
  const std::optional<std::size_t> owner = owner_of(use.arn, use.type, use.created, use.first);
  const std::size_t place =
      owner ? *owner
      : is_person(use.type)
          ? user_of(use.arn, use.account, use.principal, use.id, use.first)
          : node(Kind::Session, session_id(use.arn.empty() ? use.principal : use.arn, use.created));
  Node& holder = at(place);
  if (!owner && !is_person(use.type)) {
    holder.principal = use.principal;
    holder.arn = use.arn;
    holder.account = use.account;
    holder.session = use.session;
    if (!holder.made) holder.made = use.created;
    types_[place] = use.type;
  }
  const std::string service = use.via.substr(0, use.via.find(".amazonaws.com"));
  auto known = std::find_if(holder.minted.begin(), holder.minted.end(),
                            [&](const Minted& one) { return one.service == service; });
  if (known == holder.minted.end()) {
    known = holder.minted.insert(holder.minted.end(), Minted{service, 0, 0});
  }
  known->events += use.events;
  if (!minted_.insert(use.key).second) return;
  ++known->keys;
  holder.minted_keys.push_back(use.key);
  trail_.by_key.emplace(use.key, place);
}

std::optional<std::size_t> Follower::owner_of(const std::string& arn, const std::string& type,
                                              std::optional<Time> made, Time when) {
  if (is_person(type)) {
    return find(bearer_id(account_in(arn), findings::spoken_name(arn), {}, when));
  }
  if (const auto exact = find(session_id(arn, made))) return exact;
  std::optional<std::size_t> best;
  const auto known = by_arn_.find(arn);
  if (arn.empty() || known == by_arn_.end()) return best;
  for (const std::size_t place : known->second) {
    const Node& one = trail_.nodes[place];
    if (begin_of(one).micros > when.micros) continue;
    if (!best || begin_of(trail_.nodes[*best]) < begin_of(one)) best = place;
  }
  return best;
}

Time Follower::begin_of(const Node& one) {
  return one.made ? *one.made : one.usage.first.value_or(Time{});
}

void Follower::name_kinds() {
  for (std::size_t place = 0; place < trail_.nodes.size(); ++place) {
    Node& one = at(place);
    if (one.kind == Kind::Session && is_person(types_[place]) &&
        (console_.count(place) != 0 || login_of(one) != nullptr)) {
      one.kind = Kind::SignIn;
    }
    switch (one.kind) {
      case Kind::Key:
        one.name = one.keys.empty() ? "" : one.keys.front();
        break;
      case Kind::SignIn:
        one.name = one.made ? second_of(*one.made) : "";
        break;
      case Kind::Session:
        one.name = is_person(types_[place]) ? findings::spoken_name(one.arn) : role_in(one.arn);
        if (one.name.empty()) one.name = one.principal;
        break;
      case Kind::Place:
        one.name = workloads_[place];
        break;
      default:
        break;
    }
  }
}

const Deed* Follower::login_of(const Node& session) const {
  if (!session.made) return nullptr;
  for (const std::int64_t slip : {std::int64_t{0}, -kSecond, kSecond}) {
    const auto found =
        logins_.find(session.arn + "|" + second_of(Time{session.made->micros + slip}));
    if (found != logins_.end()) return found->second;
  }
  return nullptr;
}

}  // namespace trailhound::triage
