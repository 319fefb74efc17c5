// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <set>

#include "base/text.hpp"
#include "event/network.hpp"
#include "event/verbs.hpp"
#include "findings/finding.hpp"
#include "findings/table.hpp"
#include "findings/words.hpp"
#include "triage/case.hpp"
#include "triage/trail_screen.hpp"

namespace trailhound::triage {
namespace {

using findings::Piece;
using findings::Screen;
using findings::TextLine;
using findings::Tone;

constexpr std::size_t kLabel = 10;
constexpr std::size_t kMostParts = 8;  // of a line of counts
constexpr std::size_t kMostRows = 60;  // of the timeline
constexpr std::size_t kMostThings = 25;
constexpr std::size_t kMostGone = 10;
constexpr std::size_t kMostFindings = 12;
constexpr std::size_t kMostDoneTo = 12;
constexpr std::size_t kMostActions = 5;
constexpr std::int64_t kSilence = 30 * kMinute;
constexpr std::int64_t kCatchingUp = 60 * kSecond;

std::string plural(std::uint64_t count, const std::string& one) {
  return with_commas(count) + " " + one + (count == 1 ? "" : "s");
}

std::string bare(const std::string& action) {
  const std::size_t colon = action.find(':');
  return colon == std::string::npos ? action : action.substr(colon + 1);
}

std::string padded(std::string text, std::size_t width) {
  const auto columns = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

event::Verb verb_of(const std::string& action) {
  const std::string service = action.substr(0, action.find(':'));
  return event::verb_class(service + ".amazonaws.com", bare(action));
}

/// A row of the timeline: one call, or many that say the same.
struct Row {
  Time first, last;
  std::string words, event_id, last_event_id;
  std::uint64_t count = 0;
  Tone tone = Tone::Plain;
  bool telling = false;
  bool catching_up = false;                      ///< All of it: a role too young to be assumed
  std::map<std::string, std::uint64_t> actions;  ///< Of a row of reads
};

class CaseScreen {
 public:
  CaseScreen(const Case& about, const CaseScreenOptions& options)
      : about_(about), options_(options) {}

  Screen draw() {
    learn();
    head();
    counts();
    findings();
    things();
    timeline();
    done_to();
    next();
    return std::move(screen_);
  }

 private:
  void label(const std::string& word, const std::string& text, Tone tone = Tone::Title) {
    if (text.empty()) return;
    screen_.push_back({{{padded(word, kLabel), tone}, {text, Tone::Plain}}, kLabel});
  }

  void learn() {
    std::set<std::string> days;
    for (const Group& group : about_.groups) {
      events_ += group.count;
      if (group.outcome == "denied") denied_ += group.count;
      if (group.outcome == "error" || group.outcome == "throttled") failed_ += group.count;
      if (group.change) changes_ += group.count;
      first_ = std::min(first_.value_or(group.first), group.first);
      last_ = std::max(last_.value_or(group.last), group.last);
      days.insert(format_day(group.first));
      days.insert(format_day(group.last));
    }
    for (const Group& group : about_.done_to) days.insert(format_day(group.first));
    one_day_ = days.size() <= 1;
  }

  std::string moment(Time time) const {
    const std::string iso = format_iso(Time{time.micros / kSecond * kSecond});
    if (iso.size() < 19) return iso;
    return one_day_ ? iso.substr(11, 8) : iso.substr(5, 5) + " " + iso.substr(11, 8);
  }

  std::string span(Time first, Time last) const {
    if (first == last) return moment(first);
    const std::string end = moment(last);
    return moment(first) + "–" +
           (format_day(first) == format_day(last) && end.size() > 8 ? end.substr(end.size() - 8)
                                                                    : end);
  }

  void head() {
    std::string subjects;
    for (const Subject& subject : about_.subjects) {
      subjects += (subjects.empty() ? "" : " · ") + subject.words;
    }
    label("Triage", subjects);
    label("Held", held_words(about_.held));
    label("Who", who());
    if (events_ == 0) {
      label("Seen", "it did nothing in these logs; below is what was done to it");
      return;
    }
    std::string seen = plural(events_, "event") + ", " + format_iso(*first_);
    if (*first_ != *last_) seen += " → " + format_iso(*last_);
    std::vector<std::string> parts = {seen, plural(changes_, "change"),
                                      plural(events_ - changes_, "read"),
                                      with_commas(denied_) + " denied"};
    if (failed_ > 0) parts.push_back(with_commas(failed_) + " failed otherwise");
    label("Seen", join(parts, " · "));
  }

  std::string who() const {
    std::vector<std::string> parts;
    const auto add = [&](const std::string& text) {
      if (!text.empty() && std::find(parts.begin(), parts.end(), text) == parts.end()) {
        parts.push_back(text);
      }
    };
    std::map<std::string, std::uint64_t> principals;
    std::map<std::string, const Group*> samples;
    std::set<std::string> keys, accounts;
    for (const Group& group : about_.groups) {
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
      std::string words =
          principal.empty() ? "an unknown caller" : findings::spoken_name(principal);
      if (sample.type == "IAMUser") words = "IAM user " + words;
      if (sample.type == "AssumedRole") words = "role " + words;
      if (sample.type == "Root") words = "root user";
      if (sample.type == "AWSService") words = "AWS service " + words;
      if (sample.type == "AWSAccount") words = "somebody of account " + principal;
      if (order.size() > 1) words += " " + with_commas(count);
      add(words);
    }
    if (accounts.size() == 1) {
      add("account " + (options_.site != nullptr ? options_.site->account_words(*accounts.begin())
                                                 : *accounts.begin()));
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

  /// "iam 20, s3 8 and 3 more"
  std::string most(const std::function<std::string(const Group&)>& name,
                   const std::function<bool(const Group&)>& is = {}) const {
    std::map<std::string, std::uint64_t> counts;
    for (const Group& group : about_.groups) {
      if (!is || is(group)) counts[name(group)] += group.count;
    }
    std::vector<std::pair<std::string, std::uint64_t>> order(counts.begin(), counts.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string words;
    const std::size_t limit = options_.all ? order.size() : kMostParts;
    for (std::size_t i = 0; i < order.size() && i < limit; ++i) {
      words += (i == 0 ? "" : " · ") + (order[i].first.empty() ? "(none)" : order[i].first) + " " +
               with_commas(order[i].second);
    }
    if (order.size() > limit) words += " and " + std::to_string(order.size() - limit) + " more";
    return words;
  }

  std::string place_words(const std::string& source) const {
    if (options_.site != nullptr) {
      if (const auto own = options_.site->network_of(source); !own.empty()) {
        return source + " (" + std::string(own) + ", yours)";
      }
    }
    const std::string kind = event::network_kind(source);
    if (kind == "public" || kind == "documentation") return source + " (not known as yours)";
    if (kind == "private" || kind == "loopback") return source + " (" + kind + ")";
    return source;
  }

  void counts() {
    if (events_ == 0) return;
    const auto service = [](const Group& group) {
      return group.action.substr(0, group.action.find(':'));
    };
    label("Changes", most(service, [](const Group& group) { return group.change; }));
    label("Reads", most(service, [](const Group& group) { return !group.change; }));
    label("Denied",
          most(
              [](const Group& group) {
                return group.action + (group.reason.empty() ? "" : " (" + group.reason + ")");
              },
              [](const Group& group) { return group.outcome == "denied"; }),
          Tone::High);
    label("Failed", most(
                        [](const Group& group) {
                          return group.action +
                                 (group.error.empty() ? "" : " (" + group.error + ")");
                        },
                        [](const Group& group) {
                          return group.outcome == "error" || group.outcome == "throttled";
                        }));
    label("From", most([&](const Group& group) { return place_words(group.source); }));
    label("Agents", most([](const Group& group) { return group.agent; }));
    label("Regions", most([](const Group& group) { return group.region; }));
  }

  static Tone tone_of(findings::Level level) {
    switch (level) {
      case findings::Level::Low:
        return Tone::Low;
      case findings::Level::Medium:
        return Tone::Medium;
      case findings::Level::High:
        return Tone::High;
      case findings::Level::Critical:
        return Tone::Critical;
    }
    return Tone::Plain;
  }

  void findings() {
    if (!about_.hunted) {
      label("Hunts", "not run (--no-hunts)");
      return;
    }
    std::string blind = join(about_.blind, " · ");
    label("Blind", blind);
    if (about_.findings.empty()) {
      label("Hunts", plural(about_.hunts.size(), "hunt") + " say nothing of it" +
                         (blind.empty() ? "" : "; where they are blind they cannot"));
      return;
    }
    std::vector<const findings::Finding*> order;
    for (const findings::Finding& finding : about_.findings) order.push_back(&finding);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
      return a->level != b->level ? a->level > b->level : a->ts < b->ts;
    });
    std::size_t drawn = 0;
    for (const findings::Finding* finding : order) {
      if (drawn == kMostFindings && !options_.all) {
        screen_.push_back({{{padded("", kLabel) + "… " + std::to_string(order.size() - drawn) +
                                 " more: --all has them",
                             Tone::Dim}},
                           kLabel});
        break;
      }
      TextLine line;
      line.hang = kLabel;
      line.pieces = {{padded(drawn++ == 0 ? "Hunts" : "", kLabel), Tone::Title},
                     {padded(to_upper(std::string(findings::name_of(finding->level))), 9),
                      tone_of(finding->level)},
                     {moment(finding->ts) + "  " + title_of(*finding), Tone::Plain}};
      if (!finding->detail.empty()) line.pieces.push_back({": " + finding->detail, Tone::Plain});
      line.pieces.push_back(
          {"  " + finding->hunts.front() + " " +
               std::string(finding->event_ids.empty() ? ""
                                                      : findings::short_id(finding->event_ids[0])),
           Tone::Dim});
      screen_.push_back(std::move(line));
    }
  }

  std::string title_of(const findings::Finding& finding) const {
    for (const hunt::Hunt* hunt : about_.hunts) {
      if (hunt->id == finding.hunts.front()) return hunt->title;
    }
    return finding.hunts.front();
  }

  void things() {
    std::vector<const Thing*> order;
    std::size_t stands = 0;
    for (const Thing& thing : about_.things) {
      order.push_back(&thing);
      if (!thing.made.gone_at) ++stands;
    }
    if (order.empty()) return;
    std::stable_sort(order.begin(), order.end(), [](const Thing* a, const Thing* b) {
      const bool gone_a = a->made.gone_at.has_value(), gone_b = b->made.gone_at.has_value();
      if (gone_a != gone_b) return gone_b;
      if (a->made.weight != b->made.weight) return a->made.weight < b->made.weight;
      return a->made.made_at < b->made.made_at;
    });
    label("Made", plural(stands, "thing") + (stands == 1 ? " stands" : " stand") +
                      " at the end of the logs, " + with_commas(order.size() - stands) + " gone");
    std::size_t drawn = 0;
    for (const Thing* thing : order) {
      const bool gone = thing->made.gone_at.has_value();
      if (drawn >= (gone ? stands + kMostGone : kMostThings) && !options_.all) {
        screen_.push_back(
            {{{"  … " + std::to_string(order.size() - drawn) + " more: --all has them", Tone::Dim}},
             2});
        break;
      }
      ++drawn;
      TextLine line;
      line.hang = kLabel;
      line.pieces = {{gone ? "  gone    " : "  STANDS  ", gone ? Tone::Dim : Tone::High},
                     {thing->made.words, Tone::Plain}};
      std::string words;
      if (!thing->itself) words = "  made " + moment(thing->made.made_at);
      if (gone) {
        words += ", undone " + moment(*thing->made.gone_at) + " by " +
                 findings::spoken_name(thing->made.gone_by);
        if (!thing->itself) {
          words +=
              ", open " + format_duration(thing->made.gone_at->micros - thing->made.made_at.micros);
        }
      } else if (!thing->itself && about_.held.last) {
        words += ", open " +
                 format_duration(about_.held.last->micros - thing->made.made_at.micros) +
                 " when the logs end";
      } else if (thing->itself) {
        words += "  nobody is seen to end it";
      }
      if (thing->uses) {
        words += *thing->uses == 0 ? ", never used" : ", used " + plural(*thing->uses, "time");
      }
      line.pieces.push_back({words, Tone::Plain});
      if (!thing->made.event_id.empty()) {
        line.pieces.push_back(
            {"  " + std::string(findings::short_id(thing->made.event_id)), Tone::Dim});
      }
      screen_.push_back(std::move(line));
      if (gone) continue;
      const std::string command =
          thing->made.undo.empty() ? "# its name is not fit for a command line" : thing->made.undo;
      screen_.push_back({{{padded("", kLabel) + command, Tone::Dim}}, kLabel});
    }
  }

  // The timeline.

  static bool is_telling(const Group& step) {
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
  bool is_catching_up(const Group& step) const {
    if (step.action != "sts:AssumeRole" || step.outcome != "denied") return false;
    return std::any_of(about_.steps.begin(), about_.steps.end(), [&](const Group& other) {
      const std::int64_t age = step.last.micros - other.last.micros;
      return other.action == "iam:CreateRole" && other.outcome == "success" &&
             other.account == step.account && age >= 0 && age <= kCatchingUp;
    });
  }

  std::vector<Row> rows() const {
    std::vector<Row> rows;
    std::map<std::string, std::size_t> open;  // what a series says → its row
    std::optional<std::size_t> reads;         // the row of reads that goes on
    Time last{};
    for (const Group& step : about_.steps) {
      if (!rows.empty() && step.first.micros - last.micros >= kSilence) {
        open.clear();
        reads.reset();
      }
      last = std::max(last, step.last);
      if (!is_telling(step)) {
        if (!reads) {
          reads = rows.size();
          rows.push_back(
              {step.first, step.last, {}, step.event_id, {}, 0, Tone::Dim, false, false, {}});
        }
        Row& row = rows[*reads];
        row.count += step.count;
        row.last = std::max(row.last, step.last);
        if (step.event_id != row.event_id) row.last_event_id = step.event_id;
        row.actions[bare(step.action)] += step.count;
        continue;
      }
      const std::string says =
          step.action + "|" + step.outcome + "|" + step.error + "|" + step.source;
      if (const auto known = open.find(says); known != open.end()) {
        // The same again, with others between: one row for the series.
        Row& row = rows[known->second];
        row.count += step.count;
        row.last = std::max(row.last, step.last);
        if (step.event_id != row.event_id) row.last_event_id = step.event_id;
        row.words = words_of(step, row.count, true);
        row.catching_up = row.catching_up && is_catching_up(step);
        continue;
      }
      reads.reset();
      open.emplace(says, rows.size());
      Row row{step.first,
              step.last,
              words_of(step, step.count, step.targets > 1),
              step.event_id,
              {},
              step.count,
              step.outcome == "success" ? Tone::Plain : Tone::High,
              true,
              false,
              {}};
      row.catching_up = is_catching_up(step);
      rows.push_back(std::move(row));
    }
    for (Row& row : rows) {
      if (!row.actions.empty()) row.words = reads_words(row);
      if (row.catching_up) row.words += " (within a minute of CreateRole: IAM is catching up)";
    }
    return rows;
  }

  std::string words_of(const Group& step, std::uint64_t count, bool many) const {
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

  static std::string reads_words(const Row& row) {
    std::vector<std::pair<std::string, std::uint64_t>> order(row.actions.begin(),
                                                             row.actions.end());
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

  void timeline() {
    if (about_.steps.empty()) return;
    screen_.push_back({});
    std::vector<Row> all = rows();
    std::string note = about_.steps_cut
                           ? "changes and denials only, by the hour: there are too many "
                             "calls to tell each minute"
                           : "UTC; = marks rows of one second, whose order is unknown";
    label("Timeline", note);
    std::size_t drawn = 0, left = 0;
    const Row* before = nullptr;
    for (const Row& row : all) {
      if (drawn >= kMostRows && !options_.all) {
        ++left;
        continue;
      }
      if (before != nullptr) silence(before->last, row.first);
      const bool same_second =
          before != nullptr && before->first.micros / kSecond == row.first.micros / kSecond;
      TextLine line;
      line.pieces = {{same_second ? "= " : "  ", Tone::Dim},
                     {padded(span(row.first, row.last), one_day_ ? 19 : 25), Tone::Plain},
                     {row.words, row.tone}};
      std::string ids = std::string(findings::short_id(row.event_id));
      if (!row.last_event_id.empty())
        ids += " … " + std::string(findings::short_id(row.last_event_id));
      if (!ids.empty()) line.pieces.push_back({"  " + ids, Tone::Dim});
      line.hang = one_day_ ? 21 : 27;
      screen_.push_back(std::move(line));
      ++drawn;
      before = &row;
      if (before->last < row.last) before = &row;
    }
    if (left > 0) {
      screen_.push_back(
          {{{"  … " + std::to_string(left) + " more rows: --all has them, -t csv as rows",
             Tone::Dim}},
           2});
    }
  }

  void silence(Time from, Time to) {
    const std::int64_t quiet = to.micros - from.micros;
    if (quiet < kSilence) return;
    std::string words = "  ·· " + format_duration(quiet) + " of silence";
    for (const findings::Gap& hole : about_.holes) {
      if (hole.from < to && hole.to > from) {
        words += ", of which the logs hold nothing at all from " +
                 moment(std::max(hole.from, from)) + " to " + moment(std::min(hole.to, to));
      }
    }
    screen_.push_back({{{words, Tone::Dim}}, 5});
  }

  void done_to() {
    std::vector<Row> rows;
    std::map<std::string, std::size_t> open;
    for (const Group& step : about_.done_to) {
      const std::string who =
          step.principal.empty() ? "an unknown caller" : findings::spoken_name(step.principal);
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
                        {}});
      } else {
        rows[known->second].count += step.count;
        rows[known->second].last = std::max(rows[known->second].last, step.last);
      }
    }
    if (rows.empty()) return;
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return a.telling != b.telling ? a.telling : a.first < b.first;
    });
    screen_.push_back({});
    label("Done to", "what others did to it");
    std::size_t drawn = 0;
    for (const Row& row : rows) {
      if (drawn++ == kMostDoneTo && !options_.all) {
        screen_.push_back(
            {{{"  … " + std::to_string(rows.size() - kMostDoneTo) + " more: --all has them",
               Tone::Dim}},
             2});
        break;
      }
      screen_.push_back(
          {{{"  ", Tone::Plain},
            {padded(span(row.first, row.last), one_day_ ? 19 : 25), Tone::Plain},
            {(row.count > 1 ? with_commas(row.count) + " × " : "") + row.words, row.tone},
            {"  " + std::string(findings::short_id(row.event_id)), Tone::Dim}},
           one_day_ ? std::size_t{21} : std::size_t{27}});
    }
  }

  void next() {
    std::vector<std::string> commands;
    const auto add = [&](const std::string& command, const std::string& value) {
      if (value.empty() || !findings::is_shell_safe(value) || commands.size() >= 6) return;
      const std::string whole = command + value;
      if (std::find(commands.begin(), commands.end(), whole) == commands.end()) {
        commands.push_back(whole);
      }
    };
    for (const Subject& subject : about_.subjects) {
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
          add("trailhound trail " + std::string(name_of(subject.entity.form)) + ":", text);
          break;
        default:
          break;
      }
    }
    for (const Thing& thing : about_.things) {
      if (thing.itself || (thing.made.kind != "key" && thing.made.kind != "user")) continue;
      add("trailhound triage " + std::string(thing.made.kind == "user" ? "user:" : ""),
          thing.made.name);
    }
    std::set<std::string> sources, keys;
    for (const Group& group : about_.groups) {
      if (event::parse_address(group.source)) sources.insert(group.source);
      if (!group.key.empty()) keys.insert(group.key);
    }
    const auto is_subject = [&](const std::string& text) {
      return std::any_of(about_.subjects.begin(), about_.subjects.end(),
                         [&](const Subject& subject) { return subject.entity.text == text; });
    };
    for (const std::string& source : sources) {
      if (!is_subject(source)) add("trailhound triage ", source);
    }
    for (const std::string& key : keys) {
      if (!is_subject(key) && key.substr(0, 4) == "AKIA") add("trailhound triage ", key);
    }
    for (const findings::Finding& finding : about_.findings) {
      if (finding.level >= findings::Level::High && !finding.event_ids.empty()) {
        add("trailhound triage ", finding.event_ids.front());
      }
    }
    if (commands.empty()) return;
    screen_.push_back({});
    for (std::size_t i = 0; i < commands.size(); ++i) label(i == 0 ? "next" : "", commands[i]);
  }

  const Case& about_;
  const CaseScreenOptions& options_;
  Screen screen_;
  std::uint64_t events_ = 0, denied_ = 0, failed_ = 0, changes_ = 0;
  std::optional<Time> first_, last_;
  bool one_day_ = true;
};

}  // namespace

findings::Screen case_screen(const Case& about, const CaseScreenOptions& options) {
  return CaseScreen(about, options).draw();
}

findings::Table case_table(const Case& about) {
  using engine::Kind;
  findings::Table table(std::vector<std::pair<std::string, Kind>>{{"first", Kind::Timestamp},
                                                                  {"last", Kind::Timestamp},
                                                                  {"what", Kind::Text},
                                                                  {"principal", Kind::Text},
                                                                  {"key", Kind::Text},
                                                                  {"account", Kind::Text},
                                                                  {"region", Kind::Text},
                                                                  {"source", Kind::Text},
                                                                  {"agent", Kind::Text},
                                                                  {"action", Kind::Text},
                                                                  {"target", Kind::Text},
                                                                  {"outcome", Kind::Text},
                                                                  {"error", Kind::Text},
                                                                  {"count", Kind::Integer},
                                                                  {"event_id", Kind::Text}});
  const auto text = [](const std::string& value) {
    return value.empty() ? findings::Value{} : findings::Value{value};
  };
  const auto add = [&](const std::vector<Group>& groups, const std::string& what) {
    for (const Group& group : groups) {
      table.add({group.first, group.last, what, text(group.principal), text(group.key),
                 text(group.account), text(group.region), text(group.source), text(group.agent),
                 text(group.action), text(group.target), text(group.outcome), text(group.error),
                 static_cast<std::int64_t>(group.count), text(group.event_id)});
    }
  };
  add(about.steps, "did");
  add(about.done_to, "done to it");
  return table;
}

}  // namespace trailhound::triage
