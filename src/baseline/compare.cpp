// SPDX-License-Identifier: Apache-2.0
//
// In four steps: what was done in the stretch, by doer, action and place (acts); how each departs
// from the past (departures); who is behind them and in which burst (findings::tell); which story
// is read first (the sum of its departures, each further one counting less, so that ten small ones
// do not outweigh a large one).
#include "baseline/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "baseline/past.hpp"
#include "event/attack.hpp"
#include "event/network.hpp"
#include "findings/words.hpp"

namespace trailhound::baseline {
namespace {

using findings::Finding;
using findings::Level;
using findings::plural;

constexpr double kWorthAFinding = 1.0;
constexpr double kWorthAStory = 4.5;
constexpr double kNextCounts = 0.7;
constexpr std::uint32_t kGrown = 3;  // active days until a new place of a doer means something
constexpr std::size_t kMostIds = 5;
constexpr std::uint64_t kManyDenials = 3;
constexpr std::uint64_t kManyOfServices = 10;
constexpr std::uint64_t kLoud = 20;
constexpr std::uint64_t kBulk = 500;
constexpr double kMuchLouder = 5;
constexpr std::int64_t kCauseWithin = kDay;
constexpr std::int64_t kLongEnough = 20 * kHour;  // a stretch in which silence means something
constexpr std::size_t kManyDays = 14;
constexpr double kEveryDay = 0.95;
constexpr double kScanner = 0.3;
constexpr double kBucketReader = 0.3;

/// What an action of a class can do, and how much it matters at once.
struct Class {
  std::string_view name;
  double weight;
  Level level;
  std::string_view technique;
};
constexpr Class kClasses[] = {
    {"grant", 1.0, Level::High, "T1098"},     {"hide", 1.0, Level::High, "T1562"},
    {"secret", 0.7, Level::Medium, "T1555"},  {"delete", 0.5, Level::Medium, "T1485"},
    {"run", 0.6, Level::Medium, "T1578"},     {"assume", 0.4, Level::Medium, "T1550"},
    {"sign-in", 0.4, Level::Medium, "T1078"}, {"create", 0.4, Level::Low, "T1578"},
    {"change", 0.4, Level::Low, "T1578"},     {"data", 0.2, Level::Low, "T1530"},
    {"read", 0.03, Level::Low, "T1526"},      {"list", 0.03, Level::Low, "T1526"},
};
/// Of reads by machines and keys, which do the same every day.
constexpr double kMachineReads = 0.25;

const Class& class_of(std::string_view name) {
  const auto known = std::find_if(std::begin(kClasses), std::end(kClasses),
                                  [&](const Class& one) { return one.name == name; });
  return known == std::end(kClasses) ? kClasses[8] : *known;
}

/// What single actions are known as, where their class says less.
constexpr std::pair<std::string_view, std::string_view> kTechniques[] = {
    {"iam:CreateAccessKey", "T1098.001"},        {"iam:CreateLoginProfile", "T1098.001"},
    {"iam:UpdateLoginProfile", "T1098.001"},     {"iam:CreateUser", "T1136.003"},
    {"iam:PutUserPolicy", "T1098.003"},          {"iam:PutRolePolicy", "T1098.003"},
    {"iam:PutGroupPolicy", "T1098.003"},         {"iam:AttachUserPolicy", "T1098.003"},
    {"iam:AttachRolePolicy", "T1098.003"},       {"iam:AttachGroupPolicy", "T1098.003"},
    {"iam:AddUserToGroup", "T1098.003"},         {"iam:CreatePolicyVersion", "T1098.003"},
    {"iam:UpdateAssumeRolePolicy", "T1098.003"}, {"cloudtrail:StopLogging", "T1562.008"},
    {"cloudtrail:DeleteTrail", "T1562.008"},     {"cloudtrail:PutEventSelectors", "T1562.008"},
    {"cloudtrail:UpdateTrail", "T1562.008"},
};

std::string technique_of(std::string_view action, const Class& what) {
  for (const auto& [name, technique] : kTechniques) {
    if (name == action) return std::string(event::attack_current(technique));
  }
  return std::string(event::attack_current(what.technique));
}

/// Whether a call came by way of an AWS service. A source that is no address is none for that.
bool is_service_source(std::string_view source) {
  const std::string kind = event::network_kind(source);
  return kind == "AWS Internal" || kind.ends_with(".amazonaws.com");
}

bool is_read(const Class& what) { return what.weight < 0.1; }

/// What one doer did of one kind from one place, with one outcome.
struct Act {
  Doer doer;
  std::uint32_t action = 0, place = 0, around = 0;
  bool failed = false, denied = false, change = false, service = false, reset = false;
  std::size_t row = 0;  ///< The first habit: for the names that they share
  std::uint64_t count = 0;
  Time first{INT64_MAX}, last{INT64_MIN};
  std::vector<std::size_t> rows;
};

/// A departure: what a finding is made of.
struct Departure {
  std::size_t act = 0;
  double score = 0;
  std::vector<std::string> kinds;
  std::vector<std::string> notes;  ///< "from 203.0.113.66, where it never was"
  std::string did;
  Level level = Level::Low;
  std::string why;
  std::vector<std::string> more_events;
};

class Comparer {
 public:
  Comparer(Habits& habits, std::size_t end, const CompareOptions& options)
      : habits_(habits), end_(end), options_(options), past_(habits, end, options.site) {}

  Comparison compare() {
    Comparison comparison;
    comparison.from = options_.from;
    comparison.to = options_.to;
    comparison.past_first = past_.first();
    comparison.past_events = past_.events();
    comparison.past_days = past_.days();
    comparison.enough_past =
        past_.first() && options_.from.micros - past_.first()->micros >= kEnoughPast;
    enough_past_ = comparison.enough_past;
    comparison.recordings = recordings();
    gather_acts();
    std::set<std::uint32_t> principals;
    for (std::size_t i = end_; i < habits_.rows().size(); ++i) {
      comparison.events += habits_.rows()[i].count;
      principals.insert(habits_.rows()[i][Part::Principal]);
    }
    comparison.principals = principals.size();
    for (std::size_t i = 0; i < acts_.size(); ++i) depart(i);
    comparison.silent = silent();
    tell(comparison);
    add_silent(comparison);
    return comparison;
  }

 private:
  std::string text(std::uint32_t number) const { return std::string(habits_.name(number)); }
  const Habit& row_of(const Act& act) const { return habits_.rows()[act.row]; }
  std::string text(const Act& act, Part part) const {
    return std::string(habits_.name(row_of(act), part));
  }
  std::string name_of(const Act& act) const {
    return act.doer.machine ? text(act.doer.id) : findings::spoken_name(text(act.doer.id));
  }

  // What is recorded.

  /// Categories of services that an account did not record before, where the past would have had
  /// them: more is recorded, not more done.
  std::vector<Recording> recordings() {
    std::map<std::pair<std::uint32_t, std::uint32_t>, Recording> found;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> doers;
    for (std::size_t i = end_; i < habits_.rows().size(); ++i) {
      const Habit habit = habits_.rows()[i];
      const std::string category(habits_.name(habit, Part::Category));
      if (category == "Management" || past_.recorded(habit) != nullptr) continue;
      const auto key = std::pair(habit[Part::Account],
                                 habits_.number(category + " " + text(habit[Part::Service])));
      doers[key].insert(past_.doer_of(habit).id);
      const auto [one, fresh] = found.emplace(key, Recording{});
      if (fresh || habit.first < one->second.since) {
        std::string service = text(habit[Part::Service]);
        service = service.substr(0, service.find('.'));
        one->second = {text(habit[Part::Account]),
                       to_upper(service) + " " + to_lower(category) + " events", habit.first,
                       text(habit.event)};
      }
    }
    std::vector<Recording> all;
    if (past_.events() == 0) return all;
    for (auto& [key, recording] : found) {
      if (doers[key].size() < 2) continue;  // one who begins is no change of the recording
      reset_.insert(key);
      all.push_back(std::move(recording));
    }
    return all;
  }

  bool is_reset(const Habit& habit) {
    if (reset_.empty()) return false;
    return reset_.contains({habit[Part::Account], habits_.number(text(habit[Part::Category]) + " " +
                                                                 text(habit[Part::Service]))});
  }

  // What was done.

  void gather_acts() {
    std::map<std::array<std::uint32_t, 5>, std::size_t> places;
    const std::uint32_t success = habits_.number("success"), denied = habits_.number("denied");
    for (std::size_t i = end_; i < habits_.rows().size(); ++i) {
      const Habit habit = habits_.rows()[i];
      const Doer doer = past_.doer_of(habit);
      const std::uint32_t place = past_.place_of(habit[Part::Source]);
      const bool failed = habit[Part::Outcome] != success;
      const auto [at, fresh] =
          places.emplace(std::array{doer.id, habit[Part::Action], place,
                                    static_cast<std::uint32_t>(failed), habit[Part::Account]},
                         acts_.size());
      if (fresh) {
        Act act;
        act.doer = doer;
        act.action = habit[Part::Action];
        act.place = place;
        act.around = past_.around(habit[Part::Source]);
        act.failed = failed;
        act.change = habit.change;
        act.service = habit.service;
        act.reset = is_reset(habit);
        act.row = i;
        acts_.push_back(std::move(act));
      }
      Act& act = acts_[at->second];
      act.denied = act.denied || habit[Part::Outcome] == denied;
      act.count += habit.count;
      if (habit.first < act.first) act.row = i;
      act.first = std::min(act.first, habit.first);
      act.last = std::max(act.last, habit.last);
      act.rows.push_back(i);
    }
    for (std::size_t i = 0; i < acts_.size(); ++i) {
      (acts_[i].failed ? failing_ : working_)[{acts_[i].doer.id, acts_[i].action}].push_back(i);
    }
  }

  /// Those who act every day, and not in the stretch. Machines come and go.
  std::vector<Silent> silent() {
    std::vector<Silent> all;
    if (!enough_past_ || past_.days() < kManyDays ||
        options_.to.micros - options_.from.micros < kLongEnough) {
      return all;
    }
    std::set<std::uint32_t> met;
    for (const Act& act : acts_) met.insert(act.doer.id);
    std::set<std::uint32_t> looked_at;
    for (std::size_t i = 0; i < end_; ++i) {
      const Habit habit = habits_.rows()[i];
      const Doer doer = past_.doer_of(habit);
      if (doer.machine || met.contains(doer.id) || !looked_at.insert(doer.id).second) continue;
      const Seen* seen = past_.of(doer);
      if (seen == nullptr || seen->days < kEveryDay * static_cast<double>(past_.days())) continue;
      const std::string principal = text(habit[Part::Principal]);
      all.push_back({findings::spoken_name(principal), principal, text(habit[Part::Account]),
                     seen->last, seen->days, text(seen->event)});
    }
    std::sort(all.begin(), all.end(),
              [](const Silent& a, const Silent& b) { return a.principal < b.principal; });
    return all;
  }

  // How it departs.

  double weight_of(const Act& act, const Class& what) const {
    double weight = what.weight;
    const std::string_view kind = habits_.name(row_of(act), Part::ActorKind);
    if (is_read(what) &&
        (act.doer.machine || kind == "key" || kind == "instance" || kind == "function")) {
      weight = kMachineReads;
    }
    if (!act.change && !is_read(what) && what.name == "run") weight = kMachineReads;
    // What a service does for somebody says less of them.
    if (is_service_source(habits_.name(row_of(act), Part::Source))) weight *= 0.3;
    if (act.failed) weight *= 0.7;
    return weight;
  }

  void depart(std::size_t place) {
    const Act& act = acts_[place];
    Departure departure;
    departure.act = place;
    const Class& what = class_of(text(act, Part::Class));
    const double weight = weight_of(act, what);
    departure.level = what.level;
    departure.why = fmt::format("{} as a {}", findings::name_of(what.level),
                                what.name.empty() ? "change" : what.name);
    if (act.service) {
      fail_newly(act, departure);
    } else if (!enough_past_) {
      rank_without_past(act, what, departure);
      turn(act, weight, departure);
      grow_loud(act, departure);
    } else {
      if (!act.reset) be_new(act, what, weight, departure);
      turn(act, weight, departure);
      grow_loud(act, departure);
    }
    if (options_.site != nullptr && options_.site->is_scanner(text(act, Part::Principal))) {
      departure.score *= kScanner;
    }
    if (departure.score < kWorthAFinding || departure.kinds.empty()) return;
    if (act.failed && departure.level > Level::Low) {
      departure.level = findings::lowered(departure.level);
      departure.why += ", one lower: it did not work";
    }
    departures_.push_back(std::move(departure));
  }

  /// Where the past is too short to call anything new: what changed, by what it can do. What the
  /// doer did on several days of it is not new for certain.
  void rank_without_past(const Act& act, const Class& what, Departure& departure) const {
    if (!act.change || act.reset) return;
    const Seen* own = past_.action(act.doer, act.action);
    if (own != nullptr && own->days >= kGrown) return;
    const double weight = weight_of(act, what);
    if (weight < 0.25) return;
    departure.kinds.emplace_back("change");
    departure.score += 8 * weight;
    departure.did = "called " + bare(act);
  }

  void be_new(const Act& act, const Class& what, double weight, Departure& departure) {
    const Seen* days = past_.of(act.doer);
    const Seen* own = past_.action(act.doer, act.action);
    const double bits = past_.bits(act.doer, act.action);
    const double own_score = weight * bits;
    if (own == nullptr && own_score >= 0.3) {
      departure.kinds.emplace_back(act.doer.machine ? "odd-of-fleet" : "new-action");
      departure.score += own_score;
      departure.did = days == nullptr ? "called " + bare(act) : "made its first " + bare(act);
    } else if (own != nullptr && own->days * 10 <= days->days && own_score >= 1.5) {
      departure.kinds.emplace_back("rare-action");
      departure.score += own_score;
      departure.did = "made a rare " + bare(act);
    }
    const double through = 0.15 + weight;
    if (days == nullptr) {
      const double newcomer = through * past_.bits_of_newcomer(act.doer);
      if (newcomer >= 0.5 && !is_read(what)) {
        departure.kinds.emplace_back("new-principal");
        if (departure.kinds.size() == 1) departure.notes.emplace_back("never seen before");
        departure.score += newcomer;
        if (departure.did.empty()) departure.did = "came new and called " + bare(act);
      }
      return;
    }
    if (days->days < kGrown) return;
    const bool has_address = !is_service_source(habits_.name(row_of(act), Part::Source));
    if (has_address && past_.place(act.doer, act.place) == nullptr) {
      double news = past_.bits_of_new(act.doer, Part::Source);
      const bool near = act.around != 0 && past_.place(act.doer, act.around) != nullptr;
      const bool ours = past_.account_place(act.doer.account, act.place) != nullptr;
      if (near) news *= 0.2;
      if (ours) news *= 0.4;
      const bool key = text(act, Part::Key).starts_with("AKIA");
      const double score = through * news * (key ? 1.3 : 1.0);
      if (score >= 0.3) {
        departure.kinds.emplace_back("new-network");
        departure.notes.push_back(fmt::format("from {}, {}", text(act.place),
                                              ours   ? "which others here use"
                                              : near ? "near to where it was"
                                                     : "where it never was"));
        departure.score += score;
        if ((key || act.doer.machine) && !near && departure.level < Level::High) {
          departure.level = findings::raised(departure.level);
          departure.why += key ? ", one higher: a long-lived key at a new place"
                               : ", one higher: a machine's credentials at a new place";
        }
        if (departure.did.empty()) departure.did = "came from a new place";
      }
    }
    const std::uint32_t agent = row_of(act)[Part::Agent];
    if (agent != 0 && has_address && past_.agent(act.doer, agent) == nullptr) {
      const double score = through * 0.5 * past_.bits_of_new(act.doer, Part::Agent);
      if (score >= 0.3) {
        departure.kinds.emplace_back("new-agent");
        departure.notes.push_back("with " + text(agent) + ", which it never used");
        departure.score += score;
        if (departure.did.empty()) departure.did = "came with a new agent";
      }
    }
    const std::uint32_t region = row_of(act)[Part::Region];
    if (region != 0 && past_.region(act.doer, region) == nullptr) {
      const bool unused = past_.account_region(act.doer.account, region) == nullptr;
      const double score =
          through * (unused ? 1.2 : 0.5) * past_.bits_of_new(act.doer, Part::Region);
      if (score >= 0.3) {
        departure.kinds.emplace_back("new-region");
        departure.notes.push_back(
            "in " + text(region) +
            (unused ? ", where the account never was" : ", where it never was"));
        departure.score += score;
        if (departure.did.empty()) departure.did = "went to a new region";
      }
    }
    const std::uint32_t resource = row_of(act)[Part::Resource];
    if (resource != 0 && !act.failed &&
        (what.name == "secret" || what.name == "assume" || what.name == "data") &&
        past_.resource(act.doer, resource) == nullptr) {
      const double score = (what.name == "data" ? kBucketReader : weight) * 0.6 *
                           past_.bits_of_new(act.doer, Part::Resource);
      if (score >= 0.3) {
        departure.kinds.emplace_back(what.name == "assume" ? "new-assumer" : "new-reader");
        departure.notes.push_back((what.name == "assume" ? "assumes " : "reads ") +
                                  findings::spoken_name(text(resource)) + " for the first time");
        departure.score += score;
        if (departure.did.empty()) {
          departure.did = (what.name == "assume" ? "assumed " : "read ") +
                          findings::spoken_name(text(resource)) + " for the first time";
        }
      }
    }
  }

  /// Denied before and allowed now, or the other way round.
  void turn(const Act& act, double weight, Departure& departure) {
    const Seen* own = past_.action(act.doer, act.action);
    const auto pair = std::pair(act.doer.id, act.action);
    if (!act.failed) {
      const bool before = own != nullptr && own->denied > 0 && own->ok == 0;
      bool within = false;
      if (const auto failing = failing_.find(pair);
          failing != failing_.end() && (own == nullptr || own->ok == 0)) {
        for (const std::size_t other : failing->second) {
          within = within || (acts_[other].denied && acts_[other].first < act.first);
        }
      }
      if (!before && !within) return;
      departure.kinds.emplace_back("denied-then-allowed");
      departure.notes.push_back(before
                                    ? fmt::format("denied {} until {}", plural(own->denied, "time"),
                                                  format_day(own->last))
                                    : "denied before, in the same stretch");
      departure.score += 2 + 4 * weight;
      departure.did = "may now call " + bare(act) + ", which was denied";
      return;
    }
    if (!act.denied || act.count < kManyDenials) return;
    if (own == nullptr || own->days < kGrown || own->denied > 0 || own->ok == 0) return;
    if (working_.contains(pair)) return;
    departure.kinds.emplace_back("allowed-then-denied");
    departure.notes.push_back(
        fmt::format("worked on {} until {}", plural(own->days, "day"), format_day(own->last)));
    departure.score += 2 + 2 * weight;
    departure.did = "is now denied " + bare(act);
    explain(act, departure);
  }

  /// A service that is refused what was never refused to it: evidence is lost, or something broke.
  void fail_newly(const Act& act, Departure& departure) {
    if (!act.denied || act.count < kManyOfServices) return;
    const Seen* own = past_.action(act.doer, act.action);
    if (own != nullptr && own->denied * 4 > act.count) return;
    departure.kinds.emplace_back("newly-failing");
    departure.score += 2 + 0.6 * std::log2(static_cast<double>(act.count));
    departure.did = fmt::format("was refused {} {}", bare(act), plural(act.count, "time"));
    departure.level = Level::High;
    departure.why = "high: an AWS service is refused what it needs";
    explain(act, departure);
  }

  /// The last change of the same resource before a refusal.
  void explain(const Act& act, Departure& departure) {
    const std::uint32_t resource = row_of(act)[Part::Resource];
    if (resource == 0) return;
    const Habit* cause = nullptr;
    for (const Habit& habit : habits_.rows()) {
      if (habit[Part::Resource] != resource || !habit.change || habit.service) continue;
      if (habits_.name(habit, Part::Outcome) != "success") continue;
      if (habits_.name(habit, Part::Category) != "Management") continue;
      if (habit.first >= act.first || act.first.micros - habit.first.micros > kCauseWithin)
        continue;
      if (cause == nullptr || habit.first > cause->first) cause = &habit;
    }
    if (cause == nullptr) return;
    const std::string event = text(cause->event);
    departure.notes.push_back(fmt::format(
        "{} after {} by {} ({})", format_duration(act.first.micros - cause->first.micros),
        bare(habits_.name(*cause, Part::Action)),
        findings::spoken_name(habits_.name(*cause, Part::Principal)), findings::short_id(event)));
    departure.more_events.push_back(event);
  }

  void grow_loud(const Act& act, Departure& departure) const {
    if (act.failed || act.count < kLoud) return;
    const std::string_view kind = habits_.name(row_of(act), Part::Class);
    if (kind != "data" && kind != "secret" && kind != "delete") return;
    if (!enough_past_ && act.count < kBulk) return;
    if (act.reset && act.count < kBulk) return;
    const Seen* own = past_.action(act.doer, act.action);
    const double most = own == nullptr ? 1 : static_cast<double>(own->most);
    const double ratio = static_cast<double>(act.count) / most;
    if (ratio < kMuchLouder) return;
    const double score = 0.5 * std::log2(ratio) * (kind == "data" ? 1.0 : 1.5);
    departure.kinds.emplace_back("louder");
    departure.notes.push_back(
        own == nullptr
            ? fmt::format("{} in {}, none before", plural(act.count, "time"),
                          format_duration(std::max(kSecond, act.last.micros - act.first.micros)))
            : fmt::format("{}; the most in a day was {}", plural(act.count, "time"),
                          with_commas(own->most)));
    departure.score += score + (act.count >= kBulk ? 2 : 0);
    if (departure.level < Level::Medium) {
      departure.level = Level::Medium;
      departure.why = "medium: far more than ever in a day";
    }
    if (departure.did.empty()) {
      departure.did = fmt::format("made {} calls of {}", with_commas(act.count), bare(act));
    }
  }

  // What it says.

  static std::string bare(std::string_view action) {
    const std::size_t colon = action.find(':');
    return std::string(colon == std::string_view::npos ? action : action.substr(colon + 1));
  }
  std::string bare(const Act& act) const { return bare(habits_.name(act.action)); }

  Finding finding_of(const Departure& departure) const {
    const Act& act = acts_[departure.act];
    Finding finding;
    finding.ts = act.first;
    finding.last = act.last;
    finding.hunts = departure.kinds;
    finding.level = departure.level;
    finding.principal = text(act, Part::Principal);
    finding.key = text(act, Part::Key);
    finding.session = act.doer.machine ? text(act.doer.id) : text(act, Part::Session);
    finding.source = text(act, Part::Source);
    finding.agent = text(act, Part::Agent);
    finding.account = text(act, Part::Account);
    finding.region = text(act, Part::Region);
    finding.action = text(act.action);
    finding.target = text(act, Part::Target);
    if (finding.target.empty()) finding.target = text(act, Part::Resource);
    finding.outcome = text(act, Part::Outcome);
    finding.count = act.count;
    std::vector<std::size_t> rows = act.rows;
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
      return habits_.rows()[a].first < habits_.rows()[b].first;
    });
    for (const std::size_t row : rows) {
      if (finding.event_ids.size() == kMostIds) break;
      if (habits_.rows()[row].event != 0)
        finding.event_ids.push_back(text(habits_.rows()[row].event));
    }
    if (finding.event_ids.empty()) finding.event_ids.emplace_back(findings::kNoEventId);
    for (const std::string& event : departure.more_events) finding.event_ids.push_back(event);
    finding.why = departure.why;
    if (enough_past_) finding.usual = past_.words(act.doer, act.action, name_of(act));
    std::vector<std::string> details = departure.notes;
    if (enough_past_ &&
        (departure.kinds.front() == "new-action" || departure.kinds.front() == "odd-of-fleet" ||
         departure.kinds.front() == "rare-action")) {
      details.insert(details.begin(), past_.brief(act.doer, act.action));
    }
    finding.detail = join(details, "; ");
    finding.attack = {technique_of(text(act.action), class_of(text(act, Part::Class)))};
    finding.extras.emplace_back("did", departure.did);
    return finding;
  }

  /// Whether a departure is nothing but one read more of somebody who reads.
  bool is_mere_read(const Departure& departure) const {
    return is_read(class_of(text(acts_[departure.act], Part::Class))) &&
           std::all_of(departure.kinds.begin(), departure.kinds.end(), [](const std::string& kind) {
             return kind.starts_with("new-") || kind == "odd-of-fleet";
           });
  }

  /// Findings of the departures: reads of one doer from one place as one, and what is said of a
  /// place or an agent said once.
  void find(std::vector<Finding>& found, std::vector<double>& scores) {
    std::stable_sort(departures_.begin(), departures_.end(),
                     [&](const Departure& a, const Departure& b) {
                       return acts_[a.act].first < acts_[b.act].first;
                     });
    std::set<std::pair<std::uint32_t, std::string>> said;
    struct Reads {
      std::size_t finding;
      std::vector<std::string> actions;
      std::string notes;  ///< Where from, and with what
      double counts = 1;
    };
    std::map<std::array<std::uint32_t, 3>, Reads> reads;
    for (Departure& departure : departures_) {
      const Act& act = acts_[departure.act];
      std::erase_if(departure.notes, [&](const std::string& note) {
        return !said.emplace(act.doer.id, note).second;
      });
      if (!is_mere_read(departure)) {
        found.push_back(finding_of(departure));
        scores.push_back(departure.score);
        continue;
      }
      const std::array key{act.doer.id, act.place, static_cast<std::uint32_t>(act.failed)};
      const auto [known, fresh] =
          reads.emplace(key, Reads{found.size(), {bare(act)}, join(departure.notes, "; ")});
      Reads& all = known->second;
      if (fresh) {
        found.push_back(finding_of(departure));
        scores.push_back(departure.score);
        continue;
      }
      Finding& finding = found[all.finding];
      all.actions.push_back(bare(act));
      all.counts *= kNextCounts;
      scores[all.finding] += departure.score * all.counts;
      const Finding more = finding_of(departure);
      finding.last = std::max(finding.last, more.last);
      finding.count += more.count;
      finding.action += ", " + more.action;
      if (finding.event_ids.size() < kMostIds) finding.event_ids.push_back(more.event_ids.front());
      std::vector<std::string> shown(
          all.actions.begin(), all.actions.begin() + static_cast<std::ptrdiff_t>(
                                                         std::min(all.actions.size(), kMostIds)));
      const std::size_t rest = all.actions.size() - shown.size();
      finding.detail =
          fmt::format("{} reads it never made: {}{}", all.actions.size(), join(shown, ", "),
                      rest == 0 ? "" : fmt::format(" and {} more", rest));
      if (!all.notes.empty()) finding.detail += "; " + all.notes;
      finding.extras = {
          {"did", fmt::format("made {} reads that it never made", all.actions.size())}};
    }
  }

  void hide_expected(std::vector<Finding>& found, std::vector<double>& scores,
                     Comparison& comparison) const {
    if (options_.site == nullptr || options_.site->expect.empty()) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (options_.site->expected(found[i]) != nullptr) continue;
      if (kept != i) {
        found[kept] = std::move(found[i]);
        scores[kept] = scores[i];
      }
      ++kept;
    }
    comparison.hidden = found.size() - kept;
    found.resize(kept);
    scores.resize(kept);
  }

  void tell(Comparison& comparison) {
    std::vector<Finding> found;
    std::vector<double> scores;
    find(found, scores);
    hide_expected(found, scores, comparison);
    findings::Material material;
    material.own = {options_.site, options_.allotted};
    material.actors = findings::Actors(options_.births);
    material.logs_begin = past_.first();
    material.logs_end = options_.to;
    for (const char* kind :
         {"change", "new-action", "odd-of-fleet", "rare-action", "new-principal", "new-network",
          "new-agent", "new-region", "new-assumer", "new-reader", "denied-then-allowed",
          "allowed-then-denied", "newly-failing", "louder"}) {
      material.phrases[kind] = {
          kind, "", "{did}", {"trailhound triage {principal}", "trailhound triage {event_ids}"}};
    }
    std::vector<findings::Story> stories = findings::tell(found, material);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < stories.size(); ++i) {
      std::vector<double> parts;
      for (const std::size_t finding : stories[i].findings) parts.push_back(scores[finding]);
      std::sort(parts.begin(), parts.end(), std::greater<>());
      double score = 0, counts = 1;
      for (const double part : parts) {
        score += part * counts;
        counts *= kNextCounts;
      }
      if (score < kWorthAStory && !options_.all) {
        ++comparison.left_out;
        continue;
      }
      order.emplace_back(score, i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [score, i] : order) {
      findings::Story& story = stories[i];
      story.number = comparison.stories.size() + 1;
      std::vector<std::size_t> places;
      for (const std::size_t place : story.findings) {
        found[place].story = story.number;
        places.push_back(comparison.findings.size());
        comparison.findings.push_back(found[place]);
        story.events += found[place].count;
        if (found[place].outcome == "denied") story.denied += found[place].count;
      }
      story.findings = std::move(places);
      comparison.stories.push_back(std::move(story));
    }
  }

  /// Who fell silent, as findings of no story: they are no burst.
  static void add_silent(Comparison& comparison) {
    for (const Silent& one : comparison.silent) {
      Finding finding;
      finding.ts = finding.last = one.last;
      finding.hunts = {"quieter"};
      finding.level = Level::Low;
      finding.why = "low: nothing was done";
      finding.actor = one.name;
      finding.principal = one.principal;
      finding.account = one.account;
      finding.count = 0;
      finding.event_ids = {one.event.empty() ? std::string(findings::kNoEventId) : one.event};
      finding.usual = fmt::format("acted on {} before", plural(one.days, "day"));
      finding.detail = "did nothing in the stretch; last " + format_iso(one.last);
      comparison.findings.push_back(std::move(finding));
    }
  }

  Habits& habits_;
  std::size_t end_;
  const CompareOptions& options_;
  Past past_;
  bool enough_past_ = false;
  std::set<std::pair<std::uint32_t, std::uint32_t>> reset_;
  std::vector<Act> acts_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>> failing_, working_;
  std::vector<Departure> departures_;
};

}  // namespace

Comparison compare(Habits& past, const Habits& window, const CompareOptions& options) {
  const std::size_t end = past.rows().size();
  for (const Habit& habit : window.rows()) past.add(window, habit);
  return Comparer(past, end, options).compare();
}

}  // namespace trailhound::baseline
