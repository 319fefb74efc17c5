// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const Eval tree, parse_eval(in));
  TRY(number_if_drawn(tree, to));
  TRY(Layer * rows, to.push());
  Scope scope = to.scope(*rows);
  TRY(sql::Expr condition, lower_condition(tree, scope));
  rows->where.push_back(std::move(condition));
  return {};
}

}  // namespace

Command describe_where() {
  return {.names = {"where"},
          .synopsis = "where CONDITION",
          .summary = "Keeps rows for which an expression holds",
          .details =
              "Texts are compared with their case; a comparison with an absent field holds\n"
              "neither way. Two fields may be compared.",
          .examples = {"| makeresults | eval a=2, b=1 | where a > b | table a, b"},
          .lower = run};
}

}  // namespace trailhound::spl
