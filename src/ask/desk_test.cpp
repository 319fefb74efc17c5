// SPDX-License-Identifier: Apache-2.0
//
// The desk at work: with several threads, and told to stop by another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "ask/ask.hpp"

namespace trailhound::ask {
namespace {

constexpr int kFiles = 6;
constexpr int kEvents = 1500;  ///< A file; the last of each stands in the next file, too

/// A folder of logs that goes away with its test.
class LogFolder {
 public:
  LogFolder()
      : path_(std::filesystem::temp_directory_path() / ("desk-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
    for (int file = 0; file < kFiles; ++file) {
      std::ofstream out(path_ / (std::to_string(file) + ".json"));
      out << R"({"Records":[)";
      for (int i = 0; i < kEvents; ++i) {
        const int number = file * (kEvents - 1) + i;
        out << (i == 0 ? "" : ",") << R"({"eventVersion":"1.08","eventID":")" << number
            << R"(","eventTime":"2024-03-01T09:00:00Z","eventSource":"iam.amazonaws.com",)"
            << R"("eventName":"Get)" << number % 7
            << R"(","awsRegion":"us-east-1","recipientAccountId":"111122223333",)"
            << R"("userIdentity":{"type":"IAMUser","userName":"user)" << number % 50 << "\"}}";
      }
      out << "]}";
    }
  }
  ~LogFolder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

class DeskAtWork : public testing::TestWithParam<unsigned> {
 protected:
  void SetUp() override {
    Source source;
    source.logs = {folder.path()};
    source.threads = GetParam();
    auto opened = Desk::open(std::move(source));
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    desk = std::move(*opened);
  }
  /// The first column of all rows, or the error's code.
  std::vector<std::string> ask(std::string text) {
    auto answer = desk->ask({.text = std::move(text)});
    if (!answer.ok()) return {std::string(answer.error().code())};
    std::vector<std::string> all;
    for (;;) {
      const auto batch = answer->rows->next();
      if (!batch.ok()) return {std::string(batch.error().code())};
      if (*batch == nullptr) break;
      for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
        all.emplace_back((*batch)->cell(0, row).text());
      }
    }
    if (answer->second_look) {
      for (const Error& hint : answer->second_look()) all.push_back("hint: " + hint.message);
    }
    return all;
  }

  LogFolder folder;
  std::unique_ptr<Desk> desk;
};

TEST_P(DeskAtWork, AnswersTheSameWithAnyNumberOfThreads) {
  // 1500 in each of 6 files make 9,000, of which 5 are told twice.
  EXPECT_THAT(ask("select cast(count(*) as varchar) from cloudtrail"),
              testing::ElementsAre("9000"));
  EXPECT_EQ(desk->coverage().doubles, 5u);
  EXPECT_THAT(
      ask("select useridentity.username || ' ' || cast(count(*) as varchar) from cloudtrail "
          "where eventname = 'Get3' group by useridentity.username order by count(*) desc, "
          "useridentity.username limit 2"),
      testing::ElementsAre("user0 26", "user1 26"));
  EXPECT_THAT(
      ask("select cast(count(*) as varchar) from cloudtrail a join cloudtrail b on a.eventid "
          "= b.eventid"),
      testing::ElementsAre("9010"));
}

TEST_P(DeskAtWork, LooksTwiceAndGathers) {
  const auto hinted = ask("select eventname from cloudtrail where eventname = 'Gett3'");
  ASSERT_EQ(hinted.size(), 1u);
  EXPECT_THAT(hinted[0], testing::HasSubstr("Get3"));
  Question counted;
  counted.text = "select cast(count(*) as varchar) from cloudtrail where principal is not null";
  ASSERT_TRUE(desk->gather(std::vector<Question>(9, counted)).ok());
  EXPECT_THAT(ask(counted.text), testing::ElementsAre("8995"));
}

TEST_P(DeskAtWork, HandsOutEventsAloneAndNoOrder) {
  struct Counter final : engine::Taker {
    explicit Counter(std::atomic<std::size_t>& into) : sum(into) {}
    bool take(const engine::Batch& batch) override {
      sum += batch.rows();
      return true;
    }
    std::atomic<std::size_t>& sum;
  };
  std::atomic<std::size_t> taken = 0;
  const auto handed = [&](std::string text, bool all_rows = true) {
    taken = 0;
    auto answer = desk->ask({.text = std::move(text), .all_rows = all_rows});
    if (!answer.ok()) return testing::AssertionResult(false) << answer.error().message;
    const auto done = answer->rows->hand_out([&] { return std::make_unique<Counter>(taken); });
    if (!done.ok()) return testing::AssertionResult(false) << done.error().message;
    return testing::AssertionResult(*done) << "not handed out";
  };
  EXPECT_TRUE(handed("select eventname from cloudtrail where eventname <> 'Get3'"));
  EXPECT_EQ(taken, 9000u - 1286u);  // Of 0 to 8994, those that 7 divides with 3 over, five twice
  EXPECT_TRUE(handed("select n from (select eventname as n, eventtime from cloudtrail)"));
  EXPECT_EQ(taken, 9000u);
  EXPECT_FALSE(handed("select eventname from cloudtrail", false));
  for (const char* const text :
       {"select eventname from cloudtrail order by eventid",
        "select eventname from cloudtrail limit 3", "select eventname from cloudtrail offset 3",
        "select distinct eventname from cloudtrail",
        "select eventname from cloudtrail group by eventname", "select count(*) from cloudtrail",
        "with c as (select * from cloudtrail limit 3) select eventname from c",
        "select n from (select eventname as n from cloudtrail order by eventid limit 3)",
        "select eventname from cloudtrail union all select eventname from cloudtrail"}) {
    EXPECT_FALSE(handed(text)) << text;
    EXPECT_EQ(taken, 0u) << text;
  }
}

TEST_P(DeskAtWork, StopsWhenAnotherThreadSaysSo) {
  std::thread other([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    desk->cancel();
  });
  // Eighty-one million pairs, and as many again.
  EXPECT_THAT(ask("select cast(count(*) as varchar) from cloudtrail a cross join cloudtrail b "
                  "cross join cloudtrail c where a.eventid || b.eventid || c.eventid = 'x'"),
              testing::ElementsAre("cancelled"));
  other.join();
  EXPECT_THAT(ask("select cast(count(*) as varchar) from cloudtrail"),
              testing::ElementsAre("9000"));
}

INSTANTIATE_TEST_SUITE_P(Threads, DeskAtWork, testing::Values(1u, 2u, 4u));

}  // namespace
}  // namespace trailhound::ask
