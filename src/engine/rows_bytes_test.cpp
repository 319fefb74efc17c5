// SPDX-License-Identifier: Apache-2.0
#include "engine/rows_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/cell_text.hpp"
#include "engine/database.hpp"

namespace trailhound::engine {
namespace {

using testing::ElementsAre;

/// One row for each value that is easily got wrong, NULL in each column once.
constexpr const char* kEverything = R"(
  SELECT * FROM (VALUES
    (1, true, -9223372036854775808, 0.5, 'short', TIMESTAMP '2024-03-01 10:00:00.000001', DATE '1969-12-31',
     ['a', NULL, 'a text of more than twelve bytes'], 1.25::DECIMAL(9, 2)),
    (2, false, 9223372036854775807, -1e300, 'a text of more than twelve bytes', TIMESTAMP '1969-12-31 23:59:59',
     DATE '2024-02-29', [], 0.00::DECIMAL(9, 2)),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, true, 0, 0.0, '', TIMESTAMP '1970-01-01 00:00:00', DATE '1970-01-01', ['short'], -7.50::DECIMAL(9, 2))
  ) AS t(n, yes, whole, part, words, moment, date, list, exact) ORDER BY n)";

std::unique_ptr<Database> open_database() {
  auto opened = Database::open({});
  EXPECT_TRUE(opened.ok()) << opened.error().message;
  return std::move(opened).value();
}

std::vector<std::string> lines_of(Rows& rows) {
  std::vector<std::string> lines;
  for (;;) {
    const auto batch = rows.next();
    EXPECT_TRUE(batch.ok());
    if (!batch.ok() || *batch == nullptr) return lines;
    for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
      std::string line;
      for (std::size_t column = 0; column < rows.columns().size(); ++column) {
        line += (column > 0 ? "|" : "") + cell_text((*batch)->cell(column, row));
      }
      lines.push_back(std::move(line));
    }
  }
}

std::string bytes_of_select(Database& database, const std::string& select) {
  auto rows = database.run(select);
  EXPECT_TRUE(rows.ok()) << rows.error().message;
  if (!rows.ok()) return {};
  auto bytes = bytes_of(**rows);
  EXPECT_TRUE(bytes.ok() && bytes->has_value());
  return bytes.ok() ? bytes->value_or("") : "";
}

TEST(RowsBytes, GiveEveryKindOfValueBack) {
  const auto database = open_database();
  auto straight = database->run(kEverything);
  ASSERT_TRUE(straight.ok());
  const std::vector<std::string> lines = lines_of(**straight);
  ASSERT_EQ(lines.size(), 4u);
  const auto again = rows_of({bytes_of_select(*database, kEverything)});
  ASSERT_NE(again, nullptr);
  ASSERT_EQ(again->columns().size(), 9u);
  EXPECT_EQ(again->columns()[4].name, "words");
  EXPECT_EQ(again->columns()[5].type.kind, Kind::Timestamp);
  EXPECT_EQ(lines_of(*again), lines);
}

TEST(RowsBytes, PutAnswersOneAfterTheOther) {
  const auto database = open_database();
  const auto rows = rows_of({bytes_of_select(*database, "SELECT 1 AS n, 'a' AS t"),
                             bytes_of_select(*database, "SELECT 1 AS n, 'a' AS t WHERE false"),
                             bytes_of_select(*database, "SELECT 2 AS n, 'b' AS t")});
  ASSERT_NE(rows, nullptr);
  EXPECT_THAT(lines_of(*rows), ElementsAre("1|a", "2|b"));
}

TEST(RowsBytes, AreNotPutTogetherWhereTheColumnsDiffer) {
  const auto database = open_database();
  const std::string one = bytes_of_select(*database, "SELECT 1 AS n");
  EXPECT_EQ(rows_of({one, bytes_of_select(*database, "SELECT 1 AS m")}), nullptr);
  EXPECT_EQ(rows_of({one, bytes_of_select(*database, "SELECT 'x' AS n")}), nullptr);
  EXPECT_EQ(rows_of({}), nullptr);
}

TEST(RowsBytes, AreNotMadeOfStructsOrOfTooMuch) {
  const auto database = open_database();
  const auto structs = database->run("SELECT {'a': 1} AS s");
  ASSERT_TRUE(structs.ok());
  const auto none = bytes_of(**structs);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
  const auto long_text = database->run("SELECT repeat('x', 1000) AS t");
  ASSERT_TRUE(long_text.ok());
  const auto too_much = bytes_of(**long_text, 999);
  ASSERT_TRUE(too_much.ok());
  EXPECT_FALSE(too_much->has_value());
}

/// Takes all rows; says whether there were any to take.
bool gives_rows(std::string bytes) {
  const auto rows = rows_of({std::move(bytes)});
  if (rows == nullptr) return false;
  for (;;) {
    const auto batch = rows->next();
    if (!batch.ok()) return false;
    if (*batch == nullptr) return true;
    for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
      for (std::size_t column = 0; column < rows->columns().size(); ++column) {
        (void)cell_text((*batch)->cell(column, row)).size();
      }
    }
  }
}

TEST(RowsBytes, ThatWereCutOrChangedDoNoHarm) {
  const auto database = open_database();
  const std::string whole = bytes_of_select(*database, kEverything);
  EXPECT_TRUE(gives_rows(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(gives_rows(whole.substr(0, size))) << size;
  }
  EXPECT_FALSE(gives_rows(whole + "x"));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\xff'}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      (void)gives_rows(std::move(changed));
    }
  }
}

}  // namespace
}  // namespace trailhound::engine
