// SPDX-License-Identifier: Apache-2.0
#include "sql/natives.hpp"

namespace trailhound::sql {

std::span<const event::NativeFunction> engine_functions() {
  static const std::vector<event::NativeFunction> all = [] {
    std::vector<event::NativeFunction> made;
    for (const auto& part :
         {json_functions(), time_functions(), text_functions(), number_functions(),
          network_functions(), format_functions(), json_path_functions()}) {
      made.insert(made.end(), part.begin(), part.end());
    }
    return made;
  }();
  return all;
}

}  // namespace trailhound::sql
