// SPDX-License-Identifier: Apache-2.0
#include "lake/ingest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lake/disk.hpp"
#include "lake/scratch_lake.hpp"
#include "lake/writer.hpp"

namespace trailhound::lake {
namespace {

TEST(Ingest, KeepsEachEventOnceWhateverFileItComesIn) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a"}), made_event({.id = "b"})});
  scratch.log("two.json", {made_event({.id = "b"}), made_event({.id = "c"})});
  const IngestReport report = scratch.ingest();
  EXPECT_EQ(report.kept, 3u);
  EXPECT_EQ(report.copies, 1u);
  EXPECT_EQ(report.conflicts, 0u);
  EXPECT_EQ(scratch.rows("SELECT eventid FROM events ORDER BY 1"), "a\nb\nc\n");
}

TEST(Ingest, FindsNothingNewInFilesThatItRead) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a"})});
  scratch.ingest();
  const IngestReport again = scratch.ingest();
  EXPECT_EQ(again.files_known, 1u);
  EXPECT_EQ(again.kept, 0u);
  EXPECT_EQ(again.copies, 0u);
}

TEST(Ingest, LeavesOutCopiesOfEventsThatCameBefore) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a"})});
  scratch.ingest();
  scratch.log("two.json", {made_event({.id = "a"}), made_event({.id = "b"})});
  const IngestReport report = scratch.ingest();
  EXPECT_EQ(report.kept, 1u);
  EXPECT_EQ(report.copies, 1u);
  EXPECT_EQ(report.events_before, 1u);
  EXPECT_EQ(scratch.rows("SELECT eventid, count(*) FROM events GROUP BY 1 ORDER BY 1"),
            "a|1\nb|1\n");
}

TEST(Ingest, PutsLateEventsIntoTheirOwnDay) {
  const ScratchLake scratch;
  const std::string folder = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/";
  const std::string name = "/111122223333_CloudTrail_us-east-1_202403";
  scratch.log(folder + "01" + name + "01T1000Z_a.json", {made_event({.id = "a"})});
  scratch.log(folder + "02" + name + "02T0005Z_b.json",
              {made_event({.id = "late", .time = "2024-03-01T23:59:58Z"}),
               made_event({.id = "b", .time = "2024-03-02T00:00:03Z"}), made_event({.id = "a"})});
  const IngestReport report = scratch.ingest();
  EXPECT_EQ(report.kept, 3u);
  EXPECT_EQ(report.copies, 1u);
  EXPECT_EQ(scratch.rows("SELECT eventid, day FROM events ORDER BY 1"), "a|01\nb|02\nlate|01\n");
  for (const Part& part : scratch.manifest().parts) {
    EXPECT_EQ(format_day(part.first), part.where.day);
    EXPECT_EQ(format_day(part.last), part.where.day);
  }
}

TEST(Ingest, KeepsAnEventBesideAnotherOfItsId) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a", .name = "GetObject"})});
  scratch.log("two.json", {made_event({.id = "a", .name = "DeleteObject"})});
  const IngestReport report = scratch.ingest();
  EXPECT_EQ(report.kept, 2u);
  EXPECT_EQ(report.conflicts, 1u);
  auto ledger = Ledger::look(scratch.lake());
  ASSERT_TRUE(ledger);
  const auto conflicts = ledger->conflicts();
  ASSERT_TRUE(conflicts.ok());
  ASSERT_EQ(conflicts->size(), 1u);
  EXPECT_EQ(conflicts->front().id, "a");
}

TEST(Ingest, CountsEqualIdsOfTwoAccountsAsTwoEvents) {
  const ScratchLake scratch;
  scratch.log("one.json",
              {made_event({.id = "a"}), made_event({.id = "a", .account = "444455556666"})});
  const IngestReport report = scratch.ingest();
  EXPECT_EQ(report.kept, 2u);
  EXPECT_EQ(report.conflicts, 0u);
}

// Accounts and times are text of whoever wrote the logs.
TEST(Ingest, KeepsWhatNamesNoFolderAndNoTime) {
  const ScratchLake scratch;
  const std::string endless(400, 'x');
  scratch.log("odd.json", {made_event({.id = "up", .account = "../../../escape"}),
                           made_event({.id = "long", .account = endless}),
                           made_event({.id = "other", .account = "other"}),
                           made_event({.id = "null", .account = "__HIVE_DEFAULT_PARTITION__"}),
                           made_event({.id = "none", .account = ""}),
                           made_event({.id = "never", .time = "yesterday"})});
  EXPECT_EQ(scratch.ingest().kept, 6u);
  EXPECT_EQ(scratch.ingest().files_known, 1u);
  EXPECT_EQ(scratch.rows("SELECT eventid, account, year, day FROM events ORDER BY 1"),
            "long|" + endless +
                "|2024|01\n"
                "never|111122223333|-|-\n"
                "none|-|2024|01\n"
                "null|__HIVE_DEFAULT_PARTITION__|2024|01\n"
                "other|other|2024|01\n"
                "up|../../../escape|2024|01\n");
  event::ScanPlan plan;
  plan.accounts = {endless};
  EXPECT_EQ(scratch.rows("SELECT eventid FROM events", plan), "long\n");
  scratch.log("again.json",
              {made_event({.id = "long", .account = endless}), made_event({.id = "x"})});
  EXPECT_EQ(scratch.ingest().copies, 1u);
  EXPECT_FALSE(is_there(scratch.lake() + "/../escape"));
}

TEST(Ingest, GivesEachEventBackAsItCame) {
  const ScratchLake scratch;
  const std::string odd =
      R"({"eventVersion":"1.10","userIdentity":{"type":"AssumedRole","sessionContext":{"attributes":{},"webIdFederationData":{"attributes":{"a":"1","b":"2"}}}},)"
      R"("eventTime":"2024-03-01T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":null,)"
      R"("resources":[{"ARN":"arn:aws:s3:::b","accountId":"1"},{"type":"AWS::S3::Object","odd":[1,{"x":null}]}],)"
      R"("responseElements":null,"requestParameters":{"z":1.50,"a":[]},"readOnly":true,"eventID":"a","strange":{"deep":[]},)"
      R"("recipientAccountId":"111122223333"})";
  scratch.log("one.json", {odd, made_event({.id = "b"})});
  scratch.ingest();
  EXPECT_EQ(scratch.rows("SELECT eventjson FROM events ORDER BY eventid"),
            odd + "\n" + made_event({.id = "b"}) + "\n");
}

TEST(Ingest, RemovesWhatACrashLeft) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a"})});
  scratch.ingest();
  const Manifest before = scratch.manifest();
  const std::string stray = events_folder(scratch.lake()) + "/" + folder_of(before.parts[0].where) +
                            "/" + part_name(before.generation + 1, 1);
  std::filesystem::copy_file(before.parts[0].path(scratch.lake()), stray);
  std::ofstream(staging_folder(scratch.lake()) + "/aside-1.jsonl") << "{}";
  {
    auto ledger = Ledger::open(scratch.lake());
    ASSERT_TRUE(ledger.ok());
    ASSERT_TRUE(
        ledger
            ->write({.generation = before.generation + 1, .sources = {{.sum = "ff", .path = "x"}}})
            .ok());
  }
  EXPECT_EQ(scratch.rows("SELECT count(*) FROM events"), "1\n");  // readers do not see it
  scratch.ingest();
  EXPECT_FALSE(is_there(stray));
  EXPECT_TRUE(files_below(staging_folder(scratch.lake())).empty());
  EXPECT_THAT(*Ledger::look(scratch.lake())->sums(), testing::SizeIs(1));
}

TEST(Ingest, LetsOneWriterInAtATimeAndNamesIt) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a"})});
  scratch.ingest();
  const auto first = Writer::open(scratch.lake(), {.verb = "compact"});
  ASSERT_TRUE(first.ok());
  const auto second = Writer::open(scratch.lake(), {.verb = "ingest"});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), "lake-busy");
  EXPECT_THAT(second.error().message, testing::HasSubstr("trailhound compact (process "));
}

TEST(Ingest, MakesNoLakeAmongOtherFiles) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a"})});
  const auto work =
      Ingest::open({.paths = {scratch.logs()}, .lake = scratch.logs(), .confine = false});
  ASSERT_FALSE(work.ok());
  EXPECT_EQ(work.error().code(), "lake-not-empty");
}

TEST(Ingest, ReadsTheShareThatItIsAskedFor) {
  const ScratchLake scratch;
  for (int i = 0; i < 20; ++i) {
    scratch.log(std::to_string(i) + ".json", {made_event({.id = std::to_string(i)})});
  }
  std::uint64_t kept = 0;
  for (std::uint32_t shard = 1; shard <= 3; ++shard) {
    auto work = Ingest::open({.paths = {scratch.logs()},
                              .lake = scratch.lake(),
                              .shard = shard,
                              .shards = 3,
                              .confine = false});
    ASSERT_TRUE(work.ok());
    const auto report = (*work)->run();
    ASSERT_TRUE(report.ok());
    EXPECT_GT(report->kept, 0u);
    EXPECT_EQ(report->copies + report->files_known, 0u);
    kept += report->kept;
  }
  EXPECT_EQ(kept, 20u);
}

TEST(Manifest, SaysWhenItIsNotWhole) {
  const ScratchLake scratch;
  scratch.log("one.json", {made_event({.id = "a"})});
  scratch.ingest();
  const std::string path = manifest_path(scratch.lake());
  const std::string text = *read_whole(path);
  std::ofstream(path) << text.substr(0, text.size() / 2);
  EXPECT_EQ(Manifest::read(scratch.lake()).error().code(), "lake-damaged");
  std::string changed = text;
  changed[changed.find("part\t") + 6] ^= 1;
  std::ofstream(path) << changed;
  EXPECT_EQ(Manifest::read(scratch.lake()).error().code(), "lake-damaged");
  EXPECT_EQ(Manifest::read(scratch.logs()).error().code(), "no-lake");
}

}  // namespace
}  // namespace trailhound::lake
