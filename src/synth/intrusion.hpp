// SPDX-License-Identifier: Apache-2.0
//
// An intrusion: a chain of events over time, each with a word on what it is, for the truth.
//
//   void play(Stage& stage) {
//     const Caller thief = user_caller(...);
//     stage.act(thief, {.source = "sts.amazonaws.com", .name = "GetCallerIdentity", .read = true},
//     "asks who it is"); stage.wait(5 * kMinute);
//   }
//
// One file of intrusions/ is one intrusion; its name is what `--intrusions` takes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synth/company.hpp"
#include "synth/event.hpp"

namespace trailhound::synth {

/// One line of the truth: an event that belongs to an intrusion.
struct Truth {
  std::string intrusion;
  Time time;
  std::string account, region, event_id, event_name;
  std::string words;  ///< What the intruder did here
};

/// Where an intrusion plays: a company, a beginning, a clock.
class Stage {
 public:
  Stage(const Company& at, std::string_view intrusion, Time start, std::uint64_t seed)
      : company(at), random(seed, intrusion), now(start), intrusion_(intrusion) {}

  /// The intruder calls; some seconds pass before the next.
  void act(const Caller& caller, const Call& call, std::string words) {
    add(event(caller, call, now, random), std::move(words));
  }
  /// The intruder assumes a role; `session` gets its key.
  void assume(const Caller& caller, Session& session, std::string words) {
    add(assume_role(caller, session, now, random), std::move(words));
  }
  /// Time goes by.
  void wait(std::int64_t micros) { now.micros += micros; }
  /// An event that comes of the intrusion but is somebody else's (a service's answer to it).
  void add(Event made, std::string words) {
    truth.push_back(
        {intrusion_, made.time, made.account, made.region, made.id, made.name, std::move(words)});
    events.push_back(std::move(made));
    now.micros += random.between(1, 9) * kSecond;
  }

  const Company& company;
  Random random;
  Time now;
  std::vector<Event> events;
  std::vector<Truth> truth;

 private:
  std::string intrusion_;
};

/// What is known of an intrusion before it plays.
struct Intrusion {
  std::string_view name;   ///< "leaked-key"
  std::string_view title;  ///< One sentence
  double when;             ///< At which part of the time it begins: 0.5 is the middle
  void (*play)(Stage&);
};

/// All of them, in the order of their files.
std::span<const Intrusion> intrusions();

/// "User: … is not authorized to perform: …", as IAM writes it.
std::string denial(const Caller& caller, std::string_view action, std::string_view resource = {});
/// `call`, refused.
Call denied(Call call, const Caller& caller, std::string_view action);
/// A policy that allows everything on everything.
std::string admin_policy();

}  // namespace trailhound::synth
