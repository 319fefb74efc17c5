// SPDX-License-Identifier: Apache-2.0
#include "triage/trail_words.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.hpp"
#include "event/verbs.hpp"
#include "findings/screen.hpp"

namespace trailhound::triage {
namespace {

using findings::plural;

constexpr std::size_t kMostActions = 3;
constexpr std::size_t kMostSources = 2;

std::string short_key(const std::string& key) {
  return key.size() > 8 ? "…" + key.substr(key.size() - 8) : key;
}

/// What an action tells about whoever did it; less is more.
int dullness(const Doing& doing) {
  const std::size_t colon = doing.action.find(':');
  const std::string source = doing.action.substr(0, colon) + ".amazonaws.com";
  using event::Verb;
  switch (event::verb_class(source, bare(doing.action))) {
    case Verb::Grant:
    case Verb::Hide:
      return 0;
    case Verb::Secret:
    case Verb::Delete:
      return 1;
    case Verb::Run:
    case Verb::Create:
    case Verb::SignIn:
      return 2;
    case Verb::Change:
    case Verb::Assume:
      return 3;
    case Verb::Data:
      return 4;
    case Verb::Read:
    case Verb::List:
      return 5;
  }
  return 5;
}

std::string error_words(const std::vector<Doing>& doings) {
  for (const Doing& doing : doings) {
    if (doing.outcome != "success" && !doing.error.empty()) return " (" + doing.error + ")";
  }
  return {};
}

}  // namespace

std::string bare(const std::string& action) {
  const std::size_t colon = action.find(':');
  return colon == std::string::npos ? action : action.substr(colon + 1);
}

std::string keys_words(const Node& node) {
  if (node.kind == Kind::Key) return {};
  std::vector<std::string> used;
  for (const std::string& key : node.keys) {
    if (std::find(node.unused_keys.begin(), node.unused_keys.end(), key) ==
        node.unused_keys.end()) {
      used.push_back(key);
    }
  }
  std::string words;
  if (node.kind == Kind::SignIn) {
    if (!used.empty()) words = plural(used.size(), "console key");
    return words;
  }
  if (used.size() <= 2) {
    for (const std::string& key : used) words += (words.empty() ? "" : ", ") + short_key(key);
  } else {
    words = short_key(used.front()) + " and " + plural(used.size() - 1, "more key");
  }
  if (node.unused_keys.empty()) return words;
  std::string unused;
  for (const std::string& key : node.unused_keys) {
    unused += (unused.empty() ? "" : ", ") + short_key(key);
  }
  if (used.empty()) return unused;
  return words + " (and " + unused + ", never used)";
}

std::string sources_words(const Node& node) {
  std::string words;
  for (std::size_t i = 0; i < node.sources.size() && i < kMostSources; ++i) {
    const Source& source = node.sources[i];
    words += (words.empty() ? "" : ", ") + source.address;
    if (!source.words.empty()) words += " (" + source.words + ")";
  }
  if (node.sources.size() > kMostSources) {
    const std::size_t more = node.sources.size() - kMostSources;
    words += " and " + std::to_string(more) + (more == 1 ? " more address" : " more addresses");
  }
  return words;
}

std::string done(const Usage& usage, const std::vector<Doing>& doings) {
  std::set<std::string> actions;
  std::uint64_t denied = 0, failed = 0, count = 0;
  for (const Doing& doing : doings) {
    actions.insert(doing.action);
    count += doing.count;
    if (doing.outcome == "denied") denied += doing.count;
    if (doing.outcome != "denied" && doing.outcome != "success") failed += doing.count;
  }
  const auto part = [](std::uint64_t some, std::uint64_t all, const std::string& word) {
    return some == 0 ? ""
                     : ", " +
                           (some == all && all > 1 ? "all"
                            : all == 1             ? ""
                                                   : with_commas(some)) +
                           (all == 1 ? "" : " ") + word;
  };
  if (actions.size() == 1) {
    return with_commas(count) + " × " + bare(*actions.begin()) + part(denied, count, "denied") +
           part(failed, count, "failed") + (failed == count ? error_words(doings) : "");
  }
  std::string words = plural(usage.events, "event");
  if (usage.denied > 0) words += ", " + with_commas(usage.denied) + " denied";
  std::vector<Doing> order = doings;
  std::stable_sort(order.begin(), order.end(), [](const Doing& a, const Doing& b) {
    const int one = dullness(a), other = dullness(b);
    if (one != other) return one < other;
    return a.count != b.count ? a.count > b.count : a.action < b.action;
  });
  std::vector<std::string> named;
  for (const Doing& doing : order) {
    const std::string name = bare(doing.action);
    if (std::find(named.begin(), named.end(), name) != named.end()) continue;
    if (named.size() == kMostActions) break;
    named.push_back(name);
  }
  if (!named.empty()) {
    words += ": " + join(named, ", ");
    if (actions.size() > named.size()) {
      words += " and " + plural(actions.size() - named.size(), "other action");
    }
  }
  return words;
}

bool is_chosen(const std::string& session) {
  const auto digits = std::count_if(session.begin(), session.end(),
                                    [](unsigned char c) { return std::isdigit(c) != 0; });
  return session.size() <= 64 && digits < 8;
}

std::size_t columns(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

void add_to(std::vector<Doing>& all, const Doing& doing) {
  for (Doing& one : all) {
    if (one.action == doing.action && one.outcome == doing.outcome) {
      one.count += doing.count;
      return;
    }
  }
  all.push_back(doing);
}

}  // namespace trailhound::triage
