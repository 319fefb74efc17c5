// SPDX-License-Identifier: Apache-2.0
//
// A hunt's screen as text for a terminal: made visible, painted, wrapped.
//
//   TRY(console.print(screen_text(screen, console.look(output)), output));
#pragma once

#include <string>

#include "hunt/screen.hpp"
#include "show/look.hpp"

namespace trailhound::cli {

/// Lines end in `\n`. They are wrapped between words only where the look is a terminal's.
std::string screen_text(const findings::Screen& screen, const show::Look& look);

}  // namespace trailhound::cli
