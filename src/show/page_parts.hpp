// SPDX-License-Identifier: Apache-2.0
//
// What pages have in common: moments, ids, stories. All text of the logs is made fit here.
//
//   out += "<td class=\"when\">" + html(span(row.first, row.last)) + "</td>";
//   out += story_article(story, {.more = "see Findings"});
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "findings/screen.hpp"
#include "findings/stories.hpp"

namespace trailhound::show {

/// "2023-07-10 11:54:33"; "no time" for the midnight of 1970, which stands for none.
std::string moment(Time time);
/// "2023-07-10 11:54:33 – 12:01:00"; the moment itself where both are one.
std::string span(Time first, Time last);
/// To a tenth, with a point whatever the locale: for drawings.
std::string tenth(double value);

/// HTML: the beginning of an event's id, the whole of it to be seen when pointed at.
std::string id_of(const std::string& event_id);
/// The class that paints a tone; empty for plain text.
std::string tone_class(findings::Tone tone);
/// HTML: a line of the head of a screen, its label and what stands behind it; nothing for a line
/// without a label.
std::string term_of(const findings::TextLine& line);
/// HTML: a figure and what it counts.
std::string card(std::string_view figure, std::string_view words);

struct StoryParts {
  bool stands = true;     ///< What still stands, with the commands that would undo it
  std::string_view more;  ///< Where lines that are left out are to be found
};
/// HTML: a story, as an article.
std::string story_article(const findings::Story& story, const StoryParts& parts);

}  // namespace trailhound::show
