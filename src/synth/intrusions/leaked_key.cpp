// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const KeyUser& victim = stage.company.reporting;
  const std::string address = "203.0.113.77";
  Caller thief = user_caller(victim.account, victim.name, victim.id, victim.key, address,
                             "aws-cli/2.13.0 Python/3.11.4 Linux/6.3.0-kali1-cloud-amd64 "
                             "exe/x86_64.kali.2023 prompt/off command/sts.get-caller-identity");
  stage.act(thief, {.source = "sts.amazonaws.com", .name = "GetCallerIdentity", .read = true},
            "asks whose key it is");
  for (const auto& [source, name, action] :
       {std::tuple{"iam.amazonaws.com", "ListUsers", "iam:ListUsers"},
        {"iam.amazonaws.com", "ListRoles", "iam:ListRoles"},
        {"s3.amazonaws.com", "ListBuckets", "s3:ListAllMyBuckets"},
        {"ec2.amazonaws.com", "DescribeInstances", "ec2:DescribeInstances"},
        {"secretsmanager.amazonaws.com", "ListSecrets", "secretsmanager:ListSecrets"}}) {
    stage.act(thief, denied({.source = source, .name = name, .read = true}, thief, action),
              "probes what the key may do");
  }
  thief.agent =
      "Boto3/1.28.1 md/Botocore#1.31.1 ua/2.0 os/linux#6.3.0-kali1-cloud-amd64 md/arch#x86_64 "
      "lang/python#3.11.4";
  stage.wait(4 * kMinute);
  for (const char* name : {"ListAttachedUserPolicies", "ListUserPolicies", "ListGroupsForUser"}) {
    stage.act(thief,
              {.source = "iam.amazonaws.com",
               .name = name,
               .read = true,
               .request = Members{{"userName", victim.name}}},
              "reads its own rights");
  }
  stage.act(thief,
            {.source = "iam.amazonaws.com",
             .name = "PutUserPolicy",
             .request = Members{{"userName", victim.name},
                                {"policyName", "q7n2mzk1"},
                                {"policyDocument", admin_policy()}}},
            "makes itself administrator");
  stage.act(thief, {.source = "s3.amazonaws.com", .name = "ListBuckets", .read = true},
            "what was denied works now");
  const std::string second = stage.random.aws_id("AKIA");
  stage.act(
      thief,
      {.source = "iam.amazonaws.com",
       .name = "CreateAccessKey",
       .request = Members{{"userName", victim.name}},
       .response = Members{{"accessKey", Members{{"accessKeyId", second},
                                                 {"userName", victim.name},
                                                 {"status", "Active"},
                                                 {"createDate", "Mar 20, 2024 2:11:09 AM"}}}}},
      "makes a second key, to come back later");
  stage.wait(50 * kMinute);
  const Caller later =
      user_caller(victim.account, victim.name, victim.id, second, address, thief.agent);
  for (int i = 0; i < 60; ++i) {
    Call copy{.source = "s3.amazonaws.com", .name = "GetObject", .read = true};
    copy.data = true;
    const std::string key = "exports/customers-" + std::to_string(i) + ".parquet";
    copy.request = Members{{"bucketName", "larkspur-analytics"},
                           {"key", key},
                           {"Host", "larkspur-analytics.s3.amazonaws.com"}};
    copy.additional = Members{{"bytesTransferredOut", Json::Number{"48211034"}},
                              {"bytesTransferredIn", Json::Number{"0"}},
                              {"AuthenticationMethod", "AuthHeader"}};
    copy.resources = {
        Members{{"type", "AWS::S3::Object"}, {"ARN", "arn:aws:s3:::larkspur-analytics/" + key}}};
    stage.act(later, copy, "copies customer data with the second key");
  }
}

}  // namespace

Intrusion describe_leaked_key() {
  return {.name = "leaked-key",
          .title =
              "A user's key found in a public repository: probing, administrator, a second key, a "
              "copy of the orders",
          .when = 0.62,
          .play = play};
}

}  // namespace trailhound::synth
