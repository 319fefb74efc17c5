// SPDX-License-Identifier: Apache-2.0
#include "ask/kept_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "lake/disk.hpp"
#include "lake/layout.hpp"
#include "lake/scratch_lake.hpp"

namespace trailhound::ask {
namespace {

using lake::made_event;
using lake::ScratchLake;
using testing::ElementsAre;

Question question(std::string text, Keeping keeping) {
  Question asked;
  asked.text = std::move(text);
  asked.stand_ins = false;
  asked.keeping = keeping;
  return asked;
}

std::unique_ptr<Desk> open(const std::string& lake, bool windowed = false) {
  Source source;
  source.lake = lake;
  source.unique = true;
  if (windowed) source.from = When{parse_typed_time("2024-03-02"), {}};
  auto opened = Desk::open(std::move(source));
  EXPECT_TRUE(opened.ok()) << opened.error().message;
  return std::move(opened).value();
}

std::vector<std::string> rows(Desk& desk, const Question& asked) {
  std::vector<std::string> all;
  auto answer = desk.ask(asked);
  if (!answer.ok()) return {std::string(answer.error().code())};
  for (;;) {
    const auto batch = answer->rows->next();
    if (!batch.ok()) return {std::string(batch.error().code())};
    if (*batch == nullptr) return all;
    for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
      all.emplace_back((*batch)->cell(0, row).text());
    }
  }
}

std::size_t kept_files(const std::string& lake) {
  return lake::files_below(lake::answers_folder(lake)).size();
}

constexpr const char* kNames = "select eventname from cloudtrail order by ts, eventid";

TEST(KeptAnswers, AreOnlyOfQuestionsThatNothingElseAnswers) {
  const auto may = [](std::string text) {
    return may_be_kept(question(std::move(text), Keeping::Whole), {});
  };
  EXPECT_TRUE(may("select count(*) from cloudtrail"));
  EXPECT_TRUE(may("select replace(action, 'a', 'b') as place, 'now known' from cloudtrail"));
  EXPECT_FALSE(may("select place(sourceipaddress) from cloudtrail"));
  EXPECT_FALSE(may("select ASN (sourceipaddress) from cloudtrail"));
  EXPECT_FALSE(may("select country/* of it */(sourceipaddress) from cloudtrail"));
  EXPECT_FALSE(may("select * from cloudtrail where ts > now() - interval '1' day"));
  EXPECT_FALSE(may("select * from cloudtrail where ts > CURRENT_TIMESTAMP"));
  EXPECT_FALSE(may("select * from cloudtrail_000000000000"));
  EXPECT_FALSE(may_be_kept(question("select 1", Keeping::Never), {}));
  EXPECT_FALSE(may_be_kept(question("select 1", Keeping::Whole), {.to = When{Time{1}, {}}}));
  EXPECT_FALSE(may_be_kept(question("select 1", Keeping::Whole), {.now = When{Time{1}, {}}}));
  Question parameter = question("select ?", Keeping::Whole);
  parameter.parameters["a"] = "b";
  EXPECT_FALSE(may_be_kept(parameter, {}));
}

class KeptInLake : public testing::Test {
 protected:
  void SetUp() override {
    scratch.log("a.json",
                {made_event({.id = "a", .name = "First"}),
                 made_event({.id = "b", .time = "2024-03-02T10:00:00Z", .name = "Second"})});
    scratch.ingest();
  }
  /// Takes the files of all events away: who still answers needs none of them.
  void lose_events() const {
    for (const std::string& path : lake::files_below(lake::events_folder(scratch.lake()))) {
      ASSERT_TRUE(lake::remove_file(path).ok());
    }
  }
  ScratchLake scratch;
};

TEST_F(KeptInLake, AnswersAreGivenWithoutTheEvents) {
  const Question days = question(kNames, Keeping::ByDays);
  const Question whole = question("select max(eventname) from cloudtrail", Keeping::Whole);
  for (int turn = 0; turn < 2; ++turn) {
    const auto desk = open(scratch.lake());
    EXPECT_THAT(rows(*desk, days), ElementsAre("First", "Second"));
    EXPECT_THAT(rows(*desk, whole), ElementsAre("Second"));
    EXPECT_EQ(desk->coverage().events, 2u);
    if (turn == 0) lose_events();
  }
  EXPECT_EQ(kept_files(scratch.lake()), 2u);
  const auto desk = open(scratch.lake());
  EXPECT_THAT(rows(*desk, question(kNames, Keeping::Never)), ElementsAre("lake-damaged"));
}

TEST_F(KeptInLake, OnlyTheDaysThatCameAreAsked) {
  const Question days = question(kNames, Keeping::ByDays);
  ASSERT_EQ(rows(*open(scratch.lake()), days).size(), 2u);
  lose_events();
  scratch.log("c.json", {made_event({.id = "c", .time = "2024-03-03T10:00:00Z", .name = "Third"})});
  scratch.ingest();
  EXPECT_THAT(rows(*open(scratch.lake()), days), ElementsAre("First", "Second", "Third"));
}

TEST_F(KeptInLake, AWindowAsksTheEvents) {
  const Question days = question(kNames, Keeping::ByDays);
  ASSERT_EQ(rows(*open(scratch.lake()), days).size(), 2u);
  EXPECT_THAT(rows(*open(scratch.lake(), true), days), ElementsAre("Second"));
  EXPECT_FALSE(open(scratch.lake(), true)->keeps_answers());
  EXPECT_TRUE(open(scratch.lake())->keeps_answers());
  EXPECT_EQ(kept_files(scratch.lake()), 1u);
}

TEST_F(KeptInLake, WhatWasGatheredForIsReadWhenAnAnswerIsMissing) {
  const Question one = question("select max(eventname) from cloudtrail", Keeping::Whole);
  const Question other = question("select min(eventname) from cloudtrail", Keeping::Whole);
  {
    const auto desk = open(scratch.lake());
    ASSERT_TRUE(desk->gather({one}).ok());
    EXPECT_THAT(rows(*desk, one), ElementsAre("Second"));
  }
  const auto desk = open(scratch.lake());
  ASSERT_TRUE(desk->gather({one, other}).ok());
  EXPECT_THAT(rows(*desk, one), ElementsAre("Second"));
  EXPECT_THAT(rows(*desk, other), ElementsAre("First"));
}

TEST_F(KeptInLake, WhatWasReadStaysForWhatIsGatheredNext) {
  const Question one = question("select max(eventname) from cloudtrail", Keeping::Whole);
  const Question same = question("select min(eventname) from cloudtrail", Keeping::Never);
  const Question more = question("select min(errorcode) from cloudtrail", Keeping::Never);
  const auto desk = open(scratch.lake());
  ASSERT_TRUE(desk->gather({one}).ok());
  EXPECT_THAT(rows(*desk, one), ElementsAre("Second"));
  lose_events();
  ASSERT_TRUE(desk->gather({same}).ok());
  EXPECT_THAT(rows(*desk, same), ElementsAre("First"));
  ASSERT_TRUE(desk->gather({more}).ok());
  EXPECT_THAT(rows(*desk, more), ElementsAre("lake-damaged"));
}

TEST_F(KeptInLake, WhoAsksMeanwhileIsAnsweredOfAllDays) {
  std::vector<Question> of_days;
  for (int i = 0; i < 10; ++i) {
    of_days.push_back(question(
        "select eventname from cloudtrail where eventid <> '" + std::to_string(i) + "' order by ts",
        Keeping::ByDays));
  }
  {
    const auto desk = open(scratch.lake());
    for (const Question& one : of_days) ASSERT_EQ(rows(*desk, one).size(), 2u);
  }
  scratch.log("c.json", {made_event({.id = "c", .time = "2024-03-03T10:00:00Z", .name = "Third"})});
  scratch.ingest();
  const auto desk = open(scratch.lake());
  std::atomic<bool> over = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([&] {
      do {
        EXPECT_THAT(rows(*desk, question("select cast(count(*) as varchar) from cloudtrail",
                                         Keeping::Never)),
                    ElementsAre("3"));
      } while (!over);
    });
  }
  for (const Question& one : of_days) {  // of which the new day alone is asked
    EXPECT_THAT(rows(*desk, one), ElementsAre("First", "Second", "Third"));
  }
  over = true;
  for (std::thread& other : others) other.join();
}

// What is gathered has worked out outcomes; the parts of a few days have not.
TEST_F(KeptInLake, DaysAreAskedOfTheLakeWhileAnotherGathersAllOfIt) {
  const auto of_day = [](int day) {
    return made_event({.id = "d" + std::to_string(day),
                       .time = "2024-03-" + std::to_string(day) + "T10:00:00Z",
                       .name = "Later"});
  };
  std::vector<Question> of_days;
  for (int i = 0; i < 5; ++i) {
    of_days.push_back(
        question("select outcome from cloudtrail where eventid <> '" + std::to_string(i) + "'",
                 Keeping::ByDays));
  }
  const Question whole = question("select max(outcome) from cloudtrail", Keeping::Whole);
  for (const int first : {10, 11}) {
    for (int day = first; day < 30; day += 2) {
      scratch.log("d" + std::to_string(day) + ".json", {of_day(day)});
    }
    scratch.ingest();
    const auto desk = open(scratch.lake());
    ASSERT_TRUE(desk->gather({whole}).ok());
    std::thread other([&] { EXPECT_THAT(rows(*desk, whole), ElementsAre("success")); });
    for (const Question& one : of_days) {  // each day that came lies between two that are kept
      EXPECT_EQ(rows(*desk, one), std::vector<std::string>(first == 10 ? 12 : 22, "success"));
    }
    other.join();
  }
}

TEST_F(KeptInLake, RefusalsAreNotKept) {
  const Question wrong = question("select nothing_such from cloudtrail", Keeping::Whole);
  EXPECT_THAT(rows(*open(scratch.lake()), wrong), ElementsAre("unknown-field"));
  EXPECT_EQ(kept_files(scratch.lake()), 0u);
}

}  // namespace
}  // namespace trailhound::ask
