// SPDX-License-Identifier: Apache-2.0
//
// How long searches of Splunk take to become SQL: read, lowered, bound and printed for DuckDB.
//
//   compile_search < searches          // a NUL byte behind each
//
// Gives a line a search: the microseconds of its slowest step, the middle of nine tries, then its
// first words; `-` for one that is refused. What a search asks the events first (the values of a
// pivot, the rows of a subsearch) is answered with ten rows that are made up.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "spl/spl.hpp"
#include "sql/bind.hpp"
#include "sql/print_duckdb.hpp"

using namespace trailhound;

namespace {

constexpr int kTries = 9;
constexpr int kMostSteps = 8;

spl::Settings settings() {
  spl::Settings given;
  given.now = {1'700'000'000'000'000};
  given.parameters = {{"account", "111122223333"}, {"principalid", "AIDAEXAMPLE"}};
  given.may_write = true;
  return given;
}

/// Microseconds; none where the search is refused.
std::optional<double> slowest_step(const std::string& text, const spl::Settings& given) {
  spl::Facts facts;
  double slowest = 0;
  for (int step = 0; step < kMostSteps; ++step) {
    std::vector<double> tries;
    bool whole = false;
    std::size_t columns = 0;
    for (int i = 0; i < kTries; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      std::vector<Error> notices;
      const auto search = spl::lower(text, given, facts, notices);
      if (!search.ok()) return std::nullopt;
      sql::BindOptions options;
      options.now = given.now;
      const auto bound =
          sql::bind(search->need ? search->need->query : search->query, options, notices);
      if (!bound.ok()) return std::nullopt;
      const std::string printed =
          sql::print_duckdb(*bound, [](const sql::TableUse&) { return std::string("events"); });
      const std::chrono::duration<double, std::micro> taken =
          std::chrono::steady_clock::now() - begin;
      tries.push_back(taken.count());
      whole = !search->need;
      columns = printed.size();
    }
    std::nth_element(tries.begin(), tries.begin() + kTries / 2, tries.end());
    slowest = std::max(slowest, tries[kTries / 2]);
    if (whole || columns == 0) return slowest;
    spl::Answer rows;
    for (int i = 1; i <= 10; ++i) {
      rows.push_back(std::vector<std::optional<std::string>>(100, std::to_string(i)));
    }
    facts.answers.push_back(std::move(rows));
  }
  return slowest;
}

}  // namespace

int main() {
  for (std::string text; std::getline(std::cin, text, '\0');) {
    spl::Settings given = settings();
    // Whichever word of the search is a column of a lookup: here all are.
    given.lookup = [&text](const std::string&) -> Result<std::optional<spl::Lookup>> {
      spl::Lookup table;
      std::string word;
      for (const char c : text + " ") {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (letter) {
          word += c;
          continue;
        }
        const bool there =
            std::find(table.columns.begin(), table.columns.end(), word) != table.columns.end();
        if (!word.empty() && !there) table.columns.push_back(word);
        word.clear();
      }
      table.rows.assign(10, std::vector<std::string>(table.columns.size(), "1"));
      return std::optional<spl::Lookup>(std::move(table));
    };
    const auto taken = slowest_step(text, given);
    std::string front = text.substr(0, 60);
    std::replace(front.begin(), front.end(), '\n', ' ');
    std::cout << (taken ? std::to_string(*taken) : "-") << " " << front << "\n";
  }
  return 0;
}
