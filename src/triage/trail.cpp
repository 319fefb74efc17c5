// SPDX-License-Identifier: Apache-2.0
//
// In four steps: uses become nodes; calls that made something become nodes where it was never used;
// keys that services made for a caller are counted at the caller; then every node looks for its
// origin. A key's maker is found by the key alone, so the order of the steps decides nothing else.
#include "triage/trail.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "findings/actors.hpp"
#include "findings/finding.hpp"
#include "findings/words.hpp"

namespace trailhound::triage {
namespace {

constexpr std::int64_t kSameMoment = kSecond;  // a session's date and the call that made it
constexpr std::int64_t kReach = kHour;         // from a hand on an instance to its key elsewhere
constexpr std::int64_t kPortal = 5 * kSecond;  // from GetRoleCredentials to the session
constexpr std::int64_t kPasswordLife = 30 * kDay;  // in which a password set counts for a sign-in

bool starts(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}

bool is_long_lived(std::string_view key) { return starts(key, "AKIA"); }

std::string account_in(std::string_view arn) {
  const auto parts = split(arn, ':');
  return parts.size() > 4 ? std::string(parts[4]) : std::string{};
}

bool is_instance(std::string_view workload) {
  return starts(workload, "i-") || starts(workload, "mi-");
}

bool is_person(std::string_view type) { return type == "IAMUser" || type == "Root"; }

std::string second_of(Time time) { return format_iso(Time{time.micros / kSecond * kSecond}); }

void add_once(std::vector<std::string>& all, const std::string& text) {
  if (!text.empty() && std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

bool near(std::optional<Time> one, Time other, std::int64_t most) {
  return one && std::abs(one->micros - other.micros) <= most;
}

/// The name of the role in "…:assumed-role/deploy/ci" or "…:role/path/deploy".
std::string role_in(std::string_view arn) {
  const std::size_t assumed = arn.find(":assumed-role/");
  if (assumed == std::string_view::npos) return findings::spoken_name(arn);
  const auto parts = split(arn.substr(assumed + 1), '/');
  return parts.size() > 1 ? std::string(parts[1]) : std::string{};
}

class Follower {
 public:
  Follower(const Links& links, const findings::Site* site) : links_(links), site_(site) {}

  Trail follow() {
    trail_.held = links_.held;
    index_deeds();
    learn_addresses();
    for (const Use& use : links_.uses) {
      if (!use.key.empty() && use.via.empty()) place(use);
    }
    for (const auto& [key, deed] : issued_) place_unused(key, *deed);
    for (const Deed& deed : links_.deeds) place_made(deed);
    for (const Use& use : links_.uses) {
      if (!use.key.empty() && !use.via.empty()) place_minted(use);
    }
    for (const Deed& deed : links_.deeds) place_caller(deed);
    name_kinds();
    for (std::size_t place = 0; place < trail_.nodes.size(); ++place) find_origin(place);
    mark_places();
    put_in_order();
    return std::move(trail_);
  }

 private:
  using Deeds = std::vector<const Deed*>;

  // What was done, by what it is found by.

  void index_deeds() {
    for (const Deed& deed : links_.deeds) {
      if (!deed.shared_id.empty()) shared_[deed.shared_id].push_back(&deed);
      if (!deed.issued_key.empty()) {
        const auto [known, fresh] = issued_.emplace(deed.issued_key, &deed);
        // Of two accounts' copies, the caller's own knows who called.
        if (!fresh && known->second->type == "AWSAccount") known->second = &deed;
      }
      if (starts(deed.name, "AssumeRole") && !deed.issued_arn.empty()) {
        assumed_[deed.issued_arn].push_back(&deed);
      }
      if (deed.name == "CreateUser")
        births_[user_id(deed.account, deed.user_name)].push_back(&deed);
      if (deed.name == "CreateLoginProfile" || deed.name == "UpdateLoginProfile") {
        passwords_[user_id(deed.account, deed.user_name)].push_back(&deed);
      }
      if (deed.name == "GetRoleCredentials") portal_.push_back(&deed);
      if (deed.name == "RunInstances") {
        for (const std::string& id : deed.instances) launched_.emplace(id, &deed);
      } else {
        for (const std::string& id : deed.instances) reached_[id].push_back(&deed);
      }
      if (deed.name == "ConsoleLogin") logins_[deed.arn + "|" + second_of(deed.at)] = &deed;
      if (starts(deed.name, "CreateFunction")) {
        functions_.emplace(function_id(deed.account, findings::spoken_name(deed.function)), &deed);
      }
    }
  }

  void learn_addresses() {
    for (const Deed& deed : links_.deeds) {
      if (deed.name == "AllocateAddress" && !deed.address.empty()) {
        allocated_.emplace(deed.address, deed.allocation);
      }
    }
    for (const Use& use : links_.uses) {
      if (use.via.empty() && is_person(use.type)) people_.insert(use.source);
    }
  }

  const Deed* deed_of_key(const std::string& key) const {
    const auto found = issued_.find(key);
    return found == issued_.end() ? nullptr : found->second;
  }

  // Nodes and their names.

  std::size_t node(Kind kind, const std::string& id) {
    const auto [known, fresh] = nodes_.emplace(id, trail_.nodes.size());
    if (fresh) {
      trail_.nodes.emplace_back();
      trail_.nodes.back().kind = kind;
    }
    return known->second;
  }
  Node& at(std::size_t place) { return trail_.nodes[place]; }

  std::optional<std::size_t> find(const std::string& id) const {
    const auto found = nodes_.find(id);
    if (found == nodes_.end()) return std::nullopt;
    return found->second;
  }

  static std::string user_id(std::string_view account, std::string_view name) {
    return "user:" + std::string(account) + "/" + std::string(name);
  }
  static std::string function_id(std::string_view account, std::string_view name) {
    return "function:" + std::string(account) + "/" + std::string(name);
  }
  static std::string session_id(const std::string& arn, std::optional<Time> made) {
    return "session:" + arn + "|" + (made ? second_of(*made) : "");
  }
  static std::string place_id(const std::string& account, const std::string& workload,
                              const std::string& source) {
    return "place:" + account + "/" + workload + "|" + source;
  }

  /// The user or root behind an ARN of one.
  std::size_t user_of(const std::string& arn, const std::string& account,
                      const std::string& fallback = {}) {
    const std::string name = arn.empty() ? fallback : findings::spoken_name(arn);
    const std::string owner = arn.empty() ? account : account_in(arn);
    const std::size_t place = node(Kind::User, user_id(owner, name));
    Node& user = at(place);
    user.name = name;
    user.account = owner;
    if (!arn.empty()) user.arn = user.principal = arn;
    return place;
  }

  std::size_t instance_of(const std::string& account, const std::string& id) {
    const std::size_t place = node(Kind::Instance, "instance:" + account + "/" + id);
    at(place).name = id;
    at(place).account = account;
    return place;
  }

  std::size_t function_of(const std::string& account, const std::string& name) {
    const std::size_t place = node(Kind::Function, function_id(account, name));
    at(place).name = name;
    at(place).account = account;
    return place;
  }

  void hold_key(std::size_t place, const std::string& key) {
    if (key.empty()) return;
    Node& holder = at(place);
    if (std::find(holder.keys.begin(), holder.keys.end(), key) != holder.keys.end()) return;
    holder.keys.push_back(key);
    trail_.by_key.emplace(key, place);
  }

  // Uses become nodes.

  /// The node of a credential, by who used it.
  std::size_t credential_of(const Use& use) {
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

  void place(const Use& use) {
    if (is_person(use.type)) {
      const std::size_t user = user_of(use.arn, use.account, use.principal);
      add_once(at(user).ids, use.id);
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

  void remember_id(const std::string& id, std::size_t place) {
    if (id.empty()) return;
    auto& places = ids_[id];
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }

  std::string words_of_address(const std::string& address) const {
    const auto own = allocated_.find(address);
    if (own != allocated_.end()) return "yours: " + own->second;
    if (site_ != nullptr) {
      if (const auto name = site_->network_of(address); !name.empty()) {
        return std::string(name) + ", yours";
      }
    }
    return {};
  }

  void add_source(Node& holder, const Use& use) const {
    for (Source& source : holder.sources) {
      if (source.address == use.source) return source.usage.add(use);
    }
    Source source{use.source, words_of_address(use.source), {}};
    source.usage.add(use);
    holder.sources.push_back(std::move(source));
  }

  // Calls that made something become nodes.

  /// A key that was issued and never used directly.
  void place_unused(const std::string& key, const Deed& deed) {
    if (trail_.by_key.count(key) != 0 || deed.type == "AWSService") return;
    std::size_t place = 0;
    if (deed.name == "CreateAccessKey") {
      place = node(Kind::Key, "key:" + key);
      user_of({}, deed.account, deed.user_name);
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

  void place_made(const Deed& deed) {
    if (deed.name == "CreateUser") {
      const std::size_t user = user_of(deed.user_arn, deed.account, deed.user_name);
      add_once(at(user).ids, deed.user_id);
      at(user).made = deed.at;
    }
    if (deed.name == "RunInstances" && deed.type != "AWSService") {
      for (const std::string& id : deed.instances) at(instance_of(deed.account, id)).made = deed.at;
    }
    if (starts(deed.name, "CreateFunction")) {
      at(function_of(deed.account, findings::spoken_name(deed.function))).made = deed.at;
    }
    if (deed.name == "ConsoleLogin" && is_person(deed.type)) {
      user_of(deed.arn, deed.account, deed.user_name);
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
        session.sources.push_back({deed.source, words_of_address(deed.source), {}});
      }
    }
  }

  /// Callers that stand outside all credentials of these logs.
  void place_caller(const Deed& deed) {
    if (deed.issued_key.empty() && deed.name != "GetRoleCredentials") return;
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
      provider.account = deed.account;
      add_place(provider, deed);
    }
  }

  void add_place(Node& holder, const Deed& deed) const {
    for (const Source& source : holder.sources) {
      if (source.address == deed.source) return;
    }
    holder.sources.push_back({deed.source, words_of_address(deed.source), {}});
  }

  static bool is_provider(const Deed& deed) {
    return deed.key.empty() && (deed.type == "SAMLUser" || deed.type == "WebIdentityUser" ||
                                deed.type == "IdentityCenterUser" || deed.type == "Unknown");
  }
  static std::string provider_id(const Deed& deed) {
    return "provider:" + (deed.principal.empty() ? deed.user_name : deed.principal);
  }

  void place_minted(const Use& use) {
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
            ? user_of(use.arn, use.account, use.principal)
            : node(Kind::Session,
                   session_id(use.arn.empty() ? use.principal : use.arn, use.created));
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

  /// For whom a service's key was made: the user; of a role, the session.
  std::optional<std::size_t> owner_of(const std::string& arn, const std::string& type,
                                      std::optional<Time> made, Time when) {
    if (is_person(type)) return find(user_id(account_in(arn), findings::spoken_name(arn)));
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

  static Time begin_of(const Node& one) {
    return one.made ? *one.made : one.usage.first.value_or(Time{});
  }

  /// What a session is, now that all of its keys are known; and the names of all.
  void name_kinds() {
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

  const Deed* login_of(const Node& session) const {
    if (!session.made) return nullptr;
    for (const std::int64_t slip : {std::int64_t{0}, -kSecond, kSecond}) {
      const auto found =
          logins_.find(session.arn + "|" + second_of(Time{session.made->micros + slip}));
      if (found != logins_.end()) return found->second;
    }
    return nullptr;
  }

  // Links.

  /// Whose call it was. A service has no credential that leads anywhere.
  std::optional<std::size_t> caller_of(const Deed& deed) {
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
      return find(user_id(account_in(deed.arn), findings::spoken_name(deed.arn)));
    }
    if (is_provider(deed)) return find(provider_id(deed));
    return owner_of(deed.arn, deed.type, deed.created, deed.at);
  }

  /// The record of the same call in the caller's own account.
  const Deed* callers_copy(const Deed& deed) const {
    const auto copies = shared_.find(deed.shared_id);
    if (deed.shared_id.empty() || copies == shared_.end()) return nullptr;
    for (const Deed* copy : copies->second) {
      if (copy->type != "AWSAccount" && copy->type != "AWSService") return copy;
    }
    return nullptr;
  }

  bool leads_back(std::size_t from, std::size_t to) const {
    std::set<std::size_t> met;
    for (std::size_t place = from; met.insert(place).second;) {
      if (place == to) return true;
      const auto& origin = trail_.nodes[place].origin;
      if (!origin) return false;
      place = origin->from;
    }
    return true;
  }

  bool link(std::size_t place, std::optional<std::size_t> from, Proof proof, const Deed* deed,
            std::string words) {
    if (!from || leads_back(*from, place)) return false;
    Origin origin{*from, proof, {}, std::move(words), begin_of(at(place))};
    if (deed != nullptr) {
      origin.event_id = deed->event_id;
      origin.at = deed->at;
    }
    at(place).origin = std::move(origin);
    return true;
  }

  bool before_logs(const Node& one) const {
    return one.made && links_.held.first && *one.made < *links_.held.first;
  }

  void find_origin(std::size_t place) {
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

  void origin_of_user(std::size_t place) {
    const std::string id = user_id(at(place).account, at(place).name);
    if (const auto births = births_.find(id); births != births_.end()) {
      const Deed* birth = births->second.front();
      if (link(place, caller_of(*birth), Proof::Proven, birth, birth->name)) return;
      at(place).end = "made by " + maker_words(*birth);
      return;
    }
    at(place).end = "before the logs";
  }

  static std::string maker_words(const Deed& deed) {
    return deed.principal.empty() ? "an unknown caller" : findings::spoken_name(deed.principal);
  }

  /// A password or key that was set for a user: the setter, unless the user came from the same one.
  std::size_t setter_or_user(const Deed& deed, std::size_t user) {
    const std::optional<std::size_t> setter = caller_of(deed);
    if (!setter || *setter == user) return user;
    const auto births = births_.find(user_id(at(user).account, at(user).name));
    if (births != births_.end() && births->second.front()->principal == deed.principal) return user;
    return *setter;
  }

  void origin_of_key(std::size_t place) {
    const std::string key = at(place).name;
    const Deed* deed = deed_of_key(key);
    if (deed == nullptr) {
      const std::size_t user = user_of(at(place).arn, at(place).account, at(place).principal);
      link(place, user, Proof::Proven, nullptr, "its key");
      at(place).end = births_.count(user_id(at(user).account, at(user).name)) != 0
                          ? "its CreateAccessKey is in no log held"
                          : "before the logs";
      return;
    }
    const std::size_t user = user_of(at(place).arn, deed->account, deed->user_name);
    link(place, setter_or_user(*deed, user), Proof::Proven, deed, deed->name);
  }

  void origin_of_sign_in(std::size_t place) {
    const std::size_t user = user_of(at(place).arn, at(place).account, at(place).principal);
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

  void origin_of_session(std::size_t place) {
    const Deed* deed = nullptr;
    for (const std::string& key : at(place).keys) {
      if (deed == nullptr) deed = deed_of_key(key);
    }
    if (deed != nullptr) return origin_by(place, *deed);
    if (is_person(types_[place])) {
      link(place, user_of(at(place).arn, at(place).account, at(place).principal), Proof::Proven,
           nullptr, "its temporary session");
      at(place).end =
          before_logs(at(place)) ? "before the logs" : "its GetSessionToken is in no log held";
      return;
    }
    if (types_[place] == "FederatedUser" && issuers_.count(place) != 0) {
      link(place, user_of(issuers_[place], account_in(issuers_[place])), Proof::Proven, nullptr,
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

  void origin_by(std::size_t place, const Deed& deed) {
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

  /// Without the key: a call that made a session of the same role and name in the same second.
  bool origin_by_moment(std::size_t place) {
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
    const std::string role = role_in(one.arn);
    for (const Deed* deed : portal_) {
      const bool same_role = !deed->role.empty() && role.find(deed->role) != std::string::npos;
      if (!same_role || !near(one.made, deed->at, kPortal)) continue;
      if (link(place, caller_of(*deed), Proof::Inferred, deed,
               "the same role was handed out by GetRoleCredentials at that time")) {
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

  void origin_of_instance(std::size_t place) {
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

  void origin_of_place(std::size_t place) {
    const std::size_t instance = instance_of(at(place).account, at(place).name);
    const Deed* deed = nullptr;
    for (const std::string& key : at(place).keys) {
      if (deed == nullptr) deed = deed_of_key(key);
    }
    link(place, instance, Proof::Proven, deed,
         deed != nullptr ? deed->name + " by " + maker_words(*deed) : "the session's name");
  }

  void origin_of_function(std::size_t place) {
    const auto made = functions_.find(function_id(at(place).account, at(place).name));
    if (made == functions_.end()) {
      at(place).end = "made before the logs";
      return;
    }
    if (!link(place, caller_of(*made->second), Proof::Proven, made->second, "CreateFunction")) {
      at(place).end = "made by " + maker_words(*made->second);
    }
  }

  void origin_of_outsider(std::size_t place) {
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

  // What matters: an instance's credentials away from home.

  struct Machine {
    std::vector<std::size_t> places;
    bool has_agent = false, meets_people = false;
  };

  void mark_places() {
    std::map<std::string, Machine> machines;
    std::map<std::string, std::set<std::string>> machines_at;  // address → instances
    for (std::size_t place = 0; place < trail_.nodes.size(); ++place) {
      const Node& one = trail_.nodes[place];
      if (one.kind != Kind::Place || endpoints_.count(place) != 0) continue;
      const std::string address = one.sources.front().address;
      Machine& machine = machines[one.account + "/" + one.name];
      machine.places.push_back(place);
      machine.has_agent = machine.has_agent || homes_.count(place) != 0;
      machine.meets_people = machine.meets_people || people_.count(address) != 0;
      machines_at[address].insert(one.name);
    }
    for (const auto& [name, machine] : machines) {
      std::set<std::size_t> home;
      for (const std::size_t place : machine.places) {
        const std::string& address = trail_.nodes[place].sources.front().address;
        const bool shared = machines_at[address].size() > 1 && people_.count(address) == 0;
        if (homes_.count(place) != 0 || shared || allocated_.count(address) != 0)
          home.insert(place);
      }
      // Without a better sign, an instance's first address is its own, unless people use it.
      if (!machine.has_agent && !machine.meets_people) {
        home.insert(*std::min_element(
            machine.places.begin(), machine.places.end(), [&](std::size_t a, std::size_t b) {
              return trail_.nodes[a].usage.first < trail_.nodes[b].usage.first;
            }));
      }
      for (const std::size_t place : machine.places) {
        const bool people = people_.count(trail_.nodes[place].sources.front().address) != 0;
        if (home.count(place) == 0 && (!home.empty() || people)) mark_stolen(place, people);
      }
    }
  }

  void mark_stolen(std::size_t place, bool people) {
    Mark mark{"STOLEN",
              people ? "people sign calls from this address" : "not the instance's address",
              at(place).usage.event_id, false};
    at(place).marks.push_back(mark);
    const auto reached = reached_.find(at(place).name);
    if (reached == reached_.end() || !at(place).usage.first) return;
    const Deed* last = nullptr;
    for (const Deed* deed : reached->second) {
      const std::int64_t before = at(place).usage.first->micros - deed->at.micros;
      if (before >= 0 && before <= kReach) last = deed;
    }
    if (last == nullptr) return;
    const std::int64_t before = at(place).usage.first->micros - last->at.micros;
    at(place).marks.push_back(
        {last->name, before == 0 ? "in the same second" : format_duration(before) + " before",
         last->event_id, true});
  }

  void put_in_order() {
    for (std::size_t place = 0; place < trail_.nodes.size(); ++place) {
      if (const auto& origin = trail_.nodes[place].origin) {
        at(origin->from).children.push_back(place);
      }
    }
    for (Node& one : trail_.nodes) {
      std::stable_sort(one.children.begin(), one.children.end(), [&](std::size_t a, std::size_t b) {
        return begin_of(trail_.nodes[a]) < begin_of(trail_.nodes[b]);
      });
    }
  }

  const Links& links_;
  const findings::Site* site_;
  Trail trail_;
  std::unordered_map<std::string, std::size_t> nodes_;
  std::map<std::string, const Deed*> issued_, launched_, functions_, logins_;
  std::unordered_map<std::string, Deeds> shared_, assumed_, births_, passwords_, reached_;
  Deeds portal_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_arn_;
  std::map<std::string, std::string> allocated_;
  std::set<std::string> people_, minted_;
  std::map<std::size_t, std::string> types_, issuers_, workloads_;
  std::set<std::size_t> console_, homes_, endpoints_;
  std::unordered_map<std::string, std::vector<std::size_t>> ids_;
};

}  // namespace

void Usage::add(const Use& use) {
  if (!first || use.first < *first) {
    first = use.first;
    event_id = use.event_id;
  }
  if (!last || use.last > *last) last = use.last;
  events += use.events;
  denied += use.denied;
}

std::vector<std::size_t> Trail::of_key(std::string_view key) const {
  std::vector<std::size_t> places;
  for (auto [at, last] = by_key.equal_range(key); at != last; ++at) places.push_back(at->second);
  return places;
}

std::vector<std::size_t> Trail::path_to(std::size_t node) const {
  std::vector<std::size_t> path = {node};
  while (nodes[path.back()].origin) path.push_back(nodes[path.back()].origin->from);
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<std::size_t> Trail::below(std::size_t node) const {
  std::vector<std::size_t> all = {node};
  for (std::size_t at = 0; at < all.size(); ++at) {
    const std::vector<std::size_t>& children = nodes[all[at]].children;
    all.insert(all.end(), children.begin(), children.end());
  }
  return all;
}

Time Trail::begin_of(std::size_t node) const {
  const Node& one = nodes[node];
  return one.made ? *one.made : one.usage.first.value_or(Time{});
}

Trail follow(const Links& links, const findings::Site* site) {
  return Follower(links, site).follow();
}

}  // namespace trailhound::triage
