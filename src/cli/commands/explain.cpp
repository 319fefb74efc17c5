// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  QuestionFlags question;
  LogFlags logs;
  std::vector<std::string> stages;
  bool search = false;
};

struct Stage {
  std::string_view name;
  std::string_view title;
  std::string ask::Explanation::*text;
};
constexpr Stage kStages[] = {
    {"tokens", "Tokens", &ask::Explanation::tokens},
    {"tree", "Tree", &ask::Explanation::tree},
    {"bound", "Bound", &ask::Explanation::bound},
    {"duckdb", "SQL for DuckDB", &ask::Explanation::duckdb},
    {"trino", "SQL for Trino and Athena", &ask::Explanation::trino},
    {"plan", "What the scan does", &ask::Explanation::plan},
};

std::string ended(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

/// Why there is no SQL for Trino.
Error not_there(const ask::Explanation& explained) {
  if (!explained.why_no_trino.empty()) return Error("stage-not-there", explained.why_no_trino);
  std::string names;
  for (const std::string& name : explained.own_names) {
    names += (names.empty() ? "`" : ", `") + name + "`";
  }
  if (names.empty())
    return Error("stage-not-there", "this stage cannot be given for this question");
  return Error("stage-not-there", "the question cannot be said to Trino: it has no " + names);
}

Result<Exit> run(const Options& options, Console& console) {
  TRY(ask::Question question, read_question(options.question));
  if (options.search) {
    question.language = ask::Language::Spl;
    if (question.name == "query") question.name = "search";
  }
  console.remember(question.name, question.text);
  TRY(const std::unique_ptr<ask::Desk> desk, console.open(options.logs, false));
  TRY(const ask::Explanation explained, desk->explain(question));
  console.notice(explained.notices);
  const show::Look look = console.look();
  std::string out;
  for (const Stage& stage : kStages) {
    const std::string& text = explained.*stage.text;
    if (options.stages.size() == 1 && options.stages[0] == stage.name) {
      if (text.empty()) return not_there(explained);
      out = ended(text);
      break;
    }
    const bool asked = options.stages.empty()
                           ? stage.name == "duckdb" || stage.name == "plan"
                           : std::find(options.stages.begin(), options.stages.end(), stage.name) !=
                                 options.stages.end();
    if (!asked) continue;
    out += (out.empty() ? "" : "\n") + look.paint(show::Ink::Title, stage.title) + "\n";
    out += ended(text.empty() ? not_there(explained).message : text);
  }
  TRY(console.print(out));
  return Exit::Done;
}

}  // namespace

Command describe_explain() {
  return {
      .name = "explain",
      .group = Group::Learn,
      .summary = "Show every stage of a question, and what the scan will leave out",
      .reasons =
          "A question goes from text to tokens, to a tree, to a tree whose names and types are\n"
          "known, to SQL for an engine. Nothing is run. No logs are needed.",
      .examples =
          {{"trailhound explain \"select * from cloudtrail where account = '111122223333'\"",
            "the SQL that runs, and the scan plan"},
           {"trailhound explain -f question.sql --show trino", "the same question for Athena"},
           {"trailhound explain --spl 'eventName=ConsoleLogin | stats count by user'",
            "the SQL that a search of Splunk becomes"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        add_question_flags(flags, options->question);
        flags.add({.name = "--spl", .summary = "The question is a search written for Splunk"},
                  into(options->search));
        flags.add(
            {.name = "--show",
             .value = "STAGE",
             .summary = "A stage: tokens, tree, bound, duckdb, trino or plan",
             .reasons = "May repeat; one alone is printed without its title. Without the flag:\n"
                        "duckdb and plan.",
             .choices = {"tokens", "tree", "bound", "duckdb", "trino", "plan"},
             .repeats = true},
            into(options->stages));
        add_log_flags(flags, options->logs);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
