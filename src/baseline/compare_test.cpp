// SPDX-License-Identifier: Apache-2.0
#include "baseline/compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "baseline/made_habits.hpp"

namespace trailhound::baseline {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

/// Twenty days of a key that lists, and of a service that writes.
struct Scene {
  Habits past, window;
  explicit Scene(int days = 20) {
    for (int day = 20 - days; day < 20; ++day) {
      add(past, {.day = day, .count = 40});
      add(past, {.who = "logs",
                 .action = "s3:PutObject",
                 .what = "data",
                 .source = "delivery.logs.amazonaws.com",
                 .kind = "service",
                 .resource = "log-bucket",
                 .key = "",
                 .service = true,
                 .day = day,
                 .count = 400});
    }
    add(window, {.day = 20, .count = 40});
    add(window, {.who = "logs",
                 .action = "s3:PutObject",
                 .what = "data",
                 .source = "delivery.logs.amazonaws.com",
                 .kind = "service",
                 .resource = "log-bucket",
                 .key = "",
                 .service = true,
                 .day = 20,
                 .count = 400});
  }
  findings::Allotted allotted;
  Comparison compare(bool all = false) {
    CompareOptions options;
    options.allotted = allotted;
    options.from = {kMarch + 20 * kDay};
    options.to = {kMarch + 21 * kDay};
    options.all = all;
    return baseline::compare(past, window, options);
  }
};

TEST(Compare, HasNothingToSayOfADayLikeTheOthers) {
  EXPECT_TRUE(Scene().compare(true).stories.empty());
}

TEST(Compare, TellsOfAGrantThatWasNeverMade) {
  Scene scene;
  add(scene.window,
      {.action = "iam:CreateAccessKey", .what = "grant", .change = true, .day = 20, .second = 60});
  const Comparison comparison = scene.compare();
  ASSERT_EQ(comparison.stories.size(), 1u);
  EXPECT_TRUE(comparison.enough_past);
  EXPECT_EQ(comparison.stories[0].headline, "alice made its first CreateAccessKey");
  ASSERT_EQ(comparison.findings.size(), 1u);
  const findings::Finding& finding = comparison.findings[0];
  EXPECT_THAT(finding.hunts, Contains("new-action"));
  EXPECT_EQ(finding.level, findings::Level::High);
  EXPECT_EQ(finding.event_ids, std::vector<std::string>{"event-2-of-alice"});
  EXPECT_EQ(finding.usual,
            "first iam:CreateAccessKey by alice in 20 active days and 800 calls; the account never "
            "saw it");
  EXPECT_EQ(finding.story, 1u);
}

TEST(Compare, DoesNotPrintAFirstListAlone) {
  Scene scene;
  add(scene.window, {.action = "ec2:DescribeVpcs", .kind = "person", .key = "", .day = 20});
  EXPECT_TRUE(scene.compare().stories.empty());
}

TEST(Compare, SeesALongLivedKeyAtANewPlace) {
  for (const bool allotted : {false, true}) {
    Scene scene;
    if (allotted) scene.allotted = {{"203.0.113.9", "eipalloc-08a0"}};
    add(scene.window, {.action = "iam:PutUserPolicy",
                       .what = "grant",
                       .source = "203.0.113.9",
                       .change = true,
                       .day = 20});
    const Comparison comparison = scene.compare();
    ASSERT_EQ(comparison.findings.size(), 1u);
    EXPECT_THAT(comparison.findings[0].hunts, Contains("new-network"));
    EXPECT_THAT(comparison.findings[0].detail, HasSubstr("from 203.0.113.9, where it never was"));
    ASSERT_EQ(comparison.stories.size(), 1u);
    EXPECT_EQ(comparison.stories[0].from,
              allotted ? "203.0.113.9 (yours: eipalloc-08a0)" : "203.0.113.9 (not known as yours)");
  }
}

TEST(Compare, SaysThatTheOddOneOfAFleetIsOdd) {
  Scene scene;
  const auto machine = [](const char* id, int day) {
    return MadeHabit{.who = "role/web",
                     .action = "s3:GetObject",
                     .what = "data",
                     .source = "10.0.0.5",
                     .kind = "instance",
                     .role = "role/web",
                     .workload = id,
                     .key = "",
                     .day = day,
                     .count = 9};
  };
  for (int day = 0; day < 20; ++day) {
    for (const char* id : {"i-1", "i-2", "i-3"}) add(scene.past, machine(id, day));
  }
  MadeHabit odd = machine("i-2", 20);
  odd.action = "secretsmanager:GetSecretValue";
  odd.what = "secret";
  add(scene.window, odd);
  const Comparison comparison = scene.compare();
  ASSERT_EQ(comparison.findings.size(), 1u);
  EXPECT_THAT(comparison.findings[0].hunts, Contains("odd-of-fleet"));
  EXPECT_EQ(comparison.findings[0].session, "i-2");
  EXPECT_THAT(comparison.findings[0].usual, HasSubstr("none of 2 like it does it"));
}

TEST(Compare, DoesNotCallANewMachineOddThatDoesWhatItsSiblingsDo) {
  Scene scene;
  for (int day = 0; day < 20; ++day) {
    for (const std::string id : {"a", "b"}) {  // a new machine every day
      add(scene.past, {.who = "role/web",
                       .action = "s3:GetObject",
                       .what = "data",
                       .source = "10.0.0.5",
                       .kind = "instance",
                       .role = "role/web",
                       .workload = "i-" + id + std::to_string(day),
                       .key = "",
                       .day = day});
    }
  }
  add(scene.window, {.who = "role/web",
                     .action = "s3:GetObject",
                     .what = "data",
                     .source = "10.0.0.5",
                     .kind = "instance",
                     .role = "role/web",
                     .workload = "i-new",
                     .key = "",
                     .day = 20});
  EXPECT_TRUE(scene.compare().stories.empty());
}

TEST(Compare, SeesWhatWasDeniedAndIsAllowedNow) {
  Scene scene;
  add(scene.past, {.action = "s3:ListBuckets", .outcome = "denied", .day = 18});
  add(scene.window, {.action = "s3:ListBuckets", .day = 20});
  const Comparison comparison = scene.compare(true);
  ASSERT_EQ(comparison.findings.size(), 1u);
  EXPECT_THAT(comparison.findings[0].hunts, Contains("denied-then-allowed"));
  EXPECT_THAT(comparison.findings[0].detail, HasSubstr("denied 1 time until 2024-03-19"));
}

TEST(Compare, TellsOfAServiceThatIsRefusedAndTheChangeBeforeIt) {
  Scene scene;
  add(scene.past, {.who = "root",
                   .action = "s3:PutBucketPolicy",
                   .what = "grant",
                   .resource = "log-bucket",
                   .change = true,
                   .day = 19,
                   .second = 86100});
  add(scene.window, {.who = "logs",
                     .action = "s3:PutObject",
                     .what = "data",
                     .outcome = "denied",
                     .source = "delivery.logs.amazonaws.com",
                     .kind = "service",
                     .resource = "log-bucket",
                     .key = "",
                     .service = true,
                     .day = 20,
                     .count = 500});
  const Comparison comparison = scene.compare();
  ASSERT_EQ(comparison.findings.size(), 1u);
  EXPECT_THAT(comparison.findings[0].hunts, Contains("newly-failing"));
  EXPECT_THAT(comparison.findings[0].detail, HasSubstr("5 min after PutBucketPolicy by root"));
}

TEST(Compare, CallsNothingNewWhereThePastIsShortAndRanksChanges) {
  Scene scene(3);
  add(scene.window, {.action = "iam:ListUsers", .day = 20});
  add(scene.window, {.action = "iam:PutUserPolicy", .what = "grant", .change = true, .day = 20});
  const Comparison comparison = scene.compare();
  EXPECT_FALSE(comparison.enough_past);
  ASSERT_EQ(comparison.findings.size(), 1u);
  EXPECT_EQ(comparison.findings[0].hunts, std::vector<std::string>{"change"});
  EXPECT_EQ(comparison.findings[0].usual, "");
}

TEST(Compare, DoesNotTellWhatIsDoneOnMostDaysOfAShortPast) {
  Scene scene(6);
  for (int day = 16; day < 20; ++day) {
    add(scene.past, {.action = "ec2:RunInstances", .what = "run", .change = true, .day = day});
  }
  add(scene.past, {.action = "iam:AttachUserPolicy", .what = "grant", .change = true, .day = 19});
  add(scene.window, {.action = "ec2:RunInstances", .what = "run", .change = true, .day = 20});
  add(scene.window, {.action = "iam:AttachUserPolicy", .what = "grant", .change = true, .day = 20});
  const Comparison comparison = scene.compare();
  EXPECT_FALSE(comparison.enough_past);
  ASSERT_EQ(comparison.findings.size(), 1u) << "once, the day before, may be the same intruder";
  EXPECT_EQ(comparison.findings[0].action, "iam:AttachUserPolicy");
}

TEST(Compare, NamesWhoActsEveryDayAndDidNothing) {
  Scene scene;
  for (int day = 0; day < 20; ++day) add(scene.past, {.who = "scanner", .day = day});
  const Comparison comparison = scene.compare();
  ASSERT_EQ(comparison.silent.size(), 1u);
  EXPECT_EQ(comparison.silent[0].name, "scanner");
  EXPECT_EQ(comparison.silent[0].days, 20u);
  ASSERT_EQ(comparison.findings.size(), 1u);
  EXPECT_EQ(comparison.findings[0].hunts, std::vector<std::string>{"quieter"});
  EXPECT_EQ(comparison.findings[0].event_ids, std::vector<std::string>{"event-59-of-scanner"});
  EXPECT_TRUE(comparison.stories.empty());
}

TEST(Compare, HidesAndCountsWhatTheSiteFileExpects) {
  Scene scene;
  add(scene.window, {.action = "iam:CreateAccessKey", .what = "grant", .change = true, .day = 20});
  auto site = findings::parse_site(
      "expect:\n  - {hunt: new-action, principal: alice, because: she begins}\n", "site");
  ASSERT_TRUE(site.ok()) << site.error().message;
  CompareOptions options;
  options.from = {kMarch + 20 * kDay};
  options.to = {kMarch + 21 * kDay};
  options.site = &*site;
  const Comparison comparison = compare(scene.past, scene.window, options);
  EXPECT_EQ(comparison.hidden, 1u);
  EXPECT_TRUE(comparison.stories.empty());
}

TEST(Compare, TakesMoreRecordingForWhatItIs) {
  Scene scene;
  for (const char* who : {"alice", "bob", "carol"}) {
    add(scene.window, {.who = who,
                       .action = "s3:GetObject",
                       .what = "data",
                       .resource = "orders",
                       .category = "Data",
                       .day = 20,
                       .second = 7200,
                       .count = 200});
  }
  const Comparison comparison = scene.compare();
  ASSERT_EQ(comparison.recordings.size(), 1u);
  EXPECT_EQ(comparison.recordings[0].what, "S3 data events");
  EXPECT_EQ(format_iso(comparison.recordings[0].since), "2024-03-21T02:00:00Z");
  EXPECT_TRUE(comparison.stories.empty());
}

}  // namespace
}  // namespace trailhound::baseline
