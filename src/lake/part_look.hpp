// SPDX-License-Identifier: Apache-2.0
//
// Which parts a question may pass over, by what their files say of their columns.
//
//   if (!may_hold(part.path(root), part.bytes, *plan.filter)) continue;   // no event there passes
//
// It reads the end of a file: bounds, counts of NULLs, bloom filters. An engine does so as well, in
// thirty times the time, and not for members of structs. What cannot be read, or does not say,
// may hold anything: the engine will tell what is wrong with it.
#pragma once

#include <cstdint>
#include <string>

#include "event/row_filter.hpp"

namespace trailhound::lake {

bool may_hold(const std::string& path, std::uint64_t bytes, const event::RowFilter& filter);

}  // namespace trailhound::lake
