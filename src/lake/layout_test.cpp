// SPDX-License-Identifier: Apache-2.0
#include "lake/layout.hpp"

#include <gtest/gtest.h>

#include "event/sha256.hpp"

namespace trailhound::lake {
namespace {

TEST(Layout, PutsADayWhereHiveLooksForIt) {
  EXPECT_EQ(folder_of({"111122223333", "2024-03-01"}),
            "account=111122223333/year=2024/month=03/day=01");
}

TEST(Layout, HasAPlaceForEventsWithoutAccountOrTime) {
  EXPECT_EQ(folder_of({"", ""}),
            "account=__HIVE_DEFAULT_PARTITION__/year=__HIVE_DEFAULT_PARTITION__/"
            "month=__HIVE_DEFAULT_PARTITION__/day=__HIVE_DEFAULT_PARTITION__");
}

TEST(Layout, LetsNoAccountLeaveItsFolder) {
  EXPECT_EQ(folder_of({"../../etc", "2024-03-01"}),
            "account=..%2F..%2Fetc/year=2024/month=03/day=01");
  EXPECT_EQ(decoded(encoded("a b/\"%\n")), "a b/\"%\n");
  EXPECT_EQ(account_of(std::string(300, 'a')), kOtherAccount);
  EXPECT_EQ(account_of("__HIVE_DEFAULT_PARTITION__"), kOtherAccount);
}

TEST(Layout, TellsTheGenerationOfAPartByItsName) {
  EXPECT_EQ(generation_of(part_name(12, 3)), 12u);
  EXPECT_EQ(generation_of("notes.parquet"), 0u);
  EXPECT_EQ(generation_of("00000012-0003.txt"), 0u);
}

// A part says which columns it has by `kSchema` alone. Who adds columns raises it, and writes the
// new sum here.
TEST(Layout, RaisesItsSchemaWithTheColumns) {
  EXPECT_EQ(kSchema, 2);
  EXPECT_EQ(event::sha256(schema_words()).substr(0, 16), "7bf9b2b73c09917f") << schema_words();
}

}  // namespace
}  // namespace trailhound::lake
