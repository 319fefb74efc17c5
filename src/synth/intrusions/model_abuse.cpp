// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const KeyUser& victim = stage.company.reporting;
  const Caller abuser = user_caller(victim.account, victim.name, victim.id, victim.key,
                                    "198.51.100.180", "python-requests/2.28.1");
  stage.act(abuser, {.source = "ses.amazonaws.com", .name = "GetSendQuota", .read = true},
            "asks how much mail it may send");
  stage.act(abuser,
            {.source = "ses.amazonaws.com",
             .name = "VerifyEmailIdentity",
             .request = Members{{"emailAddress", "billing@larkspur-support.example"}}},
            "registers a sender");
  stage.act(abuser,
            {.source = "bedrock.amazonaws.com",
             .name = "GetModelInvocationLoggingConfiguration",
             .read = true},
            "asks whether calls of models are logged");
  stage.act(abuser, {.source = "bedrock.amazonaws.com", .name = "PutUseCaseForModelAccess"},
            "asks for access to models");
  for (int i = 0; i < 12; ++i) {
    stage.act(abuser,
              {.source = "bedrock.amazonaws.com",
               .name = "InvokeModel",
               .read = true,
               .request = Members{{"modelId", "anthropic.claude-3-sonnet-20240229-v1:0"}}},
              "calls a model");
  }
}

}  // namespace

Intrusion describe_model_abuse() {
  return {.name = "model-abuse",
          .title = "Language models and mail used at the company's cost",
          .when = 0.38,
          .play = play};
}

}  // namespace trailhound::synth
