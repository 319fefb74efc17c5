// SPDX-License-Identifier: Apache-2.0
#include "findings/level.hpp"

#include <array>

#include "base/text.hpp"

namespace trailhound::findings {
namespace {
constexpr std::array<std::string_view, 4> kNames = {"low", "medium", "high", "critical"};
}

std::string_view name_of(Level level) { return kNames[static_cast<std::size_t>(level)]; }

std::optional<Level> find_level(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (equal_without_case(kNames[i], name)) return static_cast<Level>(i);
  }
  return std::nullopt;
}

Level lowered(Level level) {
  return level == Level::Low ? level : static_cast<Level>(static_cast<int>(level) - 1);
}

Level raised(Level level) {
  return level == Level::Critical ? level : static_cast<Level>(static_cast<int>(level) + 1);
}

}  // namespace trailhound::findings
