// SPDX-License-Identifier: Apache-2.0
//
// How the program ends: the only exit codes there are.
//
//   return exit_of(error);
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace trailhound::cli {

/// What the caller of the program learns from its exit code.
enum class Exit : int {
  Done = 0,
  Found = 1,         ///< `--fail-on` was met
  BadRequest = 2,    ///< The question or a flag was wrong
  Incomplete = 3,    ///< Answered, but some input was not read
  EngineFailed = 4,  ///< No answer
  Bug = 70,
  Interrupted = 130,
};

struct ExitWords {
  Exit exit;
  std::string_view words;
};
/// Each of them with a few words, for help pages.
constexpr ExitWords kExits[] = {
    {Exit::Done, "done"},
    {Exit::Found, "something was found that `--fail-on` asked about"},
    {Exit::BadRequest, "the request was wrong"},
    {Exit::Incomplete, "answered, but some input was not read"},
    {Exit::EngineFailed, "the engine failed: no answer"},
    {Exit::Bug, "a bug of trailhound"},
    {Exit::Interrupted, "interrupted"},
};

/// The exit that an error brings about.
inline Exit exit_of(const Error& error) {
  if (error.code() == "cancelled") return Exit::Interrupted;
  switch (error.blame()) {
    case Blame::Request:
      return Exit::BadRequest;
    case Blame::Input:
      return Exit::Incomplete;
    case Blame::Engine:
      return Exit::EngineFailed;
    case Blame::Us:
      return Exit::Bug;
  }
  return Exit::Bug;
}

}  // namespace trailhound::cli
