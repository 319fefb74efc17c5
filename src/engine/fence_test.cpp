// SPDX-License-Identifier: Apache-2.0
#include "engine/fence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/text.hpp"
#include "engine/cell_text.hpp"
#include "engine/database.hpp"

namespace trailhound::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void spit(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// A lake, and things beside it that nobody may see.
class FenceTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("fence-" + std::to_string(getpid()));
    fs::remove_all(root_);
    spit(root_ / "lake/events/part.csv", "a,b\n1,INSIDE\n");
    spit(root_ / "lake/events/schema.sql",
         "COPY (select 1) TO '" + (root_ / "lake/events/made").string() + "';");
    spit(root_ / "lake/events/load.sql", "");
    spit(root_ / "lake/events/target", "sentinel\n");
    spit(root_ / "outside/secret.csv", "a,b\n1,SECRET\n");
    spit(root_ / "outside/target", "sentinel\n");
    auto opened = Database::open({.lake = (root_ / "lake/events").string()});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    database_ = std::move(opened).value();
  }
  void TearDown() override {
    database_.reset();
    fs::remove_all(root_);
  }

  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      files[entry.path().string()] = entry.is_regular_file() ? slurp(entry.path()) : "folder";
    }
    return files;
  }

  /// All rows as text; an error as its code.
  std::string outcome(std::string_view sql) {
    auto rows = database_->run(sql);
    if (!rows.ok()) return std::string(rows.error().code());
    std::string text = "rows:";
    for (;;) {
      auto batch = (*rows)->next();
      if (!batch.ok()) return std::string(batch.error().code());
      if (*batch == nullptr) return text;
      for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
        for (std::size_t column = 0; column < (*rows)->columns().size(); ++column) {
          text += " " + cell_text((*batch)->cell(column, row));
        }
      }
    }
  }

  std::string settings() {
    std::string sql;
    for (const char* const name :
         {"threads", "memory_limit", "TimeZone", "enable_external_access", "allowed_directories",
          "temp_directory", "lock_configuration", "enable_profiling", "profile_output",
          "search_path", "enable_logging", "autoload_known_extensions",
          "autoinstall_known_extensions", "preserve_insertion_order", "allow_unsigned_extensions",
          "file_search_path"}) {
      sql += (sql.empty() ? "select current_setting('" : ", current_setting('") +
             std::string(name) + "')";
    }
    return outcome(sql);
  }

  std::string filled(std::string sql) const {
    sql = replace_all(std::move(sql), "$LAKE", (root_ / "lake/events").string());
    return replace_all(std::move(sql), "$OUT", (root_ / "outside").string());
  }

  Result<void> check_typed(std::string_view sql) {
    TRY(const Names names, names_of(*database_, sql));
    return check(names, {.tables = {"cloudtrail"}});
  }

  fs::path root_;
  std::unique_ptr<Database> database_;
};

// Each is refused by name, and, where the first fence is left out, still does nothing. In the lake,
// too, which the engine may read.
constexpr const char* kAttempts[] = {
    // Files as tables
    "select * from '$OUT/secret.csv'",
    "select * from \"$OUT/secret.csv\"",
    "from '$OUT/secret.csv'",
    "select * from '$OUT/*.csv'",
    "select * from '/etc/passwd'",
    "select * from '$LAKE/../../outside/secret.csv'",
    "select (select b from '$OUT/secret.csv')",
    "with x as (select * from '$OUT/secret.csv') select * from x",
    "select * from (with \"$OUT/secret.csv\" as (select 1) select 1) t, '$OUT/secret.csv'",
    "with x as (select * from \"$OUT/secret.csv\"), \"$OUT/secret.csv\" as (select 1) select * "
    "from x",
    "select * from cloudtrail union all select b from '$OUT/secret.csv'",
    "select * from cloudtrail where exists (from '$OUT/secret.csv')",
    "pivot '$OUT/secret.csv' on a using count(*)",
    "unpivot '$OUT/secret.csv' on a, b",
    "select * from 'https://example.com/x.parquet'",
    "select * from 's3://bucket/x.parquet'",
    // Functions that read files
    "select * from read_text('$OUT/secret.csv')",
    "select * from read_blob('$OUT/secret.csv')",
    "select * from read_csv('$OUT/secret.csv')",
    "select * from read_csv_auto(['$OUT/secret.csv'])",
    "select * from read_json('$OUT/secret.csv')",
    "select * from read_ndjson_objects('$OUT/secret.csv')",
    "select * from read_parquet('$OUT/secret.csv')",
    "select * from parquet_metadata('$OUT/secret.csv')",
    "select * from read_duckdb('$OUT/secret.csv')",
    "select * from sniff_csv('$OUT/secret.csv')",
    "select * from sniff_csv('$LAKE/part.csv')",
    "select * from read_text('$LAKE/part.csv')",
    "select * from glob('$OUT/*')",
    "select * from glob('$LAKE/*')",
    "select * from system.main.read_text('$OUT/secret.csv')",
    "select * from MAIN.\"READ_TEXT\"('$OUT/secret.csv')",
    "select * from Read_Text('$OUT/secret.csv')",
    "select * from U&\"read\\005ftext\"('$OUT/secret.csv')",
    "select * from cloudtrail, lateral (select * from read_text('$OUT/' || eventname))",
    // Statements in texts
    "select * from query('select * from read_text(''$OUT/secret.csv'')')",
    "select * from query_table('$OUT/secret.csv')",
    "select * from query_table(['$OUT/secret.csv'])",
    "select * from json_execute_serialized_sql(json_serialize_sql('from "
    "read_text(''$OUT/secret.csv'')'))",
    "select json_serialize_plan('select * from read_csv(''$OUT/secret.csv'')')",
    "select * from sql_auto_complete('sel')",
    "select * from histogram('$OUT/secret.csv', a)",
    // What writes
    "copy (select 1) to '$LAKE/target'",
    "copy (select 1) to '$OUT/target'",
    "copy cloudtrail from '$LAKE/part.csv'",
    "export database '$LAKE'",
    "import database '$LAKE'",
    "attach '$LAKE/new.db' as x",
    "attach '$OUT/new.db'",
    "select * from enable_profiling(save_location := '$LAKE/target')",
    "select * from enable_profiling('json', save_location := '$LAKE/target')",
    "call enable_profiling(save_location := '$LAKE/target')",
    "select * from enable_logging(storage := 'file', storage_path := '$LAKE/target')",
    "select * from enable_logging('QueryLog', storage := 'file', storage_path := '$LAKE')",
    "select * from \"enable_logging\"(storage_path := '$LAKE')",
    "call enable_logging(storage := 'file', storage_path := '$LAKE/logs')",
    "select * from disable_logging()",
    "select * from truncate_duckdb_logs()",
    "select write_log('text', level := 'error')",
    "select * from checkpoint()",
    "select * from force_checkpoint()",
    "checkpoint",
    "force checkpoint",
    "select 1; copy (select 1) to '$LAKE/target'",
    "select 1;; attach '$LAKE/new.db' as x; select 2",
    "create table x as select 1",
    "create view x as select 1",
    "create macro x() as 1",
    "create or replace macro lower(x) as upper(x)",
    "create temp table x as select 1",
    "create secret s (type s3, key_id 'x', secret 'y')",
    "create persistent secret s (type s3, key_id 'x', secret 'y')",
    "insert into cloudtrail values (1)",
    "with x as (insert into t values (1) returning *) select * from x",
    "delete from cloudtrail",
    "update cloudtrail set a = 1",
    "drop macro x",
    "vacuum",
    "explain analyze copy (select 1) to '$LAKE/target'",
    "prepare p as copy (select 1) to '$LAKE/target'",
    "execute p",
    // Settings and extensions
    "set threads = 1",
    "set global enable_external_access = true",
    "reset enable_external_access",
    "set variable x = 1",
    "select getvariable('x')",
    "pragma threads = 1",
    "pragma enable_profiling",
    "pragma profiling_output = '$LAKE/target'",
    "pragma enable_logging",
    "pragma version",
    "install httpfs",
    "load '$LAKE/x.duckdb_extension'",
    "use system",
    "begin transaction",
    "call pragma_version()",
    // What tells of the machine or the engine
    "select current_setting('temp_directory')",
    "select getenv('HOME')",
    "select current_query()",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from duckdb_temporary_files()",
    "select * from duckdb_databases()",
    "select * from pragma_database_size()",
    "select * from which_secret('s3://x', 's3')",
    "select * from information_schema.tables",
    "select * from system.main.duckdb_tables",
    "select * from pg_catalog.pg_settings",
    "select * from sqlite_master",
    "summarize '$OUT/secret.csv'",
    "describe '$OUT/secret.csv'",
    "show all tables",
    "show databases",
    "select * from (describe cloudtrail)",
    "select * from (summarize cloudtrail)",
    "select * from (show tables)",
    "select nextval('s')",
    "select sleep_ms(1)",
    "select setseed(0.5)",
    "select stats(1)",
    "select $1",
    "select ?",
    "select * from th_scan(1)",
    "select * from kept.events",
    "select * from cloudtrail at (version => 1)",
};

TEST_F(FenceTest, RefusesEveryAttemptByName) {
  for (const char* const attempt : kAttempts) {
    const std::string sql = filled(attempt);
    const auto checked = check_typed(sql);
    ASSERT_FALSE(checked.ok()) << sql;
    EXPECT_THAT(std::string(checked.error().code()),
                testing::AnyOf("not-allowed", "not-a-select", "bad-sql"))
        << sql;
  }
  EXPECT_GE(std::size(kAttempts), 60u);
}

TEST_F(FenceTest, ChangesAndShowsNothingEvenWithoutTheFirstFence) {
  const auto before = everything();
  const std::string settings_before = settings();
  ASSERT_THAT(settings_before, HasSubstr("rows:"));
  for (const char* const attempt : kAttempts) {
    const std::string sql = filled(attempt);
    EXPECT_THAT(outcome(sql), Not(HasSubstr("SECRET"))) << sql;
    ASSERT_EQ(everything(), before) << sql;
    ASSERT_EQ(settings(), settings_before) << sql;
    // What `make_parquet` and `write_parquet` put around a text does not open it either.
    (void)database_->make_parquet(sql);
    (void)database_->write_parquet(sql, (root_ / "outside/target").string() + "-new");
    fs::remove((root_ / "outside/target").string() + "-new");
    ASSERT_EQ(everything(), before) << sql;
    ASSERT_EQ(settings(), settings_before) << sql;
  }
  EXPECT_EQ(outcome("select 1"), "rows: 1") << "the engine still works";
}

TEST_F(FenceTest, LetsTextOutOfNoBrackets) {
  const auto before = everything();
  for (const char* const attempt :
       {"select 1) to '$LAKE/target' (format csv); --", "select 1) to '$LAKE/target' --",
        "select 1 /*", "select 1) ; copy (select 1) to '$LAKE/target' --",
        "select 1\n) TO '$LAKE/target' (FORMAT csv); select (1"}) {
    const std::string sql = filled(attempt);
    EXPECT_FALSE(database_->make_parquet(sql).ok()) << sql;
    EXPECT_FALSE(database_->write_parquet(sql, (root_ / "outside/new").string()).ok()) << sql;
    EXPECT_EQ(everything(), before) << sql;
  }
}

TEST_F(FenceTest, FindsAllNames) {
  auto names = names_of(
      *database_,
      "with q as (select * from a), r as (select * from q, b.c) "
      "select lower(x), count(*) over (partition by y), row_number() over (), x || 'z', [i + 1 for "
      "i in l] "
      "from r join (select max(d) from \"E F\" where g in (select h from cat.sch.tab)) on true, "
      "unnest([1]) u, range(3) where not exists (from q)");
  ASSERT_TRUE(names.ok()) << names.error().message;
  std::vector<std::string> tables, table_functions, functions;
  for (const Name& name : names->tables) tables.push_back(name.spelled());
  for (const Name& name : names->table_functions) table_functions.push_back(name.spelled());
  for (const Name& name : names->functions) functions.push_back(name.name);
  EXPECT_THAT(tables, UnorderedElementsAre("a", "b.c", "e f", "cat.sch.tab"));
  EXPECT_THAT(table_functions, UnorderedElementsAre("unnest", "range"));
  EXPECT_THAT(functions, testing::IsSupersetOf({"lower", "count", "row_number", "||", "+", "max"}));
}

TEST_F(FenceTest, PointsAtTheName) {
  const auto checked = check_typed("select lower(eventname) from cloudtrial");
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().message, "the table `cloudtrial` may not be used here");
  ASSERT_EQ(checked.error().labels.size(), 1u);
  EXPECT_EQ(checked.error().labels[0].span, (Span{29, 39}));
  EXPECT_THAT(checked.error().notes, ElementsAre("`cloudtrail` may"));
}

TEST_F(FenceTest, SaysWhatDuckDbCannotParse) {
  const auto checked = check_typed("select from where");
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code(), "bad-sql");
  EXPECT_FALSE(checked.error().labels.empty());
}

TEST_F(FenceTest, LetsHarmlessQuestionsThrough) {
  for (const char* const sql :
       {"select eventname, count(*) from cloudtrail group by all order by all desc limit 10",
        "from cloudtrail select eventname",
        "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select sum(n) "
        "from r",
        "select list_filter([1,2], x -> x > 1), list_transform([1], lambda x: x + 1) from "
        "cloudtrail",
        "select json_extract_string(requestparameters, '$.x'), eventname.lower() from cloudtrail",
        "select * exclude (ts), columns('event.*') from cloudtrail qualify row_number() over "
        "(partition by "
        "eventname order by ts) = 1",
        "select count(*) filter (where eventname like 'Get%' escape '\\'), eventname ~ 'x', "
        "eventname in "
        "('a'), case when true then 1 end, cast(ts as date), ts::varchar, ts between now() and "
        "now(), "
        "interval 1 day, eventname collate nocase, {'a': 1}.a, [1,2][1:2], eventname is null, "
        "extract(hour from ts), position('a' in 'b'), trim(both 'x' from 'xy'), not true, -1, "
        "coalesce(1, 2), try_cast('1' as integer), eventname is distinct from 'x', try(1) from "
        "cloudtrail",
        "select * from cloudtrail asof join (values (1)) v(x) on ts >= x",
        "select unnest(resources, recursive := true) from cloudtrail using sample 10",
        "pivot cloudtrail on eventname in ('a', 'b') using count(*) group by day",
        "select * from (select 1 as x, 2 as y) unpivot (v for n in (x, y))",
        "select first_value(eventname) over w, ntile(4) over w, lag(ts, 1) over w from cloudtrail "
        "window "
        "w as (order by ts)",
        "values (1, 2)", "(select 1) union (select 2) except select 3",
        "select grouping(eventname) from cloudtrail group by rollup (eventname)"}) {
    const auto checked = check_typed(sql);
    EXPECT_TRUE(checked.ok()) << sql << "\n" << (checked.ok() ? "" : checked.error().message);
  }
}

TEST_F(FenceTest, HoldsNoFunctionThatReachesOutside) {
  for (const char* const name :
       {"read_text", "glob", "query", "current_setting", "write_log", "getvariable", "nextval",
        "setseed", "sleep_ms", "current_query", "json_serialize_plan", "stats", "getenv"}) {
    EXPECT_EQ(harmless_functions().count(name), 0u) << name;
    EXPECT_EQ(harmless_table_functions().count(name), 0u) << name;
  }
}

TEST_F(FenceTest, KnowsAPlainSelect) {
  EXPECT_TRUE(is_plain_select("select * from th_scan(1) where eventname = 'ConsoleLogin'"));
  EXPECT_TRUE(is_plain_select(" (with x as (select 1) select * from read_parquet(['a']))"));
  EXPECT_FALSE(is_plain_select("select * from Enable_Logging()"));
  EXPECT_FALSE(is_plain_select("select * from u&\"x\""));
  EXPECT_FALSE(is_plain_select("call x()"));
  EXPECT_FALSE(is_plain_select("select * from read_text('x')"));
}

}  // namespace
}  // namespace trailhound::engine
