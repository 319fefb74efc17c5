// SPDX-License-Identifier: Apache-2.0
//
// Small questions about text that every layer asks: letters without case, the nearest name, UTF-8.
//
//   if (auto near = nearest("evenname", names)) hint("`" + *near + "`?");
//
// Case folding is ASCII's: names of fields, functions and commands hold nothing else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trailhound {

char to_lower(char c);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equal_without_case(std::string_view one, std::string_view other);
std::string_view trim(std::string_view text);
/// "a,b,,c" at ',' → {"a", "b", "", "c"}; never empty.
std::vector<std::string_view> split(std::string_view text, char at);
std::string join(std::span<const std::string> parts, std::string_view between);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// Number of single-letter slips (insert, delete, replace, swap of neighbours) between two words,
/// letters compared without case; `most + 1` as soon as it exceeds `most`.
std::size_t slips_between(std::string_view one, std::string_view other, std::size_t most);
/// The name nearest to `word` without case, if near enough to be meant: a slip for every three
/// letters, at least one. The first of equals.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> names);
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> names);

/// Whether the bytes are well-formed UTF-8 (no surrogates, nothing overlong).
bool is_utf8(std::string_view bytes);
/// The bytes with each ill-formed sequence replaced by U+FFFD.
std::string to_utf8(std::string_view bytes);
/// Appends a code point as UTF-8; what is none becomes U+FFFD.
void append_utf8(std::string& text, char32_t code_point);
/// UTF-8 of at most `most` bytes as it is; of more, their beginning and "…" for the rest.
std::string shortened(std::string text, std::size_t most);
/// Takes the next code point off the front of well-formed UTF-8 that is not empty.
char32_t take_utf8(std::string_view& text);

/// "1,234,567"
std::string with_commas(std::uint64_t number);

}  // namespace trailhound
