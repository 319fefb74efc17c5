// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

namespace trailhound::read {

Form describe_lines() {
  return {.name = "lines",
          .words = "events one after another: JSON lines, Logstash's output, a single event",
          .list = ""};
}

}  // namespace trailhound::read
