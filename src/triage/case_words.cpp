// SPDX-License-Identifier: Apache-2.0
#include "triage/case_words.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/finding.hpp"
#include "findings/screen.hpp"
#include "findings/words.hpp"

namespace trailhound::triage {

using findings::plural;

CaseSums sums_of(const Case& about) {
  CaseSums sums;
  for (const Group& group : about.groups) {
    sums.events += group.count;
    if (group.outcome == "denied") sums.denied += group.count;
    if (group.outcome == "error" || group.outcome == "throttled") sums.failed += group.count;
    if (group.change) {
      sums.changes += group.count;
      if (group.outcome == "success") sums.made += group.count;
    }
    if (!group.is_timed()) continue;
    sums.first = std::min(sums.first.value_or(group.first), group.first);
    sums.last = std::max(sums.last.value_or(group.last), group.last);
  }
  return sums;
}

std::string changes_words(const CaseSums& sums) {
  return plural(sums.changes, "change") + worked_words(sums);
}

std::string worked_words(const CaseSums& sums) {
  return sums.made == sums.changes ? "" : " (" + with_commas(sums.made) + " worked)";
}

std::string who_words(const Case& about) {
  const findings::Site* const site = about.own.site;
  std::vector<std::string> parts;
  const auto add = [&](const std::string& text) {
    if (!text.empty() && std::find(parts.begin(), parts.end(), text) == parts.end()) {
      parts.push_back(text);
    }
  };
  std::map<std::string, std::uint64_t> principals;
  std::map<std::string, const Group*> samples;
  std::set<std::string> keys, accounts;
  for (const Group& group : about.groups) {
    principals[group.principal] += group.count;
    samples.emplace(group.principal, &group);
    if (!group.key.empty()) keys.insert(group.key);
    if (!group.account.empty()) accounts.insert(group.account);
  }
  std::vector<std::pair<std::string, std::uint64_t>> order(principals.begin(), principals.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::size_t named = 0;
  for (const auto& [principal, count] : order) {
    if (named++ == 4) {
      parts.push_back(plural(order.size() - 4, "more principal"));
      break;
    }
    const Group& sample = *samples[principal];
    std::string words = findings::caller_words(principal, sample.type);
    if (order.size() > 1) words += " " + with_commas(count);
    add(words);
  }
  if (accounts.size() == 1) {
    add("account " +
        (site != nullptr ? site->account_words(*accounts.begin()) : *accounts.begin()));
  } else if (accounts.size() > 1) {
    add(plural(accounts.size(), "account"));
  }
  if (!keys.empty()) {
    std::vector<std::string> some(keys.begin(), keys.end());
    std::stable_partition(some.begin(), some.end(),
                          [](const std::string& key) { return key.substr(0, 4) == "AKIA"; });
    add(some.size() == 1   ? "key " + some.front()
        : some.size() <= 3 ? "keys " + join(some, ", ")
                           : "keys " + some[0] + ", " + some[1] + " and " +
                                 std::to_string(some.size() - 2) + " more");
  }
  return join(parts, " · ");
}

std::vector<std::string> next_commands(const Case& about) {
  std::vector<std::string> commands;
  const auto add = [&](const std::string& command, const std::string& value) {
    if (value.empty() || !findings::is_shell_safe(value) || commands.size() >= 6) return;
    const std::string whole = command + value;
    if (std::find(commands.begin(), commands.end(), whole) == commands.end()) {
      commands.push_back(whole);
    }
  };
  for (const Subject& subject : about.subjects) {
    const std::string& text = subject.entity.text;
    switch (subject.entity.form) {
      case Form::Key:
      case Form::Arn:
      case Form::Instance:
      case Form::Address:
        add("trailhound trail ", text);
        break;
      case Form::User:
      case Form::Role:
      case Form::Session:
      case Form::Principal:
        add("trailhound trail " + std::string(name_of(subject.entity.form)) + ":", text);
        break;
      default:
        break;
    }
  }
  for (const Thing& thing : about.things) {
    if (thing.itself || (thing.made.kind != "key" && thing.made.kind != "user")) continue;
    add("trailhound triage " + std::string(thing.made.kind == "user" ? "user:" : ""),
        thing.made.name);
  }
  std::set<std::string> sources, keys;
  for (const Group& group : about.groups) {
    if (event::parse_address(group.source)) sources.insert(group.source);
    if (!group.key.empty()) keys.insert(group.key);
  }
  const auto is_subject = [&](const std::string& text) {
    return std::any_of(about.subjects.begin(), about.subjects.end(),
                       [&](const Subject& subject) { return subject.entity.text == text; });
  };
  for (const std::string& source : sources) {
    if (!is_subject(source)) add("trailhound triage ", source);
  }
  for (const std::string& key : keys) {
    if (!is_subject(key) && key.substr(0, 4) == "AKIA") add("trailhound triage ", key);
  }
  for (const findings::Finding& finding : about.findings) {
    if (finding.level >= findings::Level::High && !finding.event_ids.empty()) {
      add("trailhound triage ", finding.event_ids.front());
    }
  }
  return commands;
}

}  // namespace trailhound::triage
