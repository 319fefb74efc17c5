// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  bool out = false;
  if (in.peek() == '-' || in.peek() == '+') {
    out = in.peek() == '-';
    in.take(in.peek());
  }
  TRY(const std::vector<Argument> named, in.fields());
  if (named.empty()) return in.expected("fields to keep, or behind `-` to leave out");
  to.begin_with_events();
  std::vector<std::string> names;
  for (const Argument& one : named) {
    if (one.text.find('*') == std::string::npos) {
      names.push_back(one.text);
      continue;
    }
    if (one.text == "*" && to.rows()->columns.events) {
      if (!out) return {};
      return in.problem("no field would be left", one.span);
    }
    TRY(const std::vector<std::string> found, to.matching(*to.rows(), one.text));
    names.insert(names.end(), found.begin(), found.end());
  }
  TRY(Layer * rows, to.push());
  if (out) {
    for (const std::string& name : names) {
      rows->gone.insert(name);
      rows->hide(name);
    }
    return {};
  }
  const Columns before = rows->columns;
  rows->columns = {};
  rows->only.emplace();
  // _time and _raw stay unless they are taken out by name.
  for (const std::string& inner : {std::string("_time"), std::string("_raw")}) {
    rows->only->insert(inner);
    const bool there = before.events ? inner == "_time"
                                     : std::find(before.names.begin(), before.names.end(), inner) !=
                                           before.names.end();
    if (there) rows->show(inner);
  }
  for (const std::string& name : names) {
    rows->only->insert(name);
    rows->show(name);
  }
  return {};
}

}  // namespace

Command describe_fields() {
  return {.names = {"fields"},
          .synopsis = "fields [+ | -] FIELD, ...",
          .summary = "Keeps fields, or leaves them out",
          .details = "_time and _raw stay until they are left out by name.",
          .examples = {"eventName=ConsoleLogin | fields eventName, userAgent | fields - _time"},
          .lower = run};
}

}  // namespace trailhound::spl
