// SPDX-License-Identifier: Apache-2.0
#include "sql/natives.hpp"

#include "sql/natives_spl.hpp"

namespace trailhound::sql {

std::span<const event::NativeFunction> engine_functions() {
  static const std::vector<event::NativeFunction> all = [] {
    std::vector<event::NativeFunction> made;
    for (const auto& part :
         {json_functions(), time_functions(), text_functions(), number_functions(),
          network_functions(), format_functions(), json_path_functions(), pattern_functions()}) {
      made.insert(made.end(), part.begin(), part.end());
    }
    made.insert(made.end(), spl_functions().begin(), spl_functions().end());
    return made;
  }();
  return all;
}

}  // namespace trailhound::sql
