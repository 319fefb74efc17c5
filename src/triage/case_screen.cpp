// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <set>

#include "base/text.hpp"
#include "event/network.hpp"
#include "event/verbs.hpp"
#include "findings/finding.hpp"
#include "findings/table.hpp"
#include "findings/words.hpp"
#include "triage/absent.hpp"
#include "triage/case.hpp"
#include "triage/case_words.hpp"
#include "triage/timeline.hpp"

namespace trailhound::triage {
namespace {

using findings::padded;
using findings::plural;
using findings::Screen;
using findings::TextLine;
using findings::Tone;
using findings::tone_of;

constexpr std::size_t kLabel = 10;
constexpr std::size_t kMostParts = 8;  // of a line of counts
constexpr std::size_t kMostRows = 60;  // of the timeline
constexpr std::size_t kMostThings = 25;
constexpr std::size_t kMostGone = 10;
constexpr std::size_t kMostFindings = 12;
constexpr std::size_t kMostDoneTo = 12;

class CaseScreen {
 public:
  CaseScreen(const Case& about, const CaseScreenOptions& options)
      : about_(about), options_(options) {}

  Screen draw() {
    learn();
    head();
    counts();
    findings();
    things();
    timeline();
    done_to();
    next();
    return std::move(screen_);
  }

 private:
  void label(const std::string& word, const std::string& text, Tone tone = Tone::Title) {
    if (text.empty()) return;
    screen_.push_back({{{padded(word, kLabel), tone}, {text, Tone::Plain}}, kLabel});
  }

  void learn() {
    sums_ = sums_of(about_);
    std::set<std::string> days;
    for (const std::vector<Group>* const groups : {&about_.groups, &about_.done_to}) {
      for (const Group& group : *groups) {
        if (!group.is_timed()) continue;
        days.insert(format_day(group.first));
        days.insert(format_day(group.last));
      }
    }
    one_day_ = days.size() <= 1;
  }

  std::string moment(Time time) const {
    if (time == Time{}) return "no time";
    const std::string iso = format_iso(Time{time.micros / kSecond * kSecond});
    if (iso.size() < 19) return iso;
    return one_day_ ? iso.substr(11, 8) : iso.substr(5, 5) + " " + iso.substr(11, 8);
  }

  std::string span(Time first, Time last) const {
    if (first == last) return moment(first);
    const std::string end = moment(last);
    return moment(first) + "–" +
           (format_day(first) == format_day(last) && end.size() > 8 ? end.substr(end.size() - 8)
                                                                    : end);
  }

  /// How wide the times of rows are, with the space behind them.
  std::size_t times_width(const std::vector<TimelineRow>& rows) const {
    if (one_day_) return 19;
    const bool over_midnight = std::any_of(rows.begin(), rows.end(), [](const TimelineRow& row) {
      return format_day(row.first) != format_day(row.last);
    });
    return over_midnight ? 31 : 25;
  }

  void head() {
    std::string subjects;
    for (const Subject& subject : about_.subjects) {
      subjects += (subjects.empty() ? "" : " · ") + subject.words;
    }
    label("Triage", subjects);
    label("Held", held_words(about_.held));
    label("Who", who_words(about_));
    if (sums_.events == 0) {
      label("Seen", "it did nothing in these logs; below is what was done to it");
      return;
    }
    std::string seen = plural(sums_.events, "event") + ", ";
    seen += sums_.first ? format_iso(*sums_.first) : "none with a time";
    if (sums_.first != sums_.last) seen += " → " + format_iso(*sums_.last);
    std::vector<std::string> parts = {seen, changes_words(sums_),
                                      plural(sums_.events - sums_.changes, "read"),
                                      with_commas(sums_.denied) + " denied"};
    if (sums_.failed > 0) parts.push_back(with_commas(sums_.failed) + " failed otherwise");
    label("Seen", join(parts, " · "));
  }

  /// "iam 20, s3 8 and 3 more"
  std::string most(const std::function<std::string(const Group&)>& name,
                   const std::function<bool(const Group&)>& is = {}) const {
    std::map<std::string, std::uint64_t> counts;
    for (const Group& group : about_.groups) {
      if (!is || is(group)) counts[name(group)] += group.count;
    }
    std::vector<std::pair<std::string, std::uint64_t>> order(counts.begin(), counts.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string words;
    const std::size_t limit = options_.all ? order.size() : kMostParts;
    for (std::size_t i = 0; i < order.size() && i < limit; ++i) {
      words += (i == 0 ? "" : " · ") + (order[i].first.empty() ? "(none)" : order[i].first) + " " +
               with_commas(order[i].second);
    }
    if (order.size() > limit) words += " and " + std::to_string(order.size() - limit) + " more";
    return words;
  }

  void counts() {
    if (sums_.events == 0) return;
    const auto service = [](const Group& group) {
      return group.action.substr(0, group.action.find(':'));
    };
    label("Changes", most(service, [](const Group& group) { return group.change; }));
    label("Reads", most(service, [](const Group& group) { return !group.change; }));
    label("Denied",
          most(
              [](const Group& group) {
                return group.action + (group.reason.empty() ? "" : " (" + group.reason + ")");
              },
              [](const Group& group) { return group.outcome == "denied"; }),
          Tone::High);
    label("Failed", most(
                        [](const Group& group) {
                          return group.action +
                                 (group.error.empty() ? "" : " (" + group.error + ")");
                        },
                        [](const Group& group) {
                          return group.outcome == "error" || group.outcome == "throttled";
                        }));
    label("From", most([&](const Group& group) { return about_.own.words(group.source); }));
    label("Agents", most([](const Group& group) { return group.agent; }));
    label("Regions", most([](const Group& group) { return group.region; }));
  }

  void findings() {
    if (!about_.hunted) {
      label("Hunts", "not run (--no-hunts)");
      return;
    }
    std::string blind = join(about_.blind, " · ");
    label("Blind", blind);
    if (about_.findings.empty()) {
      label("Hunts", plural(about_.hunts.size(), "hunt") + " say nothing of it" +
                         (blind.empty() ? "" : "; where they are blind they cannot"));
      return;
    }
    std::vector<const findings::Finding*> order;
    for (const findings::Finding& finding : about_.findings) order.push_back(&finding);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
      return a->level != b->level ? a->level > b->level : a->ts < b->ts;
    });
    std::size_t drawn = 0;
    for (const findings::Finding* finding : order) {
      if (drawn == kMostFindings && !options_.all) {
        screen_.push_back({{{padded("", kLabel) + "… " + std::to_string(order.size() - drawn) +
                                 " more: --all has them",
                             Tone::Dim}},
                           kLabel});
        break;
      }
      TextLine line;
      line.hang = kLabel;
      line.pieces = {{padded(drawn++ == 0 ? "Hunts" : "", kLabel), Tone::Title},
                     {padded(to_upper(std::string(findings::name_of(finding->level))), 9),
                      tone_of(finding->level)},
                     {moment(finding->ts) + "  " + title_of(*finding), Tone::Plain}};
      if (!finding->detail.empty()) line.pieces.push_back({": " + finding->detail, Tone::Plain});
      line.pieces.push_back(
          {"  " + finding->hunts.front() + " " +
               std::string(finding->event_ids.empty() ? ""
                                                      : findings::short_id(finding->event_ids[0])),
           Tone::Dim});
      screen_.push_back(std::move(line));
    }
  }

  std::string title_of(const findings::Finding& finding) const {
    for (const hunt::Hunt* hunt : about_.hunts) {
      if (hunt->id == finding.hunts.front()) return hunt->title;
    }
    return finding.hunts.front();
  }

  void things() {
    std::vector<const Thing*> order;
    std::size_t stands = 0;
    for (const Thing& thing : about_.things) {
      order.push_back(&thing);
      if (!thing.made.gone_at) ++stands;
    }
    if (order.empty()) return;
    std::stable_sort(order.begin(), order.end(), [](const Thing* a, const Thing* b) {
      const bool gone_a = a->made.gone_at.has_value(), gone_b = b->made.gone_at.has_value();
      if (gone_a != gone_b) return gone_b;
      if (a->made.weight != b->made.weight) return a->made.weight < b->made.weight;
      return a->made.made_at < b->made.made_at;
    });
    label("Made", plural(stands, "thing") + (stands == 1 ? " stands" : " stand") +
                      " at the end of the logs, " + with_commas(order.size() - stands) + " gone");
    std::size_t drawn = 0;
    for (const Thing* thing : order) {
      const bool gone = thing->made.gone_at.has_value();
      if (drawn >= (gone ? stands + kMostGone : kMostThings) && !options_.all) {
        screen_.push_back(
            {{{"  … " + std::to_string(order.size() - drawn) + " more: --all has them", Tone::Dim}},
             2});
        break;
      }
      ++drawn;
      TextLine line;
      line.hang = kLabel;
      line.pieces = {{gone ? "  gone    " : "  STANDS  ", gone ? Tone::Dim : Tone::High},
                     {thing->made.words, Tone::Plain}};
      std::string words;
      if (!thing->itself) words = "  made " + moment(thing->made.made_at);
      if (gone) {
        words += ", undone " + moment(*thing->made.gone_at) + " by " +
                 findings::spoken_name(thing->made.gone_by);
        if (!thing->itself) {
          words +=
              ", open " + format_duration(thing->made.gone_at->micros - thing->made.made_at.micros);
        }
      } else if (!thing->itself && about_.held.last) {
        words += ", open " +
                 format_duration(about_.held.last->micros - thing->made.made_at.micros) +
                 " when the logs end";
      } else if (thing->itself) {
        words += "  nobody is seen to end it";
      }
      if (thing->uses) {
        words += *thing->uses == 0 ? ", never used" : ", used " + plural(*thing->uses, "time");
      }
      line.pieces.push_back({words, Tone::Plain});
      if (!thing->made.event_id.empty()) {
        line.pieces.push_back(
            {"  " + std::string(findings::short_id(thing->made.event_id)), Tone::Dim});
      }
      screen_.push_back(std::move(line));
      if (gone) continue;
      const std::string command =
          thing->made.undo.empty() ? "# its name is not fit for a command line" : thing->made.undo;
      screen_.push_back({{{padded("", kLabel) + command, Tone::Dim}}, kLabel});
    }
  }

  void timeline() {
    if (about_.steps.empty()) return;
    screen_.push_back({});
    const std::vector<TimelineRow> all = timeline_of(about_);
    std::string note = about_.by_hour ? timeline_note(about_)
                                      : "UTC; = marks rows of one second, whose order is unknown";
    label("Timeline", note);
    const std::size_t times = times_width(all);
    std::size_t drawn = 0, left = 0;
    const TimelineRow* before = nullptr;
    for (const TimelineRow& row : all) {
      if (drawn >= kMostRows && !options_.all) {
        ++left;
        continue;
      }
      if (before != nullptr) silence(before->last, row.first);
      const bool same_second =
          before != nullptr && before->first.micros / kSecond == row.first.micros / kSecond;
      TextLine line;
      line.pieces = {{same_second ? "= " : "  ", Tone::Dim},
                     {padded(span(row.first, row.last), times), Tone::Plain},
                     {row.words, row.tone}};
      std::string ids = std::string(findings::short_id(row.event_id));
      if (!row.last_event_id.empty())
        ids += " … " + std::string(findings::short_id(row.last_event_id));
      if (!ids.empty()) line.pieces.push_back({"  " + ids, Tone::Dim});
      line.hang = times + 2;
      screen_.push_back(std::move(line));
      ++drawn;
      before = &row;
      if (before->last < row.last) before = &row;
    }
    if (left > 0) {
      screen_.push_back(
          {{{"  … " + std::to_string(left) + " more rows: --all has them, -t csv as rows",
             Tone::Dim}},
           2});
    }
  }

  void silence(Time from, Time to) {
    const std::int64_t quiet = to.micros - from.micros;
    if (quiet < kSilence) return;
    std::string words = "  ·· " + format_duration(quiet) + " of silence";
    for (const findings::Gap& hole : about_.holes) {
      if (hole.from < to && hole.to > from) {
        words += ", of which the logs hold nothing at all from " +
                 moment(std::max(hole.from, from)) + " to " + moment(std::min(hole.to, to));
      }
    }
    screen_.push_back({{{words, Tone::Dim}}, 5});
  }

  void done_to() {
    const std::vector<TimelineRow> rows = done_to_of(about_);
    if (rows.empty()) return;
    screen_.push_back({});
    label("Done to", "what others did to it");
    const std::size_t times = times_width(rows);
    std::size_t drawn = 0;
    for (const TimelineRow& row : rows) {
      if (drawn++ == kMostDoneTo && !options_.all) {
        screen_.push_back(
            {{{"  … " + std::to_string(rows.size() - kMostDoneTo) + " more: --all has them",
               Tone::Dim}},
             2});
        break;
      }
      screen_.push_back(
          {{{"  ", Tone::Plain},
            {padded(span(row.first, row.last), times), Tone::Plain},
            {(row.count > 1 ? with_commas(row.count) + " × " : "") + row.words, row.tone},
            {"  " + std::string(findings::short_id(row.event_id)), Tone::Dim}},
           times + 2});
    }
  }

  void next() {
    const std::vector<std::string> commands = next_commands(about_);
    if (commands.empty()) return;
    screen_.push_back({});
    for (std::size_t i = 0; i < commands.size(); ++i) label(i == 0 ? "next" : "", commands[i]);
  }

  const Case& about_;
  const CaseScreenOptions& options_;
  Screen screen_;
  CaseSums sums_;
  bool one_day_ = true;
};

}  // namespace

findings::Screen case_screen(const Case& about, const CaseScreenOptions& options) {
  return CaseScreen(about, options).draw();
}

}  // namespace trailhound::triage
