// SPDX-License-Identifier: Apache-2.0
//
// What an answer says besides its rows: from when times count, and which rows escape a test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ask/ask.hpp"

namespace trailhound::ask {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kEvents = R"({"Records":[
{"eventVersion":"1.08","eventTime":"2024-03-10T12:00:00Z","eventSource":"iam.amazonaws.com",
 "eventName":"ListUsers","errorCode":"AccessDenied","eventID":"1"},
{"eventVersion":"1.08","eventTime":"2024-03-10T13:00:00Z","eventSource":"ec2.amazonaws.com",
 "eventName":"RunInstances","errorCode":"Client.UnauthorizedOperation","eventID":"2"},
{"eventVersion":"1.08","eventTime":"2024-03-10T14:00:00Z","eventSource":"ec2.amazonaws.com",
 "eventName":"RunInstances","eventID":"3"}]})";

class Notices : public testing::Test {
 protected:
  ~Notices() override {
    std::filesystem::remove_all(std::filesystem::path(testing::TempDir()) /
                                ("notices-" + std::to_string(::getpid())));
  }
  /// The messages of the notices and of the second look.
  std::vector<std::string> said(const std::string& text, std::optional<When> now = {}) {
    const auto folder =
        std::filesystem::path(testing::TempDir()) / ("notices-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "events.json") << kEvents;
    Source source;
    source.logs = {folder.string()};
    source.now = now;
    const auto desk = Desk::open(source);
    EXPECT_TRUE(desk.ok());
    Question question;
    question.text = text;
    auto answer = (*desk)->ask(question);
    if (!answer.ok()) return {answer.error().message};
    for (;;) {
      const auto batch = answer->rows->next();
      if (!batch.ok() || *batch == nullptr) break;
    }
    std::vector<std::string> messages;
    for (const Error& notice : answer->notices) messages.push_back(notice.message);
    if (answer->second_look) {
      for (const Error& hint : answer->second_look()) messages.push_back(hint.message);
    }
    return messages;
  }
};

TEST_F(Notices, SayFromWhenNowCounts) {
  const std::string text = "select count(*) from cloudtrail where ts > now() - interval '1' hour";
  EXPECT_THAT(said(text), ElementsAre("now() is 2024-03-10T14:00:00Z, the newest event"));
  EXPECT_THAT(said("select current_date from cloudtrail"),
              ElementsAre(HasSubstr("now() is 2024-03-10T14:00:00Z")));
  const When an_hour{.at = {}, .back = kHour};
  EXPECT_THAT(said(text, an_hour),
              ElementsAre("now() is 2024-03-10T13:00:00Z, counted back from the newest event"));
  EXPECT_THAT(said(text, When{.at = Time{0}, .back = {}}), IsEmpty());
  EXPECT_THAT(said("select 'now' from cloudtrail"), IsEmpty());
}

TEST_F(Notices, CountDenialsThatEscapeATest) {
  const std::string escapes =
      "1 more denied event escapes this test of errorcode: 1 `Client.UnauthorizedOperation`";
  for (const char* test :
       {"errorcode = 'AccessDenied'", "errorcode in ('AccessDenied', 'AccessDeniedException')",
        "errorcode like '%Denied%'", "errorcode like 'AccessDenied%' and eventname <> 'X'",
        "(errorcode = 'AccessDenied' or errorcode like '%AccessDenied%')"}) {
    EXPECT_THAT(said(std::string("select eventid from cloudtrail where ") + test),
                ElementsAre(escapes))
        << test;
  }
  for (const char* test :
       {"errorcode like '%Denied%' or errorcode like '%Unauthorized%'", "errorcode like '%'",
        "errorcode not like '%Denied%'", "errorcode = 'ThrottlingException'",
        "errorcode = 'AccessDenied' or eventname = 'ListUsers'", "outcome = 'denied'"}) {
    EXPECT_THAT(said(std::string("select eventid from cloudtrail where ") + test), IsEmpty())
        << test;
  }
}

}  // namespace
}  // namespace trailhound::ask
