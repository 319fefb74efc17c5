// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_errors.hpp"

#include <string>
#include <utility>

#include "base/text.hpp"

namespace trailhound::engine {
namespace {

/// DuckDB's class of an error, as its text begins, and our code for it.
struct Class {
  std::string_view words;
  std::string_view code;
};
constexpr Class kClasses[] = {
    {"INTERRUPT", "cancelled"},
    {"Interrupt", "cancelled"},
    {"Conversion", "bad-cast"},
    {"Out of Range", "out-of-range"},
    {"Divide by Zero", "division-by-zero"},
    {"Division by Zero", "division-by-zero"},
    {"Invalid Input", "bad-value"},
    {"Out of Memory", "out-of-memory"},
    {"Parser", "engine-refused"},
    {"Syntax", "engine-refused"},
    {"Binder", "engine-refused"},
    {"Catalog", "engine-refused"},
    {"Invalid type", "engine-refused"},
    {"Mismatch Type", "engine-refused"},
    {"Not implemented", "engine-refused"},
    {"Parameter Not Resolved", "engine-refused"},
    {"Permission", "not-allowed"},
    {"Invalid Configuration", "not-allowed"},
};

/// "Conversion Error: words" → "bad-cast", and `text` keeps "words".
std::string_view take_class(std::string_view& text) {
  for (const auto& [words, code] : kClasses) {
    if (!text.starts_with(words)) continue;
    std::string_view rest = text.substr(words.size());
    if (rest.starts_with(" Error: "))
      rest.remove_prefix(8);
    else if (rest.starts_with(" Error:"))
      rest.remove_prefix(7);
    else
      continue;
    text = rest;
    return code;
  }
  // Classes without a code of their own keep their name: it says more than nothing.
  return "engine-failed";
}

/// "[bad-subscript] words" → "bad-subscript", and `text` keeps "words"; else "".
std::string_view take_own_code(std::string_view& text) {
  if (!text.starts_with('[')) return {};
  const std::size_t end = text.find("] ");
  if (end == std::string_view::npos) return {};
  const std::string_view code = text.substr(1, end - 1);
  if (find_error_kind(code) == nullptr) return {};
  text.remove_prefix(end + 2);
  return code;
}

}  // namespace

Error error_of(std::string_view words) {
  std::string_view text = trim(words);
  std::string_view code = take_class(text);
  // A function's error may come wrapped once more: "Invalid Input Error: [code] ...".
  if (code == "engine-failed" || code == "bad-value") {
    if (const std::string_view own = take_own_code(text); !own.empty()) code = own;
  }
  std::string_view rest;
  if (const std::size_t end = text.find('\n'); end != std::string_view::npos) {
    rest = trim(text.substr(end));
    text = trim(text.substr(0, end));
  }
  if (code == "cancelled") return Error(code, "the question was stopped");
  if (code == "out-of-memory") {
    // What the engine advises are settings that nobody can reach here.
    return Error(code, "the question needs more memory than it may use")
        .note("`--memory` gives it more; with fewer fields, or a shorter window, it needs less");
  }
  std::string message(text.empty() ? std::string_view("no reason was given") : text);
  if (code == "engine-failed" || code == "engine-refused") message = "the engine says: " + message;
  Error error(code, std::move(message));
  if (!rest.empty() && !rest.starts_with("Stack Trace")) error.notes.emplace_back(rest);
  return error;
}

}  // namespace trailhound::engine
