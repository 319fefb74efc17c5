// SPDX-License-Identifier: Apache-2.0
//
// MITRE ATT&CK ids: what they are called today, and what of.
//
//   attack_current("T1089");                     // "T1685": by way of T1562.001
//   attack_current("attack.t1562.008");          // "T1685.002": a Sigma tag will do
//   find_technique("T1562.008")->tactics;        // {"defense-impairment"}
//
// The table, attack.def, is version 19's. Ids that it does not hold are given back as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trailhound::event {

struct Technique {
  std::string_view id;                    ///< "T1098.003"
  std::string_view name;                  ///< "Additional Cloud Roles"
  std::vector<std::string_view> tactics;  ///< "persistence"; none: withdrawn without successor
};

inline constexpr std::string_view kAttackVersion = "19";

/// The id in use today for `id` (any case, `attack.` before it allowed), in upper case. Of what is
/// no id: the text itself.
std::string attack_current(std::string_view id);
/// The technique that `id` is today; null if the table does not hold it.
const Technique* find_technique(std::string_view id);
/// All techniques of the table, sorted by id.
const std::vector<Technique>& techniques();
/// Ids of older versions that are `id` today, sorted.
std::vector<std::string_view> attack_aliases(std::string_view id);

}  // namespace trailhound::event
