// SPDX-License-Identifier: Apache-2.0
//
// Habits written by hand, for tests.
//
//   Habits past;
//   add(past, {.who = "alice", .action = "iam:ListUsers", .day = 3, .count = 5});
#pragma once

#include <string>

#include "baseline/habits.hpp"

namespace trailhound::baseline {

/// One count; what is not said is what is usual.
struct MadeHabit {
  std::string who = "alice";
  std::string action = "ec2:DescribeInstances";
  std::string what = "list";  ///< verb class
  std::string outcome = "success";
  std::string source = "198.51.100.7";
  std::string agent = "aws-cli";
  std::string region = "us-east-1";
  std::string kind = "key";
  std::string role{}, workload{}, resource{}, category = "Management", key = "AKIAIOSFODNN7EXAMPLE";
  bool change = false, service = false;
  int day = 0;     ///< From 2024-03-01
  int second = 0;  ///< Of that day
  std::uint64_t count = 1;
};

constexpr std::int64_t kMarch = 1'709'251'200 * kSecond;

inline void add(Habits& habits, const MadeHabit& made) {
  Habit habit;
  const auto set = [&](Part part, const std::string& name) {
    habit.names[static_cast<std::size_t>(part)] = habits.number(name);
  };
  set(Part::Account, "111122223333");
  set(Part::Region, made.region);
  set(Part::Principal, made.who);
  set(Part::Role, made.role);
  set(Part::ActorKind, made.kind);
  set(Part::Workload, made.workload);
  set(Part::Key, made.key);
  set(Part::Source, made.source);
  set(Part::Agent, made.agent);
  set(Part::Service, made.action.substr(0, made.action.find(':')) + ".amazonaws.com");
  set(Part::Action, made.action);
  set(Part::Class, made.what);
  set(Part::Outcome, made.outcome);
  set(Part::Error, made.outcome == "success" ? "" : "AccessDenied");
  set(Part::Category, made.category);
  set(Part::Resource, made.resource);
  habit.change = made.change;
  habit.service = made.service;
  habit.first = {kMarch + made.day * kDay + made.second * kSecond};
  habit.last = habit.first;
  habit.day = day_of(habit.first);
  habit.count = made.count;
  habit.event = habits.number("event-" + std::to_string(habits.rows().size()) + "-of-" + made.who);
  habits.rows().push_back(habit);
}

}  // namespace trailhound::baseline
