// SPDX-License-Identifier: Apache-2.0
//
// What a person means by a word: a key, a user, a role, an address, an event…
//
//   Entity entity = parse_entity("AKIAIOSFODNN7EXAMPLE");   // Form::Key
//   parse_entity("user:deploy");                            // Form::User: the kind was said
//   parse_entity("deploy");                                 // Form::Name: the logs must tell
#pragma once

#include <string>
#include <string_view>

namespace trailhound::triage {

/// What the text itself tells.
enum class Form {
  Key,       ///< An access key, or "…" and its last letters, as screens show it
  Arn,       ///< Of a user, role, session, anything
  Instance,  ///< "i-0abc…"
  Address,   ///< An address or a network
  Event,     ///< An eventID or its beginning, eight digits or more
  Account,   ///< Twelve digits
  User,
  Role,
  Session,
  Agent,
  Resource,
  Service,
  Name,  ///< None of these: the logs must tell
};

struct Entity {
  Form form = Form::Name;
  std::string text;
};

/// `user:bob` says the kind; else the text's own form does. The ARN or the address of a thing (a
/// bucket, an object, an instance, a key of KMS…) means the thing, as requests call it where that
/// is known.
Entity parse_entity(std::string_view text);

/// "access key", "user", …
std::string_view name_of(Form form);

}  // namespace trailhound::triage
