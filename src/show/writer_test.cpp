// SPDX-License-Identifier: Apache-2.0
#include "show/writer.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "base/text.hpp"
#include "show/made_rows.hpp"
#include "show/value.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

using engine::Kind;
using engine::Type;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kMoment = 1'688'990'073'000'000;  // 2023-07-10T11:54:33Z

struct Written {
  std::string text;
  Shown shown;
};

Result<Written> try_write(MadeRows& rows, std::string_view format, WriteOptions options = {}) {
  char path[] = "/tmp/trailhound-show-XXXXXX";
  const int descriptor = mkstemp(path);
  Output output = Output::to_descriptor(descriptor);
  Result<Shown> shown = show_rows(rows, *find_format(format), options, output);
  close(descriptor);
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  unlink(path);
  if (!shown.ok()) return shown.error();
  return Written{text.str(), *shown};
}

std::string write(MadeRows& rows, std::string_view format, WriteOptions options = {}) {
  Result<Written> written = try_write(rows, format, options);
  return written.ok() ? written->text : "error: " + written.error().message;
}

Look wide(std::size_t width, bool colour = false) {
  return {.colour = colour, .terminal = false, .width = width, .offset_minutes = {}};
}

MadeRows two_users() {
  MadeRows rows({{"ts", {Kind::Timestamp}}, {"username", {Kind::Text}}, {"n", {Kind::Integer}}});
  rows.row("[1688990073000000, \"alice\", 7]");
  rows.row("[1688990073250000, null, 1234]");
  rows.row("[null, \"\", -1]");
  return rows;
}

TEST(Formats, AreTheNinePromised) {
  std::vector<std::string> names;
  for (const Format& format : formats()) names.emplace_back(format.name);
  EXPECT_THAT(names, testing::ElementsAre("csv", "events", "json", "jsonl", "line", "markdown",
                                          "parquet", "table", "timesketch"));
  EXPECT_EQ(find_format("xml"), nullptr);
}

TEST(Table, AlignsNumbersAtTheRightAndShowsNullAsADash) {
  MadeRows rows = two_users();
  EXPECT_EQ(write(rows, "table"),
            "ts                      username     n\n"
            "──────────────────────  ────────  ────\n"
            "2023-07-10 11:54:33     alice        7\n"
            "2023-07-10 11:54:33.25  -         1234\n"
            "-                                   -1\n");
}

TEST(Table, WrapsTheWidestColumnsWhereTheLineIsShort) {
  MadeRows rows({{"eventname", {Kind::Text}}, {"useragent", {Kind::Text}}});
  rows.row(
      R"(["GetCallerIdentity", "aws-cli/2.11.0 Python/3.11 Linux/6.1 exe/x86_64 prompt/off"])");
  EXPECT_EQ(write(rows, "table", {.look = wide(50)}),
            "eventname          useragent\n"
            "─────────────────  ───────────────────────────────\n"
            "GetCallerIdentity  aws-cli/2.11.0 Python/3.11\n"
            "                   Linux/6.1 exe/x86_64 prompt/off\n");
}

TEST(Table, ShowsAFieldALineWhereColumnsWouldBecomeStumps) {
  std::vector<engine::Column> columns;
  std::string row;
  for (int i = 0; i < 8; ++i) {
    columns.push_back({"column_" + std::to_string(i), {Kind::Text}});
    row +=
        (i == 0 ? "[" : ",") + std::string("\"a value of many letters ") + std::to_string(i) + "\"";
  }
  MadeRows rows(columns);
  rows.row(row + "]");
  const Result<Written> written = try_write(rows, "table", {.look = wide(60)});
  ASSERT_TRUE(written.ok());
  EXPECT_THAT(written->text, HasSubstr("── row 1 ──"));
  EXPECT_THAT(written->text, HasSubstr("\ncolumn_7  a value of many letters 7\n"));
  EXPECT_EQ(written->shown.remark,
            "8 columns do not fit into 60 characters: each row is shown a field a line");
}

TEST(Table, GoesOnInTheWidthsOfTheFirstRows) {
  MadeRows rows({{"name", {Kind::Text}}, {"n", {Kind::Integer}}});
  for (int i = 0; i < 500; ++i) rows.row("[\"short\", 1]");
  rows.row("[\"much longer\", 123456]");
  const std::string text = write(rows, "table");
  EXPECT_THAT(text, HasSubstr("\nshort  1\nmuch   123456\nlonge\nr\n"));
}

TEST(Table, KeepsColumnsStraightUnderWideLetters) {
  MadeRows rows({{"name", {Kind::Text}}, {"n", {Kind::Integer}}});
  rows.row("[\"日本\", 1]").row("[\"e\\u0301\", 2]").row("[\"abcde\", 3]");
  EXPECT_EQ(write(rows, "table"),
            "name   n\n"
            "─────  ─\n"
            "日本   1\n"
            "e\u0301      2\n"
            "abcde  3\n");
}

TEST(Table, ColoursMeaningThatWordsCarryToo) {
  MadeRows rows({{"level", {Kind::Text}}, {"title", {Kind::Text}}});
  rows.row("[\"critical\", null]");
  const std::string text = write(rows, "table", {.look = wide(80, true)});
  EXPECT_THAT(text, HasSubstr("\x1b[1;31mcritical\x1b[0m"));
  EXPECT_THAT(text, HasSubstr("\x1b[2m-\x1b[0m"));
}

TEST(Table, ShowsStructsAsCompactJsonWithoutTheirNulls) {
  const Type user{Kind::Struct, {{"type", {Kind::Text}}, {"arn", {Kind::Text}}}};
  MadeRows rows({{"useridentity", user},
                 {"tags", {Kind::Map, {{"key", {Kind::Text}}, {"value", {Kind::Integer}}}}},
                 {"ids", {Kind::List, {{"element", {Kind::Text}}}}}});
  rows.row(R"([{"type": "Root", "arn": null}, {"a": 1}, ["x", null]])");
  EXPECT_EQ(write(rows, "table"),
            "useridentity     tags     ids\n"
            "───────────────  ───────  ──────────\n"
            "{\"type\":\"Root\"}  {\"a\":1}  [\"x\",null]\n");
}

TEST(Table, ShowsTimesInTheOffsetAskedForAndSaysIt) {
  MadeRows rows({{"ts", {Kind::Timestamp}}});
  rows.row("[" + std::to_string(kMoment) + "]");
  Look look = wide(80);
  look.offset_minutes = -210;
  EXPECT_THAT(write(rows, "table", {.look = look}), HasSubstr("2023-07-10 08:24:33-03:30\n"));
}

TEST(Table, HasItsHeadingEvenWithoutRows) {
  MadeRows rows({{"n", {Kind::Integer}}});
  EXPECT_EQ(write(rows, "table"), "n\n─\n");
}

TEST(JsonLines, WritesEveryKindAsTheValueItIs) {
  MadeRows rows({{"b", {Kind::Boolean}},
                 {"i", {Kind::Integer}},
                 {"d", {Kind::Double}},
                 {"big", {Kind::Decimal}},
                 {"t", {Kind::Text}},
                 {"j", {Kind::Json}},
                 {"day", {Kind::Date}},
                 {"clock", {Kind::TimeOfDay}},
                 {"ts", {Kind::Timestamp}},
                 {"tz", {Kind::TimestampZone}},
                 {"bytes", {Kind::Bytes}},
                 {"none", {Kind::Null}}});
  rows.row(R"([true, -9223372036854775808, 2, "18446744073709551616", "a\"b\\c\n", "{\"k\":[1, 2]}",
               19548, 43200000001, 1688990073000000, 1688990073250000, "\u0001z", null])");
  EXPECT_EQ(
      write(rows, "jsonl"),
      R"({"b":true,"i":-9223372036854775808,"d":2.0,"big":18446744073709551616,)"
      R"("t":"a\"b\\c\n","j":{"k":[1, 2]},"day":"2023-07-10","clock":"12:00:00.000001",)"
      R"("ts":"2023-07-10T11:54:33Z","tz":"2023-07-10T11:54:33.25Z","bytes":"017a","none":null})"
      "\n");
}

TEST(JsonLines, WritesWhatIsNoNumberAsText) {
  MadeRows rows({{"d", {Kind::Double}}}, 1);
  rows.row("[\"nan\"]").row("[\"-inf\"]").row("[1e300]").row("[0.1]");
  EXPECT_EQ(write(rows, "jsonl"),
            "{\"d\":\"NaN\"}\n{\"d\":\"-Infinity\"}\n{\"d\":1e+300}\n{\"d\":0.1}\n");
}

TEST(JsonLines, TellsColumnsOfOneNameApart) {
  MadeRows rows({{"n", {Kind::Integer}}, {"N", {Kind::Integer}}, {"n_2", {Kind::Integer}}});
  rows.row("[1, 2, 3]");
  EXPECT_EQ(write(rows, "jsonl"), "{\"n\":1,\"N_3\":2,\"n_2\":3}\n");
}

TEST(JsonLines, KeepsADocumentOnItsLine) {
  MadeRows rows({{"j", {Kind::Json}}});
  rows.row(R"(["{\n  \"a\": \"x\\ny\"\n}"])");
  EXPECT_EQ(write(rows, "jsonl"), "{\"j\":{  \"a\": \"x\\ny\"}}\n");
}

TEST(JsonLines, EscapesTextOfEveryLengthRight) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t behind = 0; behind < 20; ++behind) {
      MadeRows rows({{"t", {Kind::Text}}});
      const std::string left(before, 'x'), right(behind, 'y');
      rows.row("[\"" + left + "\\\"\\u001b\u202E\u00e9" + right + "\"]");
      EXPECT_EQ(write(rows, "jsonl"),
                "{\"t\":\"" + left + "\\\"\\u001b\\u202e\u00e9" + right + "\"}\n");
    }
  }
}

/// As the grammar of JSON has it, byte by byte.
std::string escaped_plainly(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == 0x1b) {
      out += "\\u001b";
    } else {
      out += c;
    }
  }
  return out;
}

TEST(JsonLines, EscapesManyQuotesWhereverTheyStand) {
  std::mt19937 random(7);
  for (int turn = 0; turn < 4'000; ++turn) {
    std::string text(random() % 70, ' ');
    const unsigned quotes = random() % 4;  // of four characters, how many are to be escaped
    for (char& c : text) {
      constexpr std::string_view kOdd = "\"\\\"\\\"\\\n\x1b", kPlain = "ab:{}/~ ";
      c = random() % 4 < quotes ? kOdd[random() % kOdd.size()] : kPlain[random() % kPlain.size()];
    }
    Buffer out;
    out.add("before");
    append_json_text(out, text);
    EXPECT_EQ(out.view(), "before\"" + escaped_plainly(text) + "\"");
  }
}

TEST(Json, IsOneArray) {
  MadeRows rows({{"n", {Kind::Integer}}});
  rows.row("[1]").row("[2]").row("[3]");
  EXPECT_EQ(write(rows, "json"), "[{\"n\":1},\n {\"n\":2},\n {\"n\":3}]\n");
  MadeRows none({{"n", {Kind::Integer}}});
  EXPECT_EQ(write(none, "json"), "[]\n");
}

TEST(Events, AreTheEventColumnAlone) {
  MadeRows rows({{"ts", {Kind::Timestamp}}, {"eventjson", {Kind::Json}}});
  rows.row(R"([0, "{\"eventName\":\"A\"}"])")
      .row("[0, null]")
      .row(R"([0, "{\"eventName\":\"B\"}"])");
  EXPECT_EQ(write(rows, "events"), "{\"eventName\":\"A\"}\n{\"eventName\":\"B\"}\n");
  MadeRows other({{"eventname", {Kind::Text}}});
  const Result<Written> failed = try_write(other, "events");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code(), "no-event-column");
}

TEST(Csv, QuotesAndTellsNullFromEmptyText) {
  MadeRows rows = two_users();
  rows.row("[0, \"a,\\\"b\\\"\\nc\", 0]");
  EXPECT_EQ(write(rows, "csv"),
            "ts,username,n\n"
            "2023-07-10 11:54:33,alice,7\n"
            "2023-07-10 11:54:33.25,,1234\n"
            ",\"\",-1\n"
            "1970-01-01 00:00:00,\"a,\"\"b\"\"\nc\",0\n");
}

TEST(Csv, KeepsALoneNullARow) {
  MadeRows rows({{"t", {Kind::Text}}});
  rows.row("[null]").row("[\"x\"]");
  EXPECT_EQ(write(rows, "csv"), "t\n\"\"\nx\n");
}

TEST(Csv, DefusesFormulasButLeavesNumbers) {
  MadeRows rows({{"t", {Kind::Text}}, {"n", {Kind::Integer}}});
  rows.row("[\"=cmd|' /C calc'!A0\", -5]").row("[\"+1\", 1]").row("[\"-1\", 1]");
  rows.row("[\"@SUM(A1)\", 1]").row("[\"\\t=1\", 1]").row("[\"＝1\", 1]").row("[\"a=1\", 1]");
  EXPECT_EQ(write(rows, "csv"),
            "t,n\n"
            "\"'=cmd|' /C calc'!A0\",-5\n"
            "\"'+1\",1\n"
            "\"'-1\",1\n"
            "\"'@SUM(A1)\",1\n"
            "\"'\t=1\",1\n"
            "\"'＝1\",1\n"
            "a=1,1\n");
}

TEST(Csv, IsExactWhenAskedToBeRaw) {
  MadeRows rows({{"t", {Kind::Text}}});
  rows.row("[\"=1\\u001b[2J\"]");
  EXPECT_EQ(write(rows, "csv", {.look = {}, .raw_csv = true}), "t\n=1\x1b[2J\n");
}

TEST(Markdown, EscapesMarkupAndLinks) {
  MadeRows rows({{"user_agent", {Kind::Text}}, {"n", {Kind::Integer}}});
  rows.row(R"(["<img src=x> [a](http://evil.example) | `b` www.evil.example\n", 1])")
      .row("[null, 2]");
  EXPECT_EQ(write(rows, "markdown"),
            "| user\\_agent | n |\n"
            "| --- | --: |\n"
            "| &lt;img src=x&gt; \\[a\\](http\\://evil.example) \\| \\`b\\` "
            "www\\.evil.example\\\\n | 1 |\n"
            "| | 2 |\n");
}

TEST(Line, IsAFieldALine) {
  MadeRows rows = two_users();
  EXPECT_EQ(write(rows, "line"),
            "ts        2023-07-10 11:54:33\n"
            "username  alice\n"
            "n         7\n"
            "\n"
            "ts        2023-07-10 11:54:33.25\n"
            "username  -\n"
            "n         1234\n"
            "\n"
            "ts        -\n"
            "username\n"
            "n         -1\n");
}

TEST(Timesketch, PlacesEachRowAndSaysWhatHappened) {
  const Type user{Kind::Struct, {{"type", {Kind::Text}}, {"arn", {Kind::Text}}}};
  MadeRows rows({{"eventtime", {Kind::Text}},
                 {"eventname", {Kind::Text}},
                 {"useridentity", user},
                 {"requestparameters", {Kind::Json}}});
  rows.row(R"(["2023-07-10T11:54:33Z", "CreateUser",
               {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice"}, "{\"a\":1}"])");
  rows.row(R"([null, "ListUsers", null, null])");
  const Result<Written> written = try_write(rows, "timesketch");
  ASSERT_TRUE(written.ok());
  EXPECT_EQ(written->text,
            "{\"message\":\"CreateUser by arn:aws:iam::111122223333:user/alice\","
            "\"datetime\":\"2023-07-10T11:54:33+00:00\",\"timestamp_desc\":\"Event Time\","
            "\"eventtime\":\"2023-07-10T11:54:33Z\",\"eventname\":\"CreateUser\","
            "\"useridentity_type\":\"IAMUser\","
            "\"useridentity_arn\":\"arn:aws:iam::111122223333:user/alice\","
            "\"requestparameters\":\"{\\\"a\\\":1}\"}\n");
  EXPECT_EQ(written->shown.remark,
            "1 row has no time and was left out: Timesketch cannot place them");
  MadeRows timeless({{"n", {Kind::Integer}}});
  EXPECT_EQ(try_write(timeless, "timesketch").error().code(), "no-time-column");
}

/// What a thief may call himself: it clears the screen, turns text round, hides, and computes.
constexpr std::string_view kHostile =
    R"(["=HYPERLINK(\"http://evil.example\")\u001b[2J\u001b]0;pwned\u0007\u009b31m\u202Etxt\u200B\u007f\r\n<b>|"])";

TEST(EveryFormat, KeepsHostileTextFromTheTerminal) {
  for (const Format& format : formats()) {
    if (format.make == nullptr || format.name == "events") continue;
    MadeRows rows({{"useragent", {Kind::Text}}, {"ts", {Kind::Timestamp}}, {"json", {Kind::Json}}});
    Result<Json> agent = parse_json(kHostile);
    const std::string text = (*agent->array())[0].dump();
    rows.row("[" + text + ", 0, " + json_string("{\"k\":\"\u202E\u009b\"}") + "]");
    const std::string written = write(rows, format.name, {.look = wide(200)});
    std::string_view rest = written;
    while (!rest.empty()) {
      const char32_t code_point = take_utf8(rest);
      EXPECT_TRUE(code_point == '\n' || !is_hidden(code_point))
          << format.name << " lets U+" << std::hex << static_cast<unsigned>(code_point)
          << " through";
    }
    EXPECT_THAT(written, HasSubstr("pwned")) << format.name;
    if (format.name == "csv") {
      EXPECT_THAT(written, HasSubstr("\"'=HYPERLINK("));
    }
    if (format.name == "markdown") {
      EXPECT_THAT(written, Not(HasSubstr("<b>")));
    }
  }
}

TEST(ShowRows, PassesTheErrorOfTheRowsOn) {
  MadeRows rows({{"n", {Kind::Integer}}});
  rows.row("[1]");
  rows.fail_with(Error("cancelled", "stopped"));
  EXPECT_EQ(try_write(rows, "jsonl").error().code(), "cancelled");
}

/// Rows that several threads hand out, all at once.
class HandedRows final : public engine::Rows {
 public:
  explicit HandedRows(std::vector<MadeRows> parts) : parts_(std::move(parts)) {}
  const std::vector<engine::Column>& columns() const override { return parts_.front().columns(); }
  Result<const engine::Batch*> next() override { return Error("cancelled", "not asked for"); }
  Result<bool> hand_out(
      const std::function<std::unique_ptr<engine::Taker>()>& make_taker) override {
    std::vector<std::thread> threads;
    for (MadeRows& part : parts_) {
      threads.emplace_back([&] {
        const std::unique_ptr<engine::Taker> taker = make_taker();
        for (;;) {
          const Result<const engine::Batch*> batch = part.next();
          if (!batch.ok() || *batch == nullptr || !taker->take(**batch)) return;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return true;
  }

 private:
  std::vector<MadeRows> parts_;
};

TEST(ShowRows, WritesWhatSeveralThreadsHandOut) {
  for (const std::string format : {"jsonl", "csv"}) {
    std::vector<MadeRows> parts;
    std::vector<std::string> expected;
    for (int part = 0; part < 4; ++part) {
      MadeRows& rows = parts.emplace_back(
          std::vector<engine::Column>{{"n", {Kind::Integer}}, {"t", {Kind::Text}}});
      for (int i = 0; i < 300; ++i) {
        // Long enough that each thread passes its text on several times.
        const std::string number = std::to_string(part * 1000 + i), text(3000 + i, 'x');
        rows.row("[" + number + ", \"" + text + "\"]");
        expected.push_back(format == "csv" ? number + "," + text
                                           : "{\"n\":" + number + ",\"t\":\"" + text + "\"}");
      }
    }
    HandedRows rows(std::move(parts));
    const std::string path = testing::TempDir() + "show-handed." + format;
    Result<Output> output = Output::to_file(path);
    ASSERT_TRUE(output.ok());
    const Result<Shown> shown = show_rows(rows, *find_format(format), {}, *output);
    ASSERT_TRUE(shown.ok()) << shown.error().message;
    EXPECT_EQ(shown->rows, 1200u);
    ASSERT_TRUE(output->finish().ok());
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    std::filesystem::remove(path);
    if (format == "csv") {
      ASSERT_FALSE(lines.empty());
      EXPECT_EQ(lines.front(), "n,t");
      lines.erase(lines.begin());
    }
    std::sort(lines.begin(), lines.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(lines, expected);
  }
}

TEST(ShowRows, WritesTheHeadingOfNoRows) {
  std::vector<MadeRows> parts;
  parts.emplace_back(std::vector<engine::Column>{{"n", {Kind::Integer}}});
  HandedRows rows(std::move(parts));
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Output output = Output::to_descriptor(ends[1]);
  const Result<Shown> shown = show_rows(rows, *find_format("csv"), {}, output);
  close(ends[1]);
  ASSERT_TRUE(shown.ok());
  char text[10];
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(read(ends[0], text, sizeof text))), "n\n");
  close(ends[0]);
}

TEST(ShowRows, TakesAClosedPipeForTheEnd) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  MadeRows rows({{"t", {Kind::Text}}}, 1);
  const std::string long_text(300'000, 'x');
  for (int i = 0; i < 3; ++i) rows.row("[\"" + long_text + "\"]");
  Output output = Output::to_descriptor(ends[1]);
  const Result<Shown> shown = show_rows(rows, *find_format("jsonl"), {}, output);
  close(ends[1]);
  ASSERT_TRUE(shown.ok());
  EXPECT_TRUE(output.is_closed());
  EXPECT_EQ(shown->rows, 1u);
}

TEST(Output, LeavesNothingBehindUnlessFinished) {
  const std::string path = testing::TempDir() + "/trailhound-output-test.csv";
  unlink(path.c_str());
  {
    Result<Output> output = Output::to_file(path);
    ASSERT_TRUE(output.ok());
    ASSERT_TRUE(output->write("half").ok());
  }
  struct stat known {};
  EXPECT_NE(stat(path.c_str(), &known), 0);
  Result<Output> output = Output::to_file(path);
  ASSERT_TRUE(output.ok());
  ASSERT_TRUE(output->write("whole\n").ok());
  ASSERT_TRUE(output->finish().ok());
  EXPECT_EQ(stat(path.c_str(), &known), 0);
  EXPECT_EQ(known.st_size, 6);
  unlink(path.c_str());
}

TEST(Output, SaysWhyAFileCannotBeWritten) {
  const Result<Output> output = Output::to_file("/nowhere/answer.csv");
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(output.error().message,
            "`/nowhere/answer.csv` cannot be written: No such file or directory");
}

}  // namespace
}  // namespace trailhound::show
