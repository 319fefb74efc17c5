// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string filler = "0";
  TRY(const auto value, in.option("value"));
  if (value) filler = value->text;
  TRY(const std::vector<Argument> named, in.fields());
  TRY(Layer * rows, to.push());
  const auto fill = [filler](const Value& given) -> Value {
    if (given.null) return text_value(filler);
    if (given.literal) return given;
    if (given.kind == Kind::List) {
      return {sql::call("coalesce", {given.expr, list({sql::text(filler)})}), Kind::List};
    }
    if (is_number(given.kind)) {
      if (filler == "0")
        return {sql::call("coalesce", {given.expr, as_kind(integer_value(0), given.kind).expr}),
                given.kind};
    }
    Value made{sql::call("coalesce", {text_of(given), sql::text(filler)}), Kind::Text};
    if (is_number(given.kind)) made.numeric = is_not_null(given.expr);
    if (given.numeric) made.numeric = given.numeric;
    return made;
  };
  if (!named.empty()) {
    for (const Argument& field : named) {
      std::vector<std::string> names = {field.text};
      if (field.text.find('*') != std::string::npos) {
        TRY(names, to.matching(*rows->below, field.text));
      }
      for (const std::string& name : names) rows->set(name, fill(to.read(*rows, name)));
    }
    return {};
  }
  if (!rows->columns.events) {
    for (const std::string& name : std::vector<std::string>(rows->columns.names)) {
      rows->set(name, fill(to.read(*rows, name)));
    }
    return {};
  }
  // Of whole events: whichever field is read.
  Layer* below = rows->below;
  rows->resolve = [&to, below, fill](const std::string& name) -> Value {
    const Value given = to.table().read(*below, name);
    if (!name.empty() && (name.front() == kHidden || name.front() == '_')) return given;
    return fill(given);
  };
  return {};
}

}  // namespace

Command describe_fillnull() {
  return {.names = {"fillnull"},
          .synopsis = "fillnull [value=TEXT] [FIELD ...]",
          .summary = "Puts a value where a field has none: 0 if not said",
          .examples = {"eventSource=iam.amazonaws.com | fillnull value=none userIdentity.invokedBy "
                       "| stats count BY userIdentity.invokedBy"},
          .lower = run};
}

}  // namespace trailhound::spl
