// SPDX-License-Identifier: Apache-2.0
#include "baseline/learn.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "baseline/compare.hpp"
#include "baseline/views.hpp"
#include "lake/compact.hpp"
#include "lake/disk.hpp"
#include "lake/forget.hpp"
#include "lake/layout.hpp"
#include "lake/scratch_lake.hpp"

namespace trailhound::baseline {
namespace {

using lake::made_event;
using lake::ScratchLake;

OpenDesk over_lake(const std::string& root) {
  return [root](const Stretch& stretch) {
    ask::Source source;
    source.lake = root;
    source.unique = true;
    if (stretch.from) source.from = ask::When{*stretch.from, {}};
    if (stretch.to) source.to = ask::When{*stretch.to, {}};
    return ask::Desk::open(std::move(source));
  };
}

std::uint64_t events_of(const Learnt& learnt) {
  std::uint64_t events = 0;
  for (const Habit& habit : learnt.habits.rows()) events += habit.count;
  return events;
}

TEST(Learn, CountsOnlyTheDaysOfALakeThatChanged) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a", .time = "2024-03-01T10:00:00Z"}),
                           made_event({.id = "b", .time = "2024-03-02T10:00:00Z"})});
  scratch.ingest();
  const OpenDesk open = over_lake(scratch.lake());
  const auto first = learn(open, scratch.lake(), {});
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->days_counted, 2u);
  EXPECT_EQ(events_of(*first), 2u);
  const auto second = learn(open, scratch.lake(), {});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->days_kept, 2u);
  EXPECT_EQ(second->days_counted, 0u);
  EXPECT_EQ(events_of(*second), 2u);
  scratch.log("late.json", {made_event({.id = "c", .time = "2024-03-01T23:00:00Z"})});
  scratch.ingest();
  const auto third = learn(open, scratch.lake(), {});
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(third->days_kept, 1u);
  EXPECT_EQ(third->days_counted, 1u);
  EXPECT_EQ(events_of(*third), 3u);
}

TEST(Learn, CountsADayAgainWhoseCountsAreDamaged) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a", .time = "2024-03-01T10:00:00Z"})});
  scratch.ingest();
  const OpenDesk open = over_lake(scratch.lake());
  ASSERT_TRUE(learn(open, scratch.lake(), {}).ok());
  const std::string path = lake::baseline_path(scratch.lake(), "2024-03-01");
  ASSERT_TRUE(lake::is_there(path));
  ASSERT_TRUE(lake::replace_file(path, "nonsense").ok());
  const auto again = learn(open, scratch.lake(), {});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->days_counted, 1u);
  EXPECT_EQ(events_of(*again), 1u);
}

TEST(Learn, KeepsNothingOfADayThatWasForgotten) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a", .time = "2024-03-01T10:00:00Z"}),
                           made_event({.id = "b", .time = "2024-03-02T10:00:00Z"})});
  scratch.ingest();
  const OpenDesk open = over_lake(scratch.lake());
  ASSERT_TRUE(learn(open, scratch.lake(), {}).ok());
  const auto gone = lake::forget(scratch.lake(), {.before = "2024-03-02"},
                                 [](const std::string&) { return true; });
  ASSERT_TRUE(gone.ok());
  EXPECT_FALSE(lake::is_there(lake::baseline_path(scratch.lake(), "2024-03-01")));
  const auto learnt = learn(open, scratch.lake(), {});
  ASSERT_TRUE(learnt.ok());
  EXPECT_EQ(events_of(*learnt), 1u);
}

TEST(Learn, LeavesDaysOutsideAloneAndCountsThem) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a", .time = "2024-03-01T10:00:00Z"}),
                           made_event({.id = "b", .time = "2024-03-02T10:00:00Z"}),
                           made_event({.id = "c", .time = "2024-03-04T10:00:00Z"}),
                           made_event({.id = "d", .time = "2024-03-04T11:00:00Z"})});
  scratch.ingest();
  const auto learnt = learn(over_lake(scratch.lake()), scratch.lake(),
                            {parse_typed_time("2024-03-02"), parse_typed_time("2024-03-04")});
  ASSERT_TRUE(learnt.ok());
  EXPECT_EQ(events_of(*learnt), 1u);
  EXPECT_EQ(learnt->before, 1u);
  EXPECT_EQ(learnt->after, 2u);
  EXPECT_EQ(learnt->oldest, parse_typed_time("2024-03-01"));
}

TEST(Learn, KnowsAddressesThatWereAllottedOnAnyDay) {
  const ScratchLake scratch;
  std::string allotment = made_event({.id = "a", .name = "AllocateAddress"});
  for (const auto& [was, is] :
       {std::pair<std::string, std::string>{"s3.amazonaws", "ec2.amazonaws"},
        {R"("requestParameters":null)",
         R"("requestParameters":null,)"
         R"("responseElements":{"publicIp":"203.0.113.9","allocationId":"eipalloc-08a0"})"}}) {
    allotment.replace(allotment.find(was), was.size(), is);
  }
  scratch.log("one.json", {allotment, made_event({.id = "b", .time = "2024-03-09T10:00:00Z"})});
  scratch.ingest();
  const OpenDesk of_logs = [&](const Stretch&) {
    return ask::Desk::open({.logs = {scratch.logs()}, .unique = true});
  };
  for (const std::string& lake : {scratch.lake(), std::string{}}) {
    const auto around =
        look_around(lake.empty() ? of_logs : over_lake(lake), lake, *parse_typed_time("2024-03-09"),
                    *parse_typed_time("2024-03-10"));
    ASSERT_TRUE(around.ok()) << around.error().message;
    EXPECT_EQ(around->allotted, (findings::Allotted{{"203.0.113.9", "eipalloc-08a0"}})) << lake;
  }
}

// Real logs: what the views count is what a count of the JSON by other means gives.

std::filesystem::path logs(const char* name) {
  const char* const root = std::getenv("TRAILHOUND_CORPORA");
  return std::filesystem::path(root == nullptr ? TRAILHOUND_SOURCE "/../shared/corpora" : root) /
         "logs" / name;
}

Result<Usual> usual_of(const std::filesystem::path& folder) {
  const OpenDesk open = [folder](const Stretch&) {
    return ask::Desk::open({.logs = {folder.string()}, .unique = true});
  };
  TRY(const Learnt learnt, learn(open, "", {}));
  ViewOptions options;
  options.from = *parse_typed_time("2021-01-01");
  options.to = *parse_typed_time("2024-01-01");
  options.top = 0;
  return show_usual(learnt.habits, options);
}

std::uint64_t count_of(const Usual& usual, std::string_view view,
                       const std::vector<std::string>& names) {
  for (const View& one : usual.views) {
    if (one.id != view) continue;
    if (names.empty()) return one.total;
    for (const ViewRow& row : one.rows) {
      if (row.names == names) return row.count;
    }
  }
  return 0;
}

TEST(RealLogs, OfInvictusAreCountedAsByOtherMeans) {
  if (!std::filesystem::exists(logs("invictus"))) GTEST_SKIP() << "the logs are not here";
  const auto usual = usual_of(logs("invictus"));
  ASSERT_TRUE(usual.ok()) << usual.error().message;
  EXPECT_EQ(usual->events, 2900u);
  EXPECT_EQ(count_of(*usual, "changes-by-service", {}), 574u);
  EXPECT_EQ(count_of(*usual, "changes-by-service", {"ssm.amazonaws.com"}), 165u);
  EXPECT_EQ(count_of(*usual, "changes-by-service", {"s3.amazonaws.com"}), 24u);
  EXPECT_EQ(count_of(*usual, "sources", {"192.168.10.20"}), 2154u);
  EXPECT_EQ(count_of(*usual, "sources", {"AWS Internal"}), 170u);
  EXPECT_EQ(count_of(*usual, "failed-changes", {}), 94u);
  EXPECT_EQ(count_of(*usual, "failed-reads", {}), 206u);
  const std::string user = "arn:aws:iam::123837392027:user/bert-jan";
  EXPECT_EQ(
      count_of(*usual, "failed-changes", {user, "ssm:DeleteParameter", "ThrottlingException"}),
      38u);
  EXPECT_EQ(count_of(*usual, "failed-reads",
                     {user, "ec2:DescribeRouteTables", "Client.InvalidRouteTableID.NotFound"}),
            13u);
  // 507 under its ARN, and one that knows it by its id only.
  EXPECT_EQ(count_of(*usual, "changes-by-principal", {user}), 508u);
}

TEST(RealLogs, OfSansRansomwareAreCountedAsByOtherMeans) {
  if (!std::filesystem::exists(logs("sans-ransomware"))) GTEST_SKIP() << "the logs are not here";
  const auto usual = usual_of(logs("sans-ransomware"));
  ASSERT_TRUE(usual.ok()) << usual.error().message;
  EXPECT_EQ(usual->events, 23981u);
  EXPECT_EQ(count_of(*usual, "changes-by-service", {}), 15105u);
  EXPECT_EQ(count_of(*usual, "changes-by-service", {"s3.amazonaws.com"}), 15080u);
  EXPECT_EQ(count_of(*usual, "sources", {"delivery.logs.amazonaws.com"}), 10011u);
  EXPECT_EQ(count_of(*usual, "regions", {"us-west-1"}), 23924u);
  EXPECT_EQ(count_of(*usual, "regions", {"us-east-1"}), 43u);
  // 9,693 have an errorCode; a failed sign-in has none.
  EXPECT_EQ(count_of(*usual, "failed-changes", {}), 9694u);
  EXPECT_EQ(count_of(*usual, "failed-reads", {}), 357u);
}

Result<Comparison> compared(const char* from, const char* to) {
  const std::string folder = logs("sans-ransomware").string();
  const OpenDesk open = [folder](const Stretch& stretch) {
    ask::Source source;
    source.logs = {folder};
    source.unique = true;
    if (stretch.to) source.to = ask::When{*stretch.to, {}};
    return ask::Desk::open(std::move(source));
  };
  CompareOptions options;
  options.from = *parse_typed_time(from);
  options.to = *parse_typed_time(to);
  TRY(Around around, look_around(open, "", options.from, options.to));
  options.births = around.births;
  return compare(around.past.habits, around.window, options);
}

bool holds(const Comparison& comparison, std::size_t story, std::string_view event) {
  for (const findings::Finding& finding : comparison.findings) {
    if (finding.story != story) continue;
    for (const std::string& id : finding.event_ids) {
      if (id.starts_with(event)) return true;
    }
  }
  return false;
}

TEST(RealLogs, OfAnHourWithHalfADayBeforeItRankTheTwoChangesFirst) {
  if (!std::filesystem::exists(logs("sans-ransomware"))) GTEST_SKIP() << "the logs are not here";
  const auto comparison = compared("2021-07-29T12:55:00Z", "2021-07-29T14:05:00Z");
  ASSERT_TRUE(comparison.ok()) << comparison.error().message;
  EXPECT_FALSE(comparison->enough_past);
  ASSERT_EQ(comparison->stories.size(), 1u);
  EXPECT_EQ(comparison->stories[0].actor.name, "jmerckle");
  EXPECT_TRUE(holds(*comparison, 1, "28072de0-2382-4b53-83bc-08f6d6b75381"));
  EXPECT_TRUE(holds(*comparison, 1, "a98b8878-ed1a-4e1e-9e0e-8276efd4d786"));
}

TEST(RealLogs, OfTheNewestDayGiveNoStory) {
  if (!std::filesystem::exists(logs("sans-ransomware"))) GTEST_SKIP() << "the logs are not here";
  const auto comparison = compared("2021-08-01T09:50:03Z", "2021-08-02T09:50:04Z");
  ASSERT_TRUE(comparison.ok()) << comparison.error().message;
  EXPECT_TRUE(comparison->stories.empty());
}

TEST(RealLogs, OfTheDayBetweenTellOfTheRefusedDeliveryAndTheBulkRead) {
  if (!std::filesystem::exists(logs("sans-ransomware"))) GTEST_SKIP() << "the logs are not here";
  const auto comparison = compared("2021-07-30", "2021-07-31");
  ASSERT_TRUE(comparison.ok()) << comparison.error().message;
  ASSERT_EQ(comparison->stories.size(), 2u);
  EXPECT_EQ(comparison->stories[0].actor.name, "delivery.logs.amazonaws.com");
  EXPECT_TRUE(holds(*comparison, 1, "fe077326"));
  EXPECT_EQ(comparison->stories[1].actor.name, "FalsimentisRoot");
}

}  // namespace
}  // namespace trailhound::baseline
