// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> move_field(Layer& rows, Lowering& to, const std::string& from,
                        const std::string& name) {
  if (from == name) return {};
  Value value = to.read(rows, from);
  auto place = std::find(rows.columns.names.begin(), rows.columns.names.end(), from);
  const std::size_t at = static_cast<std::size_t>(place - rows.columns.names.begin());
  const bool shown = place != rows.columns.names.end();
  rows.hide(name);
  if (shown) {
    place = std::find(rows.columns.names.begin(), rows.columns.names.end(), from);
    *place = name;
  }
  (void)at;
  rows.fields.insert_or_assign(name, std::move(value));
  rows.gone.erase(name);
  rows.fields.erase(from);
  rows.gone.insert(from);
  if (!shown && rows.columns.events) rows.show(name);
  return {};
}

Result<void> run(Reader& in, Lowering& to) {
  to.begin_with_events();
  bool any = false;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    TRY(const Argument from, in.field());
    if (!in.keyword("as")) return in.expected("`AS` and the new name");
    TRY(const Argument name, in.field());
    any = true;
    const bool stars = from.text.find('*') != std::string::npos;
    if (!stars) {
      TRY(Layer * rows, to.push());
      TRY(move_field(*rows, to, from.text, name.text));
      continue;
    }
    if (std::count(from.text.begin(), from.text.end(), '*') !=
        std::count(name.text.begin(), name.text.end(), '*')) {
      return in.problem("both names need as many `*`", join(from.span, name.span));
    }
    TRY(const std::vector<std::string> found, to.matching(*to.rows(), from.text));
    TRY(Layer * rows, to.push());
    for (const std::string& one : found) {
      std::vector<std::string> parts;
      fits(from.text, one, &parts);
      std::string made;
      std::size_t star = 0;
      for (const char c : name.text) {
        if (c == '*') {
          made += parts[star++];
        } else {
          made += c;
        }
      }
      TRY(move_field(*rows, to, one, made));
    }
  }
  if (!any) return in.expected("`FIELD AS NAME`");
  return {};
}

}  // namespace

Command describe_rename() {
  return {.names = {"rename"},
          .synopsis = "rename FIELD AS NAME, ...",
          .summary = "Gives fields other names; `a.* AS *` takes each for each",
          .examples = {"eventName=ConsoleLogin | rename userIdentity.type AS kind | table kind"},
          .lower = run};
}

}  // namespace trailhound::spl
