// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const std::vector<std::string> fields, to.named_fields(in, "filldown"));
  TRY(Layer * rows, to.push());
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
