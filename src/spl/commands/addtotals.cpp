// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string name = "Total", label = "Total", label_field;
  bool of_rows = true, of_columns = false;
  while (const auto option = in.peek_option()) {
    TRY(const auto field, in.option("fieldname"));
    TRY(const auto row, in.option("row"));
    TRY(const auto column, in.option("col"));
    TRY(const auto labelled, in.option("labelfield"));
    TRY(const auto word, in.option("label"));
    if (field) name = field->text;
    if (labelled) label_field = labelled->text;
    if (word) label = word->text;
    if (row) {
      TRY(of_rows, truth_of(*row));
    }
    if (column) {
      TRY(of_columns, truth_of(*column));
    }
    if (!field && !row && !column && !labelled && !word) {
      return in.problem("`addtotals` has no option `" + option->text + "`", option->span);
    }
  }
  TRY(std::vector<std::string> fields, to.named_fields(in, "addtotals"));
  if (of_rows) {
    TRY(Layer * rows, to.push());
    std::optional<sql::Expr> sum;
    std::vector<sql::Expr> any;
    for (const std::string& field : fields) {
      if (field.empty() || field.front() == '_') continue;
      const Value value = to.read(*rows, field);
      if (value.null) continue;
      const sql::Expr number = number_of(value);
      any.push_back(is_not_null(number));
      sql::Expr term = sql::call("coalesce", {number, real(0)});
      sum = sum ? binary(sql::Arithmetic::Add, *sum, term) : term;
    }
    if (sum) {
      rows->set(name, {when(sql::any_of(std::move(any)), *sum), Kind::Number});
      fields.push_back(name);
    }
  }
  if (of_columns) add_row_of_sums(to, fields, label_field, label);
  return {};
}

}  // namespace

Command describe_addtotals() {
  return {
      .names = {"addtotals"},
      .synopsis =
          "addtotals [row=BOOL] [col=BOOL] [fieldname=NAME] [labelfield=FIELD] "
          "[label=TEXT] [FIELD ...]",
      .summary = "Adds the sum of a row's numbers, or a row of the sums of columns",
      .details = "Without words: a field `Total` in each row. `col=t` is what addcoltotals does.",
      .examples = {"| makeresults | eval a=1, b=2 | table a, b | addtotals"},
      .lower = run};
}

}  // namespace trailhound::spl
