// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string between = " ";
  std::optional<Argument> tokens;
  bool empty = false;
  while (const auto option = in.peek_option()) {
    TRY(const auto delim, in.option("delim"));
    TRY(const auto tokenizer, in.option("tokenizer"));
    TRY(const auto allow, in.option("allowempty"));
    TRY(const auto single, in.option("setsv"));
    if (delim) between = delim->text;
    if (tokenizer) tokens = *tokenizer;
    if (allow) {
      TRY(empty, truth_of(*allow));
    }
    if (!delim && !tokenizer && !allow && !single) {
      return in.problem("`makemv` has no option `" + option->text + "`", option->span);
    }
  }
  TRY(const Argument field, in.field());
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field.text);
  if (value.null) return {};
  if (tokens) {
    if (const std::string problem = sql::spl_regex_problem(tokens->text); !problem.empty()) {
      return in.problem("this is no regular expression: " + problem, tokens->span);
    }
    rows->set(field.text, {spl("tokens", {text_of(value), sql::text(tokens->text)}), Kind::List});
    return {};
  }
  rows->set(field.text,
            {spl("makemv", {text_of(value), sql::text(between), sql::boolean(empty)}), Kind::List});
  return {};
}

}  // namespace

Command describe_makemv() {
  return {
      .names = {"makemv"},
      .synopsis = "makemv [delim=TEXT | tokenizer=\"PATTERN\"] [allowempty=BOOL] FIELD",
      .summary = "Cuts a text into the values of a multivalue",
      .examples = {"| makeresults | eval a=\"x,y\" | makemv delim=\",\" a | mvexpand a | table a"},
      .lower = run};
}

}  // namespace trailhound::spl
