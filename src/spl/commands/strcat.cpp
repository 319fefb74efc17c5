// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  bool all_required = false;
  TRY(const auto required, in.option("allrequired"));
  if (required) {
    TRY(all_required, truth_of(*required));
  }
  std::vector<Argument> parts;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    TRY(Argument one, in.argument("a field or a text in quotes"));
    parts.push_back(std::move(one));
  }
  if (parts.size() < 2) return in.expected("fields or texts, then the field that takes them");
  const std::string name = parts.back().text;
  parts.pop_back();
  TRY(Layer * rows, to.push());
  std::optional<sql::Expr> made;
  for (const Argument& part : parts) {
    sql::Expr one = part.quote == '"' ? sql::text(part.text) : text_of(to.read(*rows, part.text));
    if (part.quote != '"' && !all_required) {
      one = sql::call("coalesce", {std::move(one), sql::text("")});
    }
    made = made ? binary(sql::Arithmetic::Concat, std::move(*made), std::move(one)) : one;
  }
  rows->set(name, {std::move(*made), Kind::Text});
  return {};
}

}  // namespace

Command describe_strcat() {
  return {.names = {"strcat"},
          .synopsis = "strcat [allrequired=BOOL] FIELD | \"TEXT\" ... NAME",
          .summary = "Joins fields and texts into one field",
          .details = "A field without a value counts as an empty text, unless all are required.",
          .examples = {"| makeresults | eval a=\"x\", b=\"y\" | strcat a \"-\" b c | table c"},
          .lower = run};
}

}  // namespace trailhound::spl
