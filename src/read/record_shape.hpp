// SPDX-License-Identifier: Apache-2.0
//
// The shape of a proved event (event/shape.hpp) and what of it no column holds.
//
//   bool any = append_shape(tokens, item.begin, list, shape, extra);
#pragma once

#include <string>

#include "read/members.hpp"
#include "read/tokens.hpp"

namespace trailhound::read {

/// Appends the shape of the object at `object` and the JSON object of its keys without a column;
/// says whether there are any. `list` is working memory.
bool append_shape(const Tokens& tokens, Token object, MemberList& list, std::string& shape,
                  std::string& extra);

}  // namespace trailhound::read
