// SPDX-License-Identifier: Apache-2.0
//
// Who is behind a principal: follows credentials, users and instances back to whoever made them.
//
//   Actors actors(births);                      // what Actors::statement() gave
//   Actor actor = actors.behind(finding);       // the session of a role → the user who assumed it
//
// Only proven links are followed: an access key to the call that issued it, a user to its
// CreateUser, an instance's session to its RunInstances, a console session to a password that was
// set from the same address within a day. What AWS services assume or start for themselves links to
// nobody: the role is then its own actor.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "engine/rows.hpp"
#include "findings/finding.hpp"

namespace trailhound::findings {

/// A call that made something which then acts: a key, a user, an instance.
struct Birth {
  Time at;
  std::string event_id, event_name;
  std::string principal, key, session, account, source;  ///< Of the caller
  std::string issued_key;
  std::string user_arn, user_name;
  std::vector<std::string> instances;
};

/// Who is behind it all.
struct Actor {
  std::string id;       ///< The same for all that it is behind
  std::string name;     ///< "jmerckle", "root", "role deploy", "delivery.logs.amazonaws.com"
  std::string account;  ///< Empty for services
  bool service = false;
  friend bool operator==(const Actor& a, const Actor& b) { return a.id == b.id; }
};

/// Whether this principal is AWS acting for itself.
bool is_service(std::string_view principal);

/// Follows links to their root.
class Actors {
 public:
  Actors() = default;
  explicit Actors(const std::vector<Birth>& births);

  /// The question that gives the births.
  static std::string_view statement();
  static Result<std::vector<Birth>> read(engine::Rows& rows);

  Actor behind(const Finding& finding) const;
  /// The call that issued this key, if it was seen.
  const Birth* birth_of_key(std::string_view key) const;

 private:
  struct Caller {
    std::string principal, key, session, account;
  };
  const Birth* maker_of(const Caller& caller) const;

  std::vector<Birth> births_;
  std::unordered_map<std::string, std::size_t> by_key_, by_user_, by_instance_, by_password_;
};

}  // namespace trailhound::findings
