// SPDX-License-Identifier: Apache-2.0
#include "show/closing.hpp"

#include <gtest/gtest.h>

#include "show/progress.hpp"

namespace trailhound::show {
namespace {

read::Coverage two_trails() {
  read::Coverage coverage;
  coverage.events = 23'981;
  coverage.files_seen = coverage.files_read = 3'872;
  coverage.doubles = 6'496;
  return coverage;
}

TEST(ClosingLine, SaysWhatWasRead) {
  EXPECT_EQ(closing_line(two_trails(), {.seconds = 0.48, .unique = true}),
            "23,981 events in 3,872 files (6,496 more were doubles), read in 0.48 s, "
            "50,000 events/s\n");
}

TEST(ClosingLine, OffersToLeaveDoublesOut) {
  read::Coverage coverage = two_trails();
  coverage.doubles_exact = false;
  EXPECT_EQ(closing_line(coverage, {.seconds = 12.04, .unique = false}),
            "23,981 events in 3,872 files (about 6,496 of them doubles: `--unique`), "
            "read in 12.0 s, 1,992 events/s\n");
}

TEST(ClosingLine, SaysWhatWasNotRead) {
  read::Coverage coverage;
  coverage.events = 1;
  coverage.files_read = 1;
  coverage.files_failed = 2;
  coverage.files_damaged = 1;
  coverage.events_broken = 1'200;
  coverage.files_early = 4;
  coverage.not_logs[0] = 3;
  EXPECT_EQ(
      closing_line(coverage, {}),
      "1 event in 1 file, 4 files from before the window, 3 that are no logs, read in 0.00 s; "
      "NOT READ: 2 files, part of 1 file, 1,200 events\n");
}

TEST(ClosingLine, CountsOneAsOne) {
  read::Coverage coverage;
  coverage.events = coverage.files_read = 1;
  coverage.not_logs[0] = 1;
  EXPECT_EQ(closing_line(coverage, {}), "1 event in 1 file, 1 that is no log, read in 0.00 s\n");
}

TEST(Trouble, NamesTheFirstAndCountsTheRest) {
  read::Coverage coverage;
  coverage.notes = {
      {.path = "a.json", .offset = 0, .code = "mended", .words = "bad bytes", .loss = false},
      {.path = "b\x1b.gz",
       .offset = 1'234,
       .code = "broken-gzip",
       .words = "ends in the middle",
       .kept = 12},
      {.path = "c.gz", .offset = 0, .code = "broken-gzip", .words = "no gzip", .broken = 1}};
  coverage.notes_left_out = 5;
  EXPECT_EQ(trouble_text(coverage, {}, 2),
            "not read[broken-gzip]: b\\x1b.gz, byte 1,234: ends in the middle, 12 events kept\n"
            "not read[broken-gzip]: c.gz: no gzip, 1 lost\n"
            "and 6 inputs more: `trailhound coverage` lists all\n");
  EXPECT_EQ(trouble_text({}, {}, 2), "");
}

TEST(ProgressWords, SayHowFarAndHowLong) {
  EXPECT_EQ(
      progress_words(
          {.bytes_done = 1'200'000'000, .bytes_total = 5'600'000'000, .events = 3'400'120}, 3.0),
      "reading 1.2 GB of 5.6 GB · 3,400,120 events · 1.1 M events/s · 11 s left");
  EXPECT_EQ(progress_words({.bytes_done = 512, .bytes_total = 0, .events = 1}, 2.0),
            "reading 512 bytes · 1 events · 1 events/s");
}

TEST(SizeWords, ShowTwoFigures) {
  EXPECT_EQ(size_words(1), "1 byte");
  EXPECT_EQ(size_words(999), "999 bytes");
  EXPECT_EQ(size_words(1'000), "1.0 kB");
  EXPECT_EQ(size_words(9'960'000), "10 MB");
  EXPECT_EQ(size_words(59'000'000), "59 MB");
  EXPECT_EQ(rate_words(49'960), "50,000");
  EXPECT_EQ(rate_words(999'600), "1.0 M");
}

}  // namespace
}  // namespace trailhound::show
