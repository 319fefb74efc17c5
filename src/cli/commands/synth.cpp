// SPDX-License-Identifier: Apache-2.0
#include "synth/synth.hpp"

#include <memory>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "show/progress.hpp"
#include "synth/intrusion.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  synth::Options made;
  std::vector<std::string> intrusions;
  std::string first;
  unsigned days = 30;
  unsigned threads = 0;
};

Result<Exit> run(const Options& options, Console& console) {
  if (options.made.folder.empty()) {
    return Error("bad-flag", "`-o` is not given: the folder to make the logs in");
  }
  synth::Options made = options.made;
  if (!options.intrusions.empty()) made.intrusions = options.intrusions;
  made.days = static_cast<int>(options.days);
  if (options.threads > 0) made.threads = options.threads;
  TRY(const synth::Made done, synth::make(made));
  console.talk(with_commas(done.events) + " events in " + with_commas(done.files) + " files (" +
               show::size_words(done.bytes) + "), " + with_commas(done.doubles) +
               " of them doubles, " + with_commas(done.truth) + " of intrusions: " + made.folder +
               "/truth.jsonl names them\n");
  return Exit::Done;
}

}  // namespace

Command describe_synth() {
  return {
      .name = "synth",
      .group = Group::Make,
      .summary = "Make the logs of a made-up company, with intrusions and the truth beside them",
      .reasons =
          "The same flags give the same bytes on every machine. The folder must not exist or be\n"
          "empty; the logs lie in it as CloudTrail delivers them, and truth.jsonl names every "
          "event\n"
          "of every intrusion. For trying hunts, for teaching, and for measuring.",
      .examples = {{"trailhound synth -o demo",
                    "a month of 120,000 events with a leaked key in it"},
                   {"trailhound synth -o big --events 5,000,000 --intrusion all --seed 7",
                    "much more of everything"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        static const std::string known = [] {
          std::string text = "Known: all, none";
          for (const synth::Intrusion& intrusion : synth::intrusions()) {
            text += ", " + std::string(intrusion.name);
          }
          return text;
        }();
        flags.add({.name = "--output",
                   .letter = 'o',
                   .value = "DIR",
                   .summary = "The folder to make",
                   .completes = Completes::Path},
                  into(options->made.folder));
        flags.add({.name = "--events", .value = "N", .summary = "About how many events; 120,000"},
                  into(options->made.events));
        flags.add({.name = "--days", .value = "N", .summary = "Over how many days; 30"},
                  into(options->days));
        flags.add({.name = "--accounts",
                   .value = "N",
                   .summary = "In how many accounts, four to a company; 4",
                   .reasons = "Every intrusion is in accounts of the first company"},
                  into(options->made.accounts));
        flags.add(
            {.name = "--seed", .value = "N", .summary = "Another seed makes another company; 1"},
            into(options->made.seed));
        flags.add({.name = "--intrusion",
                   .value = "NAME",
                   .summary = "An intrusion to put in; may repeat; leaked-key",
                   .reasons = known,
                   .repeats = true},
                  into(options->intrusions));
        flags.add({.name = "--threads", .value = "N", .summary = "Threads; 2"},
                  into(options->threads));
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
