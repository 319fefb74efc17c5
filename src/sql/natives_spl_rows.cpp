// SPDX-License-Identifier: Apache-2.0
//
// What rows are to those around them: transactions, and spans that grow.
#include <algorithm>
#include <cmath>
#include <set>
#include <span>

#include "base/text.hpp"
#include "sql/natives.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

struct Row {
  std::string_view place;
  double time = 0;
  bool starts = false, ends = false;
};

/// "PLACE TIME FLAGS": its place among all rows, when it was, `s` where it may start and `e` where
/// it may end a transaction.
Row row_of(std::string_view text) {
  Row row;
  const std::size_t first = std::min(text.find(' '), text.size());
  row.place = text.substr(0, first);
  text.remove_prefix(std::min(first + 1, text.size()));
  const std::size_t second = std::min(text.find(' '), text.size());
  row.time = spl_number(text.substr(0, second)).value_or(0);
  text.remove_prefix(second);
  row.starts = text.find('s') != std::string_view::npos;
  row.ends = text.find('e') != std::string_view::npos;
  return row;
}

/// Rows of one group, newest first, put into transactions: "PLACE FIRST WHOLE" for each row, where
/// FIRST is the place of its transaction's newest row and WHOLE is 1 or 0. The limits: longest span
/// and pause in seconds and most rows, negative where there is none; `s` and `e` as the fifth
/// argument where a start and an end were asked for.
void transactions(Arguments arguments, Value& value) {
  const double most_span = arguments[1].real, most_pause = arguments[2].real;
  const std::int64_t most_rows = arguments[3].integer;
  const bool asks_start = arguments[4].text.find('s') != std::string_view::npos;
  const bool asks_end = arguments[4].text.find('e') != std::string_view::npos;
  std::vector<Row> open;
  const auto close = [&] {
    if (open.empty()) return;
    const bool whole = (!asks_start || open.back().starts) && (!asks_end || open.front().ends);
    for (const Row& row : open) {
      value.texts.push_back(std::string(row.place) + " " + std::string(open.front().place) +
                            (whole ? " 1" : " 0"));
    }
    open.clear();
  };
  for (const std::string_view text : arguments[0].texts) {
    const Row row = row_of(text);
    if (!open.empty()) {
      const bool too_long = most_span >= 0 && open.front().time - row.time > most_span;
      const bool too_late = most_pause >= 0 && open.back().time - row.time > most_pause;
      const bool too_many = most_rows > 0 && static_cast<std::int64_t>(open.size()) >= most_rows;
      if (too_long || too_late || too_many || (asks_end && row.ends)) close();
    }
    open.push_back(row);
    if (asks_start && row.starts) close();
  }
  close();
  value.null = value.texts.empty();
}

/// The span `10-100` that a number lies in, of spans of which each is so many times the one before.
void log_span(Arguments arguments, Value& value) {
  const double x = arguments[0].real, front = arguments[1].real, base = arguments[2].real;
  if (!(x > 0) || !std::isfinite(x)) return;
  double low = front * std::pow(base, std::floor(std::log(x / front) / std::log(base)));
  while (low > x) low /= base;  // Logarithms are not exact at the edges
  while (low * base <= x) low *= base;
  value.set(spl_text(low) + "-" + spl_text(low * base));
}

/// The places of all spans from one to another, if they are not too many to be rows.
void places(Arguments arguments, Value& value) {
  const std::int64_t first = arguments[0].integer, last = arguments[1].integer;
  if (last - first >= 100'000) {
    value.failure = "the spans are too short: there would be 100,000 rows and more";
    return;
  }
  for (std::int64_t place = first; place <= last; ++place) {
    value.texts.push_back(std::to_string(place));
  }
  value.null = value.texts.empty();
}

/// How widely numbers lie: `range`, `sumsq`, `stdev`, `stdevp`, `var`, `varp`. There is one at
/// least.
double spread_of(const std::vector<double>& all, std::string_view how) {
  if (how == "range") {
    const auto [least, most] = std::minmax_element(all.begin(), all.end());
    return *most - *least;
  }
  double sum = 0, squares = 0;
  for (const double one : all) sum += one;
  const double count = static_cast<double>(all.size()), mean = how == "sumsq" ? 0 : sum / count;
  for (const double one : all) squares += (one - mean) * (one - mean);
  if (how == "sumsq") return squares;
  const bool whole = how.ends_with('p');
  if (!whole && all.size() == 1) return 0;  // Of one value the deviation is 0, not absent
  const double variance = squares / (whole ? count : count - 1);
  return how.starts_with("stdev") ? std::sqrt(variance) : variance;
}

std::vector<double> numbers_of(std::span<const std::string_view> texts) {
  std::vector<double> all;
  for (const std::string_view one : texts) {
    if (const auto number = spl_number(one)) all.push_back(*number);
  }
  return all;
}

void spread(Arguments arguments, Value& value) {
  const std::vector<double> all = numbers_of(arguments[0].texts);
  if (all.empty()) return;
  value.null = false;
  value.real = spread_of(all, arguments[1].text);
}

/// What a sparkline shows of the values of one span.
double height_of(std::span<const std::string_view> texts, std::string_view function) {
  if (function == "count") return static_cast<double>(texts.size());
  if (function == "dc") {
    return static_cast<double>(std::set<std::string_view>(texts.begin(), texts.end()).size());
  }
  const std::vector<double> all = numbers_of(texts);
  if (all.empty()) return 0;
  if (function == "min") return *std::min_element(all.begin(), all.end());
  if (function == "max") return *std::max_element(all.begin(), all.end());
  if (function != "sum" && function != "avg") return spread_of(all, function);
  double sum = 0;
  for (const double one : all) sum += one;
  return function == "sum" ? sum : sum / static_cast<double>(all.size());
}

/// The smallest or largest value as stats has it: by number if all spell one, else by letter.
void extreme_of(Arguments arguments, Value& value) {
  const auto& all = arguments[0].texts;
  if (all.empty()) return;
  const bool largest = arguments[1].text == "max";
  const bool numbers = std::all_of(
      all.begin(), all.end(), [](std::string_view one) { return spl_number(one).has_value(); });
  const auto less = [&](std::string_view one, std::string_view other) {
    return numbers ? *spl_number(one) < *spl_number(other) : one < other;
  };
  const auto found = largest ? std::max_element(all.begin(), all.end(), less)
                             : std::min_element(all.begin(), all.end(), less);
  value.set(numbers ? spl_text(*spl_number(*found)) : std::string(*found));
}

/// A number from 0 to 2^31-1 for a row: the same for the same seed and place. Mixed by splitmix64,
/// whose neighbours have nothing in common.
void random(Arguments arguments, Value& value) {
  auto bits = static_cast<std::uint64_t>(arguments[0].integer) * 0x9e3779b97f4a7c15ull +
              static_cast<std::uint64_t>(arguments[1].integer);
  for (int round = 0; round < 2; ++round) {
    bits += 0x9e3779b97f4a7c15ull;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ull;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebull;
    bits ^= bits >> 31;
  }
  value.set_integer(static_cast<std::int64_t>(bits >> 33));
}

/// A line of blocks out of "PLACE VALUE" texts: at each place from 0 on, what a function of stats
/// makes of its values. Its highest is a full block, 0 and nothing are the lowest.
void sparkline(Arguments arguments, Value& value) {
  const std::string_view function = arguments[1].text;
  const auto width =
      static_cast<std::size_t>(std::clamp<std::int64_t>(arguments[2].integer, 0, 1000));
  std::vector<std::vector<std::string_view>> cells(width);
  for (const std::string_view text : arguments[0].texts) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const auto place = spl_number(text.substr(0, blank));
    if (!place || !(*place >= 0) || *place >= static_cast<double>(width)) continue;
    cells[static_cast<std::size_t>(*place)].push_back(
        text.substr(std::min(blank + 1, text.size())));
  }
  std::vector<double> heights;
  for (const auto& cell : cells) heights.push_back(height_of(cell, function));
  const double highest = heights.empty() ? 0 : *std::max_element(heights.begin(), heights.end());
  static constexpr std::string_view kBlocks[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                                 "\u2585", "\u2586", "\u2587", "\u2588"};
  value.set({});
  for (const double height : heights) {
    const double part = highest > 0 ? std::clamp(height / highest, 0.0, 1.0) : 0;
    value.text += kBlocks[static_cast<std::size_t>(std::ceil(part * 7))];
  }
}

}  // namespace

std::vector<event::NativeFunction> spl_row_functions() {
  constexpr ValueType kText = ValueType::Text, kList = ValueType::TextList;
  constexpr ValueType kDouble = ValueType::Double, kBigint = ValueType::Bigint;
  return {
      native("th_spl_transactions", {kList, kDouble, kDouble, kBigint, kText}, kList, transactions),
      native("th_spl_extreme", {kList, kText}, kText, extreme_of),
      native("th_spl_spread", {kList, kText}, kDouble, spread),
      native("th_spl_places", {kBigint, kBigint}, kList, places),
      native("th_spl_random", {kBigint, kBigint}, kBigint, random),
      native("th_spl_sparkline", {kList, kText, kBigint}, kText, sparkline),
      native("th_spl_log_span", {kDouble, kDouble, kDouble}, kText, log_span),
  };
}

}  // namespace trailhound::sql
