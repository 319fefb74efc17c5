// SPDX-License-Identifier: Apache-2.0
#include "show/baseline_page.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "findings/screen.hpp"
#include "show/html.hpp"
#include "show/page_parts.hpp"

namespace trailhound::show {
namespace {

using findings::plural;

constexpr std::string_view kFooter = "<footer>Made by trailhound. Times are UTC.</footer>\n";

std::string header(std::string_view kind, std::string_view title, const findings::Screen& head) {
  std::string out = "<header><p class=\"soft\">" + html(kind) + "</p><h1>" + html(title) +
                    "</h1></header>\n<dl>\n";
  for (const findings::TextLine& line : head) out += term_of(line);
  return out + "</dl>\n";
}

/// A bar a day against the largest; where there are many days, they stand closer.
std::string days_drawn(const std::vector<std::uint64_t>& days, Time first) {
  if (days.empty()) return {};
  constexpr double kWidth = 150, kHeight = 18;
  const double step = kWidth / static_cast<double>(days.size());
  const auto most = static_cast<double>(*std::max_element(days.begin(), days.end()));
  std::string out =
      "<svg viewBox=\"0 0 150 20\" role=\"img\" aria-label=\"events by day\">"
      "<line class=\"axis\" x1=\"0\" y1=\"19\" x2=\"150\" y2=\"19\"/>";
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (days[i] == 0) continue;
    const double height = std::max(1.0, static_cast<double>(days[i]) * kHeight / most);
    const Time day{first.micros + static_cast<std::int64_t>(i) * kDay};
    out += "<g><title>" + html(format_day(day)) + ": " + with_commas(days[i]) +
           "</title><rect class=\"b-change\" x=\"" + tenth(static_cast<double>(i) * step) +
           "\" y=\"" + tenth(kHeight + 1 - height) + "\" width=\"" +
           tenth(std::max(step - 0.6, 0.6)) + "\" height=\"" + tenth(height) + "\"/></g>";
  }
  return out + "</svg>";
}

std::string view_table(const baseline::View& view, Time first_day) {
  std::string out = "<h2 id=\"" + html(view.id) + "\">" + html(view.title) +
                    " <span class=\"soft\">" + html(plural(view.total, "event")) + "</span></h2>\n";
  if (view.rows.empty()) return out + "<p class=\"soft\">none</p>\n";
  out += "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& column : view.columns) out += "<th>" + html(column) + "</th>";
  out +=
      "<th class=\"n\">events</th><th class=\"n\">share</th><th class=\"n\">by</th><th>first</th>"
      "<th>last</th><th class=\"days\">days</th><th></th></tr></thead><tbody>\n";
  for (const baseline::ViewRow& row : view.rows) {
    out += "<tr>";
    for (const std::string& name : row.names) {
      out += "<td>" + (name.empty() ? "<span class=\"soft\">(none)</span>" : html_marked(name)) +
             "</td>";
    }
    const bool bad = row.note == "not allowed";
    out += "<td class=\"n\">" + with_commas(row.count) + "</td><td class=\"n\">" +
           html(baseline::share_words(row.count, view.total)) + "</td><td class=\"n\">" +
           with_commas(row.principals) + "</td><td class=\"when\">" + html(moment(row.first)) +
           "</td><td class=\"when\">" + html(moment(row.last)) + "</td><td class=\"days\">" +
           days_drawn(row.days, first_day) + "</td><td class=\"" + (bad ? "fit stands" : "soft") +
           "\">" + html_marked(row.note) + "</td></tr>\n";
  }
  out += "</tbody></table></div>\n";
  if (view.cut > 0) {
    out += "<p class=\"soft\">" +
           html(plural(view.cut, "more row") + " of " + plural(view.cut_events, "event") +
                ": --top 0") +
           "</p>\n";
  }
  return out;
}

}  // namespace

std::string usual_page(const baseline::Usual& usual, const std::string& source_words) {
  const std::string title =
      "What is usual, " + format_day(usual.from) + " to " + format_day({usual.to.micros - 1});
  findings::Screen head = baseline::usual_head(usual, source_words);
  head.pop_back();  // what is held stands on the cards
  std::string out = header("Baseline", title, head) + "<div class=\"cards\">\n";
  const auto count = [&](std::uint64_t number, std::string_view one, std::string_view many) {
    out += card(with_commas(number), number == 1 ? one : many);
  };
  count(usual.events, "event", "events");
  count(usual.changes, "change", "changes");
  count(usual.failed, "failed", "failed");
  count(usual.principals, "principal", "principals");
  count(usual.accounts, "account", "accounts");
  out += "</div>\n<nav>";
  for (const baseline::View& view : usual.views) {
    out += "<a href=\"#" + html(view.id) + "\">" + html(view.title) + "</a>";
  }
  out += "</nav>\n";
  for (const baseline::View& view : usual.views) out += view_table(view, usual.from);
  return page("Baseline: " + title, out + std::string(kFooter));
}

std::string departures_page(const baseline::Comparison& comparison,
                            const std::string& source_words) {
  const std::string title =
      "What departs from what is usual, " + span(comparison.from, comparison.to);
  std::string out = header("Baseline", title, baseline::compare_head(comparison, source_words));
  if (comparison.stories.empty()) out += "<p>Nothing does.</p>\n";
  for (const findings::Story& story : comparison.stories) {
    out += story_article(story, {.more = "--all has them"});
  }
  return page("Baseline: " + title, out + std::string(kFooter));
}

}  // namespace trailhound::show
