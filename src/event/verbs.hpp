// SPDX-License-Identifier: Apache-2.0
//
// What an action does, as its name tells: verbs.def says it for single actions and for verbs.
//
//   verb_class("iam.amazonaws.com", "CreateAccessKey");         // Verb::Grant
//   word(verb_class("ec2.amazonaws.com", "DescribeInstances"))  // "list"
//
// A version suffix (CreateFunction20150331) is cut first. Names of no known verb are changes: an
// unknown action should rather be looked at than passed over.
#pragma once

#include <cstdint>
#include <string_view>

namespace trailhound::event {

enum class Verb : std::uint8_t {
  Read,    ///< Reads one thing
  List,    ///< Lists or describes many
  Secret,  ///< Gives out a secret: a secret's value, a parameter, a password
  Data,    ///< Moves data: objects, items, messages, ciphertext
  Grant,   ///< Gives rights or credentials, or opens a resource
  Hide,    ///< Switches recording or protection off, or narrows it
  Delete,  ///< Removes
  Create,  ///< Makes
  Change,  ///< Changes otherwise
  Run,     ///< Starts code or machines
  Assume,  ///< Takes a role or session
  SignIn,  ///< Signs in
};

Verb verb_class(std::string_view event_source, std::string_view event_name);
/// "read", "list", … "sign-in"
std::string_view word(Verb verb);
/// "CreateFunction" of "CreateFunction20150331", "CreateDistribution" of
/// "CreateDistribution2020_05_31".
std::string_view without_version(std::string_view event_name);

}  // namespace trailhound::event
