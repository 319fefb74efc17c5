// SPDX-License-Identifier: Apache-2.0
//
// What is usual, by every side that a runbook asks for: changes by service, by principal and by
// account, calls by source, agent and region, failed writes and reads.
//
//   Usual usual = show_usual(habits, {.from = from, .to = to, .top = 10});
//   for (const View& view : usual.views) print(view.title, view.rows);
//
// Counts are exact: what is cut is counted, and shares are of all that a view counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "baseline/habits.hpp"
#include "findings/screen.hpp"
#include "findings/site.hpp"
#include "findings/table.hpp"
#include "read/coverage.hpp"

namespace trailhound::baseline {

/// What to show.
struct ViewOptions {
  Time from, to;                     ///< Whole days
  std::vector<std::string> by;       ///< Names of sides: one view of all calls by these; else all
  std::string account;               ///< Only of this account
  std::string service;               ///< Only of this service: "iam" or "iam.amazonaws.com"
  std::vector<std::string> regions;  ///< That are allowed; empty: not said
  std::size_t top = 10;              ///< Rows of a view; 0: all
  const findings::Site* site = nullptr;
};

/// One row of a view.
struct ViewRow {
  std::vector<std::string> names;
  std::uint64_t count = 0;
  std::size_t principals = 0;
  Time first, last;
  std::vector<std::uint64_t> days;  ///< One count a day of the window
  std::string note;                 ///< "not allowed", where a source lies
  std::string event;                ///< Id of the first
};

/// One table of the report.
struct View {
  std::string id;     ///< "changes-by-service"
  std::string title;  ///< "Changes by service"
  std::vector<std::string> columns;
  std::uint64_t total = 0;  ///< Events that it counts
  std::vector<ViewRow> rows;
  std::size_t cut = 0;  ///< Further rows
  std::uint64_t cut_events = 0;
};

/// The report.
struct Usual {
  Time from, to;
  std::uint64_t events = 0, changes = 0, failed = 0;
  std::uint64_t before = 0, after = 0;  ///< Events outside of the window
  std::size_t principals = 0, accounts = 0, days = 0;
  std::vector<View> views;
};

/// Sides that `by` may name.
std::vector<std::string> side_names();
/// Error `bad-flag` where `by` names no side.
Result<Usual> show_usual(const Habits& habits, const ViewOptions& options);

/// "▁▃█": each day against the largest; a day without any is a dot.
std::string sparkline(const std::vector<std::uint64_t>& days);

/// The names of a row, and its part of all, as words.
std::string name_words(const ViewRow& row);
std::string share_words(std::uint64_t part, std::uint64_t all);

/// What was looked at, a labelled line each.
findings::Screen usual_head(const Usual& usual, const std::string& source_words);
/// The head, then each view.
findings::Screen usual_screen(const Usual& usual, const std::string& source_words);
/// view, name, events, share, principals, first, last, days, note, event.
findings::Table usual_table(const Usual& usual);

}  // namespace trailhound::baseline
