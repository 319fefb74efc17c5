// SPDX-License-Identifier: Apache-2.0
#include "lake/compact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lake/ddl.hpp"
#include "lake/disk.hpp"
#include "lake/forget.hpp"
#include "lake/press.hpp"
#include "lake/scratch_lake.hpp"
#include "lake/verify.hpp"
#include "lake/witnesses.hpp"
#include "lake/writer.hpp"

namespace trailhound::lake {
namespace {

CompactReport compacted(const ScratchLake& scratch) {
  const auto report = compact({.lake = scratch.lake(),
                               .threads = 2,
                               .confine = false,
                               .patience = std::chrono::milliseconds(50)});
  EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().message);
  return report.ok() ? *report : CompactReport{};
}

/// Two days of which one came in three parts.
void fill(const ScratchLake& scratch) {
  scratch.log("a.json",
              {made_event({.id = "a"}), made_event({.id = "x", .time = "2024-03-02T00:00:00Z"})});
  scratch.ingest();
  scratch.log("b.json", {made_event({.id = "b", .time = "2024-03-01T09:00:00Z"})});
  scratch.ingest();
  scratch.log("c.json",
              {made_event({.id = "c", .time = "2024-03-01T23:00:00Z"}), made_event({.id = "a"})});
  scratch.ingest();
}

TEST(Compact, MakesOnePartOfEachDay) {
  const ScratchLake scratch;
  fill(scratch);
  const std::string events = scratch.rows("SELECT eventjson FROM events ORDER BY eventid");
  const CompactReport report = compacted(scratch);
  EXPECT_EQ(report.days, 1u);
  EXPECT_EQ(report.parts_before, 3u);
  EXPECT_EQ(report.parts_after, 1u);
  const Manifest manifest = scratch.manifest();
  ASSERT_EQ(manifest.parts.size(), 2u);
  EXPECT_EQ(format_iso(manifest.parts[0].first), "2024-03-01T09:00:00Z");
  EXPECT_EQ(format_iso(manifest.parts[0].last), "2024-03-01T23:00:00Z");
  EXPECT_EQ(scratch.rows("SELECT eventjson FROM events ORDER BY eventid"), events);
  EXPECT_EQ(compacted(scratch).days, 0u);
}

TEST(Compact, StillKnowsTheEventsForTheNextIngest) {
  const ScratchLake scratch;
  fill(scratch);
  compacted(scratch);
  scratch.log("d.json",
              {made_event({.id = "a"}), made_event({.id = "b", .time = "2024-03-01T09:00:00Z"}),
               made_event({.id = "d"})});
  const IngestReport report = scratch.ingest();
  EXPECT_EQ(report.kept, 1u);
  EXPECT_EQ(report.copies, 2u);
}

// Other engines see files and no manifest: what is replaced must not lie about any longer than it
// has to, and whoever reads on is named.
TEST(Compact, LeavesNoFormerPartUnlessSomebodyReadsIt) {
  const ScratchLake scratch;
  fill(scratch);
  const auto files = [&] { return files_below(events_folder(scratch.lake())).size(); };
  ASSERT_EQ(files(), 4u);
  {
    const Lock reading = lock_for_reading(scratch.lake());
    const Manifest seen = scratch.manifest();
    const CompactReport report = compacted(scratch);
    EXPECT_EQ(report.parts_before, 3u);
    EXPECT_EQ(report.parts_left, 3u);
    for (const Part& part : seen.parts) EXPECT_TRUE(is_there(part.path(scratch.lake())));
    EXPECT_EQ(scratch.rows("SELECT count(*) FROM events"), "4\n");
  }
  EXPECT_EQ(files(), 5u);
  const CompactReport again = compacted(scratch);
  EXPECT_EQ(again.days, 0u);
  EXPECT_EQ(again.parts_left, 0u);
  EXPECT_EQ(files(), 2u);
}

/// A struct of a part with the map inside that stands beside it.
std::string with_map(event::Field field, const std::string& path) {
  std::string members;
  for (const event::Field member : event::members(field)) {
    const std::string name(event::describe(member).sql_name);
    members += (members.empty() ? "" : ", ") + name + " := " +
               (member == kApart      ? std::string(kApartColumn)
                : holds_apart(member) ? with_map(member, path + "." + name)
                                      : path + "." + name);
  }
  return "CASE WHEN " + path + " IS NOT NULL THEN struct_pack(" + members + ") END";
}

// A part as an earlier version of the schema would have written it: a column, and a member of a
// struct, did not exist yet, and a map stood within its struct.
TEST(Compact, ReadsAndRewritesPartsFromBeforeAColumnWasAdded) {
  const ScratchLake scratch;
  const std::string who = R"("userName":"alice")";
  std::string event = made_event({.id = "a"});
  event.replace(event.find(who), who.size(),
                who + R"(,"sessionContext":{"webIdFederationData":{"federatedProvider":"p",)"
                      R"("attributes":{"sub":"me","aud":"x"}}})");
  scratch.log("a.json", {event});
  scratch.ingest();
  const Manifest before = scratch.manifest();
  {
    auto writer = Writer::open(scratch.lake(), {.verb = "test"});
    ASSERT_TRUE(writer.ok());
    auto press = Press::open((*writer)->root(), 1u << 29);
    ASSERT_TRUE(press.ok());
    auto staged = (*press)->make_part(before.parts[0].where,
                                      "SELECT * EXCLUDE (account, year, month, day, eventcontext, "
                                      "tlsdetails, addendum, federationattributes) "
                                      "REPLACE ('former' AS eventid, " +
                                          with_map(event::Field::UserIdentity, "useridentity") +
                                          " AS useridentity), "
                                          "{'tlsversion': 'TLSv1.2'} AS tlsdetails FROM " +
                                          parts_text((*writer)->root(), {&before.parts[0]}));
    ASSERT_TRUE(staged.ok()) << staged.error().message;
    staged->part.schema = kSchema - 1;
    staged->part.first = before.parts[0].first;
    staged->part.last = before.parts[0].last;
    Change change;
    change.add.push_back(*staged);
    ASSERT_TRUE((*writer)->commit(std::move(change)).ok());
  }
  const std::string question =
      "SELECT eventid, tlsdetails.tlsversion, tlsdetails.keyexchange, eventcontext, account, "
      "addendum.reason, "
      "useridentity.sessioncontext.webidfederationdata.federatedprovider || ' ' || "
      "federationattributes::VARCHAR "
      "FROM events ORDER BY 1";
  const std::string answer =
      "a|-|-|-|111122223333|-|p {sub=me, aud=x}\n"
      "former|TLSv1.2|-|-|111122223333|-|p {sub=me, aud=x}\n";
  EXPECT_EQ(scratch.rows(question), answer);
  compacted(scratch);
  EXPECT_THAT(scratch.manifest().parts, testing::SizeIs(1));
  EXPECT_EQ(scratch.manifest().parts[0].schema, kSchema);
  EXPECT_EQ(scratch.rows(question), answer);
}

TEST(Verify, FindsEventsThatStandTwiceAndConflicts) {
  const ScratchLake scratch;
  scratch.log("a.json",
              {made_event({.id = "a"}), made_event({.id = "a", .time = "2024-03-02T10:00:00Z"})});
  scratch.ingest();
  auto seen = verify(scratch.lake(), {});
  ASSERT_TRUE(seen.ok());
  EXPECT_TRUE(seen->clean());
  ASSERT_THAT(seen->problems, testing::SizeIs(1));
  EXPECT_EQ(seen->problems[0].kind, "conflict across days");
  {
    auto writer = Writer::open(scratch.lake(), {.verb = "test"});
    auto press = Press::open((*writer)->root(), 1u << 29);
    const Part part = (*writer)->manifest().parts[0];
    auto staged =
        (*press)->make_part(part.where, "SELECT * EXCLUDE (account, year, month, day) FROM " +
                                            parts_text((*writer)->root(), {&part}));
    Change change;
    change.add.push_back(*staged);
    ASSERT_TRUE((*writer)->commit(std::move(change)).ok());
  }
  seen = verify(scratch.lake(), {});
  ASSERT_TRUE(seen.ok());
  EXPECT_FALSE(seen->clean());
  EXPECT_EQ(seen->problems[0].kind, "event twice");
}

TEST(Forget, RemovesDaysAndWhatIsKnownOfTheirSources) {
  const ScratchLake scratch;
  fill(scratch);
  auto known = witnesses_of(scratch.lake(), "a");
  ASSERT_TRUE(known.ok());
  ASSERT_THAT(*known, testing::SizeIs(2));
  EXPECT_EQ((*known)[0].source, scratch.logs() + "/a.json");
  EXPECT_TRUE((*known)[0].kept);
  EXPECT_EQ((*known)[1].source, scratch.logs() + "/c.json");
  EXPECT_FALSE((*known)[1].kept);
  const auto gone = forget(scratch.lake(), {.before = "2024-03-02"}, {});
  ASSERT_TRUE(gone.ok());
  EXPECT_THAT(gone->parts, testing::SizeIs(3));
  EXPECT_EQ(gone->left, 0u);
  EXPECT_EQ(scratch.rows("SELECT eventid FROM events"), "x\n");
  EXPECT_THAT(*witnesses_of(scratch.lake(), "a"), testing::IsEmpty());
  EXPECT_EQ(scratch.ingest().files_known, 3u);  // it does not come back by itself
}

TEST(Forget, ForgetsNothingWhereNothingIsSaid) {
  const ScratchLake scratch;
  fill(scratch);
  EXPECT_THAT(what_to_forget(scratch.manifest(), {}), testing::IsEmpty());
  EXPECT_THAT(what_to_forget(scratch.manifest(), {.accounts = {"444455556666"}}),
              testing::IsEmpty());
}

TEST(Ddl, ProjectsTheYearsAndAccountsThatAreThere) {
  Manifest manifest;
  manifest.parts.push_back({.where = {"111122223333", "2023-12-31"}});
  manifest.parts.push_back({.where = {"444455556666", "2024-01-01"}});
  const std::string athena = table_definition(Ddl::Athena, manifest, "s3://bucket/lake/events");
  EXPECT_THAT(athena,
              testing::HasSubstr("'projection.account.values'='111122223333,444455556666'"));
  EXPECT_THAT(athena, testing::HasSubstr("'projection.year.range'='2023,2024'"));
  EXPECT_THAT(athena, testing::HasSubstr("`eventtime` string"));
  EXPECT_THAT(athena, testing::Not(testing::HasSubstr("contenthash")));
  const std::string trino = table_definition(Ddl::Trino, manifest, "file:///lake/events");
  EXPECT_THAT(trino, testing::HasSubstr("partition_projection_range = ARRAY['2023', '2024']"));
  EXPECT_THAT(trino, testing::HasSubstr("\"resources\" array(row(arn varchar, accountid varchar,"));
}

}  // namespace
}  // namespace trailhound::lake
