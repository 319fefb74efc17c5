// SPDX-License-Identifier: Apache-2.0
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

void play(Stage& stage) {
  const Company& company = stage.company;
  const Session session = company.person_session(company.people[9], stage.now);
  const Caller miner = role_caller(session, "198.51.100.199",
                                   "Boto3/1.20.24 Python/3.8.10 Linux/5.4.0 Botocore/1.23.24");
  const auto in_region = [](Call call) {
    call.region = "ap-southeast-2";
    return call;
  };
  stage.act(miner,
            in_region({.source = "servicequotas.amazonaws.com",
                       .name = "ListServiceQuotas",
                       .read = true,
                       .request = Members{{"serviceCode", "ec2"}}}),
            "asks how much it may use");
  stage.act(miner,
            in_region({.source = "servicequotas.amazonaws.com",
                       .name = "RequestServiceQuotaIncrease",
                       .request = Members{{"serviceCode", "ec2"},
                                          {"quotaCode", "L-417A185B"},
                                          {"desiredValue", Json::Number{"512"}}}}),
            "asks for more");
  stage.act(miner,
            in_region({.source = "ec2.amazonaws.com",
                       .name = "CreateKeyPair",
                       .request = Members{{"keyName", "mk1"}},
                       .response = Members{{"keyName", "mk1"}}}),
            "makes a key pair");
  for (int i = 0; i < 6; ++i) {
    Call run{.source = "ec2.amazonaws.com", .name = "RunInstances"};
    run.request = Members{
        {"instancesSet", Members{{"items", Json::Array{Members{{"imageId", "ami-0c1d2e3f4a5b6c7d8"},
                                                               {"minCount", Json::Number{"8"}},
                                                               {"maxCount", Json::Number{"8"}},
                                                               {"keyName", "mk1"}}}}}},
        {"instanceType", "p3.16xlarge"}};
    if (i % 2 == 0) {
      run.error = "Client.VcpuLimitExceeded";
      run.message = "You have requested more vCPU capacity than your current vCPU limit allows.";
    } else {
      run.response = Members{
          {"instancesSet",
           Members{{"items", Json::Array{Members{{"instanceId", stage.random.resource_id("i")},
                                                 {"instanceType", "p3.16xlarge"}}}}}}};
    }
    stage.act(miner, in_region(run), "starts GPU instances");
  }
}

}  // namespace

Intrusion describe_mining() {
  return {.name = "mining",
          .title = "Large instances started in a region that nobody uses",
          .when = 0.22,
          .play = play};
}

}  // namespace trailhound::synth
