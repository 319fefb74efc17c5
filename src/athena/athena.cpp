// SPDX-License-Identifier: Apache-2.0
#include "athena/athena.hpp"

#include <iterator>

#include "athena/lexer.hpp"
#include "athena/parser.hpp"
#include "athena/placeholders.hpp"
#include "athena/slips.hpp"

namespace trailhound::athena {
namespace {

/// Parses the text as it stands; only if that fails, as it is once its slips are mended. So a
/// repair never changes what is SQL already.
Result<sql::Query> read(std::string_view text, std::vector<Error>& notices) {
  TRY(Tokens tokens, lex(text, notices));
  std::vector<Error> on_the_way;
  Result<sql::Query> as_it_stands = Parser(tokens, on_the_way).statement();
  if (!as_it_stands.ok() && mend(tokens, notices)) {
    return Parser(std::move(tokens), notices).statement();
  }
  std::move(on_the_way.begin(), on_the_way.end(), std::back_inserter(notices));
  return as_it_stands;
}

Result<sql::Query> understand(std::string_view text, const Options& options,
                              std::vector<Error>& notices) {
  TRY(sql::Query query, read(text, notices));
  TRY(fill(query, options, notices));
  TRY(explain_slips(query, notices));
  return query;
}

}  // namespace

Result<sql::Query> parse(std::string_view text, const Options& options,
                         std::vector<Error>& notices) {
  const std::size_t before = notices.size();
  Result<sql::Query> query = understand(text, options, notices);
  for (std::size_t i = before; i < notices.size(); ++i) notices[i].source = options.name;
  if (!query.ok()) query.error().source = options.name;
  return query;
}

Result<sql::Expr> parse_expression(std::string_view text) {
  std::vector<Error> notices;
  TRY(Tokens tokens, lex(text, notices));
  return Parser(std::move(tokens), notices).lone_expression();
}

}  // namespace trailhound::athena
