// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"
#include "cli/help.hpp"

namespace trailhound::cli {

Command describe_manpage() {
  return {
      .name = "manpage",
      .group = Group::Make,
      .summary = "Print the manual page",
      .examples = {{"trailhound manpage > trailhound.1", "for man"},
                   {"trailhound manpage --markdown", "the same words for the manual in docs/"}},
      .flags = [](Flags& flags) -> Action {
        const auto markdown = std::make_shared<bool>(false);
        flags.add({.name = "--markdown", .summary = "As Markdown instead of roff"},
                  into(*markdown));
        return [markdown](Console& console) -> Result<Exit> {
          TRY(console.print(*markdown ? commands_page() : manual_page()));
          return Exit::Done;
        };
      },
  };
}

}  // namespace trailhound::cli
