// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gmock/gmock.h>

namespace trailhound {
namespace {

// Expected numbers are those of `date -u -d ... +%s`.
TEST(Time, ReadsWhatCloudTrailWrites) {
  EXPECT_EQ(parse_event_time("2023-07-10T11:54:33Z")->micros, 1688990073 * kSecond);
  EXPECT_EQ(parse_event_time("20131102T010628Z")->micros, 1383354388 * kSecond);
  EXPECT_EQ(parse_event_time("2021-11-18T09:41:02-08:00")->micros, 1637257262 * kSecond);
  EXPECT_EQ(parse_event_time("2024-02-29T00:00:00.250Z")->micros, 1709164800 * kSecond + 250'000);
  EXPECT_EQ(parse_event_time("1969-12-31T23:59:59Z")->micros, -kSecond);
}

TEST(Time, RefusesWhatNoCalendarHas) {
  for (const char* text : {"2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-07-10T24:00:00Z",
                           "2023-07-10", "2023-07-10T11:54Z", "2023-07-10T11:54:33", "", "soon",
                           "2023-07-10T11:54:33Zz", "2023-07-10 11:54:33Z"}) {
    EXPECT_FALSE(parse_event_time(text)) << text;
  }
}

TEST(Time, ReadsWhatAPersonTypes) {
  EXPECT_EQ(parse_typed_time("2023-07-10")->micros, 1688947200 * kSecond);
  EXPECT_EQ(parse_typed_time("2023-07-10 12:00")->micros, 1688990400 * kSecond);
  EXPECT_EQ(parse_typed_time("2023-07-10T12:00:01")->micros, 1688990401 * kSecond);
  EXPECT_EQ(parse_typed_time("2023-07-10T12:00+02:00")->micros, 1688983200 * kSecond);
  EXPECT_FALSE(parse_typed_time("07/10/2023"));
}

TEST(Time, WritesBackWhatItRead) {
  for (const char* text : {"2023-07-10T11:54:33Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
                           "2000-02-29T12:00:00.5Z", "9999-12-31T23:59:59Z"}) {
    ASSERT_TRUE(parse_event_time(text)) << text;
    EXPECT_EQ(format_iso(*parse_event_time(text)), text);
  }
}

TEST(Duration, IsReadAndWritten) {
  EXPECT_EQ(parse_duration("30d"), 30 * kDay);
  EXPECT_EQ(parse_duration("45m"), 45 * kMinute);
  EXPECT_FALSE(parse_duration("d"));
  EXPECT_FALSE(parse_duration("99999999999999w"));
  EXPECT_EQ(format_duration(6 * kMinute + 18 * kSecond), "6 min 18 s");
  EXPECT_EQ(format_duration(3 * kDay + 4 * kHour + kSecond), "3 d 4 h");
  EXPECT_EQ(format_duration(0), "0 s");
}

}  // namespace
}  // namespace trailhound
