// SPDX-License-Identifier: Apache-2.0
//
// Findings as rows, for csv, json and all formats other than the screen.
//
//   TRY(console.show(finding_table(report.findings), output));
#pragma once

#include <vector>

#include "findings/finding.hpp"
#include "findings/table.hpp"

namespace trailhound::findings {

/// The findings, one row each, in the one shape.
Table finding_table(const std::vector<Finding>& findings);

}  // namespace trailhound::findings
