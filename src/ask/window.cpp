// SPDX-License-Identifier: Apache-2.0
#include "ask/window.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace trailhound::ask {
namespace {

bool is_relative(const std::optional<When>& when) { return when && when->back; }

}  // namespace

event::ScanPlan Window::narrow(event::ScanPlan plan) const {
  plan.from = std::max(plan.from, from);
  plan.to = std::min(plan.to, to);
  return plan;
}

std::string Window::words() const {
  const std::string begin = from.micros == INT64_MIN ? "the first event" : format_iso(from);
  const std::string end = to.micros == INT64_MAX ? "the newest" : format_iso(to);
  const std::string counted =
      relative ? fmt::format(", counted back from {}", format_iso(counted_from)) : "";
  return fmt::format("from {} to {}{}", begin, end, counted);
}

bool needs_now(const Source& source) { return is_relative(source.from) || is_relative(source.to); }

Result<Window> resolve(const Source& source, std::optional<Time> now) {
  Window window;
  const auto resolved = [&](const When& when) {
    if (when.at) return *when.at;
    window.relative = true;
    window.counted_from = now.value_or(Time{});
    return Time{window.counted_from.micros - when.back.value_or(0)};
  };
  if (source.from) window.from = resolved(*source.from);
  if (source.to) window.to = resolved(*source.to);
  if (window.from >= window.to) {
    return Error("bad-time", fmt::format("the window {} is empty", window.words()))
        .note("`--from` is included, `--to` is not");
  }
  return window;
}

}  // namespace trailhound::ask
