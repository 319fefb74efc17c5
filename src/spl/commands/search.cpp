// SPDX-License-Identifier: Apache-2.0
#include "spl/search.hpp"

#include "spl/command.hpp"
#include "spl/events.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(Layer * rows, to.push());
  Scope scope = to.scope(*rows);
  SearchTimes times;
  TRY(sql::Expr condition, lower_search(in, scope, &times));
  rows->where.push_back(std::move(condition));
  if (rows->below->from && rows->below->columns.events && rows->below->below == nullptr) {
    // The times of the flags stand for those that the search does not name.
    for (const bool from : {true, false}) {
      const std::string& given = from ? to.settings().earliest : to.settings().latest;
      if (given.empty() || (from ? times.earliest : times.latest)) continue;
      TRY(const std::optional<Time> time, time_of({given, 0, {}}, to, !from));
      if (!time) continue;
      (from ? times.earliest : times.latest) = time;
      const Value ts = to.read(*rows, kTimestamp);
      rows->where.push_back(sql::compare(
          from ? sql::Comparing::GreaterOrEqual : sql::Comparing::Less, ts.expr, timestamp(*time)));
    }
  }
  if (times.earliest) to.earliest = times.earliest;
  if (times.latest) to.latest = times.latest;
  return {};
}

}  // namespace

Command describe_search() {
  return {.names = {"search"},
          .synopsis = "search TERM | FIELD=VALUE | FIELD IN (VALUE, ...) [AND | OR | NOT ...]",
          .summary = "Keeps events that match",
          .details =
              "Values are compared without case; `*` stands for anything, a network such as\n"
              "10.0.0.0/8 for its addresses. OR binds tighter than AND. `NOT field=x` also keeps\n"
              "events without the field, `field!=x` does not. `earliest` and `latest` count from\n"
              "the newest event.",
          .examples = {"eventName=ConsoleLogin errorCode!=success | table eventName, errorCode",
                       "search eventSource=iam* NOT userAgent=*console* | stats count"},
          .lower = run};
}

}  // namespace trailhound::spl
