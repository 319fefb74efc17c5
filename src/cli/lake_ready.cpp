// SPDX-License-Identifier: Apache-2.0
#include "cli/lake_ready.hpp"

#include "baseline/learn.hpp"
#include "findings/screen.hpp"
#include "findings/site.hpp"
#include "hunt/run.hpp"
#include "triage/cast.hpp"
#include "triage/pass.hpp"

namespace trailhound::cli {
namespace {

/// What the hunts and those beside them ask, which look across days.
Result<hunt::Report> ask_hunts(ask::Desk& desk, const hunt::Catalogue& catalogue,
                               const findings::Site& site) {
  TRY(const auto hunts, catalogue.pick({}));
  const ask::Question cast = triage::cast_question(ask::Keeping::Whole);
  TRY(hunt::gather(desk, catalogue, hunts, {&site, {}, {cast}}));
  hunt::Report report;
  for (const bool only_new : {false, true}) {  // the second asks the same, and some more
    TRY(report,
        hunt::run(desk, catalogue, hunts,
                  {.site = &site, .parameters = {}, .gathered = true, .only_new = only_new}));
  }
  TRY(desk.ask(cast));
  return report;
}

/// The newest day is compared with all that a comparison looks back to.
Result<void> count_days(const baseline::OpenDesk& open, const std::string& lake, Time newest) {
  const baseline::Stretch past{baseline::midnight(baseline::day_of(newest) - baseline::kPastDays),
                               std::nullopt};
  TRY(baseline::learn(open, lake, past));
  return {};
}

}  // namespace

Result<Exit> make_ready(LogFlags flags, Console& console) {
  flags.source.unique = true;
  flags.source.from = flags.source.to = flags.source.now = std::nullopt;
  TRY(const findings::Site site, findings::Site::find(flags.site, flags.places()));
  const baseline::OpenDesk open = [&](const baseline::Stretch& stretch) {
    LogFlags of_stretch = flags;
    if (stretch.from) of_stretch.source.from = ask::When{*stretch.from, {}};
    if (stretch.to) of_stretch.source.to = ask::When{*stretch.to, {}};
    return console.open(of_stretch);
  };
  TRY(const std::unique_ptr<ask::Desk> desk, open({}));
  TRY(triage::ask_ahead(*desk));
  TRY(const hunt::Catalogue catalogue, hunt::Catalogue::load({hunt::catalogue_folder()}));
  TRY(const hunt::Report report, ask_hunts(*desk, catalogue, site));
  TRY(const std::optional<Time> newest, desk->newest());
  if (newest) {
    TRY(count_days(open, flags.source.lake, *newest));
  }
  const bool failed = console.tell_failures(report);
  std::string words =
      "ready: what look, hunt, triage, trail and baseline ask of all events is kept";
  if (failed) {
    const std::size_t count = report.count(hunt::Verdict::Kind::Failed);
    words += ", but for " + findings::plural(count, "hunt") + " that failed";
  }
  TRY(console.print(words + "\n"));
  return failed ? Exit::EngineFailed : Exit::Done;
}

}  // namespace trailhound::cli
