// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Company& company = stage.company;
  const Session session = company.person_session(company.people[13], stage.now);
  const Caller intruder = role_caller(
      session, "203.0.113.31",
      "aws-cli/2.11.0 Python/3.11.2 Windows/10 exe/AMD64 prompt/off command/ssm.send-command");
  stage.act(intruder,
            {.source = "ssm.amazonaws.com", .name = "DescribeInstanceInformation", .read = true},
            "lists machines");
  Json::Array ids;
  for (const Fleet::Machine& machine : company.web.machines) ids.push_back(machine.id);
  stage.act(intruder,
            {.source = "ssm.amazonaws.com",
             .name = "SendCommand",
             .request = Members{{"documentName", "AWS-RunShellScript"},
                                {"instanceIds", ids},
                                {"parameters", "HIDDEN_DUE_TO_SECURITY_REASONS"}},
             .response = Members{{"command", Members{{"commandId", stage.random.uuid()},
                                                     {"documentName", "AWS-RunShellScript"}}}}},
            "runs a command on every web server");
  stage.wait(3 * kMinute);
  stage.act(intruder,
            {.source = "ssm.amazonaws.com",
             .name = "StartSession",
             .request = Members{{"target", company.web.machines[0].id}},
             .response = Members{{"sessionId", "ingrid.solberg-0a1b2c3d"}}},
            "opens a session on one");
  for (const Fleet::Machine& machine : company.web.machines) {
    stage.act(intruder,
              {.source = "ec2.amazonaws.com",
               .name = "DescribeInstanceAttribute",
               .read = true,
               .request = Members{{"instanceId", machine.id}, {"attribute", "userData"}}},
              "reads user data");
  }
}

}  // namespace

Intrusion describe_instance_commands() {
  return {.name = "instance-commands",
          .title = "Commands sent to the whole fleet, then a session on one machine",
          .when = 0.67,
          .play = play};
}

}  // namespace trailhound::synth
