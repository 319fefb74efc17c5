// SPDX-License-Identifier: Apache-2.0
//
// The Athena front end: a question in SQL, as people publish it, in; the common tree out.
//
//   std::vector<Error> notices;
//   TRY(sql::Query query, athena::parse(text, {.parameters = {{"year", "2024"}}}, notices));
//   show(notices);  // what was repaired, and how the repaired text reads
//
// Understands every SELECT of Athena engine 3 (Trino) and refuses other statements by name. Slips
// that can mean one thing only are repaired (slips.hpp); placeholders get their values, or ask for
// them by name (placeholders.hpp). Values are put into the tree as literals, never read as SQL.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/ast.hpp"

namespace trailhound::athena {

/// Whose SQL it is. The grammar is one; Lake's tables are event data stores.
enum class Dialect { Athena, Lake };

/// What a question may be given along.
struct Options {
  Dialect dialect = Dialect::Athena;
  std::map<std::string, std::string> parameters;  ///< {"accesskeyid", "AKIA..."}
  /// Whether the logs hold one account only: then `cloudtrail_000000000000` stands for that one.
  bool single_account = false;
  /// Whether texts and tables may stand for others ('####', <region>, DATABASE.TABLE). Off for
  /// questions that the program makes itself: there `xxxx` is what somebody's agent is called.
  bool stand_ins = true;
  std::string name = "query";  ///< What errors call the text.
};

/// Reads one SELECT. Notices are errors that stopped nothing: repairs, hints, unused parameters.
Result<sql::Query> parse(std::string_view text, const Options& options,
                         std::vector<Error>& notices);

/// Reads one expression, without repairs and parameters: for rules and tests.
Result<sql::Expr> parse_expression(std::string_view text);

}  // namespace trailhound::athena
