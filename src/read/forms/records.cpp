// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

namespace trailhound::read {

Form describe_records() {
  return {.name = "records",
          .words =
              "what CloudTrail delivers to a bucket, and the console's download: "
              "{\"Records\": [event, ...]}",
          .list = "Records"};
}

}  // namespace trailhound::read
