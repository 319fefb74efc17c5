// SPDX-License-Identifier: Apache-2.0
//
// The trail: which credential came out of which, up to where it began and down to all it led to.
//
//   Trail trail = follow(links, site);
//   for (std::size_t place : trail.of_key("ASIA...")) {
//     while (trail.nodes[place].origin) place = trail.nodes[place].origin->from;   // up
//   }
//
// A node is a holder of credentials (a user, an instance, a function, somebody outside) or a
// credential (a long-lived key, a sign-in, a session). Each has at most one origin. A link is
// proven where the records themselves name both ends: the key that a call issued, the id that two
// copies of a call share, the user that a call made, the sign-in of a console session's second. All
// else is inferred and says why. What has no origin says why not.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "findings/site.hpp"
#include "triage/links.hpp"

namespace trailhound::triage {

/// What a node is.
enum class Kind {
  User,      ///< An IAM user, or root
  Key,       ///< A long-lived key
  SignIn,    ///< A console session, with all keys that the console used in it
  Session,   ///< A role's or a temporary session
  Instance,  ///< A machine that has a role
  Place,     ///< Where an instance's credentials were used from
  Function,  ///< A function that has a role
  Outsider,  ///< An identity of an account of which there are no logs
  Provider,  ///< A person or workload as an identity provider names it
};

/// Whether records name both ends of a link.
enum class Proof { Proven, Inferred };

/// Where a node comes from.
struct Origin {
  std::size_t from = 0;
  Proof proof = Proof::Proven;
  std::string event_id;
  std::string words;  ///< "AssumeRole", "same role, name and second as AssumeRole"
  Time at;
};

/// How much something was used.
struct Usage {
  std::uint64_t events = 0, denied = 0;
  std::optional<Time> first, last;
  std::string event_id;  ///< Of the first event
  void add(const Use& use);
};

/// A place that a credential was used from.
struct Source {
  std::string address;
  std::string words;  ///< "yours: eipalloc-08a0", "office, yours"; may be empty
  Usage usage;
};

/// Keys that a service made to act for the caller.
struct Minted {
  std::string service;
  std::size_t keys = 0;
  std::uint64_t events = 0;
};

/// Something that looks as if it matters.
struct Mark {
  std::string word;    ///< "STOLEN"
  std::string reason;  ///< "SendCommand 6 s before"
  std::string event_id;
  bool inferred = false;
};

struct Node {
  Kind kind = Kind::Session;
  std::string name;       ///< "bert-jan", "deploy", "i-0abc", "2023-07-10T12:13:16Z"
  std::string principal;  ///< As the derived field says it
  std::string type;       ///< Of the identity: "WebIdentityUser"; a provider's only
  std::string arn, account;
  std::string session;  ///< Name of the session
  std::vector<std::string> keys, unused_keys;
  std::vector<std::string> minted_keys;
  std::optional<Time> made;  ///< When it was issued
  Usage usage;               ///< Direct calls
  std::vector<Source> sources;
  std::vector<Minted> minted;
  std::string id;             ///< principalId, a user's only
  std::size_t namesakes = 0;  ///< Other users, earlier or later ones, of the same name
  bool mfa = false;
  std::string source_identity, on_behalf_of;
  std::optional<Origin> origin;
  std::string end;  ///< Why there is no origin; empty where there is one
  std::vector<Mark> marks;
  std::vector<std::size_t> children;  ///< In order of time
};

/// All nodes of a set of logs.
struct Trail {
  std::vector<Node> nodes;
  Held held;
  std::multimap<std::string, std::size_t, std::less<>> by_key;  ///< Minted ones too

  std::vector<std::size_t> of_key(std::string_view key) const;
  /// From the topmost down to, and with, this node.
  std::vector<std::size_t> path_to(std::size_t node) const;
  /// This node and all below it.
  std::vector<std::size_t> below(std::size_t node) const;
  /// The moment at which a node begins to matter.
  Time begin_of(std::size_t node) const;
};

/// Follows every link. The site may be null.
Trail follow(const Links& links, const findings::Site* site);

}  // namespace trailhound::triage
