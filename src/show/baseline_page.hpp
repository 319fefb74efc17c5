// SPDX-License-Identifier: Apache-2.0
//
// What is usual, and what departs from it, as a page that stands alone.
//
//   TRY(output.write(usual_page(usual, "12 files")));
#pragma once

#include <string>

#include "baseline/compare.hpp"
#include "baseline/views.hpp"

namespace trailhound::show {

std::string usual_page(const baseline::Usual& usual, const std::string& source_words);
std::string departures_page(const baseline::Comparison& comparison,
                            const std::string& source_words);

}  // namespace trailhound::show
