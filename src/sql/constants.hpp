// SPDX-License-Identifier: Apache-2.0
//
// What a term stands for, where that is known before any event is read.
//
//   constant_time(term);     // date '2024-01-31', now() - interval '30' day, date_parse('...',
//   '...') constant_text_of(term);  // 'a', concat('a', 'b'), date_format(now(), '%Y/%m/%d')
//
// Nothing is given for a term that cannot be reckoned here, though it may still be constant: who
// asks must do without.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "sql/bound.hpp"

namespace trailhound::sql {

/// The point in time that a term stands for.
std::optional<Time> constant_time(const TermPtr& term);
/// The text that a term stands for.
std::optional<std::string> constant_text_of(const TermPtr& term);
/// The time so many microseconds later; at the ends of what a Time can say, it stays there.
Time moved(Time time, std::int64_t by);

}  // namespace trailhound::sql
