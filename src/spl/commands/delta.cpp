// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/windows.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const Argument field, in.field());
  std::string name = "delta(" + field.text + ")";
  if (in.keyword("as")) {
    TRY(const Argument given, in.field());
    name = given.text;
  }
  std::int64_t back = 1;
  TRY(const auto place, in.option("p"));
  if (place) {
    TRY(back, count_of(*place));
    if (back < 1) return in.problem("`p` is one row at least", place->span);
  }
  TRY(Layer * rows, to.push());
  const sql::Expr number = number_of(to.read(*rows, field.text));
  rows->set(name, {binary(sql::Arithmetic::Subtract, number,
                          over("lag", {number, sql::integer(back)}, in_order(to, *rows))),
                   Kind::Number});
  return {};
}

}  // namespace

Command describe_delta() {
  return {.names = {"delta"},
          .synopsis = "delta FIELD [AS NAME] [p=N]",
          .summary = "How much larger a number is than that of the row before, or N rows before",
          .examples = {"| makeresults count=3 | streamstats count AS n | eval n=n*n | delta n AS "
                       "more | table n, more"},
          .lower = run};
}

}  // namespace trailhound::spl
