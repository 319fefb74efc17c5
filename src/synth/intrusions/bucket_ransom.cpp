// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

Call object(const char* name, const std::string& key, bool read) {
  Call call{.source = "s3.amazonaws.com", .name = name, .read = read};
  call.data = true;
  call.request = Members{{"bucketName", "larkspur-backup"}, {"key", key}};
  call.resources = {
      Members{{"type", "AWS::S3::Object"}, {"ARN", "arn:aws:s3:::larkspur-backup/" + key}}};
  return call;
}

void play(Stage& stage) {
  const KeyUser& victim = stage.company.backup;
  const Caller thief = user_caller(victim.account, victim.name, victim.id, victim.key,
                                   "203.0.113.66", "rclone/v1.65.2");
  stage.act(thief,
            {.source = "s3.amazonaws.com",
             .name = "GetBucketVersioning",
             .read = true,
             .request = Members{{"bucketName", "larkspur-backup"}}},
            "asks whether versions are kept");
  stage.act(thief,
            {.source = "s3.amazonaws.com",
             .name = "PutBucketVersioning",
             .request = Members{{"bucketName", "larkspur-backup"},
                                {"VersioningConfiguration", Members{{"Status", "Suspended"}}}}},
            "suspends them");
  for (int i = 0; i < 150; ++i) {
    Call encrypt = object("CopyObject", "db/part-" + std::to_string(i) + ".zst", false);
    encrypt.request.object()->emplace_back("x-amz-server-side-encryption-customer-algorithm",
                                           "AES256");
    encrypt.additional =
        Members{{"SSEApplied", "SSE_C"}, {"bytesTransferredOut", Json::Number{"0"}}};
    Event made = event(thief, encrypt, stage.now, stage.random);
    stage.add(std::move(made), "encrypts an object with its own key");
    stage.now.micros -= 7 * kSecond;
  }
  stage.wait(20 * kMinute);
  stage.act(
      thief,
      {.source = "s3.amazonaws.com",
       .name = "PutBucketLifecycle",
       .request =
           Members{
               {"bucketName", "larkspur-backup"},
               {"LifecycleConfiguration",
                Members{{"Rule", Members{{"Status", "Enabled"},
                                         {"Expiration", Members{{"Days", Json::Number{"7"}}}}}}}}}},
      "lets everything expire in a week");
  stage.act(thief, object("PutObject", "HOW_TO_RESTORE_FILES.txt", false), "leaves a note");
}

}  // namespace

Intrusion describe_bucket_ransom() {
  return {.name = "bucket-ransom",
          .title =
              "A bucket's objects encrypted with the intruder's own key, its history removed, a "
              "note left",
          .when = 0.83,
          .play = play};
}

}  // namespace trailhound::synth
