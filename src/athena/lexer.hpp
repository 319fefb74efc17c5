// SPDX-License-Identifier: Apache-2.0
//
// The first stage of an Athena question: its tokens.
//
//   std::vector<Error> notices;
//   TRY(Tokens tokens, lex("select * from cloudtrail", notices));
//   draw(tokens);  // one token a line
//
// Comments and white space are left out. Words are not told apart from names here: which of them is
// a keyword depends on where it stands. Typographic quotes, backquotes, `==` and `&&` mean only one
// thing, so they are read as that, each with a notice. Whatever stands in `${...}` or `####` is one
// Placeholder token.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/span.hpp"

namespace trailhound::athena {

/// Bytes of a question that are let through.
inline constexpr std::size_t kMaxText = 1u << 20;

enum class TokenKind : std::uint8_t {
  Word,         ///< select, eventname: `text` in lower case
  QuotedName,   ///< "timestamp": `text` without quotes
  String,       ///< 'it''s': `text` is it's
  Unicode,      ///< U&'\00e9': `text` still holds the escapes
  Binary,       ///< X'6a': `text` is the digits
  Integer,      ///< 7
  Decimal,      ///< 7.5
  Double,       ///< 75e-1
  Glued,        ///< 2c963f: digits that run into letters; only good inside an event data store id
  Symbol,       ///< <=, ||, (
  Placeholder,  ///< $EDS_ID, ${date_filter}, ####: `text` is the name inside, "" for ####
  End,
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text;
  Span span;
};

/// What a text was cut into; the last one is always an End.
struct Tokens {
  std::string_view source;
  std::vector<Token> list;
};

/// Cuts `text` (which must live as long as the tokens). Fails at a letter no SQL has, at quotes or
/// comments that are never closed, and at a text that is too long.
Result<Tokens> lex(std::string_view text, std::vector<Error>& notices);

/// "word select" and so on, one token a line.
std::string draw(const Tokens& tokens);

}  // namespace trailhound::athena
