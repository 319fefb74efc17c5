// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Company& company = stage.company;
  const Session session = company.person_session(company.people[10], stage.now);
  const Caller thief = role_caller(session, "203.0.113.180",
                                   "aws-cli/1.18.147 Python/2.7.18 Linux/4.14.301 botocore/1.18.6");
  const std::string snapshot = stage.random.resource_id("snap");
  stage.act(thief, {.source = "ec2.amazonaws.com", .name = "DescribeVolumes", .read = true},
            "looks for disks");
  stage.act(thief,
            {.source = "ec2.amazonaws.com",
             .name = "CreateSnapshot",
             .request = Members{{"volumeId", stage.random.resource_id("vol")}},
             .response = Members{{"snapshotId", snapshot}, {"status", "pending"}}},
            "copies a disk");
  stage.wait(11 * kMinute);
  stage.act(
      thief,
      {.source = "ec2.amazonaws.com",
       .name = "ModifySnapshotAttribute",
       .request = Members{{"snapshotId", snapshot},
                          {"createVolumePermission",
                           Members{{"add", Members{{"items", Json::Array{Members{
                                                                 {"userId", "999900001111"}}}}}}}},
                          {"attributeType", "CREATE_VOLUME_PERMISSION"}},
       .response = Members{{"_return", true}}},
      "hands it out");
  stage.act(thief,
            {.source = "rds.amazonaws.com",
             .name = "CreateDBSnapshot",
             .request = Members{{"dBInstanceIdentifier", "orders"},
                                {"dBSnapshotIdentifier", "orders-tmp"}},
             .response = Members{{"dBSnapshotIdentifier", "orders-tmp"}, {"status", "creating"}}},
            "copies the database");
  stage.wait(15 * kMinute);
  stage.act(thief,
            {.source = "rds.amazonaws.com",
             .name = "ModifyDBSnapshotAttribute",
             .request = Members{{"dBSnapshotIdentifier", "orders-tmp"},
                                {"attributeName", "restore"},
                                {"valuesToAdd", Json::Array{"999900001111"}}}},
            "hands it out too");
}

}  // namespace

Intrusion describe_snapshot_theft() {
  return {.name = "snapshot-theft",
          .title = "Disk and database snapshots handed to an outside account",
          .when = 0.58,
          .play = play};
}

}  // namespace trailhound::synth
