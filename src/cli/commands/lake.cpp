// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <set>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/lake_export.hpp"
#include "cli/lake_ready.hpp"
#include "findings/table.hpp"
#include "lake/compact.hpp"
#include "lake/ddl.hpp"
#include "lake/disk.hpp"
#include "lake/forget.hpp"
#include "lake/verify.hpp"
#include "lake/witnesses.hpp"
#include "show/progress.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  std::vector<std::string> words;  ///< The action, and what it is about
  LogFlags logs;
  OutputFlags output;
  std::string engine = "athena", location, principal, form = "lines";
  std::string before;
  std::vector<std::string> accounts;
  bool sure = false;
};

std::string count_of(std::uint64_t count, std::string_view one) {
  return with_commas(count) + " " + std::string(one) + (count == 1 ? "" : "s");
}

lake::Waiting waiting_on(Console& console) {
  return [&console](const std::string& holder) {
    console.talk("waiting for " + holder + ", which writes to the lake\n");
    return true;
  };
}

/// A line of progress where somebody sits at a terminal.
std::unique_ptr<show::Progress> progress_on(const Console& console) {
  if (!console.talk_look().terminal || console.is_quiet()) return nullptr;
  return std::make_unique<show::Progress>(2, console.talk_look());
}

std::function<void(const event::ScanProgress&)> update(show::Progress* line) {
  if (line == nullptr) return {};
  return [line](const event::ScanProgress& at) { line->update(at); };
}

Result<Exit> status(const Options& options, Console& console) {
  const std::string& folder = options.logs.source.lake;
  TRY(const lake::Manifest manifest, lake::Manifest::read(folder));
  if (!options.output.format_given) {
    std::set<lake::AccountDay> days;
    for (const lake::Part& part : manifest.parts) days.insert(part.where);
    const lake::Totals& totals = manifest.totals;
    std::string text = fmt::format(
        "{} in {} of {}, {}\n{} read; {} left out, {}, {}\n", count_of(manifest.rows(), "event"),
        count_of(manifest.parts.size(), "part"), count_of(days.size(), "account-day"),
        show::size_words(manifest.bytes()), count_of(totals.sources, "file"),
        totals.copies == 1 ? "1 copy" : with_commas(totals.copies) + " copies",
        count_of(totals.conflicts, "conflict"),
        count_of(manifest.unread.size() + manifest.unread_left_out, "file") +
            " with something that could not be read");
    TRY(console.print(text + "\n", options.output));
  }
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  TRY(const ask::Answer answer,
      desk->ask({.text = "select account, count(distinct awsregion) as regions, count(distinct "
                         "date(ts)) as days,"
                         " min(ts) as first, max(ts) as last, count(*) as events from cloudtrail"
                         " group by account order by events desc, account"}));
  TRY(console.show(*answer.rows, options.output));
  return console.close(*desk);
}

/// Former parts that could not be removed: our commands pass over them, other engines cannot.
void say_what_stays(std::uint64_t parts, Console& console) {
  if (parts == 0) return;
  console.talk(
      fmt::format("{} still being read: the next `ingest` or `lake compact` removes {}; "
                  "until then, engines that read the folder itself meet {} events\n",
                  count_of(parts, "former part") + (parts == 1 ? " is" : " are"),
                  parts == 1 ? "it" : "them", parts == 1 ? "its" : "their"));
}

Result<Exit> compact(const Options& options, Console& console) {
  const std::unique_ptr<show::Progress> line = progress_on(console);
  Interrupt interrupt;
  interrupt.on_stop([] {});
  TRY(const lake::CompactReport report,
      lake::compact({.lake = options.logs.source.lake,
                     .memory = options.logs.source.memory,
                     .threads = options.logs.source.threads,
                     .waiting = waiting_on(console),
                     .progress = update(line.get()),
                     .stopped = [&] { return interrupt.happened(); }}));
  if (line) line->hide();
  TRY(console.print(
      report.days == 0
          ? "nothing to do: every account-day is one part\n"
          : fmt::format("{}: {} became {}, {} became {}\n", count_of(report.days, "account-day"),
                        count_of(report.parts_before, "part"), with_commas(report.parts_after),
                        show::size_words(report.bytes_before),
                        show::size_words(report.bytes_after))));
  say_what_stays(report.parts_left, console);
  return report.stopped ? Exit::Interrupted : Exit::Done;
}

Result<Exit> verify(const Options& options, Console& console) {
  const std::unique_ptr<show::Progress> line = progress_on(console);
  TRY(const lake::Verified seen,
      lake::verify(options.logs.source.lake, {.memory = options.logs.source.memory,
                                              .threads = options.logs.source.threads,
                                              .progress = update(line.get())}));
  if (line) line->hide();
  if (!seen.problems.empty()) {
    findings::Table table({{"problem", engine::Kind::Text},
                           {"where", engine::Kind::Text},
                           {"words", engine::Kind::Text}});
    for (const lake::Problem& problem : seen.problems)
      table.add({problem.kind, problem.path, problem.words});
    TRY(console.show(table, options.output));
  }
  console.talk(fmt::format("{}, {}, {} read: {}\n", count_of(seen.parts, "part"),
                           count_of(seen.rows, "event"), show::size_words(seen.bytes),
                           seen.clean() ? "as they were written" : "NOT as they were written"));
  return seen.clean() ? Exit::Done : Exit::Incomplete;
}

Result<Exit> definition(const Options& options, Console& console) {
  const std::string& folder = options.logs.source.lake;
  TRY(const lake::Manifest manifest, lake::Manifest::read(folder));
  const lake::Ddl engine = options.engine == "trino"    ? lake::Ddl::Trino
                           : options.engine == "duckdb" ? lake::Ddl::DuckDb
                                                        : lake::Ddl::Athena;
  std::string location = options.location;
  if (location.empty()) {
    if (engine == lake::Ddl::Athena) {
      return Error("bad-flag",
                   "`--location` is not given: where the lake's folder `events` lies for Athena, "
                   "as s3://bucket/lake/events");
    }
    location = (engine == lake::Ddl::Trino ? "file://" : "") +
               lake::events_folder(lake::real_path(folder));
  }
  while (location.ends_with('/')) location.pop_back();
  TRY(console.print(lake::table_definition(engine, manifest, location), options.output));
  return Exit::Done;
}

Result<Exit> send_out(const Options& options, Console& console) {
  if (options.output.file.empty())
    return Error("bad-flag", "`-o` is not given: the folder to export to");
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  std::string window;
  const auto words = [](const std::optional<ask::When>& when) {
    if (!when) return std::string("...");
    return when->at ? format_iso(*when->at) : format_duration(when->back.value_or(0)) + " back";
  };
  if (options.logs.source.from || options.logs.source.to) {
    window = words(options.logs.source.from) + " to " + words(options.logs.source.to);
  }
  TRY(const Exported done, export_events(*desk, {.folder = options.output.file,
                                                 .principal = options.principal,
                                                 .records = options.form == "records",
                                                 .window = window}));
  TRY(console.print(fmt::format("{} in {}: {}/manifest.json vouches for them\n",
                                count_of(done.events, "event"), count_of(done.files, "file"),
                                options.output.file)));
  return console.close(*desk);
}

Result<Exit> forget(const Options& options, Console& console) {
  if (options.before.empty() && options.accounts.empty()) {
    return Error("bad-flag", "`lake forget` needs `--before DAY` or `--account ID`");
  }
  lake::Forgetting which{.accounts = options.accounts};
  if (!options.before.empty()) {
    const std::optional<Time> day = parse_typed_time(options.before);
    if (!day) return Error("bad-time", "`" + options.before + "` is no day such as 2024-01-01");
    which.before = format_day(*day);
  }
  TRY(const lake::Manifest manifest, lake::Manifest::read(options.logs.source.lake));
  std::vector<lake::Part> parts = lake::what_to_forget(manifest, which);
  std::uint64_t left = 0;
  if (options.sure) {
    TRY(lake::Forgotten gone, lake::forget(options.logs.source.lake, which, waiting_on(console)));
    parts = std::move(gone.parts);
    left = gone.left;
  }
  std::uint64_t rows = 0;
  for (const lake::Part& part : parts) rows += part.rows;
  TRY(console.print(
      fmt::format("{} in {}{}\n", count_of(rows, "event"), count_of(parts.size(), "part"),
                  options.sure ? " forgotten" : " would be forgotten: `--yes` does it")));
  say_what_stays(left, console);
  return Exit::Done;
}

Result<Exit> sources(const Options& options, Console& console) {
  if (options.words.size() != 2) return Error("bad-flag", "`lake sources` needs an eventID");
  TRY(const std::vector<lake::Witness> found,
      lake::witnesses_of(options.logs.source.lake, options.words[1]));
  findings::Table table({{"account", engine::Kind::Text},
                         {"day", engine::Kind::Text},
                         {"kept", engine::Kind::Text},
                         {"source", engine::Kind::Text}});
  for (const lake::Witness& one : found) {
    table.add(
        {one.where.account, one.where.day, std::string(one.kept ? "from here" : ""), one.source});
  }
  TRY(console.show(table, options.output));
  return Exit::Done;
}

Result<Exit> ready(const Options& options, Console& console) {
  return make_ready(options.logs, console);
}

struct Verb {
  std::string_view name;
  Result<Exit> (*run)(const Options& options, Console& console);
};
constexpr Verb kVerbs[] = {{"status", status},   {"compact", compact}, {"verify", verify},
                           {"ddl", definition},  {"export", send_out}, {"forget", forget},
                           {"sources", sources}, {"ready", ready}};

constexpr std::string_view kVerbWords =
    "status, compact, verify, ddl, export, forget, sources, ready";

Result<Exit> run(Options options, Console& console) {
  std::vector<std::string_view> names;
  for (const Verb& verb : kVerbs) names.push_back(verb.name);
  if (options.words.empty()) {
    return Error("bad-flag", "`lake` needs a verb").note(std::string(kVerbWords));
  }
  TRY(find_lake(options.logs.source, true));
  if (options.logs.source.lake.empty())
    return Error("bad-flag", "`lake` is about `--lake`, not `--logs`");
  for (const Verb& verb : kVerbs) {
    if (verb.name == options.words[0]) return verb.run(options, console);
  }
  Error error("bad-flag", "`lake` has no verb `" + options.words[0] + "`");
  const std::optional<std::string> near = nearest(options.words[0], names);
  return std::move(error).note(near ? "`lake " + *near + "`?" : std::string(kVerbWords));
}

}  // namespace

Command describe_lake() {
  return {
      .name = "lake",
      .group = Group::Make,
      .summary = "Look after a lake: status, compact, verify, ddl, export, forget, sources, ready",
      .reasons =
          "status    what it holds, by account, and what could not be read into it\n"
          "compact   merge the parts of each account-day; questions may be asked meanwhile\n"
          "verify    every part against its SHA-256 and its rows, stray files, events met twice\n"
          "ddl       the table for Athena, Trino or DuckDB, with partition projection\n"
          "export    events as they were delivered, with a list of hashes, into the folder of -o\n"
          "forget    remove account-days, by age or account; only says what, without --yes\n"
          "sources   every file that an event, by its eventID, came in\n"
          "ready     ask what look, hunt, triage, trail and baseline keep: none waits afterwards",
      .examples = {{"trailhound lake status --lake case.lake", "what is in there"},
                   {"trailhound lake verify --lake case.lake",
                    "nothing changed since it was written"},
                   {"trailhound lake ddl --for trino --lake case.lake",
                    "the same files for another engine"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add({.name = "VERB", .summary = "What to do", .repeats = true, .positional = true},
                  into(options->words));
        flags.add({.name = "--for",
                   .value = "ENGINE",
                   .summary = "ddl: athena (default), trino or duckdb",
                   .choices = {"athena", "trino", "duckdb"}},
                  into(options->engine));
        flags.add({.name = "--location",
                   .value = "URL",
                   .summary = "ddl: where that engine finds the folder `events`"},
                  into(options->location));
        flags.add({.name = "--principal",
                   .value = "WHO",
                   .summary = "export: only what this principal, ARN, user or access key did"},
                  into(options->principal));
        flags.add({.name = "--form",
                   .value = "FORM",
                   .summary = "export: lines (JSON, default), or records as CloudTrail delivers",
                   .choices = {"lines", "records"}},
                  into(options->form));
        flags.add({.name = "--before", .value = "DAY", .summary = "forget: days before this one"},
                  into(options->before));
        flags.add({.name = "--account",
                   .value = "ID",
                   .summary = "forget: events of this account",
                   .repeats = true},
                  into(options->accounts));
        flags.add({.name = "--yes", .summary = "forget: do it"}, into(options->sure));
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
