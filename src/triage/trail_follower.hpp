// SPDX-License-Identifier: Apache-2.0
//
// How a trail is followed, in four steps: uses become nodes; calls that made something become nodes
// where it was never used; keys that services made for a caller are counted at the caller; then
// every node looks for its origin. A key's maker is found by the key alone, so the order of the
// steps decides nothing else.
//
//   Trail trail = Follower(links, site).follow();
//
// Inside triage/: others call follow() of trail.hpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "findings/own_places.hpp"
#include "triage/trail.hpp"

namespace trailhound::triage {

inline bool starts(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}
inline bool is_instance(std::string_view workload) {
  return starts(workload, "i-") || starts(workload, "mi-");
}
inline bool is_person(std::string_view type) { return type == "IAMUser" || type == "Root"; }
/// Of an ARN.
std::string account_in(std::string_view arn);
std::string second_of(Time time);
/// The name of the role in "…:assumed-role/deploy/ci" or "…:role/path/deploy".
std::string role_in(std::string_view arn);

class Follower {
 public:
  Follower(const Links& links, const findings::Site* site) : links_(links), own_{site} {}
  Trail follow();

 private:
  using Deeds = std::vector<const Deed*>;

  // What was done, by what it is found by.

  void index_deeds();

  // A name that is given to a new user is another user's.

  struct Bearer {
    std::string id;  ///< principalId
    Time begin;      ///< Made, or first seen
  };
  void meet_bearer(const std::string& user, const std::string& id, Time when);
  void learn_bearers();
  /// Who bore a name: the one of this principalId, else the last that had it by then; null where
  /// the logs name nobody.
  const Bearer* bearer_of(const std::string& user, const std::string& id,
                          std::optional<Time> when) const;
  /// The id of the node of whoever bore a name then.
  std::string bearer_id(std::string_view account, std::string_view name, const std::string& id,
                        std::optional<Time> when) const;
  void learn_addresses();
  const Deed* deed_of_key(const std::string& key) const;

  // Nodes and their names.

  std::size_t node(Kind kind, const std::string& id);
  Node& at(std::size_t place) { return trail_.nodes[place]; }
  std::optional<std::size_t> find(const std::string& id) const;
  static std::string user_id(std::string_view account, std::string_view name);
  static std::string function_id(std::string_view account, std::string_view name);
  static std::string session_id(const std::string& arn, std::optional<Time> made);
  static std::string place_id(const std::string& account, const std::string& workload,
                              const std::string& source);
  /// The user or root behind an ARN of one, or else behind a name, at a time.
  std::size_t user_of(const std::string& arn, const std::string& account,
                      const std::string& fallback, const std::string& id, std::optional<Time> when);
  std::size_t instance_of(const std::string& account, const std::string& id);
  std::size_t function_of(const std::string& account, const std::string& name);
  void hold_key(std::size_t place, const std::string& key);

  // Uses become nodes.

  /// The node of a credential, by who used it.
  std::size_t credential_of(const Use& use);
  void place(const Use& use);
  void remember_id(const std::string& id, std::size_t place);
  void add_source(Node& holder, const Use& use) const;

  // Calls that made something become nodes.

  /// A key that was issued and never used directly.
  void place_unused(const std::string& key, const Deed& deed);
  void place_made(const Deed& deed);
  /// Callers that stand outside all credentials of these logs.
  void place_caller(const Deed& deed);
  void add_place(Node& holder, const Deed& deed) const;
  static bool is_provider(const Deed& deed);
  static std::string provider_id(const Deed& deed);
  void place_minted(const Use& use);
  /// For whom a service's key was made: the user; of a role, the session.
  std::optional<std::size_t> owner_of(const std::string& arn, const std::string& type,
                                      std::optional<Time> made, Time when);
  static Time begin_of(const Node& one);
  /// What a session is, now that all of its keys are known; and the names of all.
  void name_kinds();
  const Deed* login_of(const Node& session) const;
  /// The call of the portal of Identity Center that handed out a session's role; may be null.
  const Deed* portal_of(const Node& session) const;
  static bool is_of_portal(const Deed& deed);

  // Links.

  /// Whose call it was. A service has no credential that leads anywhere.
  std::optional<std::size_t> caller_of(const Deed& deed);
  /// The record of the same call in the caller's own account.
  const Deed* callers_copy(const Deed& deed) const;
  bool leads_back(std::size_t from, std::size_t to) const;
  bool link(std::size_t place, std::optional<std::size_t> from, Proof proof, const Deed* deed,
            std::string words);
  bool before_logs(const Node& one) const;
  void find_origin(std::size_t place);
  void origin_of_user(std::size_t place);
  /// The call that made a user; null where the logs do not hold it.
  const Deed* birth_of(std::size_t user) const;
  static std::string maker_words(const Deed& deed);
  /// Whose credential it is.
  std::size_t user_behind(std::size_t place);
  /// A password or key that was set for a user: the setter, unless the user came from the same one.
  std::size_t setter_or_user(const Deed& deed, std::size_t user);
  void origin_of_key(std::size_t place);
  void origin_of_sign_in(std::size_t place);
  void origin_of_session(std::size_t place);
  void origin_by(std::size_t place, const Deed& deed);
  /// Without the key: a call that made a session of the same role and name in the same second.
  bool origin_by_moment(std::size_t place);
  void origin_of_instance(std::size_t place);
  void origin_of_place(std::size_t place);
  void origin_of_function(std::size_t place);
  void origin_of_outsider(std::size_t place);

  // What matters: an instance's credentials away from home.

  struct Machine {
    std::vector<std::size_t> places;
    bool has_agent = false, meets_people = false;
  };
  void mark_places();
  void mark_stolen(std::size_t place, bool people);
  void put_in_order();
  const Links& links_;
  findings::OwnPlaces own_;
  Trail trail_;
  std::unordered_map<std::string, std::size_t> nodes_;
  std::map<std::string, const Deed*> issued_, launched_, functions_, logins_;
  std::unordered_map<std::string, std::vector<Bearer>> bearers_;  ///< In order of time
  std::unordered_map<std::string, Deeds> shared_, assumed_, births_, passwords_, reached_;
  std::multimap<std::pair<std::string, Time>, const Deed*> portal_;  ///< By role and time
  std::unordered_map<std::string, std::vector<std::size_t>> by_arn_;
  std::set<std::string> people_, minted_;
  std::map<std::size_t, std::string> types_, issuers_, workloads_;
  std::set<std::size_t> console_, homes_, endpoints_;
  std::unordered_map<std::string, std::vector<std::size_t>> ids_;
};

}  // namespace trailhound::triage
