// SPDX-License-Identifier: Apache-2.0
#include "triage/links.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/json.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "findings/cells.hpp"

namespace trailhound::triage {
namespace {

using findings::Row;

std::optional<Time> time_in(const std::string& text) {
  return text.empty() ? std::nullopt : parse_event_time(text);
}

/// The strings at `key` of each item of a list, or of the list itself where `key` is empty.
void collect(const Json* list, std::string_view key, std::vector<std::string>& texts) {
  if (list == nullptr || list->array() == nullptr) return;
  for (const Json& item : *list->array()) {
    if (key.empty() && item.string() != nullptr) texts.push_back(*item.string());
    if (const std::string_view text = item.text(key); !key.empty() && !text.empty()) {
      texts.emplace_back(text);
    }
  }
}

/// Instances that a response lists as launched, or a request as meant.
std::vector<std::string> instances_in(const std::string& document) {
  std::vector<std::string> ids;
  if (document.empty()) return ids;
  const auto parsed = parse_json(document);
  if (!parsed.ok()) return ids;
  collect(parsed->at({"instancesSet", "items"}), "instanceId", ids);
  collect(parsed->find("instanceIds"), "", ids);
  for (const char* key : {"instanceId", "target"}) {
    if (const std::string_view id = parsed->text(key); !id.empty()) ids.emplace_back(id);
  }
  return ids;
}

void set_caller(const Row& row, Caller& caller) {
  caller.account = row.text("account");
  caller.principal = row.text("principal");
  caller.type = row.text("type");
  caller.arn = row.text("arn");
  caller.id = row.text("id");
  caller.key = row.text("key");
  caller.session = row.text("session");
  caller.workload = row.text("workload");
  caller.via = row.text("via");
  caller.source = row.text("source");
  caller.created = time_in(row.text("created"));
}

/// What the uses are grouped by.
std::string key_of(const Use& use) {
  std::string key;
  for (const std::string* part : {&use.account, &use.principal, &use.type, &use.arn, &use.id,
                                  &use.key, &use.session, &use.via, &use.source}) {
    key += std::to_string(part->size()) + ":" + *part;
  }
  return key + (use.created ? std::to_string(use.created->micros) : "");
}

/// Adds the same use of other days.
void add(Use more, Use& use) {
  const auto keep_larger = [](std::string& held, std::string& other) {
    if (held < other) held = std::move(other);
  };
  keep_larger(use.workload, more.workload);
  keep_larger(use.issuer, more.issuer);
  keep_larger(use.source_identity, more.source_identity);
  keep_larger(use.on_behalf_of, more.on_behalf_of);
  use.mfa = use.mfa || more.mfa;
  use.console = use.console || more.console;
  use.home_agent = use.home_agent || more.home_agent;
  use.endpoint = use.endpoint && more.endpoint;
  use.events += more.events;
  use.denied += more.denied;
  for (std::string& region : more.regions) {
    const auto place = std::lower_bound(use.regions.begin(), use.regions.end(), region);
    if (place == use.regions.end() || *place != region)
      use.regions.insert(place, std::move(region));
  }
  // What has no time comes first only where nothing has one.
  if (std::make_tuple(more.first == Time{}, more.first, more.event_id) <
      std::make_tuple(use.first == Time{}, use.first, use.event_id)) {
    use.first = more.first;
    use.event_id = std::move(more.event_id);
  }
  use.last = std::max(use.last, more.last);
}

Use use_of(const Row& row) {
  Use use;
  set_caller(row, use);
  use.issuer = row.text("issuer");
  use.source_identity = row.text("source_identity");
  use.on_behalf_of = row.text("on_behalf_of");
  use.mfa = row.text("mfa") == "true";
  use.console = row.text("console") == "true";
  use.home_agent = row.count("agent_calls") > 0;
  use.events = row.count("events");
  use.endpoint = row.count("endpoint_calls") == use.events;
  use.denied = row.count("denied");
  use.first = row.time("first");
  use.last = row.time("last");
  use.event_id = row.text("event_id");
  const std::string regions = row.text("regions");
  for (const std::string_view region : split(regions, ',')) use.regions.emplace_back(trim(region));
  std::sort(use.regions.begin(), use.regions.end());
  return use;
}

Deed deed_of(const Row& row) {
  Deed deed;
  deed.at = row.time("ts");
  deed.event_id = row.text("eventid");
  deed.shared_id = row.text("shared_id");
  deed.name = row.text("name");
  deed.action = row.text("action");
  set_caller(row, deed);
  deed.region = row.text("region");
  deed.agent = row.text("agent");
  deed.issued_key = row.text("issued_key");
  deed.issued_arn = row.text("issued_arn");
  deed.role = row.text("role");
  deed.role_account = row.text("role_account");
  deed.user_arn = row.text("user_arn");
  deed.user_name = row.text("user_name");
  deed.user_id = row.text("user_id");
  deed.source_identity = row.text("source_identity");
  deed.address = row.text("address");
  deed.allocation = row.text("allocation");
  deed.function = row.text("function");
  deed.mfa = row.text("mfa");
  deed.instances = instances_in(row.text("document"));
  return deed;
}

}  // namespace

std::string_view uses_statement() {
  return R"(select account, principal, useridentity.type as type, useridentity.arn as arn,
  useridentity.principalid as id, useridentity.accesskeyid as key, session, max(workload) as workload, via,
  sourceipaddress as source, useridentity.sessioncontext.attributes.creationdate as created,
  max(useridentity.sessioncontext.sessionissuer.arn) as issuer,
  max(useridentity.sessioncontext.sourceidentity) as source_identity,
  max(useridentity.onbehalfof.userid) as on_behalf_of,
  max(useridentity.sessioncontext.attributes.mfaauthenticated) as mfa,
  max(sessioncredentialfromconsole) as console,
  count_if(useragent like '%ssm-agent%' or eventname in ('UpdateInstanceInformation',
    'ListInstanceAssociations', 'RegisterManagedInstance')) as agent_calls,
  count(vpcendpointid) as endpoint_calls,
  count(*) as events, count_if(outcome = 'denied') as denied, min(ts) as first, max(ts) as last,
  min_by(eventid, ts) as event_id, array_agg(distinct awsregion) as regions
from cloudtrail
group by account, principal, useridentity.type, useridentity.arn, useridentity.principalid,
  useridentity.accesskeyid, session, via, sourceipaddress,
  useridentity.sessioncontext.attributes.creationdate)";
}

std::vector<std::string> deed_names() {
  return {"AssumeRole",
          "AssumeRoleWithSAML",
          "AssumeRoleWithWebIdentity",
          "AssumeRoot",
          "GetSessionToken",
          "GetFederationToken",
          "GetRoleCredentials",
          "Federate",
          "CreateAccessKey",
          "CreateUser",
          "CreateLoginProfile",
          "UpdateLoginProfile",
          "ConsoleLogin",
          "RunInstances",
          "AllocateAddress",
          "SendCommand",
          "StartSession",
          "SendSSHPublicKey",
          "SendSerialConsoleSSHPublicKey",
          "ModifyInstanceAttribute",
          "CreateFunction",
          "CreateFunction20150331",
          "CreateFunction20141111"};
}

std::string deeds_statement() {
  static constexpr std::string_view kDeeds =
      R"(select ts, eventid, sharedeventid as shared_id, eventname as name, action, account,
  awsregion as region, sourceipaddress as source, agent, principal, useridentity.type as type,
  useridentity.arn as arn, useridentity.principalid as id, useridentity.accesskeyid as key, session,
  workload, via, useridentity.sessioncontext.attributes.creationdate as created, issued_key,
  coalesce(json_extract_scalar(responseelements, '$.assumedRoleUser.arn'),
    json_extract_scalar(responseelements, '$.federatedUser.arn')) as issued_arn,
  coalesce(json_extract_scalar(requestparameters, '$.roleArn'),
    json_extract_scalar(requestparameters, '$.role'),
    json_extract_scalar(serviceeventdetails, '$.role_name')) as role,
  json_extract_scalar(serviceeventdetails, '$.account_id') as role_account,
  json_extract_scalar(responseelements, '$.user.arn') as user_arn,
  coalesce(json_extract_scalar(responseelements, '$.accessKey.userName'),
    json_extract_scalar(requestparameters, '$.userName'), useridentity.username) as user_name,
  json_extract_scalar(responseelements, '$.user.userId') as user_id,
  json_extract_scalar(requestparameters, '$.sourceIdentity') as source_identity,
  json_extract_scalar(responseelements, '$.publicIp') as address,
  json_extract_scalar(responseelements, '$.allocationId') as allocation,
  json_extract_scalar(requestparameters, '$.functionName') as function,
  json_extract_scalar(additionaleventdata, '$.MFAUsed') as mfa,
  case when eventname = 'RunInstances' then responseelements
       when eventname in ('SendCommand', 'StartSession', 'SendSSHPublicKey',
         'SendSerialConsoleSSHPublicKey', 'ModifyInstanceAttribute') then requestparameters end as document
from cloudtrail
where errorcode is null and outcome = 'success' and eventname in ()";
  return std::string(kDeeds) + sql_list(deed_names()) + ")";
}

Result<std::vector<Use>> read_uses(engine::Rows& rows) {
  std::vector<Use> uses;
  TRY(findings::each_row(rows, [&](const Row& row) { uses.push_back(use_of(row)); }));
  return put_together(std::move(uses));
}

std::vector<Use> put_together(std::vector<Use> uses) {
  std::unordered_map<std::string, std::size_t> places;
  std::vector<Use> all;
  for (Use& use : uses) {
    const auto [place, fresh] = places.emplace(key_of(use), all.size());
    if (fresh) {
      all.push_back(std::move(use));
    } else {
      add(std::move(use), all[place->second]);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Use& a, const Use& b) {
    return std::tie(a.first, a.event_id) < std::tie(b.first, b.event_id);
  });
  return all;
}

Result<std::vector<Deed>> read_deeds(engine::Rows& rows) {
  std::vector<Deed> deeds;
  TRY(findings::each_row(rows, [&](const Row& row) { deeds.push_back(deed_of(row)); }));
  std::stable_sort(deeds.begin(), deeds.end(), [](const Deed& a, const Deed& b) {
    return std::tie(a.at, a.event_id) < std::tie(b.at, b.event_id);
  });
  return deeds;
}

ask::Question uses_question() {
  return ask::own_question(std::string(uses_statement()), "uses", ask::Keeping::ByDays);
}

ask::Question deeds_question() {
  return ask::own_question(deeds_statement(), "deeds", ask::Keeping::ByDays);
}

Result<Links> read_links(ask::Desk& desk) {
  Links links;
  TRY(ask::Answer uses, desk.ask(uses_question()));
  TRY(links.uses, read_uses(*uses.rows));
  TRY(ask::Answer deeds, desk.ask(deeds_question()));
  TRY(links.deeds, read_deeds(*deeds.rows));
  std::set<std::string> accounts, regions;
  for (const Use& use : links.uses) {
    if (!use.account.empty()) accounts.insert(use.account);
    regions.insert(use.regions.begin(), use.regions.end());
    links.held.events += use.events;
    if (use.first == Time{}) continue;
    links.held.first = std::min(links.held.first.value_or(use.first), use.first);
    links.held.last = std::max(links.held.last.value_or(use.last), use.last);
  }
  regions.erase("");
  links.held.accounts.assign(accounts.begin(), accounts.end());
  links.held.regions.assign(regions.begin(), regions.end());
  return links;
}

}  // namespace trailhound::triage
