// SPDX-License-Identifier: Apache-2.0
//
// What a person means by a word: a key, a user, a role, an address, an event…
//
//   Entity entity = parse_entity("AKIAIOSFODNN7EXAMPLE");   // Form::Key
//   parse_entity("user:deploy");                            // Form::User: the kind was said
//   parse_entity("deploy");                                 // Form::Name: the logs must tell
//   wrong_with(parse_entity("10.0.0.0/33"));                // "is no address or network"
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

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
  Principal,  ///< Whoever calls, by an id of IAM ("AIDA…", "AROA…:session"), of Identity Center, or
              ///< as the derived field says it where there is no ARN ("777788889999:AROA…")
  Name,  ///< None of these: the logs must tell
};

struct Entity {
  Form form = Form::Name;
  std::string text;
};

/// `user:bob` says the kind; else the text's own form does. The ARN or the address of a thing (a
/// bucket, an object, an instance, a key of KMS…) means the thing, as requests call it where that
/// is known. Addresses may be written as reports write them: "198[.]51[.]100[.]7".
Entity parse_entity(std::string_view text);

/// Why nothing in any log can be so called, as the end of a sentence; empty where something can.
std::string wrong_with(const Entity& entity);

/// The same, or `bad-entity`, which says that.
Result<Entity> entity_of(std::string_view word);

/// What the writer of a word that no log holds may have overlooked, as a sentence: that a kind is
/// none ("foo:bar"), how a network is written ("10.0."); empty if nothing comes to mind.
std::string advice_for(std::string_view word);

/// "access key", "user", …
std::string_view name_of(Form form);

}  // namespace trailhound::triage
