// SPDX-License-Identifier: Apache-2.0
#include "lake/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lake/disk.hpp"
#include "lake/forget.hpp"
#include "lake/layout.hpp"
#include "lake/scratch_lake.hpp"

namespace trailhound::lake {
namespace {

using testing::ElementsAre;

/// "first..last=rows", or "first..last?" where they must be asked.
std::vector<std::string> drawn(const std::vector<Stretch>& stretches) {
  std::vector<std::string> lines;
  for (const Stretch& one : stretches) {
    lines.push_back(one.first + ".." + one.last + (one.rows ? "=" + *one.rows : "?"));
  }
  return lines;
}

/// Asks what is missing: the answer is `word`.
void keep(const Answers& answers, Reach reach, const std::string& word,
          const std::string& name = "name") {
  std::vector<Stretch> stretches = answers.stretches(name, reach);
  for (Stretch& one : stretches) {
    if (!one.rows) one.rows = word;
  }
  answers.keep(name, reach, stretches);
}

class AnswersTest : public testing::Test {
 protected:
  void SetUp() override {
    add("a", "2024-03-01T10:00:00Z");
    add("b", "2024-03-02T10:00:00Z");
    scratch.ingest();
  }
  void add(const std::string& id, const std::string& time) {
    scratch.log(id + ".json", {made_event({.id = id, .time = time})});
  }
  std::vector<std::string> drawn_now(Reach reach, const std::string& maker = "me",
                                     const std::string& name = "name") const {
    const Manifest manifest = scratch.manifest();
    return drawn(Answers(scratch.lake(), manifest, maker).stretches(name, reach));
  }
  void keep_now(Reach reach, const std::string& word, const std::string& maker = "me") const {
    const Manifest manifest = scratch.manifest();
    keep(Answers(scratch.lake(), manifest, maker), reach, word);
  }

  ScratchLake scratch;
};

TEST_F(AnswersTest, AreAskedOnceAndThenKept) {
  EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-01..2024-03-02?"));
  keep_now(Reach::Days, "one");
  EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-01..2024-03-02=one"));
  EXPECT_THAT(drawn_now(Reach::Days, "me", "other"), ElementsAre("2024-03-01..2024-03-02?"));
}

TEST_F(AnswersTest, OfDaysThatStayedAreKeptWhenAnotherComes) {
  keep_now(Reach::Days, "one");
  add("c", "2024-03-05T10:00:00Z");
  scratch.ingest();
  EXPECT_THAT(drawn_now(Reach::Days),
              ElementsAre("2024-03-01..2024-03-02=one", "2024-03-05..2024-03-05?"));
  keep_now(Reach::Days, "two");
  EXPECT_THAT(drawn_now(Reach::Days),
              ElementsAre("2024-03-01..2024-03-02=one", "2024-03-05..2024-03-05=two"));
  // A late event of the first day; one without a time, which comes before all days.
  add("d", "2024-03-01T23:00:00Z");
  scratch.log("e.json", {R"({"eventVersion":"1.08","eventName":"Timeless","eventID":"e"})"});
  scratch.ingest();
  EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("..2024-03-02?", "2024-03-05..2024-03-05=two"));
}

TEST_F(AnswersTest, BetweenOthersAreTheirOwnStretch) {
  add("c", "2024-03-05T10:00:00Z");
  scratch.ingest();
  // Three days, kept one by one.
  const Manifest manifest = scratch.manifest();
  const Answers answers(scratch.lake(), manifest, "me");
  const std::vector<Stretch> all = answers.stretches("name", Reach::Days);
  ASSERT_EQ(all.size(), 1u);
  keep_now(Reach::Days, "all");
  add("d", "2024-03-04T10:00:00Z");
  scratch.ingest();
  // The day lies within the stretch that was kept, so all of it is asked again.
  EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-01..2024-03-05?"));
}

TEST_F(AnswersTest, OfTheWholeLakeGoWhenAnythingChanges) {
  keep_now(Reach::Whole, "all");
  EXPECT_THAT(drawn_now(Reach::Whole), ElementsAre("2024-03-01..2024-03-02=all"));
  EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-01..2024-03-02?"));
  add("c", "2024-03-05T10:00:00Z");
  scratch.ingest();
  EXPECT_THAT(drawn_now(Reach::Whole), ElementsAre("2024-03-01..2024-03-05?"));
  keep_now(Reach::Whole, "more");
  EXPECT_THAT(drawn_now(Reach::Whole), ElementsAre("2024-03-01..2024-03-05=more"));
  EXPECT_EQ(files_below(answers_folder(scratch.lake())).size(), 1u);  // the former is gone
}

TEST_F(AnswersTest, OfAnotherProgramAreNotRead) {
  keep_now(Reach::Days, "old", "before");
  EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-01..2024-03-02?"));
  keep_now(Reach::Days, "new");
  EXPECT_THAT(drawn_now(Reach::Days, "before"), ElementsAre("2024-03-01..2024-03-02?"));
  EXPECT_EQ(files_below(answers_folder(scratch.lake())).size(), 1u);
  keep_now(Reach::Days, "nobody's", "");
  EXPECT_THAT(drawn_now(Reach::Days, ""), ElementsAre("2024-03-01..2024-03-02?"));
}

TEST_F(AnswersTest, ThatAreDamagedAreAskedAgain) {
  keep_now(Reach::Days, "one");
  const std::vector<std::string> files = files_below(answers_folder(scratch.lake()));
  ASSERT_EQ(files.size(), 1u);
  const std::string good = *read_whole(files.front());
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    ASSERT_TRUE(replace_file(files.front(), bad).ok());
    EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-01..2024-03-02?")) << at;
    ASSERT_TRUE(replace_file(files.front(), good.substr(0, at)).ok());
    EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-01..2024-03-02?")) << at;
  }
}

TEST_F(AnswersTest, OfWhatIsForgottenAreGone) {
  keep_now(Reach::Days, "one");
  const Manifest before = scratch.manifest();
  const Answers late(scratch.lake(), before, "me");
  const auto gone = forget(scratch.lake(), {.before = "2024-03-02", .accounts = {}}, nullptr);
  ASSERT_TRUE(gone.ok()) << gone.error().message;
  ASSERT_EQ(gone->parts.size(), 1u);
  EXPECT_TRUE(files_below(answers_folder(scratch.lake())).empty());
  keep(late, Reach::Days, "one");  // by whoever asked before and comes to the end after
  EXPECT_TRUE(files_below(answers_folder(scratch.lake())).empty());
  EXPECT_THAT(drawn_now(Reach::Days), ElementsAre("2024-03-02..2024-03-02?"));
}

TEST_F(AnswersTest, OfALakeWithoutEventsAreNone) {
  const Manifest nothing;
  EXPECT_TRUE(Answers(scratch.lake(), nothing, "me").stretches("name", Reach::Days).empty());
}

}  // namespace
}  // namespace trailhound::lake
