// SPDX-License-Identifier: Apache-2.0
//
// For tests: events written down in a few words, and a desk over them.
//
//   MadeLogs logs;
//   logs.add(user_event("alice", "AKIAALICE00000000000", "AssumeRole", 60).issues("ASIA...", arn));
//   auto desk = logs.desk();
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "lake/ingest.hpp"

namespace trailhound::triage {

constexpr const char* kHome = "111122223333";

/// 2024-03-01T09:00:00Z and some seconds.
inline Time clock_at(std::int64_t seconds) {
  return Time{parse_event_time("2024-03-01T09:00:00Z")->micros + seconds * kSecond};
}

/// One event, as CloudTrail would write it.
class MadeEvent {
 public:
  MadeEvent(std::string source, std::string name, std::int64_t seconds)
      : source_(std::move(source)), name_(std::move(name)), at_(clock_at(seconds)) {}

  MadeEvent& by_user(const std::string& user, const std::string& key,
                     const std::string& account = kHome) {
    account_ = account;
    identity_ = {{"type", "IAMUser"},
                 {"principalId", "AIDA" + user},
                 {"arn", "arn:aws:iam::" + account + ":user/" + user},
                 {"accountId", account},
                 {"userName", user}};
    if (!key.empty()) identity_.emplace_back("accessKeyId", key);
    return *this;
  }
  /// Another user of the same name.
  MadeEvent& of_id(const std::string& id) {
    for (Json::Member& member : identity_) {
      if (member.first == "principalId") member.second = Json(id);
    }
    return *this;
  }
  /// A session of a user's: its date makes it one.
  MadeEvent& in_session(std::int64_t seconds, bool console = false) {
    identity_.emplace_back(
        "sessionContext",
        Json::Object{{"attributes", Json::Object{{"creationDate", format_iso(clock_at(seconds))},
                                                 {"mfaAuthenticated", "false"}}}});
    if (console) more_.emplace_back("sessionCredentialFromConsole", "true");
    return *this;
  }
  MadeEvent& by_root() {
    identity_ = {{"type", "Root"},
                 {"principalId", kHome},
                 {"arn", std::string("arn:aws:iam::") + kHome + ":root"},
                 {"accountId", kHome},
                 {"accessKeyId", "ASIAROOT000000000000"}};
    return *this;
  }
  MadeEvent& by_role(const std::string& role, const std::string& session, const std::string& key,
                     std::int64_t made, const std::string& account = kHome) {
    account_ = account;
    identity_ = {
        {"type", "AssumedRole"},
        {"principalId", "AROA" + role + ":" + session},
        {"arn", session_arn(role, session, account)},
        {"accountId", account},
        {"accessKeyId", key},
        {"sessionContext",
         Json::Object{
             {"sessionIssuer", Json::Object{{"type", "Role"},
                                            {"principalId", "AROA" + role},
                                            {"arn", "arn:aws:iam::" + account + ":role/" + role},
                                            {"accountId", account},
                                            {"userName", role}}},
             {"attributes", Json::Object{{"creationDate", format_iso(clock_at(made))},
                                         {"mfaAuthenticated", "false"}}}}}};
    return *this;
  }
  /// The copy of the event that the owner of the role gets.
  MadeEvent& by_outsider(const std::string& account, const std::string& id,
                         const std::string& recipient) {
    account_ = recipient;
    identity_ = {{"type", "AWSAccount"}, {"principalId", id}, {"accountId", account}};
    return *this;
  }
  /// A user of Identity Center.
  MadeEvent& by_person(const std::string& id, const std::string& account = kHome) {
    account_ = account;
    identity_ = {{"type", "IdentityCenterUser"},
                 {"accountId", account},
                 {"onBehalfOf", Json::Object{{"userId", id}}}};
    return *this;
  }
  /// A role's call on behalf of such a user.
  MadeEvent& for_person(const std::string& id) {
    identity_.emplace_back("onBehalfOf", Json::Object{{"userId", id}});
    return *this;
  }
  MadeEvent& by_service(const std::string& service, const std::string& account = kHome) {
    account_ = account;
    identity_ = {{"type", "AWSService"}, {"invokedBy", service}};
    address_ = service;
    return *this;
  }
  MadeEvent& via(const std::string& service) {
    identity_.emplace_back("invokedBy", service);
    address_ = service;
    return *this;
  }
  MadeEvent& from(const std::string& address) {
    address_ = address;
    return *this;
  }
  MadeEvent& with_agent(const std::string& agent) {
    agent_ = agent;
    return *this;
  }
  MadeEvent& asks(Json::Object request) {
    request_ = Json(std::move(request));
    return *this;
  }
  MadeEvent& gets(Json::Object response) {
    response_ = Json(std::move(response));
    return *this;
  }
  /// The key that an AssumeRole gives.
  MadeEvent& issues(const std::string& key, const std::string& arn) {
    return gets({{"credentials", Json::Object{{"accessKeyId", key}}},
                 {"assumedRoleUser", Json::Object{{"arn", arn}}}});
  }
  MadeEvent& fails(const std::string& code) {
    more_.emplace_back("errorCode", code);
    return *this;
  }
  MadeEvent& with(const std::string& key, Json value) {
    more_.emplace_back(key, std::move(value));
    return *this;
  }
  MadeEvent& called(const std::string& id) {
    id_ = id;
    return *this;
  }

  static std::string session_arn(const std::string& role, const std::string& session,
                                 const std::string& account = kHome) {
    return "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + session;
  }

  Json record(std::size_t number) const {
    Json::Object event = {{"eventVersion", "1.08"},
                          {"userIdentity", Json(identity_)},
                          {"eventTime", format_iso(at_)},
                          {"eventSource", source_ + ".amazonaws.com"},
                          {"eventName", name_},
                          {"awsRegion", "us-east-1"},
                          {"sourceIPAddress", address_},
                          {"userAgent", agent_},
                          {"requestParameters", request_},
                          {"responseElements", response_},
                          {"eventID", id_.empty() ? "event-" + std::to_string(number) : id_},
                          {"eventType", "AwsApiCall"},
                          {"recipientAccountId", account_}};
    for (const Json::Member& member : more_) event.push_back(member);
    return Json(std::move(event));
  }

 private:
  std::string source_, name_;
  Time at_;
  std::string account_ = kHome, address_ = "198.51.100.7", agent_ = "aws-cli/2.15.30", id_;
  Json::Object identity_, more_;
  Json request_, response_;
};

/// Events in a file that goes away with the test.
class MadeLogs {
 public:
  MadeLogs() {
    static int number = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("made-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
    std::filesystem::create_directories(folder_);
  }
  ~MadeLogs() { std::filesystem::remove_all(folder_); }
  MadeLogs(const MadeLogs&) = delete;
  MadeLogs& operator=(const MadeLogs&) = delete;

  void add(const MadeEvent& event) { records_.push_back(event.record(records_.size() + 1)); }
  void add_record(Json record) { records_.push_back(std::move(record)); }

  std::unique_ptr<ask::Desk> desk() const {
    write();
    ask::Source source;
    source.logs = {logs()};
    return open(std::move(source));
  }
  /// The same events in a lake; a second one finds what the first kept.
  std::unique_ptr<ask::Desk> lake_desk(std::optional<Time> from = std::nullopt) const {
    write();
    ask::Source source;
    if (from) source.from = ask::When{from, {}};
    source.lake = (folder_ / "lake").string();
    auto work = lake::Ingest::open(
        {.paths = {logs()}, .lake = source.lake, .threads = 1, .confine = false});
    EXPECT_TRUE(work.ok() && (*work)->run().ok());
    return open(std::move(source));
  }

 private:
  std::string logs() const { return (folder_ / "events.json").string(); }
  void write() const {
    std::ofstream(logs()) << Json(Json::Object{{"Records", Json(records_)}}).dump();
  }
  static std::unique_ptr<ask::Desk> open(ask::Source source) {
    source.unique = true;
    source.threads = 1;
    auto desk = ask::Desk::open(std::move(source));
    if (!desk.ok()) {
      ADD_FAILURE() << desk.error().message;
      return nullptr;
    }
    return std::move(*desk);
  }

  std::filesystem::path folder_;
  Json::Array records_;
};

}  // namespace trailhound::triage
