// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const std::string& account = stage.company.development;
  const std::string id = "AIDAQ3LARKSPURLEGACY";
  const std::string address = "203.0.113.140";
  Call sign_in{.source = "signin.amazonaws.com", .name = "ConsoleLogin"};
  sign_in.type = "AwsConsoleSignIn";
  sign_in.additional = Members{{"LoginTo", "https://console.aws.amazon.com/console/home"},
                               {"MobileVersion", "No"},
                               {"MFAUsed", "No"}};
  Caller guesser = user_caller(account, "legacy-admin", id, "", address,
                               "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
                               "(KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36");
  for (int i = 0; i < 9; ++i) {
    Call failed = sign_in;
    failed.message = "Failed authentication";
    failed.response = Members{{"ConsoleLogin", "Failure"}};
    stage.act(guesser, failed, "guesses the password");
  }
  Call worked = sign_in;
  worked.response = Members{{"ConsoleLogin", "Success"}};
  stage.act(guesser, worked, "signs in without a second factor");
  const Caller intruder = console_caller(account, "legacy-admin", id, stage.random.aws_id("ASIA"),
                                         stage.now, false, address);
  stage.act(intruder,
            {.source = "iam.amazonaws.com",
             .name = "ListMFADevices",
             .read = true,
             .request = Members{{"userName", "tomas.old"}}},
            "looks for second factors");
  stage.act(intruder,
            {.source = "iam.amazonaws.com",
             .name = "DeactivateMFADevice",
             .request = Members{{"userName", "tomas.old"},
                                {"serialNumber", "arn:aws:iam::" + account + ":mfa/tomas.old"}}},
            "removes another user's second factor");
  stage.act(intruder,
            {.source = "iam.amazonaws.com",
             .name = "CreateUser",
             .request = Members{{"userName", "support-sync"}},
             .response = Members{{"user", Members{{"userName", "support-sync"},
                                                  {"userId", "AIDAQ3LARKSPURBACKDR"},
                                                  {"arn", user_arn(account, "support-sync")}}}}},
            "makes a user to stay");
  stage.act(intruder,
            {.source = "iam.amazonaws.com",
             .name = "AttachUserPolicy",
             .request = Members{{"userName", "support-sync"},
                                {"policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"}}},
            "gives it everything");
  stage.act(intruder,
            {.source = "iam.amazonaws.com",
             .name = "CreateLoginProfile",
             .request = Members{{"userName", "support-sync"}, {"passwordResetRequired", false}},
             .response = Members{{"loginProfile", Members{{"userName", "support-sync"},
                                                          {"passwordResetRequired", false}}}}},
            "gives it a password");
  stage.wait(2 * kHour);
  Caller returning =
      user_caller(account, "support-sync", "AIDAQ3LARKSPURBACKDR", "", address, guesser.agent);
  stage.act(returning, worked, "signs in as the new user");
}

}  // namespace

Intrusion describe_console_takeover() {
  return {.name = "console-takeover",
          .title = "A user's password guessed, the second factor removed, a user made to stay",
          .when = 0.45,
          .play = play};
}

}  // namespace trailhound::synth
