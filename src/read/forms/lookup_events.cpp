// SPDX-License-Identifier: Apache-2.0
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

bool unwrap(const View& item, Inner& inner) {
  const auto event = item.find("CloudTrailEvent");
  if (!event || !event->is_string()) return false;
  inner.texts.push_back(event->unescaped());
  return true;
}

}  // namespace

Form describe_lookup_events() {
  return {.name = "lookup-events",
          .words = "what `aws cloudtrail lookup-events` prints, whole or an event a line",
          .list = "Events",
          .unwrap = unwrap};
}

}  // namespace trailhound::read
