// SPDX-License-Identifier: Apache-2.0
#include "athena/slips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "event/schema.hpp"
#include "sql/walk.hpp"
#include "sql/words.hpp"

namespace trailhound::athena {
namespace {

/// Two words in one, and what must follow for that to be certain.
struct RunTogether {
  enum class Follows { Value, Text, Select };
  std::string_view glued, first, second;
  Follows follows;
};
using enum RunTogether::Follows;
constexpr auto kRunTogether = std::to_array<RunTogether>({{"orderby", "order", "by", Value},
                                                          {"groupby", "group", "by", Value},
                                                          {"partitionby", "partition", "by", Value},
                                                          {"crossjoin", "cross", "join", Value},
                                                          {"innerjoin", "inner", "join", Value},
                                                          {"leftjoin", "left", "join", Value},
                                                          {"notlike", "not", "like", Text},
                                                          {"unionall", "union", "all", Select}});

/// Words that run into the name before them: `eventNameORDER BY`.
constexpr auto kBeforeBy = std::to_array<std::string_view>({"order", "group", "partition"});

/// Reserved words before which a comma has nothing to hold.
constexpr auto kAfterNoComma = std::to_array<std::string_view>(
    {"except", "from", "group", "having", "intersect", "order", "union", "where"});

/// Names that begin a clause, so that they may stand behind a name.
constexpr auto kAfterNames = std::to_array<std::string_view>(
    {"fetch", "limit", "match_recognize", "offset", "tablesample", "window"});

bool is_word(const Token& token, std::string_view text) {
  return token.kind == TokenKind::Word && token.text == text;
}
bool is_symbol(const Token& token, std::string_view text) {
  return token.kind == TokenKind::Symbol && token.text == text;
}
bool is_name(const Token& token) {
  return token.kind == TokenKind::QuotedName ||
         (token.kind == TokenKind::Word && !sql::is_reserved(token.text));
}

/// Whether an expression or a table may end here.
bool ends_something(const Token& token) {
  if (token.kind == TokenKind::Symbol) return token.text == ")" || token.text == "]";
  if (token.kind != TokenKind::Word) return token.kind != TokenKind::End;
  return is_name(token) || token.text == "end" || token.text == "null" || token.text == "true" ||
         token.text == "false";
}

bool is_followed(RunTogether::Follows by, const Token& next) {
  switch (by) {
    case Value:
      if (next.kind == TokenKind::Integer) return true;
      return is_name(next) &&
             std::find(kAfterNames.begin(), kAfterNames.end(), next.text) == kAfterNames.end();
    case Text:
      return next.kind == TokenKind::String;
    case Select:
      break;
  }
  return is_word(next, "select");
}

/// Copies tokens one by one, mended.
class Mender {
 public:
  Mender(const Tokens& tokens, std::vector<Error>& notices)
      : source_(tokens.source), list_(tokens.list), notices_(notices) {}

  std::vector<Token> run() {
    for (at_ = 0; at_ < list_.size(); ++at_) {
      if (drops_comma() || splits_words() || splits_before_by()) continue;
      add_comma();
      follow_parentheses();
      mended_.push_back(now());
    }
    return std::move(mended_);
  }

 private:
  const Token& now() const { return list_[at_]; }
  const Token& ahead(std::size_t by) const { return list_[std::min(at_ + by, list_.size() - 1)]; }
  const Token& last() const { return mended_.back(); }
  std::string_view written(Span span) const { return source_.substr(span.begin, span.size()); }

  /// `select a, b, from t`, `in ('a', 'b',)`, `limit 10,`
  bool drops_comma() {
    if (!is_symbol(now(), ",")) return false;
    const Token& behind = ahead(1);
    const bool ended =
        behind.kind == TokenKind::End || is_symbol(behind, ")") || is_symbol(behind, ";");
    const bool limit = is_word(behind, "limit") && ahead(2).kind == TokenKind::Integer;
    const bool clause =
        behind.kind == TokenKind::Word &&
        std::find(kAfterNoComma.begin(), kAfterNoComma.end(), behind.text) != kAfterNoComma.end();
    if (!ended && !limit && !clause) return false;
    repaired("slip-comma", "a comma with nothing behind it was left out", "one too many",
             {"leave out the comma", {{now().span, ""}}, Certainty::Sure});
    return true;
  }

  /// `... ) orderby eventtime`: a name, a name and a value in a row are no SQL.
  bool splits_words() {
    if (now().kind != TokenKind::Word || mended_.empty() || !ends_something(last())) return false;
    for (const RunTogether& words : kRunTogether) {
      if (now().text != words.glued || !is_followed(words.follows, ahead(1))) continue;
      split(words.first, now().span, words.second, now().span,
            to_upper(words.first) + " " + to_upper(words.second));
      return true;
    }
    return false;
  }

  /// `eventNameORDER BY requestCount`: no name stands before BY.
  bool splits_before_by() {
    if (now().kind != TokenKind::Word || !is_word(ahead(1), "by")) return false;
    for (const std::string_view word : kBeforeBy) {
      const Token& whole = now();
      if (whole.text == word || !whole.text.ends_with(word)) continue;
      const std::size_t length = whole.text.size() - word.size();
      const auto cut = static_cast<std::uint32_t>(whole.span.begin + length);
      const Span name{whole.span.begin, cut};
      const std::string meant = fmt::format("{} {}", written(name), to_upper(word));
      split(std::string_view(whole.text).substr(0, length), name, word, {cut, whole.span.end},
            meant);
      return true;
    }
    return false;
  }

  void split(std::string_view first, Span first_span, std::string_view second, Span second_span,
             const std::string& meant) {
    repaired("slip-words", fmt::format("`{}` was read as `{}`", written(now().span), meant),
             "read as `" + meant + "`",
             {"write `" + meant + "`", {{now().span, meant}}, Certainty::Sure});
    mended_.push_back({TokenKind::Word, std::string(first), first_span});
    mended_.push_back({TokenKind::Word, std::string(second), second_span});
  }

  /// `IN ('a' 'b')`: Trino takes no two texts side by side, wherever they stand.
  void add_comma() {
    if (open_.empty() || !open_.back() || mended_.empty()) return;
    if (now().kind != TokenKind::String || last().kind != TokenKind::String) return;
    const Span gap{last().span.end, last().span.end};
    repaired("slip-comma",
             fmt::format("a comma was read between `{}` and `{}`", written(last().span),
                         written(now().span)),
             "no comma here", {"add the comma", {{gap, ","}}, Certainty::Sure});
    mended_.push_back({TokenKind::Symbol, ",", gap});
  }

  /// Remembers of each open parenthesis whether it opened a list of IN.
  void follow_parentheses() {
    if (is_symbol(now(), "(")) open_.push_back(!mended_.empty() && is_word(last(), "in"));
    if (is_symbol(now(), ")") && !open_.empty()) open_.pop_back();
  }

  void repaired(std::string_view code, std::string message, std::string label, Fix fix) {
    const Span where = fix.edits.front().span;
    notices_.push_back(
        Error{code, std::move(message)}.at(where, std::move(label)).mend(std::move(fix)));
  }

  std::string_view source_;
  const std::vector<Token>& list_;
  std::vector<Error>& notices_;
  std::vector<Token> mended_;
  std::vector<bool> open_;
  std::size_t at_ = 0;
};

/// All names that a question itself gives: to columns, tables, queries and parameters.
struct GivenNames {
  std::set<std::string> names;

  void add(const sql::Name& name) { names.insert(name.text); }
  void add(const std::vector<sql::Name>& all) {
    for (const sql::Name& one : all) add(one);
  }
  void operator()(const sql::Query& query) {
    for (const sql::CommonTable& table : query.with) {
      add(table.name);
      add(table.columns);
    }
    if (const auto* select = std::get_if<sql::Select>(&query.body)) {
      for (const sql::SelectItem& item : select->items) {
        const auto* value = std::get_if<sql::SelectValue>(&item.node);
        if (value && value->alias) add(*value->alias);
        if (const auto* all = std::get_if<sql::SelectAll>(&item.node)) add(all->aliases);
      }
    }
    sql::each_child(query, *this);
  }
  void operator()(const sql::Relation& relation) {
    if (relation.alias) {
      add(relation.alias->name);
      add(relation.alias->columns);
    }
    sql::each_child(relation, *this);
  }
  void operator()(const sql::Expr& expr) {
    if (const auto* lambda = std::get_if<sql::Lambda>(&expr.node)) add(lambda->parameters);
    sql::each_child(expr, *this);
  }
};

/// Whether an expression names a column; parameters of lambdas count as none.
struct ColumnFinder {
  const std::set<std::string>& given;
  const sql::Expr* found = nullptr;

  void operator()(const sql::Query&) {}
  void operator()(const sql::Relation&) {}
  void operator()(const sql::Expr& expr) {
    const auto* column = std::get_if<sql::Column>(&expr.node);
    if (column && !found && !given.contains(column->path.front().text)) found = &expr;
    sql::each_child(expr, *this);
  }
};

Result<void> check_from(const sql::Query& query, const std::set<std::string>& given) {
  const auto* select = std::get_if<sql::Select>(&query.body);
  if (!select || !select->from.empty()) return {};
  ColumnFinder finder{given};
  const sql::SelectItem* star = nullptr;
  for (const sql::SelectItem& item : select->items) {
    if (const auto* value = std::get_if<sql::SelectValue>(&item.node)) {
      finder(*value->value);
    } else {
      star = &item;
    }
  }
  if (!finder.found && !star) return {};
  const Span where = star ? star->span : finder.found->span;
  const Span end{select->items.back().span.end, select->items.back().span.end};
  return Error{"no-from", "the question names fields, but no table to take them from"}
      .at(where, star ? "all fields of what?" : "a field of what?")
      .mend({"ask the events", {{end, " FROM cloudtrail"}}});
}

/// Finds texts that stand where names stand, and quotes that are part of a text.
struct QuoteChecker {
  const std::set<std::string>& given;
  std::vector<Error>& notices;
  std::vector<Error> errors;

  void operator()(const sql::Query& query) { sql::each_child(query, *this); }
  void operator()(const sql::Relation& relation) { sql::each_child(relation, *this); }
  void operator()(const sql::Expr& expr) {
    if (const auto* comparison = std::get_if<sql::Comparison>(&expr.node)) {
      check_name(*comparison->right);
      check_name(*comparison->left);
    } else if (const auto* like = std::get_if<sql::Like>(&expr.node)) {
      check_name(*like->pattern);
    } else if (const auto* list = std::get_if<sql::InList>(&expr.node)) {
      for (const sql::Expr& value : list->values) {
        check_name(value);
        check_text(value);
      }
    }
    sql::each_child(expr, *this);
  }

  /// `errorcode = "AccessDenied"`: Trino takes that for a column.
  void check_name(const sql::Expr& expr) {
    const auto* column = std::get_if<sql::Column>(&expr.node);
    if (!column || column->path.size() != 1 || !column->path.front().quoted) return;
    const std::string& text = column->path.front().text;
    if (given.contains(text) || event::find_sql(event::Field::Record, text)) return;
    const bool like_a_column = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (like_a_column) return;  // bind knows all columns, and will say
    const std::string plain = "'" + replace_all(text, "'", "''") + "'";
    errors.push_back(
        Error{"text-in-double-quotes", fmt::format("`\"{}\"` is the name of a column", text)}
            .at(expr.span, "double quotes hold names")
            .note("a text stands between single quotes")
            .mend({fmt::format("write `{}`", plain), {{expr.span, plain}}}));
  }

  /// `'''CreateVpc'` is the text 'CreateVpc with a quote before it.
  void check_text(const sql::Expr& expr) {
    const auto* text = std::get_if<sql::StringLiteral>(&expr.node);
    if (!text || text->value.size() < 2) return;
    const bool before = text->value.front() == '\'';
    const bool behind = text->value.back() == '\'';
    if (before == behind) return;
    const std::string bare =
        before ? text->value.substr(1) : text->value.substr(0, text->value.size() - 1);
    const std::string plain = "'" + replace_all(bare, "'", "''") + "'";
    notices.push_back(
        Error{"stray-quote", fmt::format("the text `{}` holds a single quote", text->value)}
            .at(expr.span, before ? "it begins with a quote" : "it ends in a quote")
            .mend({fmt::format("write `{}`", plain), {{expr.span, plain}}}));
  }
};

}  // namespace

bool mend(Tokens& tokens, std::vector<Error>& notices) {
  const std::size_t before = notices.size();
  tokens.list = Mender(tokens, notices).run();
  return notices.size() > before;
}

Result<void> explain_slips(const sql::Query& query, std::vector<Error>& notices) {
  GivenNames given;
  given(query);
  TRY(check_from(query, given.names));
  QuoteChecker checker{given.names, notices, {}};
  checker(query);
  if (checker.errors.empty()) return {};
  Error first = std::move(checker.errors.front());
  for (std::size_t i = 1; i < checker.errors.size() && i < 10; ++i) {
    first.labels.push_back(checker.errors[i].labels.front());
    first.fix->edits.push_back(checker.errors[i].fix->edits.front());
    first.fix->title = "write single quotes";
  }
  return first;
}

}  // namespace trailhound::athena
