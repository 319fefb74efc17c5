// SPDX-License-Identifier: Apache-2.0
//
// Which events keep their long fields when a pass is made for few of them.
//
//   read::KeepOptions options;
//   look_closely({.actions = {"CreateUser"}, .words = {"AKIA..."}}, plan.fields, options);
#pragma once

#include "ask/ask.hpp"
#include "read/kept.hpp"

namespace trailhound::ask {

/// Sets what is kept of some events only, and of which.
void look_closely(const Close& close, const event::FieldSet& fields, read::KeepOptions& options);

}  // namespace trailhound::ask
