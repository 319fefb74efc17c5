// SPDX-License-Identifier: Apache-2.0
//
// JSON text as the list of places where its tokens begin, and the proof that the tokens are JSON.
//
//   TokenFinder finder;
//   if (auto tokens = finder.find(text)) {                 // UTF-8, strings, escapes: proved
//     Grammar grammar(*tokens, limits.depth);
//     Token behind = grammar.value(0);                     // brackets, commas, atoms: proved
//   }
//
// A token is a bracket, colon, comma, the opening quote of a string, or the first byte of a number
// or word. Behind the last token stands one at the end of the text, a zero byte: every check fails
// there by itself, so that the walk needs no bounds. `TokenFinder` is simdjson's first stage;
// `careful` finds tokens byte by byte.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "read/buffer.hpp"

namespace trailhound::read {

/// The number of a token.
using Token = std::uint32_t;

/// A text and its tokens. A plain view: text and places belong to somebody else.
struct Tokens {
  const char* text = nullptr;
  std::uint32_t size = 0;  ///< Of the text
  const std::uint32_t* at = nullptr;
  Token count = 0;

  char head(Token i) const { return text[at[i]]; }
  /// The inside of the string at token `i`, escapes as they stand.
  std::string_view string(Token i) const {
    const char* begin = text + at[i] + 1;
    const char* end = text + at[i + 1] - 1;
    while (*end != '"') --end;  // white space before the next token
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  /// The number or word at token `i`.
  std::string_view atom(Token i) const {
    const char* begin = text + at[i];
    const char* end = text + at[i + 1];
    while (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\r' || end[-1] == '\t') --end;
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  /// The token behind the value at token `i`, which is proved already.
  Token behind(Token i) const {
    const char open = head(i);
    if (open != '{' && open != '[') return i + 1;
    Token depth = 0;
    for (;; ++i) {
      const char c = head(i);
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (--depth == 0) return i + 1;
      }
    }
  }
  /// The bytes of the proved value from token `i` to before token `end`.
  std::string_view slice(Token i, Token end) const {
    const char* from = text + at[i];
    const char* to = text + at[end];
    while (to[-1] == ' ' || to[-1] == '\n' || to[-1] == '\r' || to[-1] == '\t') --to;
    return {from, static_cast<std::size_t>(to - from)};
  }
};

/// Finds tokens fast. Keeps its memory from text to text.
class TokenFinder {
 public:
  /// The tokens of `text` (sealed), if it is UTF-8, each string ends, and each escape is one that
  /// names a character. They live until the next call.
  std::optional<Tokens> find(const Buffer& text);
  /// Gives memory for texts longer than `bytes` back.
  void trim(std::size_t bytes);

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  std::size_t capacity_ = 0;
};

/// Whether every backslash begins an escape that JSON has, and surrogates come in pairs.
bool has_sound_escapes(std::string_view text);

/// What stops a walk.
enum class Flaw : std::uint8_t {
  None,
  End,      ///< The text ends before the value does
  Syntax,   ///< This is not JSON
  TooDeep,  ///< Brackets in brackets, beyond the limit
};

/// Proves values, token by token.
class Grammar {
 public:
  Grammar(const Tokens& tokens, std::uint32_t depth)
      : tokens_(tokens), stack_(depth + 1, 0), depth_limit_(depth) {}
  void look_at(const Tokens& tokens) { tokens_ = tokens; }
  const Tokens& tokens() const { return tokens_; }

  /// The token behind the value at `i`; 0 if it is none: see `flaw` and `place`.
  Token value(Token i) {
    const char c = tokens_.head(i);
    if (c == '"') return i + 1;
    if (c == '{' || c == '[') return container(i);
    return atom(i) ? i + 1 : fail(i);
  }
  /// The token behind the object or array at `i`.
  Token container(Token i);
  bool atom(Token i) const;
  Token fail(Token i) {
    flaw_ = i >= tokens_.count ? Flaw::End : Flaw::Syntax;
    place_ = i;
    return 0;
  }
  Flaw flaw() const { return flaw_; }
  Token place() const { return place_; }

 private:
  Tokens tokens_;
  std::vector<std::uint8_t> stack_;
  std::uint32_t depth_limit_;
  Flaw flaw_ = Flaw::None;
  Token place_ = 0;
};

/// Appends the string's inside with its escapes resolved; what is no sound escape becomes U+FFFD.
void unescape(std::string_view inside, std::string& out);
/// Whether the value from token `i` to before `end` has no white space between its tokens.
bool is_compact(const Tokens& tokens, Token i, Token end);
/// Appends it without white space.
void append_compact(const Tokens& tokens, Token i, Token end, std::string& out);

}  // namespace trailhound::read
