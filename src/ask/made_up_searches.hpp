// SPDX-License-Identifier: Apache-2.0
//
// Five made-up events and searches over them, for tests.
//
//   TEST_F(Searches, CountEvents) { EXPECT_EQ(one("* | stats count"), "5"); }
//
// Two sign-ins (one fails), a CreateUser that is denied, a change of a security group and a read by
// a service; e4 and e5 share their second. Lookups: people.csv, and twice.csv with two lines of one
// key.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "engine/cell_text.hpp"

namespace trailhound::ask {

inline constexpr std::string_view kLogs = R"({"Records":[
{"eventVersion":"1.08","eventID":"e1","eventTime":"2024-03-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"10.1.2.3","userAgent":"Mozilla","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"alice"},"responseElements":{"ConsoleLogin":"Success"}},
{"eventVersion":"1.08","eventID":"e2","eventTime":"2024-03-01T10:00:10Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","userAgent":"Mozilla","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"bob"},"responseElements":{"ConsoleLogin":"Failure"}},
{"eventVersion":"1.08","eventID":"e3","eventTime":"2024-03-01T10:05:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","sourceIPAddress":"10.1.2.3","userAgent":"aws-cli","errorCode":"AccessDenied","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"alice"},"requestParameters":{"userName":"carol","tags":[{"k":"a"},{"k":"b"}]}},
{"eventVersion":"1.08","eventID":"e4","eventTime":"2024-03-01T11:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"AuthorizeSecurityGroupIngress","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"alice"},"resources":[{"ARN":"arn:x"},{"ARN":"arn:y"}],"requestParameters":{"groupId":"sg-1","n":7}},
{"eventVersion":"1.08","eventID":"e5","eventTime":"2024-03-01T11:00:00Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","sourceIPAddress":"config.amazonaws.com","userAgent":"config.amazonaws.com","readOnly":true,"recipientAccountId":"111122223333","userIdentity":{"type":"AWSService","invokedBy":"config.amazonaws.com"}}]})";

class Searches : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("searches-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "lookups");
    std::ofstream(folder / "logs.json") << kLogs;
    std::ofstream(folder / "lookups" / "people.csv")
        << "name,team,note\nalice,red,\nbob,blue,\"a \"\"b\"\", c\"\n";
    std::ofstream(folder / "lookups" / "twice.csv") << "name,place\nalice,here\nalice,there\n";
    std::ofstream(folder / "lookups" / "pairs.csv") << "kind,name,team\n,alice,red\n";
    std::ofstream(folder / "macros.conf") << "[logins(1)]\nargs = who\ndefinition = "
                                             "eventName=ConsoleLogin userIdentity.userName=$who$\n"
                                             "[endless]\ndefinition = `endless`\n";
    Source source;
    source.logs = {(folder / "logs.json").string()};
    auto opened = Desk::open(std::move(source));
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    desk = std::move(*opened);
  }
  void TearDown() override {
    desk.reset();
    std::filesystem::remove_all(folder);
  }

  Question question(std::string text) const {
    Question asked;
    asked.text = std::move(text);
    asked.language = Language::Spl;
    asked.search.lookups = (folder / "lookups").string();
    asked.search.macros = (folder / "macros.conf").string();
    return asked;
  }
  /// Rows as texts, cells between `|`.
  std::vector<std::string> rows(const std::string& text) {
    auto answer = desk->ask(question(text));
    if (!answer.ok())
      return {"!" + std::string(answer.error().code()) + ": " + answer.error().message};
    notices.clear();
    for (const Error& notice : answer->notices) notices.push_back(std::string(notice.code()));
    columns.clear();
    for (const auto& column : answer->rows->columns()) columns.push_back(column.name);
    std::vector<std::string> all;
    for (;;) {
      auto batch = answer->rows->next();
      if (!batch.ok())
        return {"!" + std::string(batch.error().code()) + ": " + batch.error().message};
      if (*batch == nullptr) return all;
      for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
        std::string line;
        for (std::size_t i = 0; i < (*batch)->columns(); ++i) {
          line += (i > 0 ? "|" : "") + engine::cell_text((*batch)->cell(i, row));
        }
        all.push_back(std::move(line));
      }
    }
  }
  std::string one(const std::string& text) {
    const std::vector<std::string> all = rows(text);
    return all.size() == 1
               ? all[0]
               : std::to_string(all.size()) + " rows" + (all.empty() ? "" : ": " + all[0]);
  }
  std::string value(const std::string& expression) {
    return one("| makeresults | eval x=" + expression + " | table x");
  }

  std::filesystem::path folder;
  std::unique_ptr<Desk> desk;
  std::vector<std::string> notices, columns;
};

}  // namespace trailhound::ask
