// SPDX-License-Identifier: Apache-2.0
#include "lake/ledger.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/text.hpp"
#include "lake/disk.hpp"
#include "lake/faults.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {
namespace {

constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS sources (
  sum TEXT PRIMARY KEY, path TEXT NOT NULL, bytes INTEGER NOT NULL, events INTEGER NOT NULL,
  kept INTEGER NOT NULL, copies INTEGER NOT NULL, conflicts INTEGER NOT NULL,
  trouble TEXT NOT NULL, generation INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS conflicts (
  account TEXT NOT NULL, day TEXT NOT NULL, id TEXT NOT NULL, hash INTEGER NOT NULL,
  source TEXT NOT NULL, generation INTEGER NOT NULL);
)";

Error failed(sqlite3* base, std::string_view what) {
  return Error("lake-write-failed",
               fmt::format("the ledger cannot be {}: {}", what,
                           base == nullptr ? "no memory" : sqlite3_errmsg(base)));
}

/// A prepared statement; parameters are bound in turn.
class Statement {
 public:
  Statement(sqlite3* base, const char* sql) : base_(base) {
    good_ = sqlite3_prepare_v2(base, sql, -1, &held_, nullptr) == SQLITE_OK;
  }
  ~Statement() { sqlite3_finalize(held_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& text(std::string_view value) {
    good_ =
        good_ && sqlite3_bind_text(held_, ++bound_, value.data(), static_cast<int>(value.size()),
                                   SQLITE_TRANSIENT) == SQLITE_OK;
    return *this;
  }
  Statement& number(std::uint64_t value) {
    good_ =
        good_ && sqlite3_bind_int64(held_, ++bound_, static_cast<std::int64_t>(value)) == SQLITE_OK;
    return *this;
  }
  /// Runs it once, and is ready to be bound again.
  Result<void> run() {
    good_ = good_ && sqlite3_step(held_) == SQLITE_DONE;
    if (!good_) return failed(base_, "written");
    sqlite3_reset(held_);
    bound_ = 0;
    return {};
  }
  /// The next row, if there is one.
  Result<bool> next() {
    const int state = good_ ? sqlite3_step(held_) : SQLITE_ERROR;
    if (state != SQLITE_ROW && state != SQLITE_DONE) return failed(base_, "read");
    return state == SQLITE_ROW;
  }
  std::string text_at(int column) const {
    const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(held_, column));
    return bytes == nullptr
               ? std::string()
               : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(held_, column)));
  }
  std::uint64_t number_at(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(held_, column));
  }

 private:
  sqlite3* base_;
  sqlite3_stmt* held_ = nullptr;
  int bound_ = 0;
  bool good_ = false;
};

}  // namespace

struct Ledger::State {
  sqlite3* base = nullptr;
  ~State() { sqlite3_close(base); }

  Result<void> run(const char* sql) const {
    step("ledger");
    if (sqlite3_exec(base, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      return failed(base, "written");
    return {};
  }
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Result<Ledger> Ledger::open(const std::string& root) {
  auto state = std::make_unique<State>();
  step("ledger");
  if (sqlite3_open_v2(ledger_path(root).c_str(), &state->base,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                      nullptr) != SQLITE_OK) {
    return failed(state->base, "opened");
  }
  sqlite3_busy_timeout(state->base, 10'000);
  TRY(state->run("PRAGMA journal_mode = WAL"));
  TRY(state->run("PRAGMA synchronous = FULL"));
  TRY(state->run(kTables));
  return Ledger(std::move(state));
}

std::optional<Ledger> Ledger::look(const std::string& root) {
  auto state = std::make_unique<State>();
  if (!is_there(ledger_path(root)) ||
      sqlite3_open_v2(ledger_path(root).c_str(), &state->base,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
    return std::nullopt;
  }
  sqlite3_busy_timeout(state->base, 10'000);
  return Ledger(std::move(state));
}

Result<void> Ledger::forget_after(std::uint64_t generation) {
  step("ledger");
  for (const char* const sql :
       {"DELETE FROM sources WHERE generation > ?", "DELETE FROM conflicts WHERE generation > ?"}) {
    TRY(Statement(state_->base, sql).number(generation).run());
  }
  return {};
}

Result<void> Ledger::write(const LedgerPage& page) {
  TRY(state_->run("BEGIN IMMEDIATE"));
  {
    Statement source(state_->base,
                     "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const SourceEntry& one : page.sources) {
      source.text(one.sum).text(one.path).number(one.bytes).number(one.events).number(one.kept);
      source.number(one.copies).number(one.conflicts).text(one.trouble).number(page.generation);
      TRY(source.run());
    }
    Statement conflict(state_->base, "INSERT INTO conflicts VALUES (?, ?, ?, ?, ?, ?)");
    for (const ConflictEntry& one : page.conflicts) {
      conflict.text(one.account).text(one.day).text(one.id).number(one.hash).text(one.source);
      conflict.number(page.generation);
      TRY(conflict.run());
    }
  }
  return state_->run("COMMIT");
}

Result<std::vector<std::string>> Ledger::sums() {
  Statement rows(state_->base, "SELECT sum FROM sources");
  std::vector<std::string> all;
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) return all;
    all.push_back(rows.text_at(0));
  }
}

Result<std::vector<SourceEntry>> Ledger::sources() {
  Statement rows(state_->base,
                 "SELECT sum, path, bytes, events, kept, copies, conflicts, trouble FROM sources "
                 "ORDER BY path, sum");
  std::vector<SourceEntry> all;
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) return all;
    all.push_back({rows.text_at(0), rows.text_at(1), rows.number_at(2), rows.number_at(3),
                   rows.number_at(4), rows.number_at(5), rows.number_at(6), rows.text_at(7)});
  }
}

Result<std::vector<ConflictEntry>> Ledger::conflicts() {
  Statement rows(
      state_->base,
      "SELECT DISTINCT account, day, id, hash, source FROM conflicts ORDER BY 1, 2, 3, 4, 5");
  std::vector<ConflictEntry> all;
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) return all;
    all.push_back(
        {rows.text_at(0), rows.text_at(1), rows.text_at(2), rows.number_at(3), rows.text_at(4)});
  }
}

Result<void> Ledger::forget_sources() { return state_->run("DELETE FROM sources"); }

}  // namespace trailhound::lake
