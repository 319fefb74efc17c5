// SPDX-License-Identifier: Apache-2.0
//
// The flags that many commands share, each defined once.
//
//   add_log_flags(flags, options->logs);          // --logs --from --to --now --unique ...
//   add_output_flags(flags, options->output);     // -t -o --utc-offset ...
//
// Every command has the manners (`--color`, `-q`, `--errors`); it need not ask for them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "cli/flags.hpp"
#include "show/look.hpp"

namespace trailhound::cli {

/// How to talk, whatever the command.
struct Manners {
  show::ColourWish colour = show::ColourWish::Auto;
  bool quiet = false;
  bool errors_as_json = false;
};
void add_manners(Flags& flags, Manners& manners);

/// Where events come from, and within which bounds.
struct LogFlags {
  ask::Source source;
  std::string site;  ///< Path of the site file; empty: the one beside the logs, if any
  /// The logs, or the lake: what a site file may lie beside.
  std::vector<std::string> places() const;
};
void add_log_flags(Flags& flags, LogFlags& logs);
/// The lake where neither logs nor a lake are named: $TRAILHOUND_LAKE, else ./trailhound.lake; the
/// latter only if it is there, or `even_if_missing`. Error `lake-and-logs` if both are named.
Result<void> find_lake(ask::Source& source, bool even_if_missing = false);

/// Where the answer goes, and as what.
struct OutputFlags {
  std::string format = "table";
  bool format_given = false;  ///< `-t` was said, be it `-t table`, or the file's ending says it
  std::string file;           ///< Empty: standard output
  std::optional<std::int32_t> offset_minutes;
  bool raw_csv = false;
};
/// What the ending of a file says of its form: {".csv", "csv"}.
struct Ending {
  std::string_view ending, form;
};
/// What `-t` and `-o` set: of a file, the form too, if its ending is one of these and `-t` was not
/// said.
Take into_form(OutputFlags& output);
Take into_file(OutputFlags& output, std::span<const Ending> endings);
/// The form that commands with a page of their own take besides those of rows.
constexpr std::string_view kPage = "html";
/// `page`: whether the command writes one.
void add_output_flags(Flags& flags, OutputFlags& output, bool page = false);

/// The text of a question, and how to read it.
struct QuestionFlags {
  std::optional<std::string> text;  ///< Literal, or "-"
  std::string file;
  std::string dialect = "athena";
  std::map<std::string, std::string> parameters;
};
void add_question_flags(Flags& flags, QuestionFlags& question);
/// The question itself, read from where the flags say. Errors `no-question`, `no-such-path`.
Result<ask::Question> read_question(const QuestionFlags& flags);

}  // namespace trailhound::cli
