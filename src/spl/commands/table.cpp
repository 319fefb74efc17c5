// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  TRY(const std::vector<Argument> named, in.fields());
  if (named.empty()) return in.expected("fields to show");
  to.begin_with_events();
  std::vector<std::string> names;
  for (const Argument& one : named) {
    if (one.text.find('*') == std::string::npos) {
      names.push_back(one.text);
      continue;
    }
    if (one.text == "*" && to.rows()->columns.events) return {};
    TRY(const std::vector<std::string> found, to.matching(*to.rows(), one.text));
    names.insert(names.end(), found.begin(), found.end());
  }
  TRY(Layer * rows, to.push());
  rows->columns = {};
  rows->only.emplace();
  for (const std::string& name : names) {
    rows->only->insert(name);
    rows->show(name);
  }
  return {};
}

}  // namespace

Command describe_table() {
  return {.names = {"table"},
          .synopsis = "table FIELD, ...",
          .summary = "Shows these fields, in this order",
          .examples = {"eventName=ConsoleLogin | table eventName, userIdentity.type"},
          .lower = run};
}

}  // namespace trailhound::spl
