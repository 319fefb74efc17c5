// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "cli/command.hpp"
#include "cli/screen_text.hpp"
#include "findings/site.hpp"
#include "triage/absent.hpp"
#include "triage/pass.hpp"
#include "triage/trail_screen.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  std::string entity;
  bool undo = false, all = false;
  LogFlags logs;
  OutputFlags output;
};

Result<Exit> run(Options options, Console& console) {
  if (options.entity.empty())
    return Error("entity-not-named", "`trail` was not told what to follow");
  TRY(const findings::Site site, findings::Site::find(options.logs.site, options.logs.places()));
  options.logs.source.unique = true;  // an event in two files is one use of a key
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  TRY(triage::look_once(*desk, {options.entity}));
  TRY(const triage::Links links, triage::read_links(*desk));
  const read::Coverage whole = desk->coverage();  // later questions read the files of a few keys
  const triage::Trail trail = triage::follow(links, &site);
  TRY(std::vector<std::size_t> focus, triage::nodes_of(trail, *desk, options.entity));
  if (focus.empty()) {
    TRY(const triage::Absent absent, triage::look_for_near(*desk, options.entity));
    if (!options.output.format_given) {
      const findings::Screen screen = triage::absent_screen(absent, trail.held);
      TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
      return console.close(whole);
    }
    console.notice({triage::absent_error({absent}, trail.held)});
  }
  TRY(const triage::TrailView view,
      triage::look_at(*desk, trail, options.entity, std::move(focus)));
  if (options.output.format_given) {
    findings::Table table = triage::trail_table(view);
    TRY(console.show(table, options.output));
  } else {
    const findings::Screen screen =
        triage::trail_screen(view, {.undo = options.undo, .all = options.all});
    TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
  }
  return console.close(whole);
}

}  // namespace

Command describe_trail() {
  return {
      .name = "trail",
      .group = Group::Look,
      .summary = "Follow a credential up to where it began and down to all it led to",
      .reasons =
          "A tree of keys, sign-ins, sessions, instances and users: a solid line where the "
          "records\n"
          "name both ends, a dotted one with its reason where they only suggest it. Keys that AWS\n"
          "services made to act for somebody are counted, not listed. What cannot be followed "
          "says\n"
          "why. `-t csv` and the others give a row for each node.",
      .examples = {{"trailhound trail AKIAIOSFODNN7EXAMPLE --logs DIR", "all around one key"},
                   {"trailhound trail user:deploy --undo --logs DIR",
                    "a user, with the commands that would undo what stands"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add(
            {.name = "ENTITY",
             .summary = "A key, user, role, session, instance, address or event; `user:NAME` and\n"
                        "the like where a name is several things",
             .positional = true},
            into(options->entity));
        flags.add({.name = "--undo", .summary = "Print the commands that would undo what stands"},
                  into(options->undo));
        flags.add({.name = "--all", .summary = "Fold no sessions, name all that stands"},
                  into(options->all));
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
