// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"
#include "cli/help.hpp"

namespace trailhound::cli {

Command describe_completions() {
  return {
      .name = "completions",
      .group = Group::Make,
      .summary = "Print the completion script of a shell",
      .reasons = "`make install` puts them where the shells look; this is for other places.",
      .examples = {{"source <(trailhound completions bash)", "in this shell, at once"},
                   {"trailhound completions fish > ~/.config/fish/completions/trailhound.fish",
                    "for every fish from now on"}},
      .flags = [](Flags& flags) -> Action {
        const auto shell = std::make_shared<std::string>("bash");
        flags.add({.name = "SHELL",
                   .summary = "bash (default), zsh or fish",
                   .choices = {"bash", "zsh", "fish"},
                   .positional = true},
                  into(*shell));
        return [shell](Console& console) -> Result<Exit> {
          TRY(console.print(completions(*shell)));
          return Exit::Done;
        };
      },
  };
}

}  // namespace trailhound::cli
