// SPDX-License-Identifier: Apache-2.0
#include "findings/table.hpp"

#include <gtest/gtest.h>

#include "findings/cells.hpp"

namespace trailhound::findings {
namespace {

TEST(Table, GivesBackWhatWasPutInWithItsNulls) {
  using engine::Kind;
  Table table(
      {{"n", Kind::Integer}, {"at", Kind::Timestamp}, {"name", Kind::Text}, {"ids", Kind::List}});
  table.add({std::int64_t{7}, *parse_event_time("2024-03-01T09:00:00Z"), std::string("short"),
             std::vector<std::string>{"a", "a text of more than twelve bytes"}});
  table.add({{}, {}, std::string("exactly 12 b"), {}});
  table.add(
      {{}, {}, std::string("a text of more than twelve bytes"), std::vector<std::string>{"c"}});
  std::vector<std::string> rows;
  ASSERT_TRUE(each_row(table, [&](const Row& row) {
                rows.push_back(row.text("n") + "|" + row.text("at") + "|" + row.text("name") + "|" +
                               row.text("ids"));
              }).ok());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0], "7|2024-03-01T09:00:00Z|short|a, a text of more than twelve bytes");
  EXPECT_EQ(rows[1], "||exactly 12 b|");
  EXPECT_EQ(rows[2], "||a text of more than twelve bytes|c");
}

TEST(Table, GoesOnOverManyBatches) {
  Table table({{"n", engine::Kind::Integer}});
  for (std::int64_t n = 0; n < 3000; ++n) table.add({n});
  std::int64_t sum = 0;
  ASSERT_TRUE(each_row(table, [&](const Row& row) {
                sum += static_cast<std::int64_t>(row.count("n"));
              }).ok());
  EXPECT_EQ(sum, 2999 * 3000 / 2);
}

}  // namespace
}  // namespace trailhound::findings
