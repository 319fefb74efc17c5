// SPDX-License-Identifier: Apache-2.0
#include "sql/types.hpp"

#include <gtest/gtest.h>

namespace trailhound::sql {
namespace {

TEST(DataType, WidensNumbersAndNothingElse) {
  EXPECT_TRUE(is_coercible(integer_type(), bigint()));
  EXPECT_TRUE(is_coercible(bigint(), double_type()));
  EXPECT_TRUE(is_coercible(decimal(5, 2), double_type()));
  EXPECT_TRUE(is_coercible(integer_type(), decimal(12, 2)));
  EXPECT_FALSE(is_coercible(integer_type(), decimal(11, 2)));
  EXPECT_FALSE(is_coercible(bigint(), integer_type()));
  EXPECT_FALSE(is_coercible(varchar(), bigint()));
  EXPECT_FALSE(is_coercible(varchar(), of_kind(TypeKind::Timestamp)));
  EXPECT_FALSE(is_coercible(of_kind(TypeKind::Json), varchar()));
}

TEST(DataType, TakesNullForEverything) {
  const DataType null = of_kind(TypeKind::Unknown);
  EXPECT_TRUE(is_coercible(null, array_of(varchar())));
  EXPECT_EQ(common_type(null, varchar()), varchar());
}

TEST(DataType, AgreesInsideListsAndMaps) {
  EXPECT_EQ(common_type(array_of(integer_type()), array_of(double_type())),
            array_of(double_type()));
  EXPECT_EQ(common_type(map_of(varchar(), integer_type()), map_of(varchar(), bigint())),
            map_of(varchar(), bigint()));
  EXPECT_FALSE(common_type(array_of(integer_type()), array_of(varchar())));
}

TEST(DataType, KeepsAllDigitsOfTwoDecimals) {
  EXPECT_EQ(common_type(decimal(5, 2), decimal(5, 4)), decimal(7, 4));
  EXPECT_EQ(common_type(decimal(3, 1), bigint()), decimal(20, 1));
  EXPECT_EQ(common_type(decimal(3, 1), double_type()), double_type());
}

TEST(DataType, IsSpeltAsInTrinoAndInDuckDb) {
  const DataType type = map_of(varchar(), array_of(decimal(10, 2)));
  EXPECT_EQ(spell(type), "map(varchar, array(decimal(10,2)))");
  EXPECT_EQ(duckdb_type(type), "MAP(VARCHAR, DECIMAL(10,2)[])");
  EXPECT_EQ(spell(of_kind(TypeKind::TimestampZone)), "timestamp(3) with time zone");
  EXPECT_EQ(duckdb_type(of_kind(TypeKind::TimestampZone)), "TIMESTAMP");
  EXPECT_EQ(duckdb_output_type(of_kind(TypeKind::TimestampZone)), "TIMESTAMPTZ");
}

TEST(DataType, IsResolvedOrRefusedByName) {
  const auto resolved = [](std::string name) {
    Type type;
    type.name = std::move(name);
    return resolve(type);
  };
  EXPECT_EQ(*resolved("double precision"), double_type());
  EXPECT_EQ(resolved("string").error().code(), "unknown-type");
  EXPECT_EQ(resolved("char").error().code(), "not-on-duckdb");
  EXPECT_EQ(resolved("bigin").error().fix->edits[0].text, "bigint");
}

}  // namespace
}  // namespace trailhound::sql
