// SPDX-License-Identifier: Apache-2.0
//
// Text of unknown origin made fit for a page, and the frame of a page that stands alone.
//
//   html("<b>")                          // "&lt;b&gt;"
//   page({.title = "Case", .body = body})
//
// A page loads nothing and runs nothing: its policy forbids all but the one style sheet in it,
// which it names by its hash. Characters that act or hide are spelt out, as on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace trailhound::show {

/// Fit for text and for attributes in double quotes.
std::string html(std::string_view text);
/// The same, spellings of hidden characters set apart: for text only.
std::string html_marked(std::string_view text);

/// A whole page: UTF-8, its policy, its style.
std::string page(std::string_view title, std::string_view body);

/// Bytes as base64 has them.
std::string base64(std::string_view bytes);

}  // namespace trailhound::show
