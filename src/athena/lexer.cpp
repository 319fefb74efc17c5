// SPDX-License-Identifier: Apache-2.0
#include "athena/lexer.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/text.hpp"

namespace trailhound::athena {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_inner(char c) { return is_letter(c) || is_digit(c); }

/// White space beyond ASCII that copying from web pages and documents brings along.
constexpr auto kPastedSpaces =
    std::to_array<std::string_view>({"\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\xAF", "\xE2\x80\xA8",
                                     "\xE2\x80\xA9", "\xEF\xBB\xBF", "\xE3\x80\x80"});

/// Quotes as word processors set them, and the plain ones that were meant.
struct PrettyQuote {
  std::string_view text;
  char plain;
};
constexpr auto kPrettyQuotes = std::to_array<PrettyQuote>({{"\xE2\x80\x98", '\''},
                                                           {"\xE2\x80\x99", '\''},
                                                           {"\xE2\x80\x9A", '\''},
                                                           {"\xE2\x80\x9C", '"'},
                                                           {"\xE2\x80\x9D", '"'},
                                                           {"\xE2\x80\x9E", '"'}});

/// Symbols of other languages that mean just one thing here.
struct Foreign {
  std::string_view text, meant;
  TokenKind kind;
};
constexpr auto kForeign =
    std::to_array<Foreign>({{"==", "=", TokenKind::Symbol}, {"&&", "and", TokenKind::Word}});

/// Longest first.
constexpr auto kSymbols = std::to_array<std::string_view>(
    {"<>", "!=", "<=", ">=", "||", "->", "=>", "(", ")", "[", "]", "{", "}", ",",
     ".",  ";",  ":",  "+",  "-",  "*",  "/",  "%", "=", "<", ">", "?", "|"});

class Lexer {
 public:
  Lexer(std::string_view text, std::vector<Error>& notices) : text_(text), notices_(notices) {
    tokens_.source = text;
  }

  Result<Tokens> run() {
    if (text_.size() > kMaxText) {
      return Error{"sql-too-long", fmt::format("the question has {} bytes; at most {} are read",
                                               with_commas(text_.size()), with_commas(kMaxText))};
    }
    while (true) {
      TRY(skip_space());
      if (at_ >= text_.size()) break;
      TRY(take_token());
    }
    add(TokenKind::End, at_, "");
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool sees(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  Span span(std::size_t from) const {
    return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(at_)};
  }
  void add(TokenKind kind, std::size_t from, std::string text) {
    tokens_.list.push_back({kind, std::move(text), span(from)});
  }

  Result<void> skip_space() {
    while (at_ < text_.size()) {
      const std::size_t before = at_;
      const char c = peek();
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        ++at_;
      } else if (sees("--")) {
        while (at_ < text_.size() && peek() != '\n') ++at_;
      } else if (sees("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
          at_ += 2;
          return Error{"sql-syntax", "a comment is never closed"}.at(span(before),
                                                                     "`*/` is missing");
        }
        at_ = end + 2;
      } else {
        for (const std::string_view pasted : kPastedSpaces) {
          if (sees(pasted)) at_ += pasted.size();
        }
      }
      if (at_ == before) break;
    }
    return {};
  }

  Result<void> take_token() {
    const std::size_t from = at_;
    const char c = peek();
    if ((c == 'x' || c == 'X') && peek(1) == '\'') {
      ++at_;
      return take_quoted("'", '\'', TokenKind::Binary, from);
    }
    if ((c == 'u' || c == 'U') && peek(1) == '&' && peek(2) == '\'') {
      at_ += 2;
      return take_quoted("'", '\'', TokenKind::Unicode, from);
    }
    if (is_letter(c)) return take_word();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return take_number();
    if (c == '\'') return take_quoted("'", '\'', TokenKind::String, from);
    if (c == '"') return take_quoted("\"", '"', TokenKind::QuotedName, from);
    if (c == '`') return take_backquoted();
    if (c == '$') return take_dollar();
    if (c == '#') {
      while (peek() == '#') ++at_;
      add(TokenKind::Placeholder, from, "");
      return {};
    }
    for (const PrettyQuote& quote : kPrettyQuotes) {
      if (sees(quote.text)) return take_pretty(quote);
    }
    for (const Foreign& foreign : kForeign) {
      if (!sees(foreign.text)) continue;
      at_ += foreign.text.size();
      add(foreign.kind, from, std::string(foreign.meant));
      const std::string meant = to_upper(foreign.meant);
      note_repair("slip-symbol", fmt::format("`{}` was read as `{}`", foreign.text, meant),
                  span(from), meant);
      return {};
    }
    for (const std::string_view symbol : kSymbols) {
      if (!sees(symbol)) continue;
      at_ += symbol.size();
      add(TokenKind::Symbol, from, std::string(symbol == "!=" ? "<>" : symbol));
      return {};
    }
    std::string_view rest = text_.substr(at_);
    std::size_t bytes = 1;
    if (is_utf8(rest.substr(0, 4)) || (rest.front() & 0x80) != 0) {
      while (bytes < rest.size() && bytes < 4 && (rest[bytes] & 0xC0) == 0x80) ++bytes;
    }
    at_ += bytes;
    return Error{"sql-syntax",
                 fmt::format("`{}` is no part of SQL", to_utf8(rest.substr(0, bytes)))}
        .at(span(from), "not expected anywhere outside quotes");
  }

  Result<void> take_word() {
    const std::size_t from = at_;
    while (is_inner(peek())) ++at_;
    add(TokenKind::Word, from, to_lower(text_.substr(from, at_ - from)));
    return {};
  }

  Result<void> take_number() {
    const std::size_t from = at_;
    TokenKind kind = TokenKind::Integer;
    while (is_digit(peek())) ++at_;
    if (peek() == '.' && !(peek(1) == '.')) {
      kind = TokenKind::Decimal;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      const std::size_t mantissa = at_;
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
      if (is_inner(peek()) && sign == 1) {
        at_ = mantissa;  // 12e-4b is the beginning of an id: 12e, -, 4b
      } else {
        kind = TokenKind::Double;
      }
    }
    if (is_inner(peek())) {
      while (is_inner(peek())) ++at_;
      kind = TokenKind::Glued;
    }
    add(kind, from, to_lower(text_.substr(from, at_ - from)));
    return {};
  }

  /// Reads to the closing quote; a doubled one stands for itself.
  Result<void> take_quoted(std::string_view open, char quote, TokenKind kind, std::size_t from) {
    at_ += open.size();
    std::string value;
    while (true) {
      if (at_ >= text_.size()) {
        return Error{"sql-open-quote", fmt::format("the quote `{}` is never closed", quote)}.at(
            {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(from + open.size())},
            "opened here");
      }
      if (peek() != quote) {
        value += text_[at_++];
      } else if (peek(1) == quote) {
        value += quote;
        at_ += 2;
      } else {
        ++at_;
        break;
      }
    }
    if (kind == TokenKind::QuotedName && value.empty()) {
      return Error{"sql-syntax", "a name between double quotes is empty"}
          .at(span(from), "no name")
          .note("text stands between single quotes: ''");
    }
    add(kind, from, std::move(value));
    return {};
  }

  /// Hive's way to quote a name.
  Result<void> take_backquoted() {
    const std::size_t from = at_;
    TRY(take_quoted("`", '`', TokenKind::QuotedName, from));
    const Token& name = tokens_.list.back();
    const std::string plain = "\"" + replace_all(name.text, "\"", "\"\"") + "\"";
    note_repair("slip-quotes", "backquotes were read as double quotes", span(from), plain);
    return {};
  }

  /// Text between quotes that a word processor bent: closed by any bent or plain one of its sort.
  Result<void> take_pretty(const PrettyQuote& open) {
    const std::size_t from = at_;
    at_ += open.text.size();
    std::string value;
    while (at_ < text_.size() && !closing(open.plain)) value += text_[at_++];
    if (at_ >= text_.size()) {
      return Error{"sql-open-quote", fmt::format("the quote `{}` is never closed", open.text)}.at(
          {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(from + open.text.size())},
          "opened here");
    }
    at_ += *closing(open.plain);
    if (open.plain == '"' && value.empty()) {
      return Error{"sql-syntax", "a name between double quotes is empty"}.at(span(from), "no name");
    }
    const std::string plain(1, open.plain);
    const std::string meant = plain + replace_all(value, plain, plain + plain) + plain;
    note_repair("slip-quotes", "typographic quotes were read as plain ones", span(from), meant);
    add(open.plain == '"' ? TokenKind::QuotedName : TokenKind::String, from, std::move(value));
    return {};
  }
  std::optional<std::size_t> closing(char plain) const {
    if (peek() == plain) return 1;
    for (const PrettyQuote& quote : kPrettyQuotes) {
      if (quote.plain == plain && sees(quote.text)) return quote.text.size();
    }
    return std::nullopt;
  }

  /// `$EDS_ID` and `${date_filter}`.
  Result<void> take_dollar() {
    const std::size_t from = at_++;
    if (peek() == '{') {
      const std::size_t end = text_.find_first_of("}\n", at_);
      if (end == std::string_view::npos || text_[end] != '}') {
        return Error{"sql-open-quote", "`${` is never closed"}.at(span(from), "`}` is missing");
      }
      std::string name(trim(text_.substr(at_ + 1, end - at_ - 1)));
      at_ = end + 1;
      add(TokenKind::Placeholder, from, std::move(name));
      return {};
    }
    if (!is_inner(peek())) {
      return Error{"sql-syntax", "`$` is no part of SQL"}.at(span(from), "no name behind it");
    }
    while (is_inner(peek())) ++at_;
    add(TokenKind::Placeholder, from, std::string(text_.substr(from + 1, at_ - from - 1)));
    return {};
  }

  void note_repair(std::string_view code, std::string message, Span where, std::string meant) {
    notices_.push_back(Error{code, std::move(message)}
                           .at(where, "read as `" + meant + "`")
                           .mend({"write `" + meant + "`", {{where, meant}}, Certainty::Sure}));
  }

  std::string_view text_;
  std::vector<Error>& notices_;
  Tokens tokens_;
  std::size_t at_ = 0;
};

std::string_view name_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::Word:
      return "word";
    case TokenKind::QuotedName:
      return "name";
    case TokenKind::String:
      return "string";
    case TokenKind::Unicode:
      return "unicode";
    case TokenKind::Binary:
      return "binary";
    case TokenKind::Integer:
      return "integer";
    case TokenKind::Decimal:
      return "decimal";
    case TokenKind::Double:
      return "double";
    case TokenKind::Glued:
      return "glued";
    case TokenKind::Symbol:
      return "symbol";
    case TokenKind::Placeholder:
      return "placeholder";
    case TokenKind::End:
      return "end";
  }
  return "";
}

}  // namespace

Result<Tokens> lex(std::string_view text, std::vector<Error>& notices) {
  return Lexer(text, notices).run();
}

std::string draw(const Tokens& tokens) {
  std::string drawn;
  for (const Token& token : tokens.list) {
    drawn += name_of(token.kind);
    if (token.kind != TokenKind::End) drawn += " " + token.text;
    drawn += '\n';
  }
  return drawn;
}

}  // namespace trailhound::athena
