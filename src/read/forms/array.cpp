// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

namespace trailhound::read {

Form describe_array() { return {.name = "array", .words = "a JSON array of events", .list = ""}; }

}  // namespace trailhound::read
