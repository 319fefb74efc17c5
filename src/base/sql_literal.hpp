// SPDX-License-Identifier: Apache-2.0
//
// Values as they stand in statements that the program writes itself; in every dialect alike.
//
//   "where eventname in (" + sql_list(names) + ") and ts >= " + sql_literal(from)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace trailhound {

/// 'it''s'. The text may hold anything but a NUL byte, which no statement holds.
std::string sql_literal(std::string_view text);
/// timestamp '2024-03-01 09:00:00.25', in UTC.
std::string sql_literal(Time time);
/// 'a', 'b'; for no texts '', so that an `in` of nothing can be written.
std::string sql_list(const std::vector<std::string>& texts);

}  // namespace trailhound
