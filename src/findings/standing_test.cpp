// SPDX-License-Identifier: Apache-2.0
#include "findings/standing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailhound::findings {
namespace {

Change change(std::string action, std::string_view request, std::string_view response = "null") {
  static std::int64_t at = 0;
  Change made;
  made.at = {++at * kSecond};
  made.event_id = "event-" + std::to_string(at);
  made.action = std::move(action);
  made.principal = "alice";
  made.account = "111122223333";
  made.region = "us-east-1";
  made.request = *parse_json(request);
  made.response = *parse_json(response);
  return made;
}

TEST(Standing, NamesWhatWasMadeAndTheCommandThatUndoesIt) {
  const auto things =
      standing({change("iam:CreateAccessKey", R"({"userName":"bob"})",
                       R"({"accessKey":{"accessKeyId":"AKIA1","userName":"bob"}})")});
  ASSERT_EQ(things.size(), 1u);
  EXPECT_EQ(things.front().words, "key AKIA1 of bob");
  EXPECT_EQ(things.front().undo, "aws iam delete-access-key --user-name bob --access-key-id AKIA1");
  EXPECT_FALSE(things.front().gone_at.has_value());
}

TEST(Standing, EndsWithTheCallThatNamesThingAndOwner) {
  const auto put = R"({"userName":"bob","policyName":"p"})";
  EXPECT_TRUE(standing({change("iam:PutUserPolicy", put), change("iam:DeleteUserPolicy", put)})
                  .front()
                  .gone_at.has_value());
  const auto of_another = R"({"userName":"eve","policyName":"p"})";
  EXPECT_FALSE(
      standing({change("iam:PutUserPolicy", put), change("iam:DeleteUserPolicy", of_another)})
          .front()
          .gone_at.has_value());
}

TEST(Standing, GoesThroughLists) {
  const auto things = standing(
      {change("ec2:RunInstances", "{}",
              R"({"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}})"),
       change("ec2:TerminateInstances", R"({"instancesSet":{"items":[{"instanceId":"i-2"}]}})")});
  ASSERT_EQ(things.size(), 2u);
  EXPECT_FALSE(things[0].gone_at.has_value());
  EXPECT_TRUE(things[1].gone_at.has_value());
  EXPECT_EQ(things[0].undo, "aws ec2 terminate-instances --instance-ids i-1 --region us-east-1");
}

TEST(Standing, CountsAShareOnlyWhereSomethingIsAdded) {
  const auto add = R"({"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[]}}})";
  const auto remove = R"({"snapshotId":"snap-1","createVolumePermission":{"remove":{"items":[]}}})";
  EXPECT_EQ(standing({change("ec2:ModifySnapshotAttribute", remove)}).size(), 0u);
  const auto things = standing(
      {change("ec2:ModifySnapshotAttribute", add), change("ec2:ModifySnapshotAttribute", remove)});
  ASSERT_EQ(things.size(), 1u);
  EXPECT_TRUE(things.front().gone_at.has_value());
}

TEST(Standing, PutsNoNameIntoACommandThatTheShellWouldRead) {
  const auto things = standing({change("iam:CreateUser", R"({"userName":"x; rm -rf $HOME"})")});
  ASSERT_EQ(things.size(), 1u);
  EXPECT_EQ(things.front().undo, "");
}

TEST(ChangesStatement, QuotesPrincipals) {
  EXPECT_THAT(changes_statement({"o'neil"}), testing::HasSubstr("principal in ('o''neil')"));
}

}  // namespace
}  // namespace trailhound::findings
