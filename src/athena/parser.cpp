// SPDX-License-Identifier: Apache-2.0
//
// What all rules share: looking at tokens, and saying what was expected where they end.
#include "athena/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.hpp"
#include "sql/words.hpp"

namespace trailhound::athena {
namespace {

/// Statements that read nothing, or do more than read.
constexpr auto kOtherStatements = std::to_array<std::string_view>(
    {"alter",    "analyze", "call",   "comment",  "commit",   "copy",    "create",   "deallocate",
     "delete",   "deny",    "desc",   "describe", "drop",     "execute", "explain",  "export",
     "grant",    "import",  "insert", "load",     "merge",    "msck",    "optimize", "prepare",
     "refresh",  "replace", "reset",  "revoke",   "rollback", "set",     "show",     "start",
     "truncate", "unload",  "update", "use",      "vacuum"});

/// Words that Trino lets be names but that begin a clause when `next` follows.
struct ClauseWord {
  std::string_view word;
  std::string_view next;  ///< "0": a number or placeholder; "as": any name, then AS
};
constexpr auto kClauseWords = std::to_array<ClauseWord>({{"limit", "0"},
                                                         {"limit", "all"},
                                                         {"limit", "?"},
                                                         {"limit", ":"},
                                                         {"offset", "0"},
                                                         {"offset", "?"},
                                                         {"offset", ":"},
                                                         {"fetch", "first"},
                                                         {"fetch", "next"},
                                                         {"window", "as"},
                                                         {"tablesample", "bernoulli"},
                                                         {"tablesample", "system"},
                                                         {"match_recognize", "("}});

bool is_number(TokenKind kind) {
  return kind == TokenKind::Integer || kind == TokenKind::Decimal || kind == TokenKind::Double ||
         kind == TokenKind::Placeholder;
}

std::vector<std::size_t> match_parentheses(const std::vector<Token>& list) {
  std::vector<std::size_t> closing(list.size(), list.size() - 1);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].kind != TokenKind::Symbol) continue;
    if (list[i].text == "(") open.push_back(i);
    if (list[i].text == ")" && !open.empty()) {
      closing[open.back()] = i;
      open.pop_back();
    }
  }
  return closing;
}

}  // namespace

Parser::Parser(Tokens tokens, std::vector<Error>& notices)
    : tokens_(std::move(tokens)), notices_(notices), closing_(match_parentheses(tokens_.list)) {}

Result<sql::Query> Parser::statement() {
  if (now().kind == TokenKind::End) {
    return Error{"sql-syntax", "there is no question"}.at(now().span, "nothing here");
  }
  if (now().kind == TokenKind::Word && !query_begins(0) &&
      std::binary_search(kOtherStatements.begin(), kOtherStatements.end(), now().text)) {
    return not_a_select();
  }
  const std::size_t first = at_;
  TRY(sql::Query whole, query());
  if (const std::size_t again = said_again(first); again > 0) {
    const Span rest{now().span.begin, tokens_.list.back().span.begin};
    notices_.push_back(
        Error{"slip-twice", "the question stands there twice; the first one is answered"}
            .at(tokens_.list[again].span, "from here on it says the same again")
            .mend({"leave out the rest", {{rest, ""}}, Certainty::Sure}));
    return whole;
  }
  const bool ended = take_symbol(";");
  while (take_symbol(";")) {
  }
  if (now().kind == TokenKind::End) return whole;
  if (ended) {
    return Error{"several-statements", "only one statement can be asked at a time"}
        .at(now().span, "another one begins here")
        .mend({"leave out what stands behind the `;`",
               {{{now().span.begin, static_cast<std::uint32_t>(tokens_.source.size())}, ""}}});
  }
  return behind_the_end();
}

Result<sql::Expr> Parser::lone_expression() {
  TRY(sql::Expr whole, expression());
  if (now().kind != TokenKind::End) return unexpected("the end");
  return whole;
}

const Token& Parser::ahead(std::size_t by) const {
  return tokens_.list[std::min(at_ + by, tokens_.list.size() - 1)];
}

std::string_view Parser::written(Span span) const {
  return tokens_.source.substr(span.begin, span.size());
}

bool Parser::at(std::string_view word) {
  if (now().kind == TokenKind::Word && now().text == word) return true;
  if (tried_at_ != at_) {
    tried_.clear();
    tried_at_ = at_;
  }
  tried_.insert(word);
  return false;
}

bool Parser::at(std::string_view word, std::string_view next) {
  return at(word) && ahead(1).text == next &&
         (ahead(1).kind == TokenKind::Word || ahead(1).kind == TokenKind::Symbol);
}

bool Parser::at_symbol(std::string_view symbol) const {
  return now().kind == TokenKind::Symbol && now().text == symbol;
}

bool Parser::take(std::string_view word) {
  if (!at(word)) return false;
  ++at_;
  return true;
}

bool Parser::take(std::string_view word, std::string_view next) {
  if (!at(word, next)) return false;
  at_ += 2;
  return true;
}

bool Parser::take_symbol(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  ++at_;
  return true;
}

Result<void> Parser::need(std::string_view word) {
  if (take(word)) return {};
  return unexpected(fmt::format("`{}`", to_upper(word)));
}

Result<void> Parser::need_symbol(std::string_view symbol) {
  if (take_symbol(symbol)) return {};
  return unexpected(fmt::format("`{}`", symbol));
}

bool Parser::at_name() const {
  if (now().kind == TokenKind::QuotedName) return true;
  return now().kind == TokenKind::Word && !sql::is_reserved(now().text);
}

Result<sql::Name> Parser::name(std::string_view what) {
  if (at_name()) {
    const Token& token = tokens_.list[at_++];
    return sql::Name{token.text, token.kind == TokenKind::QuotedName, token.span};
  }
  if (now().kind == TokenKind::Word) {
    Error error = unexpected(what);
    error.notes.push_back(
        fmt::format("`{0}` is a word of the language; as a name it is written "
                    "\"{0}\"",
                    now().text));
    return error;
  }
  return unexpected(what);
}

Result<std::vector<sql::Name>> Parser::names_in_parentheses(std::string_view what) {
  std::vector<sql::Name> names;
  TRY(need_symbol("("));
  do {
    TRY(sql::Name one, name(what));
    names.push_back(std::move(one));
  } while (take_symbol(","));
  TRY(need_symbol(")"));
  return names;
}

Result<sql::QualifiedName> Parser::qualified_name(std::string_view what) {
  sql::QualifiedName whole;
  TRY(sql::Name first, name(what));
  whole.push_back(std::move(first));
  while (at_symbol(".") &&
         (ahead(1).kind == TokenKind::Word || ahead(1).kind == TokenKind::QuotedName)) {
    const Token& part = ahead(1);  // behind a dot, any word is a name
    whole.push_back({part.text, part.kind == TokenKind::QuotedName, part.span});
    at_ += 2;
  }
  return whole;
}

std::optional<sql::Name> Parser::implicit_alias() {
  if (!at_name()) return std::nullopt;
  for (const ClauseWord& clause : kClauseWords) {
    if (now().kind != TokenKind::Word || now().text != clause.word) continue;
    const Token& next = ahead(1);
    const bool begins = clause.next == "0"    ? is_number(next.kind)
                        : clause.next == "as" ? ahead(2).text == "as"
                                              : next.text == clause.next;
    if (begins) return std::nullopt;
  }
  last_alias_ = at_;
  const Token& token = tokens_.list[at_++];
  return sql::Name{token.text, token.kind == TokenKind::QuotedName, token.span};
}

Result<std::uint32_t> Parser::small_number(std::string_view what) {
  if (now().kind != TokenKind::Integer) return unexpected(what);
  std::uint64_t number = 0;
  for (const char digit : now().text) {
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    if (number > std::numeric_limits<std::uint32_t>::max()) return unexpected(what);
  }
  ++at_;
  return static_cast<std::uint32_t>(number);
}

Result<std::string> Parser::string_literal(std::string_view what) {
  if (now().kind != TokenKind::String) return unexpected(what);
  return tokens_.list[at_++].text;
}

Result<void> Parser::lengthen_chain(Span where) {
  if (++links_ <= sql::kMaxChain) return {};
  return too_deep(where);
}

// Errors

Error Parser::unexpected(std::string_view expected) {
  const Token& found = now();
  const bool ended = found.kind == TokenKind::End;
  Error error =
      Error{"sql-syntax", ended ? fmt::format("the text ends where {} was expected", expected)
                                : fmt::format("`{}` stands where {} was expected",
                                              to_utf8(written(found.span)), expected)}
          .at(found.span, fmt::format("expected {}", expected));
  if (ended) return error;

  // A misspelled keyword is either the word found, or a word just before that passed for a name.
  const auto suggest = [&](const Token& token, const std::vector<std::string_view>& keywords) {
    if (token.kind != TokenKind::Word || token.text.size() < 3) return false;
    const auto near = nearest(token.text, keywords);
    if (!near || *near == token.text) return false;
    error.fix = Fix{fmt::format("`{}` for `{}`", to_upper(*near), token.text),
                    {{token.span, to_upper(*near)}}};
    return true;
  };
  const bool tried_here = tried_at_ == at_;
  const std::vector<std::string_view> tried(tried_.begin(), tried_.end());
  if (tried_here && suggest(found, tried)) return error;
  if (last_alias_ && *last_alias_ + 2 >= at_) {
    suggest(tokens_.list[*last_alias_],
            {"from", "where", "group", "having", "order", "limit", "union", "join", "and", "like",
             "between", "cross", "left", "inner", "except", "intersect"});
  }
  if (found.kind == TokenKind::String && before().kind == TokenKind::String) {
    error.notes.push_back("two texts side by side are not joined; a comma may be missing");
  }
  return error;
}

Error Parser::too_deep(Span where) const {
  return Error{"sql-too-deep", fmt::format("more than {} levels, or more than {} links of chains",
                                           sql::kMaxDepth, sql::kMaxChain)}
      .at(where, "too deep here");
}

Error Parser::not_supported(std::string_view construct, Span where) const {
  return Error{"sql-not-supported", fmt::format("`{}` is not supported", construct)}.at(where);
}

Error Parser::not_a_select() const {
  const std::string verb = to_upper(now().text);
  Error error =
      Error{"not-a-select", fmt::format("`{}` is no question; only SELECT is understood", verb)}.at(
          now().span, "not a SELECT");
  if (verb == "EXPLAIN") {
    return std::move(error).note("`trailhound explain` shows the stages of a question");
  }
  if (verb == "PREPARE" || verb == "EXECUTE" || verb == "DEALLOCATE") {
    return std::move(error).note("parameters are given by `--param name=value`");
  }
  if (verb == "CREATE" || verb == "ALTER" || verb == "MSCK") {
    return std::move(error).note("tables and partitions are there already: ask `cloudtrail`");
  }
  if (verb == "SHOW" || verb.starts_with("DESC")) {
    return std::move(error).note("`trailhound schema` lists the fields");
  }
  return error;
}

std::size_t Parser::said_again(std::size_t first) const {
  // `…'x'example: select …`: a word of prose at most, a colon, and the same words once more.
  std::size_t again = at_;
  if (tokens_.list[again].kind == TokenKind::Word) ++again;
  const Token& colon = tokens_.list[again];
  if (colon.kind != TokenKind::Symbol || colon.text != ":") return 0;
  ++again;
  const std::size_t size = at_ - first;
  // The second may end in a `;`, and no more.
  std::size_t end = tokens_.list.size() - 1;
  if (end > again && tokens_.list[end - 1].text == ";") --end;
  if (end - again != size) return 0;
  for (std::size_t i = 0; i < size; ++i) {
    const Token& one = tokens_.list[first + i];
    const Token& other = tokens_.list[again + i];
    const bool value = one.kind == TokenKind::String && other.kind == TokenKind::String;
    if (one.kind != other.kind || (!value && one.text != other.text)) return 0;
  }
  return again;
}

std::optional<Error> Parser::of_another_sql() const {
  const Token& found = now();
  const auto symbol = [](const Token& token, std::string_view text) {
    return token.kind == TokenKind::Symbol && token.text == text;
  };
  const auto word = [](const Token& token, std::string_view text) {
    return token.kind == TokenKind::Word && token.text == text;
  };
  if (symbol(found, ":") && symbol(ahead(1), ":")) {
    return not_supported("::", {found.span.begin, ahead(1).span.end})
        .note("`CAST(x AS varchar)` makes a value another type");
  }
  if (found.kind == TokenKind::Integer && word(before(), "top")) {
    return not_supported("TOP", before().span).note("`LIMIT n` at the end gives the first n rows");
  }
  if (symbol(before(), "*") && (word(found, "exclude") || word(found, "replace"))) {
    return not_supported("* " + to_upper(found.text), found.span)
        .note("Athena has all columns or those that are named");
  }
  // Behind a table without a name of its own it passed for one.
  const Token& alias = last_alias_ ? tokens_.list[*last_alias_] : found;
  if (word(found, "qualify") || word(alias, "qualify")) {
    return not_supported("QUALIFY", word(found, "qualify") ? found.span : alias.span)
        .note(
            "`WITH w AS (SELECT …, row_number() OVER (…) AS n FROM …) SELECT * FROM w WHERE n = "
            "1`");
  }
  return std::nullopt;
}

Error Parser::behind_the_end() {
  if (auto other = of_another_sql()) return *std::move(other);
  const Span rest{now().span.begin, static_cast<std::uint32_t>(tokens_.source.size())};
  // Prose, or a second question behind the first: something with a colon before long.
  for (std::size_t by = 0; by < 6; ++by) {
    const bool colon = ahead(by).kind == TokenKind::Symbol && ahead(by).text == ":";
    const bool select = ahead(by).kind == TokenKind::Word && ahead(by).text == "select";
    if (!colon && !select) continue;
    return Error{"trailing-text", "behind the question stands more text that is no part of it"}
        .at(now().span, "from here on")
        .mend({"leave out the rest", {{rest, ""}}});
  }
  return unexpected("a further clause or the end");
}

void Parser::repaired(std::string_view code, std::string message, Span where,
                      const std::string& meant) {
  notices_.push_back(Error{code, std::move(message)}
                         .at(where, "read as `" + meant + "`")
                         .mend({"write `" + meant + "`", {{where, meant}}, Certainty::Sure}));
}

}  // namespace trailhound::athena
