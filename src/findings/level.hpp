// SPDX-License-Identifier: Apache-2.0
//
// How much a finding matters, in four words.
//
//   Level level = lowered(Level::High);            // Medium
//   name_of(level);                                // "medium"
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace trailhound::findings {

/// From a note in passing to what must be acted on now. The order is that of importance.
enum class Level : std::uint8_t { Low, Medium, High, Critical };

std::string_view name_of(Level level);
/// The level called `name`, letters compared without case.
std::optional<Level> find_level(std::string_view name);
/// One step less; the lowest stays.
Level lowered(Level level);
/// One step more; the highest stays.
Level raised(Level level);

}  // namespace trailhound::findings
