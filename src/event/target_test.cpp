// SPDX-License-Identifier: Apache-2.0
#include "event/target.hpp"

#include <gmock/gmock.h>

#include "event/json_find.hpp"

namespace trailhound::event {
namespace {

std::string of(std::string_view service, std::string_view name, std::string_view request,
               std::string_view response = {}) {
  return target(std::string(service) + ".amazonaws.com", name, request, response);
}

TEST(Target, IsTheIdentityThatAnIamActionTouches) {
  EXPECT_EQ(of("iam", "AttachUserPolicy",
               R"({"policyArn":"arn:aws:iam::aws:policy/AdministratorAccess","userName":"bob"})"),
            "bob");
  EXPECT_EQ(of("iam", "CreatePolicy", R"({"policyName":"p","policyDocument":"{}"})"), "p");
  EXPECT_EQ(of("iam", "CreateAccessKey", "null", R"({"accessKey":{"userName":"alice"}})"), "alice");
  EXPECT_EQ(of("iam", "DeleteAccessKey", R"({"accessKeyId":"AKIAIOSFODNN7EXAMPLE"})"),
            "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(of("iam", "AddRoleToInstanceProfile", R"({"instanceProfileName":"p","roleName":"r"})"),
            "r");
  EXPECT_EQ(of("iam", "ListUsers", "{}"), "");
  EXPECT_EQ(of("sts", "AssumeRole",
               R"({"roleArn":"arn:aws:iam::111122223333:role/r","roleSessionName":"s"})"),
            "arn:aws:iam::111122223333:role/r");
}

TEST(Target, JoinsBucketAndKey) {
  EXPECT_EQ(of("s3", "GetObject", R"({"bucketName":"logs","Host":"h","key":"a/b.gz"})"),
            "logs/a/b.gz");
  EXPECT_EQ(of("s3", "PutBucketPolicy", R"({"bucketName":"logs","policy":""})"), "logs");
}

TEST(Target, ListsSeveral) {
  EXPECT_EQ(of("ssm", "SendCommand", R"({"instanceIds":["i-1","i-2"],"documentName":"d"})"),
            "i-1, i-2");
  EXPECT_EQ(of("ec2", "TerminateInstances",
               R"({"instancesSet":{"items":[{"instanceId":"i-1"},{"instanceId":"i-2"}]}})"),
            "i-1, i-2");
  std::string many = R"({"alarmNames":["a")";
  for (int i = 0; i < 12; ++i) many += R"(,"b")";
  EXPECT_EQ(of("monitoring", "DeleteAlarms", many + "]}"), "a, b, b, b, b, b, b, b, b, b, +3 more");
}

TEST(Target, FollowsTheNounOfTheName) {
  EXPECT_EQ(of("ec2", "DeleteVolume", R"({"reportVolumeFailure":false,"volumeId":"vol-1"})"),
            "vol-1");
  EXPECT_EQ(of("ec2", "ModifySnapshotAttribute", R"({"attributeType":"A","snapshotId":"snap-1"})"),
            "snap-1");
  EXPECT_EQ(of("ec2", "CreateVpc", R"({"cidrBlock":"10.0.0.0/16"})",
               R"({"requestId":"x","vpc":{"cidrBlock":"10.0.0.0/16","vpcId":"vpc-1"}})"),
            "vpc-1");
  EXPECT_EQ(
      of("ec2", "DeleteNatGateway", R"({"DeleteNatGatewayRequest":{"NatGatewayId":"nat-1"}})"),
      "nat-1");
  EXPECT_EQ(of("ec2", "DeleteFlowLogs",
               R"({"DeleteFlowLogsRequest":{"FlowLogId":{"tag":1,"content":"fl-1"}}})"),
            "fl-1");
  EXPECT_EQ(of("made-up", "RotateWidgets", R"({"clientToken":"t","widgetIds":["w1","w2"]})"),
            "w1, w2");
  EXPECT_EQ(of("made-up", "Rotate", R"({"clientToken":"t","widgetArn":"w"})"), "w");
  EXPECT_EQ(of("lambda", "UpdateFunctionCode20150331v2", R"({"functionName":"f"})"), "f");
}

TEST(Target, IsEmptyWhereNothingIsNamed) {
  EXPECT_EQ(of("ec2", "DescribeInstances", "{}"), "");
  EXPECT_EQ(of("ec2", "DescribeInstances", ""), "");
  EXPECT_EQ(of("signin", "ConsoleLogin", "null", R"({"ConsoleLogin":"Success"})"), "");
}

TEST(Target, StandsHostileText) {
  for (const char* text : {"{", "{\"", "{\"userName", "{\"userName\":", "{\"userName\":\"", "[",
                           "{\"userName\" \"x\"}", "{\"userName\":{\"a\":[}}", "\"", "{]", "{}}"}) {
    EXPECT_EQ(of("iam", "CreateUser", text), "") << text;
  }
  EXPECT_EQ(of("iam", "CreateUser", "{\"userName\":\"a\\u0000b\\\"\"}"),
            (std::string("a\0b\"", 4)));
  EXPECT_EQ(of("iam", "CreateUser", "{\"userName\":" + std::string(100000, '[')), "");
  EXPECT_EQ(target("", "", "{}", "{}"), "");
}

TEST(JsonMembers, WalkWithoutATree) {
  std::string seen;
  for (JsonMembers members(R"( { "a" : 1 , "b" : { "c" : "}" } , "d" : [ 1 , "]" ] } )");
       members.next();) {
    seen += std::string(members.key()) + '=' + std::string(members.value()) + ';';
  }
  EXPECT_EQ(seen, R"(a=1;b={ "c" : "}" };d=[ 1 , "]" ];)");
  EXPECT_EQ(json_member(R"({"a":1,"a":2})", "a"), "2");
  EXPECT_EQ(json_text("true"), "true");
  EXPECT_EQ(json_text(R"("\u00e4")"), "\u00e4");
  EXPECT_EQ(json_text("null"), "");
}

}  // namespace
}  // namespace trailhound::event
