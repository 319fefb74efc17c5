// SPDX-License-Identifier: Apache-2.0
#include "event/verbs.hpp"

#include <gmock/gmock.h>

namespace trailhound::event {
namespace {

std::string_view of(std::string_view service, std::string_view name) {
  return word(verb_class(std::string(service) + ".amazonaws.com", name));
}

TEST(Verbs, KnowSingleActionsFirst) {
  EXPECT_EQ(of("secretsmanager", "GetSecretValue"), "secret");
  EXPECT_EQ(of("ec2", "GetPasswordData"), "secret");
  EXPECT_EQ(of("iam", "CreateAccessKey"), "grant");
  EXPECT_EQ(of("iam", "AttachUserPolicy"), "grant");
  EXPECT_EQ(of("iam", "PutUserPolicy"), "grant");
  EXPECT_EQ(of("iam", "PutGroupPolicy"), "grant");
  EXPECT_EQ(of("iam", "DeleteRolePermissionsBoundary"), "grant");
  EXPECT_EQ(of("cloudtrail", "StopLogging"), "hide");
  EXPECT_EQ(of("lambda", "AddPermission20150331v2"), "grant");
  EXPECT_EQ(of("lambda", "Invoke"), "run");
  EXPECT_EQ(of("sts", "AssumeRoleWithSAML"), "assume");
  EXPECT_EQ(of("sts", "GetCallerIdentity"), "read");
  EXPECT_EQ(of("signin", "ConsoleLogin"), "sign-in");
  EXPECT_EQ(of("signin", "SwitchRole"), "assume");
  EXPECT_EQ(of("s3", "DeleteObjects"), "delete");
  EXPECT_EQ(of("s3", "GetObject"), "data");
  EXPECT_EQ(of("kms", "GenerateDataKeyWithoutPlaintext"), "data");
  EXPECT_EQ(of("codestar", "PutResourcePolicy"), "grant");
}

TEST(Verbs, TellTheOthersByTheirFirstWord) {
  EXPECT_EQ(of("ec2", "DescribeInstances"), "list");
  EXPECT_EQ(of("iam", "GetUser"), "read");
  EXPECT_EQ(of("ec2", "TerminateInstances"), "delete");
  EXPECT_EQ(of("sqs", "CreateQueue"), "create");
  EXPECT_EQ(of("ecr", "BatchGetImage"), "read");
  EXPECT_EQ(of("ecr", "BatchDeleteImage"), "delete");
  EXPECT_EQ(of("ec2", "ModifyInstanceAttribute"), "change");
  EXPECT_EQ(of("made-up", "Frobnicate"), "change");
  EXPECT_EQ(of("made-up", "Getaway"), "change") << "a word, not the letters";
  EXPECT_EQ(of("lambda", "CreateFunction20150331"), "create");
  EXPECT_EQ(of("lambda", ""), "change");
}

TEST(Verbs, CutVersionsOnly) {
  EXPECT_EQ(without_version("CreateFunction20150331"), "CreateFunction");
  EXPECT_EQ(without_version("UpdateFunctionCode20150331v2"), "UpdateFunctionCode");
  EXPECT_EQ(without_version("CreateDistribution2020_05_31"), "CreateDistribution");
  EXPECT_EQ(without_version("ListObjectsV2"), "ListObjectsV2");
  EXPECT_EQ(without_version("GetApiKeyv2"), "GetApiKeyv2");
  EXPECT_EQ(without_version("Test12345678"), "Test12345678");
  EXPECT_EQ(without_version("20150331"), "20150331");
  EXPECT_EQ(without_version(""), "");
}

}  // namespace
}  // namespace trailhound::event
