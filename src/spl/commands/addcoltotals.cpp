// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string label = "Total", label_field;
  while (const auto option = in.peek_option()) {
    TRY(const auto field, in.option("labelfield"));
    TRY(const auto word, in.option("label"));
    if (field) label_field = field->text;
    if (word) label = word->text;
    if (!field && !word) {
      return in.problem("`addcoltotals` has no option `" + option->text + "`", option->span);
    }
  }
  TRY(const std::vector<std::string> fields, to.named_fields(in, "addcoltotals"));
  add_row_of_sums(to, fields, label_field, label);
  return {};
}

}  // namespace

Command describe_addcoltotals() {
  return {.names = {"addcoltotals"},
          .synopsis = "addcoltotals [labelfield=FIELD] [label=TEXT] [FIELD ...]",
          .summary = "Adds a row of the sums of columns",
          .details = "The row stands last; a column that holds no number has none in it.",
          .examples = {"eventSource=iam.amazonaws.com | stats count BY eventName | addcoltotals "
                       "labelfield=eventName"},
          .lower = run};
}

}  // namespace trailhound::spl
