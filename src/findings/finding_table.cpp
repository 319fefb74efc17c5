// SPDX-License-Identifier: Apache-2.0
#include "findings/finding_table.hpp"

namespace trailhound::findings {

Table finding_table(const std::vector<Finding>& findings) {
  using engine::Kind;
  Table table({{"ts", Kind::Timestamp},  {"last", Kind::Timestamp}, {"hunt", Kind::List},
               {"level", Kind::Text},    {"actor", Kind::Text},     {"principal", Kind::Text},
               {"key", Kind::Text},      {"session", Kind::Text},   {"source", Kind::Text},
               {"agent", Kind::Text},    {"account", Kind::Text},   {"region", Kind::Text},
               {"action", Kind::Text},   {"target", Kind::Text},    {"outcome", Kind::Text},
               {"count", Kind::Integer}, {"event_ids", Kind::List}, {"why", Kind::Text},
               {"usual", Kind::Text},    {"story", Kind::Integer},  {"detail", Kind::Text},
               {"attack", Kind::List},   {"stands", Kind::Text},    {"rows", Kind::Text}});
  const auto text = [](const std::string& value) { return value.empty() ? Value{} : Value{value}; };
  for (const Finding& one : findings) {
    table.add({one.ts,
               one.last,
               one.hunts,
               std::string(name_of(one.level)),
               text(one.actor),
               text(one.principal),
               text(one.key),
               text(one.session),
               text(one.source),
               text(one.agent),
               text(one.account),
               text(one.region),
               text(one.action),
               text(one.target),
               text(one.outcome),
               static_cast<std::int64_t>(one.count),
               one.event_ids,
               text(one.why),
               text(one.usual),
               one.story == 0 ? Value{} : Value{static_cast<std::int64_t>(one.story)},
               text(one.detail),
               one.attack,
               text(one.stands),
               rows_again(one)});
  }
  return table;
}

}  // namespace trailhound::findings
