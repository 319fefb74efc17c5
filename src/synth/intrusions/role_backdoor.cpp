// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Company& company = stage.company;
  Session admin = company.person_session(company.people[1], stage.now);
  const Caller insider =
      role_caller(admin, "203.0.113.201",
                  "aws-cli/2.15.1 Python/3.11.6 Linux/5.15.0 exe/x86_64.ubuntu.22 prompt/off "
                  "command/iam.update-assume-role-policy");
  const std::string outside = "999900001111";
  const std::string trust =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::)" +
      outside + R"(:root"},"Action":"sts:AssumeRole"}]})";
  stage.act(insider, {.source = "iam.amazonaws.com", .name = "ListRoles", .read = true},
            "looks for a role worth having");
  stage.act(insider,
            {.source = "iam.amazonaws.com",
             .name = "UpdateAssumeRolePolicy",
             .request = Members{{"roleName", "terraform"}, {"policyDocument", trust}}},
            "opens the role to an outside account");
  stage.wait(26 * kHour);
  Call assume{.source = "sts.amazonaws.com", .name = "AssumeRole", .read = true};
  Session stolen{company.development,
                 "terraform",
                 company.terraform.id,
                 "sync",
                 stage.random.aws_id("ASIA"),
                 stage.now,
                 false,
                 {},
                 {},
                 {}};
  assume.request =
      Members{{"roleArn", role_arn(company.development, "terraform")}, {"roleSessionName", "sync"}};
  assume.response =
      Members{{"credentials", Members{{"accessKeyId", stolen.key},
                                      {"expiration", format_iso({stage.now.micros + kHour})}}}};
  stage.act(outside_caller(company.development, outside, "AIDAOUTSIDEPRINCIPAL1", "198.51.100.240",
                           "Boto3/1.26.0"),
            assume, "assumes it from there");
  const Caller outsider = role_caller(stolen, "198.51.100.240",
                                      "Boto3/1.26.0 Python/3.10.2 Linux/5.10 Botocore/1.29.0");
  for (const char* name :
       {"DescribeInstances", "DescribeSnapshots", "DescribeVpcs", "DescribeSecurityGroups"}) {
    stage.act(outsider, {.source = "ec2.amazonaws.com", .name = name, .read = true},
              "looks around");
  }
}

}  // namespace

Intrusion describe_role_backdoor() {
  return {.name = "role-backdoor",
          .title = "A role opened to an outside account, then assumed from there",
          .when = 0.7,
          .play = play};
}

}  // namespace trailhound::synth
