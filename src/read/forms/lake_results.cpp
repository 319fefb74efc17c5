// SPDX-License-Identifier: Apache-2.0
//
// CloudTrail Lake answers {"QueryResultRows": [[{"eventName": "..."}, {"eventTime": "..."}], ...]}.
// A column eventJson holds the event itself. Without it the columns make an event as far as they
// go; structs stand in them in a spelling that is no JSON and stay text.
#include "base/json.hpp"
#include "base/text.hpp"
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

/// Lake writes `2023-07-10 11:54:33.000`; an event says `2023-07-10T11:54:33Z`.
std::string event_time(std::string text) {
  if (text.size() >= 19 && text[10] == ' ') {
    text[10] = 'T';
    if (text.size() == 23 && text.substr(19) == ".000") text.resize(19);
    if (text.back() != 'Z') text += 'Z';
  }
  return text;
}

bool unwrap(const View& item, Inner& inner) {
  if (!item.is_array()) return false;
  std::string event = "{";
  std::optional<std::string> whole;
  bool row = true, action = false;
  item.each([&](const View& cell) {
    std::size_t columns = 0;
    cell.each_member([&](std::string_view key, const View& value) {
      ++columns;
      if (equal_without_case(key, "eventJson") && value.is_string()) whole = value.unescaped();
      if (key == "eventName") action = true;
      if (event.size() > 1) event += ',';
      ((event += '"') += key) += "\":";
      if (key == "eventTime" && value.is_string()) {
        append_json_string(event, event_time(value.unescaped()));
      } else {
        append_compact(value.tokens(), value.token(), value.tokens().behind(value.token()), event);
      }
    });
    row = row && cell.is_object() && columns == 1;
  });
  if (!row) return false;
  if (whole) {
    inner.texts.push_back(std::move(*whole));
  } else if (action) {
    inner.texts.push_back(event + "}");
  } else {
    inner.not_log = NotLog::Other;
  }
  return true;
}

}  // namespace

Form describe_lake_results() {
  return {.name = "lake-results",
          .words = "what `aws cloudtrail get-query-results` prints",
          .list = "QueryResultRows",
          .unwrap = unwrap};
}

}  // namespace trailhound::read
