// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/check.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "engine/database.hpp"
#include "engine/duckdb_ahead.hpp"
#include "engine/duckdb_api.hpp"
#include "engine/duckdb_errors.hpp"
#include "engine/duckdb_handing.hpp"
#include "engine/duckdb_own_names.hpp"
#include "engine/duckdb_rows.hpp"
#include "engine/duckdb_scan.hpp"
#include "engine/duckdb_turn.hpp"
#include "engine/fence.hpp"
#include "engine/landlock.hpp"
#include "engine/temp_folder.hpp"

namespace trailhound::engine {
namespace {

constexpr auto kPause = std::chrono::microseconds(50);  // far less than a task takes
constexpr std::uint64_t kLeastMemory = 64ull << 20;     // with less, small questions fail, too

unsigned count_threads(unsigned asked) {
  return asked != 0 ? asked : std::max(1u, std::thread::hardware_concurrency());
}

/// An open result, freed when left.
class Answered {
 public:
  explicit Answered(const DuckDb& duck) : duck_(duck) {}
  ~Answered() { duck_.destroy_result(&result_); }
  Answered(const Answered&) = delete;
  Answered& operator=(const Answered&) = delete;
  duckdb_result* get() { return &result_; }
  Error error() {
    const char* words = duck_.result_error(&result_);
    return error_of(words == nullptr ? "" : words);
  }

 private:
  const DuckDb& duck_;
  duckdb_result result_{};
};

Result<std::string> parse_text(const DuckDb& duck, duckdb_connection connection,
                               std::string_view text);

/// A prepared statement, freed when left.
class Prepared {
 public:
  explicit Prepared(const DuckDb& duck) : duck_(duck) {}
  ~Prepared() { duck_.destroy_prepare(&statement_); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  operator duckdb_prepared_statement() const { return statement_; }

  Result<void> prepare(duckdb_connection connection, const std::string& sql) {
    if (sql.find('\0') != std::string::npos) {
      return Error("not-a-select", "the statement holds a NUL byte");
    }
    if (duck_.prepare(connection, sql.c_str(), &statement_) == DuckDBSuccess) return {};
    const char* words = duck_.prepare_error(statement_);
    const std::string_view reason = words == nullptr ? "" : words;
    if (reason.find("multiple statements") != std::string_view::npos) {
      return Error("not-a-select", "the text holds more than one statement");
    }
    return error_of(reason);
  }
  /// Prepares what is one SELECT and reaches nothing outside of it. Looked at before DuckDB binds
  /// it: some table functions act while they are bound.
  Result<void> prepare_select(duckdb_connection connection, const std::string& sql) {
    if (!is_plain_select(sql)) {
      TRY(const std::string parse, parse_text(duck_, connection, sql));
      TRY(const Names names, names_in(parse));
      TRY(check_table_functions(names));
    }
    TRY(prepare(connection, sql));
    if (duck_.prepared_statement_type(statement_) == DUCKDB_STATEMENT_TYPE_SELECT) return {};
    return Error("not-a-select", "the statement is not a SELECT");
  }

 private:
  const DuckDb& duck_;
  duckdb_prepared_statement statement_ = nullptr;
};

/// DuckDB's parse of a text. The text is handed over as a value: it is data here.
Result<std::string> parse_text(const DuckDb& duck, duckdb_connection connection,
                               std::string_view text) {
  Prepared statement(duck);
  TRY(statement.prepare(connection, "SELECT json_serialize_sql($1::VARCHAR)"));
  duck.bind_varchar_length(statement, 1, text.data(), text.size());
  Answered answered(duck);
  if (duck.execute_prepared(statement, answered.get()) != DuckDBSuccess) return answered.error();
  duckdb_data_chunk chunk = duck.fetch_chunk(*answered.get());
  if (chunk == nullptr) return answered.error();
  const Turn turn;
  const duckdb_vector vector = duck.data_chunk_get_vector(chunk, 0);
  const auto* const slots = static_cast<const TextSlot*>(duck.vector_get_data(vector));
  std::string json(slots[0].view());
  duck.destroy_data_chunk(&chunk);
  return json;
}

/// The statement without white space and semicolons at its end.
std::string without_end(std::string_view select) {
  while (!select.empty() &&
         (select.back() == ';' || std::isspace(static_cast<unsigned char>(select.back())) != 0)) {
    select.remove_suffix(1);
  }
  return std::string(select);
}

}  // namespace

struct Database::Inside {
  /// One connection at work, known to `interrupt`.
  struct Work {
    std::shared_ptr<Inside> inside;
    duckdb_connection connection = nullptr;
    std::atomic<bool> stopped = false;

    explicit Work(std::shared_ptr<Inside> of) : inside(std::move(of)) {}
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    Result<void> connect();
    /// The error of a step that failed, or `cancelled` if that is why.
    Error why(Error error) const {
      return stopped ? Error("cancelled", "the question was stopped") : std::move(error);
    }
    /// Its rows are not wanted any more: what is read for them need not be.
    void leave();
    /// Runs a statement of ours that makes something; says how many rows it made.
    Result<std::uint64_t> command(const std::string& sql);
  };

  Inside(const DuckDb& library, Options asked, TempFolder folder)
      : duck(library),
        options(std::move(asked)),
        temp(std::move(folder)),
        scans(library, count_threads(options.threads), options.progress),
        handings(library),
        own(library) {}
  ~Inside() {
    if (options.until_exit) return;  // nothing runs in it any more: whoever works holds this
    duck.disconnect(&keeper);
    duck.close(&database);
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  Result<void> open();
  /// Makes known those of our functions and macros that a text names.
  Result<void> define_own(std::string_view text) { return own.define_those_in(text, keeper); }
  static Result<std::unique_ptr<Work>> begin(const std::shared_ptr<Inside>& inside);

  const DuckDb& duck;
  const Options options;
  TempFolder temp;
  Scans scans;
  Handings handings;
  duckdb_database database = nullptr;
  duckdb_connection keeper = nullptr;
  std::mutex mutex;
  std::set<Work*> works;
  std::uint64_t files = 0;
  OwnNames own;
};

Database::Inside::Work::~Work() {
  const std::lock_guard lock(inside->mutex);
  inside->works.erase(this);
  inside->duck.disconnect(&connection);
}

Result<void> Database::Inside::Work::connect() {
  const std::lock_guard lock(inside->mutex);
  if (inside->duck.connect(inside->database, &connection) != DuckDBSuccess) {
    return Error("engine-failed", "the engine gives no connection");
  }
  inside->works.insert(this);
  return {};
}

void Database::Inside::Work::leave() {
  const std::lock_guard lock(inside->mutex);
  stopped = true;
  inside->duck.interrupt(connection);
  if (inside->works.size() == 1) inside->scans.stop();
}

Result<std::uint64_t> Database::Inside::Work::command(const std::string& sql) {
  Answered answered(inside->duck);
  if (inside->duck.query(connection, sql.c_str(), answered.get()) != DuckDBSuccess) {
    return why(answered.error());
  }
  if (stopped) return why(Error("cancelled", ""));
  // What makes a table or a file answers with one number: how many rows.
  std::uint64_t count = 0;
  duckdb_data_chunk chunk = inside->duck.fetch_chunk(*answered.get());
  if (chunk != nullptr && inside->duck.data_chunk_get_size(chunk) == 1) {
    const duckdb_vector vector = inside->duck.data_chunk_get_vector(chunk, 0);
    count = *static_cast<const std::uint64_t*>(inside->duck.vector_get_data(vector));
  }
  inside->duck.destroy_data_chunk(&chunk);
  return count;
}

Result<std::unique_ptr<Database::Inside::Work>> Database::Inside::begin(
    const std::shared_ptr<Inside>& inside) {
  auto work = std::make_unique<Work>(inside);
  TRY(work->connect());
  return work;
}

Result<void> Database::Inside::open() {
  duckdb_config config = nullptr;
  duck.create_config(&config);
  const std::pair<const char*, std::string> settings[] = {
      {"memory_limit",
       fmt::format("{}KiB", std::max(options.memory / 16 * 9, kLeastMemory) / 1024)},
      {"threads", fmt::to_string(scans.threads)},
      {"temp_directory", temp.path()},
      // Without this a scan whose order is not asked for runs on one thread.
      {"preserve_insertion_order", "false"},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  };
  for (const auto& [name, value] : settings) {
    if (duck.set_config(config, name, value.c_str()) != DuckDBSuccess) {
      duck.destroy_config(&config);
      return Error("engine-failed", fmt::format("the engine has no setting `{}`", name));
    }
  }
  char* words = nullptr;
  const duckdb_state opened = duck.open_ext(nullptr, &database, config, &words);
  duck.destroy_config(&config);
  if (opened != DuckDBSuccess) {
    Error error = error_of(words == nullptr ? "" : words);
    duck.free(words);
    return error;
  }
  if (duck.connect(database, &keeper) != DuckDBSuccess) {
    return Error("engine-failed", "the engine gives no connection");
  }
  TRY(scans.register_with(keeper));
  own.add(event::native_functions());
  own.add(options.functions);

  std::vector<std::string> statements;
  for (const std::string& statement : options.prelude) {
    if (own.add_macro(statement)) continue;
    TRY(define_own(statement));
    statements.push_back(statement);
  }
  statements.emplace_back("SET GLOBAL TimeZone = 'UTC'");
  statements.emplace_back("SET GLOBAL parquet_metadata_cache = true");
  if (!options.lake.empty()) {
    statements.push_back("SET allowed_directories = [" + sql_literal(options.lake) + "]");
  }
  statements.emplace_back("SET enable_external_access = false");
  statements.emplace_back("SET lock_configuration = true");
  // In one go, in this order: each step by itself takes half as long again.
  std::string all;
  for (const std::string& statement : statements) all += statement + ";\n";
  Answered answered(duck);
  if (duck.query(keeper, all.c_str(), answered.get()) == DuckDBSuccess) return {};
  return answered.error().note("in: " + all);
}

namespace {

/// Rows as DuckDB finds them. It holds what it stands on: the connection, the result, a chunk.
template <class Work>
class Streamed final : public Rows {
 public:
  Streamed(const DuckDb& duck, std::unique_ptr<Work> work, std::string select)
      : duck_(duck),
        work_(std::move(work)),
        select_(std::move(select)),
        answered_(std::make_unique<Answered>(duck)),
        ahead_(std::make_unique<Ahead>(duck, answered_->get())),
        decoder_(duck) {}
  ~Streamed() override {
    if (!done_) work_->leave();
    ahead_.reset();
    duck_.destroy_data_chunk(&chunk_);
    answered_.reset();  // before its connection
    statement_.reset();
  }
  Streamed(const Streamed&) = delete;
  Streamed& operator=(const Streamed&) = delete;

  Result<void> prepare() {
    statement_.emplace(duck_);
    auto ready = statement_->prepare_select(work_->connection, select_);
    if (!ready.ok()) return work_->why(std::move(ready).error());
    TRY(columns_, columns_of(duck_, *statement_));
    return {};
  }

  /// Works until the first rows are there.
  Result<void> start() {
    TRY(run_all(*statement_, &DuckDb::pending_prepared_streaming));
    started_ = true;
    return {};
  }

  const std::vector<Column>& columns() const override { return columns_; }

  Result<const Batch*> next() override {
    if (done_) return nullptr;
    if (!started_) TRY(start());
    for (;;) {
      {
        const Turn turn;  // of whoever read the last
        duck_.destroy_data_chunk(&chunk_);
      }
      chunk_ = ahead_->next();
      const Turn turn;
      // A scan that was stopped ends as if it were through: its rows are not the answer.
      if (work_->stopped) return finish(Error("cancelled", "the question was stopped"));
      if (chunk_ == nullptr) {
        const char* words = duck_.result_error(answered_->get());
        if (words != nullptr && *words != '\0') return finish(error_of(words));
        done_ = true;
        return nullptr;
      }
      if (duck_.data_chunk_get_size(chunk_) == 0) continue;
      decoder_.decode(chunk_, columns_, batch_);
      return &batch_;
    }
  }

  Result<bool> hand_out(const std::function<std::unique_ptr<Taker>()>& make_taker) override {
    if (started_) return false;
    started_ = true;
    Handings& handings = work_->inside->handings;
    Handing handing(duck_, columns_, make_taker);
    TRY(const std::string text,
        handings.around(without_end(select_), handing, work_->inside->keeper));
    Prepared around(duck_);
    Result<void> handed = around.prepare(work_->connection, text);
    if (handed.ok()) handed = run_all(around, &DuckDb::pending_prepared);
    const Turn turn;
    handings.close(handing);
    // Where no more was wanted, the rest is not missed; readers stop at once.
    if (handing.enough()) return true;
    if (work_->stopped) return finish(Error("cancelled", "the question was stopped"));
    done_ = true;
    if (!handed.ok()) return std::move(handed).error();
    return true;
  }

 private:
  /// Runs a statement until its first rows are there, or to its end if it is not streamed.
  template <class Pend>
  Result<void> run_all(const Prepared& statement, Pend pend) {
    duckdb_pending_result pending = nullptr;
    const bool answered = (duck_.*pend)(statement, &pending) == DuckDBSuccess &&
                          take_part(pending) &&
                          duck_.execute_pending(pending, answered_->get()) == DuckDBSuccess;
    Result<void> ran;
    if (!answered) {
      const char* words = duck_.pending_error(pending);
      Error error = words != nullptr && *words != '\0' ? error_of(words) : answered_->error();
      ran = work_->why(std::move(error));
    }
    duck_.destroy_pending(&pending);
    return ran;
  }

  /// Works until the first rows are there; false if it failed. Where only other threads have
  /// something to do, it waits: the engine's own call would ask again and again, and take a core
  /// from them.
  bool take_part(duckdb_pending_result pending) const {
    duckdb_pending_state state = DUCKDB_PENDING_RESULT_NOT_READY;
    while (state == DUCKDB_PENDING_RESULT_NOT_READY || state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) {
      state = duck_.pending_execute_task(pending);
      if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) std::this_thread::sleep_for(kPause);
    }
    return state == DUCKDB_PENDING_RESULT_READY;
  }

  Error finish(Error error) {
    done_ = true;
    return error;
  }

  const DuckDb& duck_;
  std::unique_ptr<Work> work_;
  const std::string select_;
  std::optional<Prepared> statement_;
  std::unique_ptr<Answered> answered_;
  std::unique_ptr<Ahead> ahead_;
  std::vector<Column> columns_;
  ChunkDecoder decoder_;
  duckdb_data_chunk chunk_ = nullptr;
  Batch batch_;
  bool started_ = false, done_ = false;
};

/// Copies a file of ours to where the user wants it.
Result<void> copy_out(const std::string& from, const std::string& to) {
  const auto failed = [&](std::string_view step) {
    return Error("output-failed",
                 fmt::format("`{}` cannot be {}: {}", to, step, std::strerror(errno)));
  };
  const int in = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return failed("made");
  const int out = open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (out < 0) {
    const Error error = failed("opened");
    close(in);
    return error;
  }
  std::vector<char> buffer(std::size_t{1} << 20);
  Result<void> done;
  for (;;) {
    const ssize_t got = read(in, buffer.data(), buffer.size());
    if (got < 0) done = failed("made");
    if (got <= 0) break;
    for (ssize_t put = 0; put < got && done.ok();) {
      const ssize_t step = write(out, buffer.data() + put, static_cast<std::size_t>(got - put));
      if (step < 0)
        done = failed("written");
      else
        put += step;
    }
    if (!done.ok()) break;
  }
  close(in);
  if (close(out) != 0 && done.ok()) done = failed("written");
  return done;
}

}  // namespace

Database::Database(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(Options options) {
  TRY(const DuckDb* const duck, load_duckdb());
  TRY(TempFolder temp, TempFolder::make(options.temp_parent));
  if (options.confine) {
    // The temporary folder is emptied from within; it itself lies in its parent.
    const std::string parent = temp.path().substr(0, temp.path().rfind('/'));
    TRY([[maybe_unused]] const bool fenced,
        confine_writes({{temp.path()}, options.outputs, {parent}}));
  }
  auto inside = std::make_shared<Inside>(*duck, std::move(options), std::move(temp));
  TRY(inside->open());
  return std::unique_ptr<Database>(new Database(std::move(inside)));
}

std::string Database::offer(event::EventSource& source, event::ScanPlan plan) {
  return fmt::format("th_scan({})", inside_->scans.offer(source, std::move(plan)));
}

void Database::withdraw(const event::EventSource& source) { inside_->scans.withdraw(source); }

Result<std::unique_ptr<Rows>> Database::run(std::string_view select, bool later) {
  TRY(auto work, Inside::begin(inside_));
  TRY(inside_->define_own(select));
  auto rows =
      std::make_unique<Streamed<Inside::Work>>(inside_->duck, std::move(work), std::string(select));
  TRY(rows->prepare());
  if (!later) TRY(rows->start());
  return std::unique_ptr<Rows>(std::move(rows));
}

Result<std::uint64_t> Database::write_parquet(std::string_view select, const std::string& path) {
  TRY(auto work, Inside::begin(inside_));
  const std::string text = without_end(select);
  TRY(inside_->define_own(text));
  TRY(Prepared(inside_->duck).prepare_select(work->connection, text));
  const std::string made = fmt::format("{}/answer-{}.parquet", temp_folder(), ++inside_->files);
  auto written = work->command(fmt::format("COPY (\n{}\n) TO {} (FORMAT parquet, COMPRESSION zstd)",
                                           text, sql_literal(made)));
  Result<void> copied;
  if (written.ok()) copied = copy_out(made, path);
  unlink(made.c_str());
  if (!copied.ok()) return copied.error();
  return written;
}

Result<Database::Made> Database::make_parquet(std::string_view select) {
  TRY(auto work, Inside::begin(inside_));
  const std::string text = without_end(select);
  TRY(inside_->define_own(text));
  TRY(Prepared(inside_->duck).prepare_select(work->connection, text));
  Made made{fmt::format("{}/made-{}.parquet", temp_folder(), ++inside_->files)};
  auto written = work->command(
      fmt::format("COPY (\n{}\n) TO {} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, "
                  "PARQUET_VERSION v2)",
                  text, sql_literal(made.path)));
  if (!written.ok()) {
    unlink(made.path.c_str());
    return std::move(written).error();
  }
  made.rows = *written;
  return made;
}

Result<std::string> Database::parse_to_json(std::string_view text) {
  TRY(auto work, Inside::begin(inside_));
  return parse_text(inside_->duck, work->connection, text);
}

void Database::interrupt() {
  const std::lock_guard lock(inside_->mutex);
  for (Inside::Work* const work : inside_->works) {
    work->stopped = true;
    inside_->duck.interrupt(work->connection);
  }
  inside_->scans.stop();
}

const std::string& Database::temp_folder() const { return inside_->temp.path(); }

}  // namespace trailhound::engine
