// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/windows.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const Argument field, in.field());
  std::string name = field.text;
  if (in.keyword("as")) {
    TRY(const Argument given, in.field());
    name = given.text;
  }
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field.text);
  const sql::Expr number = number_of(value);
  sql::Window window = in_order(to, *rows);
  window.frame = rows_so_far();
  Value sum{when(is_not_null(number), over("sum", {number}, std::move(window))), Kind::Number};
  if (name == field.text && !value.null && !is_number(value.kind)) {
    // What is no number stays as it is.
    sum = {sql::call("coalesce", {text_of(sum), text_of(value)}), Kind::Text};
    sum.numeric = is_not_null(number);
  }
  rows->set(name, std::move(sum));
  return {};
}

}  // namespace

Command describe_accum() {
  return {.names = {"accum"},
          .synopsis = "accum FIELD [AS NAME]",
          .summary = "The sum of a field's numbers up to each row",
          .examples = {"| makeresults count=3 | streamstats count AS n | accum n AS sum | table n, "
                       "sum"},
          .lower = run};
}

}  // namespace trailhound::spl
