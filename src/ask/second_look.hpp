// SPDX-License-Identifier: Apache-2.0
//
// What an answer does not say by itself: that an action's name occurs nowhere but nearly matches
// one that does, and how many rows escaped a test because AWS spells the same thing in several
// ways.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sql/ast.hpp"
#include "sql/bind.hpp"

namespace trailhound::ask {

using NameSet = std::set<std::string, std::less<>>;

/// Whether every action's name that is compared with `=` or IN occurs.
bool all_occur(std::span<const sql::ComparedLiteral> literals, const NameSet& names);
/// A hint for each that does not, but nearly does.
void near_misses(std::span<const sql::ComparedLiteral> literals, const NameSet& names,
                 const std::string& source, std::vector<Error>& hints);

/// A spelling of a denial, and how many rows have it.
struct Spelling {
  std::string code;  ///< "" stands for no errorcode at all
  std::uint64_t rows = 0;
};
/// For a question that tests errorcode for a spelling of denial: one that counts the denials that
/// this test leaves out, by errorcode. Unset for all others.
std::optional<sql::Query> ask_for_other_spellings(const sql::Query& query);
/// What to say of them.
Error escapes(const std::vector<Spelling>& spellings);
/// The question's text again.
std::string sql_text(const sql::Query& query);

}  // namespace trailhound::ask
