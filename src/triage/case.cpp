// SPDX-License-Identifier: Apache-2.0
#include "triage/case.hpp"

#include <algorithm>
#include <future>
#include <set>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/words.hpp"
#include "triage/changes.hpp"
#include "triage/narrowing.hpp"
#include "triage/pass.hpp"
#include "triage/understand.hpp"

namespace trailhound::triage {
namespace {

constexpr std::size_t kMostNamed = 200;  // events that stand in a statement

std::string either(const std::string& one, const std::string& other) {
  return one.empty() || other.empty() ? one + other : one + "\n  or " + other;
}

std::string in_brackets(const std::string& conditions) {
  return conditions.empty() ? conditions : "(" + conditions + ")";
}

/// The events of all of them: `of` says which of a subject's are meant.
Wanted wanted_of(const std::vector<Subject>& subjects, Wanted Subject::*of) {
  Wanted all;
  std::vector<Condition> told;
  for (const Subject& subject : subjects) {
    const Wanted& one = subject.*of;
    all.condition = either(all.condition, one.condition);
    all.at_least = std::max(all.at_least, one.at_least);
    all.rest = either(all.rest, one.told ? one.rest : one.condition);
    if (one.told) told.push_back(*one.told);
  }
  all.condition = in_brackets(all.condition);
  all.rest = in_brackets(all.rest);
  if (!told.empty()) all.told = any(std::move(told));
  return all;
}

class Investigation {
 public:
  Investigation(ask::Desk& desk, std::vector<Subject> subjects, const CaseOptions& options)
      : desk_(desk), options_(options) {
    about_.subjects = std::move(subjects);
    by_ = wanted_of(about_.subjects, &Subject::by);
    about_them_ = wanted_of(about_.subjects, &Subject::about);
  }

  Result<Case> run() {
    TRY(look_again());
    TRY(about_.held, what_is_held(desk_));
    about_.read = desk_.coverage();
    // A core asks what they did while another hunts; of a lake, a third what was done to them.
    const auto third = desk_.keeps_answers() ? std::launch::async : std::launch::deferred;
    auto done_to = std::async(third, [&]() -> Result<void> {
      if (about_them_.condition.empty()) return {};
      TRY(about_.done_to, calls_to(desk_, about_them_, by_));
      return {};
    });
    auto deeds = std::async(std::launch::async, [&]() -> Result<void> {
      TRY(Calls calls, calls_by(desk_, by_));
      about_.groups = std::move(calls.groups);
      about_.steps = std::move(calls.steps);
      about_.by_hour = calls.by_hour;
      about_.steps_cut = calls.steps_cut;
      return {};
    });
    Result<void> hunted = hunts();
    TRY(deeds.get());
    TRY(done_to.get());
    TRY(std::move(hunted));
    TRY(things());
    about_.own.site = options_.site;
    TRY(about_.own.allotted, findings::ask_allotted(desk_));
    return std::move(about_);
  }

 private:
  /// Before several threads ask: a pass puts other events in the place of those that they read.
  Result<void> look_again() {
    if (options_.catalogue != nullptr) {
      return options_.gathered ? Result<void>{} : gather(desk_, {}, options_);
    }
    if (!options_.gathered) return {};
    // A bare name turned out to be an agent's family: that need not stand in its events.
    const bool agent =
        std::any_of(about_.subjects.begin(), about_.subjects.end(),
                    [](const Subject& subject) { return subject.entity.form == Form::Agent; });
    return agent ? look_once_at_all(desk_) : Result<void>{};
  }

  Result<void> hunts() {
    if (options_.catalogue == nullptr) return {};
    TRY(about_.hunts, options_.catalogue->pick({}));
    hunt::RunOptions how{.site = options_.site, .parameters = {}, .gathered = true};
    how.stories = options_.stories || is_known_by_session();
    TRY(hunt::Report report, hunt::run(desk_, *options_.catalogue, about_.hunts, how));
    about_.hunted = true;
    about_.blind = hunt::blind_words(report, about_.hunts);
    about_.holes = report.tally.gaps(kHour);
    std::set<std::size_t> stories;
    for (findings::Finding& finding : report.findings) {
      if (!concerns(finding)) continue;
      stories.insert(finding.story);
      about_.findings.push_back(std::move(finding));
    }
    report.findings.clear();
    std::erase_if(report.stories,
                  [&](const findings::Story& story) { return stories.count(story.number) == 0; });
    about_.report = std::move(report);
    return {};
  }

  /// Whether findings concern it by their sessions, which only stories look up.
  bool is_known_by_session() const {
    return std::any_of(about_.subjects.begin(), about_.subjects.end(), [](const Subject& subject) {
      return subject.entity.form == Form::Session || subject.entity.form == Form::Instance;
    });
  }

  bool concerns(const findings::Finding& finding) const {
    return std::any_of(about_.subjects.begin(), about_.subjects.end(),
                       [&](const Subject& subject) { return concerns(finding, subject); });
  }

  static bool concerns(const findings::Finding& finding, const Subject& subject) {
    const std::string& text = subject.entity.text;
    const auto ends = [&](const std::string& field, const std::string& end) {
      return field.size() >= end.size() && field.substr(field.size() - end.size()) == end;
    };
    const auto speaks = [&](const std::string& field) {
      return field.find(text) != std::string::npos;
    };
    switch (subject.entity.form) {
      case Form::Key:
        return text.substr(0, 3) == "…" ? ends(finding.key, text.substr(3))
                                        : speaks(finding.key) || speaks(finding.target);
      case Form::Arn:
        return finding.principal == text || speaks(finding.principal) || finding.target == text;
      case Form::User:
        return ends(finding.principal, text == "root" ? ":root" : ":user/" + text) ||
               (finding.principal.find(":user/") != std::string::npos &&
                ends(finding.principal, "/" + text)) ||
               findings::spoken_name(finding.target) == text;
      case Form::Role:
        return ends(finding.principal, "/" + text) || speaks(":role/" + text) ||
               finding.principal.find(":role/" + text + "/") != std::string::npos ||
               findings::spoken_name(finding.target) == text;
      case Form::Principal:
        return std::find(subject.principals.begin(), subject.principals.end(), finding.principal) !=
                   subject.principals.end() ||
               speaks(finding.target);
      case Form::Session:
      case Form::Instance:
        return finding.session == text || speaks(finding.target);
      case Form::Address: {
        const auto network = event::parse_network(text);
        for (const std::string_view part : split(finding.source, ',')) {
          const auto address = event::parse_address(trim(part));
          if (network && address && network->holds(*address)) return true;
        }
        return false;
      }
      case Form::Account:
        return finding.account == text;
      case Form::Agent:
        return speaks(finding.agent);
      case Form::Event:
        return std::any_of(
            subject.event_ids.begin(), subject.event_ids.end(), [&](const std::string& id) {
              return std::find(finding.event_ids.begin(), finding.event_ids.end(), id) !=
                     finding.event_ids.end();
            });
      case Form::Resource:
      case Form::Service:
      case Form::Name:
        return speaks(finding.target) || speaks(finding.detail) || speaks(finding.principal);
    }
    return false;
  }

  Result<void> things() {
    std::set<std::string> principals;
    for (const Group& group : about_.groups) {
      if (!group.principal.empty() && group.change && group.outcome == "success") {
        principals.insert(group.principal);
      }
    }
    if (!principals.empty()) {
      TRY(const std::vector<findings::Change> changes, changes_of(desk_, principals));
      std::vector<findings::Standing> made = findings::standing(changes);
      TRY(const std::set<std::string> ids, their_changes(made));
      std::set<std::string> own_trails;
      for (const findings::Standing& thing : made) {
        if (thing.kind == "trail" && thing.gone_at) own_trails.insert(thing.gone_event);
      }
      for (findings::Standing& thing : made) {
        if (ids.count(thing.event_id) == 0) continue;
        if (thing.kind == "trail-gone" && own_trails.count(thing.event_id) != 0) continue;
        about_.things.push_back({std::move(thing), std::nullopt, false});
      }
    }
    add_itself();
    return count_uses();
  }

  /// Which of these things they made, by the ids of the events.
  Result<std::set<std::string>> their_changes(const std::vector<findings::Standing>& made) {
    if (by_.is_told()) return changes_by(desk_, *by_.told);
    std::set<std::string> ids;
    Moments moments;
    for (const findings::Standing& thing : made) {
      ids.insert(thing.event_id);
      const bool timed = thing.made_at != Time{};
      const auto at = timed ? std::optional<Time>(thing.made_at) : std::nullopt;
      moments.add(at, at);
    }
    if (ids.empty()) return ids;
    const bool by_id = ids.size() <= kMostNamed && !ids.contains("");
    std::string named =
        by_id ? "eventid in (" + sql_list({ids.begin(), ids.end()}) + ")\n  and " : "";
    if (const auto when = moments.condition()) named += *when + "\n  and ";
    TRY(ask::Answer answer,
        desk_.ask(ask::own_question("select eventid from cloudtrail where " + named +
                                        by_.condition + "\n  and is_change and outcome = 'success'",
                                    "changed")));
    std::set<std::string> theirs;
    TRY(findings::each_row(*answer.rows,
                           [&](const findings::Row& row) { theirs.insert(row.text("eventid")); }));
    return theirs;
  }

  /// A long-lived key that is looked at stands, unless somebody is seen to end it.
  void add_itself() {
    for (const Subject& subject : about_.subjects) {
      const std::string& key = subject.entity.text;
      if (subject.entity.form != Form::Key || key.substr(0, 4) != "AKIA") continue;
      Thing thing;
      thing.itself = true;
      thing.made.kind = "key";
      thing.made.name = key;
      bool used = false;
      for (const Group& group : about_.groups) {
        if (group.key != key) continue;
        used = true;
        thing.made.principal = group.principal;
        thing.made.owner = findings::spoken_name(group.principal);
        thing.made.account = group.account;
      }
      if (!used) continue;
      thing.made.words = "this key of " + thing.made.owner;
      for (const Group& group : about_.done_to) {
        if (group.action != "iam:DeleteAccessKey" || group.outcome != "success") continue;
        thing.made.gone_at = group.first;
        thing.made.gone_event = group.event_id;
        thing.made.gone_by = group.principal;
      }
      if (findings::is_shell_safe(key) && findings::is_shell_safe(thing.made.owner)) {
        thing.made.undo = "aws iam update-access-key --user-name " + thing.made.owner +
                          " --access-key-id " + key + " --status Inactive";
      }
      about_.things.push_back(std::move(thing));
    }
  }

  Result<void> count_uses() {
    std::vector<std::string> keys, arns;
    for (const Thing& thing : about_.things) {
      if (thing.itself) continue;
      if (thing.made.kind == "key") keys.push_back(thing.made.name);
      if (const std::string arn = arn_of(thing.made); !arn.empty()) arns.push_back(arn);
    }
    if (keys.empty() && arns.empty()) return {};
    using Uses = std::map<std::string, std::uint64_t>;
    TRY(Uses uses, uses_of_all(desk_));
    for (Thing& thing : about_.things) {
      if (thing.itself) continue;
      if (thing.made.kind == "key") thing.uses = uses[thing.made.name];
      if (const std::string arn = arn_of(thing.made); !arn.empty()) thing.uses = uses[arn];
    }
    return {};
  }

  static std::string arn_of(const findings::Standing& thing) {
    if (thing.kind != "user" && thing.kind != "role") return {};
    return "arn:aws:iam::" + thing.account + ":" + thing.kind + "/" + thing.name;
  }

  ask::Desk& desk_;
  const CaseOptions& options_;
  Wanted by_, about_them_;
  Case about_;
};

}  // namespace

Result<void> gather(ask::Desk& desk, const std::vector<std::string>& words,
                    const CaseOptions& options) {
  if (options.catalogue == nullptr) return look_once(desk, words);
  for (const std::string& word : words) TRY(entity_of(word));  // before anything is read for it
  TRY(const auto hunts, options.catalogue->pick({}));
  return hunt::gather(desk, *options.catalogue, hunts, {options.site, {}, asked_of_cases(), false});
}

Result<Case> open_case(ask::Desk& desk, std::vector<Subject> subjects, const CaseOptions& options) {
  return Investigation(desk, std::move(subjects), options).run();
}

}  // namespace trailhound::triage
