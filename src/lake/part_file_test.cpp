// SPDX-License-Identifier: Apache-2.0
//
// What our writer wrote, read by an engine, against what the engine sees of the logs themselves.
#include "lake/part_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lake/scratch_lake.hpp"

namespace trailhound::lake {
namespace {

/// An event with these further members.
std::string event_with(const std::string& id, const std::string& members) {
  return fmt::format(
      R"({{"eventVersion":"1.08","eventTime":"2024-03-01T10:00:00Z","eventName":"X",)"
      R"("eventID":"{}","recipientAccountId":"111122223333"{}{}}})",
      id, members.empty() ? "" : ",", members);
}

std::string web_identity(const std::string& attributes) {
  return R"("userIdentity":{"sessionContext":{"webIdFederationData":{"federatedProvider":"p","attributes":)" +
         attributes + "}}}";
}

/// Rows that only one of logs and lake has, on all columns that a part holds.
std::string differences(const ScratchLake& scratch) {
  engine::Options options;
  options.lake = events_folder(scratch.lake());
  auto database = engine::Database::open(std::move(options));
  EXPECT_TRUE(database.ok());
  auto logs = read::Logs::open({scratch.logs()});
  EXPECT_TRUE(logs.ok());
  event::ScanPlan plan;
  plan.fields = event::FieldSet::all();
  const std::string raw = (*database)->offer(**logs, plan);
  const Manifest manifest = scratch.manifest();
  std::vector<const Part*> parts;
  for (const Part& part : manifest.parts) parts.push_back(&part);
  const std::string ours =
      "SELECT * EXCLUDE (account, year, month, day) FROM " + parts_text(scratch.lake(), parts);
  const std::string theirs =
      fmt::format("SELECT {} FROM (SELECT {} FROM {})", stored_columns(), with_map_apart(), raw);
  auto rows = (*database)->run(fmt::format(
      "SELECT (SELECT count(*) FROM ({0} EXCEPT ALL {1})), (SELECT count(*) FROM ({1} EXCEPT ALL "
      "{0})), (SELECT count(*) FROM ({0}))",
      ours, theirs));
  EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.error().message);
  if (!rows.ok()) return {};
  auto batch = (*rows)->next();
  EXPECT_TRUE(batch.ok()) << (batch.ok() ? "" : batch.error().message);
  if (!batch.ok()) return {};
  return fmt::format("{} {} of {}", (*batch)->cell(0, 0).integer(), (*batch)->cell(1, 0).integer(),
                     (*batch)->cell(2, 0).integer());
}

TEST(PartFile, HoldsWhatIsThereAndWhatIsNot) {
  const ScratchLake scratch;
  scratch.log(
      "a.json",
      {event_with("1", ""), event_with("2", R"("userIdentity":{})"),
       event_with("3", R"("userIdentity":{"type":"","sessionContext":{"sessionIssuer":{}}})"),
       event_with("4", R"("userIdentity":{"sessionContext":{"sessionIssuer":{"arn":"a"}}})"),
       event_with("5", R"("resources":null)"), event_with("6", R"("resources":[])"),
       event_with("7", R"("resources":[{}])"),
       event_with("8", R"("resources":[{"ARN":"one"},{"type":"t"},{"accountId":"1","arn":"two"}])"),
       event_with("9", web_identity("{}")), event_with("10", web_identity("null")),
       event_with("11", web_identity(R"({"sub":"a","n":null,"sub":"b","":""})")),
       event_with("12", R"("tlsDetails":{"tlsVersion":"TLSv1.3"},"own":[1,{"a":"\u00e9"}])")});
  EXPECT_EQ(scratch.ingest().kept, 12u);
  EXPECT_EQ(differences(scratch), "0 0 of 12");
}

TEST(PartFile, HoldsManyValuesOfEveryLength) {
  const ScratchLake scratch;
  std::vector<std::string> events;
  for (int i = 0; i < 5000; ++i) {
    std::string keys;
    for (int key = 0; key < i % 40; ++key) {
      keys += fmt::format(R"({}"k{}":"{}")", key == 0 ? "" : ",", key * i % 30, i % 7);
    }
    events.push_back(event_with(
        std::to_string(i),
        fmt::format(R"("userAgent":"{}","errorMessage":"{}","readOnly":{},"requestParameters":)"
                    R"({{"n":{}}},"resources":[{{"ARN":"a{}"}},{{"ARN":"b","type":"{}"}}],{})",
                    std::string(static_cast<std::size_t>(i % 700), 'u'), i % 9, i % 2 == 0, i,
                    i % 3, i, web_identity("{" + keys + "}"))));
  }
  scratch.log("a.json", events);
  EXPECT_EQ(scratch.ingest().kept, 5000u);
  EXPECT_EQ(differences(scratch), "0 0 of 5000");
}

TEST(PartFile, IsSortedByTimeAndId) {
  const ScratchLake scratch;
  scratch.log("a.json", {made_event({.id = "c", .time = "2024-03-01T12:00:00Z"}),
                         made_event({.id = "eventid-2", .time = "2024-03-01T10:00:00Z"}),
                         made_event({.id = "eventid-1", .time = "2024-03-01T10:00:00Z"}),
                         made_event({.id = "b", .time = "2024-03-01T11:00:00Z"})});
  scratch.ingest();
  EXPECT_EQ(scratch.rows("SELECT eventid FROM events"), "eventid-1\neventid-2\nb\nc\n");
}

TEST(PartFile, LeavesNothingOfAnEventThatWasDropped) {
  // The event of another day, and the copy, are begun before they are told to be that.
  const ScratchLake scratch;
  const std::string copy = event_with("1", R"("resources":[{"ARN":"once"}])");
  scratch.log("a.json",
              {copy,
               R"({"eventVersion":"1.08","eventName":"X","eventTime":"2024-03-02T10:00:00Z",)"
               R"("userAgent":"elsewhere","eventID":"2","recipientAccountId":)"
               R"("111122223333","resources":[{"ARN":"elsewhere"}]})",
               copy, event_with("3", R"("resources":[{"ARN":"twice"}])")});
  EXPECT_EQ(scratch.ingest().kept, 3u);
  EXPECT_EQ(scratch.rows("SELECT eventid, len(resources), resources[1].arn FROM events "
                         "WHERE day = '01' ORDER BY 1"),
            "1|1|once\n3|1|twice\n");
  const Manifest manifest = scratch.manifest();
  for (const Part& part : manifest.parts) {
    if (part.where.day != "2024-03-01") continue;
    std::ifstream file(part.path(scratch.lake()), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(bytes.find("elsewhere"), std::string::npos);
    EXPECT_NE(bytes.find("twice"), std::string::npos);
  }
}

TEST(PartFile, TellsAnEngineWhichPartsHoldAValue) {
  const ScratchLake scratch;
  std::vector<std::string> events;
  for (int i = 0; i < 300; ++i) {
    events.push_back(event_with(std::to_string(i),
                                fmt::format(R"("sourceIPAddress":"198.51.100.{}")", i % 50 * 2)));
  }
  scratch.log("a.json", events);
  scratch.ingest();
  EXPECT_EQ(scratch.rows("SELECT count(*) FROM events WHERE sourceipaddress = '198.51.100.42'"),
            "6\n");
  EXPECT_EQ(scratch.rows("SELECT count(*) FROM events WHERE sourceipaddress = '198.51.100.43'"),
            "0\n");
  EXPECT_EQ(scratch.rows("SELECT count(*) FROM events WHERE sourceipaddress > '198.51.100.96'"),
            "6\n");
}

}  // namespace
}  // namespace trailhound::lake
