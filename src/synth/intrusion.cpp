// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

#include <fmt/format.h>

namespace trailhound::synth {

std::string denial(const Caller& caller, std::string_view action, std::string_view resource) {
  const std::string on = resource.empty() ? "" : fmt::format(" on resource: {}", resource);
  return fmt::format(
      "User: {} is not authorized to perform: {}{} because no identity-based policy allows the {} "
      "action",
      caller.identity.text("arn"), action, on, action);
}

Call denied(Call call, const Caller& caller, std::string_view action) {
  const bool ec2 = call.source == "ec2.amazonaws.com";
  call.error = ec2 ? "Client.UnauthorizedOperation" : "AccessDenied";
  call.message = ec2 ? "You are not authorized to perform this operation." : denial(caller, action);
  call.response = nullptr;
  return call;
}

std::string admin_policy() {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
}

}  // namespace trailhound::synth
