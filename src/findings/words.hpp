// SPDX-License-Identifier: Apache-2.0
//
// Words for telling: what a technique is called in a story's line, which tactic it serves.
//
//   const Words& words = words_of({"T1098.003", "T1548"});     // of the first that is known
//   words.word;                                                // "grants"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace trailhound::findings {

/// How to speak of a technique.
struct Words {
  std::string_view id;      ///< "T1098.003"; empty in the row for what is unknown
  std::string_view tactic;  ///< "privilege-escalation"; empty where unknown
  std::string_view word;    ///< "grants"
  std::string_view did;     ///< "gave itself rights"
};

/// The words of the first technique that has some; those of its parent where it has none.
const Words& words_of(std::span<const std::string> techniques);
/// The words of one technique.
const Words& words_of(std::string_view technique);

/// A name as people say it: the last part of an ARN's path, "root" for the root user, what the
/// provider calls a web identity ("repo:larkspur/shop:ref:refs/heads/main"), else itself.
std::string spoken_name(std::string_view principal);
/// What somebody is by the type of the identity, with the name: "IAM user bob", "root user",
/// "role deploy", "somebody of account 999988887777:AIDA…". Empty principal: "an unknown caller".
std::string caller_words(std::string_view principal, std::string_view type);
/// The first of these words alone: "IAM user"; empty where the type says nothing.
std::string_view kind_words(std::string_view type);

}  // namespace trailhound::findings
