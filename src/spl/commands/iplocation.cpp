// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string front;
  while (const auto option = in.peek_option()) {
    TRY(const auto prefix, in.option("prefix"));
    TRY(const auto all, in.option("allfields"));
    TRY(const auto lang, in.option("lang"));
    if (prefix) front = prefix->text;
    if (!prefix && !all && !lang) {
      return in.problem("`iplocation` has no option `" + option->text + "`", option->span);
    }
  }
  TRY(const Argument field, in.field());
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field.text);
  if (value.null) return {};
  rows->set(front + "City", {spl("place", {text_of(value), sql::text("city")}), Kind::Text});
  rows->set(front + "Country", {spl("place", {text_of(value), sql::text("country")}), Kind::Text});
  rows->show(front + "Region");
  Layer* const below = rows->below;
  const std::string region = front + "Region";
  const Span span = field.span;
  rows->resolve = [&to, below, region, span](const std::string& name) -> Value {
    if (name != region) return to.table().read(*below, name);
    to.say_once(Error{"field-not-known", "`" + region +
                                             "` of iplocation has no value here: only `City` and "
                                             "`Country` are read from the database"}
                    .at(span));
    return null_value();
  };
  return {};
}

}  // namespace

Command describe_iplocation() {
  return {.names = {"iplocation"},
          .synopsis = "iplocation [prefix=TEXT] FIELD",
          .summary = "Adds City and Country of an address, out of your own MaxMind database",
          .details =
              "The site file (`--site`) names the database. Country is its code (DE); Region is\n"
              "never known. Without a database nothing is.",
          .examples = {},
          .lower = run};
}

}  // namespace trailhound::spl
