// SPDX-License-Identifier: Apache-2.0
//
// DuckDB, embedded and fenced in: SQL to rows, over events that our own readers deliver.
//
//   TRY(auto database, engine::Database::open({.memory = 1ull << 30}));
//   const std::string scan = database->offer(source, plan);             // "th_scan(1)"
//   TRY(auto rows, database->run("select eventname, count(*) from " + scan + " group by 1"));
//
// The fences, as far as they stand here: only one SELECT at a time is run, whatever the text says,
// and none that uses a table function which is neither harmless nor ours; files are out of reach
// but for those below `lake` and the own temporary folder; settings are locked. A text that did not
// come out of our own printers goes through fence.hpp first. Our functions of
// event/functions.hpp are known under their names (`th_agent`).
//
// Every question gets a connection of its own; several may run at once. Rows may outlive the
// Database. A source must outlive what reads it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/rows.hpp"
#include "event/event_source.hpp"
#include "event/functions.hpp"

namespace trailhound::engine {

/// How a database is opened.
struct Options {
  /// Bytes for the whole process. The engine counts up to nine sixteenths of it; the rest is for
  /// the readers and for what it does not count. What does not fit goes to the temporary folder.
  std::uint64_t memory = 1ull << 30;
  unsigned threads = 0;       ///< 0: one for each core
  std::string temp_parent{};  ///< Where the temporary folder is made; empty: $TMPDIR, else /tmp
  std::string lake{};         ///< The one folder whose files SQL may name; empty: none
  std::vector<std::string> prelude{};  ///< Statements run before the doors close: our macros
  /// Functions besides those of event/functions.hpp, `th_...`; must outlive the database.
  std::span<const event::NativeFunction> functions{};
  /// Whether the process gives up writing anywhere but to the temporary folder and `outputs`, for
  /// ever, where the kernel can see to it (landlock.hpp). Threads started before are not bound.
  bool confine = false;
  std::vector<std::string> outputs{};
  /// The process ends without further ado once it is done with this database, by std::_Exit: the
  /// engine is not taken down piece by piece, which takes as long as half a small question. The
  /// temporary folder goes, as ever.
  bool until_exit = false;
  /// Called now and then while events are read, from any thread, never twice at once.
  std::function<void(const event::ScanProgress&)> progress{};
};

/// An engine with its doors closed.
class Database {
 public:
  /// Errors `engine-missing`, `engine-failed`, `no-temp-folder`.
  static Result<std::unique_ptr<Database>> open(Options options);
  ~Database();

  /// Makes events readable: gives the SQL to be used as a table, `th_scan(7)`. Its columns are
  /// those of the schema; what `plan.fields` has not, and what the SQL does not use, is NULL and
  /// not asked of the source. May be scanned many times, also twice in one question.
  std::string offer(event::EventSource& source, event::ScanPlan plan);
  /// Takes back all that was offered of a source; a question that already runs is not disturbed.
  void withdraw(const event::EventSource& source);

  /// Runs one SELECT; rows come as they are found. Errors `not-a-select`, `not-allowed`, what
  /// DuckDB says (duckdb_errors.hpp); `cancelled` after `interrupt`. `later`: it is run when its
  /// rows are asked for, and they may be handed out (Rows::hand_out): their order does not matter.
  Result<std::unique_ptr<Rows>> run(std::string_view select, bool later = false);
  /// Writes the rows of a SELECT to a Parquet file; says how many. Error `output-failed` too.
  Result<std::uint64_t> write_parquet(std::string_view select, const std::string& path);

  /// Makes a Parquet file of the rows, for keeping, in the temporary folder: the caller moves it
  /// away. zstd's first level, as small as its third in half the time; the encodings of format
  /// version 2, which make sorted times and random ids 6 % smaller.
  struct Made {
    std::string path;
    std::uint64_t rows = 0;
  };
  Result<Made> make_parquet(std::string_view select);

  /// DuckDB's own parse of a text as JSON, nothing of it run; see fence.hpp.
  Result<std::string> parse_to_json(std::string_view text);

  /// Stops whatever runs, within a file too; each question that runs ends with `cancelled`.
  void interrupt();
  /// The own temporary folder; gone with the database.
  const std::string& temp_folder() const;

 private:
  struct Inside;
  explicit Database(std::shared_ptr<Inside> inside);
  std::shared_ptr<Inside> inside_;
};

}  // namespace trailhound::engine
