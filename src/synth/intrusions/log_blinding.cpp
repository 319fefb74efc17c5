// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Company& company = stage.company;
  const Session session = company.person_session(company.people[0], stage.now);
  const Caller intruder =
      role_caller(session, "203.0.113.99",
                  "aws-cli/2.9.0 Python/3.9.11 Linux/5.4.0 exe/x86_64.ubuntu.20 prompt/off "
                  "command/cloudtrail.stop-logging");
  const std::string trail =
      "arn:aws:cloudtrail:us-east-1:" + company.production + ":trail/larkspur";
  stage.act(intruder,
            {.source = "cloudtrail.amazonaws.com", .name = "DescribeTrails", .read = true},
            "asks what watches");
  stage.act(intruder,
            {.source = "cloudtrail.amazonaws.com",
             .name = "PutEventSelectors",
             .request = Members{{"trailName", trail},
                                {"eventSelectors",
                                 Json::Array{Members{{"readWriteType", "WriteOnly"},
                                                     {"includeManagementEvents", false}}}}}},
            "narrows the trail");
  stage.act(intruder,
            {.source = "cloudtrail.amazonaws.com",
             .name = "StopLogging",
             .request = Members{{"name", trail}}},
            "stops the trail");
  stage.act(
      intruder,
      {.source = "ec2.amazonaws.com",
       .name = "DeleteFlowLogs",
       .request = Members{{"DeleteFlowLogsRequest",
                           Members{{"FlowLogId", Members{{"tag", Json::Number{"1"}},
                                                         {"content", "fl-0a9d8c7b6a5f4e3d2"}}}}}},
       .response = Members{{"DeleteFlowLogsResponse", Members{{"unsuccessful", ""}}}}},
      "deletes the flow logs");
  stage.act(intruder,
            {.source = "guardduty.amazonaws.com",
             .name = "DeleteDetector",
             .request = Members{{"detectorId", "12abc34d567e8fa901bc2d34e56789f0"}}},
            "deletes the detector");
  stage.act(intruder,
            {.source = "config.amazonaws.com",
             .name = "StopConfigurationRecorder",
             .request = Members{{"configurationRecorderName", "default"}}},
            "stops the recorder");
}

}  // namespace

Intrusion describe_log_blinding() {
  return {.name = "log-blinding",
          .title = "Trail, flow logs, detector and recorder switched off within two minutes",
          .when = 0.52,
          .play = play};
}

}  // namespace trailhound::synth
