// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"
#include "sql/natives_spl.hpp"

namespace trailhound::spl {
namespace {

Result<void> run(Reader& in, Lowering& to) {
  std::string field = "_raw";
  bool negated = false;
  if (in.peek() != '"') {
    TRY(const Argument name, in.field());
    field = name.text;
    negated = in.take_text("!=");
    if (!negated && !in.take('=')) return in.expected("`=` or `!=`");
  }
  TRY(const Argument pattern, in.argument("a pattern"));
  if (const std::string problem = sql::spl_regex_problem(pattern.text); !problem.empty()) {
    return in.problem("this is no regular expression: " + problem, pattern.span);
  }
  TRY(Layer * rows, to.push());
  const Value value = to.read(*rows, field);
  sql::Expr found = for_any(value, "x", [&](sql::Expr one) {
    return spl("match", {std::move(one), sql::text(pattern.text)});
  });
  rows->where.push_back(negated ? sql::negation(surely(std::move(found))) : std::move(found));
  return {};
}

}  // namespace

Command describe_regex() {
  return {.names = {"regex"},
          .synopsis = "regex [FIELD=]\"PATTERN\" | regex FIELD!=\"PATTERN\"",
          .summary = "Keeps rows in which a pattern is found, or is not",
          .examples = {"* | regex eventName=\"^(Create|Delete)AccessKey$\" | stats count"},
          .lower = run};
}

}  // namespace trailhound::spl
