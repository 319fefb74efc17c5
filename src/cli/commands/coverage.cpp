// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "cli/command.hpp"
#include "cli/screen_text.hpp"
#include "hunt/calendar.hpp"
#include "hunt/screen.hpp"
#include "show/closing.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  bool calendar = false;
  std::string fail_on;
  LogFlags logs;
  OutputFlags output;
};

/// An hour in which no account has any event.
constexpr std::int64_t kGap = kHour;

Result<void> show_calendar(const Options& options, const std::vector<hunt::Strip>& strips,
                           ask::Desk& desk, Console& console) {
  if (options.output.format_given) {
    findings::Table table = hunt::calendar_table(strips);
    TRY(console.show(table, options.output));
    return {};
  }
  TRY(const ask::Answer answer,
      desk.ask({.text = std::string(hunt::lag_statement()), .stand_ins = false}));
  TRY(const std::vector<hunt::Lag> lags, hunt::read_lags(*answer.rows));
  return console.print(
      screen_text(hunt::calendar_screen(strips, lags), console.look(options.output)),
      options.output);
}

Result<Exit> run(const Options& options, Console& console) {
  TRY(const findings::Site site, findings::Site::find(options.logs.site, options.logs.places()));
  TRY(const hunt::Catalogue catalogue, hunt::Catalogue::load({hunt::catalogue_folder()}));
  TRY(const auto hunts, catalogue.pick({}));
  LogFlags logs = options.logs;
  logs.source.unique = true;
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(logs));
  TRY(const hunt::Holdings held, hunt::holdings(*desk));
  const std::vector<hunt::Strip> strips = hunt::strips_of(held.tally);
  if (options.calendar) {
    TRY(show_calendar(options, strips, *desk, console));
  } else if (!options.output.format_given) {
    const findings::Screen screen = hunt::coverage_screen(held, desk->coverage(), hunts, site);
    const show::Look look = console.look(options.output);
    TRY(console.print(
        screen_text(screen, look) + show::trouble_text(desk->coverage(), look, SIZE_MAX),
        options.output));
  } else {
    findings::Table table = hunt::coverage_table(held, hunts);
    TRY(console.show(table, options.output));
  }
  const Exit exit = console.close(*desk);
  const bool gaps =
      !held.tally.gaps(kGap).empty() ||
      std::any_of(strips.begin(), strips.end(), [](const auto& one) { return one.silent; });
  return options.fail_on == "gaps" && gaps ? Exit::Found : exit;
}

}  // namespace

Command describe_coverage() {
  return {
      .name = "coverage",
      .group = Group::Look,
      .summary = "Say what the logs hold, and where they are blind",
      .reasons =
          "Events by account, region, day, category and service, each once; hours without any;\n"
          "changes of what is recorded, as CloudTrail's own events show them; and what the hunts\n"
          "of the catalogue need and do not find here.",
      .examples = {{"trailhound coverage --logs DIR", "before believing any zero"},
                   {"trailhound coverage --logs DIR -t csv", "the same as rows"},
                   {"trailhound coverage --calendar --lake DIR",
                    "every hour by account, region and category"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add(
            {.name = "--calendar",
             .summary = "Hours of each day by account, region and category; who fell silent; how "
                        "long delivery took"},
            into(options->calendar));
        flags.add({.name = "--fail-on",
                   .value = "WHAT",
                   .summary = "gaps: exit with 1 if an hour is empty, or a region fell silent",
                   .choices = {"gaps"}},
                  into(options->fail_on));
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
