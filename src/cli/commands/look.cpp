// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <memory>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/screen_text.hpp"
#include "findings/own_places.hpp"
#include "findings/story_screen.hpp"
#include "hunt/run.hpp"
#include "hunt/screen.hpp"
#include "triage/cast.hpp"

namespace trailhound::cli {
namespace {

constexpr std::size_t kMostStories = 6;

struct Options {
  bool people = true, services = false, all = false, no_hunts = false;
  LogFlags logs;
  OutputFlags output;
};

/// "Management 20,112 · Data 3,869"
std::string by(const findings::Tally& tally, std::string findings::TallyRow::*part,
               std::size_t most) {
  std::map<std::string, std::uint64_t> counts;
  for (const findings::TallyRow& row : tally.rows()) counts[row.*part] += row.count;
  std::vector<std::pair<std::string, std::uint64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < order.size() && i < most; ++i) {
    parts.push_back((order[i].first.empty() ? "(none)" : order[i].first) + " " +
                    with_commas(order[i].second));
  }
  if (order.size() > most) parts.push_back(std::to_string(order.size() - most) + " more");
  return join(parts, " · ");
}

/// What there is to look at: with the hunts, their report; without, what the logs hold.
struct Seen {
  hunt::Report report;
  std::vector<const hunt::Hunt*> hunts;
  bool hunted = false;
  std::vector<triage::Actor> cast;
  findings::Allotted allotted;
};

void add_stories(const Seen& seen, const Options& options, findings::Screen& screen) {
  if (!seen.hunted) {
    screen.push_back(findings::labelled("Stories", "the hunts were not run (--no-hunts)"));
    return;
  }
  std::vector<const findings::Story*> people, services;
  for (const findings::Story& story : seen.report.stories) {
    const bool folded =
        story.actor.service && story.level < findings::Level::Medium && !options.services;
    (folded ? services : people).push_back(&story);
  }
  std::string words = findings::plural(people.size(), "story", "stories");
  if (!services.empty()) {
    words += " · " + findings::plural(services.size(), "low story", "low stories") +
             " of AWS services folded";
  }
  if (const auto blind = seen.report.count(hunt::Verdict::Kind::CouldNotLook); blind > 0) {
    words += " · " + findings::plural(blind, "hunt") + " could not look";
  }
  screen.push_back(findings::labelled("Stories", words));
  std::size_t drawn = 0;
  for (const findings::Story* story : people) {
    if (drawn++ == kMostStories && !options.all) {
      screen.push_back({{{"  … " + std::to_string(people.size() - kMostStories) +
                              " more: `trailhound hunt` tells them all",
                          findings::Tone::Dim}},
                        2});
      break;
    }
    findings::draw_brief(screen, *story, {});
  }
}

void add_next(const Seen& seen, const std::vector<triage::Actor>& cast, findings::Screen& screen) {
  std::vector<std::string> commands;
  if (!seen.report.stories.empty()) {
    commands.push_back("trailhound hunt --story " +
                       std::to_string(seen.report.stories.front().number));
  }
  // Who is behind the stories is asked about before who does most.
  std::vector<std::string> whom;
  for (const findings::Story& story : seen.report.stories) {
    if (!story.actor.service && story.actor.id.starts_with("arn:")) whom.push_back(story.actor.id);
  }
  for (const triage::Actor& actor : cast) {
    if (!actor.service) whom.push_back(actor.principal);
  }
  for (const std::string& one : whom) {
    const std::string command = "trailhound triage " + one;
    const bool known = std::find(commands.begin(), commands.end(), command) != commands.end();
    if (commands.size() < 3 && !known && findings::is_shell_safe(one)) commands.push_back(command);
  }
  commands.emplace_back("trailhound coverage");
  for (std::size_t i = 0; i < commands.size(); ++i) {
    screen.push_back(findings::labelled(i == 0 ? "next" : "", commands[i]));
  }
}

Result<Seen> look(ask::Desk& desk, const Options& options, const hunt::Catalogue& catalogue,
                  const findings::Site& site) {
  Seen seen;
  // The hunts are asked again of everything after any change, and so is the cast beside them.
  const ask::Keeping keeping = options.no_hunts ? ask::Keeping::ByDays : ask::Keeping::Whole;
  const ask::Question cast = triage::cast_question(keeping);
  TRY(seen.hunts, catalogue.pick({}));
  if (!options.no_hunts) {
    TRY(hunt::gather(desk, catalogue, seen.hunts, {&site, {}, {cast}}));
    TRY(seen.report, hunt::run(desk, catalogue, seen.hunts,
                               {.site = &site, .parameters = {}, .gathered = true}));
    TRY(seen.cast, triage::read_cast(desk, keeping));
    TRY(seen.allotted, findings::ask_allotted(desk));
    seen.hunted = true;
    return seen;
  }
  TRY(desk.gather_closely({cast, findings::allotted_question(), hunt::tally_question()}, {}));
  TRY(seen.report.tally, hunt::ask_tally(desk));
  TRY(seen.cast, triage::read_cast(desk, keeping));
  TRY(seen.allotted, findings::ask_allotted(desk));
  return seen;
}

Result<Exit> run(Options options, Console& console) {
  TRY(const findings::Site site, findings::Site::find(options.logs.site, options.logs.places()));
  options.logs.source.unique = true;  // an event in two files is one event
  TRY(const hunt::Catalogue catalogue, hunt::Catalogue::load({hunt::catalogue_folder()}));
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  TRY(const Seen seen, look(*desk, options, catalogue, site));
  const read::Coverage whole = desk->coverage();
  const std::vector<triage::Actor>& cast = seen.cast;
  if (options.output.format_given) {
    findings::Table table = triage::cast_table(cast);
    TRY(console.show(table, options.output));
    return console.close(whole, seen.report);
  }
  findings::Screen screen;
  const findings::Tally& tally = seen.report.tally;
  screen.push_back(findings::read_line(tally, whole));
  screen.push_back(findings::labelled("Kinds", by(tally, &findings::TallyRow::category, 4)));
  screen.push_back(findings::labelled("Regions", by(tally, &findings::TallyRow::region, 6)));
  if (const auto blind = hunt::blind_words(seen.report, seen.hunts); !blind.empty()) {
    screen.push_back(findings::labelled("Blind", findings::joined(blind)));
  }
  screen.emplace_back();
  for (findings::TextLine& line :
       triage::cast_screen(cast, {!options.services, options.all, {&site, seen.allotted}})) {
    screen.push_back(std::move(line));
  }
  screen.emplace_back();
  add_stories(seen, options, screen);
  screen.emplace_back();
  add_next(seen, cast, screen);
  TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
  return console.close(whole, seen.report);
}

}  // namespace

Command describe_look() {
  return {
      .name = "look",
      .group = Group::Look,
      .summary = "The first screen: what the logs hold, who acts in them, what deserves a look",
      .reasons =
          "What was read and where the logs are blind; who acts, people and keys first, roles and\n"
          "machines behind them, AWS services folded and counted; the stories of the hunts, one "
          "line\n"
          "each. `-t csv` and the others give a row for each principal.",
      .examples = {{"trailhound look --logs DIR", "where to begin"},
                   {"trailhound look --no-hunts --logs DIR",
                    "the same without the stories: faster"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add(
            {.name = "--people", .summary = "Fold AWS services away and count them (the default)"},
            into(options->people));
        flags.add({.name = "--services", .summary = "Name AWS services, too"},
                  into(options->services));
        flags.add({.name = "--all", .summary = "Cut nothing"}, into(options->all));
        flags.add({.name = "--no-hunts", .summary = "Do not run the hunts: no stories, but faster"},
                  into(options->no_hunts));
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
