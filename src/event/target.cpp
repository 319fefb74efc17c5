// SPDX-License-Identifier: Apache-2.0
//
// A question may ask this of millions of events, so the rows of a service are found by one lookup,
// and a row that does not fit the event's name costs a comparison. Paths are walked in the JSON
// text itself; a request is a few hundred bytes, most of it skipped.
#include "event/target.hpp"

#include <array>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "event/json_find.hpp"
#include "event/verbs.hpp"

namespace trailhound::event {

namespace {

constexpr std::size_t kMostShown = 10;
constexpr std::size_t kMostCounted = 10000;

struct Row {
  std::string_view service;
  std::string_view names;
  std::string_view paths;
};

constexpr Row kRows[] = {
#define TARGET(service, names, paths) {service, names, paths},
#include "event/targets.def"
#undef TARGET
};

struct Rule {
  std::vector<std::string_view> names;
  std::vector<std::string_view> paths;
};
using Rules = std::unordered_map<std::string_view, std::vector<Rule>>;

const Rules& rules() {
  static const Rules all = [] {
    Rules made;
    for (const Row& row : kRows) {
      made[row.service].push_back({split(row.names, ' '), split(row.paths, ' ')});
    }
    return made;
  }();
  return all;
}

bool fits(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  const std::string_view front = pattern.substr(0, star);
  std::string_view back = pattern.substr(star + 1);
  if (!name.starts_with(front)) return false;
  name.remove_prefix(front.size());
  if (back.ends_with('*')) {  // *SecurityGroup*
    back.remove_suffix(1);
    return name.find(back) != std::string_view::npos;
  }
  return name.ends_with(back);
}

/// Texts found so far.
class Found {
 public:
  void add(std::string_view value) {
    std::string text = json_text(value);
    if (text.empty() || count_ >= kMostCounted) return;
    ++count_;
    if (count_ > kMostShown) return;
    if (!joined_.empty()) joined_ += ", ";
    joined_ += text;
  }
  bool any() const { return count_ > 0; }
  std::string text() const {
    if (count_ <= kMostShown) return joined_;
    return joined_ + ", +" + std::to_string(count_ - kMostShown) + " more";
  }

 private:
  std::string joined_;
  std::size_t count_ = 0;
};

/// Walks `path` in `value`, adds what stands at its end.
void walk(std::string_view value, std::string_view path, Found& found) {
  if (value.empty()) return;
  if (path.empty()) return found.add(value);
  const std::size_t dot = path.find('.');
  std::string_view key = path.substr(0, dot);
  const std::string_view rest =
      dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  const bool all = key.ends_with("[]");
  if (all) key.remove_suffix(2);
  const std::string_view inner = json_member(value, key);
  if (!all) return walk(inner, rest, found);
  for (JsonElements elements(inner); elements.next();) walk(elements.value(), rest, found);
}

std::string at_path(std::string_view path, std::string_view request, std::string_view response) {
  const std::string_view value = path.starts_with('<') ? response : request;
  if (path.starts_with('<')) path.remove_prefix(1);
  if (value.empty()) return {};
  const std::size_t slash = path.find('/');
  Found front;
  walk(value, path.substr(0, slash), front);
  if (slash == std::string_view::npos || !front.any()) return front.text();
  Found back;
  walk(value, path.substr(slash + 1), back);
  return back.any() ? front.text() + '/' + back.text() : std::string();
}

std::string by_rules(std::string_view service, std::string_view name, std::string_view request,
                     std::string_view response) {
  const auto of_service = rules().find(service);
  if (of_service == rules().end()) return {};
  for (const Rule& rule : of_service->second) {
    for (const std::string_view pattern : rule.names) {
      if (!fits(pattern, name)) continue;
      for (const std::string_view path : rule.paths) {
        std::string text = at_path(path, request, response);
        if (!text.empty()) return text;
      }
      break;
    }
  }
  return {};
}

/// "TrustAnchor" of "DeleteTrustAnchor"; without what says only which side of it is meant.
std::string_view noun_of(std::string_view name) {
  std::size_t at = 1;
  while (at < name.size() && !(name[at] >= 'A' && name[at] <= 'Z')) ++at;
  if (at >= name.size()) return {};
  std::string_view noun = name.substr(at);
  for (const std::string_view end :
       {"Attributes", "Attribute", "Policy", "Configuration", "Tags"}) {
    if (noun.size() > end.size() && noun.ends_with(end)) {
      noun.remove_suffix(end.size());
      break;
    }
  }
  return noun;
}

/// Whether `key` is the noun with `end` behind it: trustAnchorId, VpcIds, dBInstanceIdentifier.
bool names_noun(std::string_view key, std::string_view noun, std::string_view end) {
  for (const std::string_view shape :
       {noun, noun.substr(0, noun.size() - (noun.ends_with('s') ? 1 : 0))}) {
    if (key.size() == shape.size() + end.size() &&
        equal_without_case(key.substr(0, shape.size()), shape) && key.substr(shape.size()) == end) {
      return true;
    }
  }
  return false;
}

/// Adds a value, or the ids in the shapes that EC2 wraps lists and values in.
void add_any(std::string_view value, Found& found) {
  if (value.starts_with('[')) {
    for (JsonElements elements(value); elements.next();) {
      if (elements.value().starts_with('{')) {
        found.add(json_member(elements.value(), "content"));
      } else {
        found.add(elements.value());
      }
    }
    return;
  }
  if (!value.starts_with('{')) return found.add(value);
  found.add(json_member(value, "content"));
  for (JsonElements items(json_member(value, "items")); items.next();) {
    // An item holds one id under one key: {"items":[{"vpcId":"vpc-1"}]}.
    JsonMembers member(items.value());
    if (member.next()) found.add(member.value());
  }
}

constexpr std::array<std::string_view, 9> kEnds{"Name", "Id",    "Arn", "Identifier", "ARN", "Ids",
                                                "Set",  "Names", ""};

std::string by_noun(std::string_view name, std::string_view object) {
  const std::string_view noun = noun_of(name);
  if (noun.empty()) return {};
  for (const std::string_view end : kEnds) {
    for (JsonMembers members(object); members.next();) {
      if (!names_noun(members.key(), noun, end)) continue;
      Found found;
      add_any(members.value(), found);
      if (found.any()) return found.text();
    }
  }
  return {};
}

/// A key that calls itself a name or id of something, tokens of the request itself left out.
bool is_telling(std::string_view key) {
  for (const std::string_view no :
       {"clientToken", "clientRequestToken", "requestId", "nextToken", "idempotencyToken",
        "roleSessionName", "hostName", "maxResults", "attributeName", "catalogId"}) {
    if (key == no) return false;
  }
  for (const std::string_view whole : {"name", "id", "arn", "resourceArn", "resourceId", "aRN"}) {
    if (key == whole) return true;
  }
  return key.ends_with("Name") || key.ends_with("Id") || key.ends_with("Arn") ||
         key.ends_with("ARN") || key.ends_with("Identifier");
}

std::string by_key(std::string_view object) {
  for (JsonMembers members(object); members.next();) {
    if (!is_telling(members.key())) continue;
    Found found;
    found.add(members.value());
    if (found.any()) return found.text();
  }
  return {};
}

/// EC2's newer actions wrap all of a request: {"DeleteNatGatewayRequest":{…}}.
std::string_view unwrapped(std::string_view object) {
  JsonMembers members(object);
  if (!members.next() || !members.value().starts_with('{')) return object;
  const std::string_view key = members.key();
  const std::string_view value = members.value();
  if (!key.ends_with("Request") && !key.ends_with("Response")) return object;
  return members.next() ? object : value;
}

/// What a Create made: {"vpc":{"vpcId":…}} or {"snapshotId":…}.
std::string made(std::string_view name, std::string_view response) {
  const std::string_view noun = noun_of(name);
  if (noun.empty()) return {};
  for (JsonMembers members(response); members.next();) {
    if (names_noun(members.key(), noun, "") && members.value().starts_with('{')) {
      std::string text = by_noun(name, members.value());
      if (!text.empty()) return text;
    }
  }
  return by_noun(name, response);
}

}  // namespace

std::string target(std::string_view event_source, std::string_view event_name,
                   std::string_view request_parameters, std::string_view response_elements) {
  const std::string_view service = event_source.substr(0, event_source.find('.'));
  const std::string_view name = without_version(event_name);
  std::string text = by_rules(service, name, request_parameters, response_elements);
  if (!text.empty()) return text;
  const std::string_view request = unwrapped(request_parameters);
  text = by_noun(name, request);
  if (text.empty() && !response_elements.empty()) text = made(name, unwrapped(response_elements));
  if (text.empty()) text = by_key(request);
  return text;
}

}  // namespace trailhound::event
