// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this folder: a question in Athena SQL, answered by the engine over given events.
//
//   Answering desk;                                        // over no events
//   EXPECT_EQ(desk.one("1 + 1"), "2");
//   desk.rows("select * from (values 1, 2) as t (x)");     // {{"1"}, {"2"}}
//
// A value is DuckDB's text of it, NULL is "NULL", a failure "error: code".
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "athena/athena.hpp"
#include "engine/database.hpp"
#include "event/event_source.hpp"
#include "sql/bind.hpp"
#include "sql/natives.hpp"
#include "sql/prelude.hpp"
#include "sql/print_duckdb.hpp"

namespace trailhound::answers {

/// A field of a made-up event.
struct Put {
  event::Field field;
  std::string text;
};
using MadeUpEvent = std::vector<Put>;

/// Events that a test makes up; what year, month, day, ts and account are follows from eventtime.
class MadeUp final : public event::EventSource {
 public:
  explicit MadeUp(std::vector<MadeUpEvent> events) : events_(std::move(events)) {}
  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override;

 private:
  std::vector<MadeUpEvent> events_;
};

class Answering {
 public:
  explicit Answering(std::vector<MadeUpEvent> events = {},
                     sql::Dialect dialect = sql::Dialect::Athena);

  /// The question bound; CHECKs that it can be.
  Result<sql::Bound> bind(std::string_view text);
  /// The DuckDB text of a question, or "error: code: message".
  std::string printed(std::string_view text);
  /// Its rows, every value as text; a row {"error: code: message"} if it fails. With `whole` the
  /// scan plan is not used: every event is scanned.
  std::vector<std::vector<std::string>> rows(std::string_view text, bool whole = false);
  /// The same for a question with stand-ins, which get these values.
  std::vector<std::vector<std::string>> rows_with(std::string_view text,
                                                  std::map<std::string, std::string> parameters);
  /// The one value of an expression.
  std::string one(std::string_view expression);

 private:
  MadeUp source_;
  sql::Dialect dialect_;
  std::map<std::string, std::string> parameters_;
  std::unique_ptr<engine::Database> database_;
};

}  // namespace trailhound::answers
