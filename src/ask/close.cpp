// SPDX-License-Identifier: Apache-2.0
#include "ask/close.hpp"

#include "base/json.hpp"

namespace trailhound::ask {
namespace {

using event::Field;
using event::Kind;
using event::RowFilter;

bool is_bulky(Field field) {
  const Kind kind = event::describe(field).kind;
  return kind == Kind::Json || kind == Kind::List;
}

}  // namespace

void look_closely(const Close& close, const event::FieldSet& fields, read::KeepOptions& options) {
  std::vector<RowFilter> tests = {
      RowFilter::text(Field::EventName, {.any_of = close.actions}),
      // How a sign-in ended stands in its answer.
      RowFilter::text(Field::EventSource,
                      {.any_of = {"signin.amazonaws.com"}, .like = {{"sso%", 0}}})};
  for (const std::string& word : close.words) {
    const std::string part = one_spelling(word);
    if (part.empty()) return;  // everything may speak of it
    for (const event::FieldInfo& info : event::schema()) {
      const bool texts =
          info.kind == Kind::Text || (info.parent == Field::Record && is_bulky(info.field));
      if (texts && fields.has(info.field)) {
        tests.push_back(RowFilter::text(info.field, {.like = {{"%" + part + "%", 0}}}));
      }
    }
  }
  for (const Field field : event::members(Field::Record)) {
    if (is_bulky(field)) options.bulky.add(field);
  }
  options.bulky_of = std::move(tests);
}

}  // namespace trailhound::ask
