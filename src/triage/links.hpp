// SPDX-License-Identifier: Apache-2.0
//
// What a trail is made of: how each credential was used, and the calls that made, handed out or
// reached for one.
//
//   TRY(Links links, read_links(desk));            // two questions
//   for (const Deed& deed : links.deeds) if (deed.issued_key == key) ...
//
// Both are small beside the logs: a row for each credential and place, a row for each such call.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/rows.hpp"
#include "findings/own_places.hpp"

namespace trailhound::triage {

/// Whoever called, as the records name them.
struct Caller {
  std::string account;    ///< Of the events
  std::string principal;  ///< As the derived field says it
  std::string type;       ///< Of the identity: "AssumedRole"
  std::string arn;        ///< Of the caller, of the session for roles
  std::string id;         ///< principalId
  std::string key, session, workload;
  std::string via;  ///< The service that called on the caller's behalf; empty for direct calls
  std::string source;
  std::optional<Time> created;  ///< Of the session
};

/// How one key was used from one place; calls without a key are grouped likewise.
struct Use : Caller {
  std::string issuer;  ///< ARN of the session's issuer
  std::string source_identity, on_behalf_of;
  bool mfa = false;         ///< The session was made with MFA
  bool console = false;     ///< The console called
  bool home_agent = false;  ///< An agent that lives on the instance called from here
  bool endpoint = false;    ///< All calls came through a VPC endpoint
  Time first, last;
  std::uint64_t events = 0, denied = 0;
  std::string event_id;  ///< Of the first event
  std::vector<std::string> regions;
};

/// A call that worked and that a trail leads through.
struct Deed : Caller {
  Time at;
  std::string event_id, shared_id, name, action, region, agent;
  std::string issued_key;
  std::string issued_arn;    ///< Of the session that was made: "…:assumed-role/deploy/ci"
  std::string role;          ///< ARN or name of the role that was taken, or handed on
  std::string role_account;  ///< Of a role that the portal of Identity Center handed out
  std::string user_arn, user_name, user_id;  ///< Whom it was done for
  std::string source_identity;
  std::string address;                 ///< That was allocated
  std::string allocation;              ///< Of the address
  std::string function;                ///< That was made, or given code
  std::vector<std::string> instances;  ///< That were launched, or reached for
  std::string mfa;                     ///< Of a sign-in: "Yes", "No"
};

/// What the logs hold, in short.
struct Held {
  std::optional<Time> first, last;
  std::uint64_t events = 0;
  std::vector<std::string> accounts, regions;
};

struct Links {
  std::vector<Use> uses;
  std::vector<Deed> deeds;  ///< In order of time
  Held held;                ///< Counted over the uses
};

/// The questions.
std::string_view uses_statement();
std::string deeds_statement();
/// The actions that a trail leads through.
std::vector<std::string> deed_names();

Result<std::vector<Use>> read_uses(engine::Rows& rows);
Result<std::vector<Deed>> read_deeds(engine::Rows& rows);

/// Asks both. The desk must leave doubles out.
Result<Links> read_links(ask::Desk& desk);
/// What it asks; a lake keeps the answers by days.
ask::Question uses_question();
ask::Question deeds_question();

/// Puts together what was asked of some days and of others: each use once, in order of time.
std::vector<Use> put_together(std::vector<Use> uses);

}  // namespace trailhound::triage
