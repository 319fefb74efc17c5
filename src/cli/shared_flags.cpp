// SPDX-License-Identifier: Apache-2.0
#include "cli/shared_flags.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/text.hpp"
#include "show/writer.hpp"

namespace trailhound::cli {
namespace {

Take into_colour(show::ColourWish& wish) {
  return [&wish](const Flag&, const std::string& value) -> Result<void> {
    wish = value == "always"  ? show::ColourWish::Always
           : value == "never" ? show::ColourWish::Never
                              : show::ColourWish::Auto;
    return {};
  };
}

std::string read_all(std::istream& in) {
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path)) {
    return Error("no-such-path", "`" + path + "` cannot be read: " +
                                     std::string(file ? "it is a folder" : std::strerror(errno)));
  }
  return read_all(file);
}

}  // namespace

void add_manners(Flags& flags, Manners& manners) {
  flags.add(
      {.name = "--color",
       .value = "WHEN",
       .summary = "Colour: auto, always or never",
       .reasons = "Auto means on a terminal, unless NO_COLOR is set; CLICOLOR_FORCE turns it on.\n"
                  "Colour only repeats what words say.",
       .choices = {"auto", "always", "never"},
       .shared = true,
       .rare = true},
      into_colour(manners.colour));
  flags.add({.name = "--quiet",
             .letter = 'q',
             .summary = "Say nothing but the answer and errors",
             .shared = true},
            into(manners.quiet));
  flags.add({.name = "--errors",
             .value = "FORM",
             .summary = "Errors and warnings as text or json, one object a line",
             .choices = {"text", "json"},
             .shared = true,
             .rare = true},
            [&manners](const Flag&, const std::string& value) -> Result<void> {
              manners.errors_as_json = value == "json";
              return {};
            });
}

void add_log_flags(Flags& flags, LogFlags& logs) {
  flags.add(
      {.name = "--logs",
       .value = "PATH",
       .summary = "Logs to read: a file, a folder, or - for standard input",
       .reasons = "Folders are searched whole. What a file is, its contents say: gzip, zstd, zip\n"
                  "and tar are opened, digests and the like are told apart. Further paths may\n"
                  "follow, as a shell makes them of `--logs logs/*.gz`, or have the flag again.",
       .repeats = true,
       .shared = true,
       .completes = Completes::Path},
      into(logs.source.logs));
  flags.add({.name = "--lake",
             .value = "DIR",
             .summary = "A lake made by `trailhound ingest`, instead of logs",
             .reasons = "With neither flag, the lake that $TRAILHOUND_LAKE names is asked, else\n"
                        "./trailhound.lake if it is there.",
             .shared = true,
             .completes = Completes::Path},
            into(logs.source.lake));
  flags.add(
      {.name = "--from",
       .value = "TIME",
       .summary = "Leave out events before: 2023-07-10, 2023-07-10T12:00Z, or 30d, 12h back",
       .reasons =
           "Times are UTC. A stretch counts back from the newest event in the logs, not from\n"
           "today: old evidence stays in view.",
       .shared = true},
      into(logs.source.from));
  flags.add({.name = "--to",
             .value = "TIME",
             .summary = "Leave out events at or after this time",
             .shared = true},
            into(logs.source.to));
  flags.add({.name = "--now",
             .value = "TIME",
             .summary = "What now() and relative times count from; else the newest event",
             .shared = true,
             .rare = true},
            into(logs.source.now));
  flags.add(
      {.name = "--unique",
       .summary = "Count each event once, however often it was delivered",
       .reasons = "Two trails into one bucket deliver every event twice. Athena would count both,\n"
                  "and so does trailhound unless told otherwise; it says so when it meets doubles.",
       .shared = true},
      into(logs.source.unique));
  flags.add({.name = "--site",
             .value = "FILE",
             .summary = "What is ours: accounts, networks, expected findings (trailhound.yml)",
             .reasons = "Without the flag, a trailhound.yml beside the logs is read.",
             .shared = true,
             .completes = Completes::Path},
            into(logs.site));
  flags.add({.name = "--memory",
             .value = "SIZE",
             .summary = "Most memory for the engine, 1GiB if not said; beyond it, it uses the disk",
             .shared = true,
             .rare = true},
            into_size(logs.source.memory));
  flags.add({.name = "--threads",
             .value = "N",
             .summary = "Threads; one for each core if not said",
             .shared = true,
             .rare = true},
            into(logs.source.threads));
}

std::vector<std::string> LogFlags::places() const {
  ask::Source found = source;
  if (!find_lake(found).ok() || found.lake.empty()) return found.logs;
  return {found.lake};
}

Result<void> find_lake(ask::Source& source, bool even_if_missing) {
  if (!source.logs.empty() && !source.lake.empty()) {
    return Error("lake-and-logs", "both `--logs` and `--lake` are given");
  }
  if (!source.logs.empty() || !source.lake.empty()) return {};
  constexpr const char* kHere = "trailhound.lake";
  if (const char* const named = std::getenv("TRAILHOUND_LAKE");
      named != nullptr && *named != '\0') {
    source.lake = named;
  } else if (even_if_missing || std::filesystem::is_directory(kHere)) {
    source.lake = kHere;
  }
  return {};
}

Take into_form(OutputFlags& output) {
  return [&output](const Flag&, const std::string& value) -> Result<void> {
    output.format = value;
    output.format_given = true;
    return {};
  };
}

Take into_file(OutputFlags& output, std::span<const Ending> endings) {
  return [&output, endings](const Flag&, const std::string& value) -> Result<void> {
    output.file = value;
    const auto said = std::ranges::find_if(
        endings, [&](const Ending& one) { return to_lower(value).ends_with(one.ending); });
    if (said != endings.end() && !output.format_given) {
      output.format = said->form;
      output.format_given = true;
    }
    return {};
  };
}

void add_output_flags(Flags& flags, OutputFlags& output, bool page) {
  Flag format{.name = "--format",
              .letter = 't',
              .value = "FORMAT",
              .summary = "Form of the answer; a table if not said",
              .shared = true};
  static const std::string reasons = [] {
    std::string text;
    for (const show::Format& known : show::formats()) {
      if (!text.empty()) text += "\n";
      text += std::string(known.name) + std::string(11 - known.name.size(), ' ') +
              std::string(known.summary);
    }
    return text;
  }();
  static const std::string with_page =
      std::string(kPage) + "       one HTML file that loads nothing and runs nothing\n" + reasons;
  format.reasons = page ? with_page : reasons;
  if (page) format.choices.push_back(kPage);
  for (const show::Format& known : show::formats()) format.choices.push_back(known.name);
  flags.add(std::move(format), into_form(output));
  // The page's ending comes first, so that it can be left out.
  static constexpr Ending kEndings[] = {{".html", kPage},    {".csv", "csv"},
                                        {".json", "json"},   {".jsonl", "jsonl"},
                                        {".md", "markdown"}, {".parquet", "parquet"}};
  flags.add(
      {.name = "--output",
       .letter = 'o',
       .value = "FILE",
       .summary = "Write the answer to a file; it appears when it is whole",
       .reasons =
           page ? "Without `-t`, its ending says the form: .csv, .html, .json, .jsonl, .md, "
                  ".parquet."
                : "Without `-t`, its ending says the form: .csv, .json, .jsonl, .md, .parquet.",
       .shared = true,
       .completes = Completes::Path},
      into_file(output, std::span(kEndings).subspan(page ? 0 : 1)));
  flags.add({.name = "--utc-offset",
             .value = "HOURS",
             .summary = "Show timestamps in an offset such as +02:00; it is written beside each",
             .reasons = "Only for show: questions, --from and --to stay in UTC.",
             .shared = true,
             .rare = true},
            into_offset(output.offset_minutes));
  flags.add(
      {.name = "--raw-csv",
       .summary = "csv: text exactly as logged, formulas and control characters too",
       .reasons =
           "Without it, text that a spreadsheet would run as a formula gets a ' in front, and\n"
           "characters that act on a terminal are spelt out.",
       .shared = true,
       .rare = true},
      into(output.raw_csv));
}

void add_question_flags(Flags& flags, QuestionFlags& question) {
  flags.add({.name = "QUESTION",
             .summary = "The question; - reads it from standard input",
             .positional = true},
            into(question.text));
  flags.add({.name = "--file",
             .letter = 'f',
             .value = "FILE",
             .summary = "Read the question from a file",
             .completes = Completes::Path},
            into(question.file));
  flags.add({.name = "--dialect",
             .value = "NAME",
             .summary = "athena (default), lake (CloudTrail Lake), or duckdb",
             .choices = {"athena", "lake", "duckdb"}},
            into(question.dialect));
  flags.add(
      {.name = "--param",
       .value = "NAME=VALUE",
       .summary = "A value for a placeholder of the question",
       .reasons = "Published queries hold placeholders (`'AKIAxxxx'`, `<principalId>`); the error\n"
                  "that asks for one gives its name.",
       .repeats = true},
      into(question.parameters));
}

Result<ask::Question> read_question(const QuestionFlags& flags) {
  ask::Question question;
  question.parameters = flags.parameters;
  if (flags.dialect == "lake") question.language = ask::Language::Lake;
  if (flags.dialect == "duckdb") question.language = ask::Language::DuckDb;
  if (flags.text && !flags.file.empty()) {
    return Error("bad-flag", "the question is given twice: as an argument and by `-f`");
  }
  if (!flags.file.empty() && flags.file != "-") {
    TRY(question.text, read_file(flags.file));
    question.name = flags.file;
  } else if (flags.file == "-" || flags.text == "-") {
    question.text = read_all(std::cin);
    question.name = "standard input";
  } else if (flags.text) {
    question.text = *flags.text;
  }
  if (trim(question.text).empty()) {
    return Error("no-question", "no question is given")
        .note(
            "`trailhound sql 'select eventname, count(*) from cloudtrail group by 1' --logs DIR`");
  }
  return question;
}

}  // namespace trailhound::cli
