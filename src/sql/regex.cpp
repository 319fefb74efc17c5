// SPDX-License-Identifier: Apache-2.0
#include "sql/regex.hpp"

#include <re2/re2.h>

#include <cctype>
#include <vector>

namespace trailhound::sql {
namespace {

constexpr std::string_view kWord = "\\p{L}\\p{M}\\p{Nd}\\p{Pc}";
constexpr std::string_view kBlank = "\\t-\\r \\x{85}\\p{Z}";

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Reads a pattern from the front, writing RE2's as it goes.
class Translator {
 public:
  Translator(std::string_view pattern, LineEnd end) : pattern_(pattern), end_(end) {}

  Re2Pattern run() {
    multiline_ = holds_multiline();
    bool alternatives = false;
    std::size_t last_end = std::string::npos;
    while (at_ < pattern_.size() && made_.problem.empty()) {
      const char c = pattern_[at_];
      if (c == '\\') {
        escape();
      } else if (c == '[') {
        char_class();
      } else if (c == '(') {
        open();
      } else if (c == '$' && !multiline_) {
        if (at_ + 1 == pattern_.size() && depth_ == 0) last_end = made_.text.size();
        line_end();
      } else {
        if (c == ')' && depth_ > 0) --depth_;
        alternatives = alternatives || (c == '|' && depth_ == 0);
        plain(c);
      }
    }
    if (ends_ == 1 && last_end != std::string::npos && !alternatives)
      made_.before_end = made_.text.substr(0, last_end);
    return std::move(made_);
  }

 private:
  std::string_view pattern_;
  LineEnd end_;
  Re2Pattern made_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int ends_ = 0;
  bool multiline_ = false;

  std::string_view rest() const { return pattern_.substr(at_); }
  void refuse(std::string what) { made_.problem = std::move(what); }
  void copy(std::size_t size) {
    made_.text += pattern_.substr(at_, size);
    at_ += size;
  }
  void put(std::string_view text, std::size_t read) {
    made_.text += text;
    at_ += read;
  }

  /// Whether flags such as `(?m)` or `(?im:` stand anywhere.
  bool holds_multiline() const {
    for (std::size_t i = pattern_.find("(?"); i != std::string_view::npos;
         i = pattern_.find("(?", i + 1)) {
      for (std::size_t j = i + 2;
           j < pattern_.size() && std::isalpha(static_cast<unsigned char>(pattern_[j])) != 0; ++j) {
        if (pattern_[j] == 'm') return true;
      }
    }
    return false;
  }

  void plain(char c) {
    const bool repeat = c == '*' || c == '+' || c == '?' || c == '}';
    if (repeat && at_ > 0 && rest().size() > 1 && rest()[1] == '+')
      return refuse("a possessive repeat (`" + std::string(1, c) + "+`)");
    if (rest().starts_with("{,")) return refuse("a repeat without its least number (`{,`)");
    copy(1);
  }

  void line_end() {
    made_.has_end = true;
    ++ends_;
    const std::string_view behind = rest().substr(1);
    if (end_ == LineEnd::Strict) return put("\\z", 1);
    if (!behind.empty() && behind[0] != ')' && behind[0] != '|')
      return refuse("`$` with something behind it");
    put("(?:\\n?\\z)", 1);
  }

  void open() {
    const std::string_view all = rest();
    ++depth_;
    if (all.starts_with("(?=") || all.starts_with("(?!"))
      return refuse("lookahead (`" + std::string(all.substr(0, 3)) + "`)");
    if (all.starts_with("(?<=") || all.starts_with("(?<!"))
      return refuse("lookbehind (`" + std::string(all.substr(0, 4)) + "`)");
    if (all.starts_with("(?>")) return refuse("an atomic group (`(?>`)");
    if (all.starts_with("(?<")) {
      ++made_.groups;
      return put("(?P<", 3);
    }
    if (all.starts_with("(?")) {
      const std::size_t end = all.find_first_of(":)");
      if (end != std::string_view::npos && all[end] == ')') --depth_;
      return copy(end == std::string_view::npos ? all.size() : end + 1);
    }
    ++made_.groups;
    copy(1);
  }

  /// An escape outside of a class.
  void escape() {
    if (rest().size() < 2) return refuse("a lone `\\` at its end");
    const char next = rest()[1];
    if (next >= '1' && next <= '9')
      return refuse("a backreference (`\\" + std::string(1, next) + "`)");
    if (next == 'k') return refuse("a backreference (`\\k<name>`)");
    if (next == 'Q') {
      const std::size_t end = rest().find("\\E");
      return copy(end == std::string_view::npos ? rest().size() : end + 2);
    }
    switch (next) {
      case 'w':
        return put("[" + std::string(kWord) + "]", 2);
      case 'W':
        return put("[^" + std::string(kWord) + "]", 2);
      case 's':
        return put("[" + std::string(kBlank) + "]", 2);
      case 'S':
        return put("[^" + std::string(kBlank) + "]", 2);
      default:
        return shared_escape();
    }
  }

  /// What means the same inside of a class and outside.
  void shared_escape() {
    const char next = rest()[1];
    if (std::string_view("GZRXhHK").find(next) != std::string_view::npos)
      return refuse("`\\" + std::string(1, next) + "`");
    if (next == 'd') return put("\\p{Nd}", 2);
    if (next == 'D') return put("\\P{Nd}", 2);
    if (next == 'u' && rest().size() >= 6)
      return put("\\x{" + std::string(rest().substr(2, 4)) + "}", 6);
    if ((next == 'p' || next == 'P') && rest().size() > 2 && rest()[2] == '{') {
      const std::size_t end = rest().find('}');
      return copy(end == std::string_view::npos ? rest().size() : end + 1);
    }
    copy(2);
  }

  void char_class() {
    for (const std::string_view any :
         {"[\\s\\S]", "[\\S\\s]", "[\\w\\W]", "[\\W\\w]", "[\\d\\D]", "[\\D\\d]"}) {
      if (rest().starts_with(any)) return put("(?s:.)", any.size());
    }
    copy(1);
    if (rest().starts_with('^')) copy(1);
    if (rest().starts_with(']')) copy(1);
    while (at_ < pattern_.size() && made_.problem.empty()) {
      const char c = pattern_[at_];
      if (c == ']') return copy(1);
      if (rest().starts_with("&&")) return refuse("an intersection of character classes (`&&`)");
      if (rest().starts_with("[:")) return refuse("a named character class (`[:`)");
      if (c == '[') return refuse("a character class inside another");
      if (c != '\\') {
        copy(1);
      } else if (rest().size() < 2) {
        return refuse("a lone `\\` at its end");
      } else if (rest()[1] == 'w') {
        put(kWord, 2);
      } else if (rest()[1] == 's') {
        put(kBlank, 2);
      } else if (rest()[1] == 'W' || rest()[1] == 'S') {
        return refuse("`\\" + std::string(1, rest()[1]) + "` inside a character class");
      } else {
        shared_escape();
      }
    }
  }
};

}  // namespace

Re2Pattern as_re2(std::string_view pattern, LineEnd end) { return Translator(pattern, end).run(); }

std::string re2_error(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return re2::RE2(pattern, options).error();
}

bool end_inside_group(std::string_view pattern, int group) {
  std::vector<int> open;
  int groups = 0;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      const bool named =
          pattern.substr(i).starts_with("(?<") || pattern.substr(i).starts_with("(?P<");
      open.push_back(named || !pattern.substr(i).starts_with("(?") ? ++groups : 0);
    } else if (c == ')' && !open.empty()) {
      open.pop_back();
    } else if (c == '$') {
      for (const int one : open) {
        if (one == group) return true;
      }
    }
  }
  return false;
}

std::optional<std::string> as_re2_replacement(std::string_view text, int groups) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      const char next = text[++i];
      out += next == '\\' ? "\\\\" : std::string(1, next);
    } else if (c == '$' && i + 1 < text.size()) {
      const char next = text[++i];
      if (!is_digit(next) || next - '0' > groups) return std::nullopt;
      // A second digit belongs to the number if there are that many groups: RE2 takes one only.
      if (groups > 9 && i + 1 < text.size() && is_digit(text[i + 1])) return std::nullopt;
      out += '\\';
      out += next;
    } else if (c == '\\' || c == '$') {
      return std::nullopt;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace trailhound::sql
