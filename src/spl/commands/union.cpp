// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "spl/events.hpp"
#include "spl/tables.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::vector<Layer*> parts;
  if (to.rows() != nullptr) parts.push_back(to.rows());
  while (!in.at_end()) {
    if (in.take(',')) continue;
    if (const auto option = in.peek_option()) {
      TRY(const auto value, in.option(option->text));
      (void)value;  // Limits of Splunk's
      continue;
    }
    if (in.peek() != '[') {
      return Error{"not-in-spl", "datasets of a Splunk server are not here"}
          .at({in.at(), in.at() + 1})
          .note("a search stands in brackets: `union [search ...] [search ...]`");
    }
    in.take('[');
    TRY(Layer * one, to.nested(in));
    if (!in.take(']')) return in.expected("`]`");
    parts.push_back(one);
  }
  if (parts.size() < 2) return in.expected("two searches in brackets");
  Layer* all = parts[0];
  bool events = all->columns.events;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    events = events && parts[i]->columns.events;
    all = &appended(to, *all, *parts[i]);
  }
  if (events) {
    // Events of all searches stand newest first.
    all->order = {{kTimestamp, true}, {kEventId, false}, {kContentHash, false}};
  }
  to.set_rows(all);
  return {};
}

}  // namespace

Command describe_union() {
  return {
      .names = {"union", "multisearch"},
      .synopsis = "union [SEARCH] [SEARCH] ...",
      .summary = "The rows of several searches",
      .details =
          "Events stand newest first, whichever search they are of; of other rows those of\n"
          "the first search come first.",
      .examples = {"| multisearch [search eventName=ConsoleLogin | eval kind=\"login\"] [search "
                   "eventSource=iam.amazonaws.com | eval kind=\"change\"] | stats count BY kind"},
      .begins = true,
      .lower = run};
}

}  // namespace trailhound::spl
