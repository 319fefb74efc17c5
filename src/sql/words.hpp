// SPDX-License-Identifier: Apache-2.0
//
// The words that Trino's grammar keeps for itself.
//
//   is_reserved("select");  // true: as a name it must stand in double quotes
//   is_reserved("limit");   // false: Trino lets a column be called so
#pragma once

#include <span>
#include <string_view>

namespace trailhound::sql {

/// Whether a word in lower case cannot be a name unless quoted.
bool is_reserved(std::string_view word);
/// Whether printers should quote the word: reserved, or one that begins a form of its own.
bool wants_quotes(std::string_view word);

}  // namespace trailhound::sql
