// SPDX-License-Identifier: Apache-2.0
//
// Every file that an event came in.
//
//   TRY(auto found, witnesses_of(root, "6c6cd8a1-..."));
//   found[0].source;                         // the file it was kept from
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {

struct Witness {
  AccountDay where;
  std::string source;
  bool kept = false;  ///< The event was kept from here; else it was a copy
};

/// Of all events of an eventID: by account and day, the kept ones first, then by source.
Result<std::vector<Witness>> witnesses_of(const std::string& root, std::string_view id);

}  // namespace trailhound::lake
