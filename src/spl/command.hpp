// SPDX-License-Identifier: Apache-2.0
//
// A command of a search: its words, its manual, what it does to the rows. Each is a file of
// commands/.
//
//   Command describe_head() {
//     return {.names = {"head"}, .synopsis = "head [N]", .summary = "The first rows",
//             .examples = {"... | head 5"}, .lower = [](Reader& in, Lowering& to) -> Result<void>
//             {...}};
//   }
//
// `lower` reads the words behind the name up to the end of the command and changes `to.rows()`.
// docs/manual/spl-commands.md is made from these words; its examples are run as tests.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "spl/lowering.hpp"
#include "spl/reader.hpp"

namespace trailhound::spl {

struct Command {
  std::vector<std::string_view> names;  ///< The first is the one that the manual uses
  std::string_view synopsis;
  std::string_view summary;
  std::string_view details = {};  ///< How it differs from Splunk's, if it does; its limits
  std::vector<std::string_view> examples;
  bool begins = false;  ///< Makes rows: stands first, behind a `|`
  Result<void> (*lower)(Reader& in, Lowering& to);
};

/// All of them, in the order of their files.
std::span<const Command> commands();
const Command* find_command(std::string_view name);

/// A command of Splunk that is not offered, and what to use in its place.
struct RefusedCommand {
  std::string_view name, why, instead;
};
std::span<const RefusedCommand> refused_commands();

}  // namespace trailhound::spl
