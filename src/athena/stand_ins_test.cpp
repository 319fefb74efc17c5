// SPDX-License-Identifier: Apache-2.0
#include "athena/stand_ins.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::athena {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The open parts as "name=text".
std::vector<std::string> open(std::string_view text, Place place = Place::Value) {
  std::vector<std::string> parts;
  for (const OpenPart& part : recognise(text, place)) {
    parts.push_back(part.name + "=" + std::string(text.substr(part.begin, part.end - part.begin)));
  }
  return parts;
}

TEST(StandIns, AreSeenAsAWhole) {
  for (const std::string_view text : {"####",
                                      "##",
                                      "xx",
                                      "xxxxxx",
                                      "x.x.x.x",
                                      "XXX.XXX.XXX.XXX",
                                      "AKIAxxxxxxxxxxxxxxxx",
                                      "AKIAXXXXXXXXXXXXXXXX",
                                      "AKIA****************",
                                      "seeAbove",
                                      "...",
                                      "YOUR_ACCESS_KEY",
                                      "INSERT_KEY_HERE",
                                      "yyyy-mm-dd",
                                      "YYYY/MM/DD",
                                      "yyyy-mm-ddThh:mm:ssZ",
                                      "2024-mm-dd",
                                      "2024-##-##",
                                      "mm",
                                      "arn:aws:iam::000000000000:user/xxxxxxxx",
                                      "%s",
                                      "AROAxxxxxxxxxxxxxxxxx:i-xxxxxxxxxxxxxxxxx"}) {
    EXPECT_THAT(open(text), ElementsAre("=" + std::string(text)));
  }
}

TEST(StandIns, LeaveTheWildcardsOfAPattern) {
  EXPECT_THAT(open("%xxxx%", Place::Pattern), ElementsAre("=xxxx"));
}

TEST(StandIns, AreSeenWithinATextIfTheyHaveAName) {
  EXPECT_THAT(open("arn:aws:iam::<accountId>:user/<User Name>"),
              ElementsAre("account=<accountId>", "user_name=<User Name>"));
  EXPECT_THAT(open("${date_filter} 00:00"), ElementsAre("date_filter=${date_filter}"));
  EXPECT_THAT(open("{{ region }}"), ElementsAre("region={{ region }}"));
  EXPECT_THAT(open("<instance id such as i-0123>"),
              ElementsAre("instance=<instance id such as i-0123>"));
  EXPECT_THAT(open("%:i-xxxxxxxxxxxxxxxxx", Place::Pattern),
              ElementsAre("instance=i-xxxxxxxxxxxxxxxxx"));
  EXPECT_THAT(open("[access_key]"), ElementsAre("access_key=[access_key]"));
}

TEST(StandIns, AreNotSeenInWhatEventsHold) {
  for (const std::string_view text : {"",
                                      "x",
                                      "Root",
                                      "AccessDenied",
                                      "iam.amazonaws.com",
                                      "000000000000",
                                      "111122223333",
                                      "AKIAIOSFODNN7EXAMPLE",
                                      "my-bucket-name",
                                      "alice@example.com",
                                      "192.0.2.1",
                                      "2024-01-31 00:00:00",
                                      "2024-01-31",
                                      "arn:aws:s3:::bucket/*",
                                      "{\"a\":1}",
                                      "{3}",
                                      "$.x.y",
                                      "a > b < c",
                                      "%:i-%",
                                      "dd-mm",
                                      "TLSv1.2",
                                      "AWS Internal",
                                      "*",
                                      "***",
                                      "method",
                                      "smtp"}) {
    EXPECT_THAT(open(text), IsEmpty()) << text;
  }
}

TEST(StandIns, LeaveFormatsAndPatternsOfFunctions) {
  EXPECT_THAT(open("yyyy-MM-dd", Place::Argument), IsEmpty());
  EXPECT_THAT(open("\\p{Alpha}+", Place::Argument), IsEmpty());
  EXPECT_THAT(open("(?<name>a+)", Place::Argument), IsEmpty());
}

TEST(ParameterNames, AreOneForOneThing) {
  EXPECT_EQ(parameter_name("accountId"), "account");
  EXPECT_EQ(parameter_name("awsRegion"), "region");
  EXPECT_EQ(parameter_name("sourceIPAddress"), "sourceip");
  EXPECT_EQ(parameter_name("Principal ID"), "principal_id");
  EXPECT_TRUE(is_meant("principalId", "principal_id"));
  EXPECT_TRUE(is_meant("SourceIPAddress", "sourceip"));
  EXPECT_FALSE(is_meant("year", "yaer"));
}

TEST(TableStandIns, AreToldFromTables) {
  EXPECT_TRUE(is_account_stand_in("cloudtrail_000000000000"));
  EXPECT_TRUE(is_account_stand_in("cloudtrail_xxxxxxxxxxxx"));
  EXPECT_FALSE(is_account_stand_in("cloudtrail_111122223333"));
  EXPECT_FALSE(is_account_stand_in("cloudtrail_logs"));
  EXPECT_TRUE(is_table_stand_in("database", "table"));
  EXPECT_FALSE(is_table_stand_in("", "table"));
  EXPECT_FALSE(is_table_stand_in("default", "cloudtrail_logs"));
  EXPECT_FALSE(is_table_stand_in("", "config_event_data_store_id"));
  EXPECT_FALSE(is_table_stand_in("", "vpc_flow_logs_000000000000"));
}

}  // namespace
}  // namespace trailhound::athena
