// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

bool unwrap(const View& item, Inner& inner) {
  auto message = item.find("message");
  if (!message) message = item.find("@message");
  if (!message || !message->is_string() || message->raw().substr(0, 1) != "{") return false;
  inner.texts.push_back(message->unescaped());
  return true;
}

}  // namespace

Form describe_filter_log_events() {
  return {.name = "filter-log-events",
          .words = "what `aws logs filter-log-events` prints: {\"events\": [{\"message\": ...}]}",
          .list = "events",
          .unwrap = unwrap};
}

}  // namespace trailhound::read
