// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <new>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/help.hpp"

namespace trailhound::cli {
namespace {

bool asks_for(const std::vector<std::string>& words, std::string_view one, std::string_view other) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == one || word == other) return true;
  }
  return false;
}

Error unknown_command(const std::string& word) {
  if (word.starts_with('-')) {
    return Error("unknown-command", "a command comes before flags such as `" + word + "`")
        .note("`trailhound help` lists all commands");
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  Error error("unknown-command", "no command is called `" + word + "`");
  if (const std::optional<std::string> near = nearest(word, names)) {
    return std::move(error).mend({.title = "use `trailhound " + *near + "`", .edits = {}});
  }
  if (word.find(' ') != std::string::npos || equal_without_case(word, "select")) {
    return std::move(error).note("a question of SQL goes behind `trailhound sql`");
  }
  return std::move(error).note("`trailhound help` lists all commands");
}

Exit print(Console& console, std::string_view text) {
  const Result<void> printed = console.print(text);
  return printed.ok() ? Exit::Done : console.fail(printed.error());
}

Exit run_command(const Command& command, const std::vector<std::string>& words,
                 OpenDesk open_desk) {
  Manners manners;
  Flags flags;
  const Action action = command.flags(flags);
  add_manners(flags, manners);
  if (asks_for(words, "-h", "--help")) {
    const HelpLength length =
        asks_for(words, "--help", "--help") ? HelpLength::Full : HelpLength::Short;
    Console console(std::move(open_desk), manners);
    return print(console, help_page(command, length, console.look()));
  }
  const Result<void> parsed = parse(flags, words);
  Console console(std::move(open_desk), manners);
  if (!parsed.ok()) return console.fail(parsed.error());
  const Result<Exit> ended = action(console);
  return ended.ok() ? *ended : console.fail(ended.error());
}

Exit run_words(const std::vector<std::string>& words, OpenDesk open_desk) {
  Console console(open_desk, {});
  if (words.empty()) {
    console.talk(overview(console.talk_look()));
    return Exit::BadRequest;
  }
  if (words[0] == "-h" || words[0] == "--help") return print(console, overview(console.look()));
  const std::string name = words[0] == "--version" || words[0] == "-V" ? "version" : words[0];
  const Command* command = find_command(name);
  if (command == nullptr) return console.fail(unknown_command(name));
  return run_command(*command, {words.begin() + 1, words.end()}, std::move(open_desk));
}

}  // namespace

const Command* find_command(std::string_view name) {
  const std::span<const Command> all = commands();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Command& c) { return c.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Exit run(const std::vector<std::string>& words, OpenDesk open_desk) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run_words(words, std::move(open_desk));
  } catch (const std::bad_alloc&) {
    std::fputs("trailhound: there is not enough memory\n", stderr);
    return Exit::EngineFailed;
  } catch (const std::exception& unforeseen) {
    std::fprintf(stderr,
                 "trailhound: a bug: %s\nplease report it, with the command and the version\n",
                 unforeseen.what());
    return Exit::Bug;
  }
}

}  // namespace trailhound::cli
