// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Company& company = stage.company;
  Session session{
      company.production,
      company.deploy.name,
      company.deploy.id,
      "GitHubActions",
      stage.random.aws_id("ASIA"),
      stage.now,
      false,
      {},
      "arn:aws:iam::" + company.production + ":oidc-provider/token.actions.githubusercontent.com",
      {}};
  const Caller intruder = role_caller(session, "198.51.100.222", "curl/8.4.0");
  stage.act(intruder,
            {.source = "lambda.amazonaws.com", .name = "ListFunctions20150331", .read = true},
            "lists functions");
  stage.act(intruder,
            {.source = "lambda.amazonaws.com",
             .name = "UpdateFunctionCode20150331v2",
             .request = Members{{"functionName", "refund-check"}, {"publish", true}},
             .response = Members{{"functionName", "refund-check"},
                                 {"role", role_arn(company.production, "order-functions")}}},
            "replaces a function's code");
  stage.act(intruder,
            {.source = "lambda.amazonaws.com",
             .name = "CreateFunctionUrlConfig",
             .request = Members{{"functionName", "refund-check"}, {"authType", "NONE"}},
             .response = Members{{"functionUrl", "https://abc123.lambda-url.us-east-1.on.aws/"},
                                 {"authType", "NONE"}}},
            "gives it an address without authentication");
  stage.act(intruder,
            {.source = "lambda.amazonaws.com",
             .name = "AddPermission20150331v2",
             .request = Members{{"functionName", "refund-check"},
                                {"statementId", "pub"},
                                {"action", "lambda:InvokeFunctionUrl"},
                                {"principal", "*"},
                                {"functionUrlAuthType", "NONE"}}},
            "lets everybody call it");
}

}  // namespace

Intrusion describe_function_backdoor() {
  return {.name = "function-backdoor",
          .title =
              "A function's code replaced and a door to the internet added, by a pipeline token "
              "used elsewhere",
          .when = 0.77,
          .play = play};
}

}  // namespace trailhound::synth
