// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t limit = 10;
  if (!in.at_end()) {
    TRY(const auto option, in.option("limit"));
    const Argument number = option ? *option : in.word();
    TRY(limit, count_of(number));
  }
  TRY(Layer * turned, to.push());
  for (OrderKey& key : turned->order) key.turn();
  TRY(Layer * rows, to.push());
  rows->order_by = to.table().order(*turned);
  rows->limit = limit;
  return {};
}

}  // namespace

Command describe_tail() {
  return {.names = {"tail"},
          .synopsis = "tail [N]",
          .summary = "The last rows, the last one first",
          .examples = {"| makeresults count=5 | streamstats count AS n | tail 2 | table n"},
          .lower = run};
}

}  // namespace trailhound::spl
