// SPDX-License-Identifier: Apache-2.0
//
// How usual what a finding tells is: on how many of the days before it the same principal did the
// same, from the same place, and how many days anybody in the account did.
//
//   Usual usual(deeds, logs_begin);              // what usual_statement() gave
//   const Judgement judgement = usual.of(finding);
//   if (!judgement.is_known()) print(judgement.words);    // "never by bob in 21 days before it,
//   ..."
//
// Where less than a week lies before a finding, nothing is called usual or new.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.hpp"
#include "engine/rows.hpp"
#include "findings/finding.hpp"

namespace trailhound::hunt {

/// What somebody did on one day.
struct Deed {
  std::string account, principal, action, source;
  std::int32_t day = 0;  ///< Days since 1970
};

/// What is known of a finding's past.
struct Judgement {
  bool enough = false;     ///< There is a past to judge by
  std::size_t days = 0;    ///< On which the principal did it, before
  std::size_t here = 0;    ///< Of these, from the same address or its /24
  std::size_t others = 0;  ///< Days on which anybody of the account did it
  std::size_t past = 0;    ///< Days before it, at most 30
  std::string words;
  /// It was there before: the same principal, action and place.
  bool is_known() const { return enough && here > 0; }
  /// It is done as a matter of course.
  bool is_usual() const { return enough && here >= 3; }
};

/// The question that gives the deeds of these actions ("iam:CreateUser").
std::string usual_statement(const std::vector<std::string>& actions);
Result<std::vector<Deed>> read_deeds(engine::Rows& rows);
/// The actions that findings name; those that name several, each.
std::vector<std::string> actions_of(const std::vector<findings::Finding>& findings);

/// Judges findings.
class Usual {
 public:
  Usual(const std::vector<Deed>& deeds, Time logs_begin);
  Judgement of(const findings::Finding& finding) const;

 private:
  using Days = std::set<std::int32_t>;
  std::map<std::pair<std::string, std::string>, Days> by_principal_, by_account_;
  std::map<std::tuple<std::string, std::string, std::string>, Days> by_place_;
  Time logs_begin_;
};

}  // namespace trailhound::hunt
