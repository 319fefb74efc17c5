// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Fleet& fleet = stage.company.web;
  const Fleet::Machine& machine = fleet.machines[2];
  Caller thief = stage.company.machine(fleet, machine, stage.now, "python-requests/2.31.0");
  thief.address = "198.51.100.214";
  thief.agent =
      "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.12.0";
  stage.act(thief, {.source = "sts.amazonaws.com", .name = "GetCallerIdentity", .read = true},
            "uses the stolen credentials for the first time");
  stage.act(thief, {.source = "s3.amazonaws.com", .name = "ListBuckets", .read = true},
            "lists buckets, which no server of the fleet does");
  stage.act(thief,
            denied({.source = "iam.amazonaws.com", .name = "ListRoles", .read = true}, thief,
                   "iam:ListRoles"),
            "tries the roles");
  stage.act(thief,
            denied({.source = "ec2.amazonaws.com", .name = "DescribeInstances", .read = true},
                   thief, "ec2:DescribeInstances"),
            "tries the instances");
  stage.act(thief,
            {.source = "secretsmanager.amazonaws.com",
             .name = "GetSecretValue",
             .read = true,
             .request = Members{{"secretId", "shop/database"}}},
            "reads the database's password");
  for (int i = 0; i < 40; ++i) {
    Call copy{.source = "s3.amazonaws.com", .name = "GetObject", .read = true};
    copy.data = true;
    const std::string key = "orders/export/part-" + std::to_string(i) + ".json";
    copy.request = Members{{"bucketName", "larkspur-orders"}, {"key", key}};
    copy.additional = Members{{"bytesTransferredOut", Json::Number{"8123001"}}};
    copy.resources = {
        Members{{"type", "AWS::S3::Object"}, {"ARN", "arn:aws:s3:::larkspur-orders/" + key}}};
    stage.act(thief, copy, "copies orders");
  }
}

}  // namespace

Intrusion describe_instance_theft() {
  return {.name = "instance-theft",
          .title =
              "The credentials of a web server, taken through a hole in its application, used from "
              "elsewhere",
          .when = 0.31,
          .play = play};
}

}  // namespace trailhound::synth
