// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Company& company = stage.company;
  const Session session = company.person_session(company.people[2], stage.now);
  const Caller thief = role_caller(
      session, "203.0.113.55",
      "Boto3/1.33.2 md/Botocore#1.33.2 ua/2.0 os/linux md/arch#x86_64 lang/python#3.11.2");
  stage.act(thief, {.source = "secretsmanager.amazonaws.com", .name = "ListSecrets", .read = true},
            "lists secrets");
  for (int i = 0; i < 28; ++i) {
    Call read{.source = "secretsmanager.amazonaws.com",
              .name = "GetSecretValue",
              .read = true,
              .request = Members{{"secretId", "team/service-" + std::to_string(i)}}};
    stage.act(thief, i % 7 == 3 ? denied(read, thief, "secretsmanager:GetSecretValue") : read,
              "reads a secret");
  }
  stage.act(thief,
            {.source = "ssm.amazonaws.com",
             .name = "GetParametersByPath",
             .read = true,
             .request = Members{{"path", "/"}, {"recursive", true}, {"withDecryption", true}}},
            "reads every parameter");
}

}  // namespace

Intrusion describe_secrets_sweep() {
  return {.name = "secrets-sweep",
          .title = "A developer's session in other hands: every secret read within minutes",
          .when = 0.9,
          .play = play};
}

}  // namespace trailhound::synth
