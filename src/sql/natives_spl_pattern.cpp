// SPDX-License-Identifier: Apache-2.0
//
// Regular expressions as Splunk has them: PCRE, with limits. A pattern is compiled once a thread
// and kept; a match that takes too many steps fails the question rather than the machine.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/text.hpp"
#include "sql/natives.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

constexpr std::uint32_t kMatchLimit = 1'000'000;
constexpr std::uint32_t kDepthLimit = 10'000;
constexpr std::size_t kKept = 64;

struct Freed {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

/// A compiled pattern.
struct Pattern {
  std::unique_ptr<pcre2_code, Freed> code;
  std::unique_ptr<pcre2_match_data, Freed> data;
  std::string problem;
};

Pattern compile(std::string_view text) {
  Pattern made;
  int error = 0;
  PCRE2_SIZE at = 0;
  made.code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &at, nullptr));
  if (!made.code) {
    PCRE2_UCHAR words[256] = {};
    pcre2_get_error_message(error, words, sizeof words);
    made.problem = std::string(reinterpret_cast<const char*>(words)) + " (at character " +
                   std::to_string(at) + ")";
    return made;
  }
  (void)pcre2_jit_compile(made.code.get(), PCRE2_JIT_COMPLETE);
  made.data.reset(pcre2_match_data_create_from_pattern(made.code.get(), nullptr));
  return made;
}

Pattern& pattern_of(std::string_view text) {
  thread_local std::unordered_map<std::string, Pattern> kept;
  thread_local const std::string* last_text = nullptr;
  thread_local Pattern* last = nullptr;
  if (last_text != nullptr && *last_text == text) return *last;
  auto found = kept.find(std::string(text));
  if (found == kept.end()) {
    if (kept.size() >= kKept) kept.clear();
    found = kept.emplace(std::string(text), compile(text)).first;
  }
  last_text = &found->first;
  last = &found->second;
  return *last;
}

pcre2_match_context* limits() {
  thread_local const std::unique_ptr<pcre2_match_context, Freed> context = [] {
    std::unique_ptr<pcre2_match_context, Freed> made(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(made.get(), kMatchLimit);
    pcre2_set_depth_limit(made.get(), kDepthLimit);
    return made;
  }();
  return context.get();
}

/// Matches from `at` on: the number of groups set, 0 for none, -1 after a failure.
int match(Pattern& pattern, std::string_view pattern_text, std::string_view text, std::size_t at,
          Value& value, std::uint32_t options = 0) {
  if (!pattern.code) {
    value.failure = "the pattern `" + std::string(pattern_text.substr(0, 80)) +
                    "` is not a regular expression: " + pattern.problem;
    return -1;
  }
  const int found = pcre2_match(pattern.code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                text.size(), at, options, pattern.data.get(), limits());
  if (found == PCRE2_ERROR_NOMATCH) return 0;
  if (found < 0) {
    value.failure = "the pattern `" + std::string(pattern_text.substr(0, 80)) +
                    "` takes too many steps on `" + std::string(text.substr(0, 40)) + "`";
    value.failure = to_utf8(value.failure);
    return -1;
  }
  return found;
}

std::string_view group(const Pattern& pattern, std::string_view text, std::size_t number) {
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(pattern.data.get());
  const PCRE2_SIZE begin = ends[2 * number], end = ends[2 * number + 1];
  if (begin == PCRE2_UNSET || end < begin) return {};
  return text.substr(begin, end - begin);
}

/// Where the next match may begin: never twice the same empty one.
std::size_t behind(const Pattern& pattern, std::string_view text) {
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(pattern.data.get());
  std::size_t next = ends[1];
  if (ends[0] == ends[1]) {
    ++next;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
  }
  return next;
}

void matches(Arguments arguments, Value& value) {
  const int found =
      match(pattern_of(arguments[1].text), arguments[1].text, arguments[0].text, 0, value);
  if (found >= 0) value.set_boolean(found > 0);
}

/// Replaces every match; \1 and $1 stand for groups.
bool replace_matches(Pattern& pattern, std::string_view pattern_text, std::string_view text,
                     std::string_view by, std::size_t first, bool all, std::string& out,
                     Value& value) {
  std::size_t at = 0, copied = 0, count = 0;
  while (at <= text.size()) {
    const int found = match(pattern, pattern_text, text, at, value);
    if (found < 0) return false;
    if (found == 0) break;
    ++count;
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(pattern.data.get());
    const std::size_t begin = ends[0], end = ends[1];
    const std::size_t next = behind(pattern, text);
    if (count >= first) {
      out.append(text.substr(copied, begin - copied));
      for (std::size_t i = 0; i < by.size(); ++i) {
        const bool mark = by[i] == '\\' || by[i] == '$';
        if (mark && i + 1 < by.size() && by[i + 1] >= '0' && by[i + 1] <= '9') {
          const auto number = static_cast<std::size_t>(by[++i] - '0');
          if (number < pcre2_get_ovector_count(pattern.data.get())) {
            out.append(group(pattern, text, number));
          }
        } else if (by[i] == '\\' && i + 1 < by.size()) {
          const char c = by[++i];
          out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
        } else {
          out += by[i];
        }
      }
      copied = end;
      if (!all) break;
    }
    at = next;
  }
  out.append(text.substr(std::min(copied, text.size())));
  return true;
}

void replace_all_matches(Arguments arguments, Value& value) {
  std::string out;
  if (replace_matches(pattern_of(arguments[1].text), arguments[1].text, arguments[0].text,
                      arguments[2].text, 1, true, out, value)) {
    value.set(out);
  }
}

/// What the named group finds, up to so many times (0: as often as there is).
void extract(Arguments arguments, Value& value) {
  Pattern& pattern = pattern_of(arguments[1].text);
  const std::string_view text = arguments[0].text;
  const std::int64_t most = arguments[3].integer;
  const std::string name(arguments[2].text);
  std::size_t at = 0;
  while (at <= text.size() && (most == 0 || static_cast<std::int64_t>(value.texts.size()) < most)) {
    const int found = match(pattern, arguments[1].text, text, at, value);
    if (found < 0) return;
    if (found == 0) break;
    const int number = pcre2_substring_number_from_name(pattern.code.get(),
                                                        reinterpret_cast<PCRE2_SPTR>(name.c_str()));
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(pattern.data.get());
    if (number > 0 && ends[2 * number] != PCRE2_UNSET) {
      value.texts.emplace_back(group(pattern, text, static_cast<std::size_t>(number)));
    }
    at = behind(pattern, text);
    if (most == 1) break;
  }
  value.null = value.texts.empty();
}

/// Where the first value of a list stands that a pattern finds something in, counted from 0.
void find_in_list(Arguments arguments, Value& value) {
  for (std::size_t i = 0; i < arguments[0].texts.size(); ++i) {
    const int found =
        match(pattern_of(arguments[1].text), arguments[1].text, arguments[0].texts[i], 0, value);
    if (found < 0) return;
    if (found > 0) return value.set_integer(static_cast<std::int64_t>(i));
  }
}

/// makemv tokenizer=: what the first group of each match finds.
void tokens(Arguments arguments, Value& value) {
  Pattern& pattern = pattern_of(arguments[1].text);
  const std::string_view text = arguments[0].text;
  std::size_t at = 0;
  while (at <= text.size()) {
    const int found = match(pattern, arguments[1].text, text, at, value);
    if (found < 0) return;
    if (found == 0) break;
    const bool grouped = pcre2_get_ovector_count(pattern.data.get()) > 1;
    value.texts.emplace_back(group(pattern, text, grouped ? 1 : 0));
    at = behind(pattern, text);
  }
  value.null = value.texts.empty();
}

// sed

struct Sed {
  char kind = 's';
  std::string from, to;
  bool all = false;
  std::size_t first = 1;
  std::string problem;
};

Sed read_sed(std::string_view text) {
  Sed made;
  if (text.size() < 4 || (text[0] != 's' && text[0] != 'y')) {
    made.problem = "a sed expression is `s/pattern/replacement/g` or `y/letters/letters/`";
    return made;
  }
  made.kind = text[0];
  const char mark = text[1];
  std::size_t at = 2;
  const auto part = [&](std::string& into) {
    while (at < text.size() && text[at] != mark) {
      if (text[at] == '\\' && at + 1 < text.size()) {
        if (text[at + 1] == mark) {
          into += mark;
          at += 2;
          continue;
        }
        into += text[at++];
      }
      into += text[at++];
    }
    if (at >= text.size()) return false;
    ++at;
    return true;
  };
  if (!part(made.from) || !part(made.to)) {
    made.problem = std::string("the third `") + mark + "` of the sed expression is missing";
    return made;
  }
  for (; at < text.size(); ++at) {
    if (text[at] == 'g') {
      made.all = true;
    } else if (text[at] == 'i') {
      made.from = "(?i)" + made.from;
    } else if (text[at] >= '1' && text[at] <= '9') {
      made.first = static_cast<std::size_t>(text[at] - '0');
    } else {
      made.problem = std::string("sed's flag `") + text[at] + "` is not known: g, i or a number is";
      return made;
    }
  }
  if (made.kind == 'y') {
    std::string_view from = made.from, to = made.to;
    std::size_t one = 0, other = 0;
    while (!from.empty()) (void)take_utf8(from), ++one;
    while (!to.empty()) (void)take_utf8(to), ++other;
    if (one != other) made.problem = "`y` takes two texts of the same length";
    return made;
  }
  if (const std::string problem = spl_regex_problem(made.from); !problem.empty()) {
    made.problem = problem;
  }
  return made;
}

void sed(Arguments arguments, Value& value) {
  thread_local std::string known_text;
  thread_local Sed known;
  if (known_text != arguments[1].text) {
    known_text = arguments[1].text;
    known = read_sed(known_text);
  }
  if (!known.problem.empty()) {
    value.failure = known.problem;
    return;
  }
  std::string out;
  if (known.kind == 'y') {
    for (std::string_view rest = arguments[0].text; !rest.empty();) {
      const char32_t letter = take_utf8(rest);
      char32_t made = letter;
      for (std::string_view from = known.from, to = known.to; !from.empty();) {
        const char32_t one = take_utf8(from), other = take_utf8(to);
        if (one == letter) {
          made = other;
          break;
        }
      }
      append_utf8(out, made);
    }
    return value.set(out);
  }
  if (replace_matches(pattern_of(known.from), known.from, arguments[0].text, known.to, known.first,
                      known.all, out, value)) {
    value.set(out);
  }
}

}  // namespace

std::string spl_regex_problem(std::string_view pattern) { return pattern_of(pattern).problem; }

std::vector<std::string> spl_regex_groups(std::string_view pattern) {
  const Pattern& compiled = pattern_of(pattern);
  std::vector<std::string> names;
  if (!compiled.code) return names;
  std::uint32_t count = 0, size = 0;
  PCRE2_SPTR table = nullptr;
  pcre2_pattern_info(compiled.code.get(), PCRE2_INFO_NAMECOUNT, &count);
  if (count == 0) return names;
  pcre2_pattern_info(compiled.code.get(), PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info(compiled.code.get(), PCRE2_INFO_NAMETABLE, &table);
  std::vector<std::pair<unsigned, std::string>> found;
  for (std::uint32_t i = 0; i < count; ++i, table += size) {
    found.emplace_back(table[0] * 256u + table[1], reinterpret_cast<const char*>(table + 2));
  }
  std::sort(found.begin(), found.end());
  for (auto& [number, name] : found) names.push_back(std::move(name));
  return names;
}

std::string spl_sed_problem(std::string_view expression) { return read_sed(expression).problem; }

std::vector<event::NativeFunction> spl_pattern_functions() {
  constexpr ValueType kText = ValueType::Text, kList = ValueType::TextList;
  return {
      native("th_spl_match", {kText, kText}, ValueType::Boolean, matches),
      native("th_spl_replace", {kText, kText, kText}, kText, replace_all_matches),
      native("th_spl_rex", {kText, kText, kText, ValueType::Bigint}, kList, extract),
      native("th_spl_mvfind", {kList, kText}, ValueType::Bigint, find_in_list),
      native("th_spl_tokens", {kText, kText}, kList, tokens),
      native("th_spl_sed", {kText, kText}, kText, sed),
  };
}

}  // namespace trailhound::sql
