// SPDX-License-Identifier: Apache-2.0
#include "event/functions.hpp"

#include <algorithm>
#include <unordered_map>

#include "event/agent.hpp"
#include "event/attack.hpp"
#include "event/geo.hpp"
#include "event/network.hpp"
#include "event/policy.hpp"
#include "event/target.hpp"
#include "event/verbs.hpp"

namespace trailhound::event {

namespace {

using enum ValueType;

void give_text(Value& value, std::string_view text) {
  if (!text.empty()) value.set(text);
}

/// A parsed agent. Logs hold few agents, each many times, and parsing one compares it with every
/// row of a table: so each thread keeps those that it met last.
const Agent& agent_of(std::string_view text) {
  constexpr std::size_t kMostKept = 4096;
  constexpr std::size_t kLongestKept = 1024;  // CloudTrail cuts agents there
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>()(key);
    }
  };
  thread_local std::unordered_map<std::string, Agent, Hash, std::equal_to<>> kept;
  thread_local Agent last_long;
  if (text.size() > kLongestKept) return last_long = parse_agent(text);
  const auto found = kept.find(text);
  if (found != kept.end()) return found->second;
  if (kept.size() >= kMostKept) kept.clear();
  return kept.emplace(std::string(text), parse_agent(text)).first->second;
}

// The table is cut into one list a subject; native_functions() joins and sorts them.

void network_functions(std::vector<NativeFunction>& all) {
  all.push_back({
      .name = "th_network",
      .arguments = {Text},
      .result = Text,
      .nulls = Nulls::GiveNull,
      .doc = "What kind of place a sourceIPAddress is: private, loopback, link-local, "
             "documentation, reserved, public, a service's host name, AWS Internal, other",
      .example = "network('10.20.30.40')",
      .answer = "private",
      .call = [](Arguments in, Value& out) { give_text(out, network_kind(in[0].text)); },
  });
  all.push_back({
      .name = "th_place",
      .arguments = {Text},
      .result = Text,
      .nulls = Nulls::GiveNull,
      .doc =
          "Whose address it is: an own network of the site file, AWS with service and region, ASN "
          "and country, as far as the site file names lists to look in; else what network says",
      .example = "place('10.20.30.40')",
      .answer = "private",
      .call = [](Arguments in, Value& out) { give_text(out, place_of(in[0].text)); },
  });
  all.push_back({
      .name = "th_country",
      .arguments = {Text},
      .result = Text,
      .nulls = Nulls::GiveNull,
      .doc = "Two-letter country of an address, by the MaxMind database that the site file names; "
             "NULL without one",
      .example = "country('10.20.30.40')",
      .answer = "NULL",
      .call =
          [](Arguments in, Value& out) {
            if (const auto entry = geo_of(in[0].text)) give_text(out, entry->country);
          },
  });
  all.push_back({
      .name = "th_asn",
      .arguments = {Text},
      .result = Bigint,
      .nulls = Nulls::GiveNull,
      .doc = "Autonomous system of an address, by the MaxMind database that the site file names; "
             "NULL without one",
      .example = "asn('10.20.30.40')",
      .answer = "NULL",
      .call =
          [](Arguments in, Value& out) {
            const auto entry = geo_of(in[0].text);
            if (entry && entry->asn != 0) out.set_integer(entry->asn);
          },
  });
  all.push_back({
      .name = "th_ip_in",
      .arguments = {Text, Text},
      .result = Boolean,
      .nulls = Nulls::GiveNull,
      .doc = "Whether an address lies in a network (CIDR, or one address); NULL if the first is no "
             "address; an error if the second is no network",
      .example = "ip_in('10.20.30.40', '10.0.0.0/8')",
      .answer = "true",
      .call =
          [](Arguments in, Value& out) {
            const auto network = parse_network(in[1].text);
            if (!network) {
              out.failure = "`" + std::string(in[1].text.substr(0, 100)) + "` is not a network";
              return;
            }
            if (const auto address = parse_address(in[0].text)) {
              out.set_boolean(network->holds(*address));
            }
          },
  });
}

void agent_functions(std::vector<NativeFunction>& all) {
  const auto add = [&all](std::string_view name, std::string_view doc, std::string_view example,
                          std::string_view answer, void (*call)(Arguments, Value&)) {
    all.push_back({.name = name,
                   .arguments = {Text},
                   .result = Text,
                   .nulls = Nulls::GiveNull,
                   .doc = doc,
                   .example = example,
                   .answer = answer,
                   .call = call});
  };
  add("th_agent", "The agent's family and the first two numbers of its version",
      "agent('aws-cli/2.13.5 Python/3.11.4')", "aws-cli/2.13",
      [](Arguments in, Value& out) { give_text(out, agent_of(in[0].text).name()); });
  add("th_agent_family", "The agent's family: aws-cli, boto3, terraform, an AWS host name, other",
      "agent_family('[Boto3/1.26.165 Python/3.10.6]')", "boto3",
      [](Arguments in, Value& out) { give_text(out, agent_of(in[0].text).family); });
  add("th_agent_version", "The agent's version, NULL if it names none",
      "agent_version('aws-cli/2.13.5 Python/3.11.4')", "2.13.5",
      [](Arguments in, Value& out) { give_text(out, agent_of(in[0].text).version); });
  add("th_agent_kind",
      "What kind of program the agent is: attack, iac, cli, sdk, console, browser, service, node, "
      "tool, other",
      "agent_kind('console.amazonaws.com')", "console",
      [](Arguments in, Value& out) { give_text(out, agent_of(in[0].text).kind); });
  add("th_agent_system",
      "The system that the agent names: linux, windows, macos, android, ios, kali, parrot, pentoo, "
      "blackarch; NULL if it names none",
      "agent_system('aws-cli/2.2.16 Python/3.8.8 Darwin/20.5.0')", "macos",
      [](Arguments in, Value& out) { give_text(out, agent_of(in[0].text).system); });
  all.push_back({
      .name = "th_agent_is_attack_tool",
      .arguments = {Text},
      .result = Boolean,
      .nulls = Nulls::GiveNull,
      .doc = "Whether the agent names a tool of attack or audit, or a system made for attacks",
      .example = "agent_is_attack_tool('aws-cli/2.1 Linux/6.1.0-kali9-amd64')",
      .answer = "true",
      .call = [](Arguments in, Value& out) { out.set_boolean(agent_of(in[0].text).is_attack); },
  });
}

void action_functions(std::vector<NativeFunction>& all) {
  all.push_back({
      .name = "th_attack_current",
      .arguments = {Text},
      .result = Text,
      .nulls = Nulls::GiveNull,
      .doc = "The ATT&CK id of today for one of an older version",
      .example = "attack_current('T1562.008')",
      .answer = "T1685.002",
      .call = [](Arguments in, Value& out) { give_text(out, attack_current(in[0].text)); },
  });
  all.push_back({
      .name = "th_attack_name",
      .arguments = {Text},
      .result = Text,
      .nulls = Nulls::GiveNull,
      .doc = "The name of an ATT&CK technique, by its id or an older one; NULL if unknown",
      .example = "attack_name('T1098.003')",
      .answer = "Additional Cloud Roles",
      .call =
          [](Arguments in, Value& out) {
            if (const Technique* technique = find_technique(in[0].text)) out.set(technique->name);
          },
  });
  all.push_back({
      .name = "th_verb_class",
      .arguments = {Text, Text},
      .result = Text,
      .nulls = Nulls::GiveNull,
      .doc = "What an action does, by event source and name: read, list, secret, data, grant, "
             "hide, delete, create, change, run, assume, sign-in",
      .example = "verb_class('iam.amazonaws.com', 'CreateAccessKey')",
      .answer = "grant",
      .call = [](Arguments in, Value& out) { out.set(word(verb_class(in[0].text, in[1].text))); },
  });
  all.push_back({
      .name = "th_target",
      .arguments = {Text, Text, Text, Text},
      .result = Text,
      .nulls = Nulls::Seen,
      .doc = "What an action acted upon: from event source, event name, requestparameters and "
             "responseelements",
      .example = "target('iam.amazonaws.com', 'CreateUser', '{\"userName\":\"bob\"}', '')",
      .answer = "bob",
      .call =
          [](Arguments in, Value& out) {
            if (in[0].null || in[1].null) return;
            give_text(out, target(in[0].text, in[1].text, in[2].text, in[3].text));
          },
  });
}

void give_list(Value& value, std::vector<std::string> texts) {
  value.null = false;
  value.texts = std::move(texts);
}

void policy_functions(std::vector<NativeFunction>& all) {
  const auto add = [&all](std::string_view name, ValueType result, std::string_view doc,
                          std::string_view example, std::string_view answer,
                          void (*call)(Arguments, Value&)) {
    all.push_back({.name = name,
                   .arguments = {Text},
                   .result = result,
                   .nulls = Nulls::GiveNull,
                   .doc = doc,
                   .example = example,
                   .answer = answer,
                   .call = call});
  };
  add("th_policy_is_admin", Boolean,
      "Whether a policy allows all of IAM on every identity (so also * on *), by Action or "
      "NotAction; conditions are not weighed; NULL for what is no policy",
      "policy_is_admin('{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
      "\"Resource\":\"*\"}}')",
      "true", [](Arguments in, Value& out) {
        if (const auto policy = parse_policy(in[0].text)) out.set_boolean(policy->grants_admin());
      });
  add("th_policy_is_public", Boolean,
      "Whether a policy lets everybody in; NULL for what is no policy, and where only a statement "
      "with a Condition does",
      "policy_is_public('{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
      "\"Action\":\"s3:GetObject\"}]}')",
      "true", [](Arguments in, Value& out) {
        const auto policy = parse_policy(in[0].text);
        if (!policy) return;
        if (const auto yes = policy->is_public()) out.set_boolean(*yes);
      });
  add("th_policy_principals", TextList,
      "Whom the Allow statements of a policy name: ARNs (account ids as their root's), services, "
      "providers, *",
      "policy_principals('{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
      "\"111122223333\",\"Service\":\"ec2.amazonaws.com\"}}]}')",
      "arn:aws:iam::111122223333:root, ec2.amazonaws.com", [](Arguments in, Value& out) {
        if (const auto policy = parse_policy(in[0].text)) give_list(out, policy->principals());
      });
  add("th_policy_actions", TextList,
      "Actions of a policy: allowed ones, `* except …` for NotAction, `deny …` for denied ones",
      "policy_actions('{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:Get*\","
      "\"iam:*\"]}]}')",
      "s3:Get*, iam:*", [](Arguments in, Value& out) {
        if (const auto policy = parse_policy(in[0].text)) give_list(out, policy->actions());
      });
  add("th_policy_resources", TextList,
      "Resources of a policy's Allow statements; `* except …` for NotResource",
      "policy_resources('{\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":"
      "\"arn:aws:s3:::logs/*\"}]}')",
      "arn:aws:s3:::logs/*", [](Arguments in, Value& out) {
        if (const auto policy = parse_policy(in[0].text)) give_list(out, policy->resources());
      });
  add("th_policy_conditions", Text,
      "Conditions of a policy's Allow statements in words; NULL if there are none",
      "policy_conditions('{\"Statement\":[{\"Effect\":\"Allow\",\"Condition\":"
      "{\"StringEquals\":{\"sts:ExternalId\":\"abc\"}}}]}')",
      "StringEquals sts:ExternalId = abc", [](Arguments in, Value& out) {
        if (const auto policy = parse_policy(in[0].text)) give_text(out, policy->conditions());
      });
  add("th_policy_text", Text, "A policy as compact JSON, however it was wrapped",
      "policy_text('%7B%22Statement%22:%5B%5D%7D')", "{\"Statement\":[]}",
      [](Arguments in, Value& out) {
        if (const auto policy = parse_policy(in[0].text)) give_text(out, policy->text());
      });
  all.push_back({
      .name = "th_policy_outside",
      .arguments = {Text, TextList},
      .result = TextList,
      .nulls = Nulls::GiveNull,
      .doc = "Whom a policy lets in that is neither a service nor of the own accounts",
      .example = "policy_outside('{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{"
                 "\"AWS\":[\"111122223333\",\"444455556666\"]}}]}', ARRAY['111122223333'])",
      .answer = "arn:aws:iam::444455556666:root",
      .call =
          [](Arguments in, Value& out) {
            if (const auto policy = parse_policy(in[0].text)) {
              give_list(out, policy->outside(in[1].texts));
            }
          },
  });
}

}  // namespace

std::span<const NativeFunction> native_functions() {
  static const std::vector<NativeFunction> all = [] {
    std::vector<NativeFunction> made;
    agent_functions(made);
    action_functions(made);
    network_functions(made);
    policy_functions(made);
    std::sort(made.begin(), made.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
    return made;
  }();
  return all;
}

const NativeFunction* find_native_function(std::string_view name) {
  for (const NativeFunction& function : native_functions()) {
    if (function.name == name || function.sql_name() == name) return &function;
  }
  return nullptr;
}

}  // namespace trailhound::event
