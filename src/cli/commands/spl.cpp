// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"
#include "show/writer.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  QuestionFlags question;
  ask::SearchOptions search;
  LogFlags logs;
  OutputFlags output;
  bool for_athena = false;
};

Result<Exit> run(const Options& options, Console& console) {
  TRY(ask::Question question, read_question(options.question));
  question.language = ask::Language::Spl;
  question.search = options.search;
  if (question.name == "query") question.name = "search";
  console.remember(question.name, question.text);
  if (options.for_athena) {
    TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs, false));
    TRY(const ask::Explanation explained, desk->explain(question));
    console.notice(explained.notices);
    if (explained.trino.empty()) return Error("stage-not-there", explained.why_no_trino);
    TRY(console.print(explained.trino, options.output));
    return Exit::Done;
  }
  if (options.output.format == "parquet" && options.output.file.empty()) {
    return Error("bad-flag", "`-t parquet` needs `-o FILE`: it is no text to print");
  }
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  if (options.output.format == "parquet") {
    std::vector<Error> notices;
    TRY(desk->write_parquet(question, options.output.file, notices));
    console.notice(notices);
    return console.close(*desk);
  }
  TRY(ask::Answer answer, desk->ask(question));
  console.notice(answer.notices);
  TRY(console.show(*answer.rows, options.output));
  return console.close(*desk);
}

}  // namespace

Command describe_spl() {
  return {
      .name = "spl",
      .group = Group::Ask,
      .summary = "Answer a search written for Splunk",
      .reasons =
          "Published searches work as they are: fields are those of Splunk's add-on for AWS\n"
          "(errorCode=success, src_ip, user, action), values are compared without case, events\n"
          "stand newest first, and times count from the newest event. What cannot be answered\n"
          "exactly is refused by name. docs/manual/spl.md has every command.",
      .examples =
          {{"trailhound spl 'index=cloudtrail readOnly=False earliest=-30d | stats count by "
            "eventSource | sort -count' --logs DIR",
            "changes of the last 30 days, by service"},
           {"trailhound spl -f search.spl --param principalid=AIDAEXAMPLE --logs DIR -t csv -o "
            "answer.csv",
            "a published search, its placeholder filled"},
           {"trailhound spl 'eventName=ConsoleLogin | stats count by src_ip' --to athena",
            "the same search in Athena's SQL"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        Flags asked;
        add_question_flags(asked, options->question);
        for (const Flag& flag : asked.all()) {
          if (flag.name != "--dialect") flags.add(flag, flag.take);
        }
        flags.add(
            {.name = "--macros",
             .value = "FILE",
             .summary = "Macros of your own, in the form of Splunk's macros.conf",
             .reasons =
                 "Those of published CloudTrail searches (cloudtrail, security_content_ctime,\n"
                 "NAME_filter) are built in.",
             .completes = Completes::Path},
            into(options->search.macros));
        flags.add(
            {.name = "--lookups",
             .value = "DIR",
             .summary = "Folder of lookups, NAME.csv; outputlookup writes there and nowhere else",
             .completes = Completes::Path},
            into(options->search.lookups));
        flags.add({.name = "--addon",
                   .value = "VERSION",
                   .summary = "Whose fields: 7 (default) or 4.6 of Splunk's add-on for AWS",
                   .choices = {"7", "4.6"},
                   .rare = true},
                  into(options->search.addon));
        flags.add({.name = "--earliest",
                   .value = "MODIFIER",
                   .summary = "earliest= of a search that names none: -30d, -1d@d, @w1"},
                  into(options->search.earliest));
        flags.add({.name = "--latest",
                   .value = "MODIFIER",
                   .summary = "latest= of a search that names none"},
                  into(options->search.latest));
        Flags shared;
        add_log_flags(shared, options->logs);
        for (const Flag& flag : shared.all()) {
          if (flag.name != "--to") {
            flags.add(flag, flag.take);
            continue;
          }
          Flag both = flag;
          both.summary =
              "Leave out events at or after this time; `athena`: print Athena's SQL instead";
          flags.add(both,
                    [take = flag.take, options](const Flag& self,
                                                const std::string& text) -> Result<void> {
                      if (text == "athena") {
                        options->for_athena = true;
                        return {};
                      }
                      return take(self, text);
                    });
        }
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
