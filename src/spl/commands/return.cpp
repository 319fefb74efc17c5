// SPDX-License-Identifier: Apache-2.0
#include "spl/command.hpp"

namespace trailhound::spl {
namespace {

sql::Expr quoted(sql::Expr text) {
  return binary(sql::Arithmetic::Concat,
                binary(sql::Arithmetic::Concat, sql::text("\""),
                       sql::call("replace", {std::move(text), sql::text("\""), sql::text("\\\"")})),
                sql::text("\""));
}

Result<void> run(Reader& in, Lowering& to) {
  std::int64_t count = 1;
  if (in.peek() >= '0' && in.peek() <= '9') {
    const Argument number = in.word();
    TRY(count, count_of(number));
  }
  TRY(Layer * rows, to.push());
  rows->order_by = to.table().order(*rows->below);
  rows->limit = count;
  TRY(Layer * made, to.push());
  made->columns = {};
  made->only.emplace();
  std::vector<sql::Expr> bare;
  while (!in.at_end()) {
    if (in.take(',')) continue;
    const bool dollar = in.peek() == '$';
    if (dollar) in.take('$');
    TRY(Argument field, in.field());
    std::string from = field.text;
    if (!dollar && in.take('=')) {
      TRY(const Argument source, in.field());
      from = source.text;
    }
    const Value value = to.read(*made, from);
    if (dollar) {
      bare.push_back(quoted(text_of(value)));
    } else {
      made->set(field.text, value);
      made->only->insert(field.text);
    }
  }
  if (!bare.empty()) {
    sql::Expr all = bare[0];
    for (std::size_t i = 1; i < bare.size(); ++i) {
      all = binary(sql::Arithmetic::Concat,
                   binary(sql::Arithmetic::Concat, std::move(all), sql::text(" ")), bare[i]);
    }
    made->set("search", {std::move(all), Kind::Text});
    made->only->insert("search");
  }
  if (made->columns.names.empty()) return in.expected("the fields to return");
  return {};
}

}  // namespace

Command describe_return() {
  return {.names = {"return"},
          .synopsis = "return [N] FIELD ... | ALIAS=FIELD ... | $FIELD ...",
          .summary = "Hands values of the first rows from a subsearch to the search around it",
          .examples = {"| makeresults | eval a=\"x\" | return b=a"},
          .lower = run};
}

}  // namespace trailhound::spl
