// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"
#include "findings/finding_table.hpp"
#include "findings/site.hpp"
#include "hunt/catalogue.hpp"
#include "show/dossier.hpp"
#include "show/output.hpp"
#include "triage/dossier.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  std::vector<std::string> entities;
  bool findings = false, no_hunts = false, no_sums = false;
  OutputFlags output{.format = "html"};
  LogFlags logs;
};

Result<void> check(const Options& options) {
  if (options.entities.empty() && !options.findings) {
    return Error("entity-not-named", "`report` was not told what to report about")
        .note("name a key, user, role, address, event…; or say `--findings` for all findings");
  }
  if (!options.entities.empty() && options.findings) {
    return Error("bad-flag", "`--findings` is about everything: name no entity with it");
  }
  if (options.findings && options.no_hunts) {
    return Error("bad-flag", "`--findings` reports what the hunts find: they must be run");
  }
  return {};
}

/// The steps of the case, or the findings, as Timesketch imports them.
Result<void> show_rows(const triage::Dossier& dossier, const Options& options, Console& console) {
  findings::Table table = dossier.about ? triage::case_table(*dossier.about)
                                        : findings::finding_table(dossier.report.findings);
  TRY(console.show(table, options.output));
  return {};
}

std::vector<std::string> hashed_paths(const LogFlags& logs) {
  if (logs.source.lake.empty()) return logs.source.logs;
  return {logs.source.lake + "/_manifest/manifest"};  // it names every part with its sum
}

Result<Exit> run(Options options, Console& console) {
  TRY(check(options));
  TRY(const findings::Site site, findings::Site::find(options.logs.site, options.logs.places()));
  options.logs.source.unique = true;  // an event in two files is one event
  TRY(const hunt::Catalogue catalogue, hunt::Catalogue::load({hunt::catalogue_folder()}));
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  Result<triage::Dossier> opened = triage::open_dossier(
      *desk, options.entities, {options.no_hunts ? nullptr : &catalogue, &site});
  if (!opened.ok()) {
    // What is not there may stand in a file that could not be read.
    if (opened.error().code() == "not-in-these-logs") {
      console.close(desk->coverage());
    }
    return std::move(opened).error();
  }
  triage::Dossier dossier = std::move(opened).value();
  for (const triage::Absent& absent : dossier.not_there) {
    console.notice({triage::absent_error({absent}, dossier.about->held)});
  }
  if (options.output.format == "timesketch") {
    TRY(show_rows(dossier, options, console));
    return console.close(dossier.read, dossier.report);
  }
  if (!options.no_sums && options.output.format != "navigator") {
    dossier.sources = triage::sums_of_sources(hashed_paths(options.logs));
  }
  TRY(console.print(options.output.format == "html"       ? show::dossier_page(dossier)
                    : options.output.format == "markdown" ? show::dossier_markdown(dossier)
                                                          : show::dossier_navigator(dossier),
                    options.output));
  return console.close(dossier.read, dossier.report);
}

}  // namespace

Command describe_report() {
  return {
      .name = "report",
      .group = Group::Look,
      .summary = "A case, or all findings, in one file: a page that stands alone, Markdown, …",
      .reasons =
          "One HTML file that loads nothing and runs nothing: stories, charts, what still stands, "
          "a\n"
          "timeline, the trail of credentials, the questions that were asked, what was read and "
          "where\n"
          "the logs are blind, and the SHA-256 of every file that it rests on. Texts of the logs "
          "are\n"
          "made fit for the page. It prints well, too.",
      .examples = {{"trailhound report AKIAIOSFODNN7EXAMPLE --logs DIR -o case.html",
                    "a case about one key"},
                   {"trailhound report --findings --logs DIR -o findings.html", "all findings"},
                   {"trailhound report --findings --logs DIR -t navigator -o layer.json",
                    "a layer for the ATT&CK Navigator"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add({.name = "ENTITY",
                   .summary = "What the case is about, as for `trailhound triage`; several are one",
                   .repeats = true,
                   .positional = true},
                  into(options->entities));
        flags.add({.name = "--findings", .summary = "Report all findings of the hunts instead"},
                  into(options->findings));
        flags.add({.name = "--format",
                   .letter = 't',
                   .value = "FORMAT",
                   .summary = "Form of the report: html if not said",
                   .choices = {"html", "markdown", "timesketch", "navigator"}},
                  into_form(options->output));
        static constexpr Ending kEndings[] = {
            {".md", "markdown"}, {".jsonl", "timesketch"}, {".json", "navigator"}};
        flags.add(
            {.name = "--output",
             .letter = 'o',
             .value = "FILE",
             .summary = "Write the report to a file; it appears when it is whole",
             .reasons = "Without `-t`, its ending says the form: .md is Markdown, .jsonl for\n"
                        "Timesketch, .json a layer for the Navigator.",
             .completes = Completes::Path},
            into_file(options->output, kEndings));
        flags.add({.name = "--no-hunts", .summary = "Do not run the hunts: faster, no stories"},
                  into(options->no_hunts));
        flags.add({.name = "--no-sums", .summary = "Do not sum the files that were read"},
                  into(options->no_sums));
        add_log_flags(flags, options->logs);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
