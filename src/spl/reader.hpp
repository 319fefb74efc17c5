// SPDX-License-Identifier: Apache-2.0
//
// Reads the text of a search, as its commands need it: words, quoted texts, options, lists.
//
//   if (in.keyword("by")) fields = in.fields();
//   TRY(Argument limit, in.option("limit"));       // `limit = 10`
//
// Splunk's commands each have a grammar of their own, so there are no tokens that would suit all:
// what a run of letters means is for the command to say. Blanks may stand around `=` and commas.
// The reader stops before `|`, `]` and the end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace trailhound::spl {

/// A word or a quoted text.
struct Argument {
  std::string text;
  char quote = 0;  ///< `"`, `'`, or 0
  Span span;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  std::uint32_t at() const { return static_cast<std::uint32_t>(at_); }
  void go_to(std::size_t at) { at_ = at; }
  void blanks();
  /// Whether the command ends here: at `|`, `]`, or the end of the text.
  bool at_end();
  /// The next character behind blanks; 0 at the end of the text.
  char peek();
  /// The character right here, blanks counted.
  char here(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool take(char c);
  /// Takes `words` if they stand here (without blanks before `=`...).
  bool take_text(std::string_view words);
  Span span_from(std::uint32_t begin) const { return {begin, at()}; }

  /// A bare word: up to a blank, a comma, a bracket, a quote, a pipe or an operator.
  Argument word();
  /// A word that is followed by nothing that belongs to it, compared without case; takes it.
  bool keyword(std::string_view word);
  bool peek_keyword(std::string_view word);
  /// A bare word, or a text in either kind of quotes. Error `bad-search` where there is none.
  Result<Argument> argument(std::string_view what);
  /// A text in double or single quotes.
  Result<Argument> quoted();
  /// The value of `name = value`, if that stands here.
  Result<std::optional<Argument>> option(std::string_view name);
  /// Whether `word =` stands here, for any word; which one.
  std::optional<Argument> peek_option();
  /// The name of a field: a word or quoted.
  Result<Argument> field();
  /// Names of fields between commas or blanks, up to the end of the command or a keyword.
  Result<std::vector<Argument>> fields(std::vector<std::string_view> stop = {});
  Error problem(std::string message, Span span, std::string label = {}) const;
  Error expected(std::string_view what);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// "t", "true", "1", "yes" and their opposites. Error `bad-search`.
Result<bool> truth_of(const Argument& argument);
Result<std::int64_t> count_of(const Argument& argument);

}  // namespace trailhound::spl
