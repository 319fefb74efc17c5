// SPDX-License-Identifier: Apache-2.0
#include "findings/finding.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>

#include "base/sql_literal.hpp"
#include "base/text.hpp"

namespace trailhound::findings {
namespace {

constexpr std::array<std::string_view, 21> kColumns = {
    "ts",      "last",   "hunt",      "level",   "actor",  "principal", "key",
    "session", "source", "agent",     "account", "region", "action",    "target",
    "outcome", "count",  "event_ids", "why",     "usual",  "story",     "detail"};

/// The text member behind a column's name; null where the column is no text.
std::string* text_member(Finding& finding, std::string_view column) {
  struct Named {
    std::string_view name;
    std::string Finding::*member;
  };
  static constexpr std::array<Named, 15> kTexts = {{
      {"actor", &Finding::actor},
      {"principal", &Finding::principal},
      {"key", &Finding::key},
      {"session", &Finding::session},
      {"source", &Finding::source},
      {"agent", &Finding::agent},
      {"account", &Finding::account},
      {"region", &Finding::region},
      {"action", &Finding::action},
      {"target", &Finding::target},
      {"outcome", &Finding::outcome},
      {"why", &Finding::why},
      {"usual", &Finding::usual},
      {"detail", &Finding::detail},
      {"stands", &Finding::stands},
  }};
  for (const Named& named : kTexts) {
    if (named.name == column && !column.empty()) return &(finding.*named.member);
  }
  return nullptr;
}

std::vector<std::string> ids_in(std::string_view text) {
  std::vector<std::string> ids;
  for (const std::string_view part : split(text, ',')) {
    if (const auto id = trim(part); !id.empty()) ids.emplace_back(id);
  }
  return ids;
}

void add_missing(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const std::string& one : more) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  }
}

/// Puts what `other` knows into `into`; the events are among those of `into` already.
void absorb(Finding& into, const Finding& other) {
  if (other.level > into.level) {
    into.level = other.level;
    into.why = other.why;
    into.detail = other.detail.empty() ? into.detail : other.detail;
    std::vector<std::string> hunts = other.hunts;
    add_missing(hunts, into.hunts);
    into.hunts = std::move(hunts);
    std::vector<std::string> attack = other.attack;
    add_missing(attack, into.attack);
    into.attack = std::move(attack);
  } else {
    add_missing(into.hunts, other.hunts);
    add_missing(into.attack, other.attack);
  }
  for (const std::string_view column : {"principal", "key", "session", "source", "agent", "account",
                                        "region", "action", "target", "outcome", "stands"}) {
    std::string& mine = *text_member(into, column);
    if (mine.empty()) mine = value_of(other, column).value_or("");
  }
  for (const auto& [name, value] : other.extras) {
    const auto has = [&key = name](const auto& extra) { return extra.first == key; };
    if (std::none_of(into.extras.begin(), into.extras.end(), has)) {
      into.extras.emplace_back(name, value);
    }
  }
}

/// The worse finding of the same principal that holds all its events; null if none does.
Finding* larger_among(std::vector<Finding>& kept, const std::vector<std::size_t>& places,
                      const Finding& finding) {
  for (const std::size_t place : places) {
    Finding& other = kept[place];
    if (other.level <= finding.level || other.principal != finding.principal) continue;
    const std::unordered_set<std::string_view> others(other.event_ids.begin(),
                                                      other.event_ids.end());
    if (std::all_of(finding.event_ids.begin(), finding.event_ids.end(),
                    [&](const std::string& id) { return others.count(id) != 0; })) {
      return &other;
    }
  }
  return nullptr;
}

std::optional<std::string> filled(std::string_view text, const Finding& finding,
                                  bool (*allowed)(std::string_view)) {
  std::string whole;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      whole += text[at++];
      continue;
    }
    const auto value = value_of(finding, text.substr(at + 1, end - at - 1));
    if (!value || !allowed(*value)) return std::nullopt;
    whole += *value;
    at = end + 1;
  }
  return whole;
}

std::string identity_of(const Finding& finding) {
  std::vector<std::string> ids = finding.event_ids;
  if (ids.front() == kNoEventId) {  // nothing tells that two such findings speak of one event
    ids.push_back(finding.hunts.front() + finding.principal + format_iso(finding.ts));
  }
  std::sort(ids.begin(), ids.end());
  return join(ids, ",");
}

}  // namespace

std::span<const std::string_view> finding_columns() { return kColumns; }

std::string text_of(const Finding& finding, std::size_t column) {
  const std::string_view name = kColumns[column];
  if (name == "ts") return format_iso(finding.ts);
  if (name == "last") return format_iso(finding.last);
  if (name == "hunt") return join(finding.hunts, ", ");
  if (name == "level") return std::string(name_of(finding.level));
  if (name == "count") return std::to_string(finding.count);
  if (name == "event_ids") return join(finding.event_ids, ", ");
  if (name == "story") return finding.story == 0 ? "" : std::to_string(finding.story);
  return *text_member(const_cast<Finding&>(finding), name);
}

void set_column(Finding& finding, std::string_view column, std::string value) {
  if (std::string* text = text_member(finding, column)) {
    *text = std::move(value);
  } else if (column == "ts" || column == "last") {
    if (const auto time = parse_typed_time(value))
      (column == "ts" ? finding.ts : finding.last) = *time;
  } else if (column == "count") {
    std::from_chars(value.data(), value.data() + value.size(), finding.count);
  } else if (column == "event_ids") {
    finding.event_ids = ids_in(value);
  } else if (column == "level") {
    finding.level = find_level(value).value_or(finding.level);
  } else if (!value.empty()) {
    finding.extras.emplace_back(column, std::move(value));
  }
}

std::optional<std::string> value_of(const Finding& finding, std::string_view column) {
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    if (kColumns[i] != column) continue;
    std::string text = text_of(finding, i);
    if (text.empty()) return std::nullopt;
    return text;
  }
  if (column == "stands" && !finding.stands.empty()) return finding.stands;
  if (column == "event_id" && !finding.event_ids.empty()) return finding.event_ids.front();
  for (const auto& [name, value] : finding.extras) {
    if (name == column) return value;
  }
  return std::nullopt;
}

std::optional<std::string> fill(std::string_view text, const Finding& finding) {
  return filled(text, finding, [](std::string_view) { return true; });
}

std::optional<std::string> fill_command(std::string_view text, const Finding& finding) {
  return filled(text, finding, is_shell_safe);
}

bool is_shell_safe(std::string_view text) {
  const auto safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:@=+,").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), safe);
}

bool failed(const Finding& finding) {
  return !finding.outcome.empty() && finding.outcome != "success" && finding.outcome != "mixed";
}

std::vector<Finding> merged(std::vector<Finding> findings) {
  // The finding with most events first, so that a smaller one meets the larger that holds it.
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.event_ids.size() != b.event_ids.size()) return a.event_ids.size() > b.event_ids.size();
    return a.level > b.level;
  });
  std::vector<Finding> kept;
  std::unordered_map<std::string, std::size_t> same;  // events → place in `kept`
  // Event → places. The texts stay where they are while `kept` grows.
  static_assert(std::is_nothrow_move_constructible_v<Finding>);
  std::unordered_map<std::string_view, std::vector<std::size_t>> holding;
  for (Finding& finding : findings) {
    const std::string identity = identity_of(finding);
    if (const auto place = same.find(identity); place != same.end()) {
      absorb(kept[place->second], finding);
      continue;
    }
    if (!finding.event_ids.empty()) {
      const auto holders = holding.find(finding.event_ids.front());
      Finding* const larger =
          holders == holding.end() ? nullptr : larger_among(kept, holders->second, finding);
      if (larger != nullptr) {
        absorb(*larger, finding);
        continue;
      }
    }
    same.emplace(identity, kept.size());
    kept.push_back(std::move(finding));
    for (const std::string& id : kept.back().event_ids) holding[id].push_back(kept.size() - 1);
  }
  std::stable_sort(kept.begin(), kept.end(), [](const Finding& a, const Finding& b) {
    if (a.ts != b.ts) return a.ts < b.ts;
    if (a.level != b.level) return a.level > b.level;
    return a.event_ids < b.event_ids;
  });
  return kept;
}

std::string_view short_id(std::string_view event_id) { return event_id.substr(0, 8); }

std::string rows_again(const Finding& finding) {
  constexpr std::size_t kMost = 50;
  std::vector<std::string> ids = finding.event_ids;
  if (ids.size() > kMost) ids.resize(kMost);
  return "select * from cloudtrail where eventid in (" + sql_list(ids) + ")";
}

}  // namespace trailhound::findings
