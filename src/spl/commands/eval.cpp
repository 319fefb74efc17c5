// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> assign(Reader& in, Lowering& to) {
  TRY(const Argument name, in.field());
  if (name.text.find('{') != std::string::npos && name.text.find("{}") == std::string::npos) {
    return Error{"bad-search", "a field whose name is another field's value is not offered"}.at(
        name.span);
  }
  if (!in.take('=')) return in.expected("`=`");
  TRY(const Eval tree, parse_eval(in));
  TRY(number_if_drawn(tree, to));
  TRY(Layer * rows, to.push());
  // `n=coalesce(n, 0)+1` speaks of a field that may not be there yet.
  if (speaks_of(tree, name.text)) (void)to.read_before(*rows, name.text);
  Scope scope = to.scope(*rows);
  TRY(Value value, lower(tree, scope));
  if (value.kind == Kind::Truth) {
    return Error{"bad-search", "a field cannot hold a condition"}
        .at(tree.span, "true or false")
        .note("`if(condition, 1, 0)` makes a value of it");
  }
  rows->set(name.text, std::move(value));
  return {};
}

Result<void> run(Reader& in, Lowering& to) {
  do {
    if (in.at_end()) break;
    TRY(assign(in, to));
  } while (in.take(','));
  return {};
}

}  // namespace

Command describe_eval() {
  return {.names = {"eval"},
          .synopsis = "eval FIELD=EXPRESSION, ...",
          .summary = "Sets fields to what expressions give",
          .examples = {"| makeresults | eval a=\"x\".\"y\", b=len(a)*2 | table a, b",
                       "| makeresults | eval kind=if(1 < 2, \"less\", \"more\") | table kind"},
          .lower = run};
}

}  // namespace trailhound::spl
