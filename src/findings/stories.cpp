// SPDX-License-Identifier: Apache-2.0
//
// From findings to stories in four steps: who is behind each (Actors), which belong together
// (bursts), what each story says (headline, lines), and which is read first (order).
#include "findings/stories.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "findings/cells.hpp"
#include "findings/tally.hpp"
#include "findings/words.hpp"

namespace trailhound::findings {
namespace {

constexpr std::size_t kMostLines = 14;
constexpr std::size_t kMostNames = 3;
constexpr std::size_t kMostPhrases = 3;
constexpr std::size_t kManyTactics = 3;
constexpr const char* kSilence = "silence";

/// Distinct texts in the order of their coming.
void add_once(std::vector<std::string>& all, const std::string& text) {
  if (!text.empty() && std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

/// "a, b, c and 4 more"
std::string some_of(const std::vector<std::string>& all, std::size_t most = kMostNames) {
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < most; ++i) {
    if (i != 0) text += ", ";
    text += all[i];
  }
  if (all.size() > most) text += " and " + std::to_string(all.size() - most) + " more";
  return text;
}

std::string_view bare_action(std::string_view action) {
  const std::size_t colon = action.find(':');
  return colon == std::string_view::npos ? action : action.substr(colon + 1);
}

// Which findings belong together.

struct Burst {
  Actor actor;
  Time first, last;
  std::vector<std::size_t> findings;
  std::set<std::string> keys, sources;
};

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(list, ',')) add_once(parts, std::string(trim(part)));
  return parts;
}

bool shares(const std::set<std::string>& known, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return known.count(part) != 0; });
}

bool goes_on(const Burst& burst, const Finding& finding) {
  const std::int64_t quiet = finding.ts.micros - burst.last.micros;
  if (quiet <= kQuiet) return true;
  return quiet <= kSameStory && (shares(burst.keys, parts_of(finding.key)) ||
                                 shares(burst.sources, parts_of(finding.source)));
}

void join_in(Burst& burst, const Finding& finding, std::size_t place) {
  if (burst.findings.empty()) burst.first = finding.ts;
  burst.last = std::max({burst.last, finding.ts, finding.last});
  burst.findings.push_back(place);
  for (const std::string& key : parts_of(finding.key)) burst.keys.insert(key);
  for (const std::string& source : parts_of(finding.source)) burst.sources.insert(source);
}

std::vector<Burst> bursts_of(std::vector<Finding>& findings, const Actors& actors) {
  std::vector<Burst> bursts;
  std::unordered_map<std::string, std::size_t> open;  // actor → its last burst
  std::vector<std::size_t> order(findings.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return findings[a].ts < findings[b].ts; });
  for (const std::size_t place : order) {
    Finding& finding = findings[place];
    Actor actor = actors.behind(finding);
    finding.actor = actor.name;
    const auto last = open.find(actor.id);
    if (last != open.end() && goes_on(bursts[last->second], finding)) {
      join_in(bursts[last->second], finding, place);
      continue;
    }
    open[actor.id] = bursts.size();
    bursts.push_back({std::move(actor), {}, {}, {}, {}, {}});
    join_in(bursts.back(), finding, place);
  }
  return bursts;
}

// What a story says.

class Teller {
 public:
  Teller(const std::vector<Finding>& findings, const Material& material)
      : findings_(findings), material_(material) {}

  Story tell(const Burst& burst) {
    Story story;
    story.actor = burst.actor;
    story.first = burst.first;
    story.last = burst.last;
    story.findings = burst.findings;
    for (const std::size_t place : burst.findings) {
      add_once(principals_, findings_[place].principal);
    }
    rate(story);
    take_acts(story, burst);
    story.did = deeds(story);
    story.headline = story.actor.name + " " + story.did;
    story.who = who(story, burst);
    story.lines = lines(story);
    take_things(story);
    story.next = next(story);
    return story;
  }

 private:
  const Finding& at(std::size_t place) const { return findings_[place]; }

  const Phrases* phrases_of(const Finding& finding) const {
    const auto known = material_.phrases.find(finding.hunts.front());
    return known == material_.phrases.end() ? nullptr : &known->second;
  }

  void rate(Story& story) const {
    std::set<std::string_view> tactics;
    for (const std::size_t place : story.findings) {
      story.level = std::max(story.level, at(place).level);
      if (at(place).level < Level::Medium) continue;
      const std::string_view tactic = words_of(at(place).attack).tactic;
      if (!tactic.empty()) tactics.insert(tactic);
    }
    story.why = std::string(name_of(story.level)) + " as its worst finding";
    if (tactics.size() < kManyTactics || story.level == Level::Critical) return;
    story.level = raised(story.level);
    story.why += ", raised one: it joins ";
    std::size_t i = 0;
    for (const std::string_view tactic : tactics) {
      story.why += (i++ == 0 ? "" : ", ") + std::string(tactic);
    }
  }

  bool is_mine(const std::string& principal) const {
    return std::find(principals_.begin(), principals_.end(), principal) != principals_.end();
  }

  /// The acts of the story's principals while it lasts and as long as they go on without a pause,
  /// or with one that the same key and address bridge.
  void take_acts(Story& story, const Burst& burst) {
    acts_.clear();
    Time end = burst.last;
    for (const Act& act : material_.acts) {
      if (!is_mine(act.principal)) continue;
      if (act.last.micros < burst.first.micros - kQuiet) continue;
      const std::int64_t quiet = act.first.micros - end.micros;
      const bool bridged = burst.keys.count(act.key) != 0 && burst.sources.count(act.source) != 0;
      if (quiet > (bridged ? 2 * kQuiet : kQuiet)) continue;
      end = std::max(end, act.last);
      acts_.push_back(&act);
      story.events += act.count;
      if (act.outcome == "denied") story.denied += act.count;
    }
    if (!acts_.empty()) story.first = std::min(story.first, acts_.front()->first);
    story.last = end;
  }

  /// What was done, without the actor's name: the hunt's own words, else the technique's.
  std::string phrase(const Finding& finding) const {
    const std::string action(bare_action(finding.action));
    if (failed(finding) && action == "ConsoleLogin") return "failed to sign in";
    if (failed(finding) && !action.empty() && action.find(',') == std::string::npos) {
      return (finding.outcome == "denied" ? "was denied " : "tried ") + action;
    }
    if (const Phrases* hunt = phrases_of(finding); hunt != nullptr && !hunt->did.empty()) {
      Finding spoken = finding;
      if (spoken_name(spoken.target) == spoken_name(spoken.principal)) {
        spoken.target = "itself";
      } else {
        spoken.target = spoken_name(spoken.target);
      }
      if (const auto said = fill(hunt->did, spoken)) return *said;
    }
    return std::string(words_of(finding.attack).did);
  }

  std::string deeds(const Story& story) const {
    std::vector<std::size_t> order = story.findings;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const bool failed_a = failed(at(a)), failed_b = failed(at(b));
      if (at(a).level != at(b).level) return at(a).level > at(b).level;
      return failed_a < failed_b;
    });
    struct Said {
      std::string phrase;
      Time when;
      std::size_t times;
    };
    std::vector<Said> said;
    std::map<std::string_view, int> tactics;
    // First two phrases for each tactic, the worst first; then whatever else there is room for.
    for (const bool fresh_only : {true, false}) {
      for (const std::size_t place : order) {
        const std::string text = phrase(at(place));
        const std::string_view tactic = words_of(at(place).attack).tactic;
        const auto known = std::find_if(said.begin(), said.end(),
                                        [&](const Said& one) { return one.phrase == text; });
        if (known != said.end()) {
          if (!fresh_only) continue;
          ++known->times;
          continue;
        }
        if (said.size() == kMostPhrases || (fresh_only && tactics[tactic] >= 2)) continue;
        ++tactics[tactic];
        said.push_back({text, at(place).ts, 1});
      }
    }
    std::stable_sort(said.begin(), said.end(),
                     [](const Said& a, const Said& b) { return a.when < b.when; });
    std::string text;
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (i != 0) text += i + 1 == said.size() ? ", then " : ", ";
      text += said[i].phrase;
      if (said[i].times > 1) text += " (" + std::to_string(said[i].times) + " times)";
    }
    return text;
  }

  std::vector<std::string> who(Story& story, const Burst& burst) const {
    std::vector<std::string> all;
    const std::string& id = story.actor.id;
    if (story.actor.service) {
      all.push_back("AWS service");
    } else if (id.find(":user/") != std::string::npos) {
      all.push_back("IAM user " + story.actor.name);
    } else if (story.actor.name == "root") {
      all.push_back("root user");
    } else {
      all.push_back(story.actor.name);
    }
    if (!story.actor.account.empty()) {
      all.push_back("account " + (material_.own.site != nullptr
                                      ? material_.own.site->account_words(story.actor.account)
                                      : story.actor.account));
    }
    std::vector<std::string> others;
    for (const std::string& principal : principals_) {
      if (principal != id) add_once(others, spoken_name(principal));
    }
    if (!others.empty()) all.push_back("also as " + some_of(others));
    std::vector<std::string> keys(burst.keys.begin(), burst.keys.end()), sources;
    std::erase(keys, "");
    // Long-lived keys say more than those of an hour.
    std::stable_partition(keys.begin(), keys.end(),
                          [](const std::string& key) { return key.substr(0, 4) == "AKIA"; });
    if (!keys.empty()) all.push_back((keys.size() > 1 ? "keys " : "key ") + some_of(keys));
    for (const std::string& source : burst.sources) {
      if (!source.empty()) sources.push_back(material_.own.words(source));
    }
    if (!sources.empty()) all.push_back(some_of(sources));
    story.from = some_of(sources);
    if (story.events > 0) {
      std::string words = with_commas(story.events) + (story.events == 1 ? " event" : " events");
      if (story.denied > 0) words += ", " + with_commas(story.denied) + " denied";
      all.push_back(words);
    }
    return all;
  }

  /// Findings that differ only in their target and follow each other become one line.
  struct Fold {
    const Finding* first;
    std::vector<const Finding*> all;
  };

  std::vector<Fold> folds(const Story& story) const {
    std::vector<Fold> folded;
    for (const std::size_t place : story.findings) {
      const Finding& finding = at(place);
      const auto same = [&](const Fold& fold) {
        const Finding& other = *fold.first;
        return other.hunts.front() == finding.hunts.front() && other.action == finding.action &&
               other.outcome == finding.outcome && other.level == finding.level &&
               finding.ts.micros - fold.all.back()->last.micros <= kQuiet;
      };
      const auto found = std::find_if(folded.rbegin(), folded.rend(), same);
      if (found != folded.rend()) {
        found->all.push_back(&finding);
      } else {
        folded.push_back({&finding, {&finding}});
      }
    }
    return folded;
  }

  /// "PutUserPolicy zlj9i0k83o: * on *"; several actions are named by the detail alone.
  std::string what_of(const Fold& fold) const {
    const Finding& first = *fold.first;
    std::string text(bare_action(first.action));
    const bool one_action = text.find_first_of(", ") == std::string::npos && !text.empty();
    if (!one_action) text.clear();
    if (fold.all.size() == 1) {
      const std::string target = spoken_name(first.target);
      const bool told = target.empty() || first.detail.find(target) != std::string::npos;
      if (one_action && !told) text += " " + target;
      if (!first.detail.empty() && first.detail != text) {
        text += (text.empty() ? "" : ": ") + first.detail;
      }
      if (first.count > 1 && one_action) text += ", " + with_commas(first.count) + " events";
    } else {
      std::vector<std::string> targets;
      for (const Finding* finding : fold.all) add_once(targets, spoken_name(finding->target));
      if (!targets.empty()) text += (text.empty() ? "" : " ") + some_of(targets);
      if (targets.size() <= 1) text += ", " + std::to_string(fold.all.size()) + " times";
    }
    if (!text.empty()) return text;
    const Phrases* hunt = phrases_of(first);
    return hunt != nullptr ? hunt->title : first.hunts.front();
  }

  StoryLine line_of(const Fold& fold) const {
    const Finding& first = *fold.first;
    StoryLine line;
    line.at = first.ts;
    line.level = first.level;
    const Phrases* hunt = phrases_of(first);
    line.word = hunt != nullptr && !hunt->word.empty() ? hunt->word
                                                       : std::string(words_of(first.attack).word);
    if (failed(first)) line.word = first.outcome == "denied" ? "denied" : "tried";
    if (first.level >= Level::High) line.word = to_upper(line.word);
    line.what = what_of(fold);
    line.technique = first.attack.empty() ? "" : first.attack.front();
    line.event_id = first.event_ids.empty() ? "" : first.event_ids.front();
    const Finding& last = *fold.all.back();
    if (!last.event_ids.empty() && last.event_ids.back() != line.event_id) {
      line.last_event_id = last.event_ids.back();
    }
    return line;
  }

  /// What was done in a stretch behind the last finding.
  StoryLine stretch(const std::vector<const Act*>& acts) const {
    std::vector<std::string> actions;
    std::uint64_t count = 0;
    for (const Act* act : acts) {
      count += act->count;
      std::string action(bare_action(act->action));
      if (!act->target.empty() && acts.size() == 1) action += " " + spoken_name(act->target);
      add_once(actions, action);
    }
    StoryLine line;
    line.at = acts.front()->first;
    line.word = "goes on";
    line.what = (count > 1 ? with_commas(count) + " calls: " : "") + some_of(actions);
    line.event_id = acts.front()->event_id;
    if (acts.back() != acts.front()) line.last_event_id = acts.back()->event_id;
    return line;
  }

  static StoryLine silence(Time from, std::int64_t quiet) {
    StoryLine line;
    line.at = from;
    line.until = {from.micros + quiet};
    line.word = kSilence;
    line.what = "nothing for " + format_duration(quiet);
    return line;
  }

  /// Of silences between which nothing is told, keeps one that spans them.
  static void join_silences(std::vector<StoryLine>& lines) {
    std::vector<StoryLine> kept;
    for (StoryLine& line : lines) {
      if (kept.empty() || kept.back().word != kSilence || line.word != kSilence) {
        kept.push_back(std::move(line));
        continue;
      }
      StoryLine& before = kept.back();
      before.until = line.until;
      before.what = "nothing of note for " + format_duration(line.until.micros - before.at.micros);
    }
    lines = std::move(kept);
  }

  /// What went on after the last finding, and the silences.
  void add_between(Story& story, std::vector<StoryLine>& lines) const {
    if (acts_.empty()) return;
    Time end{};
    for (const std::size_t place : story.findings) {
      end = std::max({end, at(place).last, at(place).ts});
    }
    Time busy = acts_.front()->last;
    std::vector<const Act*> after;
    for (const Act* act : acts_) {
      const std::int64_t quiet = act->first.micros - busy.micros;
      if (quiet > kQuiet) {
        if (!after.empty()) lines.push_back(stretch(after));
        after.clear();
        lines.push_back(silence(busy, quiet));
      }
      busy = std::max(busy, act->last);
      if (act->first > end) after.push_back(act);
    }
    if (!after.empty()) lines.push_back(stretch(after));
  }

  std::vector<StoryLine> lines(Story& story) const {
    std::vector<StoryLine> all;
    for (const Fold& fold : folds(story)) all.push_back(line_of(fold));
    if (all.size() > kMostLines) {
      std::stable_sort(all.begin(), all.end(),
                       [](const StoryLine& a, const StoryLine& b) { return a.level > b.level; });
      story.lines_left_out = all.size() - kMostLines;
      all.resize(kMostLines);
    }
    add_between(story, all);
    std::stable_sort(all.begin(), all.end(),
                     [](const StoryLine& a, const StoryLine& b) { return a.at < b.at; });
    join_silences(all);
    return all;
  }

  void take_things(Story& story) const {
    for (const Standing& thing : material_.things) {
      if (!is_mine(thing.principal) || thing.made_at < story.first || thing.made_at > story.last) {
        continue;
      }
      Standing mine = thing;
      if (mine.kind == "key") {
        const auto uses = material_.uses_of_keys.find(mine.name);
        const std::uint64_t times = uses == material_.uses_of_keys.end() ? 0 : uses->second;
        mine.words += times == 0   ? ", never used"
                      : times == 1 ? ", used once"
                                   : ", used " + with_commas(times) + " times";
      }
      (mine.gone_at ? story.undone : story.stands).push_back(std::move(mine));
    }
    for (std::vector<Standing>* things : {&story.undone, &story.stands}) {
      std::stable_sort(things->begin(), things->end(),
                       [](const Standing& a, const Standing& b) { return a.weight < b.weight; });
    }
  }

  std::vector<std::string> next(const Story& story) const {
    std::vector<std::size_t> order = story.findings;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return at(a).level > at(b).level; });
    std::vector<std::string> commands;
    for (const std::size_t place : order) {
      const Phrases* hunt = phrases_of(at(place));
      if (hunt == nullptr) continue;
      for (const std::string& command : hunt->next) {
        if (const auto filled = fill_command(command, at(place))) add_once(commands, *filled);
        if (commands.size() == kMostNames) return commands;
      }
    }
    return commands;
  }

  const std::vector<Finding>& findings_;
  const Material& material_;
  std::vector<std::string> principals_;
  std::vector<const Act*> acts_;
};

/// The workload (an instance, a function) whose key signed the events of a finding.
void name_sessions(std::vector<Finding>& findings, const Material& material) {
  std::unordered_map<std::string_view, std::string_view> workloads;  // of keys
  for (const auto& [key, workload] : material.workloads) workloads.emplace(key, workload);
  for (const Act& act : material.acts) {
    if (!act.session.empty() && !act.key.empty()) workloads.emplace(act.key, act.session);
  }
  for (Finding& finding : findings) {
    const auto workload = workloads.find(finding.key);
    if (finding.session.empty() && workload != workloads.end()) finding.session = workload->second;
  }
}

// Which is read first.

bool comes_before(const Story& a, const Story& b) {
  if (a.level != b.level) return a.level > b.level;
  if (a.actor.service != b.actor.service) return b.actor.service;
  if (a.first != b.first) return a.first < b.first;
  return a.actor.id < b.actor.id;
}

void put_in_order(std::vector<Story>& stories) {
  std::stable_sort(stories.begin(), stories.end(), comes_before);
  const auto person = std::find_if(stories.begin(), stories.end(),
                                   [](const Story& story) { return !story.actor.service; });
  if (person != stories.end()) std::rotate(stories.begin(), person, person + 1);
}

}  // namespace

namespace {}  // namespace

std::string acts_statement(const std::vector<Watched>& watched) {
  std::string who;
  for (const Watched& one : watched) {
    who += (who.empty() ? "" : "\n  or ") + std::string("(principal = ") +
           sql_literal(one.principal) + " and ts between " + sql_literal(one.from) + " and " +
           sql_literal(one.to) + ")";
  }
  if (who.empty()) who = "principal = '' and ts is null";
  return "select min(ts) as first, max(ts) as last, principal, useridentity.accesskeyid as key,\n"
         "  max(workload) as session, action, outcome, sourceipaddress as source,\n"
         "  max(target) as target, max(agent_family) as agent,\n"
         "  min_by(eventid, ts) as event_id, count(*) as events\n"
         "from cloudtrail\nwhere " +
         who +
         "\ngroup by principal, useridentity.accesskeyid, action, outcome, sourceipaddress,\n"
         "  date_trunc('minute', ts)\n"
         "order by first, event_id\nlimit 100000";
}

Result<std::vector<Act>> read_acts(engine::Rows& rows) {
  std::vector<Act> acts;
  TRY(each_row(rows, [&](const Row& row) {
    acts.push_back({row.time("first"), row.time("last"), row.text("principal"), row.text("key"),
                    row.text("session"), row.text("action"), row.text("outcome"), row.text("agent"),
                    row.text("source"), row.text("target"), row.text("event_id"),
                    row.count("events")});
  }));
  return acts;
}

std::vector<Story> tell(std::vector<Finding>& findings, const Material& material) {
  std::vector<Story> stories;
  name_sessions(findings, material);
  for (const Burst& burst : bursts_of(findings, material.actors)) {
    stories.push_back(Teller(findings, material).tell(burst));
  }
  put_in_order(stories);
  for (std::size_t i = 0; i < stories.size(); ++i) {
    stories[i].number = i + 1;
    for (const std::size_t place : stories[i].findings) findings[place].story = i + 1;
  }
  return stories;
}

}  // namespace trailhound::findings
