// SPDX-License-Identifier: Apache-2.0
//
// What an action acted upon, by name: the user of a CreateAccessKey, the instances of a
// SendCommand.
//
//   target("iam.amazonaws.com", "AttachUserPolicy", R"({"userName":"bob","policyArn":"…"})", "");
//   // "bob"
//
// Rows of targets.def say where the name stands; for other actions the noun of the event name does,
// and at last a key that calls itself a name, id or ARN. Several targets are joined by commas, ten
// at most (", +3 more" then stands behind). Empty where the request names nothing.
#pragma once

#include <string>
#include <string_view>

namespace trailhound::event {

/// The two last are JSON text; empty where the event has none.
std::string target(std::string_view event_source, std::string_view event_name,
                   std::string_view request_parameters, std::string_view response_elements);

}  // namespace trailhound::event
