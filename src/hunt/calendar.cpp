// SPDX-License-Identifier: Apache-2.0
#include "hunt/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "findings/cells.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

constexpr std::size_t kDaysToFallSilent = 3;

/// A letter for an hour: a bar, taller the more events by factors of four; a dot for none.
std::string_view bar(std::uint64_t events) {
  constexpr std::string_view kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (events == 0) return "·";
  std::size_t height = 0;
  for (; events >= 4 && height + 1 < std::size(kBars); events /= 4) ++height;
  return kBars[height];
}

TextLine heading(std::string text) { return {{{std::move(text), Tone::Title}}, 0}; }

std::uint64_t sum_of(const std::array<std::uint64_t, 24>& hours) {
  std::uint64_t sum = 0;
  for (const std::uint64_t events : hours) sum += events;
  return sum;
}

std::string name_of(const Strip& strip) {
  return fmt::format("{} {} {}", strip.account.empty() ? "(no account)" : strip.account,
                     strip.region.empty() ? "(no region)" : strip.region, strip.category);
}

}  // namespace

std::vector<Strip> strips_of(const Tally& tally) {
  std::map<std::tuple<std::string, std::string, std::string>, Strip> all;
  Time end{};
  for (const TallyRow& row : tally.rows()) {
    if (row.first == Time{}) continue;
    Strip& strip = all[{row.account, row.region, row.category}];
    if (strip.events == 0) {
      strip = {row.account, row.region, row.category, {}, 0, row.first, row.last, false};
    }
    strip.events += row.count;
    strip.first = std::min(strip.first, row.first);
    strip.last = std::max(strip.last, row.last);
    strip.days[format_day(row.hour)][static_cast<std::size_t>(to_civil(row.hour).hour)] +=
        row.count;
    end = std::max(end, row.last);
  }
  std::vector<Strip> strips;
  for (auto& [key, strip] : all) {
    strip.silent = strip.days.size() >= kDaysToFallSilent && strip.last.micros < end.micros - kDay;
    strips.push_back(std::move(strip));
  }
  return strips;
}

std::string_view lag_statement() {
  return R"(select account, region, avg(lag) as usual, max(lag) as most, count_if(lag > 3600) as late
from (select account, awsregion as region,
    date_diff('second', ts, date_parse(regexp_extract("$path", '_([0-9]{8}T[0-9]{4})Z_', 1), '%Y%m%dT%H%i')) as lag
  from cloudtrail)
where lag is not null
group by account, region
order by account, region)";
}

Result<std::vector<Lag>> read_lags(engine::Rows& rows) {
  std::vector<Lag> lags;
  for (;;) {
    TRY(const engine::Batch* const batch, rows.next());
    if (batch == nullptr) return lags;
    const auto text = [&](std::size_t column, std::size_t row) {
      const engine::Cell cell = batch->cell(column, row);
      return cell.is_null() ? std::string() : std::string(cell.text());
    };
    for (std::size_t row = 0; row < batch->rows(); ++row) {
      lags.push_back({text(0, row), text(1, row),
                      static_cast<std::int64_t>(batch->cell(2, row).real()),
                      batch->cell(3, row).integer(), batch->cell(4, row).integer()});
    }
  }
}

Screen calendar_screen(const std::vector<Strip>& strips, const std::vector<Lag>& lags) {
  Screen screen;
  screen.push_back(
      heading("Hours of each day, UTC: · none, a taller bar for four times as many events"));
  for (const Strip& strip : strips) {
    screen.push_back({});
    screen.push_back({{{"  " + name_of(strip), Tone::Plain},
                       {fmt::format("  {}  {} → {}", with_commas(strip.events),
                                    short_time(strip.first), short_time(strip.last)),
                        Tone::Dim}},
                      4});
    if (strip.silent) {
      screen.push_back({{{"    silent since " + format_iso(strip.last), Tone::High}}, 4});
    }
    for (const auto& [day, hours] : strip.days) {
      std::string bars;
      for (const std::uint64_t events : hours) bars += bar(events);
      screen.push_back({{{"    " + day + "  " + bars, Tone::Plain},
                         {fmt::format("  {:>11}", with_commas(sum_of(hours))), Tone::Dim}},
                        4});
    }
  }
  if (lags.empty()) return screen;
  screen.push_back({});
  screen.push_back(heading("From happening to delivery, by the names of files"));
  for (const Lag& lag : lags) {
    std::string words =
        fmt::format("  {} {}  {} on average, {} at most", lag.account, lag.region,
                    format_duration(lag.usual * kSecond), format_duration(lag.most * kSecond));
    if (lag.late > 0)
      words += fmt::format(", {} over an hour", with_commas(static_cast<std::uint64_t>(lag.late)));
    screen.push_back({{{std::move(words), Tone::Plain}}, 4});
  }
  return screen;
}

Table calendar_table(const std::vector<Strip>& strips) {
  Table table({{"account", engine::Kind::Text},
               {"region", engine::Kind::Text},
               {"category", engine::Kind::Text},
               {"day", engine::Kind::Text},
               {"hours", engine::Kind::Text},
               {"events", engine::Kind::Integer},
               {"silent", engine::Kind::Text}});
  for (const Strip& strip : strips) {
    for (const auto& [day, hours] : strip.days) {
      std::string numbers;
      for (const std::uint64_t events : hours)
        numbers += (numbers.empty() ? "" : ",") + std::to_string(events);
      table.add({strip.account, strip.region, strip.category, day, std::move(numbers),
                 static_cast<std::int64_t>(sum_of(hours)),
                 std::string(strip.silent ? "silent" : "")});
    }
  }
  return table;
}

}  // namespace trailhound::hunt
