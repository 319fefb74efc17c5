// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/pivot.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  while (const auto option = in.peek_option()) {
    TRY(const auto grouped, in.option("grouped"));
    if (grouped) continue;
    return Error{"not-in-spl", "`" + option->text + "` of xyseries is not offered"}.at(
        option->span);
  }
  TRY(const std::vector<Argument> fields, in.fields());
  if (fields.size() < 3) return in.expected("a field for rows, one for columns, and one for cells");
  Pivot pivot;
  pivot.row = fields[0].text;
  pivot.split = fields[1].text;
  pivot.limit = 0;
  pivot.use_null = false;
  for (std::size_t i = 2; i < fields.size(); ++i) {
    Aggregate cell;
    cell.function = "last";
    cell.field = fields[i].text;
    cell.name = fields[i].text;
    cell.span = fields[i].span;
    pivot.asked.push_back(std::move(cell));
  }
  return make_pivot(to, std::move(pivot));
}

}  // namespace

Command describe_xyseries() {
  return {.names = {"xyseries", "maketable"},
          .synopsis = "xyseries ROW COLUMN CELL ...",
          .summary = "Makes a column of each value of a field",
          .details = "The opposite is untable.",
          .examples = {"eventSource=iam.amazonaws.com | stats count BY eventName, awsRegion | "
                       "xyseries eventName awsRegion count"},
          .lower = run};
}

}  // namespace trailhound::spl
