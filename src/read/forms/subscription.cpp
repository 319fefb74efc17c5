// SPDX-License-Identifier: Apache-2.0
//
// A CloudWatch Logs subscription gives {"messageType": "DATA_MESSAGE", ..., "logEvents": [{"id",
// "timestamp", "message"}]}; Lambda gets it as {"awslogs": {"data": base64 of gzip of that}}.
#include "read/forms.hpp"

namespace trailhound::read {
namespace {

bool unwrap(const View& item, Inner& inner) {
  if (const auto logs = item.find("awslogs")) {
    const auto data = logs->find("data");
    if (!data || !data->is_string()) return false;
    inner.packed.push_back(data->unescaped());
    return true;
  }
  const auto message = item.find("message");
  if (!message || !message->is_string() || !item.find("timestamp")) return false;
  const std::string_view text = message->raw();
  if (text.substr(0, 1) == "{") {
    inner.texts.push_back(message->unescaped());
  } else {
    inner.not_log =
        text.substr(0, 19) == "CWL CONTROL MESSAGE" ? NotLog::Notification : NotLog::Other;
  }
  return true;
}

}  // namespace

Form describe_subscription() {
  return {.name = "subscription",
          .words = "what a CloudWatch Logs subscription delivers, packed in base64 and gzip or not",
          .list = "logEvents",
          .unwrap = unwrap};
}

}  // namespace trailhound::read
