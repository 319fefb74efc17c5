// SPDX-License-Identifier: Apache-2.0
//
// A proved JSON value, looked at in place.
//
//   if (auto text = view.find("CloudTrailEvent")) use(text->unescaped());
//   view.each([&](View element) { ... });
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "read/tokens.hpp"

namespace trailhound::read {

/// A value of a text whose tokens are proved.
class View {
 public:
  View(const Tokens& tokens, Token i) : tokens_(&tokens), i_(i) {}
  const Tokens& tokens() const { return *tokens_; }
  Token token() const { return i_; }

  bool is_object() const { return tokens_->head(i_) == '{'; }
  bool is_array() const { return tokens_->head(i_) == '['; }
  bool is_string() const { return tokens_->head(i_) == '"'; }
  bool is_null() const { return tokens_->head(i_) == 'n'; }
  /// The string's inside, escapes as they stand; "" of what is no string.
  std::string_view raw() const { return is_string() ? tokens_->string(i_) : std::string_view(); }
  std::string unescaped() const {
    std::string out;
    unescape(raw(), out);
    return out;
  }
  /// The value under `key` of an object, the last of several.
  std::optional<View> find(std::string_view key) const {
    std::optional<View> found;
    each_member([&](std::string_view name, View value) {
      if (name == key) found = value;
    });
    return found;
  }
  /// The elements of an array.
  template <class Take>
  void each(Take take) const {
    if (!is_array()) return;
    for (Token i = i_ + 1; tokens_->head(i) != ']';) {
      take(View(*tokens_, i));
      i = tokens_->behind(i);
      if (tokens_->head(i) == ',') ++i;
    }
  }
  /// The members of an object: key (escapes as they stand), value.
  template <class Take>
  void each_member(Take take) const {
    if (!is_object()) return;
    for (Token i = i_ + 1; tokens_->head(i) != '}';) {
      take(tokens_->string(i), View(*tokens_, i + 2));
      i = tokens_->behind(i + 2);
      if (tokens_->head(i) == ',') ++i;
    }
  }

 private:
  const Tokens* tokens_;
  Token i_;
};

}  // namespace trailhound::read
