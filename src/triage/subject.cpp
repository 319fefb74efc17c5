// SPDX-License-Identifier: Apache-2.0
#include "triage/subject.hpp"

#include <cctype>

#include "base/json.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "findings/words.hpp"
#include "triage/kept_calls.hpp"

namespace trailhound::triage {
namespace {

/// In requests and answers, which only SQL looks into.
std::string holds_text(const std::string& field, const std::string& text) {
  return "strpos(" + field + ", " + sql_literal(text) + ") > 0";
}

Condition is_user(const std::string& name) {
  std::vector<Condition> ways = {
      all({is(Told::Type, "IAMUser"),
           any({is(Told::UserName, name), ends_with(Told::Arn, "/" + name)})}),
      all({is(Told::Type, "FederatedUser"), ends_with(Told::Issuer, "user/" + name)})};
  if (name == "root") ways.push_back(is(Told::Type, "Root"));
  return any(std::move(ways));
}

Condition is_role(const std::string& name) {
  return all({is(Told::Type, "AssumedRole"), ends_with(Told::Role, "/" + name)});
}

Condition is_session(const std::string& name) { return is(Told::Session, name); }

Condition is_called(const std::string& arn) {
  return any({is(Told::Arn, arn), is(Told::Principal, arn), is(Told::Role, arn)});
}

Condition is_from(const std::string& text) {
  return text.find('/') == std::string::npos ? is(Told::Source, text) : lies_in(Told::Source, text);
}

Condition is_with_agent(const std::string& text) {
  return any({is(Told::AgentFamily, text), is(Told::Agent, text),
              holds(Told::UserAgentSmall, to_lower(text))});
}

std::string host_of(const std::string& service) {
  return service.find(".amazonaws.com") == std::string::npos ? service + ".amazonaws.com" : service;
}

/// What every event holds that tells of a thing: a part of its name, which costs less to look for
/// than what the request is about. Empty where there is none.
std::string may_tell_of(const std::string& text) {
  // Several targets stand in one text, with commas between them.
  if (text.find(", ") != std::string::npos) return {};
  const std::string part = one_spelling(findings::spoken_name(text));
  if (part.empty()) return {};
  return "(" + holds_text("requestparameters", part) + " or " +
         holds_text("responseelements", part) + " or " +
         holds_text("element_at(resources, 1).arn", part) + ")\n  and ";
}

std::string resource_condition(const std::string& text) {
  const Condition targets = any({is(Told::Target, text), ends_with(Told::Target, "/" + text),
                                 ends_with(Told::Target, ":" + text)});
  std::string by_name;
  if (text.starts_with("arn:")) {
    // Many requests name a thing by its name alone, in its account and region.
    std::vector<std::string_view> parts = split(text, ':');
    parts.resize(6);
    by_name = "(" + all({is(Told::Service, host_of(std::string(parts[2]))),
                         is(Told::Target, findings::spoken_name(text))})
                        .sql();
    if (!parts[3].empty()) by_name += " and awsregion = " + sql_literal(parts[3]);
    if (!parts[4].empty()) by_name += " and account = " + sql_literal(parts[4]);
    by_name += ") or ";
  }
  return "(" + may_tell_of(text) + "(" + spoken_of(text) + " or bucket = " + sql_literal(text) +
         " or " + by_name + targets.sql() + " or starts_with(target, " + sql_literal(text + "/") +
         ")))";
}

/// By an id, or as the derived field says it.
std::string principal_condition(const std::string& text) {
  const std::string id = sql_literal(text);
  std::string condition = "(principal = " + id + " or useridentity.principalid = " + id;
  if (text.find(':') == std::string::npos) {  // of a role, whose sessions have it and their names
    condition += "\n  or starts_with(useridentity.principalid, " + sql_literal(text + ":") + ")";
  }
  return condition + " or useridentity.onbehalfof.userid = " + id + ")";
}

Condition is_of_service(const std::string& text) {
  const std::string host = host_of(text);
  return any({is(Told::Service, host), is(Told::InvokedBy, host)});
}

/// What it did, or what happened at it, of whatever all calls tell.
std::optional<Condition> told_of(Form form, const std::string& text) {
  switch (form) {
    case Form::Key:
      return text.substr(0, 3) == "…" ? ends_with(Told::Key, text.substr(3)) : is(Told::Key, text);
    case Form::Arn:
      return is_called(text);
    case Form::Instance:
      return is(Told::Workload, text);
    case Form::Address:
      return is_from(text);
    case Form::Account:
      return any({is(Told::Account, text), is(Told::CallerAccount, text)});
    case Form::User:
      return is_user(text);
    case Form::Role:
      return is_role(text);
    case Form::Session:
      return is_session(text);
    case Form::Agent:
      return is_with_agent(text);
    case Form::Service:
      return is_of_service(text);
    case Form::Resource:
    case Form::Principal:
    case Form::Name:
    case Form::Event:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Where it is spoken of.
std::string about(Form form, const std::string& text) {
  switch (form) {
    case Form::Key:
      return text.substr(0, 3) == "…" ? std::string{} : spoken_whole(text);
    case Form::Arn:
      return "(" + names_in_iam(findings::spoken_name(text)).sql() + " or " + spoken_of(text) + ")";
    case Form::Instance:
    case Form::Session:
      return spoken_whole(text);
    case Form::Principal:
      return spoken_whole(id_in(text));
    case Form::Account:
      // A lake is kept by account.
      return "((account <> " + sql_literal(text) + " or account is null)\n  and " +
             holds_text("requestparameters", text) + ")";
    case Form::User:
      return names_in_iam(text).sql();
    case Form::Role:
      return "(" + names_in_iam(text).sql() + " or " + spoken_of("role/" + text) + ")";
    default:
      return {};
  }
}

}  // namespace

std::string id_in(const std::string& principal) {
  const bool of_other = principal.size() > 13 && principal[12] == ':' &&
                        principal.find_first_not_of("0123456789") == 12;
  return of_other ? principal.substr(13) : principal;
}

Condition names_in_iam(const std::string& name) {
  std::vector<Condition> services;
  for (std::string& service : naming_services()) {
    services.push_back(is(Told::Service, std::move(service)));
  }
  return all({any(std::move(services)),
              any({is(Told::Target, name), ends_with(Told::Target, "/" + name)})});
}

std::string spoken_of(const std::string& text) {
  const std::string json = json_string(text);
  const std::string inside = json.substr(1, json.size() - 2);
  return "(" + holds_text("requestparameters", inside) + " or " +
         holds_text("responseelements", inside) + ")";
}

std::string spoken_whole(const std::string& text) {
  std::string pattern = "(^|[^A-Za-z0-9_-])";
  const std::string json = json_string(text);
  for (const char c : std::string_view(json).substr(1, json.size() - 2)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) == 0) pattern += '\\';
    pattern += c;
  }
  pattern += "($|[^A-Za-z0-9_-])";
  return "(" + spoken_of(text) +
         "\n  and regexp_like(concat(coalesce(requestparameters, ''), ' ', "
         "coalesce(responseelements, '')), " +
         sql_literal(pattern) + "))";
}

Subject subject_of(Form form, const std::string& text) {
  Subject subject;
  subject.entity = {form, text};
  subject.words = form == Form::Arn ? text : std::string(name_of(form)) + " " + text;
  subject.by.told = told_of(form, text);
  subject.by.condition = subject.by.told           ? subject.by.told->sql()
                         : form == Form::Principal ? principal_condition(text)
                                                   : resource_condition(text);
  subject.about.condition = about(form, text);
  return subject;
}

}  // namespace trailhound::triage
