// SPDX-License-Identifier: Apache-2.0
#include "event/functions.hpp"

#include <algorithm>

#include "event/network.hpp"

namespace trailhound::event {

namespace {

using enum ValueType;

void give_text(Value& value, std::string_view text) {
  if (!text.empty()) value.set(text);
}

// The table is cut into one list a subject; native_functions() joins and sorts them.

void network_functions(std::vector<NativeFunction>& all) {
  all.push_back({
      .name = "th_network",
      .arguments = {Text},
      .result = Text,
      .nulls = Nulls::GiveNull,
      .doc = "What kind of place a sourceIPAddress is: private, loopback, link-local, "
             "documentation, reserved, public, a service's host name, AWS Internal, other",
      .example = "network('10.20.30.40')",
      .answer = "private",
      .call = [](Arguments in, Value& out) { give_text(out, network_kind(in[0].text)); },
  });
  all.push_back({
      .name = "th_ip_in",
      .arguments = {Text, Text},
      .result = Boolean,
      .nulls = Nulls::GiveNull,
      .doc = "Whether an address lies in a network (CIDR, or one address); NULL if the first is no "
             "address; an error if the second is no network",
      .example = "ip_in('10.20.30.40', '10.0.0.0/8')",
      .answer = "true",
      .call =
          [](Arguments in, Value& out) {
            const auto network = parse_network(in[1].text);
            if (!network) {
              out.failure = "`" + std::string(in[1].text.substr(0, 100)) + "` is not a network";
              return;
            }
            if (const auto address = parse_address(in[0].text)) {
              out.set_boolean(network->holds(*address));
            }
          },
  });
}

}  // namespace

std::span<const NativeFunction> native_functions() {
  static const std::vector<NativeFunction> all = [] {
    std::vector<NativeFunction> made;
    network_functions(made);
    std::sort(made.begin(), made.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
    return made;
  }();
  return all;
}

const NativeFunction* find_native_function(std::string_view name) {
  for (const NativeFunction& function : native_functions()) {
    if (function.name == name || function.sql_name() == name) return &function;
  }
  return nullptr;
}

}  // namespace trailhound::event
