// SPDX-License-Identifier: Apache-2.0
#include "triage/entity.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "event/network.hpp"

namespace trailhound::triage {
namespace {

struct Prefix {
  std::string_view word;
  Form form;
};
constexpr Prefix kPrefixes[] = {
    {"key:", Form::Key},
    {"user:", Form::User},
    {"role:", Form::Role},
    {"session:", Form::Session},
    {"instance:", Form::Instance},
    {"ip:", Form::Address},
    {"event:", Form::Event},
    {"account:", Form::Account},
    {"agent:", Form::Agent},
    {"service:", Form::Service},
    {"resource:", Form::Resource},
    {"bucket:", Form::Resource},
    {"principal:", Form::Principal},
};

bool all(std::string_view text, int (*is)(int)) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [&](char c) { return is(static_cast<unsigned char>(c)); });
}

bool starts(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}

bool is_key(std::string_view text) {
  if (starts(text, "…")) return all(text.substr(std::string_view("…").size()), std::isalnum);
  return (starts(text, "AKIA") || starts(text, "ASIA")) && text.size() >= 16 &&
         all(text, std::isalnum);
}

/// "AIDAEXAMPLE…", "AROAEXAMPLE…:session", and of another account "777788889999:AROAEXAMPLE…"
bool is_principal_id(std::string_view text) {
  if (text.size() > 13 && text[12] == ':' && all(text.substr(0, 12), std::isdigit)) {
    text.remove_prefix(13);
  }
  if (!starts(text, "AIDA") && !starts(text, "AROA")) return false;
  const std::string_view id = text.substr(0, text.find(':'));
  return id.size() >= 16 && all(id, std::isalnum) && std::none_of(id.begin(), id.end(), [](char c) {
           return std::islower(static_cast<unsigned char>(c)) != 0;
         });
}

bool is_event(std::string_view text) {
  if (text.size() < 8 || text.size() > 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const auto c = static_cast<unsigned char>(text[i]);
    if (dash ? c != '-' : std::isxdigit(c) == 0) return false;
  }
  return true;
}

/// A dot or a colon as reports write it, so that nobody follows it by a click.
std::string refanged(std::string_view text) {
  std::string plain(text);
  for (const char* dot : {"[.]", "(.)", "{.}"}) plain = replace_all(std::move(plain), dot, ".");
  return replace_all(std::move(plain), "[:]", ":");
}

bool is_hash(std::string_view text) {
  return (text.size() == 32 || text.size() == 40 || text.size() == 64) && all(text, std::isxdigit);
}

/// "https://", and "hxxps[:]//", which reports make of it.
bool is_url(std::string_view text) {
  const std::string plain = refanged(text.substr(0, 16));
  const std::size_t end = plain.find("://");
  return end != std::string::npos && all(std::string_view(plain).substr(0, end), std::isalpha);
}

bool looks_like_address(std::string_view text) {
  const auto is = [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':' || c == '/';
  };
  const auto dots = std::count(text.begin(), text.end(), '.');
  const bool digit = !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0;
  return std::all_of(text.begin(), text.end(), is) &&
         ((digit && dots == 3) || std::count(text.begin(), text.end(), ':') > 1 ||
          (digit && dots > 0 && text.find('/') != std::string_view::npos));
}

/// "10.0", "10.0.", "10.0.*"
bool looks_like_half_an_address(std::string_view text) {
  const auto dots = std::count(text.begin(), text.end(), '.');
  return dots > 0 && dots < 4 && std::isdigit(static_cast<unsigned char>(text.front())) != 0 &&
         text.find_first_not_of("0123456789.*xX") == std::string_view::npos;
}

/// A bucket, an object or a folder, however its end is written: "bucket/", "bucket/folder/*".
std::string in_s3(std::string_view place) {
  if (place.ends_with("/*")) place.remove_suffix(1);
  while (place.ends_with('/')) place.remove_suffix(1);
  return std::string(place);
}

/// By the kind that is said, or by the text's own form.
Entity as_written(std::string_view text) {
  text = trim(text);
  for (const Prefix& prefix : kPrefixes) {
    if (!starts(text, prefix.word)) continue;
    text.remove_prefix(prefix.word.size());
    return {prefix.form, prefix.form == Form::Address ? refanged(text) : std::string(text)};
  }
  const std::string whole(text);
  if (is_key(text)) return {Form::Key, whole};
  if (is_principal_id(text)) return {Form::Principal, whole};
  if (starts(text, "arn:")) return {Form::Arn, whole};
  if ((starts(text, "i-") && text.size() >= 10 && all(text.substr(2), std::isxdigit)) ||
      (starts(text, "mi-") && text.size() >= 11 && all(text.substr(3), std::isxdigit))) {
    return {Form::Instance, whole};
  }
  if (std::string plain = refanged(text); event::parse_network(plain)) {
    return {Form::Address, std::move(plain)};
  }
  if (text.size() == 12 && all(text, std::isdigit)) return {Form::Account, whole};
  if (is_event(text)) return {Form::Event, whole};
  if (text.size() > 14 && text.substr(text.size() - 14) == ".amazonaws.com") {
    return {Form::Service, whole};
  }
  return {Form::Name, whole};
}

}  // namespace

Entity parse_entity(std::string_view text) {
  const Entity entity = as_written(text);
  std::string_view rest = entity.text;
  if (equal_without_case(rest.substr(0, 5), "s3://")) {
    return {Form::Resource, in_s3(rest.substr(5))};
  }
  if ((entity.form != Form::Arn && entity.form != Form::Resource) || !starts(rest, "arn:")) {
    return entity;
  }
  std::string_view parts[5];  // "arn", partition, service, region, account
  for (std::string_view& part : parts) {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return entity;
    part = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  const std::string_view service = parts[2];
  if (service == "iam" || service == "sts" || service.empty() || rest.empty()) return entity;
  if (service == "s3" && parts[3].empty()) return {Form::Resource, in_s3(rest)};
  if (service == "ec2" && starts(rest, "instance/")) {
    return {Form::Instance, std::string(rest.substr(rest.find('/') + 1))};
  }
  return {Form::Resource, entity.text};
}

std::string wrong_with(const Entity& entity) {
  const std::string& text = entity.text;
  if (text.empty()) return "names nothing";
  switch (entity.form) {
    case Form::Address:
      return event::parse_network(text) ? "" : "is no address or network";
    case Form::Account:
      if (text.size() == 12 && all(text, std::isdigit)) return {};
      return "is no account: those have twelve digits";
    case Form::Arn:
      return std::count(text.begin(), text.end(), ':') < 5 ? "is no whole ARN" : "";
    case Form::Name:
      if (looks_like_address(refanged(text))) return "is no address or network";
      if (is_hash(text)) return "is a hash of a file, which CloudTrail does not record";
      return is_url(text) ? "is a URL, which CloudTrail does not record" : "";
    default:
      return {};
  }
}

Result<Entity> entity_of(std::string_view word) {
  Entity entity = parse_entity(word);
  const std::string wrong = wrong_with(entity);
  if (wrong.empty()) return entity;
  Error error("bad-entity",
              "`" + (entity.text.empty() ? std::string(word) : entity.text) + "` " + wrong);
  if (entity.form == Form::Arn) {
    return std::move(error).note("a whole one has six parts: `arn:aws:iam::111122223333:user/bob`");
  }
  if (entity.form == Form::Name) {
    return std::move(error).note("`agent:`, `session:` or `resource:` before it looks for it so");
  }
  return error;
}

std::string advice_for(std::string_view word) {
  const Entity entity = parse_entity(word);
  if (entity.form != Form::Name) return {};
  const std::string& text = entity.text;
  if (looks_like_half_an_address(text)) {
    return "a network is written with its length, as in `10.0.0.0/8`";
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || !all(std::string_view(text).substr(0, colon), std::islower)) {
    return {};
  }
  std::string kinds;
  for (const Prefix& prefix : kPrefixes) {
    kinds += (kinds.empty() ? "`" : ", `") + std::string(prefix.word) + "`";
  }
  return "`" + text.substr(0, colon + 1) + "` is no kind; these are: " + kinds;
}

std::string_view name_of(Form form) {
  static constexpr std::string_view kNames[] = {
      "access key", "ARN",     "instance", "address",  "event",   "account",   "user",
      "role",       "session", "agent",    "resource", "service", "principal", "name"};
  return kNames[static_cast<std::size_t>(form)];
}

}  // namespace trailhound::triage
