// SPDX-License-Identifier: Apache-2.0
//
// A layer as the ATT&CK Navigator reads it (format 4.5): a score for each technique by the worst
// finding of it, and in the comment which hunts and events speak of it.
#include <algorithm>
#include <map>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "event/attack.hpp"
#include "findings/finding.hpp"
#include "show/dossier.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

constexpr std::size_t kMostNamed = 5;  // events and hunts in a comment

Json number(std::uint64_t value) { return Json(Json::Number{std::to_string(value)}); }

struct Technique {
  findings::Level level = findings::Level::Low;
  std::uint64_t findings = 0;
  std::set<std::string> hunts;
  std::vector<std::string> events;
};

constexpr std::string_view kColours[] = {"#c9d4ea", "#f3d489", "#f0a26b", "#d9536f"};

std::string some_of(const std::vector<std::string>& all) {
  std::string words;
  for (std::size_t i = 0; i < all.size() && i < kMostNamed; ++i) {
    words += (i == 0 ? "" : ", ") + all[i];
  }
  if (all.size() > kMostNamed) words += " and " + std::to_string(all.size() - kMostNamed) + " more";
  return words;
}

}  // namespace

std::string dossier_navigator(const triage::Dossier& dossier) {
  const auto& all = dossier.about ? dossier.about->findings : dossier.report.findings;
  std::map<std::string, Technique> techniques;
  for (const findings::Finding& one : all) {
    for (const std::string& id : one.attack) {
      Technique& technique = techniques[event::attack_current(id)];
      technique.level = std::max(technique.level, one.level);
      ++technique.findings;
      technique.hunts.insert(one.hunts.begin(), one.hunts.end());
      if (!one.event_ids.empty()) technique.events.push_back(visible(one.event_ids.front()));
    }
  }
  Json::Array cells;
  for (const auto& [id, technique] : techniques) {
    const auto rank = static_cast<std::size_t>(technique.level);
    const std::vector<std::string> hunts(technique.hunts.begin(), technique.hunts.end());
    cells.push_back(Json(
        Json::Object{{"techniqueID", Json(id)},
                     {"score", number(rank + 1)},
                     {"color", Json(std::string(kColours[rank]))},
                     {"comment", Json(std::string(findings::name_of(technique.level)) + ", " +
                                      findings::plural(technique.findings, "finding") + " of " +
                                      some_of(hunts) + "; events " + some_of(technique.events))},
                     {"enabled", Json(true)},
                     {"showSubtechniques", Json(id.find('.') == std::string::npos)}}));
  }
  Json::Array legend;
  for (std::size_t rank = 0; rank < std::size(kColours); ++rank) {
    legend.push_back(Json(Json::Object{
        {"label", Json(std::string(findings::name_of(static_cast<findings::Level>(rank))))},
        {"color", Json(std::string(kColours[rank]))}}));
  }
  const Json layer(Json::Object{
      {"name", Json("trailhound: " + visible(dossier_title(dossier)))},
      {"versions", Json(Json::Object{{"attack", Json(std::string(event::kAttackVersion))},
                                     {"navigator", Json("5.1.0")},
                                     {"layer", Json("4.5")}})},
      {"domain", Json("enterprise-attack")},
      {"description", Json("Techniques of the findings; the score is the level of the worst one")},
      {"filters", Json(Json::Object{
                      {"platforms", Json(Json::Array{Json("IaaS"), Json("Identity Provider")})}})},
      {"techniques", Json(std::move(cells))},
      {"gradient", Json(Json::Object{{"colors", Json(Json::Array{Json(std::string(kColours[0])),
                                                                 Json(std::string(kColours[3]))})},
                                     {"minValue", number(1)},
                                     {"maxValue", number(4)}})},
      {"legendItems", Json(std::move(legend))}});
  return layer.dump() + "\n";
}

}  // namespace trailhound::show
