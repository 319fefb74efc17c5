// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {

Result<void> lower_rare(Reader& in, Lowering& to);

Command describe_rare() {
  return {.names = {"rare", "sirare"},
          .synopsis = "rare [N] [limit=N] FIELD, ... [BY FIELD, ...]",
          .summary = "The values that occur least often, with count and percent",
          .examples = {"* | rare limit=2 showperc=f eventSource"},
          .lower = lower_rare};
}

}  // namespace trailhound::spl
