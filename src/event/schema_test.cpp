// SPDX-License-Identifier: Apache-2.0
#include "event/schema.hpp"

#include <gmock/gmock.h>

namespace trailhound::event {
namespace {

TEST(Schema, NamesAFieldInBothWorlds) {
  EXPECT_EQ(sql_path(Field::IssuerArn), "useridentity.sessioncontext.sessionissuer.arn");
  EXPECT_EQ(record_path(Field::IssuerArn), "userIdentity.sessionContext.sessionIssuer.arn");
  EXPECT_EQ(record_path(Field::Year), "");
}

TEST(Schema, FindsSqlNamesWithoutCaseAndKeysWithIt) {
  EXPECT_EQ(find_sql(Field::Record, "sourceIpAddress"), Field::SourceIpAddress);
  EXPECT_EQ(find_key(Field::Record, "sourceIPAddress"), Field::SourceIpAddress);
  EXPECT_EQ(find_key(Field::Record, "sourceIpAddress"), std::nullopt);
  EXPECT_EQ(find_sql(Field::UserIdentity, "username"), Field::IdentityUserName);
}

TEST(Schema, KeepsMembersBehindTheirStruct) {
  for (const FieldInfo& info : schema()) {
    const auto place = static_cast<std::size_t>(info.field);
    EXPECT_EQ(&describe(info.field), &schema()[place]);
    const bool top = info.parent == Field::Record;
    EXPECT_TRUE(top || static_cast<std::size_t>(info.parent) < place);
    EXPECT_FALSE(info.doc.empty()) << info.sql_name;
  }
}

TEST(FieldSet, BringsWhatIsInsideAndAround) {
  FieldSet set;
  set.add_with_members(Field::SessionIssuer);
  EXPECT_TRUE(set.has(Field::IssuerArn));
  EXPECT_TRUE(set.has(Field::SessionContext));
  EXPECT_TRUE(set.has(Field::UserIdentity));
  EXPECT_FALSE(set.has(Field::IdentityArn));
}

}  // namespace
}  // namespace trailhound::event
