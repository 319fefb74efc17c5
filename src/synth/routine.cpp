// SPDX-License-Identifier: Apache-2.0
//
// An ordinary day, one function for each kind of worker. Rates are per weekday at scale 1. What
// makes logs hard to read is in here on purpose: bursts of reads from a console page, a scanner
// that calls everything, denials by mistake, throttling, sign-ins with a typing error, services
// whose events have no identity type, the same cross-account call recorded in two accounts.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>

#include "synth/company.hpp"

namespace trailhound::synth {
namespace {

struct Api {
  const char* source;
  const char* name;
};

constexpr std::array<Api, 34> kConsoleReads = {{
    {"ec2.amazonaws.com", "DescribeInstances"},
    {"ec2.amazonaws.com", "DescribeVolumes"},
    {"ec2.amazonaws.com", "DescribeSecurityGroups"},
    {"ec2.amazonaws.com", "DescribeVpcs"},
    {"ec2.amazonaws.com", "DescribeSubnets"},
    {"ec2.amazonaws.com", "DescribeAddresses"},
    {"ec2.amazonaws.com", "DescribeAvailabilityZones"},
    {"ec2.amazonaws.com", "DescribeRegions"},
    {"ec2.amazonaws.com", "DescribeTags"},
    {"ec2.amazonaws.com", "DescribeInstanceStatus"},
    {"ec2.amazonaws.com", "DescribeKeyPairs"},
    {"s3.amazonaws.com", "ListBuckets"},
    {"s3.amazonaws.com", "GetBucketLocation"},
    {"s3.amazonaws.com", "GetBucketVersioning"},
    {"iam.amazonaws.com", "ListRoles"},
    {"iam.amazonaws.com", "ListUsers"},
    {"iam.amazonaws.com", "GetAccountSummary"},
    {"iam.amazonaws.com", "ListPolicies"},
    {"lambda.amazonaws.com", "ListFunctions20150331"},
    {"lambda.amazonaws.com", "GetFunction20150331v2"},
    {"logs.amazonaws.com", "DescribeLogGroups"},
    {"logs.amazonaws.com", "FilterLogEvents"},
    {"monitoring.amazonaws.com", "DescribeAlarms"},
    {"monitoring.amazonaws.com", "ListMetrics"},
    {"rds.amazonaws.com", "DescribeDBInstances"},
    {"rds.amazonaws.com", "DescribeDBSnapshots"},
    {"ecs.amazonaws.com", "ListClusters"},
    {"ecs.amazonaws.com", "DescribeServices"},
    {"cloudformation.amazonaws.com", "ListStacks"},
    {"cloudformation.amazonaws.com", "DescribeStacks"},
    {"health.amazonaws.com", "DescribeEventAggregates"},
    {"ce.amazonaws.com", "GetCostAndUsage"},
    {"cloudtrail.amazonaws.com", "LookupEvents"},
    {"kms.amazonaws.com", "ListAliases"},
}};

constexpr std::array<Api, 24> kPostureReads = {{
    {"iam.amazonaws.com", "GetAccountAuthorizationDetails"},
    {"iam.amazonaws.com", "ListUsers"},
    {"iam.amazonaws.com", "ListAccessKeys"},
    {"iam.amazonaws.com", "GetAccessKeyLastUsed"},
    {"iam.amazonaws.com", "ListMFADevices"},
    {"iam.amazonaws.com", "GetAccountPasswordPolicy"},
    {"iam.amazonaws.com", "ListAttachedRolePolicies"},
    {"iam.amazonaws.com", "GetRolePolicy"},
    {"s3.amazonaws.com", "ListBuckets"},
    {"s3.amazonaws.com", "GetBucketPolicyStatus"},
    {"s3.amazonaws.com", "GetBucketEncryption"},
    {"s3.amazonaws.com", "GetBucketPublicAccessBlock"},
    {"ec2.amazonaws.com", "DescribeSecurityGroups"},
    {"ec2.amazonaws.com", "DescribeSnapshots"},
    {"ec2.amazonaws.com", "DescribeFlowLogs"},
    {"ec2.amazonaws.com", "DescribeInstances"},
    {"cloudtrail.amazonaws.com", "DescribeTrails"},
    {"cloudtrail.amazonaws.com", "GetTrailStatus"},
    {"guardduty.amazonaws.com", "ListDetectors"},
    {"config.amazonaws.com", "DescribeConfigurationRecorders"},
    {"kms.amazonaws.com", "GetKeyRotationStatus"},
    {"rds.amazonaws.com", "DescribeDBSnapshotAttributes"},
    {"lambda.amazonaws.com", "GetPolicy20150331v2"},
    {"secretsmanager.amazonaws.com", "ListSecrets"},
}};

constexpr const char* kSsmAgent =
    "aws-sdk-go/1.44.260 (go1.20.10; linux; amd64) amazon-ssm-agent/3.2.2303.0";
constexpr const char* kJavaSdk =
    "aws-sdk-java/2.25.11 Linux/5.10.210-201.852.amzn2.x86_64 "
    "OpenJDK_64-Bit_Server_VM/17.0.10+7-LTS Java/17.0.10";
constexpr const char* kTerraform =
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.4 (+https://www.terraform.io) "
    "terraform-provider-aws/5.40.0 aws-sdk-go-v2/1.25.2 os/linux lang/go#1.21.6";
constexpr const char* kCli =
    "aws-cli/2.15.30 Python/3.11.8 Darwin/23.3.0 exe/x86_64 prompt/off command/";

/// A day in the making.
class Day {
 public:
  Day(const Company& company, Time midnight, double scale, std::uint64_t seed)
      : company_(company),
        midnight_(midnight),
        scale_(scale),
        random_(seed, "day", static_cast<std::uint64_t>(midnight.micros / kDay)),
        weekday_((midnight.micros / kDay + 4) % 7),
        work_(weekday_ == 0 || weekday_ == 6 ? 0.08 : 1.0) {}

  std::vector<Event> live() {
    instances();
    functions();
    tasks();
    services();
    pipeline();
    infrastructure_as_code();
    posture_scanner();
    people();
    key_users();
    owner();
    return std::move(events_);
  }

 private:
  void add(const Caller& caller, const Call& call, Time time) {
    events_.push_back(event(caller, call, time, random_));
  }
  Time any_time() { return random_.within(midnight_, kDay); }
  std::uint64_t machine_count(double mean) { return random_.count(mean * scale_); }

  Call object_call(const char* name, const std::string& bucket, const std::string& key, bool read,
                   const std::string& region) {
    Call call{.source = "s3.amazonaws.com", .name = name, .read = read};
    call.region = region;
    call.data = true;
    call.request =
        Members{{"bucketName", bucket}, {"key", key}, {"Host", bucket + ".s3.amazonaws.com"}};
    const std::string bytes = std::to_string(random_.between(400, 90'000));
    call.additional = Members{{"SignatureVersion", "SigV4"},
                              {"CipherSuite", "TLS_AES_128_GCM_SHA256"},
                              {"bytesTransferredIn", Json::Number{read ? "0" : bytes}},
                              {"bytesTransferredOut", Json::Number{read ? bytes : "0"}},
                              {"AuthenticationMethod", "AuthHeader"}};
    call.resources = {
        Members{{"type", "AWS::S3::Object"}, {"ARN", "arn:aws:s3:::" + bucket + "/" + key}},
        Members{{"accountId", company_.production},
                {"type", "AWS::S3::Bucket"},
                {"ARN", "arn:aws:s3:::" + bucket}}};
    if (random_.chance(0.004)) {
      call.error = "NoSuchKey";
      call.message = "The specified key does not exist.";
    }
    return call;
  }

  void fleet_sessions(const Fleet& fleet, const char* service) {
    for (const Fleet::Machine& machine : fleet.machines) {
      for (std::int64_t at = 0; at < kDay; at += 6 * kHour) {
        const Time time{midnight_.micros + at};
        Session session{
            fleet.account, fleet.role, fleet.role_id, machine.id, {}, {}, false, {}, {}, {}};
        Event made = assume_role(service_caller(fleet.account, service), session, time, random_,
                                 fleet.region);
        // The key that the session's calls carry is the one that this call gave.
        const std::string key = company_.machine_key(fleet, machine, time);
        made.json.replace(made.json.find(session.key), key.size(), key);
        events_.push_back(std::move(made));
      }
    }
  }

  void instances() {
    for (const Fleet* fleet : {&company_.web, &company_.batch}) {
      fleet_sessions(*fleet, "ec2.amazonaws.com");
      for (const Fleet::Machine& machine : fleet->machines) {
        for (std::uint64_t i = machine_count(40); i > 0; --i) {
          const Time time = any_time();
          Call call{.source = "ssm.amazonaws.com", .name = "UpdateInstanceInformation"};
          call.region = fleet->region;
          call.request = Members{
              {"instanceId", machine.id},       {"agentVersion", "3.2.2303.0"},
              {"agentStatus", "Active"},        {"platformType", "Linux"},
              {"platformName", "Amazon Linux"}, {"platformVersion", "2023"},
              {"iPAddress", machine.address},   {"computerName", "ip-10-20-1-9.ec2.internal"},
              {"agentName", "amazon-ssm-agent"}};
          add(company_.machine(*fleet, machine, time, kSsmAgent), call, time);
        }
        for (std::uint64_t i = machine_count(60); i > 0; --i) {
          const Time time = any_time();
          const bool read = random_.chance(0.8);
          const std::string key = fmt::format("assets/{:04}/{}.webp", random_.below(3000),
                                              random_.letters(8, "abcdefghij"));
          add(company_.machine(*fleet, machine, time, kJavaSdk),
              object_call(read ? "GetObject" : "PutObject", "larkspur-shop-assets", key, read,
                          fleet->region),
              time);
        }
        Call secret{
            .source = "secretsmanager.amazonaws.com", .name = "GetSecretValue", .read = true};
        secret.region = fleet->region;
        secret.request = Members{{"secretId", "shop/database"}};
        const Time time = any_time();
        add(company_.machine(*fleet, machine, time, kJavaSdk), secret, time);
      }
    }
  }

  void functions() {
    fleet_sessions(company_.functions, "lambda.amazonaws.com");
    for (const Fleet::Machine& machine : company_.functions.machines) {
      const std::string agent =
          "aws-sdk-nodejs/2.1571.0 linux/v18.19.0 exec-env/AWS_Lambda_nodejs18.x promise";
      for (std::uint64_t i = machine_count(120); i > 0; --i) {
        const Time time = any_time();
        const bool read = random_.chance(0.6);
        const std::string key = fmt::format("orders/{}/{}.json", format_day(time),
                                            random_.letters(12, "0123456789abcdef"));
        add(company_.machine(company_.functions, machine, time, agent),
            object_call(read ? "GetObject" : "PutObject", "larkspur-orders", key, read,
                        "us-east-1"),
            time);
      }
      for (std::uint64_t i = machine_count(25); i > 0; --i) {
        const Time time = any_time();
        Call call{.source = "kms.amazonaws.com", .name = "Decrypt", .read = true};
        call.request = Members{
            {"encryptionAlgorithm", "SYMMETRIC_DEFAULT"},
            {"encryptionContext",
             Members{{"aws:lambda:FunctionArn", "arn:aws:lambda:us-east-1:" + company_.production +
                                                    ":function:" + machine.id}}}};
        call.resources = {Members{{"accountId", company_.production},
                                  {"type", "AWS::KMS::Key"},
                                  {"ARN", "arn:aws:kms:us-east-1:" + company_.production +
                                              ":key/5f2c1d6e-0b1e-4c55-9a55-8f0c1f5b7a10"}}};
        add(company_.machine(company_.functions, machine, time, agent), call, time);
      }
      for (std::uint64_t i = machine_count(12); i > 0; --i) {
        const Time time = any_time();
        Call call{.source = "logs.amazonaws.com", .name = "CreateLogStream"};
        call.request = Members{{"logGroupName", "/aws/lambda/" + machine.id},
                               {"logStreamName", format_day(time) + "/[$LATEST]" +
                                                     random_.letters(32, "0123456789abcdef")}};
        add(company_.machine(company_.functions, machine, time, "awslambda-worker/1.0"), call,
            time);
      }
    }
  }

  void tasks() {
    fleet_sessions(company_.tasks, "ecs-tasks.amazonaws.com");
    for (const Fleet::Machine& machine : company_.tasks.machines) {
      for (std::uint64_t i = machine_count(15); i > 0; --i) {
        const Time time = any_time();
        Call call{.source = "ssm.amazonaws.com", .name = "GetParameters", .read = true};
        call.request = Members{{"names", Json::Array{"/checkout/stripe", "/checkout/tax"}},
                               {"withDecryption", true}};
        add(company_.machine(company_.tasks, machine, time, kJavaSdk), call, time);
      }
    }
  }

  void services() {
    for (std::uint64_t i = machine_count(150); i > 0; --i) {
      Call call{.source = "s3.amazonaws.com", .name = "GetBucketAcl", .read = true};
      call.request = Members{{"bucketName", "larkspur-cloudtrail"}, {"acl", ""}};
      call.resources = {Members{{"accountId", company_.security},
                                {"type", "AWS::S3::Bucket"},
                                {"ARN", "arn:aws:s3:::larkspur-cloudtrail"}}};
      add(service_caller(company_.security, "cloudtrail.amazonaws.com"), call, any_time());
    }
    for (std::uint64_t i = machine_count(200); i > 0; --i) {
      Call call{.source = "kms.amazonaws.com", .name = "GenerateDataKey", .read = true};
      call.request = Members{
          {"keySpec", "AES_256"},
          {"encryptionContext", Members{{"aws:s3:arn", "arn:aws:s3:::larkspur-cloudtrail"}}}};
      add(service_caller(company_.security, "s3.amazonaws.com"), call, any_time());
    }
    Session session{company_.production,
                    company_.config.name,
                    company_.config.id,
                    "AWSConfig-Describe",
                    random_.aws_id("ASIA"),
                    midnight_,
                    false,
                    {},
                    {},
                    {}};
    Caller recorder = role_caller(session, "config.amazonaws.com", "config.amazonaws.com");
    recorder.identity.object()->emplace_back("invokedBy", "config.amazonaws.com");
    for (std::uint64_t i = machine_count(300); i > 0; --i) {
      const Api& api = random_.pick(kPostureReads);
      Call call{.source = api.source, .name = api.name, .read = true};
      if (random_.chance(0.01)) {
        call.error = "ThrottlingException";
        call.message = "Rate exceeded";
      }
      add(recorder, call, any_time());
    }
    // Events of a service about itself carry an identity without a type.
    for (std::uint64_t i = machine_count(6); i > 0; --i) {
      Caller nobody = service_caller(company_.production, "autoscaling.amazonaws.com");
      nobody.identity =
          Members{{"accountId", company_.production}, {"invokedBy", "autoscaling.amazonaws.com"}};
      Call call{.source = "autoscaling.amazonaws.com", .name = "InstanceRefresh"};
      call.type = "AwsServiceEvent";
      add(nobody, call, any_time());
    }
  }

  void pipeline() {
    for (std::uint64_t run = random_.count(7 * work_); run > 0; --run) {
      const Time start = random_.within({midnight_.micros + 7 * kHour}, 11 * kHour);
      Caller github{
          Members{{"type", "WebIdentityUser"},
                  {"principalId", "arn:aws:iam::" + company_.production +
                                      ":oidc-provider/"
                                      "token.actions.githubusercontent.com:sts.amazonaws.com:repo:"
                                      "larkspur/shop:ref:refs/heads/main"},
                  {"userName", "repo:larkspur/shop:ref:refs/heads/main"},
                  {"identityProvider", "arn:aws:iam::" + company_.production +
                                           ":oidc-provider/token.actions.githubusercontent.com"}},
          company_.production, fmt::format("192.0.2.{}", random_.between(200, 250)),
          "aws-sdk-nodejs/2.1532.0 linux/v20.11.1 configure-aws-credentials-for-github-actions "
          "promise",
          false};
      Session session{company_.production,
                      company_.deploy.name,
                      company_.deploy.id,
                      "GitHubActions",
                      random_.aws_id("ASIA"),
                      start,
                      false,
                      {},
                      "arn:aws:iam::" + company_.production +
                          ":oidc-provider/token.actions.githubusercontent.com",
                      {}};
      Call assume{.source = "sts.amazonaws.com", .name = "AssumeRoleWithWebIdentity", .read = true};
      assume.request = Members{{"roleArn", role_arn(company_.production, company_.deploy.name)},
                               {"roleSessionName", "GitHubActions"},
                               {"durationSeconds", Json::Number{"3600"}}};
      assume.response =
          Members{{"credentials", Members{{"accessKeyId", session.key},
                                          {"expiration", format_iso({start.micros + kHour})}}},
                  {"subjectFromWebIdentityToken", "repo:larkspur/shop:ref:refs/heads/main"},
                  {"provider", "arn:aws:iam::" + company_.production +
                                   ":oidc-provider/token.actions.githubusercontent.com"}};
      add(github, assume, start);
      const Caller ci =
          role_caller(session, github.address,
                      "aws-cli/2.15.28 Python/3.11.8 Linux/6.5.0-1015-azure exe/x86_64.ubuntu.22 "
                      "prompt/off command/lambda.update-function-code");
      Time now = start;
      const auto step = [&](const Call& call) {
        now.micros += random_.between(1, 20) * kSecond;
        add(ci, call, now);
      };
      const std::string function =
          random_.pick(std::array<std::string, 3>{"order-intake", "thumbnailer", "refund-check"});
      step({.source = "ecr.amazonaws.com", .name = "GetAuthorizationToken", .read = true});
      step({.source = "lambda.amazonaws.com",
            .name = "GetFunction20150331v2",
            .read = true,
            .request = Members{{"functionName", function}}});
      step({.source = "lambda.amazonaws.com",
            .name = "UpdateFunctionCode20150331v2",
            .request = Members{{"functionName", function},
                               {"publish", true},
                               {"s3Bucket", "larkspur-artifacts"},
                               {"dryRun", false}},
            .response = Members{{"functionName", function},
                                {"runtime", "nodejs18.x"},
                                {"role", role_arn(company_.production, "order-functions")},
                                {"state", "Active"}}});
      for (int i = 0; i < 4; ++i)
        step({.source = "cloudformation.amazonaws.com",
              .name = "DescribeStacks",
              .read = true,
              .request = Members{{"stackName", "shop"}}});
    }
  }

  void read_many(const Caller& caller, std::span<const Api> apis, std::uint64_t count, Time start,
                 std::int64_t pause, double denied, const std::string& region = "us-east-1") {
    Time now = start;
    for (std::uint64_t i = 0; i < count; ++i) {
      const Api& api = random_.pick(apis);
      Call call{.source = api.source, .name = api.name, .read = true};
      call.region = region;
      if (random_.chance(denied)) {
        call.error =
            call.source == "ec2.amazonaws.com" ? "Client.UnauthorizedOperation" : "AccessDenied";
        call.message = fmt::format(
            "User: {} is not authorized to perform: {}:{} because no identity-based policy allows "
            "the {}:{} action",
            caller.identity.text("arn"), call.source.substr(0, call.source.find('.')), call.name,
            call.source.substr(0, call.source.find('.')), call.name);
      }
      now.micros += random_.between(0, pause) * kSecond;
      add(caller, call, now);
    }
  }

  void infrastructure_as_code() {
    const Time start = random_.within({midnight_.micros + 2 * kHour}, 20 * kMinute);
    for (const std::string& account : {company_.production, company_.development}) {
      Session session{account,
                      company_.terraform.name,
                      company_.terraform.id,
                      "nightly-plan",
                      {},
                      {},
                      false,
                      {},
                      {},
                      {}};
      const Caller user = user_caller(account, "ci-runner", "AIDAQ3LARKSPURRUNNER1",
                                      "AKIAQ3LARKSPURRUNNER", "198.51.100.30", kTerraform);
      events_.push_back(assume_role(user, session, start, random_));
      const Caller terraform = role_caller(session, "198.51.100.30", kTerraform);
      read_many(terraform, kPostureReads, machine_count(90), start, 2, 0);
      if (weekday_ != 3 || account == company_.production) continue;
      Time now{start.micros + 10 * kMinute};
      for (int i = 0; i < 5; ++i) {
        now.micros += random_.between(1, 5) * kSecond;
        add(terraform,
            {.source = "ec2.amazonaws.com",
             .name = "CreateTags",
             .request =
                 Members{
                     {"resourcesSet",
                      Members{{"items",
                               Json::Array{Members{{"resourceId", random_.resource_id("vol")}}}}}},
                     {"tagSet", Members{{"items", Json::Array{Members{{"key", "owner"},
                                                                      {"value", "platform"}}}}}}},
             .response = Members{{"_return", true}}},
            now);
      }
    }
  }

  void posture_scanner() {
    const Time start{midnight_.micros + 4 * kHour};
    for (const std::string& account : {company_.production, company_.development, company_.data}) {
      // The same call is recorded on both sides, under one sharedEventID.
      const std::string shared = random_.uuid();
      Session scanner{company_.security,
                      "scanner",
                      "AROAQ3LARKSPURSCANNE",
                      "posture",
                      "",
                      start,
                      false,
                      {},
                      {},
                      {}};
      scanner.key = random_.aws_id("ASIA");
      const Caller inside = role_caller(
          scanner, "198.51.100.40",
          "Boto3/1.34.60 md/Botocore#1.34.60 ua/2.0 os/linux md/arch#aarch64 lang/python#3.12.1");
      Session audit{
          account, company_.audit.name, company_.audit.id, "posture", {}, {}, false, {}, {}, {}};
      Event here = assume_role(inside, audit, start, random_);
      Call there{.source = "sts.amazonaws.com", .name = "AssumeRole", .read = true};
      there.request = Members{{"roleArn", role_arn(account, company_.audit.name)},
                              {"roleSessionName", "posture"},
                              {"externalId", "larkspur-posture"}};
      there.response =
          Members{{"credentials", Members{{"accessKeyId", audit.key},
                                          {"expiration", format_iso({start.micros + kHour})}}}};
      there.shared_id = shared;
      add(outside_caller(account, company_.security, "AROAQ3LARKSPURSCANNE:posture", inside.address,
                         inside.agent),
          there, start);
      events_.push_back(std::move(here));
      read_many(role_caller(audit, inside.address, inside.agent), kPostureReads, machine_count(120),
                start, 1, 0.01);
    }
  }

  void people() {
    for (const Person& person : company_.people) {
      const double effort = work_ * person.diligence * std::min(5.0, std::sqrt(scale_));
      for (std::uint64_t session = random_.count(1.4 * effort); session > 0; --session)
        sit_down(person);
    }
  }

  void sit_down(const Person& person) {
    const Time start = random_.within({midnight_.micros + person.first_hour * kHour}, 9 * kHour);
    const Caller portal{
        Members{{"type", "IdentityCenterUser"},
                {"accountId", company_.security},
                {"onBehalfOf",
                 Members{{"userId", person.user_id},
                         {"identityStoreArn", "arn:aws:identitystore::" + company_.security +
                                                  ":identitystore/d-9067larksp"}}},
                {"credentialId", random_.uuid()}},
        company_.security, person.address,
        "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0", false};
    if (random_.chance(0.05)) {
      add(portal,
          {.source = "signin.amazonaws.com",
           .name = "CredentialVerification",
           .additional = Members{{"CredentialType", "PASSWORD"}, {"UserName", person.name}},
           .type = "AwsServiceEvent"},
          {start.micros - 20 * kSecond});
    }
    Call federate{.source = "sso.amazonaws.com", .name = "Federate"};
    federate.type = "AwsServiceEvent";
    federate.details = Members{{"role_name", person.role}, {"account_id", person.account}};
    add(portal, federate, start);
    const Session session = company_.person_session(person, start);
    const bool console = random_.chance(0.7);
    Caller caller = role_caller(
        session, person.address,
        console ? "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0"
                : std::string(kCli) + "ec2.describe-instances");
    caller.console = console;
    if (console) {
      Call sign_in{.source = "signin.amazonaws.com", .name = "ConsoleLogin"};
      sign_in.response = Members{{"ConsoleLogin", "Success"}};
      sign_in.additional =
          Members{{"LoginTo", "https://us-east-1.console.aws.amazon.com/console/home"},
                  {"MobileVersion", "No"},
                  {"MFAUsed", "No"}};
      sign_in.type = "AwsConsoleSignIn";
      Caller at_sign_in = caller;
      at_sign_in.console = false;
      at_sign_in.identity.object()->erase(
          std::remove_if(at_sign_in.identity.object()->begin(), at_sign_in.identity.object()->end(),
                         [](const Json::Member& member) { return member.first == "accessKeyId"; }),
          at_sign_in.identity.object()->end());
      add(at_sign_in, sign_in, {start.micros + 2 * kSecond});
    }
    // Opening a page calls dozens of reads within a minute; then comes thought.
    Time now{start.micros + 10 * kSecond};
    for (int page = static_cast<int>(random_.between(1, 4)); page > 0; --page) {
      read_many(caller, kConsoleReads, static_cast<std::uint64_t>(random_.between(6, 24)), now, 3,
                0.015, random_.chance(0.15) ? "eu-west-1" : "us-east-1");
      now.micros += random_.between(3, 25) * kMinute;
      if (random_.chance(0.35)) change_something(person, caller, now);
    }
  }

  void change_something(const Person& person, const Caller& caller, Time now) {
    if (person.role == "Operations" || person.role == "Administrator") {
      const std::string instance =
          random_.pick(std::span<const Fleet::Machine>(company_.web.machines)).id;
      const char* name = random_.chance(0.5) ? "RebootInstances" : "CreateTags";
      add(caller,
          {.source = "ec2.amazonaws.com",
           .name = name,
           .request = Members{{"instancesSet",
                               Members{{"items", Json::Array{Members{{"instanceId", instance}}}}}}},
           .response = Members{{"_return", true}}},
          now);
    } else if (person.role == "Developer") {
      add(caller,
          {.source = "ssm.amazonaws.com",
           .name = "PutParameter",
           .request = Members{{"name", "/shop/feature/" + random_.letters(5, "abcdefgh")},
                              {"type", "String"},
                              {"overwrite", true},
                              {"value", "HIDDEN_DUE_TO_SECURITY_REASONS"}},
           .response = Members{{"version", Json::Number{std::to_string(random_.between(1, 40))}},
                               {"tier", "Standard"}}},
          now);
    } else if (person.role == "DataAnalyst") {
      add(caller,
          {.source = "athena.amazonaws.com",
           .name = "StartQueryExecution",
           .request = Members{{"queryString", "***OMITTED***"}, {"workGroup", "analysts"}},
           .response = Members{{"queryExecutionId", random_.uuid()}}},
          now);
    } else {
      add(caller,
          {.source = "support.amazonaws.com",
           .name = "DescribeTrustedAdvisorChecks",
           .read = true,
           .request = Members{{"language", "en"}}},
          now);
    }
  }

  void key_users() {
    const KeyUser& backup = company_.backup;
    const Caller nightly = user_caller(backup.account, backup.name, backup.id, backup.key,
                                       backup.address, backup.agent);
    Time now = random_.within({midnight_.micros + kHour}, 10 * kMinute);
    add(nightly, {.source = "s3.amazonaws.com", .name = "ListBuckets", .read = true}, now);
    for (std::uint64_t i = machine_count(110); i > 0; --i) {
      now.micros += random_.between(0, 4) * kSecond;
      add(nightly,
          object_call("PutObject", "larkspur-backup",
                      fmt::format("db/{}/{:05}.zst", format_day(midnight_), i), false, "us-east-1"),
          now);
    }
    const KeyUser& reporting = company_.reporting;
    const Caller reports = user_caller(reporting.account, reporting.name, reporting.id,
                                       reporting.key, reporting.address, reporting.agent);
    for (std::uint64_t i = random_.count(14 * std::max(0.3, work_)); i > 0; --i) {
      const Time at = random_.within({midnight_.micros + 5 * kHour}, 12 * kHour);
      add(reports,
          {.source = "athena.amazonaws.com",
           .name = "StartQueryExecution",
           .request = Members{{"queryString", "***OMITTED***"}, {"workGroup", "reports"}},
           .response = Members{{"queryExecutionId", random_.uuid()}}},
          at);
      add(reports, {.source = "athena.amazonaws.com", .name = "GetQueryResults", .read = true},
          {at.micros + 8 * kSecond});
    }
  }

  /// The owner of the account pays the bill once a month, with a second factor.
  void owner() {
    if (to_civil(midnight_).day != 3) return;
    const Time start{midnight_.micros + 9 * kHour + 12 * kMinute};
    const Caller root = root_caller(company_.production, start, true, company_.office);
    Call sign_in{.source = "signin.amazonaws.com", .name = "ConsoleLogin"};
    sign_in.response = Members{{"ConsoleLogin", "Success"}};
    sign_in.additional = Members{{"LoginTo", "https://console.aws.amazon.com/billing/home"},
                                 {"MobileVersion", "No"},
                                 {"MFAUsed", "Yes"}};
    sign_in.type = "AwsConsoleSignIn";
    add(root, sign_in, start);
    for (int i = 0; i < 6; ++i) {
      add(root, {.source = "ce.amazonaws.com", .name = "GetCostAndUsage", .read = true},
          {start.micros + (i + 2) * 5 * kSecond});
    }
  }

  const Company& company_;
  Time midnight_;
  double scale_;
  Random random_;
  std::int64_t weekday_;  ///< 0 is Sunday
  double work_;           ///< How much people do on such a day
  std::vector<Event> events_;
};

}  // namespace

std::vector<Event> ordinary_day(const Company& company, Time midnight, double scale,
                                std::uint64_t seed) {
  return Day(company, midnight, scale, seed).live();
}

}  // namespace trailhound::synth
