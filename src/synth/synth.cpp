// SPDX-License-Identifier: Apache-2.0
#include "synth/synth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/text.hpp"
#include "synth/company.hpp"
#include "synth/delivery.hpp"
#include "synth/intrusion.hpp"

namespace trailhound::synth {
namespace {

constexpr double kOrdinaryEvents = 3'900;  // of an average day at scale 1; a test holds it to this

Result<std::vector<const Intrusion*>> choose(const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const Intrusion& each : intrusions()) known.emplace_back(each.name);
  std::vector<const Intrusion*> chosen;
  for (const std::string& name : names) {
    if (name == "none") continue;
    const auto at = std::find(known.begin(), known.end(), name);
    if (name != "all" && at == known.end()) {
      Error error("unknown-intrusion", fmt::format("no intrusion is called `{}`", name));
      if (const auto near = nearest(name, known))
        error.notes.push_back("the nearest is `" + *near + "`");
      error.notes.push_back("there are: " + join(known, ", "));
      return error;
    }
    for (const Intrusion& each : intrusions()) {
      if (name == "all" || each.name == name) chosen.push_back(&each);
    }
  }
  return chosen;
}

/// Keys are not those of events: the truth lies beside the logs, and must never be read as one.
std::string truth_line(const Truth& truth) {
  return Json(Members{{"intrusion", truth.intrusion},
                      {"time", format_iso(truth.time)},
                      {"account", truth.account},
                      {"region", truth.region},
                      {"id", truth.event_id},
                      {"name", truth.event_name},
                      {"what", truth.words}})
             .dump() +
         "\n";
}

/// What the intrusions do, by day.
struct Plot {
  std::map<std::int64_t, std::vector<Event>> by_day;
  std::vector<Truth> truth;
};

Plot play_all(const Options& options, const Company& company,
              const std::vector<const Intrusion*>& chosen) {
  Plot plot;
  for (const Intrusion* intrusion : chosen) {
    const auto day = static_cast<std::int64_t>(intrusion->when * options.days);
    Random random(options.seed, intrusion->name);
    // The hour is the seed's, so that no rule can lean on it.
    const Time start = random.within({options.first.micros + day * kDay + 2 * kHour}, 18 * kHour);
    Stage stage(company, intrusion->name, start, options.seed);
    intrusion->play(stage);
    for (Event& made : stage.events)
      plot.by_day[made.time.micros / kDay].push_back(std::move(made));
    plot.truth.insert(plot.truth.end(), stage.truth.begin(), stage.truth.end());
  }
  std::stable_sort(plot.truth.begin(), plot.truth.end(),
                   [](const Truth& one, const Truth& other) { return one.time < other.time; });
  return plot;
}

std::vector<Company> found_all(const Options& options) {
  std::vector<Company> companies = {found_company(options.seed)};
  while (companies.size() * companies.front().accounts().size() < options.accounts) {
    companies.push_back(found_sister(options.seed, companies.size()));
  }
  return companies;
}

Result<void> make_empty(const std::string& folder) {
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble)
    return Error("output-failed",
                 fmt::format("cannot make the folder `{}`: {}", folder, trouble.message()));
  if (!std::filesystem::is_empty(folder, trouble) || trouble) {
    return Error("output-failed", fmt::format("`{}` is not empty", folder))
        .note("made-up logs never mix with other files: name a folder that does not exist yet");
  }
  return {};
}

}  // namespace

Result<Made> make(const Options& options) {
  TRY(const std::vector<const Intrusion*> chosen, choose(options.intrusions));
  TRY(make_empty(options.folder));
  const std::vector<Company> companies = found_all(options);
  const Company& company = companies.front();
  Plot plot = play_all(options, company, chosen);

  Delivery organisation_trail(options.folder, company.organisation, options.batch, options.seed,
                              "organisation");
  Delivery second_trail(options.folder, company.organisation, options.batch, options.seed,
                        "development");
  const double scale = static_cast<double>(options.events) / options.days / kOrdinaryEvents /
                       static_cast<double>(companies.size());
  const std::int64_t first_day = options.first.micros / kDay;
  const std::int64_t last_day =
      std::max(first_day + options.days - 1, plot.by_day.empty() ? 0 : plot.by_day.rbegin()->first);

  Made made;
  std::mutex guard;
  std::optional<Error> trouble;
  std::atomic<std::int64_t> next_day = first_day;
  const auto work = [&] {
    for (std::int64_t day; (day = next_day++) <= last_day;) {
      std::vector<Event> events;
      if (day < first_day + options.days) {
        for (const Company& each : companies) {
          std::vector<Event> of_day = ordinary_day(each, {day * kDay}, scale, each.seed);
          std::move(of_day.begin(), of_day.end(), std::back_inserter(events));
        }
      }
      if (const auto played = plot.by_day.find(day); played != plot.by_day.end()) {
        events.insert(events.end(), played->second.begin(), played->second.end());
      }
      std::vector<const Event*> all, twice;
      const bool both_trails =
          day >= first_day + options.days / 2 && day < first_day + options.days / 2 + 3;
      for (const Event& event : events) {
        all.push_back(&event);
        if (both_trails && event.account == company.development) twice.push_back(&event);
      }
      Result<void> delivered = organisation_trail.deliver(all);
      if (delivered.ok()) delivered = second_trail.deliver(twice);
      const std::lock_guard lock(guard);
      made.events += all.size() + twice.size();
      made.doubles += twice.size();
      if (!delivered.ok() && !trouble) trouble = delivered.error();
      if (trouble) return;
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1u, options.threads); ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  if (trouble) return *trouble;

  std::ofstream file(options.folder + "/truth.jsonl", std::ios::binary);
  for (const Truth& truth : plot.truth) file << truth_line(truth);
  file.close();
  if (!file)
    return Error("output-failed", fmt::format("cannot write `{}/truth.jsonl`", options.folder));
  made.truth = plot.truth.size();
  made.files = organisation_trail.files() + second_trail.files();
  made.bytes = organisation_trail.bytes() + second_trail.bytes();
  return made;
}

}  // namespace trailhound::synth
