// SPDX-License-Identifier: Apache-2.0
#include "triage/trail_screen.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/text.hpp"
#include "event/verbs.hpp"
#include "findings/finding.hpp"
#include "findings/words.hpp"
#include "triage/absent.hpp"
#include "triage/trail_words.hpp"

namespace trailhound::triage {
namespace {

using findings::Screen;
using findings::TextLine;
using findings::Tone;

constexpr std::size_t kLabel = 8;  // columns of "Folded", "Also", …
constexpr std::size_t kMostChildren = 40;
constexpr std::size_t kFewSessions = 3;  // of one role: more are folded into a line
constexpr std::size_t kMostNames = 2;    // of folded sessions
constexpr std::size_t kMostThings = 8;

std::string plural(std::uint64_t count, const std::string& one) {
  return with_commas(count) + " " + one + (count == 1 ? "" : "s");
}

/// What is opened to others, as against what merely costs money.
bool is_door(std::string_view kind) {
  static constexpr std::string_view kDoors[] = {
      "port",         "bucket-policy",       "database-shared", "snapshot-shared", "image-shared",
      "function-url", "function-permission", "trust",           "anchor",          "saml",
      "oidc",         "logging-off",         "trail-gone"};
  return std::find(std::begin(kDoors), std::end(kDoors), kind) != std::end(kDoors);
}

class TrailScreen {
 public:
  TrailScreen(const TrailView& view, const TrailOptions& options)
      : view_(view), options_(options), trail_(*view.trail) {}

  Screen draw() {
    learn_days();
    head();
    std::set<std::size_t> tops;
    for (const std::size_t place : view_.focus) tops.insert(trail_.path_to(place).front());
    std::vector<std::size_t> order(tops.begin(), tops.end());
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return trail_.begin_of(a) < trail_.begin_of(b);
    });
    for (const std::size_t top : order) draw_branch({{top}, Proof::Proven}, "", "", true);
    feet();
    return std::move(screen_);
  }

 private:
  const Node& at(std::size_t place) const { return trail_.nodes[place]; }
  bool is_focus(std::size_t place) const {
    return std::find(view_.focus.begin(), view_.focus.end(), place) != view_.focus.end();
  }

  // Times are as short as the days that they lie in allow.

  void learn_days() {
    std::set<std::string> days, years;
    const auto learn = [&](std::optional<Time> time) {
      if (!time) return;
      days.insert(format_day(*time));
      years.insert(format_day(*time).substr(0, 4));
    };
    for (std::size_t place = 0; place < trail_.nodes.size(); ++place) {
      if (!view_.shown[place]) continue;
      learn(at(place).usage.first);
      learn(at(place).usage.last);
      if (at(place).origin && !at(place).origin->event_id.empty()) learn(at(place).origin->at);
    }
    learn(trail_.held.first);
    learn(trail_.held.last);
    one_day_ = days.size() <= 1;
    one_year_ = years.size() <= 1;
    day_ = days.empty() ? "" : *days.begin();
  }

  std::string moment(Time time) const {
    const std::string iso = format_iso(Time{time.micros / kSecond * kSecond});
    if (iso.size() < 19) return iso;
    const std::string clock = iso.substr(11, 8);
    if (one_day_ && iso.substr(0, 10) == day_) return clock;
    return (one_year_ && iso.substr(0, 4) == day_.substr(0, 4) ? iso.substr(5, 5)
                                                               : iso.substr(0, 10)) +
           " " + clock;
  }

  std::string span_words(const Usage& usage) const {
    if (!usage.first) return {};
    const std::string first = moment(*usage.first);
    const std::string last = moment(*usage.last);
    if (first == last) return first;
    const bool same_day = format_day(*usage.first) == format_day(*usage.last);
    return first + "–" + (same_day && last.size() > 8 ? last.substr(last.size() - 8) : last);
  }

  void head() {
    TextLine line;
    line.pieces = {{"Trail   ", Tone::Title},
                   {view_.asked, Tone::Plain},
                   {"   ── proven  ┄┄ inferred  ▲ look here", Tone::Dim}};
    screen_.push_back(std::move(line));
    std::string words = held_words(trail_.held);
    screen_.push_back({{{"Held    ", Tone::Title}, {words, Tone::Plain}}, kLabel});
    screen_.push_back({});
  }

  // The tree.

  struct Branch {
    std::vector<std::size_t> places;  ///< Several: sessions of one role
    Proof proof = Proof::Proven;
  };

  std::vector<std::size_t> shown_children(const std::vector<std::size_t>& places) const {
    std::vector<std::size_t> all;
    for (const std::size_t place : places) {
      for (const std::size_t child : at(place).children) {
        if (view_.shown[child]) all.push_back(child);
      }
    }
    return all;
  }

  bool leads_to_focus(std::size_t place) const {
    const auto below = trail_.below(place);
    return std::any_of(below.begin(), below.end(), [&](std::size_t one) { return is_focus(one); });
  }

  /// Many sessions of one role become one branch.
  std::vector<Branch> branches_of(const std::vector<std::size_t>& children) const {
    std::map<std::string, std::size_t> counts;
    const auto fold_name = [&](std::size_t place) {
      const Node& node = at(place);
      if (node.kind != Kind::Session || !node.marks.empty()) return std::string{};
      return node.account + "/" + node.name +
             (node.origin && node.origin->proof == Proof::Inferred ? "?" : "");
    };
    for (const std::size_t child : children) ++counts[fold_name(child)];
    std::vector<Branch> branches;
    std::map<std::string, std::size_t> open;
    for (const std::size_t child : children) {
      const Proof proof = at(child).origin ? at(child).origin->proof : Proof::Proven;
      const std::string name = fold_name(child);
      if (options_.all || name.empty() || counts[name] <= kFewSessions || leads_to_focus(child)) {
        branches.push_back({{child}, proof});
      } else if (const auto known = open.find(name); known != open.end()) {
        branches[known->second].places.push_back(child);
      } else {
        open.emplace(name, branches.size());
        branches.push_back({{child}, proof});
      }
    }
    return branches;
  }

  void draw_branch(const Branch& branch, const std::string& lead, const std::string& below,
                   bool is_top) {
    TextLine line;
    line.pieces.push_back({lead, Tone::Dim});
    line.hang = below.size() < 40 ? columns(below) + 4 : 4;
    std::vector<std::size_t> children;
    if (branch.places.size() > 1) {
      folded_words(branch.places, line);
      children = shown_children(branch.places);
    } else {
      const std::size_t place = branch.places.front();
      children = shown_children({place});
      words_of(place, line);
      // A holder with one credential is one line with it.
      const bool holder = at(place).kind == Kind::User || at(place).kind == Kind::Instance;
      if (holder && children.size() == 1 && is_its_own(place, children.front())) {
        const std::size_t own = children.front();
        line.pieces.push_back({"  ", Tone::Plain});
        words_of(own, line, true);
        if (!at(own).end.empty() && at(own).end != at(place).end) end_words(at(own), line, false);
        children = shown_children({own});
      }
      end_words(at(place), line, is_top);
    }
    screen_.push_back(std::move(line));
    const std::vector<Branch> branches = branches_of(children);
    std::size_t drawn = 0;
    for (const Branch& one : branches) {
      const bool last = drawn + 1 == branches.size() || drawn + 1 == kMostChildren;
      const bool inferred = one.proof == Proof::Inferred;
      if (drawn == kMostChildren && !options_.all) {
        screen_.push_back(
            {{{below + "… " + std::to_string(branches.size() - drawn) + " more: " + options_.more,
               Tone::Dim}},
             4});
        break;
      }
      const bool end = last && (options_.all ? drawn + 1 == branches.size() : true);
      draw_branch(one, below + (end ? "└" : "├") + (inferred ? "┄┄ " : "── "),
                  below + (end ? "    " : "│   "), false);
      ++drawn;
    }
  }

  /// A user's own key or sign-in, an instance's place: not what it made for somebody else.
  bool is_its_own(std::size_t holder, std::size_t child) const {
    const Node& one = at(child);
    if (at(holder).kind == Kind::Instance) return one.kind == Kind::Place;
    return (one.kind == Kind::Key || one.kind == Kind::SignIn) &&
           findings::spoken_name(one.principal) == at(holder).name;
  }

  void folded_words(const std::vector<std::size_t>& places, TextLine& line) const {
    Usage usage;
    std::size_t unused = 0;
    std::vector<Doing> doings;
    std::string proof;
    std::set<std::string> sessions;
    for (const std::size_t place : places) {
      const Node& node = at(place);
      sessions.insert(node.session);
      if (node.usage.events == 0) ++unused;
      usage.events += node.usage.events;
      usage.denied += node.usage.denied;
      if (node.usage.first && (!usage.first || *node.usage.first < *usage.first)) {
        usage.first = node.usage.first;
      }
      if (node.usage.last && (!usage.last || *node.usage.last > *usage.last)) {
        usage.last = node.usage.last;
      }
      if (proof.empty() && node.origin) proof = node.origin->event_id;
      if (const auto known = view_.doings.find(place); known != view_.doings.end()) {
        for (const Doing& doing : known->second) add_to(doings, doing);
      }
    }
    line.pieces.push_back({"role " + at(places.front()).name, Tone::Title});
    std::string words = "  " + plural(places.size(), "session");
    if (unused > 0) words += " (" + with_commas(unused) + " never used)";
    const bool named = std::all_of(sessions.begin(), sessions.end(), [](const std::string& name) {
      return !name.empty() && is_chosen(name);
    });
    if (named && sessions.size() <= kMostNames) {
      words += "  as " + join(std::vector<std::string>(sessions.begin(), sessions.end()), ", ");
    }
    if (usage.first) words += "  " + span_words(usage);
    words += "  " + done(usage, doings);
    line.pieces.push_back({words, Tone::Plain});
    if (!proof.empty()) {
      line.pieces.push_back({"  first " + std::string(findings::short_id(proof)), Tone::Dim});
    }
  }

  std::string account_words(const Node& node) const {
    return trail_.held.accounts.size() > 1 && !node.account.empty() ? " in " + node.account
                                                                    : std::string{};
  }

  std::string label_of(std::size_t place) const {
    const Node& node = at(place);
    switch (node.kind) {
      case Kind::User:
        return (node.name == "root" ? "root" : "user " + node.name) + account_words(node);
      case Kind::Key: {
        const std::string owner = findings::spoken_name(node.principal);
        const bool told = node.origin && at(node.origin->from).kind == Kind::User &&
                          at(node.origin->from).name == owner;
        return node.name + (told ? "" : " of user " + owner);
      }
      case Kind::SignIn: {
        const bool told = node.origin && at(node.origin->from).kind == Kind::User;
        return "console" + (node.made ? " " + moment(*node.made) : std::string{}) +
               (told ? "" : " of user " + findings::spoken_name(node.principal)) +
               (node.mfa ? " MFA" : "");
      }
      case Kind::Session:
        if (node.arn.find(":assumed-role/") != std::string::npos) {
          return "role " + node.name + account_words(node);
        }
        return "session of " + node.name + account_words(node);
      case Kind::Instance:
        return "instance " + node.name + account_words(node);
      case Kind::Place:
        return "used from";
      case Kind::Function:
        return "function " + node.name + account_words(node);
      case Kind::Outsider:
        return "outsider " + node.name;
      case Kind::Provider:
        return "sign-in of " + findings::caller_words(node.name, node.type);
    }
    return node.name;
  }

  void words_of(std::size_t place, TextLine& line, bool goes_on = false) const {
    const Node& node = at(place);
    const bool focus = is_focus(place);
    std::string label = label_of(place);
    if (node.kind == Kind::Place && goes_on) label.clear();
    if (!label.empty()) line.pieces.push_back({label, Tone::Title});
    std::string words;
    const auto add = [&](const std::string& text) {
      if (!text.empty()) words += (words.empty() && label.empty() ? "" : "  ") + text;
    };
    if (node.kind == Kind::Place) add(sources_words(node));
    add(keys_words(node));
    if (node.kind == Kind::Session && !node.session.empty() && (focus || is_chosen(node.session))) {
      add("as " + node.session);
    }
    if (!node.source_identity.empty()) add("sourceIdentity " + node.source_identity);
    if (!node.on_behalf_of.empty()) add("for " + node.on_behalf_of);
    if (node.kind != Kind::Place) add(sources_words(node));
    add(span_words(node.usage));
    const auto doings = view_.doings.find(place);
    const bool telling = node.usage.events > 0 || doings != view_.doings.end();
    if (telling) {
      add(done(node.usage, doings == view_.doings.end() ? std::vector<Doing>{} : doings->second));
    } else if (node.kind == Kind::Key || node.kind == Kind::Session) {
      add(node.minted.empty() ? "never used" : by_services(node));
    }
    line.pieces.push_back({words, Tone::Plain});
    if (node.namesakes > 0) {
      line.pieces.push_back({"  " + node.id + ", one of " + std::to_string(node.namesakes + 1) +
                                 " users who have had this name",
                             Tone::High});
    }
    for (const Mark& mark : node.marks) {
      if (mark.inferred) {
        line.pieces.push_back({"  ┄ " + mark.word + " " +
                                   std::string(findings::short_id(mark.event_id)) + " " +
                                   mark.reason,
                               Tone::Plain});
      } else {
        line.pieces.push_back(
            {"  ▲ " + mark.word + (mark.reason.empty() ? "" : ": " + mark.reason), Tone::High});
      }
    }
    proof_words(node, line);
    gone_words(node, line);
  }

  /// Of whoever made no call directly: "no direct call, 3 through cloudtrail"
  static std::string by_services(const Node& node) {
    std::string words;
    for (const Minted& one : node.minted) {
      words += ", " + with_commas(one.events) + " through " + one.service;
    }
    return "no direct call" + words;
  }

  void proof_words(const Node& node, TextLine& line) const {
    if (node.origin) {
      const Origin& origin = *node.origin;
      std::string words;
      if (!origin.event_id.empty()) {
        words = origin.words + " " + std::string(findings::short_id(origin.event_id));
        if (node.kind != Kind::SignIn && node.kind != Kind::Place) {
          words += " " + moment(origin.at);
        }
      } else if (origin.proof == Proof::Inferred) {
        words = origin.words;
      }
      if (!words.empty()) line.pieces.push_back({"  " + words, Tone::Dim});
    }
  }

  static void end_words(const Node& node, TextLine& line, bool is_top) {
    if (node.end.empty()) return;
    if (is_top || !node.origin) {
      line.pieces.push_back({"  ↑ " + node.end, Tone::Dim});
    } else {
      line.pieces.push_back({"  (" + node.end + ")", Tone::Dim});
    }
  }

  void gone_words(const Node& node, TextLine& line) const {
    const auto find = [&](std::string_view kind,
                          const std::string& name) -> const findings::Standing* {
      for (const findings::Standing& thing : view_.things) {
        if (thing.kind == kind && thing.name == name && thing.gone_at) return &thing;
      }
      return nullptr;
    };
    const findings::Standing* gone = nullptr;
    if (node.kind == Kind::User) gone = find("user", node.name);
    if (node.kind == Kind::Key) gone = find("key", node.name);
    if (node.kind == Kind::Instance) gone = find("instance", node.name);
    if (gone == nullptr) return;
    line.pieces.push_back({"  gone " + moment(*gone->gone_at) + " " +
                               std::string(findings::short_id(gone->gone_event)),
                           Tone::Dim});
  }

  // Below the tree.

  void feet() {
    screen_.push_back({});
    minted();
    also();
    things();
    for (const std::size_t place : view_.focus) {
      const Node& node = at(place);
      std::string entity = node.kind == Kind::Key ? node.name : node.arn;
      if (entity.empty()) entity = node.name;
      if (!findings::is_shell_safe(entity)) continue;
      screen_.push_back(
          {{{"next    ", Tone::Title}, {"trailhound triage " + entity, Tone::Plain}}, kLabel});
      break;
    }
  }

  void label(const std::string& word, const std::string& text, Tone tone = Tone::Title) {
    std::string padded = word;
    padded.append(kLabel - word.size(), ' ');
    screen_.push_back({{{padded, tone}, {text, Tone::Plain}}, kLabel});
  }

  void minted() {
    std::size_t keys = 0;
    std::map<std::string, std::size_t> services;
    for (std::size_t place = 0; place < trail_.nodes.size(); ++place) {
      if (!view_.shown[place]) continue;
      for (const Minted& one : at(place).minted) {
        keys += one.keys;
        services[one.service] += one.keys;
      }
    }
    if (keys == 0) return;
    std::vector<std::pair<std::string, std::size_t>> order(services.begin(), services.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string words;
    for (const auto& [service, count] : order) {
      words += (words.empty() ? "" : ", ") + service + " " + with_commas(count);
    }
    label("Folded", plural(keys, "key") + " that services made to act for these (" + words + ")");
  }

  /// Other credentials of the holders on the way up.
  void also() {
    for (std::size_t i = 0; i < view_.beside.size(); ++i) {
      TextLine line;
      line.pieces = {{i == 0 ? "Also    " : "        ", Tone::Title}};
      line.hang = kLabel;
      words_of(view_.beside[i], line);
      end_words(at(view_.beside[i]), line, false);
      screen_.push_back(std::move(line));
    }
  }

  void things() {
    std::vector<const findings::Standing*> stands, doors;
    std::size_t gone = 0;
    for (const findings::Standing& thing : view_.things) {
      if (!thing.gone_at) {
        stands.push_back(&thing);
      } else if (is_door(thing.kind)) {
        doors.push_back(&thing);
      } else {
        ++gone;
      }
    }
    if (!doors.empty()) {
      std::string words;
      for (const findings::Standing* thing : doors) {
        words += (words.empty() ? "" : " · ") + thing->words + " " +
                 format_duration(thing->gone_at->micros - thing->made_at.micros) + " (" +
                 std::string(findings::short_id(thing->event_id)) + ")";
      }
      label("Open", words);
    }
    if (gone > 0) {
      label("Gone", plural(gone, "other thing") + " made and undone again within these logs");
    }
    const auto lighter = [](const auto* a, const auto* b) { return a->weight < b->weight; };
    std::stable_sort(stands.begin(), stands.end(), lighter);
    const std::size_t own = stands.size();
    for (const findings::Standing& thing : view_.things_beside) stands.push_back(&thing);
    std::stable_sort(stands.begin() + static_cast<std::ptrdiff_t>(own), stands.end(), lighter);
    if (stands.empty()) return;
    std::string words;
    std::size_t named = 0;
    for (const findings::Standing* thing : stands) {
      if (named == kMostThings && !options_.all && !options_.undo) break;
      words += (named == 0 ? "" : " · ") + thing->words + " (" +
               std::string(findings::short_id(thing->event_id)) +
               (named < own ? "" : ", by a credential under Also") + ")";
      ++named;
    }
    if (named < stands.size()) words += " and " + std::to_string(stands.size() - named) + " more";
    if (!options_.undo) words += "   undo: --undo prints it";
    label("STANDS", words, Tone::High);
    if (!options_.undo) return;
    for (const findings::Standing* thing : stands) {
      const std::string command =
          thing->undo.empty() ? "# " + thing->words + ": its name is not fit for a command line"
                              : thing->undo;
      screen_.push_back({{{"        ", Tone::Plain},
                          {command, Tone::Plain},
                          {"   # " + std::string(findings::short_id(thing->event_id)), Tone::Dim}},
                         kLabel});
    }
  }

  const TrailView& view_;
  const TrailOptions& options_;
  const Trail& trail_;
  Screen screen_;
  bool one_day_ = true, one_year_ = true;
  std::string day_;
};

}  // namespace

findings::Screen trail_screen(const TrailView& view, const TrailOptions& options) {
  return TrailScreen(view, options).draw();
}

}  // namespace trailhound::triage
