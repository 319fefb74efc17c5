// SPDX-License-Identifier: Apache-2.0
#include "cli/lake_ready.hpp"

#include "baseline/learn.hpp"
#include "findings/site.hpp"
#include "hunt/run.hpp"
#include "triage/cast.hpp"
#include "triage/pass.hpp"

namespace trailhound::cli {
namespace {

/// What the hunts and those beside them ask, which look across days.
Result<void> ask_hunts(ask::Desk& desk, const findings::Site& site) {
  TRY(const hunt::Catalogue catalogue, hunt::Catalogue::load({hunt::catalogue_folder()}));
  TRY(const auto hunts, catalogue.pick({}));
  const ask::Question cast = triage::cast_question(ask::Keeping::Whole);
  TRY(hunt::gather(desk, catalogue, hunts, {&site, {}, {cast}}));
  for (const bool only_new : {false, true}) {
    TRY([[maybe_unused]] const hunt::Report report,
        hunt::run(desk, catalogue, hunts,
                  {.site = &site, .parameters = {}, .gathered = true, .only_new = only_new}));
  }
  TRY(desk.ask(cast));
  return {};
}

}  // namespace

Result<void> make_ready(LogFlags flags, Console& console) {
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
  TRY(ask_hunts(*desk, site));
  TRY(const std::optional<Time> last, desk->newest());
  if (!last) return {};
  // The newest day is compared with all that a comparison looks back to.
  const std::int32_t newest = baseline::day_of(*last);
  const baseline::Stretch past{baseline::midnight(newest - baseline::kPastDays), std::nullopt};
  TRY([[maybe_unused]] const baseline::Learnt learnt,
      baseline::learn(open, flags.source.lake, past));
  return {};
}

}  // namespace trailhound::cli
