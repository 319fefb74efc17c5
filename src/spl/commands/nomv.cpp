// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const Argument field, in.field());
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field.text);
  if (value.kind != Kind::List) return {};
  rows->set(field.text, {spl("mvjoin", {value.expr, sql::text("\n")}), Kind::Text});
  return {};
}

}  // namespace

Command describe_nomv() {
  return {.names = {"nomv"},
          .synopsis = "nomv FIELD",
          .summary = "Makes the values of a multivalue one text, a line each",
          .examples = {"| makeresults | eval a=split(\"x,y\", \",\") | nomv a | eval n=len(a) | "
                       "table n"},
          .lower = run};
}

}  // namespace trailhound::spl
