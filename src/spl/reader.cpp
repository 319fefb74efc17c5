// SPDX-License-Identifier: Apache-2.0
#include "spl/reader.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace trailhound::spl {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

}  // namespace

void Reader::blanks() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

char Reader::peek() {
  blanks();
  return here();
}

bool Reader::at_end() {
  const char c = peek();
  return c == '\0' || c == '|' || c == ']';
}

bool Reader::take(char c) {
  if (peek() != c) return false;
  ++at_;
  return true;
}

bool Reader::take_text(std::string_view words) {
  blanks();
  if (!text_.substr(at_).starts_with(words)) return false;
  at_ += words.size();
  return true;
}

Argument Reader::word() {
  blanks();
  const std::size_t begin = at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (is_blank(c) || std::string_view(",()[]|\"=<>").find(c) != std::string_view::npos) break;
    if (c == '!' && here(1) == '=') break;
    ++at_;
  }
  Argument made;
  made.text = std::string(text_.substr(begin, at_ - begin));
  made.span = {static_cast<std::uint32_t>(begin), at()};
  return made;
}

bool Reader::peek_keyword(std::string_view wanted) {
  const std::size_t begin = at_;
  const Argument next = word();
  const bool bare = equal_without_case(next.text, wanted) && peek() != '=';
  at_ = begin;
  return bare;
}

bool Reader::keyword(std::string_view wanted) {
  if (!peek_keyword(wanted)) return false;
  (void)word();
  return true;
}

Result<Argument> Reader::quoted() {
  blanks();
  const char quote = here();
  const std::size_t begin = at_++;
  Argument made;
  made.quote = quote;
  while (at_ < text_.size() && text_[at_] != quote) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      // Only quotes and backslashes are escaped; a pattern keeps its own backslashes.
      const char next = text_[at_ + 1];
      if (next == quote || (next == '\\' && quote == '"')) {
        made.text += next;
      } else {
        made.text += '\\';
        made.text += next;
      }
      at_ += 2;
      continue;
    }
    made.text += text_[at_++];
  }
  made.span = {static_cast<std::uint32_t>(begin), at()};
  if (at_ >= text_.size()) {
    return problem(std::string("a text begins with ") + quote + " and does not end",
                   {made.span.begin, made.span.begin + 1}, "opened here");
  }
  ++at_;
  made.span.end = at();
  return made;
}

Result<Argument> Reader::argument(std::string_view what) {
  const char next = peek();
  if (next == '"' || next == '\'') return quoted();
  Argument made = word();
  if (made.text.empty()) return expected(what);
  return made;
}

Result<Argument> Reader::field() { return argument("the name of a field"); }

std::optional<Argument> Reader::peek_option() {
  const std::size_t begin = at_;
  Argument name = word();
  const bool is = !name.text.empty() && peek() == '=' && here(1) != '=';
  at_ = begin;
  if (is) return name;
  return std::nullopt;
}

Result<std::optional<Argument>> Reader::option(std::string_view name) {
  const std::size_t begin = at_;
  const Argument next = word();
  if (equal_without_case(next.text, name) && take('=')) {
    if (at_end()) return expected("the value of `" + std::string(name) + "`");
    TRY(Argument value, argument("a value"));
    return std::optional<Argument>(std::move(value));
  }
  at_ = begin;
  return std::optional<Argument>();
}

Result<std::vector<Argument>> Reader::fields(std::vector<std::string_view> stop) {
  std::vector<Argument> found;
  while (!at_end()) {
    if (take(',')) continue;
    if (std::any_of(stop.begin(), stop.end(),
                    [&](std::string_view word) { return peek_keyword(word); })) {
      break;
    }
    if (std::string_view("()=<>").find(peek()) != std::string_view::npos) break;
    if (peek_option()) break;
    TRY(Argument one, field());
    found.push_back(std::move(one));
  }
  return found;
}

Error Reader::problem(std::string message, Span span, std::string label) const {
  return Error{"bad-search", std::move(message)}.at(span, std::move(label));
}

Error Reader::expected(std::string_view what) {
  blanks();
  const std::size_t end = std::min(at_ + 1, text_.size());
  return problem("here " + std::string(what) + " is expected",
                 {at(), static_cast<std::uint32_t>(end)});
}

Result<bool> truth_of(const Argument& argument) {
  const std::string word = to_lower(argument.text);
  if (word == "t" || word == "true" || word == "1" || word == "yes" || word == "y") return true;
  if (word == "f" || word == "false" || word == "0" || word == "no" || word == "n") return false;
  return Error{"bad-search", "`" + argument.text + "` is neither true nor false"}.at(argument.span,
                                                                                     "t or f");
}

Result<std::int64_t> count_of(const Argument& argument) {
  std::int64_t count = 0;
  const char* end = argument.text.data() + argument.text.size();
  const auto [stop, error] = std::from_chars(argument.text.data(), end, count);
  if (error != std::errc() || stop != end || count > 1'000'000'000 || count < -1'000'000'000) {
    return Error{"bad-search", "`" + argument.text + "` is no whole number"}.at(argument.span);
  }
  return count;
}

}  // namespace trailhound::spl
