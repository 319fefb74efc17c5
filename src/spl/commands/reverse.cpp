// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {

Command describe_reverse() {
  return {.names = {"reverse"},
          .synopsis = "reverse",
          .summary = "Turns the order of the rows around",
          .examples = {"| makeresults count=3 | streamstats count AS n | reverse | table n"},
          .lower = [](Reader&, Lowering& to) -> Result<void> {
            TRY(Layer * rows, to.push());
            for (OrderKey& key : rows->order) key.turn();
            return {};
          }};
}

}  // namespace trailhound::spl
