// SPDX-License-Identifier: Apache-2.0
#include "hunt/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "findings/table.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

using engine::Kind;
using ::testing::HasSubstr;

const Time kMorning = *parse_event_time("2024-03-01T09:00:00Z");

/// Answers questions by their names, as if logs were behind it.
class MadeDesk final : public ask::Desk {
 public:
  using Make = std::function<Result<std::unique_ptr<engine::Rows>>()>;
  std::map<std::string, Make> answers;
  std::vector<std::string> asked;
  std::optional<Error> gather_failure;
  std::string not_understood;
  int gathered = 0;

  Result<ask::Answer> ask(const ask::Question& question) override {
    {
      const std::lock_guard lock(mutex_);
      asked.push_back(question.text);
    }
    const auto answer = answers.find(question.name);
    if (answer == answers.end()) {
      return ask::Answer{
          std::make_unique<Table>(Table({{"ts", Kind::Timestamp}, {"event_ids", Kind::List}})), {}};
    }
    TRY(auto rows, answer->second());
    return ask::Answer{std::move(rows), {}};
  }
  Result<std::uint64_t> write_parquet(const ask::Question&, const std::string&,
                                      std::vector<Error>&) override {
    return Error("output-failed", "not in this test");
  }
  Result<ask::Explanation> explain(const ask::Question& question) override {
    if (question.name == not_understood) return Error("bad-flag", "not understood");
    return ask::Explanation{};
  }
  Result<void> gather(const std::vector<ask::Question>& questions) override {
    ++gathered;
    for (const ask::Question& question : questions) {
      if (question.name == not_understood) return Error("bad-flag", "not understood");
    }
    return {};
  }
  Result<void> gather_closely(const std::vector<ask::Question>& questions,
                              const ask::Close&) override {
    return gather(questions);
  }
  const read::Coverage& coverage() const override { return coverage_; }
  Result<std::optional<Time>> newest() override { return std::optional<Time>(kMorning); }
  void cancel() override {}

 private:
  read::Coverage coverage_;
  std::mutex mutex_;
};

std::unique_ptr<engine::Rows> tally_rows() {
  auto table = std::make_unique<Table>(Table({{"account", Kind::Text},
                                              {"region", Kind::Text},
                                              {"source", Kind::Text},
                                              {"category", Kind::Text},
                                              {"hour", Kind::Timestamp},
                                              {"events", Kind::Integer},
                                              {"first", Kind::Timestamp},
                                              {"last", Kind::Timestamp}}));
  table->add({std::string("111122223333"), std::string("us-east-1"),
              std::string("iam.amazonaws.com"), std::string("Management"), kMorning,
              std::int64_t{5}, kMorning, kMorning});
  return table;
}

std::unique_ptr<engine::Rows> one_finding(const std::string& outcome) {
  auto table = std::make_unique<Table>(Table({{"ts", Kind::Timestamp},
                                              {"principal", Kind::Text},
                                              {"outcome", Kind::Text},
                                              {"event_ids", Kind::List}}));
  table->add({kMorning, std::string("arn:aws:iam::111122223333:user/alice"), outcome,
              std::vector<std::string>{"event-1"}});
  return table;
}

Hunt hunt_called(std::string id) {
  Hunt hunt;
  hunt.id = std::move(id);
  hunt.level = Level::High;
  hunt.sql = "select 1 from cloudtrail";
  hunt.attack = {"T1098.003"};
  return hunt;
}

class Running : public testing::Test {
 protected:
  void SetUp() override {
    desk.answers["tally"] = [] { return tally_rows(); };
  }
  Report report(const std::vector<const Hunt*>& hunts, const RunOptions& options = {}) {
    auto done = run(desk, catalogue, hunts, options);
    EXPECT_TRUE(done.ok()) << done.error().message;
    return std::move(*done);
  }
  MadeDesk desk;
  Catalogue catalogue;
};

TEST_F(Running, GivesEachHuntOneOfThreeAnswers) {
  const Hunt finds = hunt_called("finds"), silent = hunt_called("silent");
  Hunt blind = hunt_called("blind");
  blind.needs = {{"Data"}, {"s3.amazonaws.com"}, {}};
  desk.answers["finds"] = [] { return one_finding("success"); };
  const Report done = report({&finds, &silent, &blind});
  EXPECT_EQ(done.verdicts[0].kind, Verdict::Kind::Found);
  EXPECT_EQ(done.verdicts[1].kind, Verdict::Kind::Nothing);
  EXPECT_EQ(done.verdicts[2].kind, Verdict::Kind::CouldNotLook);
  EXPECT_EQ(done.verdicts[2].sight.words, "S3 data events: none in these logs");
  ASSERT_EQ(done.stories.size(), 1u);
  EXPECT_EQ(done.findings.front().story, 1u);
  EXPECT_EQ(desk.gathered, 1);
}

TEST_F(Running, CountsAFailedAttemptOneLevelLowerAndSaysSo) {
  const Hunt finds = hunt_called("finds");
  desk.answers["finds"] = [] { return one_finding("denied"); };
  const Report done = report({&finds});
  EXPECT_EQ(done.findings.front().level, Level::Medium);
  EXPECT_EQ(done.findings.front().why, "high by finds, one lower: the attempt failed (denied)");
}

TEST_F(Running, MakesOneRowOfOneEventUnderTwoHunts) {
  const Hunt one = hunt_called("one"), other = hunt_called("other");
  desk.answers["one"] = desk.answers["other"] = [] { return one_finding("success"); };
  const Report done = report({&one, &other});
  ASSERT_EQ(done.findings.size(), 1u);
  EXPECT_THAT(done.findings.front().hunts, testing::ElementsAre("one", "other"));
}

TEST_F(Running, GoesOnBehindAHuntThatFailsOrIsNotUnderstood) {
  const Hunt broken = hunt_called("broken"), odd = hunt_called("odd"), finds = hunt_called("finds");
  desk.answers["broken"] = []() -> Result<std::unique_ptr<engine::Rows>> {
    return Error("engine-failed", "out of luck");
  };
  desk.not_understood = "odd";
  desk.answers["finds"] = [] { return one_finding("success"); };
  const Report done = report({&broken, &odd, &finds});
  EXPECT_EQ(done.verdicts[0].kind, Verdict::Kind::Failed);
  EXPECT_EQ(done.verdicts[1].kind, Verdict::Kind::Failed);
  EXPECT_EQ(done.verdicts[2].kind, Verdict::Kind::Found);
}

std::unique_ptr<engine::Rows> texts(const std::vector<std::string>& values) {
  auto table = std::make_unique<Table>(Table({{"value", Kind::Text}}));
  for (const std::string& value : values) table->add({value});
  return table;
}

TEST_F(Running, AsksAListFirstAndPutsItsValuesIntoTheStatement) {
  Hunt listed = hunt_called("listed");
  listed.lists = {{"keys", "select key from cloudtrail"}};
  listed.sql = "select 1 from cloudtrail where key in (:keys)";
  int asked = 0;
  desk.answers["listed"] = [&] {
    return asked++ == 0 ? texts({"AKIAB", "AKIAA", "AKIAB"}) : one_finding("success");
  };
  EXPECT_EQ(report({&listed}).verdicts[0].kind, Verdict::Kind::Found);
  EXPECT_THAT(desk.asked, testing::IsSupersetOf({"select key from cloudtrail",
                                                 "select 1 from cloudtrail where key in ('AKIAA', "
                                                 "'AKIAB')"}));
}

TEST_F(Running, LeavesVeryManyValuesToTheEngine) {
  Hunt listed = hunt_called("listed");
  listed.lists = {{"keys", "select key from cloudtrail"}};
  listed.sql = "select 1 from cloudtrail where key in (:keys)";
  std::vector<std::string> many;
  for (int i = 0; i < 6000; ++i) many.push_back("AKIA" + std::to_string(i));
  int asked = 0;
  desk.answers["listed"] = [&] { return asked++ == 0 ? texts(many) : one_finding("success"); };
  EXPECT_EQ(report({&listed}).verdicts[0].kind, Verdict::Kind::Found);
  EXPECT_THAT(desk.asked,
              testing::Contains("select 1 from cloudtrail where key in (\nselect key from "
                                "cloudtrail\n)"));
}

TEST_F(Running, TakesTheOrganizationsMembersForOwnAccounts) {
  Hunt outside = hunt_called("outside");
  outside.sql = "select 1 from cloudtrail where account not in (:own_accounts)";
  desk.answers["members"] = [] { return texts({"444455556666"}); };
  report({&outside});
  EXPECT_THAT(desk.asked, testing::Contains("select 1 from cloudtrail where account not in "
                                            "('111122223333,444455556666')"));
}

TEST_F(Running, HidesWhatTheSiteExpectsAndCountsIt) {
  const Hunt finds = hunt_called("finds");
  desk.answers["finds"] = [] { return one_finding("success"); };
  const auto site = parse_site("expect: [{principal: '*alice', because: she may}]", "s");
  ASSERT_TRUE(site.ok());
  RunOptions options;
  options.site = &*site;
  const Report done = report({&finds}, options);
  EXPECT_TRUE(done.findings.empty());
  ASSERT_EQ(done.hidden.size(), 1u);
  EXPECT_EQ(done.hidden.front().findings, 1u);
  EXPECT_EQ(done.verdicts.front().kind, Verdict::Kind::Found);
}

TEST_F(Running, TellsHuntsWhichAccountsAreOurs) {
  Hunt hunt = hunt_called("outside");
  hunt.sql = "select policy_outside(doc, split(:own_accounts, ',')) from cloudtrail";
  report({&hunt});
  EXPECT_THAT(desk.asked, testing::Contains(HasSubstr("split('111122223333', ',')")));
}

TEST(FindingsOf, NeedsTimesAndEvents) {
  Table table({{"ts", Kind::Timestamp}});
  EXPECT_FALSE(findings_of(table, hunt_called("x"), nullptr).ok());
}

TEST(FindingsOf, KeepsAFindingWhoseEventHasNoId) {
  Table table({{"ts", Kind::Timestamp}, {"event_ids", Kind::List}});
  table.add({kMorning, std::vector<std::string>{}});
  const auto findings = findings_of(table, hunt_called("x"), nullptr);
  ASSERT_TRUE(findings.ok());
  ASSERT_EQ(findings->size(), 1u);
  EXPECT_EQ(findings->front().event_ids.front(), kNoEventId);
}

}  // namespace
}  // namespace trailhound::hunt
