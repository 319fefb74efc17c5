// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const auto ignored, in.option("run_in_preview"));
  (void)ignored;
  if (!in.take('[')) return in.expected("commands in brackets");
  to.begin_with_events();
  Layer* first = to.rows();
  TRY(to.continued(in));
  if (!in.take(']')) return in.expected("`]`");
  Layer* second = to.rows();
  to.set_rows(&appended(to, *first, *second));
  return {};
}

}  // namespace

Command describe_appendpipe() {
  return {.names = {"appendpipe"},
          .synopsis = "appendpipe [COMMANDS]",
          .summary = "Puts behind the rows what commands make of them",
          .examples = {"| makeresults count=2 | streamstats count AS n | table n | appendpipe "
                       "[stats sum(n) AS n]"},
          .lower = run};
}

}  // namespace trailhound::spl
