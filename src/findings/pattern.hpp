// SPDX-License-Identifier: Apache-2.0
//
// Patterns that people write for names: `*` stands for anything.
//
//   matches("iam-*", "iam-key-for-another");       // true
#pragma once

#include <string_view>

namespace trailhound::findings {

/// Whether text matches a pattern in which `*` stands for anything; letters without case.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace trailhound::findings
