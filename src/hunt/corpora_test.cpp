// SPDX-License-Identifier: Apache-2.0
//
// The catalogue over two real cases, as a responder would see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "hunt/run.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

using ::testing::Each;
using ::testing::HasSubstr;

std::filesystem::path logs(const char* name) {
  const char* const root = std::getenv("TRAILHOUND_CORPORA");
  const std::filesystem::path beside = catalogue_folder().parent_path() / "../shared/corpora";
  return (root == nullptr ? beside : std::filesystem::path(root)) / "logs" / name;
}

struct Case {
  std::shared_ptr<const Catalogue> catalogue;  ///< The report's verdicts point into it
  Report report;
  std::uint64_t doubles = 0;
};

Result<Case> hunted(const std::filesystem::path& folder) {
  TRY(Catalogue loaded, Catalogue::load({catalogue_folder()}));
  Case made;
  made.catalogue = std::make_shared<const Catalogue>(std::move(loaded));
  TRY(const auto hunts, made.catalogue->pick({}));
  TRY(const auto desk, ask::Desk::open({.logs = {folder.string()}, .unique = true}));
  const Site site;
  TRY(made.report, run(*desk, *made.catalogue, hunts, {&site, {}}));
  made.doubles = desk->coverage().doubles;
  return made;
}

TEST(RealCases, TheFirstStoryOfSansRansomwareIsTheIntrusionInOnePiece) {
  const auto folder = logs("sans-ransomware");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const auto found = hunted(folder);
  ASSERT_TRUE(found.ok()) << found.error().message;
  const Report& report = found->report;
  EXPECT_EQ(found->doubles, 6496u);
  EXPECT_EQ(report.tally.events(), 23981u);
  EXPECT_EQ(report.count(Verdict::Kind::Failed), 0u);
  ASSERT_FALSE(report.stories.empty());
  EXPECT_LE(report.stories.size(), 5u);
  const Story& first = report.stories.front();
  EXPECT_EQ(first.actor.name, "jmerckle");
  EXPECT_EQ(first.level, Level::Critical);
  for (const Story& story : report.stories) {
    EXPECT_TRUE(&story == &first || story.actor.name != "jmerckle") << story.headline;
    EXPECT_FALSE(story.actor.service) << story.headline;
  }
}

TEST(RealCases, HuntsOnDataEventsSaySinceWhenTheyCouldLook) {
  const auto folder = logs("sans-ransomware");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const auto found = hunted(folder);
  ASSERT_TRUE(found.ok()) << found.error().message;
  std::vector<std::string> words;
  for (const Verdict& verdict : found->report.verdicts) {
    const std::vector<std::string>& categories = verdict.hunt->needs.categories;
    if (std::find(categories.begin(), categories.end(), "Data") == categories.end()) continue;
    EXPECT_NE(verdict.kind, Verdict::Kind::Nothing) << verdict.hunt->id;
    EXPECT_EQ(verdict.sight.since, parse_event_time("2021-07-29T23:58:37Z")) << verdict.hunt->id;
    words.push_back(verdict.sight.words);
  }
  EXPECT_GE(words.size(), 4u);
  EXPECT_THAT(words, Each(HasSubstr("S3 data events: none before 2021-07-29T23:58:37Z")));
}

TEST(RealCases, InvictusIsAHandfulOfStoriesAndOneActorLeads) {
  const auto folder = logs("invictus");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const auto found = hunted(folder);
  ASSERT_TRUE(found.ok()) << found.error().message;
  const Report& report = found->report;
  EXPECT_EQ(report.count(Verdict::Kind::Failed), 0u);
  ASSERT_FALSE(report.stories.empty());
  EXPECT_LE(report.stories.size(), 5u);
  EXPECT_EQ(report.stories.front().actor.name, "bert-jan");
  EXPECT_EQ(report.stories.front().level, Level::Critical);
}

}  // namespace
}  // namespace trailhound::hunt
