// SPDX-License-Identifier: Apache-2.0
#include "hunt/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "findings/finding_table.hpp"
#include "findings/story_screen.hpp"
#include "findings/words.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

constexpr std::size_t kMostBrief = 20;     // stories of one line
constexpr std::size_t kSeveral = 3;        // low stories that say the same become one line
constexpr std::size_t kFewNames = 6;       // in such a line
constexpr std::size_t kMostServices = 25;  // in `coverage`
constexpr std::int64_t kMuchHistory = 7 * kDay;
constexpr std::int64_t kLongGap = 12 * kHour;

class ReportScreen {
 public:
  ReportScreen(const Report& report, const read::Coverage& read, const ScreenOptions& options)
      : report_(report), read_(read), options_(options) {}

  Screen draw() {
    if (options_.story) {
      for (const Story& story : report_.stories) {
        if (story.number == *options_.story) draw_story(screen_, story, story_options());
      }
      return std::move(screen_);
    }
    head();
    stories();
    failures();
    return std::move(screen_);
  }

 private:
  StoryOptions story_options() const { return {options_.undo, "trailhound hunt"}; }

  void head() {
    screen_.push_back(read_line(report_.tally, read_));
    std::vector<const Hunt*> hunts;
    for (const Verdict& verdict : report_.verdicts) hunts.push_back(verdict.hunt);
    std::vector<std::string> blind = blind_words(report_.tally, hunts);
    const auto dim = [](const Verdict& one) { return one.sight.kind != Sight::Kind::Clear; };
    const auto could_not = static_cast<std::size_t>(
        std::count_if(report_.verdicts.begin(), report_.verdicts.end(), dim));
    if (could_not > 0) {
      blind.push_back(plural(could_not, "hunt") + " could not look there");
    }
    if (!blind.empty()) screen_.push_back(labelled("Blind", joined(blind)));
    screen_.push_back(labelled("Hunts", hunts_words()));
    screen_.push_back(labelled("Level", level_words()));
    if (!report_.hidden.empty()) screen_.push_back(labelled("Hidden", hidden_words()));
    if (report_.known > 0) {
      screen_.push_back(labelled(
          "Known", plural(report_.known, "finding") +
                       " left out: the same principal did the same before, from the same place"));
    }
  }

  std::string hunts_words() const {
    std::vector<std::string> parts = {
        plural(report_.count(Verdict::Kind::Found), "hunt") + " found something",
        with_commas(report_.count(Verdict::Kind::Nothing)) + " found nothing",
        with_commas(report_.count(Verdict::Kind::CouldNotLook)) + " could not look"};
    if (const auto count = report_.count(Verdict::Kind::Failed); count > 0) {
      parts.push_back(with_commas(count) + " failed");
    }
    return joined(parts);
  }

  std::string level_words() const {
    std::vector<std::string> parts;
    for (const Level level : {Level::Critical, Level::High, Level::Medium, Level::Low}) {
      if (const std::size_t count = report_.count(level); count > 0) {
        parts.push_back(with_commas(count) + " " + std::string(name_of(level)));
      }
    }
    if (parts.empty()) return "no findings";
    std::string words =
        joined(parts) + " (stories of " + plural(report_.findings.size(), "finding") + ")";
    if (const auto first = report_.tally.first(); first && !report_.stories.empty()) {
      const Time begin = report_.stories.front().first;
      const std::int64_t history = begin.micros - first->micros;
      if (history < kMuchHistory) {
        words += "        History before " + short_time(begin) +
                 (history < kMinute ? " is missing" : " is " + format_duration(history)) +
                 ": nothing is called new";
      }
    }
    return words;
  }

  std::string hidden_words() const {
    std::vector<std::string> parts;
    std::size_t all = 0;
    for (const Hidden& hidden : report_.hidden) {
      all += hidden.findings;
      parts.push_back(with_commas(hidden.findings) + " because " + hidden.because);
    }
    return plural(all, "finding") + " that the site file expects: " + join(parts, "; ");
  }

  bool is_folded(const Story& story) const {
    return options_.fold_services && story.actor.service && story.level < Level::Medium;
  }

  /// What a story says that many may say alike: "looked around (3 times)" without the times.
  static std::string alike(const Story& story) {
    constexpr std::string_view kDenied = "was denied ";
    if (story.did.substr(0, kDenied.size()) == kDenied) return "were denied something";
    return story.did.substr(0, story.did.find(" ("));
  }

  static std::string bare_name(const Story& story) {
    constexpr std::string_view kRole = "role ";
    const std::string& name = story.actor.name;
    return name.substr(0, kRole.size()) == kRole ? name.substr(kRole.size()) : name;
  }

  /// Low stories by what they say, where several say the same.
  std::map<std::string, std::vector<const Story*>> rolled_up() const {
    std::map<std::string, std::vector<const Story*>> groups;
    if (options_.all) return groups;
    for (const Story& story : report_.stories) {
      const bool first = story.number == 1;
      if (!first && !is_folded(story) && story.level == Level::Low && story.stands.empty()) {
        groups[alike(story)].push_back(&story);
      }
    }
    std::erase_if(groups, [](const auto& group) { return group.second.size() < kSeveral; });
    return groups;
  }

  /// "12 people looked around, nothing else: a, b, c and 9 more"
  void roll(const std::string& did, const std::vector<const Story*>& group) {
    std::vector<std::string> names;
    for (const Story* story : group) {
      const std::string name = bare_name(*story);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    std::string who;
    for (std::size_t i = 0; i < names.size() && i < kFewNames; ++i) {
      who += (i == 0 ? "" : ", ") + names[i];
    }
    if (names.size() > kFewNames)
      who += " and " + std::to_string(names.size() - kFewNames) + " more";
    const std::string label = "+" + std::to_string(group.size());
    TextLine line;
    line.pieces = {
        {padded(label, label.size() + 1), Tone::Title},
        {padded("LOW", 9), Tone::Low},
        {plural(names.size(), "actor") + " " + did + ", nothing else: " + who, Tone::Plain},
        {"   " + short_time(group.front()->first) + " · --story " +
             std::to_string(group.front()->number),
         Tone::Dim}};
    line.hang = label.size() + 10;
    screen_.push_back(std::move(line));
  }

  void stories() {
    std::size_t folded = 0, folded_findings = 0, brief_ones = 0, left_out = 0;
    if (!report_.stories.empty()) screen_.push_back({});
    const auto groups = rolled_up();
    std::set<std::string> drawn;
    for (const Story& story : report_.stories) {
      if (const auto group = groups.find(alike(story));
          group != groups.end() &&
          std::find(group->second.begin(), group->second.end(), &story) != group->second.end()) {
        if (drawn.insert(group->first).second) roll(group->first, group->second);
      } else if (is_folded(story)) {
        ++folded;
        folded_findings += story.findings.size();
      } else if (options_.all || story.number == 1 || story.level == Level::Critical) {
        draw_story(screen_, story, story_options());
      } else if (++brief_ones <= kMostBrief) {
        draw_brief(screen_, story, story_options());
      } else {
        ++left_out;
      }
    }
    if (left_out > 0) {
      screen_.push_back({{{"  … " + plural(left_out, "more story", "more stories") +
                               " of no higher level: --story all",
                           Tone::Dim}},
                         2});
    }
    if (folded > 0) {
      screen_.push_back({{{"  … " + plural(folded, "story", "stories") + " of AWS services (" +
                               plural(folded_findings, "finding") + "): --story all",
                           Tone::Dim}},
                         2});
    }
    if (brief_ones > 0 && !options_.all) {
      screen_.push_back({{{"  in full: trailhound hunt --story N", Tone::Dim}}, 2});
    }
  }

  void failures() {
    for (const Verdict& verdict : report_.verdicts) {
      if (!verdict.failure) continue;
      screen_.push_back({{{"  failed  ", Tone::High},
                          {verdict.hunt->id + ": " + verdict.failure->message, Tone::Plain}},
                         10});
    }
  }

  const Report& report_;
  const read::Coverage& read_;
  const ScreenOptions& options_;
  Screen screen_;
};

/// A count by one name.
struct Group {
  std::uint64_t events = 0;
  std::optional<Time> first, last;
  void add(const TallyRow& row) {
    events += row.count;
    if (!first || row.first < *first) first = row.first;
    if (!last || row.last > *last) last = row.last;
  }
};

std::map<std::string, Group> grouped(const Tally& tally, std::string TallyRow::*name) {
  std::map<std::string, Group> groups;
  for (const TallyRow& row : tally.rows()) groups[row.*name].add(row);
  return groups;
}

std::map<std::string, Group> by_day(const Tally& tally) {
  std::map<std::string, Group> groups;
  for (const TallyRow& row : tally.rows()) groups[format_day(row.hour)].add(row);
  return groups;
}

std::map<std::string, Group> by_kind(const Tally& tally) {
  std::map<std::string, Group> groups;
  for (const TallyRow& row : tally.rows()) groups[row.category + " " + row.source].add(row);
  return groups;
}

std::vector<std::pair<std::string, Group>> most_first(std::map<std::string, Group> groups) {
  std::vector<std::pair<std::string, Group>> all(groups.begin(), groups.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second.events > b.second.events; });
  return all;
}

void add_group(Screen& screen, const std::string& title,
               const std::vector<std::pair<std::string, Group>>& groups, std::size_t most) {
  screen.push_back({});
  screen.push_back({{{title, Tone::Title}}, 0});
  std::size_t width = 0, shown = 0;
  for (const auto& [name, group] : groups) width = std::max(width, name.size());
  width = std::min<std::size_t>(width, 60);
  for (const auto& [name, group] : groups) {
    if (shown++ == most) break;
    screen.push_back({{{"  " + padded(name.empty() ? "(none)" : name, width), Tone::Plain},
                       {fmt::format("{:>12}  ", with_commas(group.events)), Tone::Plain},
                       {short_time(*group.first) + " → " + short_time(*group.last), Tone::Dim}},
                      2});
  }
  if (groups.size() > most) {
    screen.push_back(
        {{{"  … " + std::to_string(groups.size() - most) + " more: -t csv has them all",
           Tone::Dim}},
         2});
  }
}

std::string setting_words(const Setting& setting) {
  return setting.event_name + (setting.trail.empty() ? "" : " " + setting.trail) + " by " +
         spoken_name(setting.principal) + (setting.region.empty() ? "" : " in " + setting.region);
}

void add_paragraph(Screen& screen, const std::string& label, const std::string& text) {
  if (text.empty()) return;
  screen.push_back({{{padded(label, 10), Tone::Title}, {text, Tone::Plain}}, 10});
}

std::string needs_words(const Needs& needs) {
  std::vector<std::string> parts;
  if (!needs.categories.empty()) parts.push_back(join(needs.categories, " or ") + " events");
  if (!needs.sources.empty()) parts.push_back("of " + join(needs.sources, " or "));
  if (!needs.regions.empty()) parts.push_back("in " + join(needs.regions, " or "));
  return join(parts, " ");
}

}  // namespace

Screen report_screen(const Report& report, const read::Coverage& read,
                     const ScreenOptions& options) {
  return ReportScreen(report, read, options).draw();
}

Screen hunt_screen(const Catalogue& catalogue, const Hunt& hunt) {
  Screen screen;
  TextLine title;
  title.pieces = {
      {hunt.id, Tone::Title},
      {"  (" + std::to_string(catalogue.number_of(hunt)) + ", " + hunt.service + ")  ", Tone::Dim},
      {hunt.kind == HuntKind::View ? "view" : std::string(name_of(hunt.level)),
       hunt.kind == HuntKind::View ? Tone::Plain : tone_of(hunt.level)}};
  screen.push_back(std::move(title));
  screen.push_back({{{hunt.title, Tone::Plain}}, 0});
  screen.push_back({});
  add_paragraph(screen, "why", hunt.why);
  add_paragraph(screen, "read", hunt.read);
  add_paragraph(screen, "noise", hunt.noise);
  add_paragraph(screen, "needs", needs_words(hunt.needs));
  add_paragraph(screen, "ATT&CK", join(hunt.attack, ", "));
  std::vector<std::string> names = hunt.aliases;
  for (const int method : hunt.rhinosec) names.push_back("rhinosec:" + std::to_string(method));
  names.insert(names.end(), hunt.guardduty.begin(), hunt.guardduty.end());
  add_paragraph(screen, "also", join(names, ", "));
  add_paragraph(screen, "runbook", join(hunt.seed, ", "));
  for (const Parameter& parameter : hunt.params) {
    add_paragraph(screen, "asks for", "--param " + parameter.name + "=…  " + parameter.words);
  }
  for (const Tunable& tunable : hunt.tunables) {
    add_paragraph(screen, "tune",
                  "--param " + tunable.name + "=" + tunable.value + "  " + tunable.words);
  }
  for (const std::string& command : hunt.next) add_paragraph(screen, "next", command);
  add_paragraph(screen, "undo", hunt.undo);
  add_paragraph(screen, "tested",
                plural(hunt.finds.size(), "example") + " found, " +
                    with_commas(hunt.ignores.size()) + " ignored");
  add_paragraph(screen, "file", hunt.path);
  screen.push_back({});
  for (const std::string_view line : split(hunt.sql, '\n')) {
    screen.push_back({{{"  " + std::string(line), Tone::Plain}}, 4});
  }
  return screen;
}

std::vector<std::string> blind_words(const Tally& tally, const std::vector<const Hunt*>& hunts) {
  std::vector<std::string> all;
  for (const Hunt* hunt : hunts) {
    const Sight sight = tally.sight(hunt->needs);
    std::string words = sight.words;
    if (sight.since) {  // the line has no room for seconds; `coverage` and -t json have them
      words = replace_all(words, format_iso(*sight.since), short_time(*sight.since));
    }
    if (words.empty() || std::find(all.begin(), all.end(), words) != all.end()) continue;
    all.push_back(std::move(words));
  }
  if (std::string late = tally.late_regions(); !late.empty()) all.push_back(std::move(late));
  for (const Gap& gap : tally.gaps(kLongGap)) {
    all.push_back("no event at all " + short_time(gap.from) + " → " + short_time(gap.to));
  }
  return all;
}

std::vector<std::string> blind_words(const Report& report, const std::vector<const Hunt*>& hunts) {
  std::vector<std::string> all = blind_words(report.tally, hunts);
  std::vector<std::string> failed;
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.failure) failed.push_back(verdict.hunt->id);
  }
  if (!failed.empty()) {
    all.push_back(plural(failed.size(), "hunt") + " failed (" + join(failed, ", ") + ")");
  }
  return all;
}

Screen coverage_screen(const Holdings& held, const read::Coverage& read,
                       const std::vector<const Hunt*>& hunts, const Site& site) {
  Screen screen;
  const Tally& tally = held.tally;
  screen.push_back(read_line(tally, read));
  if (const auto blind = blind_words(tally, hunts); !blind.empty()) {
    screen.push_back(labelled("Blind", joined(blind)));
  }
  std::vector<std::pair<std::string, Group>> accounts;
  for (auto& [account, group] : grouped(tally, &TallyRow::account)) {
    accounts.emplace_back(site.account_words(account), group);
  }
  constexpr std::size_t kAll = SIZE_MAX;
  add_group(screen, "By account", accounts, kAll);
  add_group(screen, "By region", most_first(grouped(tally, &TallyRow::region)), kAll);
  const auto days = by_day(tally);
  add_group(screen, "By day", {days.begin(), days.end()}, 62);
  add_group(screen, "By category", most_first(grouped(tally, &TallyRow::category)), kAll);
  add_group(screen, "By category and service", most_first(by_kind(tally)), kMostServices);
  if (const auto gaps = tally.gaps(kHour); !gaps.empty()) {
    screen.push_back({});
    screen.push_back({{{"Hours without any event", Tone::Title}}, 0});
    for (const Gap& gap : gaps) {
      screen.push_back({{{"  " + format_iso(gap.from) + " → " + format_iso(gap.to), Tone::Plain},
                         {"  " + format_duration(gap.to.micros - gap.from.micros), Tone::Dim}},
                        2});
    }
  }
  if (!held.settings.empty()) {
    screen.push_back({});
    screen.push_back({{{"What was recorded changed", Tone::Title}}, 0});
    for (const Setting& setting : held.settings) {
      screen.push_back({{{"  " + format_iso(setting.at) + "  ", Tone::Plain},
                         {setting_words(setting), Tone::Plain},
                         {"  " + std::string(short_id(setting.event_id)), Tone::Dim}},
                        4});
    }
  }
  return screen;
}

Table hunt_table(const Catalogue& catalogue, const std::vector<const Hunt*>& hunts) {
  using engine::Kind;
  Table table({{"n", Kind::Integer},
               {"id", Kind::Text},
               {"kind", Kind::Text},
               {"level", Kind::Text},
               {"service", Kind::Text},
               {"attack", Kind::List},
               {"title", Kind::Text}});
  for (const Hunt* hunt : hunts) {
    const bool view = hunt->kind == HuntKind::View;
    table.add({static_cast<std::int64_t>(catalogue.number_of(*hunt)), hunt->id,
               std::string(view ? "view" : "finding"),
               view ? Value{} : Value{std::string(name_of(hunt->level))}, hunt->service,
               hunt->attack, hunt->title});
  }
  return table;
}

Table verdict_table(const Report& report) {
  using engine::Kind;
  Table table({{"hunt", Kind::Text},
               {"answer", Kind::Text},
               {"findings", Kind::Integer},
               {"since", Kind::Timestamp},
               {"words", Kind::Text}});
  for (const Verdict& verdict : report.verdicts) {
    static constexpr std::string_view kAnswers[] = {"found", "nothing found", "could not look",
                                                    "failed"};
    std::string words = verdict.sight.words;
    if (verdict.failure) words = verdict.failure->message;
    table.add({verdict.hunt->id, std::string(kAnswers[static_cast<std::size_t>(verdict.kind)]),
               static_cast<std::int64_t>(verdict.rows),
               verdict.sight.since ? Value{*verdict.sight.since} : Value{},
               words.empty() ? Value{} : Value{std::move(words)}});
  }
  return table;
}

Table coverage_table(const Holdings& held, const std::vector<const Hunt*>& hunts) {
  using engine::Kind;
  Table table({{"by", Kind::Text},
               {"name", Kind::Text},
               {"events", Kind::Integer},
               {"first", Kind::Timestamp},
               {"last", Kind::Timestamp}});
  const auto add = [&](const std::string& by, const std::map<std::string, Group>& groups) {
    for (const auto& [name, group] : groups) {
      table.add({by, name, static_cast<std::int64_t>(group.events), *group.first, *group.last});
    }
  };
  const Tally& tally = held.tally;
  add("account", grouped(tally, &TallyRow::account));
  add("region", grouped(tally, &TallyRow::region));
  add("day", by_day(tally));
  add("category", grouped(tally, &TallyRow::category));
  add("service", grouped(tally, &TallyRow::source));
  add("category and service", by_kind(tally));
  for (const Gap& gap : tally.gaps(kHour)) {
    table.add({std::string("gap"), std::string("no event"), std::int64_t{0}, gap.from, gap.to});
  }
  for (const Setting& setting : held.settings) {
    table.add({std::string("setting"), setting_words(setting) + " (" + setting.event_id + ")",
               std::int64_t{1}, setting.at, setting.at});
  }
  std::set<std::string> blind;
  for (const Hunt* hunt : hunts) {
    const Sight sight = tally.sight(hunt->needs);
    if (sight.words.empty() || !blind.insert(sight.words).second) continue;
    table.add({std::string("blind"), sight.words, Value{},
               tally.first() ? Value{*tally.first()} : Value{},
               sight.since    ? Value{*sight.since}
               : tally.last() ? Value{*tally.last()}
                              : Value{}});
  }
  return table;
}

}  // namespace trailhound::hunt
