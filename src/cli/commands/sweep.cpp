// SPDX-License-Identifier: Apache-2.0
#include "triage/sweep.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "cli/command.hpp"
#include "cli/screen_text.hpp"

namespace trailhound::cli {
namespace {

constexpr std::size_t kLargest = 64 << 20;  // bytes of a list

struct Options {
  std::string file;
  bool all = false;
  LogFlags logs;
  OutputFlags output;
};

Result<std::string> read_list(const Options& options) {
  if (options.file.empty()) {
    return Error("entity-not-named", "`sweep` was not told which list to look for")
        .note("a file with one indicator a line, or `-`");
  }
  std::ifstream file;
  std::error_code ignored;
  if (options.file != "-" && std::filesystem::is_directory(options.file, ignored)) {
    return Error("no-such-path", "`" + options.file + "` is a folder, not a list");
  }
  if (options.file == "-") {
    const auto& logs = options.logs.source.logs;
    if (std::find(logs.begin(), logs.end(), "-") != logs.end()) {
      return Error("bad-flag", "the list and the logs cannot both come from standard input");
    }
  } else {
    file.open(options.file, std::ios::binary);
    if (!file) return Error("no-such-path", "`" + options.file + "` cannot be read");
  }
  std::istream& from = options.file == "-" ? std::cin : file;
  std::string bytes(kLargest + 1, '\0');
  from.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(from.gcount()));
  if (bytes.size() > kLargest) return Error("not-a-list", "the list is over 64 MB");
  return triage::list_text(bytes);
}

Result<Exit> run(Options options, Console& console) {
  TRY(const std::string text, read_list(options));
  const triage::IndicatorList list = triage::parse_indicators(text);
  if (list.indicators.empty() && list.wrong.empty()) {
    return Error("entity-not-named", "the list names nothing to look for");
  }
  options.logs.source.unique = true;  // an event in two files is one event
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  TRY(const triage::Swept swept, triage::sweep(*desk, list.indicators));
  if (options.output.format_given) {
    findings::Table table = triage::sweep_table(swept, list);
    TRY(console.show(table, options.output));
  } else {
    const findings::Screen screen = triage::sweep_screen(swept, list, options.all);
    TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
  }
  const Exit read = console.close(*desk);
  return list.wrong.empty() ? read : Exit::Incomplete;
}

}  // namespace

Command describe_sweep() {
  return {
      .name = "sweep",
      .group = Group::Look,
      .summary = "Look for a list of indicators: which were seen, by whom, first and last",
      .reasons =
          "Keys, ARNs, addresses, networks, agents and names, one a line: comments behind `#`, CSV "
          "with\n"
          "the indicator in any column, and the JSON of MISP and STIX are read as well. The logs "
          "are\n"
          "asked once, however long the list is. What was not seen is named, too; lines that were "
          "not\n"
          "understood are named, and make the exit code 3.",
      .examples = {{"trailhound sweep indicators.txt --logs DIR", "a list, against the logs"},
                   {"trailhound sweep - --logs DIR -t csv", "a list from elsewhere, as rows"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add({.name = "FILE",
                   .summary = "The list; `-` reads standard input",
                   .positional = true,
                   .completes = Completes::Path},
                  into(options->file));
        flags.add({.name = "--all", .summary = "Cut nothing"}, into(options->all));
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
