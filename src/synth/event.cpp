// SPDX-License-Identifier: Apache-2.0
#include "synth/event.hpp"

#include <utility>

namespace trailhound::synth {
namespace {

Json truth(bool value) { return value ? "true" : "false"; }

std::string last_part(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

Json session_context(Time created, bool mfa) {
  return Members{{"attributes", Members{{"creationDate", format_iso(created)},
                                        {"mfaAuthenticated", truth(mfa)}}}};
}

constexpr std::string_view kBrowser =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/122.0.0.0 Safari/537.36";

}  // namespace

std::string role_arn(const std::string& account, const std::string& role) {
  return "arn:aws:iam::" + account + ":role/" + role;
}

std::string user_arn(const std::string& account, const std::string& name) {
  return "arn:aws:iam::" + account + ":user/" + name;
}

Caller user_caller(const std::string& account, const std::string& name, const std::string& id,
                   const std::string& key, std::string address, std::string agent) {
  Json identity =
      Members{{"type", "IAMUser"},    {"principalId", id},  {"arn", user_arn(account, name)},
              {"accountId", account}, {"accessKeyId", key}, {"userName", name}};
  return {std::move(identity), account, std::move(address), std::move(agent), false};
}

Caller console_caller(const std::string& account, const std::string& name, const std::string& id,
                      const std::string& key, Time signed_in, bool mfa, std::string address) {
  Caller caller = user_caller(account, name, id, key, std::move(address), std::string(kBrowser));
  caller.identity.object()->emplace_back("sessionContext", session_context(signed_in, mfa));
  caller.console = true;
  return caller;
}

Caller role_caller(const Session& session, std::string address, std::string agent) {
  const std::string name = last_part(session.role);
  Members context;
  context.emplace_back("sessionIssuer", Members{{"type", "Role"},
                                                {"principalId", session.role_id},
                                                {"arn", role_arn(session.account, session.role)},
                                                {"accountId", session.account},
                                                {"userName", name}});
  if (!session.web_provider.empty()) {
    context.emplace_back("webIdFederationData", Members{{"federatedProvider", session.web_provider},
                                                        {"attributes", Members{}}});
  }
  context.emplace_back("attributes", Members{{"creationDate", format_iso(session.created)},
                                             {"mfaAuthenticated", truth(session.mfa)}});
  if (!session.source_identity.empty())
    context.emplace_back("sourceIdentity", session.source_identity);
  if (!session.delivery.empty()) context.emplace_back("ec2RoleDelivery", session.delivery);
  Json identity = Members{
      {"type", "AssumedRole"},
      {"principalId", session.role_id + ":" + session.name},
      {"arn", "arn:aws:sts::" + session.account + ":assumed-role/" + name + "/" + session.name},
      {"accountId", session.account},
      {"accessKeyId", session.key},
      {"sessionContext", std::move(context)}};
  return {std::move(identity), session.account, std::move(address), std::move(agent), false};
}

Caller root_caller(const std::string& account, Time signed_in, bool mfa, std::string address) {
  Json identity = Members{{"type", "Root"},
                          {"principalId", account},
                          {"arn", "arn:aws:iam::" + account + ":root"},
                          {"accountId", account},
                          {"accessKeyId", ""},
                          {"sessionContext", session_context(signed_in, mfa)}};
  return {std::move(identity), account, std::move(address), std::string(kBrowser), true};
}

Caller service_caller(const std::string& account, const std::string& service) {
  return {Members{{"type", "AWSService"}, {"invokedBy", service}}, account, service, service,
          false};
}

Caller outside_caller(const std::string& account, const std::string& outside_account,
                      const std::string& principal_id, std::string address, std::string agent) {
  Json identity = Members{
      {"type", "AWSAccount"}, {"principalId", principal_id}, {"accountId", outside_account}};
  return {std::move(identity), account, std::move(address), std::move(agent), false};
}

Event event(const Caller& caller, const Call& call, Time time, Random& random) {
  Event made{time, caller.account, call.region, random.uuid(), call.name, {}};
  Members record = {{"eventVersion", "1.09"},
                    {"userIdentity", caller.identity},
                    {"eventTime", format_iso(time)},
                    {"eventSource", call.source},
                    {"eventName", call.name},
                    {"awsRegion", call.region},
                    {"sourceIPAddress", caller.address},
                    {"userAgent", caller.agent}};
  if (!call.error.empty()) record.emplace_back("errorCode", call.error);
  if (!call.message.empty()) record.emplace_back("errorMessage", call.message);
  record.emplace_back("requestParameters", call.request);
  record.emplace_back("responseElements", call.response);
  if (!call.additional.is_null()) record.emplace_back("additionalEventData", call.additional);
  if (!call.details.is_null()) record.emplace_back("serviceEventDetails", call.details);
  record.emplace_back("requestID", random.uuid());
  record.emplace_back("eventID", made.id);
  record.emplace_back("readOnly", call.read);
  if (!call.resources.empty()) record.emplace_back("resources", call.resources);
  record.emplace_back("eventType", call.type);
  record.emplace_back("managementEvent", !call.data);
  record.emplace_back("recipientAccountId", caller.account);
  if (!call.shared_id.empty()) record.emplace_back("sharedEventID", call.shared_id);
  record.emplace_back("eventCategory", call.data ? "Data" : "Management");
  if (call.type == "AwsApiCall" && caller.identity.text("type") != "AWSService" &&
      !caller.console) {
    std::string host = call.source;
    if (const std::size_t dot = host.find('.'); dot != std::string::npos)
      host.insert(dot, "." + call.region);
    record.emplace_back("tlsDetails", Members{{"tlsVersion", "TLSv1.3"},
                                              {"cipherSuite", "TLS_AES_128_GCM_SHA256"},
                                              {"clientProvidedHostHeader", host}});
  }
  if (caller.console) record.emplace_back("sessionCredentialFromConsole", "true");
  made.json = Json(std::move(record)).dump();
  return made;
}

Event assume_role(const Caller& caller, Session& session, Time time, Random& random,
                  std::string_view region) {
  session.key = random.aws_id("ASIA");
  session.created = time;
  const std::string role = role_arn(session.account, session.role);
  Call call{.source = "sts.amazonaws.com", .name = "AssumeRole", .read = true};
  call.region = region;
  call.request = Members{{"roleArn", role},
                         {"roleSessionName", session.name},
                         {"durationSeconds", Json::Number{"3600"}}};
  if (!session.source_identity.empty()) {
    call.request.object()->emplace_back("sourceIdentity", session.source_identity);
  }
  call.response = Members{
      {"credentials",
       Members{
           {"accessKeyId", session.key},
           {"sessionToken",
            random.letters(96, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")},
           {"expiration", format_iso({time.micros + kHour})}}},
      {"assumedRoleUser", Members{{"assumedRoleId", session.role_id + ":" + session.name},
                                  {"arn", "arn:aws:sts::" + session.account + ":assumed-role/" +
                                              last_part(session.role) + "/" + session.name}}}};
  call.resources.push_back(
      Members{{"accountId", session.account}, {"type", "AWS::IAM::Role"}, {"ARN", role}});
  return event(caller, call, time, random);
}

}  // namespace trailhound::synth
