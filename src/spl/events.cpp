// SPDX-License-Identifier: Apache-2.0
//
// A record's fields are columns: structs are followed key by key, JSON columns are searched by
// path, keys that no column holds stand in `extra`. On top of those come the add-on's fields:
// aliases and evals over the record, in the add-on's own order (aliases first; an eval sees aliases
// but no other eval), then what its lookups by action say.
#include "spl/events.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/text.hpp"
#include "event/schema.hpp"
#include "spl/lowering.hpp"

namespace trailhound::spl {
namespace {

using event::Field;
using sql::Expr;

constexpr std::string_view kPerson =
    "case(eventName=\"ConsoleLogin\", coalesce('userIdentity.userName', "
    "'userIdentity.sessionContext.sessionIssuer.userName'), "
    "eventName=\"CreateUser\", coalesce('responseElements.user.userName', "
    "'requestParameters.userName'), "
    "eventName=\"DeleteUser\", 'requestParameters.userName', "
    "true(), 'userIdentity.userName')";

constexpr std::string_view kAction =
    "case(eventName=\"ConsoleLogin\" OR eventName=\"CheckMfa\", "
    "if(isnotnull('errorCode') OR 'responseElements.ConsoleLogin'=\"Failure\", \"failure\", "
    "\"success\"), "
    "match(eventName, \"^AssumeRole|^GetSessionToken|^GetFederationToken\"), "
    "if(isnull('errorCode'), \"success\", \"failure\"), "
    "match(eventName, "
    "\"^(Create|Run|Allocate|Request|Issue|Import|Copy|Register|Generate|Upload)\"), \"created\", "
    "match(eventName, \"^(Delete|Remove|Terminate|Deregister|Release|Purge|Revoke)\"), "
    "\"deleted\", "
    "match(eventName, "
    "\"^(Get|List|Describe|Head|Lookup|BatchGet|Search|Query|Scan|Select|View|Check|Simulate|Test|"
    "Preview|Estimate|Validate)\"), \"read\", "
    "match(eventName, \"^Start\"), \"started\", "
    "match(eventName, \"^Stop\"), \"stopped\", "
    "match(eventName, \"^(Reboot|Restart)\"), \"restarted\", "
    "true(), \"modified\")";

constexpr std::string_view kStatus =
    "if(isnotnull('errorCode') OR 'responseElements.ConsoleLogin'=\"Failure\", \"failure\", "
    "\"success\")";

constexpr std::string_view kCategory =
    "case(match(eventName, \"Instance\"), \"instance\", match(eventName, \"Image\"), \"image\", "
    "match(eventName, \"SecurityGroup|NetworkAcl|Vpc|Subnet|Route|Gateway\"), \"network\", "
    "match(eventName, \"User|LoginProfile|AccessKey\"), \"user\", match(eventName, \"Role\"), "
    "\"role\", "
    "match(eventName, \"Group\"), \"group\", match(eventName, \"Policy\"), \"policy\", "
    "match(eventName, \"Bucket|Object\"), \"storage\", match(eventName, \"Volume|Snapshot\"), "
    "\"volume\", "
    "true(), \"unknown\")";

constexpr std::string_view kChangeType =
    "case(eventSource=\"iam.amazonaws.com\", \"AAA\", eventSource=\"ec2.amazonaws.com\", \"EC2\", "
    "match(eventSource, \"^sts\"), \"STS\", eventSource=\"s3.amazonaws.com\", \"storage\", true(), "
    "mvindex(split(eventSource, \".\"), 0))";

/// What an event's name says of the thing that it acts on.
constexpr std::string_view kObject =
    "coalesce('requestParameters.userName', 'requestParameters.roleName', "
    "'requestParameters.groupName', 'requestParameters.policyArn', "
    "'requestParameters.bucketName', 'requestParameters.instanceId', "
    "'responseElements.instancesSet.items{}.instanceId', "
    "'requestParameters.instancesSet.items{}.instanceId', 'requestParameters.groupId', "
    "'requestParameters.name', 'requestParameters.keyId', 'requestParameters.functionName')";

const std::vector<AddonField>& fields() {
  static const std::vector<AddonField> all = {
      // aliases
      {"desc", "requestParameters"},
      {"start_time", "eventTime"},
      {"temp_access_key", "'responseElements.credentials.accessKeyId'"},
      {"user_access_key", "'userIdentity.accessKeyId'"},
      {"app", "eventType"},
      {"dvc", "eventSource"},
      {"region", "awsRegion"},
      {"vendor_region", "awsRegion", true, false},
      {"signature", "eventName", true, false},
      {"command", "eventName"},
      {"src", "sourceIPAddress"},
      {"src_ip", "sourceIPAddress", true, false},
      {"user_group_id", "'userIdentity.accountId'"},
      {"reason", "errorMessage"},
      {"result", "errorMessage"},
      {"result_id", "errorCode"},
      {"image_id", "'requestParameters.instancesSet.items{}.imageId'"},
      {"instance_type", "'requestParameters.instanceType'"},
      // evals
      {"errorCode",
       "coalesce('errorCode', if('responseElements.ConsoleLogin'=\"Failure\", \"failure\", "
       "\"success\"), \"success\")"},
      {"msg", "coalesce('errorCode', \"success\")"},
      {"user_arn", "coalesce('userIdentity.arn', 'requestParameters.roleArn')", true, false},
      {"userName",
       "coalesce('userIdentity.userName', 'requestParameters.sourceIdentity', "
       "'userIdentity.sessionContext.sessionIssuer.userName', "
       "mvindex(split(mvindex(split(coalesce('userIdentity.arn', 'requestParameters.roleArn'), "
       "\":\"), -1), \"/\"), -1))"},
      {"vendor_account", "coalesce('userIdentity.accountId', recipientAccountId)"},
      {"aws_account_id",
       "if('userIdentity.type'=\"AWSAccount\" OR 'userIdentity.type'=\"AWSService\", "
       "recipientAccountId, 'userIdentity.accountId')"},
      {"user_agent", "userAgent"},
      {"vendor_product", "\"AWS CloudTrail\""},
      {"vendor", "\"AWS\""},
      {"product", "\"CloudTrail\""},
      {"user_type", "'userIdentity.type'"},
      {"user_id", "'userIdentity.principalId'"},
      {"user_name", kPerson, true, false},
      {"user", kPerson, true, false},
      {"user",
       "coalesce('userIdentity.userName', 'userIdentity.sessionContext.sessionIssuer.userName', "
       "mvindex(split(mvindex(split(errorMessage, \":user/\"), 1), \" \"), 0))",
       false, true},
      {"user_role",
       "if(match(eventName, \"^AssumeRole\"), coalesce('responseElements.assumedRoleUser.arn', "
       "'requestParameters.roleArn'), 'userIdentity.sessionContext.sessionIssuer.arn')"},
      {"src_user",
       "coalesce('userIdentity.userName', 'userIdentity.sessionContext.sessionIssuer.userName')"},
      {"src_user_name",
       "coalesce('userIdentity.userName', 'userIdentity.sessionContext.sessionIssuer.userName')"},
      {"src_user_id", "'userIdentity.principalId'"},
      {"src_user_type", "'userIdentity.type'"},
      {"src_user_role", "'userIdentity.sessionContext.sessionIssuer.arn'"},
      {"dest", "eventSource"},
      {"object", kObject, true, false},
      {"object", "recipientAccountId", false, true},
      {"object_id", kObject},
      {"object_category", kCategory},
      {"change_type", kChangeType},
      {"protocol",
       "if(like(eventName, \"%SecurityGroup%\"), "
       "'requestParameters.ipPermissions.items{}.ipProtocol', null())"},
      {"src_ip_range",
       "case(like(eventName, \"%SecurityGroupIngress\"), "
       "'requestParameters.ipPermissions.items{}.ipRanges.items{}.cidrIp', like(eventName, "
       "\"%NetworkAcl%\") AND 'requestParameters.egress'=\"false\", "
       "'requestParameters.cidrBlock')"},
      {"dest_ip_range",
       "case(like(eventName, \"%SecurityGroupEgress\"), "
       "'requestParameters.ipPermissions.items{}.ipRanges.items{}.cidrIp', like(eventName, "
       "\"%NetworkAcl%\") AND 'requestParameters.egress'=\"true\", 'requestParameters.cidrBlock')"},
      {"src_port_range",
       "if(like(eventName, \"%SecurityGroupIngress\"), "
       "mvappend('requestParameters.ipPermissions.items{}.toPort', "
       "'requestParameters.ipPermissions.items{}.fromPort'), null())"},
      {"dest_port_range",
       "if(like(eventName, \"%SecurityGroupEgress\"), "
       "mvappend('requestParameters.ipPermissions.items{}.toPort', "
       "'requestParameters.ipPermissions.items{}.fromPort'), null())"},
      {"direction",
       "case(like(eventName, \"%SecurityGroupIngress\"), \"Inbound\", like(eventName, "
       "\"%SecurityGroupEgress\"), \"Outbound\")"},
      {"rule_action",
       "coalesce('responseElements.networkAcl.entrySet.items{}.ruleAction', "
       "'requestParameters.ruleAction')"},
      {"authentication_method",
       "case(eventName=\"ConsoleLogin\", if('additionalEventData.MFAUsed'=\"Yes\", \"MFA\", "
       "\"SFA\"), eventName=\"CheckMfa\", \"MFA\", match(eventName, \"^AssumeRole\") AND "
       "'userIdentity.sessionContext.attributes.mfaAuthenticated'=\"false\", \"SFA\")"},
      // lookups by action
      {"action", kAction},
      {"status", kStatus},
  };
  return all;
}

/// What stands at a path of the record, objects as JSON: for spath.
Value at_path(const std::string& path) {
  const std::size_t end = std::min(path.find_first_of(".{"), path.size());
  const auto field = event::find_key(Field::Record, path.substr(0, end));
  const bool many = path.find("{}") != std::string::npos;
  std::string_view rest = std::string_view(path).substr(end);
  if (field && event::describe(*field).kind == event::Kind::Json) {
    if (!rest.empty() && rest.front() == '.') rest.remove_prefix(1);
    return {spl(many ? "all_at" : "at",
                {sql::column(event::describe(*field).sql_name), sql::text(std::string(rest))}),
            many ? Kind::List : Kind::Text};
  }
  bool known = false;
  Value value = record_field(path, &known);
  if (known && !value.null) return value;
  return {spl(many ? "all_at" : "at", {sql::column("eventjson"), sql::text(path)}),
          many ? Kind::List : Kind::Text};
}

/// Fields that Splunk itself gives every event.
std::optional<Value> own_field(const std::string& name) {
  const auto part = [](std::string_view function) {
    return Value{sql::call(function, {sql::column("ts")}), Kind::Integer};
  };
  if (name == "_time") {
    return Value{sql::call("to_unixtime", {sql::column("ts")}), Kind::Number};
  }
  if (name == "_raw") return Value{sql::column("eventjson"), Kind::Text};
  if (name == kTimestamp) return Value{sql::column("ts"), Kind::Text};
  if (name == kEventId) return Value{sql::column("eventid"), Kind::Text};
  if (name == kContentHash) return Value{sql::column("contenthash"), Kind::Text};
  if (name.starts_with(std::string(1, kHidden) + "json:")) {
    return Value{sql::column(name.substr(6)), Kind::Text};
  }
  if (name.starts_with(std::string(1, kHidden) + "at:")) return at_path(name.substr(4));
  if (name.front() == kHidden) return null_value();
  if (name == "sourcetype") return text_value("aws:cloudtrail");
  if (name == "index") return text_value("cloudtrail");
  if (name == "linecount") return integer_value(1);
  if (name == "source") {
    return Value{Expr{sql::Column{{sql::Name{"$path", true, {}}}}, {}}, Kind::Text};
  }
  if (name == "date_hour") return part("hour");
  if (name == "date_mday") return part("day");
  if (name == "date_minute") return part("minute");
  if (name == "date_second") return part("second");
  if (name == "date_year") return part("year");
  if (name == "date_wday" || name == "date_month") {
    return Value{
        sql::call("lower", {spl("strftime", {sql::call("to_unixtime", {sql::column("ts")}),
                                             sql::text(name == "date_wday" ? "%A" : "%B")})}),
        Kind::Text};
  }
  if (name == "date_zone") return integer_value(0);
  for (const std::string_view none : {"host", "eventtype", "splunk_server", "punct", "timestamp",
                                      "_indextime", "_cd", "_serial", "_bkt", "_si"}) {
    if (name == none) return null_value();
  }
  return std::nullopt;
}

Value json_value(Expr json, std::string_view path) {
  const bool many = path.find("{}") != std::string_view::npos;
  return {spl(many ? "leaves" : "leaf", {std::move(json), sql::text(std::string(path))}),
          many ? Kind::List : Kind::Text};
}

/// The member of a struct of which `name` is the beginning, if there is one only.
std::optional<std::string> only_member(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  std::optional<std::string> found;
  for (const event::FieldInfo& info : event::schema()) {
    const std::string path = event::record_path(info.field);
    if (!path.starts_with(name) || path.find('.', dot + 1) != std::string::npos) continue;
    if (found) return std::nullopt;
    found = path;
  }
  return found;
}

/// A field of the record; names that are nearly one are taken for it, or hinted at.
Value field_or_slip(const std::string& name, Lowering& lowering) {
  bool known = true;
  Value value = record_field(name, &known);
  if (known || lowering.quiet()) return value;
  if (equal_without_case(name, "SourceIP")) {
    lowering.notice(Error{"search-mended",
                          "no field is called `" + name + "`: it is taken as `sourceIPAddress`"});
    return record_field("sourceIPAddress");
  }
  if (const auto member = only_member(name)) {
    lowering.notice(Error{"search-mended",
                          "no field is called `" + name + "`: it is taken as `" + *member + "`"});
    return record_field(*member);
  }
  for (const std::string& other : event_field_names()) {
    if (equal_without_case(other, name)) {
      lowering.notice(
          Error{"field-spelt-otherwise",
                "no field is called `" + name + "`, so it has no value; names have their case"}
              .note("`" + other + "` there is"));
      return value;
    }
  }
  if (name.find('.') == std::string::npos && name.front() != kHidden && name.front() != '_') {
    Error error =
        Error{"field-spelt-otherwise", "no field of CloudTrail is called `" + name +
                                           "`; it is looked for in the record all the same"};
    if (const auto near = nearest(name, event_field_names()))
      error.notes.push_back("`" + *near + "` there is");
    lowering.notice(std::move(error));
  }
  return value;
}

}  // namespace

Value record_field(const std::string& name, bool* known) {
  if (known != nullptr) *known = true;
  Field parent = Field::Record;
  std::string_view rest = name;
  std::vector<sql::Name> path;
  const auto column = [&] { return Expr{sql::Column{path}, {}}; };
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(".{"), rest.size());
    const auto field = event::find_key(parent, rest.substr(0, end));
    if (!field) break;
    const event::FieldInfo& info = event::describe(*field);
    path.push_back(sql::name(info.sql_name));
    std::string_view behind = rest.substr(end);
    if (!behind.empty() && behind.front() == '.') behind.remove_prefix(1);
    switch (info.kind) {
      case event::Kind::Text:
        if (!behind.empty()) return {json_value(sql::column("extra"), name)};
        return {column(), Kind::Text};
      case event::Kind::Json:
        return json_value(column(), behind);
      case event::Kind::Map:
        if (behind.empty()) return null_value();
        return {sql::call("element_at", {column(), sql::text(std::string(behind))}), Kind::Text};
      case event::Kind::List: {
        if (!behind.starts_with("{}.")) return null_value();
        const auto member = event::find_key(*field, behind.substr(3));
        if (!member) return json_value(sql::column("extra"), name);
        Expr one{sql::Column{{sql::name("x"), sql::name(event::describe(*member).sql_name)}}, {}};
        return {filled(sql::call("transform", {column(), lambda("x", std::move(one))})),
                Kind::List};
      }
      case event::Kind::Struct:
        if (behind.empty() || rest.substr(end).front() == '{') return null_value();
        parent = *field;
        rest = behind;
        continue;
      default:
        return {column(), Kind::Text};
    }
  }
  if (known != nullptr) *known = false;
  return json_value(sql::column("extra"), name);
}

const std::vector<AddonField>& addon_fields() { return fields(); }

std::span<const OwnField> own_fields() {
  static constexpr OwnField kOwn[] = {
      {"_time", "When it happened: eventTime"},
      {"_raw", "The whole record as JSON"},
      {"date_hour", "The hour of _time, in UTC"},
      {"date_mday", "The day of the month"},
      {"date_minute", "The minute"},
      {"date_month", "The month's name, in small letters"},
      {"date_second", "The second"},
      {"date_wday", "The weekday's name, in small letters"},
      {"date_year", "The year"},
      {"index", "cloudtrail"},
      {"source", "The file that the event stands in"},
      {"sourcetype", "aws:cloudtrail"},
  };
  return kOwn;
}

const std::vector<std::string>& event_field_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const AddonField& field : fields()) all.emplace_back(field.name);
    for (const event::FieldInfo& info : event::schema()) {
      if (info.kind == event::Kind::Struct || info.kind == event::Kind::List) continue;
      if (!info.key.empty() && !info.splunk_name.empty()) all.emplace_back(info.splunk_name);
    }
    for (const OwnField& own : own_fields()) all.emplace_back(own.name);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }();
  return names;
}

const std::vector<std::string>& shown_fields() {
  static const std::vector<std::string> shown = {"_time",     "eventName",       "eventSource",
                                                 "awsRegion", "sourceIPAddress", "userIdentity.arn",
                                                 "errorCode", "userAgent"};
  return shown;
}

void make_events(Layer& layer, Lowering& lowering) {
  layer.from = sql::Relation{
      sql::Table{{sql::name("cloudtrail")}, std::nullopt}, std::nullopt, std::nullopt, {}};
  layer.open = false;
  layer.columns = {true, {}};
  layer.order = {{kTimestamp, true}, {kEventId, false}, {kContentHash, false}};
  const bool old = lowering.settings().old_addon;
  layer.resolve = [&lowering, old](const std::string& name) -> Value {
    if (auto own = own_field(name)) return *own;
    const AddonField* found = nullptr;
    for (const AddonField& field : fields()) {
      if (field.name == name && (old ? field.in_old : field.in_new)) found = &field;
    }
    if (found == nullptr) return field_or_slip(name, lowering);
    Reader in(found->expression);
    const auto tree = parse_eval(in);
    CHECK(tree.ok(), "a field of the add-on cannot be read");
    Scope record{lowering, [](const std::string& inner, Span) -> Result<Value> {
                   return record_field(inner);
                 }};
    auto value = lower(*tree, record);
    CHECK(value.ok(), "a field of the add-on cannot be lowered");
    return std::move(*value);
  };
}

}  // namespace trailhound::spl
