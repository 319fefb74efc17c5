// SPDX-License-Identifier: Apache-2.0
#include "lake/ingest.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "show/closing.hpp"
#include "show/progress.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  lake::IngestOptions ingest;
  std::optional<ask::When> from, to;
  std::string shard;
};

Result<std::optional<Time>> date_of(const std::optional<ask::When>& when, std::string_view flag) {
  if (!when) return std::optional<Time>{};
  if (when->at) return when->at;
  return Error("bad-time", fmt::format("`{}` of `ingest` is a day such as 2024-03-01", flag))
      .note("it is compared with the days that paths name, before any event is read");
}

/// "3/16"
Result<void> take_shard(const std::string& text, lake::IngestOptions& options) {
  if (text.empty()) return {};
  const std::size_t slash = text.find('/');
  const auto number = [](std::string_view digits, std::uint32_t& value) {
    const auto [end, trouble] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return trouble == std::errc() && end == digits.data() + digits.size() && value > 0;
  };
  if (slash == std::string::npos ||
      !number(std::string_view(text).substr(0, slash), options.shard) ||
      !number(std::string_view(text).substr(slash + 1), options.shards) ||
      options.shard > options.shards) {
    return Error("bad-flag", "`--shard " + text + "` is not one of several, such as 3/16");
  }
  return {};
}

std::string count_of(std::uint64_t count, std::string_view one) {
  return with_commas(count) + " " + std::string(one) + (count == 1 ? "" : "s");
}

std::string words_of(const lake::IngestReport& report, const lake::IngestOptions& options) {
  std::string text;
  if (options.dry_run) {
    text = fmt::format("{} to read, {}", count_of(report.read.files_seen, "file"),
                       show::size_words(report.read.bytes_on_disk));
  } else {
    text = fmt::format("{} new, {} left out as copies", count_of(report.kept, "event"),
                       with_commas(report.copies));
    if (report.conflicts > 0) {
      text += fmt::format("; {} kept beside another of the same eventID",
                          with_commas(report.conflicts));
    }
    text += fmt::format("\n{} read", count_of(report.read.files_read, "file"));
  }
  if (report.files_known > 0)
    text += fmt::format(", {} known before", with_commas(report.files_known));
  if (report.files_outside > 0)
    text += fmt::format(", {} not asked for", with_commas(report.files_outside));
  if (report.parts > 0) {
    text += fmt::format("\n{} of {} written, {}: {} in {}", count_of(report.parts, "part"),
                        count_of(report.days, "account-day"), show::size_words(report.bytes),
                        count_of(report.events_before + report.kept, "event"), options.lake);
  }
  return text + "\n";
}

Result<Exit> run(Options options, Console& console) {
  lake::IngestOptions& ingest = options.ingest;
  if (ingest.paths.empty()) {
    return Error("logs-not-named", "no logs are named").note("`trailhound ingest PATH --lake DIR`");
  }
  ask::Source place;
  place.lake = ingest.lake;
  TRY(find_lake(place, true));
  ingest.lake = place.lake;
  TRY(ingest.from, date_of(options.from, "--from"));
  TRY(ingest.to, date_of(options.to, "--to"));
  TRY(take_shard(options.shard, ingest));
  ingest.waiting = [&](const std::string& holder) {
    console.talk("waiting for " + holder + ", which writes to the lake\n");
    return true;
  };
  std::unique_ptr<show::Progress> line;
  if (console.talk_look().terminal && !console.is_quiet()) {
    line = std::make_unique<show::Progress>(2, console.talk_look());
    ingest.progress = [&](const event::ScanProgress& at) { line->update(at); };
  }
  Interrupt interrupt;
  TRY(const std::unique_ptr<lake::Ingest> work, lake::Ingest::open(ingest));
  interrupt.on_stop([&] { work->cancel(); });
  const Result<lake::IngestReport> report = work->run();
  if (line) line->hide();
  if (!report.ok()) return report.error();
  TRY(console.print(words_of(*report, ingest)));
  constexpr std::size_t kMostNamed = 20;
  console.talk(show::trouble_text(report->read, console.talk_look(), kMostNamed));
  if (report->stopped) {
    console.talk("stopped: what was kept stands; the same command goes on from there\n");
    return Exit::Interrupted;
  }
  return report->read.complete() ? Exit::Done : Exit::Incomplete;
}

}  // namespace

Command describe_ingest() {
  return {
      .name = "ingest",
      .group = Group::Make,
      .summary = "Read logs once into a lake: each event kept once, answers in milliseconds",
      .reasons =
          "Reads all that --logs reads, and writes Parquet files by account and day that every\n"
          "other command asks with --lake, and any other engine as they stand. An event that was\n"
          "delivered twice is kept once; two that share an eventID but differ are both kept, and\n"
          "reported. Files are known again by their content: run it again for what is new, or to\n"
          "go on after an interruption.",
      .examples = {{"trailhound ingest logs/ --lake case.lake", "all logs of a case"},
                   {"trailhound ingest bucket/ --lake case.lake --from 2024-03-01 --to 2024-03-31",
                    "one month of a large bucket, by the days in its paths"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        flags.add({.name = "PATH",
                   .summary = "Files or folders of logs; - for standard input",
                   .repeats = true,
                   .positional = true,
                   .completes = Completes::Path},
                  into(options->ingest.paths));
        flags.add(
            {.name = "--lake",
             .value = "DIR",
             .summary =
                 "The lake; made if it is not there. Else $TRAILHOUND_LAKE, ./trailhound.lake",
             .shared = true,
             .completes = Completes::Path},
            into(options->ingest.lake));
        flags.add({.name = "--from",
                   .value = "DAY",
                   .summary = "Pass over files whose paths name an earlier day"},
                  into(options->from));
        flags.add({.name = "--to", .value = "DAY", .summary = "... or a later one"},
                  into(options->to));
        flags.add(
            {.name = "--shard",
             .value = "I/N",
             .summary = "Read only a share of the files: for several machines, a lake each",
             .reasons = "By the files' names, so that every machine cuts alike: 3/16 is the third\n"
                        "sixteenth."},
            into(options->shard));
        flags.add({.name = "--dry-run", .summary = "Only say how many files would be read"},
                  into(options->ingest.dry_run));
        flags.add({.name = "--memory",
                   .value = "SIZE",
                   .summary = "Most memory, 1GiB if not said; beyond it, the disk is used",
                   .shared = true,
                   .rare = true},
                  into_size(options->ingest.memory));
        flags.add({.name = "--threads",
                   .value = "N",
                   .summary = "Threads; one for each core if not said",
                   .shared = true,
                   .rare = true},
                  into(options->ingest.threads));
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
