// SPDX-License-Identifier: Apache-2.0
#include "hunt/run.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <thread>
#include <tuple>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "findings/cells.hpp"
#include "hunt/usual.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

constexpr std::size_t kMostPrincipals = 200;  // of whom changes are asked: stories are for reading
constexpr std::size_t kMostWanted = 5000;     // values of a list that stand in a statement
constexpr std::size_t kMostAtOnce = 4;        // hunts: each takes memory of the engine
constexpr std::size_t kMostWatched = 40;      // of whom acts are asked, the worst findings' first

using Parameters = std::map<std::string, std::string>;

ask::Question question(std::string text, std::string name,
                       ask::Keeping keeping = ask::Keeping::Whole) {
  return ask::own_question(std::move(text), std::move(name), keeping);
}

std::string signed_with(const std::vector<std::string>& keys) {
  return "where useridentity.accesskeyid in (" + sql_list(keys) +
         ") group by useridentity.accesskeyid";
}

std::string uses_statement(const std::vector<std::string>& keys) {
  return "select useridentity.accesskeyid as key, count(*) as events from cloudtrail\n" +
         signed_with(keys);
}

std::string workloads_statement(const std::vector<std::string>& keys) {
  return "select useridentity.accesskeyid as key, max(workload) as workload from cloudtrail\n" +
         signed_with(keys);
}

/// Accounts that the organization's own events show to be members: made in it, moved within it,
/// given permissions. An invitation alone proves nothing.
constexpr std::string_view kMembers =
    R"(select distinct coalesce(json_extract_scalar(serviceeventdetails, '$.createAccountStatus.accountId'),
  json_extract_scalar(requestparameters, '$.accountId'),
  json_extract_scalar(requestparameters, '$.targetId')) as account
from cloudtrail
where errorcode is null and (
  (eventsource = 'organizations.amazonaws.com' and eventname in ('CreateAccountResult', 'MoveAccount',
    'CloseAccount', 'RegisterDelegatedAdministrator'))
  or (eventsource = 'sso.amazonaws.com' and eventname = 'CreateAccountAssignment'
    and json_extract_scalar(requestparameters, '$.targetType') = 'AWS_ACCOUNT')))";

/// What the site and the logs say is ours, as parameters of the hunts.
Parameters own_things(const RunOptions& options, const Tally& tally,
                      const std::vector<std::string>& members) {
  std::set<std::string> accounts(members.begin(), members.end());
  for (const std::string& account : tally.accounts()) accounts.insert(account);
  std::string networks, regions;
  if (options.site != nullptr) {
    for (const auto& [account, name] : options.site->accounts) accounts.insert(account);
    for (const OwnNetwork& own : options.site->networks) {
      networks += (networks.empty() ? "" : ",") + event::format(own.network);
    }
    regions = join(options.site->regions, ",");
  }
  Parameters parameters = options.parameters;
  parameters.emplace("own_accounts",
                     join(std::vector<std::string>(accounts.begin(), accounts.end()), ","));
  parameters.emplace("own_networks", networks);
  parameters.emplace("allowed_regions", regions);
  return parameters;
}

/// Asks one question and hands over its rows.
template <class Read>
auto asked(ask::Desk& desk, std::string text, std::string name, Read read)
    -> decltype(read(std::declval<engine::Rows&>())) {
  TRY(ask::Answer answer, desk.ask(question(std::move(text), std::move(name))));
  return read(*answer.rows);
}

class Runner {
 public:
  Runner(ask::Desk& desk, const Catalogue& catalogue, const std::vector<const Hunt*>& hunts,
         const RunOptions& options)
      : desk_(desk), catalogue_(catalogue), hunts_(hunts), options_(options) {}

  Result<Report> run() {
    if (!options_.gathered) TRY(gather());
    TRY(report_.tally, ask_tally(desk_));
    TRY(report_.settings,
        asked(desk_, std::string(settings_statement()), "settings", read_settings));
    TRY(ask::Answer members, desk_.ask(question(std::string(kMembers), "members")));
    std::vector<std::string> accounts;
    TRY(each_value(*members.rows, [&](std::string one) { accounts.push_back(std::move(one)); }));
    parameters_ = own_things(options_, report_.tally, accounts);
    TRY(std::vector<Finding> findings, look());
    hide_expected(findings);
    report_.findings = merged(std::move(findings));
    TRY(say_how_usual());
    if (options_.stories) TRY(tell_stories());
    return std::move(report_);
  }

  /// One pass over the files for all that is going to be asked. Hunts that cannot be understood are
  /// found here and left out of the pass.
  Result<void> gather() {
    std::vector<ask::Question> questions = {
        tally_question(),
        question(std::string(settings_statement()), "settings"),
        question(std::string(Actors::statement()), "births"),
        question(changes_statement({}), "changes"),
        question(acts_statement({}), "acts"),
        question(uses_statement({}), "uses"),
        question(std::string(kMembers), "members"),
        findings::allotted_question(),
        question(workloads_statement({}), "workloads"),
        question(usual_statement({}), "usual"),
    };
    const Parameters parameters = own_things(options_, Tally{}, {});
    for (const Hunt* hunt : hunts_) {
      TRY(std::string sql, statement_of(*hunt, parameters));
      questions.push_back(question(std::move(sql), hunt->id));
    }
    questions.insert(questions.end(), options_.also.begin(), options_.also.end());
    Result<void> gathered = desk_.gather(questions);
    if (gathered.ok() || gathered.error().blame() != Blame::Request ||
        gathered.error().code() == "cancelled") {
      return gathered;
    }
    std::vector<ask::Question> sound;
    for (ask::Question& one : questions) {
      Result<ask::Explanation> explained = desk_.explain(one);
      if (explained.ok()) {
        sound.push_back(std::move(one));
      } else {
        failures_.emplace(one.name, explained.error());
      }
    }
    if (sound.size() == questions.size()) return gathered;
    return desk_.gather(sound);
  }

 private:
  /// What one hunt gave.
  struct Look {
    Verdict verdict;
    std::vector<Finding> findings;
    bool cancelled = false;
  };

  /// Every hunt, some at once: most are over before a second core would have been given work by
  /// one alone.
  Result<std::vector<Finding>> look() {
    std::vector<Look> looks(hunts_.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> cancelled = false;
    const auto work = [&] {
      for (std::size_t place = next++; place < hunts_.size() && !cancelled; place = next++) {
        looks[place] = look(*hunts_[place]);
        if (looks[place].cancelled) cancelled = true;
      }
    };
    std::vector<std::thread> others;
    const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
    for (std::size_t i = 1; i < std::min({cores, kMostAtOnce, hunts_.size()}); ++i) {
      others.emplace_back(work);
    }
    work();
    for (std::thread& other : others) other.join();
    std::vector<Finding> findings;
    for (Look& one : looks) {
      if (one.cancelled) return *one.verdict.failure;
      for (Finding& finding : one.findings) findings.push_back(std::move(finding));
      if (!cancelled) report_.verdicts.push_back(std::move(one.verdict));
    }
    return findings;
  }

  Look look(const Hunt& hunt) {
    Look look;
    Verdict& verdict = look.verdict;
    verdict.hunt = &hunt;
    verdict.sight = report_.tally.sight(hunt.needs);
    if (const auto failure = failures_.find(hunt.id); failure != failures_.end()) {
      verdict.kind = Verdict::Kind::Failed;
      verdict.failure = failure->second;
      return look;
    }
    if (verdict.sight.kind == Sight::Kind::Blind) {
      verdict.kind = Verdict::Kind::CouldNotLook;
      return look;
    }
    Result<std::vector<Finding>> found = findings_by(hunt);
    if (!found.ok()) {
      verdict.kind = Verdict::Kind::Failed;
      verdict.failure = found.error();
      look.cancelled = found.error().code() == "cancelled";
      return look;
    }
    verdict.rows = found->size();
    verdict.kind = !found->empty()                            ? Verdict::Kind::Found
                   : verdict.sight.kind == Sight::Kind::Clear ? Verdict::Kind::Nothing
                                                              : Verdict::Kind::CouldNotLook;
    look.findings = std::move(*found);
    return look;
  }

  Result<std::vector<Finding>> findings_by(const Hunt& hunt) {
    ListValues lists;
    for (const ValueList& list : hunt.lists) {
      TRY(std::string sql, statement_of(hunt, list, parameters_, lists));
      TRY(ask::Answer answer, desk_.ask(question(std::move(sql), hunt.id)));
      std::set<std::string> values;
      TRY(each_value(*answer.rows, [&](std::string value) { values.insert(std::move(value)); }));
      // So many are better looked up by the engine; and no statement can hold a NUL byte.
      const bool nul = std::any_of(values.begin(), values.end(), [](const std::string& value) {
        return value.find('\0') != std::string::npos;
      });
      if (values.size() <= kMostWanted && !nul) lists[list.name] = {values.begin(), values.end()};
    }
    TRY(std::string sql, statement_of(hunt, parameters_, lists));
    TRY(ask::Answer answer, desk_.ask(question(std::move(sql), hunt.id)));
    return findings_of(*answer.rows, hunt, options_.site);
  }

  static Result<void> each_value(engine::Rows& rows, const std::function<void(std::string)>& use) {
    while (true) {
      TRY(const engine::Batch* batch, rows.next());
      if (batch == nullptr) return {};
      for (std::size_t row = 0; row < batch->rows(); ++row) {
        const engine::Cell cell = batch->cell(0, row);
        if (!cell.is_null()) use(text_of(cell));
      }
    }
  }

  void hide_expected(std::vector<Finding>& findings) {
    if (options_.site == nullptr || options_.site->expect.empty()) return;
    std::map<const Expectation*, std::size_t> hidden;
    std::erase_if(findings, [&](const Finding& finding) {
      const Expectation* entry = options_.site->expected(finding);
      if (entry != nullptr) ++hidden[entry];
      return entry != nullptr;
    });
    for (const auto& [entry, count] : hidden) report_.hidden.push_back({entry->because, count});
  }

  /// Says of each finding how usual it is. What is done as a matter of course is one level lower;
  /// where only new ones are wanted, what was there before goes.
  Result<void> say_how_usual() {
    if (report_.findings.empty() || !report_.tally.first()) return {};
    TRY(const std::vector<Deed> deeds,
        asked(desk_, usual_statement(actions_of(report_.findings)), "usual", read_deeds));
    const Usual usual(deeds, *report_.tally.first());
    std::vector<Finding> kept;
    for (Finding& finding : report_.findings) {
      const Judgement judgement = usual.of(finding);
      finding.usual = judgement.words;
      if (judgement.is_usual() && finding.level > Level::Low) {
        finding.level = lowered(finding.level);
        finding.why += ", one lower: usual for whoever did it";
      }
      if (options_.only_new && judgement.is_known()) {
        ++report_.known;
      } else {
        kept.push_back(std::move(finding));
      }
    }
    report_.findings = std::move(kept);
    return {};
  }

  Result<void> tell_stories() {
    Material material;
    material.phrases = phrases_of(catalogue_);
    material.own.site = options_.site;
    material.logs_begin = report_.tally.first();
    material.logs_end = report_.tally.last();
    if (!report_.findings.empty()) {
      TRY(const std::vector<Birth> births,
          asked(desk_, std::string(Actors::statement()), "births", Actors::read));
      material.actors = Actors(births);
      const std::vector<std::string> principals = people();
      TRY(material.acts, acts(watched(principals)));
      TRY(const std::vector<Change> changes,
          asked(desk_, changes_statement(principals), "changes", read_changes));
      material.things = standing(changes);
      TRY(material.uses_of_keys, uses_of(material.things));
      TRY(material.workloads, workloads());
      TRY(material.own.allotted, findings::ask_allotted(desk_));
    }
    report_.stories = tell(report_.findings, material);
    return {};
  }

  /// Who is not a service, the worst findings' first.
  std::vector<std::string> people() const {
    std::vector<const Finding*> order;
    for (const Finding& finding : report_.findings) order.push_back(&finding);
    std::stable_sort(order.begin(), order.end(),
                     [](const Finding* a, const Finding* b) { return a->level > b->level; });
    std::set<std::string> met;
    std::vector<std::string> all;
    for (const Finding* finding : order) {
      if (finding->principal.empty() || is_service(finding->principal)) continue;
      if (all.size() < kMostPrincipals && met.insert(finding->principal).second) {
        all.push_back(finding->principal);
      }
    }
    return all;
  }

  /// When the acts of these principals matter: around their findings, and a while behind. Of those
  /// with findings of level low only, the findings say enough.
  std::vector<Watched> watched(const std::vector<std::string>& principals) const {
    std::vector<Watched> all;
    for (std::size_t i = 0; i < principals.size() && i < kMostWatched; ++i) {
      Watched one{principals[i], Time{INT64_MAX}, Time{INT64_MIN}};
      Level worst = Level::Low;
      for (const Finding& finding : report_.findings) {
        if (finding.principal != one.principal) continue;
        worst = std::max(worst, finding.level);
        one.from = std::min(one.from, Time{finding.ts.micros - kQuiet});
        one.to = std::max(one.to, Time{finding.last.micros + 4 * kQuiet});
      }
      if (worst > Level::Low) all.push_back(std::move(one));
    }
    return all;
  }

  Result<std::vector<Act>> acts(const std::vector<Watched>& watched) {
    if (watched.empty()) return std::vector<Act>{};
    return asked(desk_, acts_statement(watched), "acts", read_acts);
  }

  /// What runs with the keys of the findings that do not say so themselves.
  Result<std::map<std::string, std::string>> workloads() {
    std::set<std::string> keys;
    for (const Finding& finding : report_.findings) {
      if (finding.session.empty() && !finding.key.empty() && keys.size() < kMostWanted) {
        keys.insert(finding.key);
      }
    }
    std::map<std::string, std::string> workloads;
    if (keys.empty()) return workloads;
    TRY(ask::Answer answer,
        desk_.ask(question(workloads_statement({keys.begin(), keys.end()}), "workloads")));
    TRY(each_row(*answer.rows, [&](const Row& row) {
      if (std::string workload = row.text("workload"); !workload.empty()) {
        workloads[row.text("key")] = std::move(workload);
      }
    }));
    return workloads;
  }

  Result<std::map<std::string, std::uint64_t>> uses_of(const std::vector<Standing>& things) {
    std::vector<std::string> keys;
    for (const Standing& thing : things) {
      if (thing.kind == "key") keys.push_back(thing.name);
    }
    std::map<std::string, std::uint64_t> uses;
    if (keys.empty()) return uses;
    TRY(ask::Answer answer, desk_.ask(question(uses_statement(keys), "uses")));
    TRY(each_row(*answer.rows,
                 [&](const Row& row) { uses[row.text("key")] = row.count("events"); }));
    return uses;
  }

  ask::Desk& desk_;
  const Catalogue& catalogue_;
  const std::vector<const Hunt*>& hunts_;
  const RunOptions& options_;
  Parameters parameters_;
  std::map<std::string, Error> failures_;
  Report report_;
};

/// Lowers what failed or is done by a known scanner; says how the level came about.
void rate(Finding& finding, const Hunt& hunt, bool by_row, const Site* site) {
  finding.why =
      std::string(name_of(finding.level)) + (by_row ? " for this row of " : " by ") + hunt.id;
  const auto lower = [&](const std::string& because) {
    if (finding.level == Level::Low) return;
    finding.level = lowered(finding.level);
    finding.why += ", one lower: " + because;
  };
  if (failed(finding)) lower("the attempt failed (" + finding.outcome + ")");
  if (site == nullptr) return;
  if (site->is_scanner(finding.principal)) lower("a scanner of the site file");
  if (site->is_break_glass(finding.principal)) lower("a break-glass user of the site file");
}

}  // namespace

std::size_t Report::count(Verdict::Kind kind) const {
  return static_cast<std::size_t>(std::count_if(
      verdicts.begin(), verdicts.end(), [&](const Verdict& one) { return one.kind == kind; }));
}

std::size_t Report::count(Level level) const {
  return static_cast<std::size_t>(std::count_if(
      stories.begin(), stories.end(), [&](const Story& one) { return one.level == level; }));
}

Result<std::vector<Finding>> findings_of(engine::Rows& rows, const Hunt& hunt, const Site* site) {
  std::map<std::string, std::string> renamed;  // result's column → finding's
  for (const auto& [column, from] : hunt.columns) renamed.emplace(from, column);
  std::vector<std::string> names;
  for (const engine::Column& column : rows.columns()) {
    const auto other = renamed.find(column.name);
    names.push_back(other == renamed.end() ? column.name : other->second);
  }
  for (const char* needed : {"ts", "event_ids"}) {
    if (std::find(names.begin(), names.end(), needed) == names.end()) {
      return Error("bad-yaml", "the hunt `" + hunt.id + "` gives no column `" + needed + "`")
          .in(hunt.path);
    }
  }
  std::vector<Finding> findings;
  while (true) {
    TRY(const engine::Batch* batch, rows.next());
    if (batch == nullptr) break;
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      Finding finding;
      finding.hunts = {hunt.id};
      finding.attack = hunt.attack;
      finding.level = hunt.level;
      bool by_row = false;
      for (std::size_t column = 0; column < names.size(); ++column) {
        const engine::Cell cell = batch->cell(column, row);
        if (cell.is_null()) continue;
        by_row = by_row || names[column] == "level";
        set_column(finding, names[column], text_of(cell));
      }
      if (finding.event_ids.empty()) finding.event_ids.emplace_back(kNoEventId);
      finding.last = std::max(finding.ts, finding.last);
      rate(finding, hunt, by_row, site);
      findings.push_back(std::move(finding));
    }
  }
  // The engine gives rows in any order; what is told of them is told the same way every time.
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.ts, a.event_ids, a.principal, a.action, a.target, a.detail) <
           std::tie(b.ts, b.event_ids, b.principal, b.action, b.target, b.detail);
  });
  return findings;
}

Result<void> gather(ask::Desk& desk, const Catalogue& catalogue,
                    const std::vector<const Hunt*>& hunts, const RunOptions& options) {
  return Runner(desk, catalogue, hunts, options).gather();
}

Result<Report> run(ask::Desk& desk, const Catalogue& catalogue,
                   const std::vector<const Hunt*>& hunts, const RunOptions& options) {
  return Runner(desk, catalogue, hunts, options).run();
}

Result<ask::Answer> ask_view(ask::Desk& desk, const Hunt& view, const RunOptions& options) {
  TRY(std::string sql, statement_of(view, own_things(options, Tally{}, {})));
  return desk.ask(question(std::move(sql), view.id, ask::Keeping::Never));
}

/// The tally of some days after that of others is the tally of all.
ask::Question tally_question() {
  return question(std::string(Tally::statement()), "tally", ask::Keeping::ByDays);
}

Result<Tally> ask_tally(ask::Desk& desk) {
  TRY(const ask::Answer answer, desk.ask(tally_question()));
  return Tally::read(*answer.rows);
}

Result<Holdings> holdings(ask::Desk& desk) {
  TRY(desk.gather({tally_question(), question(std::string(settings_statement()), "settings")}));
  Holdings held;
  TRY(held.tally, ask_tally(desk));
  TRY(held.settings, asked(desk, std::string(settings_statement()), "settings", read_settings));
  return held;
}

}  // namespace trailhound::hunt
