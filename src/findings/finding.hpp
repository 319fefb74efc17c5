// SPDX-License-Identifier: Apache-2.0
//
// A finding: a row that asks a person to look. One shape for every hunt and every format.
//
//   Finding finding;
//   finding.hunts = {"iam-key-for-another"};
//   set_column(finding, "principal", "arn:aws:iam::111122223333:user/alice");
//   for (std::size_t i = 0; i < finding_columns().size(); ++i) print(text_of(finding, i));
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "findings/level.hpp"

namespace trailhound::findings {

/// Stands where the event behind a finding has no eventID.
constexpr std::string_view kNoEventId = "(no id)";

/// What was found, by whom it was done, and how much it matters.
struct Finding {
  Time ts, last;
  std::vector<std::string> hunts;  ///< Never empty; more than one where the same events met several
  Level level = Level::Medium;
  std::string actor;  ///< Behind the principal, at the root of the trail; set with the stories
  std::string principal, key, session, source, agent, account, region, action, target, outcome;
  std::uint64_t count = 1;
  std::vector<std::string> event_ids;  ///< Never empty
  std::string why;                     ///< How the level came about
  std::string usual;                   ///< What is usual for this actor; empty without a baseline
  std::size_t story = 0;               ///< Number of its story, from 1
  std::string detail;                  ///< What matters about it, in words
  std::string stands;                  ///< The thing that it made, where it made one
  std::vector<std::string> attack;     ///< ATT&CK ids of its hunts
  std::vector<std::pair<std::string, std::string>> extras;  ///< Further columns of the hunt
};

/// Names of the columns that every format shows, in order: ts, last, hunt, level, ...
std::span<const std::string_view> finding_columns();
/// The value of a column as text; times are ISO, lists are joined by ", ".
std::string text_of(const Finding& finding, std::size_t column);

/// Sets what a hunt's statement gave. Columns that findings do not have become extras.
void set_column(Finding& finding, std::string_view column, std::string value);
/// The value of any column, an extra's too; none if the finding has no such column.
std::optional<std::string> value_of(const Finding& finding, std::string_view column);
/// Replaces each `{column}`; none if one has no value.
std::optional<std::string> fill(std::string_view text, const Finding& finding);
/// The same for a command line; none if a value could do more than stand there as it is.
std::optional<std::string> fill_command(std::string_view text, const Finding& finding);
/// Whether text can stand in a shell command as it is, in quotes or not.
bool is_shell_safe(std::string_view text);

/// Whether the attempt failed: denied, throttled or any error.
bool failed(const Finding& finding);

/// Makes one finding of those that speak of the same events: names and techniques are joined, the
/// highest level stays. One whose events are all among another's of the same principal and a higher
/// level goes into that one. Ordered by time.
std::vector<Finding> merged(std::vector<Finding> findings);

/// "3044ff70": the beginning of an event id, enough to find it by.
std::string_view short_id(std::string_view event_id);

/// The SQL that gives a finding's events again.
std::string rows_again(const Finding& finding);

}  // namespace trailhound::findings
