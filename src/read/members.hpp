// SPDX-License-Identifier: Apache-2.0
//
// The members of a proved object, known and unknown, each key once.
//
//   MemberList list;
//   std::size_t base = members_of(tokens, object, keys_of(Field::UserIdentity), list);
//   for (std::size_t i = base; i < list.size(); ++i) ...
//   list.resize(base);                                    // a list is shared by nested objects
#pragma once

#include <vector>

#include "read/keys.hpp"
#include "read/tokens.hpp"

namespace trailhound::read {

/// A member of an object.
struct Member {
  int member;  ///< In the key table; -1 for a key that it does not know
  Token key;   ///< The value stands two tokens on
};
using MemberList = std::vector<Member>;

/// Appends the members of the object at `object`. Of two equal keys the last holds, in the place of
/// the first; of two spellings of one member the first is it, the other is unknown.
std::size_t members_of(const Tokens& tokens, Token object, const KeyTable& table, MemberList& out);

}  // namespace trailhound::read
