// SPDX-License-Identifier: Apache-2.0
//
// The made-up company: its accounts, the people and the machines that work in them.
//
//   const Company company = found_company(seed);
//   std::vector<Event> day = ordinary_day(company, monday, 1.0, seed);
//
// It is what a middle-sized company looks like in CloudTrail: four accounts, people who come
// by Identity Center in the hours of their time zone, fleets of instances, functions, tasks, a
// pipeline that comes by web identity, infrastructure as code by night, a posture scanner that
// reads everything, two old users with keys, and AWS's services writing about themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "synth/event.hpp"

namespace trailhound::synth {

/// Somebody who works here.
struct Person {
  std::string name;     ///< "priya.nair"
  std::string role;     ///< Permission set: "Developer"
  std::string account;  ///< Where the person works most
  std::string address;
  std::string user_id;   ///< Identity Center user id
  int first_hour = 8;    ///< UTC hour at which the day begins
  double diligence = 1;  ///< How much of the average the person does
};

/// A role that machines of one kind share.
struct Fleet {
  std::string account, region, role, role_id;
  struct Machine {
    std::string id;       ///< Instance id, function name or task id: the session name
    std::string address;  ///< Where its calls come from
    std::string key;      ///< Of its session, when it was last told
  };
  std::vector<Machine> machines;
};

/// A long-lived user with a key.
struct KeyUser {
  std::string account, name, id, key, address, agent;
};

/// A role that is not a fleet's.
struct Role {
  std::string account, name, id;
};

/// All of it.
struct Company {
  std::string organisation = "o-larkspur42xy";
  std::string production = "111122223333";
  std::string development = "444455556666";
  std::string security = "777788889999";
  std::string data = "123456789012";
  std::vector<Person> people;
  Fleet web, batch, functions, tasks;
  KeyUser backup, reporting;
  Role deploy, terraform, audit, config;
  std::string office = "203.0.113.10";  ///< Where the office's traffic leaves

  std::vector<std::string> accounts() const { return {production, development, security, data}; }
  /// A session of a machine as it stands at `now`; keys change every six hours.
  Caller machine(const Fleet& fleet, const Fleet::Machine& machine, Time now,
                 std::string agent) const;
  /// The key of a machine's session at `now`: the same for all who ask.
  std::string machine_key(const Fleet& fleet, const Fleet::Machine& machine, Time now) const;
  /// A person's session in the console or on the command line, from `since`.
  Session person_session(const Person& person, Time since) const;
  std::uint64_t seed = 0;
};

/// The company of a seed.
Company found_company(std::uint64_t seed);
/// Another company of the same organisation, with accounts of its own, whose people and machines
/// come to work as those of the first do; `number` counts from 1.
Company found_sister(std::uint64_t seed, std::uint64_t number);

/// What happens on a day on which nothing happens. `scale` 1 is some 4,000 events on a weekday; it
/// multiplies what machines do, people only up to five-fold. Not sorted.
std::vector<Event> ordinary_day(const Company& company, Time midnight, double scale,
                                std::uint64_t seed);

}  // namespace trailhound::synth
