// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"
#include "show/writer.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  QuestionFlags question;
  LogFlags logs;
  OutputFlags output;
};

Result<Exit> run(const Options& options, Console& console) {
  TRY(ask::Question question, read_question(options.question));
  console.remember(question.name, question.text);
  if (options.output.format == "parquet" && options.output.file.empty()) {
    return Error("bad-flag", "`-t parquet` needs `-o FILE`: it is no text to print");
  }
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs));
  if (options.output.format == "parquet") {
    std::vector<Error> notices;
    TRY(desk->write_parquet(question, options.output.file, notices));
    console.notice(notices);
    const Exit exit = console.close(*desk);  // first: a second look reads the logs again
    if (!console.is_quiet()) console.notice(desk->look_again());
    return exit;
  }
  question.all_rows = true;
  TRY(ask::Answer answer, desk->ask(question));
  console.notice(answer.notices);
  TRY(console.show(*answer.rows, options.output));
  const Exit exit = console.close(*desk);  // first: a second look reads the logs again
  if (answer.second_look && !console.is_quiet()) console.notice(answer.second_look());
  return exit;
}

}  // namespace

Command describe_sql() {
  return {
      .name = "sql",
      .group = Group::Ask,
      .summary = "Answer a question in Athena SQL",
      .reasons =
          "The text of a published runbook works as it is: tables `cloudtrail` and\n"
          "`cloudtrail_logs`, Athena's columns and types, its functions and their meaning. What\n"
          "cannot be answered exactly is refused by name. `trailhound schema` lists the fields,\n"
          "those that every expert writes by hand among them (principal, action, outcome).",
      .examples =
          {{"trailhound sql 'select eventname, count(*) n from cloudtrail group by 1 order by 2 "
            "desc'"
            " --logs DIR",
            "what was called, most often first"},
           {"trailhound sql -f question.sql --param accesskeyid=AKIAIOSFODNN7EXAMPLE --logs DIR"
            " -t csv -o answer.csv",
            "a published query, its placeholder filled, into a spreadsheet"},
           {"trailhound sql \"select eventjson from cloudtrail where errorcode = 'AccessDenied'\""
            " --logs DIR -t events",
            "the events themselves, as delivered"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        add_question_flags(flags, options->question);
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
