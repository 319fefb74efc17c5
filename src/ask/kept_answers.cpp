// SPDX-License-Identifier: Apache-2.0
#include "ask/kept_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "ask/understand.hpp"
#include "base/build_id.hpp"
#include "base/text.hpp"
#include "event/content_hash.hpp"

namespace trailhound::ask {
namespace {

// What these say depends on files that are not in the lake, or on the time that is counted from.
constexpr std::array<std::string_view, 4> kFunctions = {"place", "asn", "country", "now"};
constexpr std::array<std::string_view, 5> kTimes = {
    "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"};

bool is_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether the word stands in the text by itself; a function's, before what may be its arguments.
bool has_word(std::string_view text, std::string_view word, bool function) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::string_view rest = text.substr(at + word.size());
    if (at > 0 && is_of_word(text[at - 1])) continue;
    if (!rest.empty() && is_of_word(rest.front())) continue;
    const std::size_t next = rest.find_first_not_of(" \t\r\n");
    const bool called = next != std::string_view::npos &&
                        std::string_view("(/-\"").find(rest[next]) != std::string_view::npos;
    if (called || !function) return true;
  }
  return false;
}

}  // namespace

bool asks_of_all(const Source& source) {
  return !source.from && !source.to && !source.now && !build_id().empty();
}

bool may_be_kept(const Question& question, const Source& source) {
  if (question.keeping == Keeping::Never || question.language != Language::Athena) return false;
  if (!asks_of_all(source)) return false;
  if (!question.parameters.empty() || question.stand_ins) return false;
  if (mentions_account_stand_in(question.text)) return false;
  const std::string text = to_lower(question.text);
  const auto has = [&](bool function) {
    return [&text, function](std::string_view word) { return has_word(text, word, function); };
  };
  return std::none_of(kFunctions.begin(), kFunctions.end(), has(true)) &&
         std::none_of(kTimes.begin(), kTimes.end(), has(false));
}

std::string kept_name(const Question& question) {
  return fmt::format("{:016x}{:016x}", event::content_hash(question.text),
                     event::bloom_hash(question.text));
}

}  // namespace trailhound::ask
