// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

bool unwrap(const View& item, Inner& inner) {
  const auto detail = item.find("detail");
  if (!detail || !detail->is_object() || !item.find("detail-type")) return false;
  if (is_event(*detail)) {
    inner.values.push_back(detail->token());
  } else {
    inner.not_log = kind_of(*detail);
    if (inner.not_log == NotLog::Other) inner.not_log = NotLog::Config;
  }
  return true;
}

}  // namespace

Form describe_eventbridge() {
  return {.name = "eventbridge",
          .words = "EventBridge events: {\"detail-type\": ..., \"detail\": event}",
          .list = "",
          .unwrap = unwrap};
}

}  // namespace trailhound::read
