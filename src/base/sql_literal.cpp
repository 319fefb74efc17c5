// SPDX-License-Identifier: Apache-2.0
#include "base/sql_literal.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace trailhound {

std::string sql_literal(std::string_view text) {
  return "'" + replace_all(std::string(text), "'", "''") + "'";
}

std::string sql_literal(Time time) {
  std::string iso = format_iso(time);
  if (iso.ends_with('Z')) iso.pop_back();
  std::replace(iso.begin(), iso.end(), 'T', ' ');
  return "timestamp '" + iso + "'";
}

std::string sql_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + sql_literal(text);
  return list.empty() ? "''" : list;
}

}  // namespace trailhound
