// SPDX-License-Identifier: Apache-2.0
//
// Errors and warnings as a person reads them: what is wrong, where, and what would work.
//
//   error[unknown-field]: no field is called `sourceIp`
//    --> query:1:16
//     |
//   1 | stats count by sourceIp
//     |                ^^^^^^^^ not a CloudTrail field
//     = fix: use `sourceIPAddress`
//     = more: trailhound help unknown-field
//
//   talk(problem_text(error, Severity::Error, query, look));
//
// `text` is the text that the spans count in; where it is empty, no excerpt is shown. All text of
// the error is made visible here: nobody needs to do so before.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "show/look.hpp"

namespace trailhound::show {

/// Whether the question was answered all the same.
enum class Severity { Error, Warning };

/// The whole of it, ended by a line feed. A warning has no last line about more.
std::string problem_text(const Error& error, Severity severity, std::string_view text,
                         const Look& look);

/// One JSON object on a line, for programs.
std::string problem_json(const Error& error, Severity severity, std::string_view text);

/// Line and column of a byte, both from 1; columns count characters.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};
Place place_of(std::string_view text, std::size_t offset);

}  // namespace trailhound::show
