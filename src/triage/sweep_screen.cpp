// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "findings/finding.hpp"
#include "findings/words.hpp"
#include "triage/absent.hpp"
#include "triage/sweep.hpp"

namespace trailhound::triage {
namespace {

using findings::labelled;
using findings::padded;
using findings::plural;
using findings::Screen;
using findings::Tone;

constexpr std::size_t kMostSeen = 40;
constexpr std::size_t kMostUnseen = 60;
constexpr std::size_t kMostWrong = 20;
constexpr std::size_t kLongestWrong = 60;  // bytes of a line that is quoted
constexpr std::size_t kMostNames = 3;
constexpr std::size_t kMostNext = 3;
constexpr std::size_t kHang = 8;
constexpr std::size_t kWidest = 44;  // an indicator of more bytes has a row for itself

std::string moment(Time time) { return format_iso(Time{time.micros / kSecond * kSecond}); }

std::string some_of(const std::vector<std::string>& all, bool spoken) {
  std::string words;
  for (std::size_t i = 0; i < all.size() && i < kMostNames; ++i) {
    words += (i == 0 ? "" : ", ") + (spoken ? findings::spoken_name(all[i]) : all[i]);
  }
  if (all.size() > kMostNames) words += " and " + std::to_string(all.size() - kMostNames) + " more";
  return words;
}

/// "1,204 events as key, 4 denied"
std::string outcome_words(const Sighting& one) {
  const std::vector<std::string> where(one.where.begin(), one.where.end());
  std::string words = plural(one.events, "event") + " as " + join(where, ", ");
  if (one.denied == one.events && one.events > 0) return words + ", all denied";
  if (one.denied > 0) words += ", " + with_commas(one.denied) + " denied";
  if (one.failed > 0) words += ", " + with_commas(one.failed) + " failed";
  return words;
}

std::string list_words(const Swept& swept, const IndicatorList& list) {
  std::map<std::string_view, std::size_t> forms;
  for (const Sighting& one : swept.sightings) ++forms[name_of(one.indicator.entity.form)];
  std::vector<std::string> parts;
  for (const auto& [form, count] : forms) {
    const std::string name(form);
    const bool hisses = !name.empty() && name.back() == 's';
    parts.push_back(plural(count, name, hisses ? name + "es" : ""));
  }
  std::string words = plural(swept.sightings.size(), "indicator");
  if (!parts.empty()) words += ": " + join(parts, ", ");
  if (!list.wrong.empty()) words += " · " + plural(list.wrong.size(), "line") + " not understood";
  return words;
}

/// Indicators as a paragraph.
void name_all(Screen& screen, const std::string& label, const std::vector<std::string>& names,
              std::size_t most) {
  std::string words;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) {
    words += (i == 0 ? "" : " · ") + names[i];
  }
  if (names.size() > most) {
    words += " and " + with_commas(names.size() - most) + " more: --all has them";
  }
  screen.push_back({{{padded(label, kHang), Tone::Title}, {words, Tone::Plain}}, kHang});
}

/// Who was at work is asked about first, then what was met; last, what much is done by and in.
int asked_next(Form form) {
  switch (form) {
    case Form::Key:
      return 0;
    case Form::Account:
    case Form::Agent:
    case Form::Service:
      return 2;
    default:
      return 1;
  }
}

}  // namespace

Screen sweep_screen(const Swept& swept, const IndicatorList& list, bool all) {
  std::vector<const Sighting*> seen;
  std::vector<std::string> unseen;
  for (const Sighting& one : swept.sightings) {
    if (one.events > 0) {
      seen.push_back(&one);
    } else {
      unseen.push_back(one.indicator.text);
    }
  }
  std::stable_sort(seen.begin(), seen.end(),
                   [](const auto* a, const auto* b) { return a->first < b->first; });
  Screen screen;
  screen.push_back(labelled("Sweep", list_words(swept, list)));
  screen.push_back(labelled("Held", held_words(swept.held)));
  screen.push_back(labelled("Seen", with_commas(seen.size()) + " of " +
                                        with_commas(swept.sightings.size()) + " were seen"));
  screen.emplace_back();
  std::size_t width = 0, drawn = 0;
  for (const Sighting* one : seen) {
    const std::size_t size = one->indicator.text.size();
    if (size <= kWidest) width = std::max(width, size);
  }
  for (const Sighting* one : seen) {
    if (drawn++ == kMostSeen && !all) {
      screen.push_back({{{"  … " + std::to_string(seen.size() - kMostSeen) +
                              " more: --all has them, -t csv as rows",
                          Tone::Dim}},
                        2});
      break;
    }
    std::string words = "  " + moment(one->first);
    if (moment(one->first) != moment(one->last)) words += " → " + moment(one->last);
    words += "  " + outcome_words(*one);
    if (const std::string who = some_of(one->principals, true); !who.empty())
      words += ", by " + who;
    if (one->indicator.entity.form != Form::Address || one->sources.size() > 1) {
      words += ", from " + some_of(one->sources, false);
    }
    std::string name = one->indicator.text;
    if (name.size() > width) {
      screen.push_back({{{"  " + std::exchange(name, {}), Tone::High}}, kHang});
    }
    screen.push_back({{{"  " + padded(name, width), Tone::High},
                       {words, Tone::Plain},
                       {"  " + std::string(findings::short_id(one->event_id)), Tone::Dim}},
                      kHang});
  }
  if (!seen.empty()) screen.emplace_back();
  if (!unseen.empty()) name_all(screen, "Unseen", unseen, all ? unseen.size() : kMostUnseen);
  std::vector<std::string> wrong;
  for (const WrongLine& one : list.wrong) {
    wrong.push_back("line " + std::to_string(one.line) + " `" +
                    (all ? one.text : shortened(one.text, kLongestWrong)) + "` " + one.why);
  }
  if (!wrong.empty()) name_all(screen, "Wrong", wrong, all ? wrong.size() : kMostWrong);
  std::stable_sort(seen.begin(), seen.end(), [](const auto* a, const auto* b) {
    return asked_next(a->indicator.entity.form) < asked_next(b->indicator.entity.form);
  });
  std::set<std::string_view> named;
  for (const Sighting* one : seen) {
    if (named.size() == kMostNext) break;
    if (!findings::is_shell_safe(one->indicator.text)) continue;
    if (!named.insert(one->indicator.entity.text).second) continue;
    screen.push_back(
        labelled(named.size() == 1 ? "next" : "", "trailhound triage " + one->indicator.text));
  }
  return screen;
}

findings::Table sweep_table(const Swept& swept, const IndicatorList& list) {
  using engine::Kind;
  findings::Table table(std::vector<std::pair<std::string, Kind>>{{"indicator", Kind::Text},
                                                                  {"kind", Kind::Text},
                                                                  {"line", Kind::Integer},
                                                                  {"answer", Kind::Text},
                                                                  {"events", Kind::Integer},
                                                                  {"denied", Kind::Integer},
                                                                  {"failed", Kind::Integer},
                                                                  {"first", Kind::Timestamp},
                                                                  {"last", Kind::Timestamp},
                                                                  {"seen_as", Kind::List},
                                                                  {"principals", Kind::List},
                                                                  {"sources", Kind::List},
                                                                  {"event_id", Kind::Text}});
  const findings::Value nothing{};
  for (const Sighting& one : swept.sightings) {
    const bool seen = one.events > 0;
    const auto number = [](std::uint64_t value) {
      return findings::Value{static_cast<std::int64_t>(value)};
    };
    table.add({one.indicator.text, std::string(name_of(one.indicator.entity.form)),
               number(one.indicator.line), std::string(seen ? "seen" : "not seen"),
               number(one.events), number(one.denied), number(one.failed),
               seen ? findings::Value{one.first} : nothing,
               seen ? findings::Value{one.last} : nothing,
               std::vector<std::string>(one.where.begin(), one.where.end()), one.principals,
               one.sources, seen ? findings::Value{one.event_id} : nothing});
  }
  for (const WrongLine& one : list.wrong) {
    table.add({one.text, nothing, static_cast<std::int64_t>(one.line),
               std::string("not understood: " + one.why), nothing, nothing, nothing, nothing,
               nothing, nothing, nothing, nothing, nothing});
  }
  return table;
}

}  // namespace trailhound::triage
