// SPDX-License-Identifier: Apache-2.0
//
// Events somewhere inside documents of a form that nobody described: objects that are events by
// their keys, and texts that look like one.
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

constexpr int kDeepest = 12;

void search(const View& value, int depth, Inner& inner) {
  if (depth > kDeepest) return;
  if (value.is_object()) {
    if (is_event(value)) {
      inner.values.push_back(value.token());
      return;
    }
    value.each_member(
        [&](std::string_view, const View& member) { search(member, depth + 1, inner); });
  } else if (value.is_array()) {
    value.each([&](const View& element) { search(element, depth + 1, inner); });
  } else if (value.is_string()) {
    const std::string_view text = value.raw();
    const std::size_t first = text.find_first_not_of(" \\nrt");
    if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return;
    if (text.find("eventName") == std::string_view::npos ||
        text.find("eventSource") == std::string_view::npos) {
      return;
    }
    inner.texts.push_back(value.unescaped());
  }
}

bool unwrap(const View& item, Inner& inner) {
  search(item, 0, inner);
  return !inner.empty();
}

}  // namespace

Form describe_wrapped() {
  return {.name = "wrapped",
          .words = "events somewhere inside other JSON",
          .list = "",
          .unwrap = unwrap,
          .last = true};
}

}  // namespace trailhound::read
