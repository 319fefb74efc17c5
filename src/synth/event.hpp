// SPDX-License-Identifier: Apache-2.0
//
// Made-up events, written as CloudTrail writes them.
//
//   Caller alice = user_caller(account, "alice", key, "198.51.100.7", "aws-cli/2.15.30 ...");
//   Event made = event(alice, {.source = "s3.amazonaws.com", .name = "ListBuckets", .read = true},
//   when, random);
//
// Addresses are those reserved for documentation (RFC 5737) or private; account ids those of AWS's
// own examples; ids are random of the right form.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/time.hpp"
#include "synth/random.hpp"

namespace trailhound::synth {

using Members = Json::Object;

/// Who calls, from where, with what.
struct Caller {
  Json identity;         ///< userIdentity
  std::string account;   ///< recipientAccountId of its calls
  std::string address;   ///< sourceIPAddress
  std::string agent;     ///< userAgent
  bool console = false;  ///< The credentials came from a console session
};

/// What is called. Only what departs from the usual need be said.
struct Call {
  std::string source;
  std::string name;
  bool read = false;
  Json request;
  Json response;
  std::string error;
  std::string message;
  std::string region = "us-east-1";
  Json::Array resources;
  Json additional;
  Json details;                     ///< serviceEventDetails
  bool data = false;                ///< A data event
  std::string type = "AwsApiCall";  ///< eventType
  std::string shared_id;            ///< sharedEventID
};

/// One event, not yet delivered.
struct Event {
  Time time;
  std::string account;
  std::string region;
  std::string id;    ///< eventID
  std::string name;  ///< eventName, for the truth
  std::string json;
};

/// A role session: what AssumeRole gave to whoever holds it.
struct Session {
  std::string account;
  std::string role;     ///< Name, with its path if it has one: "aws-reserved/sso.amazonaws.com/…"
  std::string role_id;  ///< AROA…
  std::string name;     ///< Session name
  std::string key;      ///< ASIA…
  Time created;
  bool mfa = false;
  std::string source_identity;
  std::string web_provider;  ///< Federated provider of a web identity session
  std::string delivery;      ///< ec2RoleDelivery for instances
};

Caller user_caller(const std::string& account, const std::string& name, const std::string& id,
                   const std::string& key, std::string address, std::string agent);
/// A user at the console: temporary credentials of a sign-in.
Caller console_caller(const std::string& account, const std::string& name, const std::string& id,
                      const std::string& key, Time signed_in, bool mfa, std::string address);
Caller role_caller(const Session& session, std::string address, std::string agent);
Caller root_caller(const std::string& account, Time signed_in, bool mfa, std::string address);
Caller service_caller(const std::string& account, const std::string& service);
/// A principal of another account, as the account called sees it.
Caller outside_caller(const std::string& account, const std::string& outside_account,
                      const std::string& principal_id, std::string address, std::string agent);

/// The event of one call.
Event event(const Caller& caller, const Call& call, Time time, Random& random);
/// AssumeRole by `caller`, and the session that it gives. Its answer carries the session's key.
Event assume_role(const Caller& caller, Session& session, Time time, Random& random,
                  std::string_view region = "us-east-1");

std::string role_arn(const std::string& account, const std::string& role);
std::string user_arn(const std::string& account, const std::string& name);

}  // namespace trailhound::synth
