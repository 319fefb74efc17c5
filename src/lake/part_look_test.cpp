// SPDX-License-Identifier: Apache-2.0
#include "lake/part_look.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "lake/disk.hpp"
#include "lake/parquet_bytes.hpp"
#include "lake/scratch_lake.hpp"

namespace trailhound::lake {
namespace {
using event::Field;
using event::RowFilter;

/// A lake of one part: 200 events of 50 addresses (198.51.100.0, .2, ... .98), one key, no errors.
class OnePart {
 public:
  OnePart() {
    std::vector<std::string> events;
    for (int i = 0; i < 200; ++i) {
      events.push_back(fmt::format(
          R"({{"eventVersion":"1.08","userIdentity":{{"accessKeyId":"AKIAONE"}},"eventTime":)"
          R"("2024-03-01T10:{:02}:00Z","eventName":"ListBuckets","sourceIPAddress":"198.51.100.{}",)"
          R"("eventID":"{}","recipientAccountId":"111122223333"}})",
          i % 60, i % 50 * 2, i));
    }
    scratch_.log("a.json", events);
    scratch_.ingest();
    part_ = scratch_.manifest().parts.at(0);
  }
  std::string path() const { return part_.path(scratch_.lake()); }
  bool may_hold(const RowFilter& filter) const {
    return lake::may_hold(path(), size_of(path()), filter);
  }
  bool may_hold(Field field, const std::string& value) const {
    return may_hold(RowFilter::text(field, {.any_of = {value}}));
  }

 private:
  ScratchLake scratch_;
  Part part_;
};

TEST(PartLook, KnowsValuesByTheirBoundsAndFilters) {
  const OnePart part;
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(part.may_hold(Field::SourceIpAddress, fmt::format("198.51.100.{}", i * 2)));
  }
  int wrong = 0;
  for (int i = 0; i < 50; ++i) {
    wrong += part.may_hold(Field::SourceIpAddress, fmt::format("198.51.100.{}", i * 2 + 1)) ? 1 : 0;
  }
  EXPECT_LE(wrong, 3);  // one in a hundred
  EXPECT_FALSE(part.may_hold(Field::SourceIpAddress, "203.0.113.9"));
  EXPECT_TRUE(part.may_hold(Field::IdentityAccessKeyId, "AKIAONE"));
  EXPECT_FALSE(part.may_hold(Field::IdentityAccessKeyId, "AKIATWO"));
}

TEST(PartLook, KnowsWhereAColumnIsEmpty) {
  const OnePart part;
  EXPECT_FALSE(part.may_hold(Field::ErrorCode, "AccessDenied"));
  EXPECT_FALSE(part.may_hold(RowFilter::text(Field::ErrorCode, {.like = {{"Access%"}}})));
  EXPECT_FALSE(part.may_hold(RowFilter::text(Field::ErrorCode, {.negated = true})));
  EXPECT_TRUE(part.may_hold(RowFilter::text(Field::ErrorCode, {.any_of = {"x"}, .null = true})));
  EXPECT_FALSE(part.may_hold(RowFilter::text(Field::EventName, {.any_of = {"x"}, .null = true})));
}

TEST(PartLook, TakesWhatItDoesNotKnowForThere) {
  const OnePart part;
  EXPECT_TRUE(part.may_hold(RowFilter{}));
  EXPECT_TRUE(part.may_hold(RowFilter::text(Field::EventName, {.like = {{"Nothing%"}}})));
  EXPECT_TRUE(part.may_hold(
      RowFilter::text(Field::EventName, {.any_of = {"ListBuckets"}, .negated = true})));
  EXPECT_TRUE(part.may_hold(Field::Account, "444455556666"));  // stands in the path
  EXPECT_TRUE(part.may_hold(Field::ResourceArn, "arn:none"));  // in lists
}

TEST(PartLook, JoinsTests) {
  const OnePart part;
  const RowFilter there = RowFilter::text(Field::EventName, {.any_of = {"ListBuckets"}});
  const RowFilter absent = RowFilter::text(Field::EventName, {.any_of = {"RunInstances"}});
  EXPECT_TRUE(part.may_hold(RowFilter::any({absent, there})));
  EXPECT_FALSE(part.may_hold(RowFilter::any({absent, absent})));
  EXPECT_FALSE(part.may_hold(RowFilter::all({there, absent})));
}

TEST(PartLook, KnowsItsTimes) {
  const OnePart part;
  const auto at = [](const char* text) { return *parse_event_time(text); };
  EXPECT_TRUE(
      part.may_hold(RowFilter::time(Field::Ts, at("2024-03-01T10:59:00Z"), Time{INT64_MAX})));
  EXPECT_FALSE(
      part.may_hold(RowFilter::time(Field::Ts, at("2024-03-01T10:59:01Z"), Time{INT64_MAX})));
  EXPECT_FALSE(
      part.may_hold(RowFilter::time(Field::Ts, Time{INT64_MIN}, at("2024-03-01T09:59:59Z"))));
}

TEST(PartLook, LeavesBrokenFilesToTheEngine) {
  const OnePart part;
  const RowFilter absent = RowFilter::text(Field::EventName, {.any_of = {"RunInstances"}});
  EXPECT_TRUE(lake::may_hold(part.path() + ".gone", 5000, absent));
  EXPECT_TRUE(lake::may_hold(part.path(), size_of(part.path()) + 1, absent));
  auto whole = read_whole(part.path());
  ASSERT_TRUE(whole.ok());
  // Any change is survived; what it says then is the engine's to judge.
  std::mt19937 chance(7);
  const std::string path = part.path() + ".changed";
  for (int turn = 0; turn < 300; ++turn) {
    std::string changed = *whole;
    for (int i = 0; i < 4; ++i) {
      changed[changed.size() - 8 - chance() % 8000 % (changed.size() - 8)] =
          static_cast<char>(chance());
    }
    ASSERT_TRUE(replace_file(path, changed).ok());
    static_cast<void>(lake::may_hold(path, changed.size(), absent));
  }
}

TEST(ThriftReader, StopsAtNonsense) {
  std::mt19937 chance(11);
  for (int turn = 0; turn < 20000; ++turn) {
    std::string text(chance() % 60, '\0');
    for (char& byte : text) byte = static_cast<char>(chance());
    ThriftReader in(text);
    in.each_field([&](int) { in.skip(); });
    EXPECT_LE(in.left(), text.size());
    static_cast<void>(BloomFilter::may_hold(text, "value"));
  }
  const std::string structs(100, '\x1C');  // in structs
  ThriftReader nested(structs);
  nested.each_field([&](int) { nested.skip(); });
  EXPECT_TRUE(nested.failed());
}

}  // namespace
}  // namespace trailhound::lake
