// SPDX-License-Identifier: Apache-2.0
#include "show/page_parts.hpp"

#include <cmath>

#include "base/text.hpp"
#include "findings/finding.hpp"
#include "findings/words.hpp"
#include "show/html.hpp"

namespace trailhound::show {

using findings::plural;

std::string moment(Time time) {
  if (time == Time{}) return "no time";
  std::string text = format_iso(Time{time.micros / kSecond * kSecond});
  if (text.size() == 20) {
    text[10] = ' ';
    text.pop_back();
  }
  return text;
}

std::string span(Time first, Time last) {
  const std::string begin = moment(first), end = moment(last);
  if (begin == end) return begin;
  return begin + " – " + (begin.substr(0, 10) == end.substr(0, 10) ? end.substr(11) : end);
}

std::string tenth(double value) {
  const long long tenths = std::llround(value * 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string id_of(const std::string& event_id) {
  if (event_id.empty()) return {};
  return "<span class=\"id\" title=\"" + html(event_id) + "\">" +
         html(findings::short_id(event_id)) + "</span>";
}

std::string tone_class(findings::Tone tone) {
  static constexpr std::string_view kNames[] = {"",         "t-dim",  "t-title",   "t-low",
                                                "t-medium", "t-high", "t-critical"};
  return std::string(kNames[static_cast<std::size_t>(tone)]);
}

std::string term_of(const findings::TextLine& line) {
  if (line.pieces.size() < 2) return {};
  std::string out = "<dt>" + html(trim(line.pieces.front().text)) + "</dt><dd>";
  for (std::size_t i = 1; i < line.pieces.size(); ++i) out += html_marked(line.pieces[i].text);
  return out + "</dd>\n";
}

std::string card(std::string_view figure, std::string_view words) {
  return "<div class=\"card\"><b>" + html(figure) + "</b><span>" + html(words) + "</span></div>\n";
}

std::string story_article(const findings::Story& story, const StoryParts& parts) {
  const std::string level(findings::name_of(story.level));
  const auto soft = [](const std::string& text) {
    return "<p class=\"soft\">" + html_marked(text) + "</p>\n";
  };
  std::string out = "<article class=\"story " + level + "\"><h3><span class=\"level " + level +
                    "\">" + to_upper(level) + "</span> " + html_marked(story.headline) + "</h3>\n" +
                    soft(join(story.who, " · ")) +
                    soft(span(story.first, story.last) + " · " + story.why) +
                    "<table class=\"flow\"><tbody>\n";
  for (const findings::StoryLine& line : story.lines) {
    out += "<tr" + std::string(line.level ? "" : " class=\"quiet\"") + "><td class=\"when\">" +
           html(moment(line.at)) + "</td><td class=\"fit\"><b>" + html(line.word) +
           "</b></td><td>" + html_marked(line.what) + "</td><td class=\"fit\">" +
           html(line.technique) + "</td><td class=\"fit\">" + id_of(line.event_id) +
           (line.last_event_id.empty() ? "" : " … " + id_of(line.last_event_id)) + "</td></tr>\n";
  }
  out += "</tbody></table>\n";
  if (story.lines_left_out > 0) {
    out += soft(plural(story.lines_left_out, "more line") + " of lower level" +
                (parts.more.empty() ? "" : ": " + std::string(parts.more)));
  }
  if (parts.stands && !story.stands.empty()) {
    out += "<p><span class=\"stands\">STANDS</span></p><pre>";
    for (const findings::Standing& thing : story.stands) {
      out += "# " + html_marked(thing.words) + "\n" +
             (thing.undo.empty() ? "# its name is not fit for a command line"
                                 : html_marked(thing.undo)) +
             "\n";
    }
    out += "</pre>\n";
  }
  return out + "</article>\n";
}

}  // namespace trailhound::show
