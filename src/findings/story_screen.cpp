// SPDX-License-Identifier: Apache-2.0
#include "findings/story_screen.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "findings/finding.hpp"

namespace trailhound::findings {
namespace {

constexpr std::size_t kTechnique = 62;  // where the technique stands, if there is room
constexpr std::size_t kMostThings = 6;
constexpr std::size_t kFewThings = 3;  // of a story of one line

class Drawing {
 public:
  Drawing(Screen& screen, const StoryOptions& options) : screen_(screen), options_(options) {}

  void brief(const Story& story) {
    std::vector<std::string> parts;
    parts.push_back(short_time(story.first));
    if (story.findings.size() > 1) parts.push_back(plural(story.findings.size(), "finding"));
    if (story.events > 0) parts.push_back(story.who.back());
    if (!story.from.empty()) parts.push_back(story.from);
    for (const StoryLine& line : story.lines) {
      if (line.event_id.empty()) continue;
      parts.push_back(std::string(short_id(line.event_id)));
      break;
    }
    title(story, "   " + joined(parts));
    if (!story.stands.empty()) stands(story, false);
  }

  void full(const Story& story) {
    title(story, "");
    screen_.push_back({{{"  who     ", Tone::Title}, {joined(story.who), Tone::Plain}}, 10});
    if (story.why.find("raised") != std::string::npos) {
      screen_.push_back({{{"  level   ", Tone::Title}, {story.why, Tone::Plain}}, 10});
    }
    const bool one_day = format_day(story.first) == format_day(story.last);
    std::size_t width = 0;
    for (const StoryLine& line : story.lines) {
      if (line.what.size() <= kTechnique) width = std::max(width, line.what.size());
    }
    for (const StoryLine& line : story.lines) draw_line(line, one_day, width);
    if (story.lines_left_out > 0) {
      screen_.push_back({{{"  … " + plural(story.lines_left_out, "more line") +
                               " of lower level: " + options_.command + " -t csv has them all",
                           Tone::Dim}},
                         2});
    }
    if (!story.undone.empty()) undone(story);
    if (!story.stands.empty()) stands(story, true);
    for (std::size_t i = 0; i < story.next.size(); ++i) {
      screen_.push_back(
          {{{i == 0 ? "  next    " : "          ", Tone::Title}, {story.next[i], Tone::Plain}},
           10});
    }
  }

 private:
  void title(const Story& story, const std::string& end) {
    const std::string number = std::to_string(story.number);
    TextLine line;
    line.pieces = {{number + " ", Tone::Title},
                   {padded(to_upper(name_of(story.level)), 9), tone_of(story.level)},
                   {story.headline, Tone::Title},
                   {end, Tone::Dim}};
    line.hang = number.size() + 10;
    screen_.push_back(std::move(line));
  }

  void draw_line(const StoryLine& line, bool one_day, std::size_t width) {
    const std::string time = short_time(line.at);
    TextLine drawn;
    drawn.pieces.push_back(
        {"  " + padded(one_day ? time.substr(6) : time, one_day ? 8 : 13), Tone::Dim});
    drawn.pieces.push_back({padded(line.word, 11), line.level ? tone_of(*line.level) : Tone::Dim});
    drawn.pieces.push_back({padded(line.what, width) + "  ", line.level ? Tone::Plain : Tone::Dim});
    if (!line.technique.empty()) drawn.pieces.push_back({padded(line.technique, 11), Tone::Dim});
    std::string ids(short_id(line.event_id));
    if (!line.last_event_id.empty()) ids += " … " + std::string(short_id(line.last_event_id));
    drawn.pieces.push_back({std::move(ids), Tone::Dim});
    drawn.hang = one_day ? 21 : 26;
    screen_.push_back(std::move(drawn));
  }

  void undone(const Story& story) {
    std::vector<std::string> parts;
    for (const Standing& thing : story.undone) {
      if (parts.size() == kMostThings) break;
      parts.push_back(thing.words + " after " +
                      format_duration(thing.gone_at->micros - thing.made_at.micros));
    }
    std::string words = joined(parts);
    if (story.undone.size() > parts.size()) {
      words += " and " + std::to_string(story.undone.size() - parts.size()) + " more";
    }
    screen_.push_back({{{"  gone    ", Tone::Title}, {words, Tone::Plain}}, 10});
  }

  void stands(const Story& story, bool in_full) {
    std::vector<std::string> parts;
    const std::size_t most = in_full ? kMostThings : kFewThings;
    for (const Standing& thing : story.stands) {
      if (parts.size() == most && !options_.undo) break;
      parts.push_back(thing.words);
    }
    std::string words = joined(parts);
    if (story.stands.size() > parts.size()) {
      words += " and " + std::to_string(story.stands.size() - parts.size()) + " more";
    }
    if (!options_.undo) words += "   undo: --undo prints it";
    screen_.push_back({{{"  STANDS  ", Tone::High}, {words, Tone::Plain}}, 10});
    if (!options_.undo) return;
    for (const Standing& thing : story.stands) {
      std::string command = thing.undo;
      if (command.empty())
        command = "# " + thing.words + ": its name is not fit for a command line";
      screen_.push_back({{{"          ", Tone::Plain},
                          {command, Tone::Plain},
                          {"   # " + std::string(short_id(thing.event_id)), Tone::Dim}},
                         10});
    }
  }
  Screen& screen_;
  const StoryOptions& options_;
};

}  // namespace

void draw_brief(Screen& screen, const Story& story, const StoryOptions& options) {
  Drawing(screen, options).brief(story);
}

void draw_story(Screen& screen, const Story& story, const StoryOptions& options) {
  Drawing(screen, options).full(story);
}

}  // namespace trailhound::findings
