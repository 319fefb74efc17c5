// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  while (in.peek_option()) {
    bool known = false;
    for (const std::string_view one : {"maxout", "maxtime", "timeout", "extendtimerange"}) {
      TRY(const auto value, in.option(one));
      known = known || value.has_value();
    }
    if (!known) return in.problem("`append` has no such option", in.peek_option()->span);
  }
  if (!in.take('[')) return in.expected("a search in brackets");
  to.begin_with_events();
  Layer* first = to.rows();
  TRY(Layer * second, to.nested(in));
  if (!in.take(']')) return in.expected("`]`");
  to.set_rows(&appended(to, *first, *second));
  return {};
}

}  // namespace

Command describe_append() {
  return {.names = {"append"},
          .synopsis = "append [SEARCH]",
          .summary = "Puts the rows of another search behind these",
          .examples = {"| makeresults | eval a=1 | append [| makeresults | eval a=2] | table a"},
          .lower = run};
}

}  // namespace trailhound::spl
