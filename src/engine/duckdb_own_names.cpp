// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_own_names.hpp"

#include <cctype>
#include <utility>

#include "base/check.hpp"
#include "base/text.hpp"
#include "engine/duckdb_errors.hpp"

namespace trailhound::engine {
namespace {

constexpr std::string_view kBeginning = "th_";

bool is_of_name(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Calls `take` with each word of the text that begins with `th_`; letters in lower case.
template <class Take>
void for_each_own_word(std::string_view text, Take take) {
  const std::string lower = to_lower(text);
  for (std::size_t at = lower.find(kBeginning); at != std::string::npos;) {
    std::size_t end = at + kBeginning.size();
    while (end < lower.size() && is_of_name(lower[end])) ++end;
    if (at == 0 || !is_of_name(lower[at - 1])) take(lower.substr(at, end - at));
    at = lower.find(kBeginning, end);
  }
}

}  // namespace

void OwnNames::add(std::span<const event::NativeFunction> functions) {
  for (const event::NativeFunction& function : functions) {
    CHECK(function.name.starts_with(kBeginning), "a function of ours has a name of ours");
    names_[std::string(function.name)].functions.push_back(&function);
  }
}

bool OwnNames::add_macro(const std::string& statement) {
  constexpr std::string_view kWords = "create or replace macro ";
  const std::string head = to_lower(std::string_view(statement).substr(0, statement.find('(')));
  if (!head.starts_with(kWords)) return false;
  const std::string name = head.substr(kWords.size());
  CHECK(name.starts_with(kBeginning), "a macro of ours has a name of ours");
  macros_.push_back({statement});
  names_[name].macro = macros_.size();
  return true;
}

Result<void> OwnNames::want(std::string_view text, duckdb_connection connection) {
  Result<void> done;
  for_each_own_word(text, [&](const std::string& word) {
    const auto found = names_.find(word);
    if (found == names_.end() || !done.ok()) return;
    const Own own = std::move(found->second);
    names_.erase(found);
    for (const event::NativeFunction* function : own.functions) {
      if (done.ok()) done = register_functions(duck_, connection, {function, 1});
    }
    if (own.macro == 0 || !done.ok()) return;
    Macro& macro = macros_[own.macro - 1];
    macro.wanted = true;
    done = want(macro.statement, connection);
  });
  return done;
}

Result<void> OwnNames::define_those_in(std::string_view text, duckdb_connection connection) {
  const std::lock_guard lock(mutex_);
  TRY(want(text, connection));
  for (Macro& macro : macros_) {
    if (!macro.wanted || macro.defined) continue;
    duckdb_result result{};
    const duckdb_state state = duck_.query(connection, macro.statement.c_str(), &result);
    const char* const words = state == DuckDBSuccess ? nullptr : duck_.result_error(&result);
    Result<void> defined;
    if (state != DuckDBSuccess) defined = error_of(words == nullptr ? "" : words);
    duck_.destroy_result(&result);
    if (!defined.ok()) return std::move(defined).error().note("in: " + macro.statement);
    macro.defined = true;
  }
  return {};
}

}  // namespace trailhound::engine
