// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/text.hpp"
#include "baseline/compare.hpp"
#include "baseline/learn.hpp"
#include "baseline/views.hpp"
#include "cli/command.hpp"
#include "cli/screen_text.hpp"
#include "findings/finding_table.hpp"
#include "findings/site.hpp"
#include "show/baseline_page.hpp"

namespace trailhound::cli {
namespace {

struct Options {
  std::string compare, account, service;
  std::vector<std::string> by, regions;
  std::string top, fail_on;
  bool all = false;
  LogFlags logs;
  OutputFlags output;
};

std::vector<std::string> words_in(const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists) {
    for (const std::string_view word : split(list, ',')) {
      if (!trim(word).empty()) words.emplace_back(trim(word));
    }
  }
  return words;
}

/// Opens the logs or the lake within other bounds than those of the flags.
baseline::OpenDesk opener(const Options& options, Console& console) {
  return [&options, &console](const baseline::Stretch& stretch) {
    LogFlags logs = options.logs;
    logs.source.unique = true;  // an event in two files is one event
    logs.source.from = logs.source.to = std::nullopt;
    if (stretch.from) logs.source.from = ask::When{*stretch.from, {}};
    if (stretch.to) logs.source.to = ask::When{*stretch.to, {}};
    return console.open(logs);
  };
}

/// The newest event, before anything was counted.
Result<std::optional<Time>> newest(const Options& options, const baseline::OpenDesk& open) {
  if (!options.logs.source.lake.empty()) {
    return baseline::newest_of_lake(options.logs.source.lake);
  }
  TRY(const std::unique_ptr<ask::Desk> desk, open({}));
  return desk->newest();
}

/// What `--from` and `--to` say, as moments.
Result<baseline::Stretch> asked_for(const Options& options, const baseline::OpenDesk& open) {
  baseline::Stretch stretch;
  const ask::Source& source = options.logs.source;
  std::optional<Time> now;
  if (source.now && source.now->at) now = source.now->at;
  for (const auto& [when, to] :
       {std::pair{&source.from, &stretch.from}, std::pair{&source.to, &stretch.to}}) {
    if (!*when) continue;
    if ((*when)->at) {
      *to = (*when)->at;
      continue;
    }
    if (!now) {
      TRY(now, newest(options, open));
    }
    if (now) *to = Time{now->micros - *(*when)->back};
  }
  if (stretch.from && stretch.to && *stretch.from >= *stretch.to) {
    return Error("bad-time", "nothing lies between `--from` and `--to`");
  }
  return stretch;
}

Result<std::optional<findings::Level>> level_asked(const Options& options) {
  if (options.fail_on.empty()) return std::optional<findings::Level>{};
  return findings::find_level(options.fail_on);
}

std::string read_words(const baseline::Learnt& learnt, bool lake) {
  if (lake) {
    return "a lake · " + findings::plural(learnt.days_kept, "day") + " as kept, " +
           with_commas(learnt.days_counted) + " counted now";
  }
  std::vector<std::string> parts = {findings::plural(learnt.read.files_read, "file")};
  if (learnt.read.doubles > 0) {
    parts.push_back(with_commas(learnt.read.doubles) + " doubles left out");
  }
  if (learnt.untimed > 0)
    parts.push_back(findings::plural(learnt.untimed, "event") + " without a time left out");
  return findings::joined(parts);
}

Result<std::size_t> top_of(const Options& options, std::size_t usual) {
  if (options.top.empty()) return usual;
  std::size_t number = 0;
  for (const char c : options.top) {
    if (c < '0' || c > '9' || number > 1'000'000) {
      return Error("bad-flag", "`--top` takes a number; 0 means all");
    }
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number;
}

Result<Exit> show_usual(const Options& options, const findings::Site& site, Console& console) {
  const baseline::OpenDesk open = opener(options, console);
  const std::string& lake = options.logs.source.lake;
  TRY(baseline::Stretch stretch, asked_for(options, open));
  baseline::ViewOptions views;
  views.by = words_in(options.by);
  views.account = options.account;
  views.service = options.service;
  views.regions = words_in(options.regions);
  if (views.regions.empty()) views.regions = site.regions;
  TRY(views.top, top_of(options, 10));
  views.site = &site;
  TRY(baseline::show_usual({}, views));  // a slip in `--by` is said before anything is read
  if (stretch.from) stretch.from = baseline::midnight(baseline::day_of(*stretch.from));
  if (stretch.to) stretch.to = baseline::midnight(baseline::day_of({stretch.to->micros - 1}) + 1);
  const bool from_asked = stretch.from.has_value();
  if (!lake.empty() && !from_asked) {
    TRY(const std::optional<Time> last, baseline::newest_of_lake(lake));
    const Time end = stretch.to ? Time{stretch.to->micros - 1} : last.value_or(Time{});
    stretch.from = baseline::midnight(baseline::day_of(end) - baseline::kPastDays + 1);
  }
  TRY(const baseline::Learnt learnt, baseline::learn(open, lake, stretch));
  Time first{INT64_MAX}, last{INT64_MIN};
  for (const baseline::Habit& habit : learnt.habits.rows()) {
    first = std::min(first, habit.first);
    last = std::max(last, habit.last);
  }
  if (learnt.oldest && !from_asked) first = std::min(first, *learnt.oldest);
  if (learnt.habits.rows().empty()) first = last = stretch.from.value_or(Time{});
  views.to = stretch.to.value_or(baseline::midnight(baseline::day_of(last) + 1));
  views.from = stretch.from.value_or(
      Time{views.to.micros - static_cast<std::int64_t>(baseline::kPastDays) * kDay});
  views.from = std::max(views.from, baseline::midnight(baseline::day_of(first)));
  TRY(baseline::Usual usual, baseline::show_usual(learnt.habits, views));
  usual.before += learnt.before;
  usual.after += learnt.after;
  const std::string read = read_words(learnt, !lake.empty());
  if (options.output.format == kPage) {
    TRY(console.print(show::usual_page(usual, read), options.output));
  } else if (options.output.format_given) {
    findings::Table table = baseline::usual_table(usual);
    TRY(console.show(table, options.output));
  } else {
    const findings::Screen screen = baseline::usual_screen(usual, read);
    TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
  }
  return console.close(learnt.read);
}

/// What `--compare` says, as moments.
Result<std::pair<Time, Time>> window_of(const Options& options, const baseline::OpenDesk& open) {
  const std::string& said = options.compare;
  TRY(const baseline::Stretch bounds, asked_for(options, open));
  if (said == "window") {
    if (!bounds.from) return Error("bad-flag", "`--compare window` goes with `--from` and `--to`");
    if (bounds.to) return std::pair(*bounds.from, *bounds.to);
    TRY(const std::optional<Time> last, newest(options, open));
    return std::pair(*bounds.from, Time{last.value_or(*bounds.from).micros + kSecond});
  }
  if (const std::size_t dots = said.find(".."); dots != std::string::npos) {
    const auto from = parse_typed_time(said.substr(0, dots));
    const auto to = parse_typed_time(said.substr(dots + 2));
    if (from && to && *from < *to) return std::pair(*from, *to);
  } else if (const auto back = parse_duration(said); back && *back > 0) {
    std::optional<Time> end = bounds.to;
    if (!end) {
      TRY(end, newest(options, open));
      if (end) end->micros += kSecond - end->micros % kSecond;  // the second behind it
    }
    if (!end) return Error("bad-time", "there is no event to count `--compare " + said + "` from");
    return std::pair(Time{end->micros - *back}, *end);
  } else if (const auto day = parse_typed_time(said); day && said.size() == 10) {
    return std::pair(*day, Time{day->micros + kDay});
  }
  return Error("bad-time", "`--compare " + said + "` names no stretch of time")
      .note(
          "`1d`, a day (2024-03-15), two moments with `..` between them, or `window` for `--from` "
          "and `--to`");
}

Result<Exit> compare(const Options& options, const findings::Site& site, Console& console) {
  if (!options.by.empty() || !options.service.empty() || !options.top.empty() ||
      !options.regions.empty()) {
    return Error("bad-flag",
                 "`--by`, `--service`, `--top` and `--allowed-regions` are of what is "
                 "usual: `--compare` has none of them");
  }
  const baseline::OpenDesk open = opener(options, console);
  const std::string& lake = options.logs.source.lake;
  TRY(const auto window, window_of(options, open));
  TRY(const std::optional<findings::Level> fail_on, level_asked(options));
  TRY(baseline::Around around, baseline::look_around(open, lake, window.first, window.second));
  for (baseline::Habits* habits : {&around.past.habits, &around.window}) {
    std::erase_if(habits->rows(), [&](const baseline::Habit& habit) {
      return !options.account.empty() &&
             habits->name(habit, baseline::Part::Account) != options.account;
    });
  }
  baseline::CompareOptions how;
  how.from = window.first;
  how.to = window.second;
  how.site = &site;
  how.allotted = std::move(around.allotted);
  how.births = std::move(around.births);
  how.all = options.all;
  const baseline::Comparison comparison = baseline::compare(around.past.habits, around.window, how);
  const std::string read = read_words(around.past, !lake.empty());
  if (options.output.format == kPage) {
    TRY(console.print(show::departures_page(comparison, read), options.output));
  } else if (options.output.format_given) {
    findings::Table table = findings::finding_table(comparison.findings);
    TRY(console.show(table, options.output));
  } else {
    const findings::Screen screen = baseline::compare_screen(comparison, read, options.all);
    TRY(console.print(screen_text(screen, console.look(options.output)), options.output));
  }
  const Exit exit = console.close(around.read);
  const bool met =
      fail_on && std::any_of(comparison.stories.begin(), comparison.stories.end(),
                             [&](const auto& story) { return story.level >= *fail_on; });
  return met ? Exit::Found : exit;
}

Result<Exit> run(Options options, Console& console) {
  TRY(find_lake(options.logs.source));
  TRY(const findings::Site site, findings::Site::find(options.logs.site, options.logs.places()));
  return options.compare.empty() ? show_usual(options, site, console)
                                 : compare(options, site, console);
}

void add_flags(Flags& flags, Options& options) {
  flags.add(
      {
          .name = "--compare",
          .value = "WINDOW",
          .summary = "What departs from what came before: `1d`, a day, FROM..TO, or `window`",
          .reasons = "`1d` is the day that ends with the newest event, or with `--to`.\n"
                     "`window` takes `--from` and `--to` as they stand. Compared with up to 30\n"
                     "days before; with less than 7, nothing is called new.",
      },
      into(options.compare));
  flags.add(
      {.name = "--all", .summary = "With --compare: small departures too, every story in full"},
      into(options.all));
  flags.add({.name = "--fail-on",
             .value = "LEVEL",
             .summary = "With --compare: exit with 1 if a story has this level or a higher one",
             .choices = {"low", "medium", "high", "critical"}},
            into(options.fail_on));
  flags.add({.name = "--account", .value = "ID", .summary = "Only what this account recorded"},
            into(options.account));
  flags.add({.name = "--service", .value = "NAME", .summary = "Only calls of a service: `iam`"},
            into(options.service));
  flags.add({.name = "--by",
             .value = "SIDES",
             .summary = "One view of all calls, by these: `principal,action`",
             .reasons = "Sides are account, region, principal, role, kind, workload, key, source,\n"
                        "agent, service, action, class, outcome, error, category, resource.",
             .repeats = true},
            into(options.by));
  flags.add({.name = "--top", .value = "N", .summary = "Rows of a view; 10, and 0 for all"},
            into(options.top));
  flags.add({.name = "--allowed-regions",
             .value = "REGIONS",
             .summary = "Regions that are ours to use; others are marked",
             .reasons = "Without it, those of the site file.",
             .repeats = true},
            into(options.regions));
}

}  // namespace

Command describe_baseline() {
  return {
      .name = "baseline",
      .group = Group::Look,
      .summary = "What is usual: who changes what, from where, with what; what fails",
      .reasons =
          "Of the 30 days that end with the newest event, unless `--from` and `--to` say other\n"
          "days: changes by service, account, action and principal, sources, agents by family,\n"
          "what failed, regions; each with its share, by how many, when first and last, and a\n"
          "line of its days. On a lake the counts of each day are kept in it: only days that\n"
          "changed are counted again.",
      .examples = {{"trailhound baseline --logs DIR", "what is usual"},
                   {"trailhound baseline --compare 1d --lake DIR",
                    "what is new, rare, loud or refused in the newest day"},
                   {"trailhound baseline --by principal,action --top 50 --logs DIR",
                    "one view, by sides of your own"},
                   {"trailhound baseline -t html -o usual.html --logs DIR",
                    "a page to hand on, or to print"}},
      .flags = [](Flags& flags) -> Action {
        const auto options = std::make_shared<Options>();
        add_flags(flags, *options);
        add_log_flags(flags, options->logs);
        add_output_flags(flags, options->output, true);
        return [options](Console& console) { return run(*options, console); };
      },
  };
}

}  // namespace trailhound::cli
