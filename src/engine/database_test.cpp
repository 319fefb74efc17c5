// SPDX-License-Identifier: Apache-2.0
#include "engine/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/cell_text.hpp"
#include "engine/made_up_source.hpp"
#include "engine/temp_folder.hpp"
#include "event/functions.hpp"

namespace trailhound::engine {
namespace {

using event::Field;
using event::FieldSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::unique_ptr<Database> open_database(Options options = {}) {
  auto opened = Database::open(std::move(options));
  EXPECT_TRUE(opened.ok()) << opened.error().message;
  return std::move(opened).value();
}

/// All rows, each as "cell|cell".
Result<std::vector<std::string>> rows_of(Database& database, const std::string& sql) {
  TRY(auto rows, database.run(sql));
  std::vector<std::string> lines;
  for (;;) {
    TRY(const Batch* const batch, rows->next());
    if (batch == nullptr) return lines;
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      std::string line;
      for (std::size_t column = 0; column < rows->columns().size(); ++column) {
        if (column > 0) line += '|';
        line += cell_text(batch->cell(column, row));
      }
      lines.push_back(std::move(line));
    }
  }
}

std::vector<std::string> answer(Database& database, const std::string& sql) {
  auto rows = rows_of(database, sql);
  EXPECT_TRUE(rows.ok()) << sql << "\n" << rows.error().message;
  return rows.ok() ? *rows : std::vector<std::string>{};
}

std::string code_of(Database& database, const std::string& sql) {
  auto rows = rows_of(database, sql);
  return rows.ok() ? "ok" : std::string(rows.error().code());
}

event::ScanPlan plan_of(std::initializer_list<Field> fields) {
  event::ScanPlan plan;
  for (const Field field : fields) plan.fields.add_with_members(field);
  return plan;
}

class DatabaseTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { shared_ = open_database(); }
  static void TearDownTestSuite() { shared_.reset(); }
  Database& database() { return *shared_; }
  std::vector<std::string> answer(const std::string& sql) { return engine::answer(*shared_, sql); }
  std::string code_of(const std::string& sql) { return engine::code_of(*shared_, sql); }

 private:
  static std::unique_ptr<Database> shared_;
};
std::unique_ptr<Database> DatabaseTest::shared_;

TEST_F(DatabaseTest, GivesEveryKindOfValue) {
  EXPECT_THAT(answer("select true, 42, -7::tinyint, 40000::usmallint, 1.5::double"),
              ElementsAre("true|42|-7|40000|1.5"));
  EXPECT_THAT(
      answer("select 18446744073709551615::ubigint, (-170141183460469231731687303715884105728)"
             "::hugeint, 340282366920938463463374607431768211455::uhugeint"),
      ElementsAre("18446744073709551615|-170141183460469231731687303715884105728|"
                  "340282366920938463463374607431768211455"));
  EXPECT_THAT(
      answer("select 1.05::decimal(4,2), -0.05::decimal(9,3), 123456789012.5::decimal(18,1),"
             "-12345678901234567890.12::decimal(30,2), 7::decimal(5,0)"),
      ElementsAre("1.05|-0.050|123456789012.5|-12345678901234567890.12|7"));
  EXPECT_THAT(
      answer("select 'short', 'longer than twelve bytes', '{\"a\":1}'::json, '\\x00z'::blob"),
      ElementsAre(std::string("short|longer than twelve bytes|{\"a\":1}|\0z", 41)));
  EXPECT_THAT(answer("select 'b'::enum('a','b'), '6f1b1bd4-9c2b-4f0a-8d3e-0123456789ab'::uuid"),
              ElementsAre("b|6f1b1bd4-9c2b-4f0a-8d3e-0123456789ab"));
  EXPECT_THAT(answer("select 0.1::float, null"), ElementsAre("0.1|NULL"));
}

TEST_F(DatabaseTest, GivesTimesInMicroseconds) {
  EXPECT_THAT(
      answer(
          "select timestamp '1970-01-02 00:00:01', '1970-01-01 00:00:02'::timestamp_s,"
          "'1970-01-01 00:00:00.003'::timestamp_ms, '1969-12-31 23:59:59.999999999'::timestamp_ns,"
          "timestamptz '1970-01-01 02:00:00+02', date '1970-01-31', time '00:00:01'"),
      ElementsAre("86401000000|2000000|3000|-1|0|30|1000000"));
  EXPECT_THAT(answer("select '12:30:00+02:00'::timetz"), ElementsAre("12:30:00.000+02:00"));
}

TEST_F(DatabaseTest, WritesIntervalsAsAthenaDoes) {
  EXPECT_THAT(answer("select interval 2 day, interval '14' month, interval '-1' second,"
                     "interval '36:00:00.5', interval 1 microsecond"),
              ElementsAre("2 00:00:00.000|1-2|-0 00:00:01.000|1 12:00:00.500|0 00:00:00.000001"));
}

TEST_F(DatabaseTest, GivesNestedValues) {
  EXPECT_THAT(answer("select [1,null,3], {'a': 1, 'b': null}, map {'k': [1,2]}, [{'x': 'y'}], "
                     "[1,2]::integer[2]"),
              ElementsAre("[1,NULL,3]|{a:1,b:NULL}|{k=[1,2]}|[{x:y}]|[1,2]"));
  EXPECT_THAT(answer("select x from (values ([1]), (null), ([2,3])) t(x)"),
              ElementsAre("[1]", "NULL", "[2,3]"));
}

TEST_F(DatabaseTest, NamesColumnsInLowerCase) {
  auto rows = database().run("select 1 as EventName, 2 as \"Ä b\"");
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)->columns()[0].name, "eventname");
}

TEST_F(DatabaseTest, RefusesATypeThatHasNoForm) {
  EXPECT_EQ(code_of("select union_value(a := 1)"), "no-such-type");
}

TEST_F(DatabaseTest, GivesManyBatchesInTurn) {
  auto rows = database().run("select i, 'text of row ' || i from range(100000) t(i)");
  ASSERT_TRUE(rows.ok());
  std::uint64_t count = 0, sum = 0;
  for (;;) {
    auto batch = (*rows)->next();
    ASSERT_TRUE(batch.ok());
    if (*batch == nullptr) break;
    for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
      const std::int64_t number = (*batch)->cell(0, row).integer();
      ASSERT_EQ((*batch)->cell(1, row).text(), "text of row " + std::to_string(number));
      sum += static_cast<std::uint64_t>(number);
      ++count;
    }
  }
  EXPECT_EQ(count, 100000u);
  EXPECT_EQ(sum, 4999950000u);
  EXPECT_EQ(*(*rows)->next(), nullptr) << "after the end stays the end";
}

TEST_F(DatabaseTest, CountsInUtc) {
  EXPECT_THAT(answer("select current_setting('TimeZone'), timestamptz '2024-01-01 00:00:00' = "
                     "timestamptz '2024-01-01 00:00:00+00'"),
              ElementsAre("UTC|true"));
}

TEST_F(DatabaseTest, SaysWhoseDoingAnErrorIs) {
  EXPECT_EQ(code_of("select cast('abc' as bigint)"), "bad-cast");
  EXPECT_EQ(code_of("select 9223372036854775807 + 1"), "out-of-range");
  EXPECT_EQ(code_of("select nothing_of_that_name"), "engine-refused");
  EXPECT_EQ(code_of("select error('[division-by-zero] 1 / 0')"), "division-by-zero");
  EXPECT_EQ(code_of("select error('no code')"), "bad-value");
  EXPECT_EQ(code_of("select x from (select error('[bad-cast] late') as x from range(10000))"),
            "bad-cast");
}

TEST_F(DatabaseTest, CleansTheWordsOfTheEngine) {
  auto rows = rows_of(database(), "select nothing_of_that_name from (select 1 as one)");
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(
      rows.error().message,
      "the engine says: Referenced column \"nothing_of_that_name\" not found in FROM clause!");
  auto raised = rows_of(database(), "select error('[out-of-range] element 4 of 3')");
  ASSERT_FALSE(raised.ok());
  EXPECT_EQ(raised.error().message, "element 4 of 3");
}

TEST_F(DatabaseTest, RunsOneSelectAndNothingElse) {
  for (const char* const sql :
       {"select 1; select 2", "create table t(i int)", "set threads = 1", "explain select 1",
        "call range(3)", "attach ':memory:' as y", "begin", "prepare p as select 1",
        "explain analyze select 1", "reset threads", "checkpoint"}) {
    EXPECT_EQ(code_of(sql), "not-a-select") << sql;
  }
  EXPECT_EQ(code_of(std::string("select 1 \0, 2", 13)), "not-a-select");
  EXPECT_THAT(answer("select 1;"), ElementsAre("1"));
}

TEST_F(DatabaseTest, RunsThePreludeBeforeItCloses) {
  auto opened = open_database({.prelude = {"create macro twice(x) as x * 2"}});
  EXPECT_THAT(engine::answer(*opened, "select twice(21)"), ElementsAre("42"));
}

TEST_F(DatabaseTest, KnowsItsOwnNamesHoweverTheyAreReached) {
  auto opened = open_database(
      {.prelude = {"CREATE OR REPLACE MACRO th_kind(x) AS upper(Th_Network(x))",
                   "CREATE OR REPLACE MACRO th_kinds(a, b) AS th_kind(a) || th_kind(b)"}});
  EXPECT_THAT(engine::answer(*opened, "select TH_KINDS('10.0.0.1', '10.0.0.1')"),
              ElementsAre("PRIVATEPRIVATE"));
  EXPECT_THAT(engine::answer(*opened, "select \"th_network\"('10.0.0.1'), th_kind('10.0.0.1')"),
              ElementsAre("private|PRIVATE"));
  EXPECT_FALSE(rows_of(*opened, "select th_nothing(1)").ok());
}

TEST(Database, LeavesNoFolderBehindWhenItIsLeftStanding) {
  // In a process of its own: what is left standing stands until the end.
  const std::string folder = testing::TempDir() + "left-standing";
  std::filesystem::create_directories(folder);
  const pid_t child = fork();
  if (child == 0) {
    auto opened = Database::open({.temp_parent = folder, .until_exit = true});
    const bool answered =
        opened.ok() && rows_of(**opened, "select 42").ok() && !std::filesystem::is_empty(folder);
    if (opened.ok()) opened->reset();
    std::_Exit(answered ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(DatabaseTest, AnswersTwoQuestionsAtOnce) {
  auto one = database().run("select i from range(50000) t(i)");
  ASSERT_TRUE(one.ok());
  EXPECT_THAT(answer("select 1"), ElementsAre("1"));
  EXPECT_NE(*(*one)->next(), nullptr);
}

// Functions of ours

TEST_F(DatabaseTest, AnswersTheExampleOfEachFunction) {
  for (const event::NativeFunction& function : event::native_functions()) {
    const std::string call = "th_" + std::string(function.example);
    const std::string sql = function.result == event::ValueType::TextList
                                ? "select array_to_string(" + call + ", ', ')"
                                : "select " + call + "::varchar";
    EXPECT_THAT(answer(sql), ElementsAre(std::string(function.answer))) << sql;
  }
}

TEST_F(DatabaseTest, GivesRowsThatAreAlikeTheSameAnswer) {
  // 10,000 rows over 8 addresses and NULL; half of the addresses lie in the network.
  EXPECT_THAT(
      answer(
          "select count(*), count(x), count(*) filter (where x), "
          "bool_and(x is not distinct from (i % 9 < 4)) filter (where i % 9 < 8) from "
          "(select i, th_ip_in(case when i % 9 < 8 then '192.0.2.' || (i % 9) end, '192.0.2.0/30') "
          "as x from range(9000) t(i))"),
      ElementsAre("9000|8000|4000|true"));
}

TEST_F(DatabaseTest, LetsNothingOfTheRowBeforeShineThroughANull) {
  EXPECT_THAT(
      answer("select th_target('iam.amazonaws.com', name, request, null) "
             "from (values ('CreateRole', '{\"roleName\":\"builder\"}'), ('ListRoles', null)) "
             "as t(name, request)"),
      ElementsAre("builder", "NULL"));
}

TEST_F(DatabaseTest, EndsWithTheFailureOfAFunction) {
  auto rows = rows_of(database(), "select th_ip_in('192.0.2.1', 'nowhere')");
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code(), "bad-value");
  EXPECT_EQ(rows.error().message, "`nowhere` is not a network");
}

// The scan

TEST_F(DatabaseTest, ScansTheFieldsThatAreAskedFor) {
  MadeUpSource source(3);
  const std::string scan = database().offer(source, plan_of({Field::EventName, Field::Ts}));
  EXPECT_THAT(
      answer("select eventname, epoch(ts)::bigint, eventsource from " + scan),
      UnorderedElementsAre("eventname 0|0|NULL", "eventname 1|1|NULL", "eventname 2|2|NULL"));
}

TEST_F(DatabaseTest, AsksTheSourceForWhatTheQuestionUses) {
  MadeUpSource source(3);
  const std::string scan =
      database().offer(source, plan_of({Field::EventName, Field::Ts, Field::UserIdentity}));
  answer("select eventname from " + scan);
  FieldSet expected;
  expected.add(Field::EventName);
  EXPECT_EQ(source.asked.fields, expected);
}

TEST_F(DatabaseTest, GivesAStructOnlyTheMembersThatAreWanted) {
  MadeUpSource source(3);
  const std::string scan = database().offer(
      source,
      plan_of({Field::IdentityArn, Field::IssuerArn, Field::ResourceType, Field::TlsDetails}));
  EXPECT_THAT(answer("select distinct typeof(useridentity), typeof(resources) from " + scan),
              ElementsAre("STRUCT(arn VARCHAR, sessioncontext STRUCT(sessionissuer STRUCT(arn "
                          "VARCHAR)))|STRUCT(\"type\" VARCHAR)[]"));
  EXPECT_THAT(answer("select useridentity.arn, useridentity.sessioncontext.sessionissuer.arn, "
                     "tlsdetails.ciphersuite, resources[1].type from " +
                     scan + " where tlsdetails.clientprovidedhostheader like '%2'"),
              ElementsAre("arn 2|arn 2|ciphersuite 2|NULL"));
  // One of which nothing is wanted still has to be a struct.
  FieldSet nothing_inside;
  nothing_inside.add(Field::UserIdentity);
  const std::string bare = database().offer(source, {.fields = nothing_inside});
  EXPECT_THAT(answer("select typeof(useridentity), count(*) from " + bare +
                     " where useridentity is not null group by all"),
              ElementsAre("STRUCT(\"type\" VARCHAR)|3"));
}

TEST_F(DatabaseTest, CountsWithoutAskingForMoreThanTheFirstColumn) {
  MadeUpSource source(100'000);
  const std::string scan = database().offer(source, plan_of({Field::EventName}));
  EXPECT_THAT(answer("select count(*) from " + scan), ElementsAre("100000"));
  EXPECT_TRUE(source.asked.fields.empty());
}

TEST_F(DatabaseTest, FillsEveryFieldOfManyEvents) {
  MadeUpSource source(10'000);
  const std::string scan = database().offer(source, {.fields = FieldSet::all()});
  // Each value names its column and its event; all are put together from one known column.
  std::string conditions = "true";
  for (const event::FieldInfo& info : event::schema()) {
    if (info.kind != event::Kind::Text && info.kind != event::Kind::Json) continue;
    if (info.parent == Field::Resources) continue;
    std::string path;
    for (Field field = info.field; field != Field::Record; field = event::describe(field).parent) {
      const std::string name = "\"" + std::string(event::describe(field).sql_name) + "\"";
      path = path.empty() ? name : name + "." + path;
    }
    conditions += " and t." + path + " = '" + std::string(info.sql_name) + " ' || n";
  }
  const auto rows =
      answer("select count(*), sum(n)::bigint from (select *, contenthash::bigint as n from " +
             scan + ") t where " + conditions +
             " and len(resources) = n % 3 and (n % 3 < 2 or resources[2].arn = "
             "'arn:aws:s3:::bucket-' || n || '-1')"
             " and resources[1].accountid is null and epoch(ts) = n"
             " and useridentity.sessioncontext.webidfederationdata.attributes['key'] = n::varchar");
  EXPECT_THAT(rows, ElementsAre("10000|49995000"));
}

TEST_F(DatabaseTest, TellsANullStructFromAStructOfNulls) {
  MadeUpSource source(3, [](event::ColumnSink& sink, const FieldSet&, std::uint64_t number) {
    if (number == 1) sink.present(Field::UserIdentity);
    if (number == 2) sink.put(Field::IssuerArn, "arn:aws:iam::111122223333:role/reader");
    sink.put_hash(Field::ContentHash, number);
  });
  const std::string scan = database().offer(source, {.fields = FieldSet::all()});
  EXPECT_THAT(
      answer("select contenthash, useridentity is null, useridentity.sessioncontext is null,"
             "useridentity.sessioncontext.sessionissuer.arn from " +
             scan + " order by 1"),
      ElementsAre("0|true|true|NULL", "1|false|true|NULL",
                  "2|false|false|arn:aws:iam::111122223333:role/reader"));
}

TEST_F(DatabaseTest, ForgetsADroppedEvent) {
  MadeUpSource source(4, [](event::ColumnSink& sink, const FieldSet& fields, std::uint64_t number) {
    // An event that is begun and dropped comes before each that counts.
    MadeUpSource::put_all(sink, fields, 5);
    sink.drop_event();
    sink.begin_event();
    sink.put_hash(Field::ContentHash, number);
    if (number == 3) {
      sink.begin_element(Field::Resources);
      sink.put(Field::ResourceType, "AWS::S3::Object");
    }
  });
  const std::string scan = database().offer(source, {.fields = FieldSet::all()});
  EXPECT_THAT(answer("select contenthash, ts, eventname, useridentity, resources from " + scan +
                     " order by 1"),
              ElementsAre("0|NULL|NULL|NULL|NULL", "1|NULL|NULL|NULL|NULL", "2|NULL|NULL|NULL|NULL",
                          "3|NULL|NULL|NULL|[{arn:NULL,accountid:NULL,type:AWS::S3::Object,"
                          "arnprefix:NULL}]"));
}

TEST_F(DatabaseTest, TakesBackWhatIsCleared) {
  MadeUpSource source(1, [](event::ColumnSink& sink, const FieldSet&, std::uint64_t) {
    sink.put(Field::IdentityArn, "arn:aws:iam::111122223333:user/first");
    sink.put_entry(Field::FederationAttributes, "a", "1");
    sink.begin_element(Field::Resources);
    sink.put(Field::ResourceArn, "arn:aws:s3:::first");
    sink.clear(Field::UserIdentity);
    sink.clear(Field::Resources);
    sink.put(Field::IdentityType, "Root");
    sink.begin_element(Field::Resources);
    sink.put(Field::ResourceType, "AWS::S3::Bucket");
    sink.put(Field::EventName, "first");
    sink.put(Field::EventName, "second");
  });
  const std::string scan = database().offer(source, {.fields = FieldSet::all()});
  EXPECT_THAT(
      answer("select useridentity.type, useridentity.arn, useridentity.sessioncontext is null,"
             "len(resources), resources[1].arn, resources[1].type, eventname from " +
             scan),
      ElementsAre("Root|NULL|true|1|NULL|AWS::S3::Bucket|second"));
}

TEST_F(DatabaseTest, KeepsTheLastOfEqualKeysOfAMap) {
  MadeUpSource source(2, [](event::ColumnSink& sink, const FieldSet&, std::uint64_t number) {
    sink.put_hash(Field::ContentHash, number);
    const int keys = number == 0 ? 2 : 500;
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < keys; ++i) {
        sink.put_entry(Field::FederationAttributes, "a key of some length " + std::to_string(i),
                       std::to_string(round * 1000 + i));
      }
    }
  });
  const std::string scan = database().offer(source, {.fields = FieldSet::all()});
  const std::string map = "useridentity.sessioncontext.webidfederationdata.attributes";
  EXPECT_THAT(answer("select cardinality(" + map + "), " + map +
                     "['a key of some length 1'] from " + scan + " order by contenthash"),
              ElementsAre("2|1001", "500|1001"));
}

TEST_F(DatabaseTest, GrowsListsBeyondAChunk) {
  MadeUpSource source(3000, [](event::ColumnSink& sink, const FieldSet&, std::uint64_t number) {
    sink.put_hash(Field::ContentHash, number);
    for (std::uint64_t i = 0; i < 10; ++i) {
      sink.begin_element(Field::Resources);
      if (i % 2 == 0) {
        sink.put(Field::ResourceArn, "arn:aws:s3:::bucket-" + std::to_string(number * 10 + i));
      }
      sink.put(Field::ResourceType, "AWS::S3::Object of some length");
    }
  });
  const std::string scan = database().offer(source, {.fields = FieldSet::all()});
  EXPECT_THAT(answer("select count(*), count(r.arn), count(r.type), count(*) filter (where "
                     "r.arn = 'arn:aws:s3:::bucket-' || (n * 10 + i - 1)) from (select "
                     "contenthash::bigint as n,"
                     "unnest(resources) as r, generate_subscripts(resources, 1) as i from " +
                     scan + ")"),
              ElementsAre("30000|15000|30000|15000"));
}

TEST_F(DatabaseTest, KeepsTextsOfEveryLength) {
  // Lengths on both sides of what a slot, a block and the largest block hold; each text is a run of
  // one letter, so that one that runs into another shows.
  constexpr std::uint64_t kEvents = 5000;
  const auto length = [](std::uint64_t n) { return n * n * 7919 % (n % 97 == 0 ? 70000 : 300); };
  const auto letter = [](std::uint64_t n) { return static_cast<char>('a' + n % 26); };
  MadeUpSource source(kEvents,
                      [&](event::ColumnSink& sink, const event::FieldSet&, std::uint64_t n) {
                        sink.put(Field::EventId, std::to_string(n));
                        sink.put(Field::UserAgent, std::string(length(n), letter(n)));
                        sink.present(Field::Resources);
                        sink.begin_element(Field::Resources);
                        sink.put(Field::ResourceArn, std::string(length(n + 1), letter(n + 1)));
                      });
  const std::string scan =
      database().offer(source, plan_of({Field::EventId, Field::UserAgent, Field::Resources}));
  const auto rows = answer(
      "select eventid, length(useragent), useragent = repeat(chr(97 + (eventid"
      "::bigint % 26)::int), length(useragent)), length(resources[1].arn),"
      "resources[1].arn = repeat(chr(97 + ((eventid::bigint + 1) % 26)::int),"
      "length(resources[1].arn)) from " +
      scan + " order by eventid::bigint");
  ASSERT_EQ(rows.size(), kEvents);
  for (std::uint64_t n = 0; n < kEvents; ++n) {
    EXPECT_EQ(rows[n], fmt::format("{}|{}|true|{}|true", n, length(n), length(n + 1)));
  }
}

TEST_F(DatabaseTest, LeavesManyRowsThatAreFetchedAhead) {
  MadeUpSource source(200'000);
  const std::string scan = database().offer(source, plan_of({Field::EventName}));
  for (int batches : {0, 1, 2, 5}) {
    auto rows = database().run("select eventname from " + scan);
    ASSERT_TRUE(rows.ok());
    for (int i = 0; i < batches; ++i) {
      const auto batch = (*rows)->next();
      ASSERT_TRUE(batch.ok());
      ASSERT_NE(*batch, nullptr);
    }
  }
  EXPECT_THAT(answer("select count(*), count(distinct eventname) from " + scan),
              ElementsAre("200000|200000"));
}

/// Where takers put the rows that they are given, each as "cell|cell".
class Heap {
 public:
  explicit Heap(std::size_t most = SIZE_MAX) : most_(most) {}

  std::unique_ptr<Taker> make_taker() {
    const std::lock_guard lock(mutex_);
    ++takers_;
    return std::make_unique<One>(*this);
  }
  std::vector<std::string> sorted() {
    std::sort(lines_.begin(), lines_.end());
    return lines_;
  }
  std::size_t size() const { return lines_.size(); }
  std::size_t takers() const { return takers_; }

 private:
  class One final : public Taker {
   public:
    explicit One(Heap& heap) : heap_(heap) {}
    bool take(const Batch& batch) override {
      EXPECT_FALSE(taking_.exchange(true)) << "a taker works in one thread at a time";
      std::vector<std::string> lines;
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        std::string line;
        for (std::size_t column = 0; column < batch.columns(); ++column) {
          if (column > 0) line += '|';
          line += cell_text(batch.cell(column, row));
        }
        lines.push_back(std::move(line));
      }
      taking_ = false;
      const std::lock_guard lock(heap_.mutex_);
      heap_.lines_.insert(heap_.lines_.end(), lines.begin(), lines.end());
      return heap_.lines_.size() < heap_.most_;
    }

   private:
    Heap& heap_;
    std::atomic<bool> taking_ = false;
  };

  const std::size_t most_;
  std::mutex mutex_;
  std::size_t takers_ = 0;
  std::vector<std::string> lines_;
};

Result<bool> hand_out(Database& database, const std::string& sql, Heap& heap) {
  TRY(auto rows, database.run(sql, true));
  return rows->hand_out([&] { return heap.make_taker(); });
}

TEST(HandOut, GivesEachRowOnceAsTheStreamDoes) {
  for (const unsigned threads : {1u, 2u, 4u}) {
    auto database = open_database({.threads = threads});
    MadeUpSource source(10'000);
    event::ScanPlan plan;
    plan.fields = FieldSet::all();
    const std::string select = "select * from " + database->offer(source, std::move(plan));
    Heap heap;
    const auto handed = hand_out(*database, select, heap);
    ASSERT_TRUE(handed.ok()) << handed.error().message;
    EXPECT_TRUE(*handed);
    EXPECT_LE(heap.takers(), threads);
    std::vector<std::string> streamed = answer(*database, select);
    std::sort(streamed.begin(), streamed.end());
    EXPECT_EQ(heap.sorted(), streamed);
  }
}

TEST(HandOut, KnowsTheColumnsBeforeAndSeparatesThoseOfOneName) {
  auto database = open_database();
  auto rows = database->run("select 1 as N, 'a' as n, null as c0, {'b': [1, 2]} as s", true);
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ((*rows)->columns().size(), 4u);
  EXPECT_EQ((*rows)->columns()[0].name, "n");
  EXPECT_EQ((*rows)->columns()[1].name, "n");
  EXPECT_EQ((*rows)->columns()[3].type.members.at(0).name, "b");
  Heap heap;
  ASSERT_TRUE(*(*rows)->hand_out([&] { return heap.make_taker(); }));
  EXPECT_EQ(heap.sorted(), answer(*database, "select 1, 'a', null, {'b': [1, 2]}"));
}

// Values that repeat lie in files as numbers of a dictionary, and come so into structs and lists.
TEST(HandOut, ReadsDictionariesWithinStructs) {
  const std::string path = testing::TempDir() + "engine-hand-out-test.parquet";
  auto database = open_database({.lake = testing::TempDir()});
  ASSERT_TRUE(
      database
          ->write_parquet("select {'a': 'value ' || (range % 7), 'b': {'c': case when range "
                          "% 3 = 0 then null else 'longer than twelve ' || (range % 5) end}} "
                          "as s, ['x' || (range % 4), 'y'] as l, range as n from range(20000)",
                          path)
          .ok());
  for (const char* where : {"", " where n % 11 = 5", " where s.a = 'value 3'"}) {
    const std::string select = "select s, l, s.b, n from '" + path + "'" + where;
    Heap heap;
    ASSERT_TRUE(*hand_out(*database, select, heap));
    std::vector<std::string> streamed = answer(*database, select);
    std::sort(streamed.begin(), streamed.end());
    EXPECT_EQ(heap.sorted(), streamed) << where;
  }
  std::filesystem::remove(path);
}

TEST(HandOut, EndsWhereNoMoreIsWanted) {
  auto database = open_database({.threads = 2});
  MadeUpSource source(1'000'000'000);
  const std::string scan = database->offer(source, plan_of({Field::EventName}));
  Heap heap(5000);
  const auto handed = hand_out(*database, "select eventname from " + scan, heap);
  ASSERT_TRUE(handed.ok()) << handed.error().message;
  EXPECT_TRUE(*handed);
  EXPECT_GE(heap.size(), 5000u);
  EXPECT_LT(source.given, 10'000'000u);
  EXPECT_THAT(answer(*database, "select 1"), ElementsAre("1"));
}

TEST(HandOut, EndsWithWhatFails) {
  auto database = open_database();
  Heap heap;
  const auto failed = hand_out(
      *database, "select case when range = 9000 then error('no more') end from range(9001)", heap);
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().message, HasSubstr("no more"));
  EXPECT_THAT(answer(*database, "select 1"), ElementsAre("1"));
}

TEST(HandOut, IsInsteadOfTheStream) {
  auto database = open_database();
  Heap heap;
  auto now = database->run("select 1");
  ASSERT_TRUE(now.ok());
  EXPECT_FALSE(*(*now)->hand_out([&] { return heap.make_taker(); }));
  auto later = database->run("select 1", true);
  ASSERT_TRUE(later.ok());
  ASSERT_NE(*(*later)->next(), nullptr);
  EXPECT_FALSE(*(*later)->hand_out([&] { return heap.make_taker(); }));
  EXPECT_EQ(*(*later)->next(), nullptr);
}

TEST(HandOut, StopsAtOnce) {
  auto database = open_database();
  MadeUpSource source(1'000'000'000);
  source.delay = std::chrono::microseconds(50);
  const std::string scan = database->offer(source, plan_of({Field::EventName}));
  Heap heap;
  auto asked = std::async(std::launch::async, [&] {
    return hand_out(*database, "select eventname from " + scan, heap);
  });
  while (source.scans == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  database->interrupt();
  const auto handed = asked.get();
  ASSERT_FALSE(handed.ok());
  EXPECT_EQ(handed.error().code(), "cancelled");
}

TEST(HandOut, IsNothingThatATextCanAskFor) {
  auto database = open_database();
  Heap heap;
  ASSERT_TRUE(*hand_out(*database, "select 1", heap));
  EXPECT_EQ(code_of(*database, "select th_hand(1::bigint, 'x')"), "bad-value");
  EXPECT_EQ(heap.size(), 1u);
}

TEST_F(DatabaseTest, ScansTwiceInOneQuestion) {
  MadeUpSource source(50);
  const std::string scan = database().offer(source, plan_of({Field::EventName}));
  EXPECT_THAT(answer("select count(*) from " + scan + " a join " + scan +
                     " b on a.eventname = b.eventname"),
              ElementsAre("50"));
  EXPECT_EQ(source.scans, 2);
}

TEST_F(DatabaseTest, RefusesAScanThatIsNotOffered) {
  EXPECT_EQ(code_of("select * from th_scan(987654)"), "engine-refused");
}

TEST_F(DatabaseTest, HasNoRowNumbers) {
  MadeUpSource source(3);
  const std::string scan = database().offer(source, plan_of({Field::EventName}));
  EXPECT_EQ(code_of("select rowid from " + scan), "engine-refused");
}

TEST_F(DatabaseTest, StopsInsideAFileAtOnce) {
  MadeUpSource source(1'000'000'000);
  source.delay = std::chrono::microseconds(50);  // a chunk takes 0.1 s, all of it half a day
  const std::string scan = database().offer(source, plan_of({Field::EventName}));
  auto asked = std::async(std::launch::async,
                          [&] { return code_of("select count(eventname) from " + scan); });
  while (source.scans == 0) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const auto begin = std::chrono::steady_clock::now();
  database().interrupt();
  EXPECT_EQ(asked.get(), "cancelled");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(500));
  EXPECT_THAT(answer("select 1"), ElementsAre("1")) << "the next question is not stopped";
}

TEST_F(DatabaseTest, StopsACalculation) {
  auto asked = std::async(std::launch::async, [&] {
    return code_of(
        "select count(*) from range(10000000) a, range(100000) b where a.range + b.range = -1");
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  database().interrupt();
  EXPECT_EQ(asked.get(), "cancelled");
}

TEST_F(DatabaseTest, LeavesRowsThatAreNotWanted) {
  MadeUpSource source(1'000'000'000);
  const std::string scan = database().offer(source, plan_of({Field::EventName}));
  {
    auto rows = database().run("select eventname from " + scan);
    ASSERT_TRUE(rows.ok());
    ASSERT_NE(*(*rows)->next(), nullptr);
  }
  EXPECT_LT(source.given, 10'000'000u);
}

TEST(Database, TellsHowFarItIs) {
  std::uint64_t told = 0;
  auto database = open_database({.progress = [&](const event::ScanProgress& progress) {
    told = std::max(told, progress.events);
  }});
  MadeUpSource source(20'000);
  source.delay = std::chrono::microseconds(10);
  const std::string scan = database->offer(source, plan_of({Field::EventName}));
  answer(*database, "select count(eventname) from " + scan);
  EXPECT_GT(told, 0u);
}

TEST(Database, StopsWhileItMakesAFile) {
  auto database = open_database();
  MadeUpSource source(1'000'000'000);
  const std::string scan = database->offer(source, plan_of({Field::EventName}));
  auto kept = std::async(std::launch::async, [&] {
    auto made = database->make_parquet("select * from " + scan);
    return made.ok() ? "ok" : std::string(made.error().code());
  });
  while (source.given == 0) std::this_thread::yield();
  database->interrupt();
  EXPECT_EQ(kept.get(), "cancelled");
  EXPECT_TRUE(std::filesystem::is_empty(database->temp_folder()));
}

TEST(Database, WritesParquet) {
  const std::string path = testing::TempDir() + "engine-parquet-test.parquet";
  auto database = open_database({.lake = testing::TempDir()});
  MadeUpSource source(5000);
  const std::string scan =
      database->offer(source, plan_of({Field::EventName, Field::UserIdentity}));
  auto written =
      database->write_parquet("select eventname, useridentity from " + scan + ";\n", path);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(*written, 5000u);
  EXPECT_THAT(answer(*database,
                     "select count(distinct eventname), min(useridentity.arn) from '" + path + "'"),
              ElementsAre("5000|arn 0"));
  std::filesystem::remove(path);
  EXPECT_EQ(database->write_parquet("select 1", "/nowhere/at/all.parquet").error().code(),
            "output-failed");
  EXPECT_TRUE(std::filesystem::is_empty(database->temp_folder()));
}

TEST(Database, HasATemporaryFolderOfItsOwn) {
  std::string folder;
  {
    auto database = open_database({.temp_parent = testing::TempDir()});
    folder = database->temp_folder();
    struct stat found {};
    ASSERT_EQ(stat(folder.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700u);
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Database, SpillsWhatDoesNotFit) {
  auto database = open_database({.memory = 64ull << 20, .threads = 1});
  MadeUpSource source(400'000);
  const std::string scan =
      database->offer(source, plan_of({Field::EventName, Field::EventId, Field::UserAgent}));
  EXPECT_THAT(answer(*database,
                     "select count(*) from (select distinct eventname, eventid, useragent, "
                     "eventname || eventid || useragent as all_of_it from " +
                         scan + ")"),
              ElementsAre("400000"));
}

TEST(Database, SaysWhatHelpsWhereMemoryIsShort) {
  auto database = open_database({.memory = 64ull << 20, .threads = 1});
  // One list that holds it all cannot go to the disk.
  auto rows =
      rows_of(*database, "select len(list(repeat('x', 1000) || i)) from range(400000) t(i)");
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code(), "out-of-memory");
  EXPECT_EQ(rows.error().message, "the question needs more memory than it may use");
  ASSERT_EQ(rows.error().notes.size(), 1u);
  EXPECT_THAT(rows.error().notes[0], HasSubstr("--memory"));
}

TEST(TempFolder, NamesTheFolderThatCannotHoldIt) {
  auto opened = Database::open({.temp_parent = "/nowhere"});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), "no-temp-folder");
  EXPECT_THAT(opened.error().message, HasSubstr("/nowhere"));
}

TEST(TempFolder, IsRemovedByWhoeverEndsTheProcess) {
  const std::string parent = testing::TempDir() + "temp-folders-of-one-that-ends";
  std::filesystem::create_directories(parent);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto one = TempFolder::make(parent), other = TempFolder::make(parent);
    const bool made = one.ok() && other.ok() &&
                      std::filesystem::create_directories(one->path() + "/inner") &&
                      std::ofstream(one->path() + "/inner/file").put('x').good();
    TempFolder::remove_those_made();
    std::_Exit(made ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(parent));
  std::filesystem::remove_all(parent);
}

TEST(TempFolder, RemovesWhatACrashLeft) {
  const std::string left = testing::TempDir() + "trailhound-temp-crash1";
  std::filesystem::create_directories(left + "/inner");
  auto database = open_database({.temp_parent = testing::TempDir()});
  EXPECT_FALSE(std::filesystem::exists(left));
  auto other = open_database({.temp_parent = testing::TempDir()});
  EXPECT_TRUE(std::filesystem::exists(database->temp_folder())) << "its maker lives";
}

}  // namespace
}  // namespace trailhound::engine
