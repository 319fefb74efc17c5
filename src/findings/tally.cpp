// SPDX-License-Identifier: Apache-2.0
#include "findings/tally.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "findings/cells.hpp"

namespace trailhound::findings {
namespace {

/// A first event that comes so soon after the logs begin says nothing about blindness.
constexpr std::int64_t kSoon = kHour;
constexpr std::size_t kSeveral = 3;

/// Services whose events are recorded in one region only, wherever they were called from.
constexpr std::array<std::string_view, 8> kGlobal = {
    "iam.amazonaws.com",        "organizations.amazonaws.com",    "account.amazonaws.com",
    "cloudfront.amazonaws.com", "route53.amazonaws.com",          "route53domains.amazonaws.com",
    "support.amazonaws.com",    "globalaccelerator.amazonaws.com"};
constexpr std::string_view kGlobalRegion = "us-east-1";

bool among(const std::vector<std::string>& all, std::string_view one) {
  return all.empty() ||
         std::any_of(all.begin(), all.end(), [&](const std::string& held) { return held == one; });
}

bool is_global(std::string_view source) {
  return std::find(kGlobal.begin(), kGlobal.end(), source) != kGlobal.end();
}

bool is_recorded_on_demand(const Needs& needs) {
  return !needs.categories.empty() && !among(needs.categories, "Management");
}

/// "S3 data events", "iam events", "events in eu-west-1"
std::string words_of(const Needs& needs) {
  std::string words;
  for (const std::string& source : needs.sources) {
    if (!words.empty()) words += ", ";
    const std::string service(split(source, '.').front());
    words += service.size() <= 3 ? to_upper(service) : service;
  }
  if (!words.empty()) words += " ";
  if (is_recorded_on_demand(needs)) {
    words += needs.categories.front() == "Data" ? "data events" : "network activity events";
  } else {
    words += "events";
  }
  if (!needs.regions.empty()) words += " in " + join(needs.regions, ", ");
  return words;
}

}  // namespace

std::string_view Tally::statement() {
  return R"(select account, awsregion as region, eventsource as source,
  coalesce(eventcategory, case
    when managementevent = 'false' then 'Data'
    when managementevent = 'true' then 'Management'
    when eventsource = 's3.amazonaws.com' and json_extract_scalar(requestparameters, '$.key') is not null
      then 'Data'
    else 'Management' end) as category,
  date_trunc('hour', ts) as hour, count(*) as events, min(ts) as first, max(ts) as last
from cloudtrail
group by 1, 2, 3, 4, 5)";
}

Result<Tally> Tally::read(engine::Rows& rows) {
  std::vector<TallyRow> counted;
  TRY(each_row(rows, [&](const Row& row) {
    counted.push_back({row.text("account"), row.text("region"), row.text("category"),
                       row.text("source"), row.time("hour"), row.count("events"), row.time("first"),
                       row.time("last")});
  }));
  return Tally(std::move(counted));
}

Tally::Tally(std::vector<TallyRow> rows) : rows_(std::move(rows)) {
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, Time> firsts;
  for (const TallyRow& row : rows_) {
    events_ += row.count;
    const auto [place, fresh] =
        firsts.try_emplace({row.category, row.source, row.region}, row.first);
    if (!fresh) place->second = std::min(place->second, row.first);
    if (row.first == Time{}) continue;  // events without a time
    hours_.push_back(row.hour);
    if (!first_ || row.first < *first_) first_ = row.first;
    if (!last_ || row.last > *last_) last_ = row.last;
  }
  for (const auto& [kind, first] : firsts) {
    const auto& [category, source, region] = kind;
    recorded_.push_back({std::string(category), std::string(source), std::string(region), first});
  }
  std::sort(hours_.begin(), hours_.end());
  hours_.erase(std::unique(hours_.begin(), hours_.end()), hours_.end());
}

std::vector<std::string> Tally::accounts() const {
  std::set<std::string> all;
  for (const TallyRow& row : rows_) {
    if (!row.account.empty()) all.insert(row.account);
  }
  return {all.begin(), all.end()};
}

std::optional<Time> Tally::first_of(const Needs& needs) const {
  std::optional<Time> first;
  for (const Recorded& recorded : recorded_) {
    if (!among(needs.categories, recorded.category) || !among(needs.sources, recorded.source) ||
        !among(needs.regions, recorded.region)) {
      continue;
    }
    if (!first || recorded.first < *first) first = recorded.first;
  }
  return first;
}

Sight Tally::sight(const Needs& needs) const {
  if (rows_.empty()) return {Sight::Kind::Blind, std::nullopt, "no events at all"};
  const std::optional<Time> first = first_of(needs);
  if (is_recorded_on_demand(needs) || !needs.regions.empty()) {
    if (!first) return {Sight::Kind::Blind, std::nullopt, words_of(needs) + ": none in these logs"};
    if (first->micros - first_->micros <= kSoon) return {};
    return {Sight::Kind::Late, first, words_of(needs) + ": none before " + format_iso(*first)};
  }
  const bool global =
      !needs.sources.empty() && std::all_of(needs.sources.begin(), needs.sources.end(), is_global);
  if (global && !first && !first_of({{}, {}, {std::string(kGlobalRegion)}})) {
    return {Sight::Kind::Blind, std::nullopt,
            words_of(needs) + ": nothing from " + std::string(kGlobalRegion) +
                ", which records them, is in these logs"};
  }
  return {};
}

std::string Tally::late_regions() const {
  std::map<std::string, Time> begins;
  for (const Recorded& recorded : recorded_) {
    const auto [place, fresh] = begins.emplace(recorded.region, recorded.first);
    if (!fresh) place->second = std::min(place->second, recorded.first);
  }
  std::vector<Time> firsts;
  for (const auto& [region, first] : begins) {
    if (first.micros - first_->micros > kSoon) firsts.push_back(first);
  }
  std::sort(firsts.begin(), firsts.end());
  // One region that wakes up late is a new region; many at once are a trail that was widened.
  for (std::size_t i = 0; i + kSeveral <= firsts.size(); ++i) {
    if (firsts[i + kSeveral - 1].micros - firsts[i].micros > kSoon) continue;
    std::vector<std::string> early;
    for (const auto& [region, first] : begins) {
      if (first < firsts[i]) early.push_back(region);
    }
    return "regions but " + join(early, ", ") + ": none before " + short_time(firsts[i]);
  }
  return {};
}

std::vector<Gap> Tally::gaps(std::int64_t least) const {
  std::vector<Gap> gaps;
  std::optional<Time> before;
  for (const Time hour : hours_) {
    if (before && hour.micros - before->micros - kHour >= least) {
      gaps.push_back({{before->micros + kHour}, hour});
    }
    before = hour;
  }
  return gaps;
}

std::string_view settings_statement() {
  return R"(select ts, eventid, eventname, principal, account, awsregion as region,
  coalesce(json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.trailName'),
    json_extract_scalar(requestparameters, '$.eventDataStore')) as trail
from cloudtrail
where eventsource = 'cloudtrail.amazonaws.com' and errorcode is null and eventname in ('CreateTrail',
  'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging', 'PutEventSelectors',
  'CreateEventDataStore', 'UpdateEventDataStore', 'DeleteEventDataStore',
  'StopEventDataStoreIngestion', 'StartEventDataStoreIngestion')
order by ts, eventid)";
}

Result<std::vector<Setting>> read_settings(engine::Rows& rows) {
  std::vector<Setting> settings;
  TRY(each_row(rows, [&](const Row& row) {
    settings.push_back({row.time("ts"), row.text("eventid"), row.text("eventname"),
                        row.text("principal"), row.text("account"), row.text("region"),
                        row.text("trail")});
  }));
  return settings;
}

std::string short_time(Time time) {
  std::string iso = format_iso(time);  // 2021-07-29T23:58:37Z
  if (iso.size() < 16) return iso;
  return iso.substr(5, 5) + " " + iso.substr(11, 5);
}

}  // namespace trailhound::findings
