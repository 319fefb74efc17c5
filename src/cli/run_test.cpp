// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/command.hpp"
#include "cli/help.hpp"
#include "show/text_rows.hpp"

namespace trailhound::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What a desk was asked, and what it is to answer.
struct Play {
  ask::Source source;
  ask::Question question;
  std::optional<Error> failure;
  std::vector<Error> notices;
  read::Coverage coverage;
  std::string parquet;
};

class StandIn final : public ask::Desk {
 public:
  explicit StandIn(Play& play) : play_(play) {}
  Result<ask::Answer> ask(const ask::Question& question) override {
    play_.question = question;
    if (play_.failure) return *play_.failure;
    auto rows = std::make_unique<show::TextRows>(std::vector<std::string>{"eventname", "n"});
    rows->numbers("n");
    rows->add({"ListBuckets", "12"});
    return ask::Answer{.rows = std::move(rows), .notices = play_.notices};
  }
  Result<std::uint64_t> write_parquet(const ask::Question& question, const std::string& path,
                                      std::vector<Error>&) override {
    play_.question = question;
    play_.parquet = path;
    return 1;
  }
  Result<ask::Explanation> explain(const ask::Question& question) override {
    play_.question = question;
    return ask::Explanation{.tokens = "select",
                            .tree = "tree",
                            .bound = "bound",
                            .duckdb = "SELECT 1",
                            .trino = "",
                            .own_names = {"policy_is_admin"},
                            .plan = "reads all files",
                            .notices = {}};
  }
  Result<void> gather(const std::vector<ask::Question>&) override { return {}; }
  Result<void> gather_closely(const std::vector<ask::Question>&, const ask::Close&) override {
    return {};
  }
  const read::Coverage& coverage() const override { return play_.coverage; }
  Result<std::optional<Time>> newest() override { return std::nullopt; }
  void cancel() override {}

 private:
  Play& play_;
};

struct Ran {
  int exit = 0;
  std::string out, err;
};

/// Takes what is written to a descriptor while it lives.
class Catch {
 public:
  explicit Catch(int descriptor) : descriptor_(descriptor), kept_(dup(descriptor)) {
    const int file = mkstemp(path_);
    dup2(file, descriptor);
    close(file);
  }
  std::string text() {
    dup2(kept_, descriptor_);
    close(kept_);
    std::ifstream file(path_);
    std::stringstream all;
    all << file.rdbuf();
    unlink(path_);
    return all.str();
  }

 private:
  int descriptor_;
  int kept_;
  char path_[32] = "/tmp/trailhound-cli-XXXXXX";
};

Ran run_words(const std::vector<std::string>& words, Play& play) {
  setenv("COLUMNS", "100", 1);
  setenv("NO_COLOR", "1", 1);
  std::fflush(stdout);
  Catch out(STDOUT_FILENO), err(STDERR_FILENO);
  Ran ran;
  ran.exit = static_cast<int>(run(words, [&](ask::Source source) {
    play.source = std::move(source);
    return Result<std::unique_ptr<ask::Desk>>(std::make_unique<StandIn>(play));
  }));
  ran.err = err.text();
  ran.out = out.text();
  return ran;
}

Ran run_words(const std::vector<std::string>& words) {
  Play play;
  return run_words(words, play);
}

TEST(Run, AnswersAQuestion) {
  Play play;
  play.coverage.events = 12;
  play.coverage.files_read = 1;
  const Ran ran =
      run_words({"sql", "select 1", "--logs", "a", "--logs", "b", "--from", "30d", "--to",
                 "2023-07-10", "--unique", "--memory", "2GiB", "--param", "Key=a=b"},
                play);
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "eventname     n\n───────────  ──\nListBuckets  12\n");
  EXPECT_THAT(ran.err, StartsWith("12 events in 1 file, read in 0."));
  EXPECT_EQ(play.question.text, "select 1");
  EXPECT_EQ(play.question.parameters.at("key"), "a=b");
  EXPECT_THAT(play.source.logs, testing::ElementsAre("a", "b"));
  EXPECT_EQ(play.source.from->back, 30 * kDay);
  EXPECT_EQ(format_iso(*play.source.to->at), "2023-07-10T00:00:00Z");
  EXPECT_TRUE(play.source.unique);
  EXPECT_EQ(play.source.memory, 2ull << 30);
}

TEST(Run, SaysWhenInputWasNotRead) {
  Play play;
  play.coverage.files_failed = 1;
  play.coverage.notes.push_back({.path = "x.gz", .code = "cut-short", .words = "no gzip"});
  const Ran ran = run_words({"sql", "select 1", "--logs", "a"}, play);
  EXPECT_EQ(ran.exit, 3);
  EXPECT_THAT(ran.err, HasSubstr("not read[cut-short]: x.gz: no gzip\n"));
}

TEST(Run, ShowsWhereTheQuestionIsWrong) {
  Play play;
  play.failure = Error("bad-value", "no such thing").at({7, 8}, "this").in("query");
  const Ran ran = run_words({"sql", "select 1", "--logs", "a"}, play);
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "error[bad-value]: no such thing\n"
            " --> query:1:8\n"
            "  |\n"
            "1 | select 1\n"
            "  |        ^ this\n"
            "  = more: trailhound help bad-value\n");
}

TEST(Run, GivesErrorsToProgramsAsJson) {
  Play play;
  play.failure = Error("engine-failed", "boom");
  const Ran ran = run_words({"sql", "select 1", "--logs", "a", "--errors", "json"}, play);
  EXPECT_EQ(ran.exit, 4);
  EXPECT_THAT(ran.err, StartsWith("{\"severity\":\"error\",\"code\":\"engine-failed\""));
}

TEST(Run, EndsWith130WhenCancelled) {
  Play play;
  play.failure = Error("cancelled", "stopped");
  EXPECT_EQ(run_words({"sql", "select 1", "--logs", "a"}, play).exit, 130);
}

TEST(Run, IsQuietWhenAsked) {
  Play play;
  play.notices.push_back(Error("bad-value", "a hint"));
  const Ran ran = run_words({"sql", "select 1", "--logs", "a", "-q"}, play);
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(run_words({"sql", "select 1", "--logs", "a"}, play).err,
              StartsWith("warning[bad-value]: a hint\n"));
}

TEST(Run, WritesToTheFileAskedFor) {
  const std::string path = testing::TempDir() + "/trailhound-run-test.jsonl";
  const Ran ran = run_words({"sql", "select 1", "--logs", "a", "-t", "jsonl", "-o", path});
  EXPECT_EQ(ran.out, "");
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, R"({"eventname":"ListBuckets","n":12})");
  unlink(path.c_str());
}

TEST(Run, LetsTheEngineWriteParquet) {
  Play play;
  EXPECT_EQ(run_words({"sql", "select 1", "--logs", "a", "-t", "parquet"}, play).exit, 2);
  EXPECT_EQ(run_words({"sql", "select 1", "--logs", "a", "-t", "parquet", "-o", "x"}, play).exit,
            0);
  EXPECT_EQ(play.parquet, "x");
}

struct WrongWords {
  std::vector<std::string> words;
  std::string says;
};

TEST(Run, ExplainsWhatIsWrongWithTheWords) {
  const WrongWords all[] = {
      {{"sqll"},
       "error[unknown-command]: no command is called `sqll`\n  = fix: use `trailhound sql`"},
      {{"select 1"}, "a question of SQL goes behind `trailhound sql`"},
      {{"--logs", "x"}, "a command comes before flags such as `--logs`"},
      {{"sql", "select 1"}, "error[logs-not-named]: no logs are named"},
      {{"sql", "--logs", "a"}, "error[no-question]: no question is given"},
      {{"sql", "q", "--log", "a"}, "no flag is called `--log`\n  = fix: use `--logs`"},
      {{"sql", "q", "--logs"}, "`--logs` misses its value\n  = `--logs PATH`: Logs to read"},
      {{"sql", "q", "--logs", "--unique"}, "`--logs` misses its value: `--unique` is another flag"},
      {{"sql", "q", "more", "--logs", "a"}, "`more` stands where nothing is expected"},
      {{"baseline", "--compare", "--from", "2024-03-01", "--logs", "a"},
       "`--compare` misses its value: `--from` is another flag\n"
       "  = `--compare WINDOW`: What departs"},
      {{"baseline", "--logs", "a", "--compare"}, "`1d`, a day, FROM..TO, or `window`\n"},
      {{"sql", "q", "--from", "soon"}, "error[bad-time]: `--from` cannot be `soon`"},
      {{"sql", "q", "--from", "1d", "--from", "2d"}, "`--from` is given twice"},
      {{"sql", "q", "-t", "tabel"}, "`--format` cannot be `tabel`"},
      {{"sql", "q", "-t", "tabel"}, "= fix: use `table`"},
      {{"sql", "q", "--memory", "lots"}, "a size works"},
      {{"sql", "q", "--threads", "-1"}, "`--threads`"},
      {{"sql", "q", "--param", "x"}, "a name and its value work"},
      {{"sql", "q", "--utc-offset", "CET"}, "hours and minutes east of UTC work"},
      {{"sql", "q", "-f", "x", "--logs", "a"}, "the question is given twice"},
      {{"sql", "-f", "/nowhere/q.sql", "--logs", "a"},
       "error[no-such-path]: `/nowhere/q.sql` cannot be read: No such file or directory"},
      {{"help", "bad-tim"}, "= fix: use `trailhound help bad-time`"},
      {{"schema", "zzz"}, "no name of a field holds `zzz`"},
      {{"synth"}, "`-o` is not given"},
      {{"explain", "q", "--show", "trino"}, "it has no `policy_is_admin`"},
  };
  for (const WrongWords& wrong : all) {
    const Ran ran = run_words(wrong.words);
    EXPECT_EQ(ran.exit, 2) << wrong.says;
    EXPECT_EQ(ran.out, "") << wrong.says;
    EXPECT_THAT(ran.err, HasSubstr(wrong.says));
  }
}

TEST(Run, ShowsTheStagesAskedFor) {
  Play play;
  EXPECT_EQ(run_words({"explain", "q", "--show", "duckdb"}, play).out, "SELECT 1\n");
  EXPECT_EQ(run_words({"explain", "q"}, play).out,
            "SQL for DuckDB\nSELECT 1\n\nWhat the scan does\nreads all files\n");
  EXPECT_TRUE(play.source.logs.empty());
}

TEST(Run, SaysItsVersion) {
  EXPECT_EQ(run_words({"--version"}).out, "trailhound 0.1.0\n");
  EXPECT_EQ(run_words({"version"}).out, "trailhound 0.1.0\n");
}

TEST(Help, IsThereForEveryCommandAndCode) {
  for (const Command& command : commands()) {
    const Ran ran = run_words({std::string(command.name), "-h"});
    EXPECT_EQ(ran.exit, 0) << command.name;
    EXPECT_THAT(ran.out, StartsWith(std::string(command.summary))) << command.name;
    EXPECT_LE(std::count(ran.out.begin(), ran.out.end(), '\n'), 40) << command.name;
    const Ran full = run_words({std::string(command.name), "--help"});
    EXPECT_THAT(full.out, HasSubstr("130  interrupted")) << command.name;
  }
  for (const ErrorKind& kind : error_kinds()) {
    EXPECT_THAT(run_words({"help", std::string(kind.code)}).out, HasSubstr(std::string(kind.page)));
  }
}

TEST(Help, HasExamplesWhoseFlagsExist) {
  for (const Command& command : commands()) {
    Flags flags;
    const Action action = command.flags(flags);
    EXPECT_FALSE(command.examples.empty()) << command.name;
    for (const Example& example : command.examples) {
      std::stringstream words{std::string(example.command)};
      for (std::string word; words >> word;) {
        if (word.starts_with("--")) {
          EXPECT_NE(flags.find(word), nullptr) << example.command;
        }
      }
    }
  }
}

TEST(Help, ListsNoFlagTwice) {
  for (const Command& command : commands()) {
    Flags flags;
    Manners manners;
    const Action action = command.flags(flags);
    add_manners(flags, manners);
    std::set<std::string> seen;
    for (const Flag& flag : flags.all()) {
      EXPECT_TRUE(seen.insert(std::string(flag.name)).second) << command.name << flag.name;
      if (flag.letter != 0) {
        EXPECT_TRUE(seen.insert(std::string(1, flag.letter)).second) << command.name << flag.letter;
      }
      EXPECT_FALSE(flag.summary.ends_with('.')) << command.name << flag.name;
    }
  }
}

TEST(Completions, NameEveryCommandAndFlag) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = completions(shell);
    for (const Command& command : commands()) {
      EXPECT_THAT(script, HasSubstr(std::string(command.name)));
    }
    EXPECT_THAT(script, HasSubstr("raw-csv"));
    EXPECT_THAT(script, HasSubstr("timesketch"));
  }
}

TEST(Schema, ShowsFieldsAndWhereTheyStand) {
  EXPECT_EQ(
      run_words({"schema", "sessionissuer.arn", "-t", "csv", "--names"}).out,
      "field,in the record,in Splunk\n"
      "useridentity.sessioncontext.sessionissuer.arn,userIdentity.sessionContext.sessionIssuer.arn,"
      "userIdentity.sessionContext.sessionIssuer.arn\n");
  EXPECT_THAT(run_words({"schema", "policy_is", "--functions"}).out, HasSubstr("policy_is_admin"));
}

TEST(Hunt, ListsExplainsAndPrintsWithoutLogs) {
  const Ran list = run_words({"hunt", "--list", "-t", "csv"});
  EXPECT_EQ(list.exit, 0);
  EXPECT_GT(std::count(list.out.begin(), list.out.end(), '\n'), 40);
  const std::string first_id = [&] {
    std::stringstream lines(list.out);
    std::string line;
    std::getline(lines, line);
    std::getline(lines, line);
    return line.substr(2, line.find(',', 2) - 2);  // 1,account-..., view, ...
  }();
  EXPECT_THAT(run_words({"hunt", "show", "1"}).out, HasSubstr(first_id));
  EXPECT_THAT(run_words({"hunt", "show", first_id}).out, HasSubstr(first_id));
  EXPECT_EQ(run_words({"hunt", "show", "no-such-hunt"}).exit, 2);
  EXPECT_EQ(run_words({"hunt", "show"}).exit, 2);
  EXPECT_EQ(run_words({"hunt", "--fail-on", "grave", "--logs", "a"}).exit, 2);
}

}  // namespace
}  // namespace trailhound::cli
