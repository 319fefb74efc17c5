// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"
#include "cli/screen_text.hpp"
#include "findings/site.hpp"
#include "show/visible.hpp"
#include "triage/absent.hpp"
#include "triage/case.hpp"
#include "triage/event_story.hpp"
#include "triage/understand.hpp"

namespace trailhound::cli {
namespace {

constexpr std::size_t kFewEvents = 3;  // told one by one

struct Options {
  std::vector<std::string> entities;
  bool raw = false, all = false, no_hunts = false;
  LogFlags logs;
  OutputFlags output;
};

/// Text with line feeds, made fit for a terminal line by line.
std::string visible_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += show::visible(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

/// Tells the events of a subject one by one; says whether it did: many are a case.
Result<bool> told_events(const Options& options, const triage::Subject& subject, ask::Desk& desk,
                         const findings::Site& site, Console& console) {
  TRY(const std::vector<triage::EventStory> stories,
      triage::tell_events(desk, subject, kFewEvents, &site));
  if (stories.empty()) return false;
  std::string text;
  for (const triage::EventStory& story : stories) {
    if (!text.empty()) text += "\n";
    text += options.raw ? visible_lines(triage::record_text(story.record))
                        : screen_text(triage::story_screen(story), console.look(options.output));
  }
  TRY(console.print(text, options.output));
  return true;
}

Result<Exit> run(Options options, Console& console) {
  if (options.entities.empty()) {
    return Error("entity-not-named", "`triage` was not told what to look at");
  }
  TRY(const findings::Site site, findings::Site::find(options.logs.site, options.logs.places()));
  options.logs.source.unique = true;  // an event in two files is one event
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  triage::CaseOptions how;
  how.site = &site;
  hunt::Catalogue catalogue;
  if (!options.no_hunts) {
    TRY(catalogue, hunt::Catalogue::load({hunt::catalogue_folder()}));
    how.catalogue = &catalogue;
  }
  // One event needs no hunts: what is told of it is asked of the events around it.
  const bool maybe_one_event =
      options.entities.size() == 1 && !options.output.format_given &&
      triage::parse_entity(options.entities.front()).form == triage::Form::Event;
  how.gathered = !maybe_one_event;
  TRY(triage::gather(*desk, options.entities, maybe_one_event ? triage::CaseOptions{} : how));
  std::vector<triage::Subject> subjects;
  findings::Screen absent;
  for (const std::string& word : options.entities) {
    TRY(std::optional<triage::Subject> subject, triage::understand(*desk, word));
    if (subject) {
      subjects.push_back(std::move(*subject));
      continue;
    }
    TRY(const triage::Held held, triage::what_is_held(*desk));
    TRY(const triage::Absent near, triage::look_for_near(*desk, word));
    for (findings::TextLine& line : triage::absent_screen(near, held)) {
      absent.push_back(std::move(line));
    }
  }
  if (!absent.empty()) {
    TRY(console.print(screen_text(absent, console.look(options.output)), options.output));
    if (subjects.empty()) return console.close(*desk);
  }
  const bool one_event =
      subjects.size() == 1 && subjects.front().entity.form == triage::Form::Event;
  if (one_event && !options.output.format_given) {
    TRY(const bool told, told_events(options, subjects.front(), *desk, site, console));
    if (told) return console.close(*desk);
  }
  if (options.raw) {
    return Error("bad-flag", "`--raw` shows the record of one event: name it by its id");
  }
  TRY(const triage::Case about, triage::open_case(*desk, std::move(subjects), how));
  if (options.output.format_given) {
    findings::Table table = triage::case_table(about);
    TRY(console.show(table, options.output));
  } else {
    const findings::Screen screen = triage::case_screen(about, {options.all});
    TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
  }
  return console.close(about.read, about.report);
}

}  // namespace

Command describe_triage() {
  return {
      .name = "triage",
      .group = Group::Look,
      .summary =
          "All about one key, user, role, address, event…: what it did, made and left behind",
      .reasons =
          "Who it is, first and last seen, what it changed and read, what it was denied, from "
          "where\n"
          "and with what, what the hunts say of it, what it made and what of that still stands, a\n"
          "timeline, and what to ask next. An event is told in plain sentences. Several things "
          "are\n"
          "one case. What the logs do not hold is said, with what they hold.",
      .examples = {{"trailhound triage AKIAIOSFODNN7EXAMPLE --logs DIR", "all about one key"},
                   {"trailhound triage user:alice 198.51.100.7 --logs DIR",
                    "a user and an address, as one case"},
                   {"trailhound triage 3044ff70 --raw --logs DIR",
                    "one event's record, its policies decoded"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add(
            {.name = "ENTITY",
             .summary = "A key, user, role, session, ARN, instance, address, network, agent,\n"
                        "service, resource or event; `user:NAME` and the like say which",
             .repeats = true,
             .positional = true},
            into(options->entities));
        flags.add({.name = "--raw", .summary = "Print an event's record, its policies decoded"},
                  into(options->raw));
        flags.add({.name = "--all", .summary = "Cut nothing"}, into(options->all));
        flags.add({.name = "--no-hunts",
                   .summary = "Do not run the hunts: faster where the logs are many"},
                  into(options->no_hunts));
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
