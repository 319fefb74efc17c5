// SPDX-License-Identifier: Apache-2.0
#include "synth/company.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace trailhound::synth {
namespace {

constexpr std::int64_t kSessionLength = 6 * kHour;

Fleet fleet(Random& random, std::string account, std::string region, std::string role) {
  return {std::move(account), std::move(region), std::move(role), random.aws_id("AROA"), {}};
}

void add_instances(Fleet& fleet, Random& random, int count, int first_address) {
  for (int i = 0; i < count; ++i) {
    fleet.machines.push_back(
        {random.resource_id("i"), fmt::format("192.0.2.{}", first_address + i), {}});
  }
}

std::vector<Person> hire(const Company& company, Random& random) {
  struct Hire {
    const char* name;
    const char* role;
    const std::string Company::*account;
    int first_hour;
    double diligence;
  };
  const std::array<Hire, 14> hires = {{
      {"priya.nair", "Administrator", &Company::production, 7, 1.4},
      {"tomas.lindqvist", "Administrator", &Company::development, 7, 1.0},
      {"amara.okafor", "Developer", &Company::development, 8, 1.6},
      {"jonas.weber", "Developer", &Company::development, 7, 1.2},
      {"lucia.ferrari", "Developer", &Company::development, 8, 0.9},
      {"henrik.dahl", "Developer", &Company::production, 7, 0.7},
      {"mei.tanaka", "Developer", &Company::development, 0, 1.1},
      {"sofia.alvarez", "DataAnalyst", &Company::data, 8, 1.3},
      {"noah.bergman", "DataAnalyst", &Company::data, 9, 0.8},
      {"olivia.hart", "Operations", &Company::production, 13, 1.5},
      {"diego.ramos", "Operations", &Company::production, 14, 1.1},
      {"fatima.rahimi", "SecurityAnalyst", &Company::security, 7, 1.2},
      {"kofi.mensah", "Billing", &Company::production, 9, 0.3},
      {"ingrid.solberg", "Support", &Company::production, 8, 0.5},
  }};
  std::vector<Person> people;
  for (const Hire& hire : hires) {
    const bool at_home = random.chance(0.4);
    people.push_back(
        {.name = hire.name,
         .role = hire.role,
         .account = company.*hire.account,
         .address = at_home ? fmt::format("198.51.100.{}", 100 + people.size()) : company.office,
         .user_id = random.uuid(),
         .first_hour = hire.first_hour,
         .diligence = hire.diligence});
  }
  return people;
}

void found(Company& company, std::uint64_t seed) {
  Random random(seed, "company");
  company.seed = seed;
  company.people = hire(company, random);

  company.web = fleet(random, company.production, "us-east-1", "web-server");
  add_instances(company.web, random, 8, 20);
  company.batch = fleet(random, company.production, "eu-west-1", "batch-worker");
  add_instances(company.batch, random, 4, 60);
  company.functions = fleet(random, company.production, "us-east-1", "order-functions");
  for (const char* name : {"order-intake", "thumbnailer", "nightly-report", "refund-check"}) {
    company.functions.machines.push_back(
        {name, fmt::format("192.0.2.{}", random.between(120, 180)), {}});
  }
  company.tasks = fleet(random, company.production, "us-east-1", "checkout-task");
  for (int i = 0; i < 4; ++i) {
    company.tasks.machines.push_back(
        {random.letters(32, "0123456789abcdef"), fmt::format("10.20.4.{}", 11 + i), {}});
  }

  company.backup = {company.production,
                    "backup-job",
                    random.aws_id("AIDA"),
                    random.aws_id("AKIA"),
                    "198.51.100.20",
                    "aws-cli/2.15.30 Python/3.11.8 Linux/6.1.0-18-amd64 exe/x86_64.debian.12 "
                    "prompt/off command/s3.sync"};
  company.reporting = {company.data,
                       "reporting",
                       random.aws_id("AIDA"),
                       random.aws_id("AKIA"),
                       "198.51.100.21",
                       "Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#5.15.0-101-generic "
                       "md/arch#x86_64 lang/python#3.10.12"};
  company.deploy = {company.production, "ci-deploy", random.aws_id("AROA")};
  company.terraform = {company.production, "terraform", random.aws_id("AROA")};
  company.audit = {company.production, "posture-audit", random.aws_id("AROA")};
  company.config = {company.production,
                    "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
                    random.aws_id("AROA")};
}

}  // namespace

Company found_company(std::uint64_t seed) {
  Company company;
  found(company, seed);
  return company;
}

Company found_sister(std::uint64_t seed, std::uint64_t number) {
  Random random(seed, "sister", number);
  Company company;
  for (std::string* const account :
       {&company.production, &company.development, &company.security, &company.data}) {
    *account = std::to_string(random.between(100'000'000'000, 999'999'999'999));
  }
  found(company, random.next());
  for (Person& person : company.people) person.name += std::to_string(number);
  return company;
}

std::string Company::machine_key(const Fleet& fleet, const Fleet::Machine& machine,
                                 Time now) const {
  Random random(seed, fleet.role + machine.id,
                static_cast<std::uint64_t>(now.micros / kSessionLength));
  return random.aws_id("ASIA");
}

Caller Company::machine(const Fleet& fleet, const Fleet::Machine& machine, Time now,
                        std::string agent) const {
  Session session;
  session.account = fleet.account;
  session.role = fleet.role;
  session.role_id = fleet.role_id;
  session.name = machine.id;
  session.key = machine_key(fleet, machine, now);
  session.created = {now.micros / kSessionLength * kSessionLength};
  if (machine.id.starts_with("i-")) session.delivery = "2.0";
  return role_caller(session, machine.address, std::move(agent));
}

Session Company::person_session(const Person& person, Time since) const {
  Random random(seed, person.name, static_cast<std::uint64_t>(since.micros));
  Random fixed(seed, person.role + person.account);
  Session session;
  session.account = person.account;
  session.role = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_" + person.role + "_" +
                 fixed.letters(16, "0123456789abcdef");
  session.role_id = fixed.aws_id("AROA");
  session.name = person.name + "@larkspur.example";
  session.key = random.aws_id("ASIA");
  session.created = since;
  return session;
}

}  // namespace trailhound::synth
