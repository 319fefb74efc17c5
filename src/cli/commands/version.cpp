// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/help.hpp"

namespace trailhound::cli {

Command describe_version() {
  return {
      .name = "version",
      .group = Group::Learn,
      .summary = "Print the version, as `trailhound --version` does",
      .examples = {{"trailhound version", "the version of the program"}},
      .flags = [](Flags&) -> Action {
        return [](Console& console) -> Result<Exit> {
          TRY(console.print("trailhound " + std::string(version()) + "\n"));
          return Exit::Done;
        };
      },
  };
}

}  // namespace trailhound::cli
