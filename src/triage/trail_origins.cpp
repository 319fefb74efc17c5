// SPDX-License-Identifier: Apache-2.0
//
// Every node looks for where it comes from.
#include <algorithm>
#include <tuple>

#include "findings/words.hpp"
#include "triage/trail_follower.hpp"

namespace trailhound::triage {
namespace {

constexpr std::int64_t kSameMoment = kSecond;      // a session's date and the call that made it
constexpr std::int64_t kPortal = 5 * kSecond;      // from the portal's call to the session
constexpr std::int64_t kPasswordLife = 30 * kDay;  // in which a password set counts for a sign-in

bool near(std::optional<Time> one, Time other, std::int64_t most) {
  return one && std::abs(one->micros - other.micros) <= most;
}

}  // namespace

std::optional<std::size_t> Follower::caller_of(const Deed& deed) {
  if (deed.type == "AWSService") return std::nullopt;
  if (deed.type == "AWSAccount") {
    if (const Deed* copy = callers_copy(deed)) return caller_of(*copy);
    return std::nullopt;
  }
  if (is_instance(deed.workload)) {
    if (auto place = find(place_id(deed.account, deed.workload, deed.source))) return place;
  }
  if (!deed.key.empty()) {
    const auto [first, last] = trail_.by_key.equal_range(deed.key);
    if (first != last) return first->second;
  }
  if (is_person(deed.type)) {
    if (auto session = find(session_id(deed.arn, deed.created)); session && deed.created) {
      return session;
    }
    return find(bearer_id(account_in(deed.arn), findings::spoken_name(deed.arn), deed.id, deed.at));
  }
  if (is_provider(deed)) return find(provider_id(deed));
  return owner_of(deed.arn, deed.type, deed.created, deed.at);
}

const Deed* Follower::callers_copy(const Deed& deed) const {
  const auto copies = shared_.find(deed.shared_id);
  if (deed.shared_id.empty() || copies == shared_.end()) return nullptr;
  for (const Deed* copy : copies->second) {
    if (copy->type != "AWSAccount" && copy->type != "AWSService") return copy;
  }
  return nullptr;
}

bool Follower::leads_back(std::size_t from, std::size_t to) const {
  std::set<std::size_t> met;
  for (std::size_t place = from; met.insert(place).second;) {
    if (place == to) return true;
    const auto& origin = trail_.nodes[place].origin;
    if (!origin) return false;
    place = origin->from;
  }
  return true;
}

bool Follower::link(std::size_t place, std::optional<std::size_t> from, Proof proof,
                    const Deed* deed, std::string words) {
  if (!from || leads_back(*from, place)) return false;
  Origin origin{*from, proof, {}, std::move(words), begin_of(at(place))};
  if (deed != nullptr) {
    origin.event_id = deed->event_id;
    origin.at = deed->at;
  }
  at(place).origin = std::move(origin);
  return true;
}

bool Follower::before_logs(const Node& one) const {
  return one.made && links_.held.first && *one.made < *links_.held.first;
}

void Follower::find_origin(std::size_t place) {
  switch (at(place).kind) {
    case Kind::User:
      return origin_of_user(place);
    case Kind::Key:
      return origin_of_key(place);
    case Kind::SignIn:
      return origin_of_sign_in(place);
    case Kind::Session:
      return origin_of_session(place);
    case Kind::Instance:
      return origin_of_instance(place);
    case Kind::Place:
      return origin_of_place(place);
    case Kind::Function:
      return origin_of_function(place);
    case Kind::Outsider:
      return origin_of_outsider(place);
    case Kind::Provider:
      at(place).end = "signed in at an identity provider, outside CloudTrail";
      return;
  }
}

void Follower::origin_of_user(std::size_t place) {
  if (const Deed* birth = birth_of(place)) {
    if (link(place, caller_of(*birth), Proof::Proven, birth, birth->name)) return;
    at(place).end = "made by " + maker_words(*birth);
    return;
  }
  at(place).end = "before the logs";
}

const Deed* Follower::birth_of(std::size_t user) const {
  const auto births = births_.find(user_id(trail_.nodes[user].account, trail_.nodes[user].name));
  if (births == births_.end()) return nullptr;
  for (const Deed* birth : births->second) {
    if (birth->user_id == trail_.nodes[user].id) return birth;
  }
  return trail_.nodes[user].namesakes == 0 ? births->second.front() : nullptr;
}

std::string Follower::maker_words(const Deed& deed) {
  return deed.principal.empty() ? "an unknown caller" : findings::spoken_name(deed.principal);
}

std::size_t Follower::user_behind(std::size_t place) {
  const Node& one = at(place);
  return user_of(one.arn, one.account, one.principal, {}, begin_of(one));
}

std::size_t Follower::setter_or_user(const Deed& deed, std::size_t user) {
  const std::optional<std::size_t> setter = caller_of(deed);
  if (!setter || *setter == user) return user;
  const Deed* birth = birth_of(user);
  if (birth != nullptr && birth->principal == deed.principal) return user;
  return *setter;
}

void Follower::origin_of_key(std::size_t place) {
  const std::string key = at(place).name;
  const Deed* deed = deed_of_key(key);
  if (deed == nullptr) {
    const std::size_t user = user_behind(place);
    link(place, user, Proof::Proven, nullptr, "its key");
    at(place).end =
        birth_of(user) != nullptr ? "its CreateAccessKey is in no log held" : "before the logs";
    return;
  }
  const std::size_t user = user_of(at(place).arn, deed->account, deed->user_name, {}, deed->at);
  link(place, setter_or_user(*deed, user), Proof::Proven, deed, deed->name);
}

void Follower::origin_of_sign_in(std::size_t place) {
  const std::size_t user = user_behind(place);
  const Deed* login = login_of(at(place));
  if (login == nullptr) {
    link(place, user, Proof::Proven, nullptr, "its sign-in");
    at(place).end = before_logs(at(place)) ? "before the logs"
                                           : "its sign-in is in no log held, which are of " +
                                                 join(links_.held.regions, ", ");
    return;
  }
  if (login->mfa == "No") at(place).marks.push_back({"without MFA", "", login->event_id, false});
  std::size_t from = user;
  const Deed* setter = nullptr;
  if (const auto set = passwords_.find(user_id(at(user).account, at(user).name));
      set != passwords_.end()) {
    for (const Deed* deed : set->second) {
      const std::string whose = bearer_id(at(user).account, at(user).name, {}, deed->at);
      if (find(whose) != user) continue;  // an earlier user of this name
      if (deed->at <= login->at && login->at.micros - deed->at.micros <= kPasswordLife) {
        setter = deed;
      }
    }
  }
  if (setter != nullptr) from = setter_or_user(*setter, user);
  std::string words = "ConsoleLogin";
  if (setter != nullptr && setter->principal != at(user).principal) {
    words += ", password set by " + setter->name + " at " + format_iso(setter->at).substr(11, 8);
  }
  if (!link(place, from, Proof::Proven, login, words)) {
    link(place, user, Proof::Proven, login, words);
  }
}

void Follower::origin_of_session(std::size_t place) {
  const Deed* deed = nullptr;
  for (const std::string& key : at(place).keys) {
    if (deed == nullptr) deed = deed_of_key(key);
  }
  if (deed != nullptr) return origin_by(place, *deed);
  if (is_person(types_[place])) {
    link(place, user_behind(place), Proof::Proven, nullptr, "its temporary session");
    at(place).end =
        before_logs(at(place)) ? "before the logs" : "its GetSessionToken is in no log held";
    return;
  }
  if (types_[place] == "FederatedUser" && issuers_.count(place) != 0) {
    link(place, user_of(issuers_[place], {}, {}, {}, begin_of(at(place))), Proof::Proven, nullptr,
         "issuer of the federated session");
    at(place).end = "its GetFederationToken is in no log held";
    return;
  }
  if (origin_by_moment(place)) return;
  if (!at(place).made) {
    at(place).end = "no session context says when it was made";
  } else if (before_logs(at(place))) {
    at(place).end = "before the logs";
  } else {
    at(place).end = "its AssumeRole is in no log held: another account's, or another region's";
  }
  if (!at(place).source_identity.empty()) {
    at(place).end += " (sourceIdentity " + at(place).source_identity + ")";
  }
}

void Follower::origin_by(std::size_t place, const Deed& deed) {
  const Deed* copy = deed.type == "AWSAccount" ? callers_copy(deed) : nullptr;
  std::string words = deed.name + (copy != nullptr ? ", one event in two accounts" : "");
  if (link(place, caller_of(deed), Proof::Proven, copy != nullptr ? copy : &deed, words)) return;
  if (deed.type == "AWSService") {
    at(place).end = "assumed by " + deed.principal;
    return;
  }
  if (deed.type == "AWSAccount") {
    link(place, find("outsider:" + deed.id), Proof::Proven, &deed, deed.name);
    return;
  }
  at(place).end = deed.name + " by " + maker_words(deed) + ", whose credential is not told";
}

bool Follower::origin_by_moment(std::size_t place) {
  const Node& one = at(place);
  if (!one.made) return false;
  if (const auto assumed = assumed_.find(one.arn); assumed != assumed_.end()) {
    for (const Deed* deed : assumed->second) {
      if (!near(one.made, deed->at, kSameMoment)) continue;
      if (deed->type == "AWSService") {
        at(place).end = "assumed by " + deed->principal;
        return true;
      }
      const Time made = *one.made;
      if (link(place, caller_of(*deed), Proof::Inferred, deed,
               "same role, name and second as " + deed->name + " at " + format_iso(made))) {
        return true;
      }
    }
  }
  if (const Deed* deed = portal_of(one)) {
    if (link(place, caller_of(*deed), Proof::Inferred, deed,
             "the same role was handed out by " + deed->name + " at that time")) {
      return true;
    }
  }
  if (const Deed* login = login_of(one)) {
    at(place).end = "signed in through an identity provider, ConsoleLogin " +
                    std::string(findings::short_id(login->event_id));
    return true;
  }
  return false;
}

bool Follower::is_of_portal(const Deed& deed) {
  return deed.name == "GetRoleCredentials" || deed.name == "Federate";
}

const Deed* Follower::portal_of(const Node& session) const {
  // A permission set's role is called by the set's name, between this and sixteen digits.
  static constexpr std::string_view kBegin = "AWSReservedSSO_";
  const std::string role = role_in(session.arn);
  if (!role.starts_with(kBegin)) return nullptr;
  const std::string set = role.substr(kBegin.size(), role.rfind('_') - kBegin.size());
  const auto distance = [&](const Deed& deed) {
    const bool from_there =
        std::any_of(session.sources.begin(), session.sources.end(),
                    [&](const Source& source) { return source.address == deed.source; });
    return std::make_tuple(!from_there, std::abs(session.made->micros - deed.at.micros));
  };
  const Deed* nearest = nullptr;
  const auto end = portal_.upper_bound({set, Time{session.made->micros + kPortal}});
  for (auto at = portal_.lower_bound({set, Time{session.made->micros - kPortal}}); at != end;
       ++at) {
    const Deed& deed = *at->second;
    if (!deed.role_account.empty() && deed.role_account != session.account) continue;
    if (nearest == nullptr || distance(deed) < distance(*nearest)) nearest = &deed;
  }
  return nearest;
}

void Follower::origin_of_instance(std::size_t place) {
  const auto launch = launched_.find(at(place).name);
  if (launch == launched_.end()) {
    at(place).end = "launched before the logs";
    return;
  }
  if (link(place, caller_of(*launch->second), Proof::Proven, launch->second, "RunInstances")) {
    return;
  }
  at(place).end = "launched by " + maker_words(*launch->second);
}

void Follower::origin_of_place(std::size_t place) {
  const std::size_t instance = instance_of(at(place).account, at(place).name);
  const Deed* deed = nullptr;
  for (const std::string& key : at(place).keys) {
    if (deed == nullptr) deed = deed_of_key(key);
  }
  link(place, instance, Proof::Proven, deed,
       deed != nullptr ? deed->name + " by " + maker_words(*deed) : "the session's name");
}

void Follower::origin_of_function(std::size_t place) {
  const auto made = functions_.find(function_id(at(place).account, at(place).name));
  if (made == functions_.end()) {
    at(place).end = "made before the logs";
    return;
  }
  if (!link(place, caller_of(*made->second), Proof::Proven, made->second, "CreateFunction")) {
    at(place).end = "made by " + maker_words(*made->second);
  }
}

void Follower::origin_of_outsider(std::size_t place) {
  const auto known = ids_.find(at(place).name);
  if (known != ids_.end()) {
    std::optional<std::size_t> best;
    for (const std::size_t other : known->second) {
      if (other == place) continue;
      if (!best || begin_of(at(*best)) < begin_of(at(other))) best = other;
    }
    if (link(place, best, Proof::Inferred, nullptr, "the same principal id in its own account")) {
      return;
    }
  }
  const auto& held = links_.held.accounts;
  const bool here = std::find(held.begin(), held.end(), at(place).account) != held.end();
  at(place).end =
      here ? "account " + at(place).account + " is in these logs, its record of this call is not"
           : "account " + at(place).account + ": its logs are not among these";
}

}  // namespace trailhound::triage
