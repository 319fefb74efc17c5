// SPDX-License-Identifier: Apache-2.0
#include "findings/table.hpp"
#include "triage/case.hpp"

namespace trailhound::triage {

findings::Table case_table(const Case& about) {
  using engine::Kind;
  findings::Table table(std::vector<std::pair<std::string, Kind>>{{"first", Kind::Timestamp},
                                                                  {"last", Kind::Timestamp},
                                                                  {"what", Kind::Text},
                                                                  {"principal", Kind::Text},
                                                                  {"key", Kind::Text},
                                                                  {"account", Kind::Text},
                                                                  {"region", Kind::Text},
                                                                  {"source", Kind::Text},
                                                                  {"agent", Kind::Text},
                                                                  {"action", Kind::Text},
                                                                  {"target", Kind::Text},
                                                                  {"outcome", Kind::Text},
                                                                  {"error", Kind::Text},
                                                                  {"count", Kind::Integer},
                                                                  {"event_id", Kind::Text}});
  const auto text = [](const std::string& value) {
    return value.empty() ? findings::Value{} : findings::Value{value};
  };
  const auto add = [&](const std::vector<Group>& groups, const std::string& what) {
    for (const Group& group : groups) {
      table.add({group.first, group.last, what, text(group.principal), text(group.key),
                 text(group.account), text(group.region), text(group.source), text(group.agent),
                 text(group.action), text(group.target), text(group.outcome), text(group.error),
                 static_cast<std::int64_t>(group.count), text(group.event_id)});
    }
  };
  add(about.steps, "did");
  add(about.done_to, "done to it");
  return table;
}

}  // namespace trailhound::triage
