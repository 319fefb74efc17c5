// SPDX-License-Identifier: Apache-2.0
//
// A test of single fields against texts and times, which every event that a question could use
// passes: what lets a source of kept events leave out the others.
//
//   RowFilter filter = RowFilter::all({RowFilter::text(Field::EventName, {.any_of = {"RunTask"}}),
//                                      RowFilter::text(Field::ErrorCode, {.null = true})});
//   filter.passes_text("RunTask");              // of a leaf: one value of its field
//
// Made by sql/scan_plan.cpp out of conditions. What a condition says beyond such tests is taken for
// true, so a filter lets through too much, never too little; the engine still checks every event.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "event/schema.hpp"

namespace trailhound::event {

/// A pattern of LIKE. `escape` 0: none.
struct LikePattern {
  std::string pattern;
  char escape = 0;
};

/// Which values of a text field pass.
struct TextTest {
  std::vector<std::string> any_of{};  ///< One of these
  std::vector<LikePattern> like{};    ///< or what matches one of these
  bool negated = false;               ///< ... or rather all but those
  bool null = false;                  ///< NULL passes
};

/// A test, or several of which all or one must be passed.
struct RowFilter {
  enum class Kind { Everything, Text, Time, All, Any };
  Kind kind = Kind::Everything;
  Field field = Field::Record;  ///< Of Text and Time
  TextTest test{};              ///< Of Text
  Time from{INT64_MIN};         ///< Of Time: included; NULL does not pass
  Time to{INT64_MAX};           ///< Of Time: included
  std::vector<RowFilter> parts{};

  static RowFilter text(Field field, TextTest test);
  static RowFilter time(Field field, Time from, Time to);
  /// Everything, if there are no parts.
  static RowFilter all(std::vector<RowFilter> parts);
  /// Everything, if one of the parts is.
  static RowFilter any(std::vector<RowFilter> parts);

  bool is_everything() const { return kind == Kind::Everything; }
  /// Whether a value passes a leaf of kind Text; no value is NULL.
  bool passes_text(std::optional<std::string_view> value) const;
  /// The fields that are looked at.
  void add_fields(FieldSet& fields) const;
};

/// Whether a text matches a pattern of LIKE: `%` any run, `_` one character.
bool is_like(std::string_view text, const LikePattern& pattern);

}  // namespace trailhound::event
