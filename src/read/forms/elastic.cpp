// SPDX-License-Identifier: Apache-2.0
//
// Elastic keeps the event's own text under event.original; what it makes of it in its other fields
// is not the event any more.
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

bool unwrap(const View& item, Inner& inner) {
  const auto source = item.find("_source");
  const View document = source && source->is_object() ? *source : item;
  auto original = document.find("event.original");
  if (!original) {
    if (const auto event = document.find("event")) original = event->find("original");
  }
  if (original && original->is_string()) {
    inner.texts.push_back(original->unescaped());
    return true;
  }
  if (source && is_event(*source)) {
    inner.values.push_back(source->token());
    return true;
  }
  return false;
}

}  // namespace

Form describe_elastic() {
  return {.name = "elastic",
          .words = "documents out of Elasticsearch that kept event.original",
          .list = "",
          .unwrap = unwrap};
}

}  // namespace trailhound::read
