// SPDX-License-Identifier: Apache-2.0
//
// The text of a search before it is read: comments taken out, placeholders and macros put in, slips
// of published searches mended.
//
//   TRY(Source source, prepare(text, settings, notices));
//   source.text;                      // what is read
//   source.original(span);            // where that stands in the text as it was typed
//
// Placeholders are `<principalId>`: their values come from Settings::parameters. Macros stand in
// backquotes; they may hold others, up to twenty deep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "spl/spl.hpp"

namespace trailhound::spl {

/// A text that was made out of another.
class Source {
 public:
  std::string text;
  /// The span of the original that a span of `text` was made from.
  Span original(Span span) const;

 private:
  friend class Preparing;
  struct Piece {
    std::uint32_t begin = 0, end = 0;  ///< In `text`
    Span from;                         ///< In the original
    bool copied = false;               ///< Letter by letter
  };
  std::vector<Piece> pieces_;
};

Result<Source> prepare(std::string_view text, const Settings& settings,
                       std::vector<Error>& notices);

}  // namespace trailhound::spl
