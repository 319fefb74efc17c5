// SPDX-License-Identifier: Apache-2.0
#include "read/logs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "read/needle.hpp"
#include "read/scratch.hpp"
#include "read/sources.hpp"

namespace trailhound::read {
namespace {
using event::Field;
using testing::ElementsAre;

Time at(std::string_view text) { return *parse_event_time(text); }

TEST(Logs, NamesThePathThatIsNotThere) {
  Scratch scratch;
  scratch.write("cloudtrail/a.json", "");
  const auto logs = Logs::open({scratch.path("cloudtrial")});
  ASSERT_FALSE(logs.ok());
  EXPECT_EQ(logs.error().code(), "no-such-path");
  ASSERT_EQ(logs.error().notes.size(), 1u);
  EXPECT_EQ(logs.error().notes[0], "there is `" + scratch.path("cloudtrail") + "`");
}

TEST(Logs, RefusesAFolderWithoutFiles) {
  Scratch scratch;
  const auto logs = Logs::open({scratch.path()});
  ASSERT_FALSE(logs.ok());
  EXPECT_EQ(logs.error().code(), "no-logs");
}

TEST(Logs, ReadsTheDeliveryTimeOutOfNames) {
  EXPECT_EQ(
      delivery_time("x/111122223333_CloudTrail_us-east-1_20230710T1220Z_WMiHxZgr5Hdd6UDc.json.gz"),
      at("2023-07-10T12:21:00Z"));
  EXPECT_EQ(delivery_time(
                "111122223333_CloudTrail-NetworkActivity_us-gov-west-1_20230710T1220Z_a.json.gz"),
            at("2023-07-10T12:21:00Z"));
  EXPECT_EQ(delivery_time("111122223333_CloudTrail_us-east-1-20200930T2358.json"), std::nullopt);
  EXPECT_EQ(delivery_time("20230710T1220Z_x.json"), std::nullopt);
}

TEST(Logs, LeavesOutEventsOutsideTheWindowAndFilesDeliveredBeforeIt) {
  Scratch scratch;
  scratch.write("111122223333_CloudTrail_us-east-1_20240301T0900Z_aaaaaaaaaaaaaaaa.json",
                small_event("Early", "1", "2024-03-01T08:58:00Z"));
  scratch.write("111122223333_CloudTrail_us-east-1_20240301T1100Z_aaaaaaaaaaaaaaaa.json",
                small_event("Before", "2", "2024-03-01T09:59:59Z") +
                    small_event("From", "3", "2024-03-01T10:00:00Z") +
                    small_event("To", "4", "2024-03-01T11:00:00Z"));
  event::ScanPlan plan = everything();
  plan.from = at("2024-03-01T10:00:00Z");
  plan.to = at("2024-03-01T11:00:00Z");
  const Outcome outcome = scratch.read(plan);
  EXPECT_THAT(outcome.all(Field::EventName), ElementsAre("From"));
  EXPECT_EQ(outcome.coverage.files_early, 1u);
  EXPECT_EQ(outcome.coverage.events_outside, 2u);
  EXPECT_EQ(outcome.coverage.events, 1u);
  EXPECT_TRUE(outcome.coverage.complete());
}

TEST(Logs, TakesTheAccountsAskedFor) {
  Scratch scratch;
  scratch.write(
      "a.json",
      R"([{"eventName":"A","eventVersion":"1.0","recipientAccountId":"1"},)"
      R"({"eventName":"B","eventVersion":"1.0","userIdentity":{"accountId":"2"}},)"
      R"({"eventName":"C","eventVersion":"1.0","userIdentity":{"sessionContext":{"sessionIssuer":{"accountId":"2"}}}},)"
      R"({"eventName":"D","eventVersion":"1.0"}])");
  event::ScanPlan plan = everything();
  plan.accounts = {"2"};
  const Outcome outcome = scratch.read(plan);
  EXPECT_THAT(outcome.all(Field::EventName), ElementsAre("B", "C"));
  EXPECT_EQ(outcome.coverage.events_outside, 2u);
}

TEST(Logs, ParsesOnlyFilesThatHoldWhatIsAskedFor) {
  Scratch scratch;
  scratch.write("a.json", small_event("Wanted", "1") + small_event("Other", "2"));
  scratch.write("b.json", small_event("Other", "3"));
  event::ScanPlan plan = everything();
  plan.needles = {{{"Wanted", "Absent"}}, {{"111122223333"}}};
  const Outcome outcome = scratch.read(plan);
  EXPECT_THAT(outcome.all(Field::EventName), ElementsAre("Wanted"));
  EXPECT_EQ(outcome.coverage.files_searched, 1u);
  EXPECT_EQ(outcome.coverage.files_read, 1u);
  EXPECT_EQ(outcome.coverage.events_unneeded, 1u);
}

TEST(Logs, FindsLiteralsInPackedAndEscapedText) {
  Scratch scratch;
  scratch.write("a.json", "{\"CloudTrailEvent\":" + json_string(small_event("Wanted", "1")) + "}");
  event::ScanPlan plan = everything();
  plan.needles = {{{"Wanted"}}};
  EXPECT_EQ(scratch.read(plan).events.size(), 1u);
}

TEST(Literal, IsFoundWhereverItStands) {
  const Literal literal("AKIAX");
  EXPECT_EQ(literal.find("AKIAX"), 0u);
  EXPECT_EQ(literal.find("aAKIAX"), 1u);
  EXPECT_EQ(literal.find("XAKIXAKIAX"), 5u);
  EXPECT_EQ(literal.find("AKIA"), std::string_view::npos);
  EXPECT_EQ(literal.find("KIAXAKIA"), std::string_view::npos);
  EXPECT_EQ(literal.find("AKIAXAKIAX", 1), 5u);
}

TEST(Logs, PutsAnEventOnceWhenAsked) {
  Scratch scratch;
  scratch.write("a.json", small_event("A", "1") + small_event("B", "2"));
  scratch.write("b.json", small_event("A", "1") +
                              "{ \"eventName\" : "
                              "\"A\",\"eventVersion\":\"1\",\"recipientAccountId\":"
                              "\"111122223333\",\"eventID\":\"1\"}");
  event::ScanPlan plan = everything();
  const Outcome twice = scratch.read(plan);
  EXPECT_EQ(twice.events.size(), 4u);
  EXPECT_EQ(twice.coverage.doubles, 2u);  // same account and eventID, whatever the content
  plan.once = true;
  for (unsigned threads : {1u, 2u}) {
    const Outcome once = scratch.read(plan, {}, threads);
    EXPECT_EQ(once.events.size(), 3u);
    EXPECT_EQ(once.coverage.doubles, 1u);
    EXPECT_EQ(once.coverage.conflicts, 1u);
    EXPECT_FALSE(once.coverage.once_gave_up);
  }
}

TEST(Logs, SaysWhenMemoryForCopiesRunsOut) {
  Scratch scratch;
  std::string text;
  for (int i = 0; i < 200; ++i) text += small_event("A", std::to_string(i));
  scratch.write("a.json", text);
  event::ScanPlan plan = everything();
  plan.once = true;
  Options options;
  options.limits.copies = 1000;
  const Outcome outcome = scratch.read(plan, options);
  EXPECT_EQ(outcome.events.size(), 200u);
  EXPECT_TRUE(outcome.coverage.once_gave_up);
  EXPECT_FALSE(outcome.coverage.complete());
}

TEST(Logs, CoverageIsTheSameWhateverIsAsked) {
  Scratch scratch;
  scratch.write(
      "a.json",
      "{\"Records\":[" + small_event("A", "1") + "," + small_event("A\xFF", "2") +
          R"(,{"eventName":"X","eventVersion":"1","x":1,"x":2},{"eventName":1},{"eventName":}]})");
  scratch.write("b.json", "{\"x\":1}");
  event::ScanPlan nothing;
  const Coverage all = scratch.read().coverage;
  const Coverage none = scratch.read(nothing).coverage;
  EXPECT_EQ(all.events, 3u);
  EXPECT_EQ(all.events, none.events);
  EXPECT_EQ(all.events_mended, none.events_mended);
  EXPECT_EQ(all.events_broken, none.events_broken);
  EXPECT_EQ(all.keys_twice, 1u);
  EXPECT_EQ(none.keys_twice, 1u);
  EXPECT_EQ(all.events_timeless, none.events_timeless);
  EXPECT_EQ(all.forms, none.forms);
  EXPECT_EQ(all.notes.size(), none.notes.size());
  EXPECT_TRUE(std::equal(std::begin(all.not_logs), std::end(all.not_logs), none.not_logs));
}

TEST(Logs, TalliesByPlaceAndHour) {
  Scratch scratch;
  scratch.write("a.json", small_event("A", "1", "2024-03-01T10:00:00Z") +
                              small_event("B", "2", "2024-03-01T10:59:59Z") +
                              small_event("C", "3", "2024-03-01T11:00:00Z"));
  Options options;
  options.tally = true;
  const Coverage coverage = scratch.read({}, options).coverage;
  ASSERT_EQ(coverage.tally.size(), 2u);
  const auto& [key, count] = *coverage.tally.begin();
  EXPECT_EQ(key, (TallyKey{"111122223333", "us-east-1", "Management", "s3.amazonaws.com",
                           at("2024-03-01T10:00:00Z").micros / kHour}));
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(coverage.first, at("2024-03-01T10:00:00Z"));
  EXPECT_EQ(coverage.last, at("2024-03-01T11:00:00Z"));
}

TEST(Logs, StopsWithinAFile) {
  Scratch scratch;
  std::string text;
  for (int i = 0; i < 20000; ++i) text += small_event("A", std::to_string(i)) + "\n";
  scratch.write("a.json", text);
  auto logs = Logs::open({scratch.path()});
  ASSERT_TRUE(logs.ok());
  auto scan = (*logs)->scan({});
  auto reader = scan->reader();
  Recorder recorder;
  EXPECT_EQ(reader->read(recorder, 10), 10u);
  scan->stop();
  while (reader->read(recorder, 1000) > 0) {
  }
  EXPECT_LT(recorder.events.size(), 5000u);
}

TEST(Logs, NewestIsFoundInFilesOfAnyName) {
  Scratch scratch;
  scratch.write("111122223333_CloudTrail_us-east-1_20240301T0900Z_aaaaaaaaaaaaaaaa.json",
                small_event("A", "1", "2024-03-01T08:58:00Z"));
  scratch.write("111122223333_CloudTrail_us-east-1_20240301T1100Z_aaaaaaaaaaaaaaaa.json", "[]");
  auto logs = Logs::open({scratch.path()});
  ASSERT_TRUE(logs.ok());
  EXPECT_EQ((*logs)->newest(), at("2024-03-01T08:58:00Z"));
  scratch.write("late.json", small_event("A", "2", "2024-03-02T08:58:00Z"));
  logs = Logs::open({scratch.path()});
  ASSERT_TRUE(logs.ok());
  EXPECT_EQ((*logs)->newest(), at("2024-03-02T08:58:00Z"));
}

}  // namespace
}  // namespace trailhound::read
