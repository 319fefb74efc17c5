// SPDX-License-Identifier: Apache-2.0
//
// What a userAgent says about the program that made a call.
//
//   Agent agent = parse_agent("aws-cli/2.13.5 Python/3.11.4 Linux/6.1.0-kali9-amd64");
//   agent.family;       // "aws-cli"
//   agent.name();       // "aws-cli/2.13": patch versions would make every week look unusual
//   agent.is_attack;    // true: Kali names itself in its kernel's version
//
// The families are the rows of agents.def. An agent is what the caller says it is: good for telling
// habits apart, no proof of anything. Lengths are bounded by the text; nothing is searched twice.
#pragma once

#include <string>
#include <string_view>

namespace trailhound::event {

/// A userAgent, taken apart.
struct Agent {
  std::string family;     ///< A row's, an AWS host name, or the first product named; else `other`
  std::string version;    ///< "2.13.5"; empty if none stands behind the family's name
  std::string_view kind;  ///< attack, iac, cli, sdk, console, browser, service, node, tool, other
  std::string_view
      system;              ///< linux, windows, macos, android, ios, kali, parrot, ...; may be empty
  bool is_attack = false;  ///< A tool of attack or audit, or a system made for it

  /// Family, with the first two numbers of the version.
  std::string name() const;
};

/// Never fails. All parts of an empty agent are empty.
Agent parse_agent(std::string_view user_agent);

}  // namespace trailhound::event
