// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "triage/trail_screen.hpp"

namespace trailhound::triage {
namespace {

std::string kind_word(Kind kind) {
  static constexpr std::string_view kWords[] = {
      "user", "key", "sign-in", "session", "instance", "place", "function", "outsider", "provider"};
  return std::string(kWords[static_cast<std::size_t>(kind)]);
}

}  // namespace

findings::Table trail_table(const TrailView& view) {
  using engine::Kind;
  findings::Table table(std::vector<std::pair<std::string, Kind>>{
      {"node", Kind::Integer},    {"from", Kind::Integer},    {"asked", Kind::Text},
      {"kind", Kind::Text},       {"name", Kind::Text},       {"principal", Kind::Text},
      {"arn", Kind::Text},        {"account", Kind::Text},    {"session", Kind::Text},
      {"keys", Kind::List},       {"never_used", Kind::List}, {"made", Kind::Timestamp},
      {"first", Kind::Timestamp}, {"last", Kind::Timestamp},  {"events", Kind::Integer},
      {"denied", Kind::Integer},  {"sources", Kind::List},    {"service_keys", Kind::Integer},
      {"link", Kind::Text},       {"event_id", Kind::Text},   {"why", Kind::Text},
      {"marks", Kind::List},      {"unresolved", Kind::Text}});
  const auto text = [](const std::string& value) {
    return value.empty() ? findings::Value{} : findings::Value{value};
  };
  const auto time = [](std::optional<Time> value) {
    return value ? findings::Value{*value} : findings::Value{};
  };
  for (std::size_t place = 0; place < view.trail->nodes.size(); ++place) {
    if (!view.shown[place]) continue;
    const Node& node = view.trail->nodes[place];
    std::vector<std::string> sources, marks;
    for (const Source& source : node.sources) sources.push_back(source.address);
    for (const Mark& mark : node.marks) {
      marks.push_back(mark.word + (mark.reason.empty() ? "" : ": " + mark.reason) + " (" +
                      mark.event_id + ")");
    }
    const bool asked = std::find(view.focus.begin(), view.focus.end(), place) != view.focus.end();
    table.add({static_cast<std::int64_t>(place),
               node.origin ? findings::Value{static_cast<std::int64_t>(node.origin->from)}
                           : findings::Value{},
               asked ? findings::Value{std::string("yes")} : findings::Value{},
               kind_word(node.kind),
               text(node.name),
               text(node.principal),
               text(node.arn),
               text(node.account),
               text(node.session),
               node.keys,
               node.unused_keys,
               time(node.made),
               time(node.usage.first),
               time(node.usage.last),
               static_cast<std::int64_t>(node.usage.events),
               static_cast<std::int64_t>(node.usage.denied),
               sources,
               static_cast<std::int64_t>(node.minted_keys.size()),
               !node.origin ? findings::Value{}
                            : findings::Value{std::string(
                                  node.origin->proof == Proof::Proven ? "proven" : "inferred")},
               node.origin ? text(node.origin->event_id) : findings::Value{},
               node.origin ? text(node.origin->words) : findings::Value{},
               marks,
               text(node.end)});
  }
  return table;
}

}  // namespace trailhound::triage
