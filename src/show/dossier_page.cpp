// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "findings/finding.hpp"
#include "findings/screen.hpp"
#include "findings/words.hpp"
#include "show/dossier.hpp"
#include "show/html.hpp"
#include "show/page_parts.hpp"
#include "triage/case_words.hpp"
#include "triage/timeline.hpp"

namespace trailhound::show {
namespace {

using findings::plural;
using triage::Dossier;

constexpr std::size_t kMostRows = 1'000;     // of the timeline
constexpr std::size_t kMostSources = 5'000;  // files that are listed
constexpr std::size_t kMostBars = 8;         // of a chart of names
constexpr std::size_t kMostThings = 200;

std::string number(std::size_t value) { return std::to_string(value); }

/// "15 minutes"
std::string stretch_words(std::int64_t stretch) { return format_duration(stretch); }

class Page {
 public:
  explicit Page(const Dossier& dossier) : dossier_(dossier) {}

  std::string write() {
    head();
    if (dossier_.about) about();
    stories();
    if (dossier_.about) {
      things();
      timeline();
      tree();
      done_to();
    }
    findings();
    coverage();
    verdicts();
    questions();
    sources();
    out_ +=
        "<footer>Made by trailhound. Times are UTC. Rows of one second have no order. Commands are "
        "printed, never run.</footer>\n";
    return page("Report: " + dossier_title(dossier_), out_);
  }

 private:
  void section(const std::string& id, const std::string& title) {
    out_ += "<h2 id=\"" + id + "\">" + html(title) + "</h2>\n";
  }
  void term(const std::string& name, const std::string& value) {
    if (value.empty()) return;
    out_ += "<dt>" + html(name) + "</dt><dd>" + html_marked(value) + "</dd>\n";
  }
  void paragraph(const std::string& text, const char* style = "") {
    out_ += "<p" + std::string(*style == 0 ? "" : std::string(" class=\"") + style + "\"") + ">" +
            html_marked(text) + "</p>\n";
  }

  void head() {
    out_ += "<header><p class=\"soft\">Report</p><h1>" + html_marked(dossier_title(dossier_)) +
            "</h1>\n";
    if (!dossier_.about) {
      paragraph(findings::window_words(dossier_.report.tally) + " · " +
                    plural(dossier_.report.tally.events(), "event"),
                "soft");
    } else {
      paragraph(triage::held_words(dossier_.about->held), "soft");
    }
    out_ += "</header>\n<nav>";
    const auto link = [&](const char* id, const char* words, bool there) {
      if (there) out_ += std::string("<a href=\"#") + id + "\">" + words + "</a>";
    };
    const bool about = dossier_.about.has_value();
    link("stories", "Stories", dossier_.hunted);
    link("stands", "What stands", about && !dossier_.about->things.empty());
    link("timeline", "Timeline", about);
    link("trail", "Trail", dossier_.view.has_value());
    link("findings", "Findings", !all_findings().empty());
    link("coverage", "Coverage and blind spots", true);
    link("questions", "Questions asked", true);
    link("sources", "Sources", !dossier_.sources.empty());
    out_ += "</nav>\n";
    for (const triage::Absent& absent : dossier_.not_there) {
      out_ += "<p class=\"warn\">" + html_marked(absent.word) + " is not in these logs.";
      if (!absent.near.empty())
        out_ += " Nearest to it: " + html_marked(join(absent.near, ", ")) + ".";
      out_ += "</p>\n";
    }
    if (!dossier_.read.complete()) {
      out_ +=
          "<p class=\"warn\">Not all of the logs could be read: see <a href=\"#coverage\">Coverage "
          "and blind spots</a>.</p>\n";
    }
    if (!about) {
      cards_of_findings();
      activity();
    }
  }

  const std::vector<findings::Finding>& all_findings() const {
    return dossier_.about ? dossier_.about->findings : dossier_.report.findings;
  }

  void cards_of_findings() {
    out_ += "<div class=\"cards\">\n";
    out_ += card(with_commas(dossier_.report.stories.size()), "stories");
    out_ += card(with_commas(dossier_.report.findings.size()), "findings");
    for (const findings::Level level :
         {findings::Level::Critical, findings::Level::High, findings::Level::Medium}) {
      out_ +=
          card(with_commas(dossier_.report.count(level)), std::string(findings::name_of(level)));
    }
    out_ += card(with_commas(dossier_.report.count(hunt::Verdict::Kind::CouldNotLook)),
                 "hunts could not look");
    out_ += "</div>\n";
  }

  void about() {
    const triage::Case& about = *dossier_.about;
    const triage::CaseSums sums = triage::sums_of(about);
    out_ += "<dl>\n";
    std::vector<std::string> subjects;
    for (const triage::Subject& subject : about.subjects) subjects.push_back(subject.words);
    term("Asked", join(subjects, " · "));
    term("Who", triage::who_words(about));
    if (sums.first) term("Seen", span(*sums.first, *sums.last));
    out_ += "</dl>\n<div class=\"cards\">\n";
    out_ += card(with_commas(sums.events), sums.events == 1 ? "event" : "events");
    out_ += card(with_commas(sums.changes),
                 (sums.changes == 1 ? "change" : "changes") + triage::worked_words(sums));
    out_ += card(with_commas(sums.denied), "denied");
    const auto stands =
        std::count_if(about.things.begin(), about.things.end(),
                      [](const triage::Thing& thing) { return !thing.made.gone_at; });
    out_ += card(with_commas(static_cast<std::uint64_t>(stands)), "still stand");
    out_ += card(with_commas(about.findings.size()), "findings");
    out_ += "</div>\n";
    activity();
    names_chart("Services", [](const triage::Group& group) {
      return group.action.substr(0, group.action.find(':'));
    });
    names_chart("From", [&](const triage::Group& group) { return about.own.words(group.source); });
    names_chart("Agents", [](const triage::Group& group) { return group.agent; });
    names_chart("Regions", [](const triage::Group& group) { return group.region; });
  }

  // Charts.

  static void keys(std::string& out) {
    out +=
        "<div class=\"key\"><span><i class=\"k-read\"></i>reads</span><span><i "
        "class=\"k-change\"></i>changes</span><span><i "
        "class=\"k-denied\"></i>denied</span></div>\n";
  }

  void activity() {
    const auto& bars = dossier_.activity;
    if (bars.empty()) return;
    const Time first = bars.front().at, last = bars.back().at;
    const std::int64_t stretch = dossier_.stretch;
    const auto slots = static_cast<std::size_t>((last.micros - first.micros) / stretch) + 1;
    std::uint64_t most = 1;
    for (const triage::Activity& bar : bars) {
      most = std::max(most, bar.reads + bar.changes + bar.denied);
    }
    constexpr std::size_t kWidth = 960, kHeight = 150;
    const double step =
        static_cast<double>(kWidth) / static_cast<double>(std::max<std::size_t>(slots, 12));
    out_ += "<h3>Activity</h3>\n<p class=\"soft\">" + html(with_commas(most)) + " at most in " +
            html(stretch_words(stretch)) +
            "</p>\n<svg viewBox=\"0 0 960 152\" role=\"img\" aria-label=\"events by time\">\n"
            "<line class=\"axis\" x1=\"0\" y1=\"151\" x2=\"960\" y2=\"151\"/>\n";
    for (const triage::Activity& bar : bars) {
      const std::int64_t slots_before = (bar.at.micros - first.micros) / stretch;
      const auto slot = static_cast<double>(slots_before);
      double top = kHeight;
      const auto part = [&](std::uint64_t count, const char* style) {
        if (count == 0) return;
        const double height =
            std::max(1.5, static_cast<double>(count) * kHeight / static_cast<double>(most));
        top -= height;
        out_ += "<rect class=\"" + std::string(style) + "\" x=\"" + tenth(slot * step) + "\" y=\"" +
                tenth(std::max(top, 0.0)) + "\" width=\"" + tenth(std::max(step - 1, 1.0)) +
                "\" height=\"" + tenth(height) + "\"/>";
      };
      out_ += "<g><title>" + html(moment(bar.at)) + ": " + html(plural(bar.reads, "read")) + ", " +
              html(plural(bar.changes, "change")) + ", " + with_commas(bar.denied) +
              " denied</title>";
      part(bar.reads, "b-read");
      part(bar.changes, "b-change");
      part(bar.denied, "b-denied");
      out_ += "</g>\n";
    }
    out_ += "</svg>\n<div class=\"ends\"><span>" + html(moment(first)) + "</span><span>" +
            html(moment(Time{last.micros + stretch})) + "</span></div>\n";
    keys(out_);
  }

  template <class Name>
  void names_chart(const std::string& title, Name name) {
    struct Bar {
      std::uint64_t reads = 0, changes = 0, denied = 0;
      std::uint64_t all() const { return reads + changes + denied; }
    };
    std::map<std::string, Bar> bars;
    for (const triage::Group& group : dossier_.about->groups) {
      Bar& bar = bars[name(group)];
      (group.outcome == "denied" ? bar.denied
       : group.change            ? bar.changes
                                 : bar.reads) += group.count;
    }
    std::vector<std::pair<std::string, Bar>> order(bars.begin(), bars.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second.all() > b.second.all(); });
    if (order.empty()) return;
    const std::uint64_t most = order.front().second.all();
    out_ += "<h3>" + title + "</h3>\n<table class=\"bars\"><tbody>\n";
    for (std::size_t i = 0; i < order.size() && i < kMostBars; ++i) {
      const Bar& bar = order[i].second;
      out_ += "<tr><td>" + html_marked(order[i].first.empty() ? "(none)" : order[i].first) +
              "</td><td class=\"n\">" + with_commas(bar.all()) +
              "</td><td><svg viewBox=\"0 0 300 12\" role=\"img\" aria-label=\"" +
              html(plural(bar.reads, "read") + ", " + plural(bar.changes, "change") + ", " +
                   with_commas(bar.denied) + " denied") +
              "\">";
      double left = 0;
      const auto part = [&](std::uint64_t count, const char* style) {
        if (count == 0) return;
        const double width =
            std::max(1.0, static_cast<double>(count) * 300 / static_cast<double>(most));
        out_ += "<rect class=\"" + std::string(style) + "\" x=\"" + tenth(left) +
                "\" y=\"1\" width=\"" + tenth(width) + "\" height=\"10\"/>";
        left += width;
      };
      part(bar.reads, "b-read");
      part(bar.changes, "b-change");
      part(bar.denied, "b-denied");
      out_ += "</svg></td></tr>\n";
    }
    out_ += "</tbody></table>\n";
    if (order.size() > kMostBars) paragraph(number(order.size() - kMostBars) + " more", "soft");
  }

  // What was found.

  void stories() {
    if (!dossier_.hunted) return;
    section("stories", "Stories");
    if (dossier_.report.stories.empty()) {
      paragraph(plural(dossier_.hunts.size(), "hunt") + " found nothing" +
                (dossier_.blind.empty() ? "." : "; where the logs are blind they cannot."));
    }
    std::size_t folded = 0;
    for (const findings::Story& one : dossier_.report.stories) {
      if (one.actor.service && one.level < findings::Level::Medium) {
        ++folded;
      } else {
        out_ += story_article(one, {.stands = !dossier_.about, .more = "see Findings"});
      }
    }
    if (folded > 0)
      paragraph(plural(folded, "low story", "low stories") + " of AWS services folded.", "soft");
  }

  void things() {
    const triage::Case& about = *dossier_.about;
    if (about.things.empty()) return;
    section("stands", "What it made, and what still stands");
    std::vector<const triage::Thing*> order;
    for (const triage::Thing& thing : about.things) order.push_back(&thing);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
      const bool gone_a = a->made.gone_at.has_value(), gone_b = b->made.gone_at.has_value();
      if (gone_a != gone_b) return gone_b;
      if (a->made.weight != b->made.weight) return a->made.weight < b->made.weight;
      return a->made.made_at < b->made.made_at;
    });
    out_ +=
        "<table class=\"flow\"><thead><tr><th></th><th>what</th><th>made</th><th>open</th>"
        "<th>used</th><th>event</th></tr></thead><tbody>\n";
    std::string undo;
    std::size_t drawn = 0;
    for (const triage::Thing* thing : order) {
      if (drawn++ == kMostThings) break;
      const findings::Standing& made = thing->made;
      const bool gone = made.gone_at.has_value();
      std::string open;
      if (!thing->itself && gone) {
        open = format_duration(made.gone_at->micros - made.made_at.micros) + ", undone " +
               moment(*made.gone_at) + " by " + findings::spoken_name(made.gone_by);
      } else if (!thing->itself && about.held.last) {
        open =
            format_duration(about.held.last->micros - made.made_at.micros) + " when the logs end";
      }
      out_ += "<tr" + std::string(gone ? " class=\"quiet\"" : "") + "><td class=\"" +
              (gone ? "fit gone\">gone" : "fit stands\">STANDS") + "</td><td>" +
              html_marked(made.words) + "</td><td class=\"when\">" +
              (thing->itself ? "" : html(moment(made.made_at))) + "</td><td>" + html_marked(open) +
              "</td><td class=\"fit\">" + (thing->uses ? html(plural(*thing->uses, "time")) : "") +
              "</td><td class=\"fit\">" + id_of(made.event_id) + "</td></tr>\n";
      if (gone) continue;
      undo += "# " + html_marked(made.words) + "\n" +
              (made.undo.empty() ? "# its name is not fit for a command line"
                                 : html_marked(made.undo)) +
              "\n";
    }
    out_ += "</tbody></table>\n";
    if (order.size() > kMostThings) {
      paragraph(number(order.size() - kMostThings) + " more: trailhound triage --all has them",
                "soft");
    }
    if (!undo.empty()) {
      out_ += "<h3>Commands that would undo what stands</h3><pre>" + undo + "</pre>\n";
    }
  }

  void timeline() {
    const triage::Case& about = *dossier_.about;
    const std::vector<triage::TimelineRow> rows = triage::timeline_of(about);
    if (rows.empty()) return;
    section("timeline", "Timeline");
    if (about.by_hour) paragraph(triage::timeline_note(about), "soft");
    out_ += "<table class=\"flow\"><tbody>\n";
    std::size_t drawn = 0;
    const triage::TimelineRow* before = nullptr;
    for (const triage::TimelineRow& row : rows) {
      if (drawn++ == kMostRows) break;
      if (before != nullptr && row.first.micros - before->last.micros >= triage::kSilence) {
        out_ += "<tr class=\"quiet\"><td class=\"when\"></td><td>" +
                html(format_duration(row.first.micros - before->last.micros)) +
                " of silence</td><td></td></tr>\n";
      }
      const bool bad = row.tone == findings::Tone::High;
      out_ += "<tr" +
              std::string(bad           ? " class=\"bad\""
                          : row.telling ? ""
                                        : " class=\"quiet\"") +
              "><td class=\"when\">" + html(span(row.first, row.last)) +
              "</td><td class=\"what\">" + html_marked(row.words) + "</td><td class=\"fit\">" +
              id_of(row.event_id) +
              (row.last_event_id.empty() ? "" : " … " + id_of(row.last_event_id)) + "</td></tr>\n";
      if (before == nullptr || before->last < row.last) before = &row;
    }
    out_ += "</tbody></table>\n";
    rows_left(rows.size());
  }

  void done_to() {
    const auto rows = triage::done_to_of(*dossier_.about);
    if (rows.empty()) return;
    section("done-to", "What others did to it");
    out_ += "<table class=\"flow\"><tbody>\n";
    std::size_t drawn = 0;
    for (const triage::TimelineRow& row : rows) {
      if (drawn++ == kMostRows) break;
      out_ += "<tr><td class=\"when\">" + html(span(row.first, row.last)) + "</td><td>" +
              (row.count > 1 ? with_commas(row.count) + " × " : "") + html_marked(row.words) +
              "</td><td class=\"fit\">" + id_of(row.event_id) + "</td></tr>\n";
    }
    out_ += "</tbody></table>\n";
    rows_left(rows.size());
  }

  /// Names the rows that a table has no room for.
  void rows_left(std::size_t all) {
    if (all <= kMostRows) return;
    paragraph(number(all - kMostRows) + " more rows: trailhound triage -t csv has them", "soft");
  }

  void tree() {
    if (!dossier_.view) return;
    section("trail", "Trail of credentials");
    findings::Screen screen =
        triage::trail_screen(*dossier_.view, {.more = "trailhound trail --all has them"});
    out_ += "<div class=\"tree wide\">\n";
    bool head = true;
    for (const findings::TextLine& line : screen) {
      // The head of the screen says what the page says already; its key stands first here.
      if (head) {
        if (line.pieces.empty()) {
          head = false;
          out_ += "<div class=\"line t-dim\">── proven  ┄┄ inferred  ▲ look here</div>\n";
        }
        continue;
      }
      const std::size_t hang = std::min<std::size_t>((line.hang + 3) / 4 * 4, 24);
      out_ += "<div class=\"line" + (hang == 0 ? std::string{} : " h" + number(hang)) + "\">";
      for (const findings::Piece& piece : line.pieces) {
        const std::string tone = tone_class(piece.tone);
        out_ += tone.empty()
                    ? html_marked(piece.text)
                    : "<span class=\"" + tone + "\">" + html_marked(piece.text) + "</span>";
      }
      out_ += "</div>\n";
    }
    out_ += "</div>\n";
  }

  void findings() {
    const auto& all = all_findings();
    if (all.empty()) return;
    section("findings", "Findings");
    out_ +=
        "<div class=\"wide\"><table><thead><tr><th>when</th><th>level</th><th>hunt</th><th>who</th>"
        "<th>what</th><th>ATT&amp;CK</th><th>event</th></tr></thead><tbody>\n";
    for (const findings::Finding& one : all) {
      const std::string level(findings::name_of(one.level));
      std::string what = one.action + (one.target.empty() ? "" : " " + one.target);
      if (!one.detail.empty()) what += ": " + one.detail;
      if (one.outcome != "success" && !one.outcome.empty()) what += " (" + one.outcome + ")";
      out_ += "<tr><td class=\"when\">" + html(span(one.ts, one.last)) +
              "</td><td class=\"fit\"><span class=\"level " + level + "\">" + to_upper(level) +
              "</span></td><td>" + html(join(one.hunts, ", ")) + "</td><td>" +
              html_marked(findings::spoken_name(one.principal)) + "</td><td>" + html_marked(what) +
              "</td><td>" + html(join(one.attack, ", ")) + "</td><td class=\"fit\">" +
              id_of(one.event_ids.empty() ? "" : one.event_ids.front()) + "</td></tr>\n";
    }
    out_ += "</tbody></table></div>\n";
  }

  // What it rests on.

  void coverage() {
    section("coverage", "Coverage and blind spots");
    const read::Coverage& read = dossier_.read;
    out_ += "<dl>\n";
    term(read.of_lake ? "Parts" : "Files",
         with_commas(read.files_read) + " read of " + with_commas(read.files_seen) +
             (read.files_failed + read.files_damaged > 0
                  ? ", " + plural(read.files_failed, "file") + " not read, " +
                        with_commas(read.files_damaged) + " read in part"
                  : ""));
    term("Events",
         with_commas(read.events) +
             (read.doubles > 0 ? ", " + with_commas(read.doubles) + " doubles left out" : "") +
             (read.events_outside > 0
                  ? ", " + with_commas(read.events_outside) + " outside the window"
                  : ""));
    const findings::Tally& tally = dossier_.report.tally;
    if (tally.events() > 0) {
      term("Kinds", by(tally, &findings::TallyRow::category));
      term("Accounts", by(tally, &findings::TallyRow::account));
      term("Regions", by(tally, &findings::TallyRow::region));
    }
    out_ += "</dl>\n";
    if (!dossier_.blind.empty()) {
      out_ += "<h3>Where the logs are blind</h3><ul>\n";
      for (const std::string& words : dossier_.blind)
        out_ += "<li>" + html_marked(words) + "</li>\n";
      out_ += "</ul>\n";
    } else if (!dossier_.hunted) {
      paragraph("The hunts were not run: where the logs are blind was not asked.", "soft");
    }
    if (!read.notes.empty()) {
      out_ += "<details><summary>" + html(plural(read.notes.size(), "input")) +
              " of which something is to be said</summary><ul>\n";
      for (const read::Note& note : read.notes) {
        out_ += "<li><code>" + html_marked(note.path) + "</code> " + html(note.code) + ": " +
                html_marked(note.words) + "</li>\n";
      }
      out_ += "</ul></details>\n";
    }
  }

  static std::string by(const findings::Tally& tally, std::string findings::TallyRow::*part) {
    std::map<std::string, std::uint64_t> counts;
    for (const findings::TallyRow& row : tally.rows()) counts[row.*part] += row.count;
    std::string words;
    for (const auto& [name, count] : counts) {
      words += (words.empty() ? "" : " · ") + (name.empty() ? "(none)" : name) + " " +
               with_commas(count);
    }
    return words;
  }

  void verdicts() {
    if (dossier_.report.verdicts.empty()) return;
    out_ += "<details><summary>" + html(plural(dossier_.report.verdicts.size(), "hunt")) +
            " and what each answered</summary><div class=\"wide\"><table><tbody>\n";
    for (const hunt::Verdict& verdict : dossier_.report.verdicts) {
      static constexpr std::string_view kWords[] = {"found", "nothing found", "could not look",
                                                    "failed"};
      std::string words(kWords[static_cast<std::size_t>(verdict.kind)]);
      if (verdict.rows > 0) words += " " + with_commas(verdict.rows);
      if (!verdict.sight.words.empty()) words += "; " + verdict.sight.words;
      if (verdict.failure) words += ": " + verdict.failure->message;
      out_ += "<tr><td><code>" + html(verdict.hunt->id) + "</code></td><td>" +
              html(verdict.hunt->title) + "</td><td>" + html_marked(words) + "</td></tr>\n";
    }
    out_ += "</tbody></table></div></details>\n";
  }

  void questions() {
    section("questions", "Questions asked");
    std::set<std::string> hunts, told;
    for (const hunt::Hunt* hunt : dossier_.hunts) hunts.insert(hunt->id);
    std::string texts;
    std::size_t count = 0;
    for (const triage::Asked& one : dossier_.asked) {
      if (hunts.count(one.name) != 0 || !told.insert(one.text).second) continue;
      texts += "<h3>" + html(one.name) + "</h3><pre>" + html_marked_lines(one.text) + "</pre>\n";
      ++count;
    }
    if (!hunts.empty()) {
      paragraph("The hunts' own statements: trailhound hunt ID --sql", "soft");
    }
    out_ += "<details><summary>" + html(plural(count, "statement")) +
            " in Athena's SQL, as they were asked</summary>\n" + texts + "</details>\n";
  }

  static std::string html_marked_lines(const std::string& text) {
    std::string out;
    for (const std::string_view line : split(text, '\n')) {
      out += (out.empty() ? "" : "\n") + html_marked(line);
    }
    return out;
  }

  void sources() {
    if (dossier_.sources.empty()) return;
    section("sources", "Sources");
    std::uint64_t bytes = 0;
    for (const triage::SourceSum& source : dossier_.sources) bytes += source.bytes;
    paragraph(plural(dossier_.sources.size(), "file") + ", " + with_commas(bytes) +
              " bytes. SHA-256 over the sorted sums of all:");
    out_ += "<pre>" + html(triage::sum_of_sums(dossier_.sources)) + "</pre>\n";
    out_ += "<details><summary>SHA-256 of each file</summary><div class=\"wide\"><table><tbody>\n";
    for (std::size_t i = 0; i < dossier_.sources.size() && i < kMostSources; ++i) {
      const triage::SourceSum& source = dossier_.sources[i];
      out_ += "<tr><td><code>" + html_marked(source.path) + "</code></td><td class=\"n\">" +
              with_commas(source.bytes) + "</td><td><code>" +
              (source.sha256.empty() ? "not read" : html(source.sha256)) + "</code></td></tr>\n";
    }
    out_ += "</tbody></table></div></details>\n";
    if (dossier_.sources.size() > kMostSources) {
      paragraph(
          number(dossier_.sources.size() - kMostSources) + " more are in the sum, not in the list",
          "soft");
    }
  }

  const Dossier& dossier_;
  std::string out_;
};

}  // namespace

std::string dossier_title(const Dossier& dossier) {
  return dossier.words.empty() ? "All findings" : join(dossier.words, " · ");
}

std::string dossier_page(const Dossier& dossier) { return Page(dossier).write(); }

}  // namespace trailhound::show
