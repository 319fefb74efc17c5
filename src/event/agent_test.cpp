// SPDX-License-Identifier: Apache-2.0
#include "event/agent.hpp"

#include <gmock/gmock.h>

#include <set>

namespace trailhound::event {
namespace {

TEST(Agent, NamesFamilyAndTwoNumbersOfTheVersion) {
  const std::pair<const char*, const char*> rows[] = {
      {"aws-cli/2.13.5 Python/3.11.4 Linux/6.1 exe/x86_64.amzn.2 prompt/off", "aws-cli/2.13"},
      {"[aws-cli/1.3.23 Python/2.7.6 Linux/2.6.18-164.el5]", "aws-cli/1.3"},
      {"Boto3/1.26.165 Python/3.10.6 Linux/5.19 Botocore/1.29.165", "boto3/1.26"},
      {"Boto3/1.34.2 md/Botocore#1.34.2 ua/2.0 os/linux#5.10 lang/python#3.11", "boto3/1.34"},
      {"Botocore/1.29.1 Python/3.9", "botocore/1.29"},
      {"APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io) "
       "terraform-provider-aws/3.76 aws-sdk-go/1.44.0 (go1.17.6; linux; amd64)",
       "terraform/1.1"},
      {"APN/1.0 Pulumi/1.0 PulumiAWS/6.1 aws-sdk-go-v2/1.2.3", "pulumi/1.0"},
      {"aws-sdk-go-v2/1.32.3 os/linux lang/go#1.23.1 md/GOOS#linux", "aws-sdk-go/1.32"},
      {"aws-sdk-go/1.41.4 (go1.18.3; linux; amd64) amazon-ssm-agent/", "ssm-agent"},
      {"aws-sdk-java/2.20.1 Linux/5.10 OpenJDK", "aws-sdk-java/2.20"},
      {"aws-sdk-nodejs/2.1 linux/v18 promise", "aws-sdk-js/2.1"},
      {"aws-sdk-js/3.400.0 ua/2.0 os/darwin#22", "aws-sdk-js/3.400"},
      {"aws-sdk-dotnet-coreclr/3.7.1 OS/Microsoft_Windows", "aws-sdk-dotnet/3.7"},
      {"aws-sdk-php/3.263 OS/Linux", "aws-sdk-php/3.263"},
      {"aws-sdk-ruby3/3.130 ruby/3.0", "aws-sdk-ruby/3.130"},
      {"aws-sdk-rust/1.1.0 os/linux", "aws-sdk-rust/1.1"},
      {"aws-sdk-cpp/1.9.3 Linux", "aws-sdk-cpp/1.9"},
      {"aws-sdk-kotlin/1.0.2 ua/2.0", "aws-sdk-kotlin/1.0"},
      {"S3 Browser/9.5.5 (https://s3browser.com)", "s3-browser/9.5"},
      {"rclone/v1.61.1", "rclone/1.61"},
      {"Cyberduck/8.5.0.38853 (Mac OS X/13.1)", "cyberduck/8.5"},
      {"curl/7.88.1", "curl/7.88"},
      {"python-requests/2.28.1", "python-requests/2.28"},
      {"Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0", "firefox/102.0"},
      {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/115.0.0.0 "
       "Safari/537.36 Edg/115.0.1",
       "edge/115.0"},
      {"Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Safari/605",
       "safari/16.5"},
      {"[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488 Linux/5.10]", "s3-console/0.4"},
      {"aws-internal/3 aws-sdk-java/1.11.997 Linux/5.4", "aws-internal/3"},
      {"AWS Internal", "AWS Internal"},
      {"config.amazonaws.com", "config.amazonaws.com"},
      {"stratus-red-team_39f95f43-cd2f-4beb-b69e-be60b6fe1f57", "stratus-red-team"},
      {"billing-sync/4.2.1 (linux)", "billing-sync/4.2"},
      {"something else entirely", "other"},
      {"-", "other"},
  };
  for (const auto& [text, name] : rows) EXPECT_EQ(parse_agent(text).name(), name) << text;
}

TEST(Agent, TellsTheSevenKindsOfCallersApartThatTheUserGuideNames) {
  std::set<std::string> families;
  for (const char* text :
       {"signin.amazonaws.com", "console.amazonaws.com", "lambda.amazonaws.com", "aws-sdk-java",
        "aws-sdk-ruby", "aws-cli/1.3.23 Python/2.7.6 Linux/2.6.18-164.el5", "AWS Internal"}) {
    families.insert(parse_agent(text).family);
  }
  EXPECT_EQ(families.size(), 7u);
}

TEST(Agent, SaysWhatKindOfProgramItIs) {
  EXPECT_EQ(parse_agent("console.ec2.amazonaws.com").kind, "console");
  EXPECT_EQ(parse_agent("RDS Console, aws-internal/3 aws-sdk-java/1.11").kind, "console");
  EXPECT_EQ(parse_agent("lambda.amazonaws.com").kind, "service");
  EXPECT_EQ(parse_agent("Mozilla/5.0 (compatible)").kind, "browser");
  EXPECT_EQ(parse_agent("aws-cli/2.0").kind, "cli");
  EXPECT_EQ(parse_agent("HashiCorp/1.0 Terraform/1.5").kind, "iac");
  EXPECT_EQ(parse_agent("whatever").kind, "other");
}

TEST(Agent, KnowsAttackToolsAndSystemsMadeForThem) {
  for (const char* text :
       {"stratus-red-team_1", "Pacu/1.5", "ScoutSuite/5.13", "cloudfox", "trufflehog", "prowler/3",
        "aws-cli/2.1 Python/3.9 Linux/6.1.0-kali9-amd64 source/x86_64.kali.2023",
        "Boto3/1.2 Linux/6.0.0-2parrot1-amd64", "Boto3/1.2 Linux/5.15.2-pentoo"}) {
    EXPECT_TRUE(parse_agent(text).is_attack) << text;
  }
  EXPECT_EQ(parse_agent("aws-cli/2.1 Linux/6.1.0-kali9-amd64").family, "aws-cli");
  EXPECT_EQ(parse_agent("aws-cli/2.1 Linux/6.1.0-kali9-amd64").system, "kali");
  for (const char* text : {"Boto3/1.2 exec-env/alkaline", "opacus/2", "aws-cli/2.1 Linux/6.1",
                           "unmapped/1", "Mozilla/5.0 (X11) Firefox/102.0"}) {
    EXPECT_FALSE(parse_agent(text).is_attack) << text;
  }
}

TEST(Agent, NamesTheSystem) {
  EXPECT_EQ(parse_agent("Mozilla/5.0 (Windows NT 10.0) Firefox/1.0").system, "windows");
  EXPECT_EQ(parse_agent("aws-cli/2.2.16 Python/3.8.8 Darwin/20.5.0").system, "macos");
  EXPECT_EQ(parse_agent("aws-cli/2.2.16 Linux/5.1").system, "linux");
  EXPECT_EQ(parse_agent("AWS Internal").system, "");
}

TEST(Agent, StandsHostileText) {
  EXPECT_EQ(parse_agent("").family, "");
  EXPECT_EQ(parse_agent("[]").family, "");
  EXPECT_EQ(parse_agent("\x1b[31m=cmd()").family, "other");
  EXPECT_EQ(parse_agent("evil<script>.amazonaws.com").family, "other");
  EXPECT_EQ(parse_agent("a/" + std::string(100000, '1')).version.size(), 40u);
  EXPECT_EQ(parse_agent(std::string(1000000, 'k')).family, "other");
}

}  // namespace
}  // namespace trailhound::event
