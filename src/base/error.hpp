// SPDX-License-Identifier: Apache-2.0
//
// What went wrong, whose doing it was, where it shows, and what would work instead.
//
//   return Error{"unknown-field", "no field is called `sourceIp`"}
//       .at(span, "not a CloudTrail field")
//       .note("fields are listed by `trailhound schema`")
//       .mend({.title = "use `sourceIPAddress`", .edits = {{span, "sourceIPAddress"}}});
//
// Every code stands in errors.def with its Blame and its page; a code that does not is a bug and
// stops the program at once (so a test that meets the error finds it). Messages say what is, then
// what would work: lower case, no full stop, no reproach, user text in backticks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.hpp"

namespace trailhound {

/// Whose doing an error is. It decides the exit code and the tone.
enum class Blame {
  Request,  ///< The question or a flag: exit 2.
  Input,    ///< A file that could not be read: exit 3.
  Engine,   ///< DuckDB or a remote engine: exit 4.
  Us,       ///< A bug of ours: exit 70.
};

/// One replacement in the text that an error speaks of.
struct Edit {
  Span span;
  std::string text;
};

/// How certain a Fix is. Only the sure ones are ever applied unasked, and then with a warning.
enum class Certainty { Guess, Sure };

/// A way to mend the text.
struct Fix {
  std::string title;  ///< "use `sourceIPAddress`"
  std::vector<Edit> edits;
  Certainty certainty = Certainty::Guess;
};

/// A place in the text, with a few words to stand under it.
struct Label {
  Span span;
  std::string text;
};

/// What is fixed about a code: declared once, in errors.def.
struct ErrorKind {
  std::string_view code;  ///< "unknown-field"
  Blame blame;
  std::string_view page;  ///< What `trailhound help CODE` prints: why it happens, what to do.
};

/// Every kind, sorted by code.
const std::vector<ErrorKind>& error_kinds();
/// The kind called `code`, if there is one.
const ErrorKind* find_error_kind(std::string_view code);

/// Something that went wrong. The first label is the primary one.
struct Error {
  Error(std::string_view code_of_errors_def, std::string what);

  Error at(Span span, std::string text = {}) &&;  ///< Adds a label.
  Error note(std::string text) &&;                ///< Adds a line of background.
  Error mend(Fix way) &&;                         ///< Sets the fix.
  Error in(std::string name_of_text) &&;          ///< Names the text that spans count in.

  Blame blame() const { return kind->blame; }
  std::string_view code() const { return kind->code; }

  const ErrorKind* kind;  ///< Never null.
  std::string message;
  std::vector<Label> labels;
  std::vector<std::string> notes;
  std::optional<Fix> fix;
  std::string source;  ///< "query", a file's path; empty where there is no text.
};

/// Applies edits that do not overlap; later ones are given in the offsets of the text as it was.
std::string apply(std::string_view text, const std::vector<Edit>& edits);

}  // namespace trailhound
