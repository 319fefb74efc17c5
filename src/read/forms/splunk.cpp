// SPDX-License-Identifier: Apache-2.0
//
// Splunk exports a line for each result: {"preview": false, "result": {"_raw": "..."}}; previews
// are shown again later, and the last line may hold no result.
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

bool unwrap(const View& item, Inner& inner) {
  if (const auto preview = item.find("preview"); preview && item.find("lastrow")) {
    if (!item.find("result")) return true;
  }
  if (const auto preview = item.find("preview")) {
    if (preview->tokens().head(preview->token()) == 't') return true;
  }
  const auto result = item.find("result");
  const auto raw = result ? result->find("_raw") : item.find("_raw");
  if (!raw) return false;
  if (raw->is_string()) {
    inner.texts.push_back(raw->unescaped());
    return true;
  }
  if (!raw->is_array()) return false;
  raw->each([&](const View& one) {
    if (one.is_string()) inner.texts.push_back(one.unescaped());
  });
  return true;
}

}  // namespace

Form describe_splunk() {
  return {.name = "splunk",
          .words = "what Splunk exports as JSON, with the field _raw",
          .list = "results",
          .unwrap = unwrap};
}

}  // namespace trailhound::read
