// SPDX-License-Identifier: Apache-2.0
#include "read/kept.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <thread>

#include "event/row_filter.hpp"

namespace trailhound::read {
namespace {

using event::ColumnSink;
using event::Field;
using event::RowFilter;

/// Events as a list of calls: each is made anew for every scan, by one reader.
class Made final : public event::EventSource {
 public:
  Made(std::size_t events, std::function<void(std::size_t, ColumnSink&)> make)
      : events_(events), make_(std::move(make)) {}

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan&) override {
    struct Reader final : event::EventReader {
      Reader(Made& of, std::atomic<std::size_t>& at) : made(of), next(at) {}
      std::size_t read(ColumnSink& sink, std::size_t most) override {
        std::size_t count = 0;
        for (; count < most; ++count) {
          const std::size_t event = next++;
          if (event >= made.events_) break;
          made.make_(event, sink);
        }
        return count;
      }
      Made& made;
      std::atomic<std::size_t>& next;
    };
    struct Scan final : event::EventScan {
      explicit Scan(Made& of) : made(of) {}
      std::unique_ptr<event::EventReader> reader() override {
        return std::make_unique<Reader>(made, next);
      }
      event::ScanProgress progress() const override { return {}; }
      void stop() override { next = SIZE_MAX / 2; }
      Made& made;
      std::atomic<std::size_t> next = 0;
    };
    return std::make_unique<Scan>(*this);
  }

 private:
  std::size_t events_;
  std::function<void(std::size_t, ColumnSink&)> make_;
};

/// Writes down what it is given, an event a line.
class Lines final : public ColumnSink {
 public:
  void begin_event() override { line_.clear(); }
  void put(Field field, std::string_view text) override { add(field, std::string(text)); }
  void put_time(Field field, Time time) override { add(field, format_iso(time)); }
  void put_hash(Field field, std::uint64_t hash) override { add(field, std::to_string(hash)); }
  void present(Field field) override { add(field, "there"); }
  void clear(Field field) override { add(field, "cleared"); }
  void begin_element(Field list) override { add(list, "element"); }
  void put_entry(Field map, std::string_view key, std::string_view value) override {
    add(map, std::string(key) + "=" + std::string(value));
  }
  void end_event() override { lines.push_back(line_); }
  void drop_event() override {}

  std::vector<std::string> lines;

 private:
  void add(Field field, const std::string& text) {
    line_ += std::string(event::describe(field).sql_name) + ":" + text + " ";
  }
  std::string line_;
};

event::ScanPlan plan_of(std::initializer_list<Field> fields) {
  event::ScanPlan plan;
  for (const Field field : fields) plan.fields.add_with_members(field);
  return plan;
}

std::vector<std::string> lines_of(Kept& kept, const event::ScanPlan& plan) {
  Lines sink;
  const auto scan = kept.scan(plan);
  const auto reader = scan->reader();
  while (reader->read(sink, 100) > 0) continue;
  std::sort(sink.lines.begin(), sink.lines.end());
  return std::move(sink.lines);
}

std::unique_ptr<Kept> kept_of(Made& made, const event::ScanPlan& plan, KeepOptions options = {}) {
  auto kept = Kept::gather(made, plan, options, nullptr);
  EXPECT_TRUE(kept.ok());
  return std::move(*kept);
}

TEST(Kept, GivesBackEveryKindOfValue) {
  Made made(1, [](std::size_t, ColumnSink& sink) {
    sink.begin_event();
    sink.put_time(Field::Ts, Time{1'700'000'000'000'000});
    sink.put(Field::EventName, "first");
    sink.put(Field::EventName, "second");  // the last of two counts
    sink.put(Field::ErrorCode, "gone");
    sink.clear(Field::ErrorCode);
    sink.present(Field::UserIdentity);
    sink.put(Field::IdentityType, "Root");
    sink.present(Field::SessionContext);
    sink.present(Field::Resources);
    sink.begin_element(Field::Resources);
    sink.put(Field::ResourceArn, "arn:aws:s3:::a");
    sink.begin_element(Field::Resources);
    sink.present(Field::FederationAttributes);
    sink.put_entry(Field::FederationAttributes, "sub", "repo");
    sink.put_hash(Field::ContentHash, 7);
    sink.put(Field::UserAgent, "");
    sink.end_event();
  });
  const auto plan = plan_of({Field::Ts, Field::EventName, Field::ErrorCode, Field::UserIdentity,
                             Field::Resources, Field::UserAgent, Field::ContentHash});
  const auto kept = kept_of(made, plan, {.threads = 1});
  EXPECT_EQ(kept->events(), 1u);
  const auto lines = lines_of(*kept, plan);
  ASSERT_EQ(lines.size(), 1u);
  // In the order of the schema's columns; the structs last.
  EXPECT_EQ(lines[0],
            "ts:2023-11-14T22:13:20Z type:Root attributes:there attributes:sub=repo "
            "eventname:second useragent: resources:there resources:element arn:arn:aws:s3:::a "
            "resources:element contenthash:7 useridentity:there sessioncontext:there ");
}

/// Many events over several blocks: name by turns, an id of its own, an error now and then.
Made many(std::size_t events) {
  return Made(events, [](std::size_t event, ColumnSink& sink) {
    sink.begin_event();
    sink.put(Field::EventId, "id-" + std::to_string(event));
    sink.put(Field::EventName, event % 3 == 0 ? "GetObject" : "PutObject");
    sink.put_time(Field::Ts, Time{static_cast<std::int64_t>(event) * kSecond});
    if (event % 1000 == 0) sink.put(Field::ErrorCode, "AccessDenied");
    sink.end_event();
  });
}

constexpr std::size_t kMany = 30'000;

std::vector<std::string> ids(const std::function<bool(std::size_t)>& wanted) {
  std::vector<std::string> all;
  for (std::size_t event = 0; event < kMany; ++event) {
    if (wanted(event)) all.push_back("eventid:id-" + std::to_string(event) + " ");
  }
  std::sort(all.begin(), all.end());
  return all;
}

class KeptMany : public testing::TestWithParam<std::uint64_t> {};

TEST_P(KeptMany, PutsEveryEventOnceWhereverItLies) {
  Made made = many(kMany);
  const auto kept = kept_of(made, plan_of({Field::EventId, Field::EventName}),
                            {.threads = 2, .memory = GetParam()});
  EXPECT_EQ(kept->events(), kMany);
  EXPECT_EQ(lines_of(*kept, plan_of({Field::EventId})), (ids([](std::size_t) { return true; })));
}

TEST_P(KeptMany, LeavesOutWhatAFilterDoesNotLetBy) {
  Made made = many(kMany);
  const auto kept =
      kept_of(made, plan_of({Field::EventId, Field::EventName, Field::ErrorCode, Field::Ts}),
              {.threads = 2, .memory = GetParam()});
  auto plan = plan_of({Field::EventId});
  const auto filtered = [&](RowFilter filter) {
    plan.filter = std::make_shared<const RowFilter>(std::move(filter));
    return lines_of(*kept, plan);
  };
  const RowFilter gets = RowFilter::text(Field::EventName, {.like = {{"Get%"}}});
  const RowFilter errors = RowFilter::text(Field::ErrorCode, {.negated = true});
  EXPECT_EQ(filtered(RowFilter::all({gets, errors})),
            (ids([](std::size_t event) { return event % 3 == 0 && event % 1000 == 0; })));
  EXPECT_EQ(filtered(RowFilter::any({gets, errors})),
            (ids([](std::size_t event) { return event % 3 == 0 || event % 1000 == 0; })));
  EXPECT_EQ(
      filtered(RowFilter::all({RowFilter::text(Field::ErrorCode, {.null = true}),
                               RowFilter::time(Field::Ts, {9'999 * kSecond}, {10'002 * kSecond})})),
      (ids(
          [](std::size_t event) { return event == 9'999 || event == 10'001 || event == 10'002; })));
  // A field that was not kept cannot tell: all are put.
  EXPECT_EQ(filtered(RowFilter::text(Field::UserAgent, {.any_of = {"curl"}})).size(), kMany);
}

INSTANTIATE_TEST_SUITE_P(InMemoryAndInAFile, KeptMany,
                         testing::Values(1ull << 30, 300'000ull, 0ull));

TEST(Kept, LeavesTheLargestColumnsToTheFile) {
  // 30,000 names take 60 kB, as many ids half a megabyte, and requests six.
  Made made(kMany, [](std::size_t event, ColumnSink& sink) {
    sink.begin_event();
    sink.put(Field::EventId, "id-" + std::to_string(event));
    sink.put(Field::EventName, event % 3 == 0 ? "GetObject" : "PutObject");
    sink.put(Field::RequestParameters, std::to_string(event) + std::string(200, 'r'));
    sink.end_event();
  });
  const auto plan = plan_of({Field::EventId, Field::EventName, Field::RequestParameters});
  const auto kept = kept_of(made, plan, {.threads = 2, .memory = 1 << 20});
  struct Lasting final : event::DeafSink {
    void put(Field field, std::string_view text) override { count(field, text, 0); }
    void put_lasting(Field field, std::string_view text) override { count(field, text, 1); }
    void count(Field field, std::string_view text, std::size_t lasting) {
      ++puts[field][lasting];
      bytes += text.size();
    }
    std::map<Field, std::array<std::size_t, 2>> puts;
    std::size_t bytes = 0;
  } sink;
  const auto scan = kept->scan(plan);
  const auto reader = scan->reader();
  while (reader->read(sink, 100) > 0) continue;
  EXPECT_EQ(sink.puts[Field::EventName], (std::array<std::size_t, 2>{0, kMany}));
  EXPECT_EQ(sink.puts[Field::EventId], (std::array<std::size_t, 2>{0, kMany}));
  EXPECT_GT(sink.puts[Field::RequestParameters][0], kMany / 2);
  // Numbers of 10, 90, 900, 9,000 and 20,000 events have 1, 2, 3, 4 and 5 digits: 138,890 in all.
  EXPECT_EQ(sink.bytes, 138'890 + 3 * kMany + 9 * kMany + 138'890 + 200 * kMany);
}

// Who signed (7 users), whether through a session, and a map: 14 combinations, and two maps.
Made by_users(std::size_t events) {
  return Made(events, [](std::size_t event, ColumnSink& sink) {
    sink.begin_event();
    sink.put(Field::EventId, "id-" + std::to_string(event));
    sink.present(Field::UserIdentity);
    if (event % 7 != 0) sink.put(Field::IdentityArn, "user/" + std::to_string(event % 7));
    if (event % 2 == 0) sink.present(Field::SessionContext);
    sink.present(Field::FederationAttributes);
    sink.put_entry(Field::FederationAttributes, "sub", event % 2 == 0 ? "even" : "odd");
    sink.put(Field::UserAgent, "agent");
    sink.end_event();
  });
}

Settled principal_of_arn_and_attributes() {
  Settled settled{{}, {Field::Principal}};
  settled.by.add_with_members(Field::IdentityArn);
  settled.by.add_with_members(Field::FederationAttributes);
  return settled;
}

TEST_P(KeptMany, NumbersCombinationsAndGivesWhatTheySettle) {
  Made made = by_users(kMany);
  const auto kept =
      kept_of(made, plan_of({Field::EventId}),
              {.threads = 2, .memory = GetParam(), .settled = {principal_of_arn_and_attributes()}});
  EXPECT_FALSE(kept->fields().has(Field::Principal)) << "not before it is given";
  EXPECT_FALSE(kept->fields().has(Field::IdentityArn)) << "it was only combined";
  Kept* const combinations = kept->combinations(0);
  ASSERT_NE(combinations, nullptr);
  ASSERT_EQ(combinations->events(), 14u);

  // Each is shown with all that was combined; its number is its id.
  std::vector<std::optional<std::string>> principals(14);
  event::ScanPlan inside;
  inside.fields = combinations->fields();
  std::vector<std::string> shown;
  for (const std::string& line : lines_of(*combinations, inside)) {
    const std::size_t number = std::stoul(line.substr(line.find("eventid:") + 8));
    ASSERT_GE(number, 1u);
    ASSERT_LE(number, 14u);
    const bool even = line.find("attributes:sub=even ") != std::string::npos;
    EXPECT_EQ(line.find("sessioncontext:there") != std::string::npos, even) << line;
    const std::size_t user = line.find("arn:user/");
    if (user != std::string::npos) {
      principals[number - 1] = line.substr(user + 4, 6) + (even ? " even" : " odd");
    }
  }
  kept->give(Field::Principal, principals);
  EXPECT_TRUE(kept->fields().has(Field::Principal));

  const auto lines = lines_of(*kept, plan_of({Field::EventId, Field::Principal}));
  ASSERT_EQ(lines.size(), kMany);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "eventid:id-15 principal:user/1 odd "), 1);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "eventid:id-16 principal:user/2 even "), 1);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "eventid:id-21 "), 1) << "NULL in a combination";

  auto plan = plan_of({Field::EventId});
  plan.filter = std::make_shared<const RowFilter>(
      RowFilter::text(Field::Principal, {.any_of = {"user/3 odd"}}));
  EXPECT_EQ(lines_of(*kept, plan), (ids([](std::size_t event) { return event % 14 == 3; })));
  plan.filter = std::make_shared<const RowFilter>(RowFilter::text(
      Field::Principal, {.any_of = {"user/3 odd", "user/4 even"}, .negated = true, .null = true}));
  EXPECT_EQ(lines_of(*kept, plan),
            (ids([](std::size_t event) { return event % 14 != 3 && event % 14 != 4; })));
}

TEST(Kept, SaysWhereThereAreTooManyCombinations) {
  constexpr std::size_t kTooMany = 100'001;
  Made made(kTooMany, [](std::size_t event, ColumnSink& sink) {
    sink.begin_event();
    sink.put(Field::UserAgent, std::to_string(event));
    sink.end_event();
  });
  Settled settled{{}, {Field::Agent}};
  settled.by.add(Field::UserAgent);
  const auto kept = kept_of(made, plan_of({Field::EventName}), {.settled = {settled}});
  EXPECT_EQ(kept->combinations(0), nullptr);
  EXPECT_EQ(kept->events(), kTooMany);
}

TEST(Kept, SaysThatItWasStopped) {
  Made made = many(kMany);
  const std::atomic<bool> stopped = true;
  const auto kept = Kept::gather(made, plan_of({Field::EventId}), {}, &stopped);
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(kept.error().code(), "cancelled");
}

TEST(Kept, FailsWhereItCannotWrite) {
  Made made = many(10);
  const auto kept = Kept::gather(made, plan_of({Field::EventId}),
                                 {.memory = 0, .temp_folder = "/no/such/folder"}, nullptr);
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(kept.error().code(), "output-failed");
}

}  // namespace
}  // namespace trailhound::read
