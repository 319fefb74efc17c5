// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string name = "Total";
  while (const auto option = in.peek_option()) {
    TRY(const auto field, in.option("fieldname"));
    TRY(const auto row, in.option("row"));
    if (field) name = field->text;
    if (row) {
      TRY(const bool on, truth_of(*row));
      if (!on)
        return Error{"not-in-spl", "totals of columns are not offered"}
            .at(option->span)
            .note("`appendpipe [stats sum(x) AS x]`");
    }
    if (!field && !row) {
      return Error{"not-in-spl", "`" + option->text + "` of addtotals is not offered"}
          .at(option->span)
          .note("`appendpipe [stats sum(x) AS x]` adds a row of sums");
    }
  }
  TRY(const std::vector<Argument> named, in.fields());
  TRY(Layer * rows, to.push());
  std::vector<std::string> fields;
  for (const Argument& one : named) {
    if (one.text.find('*') == std::string::npos) {
      fields.push_back(one.text);
      continue;
    }
    TRY(const std::vector<std::string> found, to.matching(*rows->below, one.text));
    fields.insert(fields.end(), found.begin(), found.end());
  }
  if (named.empty()) {
    if (rows->columns.events)
      return in.problem("of whole events, `addtotals` is told the fields", {in.at(), in.at()});
    for (const std::string& one : rows->columns.names) {
      if (!one.empty() && one.front() != '_') fields.push_back(one);
    }
  }
  std::optional<sql::Expr> sum;
  std::vector<sql::Expr> any;
  for (const std::string& field : fields) {
    const Value value = to.read(*rows, field);
    if (value.null) continue;
    const sql::Expr number = number_of(value);
    any.push_back(is_not_null(number));
    sql::Expr term = sql::call("coalesce", {number, real(0)});
    sum = sum ? binary(sql::Arithmetic::Add, *sum, term) : term;
  }
  if (!sum) return {};
  rows->set(name, {when(sql::any_of(std::move(any)), *sum), Kind::Number});
  return {};
}

}  // namespace

Command describe_addtotals() {
  return {.names = {"addtotals"},
          .synopsis = "addtotals [fieldname=NAME] [FIELD ...]",
          .summary = "Adds the sum of a row's numbers",
          .examples = {"| makeresults | eval a=1, b=2 | table a, b | addtotals"},
          .lower = run};
}

}  // namespace trailhound::spl
