// SPDX-License-Identifier: Apache-2.0
#include "triage/timeline.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "event/verbs.hpp"
#include "findings/words.hpp"
#include "triage/trail_words.hpp"

namespace trailhound::triage {
namespace {

using findings::plural;
using findings::Tone;

constexpr std::size_t kMostActions = 5;
constexpr std::int64_t kCatchingUp = 60 * kSecond;

event::Verb verb_of(const std::string& action) {
  const std::string service = action.substr(0, action.find(':'));
  return event::verb_class(service + ".amazonaws.com", bare(action));
}

bool is_telling(const Group& step) {
  if (step.change || step.outcome != "success") return true;
  switch (verb_of(step.action)) {
    case event::Verb::Secret:
    case event::Verb::Grant:
    case event::Verb::Hide:
    case event::Verb::Assume:
    case event::Verb::SignIn:
      return true;
    default:
      return false;
  }
}

/// A role that is seconds old cannot be assumed yet: that is no probing.
bool is_catching_up(const Case& about, const Group& step) {
  if (step.action != "sts:AssumeRole" || step.outcome != "denied") return false;
  return std::any_of(about.steps.begin(), about.steps.end(), [&](const Group& other) {
    const std::int64_t age = step.last.micros - other.last.micros;
    return other.action == "iam:CreateRole" && other.outcome == "success" &&
           other.account == step.account && age >= 0 && age <= kCatchingUp;
  });
}

std::string words_of(const Group& step, std::uint64_t count, bool many) {
  std::string words = count > 1 ? with_commas(count) + " × " : "";
  words += bare(step.action);
  if (!many && !step.target.empty()) words += " " + findings::spoken_name(step.target);
  if (step.outcome == "denied") {
    words += ", denied" + (step.reason.empty() ? "" : " (" + step.reason + ")");
  } else if (step.outcome != "success") {
    words += ", " + (step.error.empty() ? "failed" : step.error);
  }
  return words;
}

std::string reads_words(const TimelineRow& row) {
  std::vector<std::pair<std::string, std::uint64_t>> order(row.actions.begin(), row.actions.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (order.size() == 1) {
    return (row.count > 1 ? with_commas(row.count) + " × " : "") + order[0].first;
  }
  std::string words = "reads, " + plural(row.count, "call") + ": ";
  for (std::size_t i = 0; i < order.size() && i < kMostActions; ++i) {
    words += (i == 0 ? "" : ", ") + order[i].first;
  }
  if (order.size() > kMostActions) {
    words += " and " + std::to_string(order.size() - kMostActions) + " more";
  }
  return words;
}

/// What callers are called: by their names, or by the whole of it where several have one.
class Callers {
 public:
  explicit Callers(const std::vector<Group>& steps) {
    for (const Group& step : steps) {
      called_[findings::spoken_name(step.principal)].insert(step.principal);
    }
  }
  bool are_several() const {
    return called_.size() > 1 || (!called_.empty() && called_.begin()->second.size() > 1);
  }
  std::string name_of(const Group& step) const {
    if (step.principal.empty()) return "an unknown caller";
    const auto known = called_.find(findings::spoken_name(step.principal));
    const bool shared = known != called_.end() && known->second.size() > 1;
    return shared ? step.principal : findings::spoken_name(step.principal);
  }

 private:
  std::map<std::string, std::set<std::string>> called_;
};

}  // namespace

std::vector<TimelineRow> timeline_of(const Case& about) {
  const Callers callers(about.steps);
  const bool several = callers.are_several();
  std::vector<TimelineRow> rows;
  std::map<std::string, std::size_t> open;   // what a series says → its row
  std::map<std::string, std::size_t> reads;  // caller → the row of reads that goes on
  Time last{};
  for (const Group& step : about.steps) {
    if (!rows.empty() && step.first.micros - last.micros >= kSilence) {
      open.clear();
      reads.clear();
    }
    last = std::max(last, step.last);
    const std::string who = several ? callers.name_of(step) : std::string{};
    if (!is_telling(step)) {
      const auto [known, fresh] = reads.try_emplace(step.principal, rows.size());
      if (fresh) {
        rows.push_back(
            {step.first, step.last, {}, step.event_id, {}, 0, Tone::Dim, false, false, {}, who});
      }
      TimelineRow& row = rows[known->second];
      row.count += step.count;
      row.last = std::max(row.last, step.last);
      if (step.event_id != row.event_id) row.last_event_id = step.event_id;
      row.actions[bare(step.action)] += step.count;
      continue;
    }
    const std::string says = step.action + "|" + step.outcome + "|" + step.error + "|" +
                             step.source + "|" + step.principal;
    if (const auto known = open.find(says); known != open.end()) {
      // The same again, with others between: one row for the series.
      TimelineRow& row = rows[known->second];
      row.count += step.count;
      row.last = std::max(row.last, step.last);
      if (step.event_id != row.event_id) row.last_event_id = step.event_id;
      row.words = words_of(step, row.count, true);
      row.catching_up = row.catching_up && is_catching_up(about, step);
      continue;
    }
    reads.erase(step.principal);
    open.emplace(says, rows.size());
    TimelineRow row{.first = step.first,
                    .last = step.last,
                    .words = words_of(step, step.count, step.several_targets),
                    .event_id = step.event_id,
                    .last_event_id = {},
                    .count = step.count,
                    .tone = step.outcome == "success" ? Tone::Plain : Tone::High,
                    .telling = true,
                    .actions = {},
                    .who = who};
    row.catching_up = is_catching_up(about, step);
    rows.push_back(std::move(row));
  }
  for (TimelineRow& row : rows) {
    if (!row.actions.empty()) row.words = reads_words(row);
    if (!row.who.empty()) row.words += " by " + row.who;
    if (row.catching_up) row.words += " (within a minute of CreateRole: IAM is catching up)";
  }
  return rows;
}

std::vector<TimelineRow> done_to_of(const Case& about) {
  std::vector<TimelineRow> rows;
  std::map<std::string, std::size_t> open;
  const Callers callers(about.done_to);
  for (const Group& step : about.done_to) {
    const std::string who = callers.name_of(step);
    const std::string says = who + "|" + step.action + "|" + step.outcome;
    std::string words = bare(step.action) + " by " + who;
    if (!step.source.empty() && step.source != step.principal) words += " from " + step.source;
    if (step.outcome != "success") words += ", " + step.outcome;
    const auto [known, fresh] = open.emplace(says, rows.size());
    if (fresh) {
      rows.push_back({step.first,
                      step.last,
                      words,
                      step.event_id,
                      {},
                      step.count,
                      step.outcome == "success" ? Tone::Plain : Tone::High,
                      step.change,
                      false,
                      {}});
    } else {
      rows[known->second].count += step.count;
      rows[known->second].last = std::max(rows[known->second].last, step.last);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const TimelineRow& a, const TimelineRow& b) {
    if (a.telling != b.telling) return a.telling;
    const bool a_timed = a.first != Time{}, b_timed = b.first != Time{};
    return a_timed != b_timed ? a_timed : a.first < b.first;
  });
  return rows;
}

std::string timeline_note(const Case& about) {
  std::string note =
      "changes and failures only, by the hour: there are too many calls to tell each minute";
  if (about.steps_cut && !about.steps.empty()) {
    note += "; and only their first " + with_commas(about.steps.size()) + " rows, to " +
            format_iso(about.steps.back().first);
  }
  return note;
}

}  // namespace trailhound::triage
