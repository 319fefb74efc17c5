// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "findings/finding.hpp"
#include "findings/words.hpp"
#include "show/dossier.hpp"
#include "show/visible.hpp"
#include "triage/case_words.hpp"
#include "triage/timeline.hpp"

namespace trailhound::show {
namespace {

using findings::plural;

/// Text that Markdown takes for nothing but text, be it in a cell of a table.
std::string mark(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
      continue;
    }
    if (std::string_view("\\`*_[]#|~!{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// Text in a code span; what would end it is left out of it.
std::string code(std::string_view text) { return "`" + replace_all(visible(text), "`", "'") + "`"; }

std::string short_code(const std::string& event_id) {
  return event_id.empty() ? std::string{} : code(findings::short_id(event_id));
}

std::string moment(Time time) {
  return time == Time{} ? "no time" : format_iso(Time{time.micros / kSecond * kSecond});
}

std::string span(Time first, Time last) {
  return moment(first) == moment(last) ? moment(first) : moment(first) + " – " + moment(last);
}

class Text {
 public:
  explicit Text(const triage::Dossier& dossier) : dossier_(dossier) {}

  std::string write() {
    out_ = "# " + mark(dossier_title(dossier_)) + "\n\n";
    for (const triage::Absent& absent : dossier_.not_there) {
      out_ += "**" + mark(absent.word) + "** is not in these logs.";
      if (!absent.near.empty()) out_ += " Nearest to it: " + mark(join(absent.near, ", ")) + ".";
      out_ += "\n\n";
    }
    if (dossier_.about) about();
    stories();
    if (dossier_.about) {
      things();
      timeline();
      tree();
    } else {
      findings();
    }
    coverage();
    sources();
    return std::move(out_);
  }

 private:
  void about() {
    const triage::Case& about = *dossier_.about;
    const triage::CaseSums sums = triage::sums_of(about);
    out_ += "- Who: " + mark(triage::who_words(about)) + "\n";
    if (sums.first) out_ += "- Seen: " + span(*sums.first, *sums.last) + "\n";
    out_ += "- " + plural(sums.events, "event") + ", " + triage::changes_words(sums) + ", " +
            with_commas(sums.denied) + " denied\n- Logs: " + mark(triage::held_words(about.held)) +
            "\n\n";
  }

  void stories() {
    if (!dossier_.hunted || dossier_.report.stories.empty()) return;
    out_ += "## Stories\n\n";
    for (const findings::Story& story : dossier_.report.stories) {
      if (story.actor.service && story.level < findings::Level::Medium) continue;
      out_ += "### " + to_upper(std::string(findings::name_of(story.level))) + ": " +
              mark(story.headline) + "\n\n" + mark(join(story.who, " · ")) + "\n\n";
      for (const findings::StoryLine& line : story.lines) {
        out_ += "- " + moment(line.at) + " **" + mark(line.word) + "** " + mark(line.what) +
                (line.technique.empty() ? "" : " (" + line.technique + ")") +
                (line.event_id.empty() ? "" : " " + short_code(line.event_id)) + "\n";
      }
      out_ += "\n";
    }
  }

  void things() {
    const triage::Case& about = *dossier_.about;
    if (about.things.empty()) return;
    out_ +=
        "## What it made, and what still stands\n\n| | what | made | event | undo "
        "|\n|---|---|---|---|---|\n";
    for (const triage::Thing& thing : about.things) {
      const bool gone = thing.made.gone_at.has_value();
      out_ += std::string("| ") + (gone ? "gone" : "**STANDS**") + " | " + mark(thing.made.words) +
              " | " + (thing.itself ? "" : moment(thing.made.made_at)) + " | " +
              short_code(thing.made.event_id) + " | " +
              (gone || thing.made.undo.empty() ? "" : code(thing.made.undo)) + " |\n";
    }
    out_ += "\n";
  }

  void timeline() {
    const auto rows = triage::timeline_of(*dossier_.about);
    if (rows.empty()) return;
    out_ += "## Timeline\n\n| when (UTC) | what | event |\n|---|---|---|\n";
    for (const triage::TimelineRow& row : rows) {
      out_ += "| " + span(row.first, row.last) + " | " + mark(row.words) + " | " +
              short_code(row.event_id) +
              (row.last_event_id.empty() ? "" : " … " + short_code(row.last_event_id)) + " |\n";
    }
    out_ += "\n";
  }

  void tree() {
    if (!dossier_.view) return;
    out_ += "## Trail of credentials\n\n";
    bool head = true;
    for (const findings::TextLine& line :
         triage::trail_screen(*dossier_.view, {.more = "trailhound trail --all has them"})) {
      if (head) {
        head = !line.pieces.empty();
        continue;
      }
      std::string text;
      for (const findings::Piece& piece : line.pieces) text += piece.text;
      // Nothing can be escaped in a block of code, and not every reader takes it for one.
      out_ += "    " + replace_all(visible(text), "<", "\\x3c") + "\n";
    }
    out_ += "\n";
  }

  void findings() {
    if (dossier_.report.findings.empty()) return;
    out_ +=
        "## Findings\n\n| when (UTC) | level | hunt | who | what | event "
        "|\n|---|---|---|---|---|---|\n";
    for (const findings::Finding& one : dossier_.report.findings) {
      out_ += "| " + span(one.ts, one.last) + " | " + std::string(findings::name_of(one.level)) +
              " | " + mark(join(one.hunts, ", ")) + " | " +
              mark(findings::spoken_name(one.principal)) + " | " +
              mark(one.action + (one.target.empty() ? "" : " " + one.target) +
                   (one.detail.empty() ? "" : ": " + one.detail)) +
              " | " + short_code(one.event_ids.empty() ? "" : one.event_ids.front()) + " |\n";
    }
    out_ += "\n";
  }

  void coverage() {
    out_ += "## Coverage and blind spots\n\n- " + with_commas(dossier_.read.files_read) + " " +
            std::string(dossier_.read.file_word()) + "s read of " +
            with_commas(dossier_.read.files_seen) + ", " + plural(dossier_.read.events, "event") +
            (dossier_.read.complete() ? "" : "; not all could be read") + "\n";
    for (const std::string& words : dossier_.blind) out_ += "- blind: " + mark(words) + "\n";
    for (const read::Note& note : dossier_.read.notes) {
      out_ +=
          "- " + code(note.path) + " " + std::string(note.code) + ": " + mark(note.words) + "\n";
    }
    out_ += "\n";
  }

  void sources() {
    if (dossier_.sources.empty()) return;
    out_ +=
        "## Sources\n\n" + plural(dossier_.sources.size(), "file") +
        "; SHA-256 over the sorted sums of all: " + code(triage::sum_of_sums(dossier_.sources)) +
        "\n";
  }

  const triage::Dossier& dossier_;
  std::string out_;
};

}  // namespace

std::string dossier_markdown(const triage::Dossier& dossier) { return Text(dossier).write(); }

}  // namespace trailhound::show
