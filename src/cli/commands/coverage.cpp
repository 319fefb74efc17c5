// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"
#include "cli/screen_text.hpp"
#include "hunt/screen.hpp"
#include "show/closing.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  LogFlags logs;
  OutputFlags output;
};

Result<Exit> run(const Options& options, Console& console) {
  TRY(const hunt::Site site, hunt::Site::find(options.logs.site, options.logs.places()));
  TRY(const hunt::Catalogue catalogue, hunt::Catalogue::load({hunt::catalogue_folder()}));
  TRY(const auto hunts, catalogue.pick({}));
  LogFlags logs = options.logs;
  logs.source.unique = true;
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(logs));
  TRY(const hunt::Holdings held, hunt::holdings(*desk));
  if (!options.output.format_given) {
    const hunt::Screen screen = hunt::coverage_screen(held, desk->coverage(), hunts, site);
    const show::Look look = console.look(options.output);
    TRY(console.print(
        screen_text(screen, look) + show::trouble_text(desk->coverage(), look, SIZE_MAX),
        options.output));
  } else {
    hunt::Table table = hunt::coverage_table(held, hunts);
    TRY(console.show(table, options.output));
  }
  return console.close(*desk);
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
                   {"trailhound coverage --logs DIR -t csv", "the same as rows"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
