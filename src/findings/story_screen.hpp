// SPDX-License-Identifier: Apache-2.0
//
// Stories on a screen, whoever tells them.
//
//   draw_story(screen, stories.front(), {.undo = true});
//   draw_brief(screen, stories.back(), {});
#pragma once

#include <string>

#include "findings/screen.hpp"
#include "findings/stories.hpp"

namespace trailhound::findings {

/// How to draw them.
struct StoryOptions {
  bool undo = false;                        ///< Print the commands that would undo what stands
  std::string command = "trailhound hunt";  ///< Whose answer it is
};

/// A story in one line, with what stands of it.
void draw_brief(Screen& screen, const Story& story, const StoryOptions& options);
/// All of a story.
void draw_story(Screen& screen, const Story& story, const StoryOptions& options);

}  // namespace trailhound::findings
