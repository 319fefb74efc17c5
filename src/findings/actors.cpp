// SPDX-License-Identifier: Apache-2.0
#include "findings/actors.hpp"

#include <algorithm>
#include <tuple>

#include "base/json.hpp"
#include "base/text.hpp"
#include "findings/cells.hpp"
#include "findings/words.hpp"

namespace trailhound::findings {
namespace {

constexpr int kMostSteps = 32;  // a chain of roles is rarely longer than four

std::string first_of(std::string_view list) { return std::string(trim(split(list, ',').front())); }

std::vector<std::string> instances_in(std::string_view response) {
  std::vector<std::string> ids;
  const auto parsed = parse_json(response);
  const Json* items = parsed.ok() ? parsed->at({"instancesSet", "items"}) : nullptr;
  if (items == nullptr || items->array() == nullptr) return ids;
  for (const Json& item : *items->array()) {
    if (const auto id = item.text("instanceId"); !id.empty()) ids.emplace_back(id);
  }
  return ids;
}

/// Users are told apart by account and name; paths in ARNs are left out, as most requests do.
std::string user_key(std::string_view account, std::string_view name) {
  return std::string(account) + "/" + std::string(name);
}

std::string account_in(std::string_view arn) {
  const auto parts = split(arn, ':');
  return parts.size() > 4 ? std::string(parts[4]) : std::string{};
}

bool is_user(std::string_view principal) {
  return principal.substr(0, 4) == "arn:" && principal.find(":user/") != std::string_view::npos;
}

std::string spoken_actor(std::string_view principal) {
  if (principal.find(":role/") != std::string_view::npos) return "role " + spoken_name(principal);
  return spoken_name(principal);
}

}  // namespace

bool is_service(std::string_view principal) {
  const auto ends = [&](std::string_view end) {
    return principal.size() >= end.size() && principal.substr(principal.size() - end.size()) == end;
  };
  return ends(".amazonaws.com") || ends(".amazon.com") || principal == "AWS Internal" ||
         principal.find(":role/aws-service-role/") != std::string_view::npos;
}

std::string_view Actors::statement() {
  return R"(select ts, eventid, eventname, principal, useridentity.accesskeyid as key,
  workload as session, account, sourceipaddress as source, issued_key,
  json_extract_scalar(responseelements, '$.user.arn') as user_arn,
  coalesce(json_extract_scalar(requestparameters, '$.userName'), useridentity.username) as user_name,
  case when eventname = 'RunInstances' then responseelements end as response
from cloudtrail
where eventname in ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot',
  'GetSessionToken', 'GetFederationToken', 'CreateAccessKey', 'CreateUser', 'CreateLoginProfile',
  'UpdateLoginProfile', 'RunInstances', 'ConsoleLogin')
  and errorcode is null and (eventname <> 'ConsoleLogin' or outcome = 'success'))";
}

Result<std::vector<Birth>> Actors::read(engine::Rows& rows) {
  std::vector<Birth> births;
  TRY(each_row(rows, [&](const Row& row) {
    Birth birth;
    birth.at = row.time("ts");
    birth.event_id = row.text("eventid");
    birth.event_name = row.text("eventname");
    birth.principal = row.text("principal");
    birth.key = row.text("key");
    birth.session = row.text("session");
    birth.account = row.text("account");
    birth.source = row.text("source");
    birth.issued_key = row.text("issued_key");
    birth.user_arn = row.text("user_arn");
    birth.user_name = row.text("user_name");
    birth.instances = instances_in(row.text("response"));
    births.push_back(std::move(birth));
  }));
  // Two accounts record a role assumed across them; the one that knows the caller by name is first.
  std::sort(births.begin(), births.end(), [](const Birth& a, const Birth& b) {
    const auto nameless = [](const Birth& birth) { return birth.principal.substr(0, 4) != "arn:"; };
    return std::tuple(a.at, nameless(a), std::string_view(a.event_id)) <
           std::tuple(b.at, nameless(b), std::string_view(b.event_id));
  });
  return births;
}

Actors::Actors(const std::vector<Birth>& births) : births_(births) {
  std::unordered_map<std::string, std::size_t> passwords;  // user → the last that set its password
  for (std::size_t i = 0; i < births_.size(); ++i) {
    const Birth& birth = births_[i];
    const std::string user = user_key(birth.account, birth.user_name);
    if (birth.event_name == "ConsoleLogin") {
      const auto set = passwords.find(user);
      if (set == passwords.end()) continue;
      const Birth& setter = births_[set->second];
      if (setter.source == birth.source && birth.at.micros - setter.at.micros <= kDay) {
        by_password_.emplace(user, set->second);
      }
      continue;
    }
    if (is_service(birth.principal) || birth.principal.empty()) continue;
    if (!birth.issued_key.empty()) by_key_.emplace(birth.issued_key, i);
    for (const std::string& instance : birth.instances) by_instance_.emplace(instance, i);
    if (birth.event_name == "CreateUser") by_user_.emplace(user, i);
    if (birth.event_name == "CreateLoginProfile" || birth.event_name == "UpdateLoginProfile") {
      passwords[user] = i;
    }
  }
}

const Birth* Actors::birth_of_key(std::string_view key) const {
  const auto found = by_key_.find(std::string(key));
  return found == by_key_.end() ? nullptr : &births_[found->second];
}

const Birth* Actors::maker_of(const Caller& caller) const {
  const auto look = [&](const auto& map, const std::string& key) -> const Birth* {
    const auto found = map.find(key);
    if (key.empty() || found == map.end()) return nullptr;
    const Birth& birth = births_[found->second];
    return birth.principal == caller.principal ? nullptr : &birth;  // made for itself: no step
  };
  if (const Birth* birth = look(by_key_, caller.key)) return birth;
  if (const Birth* birth = look(by_instance_, caller.session)) return birth;
  if (!is_user(caller.principal)) return nullptr;
  const std::string user = user_key(account_in(caller.principal), spoken_name(caller.principal));
  if (const Birth* birth = look(by_user_, user)) return birth;
  return caller.key.substr(0, 4) == "AKIA" ? nullptr : look(by_password_, user);
}

Actor Actors::behind(const Finding& finding) const {
  Caller caller{finding.principal, first_of(finding.key), finding.session, finding.account};
  for (int step = 0; step < kMostSteps; ++step) {
    const Birth* birth = maker_of(caller);
    if (birth == nullptr) break;
    caller = {birth->principal, birth->key, birth->session, birth->account};
  }
  Actor actor;
  actor.service = is_service(caller.principal);
  actor.account = account_in(caller.principal);
  actor.name = spoken_actor(caller.principal);
  if (actor.name.empty()) actor.name = caller.account.empty() ? "unknown" : "unknown caller";
  actor.id = caller.principal;
  if (!caller.session.empty() && caller.session.substr(0, 2) == "i-") {
    actor.id += "/" + caller.session;
    actor.name = caller.session + " (" + actor.name + ")";
  }
  if (actor.id.empty()) actor.id = "unknown:" + caller.account + ":" + finding.source;
  return actor;
}

}  // namespace trailhound::findings
