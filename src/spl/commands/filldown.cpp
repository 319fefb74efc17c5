// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
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
      return in.problem("of whole events, `filldown` is told the fields", {in.at(), in.at()});
    fields = rows->columns.names;
  }
  for (const std::string& field : fields) {
    const Value value = to.read(*rows, field);
    if (value.null || value.literal) continue;
    sql::Call last;
    last.name = {sql::name("last_value")};
    last.arguments = {value.expr};
    last.nulls = sql::NullTreatment::Ignore;
    sql::Window over;
    over.order_by = to.table().order(*rows->below);
    sql::Frame frame;
    frame.unit = sql::FrameUnit::Rows;
    frame.start = {sql::BoundKind::UnboundedPreceding, {}};
    frame.end = sql::FrameBound{sql::BoundKind::CurrentRow, {}};
    over.frame = std::move(frame);
    last.over = std::move(over);
    rows->set(field, {sql::Expr{std::move(last), {}}, value.kind});
  }
  return {};
}

}  // namespace

Command describe_filldown() {
  return {.names = {"filldown"},
          .synopsis = "filldown [FIELD ...]",
          .summary = "Puts the last value before it where a field has none",
          .examples = {"| makeresults count=3 | streamstats count AS n | eval a=if(n=2, null(), n) "
                       "| filldown a | table a"},
          .lower = run};
}

}  // namespace trailhound::spl
