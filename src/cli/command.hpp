// SPDX-License-Identifier: Apache-2.0
//
// A command: its words, its flags, and what it does. Each is a file of src/cli/commands.
//
//   Command describe_version() {
//     return {.name = "version",
//             .summary = "Print the version",
//             .examples = {{"trailhound version", "the version of the program"}},
//             .flags = [](Flags&) -> Action { return [](Console& console) { ... }; }};
//   }
//
// Help, completions, the manual page and docs/manual/commands.md are made from the same words.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/console.hpp"
#include "cli/exit.hpp"
#include "cli/flags.hpp"

namespace trailhound::cli {

/// What a command does once its flags are read.
using Action = std::function<Result<Exit>(Console& console)>;

/// A command line and what it is for.
struct Example {
  std::string_view command;
  std::string_view words;
};

/// Under which heading help lists a command.
enum class Group { Ask, Look, Learn, Make };

/// A command, as data.
struct Command {
  std::string_view name;
  Group group = Group::Ask;
  std::string_view summary;       ///< One line, no full stop
  std::string_view reasons = {};  ///< Paragraphs that `--help` adds
  std::vector<Example> examples;
  /// Adds the flags; what is given back runs after they were read.
  Action (*flags)(Flags& flags);
};

/// All commands, in the order of their names.
std::span<const Command> commands();
const Command* find_command(std::string_view name);

}  // namespace trailhound::cli
