// SPDX-License-Identifier: Apache-2.0
//
// Slips of published questions that show in the tokens alone.
//
//   if (mend(tokens, notices)) ...  // `orderby eventtime` is ORDER BY eventtime from here on
//
// For texts that are no SQL as they stand. A slip is mended only if nothing else can be meant; each
// repair leaves a notice with the fix. Slips that only the grammar can see (`FROM t
// AND x`, LIMIT before OFFSET) are mended by the parser, those of letters (typographic quotes) by
// the lexer; the ones that are explained and not mended are found in the tree by `explain_slips`.
#pragma once

#include <vector>

#include "athena/lexer.hpp"
#include "sql/ast.hpp"

namespace trailhound::athena {

/// Mends what is certain: words run together, commas missing between texts of an IN list, commas
/// with nothing behind them. Says whether anything was mended.
bool mend(Tokens& tokens, std::vector<Error>& notices);

/// Finds what is likely a slip: no FROM, text in double quotes (errors); a quote too many (a
/// notice).
Result<void> explain_slips(const sql::Query& query, std::vector<Error>& notices);

}  // namespace trailhound::athena
