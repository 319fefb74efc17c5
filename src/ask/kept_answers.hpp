// SPDX-License-Identifier: Apache-2.0
//
// Which questions have an answer that a lake may keep, and what it is called there.
//
//   if (may_be_kept(question, source)) stretches = answers.stretches(kept_name(question), reach);
#pragma once

#include <string>

#include "ask/ask.hpp"

namespace trailhound::ask {

/// Whether all events are asked about, at whatever time, by a program that knows itself again.
bool asks_of_all(const Source& source);

/// Whether the answer is made of nothing but the question's text and all events: no time from
/// outside, no window, no list of whose addresses are whose.
bool may_be_kept(const Question& question, const Source& source);

/// A name for the question's text, fit for a file.
std::string kept_name(const Question& question);

}  // namespace trailhound::ask
