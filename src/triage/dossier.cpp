// SPDX-License-Identifier: Apache-2.0
#include "triage/dossier.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/text.hpp"
#include "event/sha256.hpp"
#include "findings/cells.hpp"
#include "hunt/screen.hpp"
#include "triage/pass.hpp"
#include "triage/understand.hpp"

namespace trailhound::triage {
namespace {

constexpr std::size_t kMostBars = 120;

std::string activity_statement(const std::string& condition) {
  return "select date_trunc('minute', ts) as at, outcome, cast(is_change as varchar) as change, "
         "count(*) as events\nfrom cloudtrail" +
         (condition.empty() ? std::string{} : "\nwhere " + condition) +
         "\ngroup by date_trunc('minute', ts), outcome, is_change";
}

std::string any_of(const std::vector<Subject>& subjects) {
  std::string any;
  for (const Subject& subject : subjects)
    any += (any.empty() ? "" : "\n  or ") + subject.by.condition;
  return any.empty() ? any : "(" + any + ")";
}

/// Few enough bars to be seen, each a stretch that people count in.
std::int64_t stretch_for(std::int64_t span) {
  for (const std::int64_t stretch :
       {kMinute, 5 * kMinute, 15 * kMinute, kHour, 3 * kHour, 6 * kHour, kDay, 7 * kDay}) {
    if (span / stretch < static_cast<std::int64_t>(kMostBars)) return stretch;
  }
  return 30 * kDay;
}

class Opening {
 public:
  Opening(ask::Desk& desk, const std::vector<std::string>& words, const DossierOptions& options)
      : desk_(desk), options_(options) {
    dossier_.words = words;
  }

  Result<Dossier> open() {
    if (dossier_.words.empty()) {
      TRY(run_hunts({ask::own_question(activity_statement(""), "activity")}));
      TRY(activity(""));
    } else {
      TRY(open_about());
    }
    dossier_.asked = desk_.asked();
    return std::move(dossier_);
  }

 private:
  Result<void> run_hunts(std::vector<ask::Question> also) {
    TRY(dossier_.hunts, options_.catalogue->pick({}));
    TRY(dossier_.report, hunt::run(desk_, *options_.catalogue, dossier_.hunts,
                                   {options_.site, {}, std::move(also), false}));
    dossier_.read = desk_.coverage();
    dossier_.hunted = true;
    dossier_.blind = hunt::blind_words(dossier_.report, dossier_.hunts);
    return {};
  }

  Result<void> open_about() {
    const CaseOptions how{
        .catalogue = options_.catalogue, .site = options_.site, .gathered = true, .stories = true};
    TRY(gather(desk_, dossier_.words, how));
    std::vector<Subject> subjects;
    for (const std::string& word : dossier_.words) {
      TRY(std::optional<Subject> subject, understand(desk_, word));
      if (subject) {
        subjects.push_back(std::move(*subject));
      } else {
        TRY(Absent absent, look_for_near(desk_, word));
        dossier_.not_there.push_back(std::move(absent));
      }
    }
    if (subjects.empty()) {
      TRY(const Held held, what_is_held(desk_));
      return absent_error(dossier_.not_there, held);
    }
    const std::string condition = any_of(subjects);
    TRY(Case about, open_case(desk_, std::move(subjects), how));
    dossier_.report = std::move(about.report);
    dossier_.hunts = about.hunts;
    dossier_.hunted = about.hunted;
    dossier_.blind = about.blind;
    dossier_.read = about.read;
    dossier_.about = std::move(about);
    TRY(activity(condition));
    return follow_words();
  }

  Result<void> follow_words() {
    TRY(dossier_.links, read_links(desk_));
    dossier_.trail = std::make_unique<Trail>(follow(dossier_.links, options_.site));
    std::vector<std::size_t> focus;
    for (const std::string& word : dossier_.words) {
      auto nodes = nodes_of(*dossier_.trail, desk_, word);
      if (!nodes.ok() && nodes.error().code() == "cancelled") return nodes.error();
      if (!nodes.ok()) continue;  // not something that holds a credential
      for (const std::size_t node : *nodes) {
        if (std::find(focus.begin(), focus.end(), node) == focus.end()) focus.push_back(node);
      }
    }
    if (focus.empty()) {
      dossier_.trail.reset();
      return {};
    }
    TRY(dossier_.view,
        look_at(desk_, *dossier_.trail, join(dossier_.words, " · "), std::move(focus)));
    return {};
  }

  Result<void> activity(const std::string& condition) {
    TRY(ask::Answer answer,
        desk_.ask(ask::own_question(activity_statement(condition), "activity")));
    std::map<std::int64_t, Activity> minutes;
    TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
      if (row.text("at").empty()) return;
      Activity& one = minutes[row.time("at").micros];
      const std::uint64_t events = row.count("events");
      if (row.text("outcome") == "denied") {
        one.denied += events;
      } else if (row.text("change") == "true") {
        one.changes += events;
      } else {
        one.reads += events;
      }
    }));
    if (minutes.empty()) return {};
    dossier_.stretch = stretch_for(minutes.rbegin()->first - minutes.begin()->first);
    std::map<std::int64_t, Activity> bars;
    for (const auto& [at, one] : minutes) {
      const std::int64_t begin =
          at - ((at % dossier_.stretch) + dossier_.stretch) % dossier_.stretch;
      Activity& bar = bars[begin];
      bar.at = Time{begin};
      bar.reads += one.reads;
      bar.changes += one.changes;
      bar.denied += one.denied;
    }
    for (auto& [at, bar] : bars) dossier_.activity.push_back(bar);
    return {};
  }

  Recorder desk_;
  const DossierOptions& options_;
  Dossier dossier_;
};

SourceSum sum_of(const std::filesystem::path& path) {
  SourceSum sum{path.string(), 0, {}};
  std::ifstream file(path, std::ios::binary);
  if (!file) return sum;
  event::Sha256 hash;
  std::vector<char> bytes(1 << 20);
  while (file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())), file.gcount() > 0) {
    hash.add({bytes.data(), static_cast<std::size_t>(file.gcount())});
    sum.bytes += static_cast<std::uint64_t>(file.gcount());
  }
  if (!file.bad()) sum.sha256 = hash.hex();
  return sum;
}

}  // namespace

Result<Dossier> open_dossier(ask::Desk& desk, const std::vector<std::string>& words,
                             const DossierOptions& options) {
  return Opening(desk, words, options).open();
}

std::vector<SourceSum> sums_of_sources(const std::vector<std::string>& paths) {
  std::set<std::filesystem::path> files;
  std::vector<SourceSum> sums;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path == "-") {
      sums.push_back({"standard input", 0, {}});
    } else if (std::filesystem::is_directory(path, error)) {
      for (auto at = std::filesystem::recursive_directory_iterator(
               path, std::filesystem::directory_options::skip_permission_denied, error);
           !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
        if (at->is_regular_file(error)) files.insert(at->path());
      }
    } else {
      files.insert(path);
    }
  }
  for (const std::filesystem::path& file : files) sums.push_back(sum_of(file));
  return sums;
}

std::string sum_of_sums(const std::vector<SourceSum>& sources) {
  std::vector<std::string> sums;
  for (const SourceSum& source : sources) sums.push_back(source.sha256);
  std::sort(sums.begin(), sums.end());
  return event::sha256(join(sums, "\n"));
}

}  // namespace trailhound::triage
