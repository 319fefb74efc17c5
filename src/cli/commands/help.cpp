// SPDX-License-Identifier: Apache-2.0

#include "cli/help.hpp"

#include <memory>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "show/text_rows.hpp"

namespace trailhound::cli {
namespace {

std::string_view words_of(Blame blame) {
  switch (blame) {
    case Blame::Request:
      return "the question or a flag (exit 2)";
    case Blame::Input:
      return "a file of the logs (exit 3)";
    case Blame::Engine:
      return "the engine (exit 4)";
    case Blame::Us:
      return "a bug of trailhound (exit 70)";
  }
  return "";
}

std::string code_page(const ErrorKind& kind, const show::Look& look) {
  return look.paint(show::Ink::Title, kind.code) + "\n\n" + std::string(kind.page) +
         "\n\nWhose doing: " + std::string(words_of(kind.blame)) + "\n";
}

Error unknown_topic(const std::string& topic) {
  std::vector<std::string_view> names = {"codes"};
  for (const Command& command : commands()) names.push_back(command.name);
  for (const ErrorKind& kind : error_kinds()) names.push_back(kind.code);
  Error error("unknown-topic", "there is no help about `" + topic + "`");
  if (const std::optional<std::string> near = nearest(topic, names)) {
    return std::move(error).mend({.title = "use `trailhound help " + *near + "`", .edits = {}});
  }
  return std::move(error).note(
      "`trailhound help` lists the commands, `trailhound help codes` the codes");
}

Result<Exit> list_codes(Console& console) {
  show::TextRows rows({"code", "why it happens"});
  for (const ErrorKind& kind : error_kinds()) {
    rows.add({std::string(kind.code), replace_all(std::string(kind.page), "\n", " ")});
  }
  TRY(console.show(rows, {}));
  return Exit::Done;
}

Result<Exit> run(const std::string& topic, Console& console) {
  const show::Look look = console.look();
  const Command* command = find_command(topic);
  const ErrorKind* kind = find_error_kind(topic);
  if (topic == "codes") return list_codes(console);
  if (topic.empty()) {
    TRY(console.print(overview(look)));
  } else if (command != nullptr) {
    TRY(console.print(help_page(*command, HelpLength::Full, look)));
  } else if (kind != nullptr) {
    TRY(console.print(code_page(*kind, look)));
  } else {
    return unknown_topic(topic);
  }
  return Exit::Done;
}

}  // namespace

Command describe_help() {
  return {
      .name = "help",
      .group = Group::Learn,
      .summary = "Explain a command or the code of an error",
      .examples = {{"trailhound help sql", "a command, with reasons and examples"},
                   {"trailhound help bad-time", "why an error happens, and what to do"},
                   {"trailhound help codes", "the codes of all errors"}},
      .flags = [](Flags& flags) -> Action {
        const auto topic = std::make_shared<std::string>();
        flags.add({.name = "TOPIC",
                   .summary = "A command, the code of an error, or `codes`",
                   .positional = true},
                  into(*topic));
        return [topic](Console& console) { return run(*topic, console); };
      },
  };
}

}  // namespace trailhound::cli
