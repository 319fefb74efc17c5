// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const Argument name, in.field());
  if (!in.take('=')) return in.expected("`=`");
  TRY(const Eval tree, parse_eval(in));
  TRY(Layer * rows, to.push());
  Scope scope = to.scope(*rows);
  TRY(Value value, lower(tree, scope));
  if (value.kind == Kind::Truth) {
    return Error{"bad-search", "a field cannot show a condition"}.at(tree.span, "true or false");
  }
  rows->set(std::string(kShownAs) + name.text, std::move(value));
  return {};
}

}  // namespace

Command describe_fieldformat() {
  return {
      .names = {"fieldformat"},
      .synopsis = "fieldformat FIELD=EXPRESSION",
      .summary = "Shows a field as an expression has it; commands go on with its own value",
      .examples = {"| makeresults count=2 | streamstats count AS n | fieldformat n=n.\" of 2\" | "
                   "where n > 1 | table n"},
      .lower = run};
}

}  // namespace trailhound::spl
