// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/screen_text.hpp"
#include "findings/finding_table.hpp"
#include "hunt/screen.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  std::vector<std::string> names;
  hunt::Filter filter;
  std::vector<std::string> folders;
  std::map<std::string, std::string> parameters;
  std::string fail_on;
  std::string story;
  bool list = false, sql = false, undo = false;
  bool people = false;
  bool only_new = false;
  LogFlags logs;
  OutputFlags output;
};

Result<hunt::Catalogue> open_catalogue(const Options& options) {
  std::vector<std::filesystem::path> folders = {hunt::catalogue_folder()};
  for (const std::string& folder : options.folders) folders.emplace_back(folder);
  return hunt::Catalogue::load(folders);
}

Result<Exit> list(const Options& options, const hunt::Catalogue& catalogue, Console& console) {
  hunt::Filter filter = options.filter;
  filter.views_too = true;
  TRY(const auto hunts, catalogue.pick(filter));
  findings::Table table = hunt::hunt_table(catalogue, hunts);
  TRY(console.show(table, options.output));
  return Exit::Done;
}

Result<Exit> tell_about(const Options& options, const hunt::Catalogue& catalogue,
                        Console& console) {
  if (options.filter.names.empty()) {
    return Error("unknown-hunt", "`hunt show` needs the id of a hunt")
        .note("`trailhound hunt --list` lists them");
  }
  findings::Screen screen;
  for (const std::string& name : options.filter.names) {
    TRY(const hunt::Hunt* hunt, catalogue.find(name));
    if (!screen.empty()) screen.emplace_back();
    for (findings::TextLine& line : hunt::hunt_screen(catalogue, *hunt)) {
      screen.push_back(std::move(line));
    }
  }
  TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
  return Exit::Done;
}

/// The statements as they would be asked; parameters without a value stay as they are.
Result<Exit> print_statements(const Options& options, const std::vector<const hunt::Hunt*>& hunts,
                              Console& console) {
  std::string text;
  for (const hunt::Hunt* hunt : hunts) {
    const auto filled = hunt::statement_of(*hunt, options.parameters);
    if (hunts.size() > 1) text += "-- " + hunt->id + "\n";
    text += (filled.ok() ? *filled : hunt->sql) + "\n";
    if (hunts.size() > 1) text += ";\n\n";
  }
  TRY(console.print(text, options.output));
  return Exit::Done;
}

Result<Exit> show_views(const Options& options, const std::vector<const hunt::Hunt*>& views,
                        const hunt::RunOptions& run_options, ask::Desk& desk, Console& console) {
  if (views.size() > 1 && options.output.format != "table") {
    return Error("bad-flag", "several views have several kinds of rows: name one for `-t " +
                                 options.output.format + "`");
  }
  for (const hunt::Hunt* view : views) {
    if (views.size() > 1) TRY(console.print(view->id + ": " + view->title + "\n", options.output));
    console.remember(view->id, view->sql);
    TRY(ask::Answer answer, hunt::ask_view(desk, *view, run_options));
    console.notice(answer.notices);
    TRY(console.show(*answer.rows, options.output));
  }
  return console.close(desk);
}

Result<std::optional<findings::Level>> level_asked(const Options& options) {
  if (options.fail_on.empty()) return std::optional<findings::Level>{};
  const auto level = findings::find_level(options.fail_on);
  if (!level) return Error("bad-flag", "`--fail-on` is critical, high, medium or low");
  return level;
}

Result<hunt::ScreenOptions> screen_asked(const Options& options, const hunt::Report& report) {
  hunt::ScreenOptions screen;
  screen.fold_services = options.people || options.story != "all";
  screen.undo = options.undo;
  screen.all = options.story == "all";
  if (options.story.empty() || screen.all) return screen;
  for (const findings::Story& story : report.stories) {
    if (std::to_string(story.number) == options.story) screen.story = story.number;
  }
  if (!screen.story) {
    return Error("bad-flag", "there is no story `" + options.story + "`: there are " +
                                 std::to_string(report.stories.size()));
  }
  return screen;
}

Result<void> show_report(const Options& options, const hunt::Report& report, const ask::Desk& desk,
                         Console& console) {
  TRY(const hunt::ScreenOptions wished, screen_asked(options, report));
  if (options.list) {
    findings::Table table = hunt::verdict_table(report);
    TRY(console.show(table, options.output));
    return {};
  }
  if (!options.output.format_given) {
    const findings::Screen screen = hunt::report_screen(report, desk.coverage(), wished);
    return console.print(screen_text(screen, console.look(options.output)), options.output);
  }
  std::vector<findings::Finding> findings = report.findings;
  if (wished.story) {
    std::erase_if(findings,
                  [&](const findings::Finding& one) { return one.story != *wished.story; });
  }
  findings::Table table = findings::finding_table(findings);
  TRY(console.show(table, options.output));
  return {};
}

Exit exit_after(const hunt::Report& report, std::optional<findings::Level> fail_on, Exit closed) {
  const bool met = fail_on && std::any_of(report.findings.begin(), report.findings.end(),
                                          [&](const auto& one) { return one.level >= *fail_on; });
  return met ? Exit::Found : closed;
}

Result<Exit> run(Options options, Console& console) {
  TRY(const hunt::Catalogue catalogue, open_catalogue(options));
  options.filter.names = options.names;
  const bool tells = !options.names.empty() && options.names.front() == "show";
  if (tells) options.filter.names.erase(options.filter.names.begin());
  if (options.list && options.logs.places().empty()) return list(options, catalogue, console);
  if (tells && !options.sql) return tell_about(options, catalogue, console);
  TRY(const auto picked, catalogue.pick(options.filter));
  if (options.sql) return print_statements(options, picked, console);
  TRY(const auto fail_on, level_asked(options));
  TRY(const findings::Site site, findings::Site::find(options.logs.site, options.logs.places()));

  hunt::RunOptions run_options{&site, options.parameters};
  run_options.only_new = options.only_new;
  std::vector<const hunt::Hunt*> views, findings;
  for (const hunt::Hunt* hunt : picked) {
    console.remember(hunt->id, hunt->sql);
    (hunt->kind == hunt::HuntKind::View ? views : findings).push_back(hunt);
  }
  if (!views.empty() && !findings.empty()) {
    return Error("bad-flag", "views and findings answer differently: `" + views.front()->id +
                                 "` is a view; ask for one kind at a time");
  }
  for (const hunt::Hunt* view : views) TRY(hunt::statement_of(*view, options.parameters));
  options.logs.source.unique = true;  // a hunt never counts an event twice
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  if (!views.empty()) return show_views(options, views, run_options, *desk, console);
  TRY(const hunt::Report report, hunt::run(*desk, catalogue, findings, run_options));
  TRY(show_report(options, report, *desk, console));
  return exit_after(report, fail_on, console.close(desk->coverage(), report));
}

void add_flags(Flags& flags, Options& options) {
  flags.add({.name = "HUNT",
             .summary = "Ids, numbers or patterns (`iam-*`); without any, all that find",
             .repeats = true,
             .positional = true},
            into(options.names));
  flags.add({.name = "--list", .summary = "List the catalogue; with logs, what each hunt answered"},
            into(options.list));
  flags.add(
      {.name = "--service", .value = "NAME", .summary = "Hunts about a service", .repeats = true},
      into(options.filter.services));
  flags.add({.name = "--attack",
             .value = "ID",
             .summary = "Hunts of an ATT&CK id, `rhinosec:7`, or a GuardDuty finding",
             .reasons = "Former ids are understood, and a technique's sub-techniques come with it.",
             .repeats = true},
            into(options.filter.attack));
  flags.add({.name = "--hunts",
             .value = "DIR",
             .summary = "Further hunts; one of the same id replaces ours",
             .repeats = true,
             .completes = Completes::Path},
            into(options.folders));
  flags.add({.name = "--param",
             .value = "NAME=VALUE",
             .summary = "A value that a hunt asks for, or a threshold of it",
             .repeats = true},
            into(options.parameters));
  flags.add({.name = "--sql", .summary = "Print the statements instead of asking them"},
            into(options.sql));
  flags.add({.name = "--story", .value = "N|all", .summary = "One story in full, or all of them"},
            into(options.story));
  flags.add(
      {.name = "--new",
       .summary = "Leave out what the same principal did before, from the same place",
       .reasons = "Judged by up to 30 days before each finding, within what is read. Where less\n"
                  "than a week lies before it, it stays. How usual a finding is stands in the\n"
                  "column `usual`."},
      into(options.only_new));
  flags.add({.name = "--undo", .summary = "Print the commands that would undo what stands"},
            into(options.undo));
  flags.add({.name = "--people",
             .summary = "Fold low stories of AWS services away and count them (the default)"},
            into(options.people));
  flags.add({.name = "--fail-on",
             .value = "LEVEL",
             .summary = "Exit with 1 if a finding has this level or a higher one",
             .choices = {"low", "medium", "high", "critical"}},
            into(options.fail_on));
}

}  // namespace

Command describe_hunt() {
  return {
      .name = "hunt",
      .group = Group::Look,
      .summary = "Run the hunt catalogue: what deserves a look, and where the logs are blind",
      .reasons =
          "Without names, every hunt that finds is run over one pass of the files, and what was\n"
          "found is told as stories: one for each actor and burst, the worst first. A hunt "
          "answers\n"
          "found, nothing found, or could not look. `-t table`, `csv` and the others give the\n"
          "findings as rows instead, with the events behind each.\n"
          "`trailhound hunt show ID` prints all about one hunt, `--sql` its statement.",
      .examples = {{"trailhound hunt --logs DIR", "everything, as stories"},
                   {"trailhound hunt key-usage --param accesskeyid=AKIAIOSFODNN7EXAMPLE --logs DIR",
                    "a view: all uses of one key"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        add_flags(flags, *options);
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
