// SPDX-License-Identifier: Apache-2.0
//
// The words about commands: help screens, the manual page, docs/manual/commands.md and completions,
// all from the same data.
//
//   console.print(help_page(*find_command("sql"), HelpLength::Short, look));
#pragma once

#include <string>

#include "cli/command.hpp"
#include "show/look.hpp"

namespace trailhound::cli {

enum class HelpLength {
  Short,  ///< `-h`: one screen
  Full,   ///< `--help`: reasons and examples too
};

/// All commands with a line each.
std::string overview(const show::Look& look);
/// One command: use, flags, examples.
std::string help_page(const Command& command, HelpLength length, const show::Look& look);

/// trailhound.1, in roff.
std::string manual_page();
/// docs/manual/commands.md.
std::string commands_page();
/// The completion script of a shell: "bash", "zsh" or "fish".
std::string completions(std::string_view shell);

/// `0.1.0`
std::string_view version();

}  // namespace trailhound::cli
