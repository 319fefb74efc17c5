// SPDX-License-Identifier: Apache-2.0
//
// What a case is about, and how its events are known: those that it did or that happened at it, and
// those that speak of it.
//
//   Subject bob = subject_of(Form::User, "bob");
//   "select count(*) from cloudtrail where " + bob.by.condition
//
// That is what the word says. Whether the logs hold any such, and where a lake has them, is found
// out by understand.hpp.
#pragma once

#include <string>
#include <vector>

#include "triage/calls.hpp"
#include "triage/condition.hpp"
#include "triage/entity.hpp"

namespace trailhound::triage {

struct Subject {
  Entity entity;
  std::string words;                   ///< "user alice", "address 198.51.100.7"
  std::vector<std::string> event_ids;  ///< Form::Event: the events themselves
  std::vector<std::string>
      principals;  ///< Form::Principal: whom the id means, as the field says it
  Wanted by;       ///< Events that it did, or that happened at it
  Wanted about;    ///< Events that speak of it; may have no condition
};

/// As the word says, for all forms but Name and Event.
Subject subject_of(Form form, const std::string& text);

/// The id in what the derived field `principal` says, which has the account of a stranger before
/// it.
std::string id_in(const std::string& principal);

/// Events of the naming services (kept_calls.hpp) that name somebody or something: as a target, or
/// at its end.
Condition names_in_iam(const std::string& name);
/// In SQL: events whose requests or answers hold a text; and those that hold it as a word of its
/// own, not within a longer one.
std::string spoken_of(const std::string& text);
std::string spoken_whole(const std::string& text);

}  // namespace trailhound::triage
