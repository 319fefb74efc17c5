// SPDX-License-Identifier: Apache-2.0
//
// The part of a text that a pattern finds. DuckDB's own regexp_extract says '' where nothing is
// found, as where nothing is what was found; its regexp_extract_all tells them apart, but makes a
// list of every row, which takes five times as long. Patterns come in RE2's spelling (regex.hpp).
#include <re2/re2.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

constexpr std::size_t kMostPatterns = 100;  // a question has a few

/// A pattern that was read before in this thread, or is now.
const re2::RE2& pattern_of(std::string_view text) {
  thread_local std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>> known;
  const auto found = known.find(text);
  if (found != known.end()) return *found->second;
  if (known.size() == kMostPatterns) known.clear();
  re2::RE2::Options options;
  options.set_log_errors(false);
  return *known
              .emplace(text, std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()),
                                                        options))
              .first->second;
}

/// What a group of the pattern (0: all of it) holds where the pattern is first found; NULL where it
/// is not, or the group has no part in it.
void regexp_extract(Arguments arguments, Value& value) {
  const std::string_view text = arguments[0].text;
  const re2::RE2& pattern = pattern_of(arguments[1].text);
  if (!pattern.ok()) {
    value.failure = pattern.error();
    return;
  }
  const auto group = static_cast<std::size_t>(arguments[2].integer);
  thread_local std::vector<re2::StringPiece> groups;
  groups.assign(group + 1, {});
  if (!pattern.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED,
                     groups.data(), static_cast<int>(groups.size()))) {
    return;
  }
  const re2::StringPiece& met = groups[group];
  if (met.data() != nullptr) value.set(std::string_view(met.data(), met.size()));
}

}  // namespace

std::vector<event::NativeFunction> pattern_functions() {
  return {native("th_regexp_extract", {ValueType::Text, ValueType::Text, ValueType::Bigint},
                 ValueType::Text, regexp_extract)};
}

}  // namespace trailhound::sql
